"""The rows of a written file as 64-bit hashes of the text of their cells, and what one file has that another has
not. A text is hashed eight bytes at a time, all cells of a batch together, each eight by all the multiplications and
shifts of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): with fewer
of them, a change of the eighth character is undone by the like change of the twelfth and the sixteenth, and codes of
digits are full of these. A long text is hashed by itself (BLAKE2b), since all the others wait at each of its eights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from aqueduc.threads import map_in_threads

Hashes = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
MOST_CHANGES = 1_000_000
"""Beyond, what differs between two files takes more room than a column of them: they are compared whole."""
_BATCH = 65_536
_SAMPLE = 4_096
_MIX, _MIX_WORD, _MIX_END = map(np.uint64, (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_SHIFT, _SHIFT_WORD, _SHIFT_END = map(np.uint64, (30, 27, 31))
_HALF, _LOW_HALF = np.uint64(32), np.uint64((1 << 32) - 1)
_WORD, _LONG = 8, 4_096
"""In bytes."""
_LOW_BYTES = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], np.uint64)
_NULL = np.uint64(0xA5A5A5A5A5A5A5A5)
_FEW_BITS = np.uint64((1 << 20) - 1)
_BUCKETS, _PART = 1 << 18, 1 << 20
_BUCKET_BITS = np.uint64(_BUCKETS - 1)


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
        return self.rows[places], self.classes[places], _hash_cells_at_rows(self.path, self.others, places)


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
    ours, theirs = _select_hashes_of_unlike_buckets(ours, theirs)
    bits = max(0, (max(len(ours), len(theirs)) >> 21).bit_length())
    parts = list(_split_by_high_bits(ours, theirs, bits))
    keys, counts = zip(*(_subtract_hash_counts_of_part(*part) for part in parts), strict=True)
    return np.concatenate(keys), np.concatenate(counts)


def _select_hashes_of_unlike_buckets(ours: Hashes, theirs: Hashes) -> tuple[Hashes, Hashes]:
    """Both without most of what they have in common: the numbers that end in the same bits, where these are as
    many and have the same sum in both. Of two sets that differ the sums of 64 bits are the same once in
    2**64."""
    unlike = np.zeros(_BUCKETS, bool)
    for mine_total, other_total in zip(
        _sum_hashes_by_bucket(ours), _sum_hashes_by_bucket(theirs), strict=True
    ):
        unlike |= mine_total != other_total
    mine, other = (side[unlike[(side & _BUCKET_BITS).astype(np.intp)]] for side in (ours, theirs))
    return mine, other


def _sum_hashes_by_bucket(hashes: Hashes) -> list[npt.NDArray[np.float64]]:
    """How many there are that end in the same bits, and the sums of their halves: exact up to two million numbers
    in a bucket. Beyond, a sum is rounded, by less than two hashes differ."""
    totals = [np.zeros(_BUCKETS) for _ in range(3)]
    for start in range(0, len(hashes), _PART):
        part = hashes[start : start + _PART]
        bucket = (part & _BUCKET_BITS).astype(np.intp)
        halves = (None, part >> _HALF, part & _LOW_HALF)
        for total, weights in zip(totals, halves, strict=True):
            total += np.bincount(bucket, weights, _BUCKETS)
    return totals


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
    with _open_with_dictionaries(path) as file:
        # Without a name all rows are alike; their number is that of any column.
        read = list(dict.fromkeys(name for names in groups for name in names))
        batches = file.iter_batches(batch_size=_BATCH, columns=read or file.schema_arrow.names[:1])
        for found in map_in_threads(partial(_hash_batch_column_groups, groups), batches):
            for part, hashes in zip(parts, found, strict=True):
                part.append(hashes)
    return [np.concatenate(part) for part in parts]


def _hash_batch_column_groups(groups: Sequence[Sequence[str]], batch: pa.RecordBatch) -> list[Hashes]:
    cells = {name: _hash_cells(batch.column(name)) for name in {name for names in groups for name in names}}
    start = np.zeros(batch.num_rows, np.uint64)
    return [mix_hashes([start, *(cells[name] for name in names)]) for names in groups]


def _hash_cells_at_rows(path: Path, names: Sequence[str], places: npt.NDArray[np.intp]) -> list[Hashes]:
    """Of each of the columns, the hashes of its cells at some ``places`` (sorted) of a file."""
    found: list[list[Hashes]] = [[np.zeros(0, np.uint64)] for _ in names]
    start = 0
    with _open_with_dictionaries(path) as file:
        for batch in file.iter_batches(batch_size=_BATCH, columns=list(names)) if names else ():
            first, last = np.searchsorted(places, (start, start + batch.num_rows))
            if first < last:
                # Batch by batch: together, long texts exceed what Arrow holds in one column (2 GB).
                taken = batch.select(list(names)).take(pa.array(places[first:last] - start))
                for part, column in zip(found, taken.columns, strict=True):
                    part.append(_hash_cells(column))
            start += batch.num_rows
    return [np.concatenate(part) for part in found]


def _open_with_dictionaries(path: Path) -> pq.ParquetFile:
    """Texts that the file keeps once each come as they are kept: most of them are never written out."""
    metadata = pq.read_metadata(path)
    texts = {field.name for field in metadata.schema.to_arrow_schema() if pa.types.is_string(field.type)}
    first = metadata.row_group(0) if metadata.num_row_groups else None
    chunks = [first.column(rank) for rank in range(first.num_columns)] if first else []
    kept_once = [
        chunk.path_in_schema
        for chunk in chunks
        if chunk.path_in_schema in texts and "RLE_DICTIONARY" in chunk.encodings
    ]
    return pq.ParquetFile(path, metadata=metadata, pre_buffer=False, read_dictionary=kept_once)


def _hash_cells(column: pa.Array) -> Hashes:
    """By text: what makes a number of today that of a file that had texts."""
    if pa.types.is_nested(column.type):
        column = column.cast(pa.string())
    if pa.types.is_dictionary(column.type) and len(column.dictionary) > len(column):
        column = column.dictionary_decode()
    if not pa.types.is_dictionary(column.type):
        sample = column[:_SAMPLE]
        if 2 * len(sample.unique()) > len(sample):
            return _hash_texts(column.cast(pa.string()))
        # Each value once, and only then as text.
        column = column.dictionary_encode()
    values = np.append(_hash_texts(column.dictionary.cast(pa.string())), _NULL)
    found: Hashes = values[
        column.indices.cast(pa.int64()).fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
    ]
    return found


def _hash_texts(texts: pa.StringArray) -> Hashes:
    if not len(texts):
        return np.zeros(0, np.uint64)
    _validity, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, np.int32, len(texts) + 1, 4 * texts.offset).astype(np.int64)
    sizes, starts = np.diff(bounds), bounds[:-1] - bounds[0]
    words = _view_words_at_each_byte(data, int(bounds[0]), int(bounds[-1]))
    found: Hashes = sizes.astype(np.uint64) * _MIX
    is_long = sizes > _LONG
    left = np.flatnonzero((sizes > 0) & ~is_long)
    for place in range(0, _LONG, _WORD):
        left = left[sizes[left] > place]
        if not len(left):
            break
        word = words[starts[left] + place]
        word &= _LOW_BYTES[np.minimum(sizes[left] - place, _WORD)]
        word ^= found[left]
        found[left] = _mix_words(word)
    for rank in np.flatnonzero(is_long):
        found[rank] = _hash_long_text(data.slice(int(bounds[rank]), int(sizes[rank])))
    if texts.null_count:
        found[texts.is_null().to_numpy(zero_copy_only=False)] = _NULL
    return found


def _mix_words(words: Hashes) -> Hashes:
    """``words``, changed in place: each of the bits of one depends on all of them."""
    words ^= words >> _SHIFT
    words *= _MIX_WORD
    words ^= words >> _SHIFT_WORD
    words *= _MIX_END
    words ^= words >> _SHIFT_END
    return words


def _hash_long_text(text: pa.Buffer) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=_WORD).digest(), "little"))


def _view_words_at_each_byte(data: pa.Buffer | None, start: int, end: int) -> Hashes:
    """Of the bytes from ``start`` to ``end``, the eight that begin at each, as a number; zeros come after the
    last."""
    padded = np.zeros(end - start + _WORD, np.uint8)
    if end > start:
        padded[: end - start] = np.frombuffer(data, np.uint8, end - start, start)
    return np.ndarray((end - start + 1,), np.dtype("<u8"), padded, strides=(1,))
