"""The rows of a written file as 64-bit hashes of the text of their cells (pandas's), and what one file has that
another has not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Hashes = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
MOST_CHANGES = 1_000_000
"""Beyond, what differs between two files takes more room than a column of them: they are compared whole."""
_BATCH = 262_144
_SAMPLE = 4_096
_MIX = np.uint64(0x9E3779B97F4A7C15)
_FEW_BITS = np.uint64((1 << 20) - 1)


def read_column_names(path: Path) -> list[str]:
    names: list[str] = pq.read_schema(path).names
    return names


def hash_rows(path: Path, names: Sequence[str]) -> Hashes:
    """One number a row, from the text of its cells in ``names``."""
    (found,) = _hash_column_groups(path, [names])
    return found


def mix_hashes(columns: Sequence[Hashes]) -> Hashes:
    total = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        total = (total ^ column) * _MIX
        total ^= total >> np.uint64(29)
    return total


@dataclass(frozen=True, eq=False)
class HashedFileRows:
    """The rows of the file at ``path``, in its order: the class of each, by ``quasi``, and the row, by
    ``quasi`` and ``others``."""

    path: Path
    quasi: tuple[str, ...]
    others: tuple[str, ...]
    classes: Hashes
    rows: Hashes

    @staticmethod
    def from_parquet_file(path: Path, quasi: Sequence[str], others: Sequence[str]) -> HashedFileRows:
        classes, rows = _hash_column_groups(path, [quasi, others])
        return HashedFileRows(path, tuple(quasi), tuple(others), classes, mix_hashes([classes, rows]))

    def collect_hashes_of_wanted_rows(self, wanted: Hashes) -> tuple[Hashes, Hashes, list[Hashes]]:
        """Of each of the ``wanted`` rows that is here (sorted), once: itself, its class, and the hash of its
        cell in each of ``others``."""
        here = np.flatnonzero(_build_wanted_hashes_mask(self.rows, wanted))
        _, first = np.unique(self.rows[here], return_index=True)
        places = np.sort(here[first])
        cells = [_hash_column(_read_column_cells_at_rows(self.path, name, places)) for name in self.others]
        return self.rows[places], self.classes[places], cells


@dataclass(frozen=True, eq=False)
class RowChanges:
    """The distinct rows that one file has more often than another (``counts`` above 0), or less often:
    ``classes`` of each, and ``views``: the class with its cell in each of the other columns, then the whole
    row. ``exceeded``: there are too many of them, and they are not here."""

    classes: Hashes
    views: tuple[Hashes, ...]
    counts: Counts
    exceeded: bool = False

    def __len__(self) -> int:
        return len(self.classes)

    def select_class_changes(self, among: Hashes) -> RowChanges:
        kept = np.isin(self.classes, among)
        return RowChanges(self.classes[kept], tuple(view[kept] for view in self.views), self.counts[kept])

    def to_bytes(self) -> bytes:
        data = BytesIO()
        views = np.array(self.views, np.uint64)
        np.savez(data, classes=self.classes, views=views, counts=self.counts, exceeded=self.exceeded)
        return data.getvalue()

    @staticmethod
    def from_bytes(data: bytes) -> RowChanges:
        found = np.load(BytesIO(data), allow_pickle=False)
        return RowChanges(found["classes"], tuple(found["views"]), found["counts"], bool(found["exceeded"]))


def find_row_changes(ours: HashedFileRows, theirs: HashedFileRows, at_most: int) -> RowChanges:
    """What ``ours`` has more, or less often, than ``theirs``, where that is no more than ``at_most`` rows."""
    keys, counts = _subtract_hash_counts(ours.rows, theirs.rows)
    if len(keys) > at_most:
        none = np.zeros(0, np.uint64)
        return RowChanges(none, (), np.zeros(0, np.int64), exceeded=True)
    parts = [ours.collect_hashes_of_wanted_rows(keys)]
    parts.append(theirs.collect_hashes_of_wanted_rows(keys[~np.isin(keys, parts[0][0])]))
    rows, classes = (np.concatenate([part[rank] for part in parts]) for rank in (0, 1))
    cells = [np.concatenate(columns) for columns in zip(*(part[2] for part in parts), strict=True)]
    views = (*(mix_hashes([classes, column]) for column in cells), rows)
    return RowChanges(classes, views, counts[np.searchsorted(keys, rows)])


def find_changed_classes(ours: HashedFileRows, theirs: HashedFileRows) -> Hashes:
    """The classes whose rows are not the same in both, sorted."""
    keys, _ = _subtract_hash_counts(ours.rows, theirs.rows)
    found = [side.classes[_build_sorted_membership_mask(side.rows, keys)] for side in (ours, theirs)]
    return np.unique(np.concatenate(found))


def _build_sorted_membership_mask(rows: Hashes, keys: Hashes) -> npt.NDArray[np.bool_]:
    if not len(keys):
        return np.zeros(len(rows), bool)
    found: npt.NDArray[np.bool_] = keys[np.minimum(np.searchsorted(keys, rows), len(keys) - 1)] == rows
    return found


def _subtract_hash_counts(ours: Hashes, theirs: Hashes) -> tuple[Hashes, Counts]:
    """The numbers, sorted, that are not as often in both, and how many more of them are in the first; some
    millions at a time, since to sort them takes room."""
    bits = max(0, (max(len(ours), len(theirs)) >> 21).bit_length())
    parts = list(_split_by_high_bits(ours, theirs, bits))
    keys, counts = zip(*(_subtract_hash_counts_of_part(*part) for part in parts), strict=True)
    return np.concatenate(keys), np.concatenate(counts)


def _split_by_high_bits(ours: Hashes, theirs: Hashes, bits: int) -> Iterator[tuple[Hashes, Hashes]]:
    if not bits:
        yield ours, theirs
        return
    for rank in range(1 << bits):
        # By the highest bits: one part comes after the other, sorted.
        mine, other = (side[side >> np.uint64(64 - bits) == rank] for side in (ours, theirs))
        yield mine, other


def _subtract_hash_counts_of_part(ours: Hashes, theirs: Hashes) -> tuple[Hashes, Counts]:
    (mine, many), (other, less) = (np.unique(side, return_counts=True) for side in (ours, theirs))
    both = np.concatenate((mine, other))
    # Two sorted runs: a stable sort merges them.
    order = np.argsort(both, kind="stable")
    both, counts = both[order], np.concatenate((many, -less)).astype(np.int64)[order]
    if not len(both):
        return both, counts
    starts = np.flatnonzero(np.concatenate(([True], both[1:] != both[:-1])))
    sums = np.add.reduceat(counts, starts)
    return both[starts][sums != 0], sums[sums != 0]


def _build_wanted_hashes_mask(rows: Hashes, wanted: Hashes) -> npt.NDArray[np.bool_]:
    """Whether each of many ``rows`` is among few that are ``wanted``."""
    marks = np.zeros(int(_FEW_BITS) + 1, bool)
    marks[wanted & _FEW_BITS] = True
    found: npt.NDArray[np.bool_] = marks[rows & _FEW_BITS]
    found[found] = np.isin(rows[found], wanted)
    return found


# --- cells --------------------------------------------------------------------------------------------------


def _hash_column_groups(path: Path, groups: Sequence[Sequence[str]]) -> list[Hashes]:
    """For each of ``groups`` of columns, one number a row."""
    parts: list[list[Hashes]] = [[np.zeros(0, np.uint64)] for _ in groups]
    with pq.ParquetFile(path, pre_buffer=False) as file:
        # Without a name all rows are alike; their number is that of any column.
        read = list(dict.fromkeys(name for names in groups for name in names))
        for batch in file.iter_batches(batch_size=_BATCH, columns=read or file.schema_arrow.names[:1]):
            cells = {name: _hash_cells(batch.column(name)) for name in read}
            start = np.zeros(batch.num_rows, np.uint64)
            for part, names in zip(parts, groups, strict=True):
                part.append(mix_hashes([start, *(cells[name] for name in names)]))
    return [np.concatenate(part) for part in parts]


def _read_column_cells_at_rows(path: Path, name: str, places: npt.NDArray[np.intp]) -> list[pa.Array]:
    """The cells of one column at some ``places`` (sorted) of a file."""
    found, start = [], 0
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(batch_size=_BATCH, columns=[name]):
            first, last = np.searchsorted(places, (start, start + batch.num_rows))
            found.append(batch.column(0).take(pa.array(places[first:last] - start)))
            start += batch.num_rows
    return found


def _hash_column(parts: Sequence[pa.Array]) -> Hashes:
    return np.concatenate([np.zeros(0, np.uint64), *map(_hash_cells, parts)])


def _hash_cells(column: pa.Array) -> Hashes:
    """By text: what makes a number of today that of a file that had texts."""
    if pa.types.is_dictionary(column.type) or pa.types.is_nested(column.type):
        column = column.cast(pa.string())
    sample = column[:_SAMPLE]
    if 2 * len(sample.unique()) > len(sample):
        return _hash_texts(column.cast(pa.string()))
    # Each value once, and only then as text.
    values = column.dictionary_encode(null_encoding="encode")
    found: Hashes = _hash_texts(values.dictionary.cast(pa.string()))[values.indices.to_numpy()]
    return found


def _hash_texts(texts: pa.Array) -> Hashes:
    # Here and not above: it is 80 MB in the memory of each task that compares nothing.
    import pandas as pd

    found: Hashes = pd.util.hash_array(np.array(texts.to_pylist(), dtype=object), categorize=False)
    return found
