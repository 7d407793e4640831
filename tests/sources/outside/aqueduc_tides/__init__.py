"""The tides of a harbour: a kind of source of which Aqueduc has never heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.source_kind import ResolvedSource, SourceKind, SourceSpec, SourceWording
from aqueduc.declaration.spec import Needs, Source, Text
from aqueduc.language import _

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReadingContext


class TidesSource(Source):
    kind: Literal["tides"] = "tides"
    days: int

    @property
    def location(self) -> str:
        return f"{self.days} jours"


class TidesSpec(SourceSpec):
    """Les marées d'un port, calculées."""

    needs: ClassVar[Needs] = {"days": _("« days: 3 »")}

    tides: Text | None = Field(None, description="Le port.", examples=["Marseille"])
    days: int | None = Field(None, ge=1, description="Combien de jours.", examples=[3])

    def build_resolved_source(self, reader: DeclarationReadingContext) -> ResolvedSource:
        if self.tides is None or self.days is None:
            return ResolvedSource()
        return ResolvedSource(TidesSource(connection=self.tides, days=self.days))


KIND = SourceKind(
    name="tides",
    spec=TidesSpec,
    adapter="aqueduc_tides.adapter:ADAPTER",
    connection_types=(),
    wording=SourceWording(
        page="marées de `{connection}`, {location}",
        statement="les marées du port de {connection}, sur {location}",
        summary=_("marées de {connection}, {location}", english="tides of {connection}, {location}"),
        origin="des marées",
    ),
    example=_("« tides: Marseille » avec « days: 3 »"),
    overrides={"tides": "Un autre port."},
    city_override="Le port de tous les jeux de marées.",
)
