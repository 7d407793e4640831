"""What a recoding gives away by being as fine as the data allow.

``local`` leaves a class of n rows at a level only where it could not be split. With k alone, a class cannot
be split by a column in two cases: each of its m finer values has fewer than k rows, or one of them has all
the rows but k - 1 at most. So where n > m (k - 1), whoever reads the published file, the hierarchies and k
knows that all the rows but k - 1 at most share one finer value; a guess of which, from what is usual or from
the classes beside, is then right for nearly all. This is downcoding (Cohen, "Attacks on Deidentification's
Defenses", USENIX Security 2022, §3) by what minimality alone proves: whoever knows the distribution of the
source better may learn more.

A finer value that is published on its own, beside otherwise equal labels, was split off: it is none of the m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aqueduc.anonymise.disclosure.cube import (
    GeneralisationCube,
    Keys,
    Mask,
    Node,
    find_distinct_keys_with_ranks,
    get_highest_value,
    pack_columns_into_keys,
)
from aqueduc.anonymise.disclosure.frequency import Counts
from aqueduc.anonymise.disclosure.hierarchies import GeneralisationHierarchy

Choice = npt.NDArray[np.int32]


def count_rows_open_to_downcoding(
    cube: GeneralisationCube, nodes: Sequence[Node], choice: Choice, k: int
) -> int:
    """How many published rows have, in some column, the finer value that their class must nearly all have.

    ``choice`` and ``nodes`` are those of a ``Recoding``. Where k counts units (see
    ``SensitiveAttribute.unit``), so are they here. Conditions other than k may be why a class was not split:
    what is counted is then not proved to a reader of the file."""
    inside = np.flatnonzero(choice >= 0)
    if not len(inside) or not cube.hierarchy_heights:
        return 0
    counts = cube.base.counts[inside]
    sizes_of = _UnitCounter(counts, _get_unit_codes(cube, inside))
    columns = [_PublishedColumnLabels.from_hierarchy(hierarchy) for hierarchy in cube.hierarchies]
    levels = np.array(nodes, dtype=np.int64)[choice[inside]]
    leaves = [codes[inside].astype(np.int64) for codes in cube.base.codes]
    shown = [column.label[levels[:, rank], leaves[rank]] for rank, column in enumerate(columns)]
    sizes = [len(column.lowest) for column in columns]
    key, domain, _ = pack_columns_into_keys(shown, sizes)
    _, of_row = find_distinct_keys_with_ranks(key, domain)
    given: Mask = np.zeros(len(inside), dtype=np.bool_)
    for rank, column in enumerate(columns):
        others = [codes for place, codes in enumerate(shown) if place != rank]
        beside = _assign_distinct_row_numbers(others, sizes[:rank] + sizes[rank + 1 :], len(inside))
        given |= column.find_rows_revealing_finer_value(
            leaves[rank], shown[rank], of_row, beside, sizes_of, k
        )
    return int(counts[given].sum())


def _get_unit_codes(cube: GeneralisationCube, rows: Keys) -> Keys | None:
    found = (codes for codes, one in zip(cube.base.sensitive, cube.sensitive, strict=True) if one.unit)
    codes = next(found, None)
    return None if codes is None else codes[rows].astype(np.int64)


@dataclass(frozen=True, eq=False)
class _UnitCounter:
    """What k counts: rows or, where there are any, the known units that differ."""

    counts: Counts
    units: Keys | None

    def __call__(self, group: Keys, number: int) -> Keys:
        """Of each of ``number`` groups, given the group of each row."""
        if self.units is None:
            return np.bincount(group, weights=self.counts, minlength=number).astype(np.int64)
        width = get_highest_value(self.units, 0) + 1
        distinct, _ = find_distinct_keys_with_ranks(group * width + self.units, number * width)
        return np.bincount(distinct[distinct % width > 0] // width, minlength=number)


def _assign_distinct_row_numbers(columns: Sequence[Keys], sizes: Sequence[int], rows: int) -> Keys:
    """The same number for rows that are alike in all ``columns``."""
    if not columns:
        return np.zeros(rows, dtype=np.int64)
    key, domain, _ = pack_columns_into_keys(columns, sizes)
    return find_distinct_keys_with_ranks(key, domain)[1]


@dataclass(frozen=True, eq=False)
class _PublishedColumnLabels:
    """``label[level, leaf]``: the number of the set of leaves that is published; ``lowest[label]``: the first
    level it stands at; ``parent`` and ``child``: each label with each of those it is made of, one level
    down."""

    label: Keys
    lowest: Keys
    parent: Keys
    child: Keys

    @staticmethod
    def from_hierarchy(hierarchy: GeneralisationHierarchy) -> _PublishedColumnLabels:
        groups = np.array(hierarchy.groups, dtype=np.int64)
        starts = np.cumsum([0, *(len(labels) for labels in hierarchy.labels)])
        label, lowest = groups + starts[:-1, None], np.repeat(np.arange(len(groups)), np.diff(starts))
        covered = np.stack([np.bincount(level)[level] for level in groups])
        # A level that groups no further says no more than the one below it.
        for level in range(1, len(groups)):
            label[level] = np.where(covered[level] == covered[level - 1], label[level - 1], label[level])
        pairs = [
            np.stack((label[level], label[level - 1]))[:, label[level] != label[level - 1]]
            for level in range(1, len(groups))
        ]
        parent, child = np.unique(np.concatenate([np.zeros((2, 0), np.int64), *pairs], axis=1), axis=1)
        return _PublishedColumnLabels(label, lowest, parent, child)

    def find_rows_revealing_finer_value(
        self, leaf: Keys, shown: Keys, of_row: Keys, beside: Keys, sizes_of: _UnitCounter, k: int
    ) -> Mask:
        """Of each row, whether its class is all of its finer value but k - 1 rows at most, and must be."""
        number, width = get_highest_value(of_row, -1) + 1, len(self.lowest)
        finer = self.label[np.maximum(self.lowest[shown] - 1, 0), leaf]
        pairs, pair = find_distinct_keys_with_ranks(of_row * width + finer, number * width)
        whole, part = sizes_of(of_row, number), sizes_of(pair, len(pairs))
        nearly_all = part[pair] >= whole[of_row] - k + 1
        must_be = whole > self._count_unpublished_finer_values_per_class(of_row, shown, beside, number) * (
            k - 1
        )
        given: Mask = (self.lowest[shown] > 0) & nearly_all & must_be[of_row]
        return given

    def _count_unpublished_finer_values_per_class(
        self, of_row: Keys, shown: Keys, beside: Keys, number: int
    ) -> Keys:
        """Of each class, how many finer values it may be made of: those not published beside it."""
        label, context = np.zeros(number, np.int64), np.zeros(number, np.int64)
        label[of_row], context[of_row] = shown, beside
        width = len(self.lowest)
        first = np.searchsorted(self.parent, label, side="left")
        many = np.searchsorted(self.parent, label, side="right") - first
        of_class = np.repeat(np.arange(number), many)
        place = np.arange(len(of_class)) - np.repeat(np.cumsum(many) - many, many) + first[of_class]
        apart = np.isin(context[of_class] * width + self.child[place], context * width + label)
        return np.bincount(of_class[~apart], minlength=number)
