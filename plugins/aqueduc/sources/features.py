"""The features that a geographic service gives in GeoJSON, page after page: what every such service shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from aqueduc.language import Sentence, _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.client import DownloadedBody, SourceClient
from aqueduc.sources.findings import UncountedRows
from aqueduc.sources.formats.geojson import FeatureRowBuilder
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.pages import PagedReadingOptions, extract_pages, list_raw_first_page_columns
from aqueduc.sources.paging import NextPage, PageAnswer, parse_count
from aqueduc.sources.positions import AxisOrderEvidence, BoundingBox

PAGE_SIZE = 1000
POSITION = ("longitude", "latitude", "geometry")
"""The columns that the geometry of a feature may come to."""

_REPORT = _("signaler le défaut à l'équipe qui exploite le service")
_CHECK = _("vérifier « dataset: » dans la déclaration, ou prévenir l'équipe qui exploite le service")
_IDENTIFY = _("demander à l'équipe qui exploite le service un identifiant (« id ») à chaque objet")
RELOCATE = _(
    "demander à l'équipe qui exploite le service du WGS84, longitude d'abord ; sinon, écrire « geometry: false » sous "
    "« source: »"
)
_RENAME = _("écrire « geometry: false » sous « source: », si ces colonnes disent déjà la position")


@dataclass(frozen=True, kw_only=True)
class FeaturePages:
    """How a service hands out its features. ``find_next`` and ``order``: as of ``PagedReadingOptions``. ``total``: how many
    there are, where it was asked apart. ``sorted_by``: the properties that order them, and tell apart those that
    have no identifier."""

    origin: SourceOrigin
    located: bool
    bbox: BoundingBox | None
    find_next: Callable[[PageAnswer], NextPage]
    total: int | None = None
    sorted_by: tuple[str, ...] = ()
    remedy: Sentence = _CHECK
    order: Sentence = _IDENTIFY

    def extract_features(self, request: ExtractRequest, client: SourceClient, url: str) -> ExtractResult:
        """Reads the page at ``url``, and all that follow it. Raises SourceError."""
        wanted = self._build_page_reading_settings()
        found = extract_pages(request, client, client.download(url, request.scratch / "page"), wanted)
        self._feature_row_builder.refuse_swapped_or_unproven_axes()
        if self.find_total_feature_count(found.last) is not None:
            return found.result
        return replace(found.result, findings=(UncountedRows(), *found.result.findings))

    def list_columns(self, request: ExtractRequest, first: DownloadedBody) -> tuple[str, ...]:
        """The columns of the page ``first``. Raises SourceError."""
        return list_raw_first_page_columns(request, first, self._build_page_reading_settings())

    def find_total_feature_count(self, page: PageAnswer) -> int | None:
        """The larger of the two numbers: either may stop at what the service gives at a time."""
        return max(
            (one for one in (self.total, read_total_feature_count(page)) if one is not None), default=None
        )

    @cached_property
    def _feature_row_builder(self) -> FeatureRowBuilder:
        return FeatureRowBuilder(
            origin=self.origin,
            located=self.located,
            unlocated_names=(),
            remedy=_REPORT,
            rename=_RENAME,
            relocate=RELOCATE,
            positions=AxisOrderEvidence(self.bbox),
        )

    def _build_next_page_parameters(self, page: PageAnswer) -> NextPage:
        self._feature_row_builder.check_page_reference_system(page.outside)
        return self.find_next(page)

    def _build_page_reading_settings(self) -> PagedReadingOptions:
        return PagedReadingOptions(
            remedy=self.remedy,
            records="features",
            find_next=self._build_next_page_parameters,
            find_total=self.find_total_feature_count,
            build_row=self._feature_row_builder.build_row,
            find_id=partial(_find_feature_id, self.sorted_by),
            order=self.order,
            is_read_twice=True,
        )


def read_total_feature_count(page: PageAnswer) -> int | None:
    """How many features there are in all, where the page says it."""
    return parse_count(page.outside.get("numberMatched", page.outside.get("totalFeatures")))


def _find_feature_id(sorted_by: Sequence[str], feature: Any) -> str | None:
    """Its identifier, else its values of ``sorted_by``; None where it lacks them."""
    if not isinstance(feature, dict):
        return None
    name, properties = feature.get("id"), feature.get("properties")
    if isinstance(name, str) and name:
        return str(name)
    values = [properties.get(one) for one in sorted_by] if isinstance(properties, dict) else []
    return None if not values or None in values else repr(values)
