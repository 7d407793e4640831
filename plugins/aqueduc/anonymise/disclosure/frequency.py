"""The frequency table: one GROUP BY over the data, then every question of the search is asked of it.

Distinct combinations of the quasi-identifiers (and of the sensitive attributes when a model asks about them)
with their counts, each column as small integer codes into the sorted list of its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from aqueduc.anonymise.disclosure.hierarchies import Text
from aqueduc.anonymise.disclosure.models import SensitiveAttribute
from aqueduc.duck import identifier, read_column_types

BATCH = 245_760
# Types of which two different values never share their text: the cast can wait for the groups.
_INJECTIVE = (
    *("VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL", "DOUBLE", "FLOAT", "UUID"),
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
)

Codes = npt.NDArray[Any]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FrequencyTable:
    """A frequency table, dictionary-encoded: ``codes[c][r]`` indexes ``values[c]``; ``counts[r]`` is how many
    rows show the combination ``r``.

    ``sensitive`` are the same for the sensitive attributes (code 0 of units is always NULL). ``population``,
    when there is one, is how many people of the population table show the combination; ``counts`` is then 0
    where the data do not.
    """

    names: tuple[str, ...]
    values: tuple[tuple[Text, ...], ...]
    codes: tuple[Codes, ...]
    counts: Counts
    sensitive: tuple[SensitiveAttribute, ...] = ()
    sensitive_values: tuple[tuple[Any, ...], ...] = ()
    sensitive_codes: tuple[Codes, ...] = ()
    population: Counts | None = None

    @cached_property
    def row_count(self) -> int:
        return int(self.counts.sum())

    def __len__(self) -> int:
        return len(self.counts)


def build_frequency_table(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    names: Sequence[str],
    sensitive: Sequence[SensitiveAttribute] = (),
    *,
    population: str | None = None,
    people: str = "count(*)",
) -> FrequencyTable:
    """The frequency table of the combinations of ``names`` in ``relation`` (a table, a view or
    ``read_parquet(…)``).

    ``population`` is a relation with the same columns, ``people`` the SQL of how many are in a group of it.
    Memory grows with the distinct combinations.
    """
    kinds = read_column_types(con, relation)
    inner, outer = _list_grouping_and_reading_expressions(names, sensitive, kinds)
    counted = _build_grouping_sql(relation, inner, "count(*)", "0" if population else "")
    if population:
        blank = [
            (f"CAST(NULL AS {kinds[s.name]})", alias)
            for s, (_, alias) in zip(sensitive, inner[len(inner) - len(sensitive) :], strict=True)
        ]
        counted += " UNION ALL " + _build_grouping_sql(
            population, [*inner[: len(names)], *blank], "0", people
        )
    sums = "n, p" if population else "n"
    readers = _ColumnEncoder(len(outer), [len(names) + n for n, one in enumerate(sensitive) if one.unit])
    for batch in con.execute(f"SELECT {', '.join(outer)}, {sums} FROM ({counted})").to_arrow_reader(BATCH):
        readers.encode_batch(batch)
    return readers.build_frequency_table(
        tuple(names), tuple(sensitive), with_population=population is not None
    )


def _list_grouping_and_reading_expressions(
    names: Sequence[str], sensitive: Sequence[SensitiveAttribute], kinds: dict[str, str]
) -> tuple[list[tuple[str, str]], list[str]]:
    """What to group by, as (expression, alias), and what to read of each group."""
    inner, outer = [], []
    wanted = [(name, False) for name in names] + [
        (attribute.name, attribute.ordered) for attribute in sensitive
    ]
    for rank, (name, ordered) in enumerate(wanted):
        cell, alias = identifier(name), f"c{rank}"
        if ordered:
            inner.append((_build_cell_as_number_sql(cell, kinds[name]), alias))
            outer.append(alias)
        elif kinds[name].startswith(_INJECTIVE):
            inner.append((cell, alias))
            outer.append(f"CAST({alias} AS VARCHAR)")
        else:
            inner.append((f"CAST({cell} AS VARCHAR)", alias))
            outer.append(alias)
    return inner, outer


def _build_cell_as_number_sql(cell_sql: str, kind: str) -> str:
    """A number in the order of the values; what is not a number counts as missing."""
    number = (
        f"epoch({cell_sql})" if kind.startswith(("DATE", "TIMESTAMP")) else f"TRY_CAST({cell_sql} AS DOUBLE)"
    )
    return f"nullif({number}, 'nan'::DOUBLE)"


def _build_grouping_sql(relation: str, inner: Sequence[tuple[str, str]], count: str, people: str) -> str:
    cells = ", ".join(f"{sql} AS {alias}" for sql, alias in inner)
    numbers = f"CAST({count} AS BIGINT) AS n" + (f", CAST({people} AS BIGINT) AS p" if people else "")
    keys = ", ".join(str(rank + 1) for rank in range(len(inner)))
    grouped = f" GROUP BY {keys}" if keys else ""
    return f"SELECT {cells}{', ' if cells else ''}{numbers} FROM {relation}{grouped}"


class _ColumnEncoder:
    """Batches of text turned into codes as they come; the text of a batch is kept by nobody."""

    def __init__(self, width: int, units: Sequence[int] = ()) -> None:
        self.known: list[dict[Any, int]] = [{None: 0} if rank in units else {} for rank in range(width)]
        self.codes: list[list[Codes]] = [[] for _ in range(width)]
        self.numbers: list[list[Counts]] = []

    def encode_batch(self, batch: pa.RecordBatch) -> None:
        for rank, known in enumerate(self.known):
            encoded = batch.column(rank).dictionary_encode(null_encoding="encode")
            mapped = [known.setdefault(value, len(known)) for value in encoded.dictionary.to_pylist()]
            translation = np.array(mapped, dtype=np.int32)
            self.codes[rank].append(
                cast_codes_to_smallest_dtype(translation[encoded.indices.to_numpy()], len(known))
            )
        self.numbers.append([column.to_numpy() for column in batch.columns[len(self.known) :]])

    def build_frequency_table(
        self, names: tuple[str, ...], sensitive: tuple[SensitiveAttribute, ...], *, with_population: bool
    ) -> FrequencyTable:
        columns = [self._build_sorted_values_and_codes(rank) for rank in range(len(self.known))]
        values = tuple(found for found, _ in columns)
        codes = tuple(coded for _, coded in columns)
        numbers = [np.concatenate(parts).astype(np.int64) for parts in zip(*self.numbers, strict=True)]
        numbers = numbers or [np.zeros(0, np.int64)] * (1 + with_population)
        width = len(names)
        return FrequencyTable(
            names,
            values[:width],
            codes[:width],
            numbers[0],
            sensitive,
            values[width:],
            codes[width:],
            numbers[1] if with_population else None,
        )

    def _build_sorted_values_and_codes(self, rank: int) -> tuple[tuple[Any, ...], Codes]:
        """The values in order, NULL first, and the codes that go with it, in the smallest type."""
        known = self.known[rank]
        values = sorted(known, key=lambda value: (value is not None, value if value is not None else 0))
        position = np.empty(len(known), dtype=np.int32)
        position[[known[value] for value in values]] = np.arange(len(known), dtype=np.int32)
        parts = self.codes[rank]
        self.codes[rank] = []
        joined = np.concatenate(parts) if parts else np.zeros(0, np.uint8)
        return tuple(values), cast_codes_to_smallest_dtype(position[joined], len(known))


def cast_codes_to_smallest_dtype(codes: Codes, size: int) -> Codes:
    """Codes below ``size`` in the smallest unsigned type that holds them."""
    for kind in (np.uint8, np.uint16):
        if size <= np.iinfo(kind).max:
            return codes.astype(kind, copy=False)
    return codes.astype(np.uint32, copy=False)
