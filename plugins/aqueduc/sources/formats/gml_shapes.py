"""The shapes of GML 2 and 3 made into those of GeoJSON, and the names of their reference systems."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aqueduc.language import _
from aqueduc.sources.xmlstream import UnexpectedXml


@dataclass
class XmlElement:
    name: str
    attributes: Mapping[str, str]
    children: list[XmlElement] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def joined_text(self) -> str:
        return "".join(self.texts).strip()


_MANY = {
    "MultiPoint": ("MultiPoint", "Point"),
    "MultiLineString": ("MultiLineString", "LineString"),
    "MultiCurve": ("MultiLineString", "LineString"),
    "MultiPolygon": ("MultiPolygon", "Polygon"),
    "MultiSurface": ("MultiPolygon", "Polygon"),
}
READ_SHAPES = frozenset(("Point", "LineString", "Curve", "Polygon", "Surface", "MultiGeometry", *_MANY))
UNREAD_SHAPES = frozenset(
    (
        "CompositeCurve",
        "CompositeSolid",
        "CompositeSurface",
        "GeometricComplex",
        "MultiSolid",
        "OrientableCurve",
        "OrientableSurface",
        "PolyhedralSurface",
        "Solid",
        "Tin",
        "TriangulatedSurface",
    )
)
_LEAST_OF_A_RING = 4


@dataclass
class GmlGeometryReader:
    """Makes a GeoJSON geometry of one of GML, its numbers as they stand. ``positions``: all of those it is made of,
    themselves, to be moved. ``systems``: the reference systems that it names."""

    positions: list[list[Any]] = field(default_factory=list)
    systems: set[str] = field(default_factory=set)

    def read_geometry(self, shape: XmlElement, dimension: int = 2) -> dict[str, Any]:
        """Raises UnexpectedXml."""
        if "srsName" in shape.attributes:
            self.systems.add(shape.attributes["srsName"])
        dimension = _read_coordinate_dimension(shape, dimension)
        match shape.name:
            case "Point":
                return _build_geojson_geometry("Point", self._read_shape_positions(shape, dimension, 1)[0])
            case "LineString":
                return _build_geojson_geometry("LineString", self._read_shape_positions(shape, dimension, 2))
            case "Curve":
                return _build_geojson_geometry("LineString", self._read_curve(shape, dimension))
            case "Polygon":
                return _build_geojson_geometry("Polygon", self._read_rings(shape, dimension))
            case "Surface":
                patches = [self._read_patch(patch, dimension) for patch in _list_geometry_members(shape)]
                several = len(patches) > 1
                return _build_geojson_geometry(
                    "MultiPolygon" if several else "Polygon", patches if several else patches[0]
                )
            case "MultiGeometry":
                parts = [self.read_geometry(part, dimension) for part in _list_geometry_members(shape)]
                return {"type": "GeometryCollection", "geometries": parts}
            case _ if shape.name in _MANY:
                return self._read_multi_geometry(shape, dimension)
        raise build_unsupported_shape_error()

    def _read_multi_geometry(self, shape: XmlElement, dimension: int) -> dict[str, Any]:
        kind, single = _MANY[shape.name]
        found: list[Any] = []
        for part in (self.read_geometry(part, dimension) for part in _list_geometry_members(shape)):
            if part["type"] not in (kind, single):
                raise _build_malformed_position_error()
            found += part["coordinates"] if part["type"] == kind else [part["coordinates"]]
        return _build_geojson_geometry(kind, found)

    def _read_curve(self, shape: XmlElement, dimension: int) -> list[Any]:
        """Each segment begins where the one before it ends."""
        line: list[Any] = []
        for segment in _list_geometry_members(shape):
            if segment.name != "LineStringSegment":
                raise build_unsupported_shape_error()
            more = self._read_shape_positions(segment, dimension, 2)
            line += more[1:] if line and line[-1] == more[0] else more
        return line

    def _read_patch(self, patch: XmlElement, dimension: int) -> list[Any]:
        if patch.name not in ("PolygonPatch", "Polygon", "Rectangle", "Triangle"):
            raise build_unsupported_shape_error()
        return self._read_rings(patch, dimension)

    def _read_rings(self, shape: XmlElement, dimension: int) -> list[Any]:
        around = [one for one in shape.children if one.name in ("exterior", "outerBoundaryIs")]
        inside = [one for one in shape.children if one.name in ("interior", "innerBoundaryIs")]
        if len(around) != 1:
            raise _build_malformed_position_error()
        return [
            self._read_ring(ring, dimension)
            for side in (*around, *inside)
            for ring in _get_inline_member_parts(side)
        ]

    def _read_ring(self, ring: XmlElement, dimension: int) -> list[Any]:
        dimension = _read_coordinate_dimension(ring, dimension)
        match ring.name:
            case "LinearRing":
                line = self._read_shape_positions(ring, dimension, _LEAST_OF_A_RING)
            case "Ring":
                line = self._read_ring_of_curves(ring, dimension)
            case _:
                raise build_unsupported_shape_error()
        if line[0] != line[-1]:
            raise _build_malformed_position_error()
        return line

    def _read_ring_of_curves(self, ring: XmlElement, dimension: int) -> list[Any]:
        """Each curve begins where the one before it ends; one that goes the other way (``OrientableCurve``) is not read."""
        line: list[Any] = []
        for curve in _list_geometry_members(ring):
            shape = self.read_geometry(curve, dimension)
            if shape["type"] != "LineString" or (line and line[-1] != shape["coordinates"][0]):
                raise _build_malformed_position_error()
            line += shape["coordinates"][1:] if line else shape["coordinates"]
        if len(line) < _LEAST_OF_A_RING:
            raise _build_malformed_position_error()
        return line

    def _read_shape_positions(self, shape: XmlElement, dimension: int, at_least: int) -> list[Any]:
        line = [
            position
            for child in shape.children
            if (read := _POSITIONS.get(child.name)) is not None
            for position in read(child, _read_coordinate_dimension(child, dimension))
        ]
        if len(line) < at_least or (at_least == 1 and len(line) > 1):
            raise _build_malformed_position_error()
        self.positions += line
        return line


def _build_geojson_geometry(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": kind, "coordinates": coordinates}


def _list_geometry_members(shape: XmlElement) -> list[XmlElement]:
    """What the members of a shape hold: ``pointMember``, ``surfaceMembers``, ``patches``… Raises UnexpectedXml."""
    members = [
        one for one in shape.children if one.name.endswith(("Member", "Members", "segments", "patches"))
    ]
    if not members:
        raise _build_malformed_position_error()
    return [part for member in members for part in _get_inline_member_parts(member)]


def _get_inline_member_parts(member: XmlElement) -> list[XmlElement]:
    """Raises UnexpectedXml: none where it only says where the part is (``xlink:href``)."""
    if not member.children:
        raise _build_malformed_position_error()
    return member.children


def _build_malformed_position_error() -> UnexpectedXml:
    return UnexpectedXml(_("une position y est mal écrite"))


def build_unsupported_shape_error() -> UnexpectedXml:
    return UnexpectedXml(_("une position y est un arc, un volume ou une autre forme qu'Aqueduc ne lit pas"))


def _read_coordinate_dimension(shape: XmlElement, inherited: int) -> int:
    written = shape.attributes.get("srsDimension", shape.attributes.get("dimension"))
    if written is None:
        return inherited
    if written not in ("2", "3"):
        raise _build_malformed_position_error()
    return int(written)


def _read_position(element: XmlElement, _dimension: int) -> list[list[Any]]:
    numbers = _parse_numbers(element.joined_text.split())
    return _group_numbers_into_positions(numbers, len(numbers))


def _read_position_list(element: XmlElement, dimension: int) -> list[list[Any]]:
    return _group_numbers_into_positions(_parse_numbers(element.joined_text.split()), dimension)


def _read_coordinates(element: XmlElement, _dimension: int) -> list[list[Any]]:
    """Of GML 2: ``x,y x,y``, unless the document says otherwise."""
    decimal, between, after = (
        element.attributes.get(key, usual) for key, usual in (("decimal", "."), ("cs", ","), ("ts", " "))
    )
    if not (decimal and between and after):
        raise _build_malformed_position_error()
    tuples = element.joined_text.split(None if after.isspace() else after)
    return [
        position
        for one in tuples
        if one.strip()
        for parts in (one.split(None if between.isspace() else between),)
        for position in _group_numbers_into_positions(
            _parse_numbers([part.strip().replace(decimal, ".") for part in parts]), len(parts)
        )
    ]


def _read_coord_element(element: XmlElement, _dimension: int) -> list[list[Any]]:
    numbers = _parse_numbers([child.joined_text for child in element.children])
    return _group_numbers_into_positions(numbers, len(numbers))


_POSITIONS = {
    "pos": _read_position,
    "posList": _read_position_list,
    "coordinates": _read_coordinates,
    "coord": _read_coord_element,
}


_NUMERIC = re.compile(r"[-+.0-9eE ]+")


def _parse_numbers(texts: Sequence[str]) -> list[float]:
    """Raises UnexpectedXml."""
    numbers: list[float] = []
    if _NUMERIC.fullmatch(" ".join(texts)):
        with suppress(ValueError):
            numbers = [float(text) for text in texts]
    if not numbers or not all(map(math.isfinite, numbers)):
        raise _build_malformed_position_error()
    return numbers


def _group_numbers_into_positions(numbers: list[float], dimension: int) -> list[list[Any]]:
    """Without their altitudes. Raises UnexpectedXml."""
    if dimension not in (2, 3) or len(numbers) % dimension:
        raise _build_malformed_position_error()
    return [numbers[at : at + 2] for at in range(0, len(numbers), dimension)]


# --- where they are -----------------------------------------------------------------------------------------

_AUTHORITY_ORDER = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:(EPSG|IGNF|OGC):(?:[\w.]*:)?|https?://www\.opengis\.net/def/crs/(EPSG|IGNF|OGC)/[\w.]+/)"
    r"(\w{1,20})",
    re.IGNORECASE,
)
_LONGITUDE_FIRST = re.compile(
    r"(?:(EPSG|IGNF|OGC|CRS):|https?://www\.opengis\.net/gml/srs/(epsg)\.xml#)(\w{1,20})", re.IGNORECASE
)


@dataclass(frozen=True)
class ReferenceSystem:
    """``name``: PROJ's, of the digits and letters of a registry only. ``eastward``: whether x comes first, as in older
    names, whatever the registry says of its axes."""

    name: str
    eastward: bool


def parse_reference_system(written: str) -> ReferenceSystem | None:
    """None for what is no name of a registry that PROJ has."""
    for pattern, eastward in ((_AUTHORITY_ORDER, False), (_LONGITUDE_FIRST, True)):
        if found := pattern.fullmatch(written.strip()):
            registry = (found[1] or found[2]).upper()
            code = found[3].upper()
            return (
                ReferenceSystem("OGC:CRS84", True)
                if code in ("CRS84", "84")
                else ReferenceSystem(f"{registry}:{code}", eastward)
            )
    return None
