"""What the databases have in common, without a server: their SQL as it is cut, rows in bounded batches, a driver
that was not installed."""

from __future__ import annotations

import datetime as dt
import sys

import pytest

from aqueduc.declaration.queries import BACKTICKS, BRACKETS, parse_query
from aqueduc.errors import ExtraMissing
from aqueduc.sources import SOURCES
from aqueduc.sources.databases.drafting import DatabaseCatalogue, list_selected_names
from aqueduc.sources.databases.query import BoundQuery
from aqueduc.sources.mssql.drafting import CATALOGUE as MSSQL
from aqueduc.sources.mysql.drafting import CATALOGUE as MYSQL
from aqueduc.sources.oracle.drafting import CATALOGUE as ORACLE
from aqueduc.sources.postgres.drafting import CATALOGUE as POSTGRES

DRIVERS = [("mysql", "pymysql"), ("mssql", "mssql_python"), ("oracle", "oracledb")]


@pytest.mark.parametrize("name, package", DRIVERS)
def test_a_driver_that_was_not_installed(house, monkeypatch, name, package):
    for module in [one for one in sys.modules if one.startswith(f"aqueduc.sources.{name}.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    dataset = house.declare({name: "base", "sql": "sql/essai.sql"}, {"n": "publish"}, sql="SELECT 1 AS n")
    house.connect("base", conn_type=SOURCES[name].connection_types[0], host="x", login="y")
    assert f"aqueduc-opendata[{name}]" in house.fails(ExtraMissing, dataset)


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
    assert (query.names, query.problems) == (names, ())


def test_square_brackets():
    query = parse_query(
        "SELECT [a:b], [c]]:d], ':e' FROM t WHERE x >= :window_start", file="q.sql", quoting=BRACKETS
    )
    assert (query.names, query.problems) == ({"window_start"}, ())
    assert query.bound({"window_start": "?"}).endswith("x >= ?")


def test_a_name_is_told_only_if_it_stands_in_the_query():
    query = BoundQuery("SELECT e.nom\nFROM `caisse`.entree e", "sql/q.sql")
    assert query.find_name([("",), ("dupont",), ("caisse.entree",)]) == "caisse.entree"
    assert query.find_name([("Dupont",)]) is None
    assert query.line(3) == ", ligne 2 de sql/q.sql" and query.line(9) == query.line(1) == ""


def test_a_moment_has_no_offset():
    from aqueduc.sources.mysql.adapter import _write_moment

    assert _write_moment(dt.datetime(2026, 3, 1)) == "TIMESTAMP'2026-03-01 00:00:00.000000'"


@pytest.mark.parametrize("catalogue", [POSTGRES, MYSQL, MSSQL, ORACLE], ids=lambda one: one.kind)
def test_a_catalogue_gives_what_a_draft_is_made_of(catalogue: DatabaseCatalogue):
    assert list_selected_names(catalogue.columns) == ["nom", "type", "commentaire", "sujet", "lignes"]
    assert list_selected_names(catalogue.constraints) == ["contrainte", "nom"]
    assert list_selected_names(catalogue.tables) == ["nom"]
    quoting = SOURCES[catalogue.kind].spec.source_class.quoting  # type: ignore[attr-defined]
    for query in (catalogue.columns, catalogue.constraints, catalogue.tables):
        parsed = parse_query(query.format(schema="'d''été'", name="'a'"), file="q.sql", quoting=quoting)
        assert (parsed.names, parsed.problems) == (frozenset(), ())
