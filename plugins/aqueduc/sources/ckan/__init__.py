"""A resource of a CKAN portal: its file, or its table in the DataStore."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.source_kind import (
    DraftTargetCliOption,
    SourceKind,
    SourceKindDraftSettings,
    SourceWording,
)
from aqueduc.declaration.spec import Needs, Text, UnwritableFieldAnnotation, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.remote_files import RemoteFileSource


class CkanSource(RemoteFileSource):
    """``resource``: its identifier. ``datastore``: its table is read, rather than its file, which is of
    ``format``."""

    meaning = N_("Une ressource d'un portail CKAN.")
    location_key = "resource"
    required: ClassVar = ("connection", "resource")

    needs: ClassVar[Needs] = {"resource": _("« resource: 0b1c… », l'identifiant de la ressource")}

    kind: Annotated[Literal["ckan"], UnwritableFieldAnnotation()] = "ckan"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le portail CKAN (l'adresse de son accueil)."),
        alias="ckan",
        examples=["region"],
    )
    resource: Text = build_required_field(
        N_("L'identifiant de la ressource : ce qui suit « /resource/ » dans l'adresse de sa page."),
        examples=["0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"],
    )
    datastore: bool = Field(
        False, description=N_("« true » : lire la table du DataStore, et non le fichier déposé.")
    )

    @property
    def location(self) -> str:
        return self.resource

    @property
    def reads_file(self) -> bool:
        return not self.datastore


KIND = SourceKind(
    name="ckan",
    spec=CkanSource,
    adapter="aqueduc.sources.ckan.adapter:ADAPTER",
    connection_types=("http", "https"),
    wording=SourceWording(
        page=_("portail CKAN, connexion `{connection}`, ressource `{location}`"),
        statement="portail CKAN « {connection} », ressource {location}",
        summary=_("CKAN « {connection} », {location}"),
        origin=_("une ressource d'un portail CKAN"),
    ),
    example=_("« ckan: region » avec « resource: 0b1c… »"),
    overrides={
        "ckan": N_("Une autre connexion vers le portail CKAN."),
        "resource": N_("Une autre ressource du portail."),
    },
    city_override=N_("La connexion de tous les jeux lus d'un portail CKAN."),
    draft=SourceKindDraftSettings(
        help=_("Un portail CKAN."),
        target=DraftTargetCliOption(
            option="resource",
            metavar=_("IDENTIFIANT"),
            help=_("L'identifiant de la ressource du portail CKAN."),
        ),
        module="aqueduc.sources.ckan.drafting:DRAFTING",
        noun="CKAN",
    ),
)
