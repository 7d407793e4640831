"""``:window_start`` and ``:window_end``, and all that merely looks like them."""

from __future__ import annotations

import time

import pytest

from aqueduc.declaration.diagnostics.problem import render_problems
from aqueduc.declaration.expressions import list_columns_cited_in_expression
from aqueduc.declaration.queries import (
    ANY_QUOTES,
    BACKTICKS,
    BRACKETS,
    STANDARD,
    QuotingStyle,
    compute_line_number,
    find_sql_identifier_at,
    parse_query,
)
from aqueduc.errors import DeclarationError

MARCH = {
    "window_start": "TIMESTAMPTZ '2026-03-01T00:00:00+00:00'",
    "window_end": "TIMESTAMPTZ '2026-04-01T00:00:00+00:00'",
}
START, END = MARCH.values()


def bind(sql: str, *, file: str) -> str:
    """The query bound to the month of March, or every problem of it at once."""
    query = parse_query(sql, file=file)
    if query.problems:
        raise DeclarationError(query.problems, where=file, text=render_problems(query.problems))
    return query.substitute_placeholders(MARCH)


def test_both_are_bound():
    sql = "SELECT * FROM t WHERE d >= :window_start AND d<:window_end"
    assert bind(sql, file="x.sql") == f"SELECT * FROM t WHERE d >= {START} AND d<{END}"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a::text, b :: date, '12:30', ':nom', ':it''s' FROM t",
        'SELECT "a:b", ":nom" FROM t',
        "SELECT $$ :nom ; $$, $corps$ :nom $$ ' $corps$ FROM t",
        r"SELECT E'\':nom', e'a\\', U&':nom'",
        "SELECT 1 -- :nom ; l'apostrophe\n",
        "SELECT 1 /* :nom ; l'apostrophe */ + 2",
        "SELECT a[1:2], a[i:j] FROM t",
        "SELECT réf, montant_€ FROM t",
        "SELECT x:=1",
        "",
    ],
)
def test_what_only_looks_like_one(sql):
    assert bind(sql, file="x.sql") == sql


@pytest.mark.parametrize(
    "sql, expected",
    [
        ("SELECT 1;", "SELECT 1"),
        ("SELECT 1 ;\n-- fin ;\n", "SELECT 1 \n-- fin ;\n"),
        ("SELECT 1; /* ; */", "SELECT 1 /* ; */"),
    ],
)
def test_a_final_semicolon_goes(sql, expected):
    assert bind(sql, file="x.sql") == expected


@pytest.mark.parametrize(
    "sql, words",
    [
        ("SELECT *\nFROM t\nWHERE d > :debut", ["x.sql:3:11", "« :debut »", "^^^^^^", ":window_start"]),
        ("SELECT :window_starts", ["« :window_starts »"]),
        ("SELECT 1; DELETE FROM t", ["x.sql:1:9", "plusieurs instructions"]),
        ("SELECT 1;;", ["plusieurs instructions"]),
        ("SELECT 1\nWHERE a = 'oubli", ["x.sql:2:11", "jamais refermé"]),
        ('SELECT "oubli', ["jamais refermé"]),
        ("SELECT $a$ oubli $b$", ["x.sql:1:8", "^^^", "jamais refermé"]),
        ("SELECT 1 /* oubli", ["jamais refermé"]),
    ],
)
def test_a_wrong_query_is_shown_with_its_line(sql, words):
    with pytest.raises(DeclarationError) as caught:
        bind(sql, file="x.sql")
    message = str(caught.value)
    assert all(word in message for word in words), message


def test_all_unknown_names_at_once():
    with pytest.raises(DeclarationError, match="2 erreurs"):
        bind("SELECT :un,\n:deux", file="x.sql")


def test_names_and_lines():
    sql = 'SELECT p.numero,\n  urbanisme."Permis délivrés".x FROM t'
    assert find_sql_identifier_at(sql, sql.index("urbanisme")) == 'urbanisme."Permis délivrés".x'
    assert find_sql_identifier_at(sql, 7) == "p.numero"
    assert find_sql_identifier_at("a = 12", 4) is None
    assert find_sql_identifier_at("a", 40) is None
    assert compute_line_number(sql, sql.index("urbanisme")) == 2


@pytest.mark.parametrize("quoting", [STANDARD, ANY_QUOTES, BACKTICKS, BRACKETS])
@pytest.mark.parametrize(
    "piece", ["$a{}$ ", "$a{}$", "$$x", "[{}", "`", "/*{}", "E'{}\\'", "'", '"', "-- {}\n", "x$a$", "[[]"]
)
def test_a_query_made_to_be_long_is_cut_at_once(quoting: QuotingStyle, piece: str) -> None:
    """The dag-processor reads it for as long as it takes, and every city waits."""
    sql = "".join(piece.format(rank) for rank in range(20_000))
    before = time.process_time()
    parse_query(sql, file="x.sql", quoting=quoting)
    assert time.process_time() - before < 2


@pytest.mark.parametrize("piece", ["$a{}$ ", "/*{}", "'{}", "E'"])
def test_an_expression_too_long_to_be_computed_is_not_read_to_its_end(piece: str) -> None:
    before = time.process_time()
    text = "code || " + "".join(piece.format(rank) for rank in range(50_000))
    assert list_columns_cited_in_expression(text, ["code"]) == ("code",)
    assert time.process_time() - before < 2
