"""A portal of the city's own: pages and files in a folder."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.platform_kind import PlatformKind, PlatformKindCapabilities
from aqueduc.declaration.spec import WEB_ADDRESS, KeyProblem, PlatformSpec, Text, Whole
from aqueduc.language import N_, _

PortalOnlyKey = DeclarationProblem.define_subclass(
    "cle-de-portail",
    _("« {key} » est d'un portail ; l'adresse d'une plateforme « {type} » est dans sa connexion"),
    _("ôter cette ligne, ou mettre « type: portal »"),
)


RestrictedPortalDataset = DeclarationProblem.define_subclass(
    "portail-public",
    _("un portail ne cache rien : « {platform} » ne peut pas recevoir un jeu d'accès restreint"),
    _("publier ce jeu sur une plateforme qui a des comptes, comme celle de la Région"),
)


MissingPortalAddress = DeclarationProblem.define_subclass(
    "portail-sans-adresse",
    _("un portail écrit hors de cette machine doit dire où les visiteurs le lisent"),
    _("ajouter « url: https://donnees.ville.fr »"),
)


class PortalSpec(PlatformSpec):
    meaning = N_("Un portail de la Ville, fait de pages et de fichiers qu'Aqueduc écrit dans un dossier.")

    connection: Text | None = Field(
        None, description=N_("La connexion d'Airflow qui ouvre son dossier, s'il en faut une.")
    )
    folder: Text | None = Field(
        None,
        description=N_("Son dossier : un chemin, ou une adresse comme s3://portail."),
        examples=["/srv/portail", "s3://portail"],
    )
    url: Annotated[str, Field(pattern=WEB_ADDRESS)] | None = Field(
        None,
        description=N_(
            "L'adresse où les visiteurs le lisent ; sans elle, il n'est relu que dans son dossier."
        ),
        examples=["https://donnees.ville.fr"],
    )
    former_days: Annotated[Whole, Field(ge=0)] = Field(
        8,
        description=N_(
            "Combien de jours un fichier remplacé se lit encore à l'adresse de sa révision ; 0 : il "
            "part aussitôt."
        ),
    )

    @property
    def replaced_file_retention_days(self) -> int:
        return self.former_days

    @property
    def public_url(self) -> str | None:
        return self.url

    def list_spec_problems(self) -> Iterable[KeyProblem]:
        if self.url is None and "://" in (self.folder or "").removeprefix("file://"):
            yield "folder", MissingPortalAddress


KIND = PlatformKind(
    name="portal",
    label=N_("portail de la Ville"),
    spec=PortalSpec,
    adapter="aqueduc.platforms.portal.adapter:open_portal",
    greeting=_("portail de la Ville ; son dossier s'ouvre"),
    capabilities=PlatformKindCapabilities(
        lists_records=True,
        names_ledger_entry=True,
        needs_of_city=(),
        field_roles={
            "title": "title",
            "description": "description",
            "licence": "licence",
            "frequency": "frequency",
            "keywords": "keywords",
            "contact": "contact",
            "catalogue": "pages",
        },
        declares_address=True,
        refuses_restricted=RestrictedPortalDataset,
        serves_statements=True,
        keeps_withdrawn=False,
    ),
    own_keys=dict.fromkeys(("folder", "url", "former_days"), PortalOnlyKey),
)
