"""Do the positions of an extract stand where the others do?

One position whose numbers were exchanged is in the sea off Somalia, and nothing in it is invalid. So it is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.declaration.positions import classify_coordinate_axis
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.language import Message, _
from aqueduc.sources.adapter import ExtractResult
from aqueduc.sources.findings import (
    DistantCoordinates,
    DistantPositions,
    ScatteredShapes,
    SwappedCoordinates,
    SwappedPositions,
)
from aqueduc.sources.origin import LINE
from aqueduc.sources.positions import BoundingBox
from aqueduc.sources.records import LINES_SHOWN

_NEAR_DEGREES = 1.0
"""A hundred kilometres: a region's own data may leave the city's box, no slip of a digit or of an axis stays in."""
_NEAR_METRES = 100_000.0
_LEAST_METRES = 1_000.0
"""What half of the coordinates of a projection exceed on each axis, and no degree does."""
_FEWEST_POSITIONS = 5
"""To say where the others are, of a city that does not say where it is."""
_POINT = ("longitude", "latitude")
_SHAPE = "geometry"
_FIRST_POSITION = r'"coordinates" ?: ?[\[ ]*(-?[0-9.]+) ?, ?(-?[0-9.]+)'


@dataclass(frozen=True)
class _ExpectedArea:
    """The box that positions are expected in, and what it is called."""

    box: BoundingBox
    called: Message


def find_distant_or_swapped_positions(
    con: duckdb.DuckDBPyConnection,
    parquet: Path,
    result: ExtractResult,
    dataset: Dataset,
    bbox: BoundingBox | None,
) -> tuple[Finding, ...]:
    """What of the published positions of the extract at ``parquet`` is far from the city, or from the others where
    the city does not say where it is."""
    # A first look declares no column: what is not dropped may be published.
    published = set(result.column_names) - {one.name for one in dataset.columns if one.published_as is None}
    named = (dataset.geometry.longitude, dataset.geometry.latitude) if dataset.geometry else _POINT
    projected = _check_projected_positions(con, parquet, published - set(named), dataset)
    found = tuple(_build_position_selects_sql(parquet, published, named))
    if not found:
        return projected
    con.execute(f"CREATE OR REPLACE TEMP VIEW places AS {' UNION ALL '.join(found)}")
    place = _find_expected_area(con, bbox)
    told = tuple(_check_distance_from_territory(con, place)) if place else ()
    return (*told, *_check_mixed_points_and_geometries(con, parquet, set(result.column_names)), *projected)


def _check_projected_positions(
    con: duckdb.DuckDBPyConnection, parquet: Path, published: set[str], dataset: Dataset
) -> tuple[Finding, ...]:
    """Of the only two columns that are called the axes of a projection, and hold metres."""
    shown = {column.name: column.published_as or column.name for column in dataset.columns}
    axes = {
        name: classify_coordinate_axis(name) or classify_coordinate_axis(shown.get(name, name))
        for name in sorted(published)
    }
    easts, norths = ([name for name, axis in axes.items() if axis == which] for which in ("east", "north"))
    if len(easts) != 1 or len(norths) != 1:
        return ()
    x, y = (
        f"TRY_CAST(replace(regexp_replace(CAST({duck.identifier(name)} AS VARCHAR), '[ \u00a0\u202f\u2009]', '', 'g'), "
        "',', '.') AS DOUBLE)"
        for name in (*easts, *norths)
    )
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW places AS "
        f"SELECT {LINE}, {x} AS x, {y} AS y FROM {duck.build_read_parquet_sql(parquet)}"
    )
    place = _find_expected_area(con, None)
    if place is None or min(map(abs, place.box)) < _LEAST_METRES:
        return ()
    return tuple(
        _check_distance_from_territory(con, place, _NEAR_METRES, (SwappedCoordinates, DistantCoordinates))
    )


def _build_position_selects_sql(parquet: Path, published: set[str], named: Sequence[str]) -> Iterator[str]:
    """SQL: the line and the position of each row that has one; of a shape, its first."""
    table = duck.build_read_parquet_sql(parquet)
    if set(named) <= published:
        x, y = (f"replace(CAST({duck.identifier(name)} AS VARCHAR), ',', '.')" for name in named)
        yield f"SELECT {LINE}, TRY_CAST({x} AS DOUBLE) AS x, TRY_CAST({y} AS DOUBLE) AS y FROM {table}"
    if _SHAPE in published:
        cut = f"CAST({duck.identifier(_SHAPE)} AS VARCHAR), {duck.literal(_FIRST_POSITION)}"
        x, y = (f"TRY_CAST(regexp_extract({cut}, {part}) AS DOUBLE)" for part in (1, 2))
        yield f"SELECT {LINE}, {x} AS x, {y} AS y FROM {table}"


def _find_expected_area(con: duckdb.DuckDBPyConnection, bbox: BoundingBox | None) -> _ExpectedArea | None:
    if bbox is not None:
        return _ExpectedArea(bbox, _("l'emprise de la Ville"))
    count, x, y = duck.fetch_single_row(
        con, "SELECT count(*), median(x), median(y) FROM places WHERE isfinite(x + y)"
    )
    return _ExpectedArea((x, y, x, y), _("la plupart des autres")) if count >= _FEWEST_POSITIONS else None


def _check_distance_from_territory(
    con: duckdb.DuckDBPyConnection,
    place: _ExpectedArea,
    reach: float = _NEAR_DEGREES,
    kinds: tuple[type[Finding], type[Finding]] = (SwappedPositions, DistantPositions),
) -> Iterator[Finding]:
    away = (
        f"isfinite(x) AND isfinite(y) AND NOT ({_build_inside_widened_box_sql(place.box, 'x', 'y', reach)})"
    )
    exchanged = _build_inside_widened_box_sql(place.box, "y", "x", reach)
    for kind, which in zip(kinds, (exchanged, f"NOT ({exchanged})"), strict=True):
        count, lines = duck.fetch_single_row(
            con,
            f"SELECT count(*), list({LINE} ORDER BY {LINE})[:{LINES_SHOWN}] FROM places WHERE {away} AND {which}",
        )
        if count:
            yield kind(count=int(count), lines=tuple(lines), detail={"place": place.called})


def _build_inside_widened_box_sql(box: BoundingBox, x: str, y: str, reach: float) -> str:
    west, south, east, north = box
    return (
        f"{x} BETWEEN {west - reach} AND {east + reach} AND {y} BETWEEN {south - reach} AND {north + reach}"
    )


def _check_mixed_points_and_geometries(
    con: duckdb.DuckDBPyConnection, parquet: Path, names: set[str]
) -> Iterator[Finding]:
    """Beside points, the rows whose position stands in the other column: who drops it drops where they are."""
    if not {*_POINT, _SHAPE} <= names:
        return
    shape, point = duck.identifier(_SHAPE), duck.identifier(_POINT[0])
    count, lines, points = duck.fetch_single_row(
        con,
        f"SELECT count(*) FILTER ({shape} IS NOT NULL), "
        f"(list({LINE} ORDER BY {LINE}) FILTER ({shape} IS NOT NULL))[:{LINES_SHOWN}], count({point}) "
        f"FROM {duck.build_read_parquet_sql(parquet)}",
    )
    if count and points:
        yield ScatteredShapes(count=int(count), lines=tuple(lines))
