"""A declared query and the columns it yields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Column

from aqueduc import duck

# Types that pass through the scanner as they are; all others are asked for as text, which PostgreSQL writes
# better than we would guess (arrays, ranges, uuid, json, money, char(n) without its padding…).
_NATIVE = frozenset({16, 20, 21, 23, 25, 700, 701, 1043, 1082, 1083, 1114, 1184})
_NUMERIC = 1700
_WIDEST = 38


@dataclass(frozen=True)
class QueryColumn:
    """A column that a query gives. ``text``: asked for as text. ``exact``: a number that only text can carry
    whole."""

    name: str
    text: bool = False
    numeric: bool = False

    @classmethod
    def of(cls, column: Column) -> QueryColumn:
        numeric = column.type_code == _NUMERIC
        precision, scale = column.precision or 0, column.scale or 0
        if numeric and 0 < precision <= _WIDEST and 0 <= scale <= precision:
            return cls(column.name, numeric=True)
        return cls(column.name, text=numeric or column.type_code not in _NATIVE, numeric=numeric)

    @property
    def exact(self) -> bool:
        return self.text and self.numeric

    @property
    def expression(self) -> str:
        """In PostgreSQL's SQL."""
        quoted = duck.identifier(self.name)
        # What is not a number would arrive as 0.
        value = f"nullif(q.{quoted}, 'NaN')" if self.numeric else f"q.{quoted}"
        return f"{value}::text AS {quoted}" if self.text else f"{value} AS {quoted}"


@dataclass(frozen=True)
class PostgresQuery:
    """A query as it is run. ``sql`` is bound; ``file`` is where a steward finds it."""

    sql: str
    file: str

    def selecting(self, columns: Sequence[QueryColumn]) -> str:
        expressions = ", ".join(column.expression for column in columns)
        return self._around(f"SELECT {expressions}")

    def empty(self) -> str:
        """Yields the columns without a row."""
        return self._around("SELECT *") + " LIMIT 0"

    def position(self, whole: str, position: int) -> int:
        """Where in ``sql`` a 0-based position of a text that holds the query falls."""
        return position - whole.index(self.sql)

    def _around(self, select: str) -> str:
        # On lines of its own: the query may end in a comment.
        return f"{select} FROM (\n{self.sql}\n) AS q"
