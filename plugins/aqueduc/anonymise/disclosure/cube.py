"""The frequency table seen from any node of the lattice of generalisations: roll-ups, packed integer keys.

A node is a tuple with the level of each column. Rolling up to a node is exact from any node below it, so the
smallest table already rolled up serves (Incognito's roll-up: LeFevre, DeWitt and Ramakrishnan 2005, §3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from aqueduc.anonymise.disclosure.frequency import Codes, Counts, FrequencyTable, cast_codes_to_smallest_dtype
from aqueduc.anonymise.disclosure.hierarchies import GeneralisationHierarchy, extend_hierarchy_to_null
from aqueduc.anonymise.disclosure.models import SensitiveAttribute

Node = tuple[int, ...]
Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Above this, a key of 64 bits could overflow; columns are then packed in two steps.
_WIDEST = 2**62
# Counting into an array of all possible keys beats sorting while that array stays small.
_DENSE = 2**16


@dataclass(frozen=True, eq=False)
class RolledUpTable:
    """The frequency table rolled up to ``node``: for each column the group of each row, distinct rows only.

    Rows are ordered by the groups of the quasi-identifiers, then by the sensitive values: a class is a run.
    """

    node: Node
    codes: tuple[Codes, ...]
    sensitive: tuple[Codes, ...]
    counts: Counts
    population: Counts | None = None

    def __len__(self) -> int:
        return len(self.counts)

    def select_rows(self, rows: Mask | Keys) -> RolledUpTable:
        return RolledUpTable(
            self.node,
            tuple(column[rows] for column in self.codes),
            tuple(column[rows] for column in self.sensitive),
            self.counts[rows],
            None if self.population is None else self.population[rows],
        )

    @cached_property
    def class_starts(self) -> Keys:
        """Where each class begins, when sensitive values split classes into several rows."""
        changed = np.zeros(len(self), dtype=bool)
        changed[:1] = True
        for column in self.codes:
            changed[1:] |= column[1:] != column[:-1]
        return np.flatnonzero(changed)


@dataclass(frozen=True, eq=False)
class GeneralisationCube:
    """Hierarchies compiled for a frequency table. ``base`` is the table at the node of no generalisation."""

    hierarchies: tuple[GeneralisationHierarchy, ...]
    sensitive: tuple[SensitiveAttribute, ...]
    sensitive_sizes: tuple[int, ...]
    base: RolledUpTable
    rows: int

    @cached_property
    def hierarchy_heights(self) -> Node:
        return tuple(hierarchy.level_count for hierarchy in self.hierarchies)

    @cached_property
    def leaf_groups(self) -> tuple[tuple[Codes, ...], ...]:
        """``groups[column][level][leaf]``."""
        return tuple(
            tuple(
                cast_codes_to_smallest_dtype(np.array(hierarchy.groups[level]), len(hierarchy.labels[level]))
                for level in range(hierarchy.level_count)
            )
            for hierarchy in self.hierarchies
        )

    @cached_property
    def group_losses(self) -> tuple[tuple[Floats, ...], ...]:
        """``losses[column][level][group]``: the loss of one cell."""
        return tuple(
            tuple(np.array(hierarchy.compute_group_losses(level)) for level in range(hierarchy.level_count))
            for hierarchy in self.hierarchies
        )

    def count_groups(self, column: int, level: int) -> int:
        return len(self.hierarchies[column].labels[level])

    def map_groups_to_level(self, column: int, low: int, high: int) -> Codes:
        """``lift(…)[group at low]`` is its group at ``high``."""
        below, above = self.leaf_groups[column][low], self.leaf_groups[column][high]
        table = np.zeros(self.count_groups(column, low), dtype=above.dtype)
        table[below] = above
        return table

    def roll_up(self, table: RolledUpTable, node: Node) -> RolledUpTable:
        """``table`` at ``node``, which is nowhere below the node of ``table``."""
        codes = [
            column if low == high else self.map_groups_to_level(rank, low, high)[column]
            for rank, (column, low, high) in enumerate(zip(table.codes, table.node, node, strict=True))
        ]
        sizes = [self.count_groups(rank, level) for rank, level in enumerate(node)]
        columns, numbers = sum_counts_of_distinct_rows(
            [*codes, *table.sensitive],
            [*sizes, *self.sensitive_sizes],
            [table.counts] if table.population is None else [table.counts, table.population],
        )
        width = len(node)
        people = numbers[1] if table.population is not None else None
        return RolledUpTable(node, tuple(columns[:width]), tuple(columns[width:]), numbers[0], people)


def build_generalisation_cube(
    table: FrequencyTable, hierarchies: Sequence[GeneralisationHierarchy]
) -> GeneralisationCube:
    """The cube of a frequency table and one hierarchy a column, in the order of ``table.names``.

    Raises UnusableHierarchy when the data have values that a hierarchy does not know.
    """
    bound = tuple(
        extend_hierarchy_to_null(h, values) for h, values in zip(hierarchies, table.values, strict=True)
    )
    codes = []
    for hierarchy, values, column in zip(bound, table.values, table.codes, strict=True):
        place = {leaf: rank for rank, leaf in enumerate(hierarchy.leaves)}
        leaves = np.array([place[value] for value in values], dtype=np.int64)
        codes.append(cast_codes_to_smallest_dtype(leaves[column], len(place)) if len(values) else column)
    sizes = tuple(len(values) for values in table.sensitive_values)
    node = (0,) * len(bound)
    raw = RolledUpTable(node, tuple(codes), table.sensitive_codes, table.counts, table.population)
    made = GeneralisationCube(bound, table.sensitive, sizes, raw, table.row_count)
    # In the order of its keys: the engine gives groups in any order, and the result must not depend on it.
    return GeneralisationCube(bound, table.sensitive, sizes, made.roll_up(raw, node), table.row_count)


def sum_counts_of_distinct_rows(
    columns: Sequence[Codes], sizes: Sequence[int], numbers: Sequence[Counts]
) -> tuple[list[Codes], list[Counts]]:
    """The distinct rows of ``columns`` in their order, with the sums of ``numbers`` over each."""
    key, domain, unpack = pack_columns_into_keys(columns, sizes)
    keys, sums = _sum_by_key(key, domain, numbers)
    return unpack(keys), sums


def pack_columns_into_keys(columns: Sequence[Codes], sizes: Sequence[int]) -> tuple[Keys, int, Any]:
    """One integer a row which orders rows as their columns do; its bound; what turns keys into columns."""
    split = next(n for n in range(len(columns), -1, -1) if prod(sizes[:n]) < _WIDEST)
    domain = prod(sizes[:split])
    key = _pack_keys(columns[:split], sizes[:split])
    if split == len(columns):
        return key, domain, lambda keys: _unpack_keys(keys, sizes)
    # Too wide: the first columns are replaced by the rank of what they show among what occurs.
    seen, ranks = np.unique(key, return_inverse=True)
    rest_key, rest_domain, unpack_rest = pack_columns_into_keys(
        [ranks.astype(np.int64), *columns[split:]], [len(seen), *sizes[split:]]
    )

    def unpack(keys: Keys) -> list[Codes]:
        first, *others = unpack_rest(keys)
        return [*_unpack_keys(seen[first], sizes[:split]), *others]

    return rest_key, rest_domain, unpack


def _pack_keys(columns: Sequence[Codes], sizes: Sequence[int]) -> Keys:
    key = np.zeros(len(columns[0]) if columns else 1, dtype=np.int64)
    for column, size in zip(columns, sizes, strict=True):
        if size > 1:
            key *= size
            key += column
    return key


def _unpack_keys(keys: Keys, sizes: Sequence[int]) -> list[Codes]:
    columns = []
    for size in reversed(sizes):
        if size == 1:
            columns.append(np.zeros(len(keys), dtype=np.uint8))
        else:
            keys, rest = np.divmod(keys, size)
            columns.append(cast_codes_to_smallest_dtype(rest, size))
    return columns[::-1]


def _sum_by_key(key: Keys, domain: int, numbers: Sequence[Counts]) -> tuple[Keys, list[Counts]]:
    if domain <= max(_DENSE, 2 * len(key)):
        seen = np.flatnonzero(np.bincount(key, minlength=domain))
        # Sums of counts stay below 2**53, so that the doubles of bincount hold them exactly.
        sums = [np.bincount(key, weights=number, minlength=domain)[seen] for number in numbers]
        return seen, [total.astype(np.int64) for total in sums]
    bits = get_highest_value(numbers[0], 0).bit_length()
    if len(numbers) == 1 and domain.bit_length() + bits <= 63:
        # Key and count sorted as one integer: several times faster than an argsort and its gathers.
        both = np.sort((key << bits) | numbers[0])
        ordered, arranged = both >> bits, [both & ((1 << bits) - 1)]
    else:
        order = compute_sort_order(key, domain)
        ordered, arranged = key[order], [number[order] for number in numbers]
    starts = find_run_starts(ordered)
    return ordered[starts], [np.add.reduceat(number, starts) for number in arranged]


def compute_sort_order(key: Keys, domain: int) -> Keys:
    """The order that sorts ``key``, equal ones as they came."""
    bits = max(len(key) - 1, 0).bit_length()
    if domain.bit_length() + bits > 63:
        return np.argsort(key, kind="stable")
    return np.sort((key << bits) | np.arange(len(key))) & ((1 << bits) - 1)


def find_run_starts(ordered: Keys) -> Keys:
    """Where each run of equal values begins; nowhere in an empty array."""
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))[: len(ordered)]


def find_distinct_keys_with_ranks(key: Keys, domain: int) -> tuple[Keys, Keys]:
    """The distinct keys in order, and for each row the rank of its own among them."""
    if domain <= max(_DENSE, 4 * len(key)):
        seen = np.zeros(domain, dtype=bool)
        seen[key] = True
        distinct = np.flatnonzero(seen)
        rank = np.empty(domain, dtype=np.int64)
        rank[distinct] = np.arange(len(distinct))
        return distinct, rank[key]
    order = compute_sort_order(key, domain)
    ordered = key[order]
    starts = find_run_starts(ordered)
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(key))))
    return ordered[starts], rank


def get_highest_value(values: npt.NDArray[Any], otherwise: int) -> int:
    """The greatest of whole numbers, ``otherwise`` when there is none."""
    return int(np.max(values)) if len(values) else otherwise
