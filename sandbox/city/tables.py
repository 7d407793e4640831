"""What a generator yields: a table of rows, its columns, and which of them are about a person."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sandbox.city import names

Row = dict[str, object]

# Everything stored is dated before this day, whatever the day it is generated (deliberations apart).
REFERENCE = date(2026, 1, 1)

# Kinds of personal values precise enough to be searched for, word for word, in what the city publishes.
SEARCHABLE = frozenset(
    {
        "full_name",
        "address",
        "phone",
        "email",
        "nir",
        "plate",
        "iban",
        "parcel",
        "staff_number",
    }
)

_POSTCODE = re.compile(r"[\s,\-–]*\b13\d{3}\b.*$", re.DOTALL)


@dataclass(frozen=True)
class Column:
    """`type` is the PostgreSQL type; `personal` says what kind of personal value the cells hold, if any.

    Kinds beyond SEARCHABLE: `surname`, `given_name`, `birth_date`, `text` (free text that may name people).
    """

    name: str
    type: str = "text"
    comment: str = ""
    personal: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows of one source; `mentions` are the (kind, value) of people met inside its free texts."""

    schema: str
    name: str
    comment: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    mentions: frozenset[tuple[str, str]] = frozenset()

    def records(self) -> Iterator[tuple[object, ...]]:
        """Rows as tuples, in the order of the columns; a missing cell is None."""
        keys = [column.name for column in self.columns]
        for row in self.rows:
            yield tuple(row.get(key) for key in keys)


def generator(seed: int, section: str) -> random.Random:
    """A source of chance of its own for each section: changing one table leaves the others as they are."""
    return random.Random(f"{seed}:{section}")


def spoil(rng: random.Random, rows: Sequence[Row], *stains: Callable[[Row], Row]) -> list[Row]:
    """Apply each stain to one row of its own, taken at random; the order of the rows is kept."""
    spoilt = list(rows)
    for index, stain in zip(rng.sample(range(len(spoilt)), len(stains)), stains, strict=True):
        spoilt[index] = stain(dict(spoilt[index]))
    return spoilt


def put(**cells: object) -> Callable[[Row], Row]:
    """A stain that replaces cells."""
    return lambda row: {**row, **cells}


def repeat(rng: random.Random, rows: Sequence[Row], count: int) -> list[Row]:
    """The rows, `count` of which appear twice."""
    return [*rows, *(dict(row) for row in rng.sample(list(rows), count))]


def personal_values(tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    """Every searchable (kind, value) in the tables, as written there, once each; surnames included.

    Values differing only by case, accents or blanks count as one.
    """
    seen: set[tuple[str, str]] = set()
    texts: list[str] = []
    for kind, value in _cells(tables):
        texts.append(value)
        if kind not in SEARCHABLE:
            continue
        written = _POSTCODE.sub("", value) if kind == "address" else value
        written = re.sub(r"\s+", " ", written).strip()
        key = (kind, names.plain(written))
        if written and key not in seen:
            seen.add(key)
            yield kind, written
    words = set(re.findall(r"[a-z'\-]+", names.plain("\n".join(texts))))
    yield from (("surname", surname) for surname in names.SURNAMES if names.plain(surname) in words)


def _cells(tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    for table in tables:
        personal = [(column.name, column.personal) for column in table.columns if column.personal]
        for row in table.rows:
            for name, kind in personal:
                cell = row.get(name)
                if isinstance(cell, str) and kind is not None:
                    yield kind, cell
        yield from sorted(table.mentions)
