"""The rows by which one published state differs from the next: few, counted in SQL once, and kept.

    datasets/<dataset>/compared/<sha256 of the newer>-<sha256 of the older>-<columns>.parquet

They are rows of the two files, which lie in the same store, and go when one of the two does (``release_changes``).
Nothing is shared with what judges the published file but the folder.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aqueduc.duck import build_read_parquet_sql, count_rows, write_parquet
from aqueduc.store import Store, compute_bytes_sha256

MOST_STEP_ROWS = 500_000
"""Beyond, adding up what differs costs more than reading the older file."""
_FORMAT = 1
_OBJECT = re.compile(r"[0-9a-f]{64}")
_DIGEST = 64


@dataclass(frozen=True)
class PublishedFile:
    """A file that was published: ``cells``, SQL of its columns as those of today."""

    path: Path
    cells: str

    @property
    def relation_sql(self) -> str:
        return f"(SELECT {self.cells} FROM {build_read_parquet_sql(str(self.path))})"


@dataclass(frozen=True)
class PublishedFileDifferenceCache:
    """What differs between the published files of a dataset: documents of the store, each with its SHA-256 before
    it, so that what is not whole is made again. An empty one: too many rows differ."""

    dataset: str
    store: Store

    def read_difference(self, newer: PublishedFile, older: PublishedFile) -> bytes | None:
        key = self._build_difference_key(newer, older)
        data = self.store.read(key) if key else None
        whole = data and data[:_DIGEST].decode("ascii", "replace") == compute_bytes_sha256(data[_DIGEST:])
        return data[_DIGEST:] if data and whole else None

    def write_difference(self, newer: PublishedFile, older: PublishedFile, data: bytes) -> None:
        if key := self._build_difference_key(newer, older):
            self.store.write(key, compute_bytes_sha256(data).encode() + data)

    def _build_difference_key(self, newer: PublishedFile, older: PublishedFile) -> str | None:
        files = (newer.path.stem, older.path.stem)
        if not all(map(_OBJECT.fullmatch, files)):
            return None
        meaning = hashlib.sha256(repr((_FORMAT, newer.cells, older.cells)).encode()).hexdigest()[:16]
        return f"datasets/{self.dataset}/compared/{'-'.join(files)}-{meaning}.parquet"


def create_row_difference_table(
    con: duckdb.DuckDBPyConnection,
    newer: PublishedFile,
    older: PublishedFile,
    names: str,
    stored: PublishedFileDifferenceCache | None,
) -> bool:
    """Makes the table ``step``: the rows (``names``, SQL of a list of columns) that ``newer`` has more often than
    ``older``, or less, and how many (``__n``). False where they are too many."""
    if stored is None:
        return _create_difference_table_by_hashes(con, newer.relation_sql, older.relation_sql, names)
    with stored.store.open_scratch_folder() as folder:
        kept = folder / "step.parquet"
        data = stored.read_difference(newer, older)
        if data is None:
            data = b""
            if _create_difference_table_by_hashes(con, newer.relation_sql, older.relation_sql, names):
                write_parquet(con, "FROM step", kept)
                data = kept.read_bytes()
            stored.write_difference(newer, older, data)
        elif data:
            kept.write_bytes(data)
            con.execute(f"CREATE OR REPLACE TEMP TABLE step AS FROM {build_read_parquet_sql(str(kept))}")
        return bool(data)


def _create_difference_table_by_hashes(
    con: duckdb.DuckDBPyConnection, newer: str, older: str, names: str
) -> bool:
    """By 64-bit hashes first, which take less room than rows: two rows that differ have the same once in
    2**64."""
    sides = ((newer, 1), (older, -1))
    hashes = " UNION ALL ".join(f"SELECT hash({names}) AS __h, {n} AS __n FROM {side}" for side, n in sides)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE moved_hashes AS "
        f"SELECT __h FROM ({hashes}) GROUP BY __h HAVING sum(__n) <> 0"
    )
    if count_rows(con, "moved_hashes") > MOST_STEP_ROWS:
        return False
    rows = " UNION ALL ".join(
        f"SELECT {names}, {n} AS __n FROM {side} WHERE hash({names}) IN (SELECT __h FROM moved_hashes)"
        for side, n in sides
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE step AS "
        f"SELECT {names}, sum(__n)::BIGINT AS __n FROM ({rows}) GROUP BY ALL HAVING sum(__n) <> 0"
    )
    return True
