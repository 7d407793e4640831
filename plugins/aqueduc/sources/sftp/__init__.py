"""A file that somebody drops on an SFTP server."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aqueduc.declaration.source_kind import PATH, SourceKind, SourceKindDraftSettings, SourceWording
from aqueduc.declaration.spec import Text, UnwritableFieldAnnotation, Whole, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.drops import SETTLED, DropSource


class SftpSource(DropSource):
    meaning = N_("Un fichier d'un serveur SFTP.")

    kind: Annotated[Literal["sftp"], UnwritableFieldAnnotation()] = "sftp"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le serveur SFTP (type sftp ou ssh)."),
        alias="sftp",
        examples=["depot_voirie"],
    )
    settled: Whole = Field(10, ge=0, le=600, description=SETTLED, examples=[60])


KIND = SourceKind(
    name="sftp",
    spec=SftpSource,
    adapter="aqueduc.sources.sftp.adapter:ADAPTER",
    connection_types=("sftp", "ssh"),
    wording=SourceWording(
        page=_("fichier `{location}` d'un serveur SFTP, connexion `{connection}`"),
        statement="fichier {location} du serveur SFTP « {connection} »",
        summary=_("serveur SFTP « {connection} », {location}"),
        origin=_("un serveur SFTP"),
    ),
    example=_("« sftp: depot_voirie » avec « path: releves.csv »"),
    overrides={
        "sftp": N_("Une autre connexion vers le serveur SFTP."),
        "path": N_("Un autre chemin, ou un autre fichier."),
    },
    city_override=N_("La connexion de tous les jeux lus sur un serveur SFTP."),
    draft=SourceKindDraftSettings(
        help=_("Un serveur SFTP."),
        target=PATH,
        module="aqueduc.sources.sftp.drafting:DRAFTING",
        noun="fichier",
    ),
    extra="sftp",
)
