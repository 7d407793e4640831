"""Which classes of a rolled-up table fail the model, and what recoding to its node loses.

Two verdicts are given. The *floor* keeps only what generalisation can never make worse: a class that has k
rows, k people or l distinct values keeps them when classes merge, so the rows that fail are fewer and fewer
as one climbs the lattice. It is what pruning may rely on. The *full* verdict adds entropy l-diversity and
t-closeness, which merging with a failing class can break: it decides about a node, never about its
neighbours.

t-closeness compares with the whole *published* table, which suppression changes: classes that fail leave,
the distribution is taken again over those that stay, until none fails.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aqueduc.anonymise.disclosure.cube import Floats, GeneralisationCube, Mask, RolledUpTable, find_run_starts
from aqueduc.anonymise.disclosure.frequency import Codes, Counts
from aqueduc.anonymise.disclosure.models import ROUNDING, PrivacyModel, SensitiveAttribute

# For each check of a sensitive attribute, how many rows (or units) show each of its values.
Reference = tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class FailingClasses:
    """Which classes of a rolled-up table fail. ``fails[r]``: row ``r`` of the rolled-up table is in a class
    that fails. Numbers are rows of the data."""

    fails: Mask
    suppressed: int
    floor: int


def find_classes_failing_model(
    table: RolledUpTable, model: PrivacyModel, cube: GeneralisationCube, reference: Reference | None = None
) -> FailingClasses:
    """The classes of ``table`` against ``model``. ``reference``: what t-closeness compares with, instead of
    the rows of ``table`` that stay."""
    if not model.sensitive:
        fails = build_small_class_mask(table.counts, table.population, model)
        suppressed = int(table.counts[fails].sum())
        return FailingClasses(fails, suppressed, suppressed)
    pairs = EquivalenceClassTable.from_rolled_up_table(table, cube)
    low = pairs.find_classes_failing_k_or_l(model)
    failing = pairs.find_classes_failing_full_model(model, low, reference)
    return FailingClasses(failing[pairs.of_row], int(pairs.sizes[failing].sum()), int(pairs.sizes[low].sum()))


def build_small_class_mask(sizes: Counts, people: Counts | None, model: PrivacyModel) -> Mask:
    """Which classes have fewer than k rows, or fewer than ``k_map`` people."""
    fails: Mask = sizes < model.k
    if model.k_map is not None and people is not None:
        fails |= people < model.k_map
    return fails


@dataclass(frozen=True, eq=False)
class SensitiveValueCounts:
    """The values of one sensitive attribute: ``counts[i]`` rows of class ``classes[i]`` show ``value[i]``, in
    that order."""

    classes: Counts
    value: Counts
    counts: Counts
    size: int
    number: int

    def count_distinct_values_per_class(self, *, known: bool = False) -> Counts:
        """How many values each class shows; those that are ``known`` are not NULL, whose code is 0."""
        return np.bincount(self.classes[self.value > 0] if known else self.classes, minlength=self.number)

    def compute_class_entropies(self, sizes: Counts) -> Floats:
        """The entropy of each class: log n - Σ c log c / n, for the counts c of a class of n rows: in
        nats."""
        sums = np.bincount(self.classes, weights=self.counts * np.log(self.counts), minlength=self.number)
        some = np.maximum(sizes, 1)
        return np.log(some) - sums / some

    def count_rows_per_value(self, kept: Mask) -> Floats:
        """How many rows show each value, over the classes ``kept``."""
        inside = kept[self.classes]
        return np.bincount(self.value[inside], weights=self.counts[inside], minlength=self.size)

    def compute_earth_mover_distances(self, sizes: Counts, totals: Floats, *, ordered: bool) -> Floats:
        """The earth mover's distance of each class to the distribution ``totals``."""
        present = np.flatnonzero(totals)
        if not len(present):
            return np.zeros(self.number)
        whole = totals / totals.sum()
        if ordered:
            return self._compute_ordered_earth_mover_distances(sizes, whole, present)
        return self._compute_categorical_earth_mover_distances(self.counts / sizes[self.classes], whole)

    def _compute_categorical_earth_mover_distances(self, shares: Floats, whole: Floats) -> Floats:
        """Half the sum of the differences; what a class does not show differs by all its share."""
        theirs = whole[self.value]
        gaps = np.abs(shares - theirs) - theirs
        return 0.5 * (np.bincount(self.classes, weights=gaps, minlength=self.number) + 1.0)

    def _compute_ordered_earth_mover_distances(self, sizes: Counts, whole: Floats, present: Codes) -> Floats:
        """Σ |cumulated differences| / (values - 1), over the values that the published table shows.

        Between two values of a class its cumulated share stands still while the table's rises: each such
        stretch is summed at once, split where the two cross.
        """
        if len(present) < 2:
            return np.zeros(self.number)
        cumulated = np.cumsum(whole[present])
        prefix = np.concatenate(([0.0], np.cumsum(cumulated)))
        place = np.searchsorted(present, self.value)
        starts = find_run_starts(self.classes)
        # Counts are cumulated over all classes, whole numbers and thus exact, then taken back to each class.
        running = np.cumsum(self.counts)
        before = np.repeat(running[starts] - self.counts[starts], np.diff(np.append(starts, len(running))))
        level = (running - before) / sizes[self.classes]
        end = np.append(place[1:], len(present))
        end[starts[1:] - 1] = len(present)
        stretch = _sum_absolute_deviations(level, place, end, cumulated, prefix)
        # Without a row, bincount forgets that its weights are not whole.
        sums = np.bincount(self.classes, weights=stretch, minlength=self.number).astype(np.float64)
        sums[self.classes[starts]] += prefix[place[starts]]
        return sums / (len(present) - 1)


def _sum_absolute_deviations(
    level: Floats, start: Codes, end: Codes, cumulated: Floats, prefix: Floats
) -> Floats:
    """Σ |level - cumulated[i]| for start ≤ i < end, where ``cumulated`` rises."""
    cross = np.clip(np.searchsorted(cumulated, level, side="right"), start, end)
    below = level * (cross - start) - (prefix[cross] - prefix[start])
    above = (prefix[end] - prefix[cross]) - level * (end - cross)
    return np.asarray(below + above)


@dataclass(frozen=True, eq=False)
class SensitiveAttributeCheck:
    """What one attribute must satisfy in each class of ``sizes`` rows.

    Where the units of a table are known (see ``SensitiveAttribute.unit``) an attribute is checked twice: over
    the rows, and over the pairs of a unit and a value, each counted once however many rows repeat it, so that
    the rows of one person cannot pass for the variety of many. ``alone``: of each class, the most values that
    are one unit's only: the others alone must show all the values asked for but one, since that unit knows
    its own (as in a table with a row for each person, where knowing one row takes away one value at most).
    """

    attribute: SensitiveAttribute
    values: SensitiveValueCounts
    sizes: Counts
    alone: Counts | None = None

    def find_classes_failing_l_diversity(self) -> Mask:
        least, distinct = (
            self.attribute.minimum_distinct_values,
            self.values.count_distinct_values_per_class(known=self.attribute.unit),
        )
        low: Mask = distinct < least
        if self.alone is not None and least > 1:
            low |= distinct - self.alone < least - 1
        return low


@dataclass(frozen=True, eq=False)
class EquivalenceClassTable:
    """Classes of a table with sensitive attributes. ``of_row[r]`` is the class of row ``r``."""

    sizes: Counts
    people: Counts | None
    of_row: Counts
    checks: tuple[SensitiveAttributeCheck, ...]

    @staticmethod
    def from_rolled_up_table(table: RolledUpTable, cube: GeneralisationCube) -> EquivalenceClassTable:
        starts = table.class_starts
        of_row = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(table))))
        return EquivalenceClassTable.from_groups(of_row, len(starts), table, cube)

    @staticmethod
    def from_groups(
        of_row: Counts, number: int, table: RolledUpTable, cube: GeneralisationCube
    ) -> EquivalenceClassTable:
        """Any grouping of the rows of ``table`` into ``number`` classes."""
        sizes = np.bincount(of_row, weights=table.counts, minlength=number).astype(np.int64)
        people = None
        if table.population is not None:
            people = np.bincount(of_row, weights=table.population, minlength=number).astype(np.int64)
        seen = table.counts > 0
        classes, counts = of_row[seen], table.counts[seen]
        codes = [column[seen] for column in table.sensitive]
        unit = next((rank for rank, attribute in enumerate(cube.sensitive) if attribute.unit), None)
        checks: list[SensitiveAttributeCheck] = []
        for rank, (attribute, size) in enumerate(zip(cube.sensitive, cube.sensitive_sizes, strict=True)):
            checks.append(
                SensitiveAttributeCheck(
                    attribute,
                    _build_sensitive_values_by_class(classes, codes[rank], counts, size, number),
                    sizes,
                )
            )
            if unit is not None and rank != unit:
                checks.append(
                    _build_attribute_check_by_unit(attribute, classes, codes[rank], codes[unit], size, number)
                )
        return EquivalenceClassTable(sizes, people, of_row, tuple(checks))

    def find_classes_failing_k_or_l(self, model: PrivacyModel) -> Mask:
        """Classes that fail the floor of the model."""
        low = build_small_class_mask(self.sizes, self.people, model)
        for check in self.checks:
            if check.attribute.minimum_distinct_values > 1:
                low |= check.find_classes_failing_l_diversity()
        return low

    def find_classes_failing_full_model(
        self, model: PrivacyModel, low: Mask, reference: Reference | None = None
    ) -> Mask:
        """Classes that fail the model, ``low`` being those that fail its floor."""
        failing = low.copy()
        for check in self.checks:
            if check.attribute.entropy > 1:
                failing |= (
                    check.values.compute_class_entropies(check.sizes)
                    < np.log(check.attribute.entropy) - ROUNDING
                )
        if all(attribute.closeness is None for attribute in model.sensitive):
            return failing
        while True:
            far = self._find_classes_failing_t_closeness(~failing, reference) & ~failing
            if not far.any():
                return failing
            failing |= far

    def _find_classes_failing_t_closeness(self, kept: Mask, reference: Reference | None) -> Mask:
        """The classes farther from the distribution of all rows than an attribute's t-closeness."""
        far = np.zeros(len(self.sizes), dtype=bool)
        for rank, check in enumerate(self.checks):
            if check.attribute.closeness is not None:
                totals = reference[rank] if reference else check.values.count_rows_per_value(kept)
                away = check.values.compute_earth_mover_distances(
                    check.sizes, totals, ordered=check.attribute.ordered
                )
                far |= away > check.attribute.closeness + ROUNDING
        return far

    def count_rows_per_sensitive_value(self, kept: Mask) -> Reference:
        return tuple(check.values.count_rows_per_value(kept) for check in self.checks)


def _build_attribute_check_by_unit(
    attribute: SensitiveAttribute, classes: Counts, codes: Codes, units: Codes, size: int, number: int
) -> SensitiveAttributeCheck:
    """The check over pairs of a unit and a value, each counted once."""
    pairs, pair_of = np.unique(classes * size + codes, return_inverse=True)
    width = int(np.max(units, initial=0)) + 1
    triples = np.unique(pair_of * width + units)
    pair, unit = triples // width, triples % width
    bearers = np.bincount(pair, minlength=len(pairs))
    values = SensitiveValueCounts(pairs // size, pairs % size, bearers, size, number)
    sizes = np.bincount(values.classes, weights=bearers, minlength=number).astype(np.int64)
    own = bearers[pair] == 1
    owners, owned = np.unique((pairs[pair[own]] // size) * width + unit[own], return_counts=True)
    alone = np.zeros(number, dtype=np.int64)
    np.maximum.at(alone, owners // width, owned)
    return SensitiveAttributeCheck(attribute, values, sizes, alone)


def _build_sensitive_values_by_class(
    classes: Counts, codes: Codes, counts: Counts, size: int, number: int
) -> SensitiveValueCounts:
    keys, inverse = np.unique(classes * size + codes, return_inverse=True)
    sums = np.bincount(inverse, weights=counts, minlength=len(keys)).astype(np.int64)
    return SensitiveValueCounts(keys // size, keys % size, sums, size, number)


def sum_information_loss(table: RolledUpTable, rows: Mask, cube: GeneralisationCube) -> float:
    """The loss of the ``rows`` of a table, summed over rows, averaged over columns.

    Whole counts are summed by group before they meet a fraction, so that the result does not depend on the
    order of the rows: ties between nodes are real ties.
    """
    total = 0.0
    counts = table.counts[rows]
    for rank, level in enumerate(table.node):
        losses = cube.group_losses[rank][level]
        total += float(losses @ np.bincount(table.codes[rank][rows], weights=counts, minlength=len(losses)))
    return total / max(len(table.node), 1)
