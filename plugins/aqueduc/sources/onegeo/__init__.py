"""A file of a dataset that another organisation publishes on a OneGeo Suite (DataSud)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.source_kind import DATASET, SourceKind, SourceKindDraftSettings, SourceWording
from aqueduc.declaration.spec import Needs, Text, UnwritableFieldAnnotation, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.remote_files import RemoteFileSource


class OneGeoSource(RemoteFileSource):
    """``dataset``: the last word of the address of its page. ``resource``: the title of the file, where it has
    several of the format."""

    meaning = N_("Un fichier d'un jeu d'un portail OneGeo Suite (DataSud).")
    location_key = "dataset"
    required: ClassVar = ("connection", "dataset")

    needs: ClassVar[Needs] = {"dataset": _("« dataset: points-d-apport-volontaire »")}

    kind: Annotated[Literal["onegeo"], UnwritableFieldAnnotation()] = "onegeo"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le portail OneGeo Suite (l'adresse qui finit par « /fr »)."),
        alias="onegeo",
        examples=["datasud_public"],
    )
    dataset: Text = build_required_field(
        N_("L'identifiant du jeu : le dernier mot de l'adresse de sa page."),
        examples=["points-d-apport-volontaire"],
    )
    resource: Text | None = Field(
        None,
        description=N_(
            "Le titre du fichier, tel que la page du jeu l'écrit, s'il y en a plusieurs de ce format."
        ),
        examples=["Points d'apport volontaire 2026"],
    )

    @property
    def location(self) -> str:
        return self.dataset


KIND = SourceKind(
    name="onegeo",
    spec=OneGeoSource,
    adapter="aqueduc.sources.onegeo.adapter:ADAPTER",
    connection_types=("http", "https"),
    wording=SourceWording(
        page=_("portail OneGeo Suite, connexion `{connection}`, jeu `{location}`"),
        statement="portail OneGeo Suite « {connection} », jeu {location}",
        summary=_("OneGeo Suite « {connection} », {location}"),
        origin=_("un fichier d'un portail OneGeo Suite"),
    ),
    example=_("« onegeo: datasud_public » avec « dataset: points-d-apport-volontaire »"),
    overrides={
        "onegeo": N_("Une autre connexion vers le portail OneGeo Suite."),
        "dataset": N_("Un autre identifiant, sur l'autre portail."),
    },
    city_override=N_("La connexion de tous les jeux lus d'un portail OneGeo Suite."),
    draft=SourceKindDraftSettings(
        help=_("Un portail OneGeo Suite (DataSud)."),
        target=DATASET,
        module="aqueduc.sources.onegeo.drafting:DRAFTING",
        noun="OneGeo Suite",
    ),
)
