"""The language of computed columns: what it says, what it refuses, and what becomes of rows on which it fails."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc import duck
from aqueduc.connections import Connection
from aqueduc.declaration.expressions import list_columns_cited_in_expression
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import DeclarationError, SourceUnreadable
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.computing import compute_columns, find_expression_problems
from aqueduc.sources.expression_tree import ExpressionRefused
from aqueduc.sources.expressions import FUNCTIONS, TYPES, parse_expression
from tests.examples import share
from tests.guide import DOCS
from tests.sources.conftest import CANARY, Api, House, Reply

SOURCE = {"file": "depot", "path": "a.csv"}
COLUMNS = {"id": "publish", "code": "publish", "age": "publish"}
NAMES = ("id", "code", "age", "code quartier", "a.b", "Été", "prix$")


@pytest.fixture(scope="module")
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    """Nothing is written in it, and to open one takes longer than to ask it."""
    with duckdb.connect() as found:
        yield found


@pytest.fixture
def con(base: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    with base.cursor() as found:
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
        ("NOT (id IS NULL) AND age BETWEEN '1' AND code", ("id", "age", "code")),
        ("'une constante'", ()),
    ],
)
def test_the_columns_that_it_reads(
    con: duckdb.DuckDBPyConnection, expression: str, columns: tuple[str, ...]
) -> None:
    assert parse_expression(con, expression, NAMES).columns == columns
    assert set(list_columns_cited_in_expression(expression, NAMES)) >= set(columns)


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


@settings(max_examples=share(120), deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=9))
def test_what_is_read_is_what_words_show(base: duckdb.DuckDBPyConnection, parts: list[str]) -> None:
    """Whatever is written: refused, or read as the checks of the declaration have it, and written back the same."""
    text = " ".join(parts) if len(parts) % 2 else "".join(parts)
    with base.cursor() as con:
        try:
            found = parse_expression(con, text, NAMES)
        except ExpressionRefused:
            return
        assert set(found.columns) <= set(list_columns_cited_in_expression(text, NAMES))
        assert parse_expression(con, found.sql, NAMES) == found


# --- what it refuses ----------------------------------------------------------------------------------------

NOT_ONE = "ce n'est pas une expression, mais une requête"
ENDLESS = "le modèle de ce LIKE (ou ILIKE) peut prendre un temps sans fin"
COMMENTED = "un commentaire n'est pas permis ici : il serait signé, et non calculé"
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
    "id /* FROM */ FROM raw": COMMENTED,
    "id -- \n FROM raw": COMMENTED,
    "id -- age": COMMENTED,
    "id LIKE age": ENDLESS,
    "id ILIKE '%rue%bis%'": ENDLESS,
    "id NOT ILIKE '%a%b'": ENDLESS,
    "id LIKE '%_a%_b'": ENDLESS,
    "id LIKE concat('a', '%')": ENDLESS,
    "id /* /* */ || age */": COMMENTED,
    "id /*": "l'expression ne se lit pas (vers le caractère 4)",
    "1) + (2": "l'expression ne se lit pas (vers le caractère 2)",
    "1) --": COMMENTED,
    "PRAGMA version": "l'expression ne se lit pas",
    "COPY x TO 'y'": "l'expression ne se lit pas",
    "WITH a AS (SELECT 1) SELECT 1": "l'expression ne se lit pas",
    "1 +": "l'expression ne se lit pas",
    "'sans fin": "l'expression ne se lit pas",
    ":x": "l'expression ne se lit pas",
    " ": "l'expression ne se lit pas",
    "-- rien": COMMENTED,
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
    "lpad(id, 400000000, 'y')": "la longueur que veulent « lpad » et « rpad » est un nombre, 250 au plus",
    "rpad(id, length(code), 'y')": "la longueur que veulent « lpad » et « rpad » est un nombre, 250 au plus",
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
    (key,) = house.place.vault.list_rejection_keys("essai")
    with house.place.vault.open_local_file_of_key(key) as path, duckdb.connect() as con:
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
    ],
)
def test_what_cannot_be_computed_at_all(house: House, expression: str, what: str) -> None:
    dataset = declare(house, f"id,code,age\n1,{CANARY},{CANARY}\n", {"x": expression}, reject_at_most=0.9)
    assert what in house.fails(SourceUnreadable, dataset)


def test_the_remedy_names_the_texts_that_it_reads_and_no_other(house: House) -> None:
    dataset = declare(house, "id,code,age,ag\n1,a,2,3\n", {"x": "age * 2"}, columns={"ag": "publish"})
    assert "convertir ce qui est un texte (« age ») : CAST" in house.fails(SourceUnreadable, dataset)


@pytest.mark.parametrize(
    "expression",
    ["age = 150", "age <> 0", "age IN (0, 150)", "nullif(age, 0)", "CASE age WHEN 150 THEN 'oui' END", "age = (1 > 0)",
     "upper(concat(code, age = 150))", "CAST(age AS DOUBLE) = age", "CAST(age AS INTEGER) = '1.6'",
     "coalesce(CAST(age AS INTEGER), '1.6')", "greatest(CAST(age AS INTEGER), '1.6')", "CAST(age AS INTEGER) * '1.6'",
     "CASE WHEN code = 'a' THEN CAST(age AS INTEGER) ELSE '1.6' END", "code = DATE '2026-01-01'"],
)  # fmt: skip
def test_a_text_is_not_compared_with_a_number_which_would_round_it(house: House, expression: str) -> None:
    dataset = declare(house, "id,code,age\n1,a,149.6\n", {"x": expression}, reject_at_most=0.9)
    told = house.fails(SourceUnreadable, dataset)
    assert "La colonne calculée « x » compare un texte avec ce qui n'en est pas un.\n" in told
    assert "convertir ce qui est un texte (« " in told


def test_what_is_of_one_type_is_compared(house: House) -> None:
    computed = {
        "a": "CAST(age AS DOUBLE) = 150",
        "b": "code IN ('a', NULL)",
        "c": "CAST(jour AS DATE) >= '2026-01-01'",
        "d": "coalesce(code, 'x')",
        "e": "CAST(age AS DOUBLE) BETWEEN 149 AND 149.7",
        "f": "nullif(age, '149.6') IS NULL",
    }
    rows = "id,code,age,jour\n1,a,149.6,2026-03-01\n"
    done = house.extract(declare(house, rows, computed, columns={"jour": "publish"}))
    assert house.rows(done)[0][5:] == (False, True, True, "a", True, True)


@pytest.mark.parametrize(
    "expression, what",
    [
        ("regexp_matches(code, '[')", "une constante n'y est pas ce qu'elle doit être"),
        ("strptime(code, '%Q%')", "une constante n'y est pas ce qu'elle doit être"),
        ("upper(code, age)", "une fonction n'y a pas les arguments qu'il lui faut"),
        ("lpad(code, 3)", "une fonction n'y a pas les arguments qu'il lui faut"),
        ("upper(12)", "une fonction n'y a pas les arguments qu'il lui faut"),
    ],
)
def test_what_no_type_of_the_columns_would_make_right_is_told_by_check(
    house: House, expression: str, what: str
) -> None:
    dataset = declare(house, "id,code,age\n1,a,2\n", {"x": expression})
    (problem,) = find_expression_problems(dataset, house.place)
    assert f"« x » : {what}\n" in problem.render()


WRONG_OF_TEXTS = {
    "year(age)": "ne va pas avec les types des colonnes qu'elle lit",
    "age * 2": "ne va pas avec les types des colonnes qu'elle lit",
    "-age": "ne va pas avec les types des colonnes qu'elle lit",
    "date_diff('day', age, id)": "ne va pas avec les types des colonnes qu'elle lit",
    "age >= 18": "ne va pas avec les types des colonnes qu'elle lit",
    "age = 18": "compare un texte avec ce qui n'en est pas un",
    "nullif(age, 0)": "compare un texte avec ce qui n'en est pas un",
    "CASE WHEN code THEN 'oui' END": "prend un texte pour une condition",
    "NOT code": "prend un texte pour une condition",
    "age = '1' AND (code OR age = '2')": "prend un texte pour une condition",
    "if('n', 1, 2)": "prend un texte pour une condition",
    "CAST(age AS TIMESTAMP) - CAST(id AS TIMESTAMP)": "donne un INTERVAL, et non une valeur simple",
}


@pytest.mark.parametrize("expression", sorted(WRONG_OF_TEXTS))
def test_what_no_cell_of_a_file_would_make_right_is_told_by_check(house: House, expression: str) -> None:
    """As the run tells it."""
    what = WRONG_OF_TEXTS[expression]
    dataset = declare(house, "id,code,age\n1,a,2\n", {"x": expression}, reject_at_most=0.9)
    (problem,) = find_expression_problems(dataset, house.place)
    assert f"« x » : elle {what}\n" in problem.render() and "include/datasets/essai.yaml:" in problem.render()
    assert f"La colonne calculée « x » {what}.\n" in house.fails(SourceUnreadable, dataset)


@pytest.mark.parametrize(
    "expression", ["year(age)", "age * 2", "date_diff('day', age, id)", "left(code, 2)", "-age"]
)
def test_what_some_types_of_a_base_make_right_is_left_to_the_run(house: House, expression: str) -> None:
    columns = {**COLUMNS, "x": "publish", "nom": "publish"}
    (house.include / "references").mkdir()
    (house.include / "references/noms.csv").write_text("code,nom\n1,a\n")
    join = {"file": "references/noms.csv", "on": "code", "columns": ["nom"]}

    def find(text: str) -> str:
        dataset = house.declare({"postgres": "base", "sql": "sql/essai.sql"}, columns, sql="SELECT 1", join=join,
                                computed={"x": text})  # fmt: skip
        return "".join(problem.render() for problem in find_expression_problems(dataset, house.place))

    assert find(expression) == "" and find(f"concat({expression}, nom)") == ""
    # What is joined is text, whatever the source.
    assert "« x » : elle ne va pas avec les types" in find("nom * 2")


def test_a_long_expression_that_the_parser_writes_longer(house: House) -> None:
    expression = "concat(" + ",".join(["id::INT"] * 240) + ")"
    assert len(expression) < 2_000
    done = house.extract(declare(house, "id,code,age\n1,a,2\n", {"x": expression}))
    assert house.rows(done)[0][4] == "1" * 240


def test_a_constant_that_the_types_alone_show_to_be_wrong(house: House) -> None:
    dataset = declare(house, "id,code,age\n1,a,2026-01-01\n", {"x": "strftime(CAST(age AS DATE), '%Q%')"})
    with pytest.raises((DeclarationError, SourceUnreadable), match="une constante"):
        house.extract(dataset)


def test_an_endless_number_rejects_its_row(house: House) -> None:
    computed = {
        "x": "power(CAST(age AS DOUBLE), 400)",
        "y": "CAST(code AS DOUBLE)",
        "z": "CAST(jour AS DATE)",
    }
    rows = "id,code,age,jour\n1,1,1,2026-01-01\n2,1,10,\n3,nan,1,\n4,inf,1,\n5,1,1,infinity\n6,,,\n"
    done = house.extract(declare(house, rows, computed, columns={"jour": "publish"}, reject_at_most=0.9))
    assert [row[1] for row in house.rows(done)] == ["1", "6"]
    assert [one.message for one in done.report.findings] == [
        "« x » : 1 ligne où le calcul échoue, rejetée (ligne 3)",
        "« y » : 2 lignes où le calcul échoue, rejetées (lignes 4, 5)",
        "« z » : 1 ligne où le calcul échoue, rejetée (ligne 6)",
    ]


def compute_typed(
    house: House, query: str, computed: dict[str, str], memory: str = "512MB"
) -> list[tuple[Any, ...]]:
    """The computed cells of rows that have the types of a database."""
    with TemporaryDirectory() as folder, duckdb.connect() as con:
        scratch = Path(folder)
        target = scratch / "raw.parquet"
        con.execute(f"COPY (SELECT 1 AS __line, * FROM ({query})) TO '{target}'")
        columns = tuple((one[0], one[1]) for one in con.execute(f"DESCRIBE {query}").fetchall())
        dataset = house.declare(SOURCE, dict.fromkeys((name for name, _ in columns), "publish"))
        request = ExtractRequest(
            dataset=dataset, connection=Connection(id="", kind=""), window=None, timezone="Europe/Paris", etag=None,
            scratch=scratch, target=target,
        )  # fmt: skip
        parsed = {
            name: parse_expression(con, text, [one for one, _ in columns]) for name, text in computed.items()
        }
        con.execute("SET TimeZone = 'America/New_York'")
        con.execute(f"SET memory_limit = '{memory}'")
        compute_columns(con, request, ExtractResult(rows=2, columns=columns), parsed)
        assert con.execute(
            f"SELECT COLUMNS(* EXCLUDE ({', '.join(computed)})) FROM '{target}'"
        ).fetchall() == (con.execute(f"SELECT 1, * FROM ({query})").fetchall())
        return con.execute(f"SELECT {', '.join(computed)} FROM '{target}'").fetchall()


def test_a_number_of_seven_digits_shows_no_other(house: House) -> None:
    computed = {"a": "x", "b": "x * 2", "c": "CAST(x AS VARCHAR)"}
    assert compute_typed(house, "SELECT 149.6::FLOAT AS x", computed) == [(149.6, 299.2, "149.6")]


@pytest.mark.parametrize(
    "constant", ["'aaaaaaaaaaaa'", "CASE WHEN code = 'k' THEN 'grande' ELSE 'petite' END"]
)
@pytest.mark.parametrize("kept", [1, 2, 3, 4])
def test_a_constant_text_beside_a_row_that_fails(house: House, constant: str, kept: int) -> None:
    """A list of one text is what the writer of DuckDB breaks on."""
    rows = "id,code,age\n" + "".join(f"{n},k,{n}\n" for n in range(kept)) + "9,k,x\n"
    computed = {"x": constant, "y": "CAST(age AS INTEGER)"}
    done = house.extract(declare(house, rows, computed, reject_at_most=0.9))
    assert len(house.rows(done)) == kept


MOMENT = {
    "an": "year(CAST({ts} AS TIMESTAMP))",
    "jour": "CAST({ts} AS DATE)",
    "heure": "hour(CAST({ts} AS TIMESTAMP))",
    "texte": "left(CAST({ts} AS VARCHAR), 4)",
}
LOCAL = [(2026, date(2026, 1, 1), 0, "2026"), (2026, date(2026, 7, 1), 0, "2026")]


@pytest.mark.parametrize("kind", ["datetime", "string"])
@pytest.mark.parametrize("tail", ["Z", "+00:00", "+0000", "+00", ".000Z"])
def test_moments_of_texts_are_read_by_the_clock_of_the_city(house: House, kind: str, tail: str) -> None:
    computed = {name: text.format(ts="age") for name, text in MOMENT.items()}
    rows = f"id,code,age\n1,a,2025-12-31T23:30:00{tail}\n2,a,2026-06-30 22:30:00{tail}\n"
    done = house.extract(declare(house, rows, computed, types={"age": kind}))
    assert [row[4:] for row in house.rows(done)] == LOCAL
    assert house.rows(done)[0][3].startswith(
        "2025-12-31T23:30:00"
    )  # the column itself is left to who publishes it


def test_moments_of_a_type_are_read_by_the_clock_of_the_city(house: House) -> None:
    query = (
        "SELECT unnest([TIMESTAMPTZ '2025-12-31 23:30:00+00', TIMESTAMPTZ '2026-06-30 22:30:00+00']) AS age"
    )
    computed = {**{name: text.format(ts="age") for name, text in MOMENT.items()}, "h": "hour(age)"}
    assert compute_typed(house, query, computed) == [(*row, 0) for row in LOCAL]


def test_a_moment_without_an_offset_is_left_as_it_is(house: House) -> None:
    rows = "id,code,age\n1,a,2025-12-31T23:30:00\n2,-05:00,2025-12-31\n"
    computed = {"x": "CAST(age AS DATE)", "y": "lower(code)"}
    assert [row[4:] for row in house.rows(house.extract(declare(house, rows, computed)))] == [
        (date(2025, 12, 31), "a"),
        (date(2025, 12, 31), "-05:00"),
    ]


# --- what would be too long --------------------------------------------------------------------------------

LONG = "lpad('', 250, 'a')"


@pytest.mark.parametrize(
    "expression",
    [
        f"replace(replace(code, 'a', {LONG}), 'a', {LONG})",
        f"length(replace(replace(code, 'a', {LONG}), 'a', {LONG}))",
        f"CASE WHEN replace(replace(code, 'a', {LONG}), 'a', {LONG}) = 'b' THEN 'c' END",
        f"replace(replace(replace({LONG}, 'a', {LONG}), 'a', {LONG}), 'b', code)",
        f"regexp_replace(regexp_replace(code, '', {LONG}, 'g'), '', {LONG}, 'g')",
        r"regexp_replace(regexp_replace(code, '(.*)', '" + r"\1" * 60 + r"'), '(.*)', '" + r"\1" * 60 + "')",
        "replace(code, 'a', code)",
        "regexp_replace(age, 'a', code)",
        "replace(" * 10 + "code" + ", 'a', 'bb')" * 10,
        "concat(" + ", ".join([f"replace(code, 'a', {LONG})"] * 5) + ")",
        "lpad(code, 400000000, 'y')",
        "replace(strftime(CAST(age AS DATE), '" + "%c" * 200 + "'), 'a', '" + "b" * 70 + "')",
    ],
)  # fmt: skip
def test_what_could_be_too_long_is_refused_before_anything_is_read(house: House, expression: str) -> None:
    assert len(expression) <= 2_000
    (problem,) = find_expression_problems(declare(house, "id,code,age\n", {"x": expression}), house.place)
    assert "« x » : l" in problem.render() and (
        "plus de 2000 fois plus longs" in problem.render() or "lpad" in problem.render()
    )


@pytest.mark.parametrize(
    "expression",
    [
        "replace(" * 9 + "code" + ", 'œ', 'oe')" * 9,
        "replace(code, 'X', left(age, 50))",
        "replace('M. X habite ici', 'X', code)",
        "code LIKE '%rue%bis%ter%' AND code ILIKE '%rue%' AND code LIKE '__%' AND code NOT LIKE 'a_b%'",
        "concat_ws(', ', code, age, id)",
        "regexp_replace(code, '([0-9]+)', '<\\1>', 'g')",
        f"left(replace(code, 'a', {LONG}), 20)",
        f"replace(left(replace(code, 'a', {LONG}), 20), 'a', {LONG})",
        "replace(" * 60 + "code" + ", 'a', 'b')" * 60,
    ],
)
def test_what_is_of_use_is_not(house: House, expression: str) -> None:
    assert find_expression_problems(declare(house, "id,code,age\n", {"x": expression}), house.place) == ()


def test_cells_that_would_make_it_too_long_stop_the_run(house: House) -> None:
    rows = "id,code,age\n1,b,2\n" + "".join(f"{n},{'a' * 41_000},3\n" for n in range(10))
    assert (
        "Les cellules que lit ce qui est calculé (« x ») sont trop longues (à partir de la ligne 2) : les textes qui en "
        "seraient faits pourraient passer 100000000 caractères pour 2048 lignes.\n"
        in house.fails(SourceUnreadable, declare(house, rows, {"x": f"length(replace(code, 'a', {LONG}))"}))
    )


def test_so_do_rows_that_ask_together_for_too_much_memory(house: House) -> None:
    """Each of them within what is permitted."""
    query = "SELECT range || repeat('a', 90) AS code, 'b' AS age FROM range(4000)"
    computed = {"x": f"replace(code, 'a', {LONG})", "y": "age"}
    with pytest.raises(SourceUnreadable) as refused:
        compute_typed(house, query, computed, memory="48MB")
    assert "Ce qui est calculé (« x ») demande plus de mémoire qu'il n'en est donné.\n" in (
        house.message(refused.value)
    )


CALLS = [
    "replace({0}, 'a', 'bcd')", "replace({0}, {1}, 'aa')", "replace('xay', 'a', {0})", "concat({0}, '-', {1})", "{0} || {1}",
    "concat_ws('--', {0}, {1}, 'z')", "lpad({0}, 9, 'ab')", "left({0}, 4)", "right({0}, 100)", "upper({0})",
    "regexp_replace({0}, '(a+)', '\\1\\1-', 'g')", "regexp_replace({0}, '', 'ab', 'g')",
    "regexp_replace({0}, '.*', '\\0\\0')",
    "CASE WHEN {0} = {1} THEN {0} ELSE {1} END", "coalesce({0}, {1})", "greatest({0}, {1})", "nullif({0}, {1})",
    "split_part({0}, 'a', 1)", "CAST(length({0}) AS VARCHAR)",
    "concat({0}, strftime(TIMESTAMP '2026-09-30 12:00:00', '%A%c%B'))",
]  # fmt: skip
TREES = st.recursive(
    st.sampled_from(["code", "age", "'a'", "'aab%A'"]),
    lambda below: st.builds(
        lambda call, first, other: call.format(first, other), st.sampled_from(CALLS), below, below
    ),
    max_leaves=6,
)


@settings(max_examples=share(150), deadline=None)
@given(TREES, st.text("ab%A -", max_size=12), st.text("ab%c", max_size=12))
def test_no_text_is_longer_than_what_was_reckoned(
    base: duckdb.DuckDBPyConnection, expression: str, code: str, age: str
) -> None:
    with base.cursor() as con:
        try:
            parsed = parse_expression(con, expression, NAMES)
        except ExpressionRefused:
            return
        row = f"(SELECT {duck.literal(code)} AS code, {duck.literal(age)} AS age)"
        (found,) = con.execute(
            f"SELECT length(TRY(CAST({parsed.sql} AS VARCHAR))) FROM {row}"
        ).fetchone() or (0,)
        assert (found or 0) <= parsed.size.given.times * max(len(code), len(age)) + parsed.size.given.more


@pytest.mark.parametrize("rule, stops", [("drop", True), ("publish", False)])
def test_no_row_is_chosen_by_a_column_that_is_kept_back(house: House, rule: str, stops: bool) -> None:
    """A row that is published would say that its hidden name is not the one on which the expression fails."""
    expression = f"CAST(CASE WHEN code = '{CANARY}' THEN 'x' ELSE '1' END AS INTEGER)"
    rows = f"id,code,age\n1,{CANARY},1\n2,b,2\n3,c,3\n"
    waiver = {
        "column": "x",
        "kind": "derived",
        "reason": "un essai",
        "date": "2026-01-05",
        "by": "Claire Fabre",
    }
    more = {} if stops else {"waivers": [waiver]}
    columns = {"code": "drop", "x": rule}
    dataset = declare(house, rows, {"x": expression}, columns=columns, reject_at_most=0.9, **more)
    if stops:
        assert (
            "1 ligne où « x » ne se calcule pas (ligne 2) : la rejeter dirait quelque chose des colonnes retenues dont "
            "elle est faite.\n" in house.fails(SourceUnreadable, dataset)
        )
    else:
        assert house.extract(dataset).report.rejected == 1


def test_a_column_of_the_source_of_any_name_stays_what_it_is(house: House) -> None:
    """That nobody declared them is told by what follows."""
    rows = "id,code,age,__raw0,__TRY0\n1,a,2026-01-01,b,c\n2,a,2025-12-31T23:30:00Z,d,e\n3,a,x,f,g\n"
    done = house.extract(declare(house, rows, {"x": "CAST(age AS DATE)"}, reject_at_most=0.9))
    assert [row[3:] for row in house.rows(done)] == [
        ("2026-01-01", "b", "c", date(2026, 1, 1)),
        ("2025-12-31T23:30:00Z", "d", "e", date(2026, 1, 1)),
    ]


def test_a_name_that_the_source_has_already(house: House) -> None:
    dataset = declare(house, "id,code,age,X\n1,a,2,3\n", {"x": "upper(code)"})
    assert "La source a déjà une colonne « x »" in house.fails(SourceUnreadable, dataset)


# --- a property ---------------------------------------------------------------------------------------------

CELLS = st.sampled_from(["", "0", "7", "-3", "17", "18", "99999999999", "1.5", "x", "é'é", 'a"b'])


def is_whole(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None and abs(float(cell)) < 2**31


@settings(max_examples=share(12), deadline=None)
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
