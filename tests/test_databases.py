"""A database that serves again is as one that nobody had: whatever was said in it, by whatever way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from aqueduc import duck
from tests import databases

SEEN = (
    "SELECT name, value FROM duckdb_settings() WHERE name NOT IN ('temp_directory', 'secret_directory')",
    "SELECT table_name FROM duckdb_tables()",
    "SELECT view_name FROM duckdb_views() WHERE NOT internal",
    "SELECT database_name FROM duckdb_databases() WHERE NOT internal",
    "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal",
)


def look(con: Any) -> list[list[Any]]:
    return [con.execute(query).fetchall() for query in SEEN]


@pytest.fixture
def opened(tmp_path: Path) -> list[Any]:
    """What stands in a new database; and the one that was lent, of its own limit of memory."""
    with duck.open_duckdb(tmp_path, memory_limit="123MB") as con:
        assert isinstance(con, databases._Lent)
        return look(con)


@pytest.mark.parametrize(
    "leave",
    [
        lambda con: con.execute("CREATE TABLE a AS SELECT 1"),
        lambda con: con.execute('CREATE TEMP VIEW "a""b" AS SELECT 1'),
        lambda con: con.execute("CREATE SCHEMA villes"),
        lambda con: con.execute("ATTACH ':memory:' AS autre"),
        lambda con: con.execute("\n  set global preserve_insertion_order=false"),
        lambda con: con.execute(query="SET GLOBAL default_order = 'DESC'"),
        lambda con: con.execute(con.extract_statements("SET GLOBAL default_order = 'DESC'")[0]),
        lambda con: con.sql("SET GLOBAL default_order = 'DESC'"),
        lambda con: con.create_function("plus", lambda one: one + 1, ["BIGINT"], "BIGINT"),
        lambda con: con.cursor().execute("SET GLOBAL default_order = 'DESC'"),
    ],
)
def test_nothing_that_was_left_is_found(tmp_path: Path, opened: list[Any], leave: Any) -> None:
    for _ in range(2):
        with duck.open_duckdb(tmp_path, memory_limit="123MB") as con:
            leave(con)
        with duck.open_duckdb(tmp_path, memory_limit="123MB") as con:
            assert look(con) == opened
            with pytest.raises(duckdb.Error):
                con.execute("SELECT plus(1)")


def test_one_that_was_only_asked_serves_again(tmp_path: Path) -> None:
    bases = []
    for _ in range(2):
        with duck.open_duckdb(tmp_path, memory_limit="123MB") as con:
            con.execute("CREATE TABLE a AS SELECT 1").fetchall()
            bases.append(con.database.base)
    assert bases[0] is bases[1]
