"""The rows of a revision in JSON batches, for a queryable table, and the keys there that are not ours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aqueduc.duck import (
    build_read_parquet_sql,
    count_rows,
    identifier,
    identifiers,
    open_duckdb,
    read_column_types,
)
from aqueduc.store import Store

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 5_000
NUMBERS = ("int4", "int8", "numeric")
SECONDS = "timestamp, to the second"
"""What CKAN says of a moment before 2.12: it keeps more."""

Record = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class RevisionRows:
    """The rows of the Parquet files at ``partitions`` (keys of ``store``), one after the other.

    Everything streams: memory stays within DuckDB's limit and one batch.
    """

    store: Store = field(repr=False)
    columns: tuple[str, ...]
    key: tuple[str, ...]
    partitions: tuple[str, ...]

    def read_batches(self, size: int = BATCH_ROWS) -> Iterator[list[Record]]:
        with self._open_duckdb_rows_view() as con:
            yield from _read_record_batches(
                con.execute(f"SELECT {self._build_column_list_sql()} FROM wanted"), self.columns, size
            )

    def find_keys_absent_from_revision(
        self, held: Iterable[list[Mapping[str, Any]]], size: int = BATCH_ROWS
    ) -> Iterator[list[Key]]:
        """Keys among ``held`` (batches of records as the platform writes them) that are not ours, sorted.

        Compared in the platform's own writing, to the millisecond for times, or to the second where it says
        no more.
        """
        import pyarrow as pa

        keys = identifiers(self.key)
        with self._open_duckdb_rows_view() as con:
            shapes = {
                name: kind for name, kind in read_column_types(con, "wanted").items() if name in self.key
            }
            columns = ", ".join(f"{identifier(name)} VARCHAR" for name in self.key)
            con.execute(f"CREATE TABLE held ({columns})")
            for batch in held:
                written = [
                    pa.array((_format_key_value(record.get(name)) for record in batch), pa.string())
                    for name in self.key
                ]
                con.register("received", pa.table(written, names=list(self.key)))
                con.execute("INSERT INTO held FROM received")
            same = " AND ".join(
                _build_key_match_sql(con, identifier(name), shapes[name]) for name in self.key
            )
            sql = f"SELECT {keys} FROM held WHERE NOT EXISTS (FROM wanted WHERE {same}) ORDER BY {keys}"
            yield from _read_key_batches(con.execute(sql), size)

    def count_rows(self) -> int:
        """Read off the files, not their rows."""
        import pyarrow.parquet as pq

        with ExitStack() as stack:
            paths = [stack.enter_context(self.store.open_local_file_of_key(key)) for key in self.partitions]
            return sum(pq.read_metadata(path).num_rows for path in paths)

    def sample_rows(self, size: int, seed: int = 0) -> list[Record]:
        """The first and the last row (by key, or as they stand where there is none) and up to ``size``
        others, always the same ones for a ``seed``."""
        names, key = self._build_column_list_sql(), identifiers(self.key)
        with self._open_duckdb_rows_view() as con:
            if not self.key:
                con.execute("CREATE VIEW ranked AS SELECT *, row_number() OVER () AS __rank FROM wanted")
                chosen = [f"SELECT {names} FROM ranked ORDER BY __rank {way} LIMIT 1" for way in ("", "DESC")]
            else:
                down = ", ".join(f"{identifier(name)} DESC" for name in self.key)
                orders = (f"{key} LIMIT 1", f"{down} LIMIT 1", f"hash({key}, {seed}) LIMIT {size}")
                chosen = [f"SELECT {names} FROM wanted ORDER BY {order}" for order in orders]
            found = [
                batch
                for sql in chosen
                for batch in _read_record_batches(con.execute(sql), self.columns, size)
            ]
        return [record for batch in found for record in batch]

    def _build_column_list_sql(self) -> str:
        return identifiers(self.columns)

    @contextmanager
    def _open_duckdb_rows_view(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with (
            self.store.open_scratch_folder() as scratch,
            open_revision_views(self.store, scratch, wanted=self.partitions) as con,
        ):
            yield con


@contextmanager
def open_revision_views(
    store: Store, scratch: Path, **views: Sequence[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with a view of each name over the Parquet files at its keys of ``store``. Raises StoreError when
    one is gone."""
    with ExitStack() as stack:
        con = stack.enter_context(open_duckdb(scratch))
        for name, keys in views.items():
            paths = [str(stack.enter_context(store.open_local_file_of_key(key))) for key in keys]
            con.execute(f"CREATE VIEW {name} AS SELECT * FROM {build_read_parquet_sql(*paths)}")
        yield con


def _read_record_batches(
    con: duckdb.DuckDBPyConnection, columns: tuple[str, ...], size: int
) -> Iterator[list[Record]]:
    while batch := con.fetchmany(size):
        yield [dict(zip(columns, map(convert_cell_to_lossless_json, row), strict=True)) for row in batch]


def _read_key_batches(con: duckdb.DuckDBPyConnection, size: int) -> Iterator[list[Key]]:
    while batch := con.fetchmany(size):
        yield [tuple(map(convert_cell_to_lossless_json, row)) for row in batch]


def convert_cell_to_lossless_json(value: Any) -> Any:
    """A cell as JSON: exact decimals and non-finite numbers as text, moments in ISO 8601."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal) or (isinstance(value, float) and not math.isfinite(value)):
        return str(value)
    return value


def normalise_cell_for_comparison(value: Any, kind: str) -> str:
    """A cell as our JSON and the platform's both write it: numbers by value (there is one zero), and moments
    to the millisecond, which is all that CKAN says. ``kind`` is the type of its column in the table, or
    ``SECONDS``. One that is nothing of this type (the table is not ours any more) is itself."""
    text = str(value)
    try:
        if kind == "time":
            return time.fromisoformat(text).isoformat()
        if kind in ("timestamp", SECONDS):
            precision = "milliseconds" if kind == "timestamp" else "seconds"
            return datetime.fromisoformat(text).isoformat(timespec=precision)
        if kind in NUMBERS:
            number = Decimal(text)
            return str(number.normalize()) if number else "0"
    except (ValueError, InvalidOperation):
        return text
    return text


def adapt_kinds_to_timestamp_precision(
    records: Iterable[Mapping[str, Any]], kinds: Mapping[str, str]
) -> dict[str, str]:
    """``kinds`` (by column), as far as the platform tells moments apart in ``records``."""
    moments = {name for name, kind in kinds.items() if kind == "timestamp"}
    finer = {name for record in records for name in moments if "." in str(record.get(name))}
    return {name: SECONDS if name in moments - finer else kind for name, kind in kinds.items()}


def normalise_record_for_comparison(
    record: Mapping[str, Any], kinds: Mapping[str, str]
) -> tuple[str | None, ...]:
    """A record in the order of ``kinds`` (``adapt_kinds_to_timestamp_precision``), equal to another that says the same."""
    return tuple(
        None if record.get(name) is None else normalise_cell_for_comparison(record[name], kind)
        for name, kind in kinds.items()
    )


def list_record_keys(records: Iterable[Mapping[str, Any]], key: Sequence[str]) -> list[Key]:
    """Each of them once, always in the same order."""
    return sorted({tuple(record[name] for name in key) for record in records}, key=str)


def _format_key_value(value: Any) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _build_key_match_sql(con: duckdb.DuckDBPyConnection, column: str, kind: str) -> str:
    """SQL: a key column of ours equals what the platform's JSON wrote of it. An equality, so that millions of
    keys are joined and not compared one with all."""
    if kind.startswith("TIMESTAMP"):
        fraction = ".%g" if count_rows(con, f"held WHERE contains({column}, '.')") else ""
        return f"held.{column} = strftime(wanted.{column}, '%Y-%m-%dT%H:%M:%S{fraction}')"
    if kind == "DOUBLE" or kind.startswith("DECIMAL"):
        return f"TRY_CAST(held.{column} AS DOUBLE) = CAST(wanted.{column} AS DOUBLE)"
    return f"held.{column} = CAST(wanted.{column} AS VARCHAR)"
