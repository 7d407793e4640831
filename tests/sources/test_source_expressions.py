"""The language of computed columns: what it says, what it refuses, and what becomes of rows on which it fails."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.declaration.expressions import list_named_columns
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import DeclarationError, SourceUnreadable
from aqueduc.sources.computing import find_expression_problems
from aqueduc.sources.expressions import FUNCTIONS, TYPES, ExpressionRefused, parse_expression
from tests.guide import DOCS
from tests.sources.conftest import CANARY, Api, House, Reply

SOURCE = {"file": "depot", "path": "a.csv"}
COLUMNS = {"id": "publish", "code": "publish", "age": "publish"}
NAMES = ("id", "code", "age", "code quartier", "a.b", "Été", "prix$")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        yield found


def declare(house: House, rows: str, computed: dict[str, str], **more: Any) -> Dataset:
    (house.drop / "a.csv").write_text(rows, encoding="utf-8")
    columns = {**COLUMNS, **dict.fromkeys(computed, "publish"), **more.pop("columns", {})}
    return house.declare(SOURCE, columns, computed=computed, **more)


# --- the guide ----------------------------------------------------------------------------------------------

PAGE = (DOCS / "intendant/ajouter.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(.+)` \| `(.+)` \|$", PAGE, re.M)
PERMITTED = {name for names in FUNCTIONS.values() for name in names}


@pytest.mark.parametrize("expression, value", EXAMPLES)
def test_an_example_of_the_guide_gives_what_it_says(
    con: duckdb.DuckDBPyConnection, expression: str, value: str
) -> None:
    sql = parse_expression(con, expression, NAMES).sql
    assert con.execute(f"SELECT CAST({sql} AS VARCHAR)").fetchone() == (value,)


def test_the_guide_shows_each_function_and_no_other() -> None:
    shown = {name for expression, _ in EXAMPLES for name in re.findall(r"([a-z_0-9]+)\(", expression)}
    assert shown == PERMITTED
    assert f"Les types permis : {', '.join(TYPES)} (un texte)." in PAGE.replace("\n  ", " ")


def test_each_function_sees_its_arguments_alone(con: duckdb.DuckDBPyConnection) -> None:
    """Neither the clock, nor chance, nor other rows; a macro (of DuckDB's) is made of such functions."""
    kinds = con.execute(
        "SELECT function_name, function_type, stability FROM duckdb_functions() WHERE function_name IN "
        "(SELECT unnest(?))",
        [sorted(PERMITTED)],
    ).fetchall()
    assert {name for name, _, _ in kinds} == PERMITTED
    assert {(kind, stability) for _, kind, stability in kinds} <= {("scalar", "CONSISTENT"), ("macro", None)}
    assert {name for name, kind, _ in kinds if kind == "macro"} == {"nullif", "split_part"}


# --- what it reads ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression, columns",
    [
        ("upper(code) || '-' || ID", ("code", "id")),
        ("CASE code WHEN 'id' THEN age END", ("code", "age")),
        ('"code quartier"', ("code quartier",)),
        ('left("a.b", 2)', ("a.b",)),
        ("Été", ("Été",)),
        ("id IN ('age', 'code')", ("id",)),
        ("extract(year FROM CAST(age AS DATE))", ("age",)),
        ("position(code IN id)", ("id", "code")),
        ("id -- age", ("id",)),
        ("NOT (id IS NULL) AND age BETWEEN '1' AND code", ("id", "age", "code")),
        ("'une constante'", ()),
    ],
)
def test_the_columns_that_it_reads(
    con: duckdb.DuckDBPyConnection, expression: str, columns: tuple[str, ...]
) -> None:
    assert parse_expression(con, expression, NAMES).columns == columns
    assert set(list_named_columns(expression, NAMES)) >= set(columns)


def test_a_name_that_words_do_not_show_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    """The checks of a declaration go by its words: what they would not see is not computed."""
    with pytest.raises(ExpressionRefused) as refused:
        parse_expression(con, "prix$", NAMES)
    assert str(refused.value.what) == "« prix$ » est écrit sans guillemets"
    assert parse_expression(con, '"prix$"', NAMES).columns == ("prix$",)


PARTS = st.sampled_from(
    ["id", "ID", '"age"', "code", "upper(", "(", ")", "||", "'id'", "'", '"', "--", "/*", "*/", "\n", " ", ",", "$$",
     "E'", "\\", "1", ".", "::", "CASE WHEN", "THEN", "END", "IS NULL", "IN", ";", "SELECT", "coalesce(", "$", "é", ":"]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=9))
def test_what_is_read_is_what_words_show(parts: list[str]) -> None:
    """Whatever is written: refused, or read as the checks of the declaration have it, and written back the same."""
    text = " ".join(parts) if len(parts) % 2 else "".join(parts)
    with duckdb.connect() as con:
        try:
            found = parse_expression(con, text, NAMES)
        except ExpressionRefused:
            return
        assert set(found.columns) <= set(list_named_columns(text, NAMES))
        assert parse_expression(con, found.sql, NAMES) == found


# --- what it refuses ----------------------------------------------------------------------------------------

NOT_ONE = "ce n'est pas une expression, mais une requête"
ROW_ALONE = "l'expression ne voit que les colonnes d'une ligne"
REFUSED = {
    "(SELECT 1)": ROW_ALONE,
    "(SELECT * FROM read_csv('/etc/passwd'))": ROW_ALONE,
    "(FROM '/etc/passwd')": ROW_ALONE,
    "(VALUES (1))": ROW_ALONE,
    "EXISTS(SELECT 1)": ROW_ALONE,
    "id IN (SELECT 1)": ROW_ALONE,
    "id = ANY(SELECT 1)": ROW_ALONE,
    "concat(id, (SELECT 1))": ROW_ALONE,
    "CASE WHEN true THEN (SELECT 1) END": ROW_ALONE,
    "row_number() OVER ()": ROW_ALONE,
    "lag(id) OVER (ORDER BY id)": ROW_ALONE,
    **{
        f"{name}('x')": f"la fonction « {name} » n'est pas permise ici"
        for name in (
            "read_csv", "read_text", "read_blob", "read_parquet", "read_json", "glob", "getenv", "current_setting",
            "getvariable", "query", "query_table", "nextval", "error", "sum", "max", "list", "md5", "sha256", "hash",
            "repeat", "json_extract", "unnest", "write_log", "txid_current", "current_schema",
        )
    },
    **{
        f"{name}()": f"la fonction « {name} » n'est pas permise ici"
        for name in ("random", "now", "uuid", "today", "current_date", "version", "pi", "gen_random_uuid")
    },
    "age(CAST(id AS DATE))": "la fonction « age » n'est pas permise ici",
    "count(*)": "la fonction « count_star » n'est pas permise ici",
    "[x FOR x IN range(3)]": "la fonction « list_apply » n'est pas permise ici",
    "[x FOR x IN (SELECT content FROM read_text('/x'))]": "la fonction « list_apply » n'est pas permise ici",
    "list_transform([1], lambda x: x + 1)": "la fonction « list_transform » n'est pas permise ici",
    "[1, 2]": "la fonction « list_value » n'est pas permise ici",
    "{'a': id}": "la fonction « struct_pack » n'est pas permise ici",
    "(id, code)": "la fonction « row » n'est pas permise ici",
    "INTERVAL 1 DAY": "la fonction « to_days » n'est pas permise ici",
    "id ** 2": "la fonction « ** » n'est pas permise ici",
    "main.getenv('HOME')": "la fonction « getenv » n'est pas permise ici",
    "system.main.upper(id)": "cette construction n'est pas permise ici",
    "upper(DISTINCT id)": "cette construction n'est pas permise ici",
    "upper(id ORDER BY id)": "cette construction n'est pas permise ici",
    "upper(id) FILTER (WHERE true)": "cette construction n'est pas permise ici",
    "id[1]": "cette construction n'est pas permise ici",
    "id COLLATE NOCASE": "cette construction n'est pas permise ici",
    "TRY(id)": "cette construction n'est pas permise ici",
    "#1": "cette construction n'est pas permise ici",
    "1e400": "cette construction n'est pas permise ici",
    "DEFAULT": "cette construction n'est pas permise ici",
    "id -> id": "une fonction anonyme (->) n'est pas permise ici",
    "*": "« * » n'est pas permis ici",
    "raw.*": "« * » n'est pas permis ici",
    "COLUMNS('.*')": "« * » n'est pas permis ici",
    "?": "un paramètre (?, $1) n'est pas permis ici",
    "$1": "un paramètre (?, $1) n'est pas permis ici",
    "$x": "un paramètre (?, $1) n'est pas permis ici",
    "1; DROP TABLE x": NOT_ONE,
    "1; COPY x TO 'y'": NOT_ONE,
    "1; SELECT 2": NOT_ONE,
    "1; PRAGMA version": NOT_ONE,
    "id FROM raw": NOT_ONE,
    "id FROM read_csv('/etc/passwd')": NOT_ONE,
    "id FROM raw, LATERAL (SELECT 1)": NOT_ONE,
    "id AS autre": NOT_ONE,
    "id, code": NOT_ONE,
    "id WHERE true": NOT_ONE,
    "id GROUP BY ALL": NOT_ONE,
    "id ORDER BY 1": NOT_ONE,
    "id LIMIT 1": NOT_ONE,
    "id QUALIFY true": NOT_ONE,
    "id USING SAMPLE 1": NOT_ONE,
    "id UNION SELECT 2": NOT_ONE,
    "DISTINCT id": NOT_ONE,
    "id /* FROM */ FROM raw": NOT_ONE,
    "id -- \n FROM raw": NOT_ONE,
    "id /*": "l'expression ne se lit pas (vers le caractère 4)",
    "1) + (2": "l'expression ne se lit pas (vers le caractère 2)",
    "1) --": "l'expression ne se lit pas",
    "PRAGMA version": "l'expression ne se lit pas",
    "COPY x TO 'y'": "l'expression ne se lit pas",
    "WITH a AS (SELECT 1) SELECT 1": "l'expression ne se lit pas",
    "1 +": "l'expression ne se lit pas",
    "'sans fin": "l'expression ne se lit pas",
    ":x": "l'expression ne se lit pas",
    " ": "l'expression ne se lit pas",
    "-- rien": "l'expression ne se lit pas",
    "ages": "« ages » n'est pas une colonne du jeu",
    "current_date": "« current_date » n'est pas une colonne du jeu",
    "current_user": "« current_user » n'est pas une colonne du jeu",
    "rowid": "« rowid » n'est pas une colonne du jeu",
    "__line": "« __line » n'est pas une colonne du jeu",
    "filename": "« filename » n'est pas une colonne du jeu",
    "raw.id": "« raw.id » n'est pas une colonne",
    "a.b": "« a.b » n'est pas une colonne",
    "CAST(id AS JSON)": "n'est pas permis ici",
    "CAST(id AS INTEGER[])": "le type « LIST » n'est pas permis ici",
    "CAST(id AS UUID)": "le type « UUID » n'est pas permis ici",
    "CAST(id AS BLOB)": "le type « BLOB » n'est pas permis ici",
    "NOT " * 400 + "true": "",
    "(" * 900 + "1" + ")" * 900: "",
    "'" + "x" * 2_000 + "'": "l'expression a plus de 2000 caractères",
}  # fmt: skip


@pytest.mark.parametrize("expression", list(REFUSED), ids=lambda text: text[:40])
def test_what_is_no_expression_over_a_row_is_refused(con: duckdb.DuckDBPyConnection, expression: str) -> None:
    if not REFUSED[expression]:  # deep enough to break a parser: any answer but a crash
        with contextlib.suppress(ExpressionRefused):
            parse_expression(con, expression, NAMES)
        return
    with pytest.raises(ExpressionRefused) as refused:
        parse_expression(con, expression, NAMES)
    assert REFUSED[expression] in str(refused.value.what)
    assert str(refused.value.remedy)


def test_it_is_told_where_it_is_written(house: House) -> None:
    dataset = declare(house, "id,code,age\n", {"x": "upper(cod)", "y": "getenv('HOME')", "z": "upper(code)"})
    said = "\n\n".join(problem.render() for problem in find_expression_problems(dataset, house.place))
    assert said == (
        "include/datasets/essai.yaml:20:6 : « x » : « cod » n'est pas une colonne du jeu\n"
        "   20 |   x: upper(cod)\n      |      ^^^^^^^^^^\n      = vouliez-vous dire « code » ?\n\n"
        "include/datasets/essai.yaml:21:6 : « y » : la fonction « getenv » n'est pas permise ici\n"
        "   21 |   y: getenv('HOME')\n      |      ^^^^^^^^^^^^^^\n"
        "      = au choix : abs, ceil, coalesce, concat, concat_ws, contains, date_diff, date_part, date_trunc, day, "
        "ends_with, extract, floor, greatest, hour, if, ifnull, isodow, last_day, least, left, length, ln, log10, lower, "
        "lpad, ltrim, make_date, minute, month, …"
    )
    with pytest.raises(DeclarationError, match="getenv"):
        house.extract(dataset)


# --- what comes out -----------------------------------------------------------------------------------------


def test_columns_are_computed_from_cells_as_they_are_read(house: House) -> None:
    computed = {"vu": "upper(code) || '-' || id", "double": "2 * CAST(age AS INTEGER)"}
    rows = "id,code,age\n1,a,12\n2, b ,\n"
    done = house.extract(declare(house, rows, computed, columns={"age": "drop", "double": "drop"}))
    assert house.table(done) == (
        ["__line", "id", "code", "age", "vu", "double"],
        [(2, "1", "a", "12", "A-1", 24), (3, "2", "b", None, "B-2", None)],
    )
    assert done.report.columns[-1] == ("double", "INTEGER")


def test_from_a_joined_column_and_an_api(house: House, api: Api) -> None:
    (house.include / "references").mkdir()
    (house.include / "references/q.csv").write_text("code,quartier\na,Nord\n")
    api.reply("/lieux", Reply([{"id": 1, "code": "a"}, {"id": 2, "code": "z"}]))
    house.connect("api", conn_type="http", host=api.url)
    names = ("id", "code", "quartier", "lieu")
    dataset = house.declare(
        {"http": "api", "path": "/lieux"}, dict.fromkeys(names, "publish"),
        join={"file": "references/q.csv", "on": "code"}, computed={"lieu": "coalesce(quartier, 'inconnu')"},
    )  # fmt: skip
    assert [row[4] for row in house.rows(house.extract(dataset))] == ["Nord", "inconnu"]


def test_a_division_by_zero_gives_nothing(house: House) -> None:
    computed = {
        "a": "CAST(age AS DOUBLE) / 0",
        "b": "CAST(age AS INTEGER) // 0",
        "c": "CAST(age AS INTEGER) % 0",
    }
    done = house.extract(declare(house, "id,code,age\n1,a,12\n", computed))
    assert house.rows(done)[0][4:] == (None, None, None)


FAILING = {"majeur": "CASE WHEN CAST(age AS INTEGER) >= 18 THEN 'oui' ELSE 'non' END", "vu": "upper(code)"}
ROWS = f"id,code,age\n1,a,12\n2,b,{CANARY}\n3,c,\n4,d,40\n"


def test_rows_on_which_it_fails_are_rejected_within_what_is_tolerated(house: House) -> None:
    done = house.extract(declare(house, ROWS, FAILING, reject_at_most=0.5))
    assert house.rows(done) == [
        (2, "1", "a", "12", "non", "A"),
        (4, "3", "c", None, "non", "C"),
        (5, "4", "d", "40", "oui", "D"),
    ]
    assert (done.report.rows, done.report.rejected) == (3, 1)
    (found,) = done.report.findings
    assert found.message == "« majeur » : 1 ligne où le calcul échoue, rejetée (ligne 3)"
    (key,) = house.place.vault.rejection_keys("essai")
    with house.place.vault.local(key) as path, duckdb.connect() as con:
        assert con.execute(f"SELECT __line, __rules FROM '{path}'").fetchall() == [(3, "calcul")]


def test_beyond_it_nothing_goes_on_and_no_cell_is_told(house: House) -> None:
    assert house.fails(SourceUnreadable, declare(house, ROWS, FAILING)) == (
        "[source-illisible] 1 ligne où « majeur » ne se calcule pas (ligne 3), plus qu'il n'en est toléré.\n"
        "  Où : jeu essai, connexion « depot », a.csv\n"
        "  Que faire : corriger ces lignes à la source ; pour laisser vide ce qui ne se convertit pas : TRY_CAST(… AS …) "
        "; pour tolérer une part de lignes rejetées : reject_at_most"
    )


@pytest.mark.parametrize(
    "expression, what",
    [
        ("age * 2", "La colonne calculée « x » ne va pas avec les types des colonnes qu'elle lit.\n"),
        ("CAST(age AS TIMESTAMP) - CAST(age AS TIMESTAMP)", "donne un INTERVAL, et non une valeur simple.\n"),
        ("regexp_extract(code, '(')", "Une colonne calculée ne se calcule sur aucune ligne : « x ».\n"),
        (
            "upper(code, age)",
            "La colonne calculée « x » ne va pas avec les types des colonnes qu'elle lit.\n",
        ),
    ],
)
def test_what_cannot_be_computed_at_all(house: House, expression: str, what: str) -> None:
    dataset = declare(house, f"id,code,age\n1,{CANARY},{CANARY}\n", {"x": expression}, reject_at_most=0.9)
    assert what in house.fails(SourceUnreadable, dataset)


def test_a_name_that_the_source_has_already(house: House) -> None:
    dataset = declare(house, "id,code,age,X\n1,a,2,3\n", {"x": "upper(code)"})
    assert "La source a déjà une colonne « x »" in house.fails(SourceUnreadable, dataset)


# --- a property ---------------------------------------------------------------------------------------------

CELLS = st.sampled_from(["", "0", "7", "-3", "17", "18", "99999999999", "1.5", "x", "é'é", 'a"b'])


def is_whole(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None and abs(float(cell)) < 2**31


@settings(max_examples=12, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=8))
def test_it_is_what_a_program_would_compute(cells: list[str]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [["id", "code", "age"], *([n, "k", c] for n, c in enumerate(cells))]
    )
    expected = [
        (str(rank), "oui" if cell and round(float(cell)) >= 18 else "non")
        for rank, cell in enumerate(cells)
        if not cell or is_whole(cell)
    ]
    with TemporaryDirectory() as folder:
        house = House(Path(folder) / "ville")
        computed = {"majeur": FAILING["majeur"]}
        done = house.extract(declare(house, text.getvalue(), computed, reject_at_most=1.0))
        found = house.rows(done)
        assert [(row[1], row[4]) for row in found] == expected
        assert [row[0] for row in found] == [int(rank) + 2 for rank, _ in expected]
