"""Two written files set side by side whole, each with each: what ``disclosure.comparing`` did before it added up
what differs between one state and the next. The oracle of its tests.

Rows and classes are told by 64-bit hashes of their text (pandas's); what counts as singling out is said in
``anonymise.differencing``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Hashes = npt.NDArray[np.uint64]
_BATCH = 262_144
_SORTED = 3_000_000
_SIDES = np.array((0, 1), np.int8)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class ChangeThreshold:
    """The least change of a class that isolates nobody: how many rows must come, or go, at once. ``most[i]``:
    in ``classes[i]``, where that is more than ``otherwise``."""

    gone: int
    otherwise: int
    classes: Hashes
    most: npt.NDArray[np.int64]

    @staticmethod
    def rows(k: int) -> ChangeThreshold:
        return ChangeThreshold(k, k, np.zeros(0, np.uint64), np.zeros(0, np.int64))

    def come(self, known: Hashes) -> npt.NDArray[np.int64]:
        found = np.full(len(known), self.otherwise, np.int64)
        if len(self.classes):
            place = np.minimum(np.searchsorted(self.classes, known), len(self.classes) - 1)
            there = self.classes[place] == known
            found[there] = self.most[place[there]]
        return found


@dataclass(frozen=True, eq=False)
class ComparedFileUnits:
    """The units to compare files by. ``units``: of each row of the file that is compared, whose it is (NULL:
    unknown, which may be anybody's of the class). ``noted``: of an earlier file, the most rows that one unit
    may have in a class, and in all of it."""

    units: pa.ChunkedArray
    noted: Mapping[Path, tuple[int, int]]

    def least(self, classes: Hashes, k: int, file: Path, *, whole: bool) -> ChangeThreshold:
        """The threshold for ``classes``, that of each row. More than k - 1 times the rows of one unit are
        those of k units. ``whole``: they are the classes of the earlier ``file`` too."""
        codes = self.units.combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy()
        unknown = self.units.is_null().to_numpy()
        _, first, counts = np.unique(
            _mix_hashes([classes, codes.astype(np.uint64)]), return_index=True, return_counts=True
        )
        known, of = np.unique(classes[first], return_inverse=True)
        most = np.zeros(len(known), np.int64)
        np.maximum.at(most, of, np.where(unknown[first], 0, counts))
        np.add.at(most, of, np.where(unknown[first], counts, 0))
        widest = int(np.max(most, initial=1))
        in_class, in_file = self.noted.get(file, (widest, widest))
        return ChangeThreshold((k - 1) * (in_class if whole else in_file) + 1, k, known, (k - 1) * most + 1)


def count_isolated_classes_between_files(
    path: Path,
    earlier: Sequence[Path],
    quasi_identifiers: Sequence[str],
    k: int,
    changed: Mapping[Path, Collection[str]] = MappingProxyType({}),
    units: ComparedFileUnits | None = None,
) -> int:
    """The number of classes of ``path`` that differ by 1 to k - 1 rows (by those of fewer than k ``units``)
    from one of the ``earlier`` files, the newest first; a file without all the quasi-identifiers is compared
    by those that it has. ``changed``: columns of a file that meant something else then, by which it cannot be
    compared."""
    common = {
        file: [
            name
            for name in _read_column_names(path)
            if name in _read_column_names(file) and name not in changed.get(file, ())
        ]
        for file in earlier
    }
    quasi = {file: [name for name in quasi_identifiers if name in common[file]] for file in earlier}
    whole = {file: common[file] for file in earlier if len(quasi[file]) == len(quasi_identifiers)}
    return _count_isolated_comparable(path, whole, quasi_identifiers, k, units) + sum(
        len(_find_isolated_classes_in_whole_files(path, file, quasi[file], common[file], k, units))
        for file in earlier
        if file not in whole
    )


def _count_isolated_comparable(
    path: Path,
    earlier: Mapping[Path, Sequence[str]],
    quasi_identifiers: Sequence[str],
    k: int,
    units: ComparedFileUnits | None,
) -> int:
    if not earlier:
        return 0
    classes = _hash_rows(path, quasi_identifiers)
    unlike = _find_changed_classes(path, next(iter(earlier)), classes, quasi_identifiers)
    if not len(unlike):
        return 0
    found: set[int] = set()
    for file, common in earlier.items():
        found |= _find_isolated_classes_in_whole_files(
            path, file, quasi_identifiers, common, k, units, unlike
        )
    return len(found)


def _find_isolated_classes_in_whole_files(
    path: Path,
    file: Path,
    quasi_identifiers: Sequence[str],
    common: Sequence[str],
    k: int,
    units: ComparedFileUnits | None,
    among: Hashes | None = None,
) -> set[int]:
    """Classes (``among`` those given) that differ too little, seen through any ``common`` column."""
    ours_all, theirs_all = _hash_rows(path, quasi_identifiers), _hash_rows(file, quasi_identifiers)
    mine = np.ones(len(ours_all), bool) if among is None else np.isin(ours_all, among)
    theirs = np.ones(len(theirs_all), bool) if among is None else np.isin(theirs_all, among)
    both = np.concatenate((ours_all[mine], theirs_all[theirs]))
    sides = np.repeat(_SIDES, (int(mine.sum()), int(theirs.sum())))
    least = units.least(ours_all, k, file, whole=among is not None) if units else ChangeThreshold.rows(k)
    found, whole = _find_barely_changed_classes(both, both, sides, least), both
    for name in common:
        if name not in quasi_identifiers:
            column = np.concatenate((_hash_rows(path, [name])[mine], _hash_rows(file, [name])[theirs]))
            found |= _find_barely_changed_classes(both, _mix_hashes([both, column]), sides, least)
            whole = _mix_hashes([whole, column])
    return found | _find_barely_changed_classes(both, whole, sides, least)


def count_isolated_classes_between_datasets(
    path: Path, others: Sequence[Path], names: Sequence[str], k: int
) -> int:
    """The number of classes, by the columns ``names``, that differ by 1 to k - 1 rows from those of
    ``others`` together: what another dataset says of the same people."""
    ours, *theirs = (_hash_rows(file, names) for file in (path, *others))
    both = np.concatenate((ours, *theirs))
    sides = np.repeat(_SIDES, (len(ours), len(both) - len(ours)))
    return len(_find_barely_changed_classes(both, both, sides, ChangeThreshold.rows(k)))


def _read_column_names(path: Path) -> list[str]:
    names: list[str] = pq.read_schema(path).names
    return names


def _hash_rows(path: Path, names: Sequence[str]) -> Hashes:
    """One number a row, from the text of its cells in ``names``."""
    parts = [np.zeros(0, np.uint64)]
    with pq.ParquetFile(path, pre_buffer=False) as file:
        # Without a name all rows are alike; their number is that of any column.
        read = list(dict.fromkeys(names)) or file.schema_arrow.names[:1]
        for batch in file.iter_batches(batch_size=_BATCH, columns=read):
            cells = [_hash_cells(batch.column(name)) for name in names]
            parts.append(_mix_hashes([np.zeros(batch.num_rows, np.uint64), *cells]))
    return np.concatenate(parts)


def _hash_cells(column: pa.Array) -> Hashes:
    # Here and not above: it is 80 MB in the memory of each task that compares nothing.
    import pandas as pd

    texts = column.cast(pa.string()).dictionary_encode(null_encoding="encode")
    words = np.array(texts.dictionary.to_pylist(), dtype=object)
    hashes: Hashes = pd.util.hash_array(words, categorize=False)
    found: Hashes = hashes[texts.indices.to_numpy()]
    return found


def _mix_hashes(columns: Sequence[Hashes]) -> Hashes:
    total = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        total = (total ^ column) * _MIX
        total ^= total >> np.uint64(29)
    return total


def _find_changed_classes(
    path: Path, last: Path, classes: Hashes, quasi_identifiers: Sequence[str]
) -> Hashes:
    """The classes whose rows are not those of ``last``: all of them where a column is new, by which ``last``
    was never compared."""
    if not set(_read_column_names(path)) <= set(_read_column_names(last)):
        return np.unique(np.concatenate((classes, _hash_rows(last, quasi_identifiers))))
    names = [name for name in _read_column_names(path) if name in _read_column_names(last)]
    theirs = _hash_rows(last, quasi_identifiers)
    both = np.concatenate((classes, theirs))
    rows = _mix_hashes([both, np.concatenate((_hash_rows(path, names), _hash_rows(last, names)))])
    sides = np.repeat(_SIDES, (len(classes), len(theirs)))
    changed = [np.zeros(0, np.uint64)]
    for part in _build_class_batch_masks(both):
        _, first, which = np.unique(rows[part], return_index=True, return_inverse=True)
        balance = np.bincount(which, weights=1.0 - 2.0 * sides[part], minlength=len(first))
        changed.append(np.unique(both[part][first[balance != 0]]))
    return np.concatenate(changed)


def _build_class_batch_masks(classes: Hashes) -> Iterator[npt.NDArray[np.bool_]]:
    """Whole classes, some millions of rows at a time: to sort them takes five times their room."""
    number = np.uint64(1 + len(classes) // _SORTED)
    for rank in range(int(number)):
        yield classes % number == rank


def _find_barely_changed_classes(
    classes: Hashes, view: Hashes, sides: npt.NDArray[np.int8], least: ChangeThreshold
) -> set[int]:
    """Classes, on both sides, that differ by fewer rows than ``least`` as seen through ``view``."""
    return {
        one
        for part in _build_class_batch_masks(classes)
        for one in _list_barely_changed_classes_in_batch(classes[part], view[part], sides[part], least)
    }


def _list_barely_changed_classes_in_batch(
    classes: Hashes, view: Hashes, sides: npt.NDArray[np.int8], least: ChangeThreshold
) -> list[int]:
    _, first, which = np.unique(view, return_index=True, return_inverse=True)
    ours = np.bincount(which, weights=sides == 0, minlength=len(first))
    theirs = np.bincount(which, weights=sides == 1, minlength=len(first))
    known, of = np.unique(classes[first], return_inverse=True)
    sums = [
        np.bincount(of, weights=weights, minlength=len(known))
        for weights in (ours, theirs, np.maximum(ours - theirs, 0), np.maximum(theirs - ours, 0))
    ]
    present = (sums[0] > 0) & (sums[1] > 0)
    come, gone = sums[2], sums[3]
    few = ((come > 0) & (come < least.come(known))) | ((gone > 0) & (gone < least.gone))
    return [int(one) for one in known[present & few]]
