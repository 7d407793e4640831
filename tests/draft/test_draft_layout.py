"""Tables made for the eye: totals and notes below the records, a row of groups above the names of the columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import tests.sources.test_source_ods as ods
from aqueduc.draft import draft_declaration, recognise_source_request
from aqueduc.draft.layout import find_header_rows
from tests.draft.test_draft_twins import open_file, stewards_office
from tests.sources.test_source_geo import SPECIES, pack_species

GRANTS = [
    ["club", "quartier", "montant"],
    ["Judo", "Nord", 1200],
    ["Vélo", "Sud", 800],
    ["Chorale", "Sud", 350],
]
SUM = 2350


def build_ods(rows: Sequence[Sequence[Any]]) -> bytes:
    cells = (
        (
            ods.EMPTY if not one else ods.cell(one) if isinstance(one, str) else ods.cell(str(one), "float")
            for one in line
        )
        for line in rows
    )
    return ods.book(ods.sheet(*(ods.row(*line) for line in cells)))


def write_table(folder: Path, name: str, rows: Sequence[Sequence[Any]]) -> Path:
    path = folder / name
    if name.endswith(".xlsx"):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    elif name.endswith(".ods"):
        path.write_bytes(build_ods(rows))
    else:
        text = "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows)
        path.write_text(f"{text}\n", "utf-8")
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
@pytest.mark.parametrize(
    "foot, words",
    [
        ([["Total", None, SUM], ["Source : service Vie associative", None, None]], ["Total", "Source"]),
        ([["Total", None, None], ["SOURCE : la Ville", None, None]], ["Total", "Source"]),
        ([["TOTAL GÉNÉRAL", "", SUM], ["", "", ""], ["Note : hors avances", "", ""]], ["Total", "Note"]),
    ],
    ids=["a-sum", "a-formula-without-value", "a-note-apart"],
)
def test_totals_and_notes_are_told_and_left_out(
    name: str, foot: list[list[Any]], words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", name, [*GRANTS, *foot])
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    assert made.plan.look.source["footer"] == words
    (told,) = [str(note.text) for note in made.plan.look.notes if "pied du tableau" in str(note.text)]
    assert told.startswith("2 lignes de totaux ou de notes") and "(lignes 5, " in told
    assert "Vie associative" not in "".join(made.files.values())
    assert sorted(row[0] for row in published[1:]) == ["Chorale", "Judo", "Vélo"]
    assert made.plan.profiles.get("montant").kind == "integer"


@pytest.mark.parametrize(
    "name, foot, words",
    [
        (
            "a.ods",
            [["Ensemble", None, SUM], ["", "", ""], ["(1) hors révision", None, None]],
            ["Ensemble", "(1)"],
        ),
        ("a.xlsx", [["Total", None, SUM], ["* secret statistique", None, None]], ["Total", "*"]),
        ("a.csv", [["NC : non connu", None, None], ["n.d. non disponible", None, None]], ["NC :", "n.d."]),
        ("a.csv", [["Total", None, SUM], ["n.d.\u00a0: non disponible", None, None]], ["Total", "n.d."]),
        ("a.csv", [["(*) données provisoires", None, None], ["(a) estimations", None, None]], ["(*)", "(a)"]),
    ],
)
def test_the_signs_that_call_notes_begin_a_foot(
    name: str, foot: list[list[Any]], words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", name, [*GRANTS, *foot])
    steward = stewards_office(tmp_path, path.parent)
    made = draft_declaration(recognise_source_request("essai", str(path)), steward.place)
    assert made.plan.look.source["footer"] == words
    (told,) = [str(note.text) for note in made.plan.look.notes if "pied du tableau" in str(note.text)]
    assert told.startswith("2 lignes de totaux ou de notes") and "non disponible" not in told
    # The rows that are read are those of the table.
    assert made.plan.profiles.get("montant").rows == 3


@pytest.mark.parametrize(
    "last",
    [
        ["Total Énergies", "Nord", 300],
        ["Sources du Nord", "Nord", 300],
        ["Notes et Portées", "Nord", 300],
        ["Ensemble vocal", "Nord", 300],
        ["(1) Judo", "Nord", 300],
    ],
)
def test_a_last_record_is_no_foot(last: list[Any], tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", "a.csv", [*GRANTS, last])
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    assert "footer" not in made.plan.look.source
    assert last[0] in {row[0] for row in published}


def test_an_encoding_guessed_in_a_shapefile_is_told(tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    path = tmp_path / "depot/a.zip"
    path.write_bytes(pack_species(tmp_path, "cp1252"))
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    told = [str(note.text) for note in made.plan.look.notes if note.doubt]
    assert "encodage des attributs deviné : cp1252 ; ni un .cpg ni le .dbf ne le disent" in told
    assert "encodage des attributs deviné : cp1252" in made.files["datasets/essai.yaml"]
    assert {row[published[0].index("essence")] for row in published[1:]} == {*SPECIES}


# --- two rows that name the columns -------------------------------------------------------------------------

SCHOOLS = [
    ["école", "Filles", None, "Garçons", None],
    [None, "maternelle", "élémentaire", "maternelle", "élémentaire"],
    ["Mirabeau", 12, 40, 14, 38],
    ["Zola", 10, 35, 9, 41],
]
NAMES = ["école", "Filles maternelle", "Filles élémentaire", "Garçons maternelle", "Garçons élémentaire"]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
@pytest.mark.parametrize(
    "rows, names",
    [
        (SCHOOLS, NAMES),
        ([["Effectifs de la rentrée"], *SCHOOLS], NAMES),
        (
            [
                [None, "2023", None, "2024", None],
                ["école", "filles", "garçons", "filles", "garçons"],
                *SCHOOLS[2:],
            ],
            ["école", "2023 filles", "2023 garçons", "2024 filles", "2024 garçons"],
        ),
        (
            [["école", "Inscrits", None], [None, "2023", "2024"], ["Mirabeau", 12, 40], ["Zola", 10, 35]],
            ["école", "Inscrits 2023", "Inscrits 2024"],
        ),
    ],
    ids=["groups-above", "under-a-title", "names-that-come-back", "years"],
)
def test_a_row_of_groups_names_the_columns_with_the_one_below(
    name: str, rows: list[list[Any]], names: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", name, rows)
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    assert made.plan.look.source["header_rows"] == 2
    assert published[0] == names
    assert sorted(row[0] for row in published[1:]) == ["Mirabeau", "Zola"]


@pytest.mark.parametrize(
    "rows",
    [
        [["lieu", "", "ville"], ["Mairie", "12", "Aix"], ["Poste", "7", "Aix"]],
        [["lieu", "", "ville"], ["Mairie", "est", "Aix"], ["Poste", "sud", "Aix"], ["Gare", "", "Aix"]],
        [["secteur", "lieu"], ["Nord", "Mairie"], ["", "Poste"], ["Sud", "Gare"]],
        [["acces", "acces"], ["a", "b"], ["c", "d"]],
        [["Lieux", ""], ["acces", "acces"], ["a", "b"]],
        [["lieu", "n"], ["Mairie", "1"], ["Poste", "2"]],
    ],
)
def test_one_row_is_a_header_by_itself(rows: list[list[str]]) -> None:
    rank = 1 if rows[0][0] == "Lieux" else 0
    assert find_header_rows(rows, rank) == (rank, 1)


# --- positions ----------------------------------------------------------------------------------------------


def test_a_position_out_of_place_and_a_shape_among_points_are_told(tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    places: list[dict[str, Any]] = [
        {"type": "Point", "coordinates": [5.4 + n / 1000, 43.5]} for n in range(8)
    ]
    places += [
        {"type": "Point", "coordinates": [43.61, 5.41]},
        {"type": "MultiPoint", "coordinates": [[5.41, 43.51], [5.42, 43.52]]},
    ]
    features = [{"type": "Feature", "properties": {"n": n}, "geometry": one} for n, one in enumerate(places)]
    path = tmp_path / "depot" / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    made, _published = open_file(stewards_office(tmp_path, path.parent), path, {})
    told = " ".join(str(note.text) for note in made.plan.notes)
    assert "1 ligne dont la longitude et la latitude semblent échangées" in told and "(ligne 9)" in told
    assert "1 ligne dont la position n'est pas un point" in told and "(ligne 10)" in told
    assert "43.61" not in "".join(made.files.values())


# --- what is hidden -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer, left", [({}, ["Chorale", "Judo"]), ({"hidden_rows": "read"}, ["Chorale", "Judo", "Vélo"])]
)
def test_hidden_rows_are_asked_and_hidden_columns_told(
    answer: dict[str, str], left: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = write_table(tmp_path / "depot", "a.xlsx", GRANTS)
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.save(path)
    made, published = open_file(stewards_office(tmp_path, path.parent), path, answer)
    (asked,) = (one for one in made.decisions if one.key == "source.hidden_rows")
    assert asked.options == ("skip", "read") and "ne pas les lire (skip)" in str(asked.question)
    notes = [str(note.text) for note in (*made.plan.look.notes, *made.plan.notes)]
    assert any(note.startswith("1 ligne masquée dans le classeur") and "(ligne 3)" in note for note in notes)
    assert any("colonnes masquées dans le classeur sont publiées (1) : « montant »" in note for note in notes)
    assert made.plan.trial and made.plan.trial.left == 2
    assert sorted(row[0] for row in published[1:]) == left
