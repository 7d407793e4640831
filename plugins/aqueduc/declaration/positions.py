"""Positions that say where somebody lives, because of what the same rows drop.

Whoever drops an address, or a person's name, has seen that rows are about somebody; a position left as it is
gives the address back (a list of associations without their seats, but with longitude and latitude, is a list
of their presidents' homes). Columns are known by what the declaration says of them (``geometry:``, the type
of their field), then by their names, in the source and published.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aqueduc.declaration.column_name_hints import DIRECT, Nature, normal, said_by
from aqueduc.declaration.spec import Column, Dataset, Geometry, Privacy
from aqueduc.rules import PositionLimit

COARSE_METRES = 100.0
"""A position known to this many metres at best is one among the homes of a block. The squares of INSEE are of
200 m."""
_DEGREE_METRES = 100_000.0
_GEOHASH = 5
"""Characters of a geohash, or of a plus code, that hold some kilometres."""
_SHAPES = ("geopoint", "geojson")

PERSONAL = DIRECT | {Nature.ADDRESS, Nature.BIRTH}
"""What a position would give back, or tell of."""
_GRID = (
    r"(?:l ?93|lamb(?:ert)?(?: ?93)?|2154|epsg\w*|cc ?4\d|rgf ?93\w*|utm\w*|carto|centroid\w*|gps|wgs ?84)"
)
_BEFORE = rf"(?:(?:coord|coords|coordonnees?|geo|pos|position|{_GRID}) )?"
_EAST = re.compile(rf"{_BEFORE}(?:x(?: ?(?:coord|{_GRID}))?|easting|abscisses?|estant)")
_NORTH = re.compile(rf"{_BEFORE}(?:y(?: ?(?:coord|{_GRID}))?|northing|ordonnees?|nordant)")
_NAME = re.compile(r"noms?|names?")
_COUNTED = re.compile(r"(?<![a-z])(?:nb|nbre|nombre|effectifs?|total|taux|part|montant)(?![a-z])")


@dataclass(frozen=True)
class ExposedPosition:
    """``columns`` hold a position and are published (nearly) as they are: two axes, or one shape; ``beside``:
    the columns of the source that were kept back, by which it is somebody's."""

    columns: tuple[Column, ...]
    beside: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """As they are published."""
        return tuple(column.published_as or column.name for column in self.columns)

    @property
    def has_basis(self) -> bool:
        return any(column.basis for column in self.columns)


def exposed_positions(
    columns: Sequence[Column],
    geometry: Geometry | None,
    types: Mapping[str, str | None],
    privacy: Privacy | None,
) -> tuple[ExposedPosition, ...]:
    """``types``: of the published fields. A position over which classes are counted is shared by k rows: it
    is none of these."""
    beside = tuple(column.name for column in columns if kept_back(column))
    if not beside:
        return ()
    shared = privacy.quasi_identifiers if privacy else ()
    return tuple(
        ExposedPosition(position, beside)
        for position in _positions(columns, geometry, types)
        if all(shows_where(column) for column in position)
        and not all(column.name in shared for column in position)
    )


def exposed_in(dataset: Dataset) -> tuple[ExposedPosition, ...]:
    types = {field.name: field.type for field in dataset.table_schema.fields}
    return exposed_positions(dataset.columns, dataset.geometry, types, dataset.privacy)


def kept_back(column: Column) -> bool:
    return column.rule.capabilities.hides and names_somebody(column.name)


def names_somebody(column: str, comment: str = "") -> bool:
    """Whether a column of this name tells of a person, or of where one lives."""
    said, plain = said_by(column, comment), normal(column)
    about = said.of_people and not said.about_a_thing and not _COUNTED.search(plain)
    # The name of a thing is published: a « nom » that is kept back is somebody's.
    return about or bool(_NAME.fullmatch(plain)) or bool(said.natures & PERSONAL)


def _positions(
    columns: Sequence[Column], geometry: Geometry | None, types: Mapping[str, str | None]
) -> Iterable[tuple[Column, ...]]:
    by_name = {column.name: column for column in columns}
    declared = (geometry.longitude, geometry.latitude) if geometry else ()
    pair = tuple(by_name[name] for name in declared if name in by_name)
    if len(pair) == 2:
        yield pair
    others = [column for column in columns if column not in pair and column.published_as]
    easts, norths = ([column for column in others if axis in _axes(column)] for axis in ("east", "north"))
    yield from ((x, y) for x in easts for y in norths if _in_metres(x) == _in_metres(y))
    for column in others:
        typed = types.get(column.published_as or "") in _SHAPES
        if typed or (column not in (*easts, *norths) and any(map(_is_shape, _names(column)))):
            yield (column,)


def _names(column: Column) -> set[str]:
    return {column.name, column.published_as or column.name}


def _is_shape(name: str) -> bool:
    natures = said_by(name).natures
    return Nature.SHAPE in natures or {Nature.LONGITUDE, Nature.LATITUDE} <= natures


def _axes(column: Column) -> set[str | None]:
    return {axis_of(name) for name in _names(column)}


def axis_of(name: str) -> Literal["east", "north"] | None:
    """The axis of a position that a column of this name holds, in degrees or projected."""
    natures, plain = said_by(name).natures, normal(name)
    if {Nature.LONGITUDE, Nature.LATITUDE} <= natures:
        return None
    if Nature.LONGITUDE in natures or _EAST.fullmatch(plain):
        return "east"
    return "north" if Nature.LATITUDE in natures or _NORTH.fullmatch(plain) else None


def shows_where(column: Column) -> bool:
    """Whether the rule of a published position leaves it nearer than ``COARSE_METRES``. In doubt (a function
    of the city's) it does."""
    if column.published_as is None:
        return False
    step = COARSE_METRES if _in_metres(column) else COARSE_METRES / _DEGREE_METRES
    return column.rule.shows_position(PositionLimit(COARSE_METRES, step, _GEOHASH))


def _in_metres(column: Column) -> bool:
    degrees = {Nature.LONGITUDE, Nature.LATITUDE}
    return not any(said_by(name).natures & degrees for name in _names(column))
