"""A file that somebody drops in a shared folder on the web (Nextcloud, SharePoint's and others' WebDAV)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aqueduc.declaration.source_kind import PATH, SourceKind, SourceKindDraftSettings, SourceWording
from aqueduc.declaration.spec import Text, UnwritableFieldAnnotation, Whole, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.drops import SETTLED, DropSource


class WebdavSource(DropSource):
    meaning = N_("Un fichier d'un dossier partagé par WebDAV (Nextcloud…).")

    kind: Annotated[Literal["webdav"], UnwritableFieldAnnotation()] = "webdav"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le dossier partagé (type http : adresse et compte)."),
        alias="webdav",
        examples=["nuage"],
    )
    settled: Whole = Field(10, ge=0, le=600, description=SETTLED, examples=[60])


KIND = SourceKind(
    name="webdav",
    spec=WebdavSource,
    adapter="aqueduc.sources.webdav.adapter:ADAPTER",
    connection_types=("http", "https", "webdav"),
    wording=SourceWording(
        page=_("fichier `{location}` d'un dossier partagé (WebDAV), connexion `{connection}`"),
        statement="fichier {location} du dossier partagé « {connection} »",
        summary=_("dossier partagé « {connection} », {location}"),
        origin=_("un dossier partagé"),
    ),
    example=_("« webdav: nuage » avec « path: releves.csv »"),
    overrides={
        "webdav": N_("Une autre connexion vers le dossier partagé."),
        "path": N_("Un autre chemin, ou un autre fichier."),
    },
    city_override=N_("La connexion de tous les jeux lus dans un dossier partagé."),
    draft=SourceKindDraftSettings(
        help=_("Un dossier partagé par WebDAV."),
        target=PATH,
        module="aqueduc.sources.webdav.drafting:DRAFTING",
        noun="fichier",
    ),
)
