"""The datasets of Opendatasoft: their record, and all their rows in one export.

Written from the reference of Explore API v2.1. Its ``records`` stop at 10 000 rows, its ``exports`` do not; the
number of rows is asked of the former, and compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any
from urllib.parse import quote

from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.client import SourceClient, build_source_url
from aqueduc.sources.jsonstream import format_json_value
from aqueduc.sources.opendatasoft import OpendatasoftSource
from aqueduc.sources.pages import PagedReadingOptions, extract_pages
from aqueduc.sources.paging import get_value_at_dotted_path, parse_count
from aqueduc.sources.remote import RemoteDatasetMetadata

_POINT, _SHAPE = "geo_point_2d", "geo_shape"


def extract_dataset(request: ExtractRequest, source: OpendatasoftSource) -> ExtractResult | None:
    """Reads all rows of a dataset; None when the portal has not processed it again since ``request.etag``.

    Raises ConnectionMissing, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    with SourceClient(request.source_origin, request.connection) as client:
        dataset = fetch_dataset_description(request, source, client)
        count = _count_rows(request, source, client)
        mark = dataset.build_dataset_etag(count)
        if mark is not None and mark == request.etag:
            return None
        url = _build_dataset_api_url(request, source, "/exports/json", timezone=request.timezone)
        wanted = PagedReadingOptions(
            remedy=_(
                "vérifier « dataset: » dans la déclaration, ou prévenir l'équipe qui exploite le portail"
            ),
            find_total=lambda _page: count,
            build_row=partial(_build_row, dataset, source.geometry),
        )
        found = extract_pages(request, client, client.download(url, request.scratch / "page"), wanted)
    return replace(found.result, etag=mark)


def probe_dataset_columns(request: ExtractRequest, source: OpendatasoftSource) -> ProbeResult:
    """The columns that the record says, of a dataset whose rows can be counted. Raises as ``extract``."""
    with SourceClient(request.source_origin, request.connection) as client:
        dataset = fetch_dataset_description(request, source, client)
        _count_rows(request, source, client)
    return ProbeResult(tuple(list_output_column_names(dataset, source.geometry)))


# --- the record -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpendatasoftDatasetRecord:
    """What the portal says of a dataset."""

    said: Mapping[str, Any]

    @property
    def field_descriptions(self) -> list[Mapping[str, Any]]:
        listed = self.said.get("fields")
        return [one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)]

    @cached_property
    def field_types(self) -> dict[str, str]:
        """The type of each field."""
        return {str(one.get("name")): str(one.get("type")) for one in self.field_descriptions}

    def get_metadata_text(self, name: str) -> str:
        found = get_value_at_dotted_path(self.said, f"metas.default.{name}")
        return found if isinstance(found, str) else ""

    def build_dataset_etag(self, count: int) -> str | None:
        """What names its state: when its rows were last processed, and how many there are."""
        processed = self.get_metadata_text("data_processed")
        return f"{processed} {count}" if processed else None


def fetch_dataset_description(
    request: ExtractRequest, source: OpendatasoftSource, client: SourceClient
) -> OpendatasoftDatasetRecord:
    """Raises SourceError."""
    said = client.read_json_object(_build_dataset_api_url(request, source), request.scratch / "dataset.json")
    dataset = OpendatasoftDatasetRecord(said)
    if said.get("has_records") is False or not dataset.field_types:
        raise request.source_origin.build_unreadable_error(
            _("Ce jeu du portail n'a pas de lignes : il n'a que des fichiers joints, ou un lien."),
            _("lire le fichier lui-même : « http: » avec « path: »"),
        )
    return dataset


def _count_rows(request: ExtractRequest, source: OpendatasoftSource, client: SourceClient) -> int:
    url = _build_dataset_api_url(request, source, "/records", limit="0")
    count = parse_count(client.read_json_object(url, request.scratch / "count.json").get("total_count"))
    if count is None:
        raise request.source_origin.build_unreadable_error(
            _("Le portail ne dit pas combien de lignes a ce jeu."),
            _("vérifier que son adresse est celle d'un portail Opendatasoft qui répond à l'API Explore v2.1"),
        )
    return count


def _build_dataset_api_url(
    request: ExtractRequest, source: OpendatasoftSource, below: str = "", **parameters: str
) -> str:
    path = f"api/explore/v2.1/catalog/datasets/{quote(source.dataset, safe='')}{below}"
    return build_source_url(request.connection.base_url, path, parameters)


def build_remote_dataset_metadata(dataset: OpendatasoftDatasetRecord) -> RemoteDatasetMetadata:
    """What the record says, for a draft."""
    labels = {
        str(one.get("name")): str(one.get("description") or one.get("label") or "")
        for one in dataset.field_descriptions
    }
    url = dataset.get_metadata_text("license_url")
    return RemoteDatasetMetadata(
        title=dataset.get_metadata_text("title"),
        licence=dataset.get_metadata_text("license"),
        licence_urls=(url,) if url else (),
        labels={name: text for name, text in labels.items() if text not in ("", name)},
        native=dataset.field_types,
    )


# --- rows -------------------------------------------------------------------------------------------------


def list_output_column_names(dataset: OpendatasoftDatasetRecord, located: bool) -> Iterator[str]:
    for name, kind in dataset.field_types.items():
        yield from _build_field_cells(name, kind, None, located)


def _build_row(dataset: OpendatasoftDatasetRecord, located: bool, record: Any, _number: int) -> Any:
    """A row with every field of the dataset, in their order, then what the portal did not announce."""
    if not isinstance(record, dict):
        return record
    row: dict[str, Any] = {}
    for name, kind in dataset.field_types.items():
        row |= _build_field_cells(name, kind, record.get(name), located)
    for name, value in record.items():
        if name not in dataset.field_types:
            row |= _build_field_cells(name, "", value, located)
    return row


def _build_field_cells(name: str, kind: str, value: Any, located: bool) -> dict[str, Any]:
    """The cells of a field: two for a point, the text of the GeoJSON for a shape, that of the JSON for a list."""
    if kind in (_POINT, _SHAPE) and not located:
        return {}
    if kind == _POINT and isinstance(value, dict | None):
        return {f"{name}.{axis}": (value or {}).get(axis) for axis in ("lon", "lat")}
    if kind == _SHAPE and isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
    return {name: format_json_value(value) if isinstance(value, dict) else value}


ADAPTER = SourceAdapter(extract=extract_dataset, probe=probe_dataset_columns)
