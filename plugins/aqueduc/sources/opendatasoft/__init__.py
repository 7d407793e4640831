"""A dataset of an Opendatasoft portal."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from aqueduc.declaration.source_kind import DATASET, SourceKind, SourceKindDraftSettings, SourceWording
from aqueduc.declaration.spec import Needs, Text, UnwritableFieldAnnotation, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.remote import LOCAL, RemoteDatasetSource


class OpendatasoftSource(RemoteDatasetSource):
    """``dataset``: its technical identifier, the last word of the address of its page."""

    meaning = N_("Un jeu d'un portail Opendatasoft.")

    needs: ClassVar[Needs] = {"dataset": _("« dataset: arbres-remarquables »")}

    kind: Annotated[Literal["opendatasoft"], UnwritableFieldAnnotation()] = "opendatasoft"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le portail Opendatasoft (l'adresse de son accueil)."),
        alias="opendatasoft",
        examples=["metropole"],
    )
    dataset: Text = build_required_field(
        N_("L'identifiant du jeu : le dernier mot de l'adresse de sa page."),
        examples=["arbres-remarquables"],
    )

    @property
    def rewritten_cell_descriptions(self) -> tuple[str, ...]:
        return (LOCAL,)


KIND = SourceKind(
    name="opendatasoft",
    spec=OpendatasoftSource,
    adapter="aqueduc.sources.opendatasoft.adapter:ADAPTER",
    connection_types=("http", "https"),
    wording=SourceWording(
        page=_("portail Opendatasoft, connexion `{connection}`, jeu `{location}`"),
        statement="portail Opendatasoft « {connection} », jeu {location}",
        summary=_("Opendatasoft « {connection} », {location}"),
        origin=_("un jeu d'un portail Opendatasoft"),
    ),
    example=_("« opendatasoft: metropole » avec « dataset: arbres-remarquables »"),
    overrides={
        "opendatasoft": N_("Une autre connexion vers le portail Opendatasoft."),
        "dataset": N_("Un autre identifiant, sur l'autre portail."),
    },
    city_override=N_("La connexion de tous les jeux lus d'un portail Opendatasoft."),
    draft=SourceKindDraftSettings(
        help=_("Un portail Opendatasoft."),
        target=DATASET,
        module="aqueduc.sources.opendatasoft.drafting:DRAFTING",
        noun="Opendatasoft",
    ),
)
