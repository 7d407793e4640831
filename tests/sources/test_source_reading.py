"""What a column is read as, and the canonical form of each cell."""

from __future__ import annotations

import duckdb
import pytest

from aqueduc.declaration.spec import LexicalFormat
from aqueduc.sources.reading import CellReader, map_columns_to_lexical_types


def canonical(text, kind, *, decimal=".", date="YYYY-MM-DD", missing=("",), **more):
    cells = CellReader(kind, LexicalFormat(decimal=decimal, date=date, missing=missing), **more)
    with duckdb.connect() as con:
        return con.execute(
            f"SELECT {cells.build_canonical_cell_sql('cell')} FROM (SELECT ?::VARCHAR AS cell)", [text]
        ).fetchone()[0]


def test_lexical_types_follow_the_rule_then_the_schema(house):
    columns = {
        "jour": {"generalise": "month"},
        "heure": {"generalise": "hour"},
        "surface": {"generalise": {"band": 50}},
        "nombre": {"suppress_under": 3},
        "prix": "publish",
        "annee": "publish",
        "quantite": {"publish": True, "as": "qte"},
        "debut": "publish",
        "fin": "publish",
        "nom": "publish",
        "actif": "publish",
        "code": {"truncate": 2},
        "secret": "drop",
    }
    types = {
        "prix": "number",
        "annee": "year",
        "qte": "integer",
        "debut": "date",
        "fin": "datetime",
        "actif": "boolean",
        "surface": "string",
        "nombre": "integer",
        "code": "string",
    }
    dataset = house.declare({"file": "depot", "path": "a.csv"}, columns, types=types)
    assert map_columns_to_lexical_types(dataset) == {
        "jour": "date",
        "heure": "datetime",
        "surface": "number",
        "nombre": "number",
        "prix": "number",
        "annee": "integer",
        "quantite": "integer",
        "debut": "date",
        "fin": "datetime",
        "nom": "string",
        "actif": "string",
        "code": "string",
        "secret": "string",
    }


@pytest.mark.parametrize(
    "text, expected",
    [
        ("01/03/2026", "2026-03-01"),
        ("1/3/2026", "2026-03-01"),
        (" 01/03/2026\u00a0", "2026-03-01"),
        ("2026-03-01", "2026-03-01"),
        ("01/03/2026 00:00:00", "2026-03-01"),
        ("2026-03-01T00:00:00+01:00", "2026-03-01"),
        # Left as they are, for validation to refuse:
        ("30/02/2026", "30/02/2026"),
        ("03/31/2026", "03/31/2026"),
        ("01/03/26", "01/03/26"),
        ("01/03/0026", "0026-03-01"),
        ("01-03-2026", "01-03-2026"),
        ("01/03/2026 14:05", "01/03/2026 14:05"),
        ("mars 2026", "mars 2026"),
        ("01/03/2026x", "01/03/2026x"),
        ("46082", "46082"),
        ("", None),
        (" \t", None),
        (None, None),
    ],
)
def test_dates(text, expected):
    assert canonical(text, "date", date="DD/MM/YYYY") == expected


@pytest.mark.parametrize(
    "pattern, text",
    [
        ("DD/MM/YYYY", "01/03/2026"),
        ("DD-MM-YY", "01-03-26"),
        ("YYYYMMDD", "20260301"),
        ("YYYY.MM.DD", "2026.03.01"),
        ("DD/MM/YYYY HH:mm", "01/03/2026"),
        ("le DD/MM/YYYY (100%)", "le 01/03/2026 (100%)"),
        ("D'DD''MM'YYYY", "D'01''03'2026"),
    ],
)
def test_date_patterns(pattern, text):
    assert canonical(text, "date", date=pattern) == "2026-03-01"


def test_a_date_that_is_generalised_may_carry_any_time():
    assert canonical("01/03/2026 23:59", "date", date="DD/MM/YYYY", cut_time=True) == "2026-03-01"
    assert canonical("2026-03-01T23:59:59.999", "date", cut_time=True) == "2026-03-01"
    # With an offset, its day depends on the clock: the rule reads it on the city's.
    assert canonical("2026-03-01T23:59:59.999Z", "date", cut_time=True) == "2026-03-01T23:59:59.999Z"
    assert canonical("2026-03-01T00:00:00.000Z", "date", cut_time=True) == "2026-03-01"
    assert canonical("2026-03-01 23h59", "date", cut_time=True) == "2026-03-01 23h59"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("01/03/2026 14:05", "2026-03-01T14:05:00"),
        ("1/3/2026 9:05:06", "2026-03-01T09:05:06"),
        ("01/03/2026", "2026-03-01T00:00:00"),
        ("2026-03-01 14:05:06", "2026-03-01T14:05:06"),
        ("2026-03-01T14:05:06Z", "2026-03-01T14:05:06Z"),
        ("2026-03-01T14:05:06.123+01:00", "2026-03-01T14:05:06.123+01:00"),
        ("2026-03-01 14:05 +0100", "2026-03-01T14:05:00+0100"),
        ("01/03/2026 25:00", "01/03/2026 25:00"),
        ("31/02/2026 10:00", "31/02/2026 10:00"),
        ("hier", "hier"),
    ],
)
def test_datetimes(text, expected):
    assert canonical(text, "datetime", date="DD/MM/YYYY") == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1 063 850,00", "1063850.00"),
        ("1\u202f063\u00a0850,00", "1063850.00"),
        ("-12,5", "-12.5"),
        ("\N{MINUS SIGN}12,5", "-12.5"),
        ("+7", "7"),
        ("007", "007"),
        ("1,5E+10", "1.5E+10"),
        ("12,50 €", "12,50 €"),
        ("1 06 850", "1 06 850"),
        ("1.063.850,00", "1063850.00"),
        ("1.063.850", "1063850"),
        ("1.063,5", "1063.5"),
        ("1.063", "1.063"),
        ("1.06.850,00", "1.06.850,00"),
        ("12,", "12,"),
        ("1,2,3", "1,2,3"),
        ("1.5", "1.5"),
        ("douze", "douze"),
        ("", None),
    ],
)
def test_numbers_with_a_decimal_comma(text, expected):
    assert canonical(text, "number", decimal=",") == expected


@pytest.mark.parametrize(
    "text, expected",
    [("1063.50", "1063.50"), ("1 063.5", "1063.5"), ("1,5", "1,5"), ("1e3", "1e3"), ("-.5", "-.5")],
)
def test_numbers_with_a_decimal_point(text, expected):
    assert canonical(text, "number") == expected


@pytest.mark.parametrize(
    "text, expected", [("12,00", "12"), ("12", "12"), ("1 200", "1200"), ("12,5", "12.5"), ("100", "100")]
)
def test_integers(text, expected):
    assert canonical(text, "integer", decimal=",") == expected


@pytest.mark.parametrize(
    "text, kind, expected",
    [
        ("46082", "date", "2026-03-01"),
        ("46082.75", "date", "46082.75"),
        ("46082.0", "date", "2026-03-01"),
        ("46082.75", "datetime", "2026-03-01T18:00:00"),
        ("2026-03-01 00:00:00", "date", "2026-03-01"),
        ("2026-03-01 00:00:00", "string", "2026-03-01"),
        ("1899-12-31 14:05:00", "string", "14:05:00"),
        ("46082", "string", "46082"),
        ("12", "date", "12"),
    ],
)
def test_cells_of_spreadsheets(text, kind, expected):
    assert canonical(text, kind, spreadsheet=True) == expected


def test_day_numbers_outside_of_a_spreadsheet_are_declared():
    assert canonical("46082", "date", date="excel") == "2026-03-01"
    assert canonical("2026-03-01", "date", date="excel") == "2026-03-01"
    assert canonical("46082", "date", date="DD/MM/YYYY") == "46082"


def test_missing_words_are_exact_and_blanks_always_missing():
    words = ("NC", "n/a", "l'inconnu")
    assert [
        canonical(text, "string", missing=words) for text in (" NC ", "n/a", "l'inconnu", " ", "nc", "NCA")
    ] == [
        None,
        None,
        None,
        None,
        "nc",
        "NCA",
    ]


@pytest.mark.parametrize("blank", list(" \t\n\r\v\f\u00a0\u2007\u2009\u200b\u202f\u3000\ufeff"))
def test_every_blank_is_trimmed_and_kept_inside(blank):
    assert canonical(f"{blank}é{blank}à{blank}", "string") == f"é{blank}à"
    assert canonical(f"{blank}a{blank}b{blank}", "string") == f"a{blank}b"
    assert canonical(f"a{blank}", "string") == "a"
    assert canonical(f"{blank}a", "string") == "a"


def test_numbers_that_may_be_read_in_two_ways_are_counted(house):
    (house.drop / "a.csv").write_text("nom;prix\na;1.500\nb;1,500\nc;2.125\nd;3.5\ne;1500\n")
    dataset = house.declare(
        {"file": "depot", "path": "a.csv", "delimiter": ";", "decimal": ","},
        {"nom": "publish", "prix": "publish"},
        types={"prix": "number"},
    )
    found = house.extract(dataset)
    assert [row[2] for row in house.rows(found)] == ["1.500", "1.500", "2.125", "3.5", "1500"]
    (finding,) = found.report.findings
    assert (finding.code, finding.column, finding.lines) == ("nombres-ambigus", "prix", (2, 4))
    assert "2 lignes" in finding.message
