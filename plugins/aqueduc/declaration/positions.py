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

from aqueduc.declaration.column_name_hints import DIRECT, ColumnNature, classify_column_name
from aqueduc.declaration.spec import ColumnDeclaration, Dataset, GeometryColumns, PrivacySettings
from aqueduc.rules import CoarsePositionThresholds

COARSE_METRES = 100.0
"""A position known to this many metres at best is one among the homes of a block. The squares of INSEE are of
200 m."""
_DEGREE_METRES = 100_000.0
_GEOHASH = 5
"""Characters of a geohash, or of a plus code, that hold some kilometres."""

PERSONAL = DIRECT | {ColumnNature.ADDRESS, ColumnNature.BIRTH}
"""What a position would give back, or tell of."""
_GRID = (
    r"(?:l ?93|lamb(?:ert)?(?: ?93)?|2154|epsg\w*|cc ?4\d|rgf ?93\w*|utm\w*|carto|centroid\w*|gps|wgs ?84)"
)
_BEFORE = rf"(?:(?:coord|coords|coordonnees?|geo|pos|position|{_GRID}) )?"
_EAST = re.compile(rf"{_BEFORE}(?:x(?: ?(?:coord|{_GRID}))?|easting|abscisses?|estant)")
_NORTH = re.compile(rf"{_BEFORE}(?:y(?: ?(?:coord|{_GRID}))?|northing|ordonnees?|nordant)")
_COUNTED = re.compile(r"(?<![a-z])(?:nb|nbre|nombre|effectifs?|total|taux|part|montant)(?![a-z])")


@dataclass(frozen=True)
class ExposedPosition:
    """``columns`` hold a position and are published (nearly) as they are: two axes, or one shape; ``beside``:
    the columns of the source that were kept back, by which it is somebody's."""

    columns: tuple[ColumnDeclaration, ...]
    beside: tuple[str, ...]

    @property
    def published_column_names(self) -> tuple[str, ...]:
        """As they are published."""
        return tuple(column.published_as or column.name for column in self.columns)


def find_exposed_positions(
    columns: Sequence[ColumnDeclaration],
    geometry: GeometryColumns | None,
    types: Mapping[str, str | None],
    privacy: PrivacySettings | None,
) -> tuple[ExposedPosition, ...]:
    """``types``: of the published fields. A position over which classes are counted is shared by k rows: it
    is none of these."""
    beside = tuple(column.name for column in columns if is_hidden_personal_column(column))
    if not beside:
        return ()
    shared = privacy.quasi_identifiers if privacy else ()
    return tuple(
        ExposedPosition(position, beside)
        for position in _find_position_columns(columns, geometry, types)
        if all(is_precise_position_column(column) for column in position)
        and not all(column.name in shared for column in position)
    )


def find_dataset_exposed_positions(dataset: Dataset) -> tuple[ExposedPosition, ...]:
    types = {field.name: field.type for field in dataset.table_schema.fields}
    return find_exposed_positions(dataset.columns, dataset.geometry, types, dataset.privacy)


def is_hidden_personal_column(column: ColumnDeclaration) -> bool:
    return column.rule.capabilities.hides and is_personal_column_name(column.name)


def is_personal_column_name(column: str, comment: str = "") -> bool:
    """Whether a column of this name tells of a person, or of where one lives."""
    said = classify_column_name(column, comment)
    about = said.of_people and not said.about_a_thing and not _COUNTED.search(said.words)
    # The name of a thing is published: a « nom » that is kept back is somebody's.
    return about or bool(re.fullmatch(r"noms?|names?", said.words)) or bool(said.natures & PERSONAL)


def _find_position_columns(
    columns: Sequence[ColumnDeclaration], geometry: GeometryColumns | None, types: Mapping[str, str | None]
) -> Iterable[tuple[ColumnDeclaration, ...]]:
    by_name = {column.name: column for column in columns}
    declared = (geometry.longitude, geometry.latitude) if geometry else ()
    pair = tuple(by_name[name] for name in declared if name in by_name)
    if len(pair) == 2:
        yield pair
    others = [column for column in columns if column not in pair and column.published_as]
    easts, norths = (
        [column for column in others if axis in _find_column_axes(column)] for axis in ("east", "north")
    )
    yield from (
        (x, y) for x in easts for y in norths if _has_metric_coordinates(x) == _has_metric_coordinates(y)
    )
    for column in others:
        typed = types.get(column.published_as or "") in ("geopoint", "geojson")
        if typed or (
            column not in (*easts, *norths)
            and any(map(_is_geometry_column_name, _list_both_names_of_column(column)))
        ):
            yield (column,)


def _list_both_names_of_column(column: ColumnDeclaration) -> set[str]:
    return {column.name, column.published_as or column.name}


def _is_geometry_column_name(name: str) -> bool:
    natures = classify_column_name(name).natures
    return ColumnNature.SHAPE in natures or {ColumnNature.LONGITUDE, ColumnNature.LATITUDE} <= natures


def _find_column_axes(column: ColumnDeclaration) -> set[str | None]:
    return {classify_coordinate_axis(name) for name in _list_both_names_of_column(column)}


def classify_coordinate_axis(name: str) -> Literal["east", "north"] | None:
    """The axis of a position that a column of this name holds, in degrees or projected."""
    said = classify_column_name(name)
    if {ColumnNature.LONGITUDE, ColumnNature.LATITUDE} <= said.natures:
        return None
    if ColumnNature.LONGITUDE in said.natures or _EAST.fullmatch(said.words):
        return "east"
    return "north" if ColumnNature.LATITUDE in said.natures or _NORTH.fullmatch(said.words) else None


def is_precise_position_column(column: ColumnDeclaration) -> bool:
    """Whether the rule of a published position leaves it nearer than ``COARSE_METRES``. In doubt (a function
    of the city's) it does."""
    if column.published_as is None:
        return False
    step = COARSE_METRES if _has_metric_coordinates(column) else COARSE_METRES / _DEGREE_METRES
    return column.rule.shows_position(CoarsePositionThresholds(COARSE_METRES, step, _GEOHASH))


def _has_metric_coordinates(column: ColumnDeclaration) -> bool:
    degrees = {ColumnNature.LONGITUDE, ColumnNature.LATITUDE}
    return not any(
        classify_column_name(name).natures & degrees for name in _list_both_names_of_column(column)
    )
