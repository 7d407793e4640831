"""The datasets of OneGeo Suite: their record in the site's search, and one of their files.

Nothing of its API is documented. This is what public clients of it show: the search of the site, which visitors use
without an account (``metadata-fr`` has the record), and links to files on the site. What is there of the CKAN facade
says no more of one dataset, and is only known to be asked by organisation. The date of a record is its publisher's to
write, and proves nothing: a file is known to be the same by what its server says of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aqueduc.http import parse_url_origin
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.client import DownloadedBody, SourceClient, build_source_url
from aqueduc.sources.formats import FORMATS, find_format_by_suffix, reader
from aqueduc.sources.onegeo import OneGeoSource
from aqueduc.sources.paging import get_value_at_dotted_path
from aqueduc.sources.remote import RemoteDatasetMetadata

_SEARCH = "indexer/elastic/_search/"
_RECORD = "metadata-fr"
_OTHER_NAMES = {"shape-zip": "shapefile", "shp": "shapefile", "gpkg": "geopackage"}


def extract_file(request: ExtractRequest, source: OneGeoSource) -> ExtractResult | None:
    """Reads a file of a dataset; None when the portal says that it is still ``request.etag``.

    Raises ConnectionMissing, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    with SourceClient(request.source_origin, request.connection) as client:
        site = OneGeoClient(request, client)
        link = choose_declared_file_link(request, site.fetch_dataset_record(source.dataset), source)
        body = site.download_link_if_changed(link, request.etag)
        if body is None:
            return None
        options = source.build_format_options(body.charset)
        result = reader.extract_document(request, body.path, source.format, options)
    return replace(result, etag=body.etag)


def probe_file_columns(request: ExtractRequest, source: OneGeoSource) -> ProbeResult:
    """The columns of the file. Raises as ``extract``."""
    with SourceClient(request.source_origin, request.connection) as client:
        site = OneGeoClient(request, client)
        body = site.download_file_unconditionally(
            choose_declared_file_link(request, site.fetch_dataset_record(source.dataset), source)
        )
        return reader.probe_document_columns(
            request, body.path, source.format, source.build_format_options(body.charset)
        )


# --- the record -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileLink:
    """A file of a dataset. ``format``: one that is read here; "" for any other."""

    title: str
    format: str
    url: str


@dataclass(frozen=True)
class OneGeoDatasetRecord:
    """What the search says of a dataset."""

    said: Mapping[str, Any]

    @property
    def file_links(self) -> tuple[FileLink, ...]:
        """Without the services that the portal makes of geographic files, and without pages."""
        listed = self.said.get("link")
        found = [one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)]
        return tuple(
            FileLink(
                str(one.get("name") or ""),
                _recognise_format_from_labels(one["formats"]),
                str(one.get("url") or ""),
            )
            for one in found
            if not one.get("service") and isinstance(one.get("formats"), list) and one["formats"]
        )

    def convert_to_remote_dataset_metadata(self) -> RemoteDatasetMetadata:
        """What it says, for a draft."""
        return RemoteDatasetMetadata(
            title=str(self.said.get("title") or ""), licence=str(self.said.get("license") or "")
        )


def _recognise_format_from_labels(names: list[Any]) -> str:
    """« CSV LonLat/XY » is a CSV."""
    words = [str(name).split()[0].lower() for name in names if str(name).strip()]
    known = (
        word if word in FORMATS else _OTHER_NAMES.get(word) or find_format_by_suffix(word) for word in words
    )
    return next(filter(None, known), "")


def choose_declared_file_link(
    request: ExtractRequest, record: OneGeoDatasetRecord, source: OneGeoSource
) -> FileLink:
    """The file that is declared. Raises SourceNotFound, SourceUnreadable."""
    titled = [one for one in record.file_links if source.resource in (None, one.title)]
    found = [one for one in titled if one.format == source.format] if len(titled) > 1 else titled
    if len(found) == 1:
        return found[0]
    if not record.file_links:
        raise request.source_origin.build_unreadable_error(
            _("Ce jeu du portail n'a pas de fichier : il n'a qu'un service, ou un lien vers une page."),
            _("lire son service (« wfs: »), ou le fichier là où il est (« http: »)"),
        )
    if not titled:
        raise request.source_origin.build_missing_error(
            _("Le jeu n'a pas de fichier de ce titre."),
            _("corriger « resource: » : le titre du fichier, tel que la page du jeu l'écrit"),
        )
    if not found:
        raise request.source_origin.build_missing_error(
            _("Le jeu a {count} fichiers, aucun de ce format ({format}).").format(
                count=len(titled), format=source.format
            ),
            _("corriger « format: » dans la déclaration"),
        )
    raise request.source_origin.build_unreadable_error(
        _("Le jeu a plusieurs fichiers qui pourraient être celui-là ({count}).").format(count=len(found)),
        _("écrire « resource: » avec le titre du bon, tel que la page du jeu l'écrit, et son « format: »"),
    )


# --- the portal -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OneGeoClient:
    """The site of a connection. Its methods raise SourceError."""

    request: ExtractRequest
    client: SourceClient

    def fetch_dataset_record(self, dataset: str) -> OneGeoDatasetRecord:
        quoted = dataset.replace("\\", "\\\\").replace('"', '\\"')
        asked = {"q": f'slug.keyword:"{quoted}" AND is_metadata:true'}
        url = build_source_url(self.request.connection.base_url, _SEARCH, asked)
        hits = get_value_at_dotted_path(
            self.client.read_json_object(url, self.request.scratch / "record.json"), "hits.hits"
        )
        if not isinstance(hits, list):
            raise self.request.source_origin.build_unreadable_error(
                _("Ce qui répond à l'adresse de la connexion n'est pas un portail OneGeo Suite."),
                _("vérifier l'adresse de la connexion : celle du portail, avec sa langue (« …/fr »)"),
            )
        for hit in hits:
            record = get_value_at_dotted_path(hit, f"_source.{_RECORD}")
            if get_value_at_dotted_path(hit, "_source.slug") == dataset and isinstance(record, dict):
                return OneGeoDatasetRecord(record)
        raise self.request.source_origin.build_missing_error(
            _("Le portail n'a pas de jeu de cet identifiant, ou ne le montre pas."),
            _("corriger « dataset: » : le dernier mot de l'adresse de la page du jeu"),
        )

    def download_link_if_changed(self, link: FileLink, etag: str | None) -> DownloadedBody | None:
        """The file; None when it is still ``etag``."""
        if parse_url_origin(link.url) != parse_url_origin(self.request.connection.base_url):
            raise self.request.source_origin.build_refusal_error(
                _("Le fichier de ce jeu n'est pas sur le portail, mais sur un autre serveur."),
                _("le lire là où il est : « http: », avec une connexion vers ce serveur"),
            )
        return self.client.download_if_changed(link.url, self.request.scratch / "file", etag)

    def download_file_unconditionally(self, link: FileLink) -> DownloadedBody:
        body = self.download_link_if_changed(link, None)
        if body is None:
            raise AssertionError("without an ETag there is no 304")
        return body


ADAPTER = SourceAdapter(extract=extract_file, probe=probe_file_columns)
