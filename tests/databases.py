"""Databases of DuckDB that serve again: opening one costs 12 to 20 ms of CPU, 400 with its extension for geometry,
and ``make test`` opens some ten thousand. What serves again is as empty, and set, as a new one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from aqueduc import duck

_connect = duck._connect
_Key = tuple[str, tuple[str, ...], tuple[tuple[str, object], ...]]

_SETTINGS = (
    "SELECT name, value FROM duckdb_settings() WHERE name NOT IN ('temp_directory', 'secret_directory')"
)
_OBJECTS = (
    "SELECT format('DROP VIEW \"{}\"', replace(view_name, '\"', '\"\"')) FROM duckdb_views() WHERE NOT internal",
    "SELECT format('DROP TABLE \"{}\"', replace(table_name, '\"', '\"\"')) FROM duckdb_tables()",
)
_FOREIGN = (
    "SELECT (SELECT count(*) FROM duckdb_databases() WHERE NOT internal AND database_name <> 'memory')"
    " + (SELECT count(*) FROM duckdb_schemas() WHERE NOT internal)"
    " + (SELECT count(*) FROM duckdb_secrets())"
)


class _Lent:
    """A connection to a database that outlives it, without the functions that were added by it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._functions: set[str] = set()
        self.is_closed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)

    def create_function(self, name: str, *definition: Any, **options: Any) -> None:
        self._con.create_function(name, *definition, **options)
        self._functions.add(name)

    def remove_function(self, name: str) -> None:
        self._con.remove_function(name)
        self._functions.discard(name)

    def close(self) -> None:
        for name in self._functions:
            self._con.remove_function(name)
        self._con.close()
        self.is_closed = True


@dataclass
class _Database:
    base: duckdb.DuckDBPyConnection
    settings: list[tuple[str, str]]
    lent: _Lent

    def empty(self) -> bool:
        """False where something was left that only a new database is without."""
        try:
            for objects in _OBJECTS:
                for (statement,) in self.base.execute(objects).fetchall():
                    self.base.execute(statement)
            (foreign,) = self.base.execute(_FOREIGN).fetchone() or (1,)
            return not foreign and self.base.execute(_SETTINGS).fetchall() == self.settings
        except duckdb.Error:
            return False


_databases: dict[_Key, list[_Database]] = {}


def _find(scratch: Path, memory_limit: str, extensions: tuple[str, ...]) -> _Lent:
    key = (memory_limit, extensions, tuple(duck._read_threads().items()))
    held = _databases.setdefault(key, [])
    for database in [database for database in held if database.lent.is_closed]:
        if database.empty():
            try:
                database.base.execute(f"SET temp_directory = {duck.literal(str(scratch / 'duckdb'))}")
            except duckdb.Error:
                pass
            else:
                database.lent = _Lent(database.base.cursor())
                return database.lent
        held.remove(database)
        database.base.close()
    base = _connect(scratch, memory_limit, extensions)
    held.append(_Database(base, base.execute(_SETTINGS).fetchall(), _Lent(base.cursor())))
    return held[-1].lent


def reuse_databases() -> None:
    """From now on what the engine opens in this process may have served before."""
    duck._connect = _find
