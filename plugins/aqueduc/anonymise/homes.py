"""Positions in a file to publish that give back the address, or the person, which its declaration keeps back.

Those that a declaration shows by its names are refused when it is read (``declaration.positions``); here they
are met again, to write down who answered for them, and others are found by what their cells hold: shapes
written as text (WKT, GeoJSON, « 43.52, 5.44 »), and two columns of numbers that are together positions of
metropolitan France, in degrees or in Lambert-93. So are the columns that are made of others which the declaration
keeps back (``declaration.derived``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.disclosure.risk_metrics import is_string_type
from aqueduc.anonymise.scan import HitStrength, IdentifierKind, ScanHit
from aqueduc.declaration.derived import find_dataset_columns_derived_from_hidden
from aqueduc.declaration.positions import (
    find_dataset_exposed_positions,
    is_hidden_personal_column,
    is_precise_position_column,
)
from aqueduc.declaration.spec import Dataset
from aqueduc.parquet import read_batches_of_one_column
from aqueduc.threads import map_in_threads

_SHAPE = (
    r"(?i)^\s*(?:(?:srid=\d+;\s*)?(?:multi)?(?:point|linestring|polygon)\s*(?:z|m|zm)?\s*\(|"
    r'\{\s*"(?:type|coordinates)"\s*:|'
    r"[\[(]?\s*-?\d{1,3}[.]\d{3,}\s*[,; ]\s*-?\d{1,3}[.]\d{3,}\s*[\])]?\s*$)"
)
_DECIMALS = r"^-?\d{1,3}[.,]\d{4,}$"
_MOST = 0.5
"""Share of the filled cells from which a column holds positions, or numbers as precise as they are."""
# Metropolitan France: latitude, longitude (degrees), then northing and easting (metres, Lambert-93).
_RANGES = {"north": (41.0, 51.6), "east": (-5.6, 10.0), "north93": (6e6, 7.2e6), "east93": (9e4, 1.3e6)}


def find_home_position_hits(dataset: Dataset, path: Any, rows: int) -> Iterator[ScanHit]:
    """In a Parquet file (its path, or what reads it), one hit for each column of a position that somebody
    answers for, else for the first of them."""
    if not rows or not any(is_hidden_personal_column(column) for column in dataset.columns):
        return
    answered = {one.column for one in dataset.waivers if one.kind == IdentifierKind.HOME_POSITION}
    answered |= {column.published_as or "" for column in dataset.columns if column.basis}
    positions = [exposed.published_column_names for exposed in find_dataset_exposed_positions(dataset)]
    known = {name for names in positions for name in names}
    others = [
        column.published_as or ""
        for column in dataset.published_columns
        if is_precise_position_column(column)
    ]
    shared = dataset.privacy.quasi_identifiers if dataset.privacy else ()
    counted = {column.published_as for column in dataset.columns if column.name in shared}
    others = [name for name in others if name not in known | counted]
    positions += _list_position_column_groups(path, others)
    found = [name for names in positions for name in [one for one in names if one in answered] or names[:1]]
    yield from _build_column_hits(found, IdentifierKind.HOME_POSITION, path)


def find_hits_of_columns_derived_from_hidden(dataset: Dataset, path: Any, rows: int) -> Iterator[ScanHit]:
    """One hit for each published column that is made of what the declaration keeps back: somebody answers for it."""
    derived = find_dataset_columns_derived_from_hidden(dataset) if rows else ()
    yield from _build_column_hits(
        [one.column.published_as or "" for one in derived], IdentifierKind.DERIVED, path
    )


def _build_column_hits(names: Sequence[str], kind: IdentifierKind, path: Any) -> Iterator[ScanHit]:
    """One for each column, whose filled cells are all hit; a column without any shows nothing."""
    for name in names:
        filled = sum(_count_filled_cells(cells) for cells in read_batches_of_one_column(path, name))
        if filled:
            yield ScanHit(name, kind, HitStrength.LIKELY, filled, filled)


def _count_filled_cells(cells: pa.Array) -> int:
    if not is_string_type(cells.type):
        return len(cells) - int(cells.null_count)
    return int(pc.sum(pc.not_equal(pc.utf8_trim_whitespace(cells), "")).as_py() or 0)


@dataclass(frozen=True)
class _PositionCellStatistics:
    """What the cells of a column look like: of ``filled`` ones, how many are ``shapes``, and how many ``numbers``, from
    ``low`` to ``high``, ``fine`` of which are more precise than a thousandth."""

    filled: int = 0
    shapes: int = 0
    numbers: int = 0
    fine: int = 0
    low: float = math.inf
    high: float = -math.inf

    def merge(self, other: _PositionCellStatistics) -> _PositionCellStatistics:
        return _PositionCellStatistics(
            self.filled + other.filled,
            self.shapes + other.shapes,
            self.numbers + other.numbers,
            self.fine + other.fine,
            min(self.low, other.low),
            max(self.high, other.high),
        )

    @property
    def axis(self) -> str | None:
        """Which axis a column of numbers may be; a column of a few round numbers is none."""
        if not self.low < self.high:
            return None
        axis = next((a for a, (low, high) in _RANGES.items() if low <= self.low and self.high <= high), None)
        # A degree with three decimals is a hundred metres: prices and shares have no more than two.
        precise = axis is not None and (axis.endswith("93") or self.fine > _MOST * self.numbers)
        return axis if precise else None


def _list_position_column_groups(path: Any, names: Sequence[str]) -> list[tuple[str, ...]]:
    axes: dict[str, list[str]] = {axis: [] for axis in _RANGES}
    shapes = []
    for name in names:
        batches = map_in_threads(_compute_position_cell_statistics, read_batches_of_one_column(path, name))
        found = reduce(_PositionCellStatistics.merge, batches, _PositionCellStatistics())
        if found.shapes > _MOST * found.filled:
            shapes.append((name,))
        elif (axis := found.axis) is not None:
            axes[axis].append(name)
    pairs = [("east", "north"), ("east93", "north93")]
    return [*shapes, *((x, y) for east, north in pairs for x in axes[east] for y in axes[north])]


def _compute_position_cell_statistics(cells: pa.Array) -> _PositionCellStatistics:
    cells = cells.drop_null()
    filled, shapes = len(cells), 0
    if is_string_type(cells.type):
        shapes = _count_true(pc.match_substring_regex(cells, _SHAPE))
        trimmed = pc.utf8_trim_whitespace(cells)
        precise = pc.match_substring_regex(trimmed, _DECIMALS)
        whole = pc.match_substring_regex(cells, r"^\s*\d{5,7}([.,]\d*)?\s*$")
        cells = pc.replace_substring(trimmed.filter(pc.or_(precise, whole)), ",", ".")
    elif not _is_numeric_type(cells.type):
        return _PositionCellStatistics(filled)
    numbers = pc.cast(cells, pa.float64(), safe=False)
    bounds = pc.min_max(numbers).as_py()
    if bounds["min"] is None:
        return _PositionCellStatistics(filled, shapes)
    fine = pc.not_equal(pc.multiply(numbers, 1000.0), pc.round(pc.multiply(numbers, 1000.0)))
    return _PositionCellStatistics(
        filled, shapes, len(numbers), _count_true(fine), bounds["min"], bounds["max"]
    )


def _is_numeric_type(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind))


def _count_true(flags: pa.Array) -> int:
    return int(pc.sum(flags).as_py() or 0)
