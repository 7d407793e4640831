"""What stands beside rows that are withheld, and from which anyone works out what they said.

Totals, shares, running sums and last year's figure each are arithmetic over the rows of their table: who has
all of them but one has that one (Hundepool et al., *Statistical Disclosure Control*, 2012, §4.2). They are
looked for by what they are, in the table as it was before anything was withheld, rather than by their names:
a column of numbers is a total where it is, group after group, the sum of another one.

A chance sum must not close a gate. Each group where the arithmetic holds is evidence worth the bits of its
number, as a total of 1,000 is met by chance once in 1,000: so many bits are asked for, the more the more ways
are tried, and that it holds in four groups out of five (the source may be at odds with itself).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.findings import DeducibleColumn, RevealingMargins
from aqueduc.declaration.spec import Dataset
from aqueduc.duck import identifier
from aqueduc.findings import Finding
from aqueduc.language import Message, _

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_TOTAL = r"(?i)^\s*(_t|ens\.?|((sous-|grand )?tota(l|le|ux)|ensembles?|tous|toutes|cumul|somme)\b.*)\s*$"
HOLDS = 0.8
BITS = 10.0
# A column that is one number in each group has to be what it is, of all numbers.
BITS_OF_A_COLUMN = 8.0
# Along a series there are five ways for each order and each way to tell series apart.
BITS_OF_A_SERIES = 20.0
# A number without a threshold, in a row that is withheld all the same, may be anything: more is asked.
BITS_OF_OTHERS = 20.0
_ROWS = 4
_KEPT = 16
_MOST_SIDES, _MOST_GROUPINGS, _MOST_AMOUNTS, _MOST_PREFIXED = 8, 24, 4, 2_000


def check_revealing_margins(con: duckdb.DuckDBPyConnection, dataset: Dataset, relation: str) -> list[Finding]:
    """The margins that give suppressed cells away: columns of ``relation``, which holds the rows withheld
    too, from which these are worked out; none where no count or amount has a threshold."""
    protected = {
        column.published_as for column in dataset.published_columns if column.rule.capabilities.withholds
    }
    if not protected:
        return []
    names = [column.published_as or "" for column in dataset.published_columns]
    table = _MarginTable.from_columns(
        [_read_margin_column(con, relation, name, name in protected) for name in names], dataset.key
    )
    found: list[Finding] = [
        RevealingMargins(column=side.name) for side in table.sides if _has_total_rows(table, side)
    ]
    for column in table.numbers:
        what = _describe_deducible_column(table, column)
        if what is not None:
            found.append(DeducibleColumn(column=column.name, detail={"what": what}))
    return found


# --- the table ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _MarginColumn:
    """A published column. ``codes[row]``: the place of its cell among ``values``, 0 for a missing one;
    ``numbers``: the cells as numbers, NaN where they are none; ``decimals``: the most that one has."""

    name: str
    values: tuple[str | None, ...]
    codes: Codes
    numbers: Floats
    decimals: int
    protected: bool

    @property
    def distinct_value_count(self) -> int:
        return len(self.values) - 1

    @property
    def is_numeric(self) -> bool:
        return bool(self.distinct_value_count) and not bool((np.isnan(self.numbers) & (self.codes > 0)).any())

    @property
    def is_grouping_column(self) -> bool:
        """Whether rows may be grouped by it: a number that few share is an amount."""
        return self.distinct_value_count < len(self.codes) and (
            not self.is_numeric or 2 * self.distinct_value_count <= len(self.codes)
        )

    @property
    def rounding_tolerance(self) -> float:
        """Half of its last decimal: how far rounding takes it."""
        return 0.5 * 10.0**-self.decimals + 1e-9


def _read_margin_column(
    con: duckdb.DuckDBPyConnection, relation: str, name: str, protected: bool
) -> _MarginColumn:
    """Numbers are read the way French tables write them: ``1 234,5``, ``12 %``."""
    text = f"CAST({identifier(name)} AS VARCHAR)"
    bare = f"replace(regexp_replace({text}, '[\\s\\x{{A0}}\\x{{202F}}%€]', '', 'g'), ',', '.')"
    exact = f"TRY_CAST({bare} AS DECIMAL(38, 10))"
    decimals = f"length(rtrim(split_part(CAST(abs({exact}) AS VARCHAR), '.', 2), '0'))"
    sql = f"SELECT {text} AS t, CAST({exact} AS DOUBLE) AS n, {decimals} AS d FROM {relation}"
    table = con.execute(sql).to_arrow_table()
    encoded = pc.dictionary_encode(table["t"].combine_chunks())
    return _MarginColumn(
        name,
        (None, *encoded.dictionary.to_pylist()),
        pc.fill_null(pc.add(pc.cast(encoded.indices, pa.int64()), 1), 0).to_numpy(zero_copy_only=False),
        pc.fill_null(table["n"], np.nan).to_numpy(),
        pc.max(table["d"]).as_py() or 0,
        protected,
    )


@dataclass(frozen=True, eq=False)
class _RowGroups:
    """``of_row``: the group of each row; ``first``: a row of each group; ``size``: its rows."""

    of_row: Codes
    first: Codes
    size: Codes

    @staticmethod
    def build_single_group(rows: int) -> _RowGroups:
        return _RowGroups(np.zeros(rows, np.int64), np.zeros(min(rows, 1), np.int64), np.array([rows][:rows]))

    def split_by_column(self, column: _MarginColumn) -> _RowGroups:
        """These groups, told apart by ``column`` too."""
        key, domain = self.of_row * len(column.values) + column.codes, len(self.first) * len(column.values)
        if domain > 4 * len(key):
            _, key = np.unique(key, return_inverse=True)
            domain = len(key)
        counts = np.bincount(key, minlength=domain)
        present = np.flatnonzero(counts)
        number, first = np.zeros(domain, np.int64), np.zeros(domain, np.int64)
        number[present] = np.arange(len(present))
        first[key[::-1]] = np.arange(len(key))[::-1]
        return _RowGroups(number[key], first[present], counts[present])

    def sum_by_group(self, numbers: Floats) -> Floats:
        return np.bincount(self.of_row, weights=np.nan_to_num(numbers), minlength=len(self.first))


@dataclass(frozen=True, eq=False)
class _MarginTable:
    """``sides``: what tells rows apart, and may hold a total; ``measures``: counts and amounts under a
    threshold; ``amounts``: other numbers that may be summed, since they differ from row to row; ``numbers``:
    what may be worked out."""

    sides: tuple[_MarginColumn, ...]
    measures: tuple[_MarginColumn, ...]
    amounts: tuple[_MarginColumn, ...]
    numbers: tuple[_MarginColumn, ...]
    key: tuple[_MarginColumn, ...]
    known: dict[tuple[str, ...], _RowGroups]

    @staticmethod
    def from_columns(columns: Sequence[_MarginColumn], key: Sequence[str]) -> _MarginTable:
        declared = tuple(column for column in columns if column.name in key)
        free = [column for column in columns if not column.protected]
        sides = [
            column
            for column in free
            if column.distinct_value_count + bool((column.codes == 0).any()) > 1
            and (column in declared or not column.is_numeric or not column.decimals)
        ]
        numbers = [column for column in free if column.is_numeric and column not in declared]
        return _MarginTable(
            tuple(
                sorted(sides, key=lambda one: (one not in declared, one.distinct_value_count))[:_MOST_SIDES]
            ),
            tuple(column for column in columns if column.protected),
            tuple(one for one in numbers if 2 * one.distinct_value_count > len(one.codes))[:_MOST_AMOUNTS],
            tuple(numbers),
            declared,
            {(): _RowGroups.build_single_group(len(columns[0].codes))},
        )

    def group_rows_by(self, by: Sequence[_MarginColumn]) -> _RowGroups:
        """The rows grouped by these columns. The last groupings are kept: one is asked for many times."""
        names = tuple(column.name for column in by)
        if names not in self.known:
            made = self.group_rows_by(by[:-1]).split_by_column(by[-1])
            if len(self.known) > _KEPT:
                self.known.pop(next(one for one in self.known if one))
            self.known[names] = made
        return self.known[names]

    def list_grouping_subsets(self, without: _MarginColumn) -> Iterator[tuple[_MarginColumn, ...]]:
        """What rows may be grouped by, the fewest columns first: what holds of a few holds of more."""
        left = [side for side in self.sides if side.is_grouping_column and side is not without]
        return islice((subset for size in range(3) for subset in combinations(left, size)), _MOST_GROUPINGS)

    def list_series_groupings(
        self, order: _MarginColumn, without: _MarginColumn
    ) -> list[tuple[_MarginColumn, ...]]:
        """What may tell one series of rows, along ``order``, from another."""
        left = [side for side in self.sides if side.is_grouping_column and side not in (order, without)]
        words = tuple(side for side in left if not side.is_numeric)
        declared = tuple(side for side in self.key if side not in (order, without))
        return list(dict.fromkeys([tuple(left), words, *([declared] if self.key else [])]))

    def list_measures_to_sum(self, bits: float) -> Iterator[tuple[_MarginColumn, float]]:
        """What may be summed, with the evidence that is asked for."""
        yield from ((column, bits) for column in self.measures)
        yield from ((column, BITS_OF_OTHERS) for column in self.amounts)


def _has_enough_evidence(
    asked: Mask, met: Mask, numbers: Floats, bits: float, more: Floats | float = 0.0
) -> bool:
    """Whether what is ``asked`` is ``met`` often enough, by numbers that are large enough. ``more``: bits
    beside those of each number."""
    met = asked & met
    worth = float((np.log2(1 + np.abs(numbers)) + more)[met].sum())
    return bool(met.any()) and int(met.sum()) >= HOLDS * int(asked.sum()) and worth >= bits


def _compare_nearly_equal(one: Floats, other: Floats) -> Mask:
    """Equal, but for what summing doubles does to them."""
    same: Mask = np.abs(one - other) <= 1e-9 * np.maximum(1.0, np.abs(other))
    return same


# --- rows that are totals -----------------------------------------------------------------------------------


def _has_total_rows(table: _MarginTable, side: _MarginColumn) -> bool:
    """By its name (total, ensemble…), because it is the sum of the others whatever it stands beside, or of
    those that begin as it does (2025 beside 2025-01, 13 beside 13001)."""
    if pc.any(pc.match_substring_regex(pa.array(side.values, pa.string()), _TOTAL)).as_py():
        return True
    # Any number may stand among the sides, if no key says which do.
    least = BITS_OF_OTHERS if side.is_numeric and side not in table.key else BITS
    if any(
        _has_value_equal_to_sum_of_others(table, side, by, measure, bits)
        for by, (measure, bits) in product(
            table.list_grouping_subsets(side), table.list_measures_to_sum(least)
        )
        if measure is not side
    ):
        return True
    return side.distinct_value_count <= _MOST_PREFIXED and any(
        _has_value_equal_to_prefix_group_sum(table, side, by, measure)
        for by, measure in product(table.list_grouping_subsets(side), table.measures)
        if len(by) < 2
    )


def _has_value_equal_to_sum_of_others(
    table: _MarginTable, side: _MarginColumn, by: Sequence[_MarginColumn], measure: _MarginColumn, bits: float
) -> bool:
    """A value of ``side`` is the sum of all the others of its group."""
    cells, among = table.group_rows_by((*by, side)), table.group_rows_by(by).of_row
    among = among[cells.first]
    n = cells.sum_by_group(measure.numbers)
    total = np.bincount(among, weights=n)[among]
    size = np.bincount(among)[among]
    asked = (size >= 3) & (n > 0)
    met = asked & _compare_nearly_equal(2 * n, total)
    value = side.codes[cells.first]
    rare = np.array([_compute_coincidence_bits(many) for many in range(int(np.max(size, initial=0)) + 1)])[
        size
    ]
    return any(
        _has_enough_evidence(asked[here], met[here], n[here], bits, rare[here])
        for here in (value == one for one in np.unique(value[met]).tolist())
    )


def _compute_coincidence_bits(size: int) -> float:
    """Bits of evidence in that one of ``size`` numbers is all the others together: of numbers drawn evenly it
    is as large once in (size - 1)!. Half of it, as few are even, and none for the smallest groups."""
    return 0.5 * math.log2(math.factorial(min(size, 30) - 1)) if size > 5 else 0.0


def _has_value_equal_to_prefix_group_sum(
    table: _MarginTable, side: _MarginColumn, by: Sequence[_MarginColumn], measure: _MarginColumn
) -> bool:
    group = table.group_rows_by(by)
    width = len(group.first)
    if len(side.values) * width > 4_000_000:
        return False
    place = side.codes * width + group.of_row
    shape = (len(side.values), width)
    sums = np.bincount(place, np.nan_to_num(measure.numbers), shape[0] * width).reshape(shape)
    there = np.bincount(place, minlength=shape[0] * width).reshape(shape) > 0
    asked, met, numbers = [], [], []
    for whole, parts in _group_values_by_prefix(side.values):
        asked.append((there[parts].sum(axis=0) >= 2) & (sums[whole] > 0))
        met.append(_compare_nearly_equal(sums[whole], sums[parts].sum(axis=0)))
        numbers.append(sums[whole])
    if not asked:
        return False
    return _has_enough_evidence(np.concatenate(asked), np.concatenate(met), np.concatenate(numbers), BITS)


def _group_values_by_prefix(values: Sequence[str | None]) -> Iterator[tuple[int, list[int]]]:
    """Each value with those of one length that begin as it does, where there are two at least."""
    known = sorted((text, rank) for rank, text in enumerate(values) if text)
    for start, (whole, rank) in enumerate(known):
        lengths: dict[int, list[int]] = {}
        for text, other in known[start + 1 :]:
            if not text.startswith(whole):
                break
            lengths.setdefault(len(text), []).append(other)
        yield from ((rank, parts) for parts in lengths.values() if len(parts) > 1)


# --- columns that are worked out ----------------------------------------------------------------------------


def _describe_deducible_column(table: _MarginTable, column: _MarginColumn) -> Message | None:
    """What ``column`` says of a measure of other rows; None when it says nothing."""
    for by, (measure, bits) in product(
        table.list_grouping_subsets(column), table.list_measures_to_sum(BITS_OF_A_COLUMN)
    ):
        if measure is not column and _is_group_total_or_mean(column, table.group_rows_by(by), measure, bits):
            return _("donne des totaux ou des moyennes de « {measure} »").format(measure=measure.name)
    for by, measure in product(table.list_grouping_subsets(column), table.measures):
        if _is_group_share(column, table.group_rows_by(by), measure):
            return _("donne la part de chaque ligne dans « {measure} »").format(measure=measure.name)
    for measure, order in product(table.measures, table.sides):
        if order is not column and any(
            _is_series_lag_or_running_sum(column, order, table.group_rows_by(by), measure)
            for by in table.list_series_groupings(order, column)
        ):
            return _("redonne « {measure} » d'une autre ligne, ou s'en calcule (cumul, évolution)").format(
                measure=measure.name
            )
    return None


def _is_group_total_or_mean(
    column: _MarginColumn, groups: _RowGroups, measure: _MarginColumn, bits: float
) -> bool:
    """``column`` is one number in each group, the sum of ``measure`` over it, or its mean."""
    shown = column.numbers[groups.first]
    one = groups.sum_by_group((column.numbers != shown[groups.of_row]).astype(np.float64)) == 0
    total = groups.sum_by_group(measure.numbers)
    return any(
        _has_enough_evidence(groups.size >= 2, one & (shown > 0) & met, worth, bits)
        for met, worth in (
            (_compare_nearly_equal(shown, total), shown),
            (
                np.abs(shown - total / groups.size) <= column.rounding_tolerance,
                shown / column.rounding_tolerance,
            ),
        )
    )


def _is_group_share(column: _MarginColumn, groups: _RowGroups, measure: _MarginColumn) -> bool:
    """``column`` is what ``measure`` is of its group, in a hundred, in a thousand or, with two decimals at
    least, in one."""
    total = groups.sum_by_group(measure.numbers)[groups.of_row]
    asked = (groups.size[groups.of_row] >= 2) & (total > 0) & ~np.isnan(measure.numbers)
    part = measure.numbers[asked] / total[asked]
    shown = column.numbers[asked]
    return len(np.unique(shown)) >= 3 and any(
        int((np.abs(shown - whole * part) <= column.rounding_tolerance).sum())
        >= max(_ROWS, HOLDS * len(part))
        for whole in ((1_000, 100, 1) if column.decimals > 1 else (1_000, 100))
    )


def _is_series_lag_or_running_sum(
    column: _MarginColumn, order: _MarginColumn, groups: _RowGroups, measure: _MarginColumn
) -> bool:
    """``column`` is the measure of the row before or after, the change since, or the sum so far."""
    x, n, before, after, so_far = _build_series_lags_and_sums(column, order, groups.of_row, measure)
    if len(np.unique(x[~np.isnan(x)])) < 3:
        return False
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.abs(x - 100 * (n - before) / before) <= column.rounding_tolerance
    ways: Iterable[tuple[Floats, Mask]] = (
        (before, _compare_nearly_equal(x, before)),
        (after, _compare_nearly_equal(x, after)),
        (before, _compare_nearly_equal(x, n - before)),
        (before, _compare_nearly_equal(x, so_far)),
        (before, percent),
    )
    for beside, met in ways:
        asked = ~np.isnan(x) & ~np.isnan(beside)
        if int((asked & met).sum()) >= _ROWS and _has_enough_evidence(asked, met, x, BITS_OF_A_SERIES):
            return True
    return False


def _build_series_lags_and_sums(
    column: _MarginColumn, order: _MarginColumn, series: Codes, measure: _MarginColumn
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Row by row along each series: the column, the measure, that of the rows before and after, and the
    sum so far; NaN where there is none."""
    rank = order.numbers if order.is_numeric else _rank_text_values(order.values)[order.codes]
    sorted_rows = np.lexsort((rank, series))
    series, x, n = series[sorted_rows], column.numbers[sorted_rows], measure.numbers[sorted_rows]
    same = np.concatenate(([False], series[1:] == series[:-1]))
    before = np.where(same, np.roll(n, 1), np.nan)
    after = np.where(np.roll(same, -1), np.roll(n, -1), np.nan)
    running = np.cumsum(np.nan_to_num(n))
    starts = np.flatnonzero(~same)
    base = np.repeat(running[starts] - np.nan_to_num(n[starts]), np.diff(np.append(starts, len(n))))
    return x, n, before, after, running - base


def _rank_text_values(values: Sequence[str | None]) -> Floats:
    """The place of each value in the order of texts, a missing one first."""
    ranks = np.zeros(len(values))
    for rank, place in enumerate(sorted(range(1, len(values)), key=lambda one: values[one] or ""), start=1):
        ranks[place] = rank
    return ranks
