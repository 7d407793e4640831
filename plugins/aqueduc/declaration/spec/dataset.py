"""A dataset: its declaration, section by section, and what comes of it once the files it names were read."""

from datetime import date
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field, InstanceOf

import aqueduc
from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.spec.additions import AnyJoins
from aqueduc.declaration.spec.base import (
    Day,
    Email,
    FrozenModel,
    Moment,
    Needs,
    Share,
    Spec,
    Text,
    Texts,
    Title,
    Whole,
    WrittenTypeAnnotation,
    build_enum_schema,
    build_enum_schema_modifier,
    build_field_with_hidden_default,
    build_required_field,
    derive_section_model,
)
from aqueduc.declaration.spec.choices import CADENCE_WORD, CATEGORY, GRANULARITY, LICENCE_WORD, THEME
from aqueduc.declaration.spec.guards import DatasetGuards
from aqueduc.declaration.spec.privacy import DetectionWaiver, PrivacySettings, ProcessingRecord
from aqueduc.declaration.spec.publication import AccessSettings, AnyAccess, PublicationSettings
from aqueduc.declaration.spec.source import LexicalFormat, Source
from aqueduc.declaration.spec.table_schema import AnySchema, NationalSchemaReference, TableSchema
from aqueduc.declaration.vocabulary import (
    BOUND,
    CATEGORIES,
    FREQUENCIES,
    GRANULARITIES,
    LICENCES,
    THEMES,
    Licence,
    UpdateFrequency,
)
from aqueduc.language import (
    N_,
    Message,
    _,
    format_labelled_text,
    join_choices_with_or,
    join_messages,
    quote_text,
)
from aqueduc.program import compute_program_digest
from aqueduc.rules import Rule, list_rule_packages
from aqueduc.sources import SOURCES


class ColumnDeclaration(FrozenModel):
    """One column of the source. ``published_as`` is its name at the exit; None when it is dropped.
    ``basis_until``: the last day on which ``basis`` lets it be published."""

    name: str
    rule: Rule
    published_as: str | None
    basis: str | None = None
    basis_until: date | None = None


class GeometryColumns(FrozenModel):
    """The two source columns that hold a WGS84 position."""

    longitude: Text = Field(description=N_("La colonne de la source qui donne la longitude."))
    latitude: Text = Field(description=N_("La colonne de la source qui donne la latitude."))


class ChangeAnnouncement(Spec):
    meaning = N_("Un changement à venir de ce qui est publié, annoncé aux réutilisateurs.")

    needs: ClassVar[Needs] = {
        "day": quote_text("day: 2027-01-15"),
        "change": _("« change: » et ce qui change, en une phrase"),
    }

    day: Day = build_required_field(N_("Le jour du changement."), examples=["2027-01-15"])
    change: Text = build_required_field(N_("Ce qui change, en une phrase pour qui réutilise les données."))


QUEUE = r"^[a-z0-9][a-z0-9._-]{0,62}$"
MEMORY = r"^[1-9]\d{0,4}(Mi|Gi)$"


class TaskResources(Spec):
    meaning = N_(
        "Où tournent, sous Airflow, les tâches qui lisent et transforment le jeu, et avec quels moyens."
    )

    queue: Annotated[str, Field(pattern=QUEUE)] | None = Field(
        None,
        description=N_(
            "La file (Celery) que ces tâches attendent ; par défaut, celle de tout le monde. Un worker au moins doit "
            "l'écouter."
        ),
        examples=["heavy"],
    )
    cpu: Annotated[Whole, Field(ge=1, le=256)] | None = Field(
        None,
        description=N_("Combien de processeurs sont donnés à chaque tâche, avec le KubernetesExecutor."),
        examples=[2],
    )
    memory: Annotated[str, Field(pattern=MEMORY)] | None = Field(
        None,
        description=N_("Combien de mémoire est donnée à chaque tâche, avec le KubernetesExecutor."),
        examples=["4Gi"],
    )


class CellCorrection(FrozenModel):
    """The cell of published ``column`` in the row of ``key``, whose value has the mark ``before`` (None: it
    is empty), is ``after`` ("": nothing). ``line``: where its file says so."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)

    line: int
    key: tuple[str, ...]
    column: str
    before: str | None
    after: str
    by: str
    why: str


# --- what may be written --------------------------------------------------------------------------------

CONTACT = N_("L'adresse électronique à laquelle le citoyen écrit.")
LICENCE_LIST = " ; ".join(f"{licence.id} : {licence.title}" for licence in LICENCES.values())
_CADENCES: dict[str, Any] = {
    "anyOf": [
        {"enum": list(FREQUENCIES)},
        {"pattern": r"^every 0?(1|2|3|4|5|6|10|12|15|20|30|60) minutes$"},
        {"pattern": f"^{BOUND}$"},
    ],
    "examples": ["weekly", "every 10 minutes", "at most 35 days"],
}
_SOURCES = join_choices_with_or(SOURCES.builtin_names)


class DatasetSections(Spec):
    """All the sections of a dataset but its environments."""

    needs: ClassVar[Needs] = {
        "title": quote_text("title: Permis de construire délivrés"),
        "description": _("« description: » et une phrase pour le citoyen"),
        "theme": _("« theme: » et un thème de l'UE, comme ENVI ou TRAN"),
        "cadence": _(
            "« cadence: weekly », par exemple ; sans horloge, un délai : « cadence: at most 35 days »"
        ),
        "source": _("« source: » avec {listed}").format(listed=_SOURCES),
        "schema": _("« schema: schemas/….json »"),
    }

    title: Title = build_required_field(
        N_("Le titre que lit le citoyen."), examples=["Permis de construire déposés"]
    )
    description: Text = build_required_field(
        N_("Ce que le jeu contient, en une ou deux phrases pour le citoyen.")
    )
    owner: Title = build_required_field(
        N_("Le service qui répond de la donnée."), examples=["Direction de l'urbanisme"]
    )
    contact: Email = build_required_field(
        N_("L'adresse électronique à laquelle le citoyen écrit. Par défaut, celle de city.yaml."),
        examples=["opendata@ville.fr"],
    )
    theme: Annotated[str, THEME.unchanged_word_annotation] = build_required_field(
        json_schema_extra=build_enum_schema_modifier(
            _("Le thème de l'Union européenne : {listed}").format(
                listed=join_messages(
                    (format_labelled_text(code, Message(theme)) for code, theme in THEMES.items()), " ; "
                )
            ),
            *THEMES,
        )
    )
    category: Annotated[str, CATEGORY.unchanged_word_annotation] = build_required_field(
        N_("Le rayon de DataSud ; par défaut, celui du thème."),
        json_schema_extra=build_enum_schema(*CATEGORIES),
    )
    keywords: Texts = build_field_with_hidden_default(
        (), description=N_("Les mots que le citoyen cherchera."), examples=[["urbanisme", "logement"]]
    )
    licence: Annotated[InstanceOf[Licence], LICENCE_WORD] = build_required_field(
        json_schema_extra=build_enum_schema_modifier(
            _("La licence : {listed}. Par défaut, celle de city.yaml.").format(listed=LICENCE_LIST), *LICENCES
        )
    )
    access: AnyAccess = Field(
        AccessSettings(),
        description=N_(
            "open (par défaut) : donnée ouverte à tous. Sinon le niveau d'accès restreint, seul ou avec "
            "ses lecteurs : {level: only_allowed_users, users: [...]}. Un accès restreint demande « "
            "licence: other-at » ; sur un CKAN, c'est une fiche privée, que lisent l'organisation de la "
            "Ville et ceux qui administrent la plateforme, quel que soit le niveau."
        ),
        json_schema_extra={"default": "open"},
    )
    frequency: Annotated[InstanceOf[UpdateFrequency], CADENCE_WORD] = build_required_field(
        N_(
            "Tous les combien le jeu est mis à jour : règle l'horaire et la fréquence de la fiche. Ou « "
            "every N minutes ». Sans horloge, « at most N days » : un délai promis, passé lequel le jeu est dit "
            "en retard ; la fiche le dit, ou le mot le plus proche que le catalogue connaît."
        ),
        alias="cadence",
        json_schema_extra=_CADENCES,
    )
    after: Texts = build_field_with_hidden_default(
        (),
        description=N_(
            "Les jeux de la Ville après lesquels celui-ci est relu, à côté de l'horloge ou sans elle : dès que des "
            "exécutions d'Airflow les ont tous publiés de nouveau. Une exécution qui n'a rien trouvé de nouveau ne "
            "déclenche rien. Sans horloge, « cadence: » dit le délai promis : at most 35 days."
        ),
        examples=["voies", ["voies", "quartiers"]],
    )
    on_arrival: bool = Field(
        False,
        description=N_(
            "true : le jeu est relu quand un fichier arrive dans le dépôt (dossier, SFTP, S3, WebDAV), ou quand l'adresse "
            "d'un document HTTP d'une seule page annonce un autre état (ETag, ou date), à côté de l'horloge ou sans elle. "
            "Sans horloge, « cadence: » dit le délai promis : at most 35 days."
        ),
    )
    granularity: Annotated[str, GRANULARITY.unchanged_word_annotation] = Field(
        "commune",
        description=N_("La maille géographique la plus fine de la donnée."),
        json_schema_extra=build_enum_schema(*GRANULARITIES),
    )
    source: Annotated[Any, WrittenTypeAnnotation(dict[str, Any])] = build_required_field(
        N_("D'où viennent les lignes.")
    )
    join: AnyJoins = build_field_with_hidden_default(
        (),
        description=N_(
            "Une table du dépôt de la Ville (ou plusieurs) dont des colonnes sont ajoutées aux lignes de la source, avant "
            "toute règle. Chacune se déclare sous « columns: », comme celles de la source."
        ),
        examples=[{"file": "references/quartiers.csv", "on": "code_quartier"}],
    )
    computed: dict[str, Text] = build_field_with_hidden_default(
        {},
        description=N_(
            "Des colonnes calculées avec celles de la même ligne, avant toute règle : leur nom, et une expression (celles "
            "de DuckDB : + - * /, ||, CASE, CAST, et les fonctions que liste le guide). Chacune se déclare sous "
            "« columns: », comme celles de la source."
        ),
        examples=[{"annee": "left(date_depot, 4)"}],
    )
    key: Texts = build_field_with_hidden_default(
        (),
        description=N_("Les colonnes, sous leur nom publié, qui distinguent une ligne de toutes les autres."),
        examples=[["numero"]],
    )
    order: Literal["sorted", "source"] = Field(
        "sorted",
        description=N_(
            "L'ordre des lignes publiées. sorted : triées par leurs valeurs, ce qui ne dit rien de la "
            "source ; source : dans l'ordre du fichier, si toutes ses colonnes sont publiées telles "
            "quelles."
        ),
    )
    column_sets: Texts = build_field_with_hidden_default(
        (),
        description=N_(
            "Des jeux de colonnes de include/columns/, par leur nom. Une règle écrite sous « "
            "columns: » l'emporte sur la leur."
        ),
        examples=[["identite-demandeur"]],
    )
    columns: Annotated[Any, WrittenTypeAnnotation(dict[str, Any])] = build_required_field(
        N_("TOUTES les colonnes de la source, chacune avec sa règle ; sinon rien n'est publié.")
    )
    geometry: GeometryColumns | None = Field(
        None,
        description=N_("Les deux colonnes de la source qui donnent une position (degrés, WGS84)."),
        examples=[{"longitude": "longitude", "latitude": "latitude"}],
    )
    privacy: PrivacySettings | None = Field(
        None, description=N_("Le k-anonymat : chaque groupe de lignes semblables en compte k au moins.")
    )
    waivers: tuple[DetectionWaiver, ...] = build_field_with_hidden_default(
        (),
        description=N_(
            "Les constats de la recherche de données personnelles qui sont levés, un par un. Une "
            "donnée qui EST personnelle ne doit pas être levée, ce que rien n'empêche : elle demande « basis: » "
            "sous sa colonne."
        ),
    )
    processing: ProcessingRecord = Field(
        ProcessingRecord(),
        description=N_(
            "Ce que seules des personnes savent du traitement : finalité, fondement, personnes "
            "concernées, raison du k, analyse d'impact. Recopié là où l'on signe ; rien n'en est vérifié."
        ),
    )
    reject_at_most: Share = Field(
        0.0,
        description=N_(
            "La part des lignes fautives tolérée à chaque étape (lecture, règles, schéma) : "
            "elles restent à la "
            "Ville ; au-delà, rien n'est publié."
        ),
        examples=["1%"],
    )
    guards: DatasetGuards = Field(
        DatasetGuards(),
        description=N_("Ce que tout le jeu doit être, à côté de la révision publiée ; sinon, il est retenu."),
        examples=[{"shrink": "10%", "totals": {"montant": "30%"}}],
    )
    schema_: AnySchema | None = Field(
        None,
        alias="schema",
        description=N_(
            "Le schéma (Table Schema) de ce qui est PUBLIÉ : un fichier de include/, ou un schéma "
            "national et sa version."
        ),
        examples=[
            "schemas/permis-de-construire.json",
            {"national": "etalab/schema-irve-statique", "version": "2.3.1"},
        ],
    )
    publication: PublicationSettings = build_required_field(
        N_("Où et comment le jeu est publié."), alias="publish"
    )
    publish_at: Moment | None = Field(
        None,
        description=N_(
            "L'embargo : rien n'est publié avant cette date et cette heure, celles de la Ville. Avant, chaque "
            "exécution prépare tout ; ce qui est déjà en ligne y reste."
        ),
        examples=["2026-12-01 10:00"],
    )
    announce: ChangeAnnouncement | None = Field(
        None,
        description=N_("Un changement de colonnes à venir, que lisent d'ici là les réutilisateurs."),
        examples=[{"day": "2027-01-15", "change": "La colonne « sexe » est retirée."}],
    )
    announce_days: Annotated[Whole, Field(ge=0, le=365)] | None = Field(
        None,
        description=N_(
            "Combien de jours à l'avance un changement de colonnes est annoncé ; par défaut, ce que dit city.yaml."
        ),
        examples=[30],
    )
    resources: TaskResources | None = Field(
        None,
        description=N_(
            "Où tournent, sous Airflow, les tâches qui lisent et transforment le jeu. Rien de ce qui est publié n'en "
            "dépend : ses lignes n'entrent pas dans l'empreinte de la déclaration, et ne demandent pas d'accord nouveau."
        ),
        examples=[{"queue": "heavy", "cpu": 2, "memory": "4Gi"}],
    )
    moved_from: Text | None = Field(
        None,
        description=N_(
            "L'identifiant que le jeu portait avant que son fichier soit renommé : ses fiches et ses "
            "ressources restent les mêmes sur les plateformes."
        ),
        examples=["permis-construire"],
    )


_RECORD = _("cette clé décrit le jeu, qui est le même partout")
FIXED: dict[str, Message] = {
    **dict.fromkeys(
        (
            *(
                "join",
                "computed",
                "columns",
                "column_sets",
                "privacy",
                "waivers",
                "key",
                "order",
                "schema",
                "licence",
            ),
            "geometry",
            *("reject_at_most", "guards", "processing", "publish_at"),
        ),
        _("cette clé décide de ce qui est anonymisé, ou du droit de publier"),
    ),
    **dict.fromkeys(("announce", "announce_days"), _RECORD),
    **dict.fromkeys(
        ("after", "on_arrival"),
        _("cette clé dit ce que le jeu attend, qui est le même partout ; c'est « cadence: » qui y change"),
    ),
    "resources": _("cette clé dit de quels moyens ses tâches ont besoin, qui sont les mêmes partout"),
    **dict.fromkeys(("theme", "category", "keywords", "granularity"), _RECORD),
}
"""What no environment changes, and why."""
_cadence = DatasetSections.model_fields["frequency"]

EnvironmentSpec = derive_section_model(
    "EnvironmentSpec",
    N_("Ce qui change dans un environnement ; jamais ce qui décide de l'anonymisation."),
    (DatasetSections,),
    *("title", "description", "owner", "contact", "cadence", "access", "source"),
    elsewhere=FIXED,
    title=Field(None, description=N_("Un autre titre."), examples=["[Recette] Arbres"]),
    description=N_("Une autre description."),
    contact=CONTACT,
    # Looked up where the environment is chosen.
    cadence=(Text | None, Field(None, description=_cadence.description, json_schema_extra=_CADENCES)),
    source=(Any, Field(None, description=N_("Une autre connexion, un autre fichier."))),
    publish=(
        PublicationSettings | None,
        Field(None, description=N_("Une autre plateforme, d'autres fichiers.")),
    ),
)


def build_environments_mapping_annotation(section: type[Spec]) -> WrittenTypeAnnotation:
    """Environments by their names; ``production:`` alone is one that changes nothing."""

    def replace_null_with_empty_mapping(raw: Any) -> Any:
        return {} if raw is None else raw

    one: Any = Annotated[
        section, BeforeValidator(replace_null_with_empty_mapping, json_schema_input_type=section | None)
    ]
    return WrittenTypeAnnotation(GenericAlias(dict, (str, one)))


class DatasetSpec(DatasetSections):
    meaning = N_(
        "Un jeu de données : ce qui sort, d'où, comment, pour qui. Son fichier porte son identifiant public."
    )

    environments: Annotated[Any, build_environments_mapping_annotation(EnvironmentSpec)] = (
        build_field_with_hidden_default(
            {},
            description=N_(
                "Ce qui change dans un environnement de city.yaml (recette, formation…), et rien d'autre."
            ),
            examples=[{"recette": {"publish": {"platform": "datasud-recette"}}}],
        )
    )


class ColumnSetSpec(Spec):
    meaning = N_("Un jeu de colonnes : des règles que plusieurs jeux de données partagent.")

    needs: ClassVar[Needs] = {
        "description": _("« description: » et ce que ces colonnes ont en commun"),
        "columns": _("« columns: » et une règle par colonne"),
    }

    description: Text = build_required_field(N_("Ce que ces colonnes ont en commun."))
    columns: dict[str, Any] = build_required_field(N_("Chaque colonne de la source, avec sa règle."))


# --- what comes of it -----------------------------------------------------------------------------------


class Dataset(DatasetSections):
    """One declaration, complete: nothing else decides what happens to this dataset."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    id: str
    path: Path
    fingerprint: str
    """SHA-256 of the YAML without « resources: », of every file it names, and of what it takes from ``city.yaml`` (defaults,
    environment): changes whenever the declaration does."""
    windowed: bool
    source: InstanceOf[Source]
    reading: LexicalFormat
    columns: tuple[ColumnDeclaration, ...]
    corrections: tuple[CellCorrection, ...] = ()
    schema_path: str
    table_schema: TableSchema
    """Of a national schema, without the optional fields that nothing publishes."""
    national: NationalSchemaReference | None = None
    environment: str | None = None
    """The environment it was read for; None for none."""
    timezone: str = "UTC"
    """The city's: a moment with an offset is published at its clock."""
    warnings: tuple[InstanceOf[DeclarationProblem], ...] = ()
    """What is doubtful in the declaration, and not refused."""

    @property
    def rule_packages(self) -> list[str]:
        """The packages, with their versions, that give some of the rules."""
        return list_rule_packages(column.rule for column in self.columns)

    @property
    def software_versions(self) -> str:
        """The version of Aqueduc, then those of the packages: another one may publish something else of the
        same declaration."""
        return ", ".join((aqueduc.__version__, *self.rule_packages))

    @property
    def software_version_and_code_digest(self) -> str:
        """``software_versions`` with the digest of the code of Aqueduc: for what is signed and kept."""
        return ", ".join(
            (f"{aqueduc.__version__} (code {compute_program_digest()[:16]}…)", *self.rule_packages)
        )

    @property
    def keeps_order(self) -> bool:
        """Rows leave in the order of the file; else sorted by their values, which tells nothing of the
        source."""
        return self.order == "source"

    @property
    def published_columns(self) -> tuple[ColumnDeclaration, ...]:
        """The columns that leave, in the order of the schema."""
        order = {field.name: rank for rank, field in enumerate(self.table_schema.fields)}
        kept = [column for column in self.columns if column.published_as is not None]
        return tuple(sorted(kept, key=lambda column: order.get(column.published_as or "", len(order))))

    def find_column(self, name: str) -> ColumnDeclaration | None:
        return next((column for column in self.columns if column.name == name), None)
