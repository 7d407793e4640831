"""A layer of a WFS 2.0 service that gives GeoJSON (GeoServer, MapServer, QGIS Server)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.source_kind import DATASET, SourceKind, SourceKindDraftSettings, SourceWording
from aqueduc.declaration.spec import Needs, Text, UnwritableFieldAnnotation, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.remote import MOVED, RemoteDatasetSource

USUAL_OUTPUT = "application/json"


class WfsSource(RemoteDatasetSource):
    """``dataset``: the name of the layer. ``output``: what the service calls GeoJSON. ``sort_by``: what puts its
    pages in a stable order, and tells apart rows that have no identifier."""

    meaning = N_("Une couche d'un service WFS 2.0 qui donne du GeoJSON.")

    needs: ClassVar[Needs] = {"dataset": _("« dataset: voirie:arbres »")}

    kind: Annotated[Literal["wfs"], UnwritableFieldAnnotation()] = "wfs"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le service (son adresse, avant « ?service=WFS »)."),
        alias="wfs",
        examples=["geoserver"],
    )
    dataset: Text = build_required_field(
        N_("Le nom de la couche (« typeNames »), avec son préfixe."), examples=["voirie:arbres"]
    )
    output: Text = Field(
        USUAL_OUTPUT,
        description=N_("Ce que le service appelle GeoJSON, parmi les formats de ses capacités."),
        examples=["geojson"],
    )
    sort_by: Text | None = Field(
        None,
        description=N_(
            "La propriété, sans valeur qui se répète, qui range les lignes : à écrire s'il faut plusieurs pages et que le "
            "service ne donne pas d'identifiant à ses objets."
        ),
        examples=["id"],
    )

    @property
    def rewritten_cell_descriptions(self) -> tuple[str, ...]:
        return (MOVED,) if self.geometry else ()


KIND = SourceKind(
    name="wfs",
    spec=WfsSource,
    adapter="aqueduc.sources.wfs.adapter:ADAPTER",
    connection_types=("http", "https"),
    wording=SourceWording(
        page=_("service WFS, connexion `{connection}`, couche `{location}`"),
        statement="service WFS « {connection} », couche {location}",
        summary=_("WFS « {connection} », {location}"),
        origin=_("une couche WFS"),
    ),
    example=_("« wfs: geoserver » avec « dataset: voirie:arbres »"),
    overrides={
        "wfs": N_("Une autre connexion vers le service WFS."),
        "dataset": N_("Un autre identifiant, sur l'autre portail."),
    },
    city_override=N_("La connexion de tous les jeux lus d'un service WFS."),
    draft=SourceKindDraftSettings(
        help=_("Un service WFS."),
        target=DATASET,
        module="aqueduc.sources.wfs.drafting:DRAFTING",
        noun="WFS",
    ),
)
