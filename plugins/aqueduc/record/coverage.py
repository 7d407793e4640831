"""Where and when: the extent of a revision in space and time, computed from what is published."""

import calendar
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from aqueduc.declaration.spec import Dataset
from aqueduc.duck import build_read_parquet_sql, fetch_single_row, identifier, open_duckdb
from aqueduc.record.facts import find_longitude_latitude_columns, find_period_date_column
from aqueduc.record.fiche import NOWHERE, DataCoverage
from aqueduc.store import ParquetFileHandle, Store, Window, open_verified_file

_DECIMALS = 6
# 2024, 2024-03, 2024-03-31…, 2024-T1: what the rules and the types of dates write.
_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}).*)?|-T([1-4]))?")


def measure_spatial_temporal_coverage(
    dataset: Dataset, paths: Sequence[Path], windows: Iterable[Window | None], zone: ZoneInfo, scratch: Path
) -> DataCoverage:
    """What the validated Parquet files at ``paths`` cover, which were made of ``windows`` (days are those of
    ``zone``).

    In time: the column that splits the dataset by year, else its only column of dates, else the windows. With
    several columns of dates nobody can say which is meant, and nothing is claimed.
    """
    names, column = find_longitude_latitude_columns(dataset), find_period_date_column(dataset)
    intervals = None if column else _compute_data_intervals_span(windows, zone)
    if not (names or column):
        # To open DuckDB takes as long as all that a small table is asked.
        return DataCoverage(None, intervals)
    with open_duckdb(scratch) as con:
        con.execute(f"CREATE VIEW revision AS FROM {build_read_parquet_sql(*paths)}")
        bbox = _measure_bounding_box(con, names) if names else None
        temporal = _measure_date_span(con, column) if column else intervals
    return DataCoverage(bbox, temporal)


def measure_stored_parts_coverage(
    dataset: Dataset, parts: Sequence[ParquetFileHandle], store: Store, zone: ZoneInfo
) -> DataCoverage:
    """The same, of the validated files that ``parts`` name; of a link, nothing is claimed. Raises StoreError."""
    if dataset.publication.is_link_to_source:
        return NOWHERE
    with store.open_scratch_folder() as scratch, ExitStack() as stack:
        paths = [stack.enter_context(open_verified_file(store, part)) for part in parts]
        return measure_spatial_temporal_coverage(
            dataset, paths, [part.window for part in parts], zone, scratch
        )


def _measure_bounding_box(
    con: duckdb.DuckDBPyConnection, names: Sequence[str]
) -> tuple[float, float, float, float] | None:
    x, y = (f"TRY_CAST({identifier(name)} AS DOUBLE)" for name in names)
    found = fetch_single_row(
        con,
        f"SELECT min({x}), min({y}), max({x}), max({y}) FROM revision WHERE isfinite({x}) AND isfinite({y})",
    )
    if None in found:
        return None
    west, south, east, north = (round(float(value), _DECIMALS) for value in found)
    # The hull of one single point would have no surface, which catalogues refuse.
    margin = 10.0**-_DECIMALS
    east, north = (east + margin if east == west else east), (north + margin if north == south else north)
    return west, south, round(east, _DECIMALS), round(north, _DECIMALS)


def _measure_date_span(con: duckdb.DuckDBPyConnection, column: str) -> tuple[date, date] | None:
    text = f"CAST({identifier(column)} AS VARCHAR)"
    found = fetch_single_row(
        con,
        f"SELECT min({text}), max({text}) FROM revision WHERE regexp_matches({text}, '^[0-9]{{4}}(\\D|$)')",
    )
    if None in found:
        return None
    first, last = _parse_date_period(str(found[0])), _parse_date_period(str(found[1]))
    return (first[0], last[1]) if first and last else None


def _parse_date_period(text: str) -> tuple[date, date] | None:
    """The first and last day of what ``text`` names: a year, a quarter, a month or a day."""
    found = _WRITTEN.match(text)
    if found is None:
        return None
    year, month, day, quarter = (int(part) if part else None for part in found.groups())
    try:
        if day and month and year:
            return date(year, month, day), date(year, month, day)
        first = month or (quarter * 3 - 2 if quarter else 1)
        last = month or (quarter * 3 if quarter else 12)
        return date(year or 0, first, 1), date(year or 0, last, calendar.monthrange(year or 0, last)[1])
    except ValueError:
        return None


def _compute_data_intervals_span(
    windows: Iterable[Window | None], zone: ZoneInfo
) -> tuple[date, date] | None:
    """Half-open: a window that ends at midnight does not cover the day that begins."""
    known = [window for window in windows if window is not None]
    if not known:
        return None
    end = max(window.end for window in known) - timedelta(microseconds=1)
    return min(window.start for window in known).astimezone(zone).date(), end.astimezone(zone).date()
