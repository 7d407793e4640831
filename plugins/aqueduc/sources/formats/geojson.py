"""GeoJSON: one row a feature, read one at a time.

The standard ``json`` module rather than GDAL: GDAL guesses the type of each property from all of them (a
mixed column changes type from one delivery to the next) and rewrites numbers; here a value is kept as it is
written.
"""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from aqueduc.errors import SourceUnreadable
from aqueduc.language import _
from aqueduc.sources.adapter import RECORDS_READ, ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader
from aqueduc.sources.jsonstream import JsonNumber, JsonStream, UnexpectedJson, format_json_value
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.records import RecordSpool


def read_geojson(request: ExtractRequest, path: Path, *, at_most: int | None = None) -> ExtractResult:
    """Reads a FeatureCollection: its properties, then ``longitude`` and ``latitude`` for points, and
    ``geometry`` (GeoJSON text) for anything else; only its first features, with ``at_most``.

    Raises SourceUnreadable."""
    spool = RecordSpool(request)
    wrong: UnexpectedJson | None = None
    with path.open(encoding="utf-8-sig") as file, spool.open() as out:
        stream = JsonStream(file, path=("features",))
        try:
            for feature in islice(stream.records(), at_most):
                spool.add(_build_feature_row(request.origin, feature, spool.count + 1), out)
        except UnexpectedJson as error:
            wrong = error
    if wrong is not None:
        raise _build_geojson_error(request.origin, wrong)
    _require_wgs84(request.origin, stream.outside)
    if not spool.count:
        raise request.origin.unreadable(_("Le fichier ne contient aucun objet."), _("le redéposer entier"))
    return spool.table()


def _build_feature_row(origin: SourceOrigin, feature: Any, number: int) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if (
        not isinstance(properties, dict | None)
        or not isinstance(geometry, dict | None)
        or not isinstance(feature, dict)
        or feature.get("type") != "Feature"
    ):
        raise _build_feature_error(origin, number)
    row = dict(properties or {})
    for name, value in build_geometry_cells(geometry).items():
        if name in row:
            raise origin.unreadable(
                _("Une propriété s'appelle « {name} », comme la colonne tirée de la géométrie.").format(
                    name=name
                ),
                _("renommer cette propriété dans le fichier"),
            )
        row[name] = value
    return row


def build_geometry_cells(geometry: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is no point, or a point badly written, keeps its text: validation says what it thinks of it."""
    if geometry is None:
        return {"longitude": None, "latitude": None}
    match geometry:
        case {"type": "Point", "coordinates": [JsonNumber() as longitude, JsonNumber() as latitude, *_]}:
            return {"longitude": longitude, "latitude": latitude}
    return {"geometry": format_json_value(geometry)}


def _require_wgs84(origin: SourceOrigin, outside: Mapping[str, Any]) -> None:
    """RFC 7946 knows WGS84 only; older files may say otherwise."""
    crs = outside.get("crs")
    if crs is None or any(
        name in format_json_value(crs).lower() for name in ("crs84", "epsg::4326", "epsg:4326")
    ):
        return
    raise origin.unreadable(
        _("Les coordonnées du fichier ne sont pas en WGS84 (longitude, latitude)."),
        _("le réexporter en WGS84 (EPSG:4326), comme le veut le format GeoJSON"),
    )


def _build_feature_error(origin: SourceOrigin, number: int) -> SourceUnreadable:
    return origin.unreadable(
        _("L'objet n° {number} n'est pas un « Feature » GeoJSON.").format(number=number),
        _("réexporter le fichier en GeoJSON"),
    )


def _build_geojson_error(origin: SourceOrigin, error: UnexpectedJson) -> SourceUnreadable:
    after = _(" (après l'objet n° {number})").format(number=error.record) if error.record else ""
    return origin.unreadable(
        _("Le fichier n'est pas un GeoJSON lisible : {reason}{after}.").format(
            reason=error.reason, after=after
        ),
        _("le réexporter entier, en UTF-8"),
    )


# --- as a format ------------------------------------------------------------------------------------------


def _extract(request: ExtractRequest, path: Path, _options: FormatOptions) -> ExtractResult:
    return read_geojson(request, path)


def _probe(request: ExtractRequest, path: Path, _options: FormatOptions) -> ProbeResult:
    return ProbeResult(read_geojson(request, path, at_most=RECORDS_READ).names, whole=False)


def _recognises(head: FileHead) -> bool:
    is_named_so = head.path.suffix.lower() == ".geojson"
    return head.text.startswith(b"{") and (is_named_so or b'"FeatureCollection"' in head.start)


READER = FormatReader(extract=_extract, probe=_probe, recognises=_recognises)
