"""Types of whatever database, as its driver's objects tell them: they are known once the last row was read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa

from aqueduc.language import _
from aqueduc.sources.databases.reading import EXACT_NUMBER, ConvertedCells, QueryResultColumn

_LARGEST, _LARGEST_IN_FLOAT = 2**63 - 1, 2**53
_MOMENT, _INSTANT = "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"
_WRITERS: Mapping[type, tuple[str, Callable[[Any], str]]] = {
    str: ("VARCHAR", str),
    bool: ("BOOLEAN", str),
    int: ("BIGINT", str),
    float: ("DOUBLE", repr),
    Decimal: (EXACT_NUMBER, lambda cell: format(cell, "f")),
    datetime: (_MOMENT, lambda cell: cell.isoformat(" ")),
    date: ("DATE", lambda cell: cell.isoformat()),
    time: ("TIME", lambda cell: cell.isoformat()),
    UUID: ("VARCHAR", str),
    bytes: ("VARCHAR", lambda cell: cell.hex().upper()),
    dict: ("VARCHAR", lambda cell: json.dumps(cell, ensure_ascii=False)),
    list: ("VARCHAR", lambda cell: json.dumps(cell, ensure_ascii=False)),
}
"""What a driver may give: the type of its column, and its text."""


@dataclass
class ColumnTypeTally:
    """What the cells of a column have been so far. ``widest``: the largest whole number. ``before``: the type of the
    column (in SQL) when all rows were read, where some only are: fractions, or any value, may be among the others."""

    seen: set[str] = field(default_factory=set)
    widest: int = 0
    before: str = ""

    def convert_cells_to_text(self, cells: Sequence[Any]) -> ConvertedCells:
        try:
            texts = [None if cell is None else self._convert_cell_to_text(cell) for cell in cells]
            return ConvertedCells(pa.array(texts, pa.string()))
        except (TypeError, ValueError, OverflowError, UnicodeError):
            return ConvertedCells(refusal=(_("est d'un type qui ne se lit pas tel quel"), _CAST_IT))

    def choose_sql_type(self) -> str:
        """The type that all cells are of, in SQL: text where they are of several."""
        found = self._choose_type_of_cells()
        if self.seen and not self._fits_type_of_last_full_read(found):
            return found
        return EXACT_NUMBER if self.before.startswith(EXACT_NUMBER) else self.before or found

    def _fits_type_of_last_full_read(self, found: str) -> bool:
        """Whether cells of type ``found`` were, among all the others, read as ``before``."""
        if found == "BIGINT" and self.before == "DOUBLE":
            return self.widest <= _LARGEST_IN_FLOAT
        return (found == "BIGINT" and self.before.startswith(EXACT_NUMBER)) or (
            (found, self.before) == ("DATE", _MOMENT)
        )

    def _choose_type_of_cells(self) -> str:
        if self.seen <= {"BIGINT"}:
            kind = "BIGINT" if self.widest <= _LARGEST else EXACT_NUMBER
            return kind if self.seen else "VARCHAR"
        if self.seen == {"BIGINT", "DOUBLE"} and self.widest <= _LARGEST_IN_FLOAT:
            return "DOUBLE"
        for several, kind in ({"BIGINT", EXACT_NUMBER}, EXACT_NUMBER), ({"DATE", _MOMENT}, _MOMENT):
            if self.seen == several:
                return kind
        return next(iter(self.seen)) if len(self.seen) == 1 else "VARCHAR"

    @property
    def has_mixed_types(self) -> bool:
        return len(self.seen) > 1 and self.choose_sql_type() == "VARCHAR"

    def _convert_cell_to_text(self, cell: Any) -> str:
        """Raises TypeError for an object that is none of those, and ValueError or UnicodeError for one without a
        text."""
        found: Any = bytes(cell) if isinstance(cell, bytearray | memoryview) else cell
        # A driver's own class of numbers or texts is what it is made from; bool is an int.
        kind = next((one for one in type(found).__mro__ if one in _WRITERS), None)
        if kind is None:
            raise TypeError
        name, write = _WRITERS[kind]
        if kind is datetime and found.tzinfo is not None:
            name, found = _INSTANT, found.astimezone(UTC)
        elif kind is time and found.tzinfo is not None:
            raise TypeError
        elif kind is int:
            self.widest = max(self.widest, abs(found))
        self.seen.add(name)
        return write(found)


def build_text_result_column(name: str, types: ColumnTypeTally) -> QueryResultColumn:
    return QueryResultColumn(name, pa.string(), types.convert_cells_to_text, settle=types.choose_sql_type)


_CAST_IT = _("la convertir en texte dans la requête (CAST)")
