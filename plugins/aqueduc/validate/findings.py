"""What validation can find, with the sentence an operator reads.

Two families: about rows (one class per rule of Table Schema, counted and located), about the whole (columns
that do not fit, a schema that cannot be applied, nothing to publish). Limits, patterns and lists quoted here
are the schema's own words; a cell never is.
"""

from typing import Any, ClassVar

from aqueduc.findings import Finding
from aqueduc.language import Message, _, n_


class ValidationFinding(Finding):
    """Base of all findings of this stage."""

    code: ClassVar[str] = "validation"


class RowFinding(ValidationFinding):
    """``count`` rows break ``rule`` (the word Table Schema uses). ``column`` joins names of a composite key.

    Sentences may use the verbs below, agreed in number, and ``{expected}`` (``one``, ``many`` of ``detail``).
    """

    code: ClassVar[str] = "lignes"
    rule: ClassVar[str] = ""
    remedy: ClassVar[Message] = _("corriger ces lignes à la source")

    def template_values(self) -> dict[str, Any]:
        several = self.count > 1
        return {
            **super().template_values(),
            "expected": self.detail.get("many" if several else "one", ""),
            "are_not": _("ne sont pas") if several else _("n'est pas"),
            "have_not": _("n'ont pas") if several else _("n'a pas"),
            "follow_not": _("ne suivent pas") if several else _("ne suit pas"),
            "repeat": _("répètent") if several else _("répète"),
        }


class WrongValueType(RowFinding):
    """``detail["type"]``: that of the field; ``detail["bare"]``: whether a number has nothing around its digits."""

    code: ClassVar[str] = "type"
    sentence: ClassVar[Message] = _("`{column}` : {rows} {are_not} {expected}")
    rule: ClassVar[str] = "type"

    def build_remedy_message(self) -> Message:
        """What is written otherwise than it is read depends on the type."""
        kind = self.detail.get("type")
        if kind in ("number", "integer"):
            return _BARE_NUMBER if self.detail.get("bare", True) else _NUMBER_WITH_UNIT
        return {"date": _DATE, "datetime": _DATE, "boolean": _BOOLEAN}.get(str(kind), _OTHER)


_BARE_NUMBER = _(
    "corriger ces lignes à la source, ou ce que la déclaration dit de leur écriture (d'un fichier ou d'une API : "
    "« decimal: », « missing: ») ; si une devise ou une unité suit le nombre (« 12 € »), écrire dans ce champ du schéma "
    '« "bareNumber": false », avec « decimalChar » et « groupChar » s\'il est écrit à la française ; ce qui change la '
    "valeur (« k€ », « M€ », « % », « < ») n'est jamais ôté : le convertir à la source, ou publier la colonne en texte "
    '(« "type": "string" »)'
)
_NUMBER_WITH_UNIT = _(
    "corriger ces lignes à la source : ce qui change la valeur (« k€ », « M€ », « % », « < ») n'est jamais ôté ; avec "
    "« bareNumber », les nombres écrits à la française demandent « decimalChar » et « groupChar » dans ce champ ; ou "
    'publier la colonne en texte (« "type": "string" »)'
)
_DATE = _(
    "corriger ces lignes à la source, ou ce que la déclaration dit de leur écriture (d'un fichier ou d'une API : "
    "« dates: », « missing: ») ; si la colonne contient autre chose, changer le « type » de ce champ dans le schéma"
)
_BOOLEAN = _(
    "corriger ces lignes à la source, ou nommer ce qui s'y écrit pour oui et pour non (« trueValues » et « falseValues » "
    "de ce champ) ; si la colonne contient autre chose, changer le « type » de ce champ dans le schéma"
)
_OTHER = _(
    "corriger ces lignes à la source, ou dire sous « missing: » ce qui y veut dire « rien » ; si la colonne contient "
    "autre chose, changer le « type » de ce champ dans le schéma"
)
# Of a correction.
WrongColumnType = ValidationFinding.define_subclass(
    "type-de-colonne",
    _("`{column}` : la valeur n'est pas du type de la colonne dans la source"),
    _("l'écrire comme la source écrit les autres"),
)
ValueMissing = RowFinding.define_subclass(
    "valeur-absente",
    _("`{column}` : {rows} {have_not} de valeur, or elle est obligatoire"),
    _("compléter ces lignes à la source, ou retirer « required » du schéma si l'absence est normale"),
    rule="required",
)
KeyIncomplete = RowFinding.define_subclass(
    "cle-incomplete",
    _("`{column}` : {rows} {have_not} de valeur, or la clé l'exige"),
    _("compléter ces lignes à la source, ou déclarer une clé toujours remplie"),
    rule="required",
)


def _format_length(unit: str, count: int) -> Message:
    """``unit``: the type of the field."""
    match unit:
        case "array":
            return n_("{count} élément", "{count} éléments", count)
        case "object" | "geojson":
            return n_("{count} propriété", "{count} propriétés", count)
        case _:
            return n_("{count} caractère", "{count} caractères", count)


class _LengthFinding(RowFinding):
    """``detail["unit"]``: what is counted, by the type of the field; characters when it is not said."""

    def template_values(self) -> dict[str, Any]:
        length = _format_length(self.detail.get("unit", ""), int(self.detail.get("limit", 0)))
        return {**super().template_values(), "length": length}


TooShort = _LengthFinding.define_subclass(
    "trop-court", _("`{column}` : {rows} de moins de {length}"), rule="minLength"
)
TooLong = _LengthFinding.define_subclass(
    "trop-long", _("`{column}` : {rows} de plus de {length}"), rule="maxLength"
)
ValueTooSmall = RowFinding.define_subclass(
    "sous-le-minimum", _("`{column}` : {rows} sous le minimum {limit}"), rule="minimum"
)
ValueTooBig = RowFinding.define_subclass(
    "au-dessus-du-maximum", _("`{column}` : {rows} au-dessus du maximum {limit}"), rule="maximum"
)
ValueAtExclusiveMinimum = RowFinding.define_subclass(
    "pas-au-dessus",
    _("`{column}` : {rows} dont la valeur n'est pas au-dessus de {limit}"),
    rule="exclusiveMinimum",
)
ValueAtExclusiveMaximum = RowFinding.define_subclass(
    "pas-en-dessous",
    _("`{column}` : {rows} dont la valeur n'est pas en dessous de {limit}"),
    rule="exclusiveMaximum",
)
PatternMismatch = RowFinding.define_subclass(
    "hors-motif", _("`{column}` : {rows} {follow_not} le motif « {pattern} »"), rule="pattern"
)
NotInList = RowFinding.define_subclass(
    "hors-liste",
    _("`{column}` : {rows} hors de la liste ({choices})"),
    _("corriger ces lignes à la source, ou compléter « enum » dans le schéma"),
    rule="enum",
)
DuplicateValue = RowFinding.define_subclass(
    "valeur-en-double",
    _("`{column}` : {rows} {repeat} une valeur déjà rencontrée, or elle doit être unique"),
    _("supprimer les doublons à la source, ou retirer « unique » du schéma"),
    rule="unique",
)
RepeatedPrimaryKey = RowFinding.define_subclass(
    "cle-en-double",
    _("clé `{column}` : {rows} {repeat} une clé déjà rencontrée"),
    _("supprimer les doublons à la source, ou déclarer une clé qui distingue vraiment les lignes"),
    rule="primaryKey",
)
# ``fault``: what is wrong with an item of the array.
InvalidArrayItem = RowFinding.define_subclass(
    "element-non-conforme",
    _("`{column}` : {rows} avec un élément {fault}"),
    _("corriger ces éléments à la source, ou « arrayItem » dans le schéma"),
    rule="items",
)


class MissingReference(RowFinding):
    """``there``: the columns referred to, in the dataset ``dataset`` ("" is this one)."""

    code = "reference-introuvable"
    rule = "foreignKey"
    sentence = _("`{column}` : {rows} sans correspondance dans {target}")
    remedy = _("corriger ces lignes à la source, ou y ajouter ce à quoi elles renvoient")

    def template_values(self) -> dict[str, Any]:
        there, dataset = self.detail.get("there", ""), self.detail.get("dataset", "")
        target = _("`{}` du jeu « {} »").format(there, dataset) if dataset else f"`{there}`"
        return {**super().template_values(), "target": target}


# --- the French checks (Validata's), named in the schema ----------------------------------------------

SiretWrong = RowFinding.define_subclass(
    "siret-invalide",
    _("`{column}` : {rows} sans un SIRET valide (14 chiffres, clé de contrôle comprise)"),
    rule="french-siret-value",
)
SirenWrong = RowFinding.define_subclass(
    "siren-invalide",
    _("`{column}` : {rows} sans un SIREN valide (9 chiffres, clé de contrôle comprise)"),
    rule="french-siren-value",
)
PhoneWrong = RowFinding.define_subclass(
    "telephone-invalide",
    _("`{column}` : {rows} sans un numéro de téléphone valide"),
    _("écrire un numéro français (01 99 00 27 37), international (+33 1 99 00 27 37) ou court (115)"),
    rule="phone-number-value",
)
OpeningHoursWrong = RowFinding.define_subclass(
    "horaires-invalides",
    _("`{column}` : {rows} sans horaires au format d'OpenStreetMap"),
    _("les écrire comme « Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00; PH off »"),
    rule="opening-hours-value",
)
OutsideFrance = RowFinding.define_subclass(
    "position-hors-de-france",
    _("`{column}` : {rows} dont la position n'est pas en France"),
    _("écrire la longitude, puis la latitude, en degrés (WGS84) : « 5.44,43.52 » est à Aix-en-Provence"),
    rule="french-gps-coordinates",
)
NomenclatureWrong = RowFinding.define_subclass(
    "nomenclature-actes",
    _("`{column}` : {rows} hors de la nomenclature des actes (matière/sous-matière)"),
    _(
        "écrire une matière de la nomenclature @CTES, « / » sans espace autour, puis la sous-matière : "
        "« Finances locales/Subventions »"
    ),
    rule="nomenclature-actes-value",
)
# ``alone``: a single year is allowed.
YearIntervalWrong = RowFinding.define_subclass(
    "intervalle-annees",
    _("`{column}` : {rows} sans une période AAAA/AAAA aux années croissantes{alone}"),
    rule="year-interval-value",
)
NotCohesive = RowFinding.define_subclass(
    "colonnes-incoherentes",
    _("`{column}` : {rows} où certaines de ces colonnes sont remplies et d'autres non"),
    _("les remplir toutes, ou aucune"),
    rule="cohesive-columns-value",
)
# ``op``: the comparison that must hold between the two columns.
FailedColumnComparison = RowFinding.define_subclass(
    "comparaison-fausse",
    _("`{first}` : {rows} où il n'est pas vrai que `{first}` {op} `{second}`"),
    rule="compare-columns-value",
)
# ``parts``: the columns that ``total`` must be the sum of.
NotTheSum = RowFinding.define_subclass(
    "somme-inexacte",
    _("`{total}` : {rows} où `{total}` n'est pas la somme de {parts}"),
    rule="sum-columns-value",
)
NoneOfRequired = RowFinding.define_subclass(
    "une-des-deux-requise",
    _("`{column}` : {rows} sans aucune de ces deux valeurs, or il en faut une"),
    _("remplir l'une des deux colonnes à la source"),
    rule="one-of-required",
)
RowBlank = RowFinding.define_subclass(
    "ligne-vide", _("{rows} sans aucune valeur"), _("supprimer ces lignes à la source"), rule="blank"
)
FieldAbsent = ValidationFinding.define_subclass(
    "champ-absent",
    _("le schéma décrit `{column}`, que les données n'ont pas"),
    _("publier cette colonne dans la déclaration, ou retirer le champ du schéma"),
)
UnknownSchemaColumn = ValidationFinding.define_subclass(
    "colonne-en-trop",
    _("les données ont `{column}`, que le schéma ne décrit pas"),
    _("décrire cette colonne dans le schéma, ou la déclarer « drop »"),
)
SchemaUnusable = ValidationFinding.define_subclass(
    "schema-inapplicable", _("`{column}` : {why}"), _("corriger ce champ dans le schéma")
)
# ``why``: what is wrong with the dataset referred to, named by ``dataset``.
ReferenceUnavailable = ValidationFinding.define_subclass(
    "reference-indisponible",
    _("`{column}` renvoie au jeu « {dataset} » : {why}"),
    _("publier d'abord ce jeu, ou corriger « foreignKeys » dans le schéma"),
)
UnjoinableRows = ValidationFinding.define_subclass(
    "lignes-non-reunies",
    _("les lignes modifiées ne peuvent pas être réunies à ce qui est publié : {why}"),
    _("relancer le jeu : la source sera lue en entier"),
)
AstrayRows = ValidationFinding.define_subclass(
    "lignes-en-ecart",
    n_(
        "{count} ligne d'écart avec la source : des lignes y ont été supprimées, sont venues en retard, ou ont la même clé",
        "{count} lignes d'écart avec la source : des lignes y ont été supprimées, sont venues en retard, ou ont la même clé",
        1,
    ),
    _("rien à faire : l'exécution suivante la lira en entier"),
)
JoinedRows = ValidationFinding.define_subclass(
    "lignes-reunies",
    n_(
        "réunies à {count} ligne de la révision publiée, reprise telle quelle",
        "réunies à {count} lignes de la révision publiée, reprises telles quelles",
        1,
    ),
    _("rien à faire : elles n'ont pas été relues à la source"),
)
SourceEmpty = ValidationFinding.define_subclass(
    "source-vide",
    _("source vide : aucune ligne à publier"),
    _("vérifier que la source répond ce qu'elle doit"),
)
NothingValid = ValidationFinding.define_subclass(
    "rien-de-valide",
    _("il ne reste aucune ligne valide à publier"),
    _("lire ci-dessus ce qui est rejeté"),
)
CountsDiffer = ValidationFinding.define_subclass(
    "compte-inexact",
    _("lignes reçues : {received} ; publiables : {kept} ; rejetées : {rejected}"),
    _("signaler ce défaut : rien n'est publié tant que le compte n'est pas exact"),
)
InputInconsistent = ValidationFinding.define_subclass(
    "entree-incoherente",
    _("lignes annoncées : {announced} ; reçues : {received}, dont avec leur numéro : {numbered}"),
    _("relancer le jeu depuis l'extraction ; si cela revient, signaler ce défaut"),
)


class FormulaCells(ValidationFinding):
    """``columns`` are published names."""

    code = "formules"
    sentence = _(
        "{cells} dans le CSV qu'un tableur prendrait pour des formules, publiées telles quelles : {columns}"
    )
    remedy = _(
        "rien à faire si ce sont des tirets ou des téléphones ; sinon les corriger à la source, ou les faire "
        "précéder d'une apostrophe : « publish: {{formulas: prefix}} »"
    )

    def template_values(self) -> dict[str, Any]:
        return {**super().template_values(), "cells": n_("{count} cellule", "{count} cellules", self.count)}


PrefixedFormulaCells = FormulaCells.define_subclass(
    "formules-apostrophees",
    _(
        "{cells} dans le CSV qu'un tableur prendrait pour des formules, précédées d'une apostrophe : "
        "{columns}"
    ),
    _("rien à faire ; les autres formats et la table interrogeable les gardent telles quelles"),
)


# --- guards -------------------------------------------------------------------------------------------------

_WAIVE = _(
    "vérifier la source ; si c'est voulu, lever la garde « {guard} » pour cette seule exécution, avec un nom "
    "et un motif (--waive, ou « waive » dans Airflow)"
)


class GuardFinding(ValidationFinding):
    """Base of all. ``guard``: its word in a declaration, and in a waiver."""

    code: ClassVar[str] = "garde"
    guard: ClassVar[str] = ""
    remedy: ClassVar[Message] = _WAIVE

    def template_values(self) -> dict[str, Any]:
        return {**super().template_values(), "guard": self.guard}


ExcessiveRowLoss = GuardFinding.define_subclass(
    "garde-lignes-perdues",
    _("{rows} de moins que dans la dernière révision publiée ({share} ; {limit} admis)"),
    guard="shrink",
)
ExcessiveRowGain = GuardFinding.define_subclass(
    "garde-lignes-gagnees",
    _("{rows} de plus que dans la dernière révision publiée ({share} ; {limit} admis)"),
    guard="grow",
)
MissingPublishedColumn = GuardFinding.define_subclass(
    "garde-colonne-perdue", _("la colonne `{column}` est publiée, et a disparu"), guard="columns"
)
NullShareRise = GuardFinding.define_subclass(
    "garde-cellules-vides",
    _(
        "`{column}` : {after} de cellules vides, {before} dans la dernière révision publiée (hausse admise : {limit})"
    ),
    guard="nulls",
)
CategoryShift = GuardFinding.define_subclass(
    "garde-repartition",
    _("`{column}` : la répartition a changé pour {share} des lignes ({limit} admis)"),
    guard="shift",
)
TruncatedSource = GuardFinding.define_subclass(
    "garde-source-coupee",
    _(
        "la source a donné exactement {rows}, là où des exports ou des API s'arrêtent : elle est peut-être "
        "coupée"
    ),
    guard="truncated",
)


class MissingRecentRows(GuardFinding):
    code = "garde-fraicheur"
    guard = "fresh"
    sentence = _("`{column}` : aucune ligne n'a moins de {delay}")

    def template_values(self) -> dict[str, Any]:
        hours = int(self.detail.get("hours", 0))
        delay = (
            n_("{count} heure", "{count} heures", hours)
            if hours % 24
            else n_("{count} jour", "{count} jours", hours // 24)
        )
        return {**super().template_values(), "delay": delay}


TotalShift = GuardFinding.define_subclass(
    "garde-total", _("`{column}` : le total a changé de {share} ({limit} admis)"), guard="totals"
)
MissingBaseline = GuardFinding.define_subclass(
    "garde-sans-repere",
    _(
        "la dernière révision publiée n'est plus dans le dépôt, ou n'est plus ce qu'elle était : rien à quoi comparer"
    ),
    guard="baseline",
)
# ``what``: the rule, or the line of ``privacy:``, that protects less.
WeakenedProtection = GuardFinding.define_subclass(
    "garde-protection",
    _("protection affaiblie : {what}"),
    _(
        "rétablir cette protection dans la déclaration ; si l'affaiblir est voulu (et l'avis du délégué à la "
        "protection des données pris), lever la garde « {guard} » pour cette seule exécution, avec un nom et "
        "un motif (--waive, ou « waive » dans Airflow)"
    ),
    guard="protection",
)
# ``shown``: the paths of those that can only be names, and how many others there are.
NewInnerKeys = GuardFinding.define_subclass(
    "garde-cles",
    _(
        "`{column}` : ses valeurs ont des clés que la dernière révision publiée n'a pas ({shown}) ; chacune est une colonne "
        "que personne n'a déclarée"
    ),
    _(
        "lire ce que ces clés contiennent, et les ôter à la source si elles ne doivent pas sortir ; si elles le "
        "doivent, lever la garde « {guard} » pour cette seule exécution, avec un nom et un motif (--waive, ou « waive » "
        "dans Airflow)"
    ),
    guard="keys",
)
WaiverUseless = ValidationFinding.define_subclass(
    "derogation-sans-objet",
    _("la garde « {guard} » a été levée pour rien : elle ne retenait pas ce jeu"),
    _("ne plus la lever"),
)
# ``what``: what the guard found; ``by`` and ``reason``: of the person who waived it.
WaivedGuard = ValidationFinding.define_subclass(
    "garde-levee",
    _("garde « {guard} » levée (au nom de : {by} ; motif : {reason}) : {what}"),
    _("rien à faire : le certificat le porte"),
)
