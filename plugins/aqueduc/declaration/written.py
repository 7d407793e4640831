"""A declaration as it is written, before anything is resolved. Every key a steward may use is here, with
what it means: the editor's help (``editor``) is made of these models.

Every key is optional for pydantic; ``needs`` says which ones must be there. So a wrong or missing key never
hides what else is wrong in the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from aqueduc.declaration.model import (
    DateStep,
    Geometry,
    Mode,
    OutputFormat,
    Split,
    Text,
    Title,
    one_or_many,
)
from aqueduc.declaration.model import (
    Needs as Needs,
)
from aqueduc.declaration.model import (
    Whole as Whole,
)
from aqueduc.declaration.model import (
    Written as Written,
)
from aqueduc.declaration.vocabulary import (
    CATEGORIES,
    FREQUENCIES,
    GRANULARITIES,
    IDENTIFIERS,
    LICENCES,
    THEMES,
)
from aqueduc.language import Said
from aqueduc.rules import read_share
from aqueduc.sources import SOURCES

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
SIREN = r"^\d{9}$"
SIRET = r"^\d{14}$"
DELIMITER = r'^(auto|[^"\r\nA-Za-z0-9])$'
INSEE = r"^[0-9][0-9AB][0-9]{3}$"


def _access(raw: Any) -> Any:
    """``registered`` and ``{level: registered}`` are the same access."""
    return {"level": raw} if isinstance(raw, str) else raw


def _schema(raw: Any) -> Any:
    """``schemas/arbres.json`` and ``{file: schemas/arbres.json}`` are the same schema."""
    return {"file": raw} if isinstance(raw, str) else raw


def _texts(raw: Any) -> Any:
    """The values of an address: numbers and dates need no quotes there."""
    if not isinstance(raw, dict):
        return raw
    plain = (int, float, date)
    return {
        key: str(value) if isinstance(value, plain) and not isinstance(value, bool) else value
        for key, value in raw.items()
    }


def _pause(raw: Any) -> Any:
    """``2026-05-01`` and ``{from: 2026-05-01}`` are the same day."""
    return {"from": raw} if isinstance(raw, date) else raw


def _nothing(raw: Any) -> Any:
    """``production:`` alone is an environment that changes nothing."""
    return {} if raw is None else raw


def _ladder(raw: Any) -> Any:
    """The short forms of a hierarchy: a file, units of time, widths."""
    if isinstance(raw, str):
        return {"file": raw}
    if isinstance(raw, list):
        return {"dates" if any(isinstance(step, str) for step in raw) else "bands": raw}
    return raw


def _day(raw: Any) -> Any:
    """Pydantic would take a number for so many seconds since 1970."""
    return str(raw) if isinstance(raw, int | float) else raw


# What an editor is told of the short forms: a number and a percentage, a word and a list of words.
_Fraction = Annotated[float, Field(ge=0, le=1, strict=True)]
_Percentage = Annotated[str, Field(pattern=r"^(100([.,]0+)?|\d{1,2}([.,]\d+)?)\s*%$")]

Switch = Annotated[bool, Field(strict=True)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Degrees = Annotated[float, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Share = Annotated[_Fraction, BeforeValidator(read_share, json_schema_input_type=_Fraction | _Percentage)]
Delimiter = Annotated[str, StringConstraints(strip_whitespace=False, pattern=DELIMITER)]
_TextList = tuple[Text, ...]
_SomeTexts = Annotated[tuple[Text, ...], Field(min_length=1)]
_FormatList = Annotated[tuple[OutputFormat, ...], Field(min_length=1)]
Texts = Annotated[_TextList, BeforeValidator(one_or_many, json_schema_input_type=Text | _TextList)]
SomeTexts = Annotated[_SomeTexts, BeforeValidator(one_or_many, json_schema_input_type=Text | _SomeTexts)]
Formats = Annotated[
    _FormatList, BeforeValidator(one_or_many, json_schema_input_type=OutputFormat | _FormatList)
]
Email = Annotated[str, Field(pattern=EMAIL)]
Parameters = Annotated[
    dict[str, str], BeforeValidator(_texts, json_schema_input_type=dict[str, str | int | float])
]


def _offer(*choices: str, **more: Any) -> dict[str, Any]:
    """A closed list, for the editor; the loader says by itself what is not in it."""
    return {"enum": list(choices), **more}


def _example(text: str, english: str | None = None) -> Said:
    return Said(f"« {text} »", f"“{english or text}”")


# --- the other parts of a dataset -----------------------------------------------------------------------


class WrittenLadder(Written):
    """Les niveaux d'une hiérarchie."""

    form: ClassVar[Said | None] = Said(
        "[month, year, decade], [5, 10, 50], {prefix: [3, 2]} ou hierarchies/fichier.csv",
        "[month, year, decade], [5, 10, 50], {prefix: [3, 2]} or hierarchies/file.csv",
    )

    dates: Annotated[tuple[DateStep, ...], Field(min_length=1)] | None = Field(
        None, description="Les unités de temps, de la plus courte à la plus longue."
    )
    bands: Annotated[tuple[Positive, ...], Field(min_length=1)] | None = Field(
        None, description="Les largeurs des tranches, chacune multiple de la précédente."
    )
    prefix: Annotated[tuple[Annotated[Whole, Field(gt=0)], ...], Field(min_length=1)] | None = Field(
        None, description="Combien de caractères d'un code sont gardés, du plus long au plus court."
    )
    file: Text | None = Field(
        None, description="Un fichier de include/ : valeur;niveau 1;niveau 2… sans en-tête."
    )


_Steps = tuple[DateStep, ...] | tuple[Positive, ...]
AnyLadder = Annotated[
    WrittenLadder, BeforeValidator(_ladder, json_schema_input_type=Text | _Steps | WrittenLadder)
]


class WrittenSensitive(Written):
    """Ce que chaque groupe doit montrer d'une colonne sensible."""

    distinct: Annotated[Whole, Field(ge=1)] | None = Field(
        None,
        description="Combien de valeurs différentes au moins (l-diversité). Jamais sous le plancher de "
        "city.yaml.",
        examples=[2],
    )
    entropy: Annotated[float, Field(ge=1)] | None = Field(
        None,
        description="L'exponentielle de l'entropie de ces valeurs, au moins : 2,5 veut dire « aussi variées "
        "que deux valeurs et demie à parts égales ».",
        examples=[2.5],
    )
    closeness: Share | None = Field(
        None,
        description="De combien la répartition de ces valeurs peut s'écarter de celle de tout le fichier "
        "(t-proximité), de 0 à 1.",
        examples=[0.3],
    )
    ordered: Switch = Field(
        False, description="true : des nombres ou des dates, dont l'écart compte ; false : des catégories."
    )


class WrittenKMap(Written):
    """Une population où compter les personnes."""

    needs: ClassVar[Needs] = {
        "at_least": _example("at_least: 20"),
        "file": _example("file: populations/insee.csv"),
    }

    at_least: Annotated[Whole, Field(ge=2)] | None = Field(
        None, description="Combien de personnes au moins par groupe.", examples=[20]
    )
    file: Text | None = Field(
        None,
        description="Un CSV de include/ (points-virgules, avec en-tête) : une colonne par quasi-identifiant, "
        "sous son nom publié, avant toute hiérarchie.",
        examples=["populations/insee.csv"],
    )
    count: Text | None = Field(
        None, description="Sa colonne d'effectifs ; sinon une ligne y est une personne.", examples=["nombre"]
    )


class WrittenPrivacy(Written):
    """Le k-anonymat : chaque groupe de lignes semblables en compte k au moins."""

    needs: ClassVar[Needs] = {"quasi_identifiers": _example("quasi_identifiers: [date_depot, quartier]")}

    quasi_identifiers: SomeTexts | None = Field(
        None,
        description="Les colonnes de la source (publiées) qui, ensemble, pourraient désigner quelqu'un : "
        "date, lieu, âge, métier…",
        examples=[["date_depot", "quartier"]],
    )
    k: Annotated[Whole, Field(ge=2)] | None = Field(
        None,
        description="Combien de lignes (ou d'unités, avec unit), au moins, partagent chaque combinaison de "
        "ces colonnes. Jamais sous le plancher de city.yaml.",
        examples=[5],
    )
    unit: SomeTexts | None = Field(
        None,
        description="La ou les colonnes de la source, retirées (drop), qui désignent une personne quand elle "
        "peut avoir plusieurs lignes : une plaque, un numéro d'abonné. Chaque groupe compte alors k unités "
        "différentes au moins ; les lignes sans unité en font ensemble une seule. Sans unit, k compte des "
        "lignes, qui peuvent être toutes de la même personne.",
        examples=["plaque"],
    )
    suppress_at_most: Share | None = Field(
        None,
        description="La part des lignes qui peut être retirée pour y parvenir, et pour que deux révisions "
        "comparées n'isolent personne ; au-delà, rien n'est publié.",
        examples=["2%"],
        json_schema_extra={"default": 0},
    )

    recode: Literal["fixed", "global", "iterative", "local"] | None = Field(
        None,
        description="Comment les hiérarchies sont gravies. fixed : le premier niveau déclaré de chacune, "
        "pour toutes les lignes ; les groupes trop petits sont retirés. Les trois autres choisissent les "
        "niveaux d'après les données, et ce choix peut lui-même apprendre quelque chose des personnes : "
        "global : un même niveau pour toutes les lignes ; iterative : un niveau, puis un autre pour les "
        "lignes qui restent ; local : le niveau le plus fin que permet chaque groupe (perd le moins, apprend "
        "le plus).",
        json_schema_extra={"default": "fixed"},
    )
    hierarchies: dict[str, AnyLadder] | None = Field(
        None,
        description="Ce que la valeur d'un quasi-identifiant devient, du plus fin au plus grossier. Le "
        "premier niveau est celui qui est publié (voir recode) ; « * » vient toujours en dernier. "
        "[year, decade] : des dates ; [5, 10] : des tranches ; "
        "{prefix: [3, 2]} : le début d'un code ; hierarchies/quartiers.csv : un fichier (valeur;niveau 1;"
        "niveau 2…).",
        examples=[{"date_depot": ["year", "decade"], "quartier": "hierarchies/quartiers.csv"}],
    )
    sensitive: dict[str, WrittenSensitive] | None = Field(
        None,
        description="Les colonnes publiées dont l'appartenance à un groupe ne doit pas apprendre la "
        "valeur, et ce que chaque groupe doit en montrer.",
        examples=[{"decision": {"distinct": 2}}],
    )
    k_map: WrittenKMap | None = Field(
        None, description="Chaque groupe correspond à tant de personnes, au moins, d'une population connue."
    )
    population: Text | None = Field(
        None,
        description="Le nom des personnes décrites. Deux jeux qui donnent le même nom décrivent les mêmes "
        "personnes : un groupe dont le nombre de lignes, comparé entre eux, en isolerait moins de k est "
        "retenu.",
        examples=["demandeurs-urbanisme"],
    )


class WrittenWaiver(Written):
    """Un constat de la recherche de données personnelles que quelqu'un a examiné et qu'il lève."""

    needs: ClassVar[Needs] = {
        "column": _example("column: adresse"),
        "kind": _example("kind: address"),
        "reason": Said("« reason: » et pourquoi ce n'est pas une donnée personnelle", "“reason:” and why"),
        "date": _example("date: 2026-06-30"),
        "by": Said(
            "« by: » et le prénom, le nom et la fonction de qui en répond",
            "“by:” and the names and office of who answers for it",
        ),
    }

    column: Text | None = Field(None, description="La colonne, sous son nom publié.", examples=["adresse"])
    kind: Text | None = Field(
        None,
        description="Ce qui a été trouvé : "
        + " ; ".join(f"{code} : {label.fr}" for code, label in IDENTIFIERS.items()),
        json_schema_extra=_offer(*IDENTIFIERS),
    )
    reason: Text | None = Field(
        None,
        description="Pourquoi ce n'est pas une donnée personnelle ; le certificat le cite.",
        examples=["adresses d'équipements publics"],
    )
    date: Day | None = Field(None, description="Le jour où cela a été décidé.", examples=["2026-06-30"])
    by: Text | None = Field(
        None,
        description="Qui en répond : prénom, nom et fonction ; le certificat les cite.",
        examples=["Claire Fabre, déléguée à la protection des données"],
    )


class WrittenDpia(Written):
    """L'analyse d'impact relative à la protection des données (AIPD ; RGPD, art. 35)."""

    needs: ClassVar[Needs] = {
        "needed": _example("needed: false"),
        "why": Said("« why: » et la raison", "“why:” and the reason"),
    }

    needed: Switch | None = Field(
        None, description="Si une analyse d'impact est nécessaire (true ou false).", examples=[False]
    )
    why: Text | None = Field(
        None,
        description="Pourquoi elle l'est, ou ne l'est pas ; si elle a été menée, où la lire.",
        examples=["ni données sensibles, ni grande échelle, ni suivi de personnes"],
    )


class WrittenProcessing(Written):
    """Ce que seules des personnes savent du traitement. Aqueduc n'en vérifie rien : il le recopie là où l'on
    signe, et y laisse un blanc pour ce qui manque."""

    purpose: Text | None = Field(
        None,
        description="La finalité : pourquoi ces données sont publiées.",
        examples=["rendre compte de l'activité de construction"],
    )
    legal_ground: Text | None = Field(
        None,
        description="Le fondement du traitement, avec son texte (RGPD, art. 6). Le texte qui permet de "
        "publier une donnée personnelle s'écrit, lui, sous « basis: », à côté de sa colonne.",
        examples=["mission d'intérêt public (RGPD, art. 6, 1, e) : CRPA, art. L. 312-1-1"],
    )
    persons: Text | None = Field(
        None,
        description="Les personnes concernées : celles que la source décrit, même si leurs colonnes ne "
        "sortent pas.",
        examples=["demandeurs de permis de construire"],
    )
    why_k: Text | None = Field(
        None,
        description="Pourquoi ce k ou ce seuil, et pas un autre (la loi n'en fixe aucun).",
        examples=["seuil que la Ville retient pour les données d'urbanisme"],
    )
    dpia: WrittenDpia | None = Field(
        None,
        description="L'analyse d'impact (AIPD) : nécessaire ou non, et pourquoi.",
        examples=[{"needed": False, "why": "ni données sensibles, ni grande échelle"}],
    )
    retention: Text | None = Field(
        None,
        description="Combien de temps les données personnelles publiées restent en ligne, et comment elles "
        "en sortent. Rien ne les retire tout seul.",
        examples=["cinq ans ; la direction retire l'année écoulée de sa requête chaque janvier"],
    )


Level = Literal[
    "open",
    "registered",
    "only_allowed_users",
    "same_organization",
    "any_organization",
    "only_idgo_partners",
]


class WrittenAccess(Written):
    """Qui peut lire."""

    form: ClassVar[Said | None] = Said(
        "open, un niveau d'accès, ou {level: only_allowed_users, users: [...]}",
        "open, an access level, or {level: only_allowed_users, users: [...]}",
    )
    needs: ClassVar[Needs] = {"level": _example("level: same_organization")}

    level: Level | None = Field(
        None,
        description="open : tout le monde (donnée ouverte) ; registered : les inscrits ; only_allowed_users "
        ": les utilisateurs nommés sous « users » ; same_organization : les agents de la Ville ; "
        "any_organization : les organisations inscrites ; only_idgo_partners : les partenaires de la Région.",
    )
    users: Texts | None = Field(
        None, description="Les identifiants de ceux qui peuvent lire, pour only_allowed_users."
    )


AnyAccess = Annotated[WrittenAccess, BeforeValidator(_access, json_schema_input_type=Level | WrittenAccess)]


class WrittenSchema(Written):
    """Le schéma (Table Schema) de ce qui est PUBLIÉ."""

    form: ClassVar[Said | None] = Said(
        "schemas/….json, ou {national: etalab/schema-irve-statique, version: 2.3.1}",
        "schemas/….json, or {national: etalab/schema-irve-statique, version: 2.3.1}",
    )

    file: Text | None = Field(
        None, description="Un fichier de include/.", examples=["schemas/permis-de-construire.json"]
    )
    national: Text | None = Field(
        None,
        description="Un schéma national, par son nom sur schema.data.gouv.fr. « aqueduc fetch-schema » le "
        "range une fois dans include/, avec son empreinte.",
        examples=["etalab/schema-irve-statique"],
    )
    version: Text | None = Field(
        None, description="La version du schéma national ; n'en change que qui l'écrit.", examples=["2.3.1"]
    )


AnySchema = Annotated[WrittenSchema, BeforeValidator(_schema, json_schema_input_type=Text | WrittenSchema)]

_CONTACT = "L'adresse électronique à laquelle le citoyen écrit."
_OWNER = "Le service qui répond de la donnée."
_ACCESS = (
    "open (par défaut) : donnée ouverte à tous. Sinon le niveau d'accès restreint, seul ou avec ses "
    "lecteurs : {level: only_allowed_users, users: [...]}. Un accès restreint demande « licence: other-at "
    "» ; sur un CKAN, c'est une fiche privée, que seule lit l'organisation de la Ville, quel que soit le "
    "niveau."
)
_CADENCE = (
    "Tous les combien le jeu est mis à jour : règle l'horaire et la fréquence de la fiche. Ou « every N "
    "minutes »."
)
_MODE = (
    "upload : le fichier est déposé sur la plateforme. index : la donnée reste à la Ville, la plateforme "
    "n'en a que la fiche et le lien."
)
_FORMATS = "Les fichiers publiés : csv, parquet, xlsx, geojson (demande « geometry: »)."
_PLATFORM = "La plateforme où publier, une de celles de city.yaml."
_PLATFORMS = (
    "Les plateformes où publier, s'il y en a plusieurs ; la première est celle dont on cite la fiche."
)
_DATASTORE = "Offrir aussi le CSV comme table interrogeable."
_LINK = "Le lien public de la donnée, en mode index ; peut être relatif à l'adresse de la connexion."
_OUTLET = (
    "En mode index, l'emplacement de la Ville (« outlets: » de city.yaml) où sont déposés les fichiers "
    "anonymisés, vers lesquels la plateforme mène."
)
_SPLIT = "Plusieurs fichiers dans le même jeu : un par année, ou un par valeur, d'une colonne publiée."
_TOO_BIG = (
    "Quand un fichier dépasse ce que la plateforme accepte : stop, rien n'est publié ; omit, ce format est "
    "omis si un autre convient."
)
_FORMULAS = (
    "Les textes du CSV qu'un tableur prendrait pour des formules (=, +, -, @…). keep : publiés tels quels, "
    "et l'exécution les compte ; prefix : précédés d'une apostrophe, dans le CSV seulement."
)
_LICENCES = "La licence : " + " ; ".join(f"{licence.id} : {licence.title}" for licence in LICENCES.values())
_GRANULARITY = "La maille géographique la plus fine de la donnée."
_REJECT = (
    "La part des lignes fautives tolérée à chaque étape (lecture, règles, schéma) : elles restent à la "
    "Ville ; au-delà, rien n'est publié."
)
_CADENCES: dict[str, Any] = {
    "anyOf": [
        {"enum": list(FREQUENCIES)},
        {"pattern": r"^every 0?(1|2|3|4|5|6|10|12|15|20|30|60) minutes$"},
    ],
    "examples": ["weekly", "every 10 minutes"],
}


class WrittenPublication(Written):
    """Où et comment le jeu est publié."""

    platform: Text | None = Field(None, description=_PLATFORM, examples=["datasud"])
    platforms: SomeTexts | None = Field(None, description=_PLATFORMS, examples=[["datasud", "portail"]])
    mode: Mode | None = Field(None, description=_MODE)
    formats: Formats | None = Field(
        None, description=_FORMATS, examples=[["csv", "parquet"]], json_schema_extra={"default": ["csv"]}
    )
    datastore: Switch | None = Field(None, description=_DATASTORE, json_schema_extra={"default": True})
    link: Text | None = Field(None, description=_LINK, examples=["https://data.ville.fr/parkings.json"])
    outlet: Text | None = Field(None, description=_OUTLET, examples=["web"])
    split: Split | None = Field(None, description=_SPLIT, examples=[{"by": "date_depot", "per": "year"}])
    too_big: Literal["stop", "omit"] | None = Field(
        None, description=_TOO_BIG, json_schema_extra={"default": "stop"}
    )
    formulas: Literal["keep", "prefix"] | None = Field(
        None, description=_FORMULAS, json_schema_extra={"default": "keep"}
    )


ANY = "any"


def _limit(raw: Any) -> Any:
    """``any`` is no limit."""
    return math.inf if raw == ANY else read_share(raw)


_AnyPercentage = Annotated[str, Field(pattern=r"^\d+([.,]\d+)?\s*%$")]
_Limit = Annotated[float, Field(ge=0, strict=True)]
Limit = Annotated[
    _Limit, BeforeValidator(_limit, json_schema_input_type=Literal["any"] | _Limit | _AnyPercentage)
]
"""A share that may be above 1, infinite for ``any``."""
DELAY = r"^[1-9]\d{0,4} ?(hours?|days?)$"


class WrittenFresh(Written):
    """L'âge de la ligne la plus récente."""

    needs: ClassVar[Needs] = {"column": _example("column: date_depot"), "within": _example("within: 45 days")}

    column: Text | None = Field(
        None, description="La colonne publiée qui porte la date.", examples=["date_depot"]
    )
    within: Annotated[str, Field(pattern=DELAY)] | None = Field(
        None, description="L'âge de la date la plus récente, au plus.", examples=["45 days", "6 hours"]
    )


class WrittenCityGuards(Written):
    """Ce que tout le jeu doit être, à côté de la révision publiée ; sinon, il est retenu."""

    shrink: Limit | None = Field(
        None,
        description="La part des lignes que le jeu peut perdre d'une publication à l'autre ; any : "
        "n'importe.",
        examples=["10%", ANY],
        json_schema_extra={"default": 0.3},
    )
    grow: Limit | None = Field(
        None,
        description="La part de lignes en plus ; any : n'importe.",
        examples=["200%", ANY],
        json_schema_extra={"default": 1},
    )
    columns: Literal["keep", "any"] | None = Field(
        None,
        description="keep : une colonne publiée ne disparaît pas sans être déclarée « drop » ; any : "
        "n'importe.",
        json_schema_extra={"default": "keep"},
    )
    nulls: Limit | None = Field(
        None,
        description="De combien la part de cellules vides d'une colonne peut monter ; any : n'importe.",
        examples=["5%", ANY],
        json_schema_extra={"default": 0.2},
    )
    shift: Limit | None = Field(
        None,
        description="La part des lignes qui peuvent changer de catégorie, colonne par colonne ; any : "
        "n'importe.",
        examples=["15%", ANY],
        json_schema_extra={"default": 0.3},
    )
    truncated: Literal["hold", "any"] | None = Field(
        None,
        description="hold : un extrait d'exactement 1 000, 10 000 ou 65 536 lignes… est tenu pour coupé ; "
        "any : non.",
        json_schema_extra={"default": "hold"},
    )


class WrittenGuards(WrittenCityGuards):
    """Ce que tout le jeu doit être, à côté de la révision publiée ; sinon, il est retenu."""

    fresh: WrittenFresh | None = Field(
        None,
        description="La ligne la plus récente n'est pas trop vieille.",
        examples=[{"column": "date_depot", "within": "45 days"}],
    )
    totals: dict[str, Limit] | None = Field(
        None,
        description="De combien le total d'une colonne de nombres publiée peut changer.",
        examples=[{"montant": "30%"}],
    )


_TREATMENT = Said(
    "cette clé décide de ce qui est anonymisé, ou du droit de publier",
    "it decides what is anonymised, or the right to publish",
)
_RECORD = Said(
    "cette clé décrit le jeu, qui est le même partout", "it describes the dataset, which is the same"
)
_FIXED: dict[str, Said] = {
    **dict.fromkeys(
        (
            *("columns", "column_sets", "privacy", "waivers", "key", "order", "schema", "licence"),
            "geometry",
            *("reject_at_most", "guards", "processing"),
        ),
        _TREATMENT,
    ),
    **dict.fromkeys(("theme", "category", "keywords", "granularity"), _RECORD),
}


class WrittenEnvironment(Written):
    """Ce qui change dans un environnement ; jamais ce qui décide de l'anonymisation."""

    elsewhere: ClassVar[Mapping[str, Said]] = _FIXED

    title: Title | None = Field(None, description="Un autre titre.", examples=["[Recette] Arbres"])
    description: Text | None = Field(None, description="Une autre description.")
    owner: Title | None = Field(None, description=_OWNER)
    contact: Email | None = Field(None, description=_CONTACT)
    cadence: Text | None = Field(None, description=_CADENCE, json_schema_extra=_CADENCES)
    access: AnyAccess | None = Field(None, description=_ACCESS)
    source: Any = Field(None, description="Une autre connexion, un autre fichier.")
    publish: WrittenPublication | None = Field(None, description="Une autre plateforme, d'autres fichiers.")


_Environment = Annotated[
    WrittenEnvironment, BeforeValidator(_nothing, json_schema_input_type=WrittenEnvironment | None)
]
Environments = dict[str, _Environment]


_SOURCES = Said(
    *(" ".join((", ".join(SOURCES.names[:-1]), word, SOURCES.names[-1])) for word in ("ou", "or"))
)


class WrittenDataset(Written):
    """Un jeu de données : ce qui sort, d'où, comment, pour qui. Son fichier porte son identifiant public."""

    needs: ClassVar[Needs] = {
        "title": _example("title: Permis de construire délivrés"),
        "description": Said(
            "« description: » et une phrase pour le citoyen", "“description:” and a sentence for citizens"
        ),
        "theme": Said(
            "« theme: » et un thème de l'UE, comme ENVI ou TRAN",
            "“theme:” and a theme of the EU, like ENVI or TRAN",
        ),
        "cadence": Said("« cadence: weekly », par exemple", "“cadence: weekly”, for example"),
        "source": Said("« source: » avec {listed}", "“source:” with {listed}").format(listed=_SOURCES),
        "schema": Said("« schema: schemas/….json »", "“schema: schemas/….json”"),
    }

    title: Title | None = Field(
        None, description="Le titre que lit le citoyen.", examples=["Permis de construire déposés"]
    )
    description: Text | None = Field(
        None, description="Ce que le jeu contient, en une ou deux phrases pour le citoyen."
    )
    owner: Title | None = Field(None, description=_OWNER, examples=["Direction de l'urbanisme"])
    contact: Email | None = Field(
        None, description=f"{_CONTACT} Par défaut, celle de city.yaml.", examples=["opendata@ville.fr"]
    )
    theme: Text | None = Field(
        None,
        description="Le thème de l'Union européenne : "
        + " ; ".join(f"{code} : {label}" for code, label in THEMES.items()),
        json_schema_extra=_offer(*THEMES),
    )
    category: Text | None = Field(
        None,
        description="Le rayon de DataSud ; par défaut, celui du thème.",
        json_schema_extra=_offer(*CATEGORIES),
    )
    keywords: Texts | None = Field(
        None, description="Les mots que le citoyen cherchera.", examples=[["urbanisme", "logement"]]
    )
    licence: Text | None = Field(
        None, description=f"{_LICENCES}. Par défaut, celle de city.yaml.", json_schema_extra=_offer(*LICENCES)
    )
    access: AnyAccess | None = Field(None, description=_ACCESS, json_schema_extra={"default": "open"})
    cadence: Text | None = Field(None, description=_CADENCE, json_schema_extra=_CADENCES)
    granularity: Text | None = Field(
        None, description=_GRANULARITY, json_schema_extra=_offer(*GRANULARITIES, default="commune")
    )
    source: dict[str, Any] | None = Field(
        None,
        description="D'où viennent les lignes.",
    )
    key: Texts | None = Field(
        None,
        description="Les colonnes, sous leur nom publié, qui distinguent une ligne de toutes les autres.",
        examples=[["numero"]],
    )
    order: Literal["sorted", "source"] | None = Field(
        None,
        description="L'ordre des lignes publiées. sorted : triées par leurs valeurs, ce qui ne dit rien de "
        "la source ; source : dans l'ordre du fichier, si toutes ses colonnes sont publiées telles quelles.",
        json_schema_extra={"default": "sorted"},
    )
    column_sets: Texts | None = Field(
        None,
        description="Des jeux de colonnes de include/columns/, par leur nom. Une règle écrite sous « "
        "columns: » l'emporte sur la leur.",
        examples=[["identite-demandeur"]],
    )
    columns: dict[str, Any] | None = Field(
        None, description="TOUTES les colonnes de la source, chacune avec sa règle ; sinon rien n'est publié."
    )
    geometry: Geometry | None = Field(
        None,
        description="Les deux colonnes de la source qui donnent une position (degrés, WGS84).",
        examples=[{"longitude": "longitude", "latitude": "latitude"}],
    )
    privacy: WrittenPrivacy | None = Field(
        None, description="Le k-anonymat : chaque groupe de lignes semblables en compte k au moins."
    )
    waivers: tuple[WrittenWaiver, ...] | None = Field(
        None,
        description="Les constats de la recherche de données personnelles qui sont levés, un par un. Une "
        "donnée qui EST personnelle ne se lève pas : elle demande « basis: » sous sa colonne.",
    )
    processing: WrittenProcessing | None = Field(
        None,
        description="Ce que seules des personnes savent du traitement : finalité, fondement, personnes "
        "concernées, raison du k, analyse d'impact. Recopié là où l'on signe ; rien n'en est vérifié.",
    )
    reject_at_most: Share | None = Field(
        None, description=_REJECT, examples=["1%"], json_schema_extra={"default": 0}
    )
    guards: WrittenGuards | None = Field(
        None,
        description="Ce que tout le jeu doit être, à côté de la révision publiée ; sinon, il est retenu.",
        examples=[{"shrink": "10%", "totals": {"montant": "30%"}}],
    )
    schema_: AnySchema | None = Field(
        None,
        alias="schema",
        description="Le schéma (Table Schema) de ce qui est PUBLIÉ : un fichier de include/, ou un schéma "
        "national et sa version.",
        examples=[
            "schemas/permis-de-construire.json",
            {"national": "etalab/schema-irve-statique", "version": "2.3.1"},
        ],
    )
    publish: WrittenPublication | None = Field(None, description="Où et comment le jeu est publié.")
    moved_from: Text | None = Field(
        None,
        description="L'identifiant que le jeu portait avant que son fichier soit renommé : ses fiches et ses "
        "ressources restent les mêmes sur les plateformes.",
        examples=["permis-construire"],
    )
    environments: Environments | None = Field(
        None,
        description="Ce qui change dans un environnement de city.yaml (recette, formation…), et rien "
        "d'autre.",
        examples=[{"recette": {"publish": {"platform": "datasud-recette"}}}],
    )


class WrittenColumnSet(Written):
    """Un jeu de colonnes : des règles que plusieurs jeux de données partagent."""

    needs: ClassVar[Needs] = {
        "description": Said(
            "« description: » et ce que ces colonnes ont en commun", "“description:” of the set"
        ),
        "columns": Said("« columns: » et une règle par colonne", "“columns:” and a rule for each column"),
    }

    description: Text | None = Field(None, description="Ce que ces colonnes ont en commun.")
    columns: dict[str, Any] | None = Field(None, description="Chaque colonne de la source, avec sa règle.")


# --- the city -------------------------------------------------------------------------------------------


class WrittenAmendment(Written):
    """Un avenant signé."""

    needs: ClassVar[Needs] = {
        "signed": _example("signed: 2026-06-30"),
        "about": Said("« about: » et ce qui change", "“about:” and what changes"),
    }

    signed: Day | None = Field(None, description="La date de la dernière signature.", examples=["2026-06-30"])
    about: Text | None = Field(None, description="Ce que l'avenant change, en une phrase.")


class WrittenConvention(Written):
    """La convention de mise à disposition signée avec la Région."""

    needs: ClassVar[Needs] = {
        "partner": _example("partner: Région Sud"),
        "notified": _example("notified: 2026-01-15"),
        "project_lead": _example("project_lead: donnees@region.fr"),
    }

    partner: Text | None = Field(None, description="L'autre partie.", examples=["Région Sud"])
    notified: Day | None = Field(
        None,
        description="La date de notification par la Région, que citent les pages à signer. Aqueduc n'en tire "
        "aucune échéance.",
        examples=["2026-01-15"],
    )
    project_lead: Email | None = Field(
        None, description="L'adresse électronique de la cheffe ou du chef de projet, à la Région."
    )
    amendments: tuple[WrittenAmendment, ...] | None = Field(
        None,
        description="Les avenants signés.",
        examples=[[{"signed": "2026-06-30", "about": "Ajout des données de mobilité"}]],
    )
    ends: Day | None = Field(
        None,
        description="Le premier jour où la convention ne vaut plus, si l'une des parties y a mis fin. Les "
        "pages à signer le citent ; Aqueduc n'arrête aucune publication ce jour-là : c'est à faire à la "
        "main.",
    )


class WrittenOutletTable(Written):
    """La base PostgreSQL de la Ville où les mêmes lignes s'interrogent."""

    needs: ClassVar[Needs] = {
        "connection": _example("connection: base_ouverte"),
        "space": _example("space: donnees_ouvertes"),
        "reader": _example("reader: lecture"),
    }

    connection: Text | None = Field(
        None,
        description="La connexion d'Airflow vers cette base, d'un compte qui peut écrire dans le schéma.",
    )
    space: Text | None = Field(
        None,
        description="Le schéma PostgreSQL des tables : chaque jeu y a la sienne, à son nom.",
        examples=["donnees_ouvertes"],
    )
    reader: Text | None = Field(
        None,
        description="Le rôle qui lit ces tables et ne peut pas y écrire ; le compte de la connexion doit en "
        "être membre.",
        examples=["lecture"],
    )


class WrittenOutlet(Written):
    """Un emplacement de la Ville, que son serveur web ou son stockage sert au public."""

    needs: ClassVar[Needs] = {
        "folder": _example("folder: /srv/www/donnees"),
        "url": _example("url: https://data.ville.fr/donnees"),
    }

    folder: Text | None = Field(
        None,
        description="Le dossier où écrire : un chemin, ou une adresse comme s3://donnees.",
        examples=["/srv/www/donnees", "s3://donnees"],
    )
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] | None = Field(
        None,
        description="L'adresse où ce dossier est servi.",
        examples=["https://data.ville.fr/donnees"],
    )
    connection: Text | None = Field(
        None, description="La connexion d'Airflow qui ouvre le dossier, s'il en faut une."
    )
    table: WrittenOutletTable | None = Field(
        None, description="Une base de la Ville où offrir aussi les lignes comme table."
    )


class WrittenDefaultPrivacy(Written):
    """Ce que « privacy: » d'un jeu reprend quand il ne le dit pas."""

    k: Annotated[Whole, Field(ge=2)] | None = Field(None, description="Le k de k-anonymat.", examples=[5])
    suppress_at_most: Share | None = Field(
        None, description="La part des lignes qui peut être retirée.", examples=["2%"]
    )


class WrittenDefaults(Written):
    """Ce dont héritent les jeux qui ne disent pas autre chose."""

    licence: Text | None = Field(None, description=_LICENCES, json_schema_extra=_offer(*LICENCES))
    contact: Email | None = Field(None, description=_CONTACT)
    owner: Title | None = Field(None, description=_OWNER)
    platform: Text | None = Field(None, description=_PLATFORM)
    platforms: SomeTexts | None = Field(None, description=_PLATFORMS)
    mode: Mode | None = Field(None, description=_MODE)
    formats: Formats | None = Field(None, description=_FORMATS)
    datastore: Switch | None = Field(None, description=_DATASTORE)
    access: AnyAccess | None = Field(None, description=_ACCESS)
    granularity: Text | None = Field(None, description=_GRANULARITY, json_schema_extra=_offer(*GRANULARITIES))
    reject_at_most: Share | None = Field(None, description=_REJECT)
    guards: WrittenCityGuards | None = Field(
        None, description="Les gardes des jeux qui n'en disent pas d'autres.", examples=[{"shrink": "10%"}]
    )
    privacy: WrittenDefaultPrivacy | None = Field(
        None, description="Ce que « privacy: » d'un jeu reprend quand il ne le dit pas."
    )


class WrittenFloors(Written):
    """Ce sous quoi aucun jeu ne peut descendre."""

    k: Annotated[Whole, Field(ge=2)] = Field(5, description="Le plus petit k qu'un jeu puisse déclarer.")
    small_count: Annotated[Whole, Field(ge=2)] = Field(
        3, description="Le plus petit seuil que « suppress_under » puisse avoir."
    )
    units: Annotated[Whole, Field(ge=2)] = Field(
        3, description="Secret statistique : le plus petit nombre d'unités (entreprises…) dans une case."
    )
    households: Annotated[Whole, Field(ge=2)] = Field(
        11, description="Secret statistique : le plus petit nombre de ménages dans une case."
    )
    largest_share: Share = Field(
        0.85,
        description="Secret statistique : la plus grande part d'une case que sa première unité puisse tenir.",
    )
    distinct: Annotated[Whole, Field(ge=1)] = Field(
        2, description="Le plus petit nombre de valeurs différentes qu'une colonne sensible puisse demander."
    )


class WrittenHoliday(Written):
    """Des jours sans publication automatique, premier et dernier compris."""

    needs: ClassVar[Needs] = {"from": _example("from: 2026-08-01")}
    form: ClassVar[Said | None] = Said(
        "une date comme 2026-05-01, ou {from: 2026-08-01, to: 2026-08-15, why: congés}",
        "a date like 2026-05-01, or {from: 2026-08-01, to: 2026-08-15, why: holidays}",
    )

    from_: Day | None = Field(None, alias="from", description="Le premier jour.", examples=["2026-08-01"])
    to: Day | None = Field(
        None, description="Le dernier jour ; par défaut, le même.", examples=["2026-08-15"]
    )
    why: Text | None = Field(
        None, description="Pourquoi rien n'est publié ces jours-là.", examples=["congés"]
    )


class WrittenCityPublication(Written):
    """Où et comment tous les jeux sont publiés dans un environnement."""

    elsewhere: ClassVar[Mapping[str, Said]] = {
        key: Said("chaque jeu a le sien", "each dataset has its own")
        for key in ("mode", "link", "outlet", "split")
    }

    platform: Text | None = Field(None, description=_PLATFORM)
    platforms: SomeTexts | None = Field(None, description=_PLATFORMS)
    formats: Formats | None = Field(None, description=_FORMATS)
    datastore: Switch | None = Field(None, description=_DATASTORE)


class WrittenEnvironmentPlatform(Written):
    """Ce qui change d'une plateforme dans un environnement."""

    connection: Text | None = Field(None, description="Une autre connexion.")
    pool: Annotated[Whole, Field(gt=0)] | None = Field(None, description="Combien de publications à la fois.")


class WrittenCityEnvironment(Written):
    """Ce qui change, pour tous les jeux, dans un environnement."""

    elsewhere: ClassVar[Mapping[str, Said]] = {
        **_FIXED,
        **dict.fromkeys(
            ("title", "description", "owner", "access"),
            Said("chaque jeu a le sien", "each dataset has its own"),
        ),
    }

    contact: Email | None = Field(None, description=_CONTACT)
    cadence: Text | None = Field(None, description=_CADENCE, json_schema_extra=_CADENCES)
    source: Any = Field(None, description="La connexion de tous les jeux qui ont cette sorte de source.")
    publish: WrittenCityPublication | None = Field(
        None, description="Une autre plateforme, d'autres fichiers."
    )
    platforms: dict[str, WrittenEnvironmentPlatform] | None = Field(
        None, description="Une autre connexion vers les mêmes plateformes."
    )


_Holiday = Annotated[WrittenHoliday, BeforeValidator(_pause, json_schema_input_type=date | WrittenHoliday)]
_CityEnvironment = Annotated[
    WrittenCityEnvironment,
    BeforeValidator(_nothing, json_schema_input_type=WrittenCityEnvironment | None),
]


class WrittenCity(Written):
    """La Ville, sa convention avec la Région, ses plateformes et ce dont héritent ses jeux de données."""

    needs: ClassVar[Needs] = {
        "name": _example("name: Ville d'Aix-en-Provence"),
        "organisation": _example("organisation: ville-aix-en-provence"),
        "siren": _example('siren: "211300017"'),
        "insee": _example('insee: "13001"'),
        "bbox": _example("bbox: [5.27, 43.44, 5.51, 43.63]"),
    }

    name: Text | None = Field(None, description="Le nom de la Ville.", examples=["Ville d'Aix-en-Provence"])
    organisation: Text | None = Field(
        None,
        description="L'identifiant de la Ville sur la plateforme.",
        examples=["ville-aix-en-provence"],
    )
    siren: Annotated[str, Field(pattern=SIREN)] | None = Field(
        None, description="Le SIREN de la Ville, entre guillemets.", examples=["211300017"]
    )
    siret: Annotated[str, Field(pattern=SIRET)] | None = Field(
        None,
        description="Le SIRET du siège de la Ville, entre guillemets : le catalogue commun des collectivités "
        "(SCDL) le demande.",
        examples=["21130001700012"],
    )
    insee: Annotated[str, Field(pattern=INSEE)] | None = Field(
        None, description="Le code INSEE de la commune, entre guillemets.", examples=["13001"]
    )
    bbox: tuple[Degrees, Degrees, Degrees, Degrees] | None = Field(
        None,
        description="L'emprise de la commune : ouest, sud, est, nord, en degrés (WGS84).",
        examples=[[5.27, 43.44, 5.51, 43.63]],
    )
    timezone: Text = Field("Europe/Paris", description="Le fuseau horaire de la Ville.")
    contact: Email | None = Field(None, description=f"{_CONTACT} Celle des jeux qui n'en ont pas d'autre.")
    dpo: Email | None = Field(
        None, description="L'adresse électronique du délégué à la protection des données de la Ville."
    )
    convention: WrittenConvention | None = Field(
        None,
        description="La convention signée avec la Région ; obligatoire avec une plateforme de type "
        "ckan ou idgo.",
    )
    platforms: Annotated[dict[str, dict[str, Any]], Field(min_length=1)] | None = Field(
        None,
        description="Les plateformes où la Ville publie, par leur nom. Sans elles, un portail est écrit sur "
        "place.",
    )
    outlets: dict[str, WrittenOutlet] | None = Field(
        None,
        description="Les emplacements de la Ville où déposer des fichiers que la plateforme ne fait que "
        "lier, par leur nom.",
        examples=[{"web": {"folder": "/srv/www/donnees", "url": "https://data.ville.fr/donnees"}}],
    )
    connections: dict[str, Text] | None = Field(
        None,
        description="Les connexions d'Airflow et ce à quoi chacune mène. Si la liste est là, une faute de "
        "frappe dans une déclaration est vue sans réseau.",
        examples=[{"urbanisme": "base de l'urbanisme (PostgreSQL)"}],
    )
    defaults: WrittenDefaults = Field(
        WrittenDefaults(), description="Ce dont héritent les jeux qui ne disent pas autre chose."
    )
    floors: WrittenFloors = Field(WrittenFloors(), description="Ce sous quoi aucun jeu ne peut descendre.")
    rejected_days: Annotated[Whole, Field(gt=0, le=3650)] = Field(
        30,
        description="Combien de jours les lignes rejetées sont gardées dans le coffre, avant qu'un "
        "balayage les efface.",
    )
    holidays: tuple[_Holiday, ...] | None = Field(
        None,
        description="Les jours où rien n'est publié de soi-même : une date, ou {from, to, why}.",
        examples=[["2026-05-01", {"from": "2026-08-01", "to": "2026-08-15", "why": "congés d'été"}]],
    )
    environments: dict[str, _CityEnvironment] | None = Field(
        None,
        description="Les environnements (recette, formation…) et ce qui y change pour tous les jeux ; la "
        "variable AQUEDUC_ENVIRONMENT choisit.",
        examples=[{"recette": {"publish": {"platform": "datasud-recette"}}}],
    )
