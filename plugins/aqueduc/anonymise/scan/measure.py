"""Counts over every row of every column, in memory that does not grow with the rows.

A column whose distinct values take little room is grouped by them first, and each is asked once; the others
are asked batch by batch, each distinct cell of a batch once. Batches are bounded in bytes: thirty words take
more room than a number.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from duckdb.func import PythonUDFType

from aqueduc.anonymise.scan import masks as wide
from aqueduc.anonymise.scan.features import WORDS, build_mask_of_features, detect_features
from aqueduc.anonymise.scan.names import NameLists
from aqueduc.anonymise.scan.normal import normalise_cells
from aqueduc.duck import fetch_count, identifier, read_column_types
from aqueduc.threads import map_in_threads

LINE = "__line"
FIRST_LINES = 5
# What a thread asks at once, all columns together: the patterns are compiled once for it.
BATCH_CELLS, BATCH_BYTES = 500_000, 8 << 20
# What DuckDB hands over at once: one of its vectors.
READ_ROWS = 2_048
# A column is grouped by its values when each comes back, and all of them take no more than this; a smaller
# table is asked in one batch or two anyway.
GROUPED_BYTES, GROUPED_ROWS = 96 << 20, 100_000
_ENTRY_BYTES = 64
"""What a group costs beside its text."""
# From this share of the cells on, a column of dates or of numbers gets a second look.
CLOSER = 0.3
MOSTLY = 0.8
# Day 0 of spreadsheets, whose 1900 is a leap year.
FIRST_SERIAL = "DATE '1899-12-30'"
MOMENTS = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class YearStatistics:
    """Of the ``dated`` cells of a column: centiles 2, 25, 50, 75 and 98 of the years, how many years there
    are, the share of first days of January, and the last year.

    Of those that are a day and no moment (``days`` cells): the share of Saturdays and Sundays, and how many
    different days there are for one that chance would give (a series has more, sessions have fewer)."""

    dated: int
    low: int
    lower: int
    median: int
    upper: int
    high: int
    distinct: int
    firsts: float
    last: int
    days: int = 0
    weekends: float = 0.0
    evenness: float = 0.0


class FeatureTally(NamedTuple):
    """Of each combination of features: how many cells have it, and how many different values."""

    cells: Counter[int]
    values: Counter[int]


@dataclass(frozen=True)
class ColumnMeasure:
    """What was counted in one column. ``distinct`` is an estimate; ``masks`` says how many cells gave each
    combination of features (bits of ``features.BITS``), ``values`` how many different ones (or more: those of
    several batches are counted again); ``serials`` are the years of whole numbers taken for
    the days of a spreadsheet; ``starts``, how many beginnings (three digits after a zero) numbers of nine or
    ten digits have: few in references, many in telephones; ``numbers``, how many different ones; ``series``,
    how many different letters codes with digits have; ``shapes``,
    how many orders of letters and digits."""

    column: str
    sql_type: str
    cells: int
    distinct: int
    masks: Mapping[int, int] = field(default_factory=dict)
    values: Mapping[int, int] = field(default_factory=dict)
    years: YearStatistics | None = None
    serials: YearStatistics | None = None
    starts: int | None = None
    numbers: int = 0
    series: int | None = None
    shapes: int | None = None

    def count_cells_with_any_feature(self, *names: str, without: Sequence[str] = ()) -> int:
        """Cells that answered yes to any of ``names`` and to none of ``without``."""
        wanted, unwanted = build_mask_of_features(names), build_mask_of_features(without)
        return sum(n for mask, n in self.masks.items() if mask & wanted and not mask & unwanted)

    def count_matching_cells(self, *names: str, together: Sequence[str], without: Sequence[str] = ()) -> int:
        """As ``count``, of the cells that answered yes to all of ``together`` too."""
        wanted, unwanted = build_mask_of_features(names), build_mask_of_features(without)
        needed = build_mask_of_features(together)
        return sum(
            n
            for mask, n in self.masks.items()
            if mask & wanted and mask & needed == needed and not mask & unwanted
        )

    def count_cells_with_all_features(self, *names: str, without: Sequence[str] = ()) -> int:
        """Cells that answered yes to all of ``names`` and to none of ``without``."""
        wanted, unwanted = build_mask_of_features(names), build_mask_of_features(without)
        return sum(n for mask, n in self.masks.items() if mask & wanted == wanted and not mask & unwanted)

    def count_distinct_values_with_any_feature(self, *names: str, without: Sequence[str] = ()) -> int:
        """Different values that have any of ``names`` and none of ``without``."""
        wanted, unwanted = build_mask_of_features(names), build_mask_of_features(without)
        return sum(n for mask, n in self.values.items() if mask & wanted and not mask & unwanted)

    def compute_share_with_any_feature(self, *names: str, without: Sequence[str] = ()) -> float:
        return self.count_cells_with_any_feature(*names, without=without) / self.cells if self.cells else 0.0


def measure_column_features(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[str], names: NameLists | None = None
) -> tuple[ColumnMeasure, ...]:
    """Measures the columns of ``source`` (the name of a relation). ``names``: the lists, unless those of the
    scan alone are meant."""
    if not columns:
        return ()
    types = read_column_types(con, source)
    seen = _estimate_distinct_counts_and_widths(con, source, {column: types[column] for column in columns})
    masks = _tally_feature_masks_by_column(
        con,
        source,
        [one for one in seen if one.sql_type != "BOOLEAN" and not one.sql_type.startswith(MOMENTS)],
        names,
    )
    for one in seen:
        if one.sql_type.startswith(MOMENTS):
            filled = fetch_count(con, f"SELECT count({identifier(one.name)}) FROM {source}")
            masks[one.name] = FeatureTally(Counter({build_mask_of_features(["date"]): filled}), Counter())
    return tuple(
        _refine_column_measure(con, source, one, _build_column_measure(one, masks.get(one.name)))
        for one in seen
    )


def _build_column_measure(column: _ColumnEstimate, tally: FeatureTally | None) -> ColumnMeasure:
    cells, values = (dict(tally.cells), dict(tally.values)) if tally else ({}, {})
    return ColumnMeasure(column.name, column.sql_type, sum(cells.values()), column.distinct, cells, values)


@dataclass(frozen=True)
class _ColumnEstimate:
    """What decides how a column is read: estimates of its ``distinct`` texts and of their mean ``width`` in
    bytes; ``filled`` cells that are not null."""

    name: str
    sql_type: str
    distinct: int
    filled: int
    width: float

    @property
    def cell_text_sql(self) -> str:
        return build_cell_text_sql(identifier(self.name), self.sql_type)

    @property
    def is_worth_grouping(self) -> bool:
        room = self.distinct * (self.width + _ENTRY_BYTES)
        return self.filled > GROUPED_ROWS and 2 * self.distinct < self.filled and room < GROUPED_BYTES

    @property
    def has_mostly_distinct_values(self) -> bool:
        return 3 * self.distinct > 2 * self.filled

    def build_text_counts_sql(self, source: str) -> str:
        """A relation of the texts ``v`` and how many times ``n`` each is there: once for each, or grouped."""
        if not self.is_worth_grouping:
            return f"(SELECT {self.cell_text_sql} AS v, 1 AS n FROM {source})"
        groups = f"(SELECT {identifier(self.name)} AS __cell, count(*) AS n FROM {source} GROUP BY __cell)"
        return f"(SELECT {build_cell_text_sql('__cell', self.sql_type)} AS v, n FROM {groups})"


def _estimate_distinct_counts_and_widths(
    con: duckdb.DuckDBPyConnection, source: str, types: Mapping[str, str]
) -> tuple[_ColumnEstimate, ...]:
    wanted = ", ".join(
        f"approx_count_distinct({text}), count({text}), avg(strlen({text}))"
        for text in (build_cell_text_sql(identifier(column), sql_type) for column, sql_type in types.items())
    )
    found = con.execute(f"SELECT {wanted} FROM {source}").fetchone() or ()
    estimates = zip(found[::3], found[1::3], found[2::3], strict=True)
    return tuple(
        _ColumnEstimate(column, sql_type, distinct, filled, width or 0.0)
        for (column, sql_type), (distinct, filled, width) in zip(types.items(), estimates, strict=True)
    )


def _tally_feature_masks_by_column(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[_ColumnEstimate], names: NameLists | None
) -> dict[str, FeatureTally]:
    """How many cells and values of each column gave each combination of features."""
    tallies_of = {column.name: FeatureTally(Counter(), Counter()) for column in columns}
    grouped = [column for column in columns if column.is_worth_grouping]
    others = [column for column in columns if not column.is_worth_grouping]
    reads: Sequence[tuple[_CellCounter, Iterator[pa.RecordBatch]]] = (
        (
            partial(_select_distinct_cells, grouped),
            _merge_small_batches(_read_distinct_texts(con, source, grouped)),
        ),
        (
            partial(_count_cells_of_each_column, others),
            _read_text_batches(con, source, [column.cell_text_sql for column in others]),
        ),
    )
    for count, batches in reads:
        for tallies in map_in_threads(partial(_tally_batch, count, names), batches):
            for column, tally in tallies:
                tallies_of[column.name].cells.update(tally.cells)
                tallies_of[column.name].values.update(tally.values)
    return tallies_of


_CountedCells = tuple[_ColumnEstimate, pa.StringArray, Any]
"""A column, cells of it to ask, and how many times each is there."""
_CellCounter = Callable[[pa.RecordBatch], list[_CountedCells]]


def _tally_batch(
    count: _CellCounter, names: NameLists | None, batch: pa.RecordBatch
) -> list[tuple[_ColumnEstimate, FeatureTally]]:
    counted = count(batch)
    if not counted:
        return []
    start, asked = 0, detect_features(pa.concat_arrays([values for _, values, _ in counted]), names)
    found = []
    for column, values, times in counted:
        masks, which = wide.group_equal_bitmasks(asked[start : start + len(values)])
        start += len(values)
        rows = np.bincount(which, weights=times, minlength=len(masks))
        cells = Counter(dict(zip(masks, map(int, rows), strict=True)))
        found.append(
            (
                column,
                FeatureTally(cells, Counter(dict(zip(masks, map(int, np.bincount(which)), strict=True)))),
            )
        )
    return found


def _select_distinct_cells(columns: Sequence[_ColumnEstimate], batch: pa.RecordBatch) -> list[_CountedCells]:
    """Of a batch of ``_read_distinct_texts``."""
    values, ranks, times = batch.columns
    return [
        (column, *_normalise_filled_cells(values.take(pa.array(mine)), times.to_numpy()[mine]))
        for rank, column in enumerate(columns)
        if len(mine := np.flatnonzero(ranks.to_numpy() == rank))
    ]


def _count_cells_of_each_column(
    columns: Sequence[_ColumnEstimate], batch: pa.RecordBatch
) -> list[_CountedCells]:
    return [
        (column, *_count_distinct_cells(column, cells))
        for column, cells in zip(columns, batch.columns, strict=True)
    ]


def _read_distinct_texts(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[_ColumnEstimate]
) -> Iterator[pa.RecordBatch]:
    """The distinct texts of each column, its rank, and how many times each text is there."""
    for rank, column in enumerate(columns):
        query = f"SELECT v, {rank} AS rank, n FROM {column.build_text_counts_sql(source)} WHERE v IS NOT NULL"
        yield from con.execute(query).to_arrow_reader(READ_ROWS)


def _read_text_batches(
    con: duckdb.DuckDBPyConnection, source: str, texts: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    if texts:
        cells = ", ".join(f"{text} AS c{rank}" for rank, text in enumerate(texts))
        yield from _merge_small_batches(
            con.execute(f"SELECT {cells} FROM {source}").to_arrow_reader(READ_ROWS)
        )


def _merge_small_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in fewer batches, as large as may be asked at once."""
    held: list[pa.RecordBatch] = []
    cells = size = 0
    for batch in batches:
        held.append(batch)
        cells, size = cells + batch.num_rows * batch.num_columns, size + batch.nbytes
        if cells >= BATCH_CELLS or size >= BATCH_BYTES:
            yield pa.concat_batches(held)
            held, cells, size = [], 0, 0
    if held:
        yield pa.concat_batches(held)


def _count_distinct_cells(column: _ColumnEstimate, cells: pa.Array) -> tuple[pa.StringArray, Any]:
    """The cells that hold something, and how many times each is there: equal cells are one, unless there
    would hardly be any."""
    if column.has_mostly_distinct_values:
        cells = cells.drop_null()
        return _normalise_filled_cells(cells, np.ones(len(cells), np.int64))
    encoded = cells.dictionary_encode()
    ranks = encoded.indices.drop_null().to_numpy(zero_copy_only=False)
    return _normalise_filled_cells(encoded.dictionary, np.bincount(ranks, minlength=len(encoded.dictionary)))


def _normalise_filled_cells(values: pa.StringArray, times: Any) -> tuple[pa.StringArray, Any]:
    """In normal form, without those that hold nothing."""
    values = normalise_cells(values)
    held = _find_filled_ranks(values)
    return (values, times) if len(held) == len(values) else (values.take(pa.array(held)), times[held])


def _find_filled_ranks(cells: pa.StringArray) -> Any:
    """The ranks of the cells that hold something."""
    return np.flatnonzero(pc.fill_null(pc.not_equal(cells, ""), False).to_numpy(zero_copy_only=False))


def build_cell_text_sql(name: str, sql_type: str) -> str:
    """The text of a cell; a whole number kept as a decimal is written as a whole number, others are none."""
    if sql_type in ("DOUBLE", "FLOAT") or sql_type.startswith("DECIMAL"):
        whole = f"CAST(CAST({name} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN abs({name}) < 1e18 AND {name} % 1 = 0 THEN {whole} END"
    if sql_type == "BLOB":
        return f"TRY(decode({name}))"
    return name if sql_type == "VARCHAR" else f"CAST({name} AS VARCHAR)"


def find_first_matching_lines(
    con: duckdb.DuckDBPyConnection,
    source: str,
    wanted: Sequence[tuple[ColumnMeasure, int, int, int]],
    names: NameLists | None = None,
) -> list[tuple[int, ...]]:
    """For each (column, wanted bits, unwanted bits, needed bits): the first lines whose cell has one of the
    first, none of the second and all of the third. ``source`` is in the order of its lines."""
    lines: list[list[int]] = [[] for _ in wanted]
    texts = {one.column: build_cell_text_sql(identifier(one.column), one.sql_type) for one, *_ in wanted}
    batches = _read_text_batches(con, source, [LINE, *texts.values()] if texts else [])
    for numbers, *asked in map_in_threads(partial(_compute_feature_masks_by_line, names), batches):
        masks_of = dict(zip(texts, asked, strict=True))
        for found, (one, yes, no, needed) in zip(lines, wanted, strict=True):
            masks = masks_of[one.column]
            hit = wide.has_any_bit(masks, yes) & ~wide.has_any_bit(masks, no)
            hit &= wide.has_all_bits(masks, needed)
            found.extend(numbers[hit][: FIRST_LINES - len(found)].tolist())
        if all(len(found) == FIRST_LINES for found in lines):
            break
    return [tuple(found) for found in lines]


def _compute_feature_masks_by_line(names: NameLists | None, batch: pa.RecordBatch) -> list[Any]:
    """The numbers of the lines, which come first, then the masks of the cells of each column."""
    lines, *columns = batch.columns
    return [
        lines.to_numpy(zero_copy_only=False),
        *(_compute_feature_mask_of_each_cell(cells, names) for cells in columns),
    ]


def _compute_feature_mask_of_each_cell(cells: pa.Array, names: NameLists | None) -> Any:
    """One mask a cell, 0 for those that hold nothing."""
    folded = normalise_cells(cells)
    held = _find_filled_ranks(folded)
    masks = wide.create_empty_bitmasks(len(cells), WORDS)
    if len(held):
        masks[held] = detect_features(folded.take(pa.array(held)), names)
    return masks


_YEAR = (
    r"TRY_CAST(coalesce(nullif(regexp_extract(v, '(?:^|[^0-9])((?:1[5-9]|20)[0-9]{2})(?:[^0-9]|$)', 1), ''), "
    r"nullif(regexp_extract(v, '^[ ]*((?:1[5-9]|20)[0-9]{2})[01][0-9][0-3][0-9]', 1), ''), "
    r"nullif(regexp_extract(v, '^[ ]*[0-9]{4}((?:1[5-9]|20)[0-9]{2})$', 1), ''), "
    r"nullif(regexp_extract(v, '^[ ]*[0-9]{1,2}(?:er)?[ ./-]+[^ ./-]+[ ./-]+([0-9]{2})(?:[^0-9]|$)', 1), '')"
    ") AS INT)"
)


def _refine_column_measure(
    con: duckdb.DuckDBPyConnection, source: str, column: _ColumnEstimate, measured: ColumnMeasure
) -> ColumnMeasure:
    """A second look at columns of dates and of nine or ten digits, which are few."""
    if measured.compute_share_with_any_feature("plain", "shorn", "shorn_called") > CLOSER:
        digits = "ltrim(regexp_replace(v, '[^0-9]', '', 'g'), '0')"
        cells = _build_normalised_values_sql(con, column.build_text_counts_sql(source))
        row = con.execute(
            f"SELECT count(DISTINCT substr(right({digits}, 9), 1, 3)), count(DISTINCT {digits}) FROM {cells} "
            f"WHERE length({digits}) BETWEEN 9 AND 11"
        ).fetchone()
        return replace(measured, starts=row[0], numbers=row[1]) if row else measured
    if measured.compute_share_with_any_feature("card_new") > CLOSER:
        cells = _build_normalised_values_sql(con, column.build_text_counts_sql(source))
        shape = "regexp_replace(regexp_replace(v, '[0-9]', '9', 'g'), '[A-Za-z]', 'A', 'g')"
        row = con.execute(f"SELECT count(DISTINCT {shape}) FROM {cells}").fetchone()
        return replace(measured, shapes=row[0] if row else None)
    if measured.compute_share_with_any_feature("passport", "siv_whole") > CLOSER:
        cells = _build_normalised_values_sql(con, column.build_text_counts_sql(source))
        letters = "regexp_replace(upper(v), '[^A-Z]', '', 'g')"
        row = con.execute(
            f"SELECT count(DISTINCT {letters}), count(DISTINCT left({letters}, 2)) FROM {cells}"
        ).fetchone()
        # One or two beginnings are a series, whatever comes after.
        return replace(measured, series=row[1] if row[1] <= 2 else row[0]) if row else measured
    if measured.compute_share_with_any_feature("serial") > MOSTLY:
        values = _build_normalised_values_sql(con, column.build_text_counts_sql(source))
        day = f"strftime({FIRST_SERIAL} + TRY_CAST(v AS INT), '%Y-%m-%d')"
        return replace(
            measured, serials=_compute_year_statistics(con, f"(SELECT {day} AS v, n FROM {values})")
        )
    if measured.compute_share_with_any_feature("date", without=("phone",)) > CLOSER:
        return replace(
            measured,
            years=_compute_year_statistics(
                con,
                _build_normalised_values_sql(
                    con, _build_truncated_to_day_sql(column.build_text_counts_sql(source))
                ),
            ),
        )
    return measured


def _build_truncated_to_day_sql(values: str) -> str:
    """The relation ``values`` with days, which come back, in place of moments: their clock says no year."""
    moment = "^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}[/-][0-9]{2}[/-][0-9]{4})[T ][0-2]?[0-9]:"
    day = f"CASE WHEN regexp_matches(v, '{moment}') THEN left(v, 10) || 'T' ELSE v END"
    return f"(SELECT {day} AS v, CAST(sum(n) AS BIGINT) AS n FROM {values} GROUP BY ALL)"


# Numbers, days and moments are in normal form already: Python is not asked of each of a million.
PLAIN_NUMBERS = r"[0-9]+(?:[-/:. T][0-9]+)*Z?"


def _build_normalised_values_sql(con: duckdb.DuckDBPyConnection, values: str) -> str:
    """The relation ``values`` of ``v`` and ``n``, with ``v`` in normal form."""
    # To ask for the list of functions costs a tenth of a second.
    with contextlib.suppress(duckdb.NotImplementedException):  # it is there already
        con.create_function(
            "normal_form", _normalise_column, ["VARCHAR"], "VARCHAR", type=PythonUDFType.ARROW
        )
    plain = f"regexp_full_match(v, '{PLAIN_NUMBERS}') AND NOT ends_with(v, '.0')"
    return f"(SELECT CASE WHEN {plain} THEN v ELSE normal_form(v) END AS v, n FROM {values})"


def _normalise_column(cells: pa.ChunkedArray) -> pa.StringArray:
    return normalise_cells(pa.concat_arrays(cells.chunks) if cells.num_chunks else pa.array([], pa.string()))


def _compute_year_statistics(con: duckdb.DuckDBPyConnection, relation: str) -> YearStatistics | None:
    cells = "looked_closer"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {cells} AS FROM {relation}")
    rows = con.execute(f"""
        SELECT y, sum(n), coalesce(sum(n) FILTER (
               regexp_matches(v, '(^|[^0-9])0?1[-/. ]0?1([^0-9]|$)|0101')), 0)
        FROM (SELECT v, n, CASE WHEN y < 30 THEN 2000 + y WHEN y < 100 THEN 1900 + y ELSE y END AS y
              FROM (SELECT v, n, {_YEAR} AS y FROM {cells} WHERE v <> ''))
        WHERE y BETWEEN 1500 AND 2100 GROUP BY y ORDER BY y
    """).fetchall()
    if not rows:
        return None
    # Exact: an estimate depends on the order in which threads finish, and so would the gate.
    years, dated, firsts = np.array(rows, dtype=np.int64).T
    upto, total = np.cumsum(dated), int(dated.sum())
    ranks = np.searchsorted(upto, np.ceil(np.array((0.02, 0.25, 0.5, 0.75, 0.98)) * total))
    low, lower, median, upper, high = (int(year) for year in years[ranks])
    return YearStatistics(
        *(total, low, lower, median, upper, high),
        distinct=len(years),
        firsts=float(firsts.sum() / total),
        last=int(years[-1]),
        **_compute_weekday_statistics(con, cells),
    )


_DAY_LAYOUTS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%d %m %Y", "%d%m%Y")


def _compute_weekday_statistics(con: duckdb.DuckDBPyConnection, cells: str) -> dict[str, Any]:
    """The fields of ``YearStatistics`` that days of the week and their number fill."""
    layouts = ", ".join(f"'{layout}'" for layout in _DAY_LAYOUTS)
    row = con.execute(f"""
        SELECT CAST(sum(n) AS BIGINT), CAST(coalesce(sum(n) FILTER (isodow(d) > 5), 0) AS BIGINT),
               count(DISTINCT d), max(d) - min(d) + 1
        FROM (SELECT n, coalesce(TRY_CAST(v AS DATE), CAST(try_strptime(v, [{layouts}]) AS DATE)) AS d
              FROM {cells} WHERE length(v) BETWEEN 8 AND 10)
        WHERE d IS NOT NULL
    """).fetchone()
    if not row or not row[0]:
        return {}
    days, weekends, different, span = row
    return {
        "days": days,
        "weekends": weekends / days,
        "evenness": float(different / (span * -np.expm1(-days / span))),
    }
