"""The resources of CKAN: their record, their file, or their table by ``datastore_search``.

Written from the reference of the Action API (v3) and of the DataStore. A portal gives fewer rows at a time than asked
for (``ckan.datastore.search.rows_max``), and counts them all (``total``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aqueduc.http import parse_url_origin
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.ckan import CkanSource
from aqueduc.sources.client import DownloadedBody, SourceClient, build_source_url
from aqueduc.sources.formats import reader
from aqueduc.sources.pages import PagedReadingOptions, extract_pages, list_columns_of_first_records
from aqueduc.sources.paging import NextPage, PageAnswer, get_value_at_dotted_path, parse_count
from aqueduc.sources.remote import RemoteDatasetMetadata

PAGE_SIZE = 10_000
_OWN_NUMBERING = "_id"


def extract_resource(request: ExtractRequest, source: CkanSource) -> ExtractResult | None:
    """Reads the file of a resource, or its table; None when the portal says that the file is still
    ``request.etag``.

    Raises ConnectionMissing, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    with SourceClient(request.source_origin, request.connection) as client:
        actions = CkanActionApi(request, client)
        resource = actions.fetch_resource_record(source.resource)
        if source.datastore:
            first = actions.download_first_datastore_page(resource)
            return extract_pages(request, client, first, _build_page_reading_settings()).result
        body = actions.download_resource_if_changed(resource, request.etag)
        if body is None:
            return None
        options = source.build_format_options(body.charset)
        result = reader.extract_document(request, body.path, source.format, options)
    return replace(result, etag=body.etag)


def probe_resource_columns(request: ExtractRequest, source: CkanSource) -> ProbeResult:
    """The columns of the file, or of the first page of the table. Raises as ``extract``."""
    with SourceClient(request.source_origin, request.connection) as client:
        actions = CkanActionApi(request, client)
        resource = actions.fetch_resource_record(source.resource)
        if source.datastore:
            names = list_columns_of_first_records(
                request, actions.download_first_datastore_page(resource), _build_page_reading_settings()
            )
            return ProbeResult(names, whole=False)
        body = actions.download_file_unconditionally(resource)
        return reader.probe_document_columns(
            request, body.path, source.format, source.build_format_options(body.charset)
        )


# --- the portal -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CkanActionApi:
    """The portal of a connection. Its methods raise SourceError."""

    request: ExtractRequest
    client: SourceClient

    def call_action(self, action: str, **parameters: str) -> dict[str, Any]:
        """The result of an action."""
        found = self.client.read_json_object(
            self._build_url(action, **parameters), self.request.scratch / "record.json"
        )
        result = found.get("result")
        if found.get("success") is not True or not isinstance(result, dict):
            raise self.request.source_origin.build_unreadable_error(
                _("Ce qui répond à l'adresse de la connexion n'est pas un portail CKAN."),
                _("vérifier l'adresse de la connexion : celle de l'accueil du portail"),
            )
        return result

    def _build_url(self, action: str, **parameters: str) -> str:
        return build_source_url(self.request.connection.base_url, f"api/3/action/{action}", parameters)

    def fetch_resource_record(self, identifier: str) -> dict[str, Any]:
        return self.call_action("resource_show", id=identifier)

    def download_resource_if_changed(
        self, resource: Mapping[str, Any], etag: str | None
    ) -> DownloadedBody | None:
        """Its file; None when it is still ``etag``."""
        url = resource.get("url")
        if not isinstance(url, str) or parse_url_origin(url) != parse_url_origin(
            self.request.connection.base_url
        ):
            raise self.request.source_origin.build_refusal_error(
                _("Le fichier de cette ressource n'est pas sur le portail, mais sur un autre serveur."),
                _("le lire là où il est : « http: », avec une connexion vers ce serveur"),
            )
        return self.client.download_if_changed(url, self.request.scratch / "file", etag)

    def download_file_unconditionally(self, resource: Mapping[str, Any]) -> DownloadedBody:
        body = self.download_resource_if_changed(resource, None)
        if body is None:
            raise AssertionError("without an ETag there is no 304")
        return body

    def download_first_datastore_page(self, resource: Mapping[str, Any]) -> DownloadedBody:
        if resource.get("datastore_active") is not True:
            raise self.request.source_origin.build_unreadable_error(
                _("Cette ressource n'a pas de table dans le DataStore du portail."),
                _("ôter « datastore: true » pour lire son fichier"),
            )
        url = self._build_url(
            "datastore_search",
            resource_id=str(resource.get("id")),
            limit=str(PAGE_SIZE),
            offset="0",
            sort=_OWN_NUMBERING,
        )
        return self.client.download(url, self.request.scratch / "page")


def _build_page_reading_settings() -> PagedReadingOptions:
    return PagedReadingOptions(
        remedy=_("vérifier « resource: » dans la déclaration, ou prévenir l'équipe qui exploite le portail"),
        records="result.records",
        find_next=build_next_page_parameters,
        find_total=read_total_row_count,
        build_row=_drop_datastore_row_id,
        find_id=_read_datastore_row_id,
        is_read_twice=True,
    )


def build_next_page_parameters(page: PageAnswer) -> NextPage:
    """From the row after those that were read, until there are as many as counted, or a page is empty."""
    total = read_total_row_count(page)
    if page.rows and (total is None or page.total_rows < total):
        return {"offset": str(page.total_rows)}
    return None


def read_total_row_count(page: PageAnswer) -> int | None:
    return parse_count(get_value_at_dotted_path(page.outside, "result.total"))


def _drop_datastore_row_id(record: Any, _number: int) -> Any:
    """Without the number that the DataStore gives to a row: it is no data."""
    if not isinstance(record, dict):
        return record
    return {name: value for name, value in record.items() if name != _OWN_NUMBERING}


def _read_datastore_row_id(record: Any) -> str | None:
    number = record.get(_OWN_NUMBERING) if isinstance(record, dict) else None
    return None if number is None else str(number)


def fetch_remote_dataset_metadata(
    actions: CkanActionApi, resource: Mapping[str, Any]
) -> RemoteDatasetMetadata:
    """What the record of a resource says, for a draft. Raises SourceError."""
    package = actions.call_action("package_show", id=str(resource.get("package_id")))
    listed = package.get("resources")
    several = isinstance(listed, list) and len(listed) > 1
    titles = (package.get("title"), resource.get("name") if several else "")
    url = str(package.get("license_url") or "")
    return RemoteDatasetMetadata(
        title=" - ".join(str(title) for title in titles if title),
        licence=str(package.get("license_id") or package.get("license_title") or ""),
        licence_urls=(url,) if url else (),
    )


ADAPTER = SourceAdapter(extract=extract_resource, probe=probe_resource_columns)
