"""The collections of OGC API Features: their record, and all their features by the link ``next``.

Written from OGC 17-069r4 (Part 1: Core). Without ``crs``, positions are in WGS84, longitude first; ``numberMatched`` is
not asked of a server: where it is, the rows are compared with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.client import SourceClient, build_source_url
from aqueduc.sources.features import PAGE_SIZE, POSITION, FeaturePages
from aqueduc.sources.ogcapi import OgcApiSource
from aqueduc.sources.paging import InvalidNextPageLink, NextPage, PageAnswer
from aqueduc.sources.remote import RemoteDatasetMetadata


def extract_collection(request: ExtractRequest, source: OgcApiSource) -> ExtractResult:
    """Raises ConnectionMissing, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable."""
    with SourceClient(request.source_origin, request.connection) as client:
        pages = _build_feature_pages_reader(request, located=source.geometry)
        return pages.extract_features(request, client, _build_items_url(request, source))


def probe_collection_columns(request: ExtractRequest, source: OgcApiSource) -> ProbeResult:
    """The columns of the first page. Raises as ``extract``."""
    with SourceClient(request.source_origin, request.connection) as client:
        names = fetch_column_names(request, source, client, located=source.geometry)
    return ProbeResult(names, whole=False)


def fetch_column_names(
    request: ExtractRequest, source: OgcApiSource, client: SourceClient, *, located: bool
) -> tuple[str, ...]:
    """The columns of the first page. Raises SourceError."""
    first = client.download(_build_items_url(request, source), request.scratch / "page")
    return _build_feature_pages_reader(request, located=located).list_columns(request, first)


def fetch_remote_dataset_metadata(
    request: ExtractRequest, source: OgcApiSource, client: SourceClient
) -> RemoteDatasetMetadata:
    """What the service says of the collection, for a draft. Raises SourceError."""
    url = _build_collection_url(request, source)
    said = client.read_json_object(url, request.scratch / "collection.json")
    licences = list(_list_links_with_relation(said, "license"))
    return RemoteDatasetMetadata(
        title=str(said.get("title") or ""),
        licence=next((str(link["title"]) for link in licences if link.get("title")), ""),
        licence_urls=tuple(str(link["href"]) for link in licences if link.get("href")),
        position=POSITION,
    )


def find_next_page(page: PageAnswer) -> NextPage:
    """Its link ``next``, in JSON rather than in another form. Raises InvalidNextPageLink."""
    links = sorted(
        _list_links_with_relation(page.outside, "next"),
        key=lambda link: "json" not in str(link.get("type", "json")),
    )
    if not links:
        return None
    href = links[0].get("href")
    if type(href) is not str or not href:
        raise InvalidNextPageLink("links.next")
    return href


def _list_links_with_relation(said: Mapping[str, Any], relation: str) -> list[Mapping[str, Any]]:
    listed = said.get("links")
    links = listed if isinstance(listed, list) else ()
    return [link for link in links if isinstance(link, dict) and link.get("rel") == relation]


def _build_feature_pages_reader(request: ExtractRequest, *, located: bool) -> FeaturePages:
    return FeaturePages(
        origin=request.source_origin, located=located, bbox=request.bbox, find_next=find_next_page
    )


def _build_items_url(request: ExtractRequest, source: OgcApiSource) -> str:
    return _build_collection_url(request, source, "/items", limit=str(PAGE_SIZE))


def _build_collection_url(
    request: ExtractRequest, source: OgcApiSource, below: str = "", **parameters: str
) -> str:
    path = f"collections/{quote(source.dataset, safe='')}{below}"
    return build_source_url(request.connection.base_url, path, parameters)


ADAPTER = SourceAdapter(extract=extract_collection, probe=probe_collection_columns)
