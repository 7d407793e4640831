"""What is counted of whole columns beside their texts: cells held, bounds, decimals; by SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from aqueduc import duck
from aqueduc.anonymise.scan.measure import ColumnMeasure
from aqueduc.duck import identifier

NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "HUGEINT",
)
FRACTIONS = ("DOUBLE", "FLOAT", "DECIMAL")
# What says whether a column holds years, ages or degrees.
SAMPLE = 20_000
# Texts that are decimals, from this share on, are looked at as numbers.
WRITTEN = 0.8


@dataclass(frozen=True)
class ColumnNumberStatistics:
    """``held`` cells are not null. Of the numbers among the first rows: the 2nd, 50th and 98th centiles, and
    the share of those with more than three decimals (a hundred metres, in degrees), and of those with any."""

    held: int
    low: float | None = None
    median: float | None = None
    high: float | None = None
    fine: float = 0.0
    fractional: float = 0.0

    @property
    def is_numeric(self) -> bool:
        return self.median is not None

    def is_within_bounds(self, low: float, high: float) -> bool:
        return self.low is not None and self.high is not None and low <= self.low and self.high <= high


def compute_column_number_statistics(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[ColumnMeasure]
) -> Mapping[str, ColumnNumberStatistics]:
    """Of the columns of ``source``, by name; what no SQL can read as a number is counted only."""
    asked = {column.column: sql for column in columns if (sql := _build_statistics_sql(column))}
    told: tuple[Any, ...] = ()
    if asked:
        every = ", ".join(expression for sql in asked.values() for expression in sql)
        told = duck.fetch_single_row(con, f"SELECT {every} FROM (FROM {source} LIMIT {SAMPLE})")
    of_numbers = {name: told[5 * rank : 5 * rank + 5] for rank, name in enumerate(asked)}
    figures = {}
    for name, count in _count_non_null_cells(con, source, columns).items():
        low, median, high, fine, fractional = of_numbers.get(name, (None, None, None, 0.0, 0.0))
        figures[name] = ColumnNumberStatistics(count, low, median, high, fine or 0.0, fractional or 0.0)
    return figures


def _count_non_null_cells(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[ColumnMeasure]
) -> Mapping[str, int]:
    """How many cells hold something: counted already, but for fractions and yes-or-noes."""
    held = {column.column: column.cells for column in columns}
    unknown = [name for name, cells in held.items() if not cells]
    if unknown:
        counts = ", ".join(f"count({identifier(name)})" for name in unknown)
        held.update(zip(unknown, duck.fetch_single_row(con, f"SELECT {counts} FROM {source}"), strict=True))
    return held


def _build_statistics_sql(column: ColumnMeasure) -> tuple[str, ...]:
    number = _build_number_cast_sql(column, identifier(column.column))
    if number is None:
        return ()
    return (
        *(f"quantile_disc({number}, {rank})" for rank in (0.02, 0.5, 0.98)),
        f"avg(CAST(abs({number} * 1000 % 1) BETWEEN 0.0001 AND 0.9999 AS INT))",
        f"avg(CAST({number} % 1 <> 0 AS INT))",
    )


def _build_number_cast_sql(column: ColumnMeasure, cell_sql: str) -> str | None:
    """SQL: the cell as a finite number; None for a column that is not of numbers."""
    if column.sql_type in NUMBERS or column.sql_type.startswith(FRACTIONS):
        finite = f"CAST({cell_sql} AS DOUBLE)"
        return f"CASE WHEN isfinite({finite}) THEN {finite} END"
    if column.sql_type == "VARCHAR" and column.compute_share_with_any_feature("decimal", "whole") > WRITTEN:
        return f"TRY_CAST(replace(trim({cell_sql}), ',', '.') AS DOUBLE)"
    return None
