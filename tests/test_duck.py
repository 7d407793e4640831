"""A database of DuckDB that the next block is given again: it is as new, or it is not given."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from aqueduc import duck
from aqueduc.errors import QueryEngineFailure

PLUGINS = Path(duck.__file__).parent
LEFT_BY_A_BLOCK = (
    "CREATE TABLE people AS SELECT 'Canarisson' AS name",
    "CREATE VIEW people AS SELECT 'Canarisson' AS name",
    "CREATE TABLE people AS SELECT 1 AS a; CREATE VIEW of_it AS FROM people",
    "CREATE TEMP TABLE people AS SELECT 'Canarisson' AS name",
    "CREATE TEMP VIEW people AS SELECT 'Canarisson' AS name",
    "BEGIN; CREATE TABLE people AS SELECT 'Canarisson' AS name",
    "SET TimeZone = 'Pacific/Noumea'",
    "SET VARIABLE people = 'Canarisson'",
)
NOT_KEPT = (
    "SET threads TO 1",
    "SET preserve_insertion_order = false",
    "SET disabled_optimizers = 'filter_pushdown'",
    "SET enable_external_access = false",
    "ATTACH ':memory:' AS people",
)


def everything(con: duckdb.DuckDBPyConnection) -> list[list[Any]]:
    """What a block may meet: tables, views, databases, functions, variables, secrets, settings of its own."""
    asked = (
        *("FROM duckdb_tables()", "FROM duckdb_views() WHERE NOT internal", "FROM duckdb_variables()"),
        *("SELECT database_name FROM duckdb_databases()", "FROM duckdb_secrets()", "FROM duckdb_sequences()"),
        *("FROM duckdb_functions() WHERE NOT internal", "FROM duckdb_external_file_cache()"),
        "SELECT name, value FROM duckdb_settings() ORDER BY name",
    )
    return [con.execute(query).fetchall() for query in asked]


@pytest.fixture(autouse=True)
def _nothing_idle() -> None:
    duck.close_idle_database()


@pytest.fixture
def fresh(tmp_path: Path) -> list[list[Any]]:
    with duck.open_duckdb(tmp_path) as con:
        found = everything(con)
    duck.close_idle_database()
    return found


def is_idle() -> bool:
    return len(duck._idle) == 1


@pytest.mark.parametrize("statement", LEFT_BY_A_BLOCK)
def test_nothing_of_a_block_meets_the_next(tmp_path: Path, fresh: list[list[Any]], statement: str) -> None:
    with duck.open_duckdb(tmp_path) as con:
        con.execute(statement)
    assert is_idle()
    with duck.open_duckdb(tmp_path) as con:
        assert everything(con) == fresh


@pytest.mark.parametrize("statement", NOT_KEPT)
def test_a_database_that_is_not_as_new_is_closed(
    tmp_path: Path, fresh: list[list[Any]], statement: str
) -> None:
    with duck.open_duckdb(tmp_path) as con:
        con.execute(statement)
    assert not is_idle()
    with duck.open_duckdb(tmp_path) as con:
        assert everything(con) == fresh


def test_a_function_is_gone_with_its_block(tmp_path: Path, fresh: list[list[Any]]) -> None:
    for sign in "!?":
        with duck.open_duckdb(tmp_path) as con:
            duck.define_function(con, "shout", partial(shout, sign), ["VARCHAR"], "VARCHAR")
            assert duck.fetch_row(con, "SELECT shout('a')") == (f"a{sign}",)
    assert is_idle()
    with duck.open_duckdb(tmp_path) as con:
        assert everything(con) == fresh


def shout(sign: str, cells: Any) -> pa.Array:
    return pa.array([f"{cell}{sign}" for cell in cells.to_pylist()])


def test_one_that_failed_is_closed(tmp_path: Path) -> None:
    with pytest.raises(QueryEngineFailure), duck.open_duckdb(tmp_path) as con:
        con.execute("SELECT * FROM nowhere")
    assert not is_idle()
    with pytest.raises(KeyboardInterrupt), duck.open_duckdb(tmp_path):
        raise KeyboardInterrupt
    assert not is_idle()


def test_one_that_spilled_is_closed_with_its_files(tmp_path: Path) -> None:
    with duck.open_duckdb(tmp_path, memory_limit="60MB") as con:
        con.execute("CREATE TEMP TABLE big AS SELECT i, i || repeat('x', 50) AS s FROM range(3000000) t(i)")
        assert any((tmp_path / "duckdb").iterdir())
    assert not is_idle()
    assert not (tmp_path / "duckdb").exists()


def test_the_next_spills_into_its_own_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with duck.open_duckdb(tmp_path / name) as con:
            found = con.execute("SELECT current_setting('temp_directory'), current_setting('memory_limit')")
            assert found.fetchall() == [(str(tmp_path / name / "duckdb"), "488.2 MiB")]
        assert is_idle()


def test_a_file_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    """Of the same size, at the same moment: DuckDB keeps blocks of what it read."""
    path = tmp_path / "file.parquet"
    for number in (1, 2):
        with duckdb.connect() as con:
            duck.write_parquet(con, f"SELECT {number} AS n", path)
        os.utime(path, ns=(1, 1))
        with duck.open_duckdb(tmp_path) as con:
            assert duck.fetch_row(con, f"FROM {duck.parquet(path)}") == (number,)
        assert is_idle()


def test_two_at_once_are_two(tmp_path: Path) -> None:
    with duck.open_duckdb(tmp_path) as first, duck.open_duckdb(tmp_path) as second:
        first.execute("CREATE TABLE people AS SELECT 1 AS a")
        assert second.execute("FROM duckdb_tables()").fetchall() == []
    assert len(duck._idle) == 2
    with duck.open_duckdb(tmp_path) as first, duck.open_duckdb(tmp_path) as second:
        assert first.execute("FROM duckdb_tables()").fetchall() == []
        first.execute("CREATE TABLE people AS SELECT 1 AS a")
        assert second.execute("FROM duckdb_tables()").fetchall() == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_has_none_of_it(tmp_path: Path) -> None:
    """Its threads would be missing in the child."""
    with duck.open_duckdb(tmp_path):
        pass
    assert is_idle()
    child = os.fork()
    if child == 0:
        with duck.open_duckdb(tmp_path) as con:
            told = duck.count_rows(con, "(SELECT DISTINCT i % 1000 FROM range(1000000) t(i))") == 1000
        os._exit(0 if told else 1)
    assert not is_idle()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_nobody_opens_or_teaches_a_database_otherwise() -> None:
    """What ``open_duckdb`` does not know of, it cannot take away."""
    forbidden = re.compile(
        r"duckdb\.connect\(|\.create_function\(|SET GLOBAL|CREATE (OR REPLACE )?(MACRO|SEQUENCE|TYPE)"
    )
    found = [
        f"{path.relative_to(PLUGINS)}: {told[0]}"
        for path in PLUGINS.rglob("*.py")
        if path != Path(duck.__file__)
        for told in forbidden.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
