"""Codes that look like numbers stay as they are written; prices and measures are numbers."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc import duck
from aqueduc.draft import build_draft_request_from_path_or_url, draft_declaration
from aqueduc.draft.codes import distinguish_codes_from_numbers
from aqueduc.draft.profiles import TableProfile
from aqueduc.sources.reading import build_trim_sql
from tests.draft.stewarding import table
from tests.draft.test_draft_twins import open_file, publishing_all, run_to_portal, stewards_office
from tests.examples import rarely, share

pytestmark = pytest.mark.end_to_end


def write_csv(folder: Path, header: str, cells: Sequence[str]) -> Path:
    """Semicolons, and a second column, for cells may hold commas."""
    path = folder / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow((header, "lieu"))
        rows.writerows((cell, "Mairie") for cell in cells)
    return path


def write_workbook(folder: Path, header: str, cells: Sequence[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in ((header, "lieu"), *((cell, "Mairie") for cell in cells)):
        book.active.append(row)
    path = folder / "a.xlsx"
    book.save(path)
    return path


def profiles_of(path: Path, folder: Path) -> TableProfile:
    return draft_declaration(
        build_draft_request_from_path_or_url("essai", str(path)), table(folder, {}).place
    ).plan.profiles


CODES = {
    "lieu-dit": ["1.1", "1.10", "2.20"],
    "article": ["1.2", "1.10", "3"],
    "lot": ["1", "1.0", "2"],
    "porte": ["007", "7", "12"],
    "rang": ["01.5", "1.5", "12.4"],
    "salle": ["1E5", "2E3", "12E1"],
    "code_nature": ["1.10", "2.20", "3.30"],
    "N° de lot": ["1.10", "2.20", "3.30"],
    "joindre": ["+33142424242", "+33142424243", ""],
    "piste": ["1234567890123456", "1234567890123457", ""],
}
"""Zeros that would merge two cells, or be lost; names that say a code; texts that are powers, phones."""
AMOUNTS = {
    "carnet": ["12.50", "3.00", "7.20"],
    "virgule": ["12,50", "3", "7,2"],
    "milliers": ["1 200.50", "850.5", "1 200.5"],
    "prix": ["12.50", "3", "12.5"],
    "carnet (€)": ["12.50", "3", "7.2"],
    "releve": ["12.0", "12.25", "3.125"],
    "compteur": ["12.0", "7.0", "3.0"],
    "longitude": ["5.440", "5.45", "5.4501"],
    "jauge": ["12.5", "3", "7.25"],
}
"""As many decimals in each cell; French marks; names and units that say an amount; numbers as programs write them."""


@pytest.mark.parametrize("columns, texts", [(CODES, True), (AMOUNTS, False)], ids=["codes", "amounts"])
def test_codes_stay_texts_and_amounts_are_numbers(
    columns: dict[str, list[str]], texts: bool, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows((columns, *zip(*columns.values(), strict=True)))
    profiles = profiles_of(path, tmp_path)
    kinds = {name: profiles.get_column(name).kind for name in columns}
    assert {name for name, kind in kinds.items() if (kind == "string") is not texts} == set()


@pytest.mark.parametrize(
    "header, cells, asked",
    [
        ("repere", ["1.10", "2.20", "3.30"], True),
        rarely("repere", ["12.50", "3.00", "7.20"], True),
        rarely("repere", ["12.51", "3.01", "7.22"], False),
        ("repere", ["112.50", "3.00", "7.20"], False),
        ("prix", ["1.10", "2.20", "3.30"], False),
        rarely("montant", ["1.10", "2.20", "3.30"], False),
        ("repere (€)", ["1.10", "2.20", "3.30"], False),
        ("repere", ["1,10", "2,20", "3,30"], False),
    ],
)
def test_numbers_that_may_be_those_of_chapters_are_told(
    header: str, cells: list[str], asked: bool, tmp_path: Path
) -> None:
    path = write_csv(tmp_path, header, cells)
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(path)), table(tmp_path, {}).place
    )
    assert made.plan.profiles.get_column(header).kind == "number"
    told = [str(note.text) for note in made.plan.notes if "chapitre" in str(note.text)]
    assert bool(told) is asked
    if asked:
        assert told[0].startswith("« repere » : deux décimales partout")
        assert '« "type": "string" » dans schemas/essai.json' in told[0]
        assert "# nombre, ou des numéros (chapitre, version) ?" in made.files["datasets/essai.yaml"]


def test_texts_of_a_workbook_are_what_they_were_meant_to_be(tmp_path: Path) -> None:
    """Its numbers have no zeros to lose: what has them was typed as text."""
    written = {"texts": ["12.50", "3.00", "7.20"], "numbers": [12.50, 3.00, 7.20]}
    kinds = {}
    for name, cells in written.items():
        (folder := tmp_path / name).mkdir()
        kinds[name] = profiles_of(write_workbook(folder, "carnet", cells), folder).get_column("carnet").kind
    assert kinds == {"texts": "string", "numbers": "number"}


def test_texts_of_a_shapefile_are_what_they_were_meant_to_be(tmp_path: Path) -> None:
    with duck.open_duckdb(tmp_path, extensions=("spatial",)) as con:
        con.execute(
            "COPY (SELECT CAST(10 + range AS VARCHAR) || '.10' AS repere, 12.5 + range / 4 AS jauge, "
            f"ST_Point(3.0, 43.0) AS geom FROM range(4)) TO '{tmp_path / 'a.shp'}' "
            "(FORMAT gdal, DRIVER 'ESRI Shapefile', SRS 'EPSG:4326')"
        )
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for part in tmp_path.glob("a.[!z]*"):
            packed.write(part, part.name)
    profiles = profiles_of(tmp_path / "a.zip", tmp_path)
    assert (profiles.get_column("repere").kind, profiles.get_column("jauge").kind) == ("string", "number")


def test_codes_reach_the_portal_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    path = write_csv(tmp_path / "depot", "lot", ["1.1", "1.10", "2.20", "2.0"])
    made, published = open_file(stewards_office(tmp_path, path.parent), path, {})
    assert sorted(row[0] for row in published) == ["1.1", "1.10", "2.0", "2.20", "lot"]
    assert "lot: publish" in made.files["datasets/essai.yaml"]
    assert "des codes : un texte, pour que leurs zéros ne se perdent pas" in made.files["datasets/essai.yaml"]


NUMBERS = st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True)


@settings(deadline=None, max_examples=share(50))
@given(st.lists(NUMBERS, min_size=2, max_size=8, unique=True))
def test_no_two_cells_of_a_column_without_a_telling_name_become_one(cells: list[str]) -> None:
    with duckdb.connect() as con:
        con.execute(
            f"CREATE TABLE words AS SELECT t, {build_trim_sql('t')} AS p FROM (SELECT unnest(?) AS t)",
            [cells],
        )
        merged = len({float(cell) for cell in cells}) < len(cells)
        assert not merged or distinguish_codes_from_numbers(con, "lot", ".", typed=False).code


# --- a few cells that are not of the kind of their column -------------------------------------------------------


def test_the_question_on_what_means_nothing_names_the_columns_and_both_readings_of_a_dash(
    tmp_path: Path,
) -> None:
    (tmp_path / "depot").mkdir()
    path = tmp_path / "depot/a.csv"
    rows = ["A;-;NC;Nord", "B;1500;3;Nord", "C;-;4;NC", "D;800;5;Sud"]
    path.write_text("\n".join(("club;depense;etage;secteur", *rows)), "utf-8")
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(path)), table(tmp_path, {}).place
    )
    (asked,) = (one for one in made.decisions if one.key == "source.missing")
    said, _mark, both = str(asked.question).partition(". ")
    assert said == (
        "lesquels de ces textes, dans les cellules, veulent dire « rien » ? "
        "« - » : 2 cellules dans depense ; « NC » : 2 cellules dans etage, secteur"
    )
    assert "« zéro » (l'écrire alors 0 à la source, sans le mettre ici)" in both and "« inconnu »" in both
    assert asked.options == ("['', '-', NC]", "['']")
    assert "hors de la liste fait rejeter sa ligne" in made.files["datasets/essai.yaml"].replace(
        "\n  # ", " "
    )


PAYMENTS = (
    "club;montant;date de vote;etage\n"
    "A;1500;03/02/2025;1\nB;2 300,50;03/02/2025;2\nC;1200;31/02/2025;3\nD;0;10/02/2025;RDC\n"
    "E;à voir Dupont;10/02/2025;1\nF;3200;10/02/2025;2\nG;NC;10/02/2025;1\n"
)


def test_cells_that_are_not_of_the_kind_of_their_column_are_counted_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / "depot").mkdir()
    path = tmp_path / "depot/a.csv"
    path.write_text(PAYMENTS, "utf-8")
    made, published = open_file(
        stewards_office(tmp_path, path.parent), path, {"reject_at_most": "50%", "missing": "['', NC]"}
    )
    text = made.files["datasets/essai.yaml"]
    unfolded = " ".join(line.strip(" #") for line in text.split("\n"))
    assert "1 cellule ne se lit pas comme un nombre (ligne 6)" in unfolded
    assert "1 cellule ne se lit pas comme une date (ligne 4)" in unfolded
    # The trial says which rule sets which lines aside.
    assert (
        "Rejets : `montant` : 1 ligne n'est pas un nombre (ligne 6) ; `date de vote` : 1 ligne n'est pas"
        in unfolded
    )
    assert "une date JJ/MM/AAAA (ligne 4)" in unfolded
    assert "1 cellule ne se lit pas comme un nombre entier (ligne 5)" in unfolded
    assert "Dupont" not in text and "31/02" not in text
    fields = {field["name"]: field["type"] for field in made.plan.build_table_schema()["fields"]}
    assert fields == {"club": "string", "montant": "number", "date de vote": "date", "etage": "string"}
    # Of the lines that are not of it, nothing goes out; the others are as the record says.
    assert sorted(row[1:] for row in published[1:]) == [
        ["", "2025-02-10", "1"],
        ["0", "2025-02-10", "RDC"],
        ["1500", "2025-02-03", "1"],
        ["2300.5", "2025-02-03", "2"],
        ["3200", "2025-02-10", "2"],
    ]


PUPILS = [
    ["École", "CP", "", "ULIS", ""],
    ["", "Filles", "Garçons", "Filles", "Garçons"],
    ["Mirabeau", 12, 14, 1, 0],
    ["Zola", 10, 9, 2, 3],
]


def write_header_rows(folder: Path) -> Path:
    book = openpyxl.Workbook()
    for row in PUPILS:
        book.active.append([cell if cell != "" else None for cell in row])
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def write_header_rows_in_csv(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text("\n".join(";".join(map(str, row)) for row in PUPILS) + "\n", "utf-8")
    return path


# --- amounts with their currency --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells, field, numbers",
    [
        (["12,50 €", "3 €", "7,2€"], {"decimalChar": ","}, ["12.5", "3", "7.2"]),
        (
            ["1\u202f250,50 €", "-3 €", "7 euros"],
            {"decimalChar": ",", "groupChar": "\u202f"},
            ["-3", "1250.5", "7"],
        ),
        (
            ["1.250,50 EUR", "3,10 EUR", "7 EUR"],
            {"decimalChar": ",", "groupChar": "."},
            ["1250.5", "3.1", "7"],
        ),
        (["12.50\u00a0€", "3\u00a0€", "7.2\u00a0€"], {}, ["12.5", "3", "7.2"]),
        (["12,5 k€", "3 €", "7 €"], None, []),
        (["1 250 €", "1\u00a0300 €", "7 €"], None, []),
    ],
    ids=[
        "comma",
        "narrow-spaces",
        "points-and-comma",
        "no-break-before-the-sign",
        "thousands-of-euros",
        "two-ways",
    ],
)
def test_amounts_with_their_currency_say_what_makes_numbers_of_them(
    cells: list[str], field: dict[str, Any] | None, numbers: list[str], tmp_path: Path
) -> None:
    (tmp_path / "depot").mkdir()
    path = tmp_path / "depot/a.csv"
    rows = (f"{rank};{cell}" for rank, cell in enumerate(cells))
    path.write_text("\n".join(("rang;aide", *rows)), "utf-8")
    steward = stewards_office(tmp_path, path.parent)
    made = draft_declaration(build_draft_request_from_path_or_url("essai", str(path)), steward.place)
    (why,) = (proposal.why for proposal in made.plan.proposals if proposal.name == "aide")
    assert not any(cell in why for cell in cells)
    if field is None:
        assert "(k€), en millions, ou écrits de plusieurs façons" in why and "en euros à la source" in why
        return
    said = '"type": "number", "bareNumber": false' + "".join(
        f", {json.dumps({k: v})[1:-1]}" for k, v in field.items()
    )
    assert f"mettre dans leur champ du schéma « {said} »" in why
    # As it is said, so it is done.
    declared = steward.write(made)
    schema = declared.parent.parent / "schemas/essai.json"
    schema.write_text(schema.read_text("utf-8").replace('"type": "string"', said, 1), "utf-8")
    steward.decide(declared, publishing_all(made))
    assert sorted(row[1] for row in run_to_portal(steward, declared)[1:]) == sorted(numbers)


@pytest.mark.parametrize("word", ["n.d.", rarely("nd"), "NC", rarely("ns"), rarely("N.S.")])
def test_an_abbreviation_among_numbers_is_asked_as_nothing(word: str, tmp_path: Path) -> None:
    made = draft_declaration(
        build_draft_request_from_path_or_url(
            "essai", str(write_csv(tmp_path, "demandes", ["12", "9", word, "4"]))
        ),
        table(tmp_path, {}).place,
    )
    assert made.plan.profiles.get_column("demandes").kind == "integer"
    (asked,) = [one for one in made.decisions if one.key == "source.missing"]
    assert word in asked.options[0]


def test_one_amount_in_thousands_does_not_hide_what_the_others_are(tmp_path: Path) -> None:
    cells = ["1 200,00 €", "(300,00 €)", "-300,00 €", *(f"{n}50,25 €" for n in range(1, 9)), "-", "1,5 k€"]
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(write_csv(tmp_path, "aide", cells))),
        table(tmp_path, {}).place,
    )
    (why,) = (proposal.why for proposal in made.plan.proposals if proposal.name == "aide")
    assert '« "type": "number", "bareNumber": false, "decimalChar": ",", "groupChar": " " »' in why
    assert why.endswith("1 ligne d'une autre forme (k€, texte…) sera alors rejetée, à corriger à la source")
    assert not any(cell in why for cell in cells if len(cell) > 1)


def test_texts_among_which_some_amounts_stand_are_texts(tmp_path: Path) -> None:
    made = draft_declaration(
        build_draft_request_from_path_or_url(
            "essai", str(write_csv(tmp_path, "tarif", ["12 €", "gratuit", "3 €", "sur devis"]))
        ),
        table(tmp_path, {}).place,
    )
    assert made.plan.profiles.get_column("tarif").amounts is None


@pytest.mark.parametrize("make", [write_header_rows, write_header_rows_in_csv])
def test_an_acronym_above_girls_and_boys_is_no_person(make: Any, tmp_path: Path) -> None:
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(make(tmp_path))), table(tmp_path, {}).place
    )
    assert made.plan.look.source["header_rows"] == 2 and "header" not in made.plan.look.source
    assert {"ULIS Filles", "ULIS Garçons"} <= {profile.name for profile in made.plan.profiles.columns}


def test_an_acronym_beside_girls_and_boys_names_its_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("École;ULIS Filles;ULIS Garçons\nMirabeau;1;0\nZola;2;3\n", "utf-8")
    made = draft_declaration(
        build_draft_request_from_path_or_url("essai", str(path)), table(tmp_path, {}).place
    )
    assert "header" not in made.plan.look.source
    assert made.plan.profiles.get_column("ULIS Filles").kind == "integer"
