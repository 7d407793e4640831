"""A dataset that another portal publishes, by its identifier there: what a steward writes of one, whatever the
portal speaks, and what its record says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aqueduc.declaration.source_kind import (
    DatePattern,
    DecimalMark,
    GroupedColumns,
    MissingTexts,
    ResolvedSource,
    SourceSpec,
)
from aqueduc.declaration.spec import (
    LexicalFormat,
    Needs,
    Source,
    SourceCapabilities,
    Text,
    build_required_field,
)
from aqueduc.language import N_, _

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReadingContext

MOVED = "les positions, que le portail ramène en WGS84"
LOCAL = "les dates, écrites à l'heure de la Ville"
"""Of cells that are written otherwise than they stand there, for whoever signs."""


class RemoteDatasetSource(SourceSpec, Source):
    """A dataset of another portal. ``geometry``: whether where its rows are is read."""

    location_key = "dataset"

    needs: ClassVar[Needs] = {"dataset": _("« dataset: arbres »")}

    dataset: Text = build_required_field(N_("L'identifiant du jeu sur le portail où il est publié."))
    geometry: bool = Field(
        True,
        description=N_(
            "« false » : la géométrie n'est pas lue (elle est inutile, ou une colonne s'appelle déjà comme elle)."
        ),
    )
    decimal: DecimalMark = "."
    thousands: GroupedColumns = None
    dates: DatePattern = "YYYY-MM-DD"
    missing: MissingTexts = ("",)

    @property
    def location(self) -> str:
        return self.dataset

    @property
    def capabilities(self) -> SourceCapabilities:
        return SourceCapabilities(text_only=True)

    def build_resolved_source(self, _reader: DeclarationReadingContext) -> ResolvedSource:
        reading = LexicalFormat(
            decimal=self.decimal, date=self.dates, missing=self.missing, thousands=self.thousands
        )
        return ResolvedSource(None if self.lacks_any_key("connection", "dataset") else self, reading)


@dataclass(frozen=True, kw_only=True)
class RemoteDatasetMetadata:
    """What the record of a dataset on its portal says, for a draft to propose. ``licence``: its name there;
    ``licence_urls``: its addresses. ``labels``: what each column is called for people; ``native``: its type
    there. ``keys``: columns that tell rows apart. ``position``: the columns that its geometry may come to."""

    title: str = ""
    licence: str = ""
    licence_urls: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    native: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[tuple[str, ...], ...] = ()
    position: tuple[str, ...] = ()
