"""GML 2 and 3, the simple features of a WFS or of a GIS: one row a feature, its positions moved to WGS84 by PROJ.

Read with expat: GDAL's driver guesses the type of each property from all of them (a code loses its first zero)
and writes what it found in a file beside, in somebody's drop. DuckDB's PROJ knows in which order each reference
system has its axes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa

from aqueduc import duck
from aqueduc.errors import SourceUnreadable
from aqueduc.language import _
from aqueduc.sources.adapter import RECORDS_READ, ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.geojson import FeatureRowBuilder
from aqueduc.sources.formats.gml_shapes import (
    READ_SHAPES,
    UNREAD_SHAPES,
    GmlGeometryReader,
    ReferenceSystem,
    XmlElement,
    build_unsupported_shape_error,
    parse_reference_system,
)
from aqueduc.sources.formats.layers import DIGITS, format_safe_layer_names
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.jsonstream import JsonNumber, list_member_names
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.positions import AxisOrderEvidence
from aqueduc.sources.records import RecordSpool
from aqueduc.sources.xmlstream import (
    OpenElementStack,
    UnexpectedXml,
    XmlStream,
    get_local_name,
    iterate_raising_source_errors,
)

_OUTLINED = 2_000
_BATCH_POSITIONS = 1 << 13
_MEMBERS = frozenset(("featureMember", "featureMembers", "member", "members"))
_COLLECTION = "FeatureCollection"
_NOT_A_FEATURE = frozenset((_COLLECTION, "SimpleFeatureCollection"))
_FRAMES = frozenset(("Envelope", "Box"))
_TOLD_OF = frozenset(("boundedBy", "metaDataProperty"))
"""Properties of every feature that are about it, and no data."""
_EXPORT_AGAIN = _("le réexporter entier, sans DTD, ou en GeoJSON")
_SAY_WHERE = _("le réexporter avec son système de coordonnées (srsName), ou en GeoJSON (EPSG:4326)")


@dataclass
class _GmlFeatureParser:
    """Takes the events of a GML. ``done``: the features that are whole. ``system``: where positions that do not say
    it are. ``announced``: how many features the document says that it has, or that there are."""

    done: list[XmlElement] = field(default_factory=list)
    system: str | None = None
    announced: tuple[int, ...] = ()
    _names: list[str] = field(default_factory=list)
    record: OpenElementStack = field(default_factory=OpenElementStack)

    def start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        open_ones = self.record.elements
        if open_ones:
            self._open_element(name, attributes)
            open_ones[-2].children.append(open_ones[-1])
        elif self._is_inside_feature_member() and name not in _NOT_A_FEATURE:
            self._open_element(name, attributes)
        elif name in _FRAMES:
            self.system = attributes.get("srsName")
        elif not self._names:
            told = (
                attributes.get(key, "") for key in ("numberReturned", "numberOfFeatures", "numberMatched")
            )
            self.announced = tuple(int(count) for count in told if re.fullmatch("[0-9]{1,12}", count))
        if not open_ones:
            self._names.append(name)

    def _is_inside_feature_member(self) -> bool:
        return bool(self._names) and self._names[-1] in _MEMBERS and "additionalObjects" not in self._names

    def _open_element(self, name: str, attributes: Mapping[str, str]) -> None:
        size = len(name) + sum(map(len, attributes.values()))
        self.record.open_element(XmlElement(name, attributes), size)

    def end_element(self, _name: str) -> None:
        open_ones = self.record.elements
        if not open_ones:
            self._names.pop()
            return
        element = open_ones.pop()
        if not open_ones:
            self.done.append(element)


@dataclass(frozen=True)
class _Feature:
    number: int
    row: dict[str, Any]
    shape: dict[str, Any] | None
    positions: list[list[Any]]
    system: ReferenceSystem | None


def _build_feature(element: XmlElement, system: str | None, number: int) -> _Feature:
    """``system``: that of positions which name none. Raises UnexpectedXml."""
    shapes: list[XmlElement] = []
    row: dict[str, Any] = {}
    for name, value in element.attributes.items():
        if get_local_name(name) in ("id", "fid"):
            _set_cell_once(row, "fid" if name == "fid" else "gml_id", value)
    _add_property_cells(row, "", element.children, shapes)
    if len(shapes) > 1:
        raise UnexpectedXml(_("un objet y a plusieurs positions : rien ne dit laquelle lire"))
    if not shapes:
        return _Feature(number, row, None, [], None)
    reader = GmlGeometryReader()
    shape = reader.read_geometry(shapes[0])
    inherited = _find_bounding_box_crs(element) or system
    systems = reader.systems or ({inherited} if inherited else set())
    if len(systems) > 1:
        raise UnexpectedXml(_("une position y est dans plusieurs systèmes de coordonnées"))
    return _Feature(
        number, row, shape, reader.positions, parse_reference_system(systems.pop()) if systems else None
    )


def _list_feature_column_names(feature: _Feature) -> tuple[str, ...]:
    shape: tuple[str, ...] = ()
    if feature.shape is not None:
        shape = ("longitude", "latitude") if feature.shape["type"] == "Point" else ("geometry",)
    return (*list_member_names([feature.row]), *shape)


def _find_bounding_box_crs(element: XmlElement) -> str | None:
    frames = (frame for child in element.children if child.name == "boundedBy" for frame in child.children)
    return next((frame.attributes["srsName"] for frame in frames if "srsName" in frame.attributes), None)


def _add_property_cells(
    row: dict[str, Any], prefix: str, elements: list[XmlElement], shapes: list[XmlElement]
) -> None:
    """The properties of a feature, those of nested ones dotted; what is repeated is a list. ``shapes`` gets the
    geometries among them, which are no cells."""
    grouped: dict[str, list[XmlElement]] = {}
    for element in elements:
        if element.name in UNREAD_SHAPES and prefix:
            raise build_unsupported_shape_error()
        if element.name in READ_SHAPES and prefix:
            shapes.append(element)
        elif element.name not in _TOLD_OF:
            grouped.setdefault(element.name, []).append(element)
    for name, same in grouped.items():
        if len(same) == 1:
            _add_element_cells(row, f"{prefix}{name}", same[0], shapes)
        else:
            _set_cell_once(
                row, f"{prefix}{name}", [_build_nested_property_value(one, shapes) for one in same]
            )


def _add_element_cells(row: dict[str, Any], name: str, element: XmlElement, shapes: list[XmlElement]) -> None:
    told = {
        f"{name}.{get_local_name(key)}": value
        for key, value in element.attributes.items()
        if key != "xmlns" and not key.startswith(("xmlns:", "xsi:", "xml:"))
    }
    if not (element.children or told) or element.joined_text:
        _set_cell_once(row, name, element.joined_text or None)
    for key, value in told.items():
        _set_cell_once(row, key, value)
    _add_property_cells(row, f"{name}.", element.children, shapes)


def _set_cell_once(row: dict[str, Any], name: str, value: Any) -> None:
    if name in row:
        raise UnexpectedXml(_("une donnée y porte deux fois le même nom"))
    row[name] = value


def _build_nested_property_value(element: XmlElement, shapes: list[XmlElement]) -> Any:
    cells: dict[str, Any] = {}
    _add_element_cells(cells, element.name, element, shapes)
    return cells[element.name] if [*cells] == [element.name] else cells


@dataclass
class _FeatureFile:
    """The features of one type of a document, one by one. ``counted``: how many of any type were read."""

    origin: SourceOrigin
    file: IO[bytes]
    kind: str | None = None
    counted: int = 0
    kinds: dict[str, None] = field(default_factory=dict)
    events: _GmlFeatureParser = field(default_factory=_GmlFeatureParser)

    def read_features(self) -> Iterator[_Feature]:
        """Raises SourceUnreadable."""
        yield from iterate_raising_source_errors(
            self._iterate_features(), partial(_build_gml_error, self.origin)
        )

    def list_types_and_columns_of_first_features(self, at_most: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The type and the columns of the first features. Raises SourceUnreadable."""
        rows = (
            (element.name, _list_feature_column_names(_build_feature(element, None, 1)))
            for element in islice(self._iterate_feature_elements(), at_most)
        )
        yield from iterate_raising_source_errors(rows, partial(_build_gml_error, self.origin))

    def _iterate_feature_elements(self) -> Iterator[XmlElement]:
        """Whatever their type. Raises UnexpectedXml."""
        events = self.events
        for _turn in XmlStream(
            self.file, events.start_element, events.end_element, events.record.add_text
        ).parse_document_by_blocks():
            for element in events.done:
                self.kinds[element.name] = None
                yield element
                self.counted += 1
            events.done.clear()

    def _iterate_features(self) -> Iterator[_Feature]:
        number = 0
        for element in self._iterate_feature_elements():
            if self.kind is None and len(self.kinds) > 1:
                raise _build_ambiguous_feature_type_error(self.origin, self.kinds)
            if self.kind in (None, element.name):
                number += 1
                yield _build_feature(element, self.events.system, number)

    def check_feature_file_completeness(self) -> None:
        """Once all was read. Raises SourceUnreadable, SourceNotFound."""
        if not self.counted:
            raise self.origin.build_unreadable_error(
                _("Le fichier ne contient aucun objet."), _("le redéposer entier")
            )
        if self.kind is not None and self.kind not in self.kinds:
            raise self.origin.build_missing_error(
                _("Le GML n'a pas d'objets du type « {wanted} ».").format(wanted=self.kind),
                _("corriger « sheet: » ; il a : {listed}").format(
                    listed=format_safe_layer_names([*self.kinds])
                ),
            )
        if any(count != self.counted for count in self.events.announced):
            raise self.origin.build_unreadable_error(
                _("Le fichier n'a pas tous les objets que son en-tête annonce."),
                _("le redemander entier au service, ou page par page avec « wfs: »"),
            )


def _build_ambiguous_feature_type_error(origin: SourceOrigin, kinds: Iterable[str]) -> SourceUnreadable:
    return origin.build_unreadable_error(
        _("Le GML a plusieurs types d'objets : rien ne dit lequel lire."),
        _("le nommer sous « sheet: » ; il a : {listed}").format(listed=format_safe_layer_names([*kinds])),
    )


def _build_gml_error(origin: SourceOrigin, error: UnexpectedXml, count: int) -> SourceUnreadable:
    after = _(" (après l'objet n° {number})").format(number=count) if count else ""
    return origin.build_unreadable_error(
        _("Le fichier n'est pas un GML lisible : {reason}{after}.").format(reason=error.reason, after=after),
        _EXPORT_AGAIN,
    )


def _batch_features(features: Iterable[_Feature]) -> Iterator[list[_Feature]]:
    gathered: list[_Feature] = []
    size = 0
    for feature in features:
        gathered.append(feature)
        size += 1 + len(feature.positions)
        if size > _BATCH_POSITIONS:
            yield gathered
            gathered, size = [], 0
    yield gathered


@dataclass
class _PositionReprojector:
    """Moves positions to WGS84, longitude first. DuckDB's PROJ takes half a second to load: ``stack`` gets it once
    there is something to move."""

    origin: SourceOrigin
    scratch: Path
    stack: ExitStack
    _con: duckdb.DuckDBPyConnection | None = None

    def reproject_features(self, features: list[_Feature]) -> None:
        """In place. Raises SourceUnreadable."""
        located: dict[ReferenceSystem, list[_Feature]] = {}
        for feature in features:
            if feature.system is not None:
                located.setdefault(feature.system, []).append(feature)
            elif feature.shape is not None:
                raise _build_unknown_crs_error(self.origin, feature)
        for system, there in located.items():
            positions = [position for feature in there for position in feature.positions]
            moved = self._transform_positions(system, positions)
            if moved is None:
                raise _build_unknown_crs_error(self.origin, there[0])
            for position, (longitude, latitude) in zip(positions, moved, strict=True):
                position[:] = JsonNumber(longitude), JsonNumber(latitude)

    def _transform_positions(
        self, system: ReferenceSystem, positions: list[list[Any]]
    ) -> list[tuple[str, str]] | None:
        """None for a system that PROJ does not have."""
        if self._con is None:
            self._con = self.stack.enter_context(duck.open_duckdb(self.scratch, extensions=("spatial",)))
        self._con.register("positions", pa.table([*zip(*positions, strict=True)], names=["x", "y"]))
        axes = ("X", "Y") if system.eastward else ("Y", "X")
        cells = ", ".join(f"CAST(round(ST_{axis}(moved), {DIGITS}) AS VARCHAR)" for axis in axes)
        given = f"{duck.literal(system.name)}, 'EPSG:4326', {system.eastward}"
        try:
            return self._con.execute(
                f"SELECT {cells} FROM (SELECT ST_Transform(ST_Point2D(x, y), {given}) AS moved FROM positions)"
            ).fetchall()
        except duckdb.Error:
            return None


def _build_unknown_crs_error(origin: SourceOrigin, feature: _Feature) -> SourceUnreadable:
    return origin.build_unreadable_error(
        _(
            "L'objet n° {number} ne dit pas son système de coordonnées, ou en nomme un qui n'est pas connu."
        ).format(number=feature.number),
        _SAY_WHERE,
    )


def read_gml(
    request: ExtractRequest, path: Path, *, kind: str | None = None, at_most: int | None = None
) -> ExtractResult:
    """Reads each feature of the type ``kind``, or of the only one: its properties, then ``longitude`` and
    ``latitude`` for a point, ``geometry`` (GeoJSON text) for anything else. Altitudes are left out. Raises
    SourceUnreadable, SourceNotFound."""
    origin = request.source_origin
    spool = RecordSpool(request)
    reader = FeatureRowBuilder(
        origin=origin, unlocated_names=(), relocate=_SAY_WHERE, positions=AxisOrderEvidence(request.bbox)
    )
    with ExitStack() as stack, path.open("rb") as file, spool.open_spool() as out:
        document = _FeatureFile(origin, file, kind)
        mover = _PositionReprojector(origin, request.scratch, stack)
        for features in _batch_features(islice(document.read_features(), at_most)):
            mover.reproject_features(features)
            for one in features:
                feature = {"type": "Feature", "properties": one.row, "geometry": one.shape}
                spool.add_record(reader.build_row(feature, one.number), out)
    if at_most is None or not spool.count:
        document.check_feature_file_completeness()
    reader.refuse_swapped_or_unproven_axes()
    return spool.write_records_as_table()


# --- as a format ------------------------------------------------------------------------------------------


def _extract_gml(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    return read_gml(request, path, kind=options.sheet)


def _probe_gml_columns(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    found = read_gml(request, path, kind=options.sheet, at_most=RECORDS_READ)
    return ProbeResult(found.column_names, whole=False)


_MEMBER = re.compile(rb"<(?:[\w.-]+:)?(?:featureM|m)embers?[\s>]")


def _is_gml_file(head: FileHead) -> bool:
    """A record of ISO 19139 has GML in it too, and no member."""
    name, attributes = head.xml_root_name_and_attributes
    if name.endswith(_COLLECTION):
        return True
    return "www.opengis.net/gml" in attributes and _MEMBER.search(head.ascii_text_without_bom) is not None


def _list_gml_table_outlines(origin: SourceOrigin, path: Path, _scratch: Path) -> tuple[TableOutline, ...]:
    """A table for each type of features among the first ones, by the columns that these have."""
    names: dict[str, dict[str, None]] = {}
    with path.open("rb") as file:
        document = _FeatureFile(origin, file)
        for kind, listed in document.list_types_and_columns_of_first_features(_OUTLINED):
            names.setdefault(kind, {}).update(dict.fromkeys(listed))
    several = len(names) > 1
    return tuple(
        TableOutline(
            names=tuple(listed),
            options={"sheet": kind} if several else {},
            label=kind if several else "",
            moved=True,
        )
        for kind, listed in names.items()
    )


READER = FormatReader(
    extract=_extract_gml, probe=_probe_gml_columns, recognises=_is_gml_file, outline=_list_gml_table_outlines
)
