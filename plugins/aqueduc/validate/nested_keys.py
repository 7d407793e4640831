"""The keys inside the JSON values of published columns: each is a column of its own, which no declaration names.

An undeclared column closes the gate; a key that appears in a list or an object of a column already published is
compared with those of the published revision.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from aqueduc import duck
from aqueduc.validate.structures import parse_strict_json

_READ_ROWS = 2_048
_STARTS = "[{ \t\n\f\r"
"""What the text of a list or an object may begin with."""
_FIGURE = re.compile(r"[0-9][0-9 ./:-]*")
"""A year, a date or a rank: keys that go on from one revision to the next."""
_GEOMETRY = ({"type", "coordinates"}, {"type", "geometries"})


def list_columns_with_json(
    con: duckdb.DuckDBPyConnection, columns: Sequence[str], relation: str
) -> tuple[str, ...]:
    """Those of the text ``columns`` of ``relation`` of which a cell may be a list or an object. Raises duckdb.Error."""
    if not columns:
        return ()
    starts = ", ".join(str(ord(letter)) for letter in _STARTS)
    asked = ", ".join(f"bool_or(ascii({duck.identifier(column)}) IN ({starts}))" for column in columns)
    found = duck.fetch_single_row(con, f"SELECT {asked} FROM {relation}")
    return tuple(column for column, possible in zip(columns, found, strict=True) if possible)


def find_new_json_key_paths(
    con: duckdb.DuckDBPyConnection, column: str, before: str, after: str
) -> tuple[str, ...]:
    """The paths (``classes[].niveau``) of the keys that the JSON of ``column`` has in the relation ``after``
    and not in ``before``, in order. Raises duckdb.Error."""
    now = _list_json_key_paths(con, column, after)
    return tuple(sorted(now - _list_json_key_paths(con, column, before))) if now else ()


def _list_json_key_paths(con: duckdb.DuckDBPyConnection, column: str, relation: str) -> set[str]:
    cell = duck.identifier(column)
    found: set[str] = set()
    cells = con.execute(
        f"SELECT DISTINCT {cell} FROM {relation} WHERE regexp_matches({cell}, '^\\s*[\\[{{]')"
    )
    while batch := cells.fetchmany(_READ_ROWS):
        for (text,) in batch:
            try:
                found.update(list_key_paths(parse_strict_json(text), column))
            except ValueError:
                continue
    return found


def list_key_paths(document: Any, path: str) -> Iterator[str]:
    """The path of each key of ``document``, below ``path``; GeoJSON geometries have none of their own."""
    if isinstance(document, list):
        for item in document:
            yield from list_key_paths(item, f"{path}[]")
    elif isinstance(document, dict) and not any(keys <= document.keys() for keys in _GEOMETRY):
        for key, value in document.items():
            inner = f"{path}.{'#' if _FIGURE.fullmatch(key) else key}"
            yield inner
            yield from list_key_paths(value, inner)
