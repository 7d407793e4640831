"""GeoJSON: one row a feature, read one at a time.

The standard ``json`` module rather than GDAL: GDAL guesses the type of each property from all of them (a
mixed column changes type from one delivery to the next) and rewrites numbers; here a value is kept as it is
written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from aqueduc.errors import SourceUnreadable
from aqueduc.language import Sentence, _
from aqueduc.sources.adapter import RECORDS_READ, ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.findings import UnreadMembers
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader
from aqueduc.sources.jsonstream import JsonNumber, JsonStream, UnexpectedJson, format_json_value
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.positions import AxisOrderEvidence
from aqueduc.sources.records import RecordSpool

_EXPORT_AGAIN = _("réexporter le fichier en GeoJSON")
_EXPORT_IN_WGS84 = _("le réexporter en WGS84 (EPSG:4326), comme le veut le format GeoJSON")
_RENAME_IN_FILE = _("renommer cette propriété dans le fichier")


def read_geojson(request: ExtractRequest, path: Path, *, at_most: int | None = None) -> ExtractResult:
    """Reads a FeatureCollection: its properties, then ``longitude`` and ``latitude`` for points, and
    ``geometry`` (GeoJSON text) for anything else; only its first features, with ``at_most``.

    What stands beside the properties is no column, and is not read: it is counted, and nothing of it leaves.
    Raises SourceUnreadable."""
    spool = RecordSpool(request)
    reader = FeatureRowBuilder(origin=request.source_origin, positions=AxisOrderEvidence(request.bbox))
    beside = 0
    wrong: UnexpectedJson | None = None
    with path.open(encoding="utf-8-sig") as file, spool.open_spool() as out:
        stream = JsonStream(file, path=("features",))
        try:
            for feature in islice(stream.read_records(), at_most):
                spool.add_record(reader.build_row(feature, spool.count + 1), out)
                beside += has_foreign_members(feature)
        except UnexpectedJson as error:
            wrong = error
    if wrong is not None:
        raise _build_geojson_error(request.source_origin, wrong)
    require_wgs84(request.source_origin, stream.outside)
    reader.refuse_swapped_or_unproven_axes()
    if not spool.count:
        raise request.source_origin.build_unreadable_error(
            _("Le fichier ne contient aucun objet."), _("le redéposer entier")
        )
    result = spool.write_records_as_table()
    told = (UnreadMembers(count=beside),) if beside else ()
    return replace(result, findings=(*result.findings, *told))


# RFC 7946.
_FEATURE = frozenset({"type", "id", "geometry", "properties", "bbox"})
_GEOMETRY = frozenset({"type", "coordinates", "geometries", "bbox"})


def has_foreign_members(feature: Mapping[str, Any]) -> bool:
    """Whether a feature, or its geometry, has members that the format does not know."""
    return bool(feature.keys() - _FEATURE) or _has_foreign_geometry_members(feature.get("geometry"))


def _has_foreign_geometry_members(geometry: Any) -> bool:
    if not isinstance(geometry, dict):
        return False
    parts = geometry.get("geometries")
    inside = any(map(_has_foreign_geometry_members, parts)) if isinstance(parts, list) else False
    return inside or bool(geometry.keys() - _GEOMETRY)


def _keep_known_geometry_members(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """What the format knows of a geometry."""
    known = {name: value for name, value in geometry.items() if name in _GEOMETRY}
    parts = known.get("geometries")
    if isinstance(parts, list):
        known["geometries"] = [
            _keep_known_geometry_members(part) if isinstance(part, dict) else part for part in parts
        ]
    return known


@dataclass(frozen=True, kw_only=True)
class FeatureRowBuilder:
    """Features made into rows. ``located``: whether where they are is read. ``unlocated_names``: the columns of
    where a feature without geometry would be. ``remedy`` of what is no feature, ``rename`` of a property that
    is named like one of these columns, ``relocate`` of positions that are no longitude and latitude."""

    origin: SourceOrigin
    located: bool = True
    unlocated_names: tuple[str, ...] = ("longitude", "latitude")
    remedy: Sentence = _EXPORT_AGAIN
    rename: Sentence = _RENAME_IN_FILE
    relocate: Sentence = _EXPORT_IN_WGS84
    positions: AxisOrderEvidence = field(default_factory=AxisOrderEvidence)

    def build_row(self, feature: Any, number: int) -> dict[str, Any]:
        """Raises SourceUnreadable."""
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise self._build_feature_error(number)
        properties, geometry = feature.get("properties"), feature.get("geometry")
        if not isinstance(properties, dict | None) or not isinstance(geometry, dict | None):
            raise self._build_feature_error(number)
        return self._add_position_cells(dict(properties or {}), geometry, number)

    def check_page_reference_system(self, outside: Mapping[str, Any]) -> None:
        """What a page of a service says of its coordinates. Raises SourceUnreadable."""
        if self.located:
            require_wgs84(self.origin, outside, self.relocate)
            self.positions.is_ambiguous |= _is_declared_as_epsg_4326(outside)

    def refuse_swapped_or_unproven_axes(self) -> None:
        """Once all rows were read. Raises SourceUnreadable where the city's own place shows that latitudes come
        first, and where nothing shows the order of axes that the answer leaves open."""
        if self.positions.are_axes_swapped:
            raise self.origin.build_unreadable_error(
                _(
                    "Latitude et longitude sont inversées : aucune position n'est dans l'emprise de la Ville, et "
                    "elles y sont dans l'autre ordre."
                ),
                self.relocate,
            )
        if self.positions.are_axes_unproven:
            raise self.origin.build_unreadable_error(
                _(
                    "Rien ne prouve que la longitude vient en premier : le service écrit EPSG:4326, dont l'ordre des "
                    "axes varie, et aucune position n'est dans l'emprise de la Ville."
                ),
                _("vérifier « bbox: » dans city.yaml ; sinon, écrire « geometry: false » sous « source: »"),
            )

    def _add_position_cells(
        self, row: dict[str, Any], geometry: Mapping[str, Any] | None, number: int
    ) -> dict[str, Any]:
        """The row with where it is. Raises SourceUnreadable."""
        if not self.located:
            return row
        if geometry is not None and not self.positions.add_geometry_if_on_globe(geometry):
            raise self.origin.build_unreadable_error(
                _(
                    "La position de l'objet n° {number} n'est pas en degrés (longitude de -180 à 180, latitude de "
                    "-90 à 90) : ces coordonnées ne sont pas en WGS84."
                ).format(number=number),
                self.relocate,
            )
        none: Mapping[str, Any] = dict.fromkeys(self.unlocated_names)
        for name, value in (none if geometry is None else build_geometry_cells(geometry)).items():
            if name in row:
                raise self.origin.build_unreadable_error(
                    _("Une propriété s'appelle « {name} », comme la colonne tirée de la géométrie.").format(
                        name=name
                    ),
                    self.rename,
                )
            row[name] = value
        return row

    def _build_feature_error(self, number: int) -> SourceUnreadable:
        return self.origin.build_unreadable_error(
            _("L'objet n° {number} n'est pas un « Feature » GeoJSON.").format(number=number), self.remedy
        )


def build_geometry_cells(geometry: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is no point, or a point badly written, keeps its text: validation says what it thinks of it."""
    if geometry is None:
        return {"longitude": None, "latitude": None}
    match geometry:
        case {"type": "Point", "coordinates": [JsonNumber() as longitude, JsonNumber() as latitude, *_]}:
            return {"longitude": longitude, "latitude": latitude}
    return {"geometry": format_json_value(_keep_known_geometry_members(geometry))}


def require_wgs84(
    origin: SourceOrigin,
    outside: Mapping[str, Any],
    remedy: Sentence = _EXPORT_IN_WGS84,
) -> None:
    """RFC 7946 knows WGS84 only; older files may say otherwise."""
    crs = outside.get("crs")
    if crs is None or any(
        name in format_json_value(crs).lower() for name in ("crs84", "epsg::4326", "epsg:4326")
    ):
        return
    raise origin.build_unreadable_error(
        _("Les coordonnées reçues ne sont pas en WGS84 (longitude, latitude)."), remedy
    )


def _is_declared_as_epsg_4326(outside: Mapping[str, Any]) -> bool:
    """Whose axes are latitude, longitude by its definition, and longitude, latitude in most GeoJSON."""
    return "4326" in format_json_value(outside.get("crs"))


def _build_geojson_error(origin: SourceOrigin, error: UnexpectedJson) -> SourceUnreadable:
    after = _(" (après l'objet n° {number})").format(number=error.record) if error.record else ""
    return origin.build_unreadable_error(
        _("Le fichier n'est pas un GeoJSON lisible : {reason}{after}.").format(
            reason=error.reason, after=after
        ),
        _("le réexporter entier, en UTF-8"),
    )


# --- as a format ------------------------------------------------------------------------------------------


def _extract_geojson(request: ExtractRequest, path: Path, _options: FormatOptions) -> ExtractResult:
    return read_geojson(request, path)


def _probe_geojson_columns(request: ExtractRequest, path: Path, _options: FormatOptions) -> ProbeResult:
    return ProbeResult(read_geojson(request, path, at_most=RECORDS_READ).column_names, whole=False)


def _is_geojson_file(head: FileHead) -> bool:
    is_named_so = head.path.suffix.lower() == ".geojson"
    return head.ascii_text_without_bom.startswith(b"{") and (
        is_named_so or b'"FeatureCollection"' in head.start
    )


READER = FormatReader(extract=_extract_geojson, probe=_probe_geojson_columns, recognises=_is_geojson_file)
