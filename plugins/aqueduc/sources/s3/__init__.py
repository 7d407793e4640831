"""A file that somebody drops in a bucket."""

from __future__ import annotations

from typing import Annotated, Literal

from aqueduc.declaration.source_kind import PATH, SourceKind, SourceKindDraftSettings, SourceWording
from aqueduc.declaration.spec import Text, UnwritableFieldAnnotation, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.drops import DropSource


class BucketSource(DropSource):
    meaning = N_("Un fichier d'un seau S3.")

    kind: Annotated[Literal["s3"], UnwritableFieldAnnotation()] = "s3"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le seau (type aws ; le seau est dans ses paramètres)."),
        alias="s3",
        examples=["depot_capteurs"],
    )


KIND = SourceKind(
    name="s3",
    spec=BucketSource,
    adapter="aqueduc.sources.s3.adapter:ADAPTER",
    connection_types=("aws",),
    wording=SourceWording(
        page=_("fichier `{location}` d'un seau, connexion `{connection}`"),
        statement="fichier {location} du seau de dépôt « {connection} »",
        summary=_("seau « {connection} », {location}"),
        origin=_("un seau"),
    ),
    example=_("« s3: depot_capteurs » avec « path: releves.csv »"),
    overrides={
        "s3": N_("Une autre connexion vers le seau."),
        "path": N_("Un autre chemin, ou un autre fichier."),
    },
    city_override=N_("La connexion de tous les jeux lus dans un seau."),
    draft=SourceKindDraftSettings(
        help=_("Un seau S3."),
        target=PATH,
        module="aqueduc.sources.s3.drafting:DRAFTING",
        noun="fichier",
    ),
    extra="s3",
)
