"""A layer or a table of an ArcGIS service (FeatureServer, MapServer)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from aqueduc.declaration.source_kind import DATASET, SourceKind, SourceKindDraftSettings, SourceWording
from aqueduc.declaration.spec import Needs, Text, UnwritableFieldAnnotation, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.remote import LOCAL, MOVED, RemoteDatasetSource


class ArcgisSource(RemoteDatasetSource):
    """``dataset``: the path of the layer below the connection, with its number."""

    meaning = N_("Une couche ou une table d'un service ArcGIS.")

    needs: ClassVar[Needs] = {"dataset": _("« dataset: Arbres/FeatureServer/0 »")}

    kind: Annotated[Literal["arcgis"], UnwritableFieldAnnotation()] = "arcgis"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le serveur ArcGIS (son adresse finit par « /rest/services »)."),
        alias="arcgis",
        examples=["sig"],
    )
    dataset: Text = build_required_field(
        N_("Le chemin de la couche, avec son numéro, après l'adresse de la connexion."),
        examples=["Arbres/FeatureServer/0"],
    )

    @property
    def rewritten_cell_descriptions(self) -> tuple[str, ...]:
        return (LOCAL, MOVED) if self.geometry else (LOCAL,)


KIND = SourceKind(
    name="arcgis",
    spec=ArcgisSource,
    adapter="aqueduc.sources.arcgis.adapter:ADAPTER",
    connection_types=("http", "https"),
    wording=SourceWording(
        page=_("service ArcGIS, connexion `{connection}`, couche `{location}`"),
        statement="service ArcGIS « {connection} », couche {location}",
        summary=_("ArcGIS « {connection} », {location}"),
        origin=_("une couche ArcGIS"),
    ),
    example=_("« arcgis: sig » avec « dataset: Arbres/FeatureServer/0 »"),
    overrides={
        "arcgis": N_("Une autre connexion vers le serveur ArcGIS."),
        "dataset": N_("Un autre identifiant, sur l'autre portail."),
    },
    city_override=N_("La connexion de tous les jeux lus d'un serveur ArcGIS."),
    draft=SourceKindDraftSettings(
        help=_("Un serveur ArcGIS."),
        target=DATASET,
        module="aqueduc.sources.arcgis.drafting:DRAFTING",
        noun="couche ArcGIS",
    ),
)
