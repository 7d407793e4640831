"""Workbooks whose cells are not stored as they are shown: 1.10, 50 %, 100 k€."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import tests.sources.test_source_ods as ods
from aqueduc.draft import build_draft_request_from_path_or_url, draft_declaration
from aqueduc.draft.drafting import DeclarationDraft
from aqueduc.sources.formats.sheets import PERCENT, SCALED, classify_number_display
from tests.draft.stewarding import table

FORMATS = ("0.00", '#,##0.0 "k€"', "0.0%", "#,##0.00 €", "General")
NAMES = ("repere", "depense", "taux", "prix", "nombre")
ROWS = ((1.1, 100, 0.504, 12.5, 7), (1.2, 250.5, 0.25, 3.5, 8), (2.1, 80, 1, 4, 9))


def write_xlsx(folder: Path, title: str = "Voirie (montants en k€)") -> Path:
    book = openpyxl.Workbook()
    book.active.append([title])
    book.active.append(NAMES)
    for row in ROWS:
        book.active.append(row)
    for cells in book.active.iter_rows(min_row=3):
        for cell, code in zip(cells, FORMATS, strict=True):
            cell.number_format = code
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def write_ods(folder: Path) -> Path:
    def shown(row: tuple[float, ...]) -> list[str]:
        outline, thousands, share, price, count = row
        return [
            ods.cell(str(outline), "float", f"{outline:.2f}".replace(".", ",")),
            ods.cell(str(thousands), "float", f"{thousands:.1f} k€"),
            f'<table:table-cell office:value-type="percentage" office:value="{share}"><text:p>{share:.1%}</text:p>'
            "</table:table-cell>",
            ods.cell(str(price), "currency", f"{price:.2f} €"),
            ods.cell(str(count), "float"),
        ]

    rows = [ods.row(ods.cell("Voirie (montants en k€)")), ods.row(*map(ods.cell, NAMES))]
    path = folder / "a.ods"
    path.write_bytes(ods.book(ods.sheet(*rows, *(ods.row(*shown(row)) for row in ROWS))))
    return path


def draft(path: Path) -> tuple[DeclarationDraft, list[str]]:
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(path)), table(path.parent, {}).place
    )
    return made, [note["text"] for note in made.to_json()["notes"] if note["doubt"]]


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_what_a_workbook_shows_otherwise_is_told(write: Any, tmp_path: Path) -> None:
    made, notes = draft(write(tmp_path))
    (outline,) = [note for note in notes if "deux décimales partout" in note]
    assert outline.startswith("« repere »") and '"type": "string"' in outline
    (share,) = [note for note in notes if "en pourcentage" in note]
    assert share.startswith(
        "« taux » : 3 lignes que le classeur montre en pourcentage, lues comme il les enregistre"
    )
    (unit,) = [note for note in notes if "avec une unité" in note]
    assert (
        unit.startswith("« depense » : 3 lignes")
        and "lues comme il les enregistre, sans elle (lignes 3, 4, 5)" in unit
    )
    assert any("un titre au-dessus du tableau parle d'une unité" in note for note in notes)
    assert not any("100" in note or "0,504" in note for note in notes)
    assert (
        made.plan.profiles.get_column("repere").outline
        and made.plan.profiles.get_column("repere").kind == "number"
    )


@pytest.mark.parametrize(
    "code, shown",
    [
        ("00000", ("zeros", 5)),
        ("0.00", ("decimals", 2)),
        ("0%", ("units", PERCENT)),
        ('#,##0.0 "k€"', ("units", SCALED)),
        ("0.0,", ("units", SCALED)),
        ('#,##0,,\\ "M€"', ("units", SCALED)),
        ('# ##0 "milliers"', ("units", SCALED)),
        ("#,##0.00", ("", 0)),
        ("#,##0.00\\ [$€-40C]", ("", 0)),
        ('0.0 "%"', ("", 0)),
        ("dd/mm/yyyy", ("", 0)),
        ("General", ("", 0)),
        ('"k€" * ' * 200, ("", 0)),
    ],
)
def test_formats_that_show_another_number(code: str, shown: tuple[str, int]) -> None:
    assert classify_number_display(code) == shown
