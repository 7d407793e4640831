"""The layers of ArcGIS: what the service says of one, and all its rows by ``resultOffset``.

Written from the REST API's reference (Layer/Table, Query). A service answers 200 to what it refuses, with an
object ``error``; a moment is the milliseconds since 1970 (UTC); GeoJSON is WGS84.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aqueduc.connections import Connection
from aqueduc.errors import SourceError
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.arcgis import ArcgisSource
from aqueduc.sources.client import SourceClient, build_source_url
from aqueduc.sources.features import RELOCATE
from aqueduc.sources.formats.geojson import FeatureRowBuilder
from aqueduc.sources.jsonstream import JsonNumber
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.pages import PagedReadingOptions, extract_pages
from aqueduc.sources.paging import NextPage, PageAnswer, get_value_at_dotted_path, parse_count
from aqueduc.sources.positions import AxisOrderEvidence
from aqueduc.sources.remote import RemoteDatasetMetadata

USUAL_PAGE = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNREAD = frozenset({"esriFieldTypeGeometry", "esriFieldTypeBlob", "esriFieldTypeRaster"})
_REFUSED = (401, 403, 498, 499)


def extract_layer(request: ExtractRequest, source: ArcgisSource) -> ExtractResult | None:
    """Reads all rows of a layer; None when it was not edited since ``request.etag``.

    Raises ConnectionMissing, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    with SourceClient(request.source_origin, request.connection) as client:
        service = ArcgisLayerClient(request.source_origin, request.connection, client, source)
        layer = service.read_layer(request)
        count = service.count_rows(request)
        mark = layer.build_layer_etag(count)
        if mark is not None and mark == request.etag:
            return None
        first = client.download(service.build_page_url(layer), request.scratch / "page")
        reader = service.build_feature_row_builder(request, layer)
        wanted = service.build_page_reading_settings(request, layer, reader, count)
        found = extract_pages(request, client, first, wanted)
        reader.refuse_swapped_or_unproven_axes()
        if service.read_layer(request).build_layer_etag(service.count_rows(request)) != mark:
            raise request.source_origin.build_unavailable_error(
                _("La couche a été modifiée pendant sa lecture."),
                _("rien à faire : elle sera relue à la prochaine tentative"),
            )
    return replace(found.result, etag=mark)


def probe_layer_columns(request: ExtractRequest, source: ArcgisSource) -> ProbeResult:
    """The columns that the service says, of a layer that can be counted. Raises as ``extract``."""
    with SourceClient(request.source_origin, request.connection) as client:
        service = ArcgisLayerClient(request.source_origin, request.connection, client, source)
        layer = service.read_layer(request)
        service.count_rows(request)
    return ProbeResult(layer.column_names)


# --- the service ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ArcgisLayerMetadata:
    """What a service says of a layer. ``located``: its geometry is read too."""

    said: Mapping[str, Any]
    located: bool

    @cached_property
    def field_types(self) -> dict[str, str]:
        """The type of each field that is read."""
        listed = self.said.get("fields")
        found = {
            str(one.get("name")): str(one.get("type"))
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, dict)
        }
        return {name: kind for name, kind in found.items() if kind not in _UNREAD}

    @property
    def position_columns(self) -> tuple[str, ...]:
        """The columns of where a row is."""
        if not self.located:
            return ()
        is_point = self.said.get("geometryType") == "esriGeometryPoint"
        return ("longitude", "latitude") if is_point else ("geometry",)

    @property
    def column_names(self) -> tuple[str, ...]:
        return (*self.field_types, *self.position_columns)

    @cached_property
    def temporal_columns(self) -> frozenset[str]:
        return frozenset(name for name, kind in self.field_types.items() if kind == "esriFieldTypeDate")

    @property
    def unique_id_field(self) -> str:
        """The column that tells rows apart; "" where its values are made anew at each answer."""
        if get_value_at_dotted_path(self.said, "uniqueIdInfo.OIDFieldContainsHashValue") is True:
            return ""
        declared = str(self.said.get("objectIdField") or "")
        typed = (name for name, kind in self.field_types.items() if kind == "esriFieldTypeOID")
        return declared if declared in self.field_types else next(typed, "")

    @property
    def page_size(self) -> int:
        return parse_count(self.said.get("maxRecordCount")) or USUAL_PAGE

    @property
    def supports_pagination(self) -> bool:
        return (
            get_value_at_dotted_path(self.said, "advancedQueryCapabilities.supportsPagination") is not False
        )

    @property
    def supports_geojson(self) -> bool:
        return "geojson" in str(self.said.get("supportedQueryFormats", "geoJSON")).casefold()

    def build_layer_etag(self, count: int) -> str | None:
        """What names its state: when it was last edited, and how many rows it has."""
        info = self.said.get("editingInfo")
        dates = (
            [info.get(name) for name in ("dataLastEditDate", "lastEditDate")]
            if isinstance(info, dict)
            else []
        )
        edited = next((date for date in dates if isinstance(date, int) and not isinstance(date, bool)), None)
        return None if edited is None else f"{edited} {count}"


@dataclass(frozen=True)
class ArcgisLayerClient:
    """A layer at its service. Its methods raise SourceError."""

    origin: SourceOrigin
    connection: Connection
    client: SourceClient
    source: ArcgisSource

    def _build_url(self, below: str = "", **parameters: str) -> str:
        path = quote(self.source.dataset.strip("/"), safe="/")
        return build_source_url(self.connection.base_url, f"{path}{below}", parameters)

    def _fetch_arcgis_json(self, request: ExtractRequest, url: str) -> dict[str, Any]:
        found = self.client.read_json_object(url, request.scratch / "layer.json")
        error = build_error_from_arcgis_answer(self.origin, found)
        if error is not None:
            raise error
        return found

    def read_layer(self, request: ExtractRequest) -> ArcgisLayerMetadata:
        said = self._fetch_arcgis_json(request, self._build_url(f="json"))
        if not isinstance(said.get("fields"), list):
            raise self.origin.build_unreadable_error(
                _("Il n'y a ni couche ni table à cette adresse du service ArcGIS."),
                _("écrire le chemin avec le numéro de la couche : « dataset: Arbres/FeatureServer/0 »"),
            )
        layer = ArcgisLayerMetadata(said, located=self.source.geometry and bool(said.get("geometryType")))
        if layer.located and not layer.supports_geojson:
            raise self.origin.build_unreadable_error(
                _("Ce service ne donne pas de GeoJSON (ArcGIS Server d'avant 10.4)."),
                _("écrire « geometry: false » pour lire la table sans les positions, ou le mettre à jour"),
            )
        return layer

    def count_rows(self, request: ExtractRequest) -> int:
        url = self._build_url("/query", where="1=1", returnCountOnly="true", f="json")
        count = parse_count(self._fetch_arcgis_json(request, url).get("count"))
        if count is None:
            raise self.origin.build_unreadable_error(
                _("Le service ArcGIS ne dit pas combien de lignes a la couche."),
                _("vérifier, avec qui exploite le service, que la couche accepte « Query »"),
            )
        return count

    def build_page_url(self, layer: ArcgisLayerMetadata) -> str:
        order = {"orderByFields": layer.unique_id_field} if layer.unique_id_field else {}
        offset = (
            {"resultOffset": "0", "resultRecordCount": str(layer.page_size)}
            if layer.supports_pagination
            else {}
        )
        return self._build_url(
            "/query",
            where="1=1",
            outFields="*",
            returnGeometry=str(layer.located).lower(),
            outSR="4326",
            f="geojson" if layer.located else "json",
            **(order if layer.supports_pagination else {}),
            **offset,
        )

    def build_feature_row_builder(
        self, request: ExtractRequest, layer: ArcgisLayerMetadata
    ) -> FeatureRowBuilder:
        return FeatureRowBuilder(
            origin=self.origin,
            located=layer.located,
            unlocated_names=layer.position_columns,
            remedy=_("signaler le défaut à l'équipe qui exploite le service"),
            rename=_("écrire « geometry: false » sous « source: », si ces colonnes disent déjà la position"),
            relocate=RELOCATE,
            positions=AxisOrderEvidence(request.bbox),
        )

    def build_page_reading_settings(
        self, request: ExtractRequest, layer: ArcgisLayerMetadata, reader: FeatureRowBuilder, count: int
    ) -> PagedReadingOptions:
        def find_next(page: PageAnswer) -> NextPage:
            reader.check_page_reference_system(page.outside)
            return build_next_page_parameters(count, page) if layer.supports_pagination else None

        return PagedReadingOptions(
            remedy=_(
                "vérifier « dataset: » dans la déclaration, ou prévenir l'équipe qui exploite le service"
            ),
            records="features",
            find_next=find_next,
            find_total=lambda _page: count,
            build_row=partial(build_row, layer, reader, ZoneInfo(request.timezone)),
            find_id=partial(_read_feature_id, layer.unique_id_field) if layer.unique_id_field else None,
            explain=partial(build_error_from_arcgis_answer, self.origin),
            order=_(
                "demander à l'équipe qui exploite le service un champ OBJECTID dont les valeurs restent, ou toutes les "
                "lignes en une réponse (maxRecordCount)"
            ),
            is_read_twice=layer.build_layer_etag(count) is None,
        )


def build_next_page_parameters(count: int, page: PageAnswer) -> NextPage:
    """From the row after those that were read, while the service says that some are left, or has given fewer than
    it counted. Where the word stands depends on the format."""
    paths = ("exceededTransferLimit", "properties.exceededTransferLimit")
    left = any(get_value_at_dotted_path(page.outside, path) is True for path in paths)
    if page.rows and (left or page.total_rows < count):
        return {"resultOffset": str(page.total_rows)}
    return None


def build_error_from_arcgis_answer(origin: SourceOrigin, answer: Mapping[str, Any]) -> SourceError | None:
    """The error that an answer is; its text, which may quote what was asked, is not repeated."""
    found = answer.get("error")
    if not isinstance(found, dict):
        return None
    code = parse_count(found.get("code")) or 0
    if code in _REFUSED:
        return origin.build_refusal_error(
            _("Le service ArcGIS refuse l'accès (code {code}).").format(code=code),
            _("partager la couche avec ce compte, ou vérifier le jeton de la connexion (extra, headers)"),
        )
    if code in (429, 504) or code >= 500:
        return origin.build_unavailable_error(
            _("Le service ArcGIS ne peut pas répondre (code {code}).").format(code=code),
            _("rien à faire si la tâche reprise réussit ; sinon prévenir l'équipe qui exploite le service"),
        )
    if code == 404:
        return origin.build_missing_error(
            _("Il n'y a rien à cette adresse du service ArcGIS (code 404)."),
            _("corriger « dataset: », ou l'adresse de la connexion"),
        )
    return origin.build_unreadable_error(
        _("Le service ArcGIS n'accepte pas la demande (code {code}).").format(code=code),
        _("vérifier « dataset: », et que la couche accepte « Query »"),
    )


# --- rows -------------------------------------------------------------------------------------------------


def build_row(
    layer: ArcgisLayerMetadata, reader: FeatureRowBuilder, zone: ZoneInfo, feature: Any, number: int
) -> dict[str, Any]:
    """A row with every field of the layer, in their order. Raises SourceUnreadable."""
    if not layer.located and isinstance(feature, dict):
        feature = {"type": "Feature", "properties": feature.get("attributes") or "", "geometry": None}
    row = dict.fromkeys(layer.field_types) | reader.build_row(feature, number)
    return row | {name: format_epoch_ms_as_local(row[name], zone) for name in layer.temporal_columns}


def format_epoch_ms_as_local(value: Any, zone: ZoneInfo) -> Any:
    """Milliseconds since 1970 as local time; anything else as it stands, for validation to judge."""
    if not isinstance(value, JsonNumber):
        return value
    try:
        moment = (_EPOCH + timedelta(milliseconds=int(value))).astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return value
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _read_feature_id(name: str, feature: Any) -> str | None:
    attributes = feature.get("properties", feature.get("attributes")) if isinstance(feature, dict) else None
    value = attributes.get(name) if isinstance(attributes, dict) else None
    return None if value is None else str(value)


def build_remote_dataset_metadata(layer: ArcgisLayerMetadata) -> RemoteDatasetMetadata:
    """What the service says of a layer, for a draft. It knows no licence but a text on rights."""
    listed = [one for one in layer.said["fields"] if isinstance(one, dict)]
    aliases = {str(one.get("name")): str(one.get("alias") or "") for one in listed}
    globals_ = [name for name, kind in layer.field_types.items() if kind == "esriFieldTypeGlobalID"]
    return RemoteDatasetMetadata(
        title=str(layer.said.get("name") or ""),
        licence=str(layer.said.get("copyrightText") or ""),
        labels={
            name: text
            for name, text in aliases.items()
            if name in layer.field_types and text not in ("", name)
        },
        native={name: kind.removeprefix("esriFieldType") for name, kind in layer.field_types.items()},
        keys=tuple((name,) for name in globals_),
        position=layer.position_columns,
    )


ADAPTER = SourceAdapter(extract=extract_layer, probe=probe_layer_columns)
