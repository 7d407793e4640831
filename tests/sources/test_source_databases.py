"""What the databases have in common, without a server: their SQL as it is cut, rows in bounded batches, a driver
that was not installed."""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from types import SimpleNamespace

import pytest

from aqueduc.declaration.queries import BACKTICKS, BRACKETS, parse_query
from aqueduc.errors import PackageExtraMissing
from aqueduc.sources import SOURCES
from aqueduc.sources.adapter import RowsSinceFilter
from aqueduc.sources.databases.access import DatabaseAccess
from aqueduc.sources.databases.drafting import DatabaseCatalogueQueries, list_select_aliases
from aqueduc.sources.databases.query import BoundQuery
from aqueduc.sources.dbapi import DbApiSource
from aqueduc.sources.dbapi.adapter import bind_window_bounds_as_parameters
from aqueduc.sources.dbapi.columns import ColumnTypeTally
from aqueduc.sources.dbapi.failures import build_driver_error_report, build_query_failure_error
from aqueduc.sources.dbapi.session import DbApiSession, DbApiTransaction
from aqueduc.sources.mssql.drafting import CATALOGUE as MSSQL
from aqueduc.sources.mysql.drafting import CATALOGUE as MYSQL
from aqueduc.sources.oracle.drafting import CATALOGUE as ORACLE
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.postgres.drafting import CATALOGUE as POSTGRES
from aqueduc.store import Window

DRIVERS = [("mysql", "pymysql"), ("mssql", "mssql_python"), ("oracle", "oracledb")]


@pytest.mark.parametrize("name, package", DRIVERS)
def test_a_driver_that_was_not_installed(house, monkeypatch, name, package):
    for module in [one for one in sys.modules if one.startswith(f"aqueduc.sources.{name}.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    dataset = house.declare({name: "base", "sql": "sql/essai.sql"}, {"n": "publish"}, sql="SELECT 1 AS n")
    house.connect("base", conn_type=SOURCES[name].connection_types[0], host="x", login="y")
    assert f"aqueduc-opendata[{name}]" in house.fails(PackageExtraMissing, dataset)


# --- a database of unknown make, through a hook of Airflow's (tests/airflow/test_database_hooks.py) ----------------


@pytest.mark.parametrize(
    "cells, type_, texts",
    [
        ([Decimal("1E+2"), Decimal("0.10"), None], "DECIMAL", ["100", "0.10", None]),
        ([Decimal("0.1"), 2], "DECIMAL", ["0.1", "2"]),
        ([2**63], "DECIMAL", ["9223372036854775808"]),
        ([True, False], "BOOLEAN", ["True", "False"]),
        (
            [dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 8)],
            "TIMESTAMP",
            ["2026-03-01", "2026-03-01 08:00:00"],
        ),
        (
            [dt.datetime(2026, 3, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=1)))],
            "TIMESTAMP WITH TIME ZONE",
            ["2026-03-01 07:00:00+00:00"],
        ),
        ([dt.time(8, 30)], "TIME", ["08:30:00"]),
        ([memoryview(b"\x0f")], "VARCHAR", ["0F"]),
        ([{"é": [1]}], "VARCHAR", ['{"é": [1]}']),
        ([1.5, "deux"], "VARCHAR", ["1.5", "deux"]),
    ],
)
def test_a_type_is_that_of_the_objects(cells, type_, texts):
    types = ColumnTypeTally()
    assert types.convert_cells_to_text(cells).array.to_pylist() == texts
    assert types.choose_sql_type() == type_


@pytest.mark.parametrize("cell", [dt.timedelta(days=1), object(), {"a": object()}, "\ud800"])
def test_an_object_that_no_table_holds_is_refused(cell):
    cells = ColumnTypeTally().convert_cells_to_text([None, cell])
    assert cells.array is None and cells.refusal is not None


@pytest.mark.parametrize(
    "placeholder, bound",
    [
        ("?", "SELECT '5 %' AS c FROM t WHERE j >= ? AND j < ? OR j = ?"),
        ("%s", "SELECT '5 %%' AS c FROM t WHERE j >= %s AND j < %s OR j = %s"),
    ],
)
def test_values_are_bound_in_their_order(placeholder, bound):
    sql = "SELECT '5 %' AS c FROM t WHERE j >= :window_start AND j < :window_end OR j = :window_start"
    source = DbApiSource(connection="base", sql_path="sql/q.sql", sql=sql)
    start, end = dt.datetime(2026, 3, 1), dt.datetime(2026, 4, 1)
    window = Window(start.replace(tzinfo=dt.UTC), end.replace(tzinfo=dt.UTC))
    request = SimpleNamespace(window=window, timezone="UTC")
    access = DatabaseAccess(lambda: None, placeholder)
    query = bind_window_bounds_as_parameters(request, source, access)
    assert (query.sql, query.values) == (bound, (start, end, start))
    plain = DbApiSource(connection="base", sql_path="sql/q.sql", sql="SELECT '5 %' AS c")
    assert (
        bind_window_bounds_as_parameters(SimpleNamespace(window=None, timezone="UTC"), plain, access).sql
        == plain.sql
    )


class InterfaceError(Exception):
    sqlstate = ""


@pytest.mark.parametrize(
    "text, state, connected, code, said",
    [
        ("boom", "08006", True, "source-injoignable", "InterfaceError 08006"),
        ("boom", "42501", True, "source-refusee", "n'a pas le droit de lire"),
        ("boom", "28P01", False, "source-refusee", "refuse ce compte"),
        ("boom", "22012", True, "source-illisible", "conversion échoue"),
        (
            "TABLE_NOT_FOUND: Table 'c.s.arbre' does not exist",
            "",
            True,
            "source-introuvable",
            "« c.s.arbre »",
        ),
        ("Column 'nom' cannot be resolved", "", True, "source-introuvable", "« nom »"),
        ("query timed out", "", True, "source-injoignable", "arrêtée"),
        ("Access Denied: Dupont", "", True, "source-refusee", "n'a pas le droit"),
        ("Dupont", "", True, "source-injoignable", "a coupé la session"),
        ("Dupont", "", False, "source-injoignable", "ne s'ouvre pas (erreur InterfaceError)"),
    ],
)
def test_what_a_driver_of_unknown_make_raises(text, state, connected, code, said):
    error = InterfaceError(text)
    error.sqlstate = state
    query = BoundQuery("SELECT nom FROM c.s.arbre", "sql/q.sql")
    origin = SourceOrigin("jeu", "dbapi", "base", "sql/q.sql")
    told = build_query_failure_error(
        origin, build_driver_error_report(error), query, connected=connected, limit_s=1
    )
    assert told.code == code and said in str(told) and "Dupont" not in str(told)


@pytest.mark.parametrize(
    "sql, names",
    [
        (
            "SELECT 'l\\'été :a' -- :b\n, \"\\\":c\", `d:e` # :f\nFROM t WHERE x = :window_start",
            {"window_start"},
        ),
        ("SELECT 'a''b :c' /* :d */ FROM t;\n# fin", set()),
        ("SELECT 'fin\\\\', :window_end", {"window_end"}),
    ],
)
def test_backslashes_and_backticks(sql, names):
    query = parse_query(sql, file="q.sql", quoting=BACKTICKS)
    assert (query.placeholder_names, query.problems) == (names, ())


def test_square_brackets():
    query = parse_query(
        "SELECT [a:b], [c]]:d], ':e' FROM t WHERE x >= :window_start", file="q.sql", quoting=BRACKETS
    )
    assert (query.placeholder_names, query.problems) == ({"window_start"}, ())
    assert query.substitute_placeholders({"window_start": "?"}).endswith("x >= ?")


def test_a_name_is_told_only_if_it_stands_in_the_query():
    query = BoundQuery("SELECT e.nom\nFROM `caisse`.entree e", "sql/q.sql")
    assert query.find_name_present_in_query([("",), ("dupont",), ("caisse.entree",)]) == "caisse.entree"
    assert query.find_name_present_in_query([("Dupont",)]) is None
    assert (
        query.format_line_reference(3) == ", ligne 2 de sql/q.sql"
        and query.format_line_reference(9) == query.format_line_reference(1) == ""
    )


def test_a_moment_has_no_offset():
    from aqueduc.sources.mysql.adapter import _format_datetime_literal_sql

    assert _format_datetime_literal_sql(dt.datetime(2026, 3, 1)) == "TIMESTAMP'2026-03-01 00:00:00.000000'"


@pytest.mark.parametrize("catalogue", [POSTGRES, MYSQL, MSSQL, ORACLE], ids=lambda one: one.kind)
def test_a_catalogue_gives_what_a_draft_is_made_of(catalogue: DatabaseCatalogueQueries):
    assert list_select_aliases(catalogue.columns) == ["nom", "type", "commentaire", "sujet", "lignes"]
    assert list_select_aliases(catalogue.constraints) == ["contrainte", "nom"]
    assert list_select_aliases(catalogue.tables) == ["nom"]
    quoting = SOURCES[catalogue.kind].spec.source_class.quoting  # type: ignore[attr-defined]
    for query in (catalogue.columns, catalogue.constraints, catalogue.tables):
        parsed = parse_query(query.format(schema="'d''été'", name="'a'"), file="q.sql", quoting=quoting)
        assert (parsed.placeholder_names, parsed.problems) == (frozenset(), ())


@pytest.mark.parametrize(
    "quoting, name, quoted",
    [('"{}"', 'a"b', '"a""b"'), ("`{}`", "a`{}", "`a``{}`"), ("[{}]", "a]b", "[a]]b]")],
)
def test_a_name_is_quoted_as_the_base_has_it(quoting, name, quoted):
    assert DatabaseAccess(lambda: None, "?", quoting).quote_identifier(name) == quoted


def test_a_moment_is_bound_beside_a_query_of_unknown_make():
    """As far as the DB-API goes: what is sent, and what is bound."""
    sent: list[tuple[str, list[object]]] = []
    description = [("n",), ("jour %",), ("__source_rows",)]
    cursor = SimpleNamespace(execute=lambda *asked: sent.append(asked), description=description)
    connection = SimpleNamespace(cursor=lambda: cursor)
    origin = SourceOrigin("jeu", "dbapi", "base", "sql/q.sql")
    session = DbApiSession(origin, DatabaseAccess(lambda: connection, "%s", "`{}`"))
    since = RowsSinceFilter("jour %", "2026-03-17T00:00:00", (("jour %", "DATE"),))
    query = BoundQuery("SELECT '5 %' AS n, `jour %` FROM t", "sql/q.sql")
    columns = DbApiTransaction(connection, session).start_query_since(query, since)
    assert [column.name for column in columns] == ["n", "jour %", "__source_rows"]
    assert sent == [(
        "SELECT q.*, counted.`__source_rows` FROM (\nSELECT '5 %%' AS n, `jour %%` FROM t\n) q CROSS JOIN "
        "(SELECT count(*) AS `__source_rows` FROM (\nSELECT '5 %%' AS n, `jour %%` FROM t\n) whole) counted "
        "WHERE q.`jour %%` >= %s OR q.`jour %%` IS NULL",
        [dt.date(2026, 3, 17)],
    )]  # fmt: skip
