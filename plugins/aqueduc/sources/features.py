"""The features that a geographic service gives in GeoJSON, page after page: what every such service shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from aqueduc.language import Sentence, _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.client import DownloadedBody, SourceClient
from aqueduc.sources.findings import UncountedRows
from aqueduc.sources.formats.geojson import FeatureReader, require_wgs84
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.pages import PagedRecords, extract_pages, list_first_columns
from aqueduc.sources.paging import NextPage, PageAnswer, parse_count

PAGE_SIZE = 1000
POSITION = ("longitude", "latitude", "geometry")
"""The columns that the geometry of a feature may come to."""

_REPORT = _("signaler le défaut à l'équipe qui exploite le service")
_CHECK = _("vérifier « dataset: » dans la déclaration, ou prévenir l'équipe qui exploite le service")
_RENAME = _("écrire « geometry: false » sous « source: », si ces colonnes disent déjà la position")


@dataclass(frozen=True, kw_only=True)
class FeaturePages:
    """How a service hands out its features. ``find_next`` and ``is_counted``: as of ``PagedRecords``. ``total``: how
    many there are, where it was asked apart; else each page may say so (``numberMatched``)."""

    origin: SourceOrigin
    located: bool
    find_next: Callable[[PageAnswer], NextPage]
    is_counted: bool = False
    total: int | None = None
    remedy: Sentence = _CHECK

    def extract(self, request: ExtractRequest, client: SourceClient, url: str) -> ExtractResult:
        """Reads the page at ``url``, and all that follow it. Raises SourceError."""
        wanted = self._build_paged_records()
        found = extract_pages(request, client, client.get(url, request.scratch / "page"), wanted)
        if self.find_total(found.last) is not None:
            return found.result
        return replace(found.result, findings=(UncountedRows(), *found.result.findings))

    def list_columns(self, request: ExtractRequest, first: DownloadedBody) -> tuple[str, ...]:
        """The columns of the page ``first``. Raises SourceError."""
        return list_first_columns(request, first, self._build_paged_records())

    def find_total(self, page: PageAnswer) -> int | None:
        if self.total is not None:
            return self.total
        return parse_count(page.outside.get("numberMatched", page.outside.get("totalFeatures")))

    def _find_next(self, page: PageAnswer) -> NextPage:
        if self.located:
            require_wgs84(self.origin, page.outside, _REPORT)
        return self.find_next(page)

    def _build_paged_records(self) -> PagedRecords:
        reader = FeatureReader(
            origin=self.origin, located=self.located, unlocated_names=(), remedy=_REPORT, rename=_RENAME
        )
        return PagedRecords(
            remedy=self.remedy,
            records="features",
            find_next=self._find_next,
            is_counted=self.is_counted,
            find_total=self.find_total,
            build_row=reader.build_row,
            find_id=_find_feature_id,
        )


def _find_feature_id(feature: Any) -> str | None:
    name = feature.get("id") if isinstance(feature, dict) else None
    return str(name) if isinstance(name, str) and name else None
