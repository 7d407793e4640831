"""Where a dataset is published, how, and who may read it."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from aqueduc.declaration.spec.base import (
    FrozenModel,
    Needs,
    SomeTexts,
    Spec,
    Switch,
    Text,
    Texts,
    WrittenTypeAnnotation,
    build_field_with_hidden_default,
    build_required_field,
    build_shorthand_validator,
    wrap_single_name_in_list,
)
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.language import N_, Message, _, quote_text

# --- who may read ---------------------------------------------------------------------------------------

_Level = Literal[
    "open",
    "registered",
    "only_allowed_users",
    "same_organization",
    "any_organization",
    "only_idgo_partners",
]


def _parse_access_level(word: str) -> AccessLevel:
    return AccessLevel.OPEN if word == "open" else AccessLevel(word)


class AccessSettings(Spec):
    """Who may read: ``level`` in IDGO's words; ``users`` for ``only_allowed_users``."""

    meaning = N_("Qui peut lire.")

    form: ClassVar[Message | None] = _(
        "open, un niveau d'accès, ou {level: only_allowed_users, users: [...]}"
    )
    needs: ClassVar[Needs] = {"level": quote_text("level: same_organization")}

    level: Annotated[AccessLevel, WrittenTypeAnnotation(_Level, _parse_access_level)] = Field(
        AccessLevel.OPEN,
        description=N_(
            "open : tout le monde (donnée ouverte) ; registered : les inscrits ; only_allowed_users : les "
            "utilisateurs nommés sous « users » ; same_organization : les membres de l'organisation de la Ville ; "
            "any_organization : les organisations inscrites ; only_idgo_partners : les partenaires de la "
            "Région."
        ),
    )
    users: Texts = build_field_with_hidden_default(
        (), description=N_("Les identifiants de ceux qui peuvent lire, pour only_allowed_users.")
    )

    @property
    def is_open(self) -> bool:
        return self.level is AccessLevel.OPEN

    @property
    def written_level(self) -> str:
        """The level as it is written."""
        return "open" if self.is_open else self.level.value


AnyAccess = Annotated[AccessSettings, build_shorthand_validator("level", str, _Level | AccessSettings)]

# --- where and how --------------------------------------------------------------------------------------


class PublicationMode(StrEnum):
    UPLOAD = "upload"
    INDEX = "index"


class OutputFormat(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    GEOJSON = "geojson"
    XLSX = "xlsx"


_FormatList = Annotated[tuple[OutputFormat, ...], Field(min_length=1)]
_Formats = Annotated[
    _FormatList, BeforeValidator(wrap_single_name_in_list, json_schema_input_type=OutputFormat | _FormatList)
]


class FileSplit(FrozenModel):
    """Several resources in one dataset: one for each year, or for each value, of the published column
    ``by``."""

    by: Text = Field(description=N_("La colonne, sous son nom publié."), examples=["date_depot"])
    per: Literal["year", "value"] = Field(
        description=N_("year : un fichier par année ; value : un fichier par valeur de la colonne.")
    )


class RecordAdoption(FrozenModel):
    """A record that people made on a platform, which the first run takes over: no other is made, and each
    resource named keeps its id."""

    model_config = ConfigDict(
        json_schema_extra={"description": N_("Une fiche faite à la main, que la première exécution reprend.")}
    )

    record: Text = Field(
        description=N_("La fiche faite à la main, sous l'identifiant que la plateforme lui a donné."),
        examples=["0b1ff5a2-6a3e-4c08-9c5e-3f1b2f0f7d11"],
    )
    resources: dict[Text, Text] = build_field_with_hidden_default(
        {},
        description=N_(
            "Par format publié, la ressource de cette fiche qui le portera, sous le même identifiant. Celles "
            "qui ne sont pas nommées restent telles quelles."
        ),
        examples=[{"csv": "5d2c7f3e-41a8-4d6f-8a55-b7a1f6f0c9b2"}],
    )
    slices: dict[Text, dict[Text, Text]] = build_field_with_hidden_default(
        {},
        description=N_(
            "D'un jeu en plusieurs fichiers (« split: ») : par partie (2024, un quartier), puis par format, la "
            "ressource qui portera cette partie, sous le même identifiant."
        ),
        examples=[{"2024": {"csv": "5d2c7f3e-41a8-4d6f-8a55-b7a1f6f0c9b2"}}],
    )

    def find_resource_id(self, format_name: str, label: str = "") -> str | None:
        """The id of the resource that is to carry this format: of the slice called ``label``, "" for the whole."""
        formats = self.slices.get(label, {}) if label else self.resources
        named = {name.casefold(): identifier for name, identifier in formats.items()}
        return named.get(format_name.casefold())

    @property
    def resource_identifiers(self) -> tuple[str, ...]:
        """Of all the resources that it names."""
        return tuple(
            identifier
            for formats in (self.resources, *self.slices.values())
            for identifier in formats.values()
        )


class PublicationSettings(Spec):
    """``datastore``: also as a table citizens can query; only what is uploaded as CSV is. In mode index,
    either ``link``, the public URL of the source (it may be relative to the source's connection), or
    ``outlet``, the place of the city's own where the files are put and linked. ``too_big``: when the
    platform would not take a file, the publication is held, or that format left out.
    """

    meaning = N_("Où et comment le jeu est publié.")

    platform_alone: Text | None = Field(
        None,
        alias="platform",
        description=N_("La plateforme où publier, une de celles de city.yaml."),
        examples=["datasud"],
    )
    platform_list: SomeTexts | None = Field(
        None,
        alias="platforms",
        description=N_(
            "Les plateformes où publier, s'il y en a plusieurs ; la première est celle dont on cite la fiche."
        ),
        examples=[["datasud", "portail"]],
    )
    mode: PublicationMode = build_required_field(
        N_(
            "upload : le fichier est déposé sur la plateforme. index : la donnée reste à la Ville, la "
            "plateforme n'en a que la fiche et le lien."
        ),
    )
    formats: _Formats = Field(
        (OutputFormat.CSV,),
        description=N_("Les fichiers publiés : csv, parquet, xlsx, geojson (demande « geometry: »)."),
        examples=[["csv", "parquet"]],
    )
    datastore: Switch = Field(True, description=N_("Offrir aussi le CSV comme table interrogeable."))
    link: Text | None = Field(
        None,
        description=N_(
            "Le lien public de la donnée, en mode index ; peut être relatif à l'adresse de la connexion."
        ),
        examples=["https://data.ville.fr/parkings.json"],
    )
    outlet: Text | None = Field(
        None,
        description=N_(
            "En mode index, l'emplacement de la Ville (« outlets: » de city.yaml) où sont "
            "déposés les fichiers "
            "anonymisés, vers lesquels la plateforme mène."
        ),
        examples=["web"],
    )
    split: FileSplit | None = Field(
        None,
        description=N_(
            "Plusieurs fichiers dans le même jeu : un par année, ou un par valeur, d'une colonne publiée."
        ),
        examples=[{"by": "date_depot", "per": "year"}],
    )
    adopts: dict[Text, RecordAdoption] = build_field_with_hidden_default(
        {},
        description=N_(
            "Par plateforme, la fiche faite à la main que la première publication reprend, avec ses "
            "identifiants et ses adresses (« aqueduc adopt » l'écrit)."
        ),
        examples=[{"datasud": {"record": "0b1ff5a2-6a3e-4c08-9c5e-3f1b2f0f7d11"}}],
    )
    too_big: Literal["stop", "omit"] = Field(
        "stop",
        description=N_(
            "Quand un fichier dépasse ce que la plateforme accepte : stop, rien n'est publié "
            "; omit, ce format est "
            "omis si un autre convient."
        ),
    )
    formulas: Literal["keep", "prefix"] = Field(
        "keep",
        description=N_(
            "Les textes du CSV qu'un tableur prendrait pour des formules (=, +, -, @…). keep "
            ": publiés tels quels, "
            "et l'exécution les compte ; prefix : précédés d'une apostrophe, dans le CSV seulement."
        ),
    )

    @property
    def is_link_to_source(self) -> bool:
        """Whether the public reads the source itself, and not files that went through the stages."""
        return self.mode is PublicationMode.INDEX and self.outlet is None

    @property
    def platforms(self) -> tuple[str, ...]:
        """All of them, the first one first; each has a state of its own."""
        return self.platform_list or ((self.platform_alone,) if self.platform_alone else ())

    @property
    def primary_platform(self) -> str:
        """The one whose record is cited."""
        return self.platforms[0]

    @property
    def other_platforms(self) -> tuple[str, ...]:
        """The others."""
        return self.platforms[1:]
