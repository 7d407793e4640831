"""Tables of the city's own joined to the rows of a source: what comes out, what is refused, and how it is said."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from aqueduc.anonymise.stage import anonymise_extract
from aqueduc.connections import Connection
from aqueduc.declaration.loader import load_city
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import AnonymisationGateClosed, SourceUnreadable
from aqueduc.run import Run
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, build_dataset_without_columns
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from aqueduc.sources.keys import JoinKey
from aqueduc.sources.references import find_reference_table_problems, join_references, read_reference_tables
from sandbox import postgres
from tests.examples import share
from tests.sources.conftest import CANARY, Api, House, Reply

SOURCE = {"file": "depot", "path": "a.csv"}
COLUMNS = {"id": "publish", "code": "publish", "quartier": "publish", "canton": "publish"}
JOIN: Mapping[str, Any] = {"file": "references/quartiers.csv", "on": "code"}
TABLE = "code,quartier,canton\n01,Centre,1\n02,Nord,2\n"
ROWS = "id,code\n1,02\n2,01\n3,02\n"


def write_table(house: House, data: str | bytes = TABLE, name: str = "quartiers.csv") -> None:
    path = house.include / "references" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def declare(house: House, rows: str = ROWS, join: Any = JOIN, **more: Any) -> Dataset:
    (house.drop / "a.csv").write_text(rows, encoding="utf-8")
    return house.declare(SOURCE, more.pop("columns", COLUMNS), join=join, **more)


def find_problems(house: House, dataset: Dataset) -> str:
    found = find_reference_table_problems(dataset, load_city(house.include).city, house.place)
    return "\n".join(problem.render() for problem in found)


# --- what comes out -----------------------------------------------------------------------------------------


def test_columns_are_added_to_each_row_in_the_order_of_the_source(house: House) -> None:
    write_table(house)
    done = house.extract(declare(house))
    assert house.table(done) == (
        ["__line", "id", "code", "quartier", "canton"],
        [(2, "1", "02", "Nord", "2"), (3, "2", "01", "Centre", "1"), (4, "3", "02", "Nord", "2")],
    )
    assert [name for name, _ in done.report.columns] == ["id", "code", "quartier", "canton"]
    assert (done.report.rows, done.report.rejected, done.report.findings) == (3, 0, ())


def test_some_columns_only_by_keys_of_other_names(house: House) -> None:
    write_table(house, "numero,an,quartier,maire\n01,2025,Centre,x\n01,2026,Coeur,y\n")
    join = {**JOIN, "on": {"code": "numero", "an": "an"}, "columns": "quartier"}
    columns = {"code": "publish", "an": "publish", "quartier": "publish"}
    done = house.extract(declare(house, "code,an\n01,2026\n01,2025\n", join, columns=columns))
    assert house.rows(done) == [(2, "01", "2026", "Coeur"), (3, "01", "2025", "Centre")]


@pytest.mark.parametrize("names", [("k0", "K1"), ("t0", "raw"), ("key0", "added1"), ("found", "true")])
def test_a_column_of_any_name_brings_what_it_holds(house: House, names: tuple[str, str]) -> None:
    """It once gave the key in the place of a column that had the key's name inside."""
    first, second = names
    write_table(house, f"code,an,{first},{second}\n01,2025,Centre,x\n02,2026,Nord,y\n")
    columns = dict.fromkeys(("code", "an", first, second), "publish")
    join = {**JOIN, "on": ["code", "an"], "columns": [first, second]}
    done = house.extract(declare(house, "code,an\n02,2026\n01,2025\n", join, columns=columns))
    assert house.rows(done) == [(2, "02", "2026", "Nord", "y"), (3, "01", "2025", "Centre", "x")]


def test_so_does_one_that_nobody_declared_under_a_name_of_ours(house: House) -> None:
    """What follows refuses it; until then, it is what the table says."""
    write_table(house, "code,__added1,__found,__key0\n01,a,b,c\n")
    done = house.extract(declare(house, "id,code\n1,01\n", columns={"id": "publish", "code": "publish"}))
    assert house.rows(done) == [(2, "1", "01", "a", "b", "c")]


def test_two_tables(house: House) -> None:
    write_table(house)
    write_table(house, "id,canton\n1,A\n2,B\n3,C\n", "cantons.csv")
    joins = [{**JOIN, "columns": ["quartier"]}, {"file": "references/cantons.csv", "on": "id"}]
    done = house.extract(declare(house, join=joins))
    assert [row[3:] for row in house.rows(done)] == [("Nord", "A"), ("Centre", "B"), ("Nord", "C")]


def test_a_workbook(house: House) -> None:
    book = Workbook()
    sheet = book.create_sheet("Codes")
    for row in (["code", "quartier", "canton"], ["01", "Centre", 1], ["02", "Nord", 2]):
        sheet.append(row)
    (house.include / "references").mkdir()
    book.save(house.include / "references/quartiers.xlsx")
    join = {"file": "references/quartiers.xlsx", "on": "code", "sheet": "Codes"}
    assert [row[3] for row in house.rows(house.extract(declare(house, join=join)))] == [
        "Nord",
        "Centre",
        "Nord",
    ]


def test_what_is_noticed_of_a_table_advises_no_key_of_a_source(house: House) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["code", "quartier", "canton"], ["01", "Centre", 1], ["02", "Nord", 2]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    (house.include / "references").mkdir()
    book.save(house.include / "references/q.xlsx")
    done = house.extract(declare(house, join={"file": "references/q.xlsx", "on": "code"}))
    (found,) = done.report.findings
    assert "table jointe references/q.xlsx" in str(found.message) and "masquée" in str(found.message)
    assert found.remedy == "rien à faire si c'est bien ce qu'il fallait lire ; sinon, corriger ce fichier"


def test_cells_are_read_as_they_are_declared(house: House) -> None:
    write_table(house, "code;quartier;canton\n01;12/03/2026;1 250,5\n".encode("cp1252"))
    join = {**JOIN, "encoding": "cp1252", "delimiter": ";", "decimal": ",", "dates": "DD/MM/YYYY"}
    dataset = declare(house, "id,code\n1,01\n", join, types={"quartier": "date", "canton": "number"})
    assert house.rows(house.extract(dataset)) == [(2, "1", "01", "2026-03-12", "1250.5")]


def test_a_typed_source_and_a_typed_table(house: House) -> None:
    """A code is a number on one side and a text on the other."""
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT 1 AS id, 2::BIGINT AS code) TO '{house.drop}/a.parquet'")
        (house.include / "references").mkdir()
        con.execute(
            "COPY (SELECT '2' AS code, DATE '2026-01-02' AS quartier, 1.5::DECIMAL(4, 1) AS canton) "
            f"TO '{house.include}/references/q.parquet'"
        )
    dataset = house.declare(
        {"file": "depot", "path": "a.parquet"}, COLUMNS, join={"file": "references/q.parquet", "on": "code"}
    )
    (row,) = house.rows(house.extract(dataset))
    assert [str(cell) for cell in row[1:]] == ["1", "2", "2026-01-02", "1.5"]


def test_an_api_is_joined_too(house: House, api: Api) -> None:
    write_table(house)
    api.reply("/lieux", Reply([{"id": 1, "code": "02"}, {"id": 2, "code": "01"}]))
    house.connect("api", conn_type="http", host=api.url)
    dataset = house.declare({"http": "api", "path": "/lieux"}, COLUMNS, join=JOIN)
    assert [row[1:] for row in house.rows(house.extract(dataset))] == [
        ("1", "02", "Nord", "2"),
        ("2", "01", "Centre", "1"),
    ]


# --- keys of a base, which have types -----------------------------------------------------------------------


def join_typed(
    house: House, query: str, keys: str, *, kind: str = "string", zone: str = "Europe/Paris", **join: Any
) -> tuple[list[Any], ExtractResult]:
    """The names that a table of ``keys`` (separated by « | ») gives to rows that have the types of a database, and
    what is told. The machine has another clock than the city."""
    lines = "".join(f"{key};q{rank}\n" for rank, key in enumerate(keys.split("|")))
    write_table(house, f"code;nom\n{lines}")
    columns = {"code": join.pop("rule", "publish"), "nom": join.pop("brought", "publish")}
    how = {"file": "references/quartiers.csv", "on": "code", "delimiter": ";", "columns": ["nom"], **join}
    dataset = declare(house, "code\n", how, columns=columns, types={"code": kind})
    city = load_city(house.include).city
    with TemporaryDirectory() as folder, duckdb.connect() as con:
        scratch = Path(folder)
        con.execute("SET TimeZone = 'America/New_York'")
        tables = read_reference_tables(dataset, city, house.include, scratch)
        request = ExtractRequest(
            dataset=build_dataset_without_columns(dataset, ["nom"]), connection=Connection(id="", kind=""), window=None,
            timezone=zone, etag=None, scratch=scratch, target=scratch / "raw.parquet",
        )  # fmt: skip
        rows = f"SELECT row_number() OVER () AS __line, code FROM ({query}) AS t(code)"
        con.execute(f"COPY ({rows}) TO '{request.target}'")
        (native,) = (one[1] for one in con.execute(f"DESCRIBE {rows}").fetchall() if one[0] == "code")
        count = len(con.execute(query).fetchall())
        result = join_references(con, request, ExtractResult(rows=count, columns=(("code", native),)), tables)
        found = con.execute(f"SELECT nom FROM '{request.target}' ORDER BY __line").fetchall()
        return [name for (name,) in found], result


def values(*cells: str) -> str:
    return f"VALUES {', '.join(f'({cell})' for cell in cells)}"


@pytest.mark.parametrize(
    "native, cells, keys, expected",
    [
        ("DECIMAL(10, 2)", ("1.50", "2", "-0.5", "100", "0"), "1.5|2|-.50|0100.0|+0", "01234"),
        ("DOUBLE", ("'-0.0'", "'0.0'", "'-0'", "'nan'", "'nan'"), "0|1", "000--"),
        ("DOUBLE", ("1.5", "2", "1e16", "2.5e-7", "-0.0"), "1.50|2|10000000000000000|0.00000025|0", "01234"),
        ("FLOAT", ("0.1", "16777216"), "0.10|16777216", "01"),
        ("BIGINT", ("1", "9007199254740993", "-7"), "01|9007199254740993|-7.0", "012"),
        ("BIGINT", ("1", "2"), "1 bis|0x2|un", "--"),
        ("DOUBLE", ("'nan'", "'inf'", "'9007199254740992'"), "nan|inf|9007199254740993", "---"),
        ("INTEGER", ("1250", "1063"), "1 250|1.063", "0-"),
        ("INTEGER", ("100", "1000"), "1E2|1.0e+3", "01"),
        ("DATE", ("'2026-03-01'", "'2026-03-02'"), "2026-03-01|2026-03-02T00:00:00", "01"),
        ("TIMESTAMP", ("'2025-12-31 23:30:00'", "'2026-03-01 00:00:00'", "'2026-03-01 10:00:00.500'"),
         "2025-12-31T23:30:00|2026-03-01|2026-03-01 10:00:00.50", "012"),
        ("TIMESTAMP", ("'2026-03-01 10:00:00'",), "2026-03-01", "-"),
        ("TIMESTAMPTZ", ("'2025-12-31 23:30:00+00'", "'2025-12-31 23:00:00+00'", "'2026-06-30 22:30:00+00'"),
         "2026-01-01 00:30:00|2026-01-01|2026-06-30T22:30:00Z", "012"),
        ("TIMESTAMPTZ", ("'2025-10-26 00:30:00+00'", "'2025-10-26 01:30:00+00'"), "2025-10-26T02:30:00", "--"),
        ("TIMESTAMPTZ", ("'2025-10-26 00:30:00+00'", "'2025-10-26 01:30:00+00'"),
         "2025-10-26T02:30:00+01:00|2025-10-26T02:30:00+02:00", "10"),
        ("TIMESTAMP_NS", ("'2026-03-01 10:00:00.123456789'",), "2026-03-01T10:00:00.123456788", "-"),
        ("BOOLEAN", ("true", "false"), "FALSE|1", "10"),
        ("TIME", ("'08:05:00'",), "8:05:00", "0"),
        ("VARCHAR", ("' 01'", "'A'", "'a '", "''"), "01|a|A", "021-"),
        ("VARCHAR", ("'1'", "'1.50'"), "01|1.5", "--"),
    ],
)  # fmt: skip
def test_a_key_is_of_the_type_that_the_base_gives_it(
    house: House, native: str, cells: Sequence[str], keys: str, expected: str
) -> None:
    query = f"SELECT CAST(c AS {native}) FROM ({values(*cells)}) AS t(c)"
    found, _ = join_typed(house, query, keys, decimal="," if "1.063" in keys else ".")
    assert "".join((name or "-").removeprefix("q") for name in found) == expected


@pytest.mark.parametrize(
    "kind, cells, keys, expected",
    [
        ("integer", ("1", "01", "1.0", "10"), "1|10", "0001"),
        ("number", ("1.50", "0.5", "1e2", "NC"), "1.5|.5|100|NC", "0123"),
        ("date", ("2026-03-01", "2026-03-01T00:00:00"), "2026-03-01", "00"),
        ("datetime", ("2025-12-31T23:30:00Z", "2026-01-01 00:30:00", "2026-01-01T01:30:00+02:00"),
         "2026-01-01T00:30:00", "000"),
        ("boolean", ("true", "1", "FALSE", "oui"), "TRUE|0", "001-"),
        ("string", ("1", "01", "1.0", " 10 "), "1|10", "0--1"),
    ],
)  # fmt: skip
def test_else_of_the_type_that_is_declared(
    house: House, kind: str, cells: Sequence[str], keys: str, expected: str
) -> None:
    """So it is of a base where a column of texts holds numbers, and of a file, whose cells are all text."""
    query = values(*(f"'{cell}'" for cell in cells))
    found, _ = join_typed(house, query, keys, kind=kind)
    assert "".join((name or "-").removeprefix("q") for name in found) == expected
    write_table(house, "code,nom\n" + "".join(f"{key},q{n}\n" for n, key in enumerate(keys.split("|"))))
    rows = "code\n" + "".join(f"{cell}\n" for cell in cells)
    columns = {"code": "publish", "nom": "publish"}
    done = house.extract(
        declare(house, rows, {**JOIN, "columns": ["nom"]}, columns=columns, types={"code": kind})
    )
    assert [row[2] for row in house.rows(done)] == found


def test_a_moment_whose_rule_keeps_the_day_alone_is_that_day(house: House) -> None:
    query = values("TIMESTAMPTZ '2025-12-31 23:30:00+00'", "TIMESTAMPTZ '2026-01-02 10:00:00+00'")
    found, _ = join_typed(
        house, query, "2026-01-01|2026-01-02T08:00:00", rule={"generalise": "month"}, brought="drop"
    )
    assert found == ["q0", "q1"]


@pytest.mark.parametrize("zone, expected", [("Europe/Paris", "q0"), ("Indian/Reunion", None)])
def test_the_clock_is_that_of_the_city(house: House, zone: str, expected: str | None) -> None:
    query = values("TIMESTAMPTZ '2025-12-31 23:30:00+00'")
    assert join_typed(house, query, "2026-01-01T00:30:00", zone=zone)[0] == [expected]


def test_two_keys_of_the_table_that_are_one_number_of_the_base(house: House) -> None:
    with pytest.raises(SourceUnreadable) as refused:
        join_typed(house, "SELECT 1::INTEGER", "01|1|2")
    assert house.message(refused.value) == (
        "[source-illisible] Une clé se trouve sur 2 lignes de la table jointe (lignes 2, 3) : laquelle vaut ?\n"
        "  Où : jeu essai, include/references/quartiers.csv\n"
        "  Que faire : n'y laisser qu'une ligne par clé, ou nommer sous « on: » toutes les colonnes de la clé ; un "
        "nombre, une date ou un booléen est le même de quelque façon qu'il soit écrit (01 et 1, 1.50 et 1,5) : si "
        "c'est un code, en faire un texte à la source et dans le schéma"
    )


def test_so_does_check_tell_of_two_that_are_declared_a_number(house: House) -> None:
    write_table(house, "code,quartier,canton\n01,a,1\n1.0,b,2\n")
    said = find_problems(house, declare(house, types={"code": "integer"}))
    assert "Une clé se trouve sur 2 lignes de la table jointe (lignes 2, 3)" in said


def test_a_type_that_no_text_equals(house: House) -> None:
    with pytest.raises(SourceUnreadable) as refused:
        join_typed(house, "SELECT [1, 2]", "1")
    assert (
        "La clé « code » est d'un type (INTEGER[]) qui ne se compare pas à celle d'une table jointe.\n"
        in (house.message(refused.value))
    )


NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4).map(
        str
    ),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.from_regex(r"[-+]?0{0,2}[0-9]{0,3}[.]?[0-9]{1,3}0{0,2}([eE][-+]?[0-9]{1,2})?", fullmatch=True),
)


@settings(max_examples=share(60), deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=20))
def test_two_numbers_have_one_form_when_they_are_equal_and_never_else(texts: list[str]) -> None:
    key = JoinKey("a", "a", "number", "VARCHAR", None, False, ((), ()))
    with duckdb.connect() as con:
        rows = ", ".join(f"('{text}')" for text in texts)
        forms = [
            one
            for (one,) in con.execute(
                f"SELECT {key.build_source_key_sql('a')} FROM (VALUES {rows}) AS t(a)"
            ).fetchall()
        ]
    for text, form in zip(texts, forms, strict=True):
        assert Decimal(text) == Decimal(form)
        assert "e" not in form and not re.search(r"^[+]|^-?0[0-9]|[.]$|[.][0-9]*0$|^-0$", form)
    assert len(set(forms)) == len({Decimal(text) for text in texts})


@pytest.mark.sandbox
def test_a_real_base_is_joined_to_what_a_person_writes(house: House, cluster: postgres.Cluster) -> None:
    cluster.create_owner()
    house.connect("base", conn_type="postgres", host="127.0.0.1", port=cluster.port, schema="postgres",
                  login=postgres.OWNER, password=cluster.password)  # fmt: skip
    write_table(house, "prix,cote,vu,jour,actif,code,nom\n1.5,2,2026-01-01T00:30:00,2026-03-01,1,AB,trouvé\n")
    sql = (
        "SELECT 1.50::numeric(10, 2) AS prix, 2::double precision AS cote, "
        "timestamptz '2025-12-31 23:30:00Z' AS vu, timestamp '2026-03-01 00:00:00' AS jour, true AS actif, "
        "'AB  '::char(4) AS code"
    )
    keys = ["prix", "cote", "vu", "jour", "actif", "code"]
    columns = dict.fromkeys((*keys, "nom"), "publish")
    dataset = house.declare({"postgres": "base", "sql": "sql/essai.sql"}, columns, sql=sql,
                            join={"file": "references/quartiers.csv", "on": keys})  # fmt: skip
    assert [row[-1] for row in house.rows(house.extract(dataset))] == ["trouvé"]


# --- rows that the table does not know ----------------------------------------------------------------------


def test_rows_without_a_match_are_kept_and_counted(house: House) -> None:
    write_table(house)
    done = house.extract(declare(house, f"id,code\n1,02\n2,{CANARY}\n3,\n"))
    assert [row[3:] for row in house.rows(done)] == [("Nord", "2"), (None, None), (None, None)]
    (found,) = done.report.findings
    assert found.message == (
        "2 lignes sans correspondance dans references/quartiers.csv : les colonnes ajoutées y sont vides (lignes 3, 4)"
    )
    assert CANARY not in json.dumps(done.report.to_json())


def test_or_rejected_within_what_is_tolerated(house: House) -> None:
    write_table(house)
    join = {**JOIN, "unmatched": "reject"}
    done = house.extract(declare(house, f"id,code\n1,02\n2,{CANARY}\n3,01\n", join, reject_at_most=0.5))
    assert [row[1] for row in house.rows(done)] == ["1", "3"]
    assert (done.report.rows, done.report.rejected) == (2, 1)
    assert [one.code for one in done.report.findings] == ["lignes-sans-correspondance-rejetees"]
    (key,) = house.place.vault.list_rejection_keys("essai")
    with house.place.vault.open_local_file_of_key(key) as path, duckdb.connect() as con:
        found = con.execute(f"SELECT __line, __rules, text FROM '{path}'").fetchall()
    assert [row[:2] for row in found] == [(3, "jointure")] and CANARY in found[0][2]


def test_beside_rows_that_could_not_be_cut(house: House) -> None:
    write_table(house)
    join = {**JOIN, "unmatched": "reject"}
    done = house.extract(declare(house, "id,code\n1,02\n2\n3,09\n4,01\n", join, reject_at_most=0.5))
    assert (done.report.rows, done.report.rejected) == (2, 2)


def test_beyond_it_nothing_goes_on(house: House) -> None:
    write_table(house)
    dataset = declare(house, f"id,code\n1,02\n2,{CANARY}\n", {**JOIN, "unmatched": "reject"})
    assert house.fails(SourceUnreadable, dataset) == (
        "[source-illisible] 1 ligne sans correspondance dans une table jointe (ligne 3), plus qu'il n'en est toléré.\n"
        "  Où : jeu essai, connexion « depot », a.csv\n"
        "  Que faire : compléter la table jointe, ou corriger ces lignes à la source ; pour en tolérer une part : "
        "reject_at_most ; pour les garder : « unmatched: keep »"
    )


# --- what is refused ----------------------------------------------------------------------------------------


def test_a_key_met_twice(house: House) -> None:
    write_table(house, f"code,quartier,canton\n{CANARY},a,1\n02,b,2\n{CANARY},c,3\n")
    dataset = declare(house)
    assert house.fails(SourceUnreadable, dataset) == (
        "[source-illisible] Une clé se trouve sur 2 lignes de la table jointe (lignes 2, 4) : laquelle vaut ?\n"
        "  Où : jeu essai, include/references/quartiers.csv\n"
        "  Que faire : n'y laisser qu'une ligne par clé, ou nommer sous « on: » toutes les colonnes de la clé"
    )
    said = find_problems(house, dataset)
    assert "include/datasets/essai.yaml:" in said and "^" in said and CANARY not in said
    assert "Une clé se trouve sur 2 lignes de la table jointe (lignes 2, 4)" in said


def test_several_keys_met_twice(house: House) -> None:
    write_table(house, "code,quartier,canton\n" + "".join(f"0{n % 6},q,c\n" for n in range(18)))
    assert (
        "6 clés se trouvent chacune sur plusieurs lignes de la table jointe (18 lignes : 2, 3, 4, 5, 6, 7, 8, 9, 10, "
        "11…)." in house.fails(SourceUnreadable, declare(house))
    )


def test_rows_of_the_table_without_a_key_are_no_row_s(house: House) -> None:
    write_table(house, TABLE + ",Nulle part,3\n,Ailleurs,4\n")
    done = house.extract(declare(house, "id,code\n1,\n"))
    assert [row[3:] for row in house.rows(done)] == [(None, None)]


@pytest.mark.parametrize(
    "join, what",
    [
        ({**JOIN, "on": {"code": "numero"}}, "La table jointe n'a pas de colonne « numero »."),
        ({**JOIN, "columns": ["canton", "id"]}, "La colonne n° 2 qu'ajoute references/quartiers.csv est déjà là."),
        ({**JOIN, "on": {"quartier": "code"}, "columns": ["canton"]},
         "La source n'a pas la colonne « quartier », clé de references/quartiers.csv."),
        ({**JOIN, "file": "references/quartiers.dat"}, "Le format de la table jointe ne se devine pas à son nom."),
        ({**JOIN, "file": "references/vide.csv"}, "Le fichier est vide (0 octet)."),
        ({**JOIN, "file": "references/inegal.csv"},
         "Le fichier a 1 ligne qui ne se découpe pas comme son en-tête (ligne 3)."),
    ],
    ids=["cle", "deja-la", "cle-de-la-source", "format", "vide", "inegal"],
)  # fmt: skip
def test_what_does_not_fit(house: House, join: Any, what: str) -> None:
    write_table(house, "code,quartier,canton,id\n01,a,b,c\n")
    write_table(house, TABLE, "quartiers.dat")
    write_table(house, "", "vide.csv")
    write_table(house, f"{TABLE.splitlines()[0]}\n01,a,b\n02,{CANARY}\n", "inegal.csv")
    dataset = declare(house, join=join, reject_at_most=0.9)
    assert f"] {what}\n  Où : jeu essai, " in house.fails(SourceUnreadable, dataset)


def test_a_column_that_nobody_declared_blocks_what_follows(house: House) -> None:
    write_table(house)
    dataset = declare(house, columns={"id": "publish", "code": "publish", "quartier": "publish"})
    said = find_problems(house, dataset)
    assert "la colonne ajoutée « canton » n'est pas sous « columns: » du jeu" in said
    done = house.extract(dataset)
    assert done.handle is not None
    with pytest.raises(AnonymisationGateClosed, match="canton"):
        anonymise_extract(dataset, Run("essai", "r1"), done.handle, house.place)


def test_check_shows_no_cell_that_stands_where_a_heading_should(house: House) -> None:
    write_table(house, f"code,canton,{CANARY}\n01,Centre,1\n")
    said = find_problems(house, declare(house, columns={"id": "publish", "code": "publish"}))
    assert "la colonne ajoutée « canton » n'est pas sous" in said
    assert "la colonne ajoutée n° 2 (son nom est tu) n'est pas sous" in said
    assert CANARY not in said


def test_check_is_silent_where_all_is_well(house: House) -> None:
    write_table(house)
    assert find_problems(house, declare(house)) == ""


# --- what has changed ---------------------------------------------------------------------------------------


def certify(house: House, dataset: Dataset, run: str) -> None:
    done = house.extract(dataset, run)
    assert done.handle is not None
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run("essai", run), done.report, house.place)


def test_a_changed_table_is_read_again_and_an_unchanged_one_is_not(house: House) -> None:
    write_table(house)
    dataset = declare(house)
    certify(house, dataset, "r1")
    same = house.extract(declare(house), "r2")
    assert same.handle is None and same.report.unchanged_by == "mark"
    write_table(house, TABLE.replace("Nord", "Nord-Est"))
    again = house.extract(declare(house), "r3")
    assert [row[3] for row in house.rows(again)] == ["Nord-Est", "Centre", "Nord-Est"]


def test_a_table_that_changes_under_a_run_stops_it(house: House) -> None:
    write_table(house)
    dataset = declare(house)
    write_table(house, TABLE.replace("Nord", "Sud"))
    assert "a changé depuis que la déclaration a été lue" in house.fails(SourceUnreadable, dataset)


# --- a property ---------------------------------------------------------------------------------------------

KEYS = st.sampled_from(["", "1", "01", "a", "A", "é", "a b", "10", "1.0"])


@settings(max_examples=share(15), deadline=None)
@given(st.lists(KEYS, max_size=12), st.lists(KEYS.filter(bool), unique=True, max_size=6))
def test_it_is_the_join_that_a_program_would_make(keys: Sequence[str], known: Sequence[str]) -> None:
    expected = [
        (str(rank), key or None, f"q{known.index(key)}" if key in known else None)
        for rank, key in enumerate(keys)
    ]
    with TemporaryDirectory() as folder:
        house = House(Path(folder) / "ville")
        write_table(house, "code,quartier\n" + "".join(f"{key},q{rank}\n" for rank, key in enumerate(known)))
        rows = "id,code\n" + "".join(f"{rank},{key}\n" for rank, key in enumerate(keys))
        columns = {"id": "publish", "code": "publish", "quartier": "publish"}
        assert [
            row[1:] for row in house.rows(house.extract(declare(house, rows, columns=columns)))
        ] == expected
