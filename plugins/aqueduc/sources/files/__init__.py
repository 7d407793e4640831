"""A file that somebody drops into a folder of the city's."""

from __future__ import annotations

from typing import Annotated, Literal

from aqueduc.declaration.source_kind import PATH, SourceKind, SourceKindDraftSettings, SourceWording
from aqueduc.declaration.spec import Text, UnwritableFieldAnnotation, build_required_field
from aqueduc.language import N_, _
from aqueduc.sources.drops import DropSource


class FileSource(DropSource):
    meaning = N_("Un fichier d'un dossier.")

    kind: Annotated[Literal["file"], UnwritableFieldAnnotation()] = "file"
    connection: Text = build_required_field(
        N_("La connexion d'Airflow vers le dossier où le fichier est déposé."),
        alias="file",
        examples=["depot"],
    )


KIND = SourceKind(
    name="file",
    spec=FileSource,
    adapter="aqueduc.sources.files.adapter:ADAPTER",
    connection_types=("fs", "file"),
    wording=SourceWording(
        page=_("fichier `{location}`, connexion `{connection}`"),
        statement="fichier {location} du dossier de dépôt « {connection} »",
        summary=_("dossier « {connection} », {location}"),
        origin=_("un fichier"),
    ),
    example=_("« file: depot » avec « path: subventions.csv »"),
    overrides={
        "file": N_("Une autre connexion vers le dossier."),
        "path": N_("Un autre chemin, ou un autre fichier."),
    },
    city_override=N_("La connexion de tous les jeux lus dans un dossier."),
    draft=SourceKindDraftSettings(
        help=_("Un dossier de dépôt."),
        target=PATH,
        module="aqueduc.sources.files.drafting:DRAFTING",
        noun="fichier",
    ),
)
