"""Thousands written with points: a draft asks what a point is where the column does not tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aqueduc.draft import DeclarationDraft, build_draft_request_from_path_or_url, draft_declaration
from tests.draft.stewarding import table

QUESTION = "dans quelles colonnes le point sépare-t-il des milliers ?"


def draft(folder: Path, rows: str) -> tuple[DeclarationDraft, str]:
    (folder / "a.csv").write_text(rows, "utf-8")
    desk = table(folder, {})
    made = draft_declaration(build_draft_request_from_path_or_url("essai", str(folder / "a.csv")), desk.place)
    return made, made.files["datasets/essai.yaml"]


def list_fields(made: DeclarationDraft) -> dict[str, dict[str, object]]:
    return {field["name"]: field for field in json.loads(made.files["schemas/essai.json"])["fields"]}


def test_what_a_point_is_is_asked_with_counts_and_no_cell(tmp_path: Path) -> None:
    made, text = draft(tmp_path, "lieu;tonnage;part\na;7.531;1,25\nb;12.000;0,75\nc;450;0,5\n")
    (asked,) = [one for one in made.decisions if one.key == "source.thousands"]
    assert str(asked.question).startswith(QUESTION) and "tonnage (2 cellules)" in str(asked.question)
    assert asked.options == ("[tonnage]", "[]") and 'decimal: ","' in text
    assert not any("7.531" in one or "12.000" in one for one in made.files.values())
    assert (
        list_fields(made)["tonnage"]["type"] == "number" and "decimalChar" not in list_fields(made)["tonnage"]
    )


def test_points_that_can_only_set_thousands_apart_are_declared(tmp_path: Path) -> None:
    rows = "lieu;quantite;surface\na;1.000.000;1.250,00\nb;12.500;1.250\nc;900;0,75\n"
    made, text = draft(tmp_path, rows)
    assert "  thousands: [quantite, surface]\n" in text and QUESTION not in text
    fields = list_fields(made)
    assert (fields["quantite"]["type"], fields["surface"]["type"]) == ("integer", "number")
    trial = made.plan.trial
    assert trial is not None and (trial.rejected, trial.closed) == (0, "")


def test_several_columns_are_answered_together_or_apart(tmp_path: Path) -> None:
    made, _ = draft(
        tmp_path, "lieu;tonnage;depense;population\na;1.234;5.000;1.000.000\nb;2.500;9.100;1.200\n"
    )
    (asked,) = [one for one in made.decisions if one.key == "source.thousands"]
    assert asked.options == (
        "[population, tonnage, depense]",
        "[population]",
        "[population, tonnage]",
        "[population, depense]",
    )
    assert "De « population », d'autres cellules le prouvent" in str(asked.question)


@pytest.mark.parametrize(
    "name, cells",
    [
        ("debit", ("12.300", "0.875", "2.125")),
        ("longueur", ("1.234", "2.50", "12.000")),
        ("latitude", ("43.500", "43.512", "43.530")),
        ("hauteur", ("1234.567", "1.234", "2.345")),
        ("prix", ("1,234", "2,345", "12,000")),
    ],
)
def test_decimals_that_the_column_tells_are_not_asked(
    tmp_path: Path, name: str, cells: tuple[str, ...]
) -> None:
    _, text = draft(tmp_path, f"lieu;{name}\n" + "".join(f"x;{cell}\n" for cell in cells))
    assert "thousands" not in text


def test_thousands_set_apart_by_commas_keep_the_decimal_point(tmp_path: Path) -> None:
    rows = 'lieu;part;prix;tonnage\na;1,250;"2,000.00";1.234\nb;0,875;"1,234.50";2.500\n'
    made, text = draft(tmp_path, rows)
    assert "  decimal:" not in text
    assert list_fields(made)["prix"]["type"] == "number" and list_fields(made)["part"]["decimalChar"] == ","
