"""What protects people: k-anonymity, the findings that are waived, what only people know of the
processing."""

from enum import StrEnum
from types import GenericAlias
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from aqueduc.declaration.spec.base import (
    Day,
    Needs,
    Share,
    SomeTexts,
    Spec,
    Switch,
    Text,
    Texts,
    UnwritableFieldAnnotation,
    Whole,
    WrittenTypeAnnotation,
    build_enum_schema_modifier,
    build_field_with_hidden_default,
    build_name_mapping_annotation,
    build_required_field,
)
from aqueduc.declaration.spec.choices import IDENTIFIER
from aqueduc.declaration.vocabulary import IDENTIFIERS
from aqueduc.language import N_, Message, _, format_labelled_text, join_messages, quote_text
from aqueduc.rules import Positive

# --- k-anonymity ----------------------------------------------------------------------------------------


class RecodingMode(StrEnum):
    """How hierarchies are climbed: to the first level declared of each; or, as the data allow, to one level a
    column for all rows, level after level for what is left over, or a level for each group."""

    FIXED = "fixed"
    GLOBAL = "global"
    ITERATIVE = "iterative"
    LOCAL = "local"


class DateGeneralisationLevel(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DECADE = "decade"


def _build_nonempty_list_annotation(item: Any) -> WrittenTypeAnnotation:
    """A list of ``item``, not empty where it is written."""
    return WrittenTypeAnnotation(Annotated[GenericAlias(tuple, (item, ...)), Field(min_length=1)])


class HierarchyLevels(Spec):
    """A hierarchy: what the values of the quasi-identifier ``column`` (as its rule leaves them) may become,
    level after level, ``*`` being the last: by one of ``dates``, ``bands``, ``prefix`` or the file at
    ``path``."""

    meaning = N_("Les niveaux d'une hiérarchie.")

    named_by: ClassVar[str] = "column"
    form: ClassVar[Message | None] = _(
        "[month, year, decade], [5, 10, 50], {prefix: [3, 2]} ou hierarchies/fichier.csv"
    )

    column: Annotated[str, UnwritableFieldAnnotation()] = ""
    dates: Annotated[
        tuple[DateGeneralisationLevel, ...], _build_nonempty_list_annotation(DateGeneralisationLevel)
    ] = build_field_with_hidden_default(
        (), description=N_("Les unités de temps, de la plus courte à la plus longue.")
    )
    bands: Annotated[tuple[float, ...], _build_nonempty_list_annotation(Positive)] = (
        build_field_with_hidden_default(
            (), description=N_("Les largeurs des tranches, chacune multiple de la précédente.")
        )
    )
    prefix: Annotated[tuple[int, ...], _build_nonempty_list_annotation(Annotated[Whole, Field(gt=0)])] = (
        build_field_with_hidden_default(
            (), description=N_("Combien de caractères d'un code sont gardés, du plus long au plus court.")
        )
    )
    path: Text | None = Field(
        None,
        alias="file",
        description=N_("Un fichier de include/ : valeur;niveau 1;niveau 2… sans en-tête."),
    )
    sha256: Annotated[str | None, UnwritableFieldAnnotation()] = None


def _expand_short_hierarchy(raw: Any) -> Any:
    """The short forms of a hierarchy: a file, units of time, widths."""
    if isinstance(raw, str):
        return {"file": raw}
    if isinstance(raw, list):
        return {"dates" if any(isinstance(step, str) for step in raw) else "bands": raw}
    return raw


_Steps = tuple[DateGeneralisationLevel, ...] | tuple[Positive, ...]
_AnyLadder = Annotated[
    HierarchyLevels,
    BeforeValidator(_expand_short_hierarchy, json_schema_input_type=Text | _Steps | HierarchyLevels),
]


class SensitiveColumn(Spec):
    """l-diversity and t-closeness: each class shows, of the source column ``column``: so many different
    values (``distinct``), an exponential of entropy (``entropy``), a distance to the whole table
    (``closeness``)."""

    meaning = N_("Ce que chaque groupe doit montrer d'une colonne sensible.")

    named_by: ClassVar[str] = "column"

    column: Annotated[str, UnwritableFieldAnnotation()] = ""
    distinct: Annotated[Whole, Field(ge=1)] = build_field_with_hidden_default(
        1,
        description=N_(
            "Combien de valeurs différentes au moins (l-diversité). Jamais sous le plancher de city.yaml."
        ),
        examples=[2],
    )
    entropy: Annotated[float, Field(ge=1, allow_inf_nan=False, strict=True)] = (
        build_field_with_hidden_default(
            1.0,
            description=N_(
                "L'exponentielle de l'entropie de ces valeurs, au moins : 2,5 veut dire « aussi variées "
                "que deux valeurs et demie à parts égales »."
            ),
            examples=[2.5],
        )
    )
    closeness: Share | None = Field(
        None,
        description=N_(
            "De combien la répartition de ces valeurs peut s'écarter de celle de tout le fichier "
            "(t-proximité), de 0 à 1."
        ),
        examples=[0.3],
    )
    ordered: Switch = Field(
        False,
        description=N_("true : des nombres ou des dates, dont l'écart compte ; false : des catégories."),
    )


class KMapSettings(Spec):
    """k-map: each class may be ``at_least`` people of the population counted in the CSV file ``path``, whose
    columns are named as the quasi-identifiers are published; ``count``: its column of numbers of people."""

    meaning = N_("Une population où compter les personnes.")

    needs: ClassVar[Needs] = {
        "at_least": quote_text("at_least: 20"),
        "file": quote_text("file: populations/insee.csv"),
    }

    at_least: Annotated[Whole, Field(ge=2)] = build_required_field(
        N_("Combien de personnes au moins par groupe."), examples=[20]
    )
    path: Text = build_required_field(
        N_(
            "Un CSV de include/ (points-virgules, avec en-tête) : une colonne par quasi-identifiant, "
            "sous son nom publié, avant toute hiérarchie."
        ),
        alias="file",
        examples=["populations/insee.csv"],
    )
    count: Text | None = Field(
        None,
        description=N_("Sa colonne d'effectifs ; sinon une ligne y est une personne."),
        examples=["nombre"],
    )
    sha256: Annotated[str, UnwritableFieldAnnotation()] = ""


class PrivacySettings(Spec):
    """k-anonymity, reached by recoding along ``hierarchies`` (``recode`` is None where there are none), then
    by suppressing at most a share of the rows. ``quasi_identifiers`` name source columns, those published once
    resolved; ``unit``, dropped ones."""

    meaning = N_("Le k-anonymat : chaque groupe de lignes semblables en compte k au moins.")

    needs: ClassVar[Needs] = {"quasi_identifiers": quote_text("quasi_identifiers: [date_depot, quartier]")}

    quasi_identifiers: SomeTexts = build_required_field(
        N_(
            "Les colonnes de la source qui, ensemble, pourraient désigner quelqu'un : date, lieu, âge, "
            "métier… Celle que sa règle retire (drop) n'y compte pas ; une au moins est publiée."
        ),
        examples=[["date_depot", "quartier"]],
    )
    k: Annotated[Whole, Field(ge=2)] = build_required_field(
        N_(
            "Combien de lignes (ou d'unités, avec unit), au moins, partagent chaque combinaison de "
            "ces colonnes. Jamais sous le plancher de city.yaml."
        ),
        examples=[5],
    )
    unit: Annotated[tuple[str, ...], WrittenTypeAnnotation(Texts)] = build_field_with_hidden_default(
        (),
        description=N_(
            "La ou les colonnes de la source, retirées (drop), qui désignent une personne quand elle peut "
            "avoir plusieurs lignes : une plaque, un numéro d'abonné. Chaque groupe compte alors k "
            "unités connues et différentes au moins ; les lignes sans unité ne comptent pour aucune. Sans unit, "
            "k compte des lignes, qui peuvent être toutes de la même personne ; [] : la déclaration dit que chaque "
            "ligne est d'une autre personne, ce qui n'est pas vérifié."
        ),
        examples=["plaque"],
    )
    suppress_at_most: Share = Field(
        0,
        description=N_(
            "La part des lignes qui peut être retirée pour y parvenir, et pour que la différence avec "
            "une révision comparée, groupe par groupe, soit de k lignes (ou unités) au moins ; au-delà, rien "
            "n'est publié."
        ),
        examples=["2%"],
    )
    recode: RecodingMode | None = Field(
        None,
        description=N_(
            "Comment les hiérarchies sont gravies. fixed : le premier niveau déclaré de chacune, pour "
            "toutes les lignes ; les groupes trop petits sont retirés. Les trois autres choisissent les "
            "niveaux d'après les données, et ce choix peut lui-même apprendre quelque chose des personnes "
            ": global : un même niveau pour toutes les lignes ; iterative : un niveau, puis un autre "
            "pour les lignes qui restent ; local : le niveau le plus fin que permet chaque groupe (perd "
            "le moins, apprend le plus). Les trois gardent les niveaux de la révision précédente, si la perte n'en "
            "est pas accrue de plus de 2 points sur 100."
        ),
        json_schema_extra={"default": "fixed"},
    )
    hierarchies: Annotated[
        tuple[HierarchyLevels, ...], build_name_mapping_annotation(HierarchyLevels, _AnyLadder)
    ] = build_field_with_hidden_default(
        (),
        description=N_(
            "Ce que la valeur d'un quasi-identifiant devient, du plus fin au plus grossier. Le "
            "premier niveau est celui qui est publié (voir recode) ; « * » vient toujours en dernier. "
            "[year, decade] : des dates ; [5, 10] : des tranches ; "
            "{prefix: [3, 2]} : le début d'un code ; hierarchies/quartiers.csv : un fichier (valeur;niveau 1;"
            "niveau 2…)."
        ),
        examples=[{"date_depot": ["year", "decade"], "quartier": "hierarchies/quartiers.csv"}],
    )
    sensitive: Annotated[tuple[SensitiveColumn, ...], build_name_mapping_annotation(SensitiveColumn)] = (
        build_field_with_hidden_default(
            (),
            description=N_(
                "Les colonnes publiées dont l'appartenance à un groupe ne doit pas apprendre la "
                "valeur avec certitude, et ce que chaque groupe doit en montrer."
            ),
            examples=[{"decision": {"distinct": 2}}],
        )
    )
    k_map: KMapSettings | None = Field(
        None,
        description=N_(
            "Chaque groupe peut correspondre à tant de personnes, au moins, d'une population connue."
        ),
    )
    population: Text | None = Field(
        None,
        description=N_(
            "Le nom des personnes décrites. Deux jeux qui donnent le même nom décrivent les mêmes "
            "personnes : un groupe dont le nombre de lignes, comparé entre eux, en isolerait moins de k est "
            "retenu."
        ),
        examples=["demandeurs-urbanisme"],
    )

    @property
    def counts_rows_as_people(self) -> bool:
        """Whether somebody declared that each row is another person's (``unit: []``)."""
        return not self.unit and "unit" in self.model_fields_set

    def find_hierarchy(self, column: str) -> HierarchyLevels | None:
        return next((ladder for ladder in self.hierarchies if ladder.column == column), None)


# --- what people decide and know ------------------------------------------------------------------------


class DetectionWaiver(Spec):
    meaning = N_("Un constat de la recherche de données personnelles que quelqu'un a examiné et qu'il lève.")

    needs: ClassVar[Needs] = {
        "column": quote_text("column: adresse"),
        "kind": quote_text("kind: address"),
        "reason": _("« reason: » et pourquoi ce n'est pas une donnée personnelle"),
        "date": quote_text("date: 2026-06-30"),
        "by": _("« by: » et le prénom, le nom et la fonction de qui en répond"),
    }

    column: Text = build_required_field(N_("La colonne, sous son nom publié."), examples=["adresse"])
    kind: Annotated[str, IDENTIFIER.unchanged_word_annotation] = build_required_field(
        json_schema_extra=build_enum_schema_modifier(
            _("Ce qui a été trouvé : {listed}").format(
                listed=join_messages(
                    (format_labelled_text(code, found) for code, found in IDENTIFIERS.items()), " ; "
                )
            ),
            *IDENTIFIERS,
        )
    )
    reason: Text = build_required_field(
        N_("Pourquoi ce n'est pas une donnée personnelle ; le certificat le cite."),
        examples=["adresses d'équipements publics"],
    )
    day: Day = build_required_field(
        N_("Le jour où cela a été décidé."), alias="date", examples=["2026-06-30"]
    )
    by: Text = build_required_field(
        N_(
            "Qui en répond, dans la direction qui publie : prénom, nom et fonction ; le certificat les cite. "
            "Le délégué à la protection des données conseille (RGPD, art. 39), et ne décide pas."
        ),
        examples=["Jeanne Martin, directrice des services culturels"],
    )


class DpiaRecord(Spec):
    meaning = N_("L'analyse d'impact relative à la protection des données (AIPD ; RGPD, art. 35).")

    needs: ClassVar[Needs] = {
        "needed": quote_text("needed: false"),
        "why": _("« why: » et la raison"),
    }

    needed: Switch = build_required_field(
        N_("Si une analyse d'impact est nécessaire (true ou false)."), examples=[False]
    )
    why: Text = build_required_field(
        N_(
            "Pourquoi elle l'est, ou ne l'est pas ; si elle a été menée, son numéro, sa date, ce qu'elle conclut."
        ),
        examples=["ni données sensibles, ni grande échelle, ni suivi de personnes"],
    )


class ProcessingRecord(Spec):
    meaning = N_(
        "Ce que seules des personnes savent du traitement. Aqueduc n'en vérifie rien : il le recopie "
        "là où l'on signe, et y laisse un blanc pour ce qui manque."
    )

    purpose: Text | None = Field(
        None,
        description=N_("La finalité : pourquoi ces données sont publiées."),
        examples=["rendre compte de l'activité de construction"],
    )
    legal_ground: Text | None = Field(
        None,
        description=N_(
            "Le fondement du traitement, avec son texte (RGPD, art. 6). Le texte qui permet de "
            "publier une donnée personnelle s'écrit, lui, sous « basis: », à côté de sa colonne."
        ),
        examples=["obligation légale (RGPD, art. 6, 1, c) : CRPA, art. L. 312-1-1"],
    )
    persons: Text | None = Field(
        None,
        description=N_(
            "Les personnes concernées : celles que la source décrit, même si leurs colonnes ne sortent pas."
        ),
        examples=["demandeurs de permis de construire"],
    )
    why_k: Text | None = Field(
        None,
        description=N_("Pourquoi ce k ou ce seuil, et pas un autre (la loi n'en fixe aucun)."),
        examples=["seuil que la Ville retient pour les données d'urbanisme"],
    )
    dpia: DpiaRecord | None = Field(
        None,
        description=N_("L'analyse d'impact (AIPD) : nécessaire ou non, et pourquoi."),
        examples=[{"needed": False, "why": "ni données sensibles, ni grande échelle"}],
    )
    retention: Text | None = Field(
        None,
        description=N_(
            "Combien de temps les données personnelles publiées restent en ligne, et comment elles "
            "en sortent. Rien ne les retire tout seul."
        ),
        examples=["cinq ans ; la direction retire l'année écoulée de sa requête chaque janvier"],
    )
