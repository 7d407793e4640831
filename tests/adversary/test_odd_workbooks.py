"""Workbooks that would abort the process, fill its memory, or say too much of themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aqueduc.errors import SourceNotFound, SourceUnreadable
from aqueduc.sources.formats import sheets as sheets_room
from aqueduc.sources.formats import workbook as workbook_room
from tests.adversary.books import book, cell, row, sheet
from tests.sources.conftest import CANARY, House

COLUMNS = {"nom": "publish"}
HEADER = row(1, cell("A1", "nom"))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def declare(house: House, **source):
    return house.declare({"file": "depot", "path": "a.xlsx", **source}, COLUMNS)


def test_a_cell_at_the_far_corner_is_refused_with_its_sheet_its_size_and_what_to_do(house):
    path = book(
        house.drop / "a.xlsx", sheet(HEADER, row(1048576, cell("XFD1048576", CANARY))), names=["Postes"]
    )
    assert path.stat().st_size < 1_500
    message = house.fails(SourceUnreadable, declare(house))
    assert "La feuille « Postes » s'étend jusqu'à la cellule XFD1048576" in message
    assert re.search(r"1.048.576 lignes × 16.384 colonnes", message)
    assert "Ctrl+Fin" in message and "CSV" in message


@pytest.mark.parametrize(
    "far",
    [
        "<c r='XFD1048576'><v>1</v></c>",
        '<x:c r = "XFD1048576"><x:v>1</x:v></x:c>',
        '<c s="1" t="str" r="XFD1048576"><v>1</v></c>',
        '<c r="XFD1048576"\n t="inlineStr"><is><t>a</t></is></c>',
        '<c r="XFD1"><v>1</v></c><c r="A1048576"><v>1</v></c>',
    ],
)
def test_however_the_far_cell_is_written(house, far):
    spaced = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    text = sheet(HEADER, f'<row r="1048576">{far}</row>').replace("<worksheet", f"<worksheet {spaced}")
    book(house.drop / "a.xlsx", text)
    assert "XFD1048576" in house.fails(SourceUnreadable, declare(house))


def test_what_escapes_the_reading_of_the_bounds_dies_alone(house):
    """A reference written as an entity: the reader of spreadsheets understands it, and asks for 400 GB."""
    far = '<c r="&#88;FD1048576" t="inlineStr"><is><t>a</t></is></c>'
    book(house.drop / "a.xlsx", sheet(HEADER, f'<row r="1048576">{far}</row>'))
    assert "classeur" in house.fails(SourceUnreadable, declare(house))


def test_a_reader_that_panics_is_a_workbook_that_cannot_be_read(house, capfd):
    book(house.drop / "a.xlsx", sheet(HEADER, row(2, cell("ZZZZZ99999999999", CANARY))))
    assert "classeur" in house.fails(SourceUnreadable, declare(house))
    assert "panicked" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("dimension", ["A1:XFD1048576", "Z9:A1", "A1"])
def test_a_dimension_that_lies_changes_nothing(house, dimension):
    text = sheet(HEADER, row(2, cell("A2", "x")), before=f'<dimension ref="{dimension}"/>')
    book(house.drop / "a.xlsx", text)
    assert house.rows(house.extract(declare(house))) == [(2, "x")]


def test_a_far_cell_that_is_only_formatted_is_no_far_cell(house):
    styled = '<c r="XFD1048576" s="0"/><c r="XFC1048576" s="0"></c>'
    book(house.drop / "a.xlsx", sheet(HEADER, row(2, cell("A2", "x")), f'<row r="1048576">{styled}</row>'))
    assert house.rows(house.extract(declare(house))) == [(2, "x")]


def test_only_the_sheet_that_is_read_is_looked_at(house):
    far = sheet(HEADER, row(1048576, cell("XFD1048576", "x")))
    small = sheet(HEADER, row(2, cell("A2", "x")))
    book(house.drop / "a.xlsx", far, small, names=["Vieux", "Postes"], states=["hidden"])
    assert house.rows(house.extract(declare(house))) == [(2, "x")]


def test_merged_cells_that_overlap_are_filled_once(house):
    merges = "".join(f'<mergeCell ref="A2:A{3000 + rank}"/>' for rank in range(50_000))
    rows = [row(rank, cell(f"A{rank}", "x")) if rank in (2, 3000) else "" for rank in range(2, 3001)]
    book(house.drop / "a.xlsx", sheet(HEADER, *rows, after=f"<mergeCells>{merges}</mergeCells>"))
    found = house.extract(declare(house))
    assert found.report.rows == 2_999
    assert found.report.findings[0].code == "cellules-fusionnees"


def test_a_sheet_of_nothing_but_merged_cells_is_refused(house, monkeypatch):
    monkeypatch.setattr(sheets_room, "MOST_AREAS", 1_000)
    merges = '<mergeCell ref="A2:A1048576"/>' * 1_001
    book(house.drop / "a.xlsx", sheet(HEADER, row(2, cell("A2", "x")), after=merges))
    assert "fusionnée" in house.fails(SourceUnreadable, declare(house))


def test_a_member_larger_than_the_archive_says_is_cut_short(house, monkeypatch):
    monkeypatch.setattr(workbook_room, "LARGEST_UNZIPPED", 10_000)
    book(house.drop / "a.xlsx", sheet(HEADER, *[row(rank, cell(f"A{rank}", "x")) for rank in range(2, 900)]))
    assert "dépasse toute mesure" in house.fails(SourceUnreadable, declare(house))


def test_the_name_of_a_sheet_may_be_a_person_s(house):
    far = sheet(HEADER, row(1048576, cell("XFD1048576", "x")))
    book(house.drop / "a.xlsx", far, sheet(HEADER), names=[CANARY, "Jean Dupont"])
    message = house.fails(SourceUnreadable, declare(house))
    assert "n° 1 (son nom est tu)" in message
    message = house.fails(SourceNotFound, declare(house, sheet="Postes"))
    assert "n° 1 (son nom est tu), n° 2 (son nom est tu)" in message
