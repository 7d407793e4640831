"""A CKAN, from 2.9 on, with DataSud's own fields or without them."""

from typing import Annotated, Literal

from pydantic import Field

from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.platform_kind import ConnectionType, PlatformKind, PlatformKindCapabilities
from aqueduc.declaration.spec import ConnectedPlatformSpec, Whole
from aqueduc.language import N_, _

HandsOff = Literal[
    "tags",
    "groups",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "granularity",
    "geocover",
    "datatype",
    "spatial",
    "dataset_creation_date",
]
"""What may be left to the people of a platform: neither what the convention has the city say at each run
(title, licence, frequency, access) nor how the data were prepared (``notes``)."""


CkanOnlyKey = DeclarationProblem.define_subclass(
    "cle-de-ckan",
    _("« hands_off » est d'un CKAN ; sur une plateforme « {type} », la fiche entière suit la déclaration"),
    _("ôter cette ligne"),
)


class CkanSpec(ConnectedPlatformSpec):
    meaning = N_("Le CKAN de la convention, celui de la Région.")

    largest_file_mb: Annotated[Whole, Field(gt=0)] | None = Field(
        None,
        description=N_(
            "Le plus gros fichier qu'elle accepte, en Mo (ckan.max_resource_size) : un plus gros est "
            "vu avant le dépôt."
        ),
        examples=[100],
    )
    hands_off: tuple[HandsOff, ...] = Field(
        (),
        description=N_(
            "Les champs des fiches que des personnes tiennent là-bas : Aqueduc les remplit en créant "
            "une fiche, puis n'y touche plus. Le titre, la licence, la fréquence, l'accès et la note de "
            "préparation n'en sont jamais."
        ),
        examples=[["tags", "groups"]],
    )

    @property
    def manually_maintained_fields(self) -> tuple[str, ...]:
        return self.hands_off


KIND = PlatformKind(
    name="ckan",
    label="CKAN",
    spec=CkanSpec,
    adapter="aqueduc.platforms.ckan.adapter:open_ckan",
    adoption="aqueduc.platforms.ckan.adoption:list_adoptable_records",
    greeting=_("CKAN {} ; connaît « {} », et le jeton peut y écrire"),
    capabilities=PlatformKindCapabilities(
        has_tables=True,
        under_convention=True,
        lists_records=True,
        names_ledger_entry=True,
        field_roles={
            "title": "title",
            "notes": "description",
            "license_id": "licence",
            "frequency": "frequency",
            "tags": "keywords",
            "author_email": "contact",
            "maintainer_email": "contact",
            "owner_org": "owner",
        },
        # It has one way to hide a record, whatever the level declared.
        private_readers=" : la fiche y est privée ; la lisent les membres de l'organisation "
        "« {organisation} », et ceux qui administrent la plateforme",
    ),
    connection=ConnectionType(
        label=N_("Plateforme CKAN"),
        usual_id="datasud",
        module="aqueduc.platforms.ckan.connection",
        behaviour={
            "hidden-fields": ["schema", "login", "port", "extra"],
            "relabeling": {"host": N_("URL de la plateforme"), "password": N_("Jeton (API token)")},
            "placeholders": {
                "host": "https://trouver.datasud.fr",
                "password": N_("jeton d'un compte éditeur de l'organisation"),
            },
        },
        fields={
            "organisation": {
                "label": N_("Organisation"),
                "description": N_("Identifiant de l'organisation de la Ville sur la plateforme."),
                "schema": {"type": ["string", "null"]},
            },
        },
    ),
    own_keys={"hands_off": CkanOnlyKey},
)
