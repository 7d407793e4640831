"""ODS: cells of every kind, merged ones, and what a hostile sheet would have read."""

from __future__ import annotations

import io
import zipfile

import fastexcel
import pytest

from aqueduc.errors import SourceNotFound, SourceUnreadable
from aqueduc.sources.formats import ods as ods_format

NAMES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "style", "text", "table", "draw")
)
COLUMNS = {"nom": "publish", "pose": "publish", "nombre": "publish", "code": "publish", "tel": "drop"}
TYPES = {"pose": "date", "nombre": "number"}


def cell(value="", kind="string", shown=None, **attributes):
    given = "".join(f' table:{name.replace("_", "-")}="{one}"' for name, one in attributes.items())
    name = {"float": "value", "currency": "value", "date": "date-value", "time": "time-value"}.get(kind)
    name = "boolean-value" if kind == "boolean" else name
    typed = f' office:value-type="{kind}"' + (f' office:{name}="{value}"' if name else "") if kind else ""
    text = "".join(f"<text:p>{line}</text:p>" for line in (value if shown is None else shown).split("\n"))
    return f"<table:table-cell{typed}{given}>{text}</table:table-cell>"


NOTE = "<office:annotation><text:p>note</text:p></office:annotation>"
EMPTY = "<table:table-cell/>"
COVERED = "<table:covered-table-cell/>"


def row(*cells, times=1):
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def sheet(*rows, name="Feuille", style="ta1"):
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def book(*sheets, manifest="", mimetype="application/vnd.oasis.opendocument.spreadsheet", prolog=""):
    content = (
        f"{prolog}<office:document-content{NAMES}><office:automatic-styles>"
        '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
        f"</office:automatic-styles><office:body><office:spreadsheet>{''.join(sheets)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", mimetype)
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return out.getvalue()


HEADER = row(*map(cell, COLUMNS))


def declare(house, content, columns=COLUMNS, types=TYPES, **source):
    (house.drop / "a.ods").write_bytes(content)
    return house.declare({"file": "depot", "path": "a.ods", **source}, columns, types=types)


def test_cells_of_every_kind(house):
    data = book(
        sheet(row(cell("caché")), name="Cachée", style="ta2"),
        sheet(
            row(cell("Liste des postes")),
            row(EMPTY, times=2),
            HEADER,
            row(
                cell(
                    "a",
                    shown=f"Mai<text:s text:c='2'/>rie\nBis{NOTE}",
                ),
                cell("2026-03-01", "date", "01/03/2026"),
                cell("1063.1", "currency", "1 063,10 €"),
                cell("1001", "float", "01001"),
                cell("PT14H05M00S", "time", "14:05"),
            ),
            row(
                cell("Stade"),
                cell("02/03/2026"),
                cell("1 063,25"),
                cell("true", "boolean", "VRAI"),
                cell("#N/D"),
            ),
            row(cell("Gare"), EMPTY, cell("3", "float"), EMPTY, EMPTY, times=2),
            row(cell(kind="", number_columns_repeated="16384"), times=1_048_000),
        ),
    )
    found = house.extract(declare(house, data, dates="DD/MM/YYYY", decimal=","))
    assert house.table(found) == (
        ["__line", *COLUMNS],
        [
            (5, "Mai  rie\nBis", "2026-03-01", "1063.1", "01001", "14:05:00"),
            (6, "Stade", "2026-03-02", "1063.25", "true", "#N/D"),
            (7, "Gare", None, "3", None, None),
            (8, "Gare", None, "3", None, None),
        ],
    )


def test_as_calamine_reads_what_it_reads(house, tmp_path):
    rows = [
        row(cell(f"É{n}"), cell(f"2026-03-{n:02}", "date"), cell(f"{n / 8:g}", "float"), cell(str(n)))
        for n in range(1, 29)
    ]
    data = book(sheet(HEADER, *rows))
    (tmp_path / "b.ods").write_bytes(data)
    page = fastexcel.read_excel(tmp_path / "b.ods").load_sheet(
        0, header_row=None, skip_rows=1, dtypes="string"
    )
    expected = [tuple(one.values())[:4] for one in page.to_arrow().to_pylist()]
    found = house.rows(house.extract(declare(house, data)))
    assert [one[1:5] for one in found] == expected


def test_merged_cells_have_their_value_in_each_row(house):
    data = book(
        sheet(
            HEADER,
            row(cell("Centre", number_rows_spanned="3"), EMPTY, cell("1", "float")),
            row(COVERED, EMPTY, cell("2", "float")),
            row(COVERED, EMPTY, cell("3", "float")),
            row(cell("Nord", number_columns_spanned="2"), COVERED, cell("4", "float")),
        )
    )
    found = house.extract(declare(house, data))
    assert [one[1:4] for one in house.rows(found)] == [
        ("Centre", None, "1"),
        ("Centre", None, "2"),
        ("Centre", None, "3"),
        ("Nord", None, "4"),
    ]
    assert "cellules-fusionnees" in [one.code for one in found.report.findings]


def test_the_sheet_that_is_wanted(house):
    data = book(sheet(HEADER, row(cell("a")), name="Un"), sheet(HEADER, row(cell("b")), name="Deux"))
    assert house.rows(house.extract(declare(house, data, sheet="Deux")))[0][1] == "b"
    assert "il a : " in house.fails(SourceNotFound, declare(house, data, sheet="Trois"))


DTD = '<!DOCTYPE x [<!ENTITY a "Canari-Zoé-0612345678">]>'
FULL = [cell("Canari-Zoé-0612345678", number_columns_repeated="1024")]


@pytest.mark.parametrize(
    "content, words",
    [
        (book(sheet(HEADER, row(cell("a"))), manifest="<encryption-data/>"), "protégé par un mot de passe"),
        (book(sheet(HEADER, row(cell("a"))), prolog=DTD), "classeur lisible"),
        (book(sheet(HEADER, row(cell("a"))))[:-200], "abîmée"),
        (book(sheet(HEADER, row(*FULL, times=1_000_000))), "dépasse toute mesure"),
        (book(sheet(HEADER, row(EMPTY, times=99_999_999), row(cell("a")))), "dépasse toute mesure"),
        (
            book(sheet(HEADER, row(cell("a", kind="", number_columns_repeated="99999999")))),
            "dépasse toute mesure",
        ),
        (book(), "vide"),
        (book(sheet()), "vide"),
        (book(sheet(HEADER), mimetype="application/vnd.oasis.opendocument.text"), "un document OpenDocument"),
    ],
)
def test_what_cannot_be_read(house, content, words):
    assert words in house.fails(SourceUnreadable, declare(house, content))


def test_a_content_beyond_measure(house, monkeypatch):
    monkeypatch.setattr(ods_format, "LARGEST_UNZIPPED", 500)
    assert "toute mesure" in house.fails(
        SourceUnreadable, declare(house, book(sheet(HEADER, row(cell("a")))))
    )


def test_formulas_without_a_value_and_what_is_hidden_are_told(house):
    """A program wrote the formula; somebody hid a row, filtered another, and hid a column."""
    columns = '<table:table-column/><table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>'
    hide = 'table:table-row table:visibility="{}"'.format
    formula = '<table:table-cell table:formula="of:=SUM([.C2:.C3])"/>'
    content = sheet(
        columns,
        HEADER,
        row(cell("A"), cell("2026-01-05", "date"), cell("1", "float"), cell("x")),
        row(cell("B"), cell("2026-01-05", "date"), cell("2", "float")).replace(
            "table:table-row", hide("filter"), 1
        ),
        row(cell("C"), EMPTY, formula),
        row(cell("D"), EMPTY, cell("", "string", formula="of:=&quot;&quot;"), times=2).replace(
            "table:table-row", hide("collapse"), 1
        ),
    )
    found = house.extract(declare(house, book(content)))
    assert [line[:2] for line in house.rows(found)] == [(2, "A"), (3, "B"), (4, "C"), (5, "D"), (6, "D")]
    told = {one.code: one.message for one in found.report.findings}
    assert told["formules-sans-valeur"] == (
        "« nombre » : 1 ligne dont la formule n'a pas de valeur enregistrée, lue comme vide (ligne 4)"
    )
    assert "3 lignes masquées" in told["lignes-masquees"] and "(lignes 3, 5, 6)" in told["lignes-masquees"]
    hidden = [one.column for one in found.report.findings if one.code == "colonne-masquee"]
    assert hidden == ["pose", "nombre"]
    skipped = house.extract(declare(house, book(content), hidden_rows="skip"))
    assert [line[1] for line in house.rows(skipped)] == ["A", "C"]
