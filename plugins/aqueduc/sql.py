"""Names and values in SQL, without the engine that runs it: rules are read at DAG-parse time."""

from __future__ import annotations

EXACT = "DECIMAL(28, 10)"
"""Numbers reckoned exactly: 0.3 is three tenths."""


def literal(text: str) -> str:
    """A SQL string literal. DuckDB takes NUL for the end of a query: it is said otherwise."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "(" + quoted.replace("\0", "' || chr(0) || '") + ")" if "\0" in text else quoted


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
