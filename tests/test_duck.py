"""What DuckDB cannot do in several threads within its memory, it does in one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from aqueduc import duck
from aqueduc.threads import SHARED_THREADS

ROWS = 400_000
PEOPLE = f"""
    SELECT i, 'usager' || (i * 7919 % ({ROWS} // 3)) || '@exemple.fr' AS courriel, md5(i::VARCHAR) AS numero
    FROM range({ROWS}) AS made(i)
"""


def test_what_has_no_room_in_several_threads_is_written_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A processor more is a share of what is joined more. It has room at times, when threads take turns: see below."""
    monkeypatch.setenv("AQUEDUC_THREADS", "8")
    source = tmp_path / "source.parquet"
    with duckdb.connect() as con:
        con.execute(f"COPY ({PEOPLE}) TO '{source}' (FORMAT parquet, ROW_GROUP_SIZE 20480)")
    with duck.open_duckdb(tmp_path, memory_limit="90MB") as con:
        con.execute(
            "CREATE TEMP TABLE made AS SELECT DISTINCT courriel AS plain, unhex(sha256(courriel)) AS mapped "
            f"FROM '{source}'"
        )
        joined = f"SELECT i, hex(mapped) AS usager, numero FROM '{source}' LEFT JOIN made ON plain = courriel"
        target = tmp_path / "target.parquet"
        assert duck.write_parquet(con, joined, target) == ROWS
        assert count_threads(con) == 8
    assert pq.read_metadata(target).num_rows == ROWS


class Narrow:
    """A connection that has no room for more than one thread."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con, self.tried = con, list[int]()

    def execute(self, statement: str) -> duckdb.DuckDBPyConnection:
        if statement.startswith("COPY"):
            self.tried.append(count_threads(self.con))
            if self.tried[-1] > 1:
                raise duckdb.OutOfMemoryException
        return self.con.execute(statement)


def test_one_thread_is_tried_after_several_and_not_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AQUEDUC_THREADS", "3")
    with duck.open_duckdb(tmp_path, memory_limit="93MB") as con:
        narrow: Any = Narrow(con)
        assert duck.write_parquet(narrow, "SELECT 1 AS a", tmp_path / "a.parquet") == 1
        assert narrow.tried == [3, 1] and count_threads(con) == 3


@pytest.mark.parametrize("processors, threads", [(2, 2), (64, SHARED_THREADS)])
def test_threads_are_no_more_than_memory_is_shared_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int, threads: int
) -> None:
    monkeypatch.delenv("AQUEDUC_THREADS", raising=False)
    connect = duckdb.connect

    def connect_there(*given: object, config: dict[str, str]) -> duckdb.DuckDBPyConnection:
        return connect(*given, config={**config, "threads": str(processors)})

    monkeypatch.setattr(duckdb, "connect", connect_there)
    with duck.open_duckdb(tmp_path, memory_limit=f"{90 + processors}MB") as con:
        assert count_threads(con) == threads


def count_threads(con: duckdb.DuckDBPyConnection) -> int:
    return duck.fetch_count(con, "SELECT current_setting('threads')")


@pytest.mark.parametrize("threads, limit", [("1", "305.1 MiB"), ("4", "610.3 MiB"), ("64", "610.3 MiB")])
def test_threads_that_are_asked_for_take_no_more_memory_than_four(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: str, limit: str
) -> None:
    monkeypatch.setenv("AQUEDUC_THREADS", threads)
    with duck.open_duckdb(tmp_path) as con:
        assert count_threads(con) == int(threads)
        assert con.execute("SELECT current_setting('memory_limit')").fetchall() == [(limit,)]
