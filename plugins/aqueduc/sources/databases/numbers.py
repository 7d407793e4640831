"""Numbers that only text carries whole, made the DECIMAL that their values need."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.sources.adapter import ExtractResult

WIDEST = 38
"""The digits of the largest DECIMAL."""


def cast_text_columns_to_decimal(
    con: duckdb.DuckDBPyConnection,
    first: Path,
    target: Path,
    exact: Iterable[str],
    others: Mapping[str, str] | None = None,
) -> ExtractResult:
    """Moves ``first`` to ``target``, where each of the columns ``exact``, which are text, is the DECIMAL that its
    values need, or remains text when none can hold them. ``others``: the SQL of columns to be made otherwise."""
    source = duck.build_read_parquet_sql(first)
    made = dict(others or {})
    for name in exact:
        scale = _find_decimal_scale(con, source, name)
        if scale is not None:
            made[name] = f"CAST({duck.identifier(name)} AS DECIMAL({WIDEST}, {scale}))"
    if made:
        replaced = ", ".join(f"{sql} AS {duck.identifier(name)}" for name, sql in made.items())
        duck.write_parquet(con, f"SELECT * REPLACE ({replaced}) FROM {source}", target)
    else:
        first.replace(target)
    written = duck.build_read_parquet_sql(target)
    types = tuple(duck.read_column_types(con, written).items())
    return ExtractResult(duck.count_rows(con, written), types[1:])


def _find_decimal_scale(con: duckdb.DuckDBPyConnection, source: str, name: str) -> int | None:
    """How many decimals hold every value of a column of numbers as text; None when 38 digits are too few, or
    a value is infinite."""
    quoted = duck.identifier(name)
    ((whole, scale, plain),) = con.execute(
        f"SELECT coalesce(max(length(split_part(ltrim({quoted}, '-'), '.', 1))), 0), "
        f"coalesce(max(length(split_part({quoted}, '.', 2))), 0), "
        f"coalesce(bool_and(regexp_full_match({quoted}, '-?[0-9]+([.][0-9]+)?')), true) FROM {source}"
    ).fetchall()
    return int(scale) if plain and whole + scale <= WIDEST else None
