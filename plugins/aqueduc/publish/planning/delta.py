"""What changed between two revisions: rows inserted, updated and deleted, found by key in one pass.

Both revisions stream through one join of (key, hash of the row): memory is bounded by DuckDB's limit, beyond
which it spills, and only the rows that changed are read again. The hash has 64 bits: an updated row would be
missed once in 2⁶⁴.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aqueduc.duck import (
    build_read_parquet_sql,
    count_rows,
    fetch_single_row,
    identifiers,
    literal,
    open_duckdb,
)
from aqueduc.publish.revision.rows import (
    BATCH_ROWS,
    Key,
    Record,
    convert_cell_to_lossless_json,
    open_revision_views,
)
from aqueduc.store import Store

_CHANGED, _GONE = "changed", "gone"


@dataclass(frozen=True)
class RowDelta:
    """Counts, and the Parquet files in ``folder`` that hold the rows to send and the keys that leave.

    ``before`` and ``after`` are the numbers of rows of the two revisions.
    """

    before: int
    after: int
    inserted: int
    updated: int
    deleted: int
    columns: tuple[str, ...]
    key: tuple[str, ...]
    folder: Path

    @property
    def upsert_row_count(self) -> int:
        return self.inserted + self.updated

    def read_updated_rows(self, size: int = BATCH_ROWS) -> Iterator[list[Record]]:
        return self._read_changed_rows_of_kind("updated", size)

    def read_inserted_rows(self, size: int = BATCH_ROWS) -> Iterator[list[Record]]:
        return self._read_changed_rows_of_kind("inserted", size)

    def read_deleted_keys(self, size: int = BATCH_ROWS) -> Iterator[list[Key]]:
        """Keys, sorted."""
        for batch in self._read_batches(
            f"SELECT {identifiers(self.key)} FROM {self._build_sql_reading_delta_file(_GONE)}", size
        ):
            yield [tuple(map(convert_cell_to_lossless_json, row)) for row in batch]

    def _read_changed_rows_of_kind(self, kind: str, size: int) -> Iterator[list[Record]]:
        rows = self._build_sql_reading_delta_file(_CHANGED)
        sql = f"SELECT {identifiers(self.columns)} FROM {rows} WHERE __kind = {literal(kind)}"
        for batch in self._read_batches(sql, size):
            yield [
                dict(zip(self.columns, map(convert_cell_to_lossless_json, row), strict=True)) for row in batch
            ]

    def _build_sql_reading_delta_file(self, name: str) -> str:
        return build_read_parquet_sql(self.folder / f"{name}.parquet")

    def _read_batches(self, sql: str, size: int) -> Iterator[list[tuple[object, ...]]]:
        with open_duckdb(self.folder) as con:
            rows = con.execute(sql)
            while batch := rows.fetchmany(size):
                yield batch


def compute_row_delta(
    store: Store,
    before: Sequence[str],
    after: Sequence[str],
    columns: Sequence[str],
    key: Sequence[str],
    folder: Path,
) -> RowDelta:
    """From the Parquet files at ``before`` to those at ``after`` (keys of ``store``), which all have
    ``columns``. ``key`` is not empty, and no row of either has another's. ``folder`` will hold the outcome.

    Raises StoreError when a file is gone.
    """
    with open_revision_views(store, folder, held=before, wanted=after) as con:
        # The join needs no order, and keeping it would hold both revisions in memory.
        con.execute("SET preserve_insertion_order = false")
        names, rows = identifiers(key), identifiers(columns)
        con.execute(f"""
            CREATE TABLE differing AS
            SELECT {names}, CASE WHEN held.__row IS NULL THEN 'inserted'
                                 WHEN wanted.__row IS NULL THEN 'deleted' ELSE 'updated' END AS __kind
            FROM (SELECT {names}, hash({rows}) AS __row FROM wanted) wanted
            FULL JOIN (SELECT {names}, hash({rows}) AS __row FROM held) held USING ({names})
            WHERE held.__row IS DISTINCT FROM wanted.__row
        """)
        con.execute(f"""
            COPY (SELECT {rows}, __kind FROM wanted JOIN differing USING ({names}) ORDER BY {names})
            TO {literal(str(folder / f"{_CHANGED}.parquet"))} (FORMAT parquet)
        """)
        con.execute(f"""
            COPY (SELECT {names} FROM differing WHERE __kind = 'deleted' ORDER BY {names})
            TO {literal(str(folder / f"{_GONE}.parquet"))} (FORMAT parquet)
        """)
        kinds = dict(con.execute("SELECT __kind, count(*) FROM differing GROUP BY __kind").fetchall())
        return RowDelta(
            before=count_rows(con, "held"),
            after=count_rows(con, "wanted"),
            inserted=kinds.get("inserted", 0),
            updated=kinds.get("updated", 0),
            deleted=kinds.get("deleted", 0),
            columns=tuple(columns),
            key=tuple(key),
            folder=folder,
        )


@dataclass(frozen=True)
class KeylessRowDelta:
    """The same for rows without a key: one that changes is a deletion and an insertion."""

    before: int
    after: int
    inserted: int
    deleted: int


def compute_keyless_row_delta(
    store: Store, before: Sequence[str], after: Sequence[str], columns: Sequence[str], folder: Path
) -> KeylessRowDelta:
    """By content: a row is known by a hash of 128 bits, and counted as often as it stands. Raises as
    ``compute_row_delta``."""
    rows = identifiers(columns)
    with open_revision_views(store, folder, held=before, wanted=after) as con:
        con.execute("SET preserve_insertion_order = false")
        for name in ("held", "wanted"):
            con.execute(f"""
                CREATE VIEW {name}_times AS
                SELECT hash({rows}) AS a, hash('', {rows}) AS b, count(*) AS times FROM {name} GROUP BY ALL
            """)
        found = fetch_single_row(
            con,
            """
            SELECT coalesce(sum(held.times), 0), coalesce(sum(wanted.times), 0),
                   coalesce(sum(greatest(coalesce(wanted.times, 0) - coalesce(held.times, 0), 0)), 0),
                   coalesce(sum(greatest(coalesce(held.times, 0) - coalesce(wanted.times, 0), 0)), 0)
            FROM held_times held FULL JOIN wanted_times wanted USING (a, b)
        """,
        )
        return KeylessRowDelta(*map(int, found))
