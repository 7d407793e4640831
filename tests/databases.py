"""Databases of DuckDB that serve again: opening one costs 12 to 20 ms of CPU, 400 with its extension for geometry.
What serves again is as empty, and set, as a new one."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from aqueduc import duck
from aqueduc.threads import read_thread_count_setting

_open_new = duck._connect

_SETTINGS = (
    "SELECT name, value FROM duckdb_settings() WHERE name NOT IN ('temp_directory', 'secret_directory')"
)
_LEFT = (
    "SELECT format('DROP VIEW \"{}\"', replace(view_name, '\"', '\"\"')) FROM duckdb_views() WHERE NOT internal",
    "SELECT format('DROP TABLE \"{}\"', replace(table_name, '\"', '\"\"')) FROM duckdb_tables()",
)
_FOREIGN = (
    "SELECT (SELECT count(*) FROM duckdb_databases() WHERE NOT internal AND database_name <> 'memory')"
    " + (SELECT count(*) FROM duckdb_schemas() WHERE NOT internal)"
    " + (SELECT count(*) FROM duckdb_secrets())"
)
# Where none of these words was said, and nothing else was asked of the connection, nothing else is to be looked for,
# which takes three quarters of the time.
_MAY_SET = re.compile(
    r"\b(SET|RESET|PRAGMA|ATTACH|DETACH|USE|LOAD|INSTALL|SCHEMA|DATABASE|SECRET|IMPORT|CALL)\b", re.IGNORECASE
)
_PLAIN = frozenset(("executemany", "fetchall", "fetchmany", "fetchone", "register", "unregister"))


@dataclass
class _Database:
    base: duckdb.DuckDBPyConnection
    settings: list[tuple[str, str]]
    may_be_set: bool = False

    def empty(self, scratch: Path) -> bool:
        """False where something was left that only a new database is without."""
        try:
            for left in _LEFT:
                for (statement,) in self.base.execute(left).fetchall():
                    self.base.execute(statement)
            self.base.execute(f"SET temp_directory = {duck.literal(str(scratch / 'duckdb'))}")
            return not self.may_be_set or self._is_as_new()
        except duckdb.Error:
            return False

    def _is_as_new(self) -> bool:
        (foreign,) = self.base.execute(_FOREIGN).fetchone() or (1,)
        self.may_be_set = bool(foreign) or self.base.execute(_SETTINGS).fetchall() != self.settings
        return not self.may_be_set


@dataclass
class _Lent:
    """A connection to a database that outlives it, unless functions were added to it or other connections made of
    it: what they leave there is not known here."""

    database: _Database
    owners: list[_Database]
    is_spoilt: bool = False
    is_closed: bool = False

    def __post_init__(self) -> None:
        self.con = self.database.base.cursor()

    def execute(self, query: Any, *parameters: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        if not isinstance(query, str) or _MAY_SET.search(query):
            self.database.may_be_set = True
        return self.con.execute(query, *parameters, **options)

    def __getattr__(self, name: str) -> Any:
        if name in ("create_function", "cursor"):
            self.is_spoilt = True
        elif name not in _PLAIN:
            self.database.may_be_set = True
        return getattr(self.con, name)

    def close(self) -> None:
        if self.is_closed:
            return
        self.is_closed = True
        self.con.close()
        if self.is_spoilt:
            self.database.base.close()
        else:
            self.owners.append(self.database)


_free: defaultdict[tuple[object, ...], list[_Database]] = defaultdict(list)


def _lend(scratch: Path, memory_limit: str, extensions: tuple[str, ...]) -> _Lent:
    free = _free[memory_limit, extensions, read_thread_count_setting()]
    try:
        # Not looked at before: another thread may take it meanwhile.
        database = free.pop()
    except IndexError:
        base = _open_new(scratch, memory_limit, extensions)
        return _Lent(_Database(base, base.execute(_SETTINGS).fetchall()), free)
    if database.empty(scratch):
        return _Lent(database, free)
    database.base.close()
    return _lend(scratch, memory_limit, extensions)


def reuse_databases() -> None:
    """From now on what the engine opens in this process may have served before."""
    duck._connect = _lend  # type: ignore[assignment]
