"""Two written files set side by side, by code that shares nothing with what held rows back.

Rows and classes are told by 64-bit hashes of their text (``row_hashes``); what counts as singling out is said in
``anonymise.differencing``. Of a file and its last state, every row is read. An older state is what the one after
it is, but for the rows by which the two differ: these are few, are remembered (``RowChangeStore``), and add up, so
that sixty states are compared as exactly as two, and cost little more. Where they are not few (``MOST_CHANGES``),
the two files are compared whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from aqueduc.anonymise.disclosure.row_hashes import (
    MOST_CHANGES,
    Counts,
    HashedFileRows,
    Hashes,
    RowChanges,
    find_changed_classes,
    find_row_changes,
    hash_rows,
    mix_hashes,
    read_column_names,
)

_SORTED = 3_000_000
_SIDES = np.array((0, 1), np.int8)


@dataclass(frozen=True, eq=False)
class SmallestSafeClassChange:
    """The least change of a class that isolates nobody: how many rows must come, or go, at once. ``most[i]``:
    in ``classes[i]``, where that is more than ``otherwise``."""

    gone: int
    otherwise: int
    classes: Hashes
    most: npt.NDArray[np.int64]

    @staticmethod
    def from_row_minimum(k: int) -> SmallestSafeClassChange:
        return SmallestSafeClassChange(k, k, np.zeros(0, np.uint64), np.zeros(0, np.int64))

    def get_added_row_thresholds(self, known: Hashes) -> npt.NDArray[np.int64]:
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

    def compute_most_rows_per_unit_by_class(self, classes: Hashes) -> tuple[Hashes, Counts]:
        """Each of ``classes``, those of the rows, once and sorted, with the most rows of one unit in it."""
        codes = self.units.combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy()
        unknown = self.units.is_null().to_numpy()
        _, first, counts = np.unique(
            mix_hashes([classes, codes.astype(np.uint64)]), return_index=True, return_counts=True
        )
        known, of = np.unique(classes[first], return_inverse=True)
        most = np.zeros(len(known), np.int64)
        np.maximum.at(most, of, np.where(unknown[first], 0, counts))
        np.add.at(most, of, np.where(unknown[first], counts, 0))
        return known, most


@dataclass(frozen=True, eq=False)
class _FileChangeThresholds:
    """The thresholds of one file beside any earlier one. ``widest``: of
    ``ComparedFileUnits.compute_most_rows_per_unit_by_class``; None where rows are counted. ``whole``: its classes
    are those of the earlier files too."""

    k: int
    whole: bool
    widest: tuple[Hashes, Counts] | None
    noted: Mapping[Path, tuple[int, int]]

    @staticmethod
    def from_classes(
        classes: Hashes, k: int, units: ComparedFileUnits | None, *, whole: bool
    ) -> _FileChangeThresholds:
        return _FileChangeThresholds(
            k,
            whole,
            units.compute_most_rows_per_unit_by_class(classes) if units else None,
            units.noted if units else {},
        )

    def build_threshold_for_earlier_file(self, file: Path) -> SmallestSafeClassChange:
        """More than k - 1 times the rows of one unit are those of k units."""
        if self.widest is None:
            return SmallestSafeClassChange.from_row_minimum(self.k)
        known, most = self.widest
        least = int(np.max(most, initial=1))
        in_class, in_file = self.noted.get(file, (least, least))
        gone = (self.k - 1) * (in_class if self.whole else in_file) + 1
        return SmallestSafeClassChange(gone, self.k, known, (self.k - 1) * most + 1)


@dataclass(frozen=True)
class FileComparisonKey:
    """What the changes between two files depend on. ``quasi`` makes the classes, ``others`` are the other
    columns that both have."""

    newer: Path
    older: Path
    quasi: tuple[str, ...]
    others: tuple[str, ...]


class RowChangeStore(Protocol):
    """Where what differs between two written files is remembered."""

    def load_row_changes(self, key: FileComparisonKey) -> RowChanges | None: ...

    def save_row_changes(self, key: FileComparisonKey, changes: RowChanges) -> None: ...


def count_isolated_classes_between_files(
    path: Path,
    earlier: Sequence[Path],
    quasi_identifiers: Sequence[str],
    k: int,
    changed: Mapping[Path, Collection[str]] = MappingProxyType({}),
    units: ComparedFileUnits | None = None,
    memory: RowChangeStore | None = None,
) -> int:
    """The number of classes of ``path`` that differ by 1 to k - 1 rows (by those of fewer than k ``units``)
    from one of the ``earlier`` files, the newest first; a file without all the quasi-identifiers is compared
    by those that it has. ``changed``: columns of a file that meant something else then, by which it cannot be
    compared."""
    names = read_column_names(path)
    common = {
        file: tuple(name for name in names if name in there and name not in changed.get(file, ()))
        for file, there in ((file, set(read_column_names(file))) for file in earlier)
    }
    groups: dict[tuple[str, ...], list[Path]] = {}
    for file, columns in common.items():
        groups.setdefault(columns, []).append(file)
    comparison = _FileComparison(path, tuple(quasi_identifiers), k, units, memory)
    whole = {columns: files for columns, files in groups.items() if set(quasi_identifiers) <= set(columns)}
    among = comparison.find_changed_classes(next(iter(whole.values()))[0]) if whole else None
    found: set[int] = set()
    if among is None or len(among):
        found = found.union(
            *(
                one
                for item in whole.items()
                for one in comparison.list_isolated_classes_per_file(*item, among)
            )
        )
    return len(found) + sum(
        len(one)
        for columns, files in groups.items()
        if columns not in whole
        for one in comparison.list_isolated_classes_per_file(columns, files)
    )


class _FileComparison:
    """One file beside earlier ones."""

    def __init__(
        self,
        path: Path,
        quasi: tuple[str, ...],
        k: int,
        units: ComparedFileUnits | None,
        memory: RowChangeStore | None,
    ) -> None:
        self.path, self.quasi, self.k, self.units, self.memory = path, quasi, k, units, memory
        self.hashed: HashedFileRows | None = None
        self.known: dict[FileComparisonKey, RowChanges] = {}

    def find_changed_classes(self, last: Path) -> Hashes | None:
        """The classes whose rows are not those of ``last``: None, all of them, where a column is new, by which
        ``last`` was never compared."""
        names = read_column_names(self.path)
        if not set(names) <= set(read_column_names(last)):
            return None
        key = FileComparisonKey(self.path, last, self.quasi, tuple(n for n in names if n not in self.quasi))
        changes = self._load_or_compute_row_changes(key)
        if changes.exceeded:
            return find_changed_classes(self._hash_file_rows(self.path, key), self._hash_file_rows(last, key))
        return np.unique(changes.classes)

    def list_isolated_classes_per_file(
        self, columns: Sequence[str], files: Sequence[Path], among: Hashes | None = None
    ) -> Iterator[set[int]]:
        """Beside each of ``files``, which have ``columns`` in common with this one, the classes (``among``
        those given) that differ too little."""
        quasi = tuple(name for name in self.quasi if name in columns)
        others = tuple(name for name in columns if name not in quasi)
        classes = self._hash_file_rows(
            self.path, FileComparisonKey(self.path, self.path, quasi, others)
        ).classes
        thresholds = _FileChangeThresholds.from_classes(
            classes, self.k, self.units, whole=quasi == self.quasi
        )
        sizes = _count_rows_per_class(classes)
        for chain in self._build_earlier_file_chains(files, quasi, others, among):
            if chain.steps:
                yield from chain.list_isolated_classes_per_file(sizes, thresholds)
            else:
                (file,) = chain.files
                least = thresholds.build_threshold_for_earlier_file(file)
                yield _find_isolated_classes_in_whole_files(self.path, file, quasi, others, least, among)

    def _build_earlier_file_chains(
        self, files: Sequence[Path], quasi: tuple[str, ...], others: tuple[str, ...], among: Hashes | None
    ) -> Iterator[_EarlierFileChain]:
        """``files`` in chains, each from this file backwards; one whose rows are too different alone, without
        steps."""
        kept: list[Path] = []
        steps: list[RowChanges] = []
        for file in files:
            step = self._load_or_compute_row_changes(
                FileComparisonKey(kept[-1] if kept else self.path, file, quasi, others)
            )
            if kept and (step.exceeded or sum(map(len, steps)) + len(step) > MOST_CHANGES):
                yield _EarlierFileChain(tuple(kept), tuple(steps))
                kept, steps = [], []
                step = self._load_or_compute_row_changes(FileComparisonKey(self.path, file, quasi, others))
            if step.exceeded:
                yield _EarlierFileChain((file,), ())
                continue
            kept.append(file)
            steps.append(step if among is None else step.select_class_changes(among))
        if kept:
            yield _EarlierFileChain(tuple(kept), tuple(steps))

    def _load_or_compute_row_changes(self, key: FileComparisonKey) -> RowChanges:
        if (known := self.known.get(key)) is not None:
            return known
        found = self.memory.load_row_changes(key) if self.memory else None
        if found is None:
            found = find_row_changes(
                self._hash_file_rows(key.newer, key), self._hash_file_rows(key.older, key), MOST_CHANGES
            )
            if self.memory:
                self.memory.save_row_changes(key, found)
        if key.newer == self.path:
            self.known[key] = found
        return found

    def _hash_file_rows(self, path: Path, key: FileComparisonKey) -> HashedFileRows:
        """The rows of ``path``; those of the compared file stay at hand."""
        if path != self.path:
            return HashedFileRows.from_parquet_file(path, key.quasi, key.others)
        if self.hashed is None or (self.hashed.quasi, self.hashed.others) != (key.quasi, key.others):
            self.hashed = HashedFileRows.from_parquet_file(path, key.quasi, key.others)
        return self.hashed


def _count_rows_per_class(classes: Hashes) -> tuple[Hashes, Counts]:
    """Each of ``classes`` once, sorted, and how often it is there."""
    counted = pa.array(classes).value_counts()
    known, counts = (counted.field(name).to_numpy() for name in ("values", "counts"))
    order = np.argsort(known)
    return known[order], counts[order]


@dataclass(frozen=True, eq=False)
class _EarlierFileChain:
    """Earlier ``files``, the newest first, by the ``steps`` that lead to each: from the compared file to the
    first, from the first to the second… What the compared file has more than one of them is their sum."""

    files: tuple[Path, ...]
    steps: tuple[RowChanges, ...]

    def list_isolated_classes_per_file(
        self, sizes: tuple[Hashes, Counts], thresholds: _FileChangeThresholds
    ) -> Iterator[set[int]]:
        """Beside each file, the classes that differ too little. ``sizes``: the classes of the compared file
        and their rows."""
        classes, place = np.unique(np.concatenate([step.classes for step in self.steps]), return_inverse=True)
        counts = np.concatenate([step.counts for step in self.steps])
        ends = np.cumsum([len(step) for step in self.steps])
        here, few = (
            self._find_classes_in_both_files(classes, place, counts, ends, sizes),
            np.zeros((len(ends), len(classes)), bool),
        )
        least = [thresholds.build_threshold_for_earlier_file(file) for file in self.files]
        known = [(one.get_added_row_thresholds(classes), one.gone) for one in least]
        for view in (
            place,
            *(np.concatenate(parts) for parts in zip(*(s.views for s in self.steps), strict=True)),
        ):
            for rank, (come, gone) in enumerate(
                _sum_added_and_removed_rows_per_class(view, place, counts, ends, len(classes))
            ):
                most_come, most_gone = known[rank]
                few[rank] |= ((come > 0) & (come < most_come)) | ((gone > 0) & (gone < most_gone))
        for rank in range(len(ends)):
            yield set(classes[here[rank] & few[rank]].tolist())

    @staticmethod
    def _find_classes_in_both_files(
        classes: Hashes,
        place: npt.NDArray[np.intp],
        counts: Counts,
        ends: npt.NDArray[np.intp],
        sizes: tuple[Hashes, Counts],
    ) -> npt.NDArray[np.bool_]:
        """For each file, whether each class is in it and in the compared one."""
        known, rows = sizes
        ours = np.zeros(len(classes), np.int64)
        if len(known):
            at = np.minimum(np.searchsorted(known, classes), len(known) - 1)
            ours = np.where(known[at] == classes, rows[at], 0)
        found, theirs, start = np.zeros((len(ends), len(classes)), bool), ours.copy(), 0
        for rank, end in enumerate(ends):
            np.subtract.at(theirs, place[start:end], counts[start:end])
            found[rank], start = (ours > 0) & (theirs > 0), end
        return found


def _sum_added_and_removed_rows_per_class(
    view: npt.NDArray[Any],
    place: npt.NDArray[np.intp],
    counts: Counts,
    ends: npt.NDArray[np.intp],
    classes: int,
) -> Iterator[tuple[Counts, Counts]]:
    """After each of the steps that end at ``ends``: of each class, the rows that have come and those that are
    gone, as seen through ``view``. Only what a step changes is added up anew."""
    _, first, which = np.unique(view, return_index=True, return_inverse=True)
    of, balance = place[first], np.zeros(len(first), np.int64)
    come, gone, start = np.zeros(classes, np.int64), np.zeros(classes, np.int64), 0
    for end in ends:
        moved = np.unique(which[start:end])
        before = balance[moved]
        np.add.at(balance, which[start:end], counts[start:end])
        after = balance[moved]
        np.add.at(come, of[moved], np.maximum(after, 0) - np.maximum(before, 0))
        np.add.at(gone, of[moved], np.maximum(-after, 0) - np.maximum(-before, 0))
        yield come, gone
        start = end


def _find_isolated_classes_in_whole_files(
    path: Path,
    file: Path,
    quasi: Sequence[str],
    others: Sequence[str],
    least: SmallestSafeClassChange,
    among: Hashes | None,
) -> set[int]:
    """The two files whole: classes (``among`` those given) that differ too little, seen through any column."""
    ours, theirs = hash_rows(path, quasi), hash_rows(file, quasi)
    mine, other = (
        np.ones(len(side), bool) if among is None else np.isin(side, among) for side in (ours, theirs)
    )
    both = np.concatenate((ours[mine], theirs[other]))
    sides = np.repeat(_SIDES, (int(mine.sum()), int(other.sum())))
    found, whole = _find_barely_changed_classes(both, both, sides, least), both
    for name in others:
        column = np.concatenate((hash_rows(path, [name])[mine], hash_rows(file, [name])[other]))
        found |= _find_barely_changed_classes(both, mix_hashes([both, column]), sides, least)
        whole = mix_hashes([whole, column])
    return found | _find_barely_changed_classes(both, whole, sides, least)


def count_isolated_classes_between_datasets(
    path: Path, others: Sequence[Path], names: Sequence[str], k: int
) -> int:
    """The number of classes, by the columns ``names``, that differ by 1 to k - 1 rows from those of
    ``others`` together: what another dataset says of the same people."""
    ours, *theirs = (hash_rows(file, names) for file in (path, *others))
    both = np.concatenate((ours, *theirs))
    sides = np.repeat(_SIDES, (len(ours), len(both) - len(ours)))
    return len(_find_barely_changed_classes(both, both, sides, SmallestSafeClassChange.from_row_minimum(k)))


def _build_class_batch_masks(classes: Hashes) -> Iterator[npt.NDArray[np.bool_]]:
    """Whole classes, some millions of rows at a time: to sort them takes five times their room."""
    number = np.uint64(1 + len(classes) // _SORTED)
    for rank in range(int(number)):
        yield classes % number == rank


def _find_barely_changed_classes(
    classes: Hashes, view: Hashes, sides: npt.NDArray[np.int8], least: SmallestSafeClassChange
) -> set[int]:
    """Classes, on both sides, that differ by fewer rows than ``least`` as seen through ``view``."""
    return {
        one
        for part in _build_class_batch_masks(classes)
        for one in _list_barely_changed_classes_in_batch(classes[part], view[part], sides[part], least)
    }


def _list_barely_changed_classes_in_batch(
    classes: Hashes, view: Hashes, sides: npt.NDArray[np.int8], least: SmallestSafeClassChange
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
    few = ((come > 0) & (come < least.get_added_row_thresholds(known))) | ((gone > 0) & (gone < least.gone))
    return [int(one) for one in known[present & few]]
