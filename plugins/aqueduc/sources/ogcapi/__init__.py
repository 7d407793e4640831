"""A collection of a service that speaks OGC API Features."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from aqueduc.declaration.source_kind import DATASET, SourceKind, SourceKindDraftSettings, SourceWording
from aqueduc.declaration.spec import Needs, Text, UnwritableFieldAnnotation, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.remote import MOVED, RemoteDatasetSource


class OgcApiSource(RemoteDatasetSource):
    """``dataset``: the identifier of the collection."""

    meaning = N_("Une collection d'un service OGC API Features.")

    needs: ClassVar[Needs] = {"dataset": _("« dataset: arbres »")}

    kind: Annotated[Literal["ogcapi"], UnwritableFieldAnnotation()] = "ogcapi"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le service (l'adresse de son accueil, d'où part « /collections »)."),
        alias="ogcapi",
        examples=["geo"],
    )
    dataset: Text = build_required_field(
        N_("L'identifiant de la collection : ce qui suit « /collections/ » dans son adresse."),
        examples=["arbres"],
    )

    @property
    def rewritten_cell_descriptions(self) -> tuple[str, ...]:
        return (MOVED,) if self.geometry else ()


KIND = SourceKind(
    name="ogcapi",
    spec=OgcApiSource,
    adapter="aqueduc.sources.ogcapi.adapter:ADAPTER",
    connection_types=("http", "https"),
    wording=SourceWording(
        page=_("service OGC API Features, connexion `{connection}`, collection `{location}`"),
        statement="service OGC API Features « {connection} », collection {location}",
        summary=_("OGC API Features « {connection} », {location}"),
        origin=_("une collection OGC API Features"),
    ),
    example=_("« ogcapi: geo » avec « dataset: arbres »"),
    overrides={
        "ogcapi": N_("Une autre connexion vers le service OGC API Features."),
        "dataset": N_("Un autre identifiant, sur l'autre portail."),
    },
    city_override=N_("La connexion de tous les jeux lus d'un service OGC API Features."),
    draft=SourceKindDraftSettings(
        help=_("Un service OGC API Features."),
        target=DATASET,
        module="aqueduc.sources.ogcapi.drafting:DRAFTING",
        noun="OGC API Features",
    ),
)
