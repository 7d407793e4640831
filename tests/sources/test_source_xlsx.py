"""XLSX: what a spreadsheet really holds (dates, day numbers, mixed columns, titles above), and its lines."""

from __future__ import annotations

import datetime as dt
import json
import sys
import zipfile

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from aqueduc.errors import SourceNotFound, SourceUnreadable
from aqueduc.sources.formats import sheets, workbook_worker
from aqueduc.sources.formats import workbook as workbook_room
from tests import readers

COLUMNS = {"nom": "publish", "pose": "publish", "nombre": "publish", "code": "publish", "tel": "drop"}
TYPES = {"pose": "date", "nombre": "number"}


def declare(house, columns=COLUMNS, types=TYPES, **source):
    return house.declare({"file": "depot", "path": "a.xlsx", **source}, columns, types=types)


def workbook(house, rows, *, at=1, sheet="Feuille", more=()):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for rank, row in enumerate(rows, start=at):
        for column, value in enumerate(row, start=1):
            page.cell(rank, column, value)
    for name in more:
        book.create_sheet(name)
    book.save(house.drop / "a.xlsx")
    return book


HEADER = ["nom", "pose", "nombre", "code", "tel"]


def test_cells_of_every_kind(house):
    workbook(
        house,
        [
            HEADER,
            ["Mairie", dt.date(2026, 3, 1), 12.5, "007", "06"],
            [" École\u00a0", 46082, 2019, 7, None],
            ["Stade", "02/03/2026", "1 063,25", True, "x"],
            ["Halle", dt.datetime(2026, 3, 4, 0, 0), 0.1 + 0.2, dt.time(14, 5), "x"],
            ["Gare", "bientôt", "n/c", dt.datetime(2026, 3, 4, 14, 5, 6), "x"],
        ],
    )
    found = house.extract(declare(house, dates="DD/MM/YYYY", decimal=",", missing=["n/c"]))
    assert house.table(found) == (
        ["__line", *HEADER],
        [
            (2, "Mairie", "2026-03-01", "12.5", "007", "06"),
            (3, "École", "2026-03-01", "2019", "7", None),
            (4, "Stade", "2026-03-02", "1063.25", "true", "x"),
            (5, "Halle", "2026-03-04", "0.3", "14:05:00", "x"),
            (6, "Gare", "bientôt", None, "2026-03-04 14:05:06", "x"),
        ],
    )


def test_a_number_keeps_its_fifteen_digits(house):
    numbers = (43.529742312345678, 1.5e-10, 1234567.891234567, 0.1 + 0.2, -100 / 3, 5, 1e20)
    workbook(
        house, [["nom", "nombre"], *(("x", number) for number in numbers), ("0.12345678901", "1.0000000001")]
    )
    found = house.extract(declare(house, {"nom": "publish", "nombre": "publish"}))
    assert [row[2] for row in house.rows(found)] == [
        *("43.5297423123457", "0.00000000015", "1234567.891234567", "0.3", "-33.3333333333333", "5"),
        *("100000000000000000000", "1.0000000001"),
    ]
    assert house.rows(found)[-1][1] == "0.12345678901"


def test_midnight_is_an_hour_and_a_day_with_an_hour_is_no_date(house):
    """As for ``2026-03-04 18:00``, which a text column would be rejected for as well."""
    workbook(
        house,
        [
            HEADER,
            ["a", 46082.75, 1, dt.time(0, 0), "x"],
            ["b", 46082, 1, dt.timedelta(hours=26, minutes=5), "x"],
            ["c", dt.datetime(2026, 3, 4, 18), 1, dt.datetime(2026, 3, 4), "x"],
        ],
    )
    assert [(pose, code) for _, _, pose, _, code, _ in house.rows(house.extract(declare(house)))] == [
        ("46082.75", "00:00:00"),
        ("2026-03-01", "26:05:00"),
        ("2026-03-04 18:00:00", "2026-03-04"),
    ]


def test_a_column_that_changes_kind_late_loses_nothing(house):
    """Readers that guess a type from the first rows turn what comes later into nothing."""
    workbook(
        house, [HEADER, *[["x", None, n, n, "t"] for n in range(3000)], ["x", None, "trois", "12A", "t"]]
    )
    assert house.rows(house.extract(declare(house)))[-1] == (3002, "x", None, "trois", "12A", "t")


def test_titles_and_blank_rows_keep_the_sheet_line_numbers(house):
    rows = [
        ["Liste des postes au 1er mars"],
        [],
        HEADER,
        ["a", None, 1, "x", "t"],
        [None] * 5,
        [" ", "", None, None, None],
        ["b", None, 2, "y", "t"],
    ]
    workbook(house, rows, at=3)
    found = house.extract(declare(house))
    assert [row[:2] for row in house.rows(found)] == [(6, "a"), (9, "b")]
    told = [(finding.code, finding.count) for finding in found.report.findings]
    assert told == [("lignes-de-titre", 1), ("lignes-vides", 2)]


def test_header_on_two_lines_and_unnamed_empty_columns(house):
    workbook(house, [["nom", None, "Nom du\n contact", "  "], ["a", None, "x", None], ["b", "", "y"]])
    found = house.extract(declare(house, {"nom": "publish", "Nom du contact": "drop"}, {}))
    assert house.table(found) == (["__line", "nom", "Nom du contact"], [(2, "a", "x"), (3, "b", "y")])


def test_a_named_sheet_a_hidden_one_and_a_missing_one(house, canary):
    book = workbook(house, [[canary]], sheet="Brouillon", more=["Postes", "Autre"])
    book["Brouillon"].sheet_state = "hidden"
    book["Postes"].append(HEADER)
    book["Postes"].append(["a", None, 1, "x", "t"])
    book.save(house.drop / "a.xlsx")
    assert house.rows(house.extract(declare(house)))[0][1] == "a"
    assert house.rows(house.extract(declare(house, sheet="Postes"), "r2"))[0][1] == "a"
    message = house.fails(SourceNotFound, declare(house, sheet="Poste"), run="r3")
    assert "« Poste »" in message and "« Postes »" in message


def test_error_cells_and_formulas_without_a_value_are_missing(house):
    workbook(house, [HEADER, ["a", None, "=1/0", "#N/A", "t"]])
    found = house.extract(declare(house))
    assert house.rows(found) == [(2, "a", None, None, None, "t")]
    (told,) = [one for one in found.report.findings if one.code == "cellules-en-erreur"]
    assert (told.column, told.count, told.lines) == ("code", 1, (2,))


@pytest.mark.parametrize(
    "serial, day",
    [
        (-3650, "1890-01-01"),
        (-3650.75, "1889-12-31T06:00:00"),
        (-36524, "1799-12-30"),
        (-365, "1898-12-30"),
        (1, "1900-01-01"),
        (2.25, "1900-01-02T06:00:00"),
        (59, "1900-02-28"),
        (60, "1900-02-29"),
        (60.5, "1900-02-29T12:00:00"),
        (61, "1900-03-01"),
        (367, "1901-01-01"),
    ],
)
def test_the_days_around_1900_are_those_of_the_workbook(house, serial, day):
    """The 29 February 1900, which only spreadsheets have, made those before 1900 come a day late."""
    book = openpyxl.Workbook()
    for row in (("nom", "pose"), ("a", serial), ("1890-01-02 00:00:00", "1890-01-02 00:00:00")):
        book.active.append(row)
    book.active["B2"].number_format = "yyyy-mm-dd hh:mm"
    book.save(house.drop / "a.xlsx")
    kind = "datetime" if "T" in day else "date"
    found = house.extract(declare(house, {"nom": "publish", "pose": "publish"}, {"pose": kind}))
    first, second = house.rows(found)
    assert (first[2] if kind == "date" else first[2].replace(" ", "T")) == day
    assert second[2][:10] == "1890-01-02"


def test_the_days_of_a_workbook_that_counts_from_1904_are_its_own(house):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (("nom", "pose"), ("a", -3650), ("b", -1), ("c", 60)):
        book.active.append(row)
    for line in (2, 3, 4):
        book.active.cell(line, 2).number_format = "yyyy-mm-dd"
    book.save(house.drop / "a.xlsx")
    found = house.extract(declare(house, {"nom": "publish", "pose": "publish"}, {"pose": "date"}))
    assert [row[2] for row in house.rows(found)] == ["1894-01-03", "1903-12-31", "1904-03-01"]


def test_durations_are_read_as_hours_and_the_others_are_told(house):
    rows = [HEADER, *(["a", None, hours / 24, None, "t"] for hours in (33.5, 1200.25, 1417, 8, 26, 15))]
    book = workbook(house, rows)
    formats = ["[h]:mm", "[hh]:mm:ss", "[h]:mm", "[h]:mm", "hh:mm", '"[h]" 0.0']
    for line, code in enumerate(formats, start=2):
        book.active.cell(line, 3).number_format = code
    book.save(house.drop / "a.xlsx")
    found = house.extract(declare(house, types={}))
    assert [row[3] for row in house.rows(found)] == [
        *("33:30:00", "1200:15:00", "1417:00:00", "08:00:00", "1900-01-01 02:00:00", "0.625"),
    ]
    (told,) = [one for one in found.report.findings if one.code == "instants-de-1900"]
    assert (told.column, told.count, told.lines) == ("nombre", 1, (6,))
    assert "[h]:mm" in told.remedy


def test_the_durations_of_a_workbook_without_readable_formats_are_told_from_its_days(house, tmp_path):
    """As of an .xls, whose formats only its reader knows: rows that are all durations, or mixed with days."""
    book = openpyxl.Workbook()
    cells = [
        dt.timedelta(hours=33),
        dt.datetime(1901, 1, 1),
        dt.timedelta(hours=44),
        None,
        dt.timedelta(hours=3),
    ]
    for line, one in enumerate(["durée", *cells], start=1):
        book.active.cell(line, 2, one)
        if isinstance(one, dt.timedelta):
            book.active.cell(line, 2).number_format = "[h]:mm"
    book.save(tmp_path / "a.xlsx")
    out = tmp_path / "a.arrow"
    asked = {"path": str(tmp_path / "a.xlsx"), "sheet": None, "rows": None, "out": str(out)}
    workbook_worker.handle_workbook_request({**asked, "numbers": False, "formats": True})
    with pa.OSFile(str(out)) as file:
        found = pa.ipc.open_file(file).read_all()
    assert found.column("duration0").to_pylist() == [None, "33:00:00", None, "44:00:00", None, "03:00:00"]


@pytest.mark.parametrize(
    "rows, words",
    [
        ([], "feuille est vide"),
        ([["CANARY", "x"], ["CANARY", "y"]], "ligne d'en-tête manque"),
        ([["nom", "code", "Nom"], ["a", "b", "c"]], "« nom », « Nom »"),
        ([["nom", None, "code"], ["a", "CANARY", "c"]], "colonne B de la feuille"),
    ],
)
def test_what_cannot_be_read(house, canary, rows, words):
    workbook(house, [[canary if cell == "CANARY" else cell for cell in row] for row in rows])
    assert words in house.fails(SourceUnreadable, declare(house))


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "vide (0 octet)"),
        (b"nom;pose\n", "classeur lisible"),
        (b"PK\x03\x04 abc", "archive est abîmée"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, "classeur lisible"),
        (
            "EncryptedPackage".encode("utf-16le").join([b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 80] * 2),
            "mot de passe.",
        ),
    ],
)
def test_what_is_no_workbook(house, content, words):
    (house.drop / "a.xlsx").write_bytes(content)
    assert words in house.fails(SourceUnreadable, declare(house))


def test_a_zip_that_is_no_workbook(house):
    with zipfile.ZipFile(house.drop / "a.xlsx", "w") as archive:
        archive.writestr("nom.txt", "x")
    assert "classeur lisible" in house.fails(SourceUnreadable, declare(house))


def test_a_workbook_that_unfolds_without_end(house, monkeypatch):
    monkeypatch.setattr(workbook_room, "LARGEST_UNZIPPED", 1000)
    workbook(house, [HEADER])
    assert "dépasse toute mesure" in house.fails(SourceUnreadable, declare(house))


# --- headers of two rows, formulas without a value ----------------------------------------------------------


def grouped(house, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in ("A3:A4", "B3:C3"):
        book.active.merge_cells(area)
    book.save(house.drop / "a.xlsx")


GROUPED = [["Fréquentation"], [], ["nom", "Fréquentation", None], [None, "Été", "Hiver"], ["Stade", 1, 2]]


def test_two_rows_of_a_header_name_its_columns(house):
    grouped(house, GROUPED)
    columns = dict.fromkeys(["nom", "Fréquentation Été", "Fréquentation Hiver"], "publish")
    assert house.rows(house.extract(declare(house, columns, {}, header_rows=2))) == [(5, "Stade", "1", "2")]


def test_two_rows_of_which_the_columns_are_named_by_one(house):
    """« header_rows: 2 » had no effect, and the second row of the header was published as data."""
    grouped(house, GROUPED)
    columns = dict.fromkeys(["nom", "Fréquentation", "colonne 3"], "publish")
    message = house.fails(SourceUnreadable, declare(house, columns, {}, header_rows=2))
    assert "« header_rows: 2 » est sans effet" in message and "sous la ligne 2, qui est vide" in message
    assert "« Groupe Nom »" in message and "Stade" not in message


def test_a_formula_that_nobody_computed_is_told(house):
    """A program writes formulas, a spreadsheet their values: such a cell is read as nothing."""
    rows = [["nom", "nombre"], ["Stade", 1], ["Halle", 2], ["Sous-total", "=SUM(B2:B3)"], ["Gare", "=B2"]]
    workbook(house, rows)
    found = house.extract(declare(house, dict.fromkeys(["nom", "nombre"], "publish"), {}))
    assert [row[2] for row in house.rows(found)] == ["1", "2", None, None]
    (told,) = (one for one in found.report.findings if one.code == "formules-sans-valeur")
    assert (
        told.message
        == "« nombre » : 2 lignes dont la formule n'a pas de valeur enregistrée, lues comme vides (lignes 4, 5)"
    )


# --- what nobody sees ---------------------------------------------------------------------------------------


def partly_hidden(house, **source):
    book = openpyxl.Workbook()
    for row in (
        ["nom", "rue", "note", "tel"],
        *([name, "r", "n", "t"] for name in "ABCD"),
        [],
        ["E", "r", "n", "t"],
    ):
        book.active.append(row)
    for rank in (3, 5, 6, 40):
        book.active.row_dimensions[rank].hidden = True
    for letter in "CDX":
        book.active.column_dimensions[letter].hidden = True
    book.save(house.drop / "a.xlsx")
    columns = {"nom": "publish", "rue": "publish", "note": "publish", "tel": "drop"}
    return house.extract(declare(house, columns, {}, **source))


def messages(found):
    return {one.code: f"{one.message} — {one.remedy}" for one in found.report.findings}


def test_hidden_rows_and_columns_are_told_where_nobody_decided(house):
    found = partly_hidden(house)
    assert [row[1] for row in house.rows(found)] == ["A", "B", "C", "D", "E"]
    told = messages(found)
    assert told["lignes-masquees"] == (
        "2 lignes masquées dans le classeur (ou filtrées, repliées), lues comme les autres (lignes 3, 5) — décider : "
        "« hidden_rows: skip » ne les lit pas, « hidden_rows: read » les lit et ne le rappelle plus ; ou les supprimer "
        "du classeur"
    )
    # A column that is dropped is nobody's concern.
    assert told["colonne-masquee"] == (
        "« note » est masquée dans le classeur, et publiée — vérifier qu'elle doit sortir ; sinon, la mettre à « drop »"
    )


def test_hidden_rows_are_read_or_not_as_it_is_decided(house):
    read = partly_hidden(house, hidden_rows="read")
    assert [row[1] for row in house.rows(read)] == ["A", "B", "C", "D", "E"]
    assert not any(code.startswith("lignes-masquees") for code in messages(read))
    skipped = partly_hidden(house, hidden_rows="skip")
    assert [row[:2] for row in house.rows(skipped)] == [(2, "A"), (4, "C"), (7, "E")]
    told = messages(skipped)["lignes-masquees-non-lues"]
    assert told.startswith(
        "2 lignes masquées dans le classeur (ou filtrées, repliées), non lues (lignes 3, 5)"
    )
    assert (
        "lignes-vides" in messages(read)
        and messages(read)["lignes-vides"] == messages(skipped)["lignes-vides"]
    )


def test_hidden_parts_are_found_however_a_program_writes_them(tmp_path):
    rows = (
        '<cols><col min="2" max="3" width="9" hidden="true"/><col hidden=\'1\' max="5" min="5"/>'
        '<col min="7" max="7"/></cols>'
        '<row r="2" spans="1:3" hidden="1" ht="15"><c r="A2"/></row><x:row hidden="1" r="3"/><row r="4" hidden="0"/>'
        '<row r="5"><c r="A5" t="inlineStr"><is><t>row hidden="1"</t></is></c></row>'
    )
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as packed:
        packed.writestr("s.xml", f"<worksheet>{rows}</worksheet>")
    hidden = sheets.find_hidden_rows_and_columns(
        tmp_path / "a.xlsx", sheets.SheetXmlPart("S", "s.xml", visible=True)
    )
    assert (hidden.rows, hidden.columns) == ({1, 2}, {1, 2, 4})


# --- numbers that are shown otherwise ------------------------------------------------------------------------


def show(house, code, cells):
    book = workbook(house, [HEADER, *(["a", None, None, cell, None] for cell in cells)])
    for (cell,) in book.active.iter_rows(min_row=2, min_col=4, max_col=4):
        cell.number_format = code
    book.save(house.drop / "a.xlsx")
    found = house.extract(declare(house))
    return [row[4] for row in house.rows(found)], {one.code for one in found.report.findings}


@pytest.mark.parametrize(
    "code, cells, read, told",
    [
        ("0.00", [1.1, 1.2, 2], ["1.10", "1.20", "2.00"], {"decimales-montrees"}),
        ("0.00", [1, 2, 3], ["1", "2", "3"], set()),
        ("0.00", [1.1, 1.256], ["1.1", "1.256"], set()),
        ("0.00", [1.1, 1200.5], ["1.1", "1200.5"], set()),
        ("0.00", ["1.1", 1.2], ["1.1", "1.20"], {"decimales-montrees"}),
        ("0%", [0.5, 1], ["0.5", "1"], {"nombres-en-pourcentage"}),
        ('0.0 "k€"', [100, 1.5], ["100", "1.5"], {"nombres-avec-unite"}),
        ("0.0,", [100000], ["100000"], {"nombres-avec-unite"}),
        ("#,##0.00 €", [12.5], ["12.5"], set()),
    ],
)
def test_a_number_is_read_as_it_is_stored_and_an_outline_as_it_is_shown(house, code, cells, read, told):
    assert show(house, code, cells) == (read, told)


def test_days_numbered_since_1904_are_those_that_the_book_shows(house):
    """A spreadsheet for Macintosh counts from the first of January 1904: cells of dates and plain numbers alike."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in [
        HEADER,
        ["Mairie", dt.date(2024, 2, 24), 43884, "43884", "06"],
        ["Stade", 43884, 1, "a", "06"],
    ]:
        book.active.append(row)
    book.save(house.drop / "a.xlsx")
    rows = house.rows(house.extract(declare(house, dates="excel")))
    assert [row[1:5] for row in rows] == [
        ("Mairie", "2024-02-24", "43884", "43884"),
        ("Stade", "2024-02-24", "1", "a"),
    ]


def test_a_sheet_that_begins_in_its_second_column_is_shown_as_it_is(house):
    """Its reader leaves the empty first column out: the formats, and what is not computed, are those of the next."""
    book = workbook(house, [])
    for line, cells in enumerate([("nom", "code", "pose", "nombre"), ("a", 7, 33.5 / 24, "=1+1")], start=1):
        for column, one in enumerate(cells, start=2):
            book.active.cell(line, column, one)
    book.active["C2"].number_format, book.active["D2"].number_format = "00000", "[h]:mm"
    book.save(house.drop / "a.xlsx")
    found = house.extract(declare(house, dict.fromkeys(("nom", "code", "pose", "nombre"), "publish"), {}))
    assert house.rows(found) == [(2, "a", "00007", "33:30:00", None)]
    assert [(one.code, one.column) for one in found.report.findings] == [("formules-sans-valeur", "nombre")]


_GOOD = {"sheet": None, "rows": 3, "memory": workbook_room.MEMORY_BYTES, "sys_path": sys.path}


@pytest.mark.parametrize(
    "content, asked",
    [
        (None, {}),
        (b"no workbook at all", {}),
        (b"", {"sys_path": 1}),
    ],
    ids=["good", "damaged", "a request that makes no sense"],
)
def test_a_forked_worker_answers_as_one_of_its_own_interpreter(house, content, asked):
    workbook(house, [["nom", "é"], ["a", 1]])
    path = house.drop / "a.xlsx"
    if content is not None:
        path.write_bytes(content)
    request = json.dumps({"path": str(path), **_GOOD, **asked}).encode()
    new, forked = (start(request) for start in (readers.start_new, readers.fork))
    assert (forked.returncode, forked.stdout) == (new.returncode, new.stdout)
    assert bool(new.returncode) == bool(asked)


@pytest.mark.parametrize("start", [readers.start_new, readers.fork])
def test_a_workbook_that_takes_too_long_is_given_up(house, monkeypatch, start):
    monkeypatch.setattr(workbook_room, "SECONDS", 0.0)
    monkeypatch.setattr(workbook_room, "_start_workbook_worker", start)
    workbook(house, [["nom"], ["a"]])
    assert "dépasse toute mesure" in house.fails(SourceUnreadable, declare(house, {"nom": "publish"}, {}))
