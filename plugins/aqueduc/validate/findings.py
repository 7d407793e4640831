"""What validation can find, with the sentence an operator reads.

Two families: about rows (one class per rule of Table Schema, counted and located), about the whole (columns
that do not fit, a schema that cannot be applied, nothing to publish). Limits, patterns and lists quoted here
are the schema's own words; a cell never is.
"""

from __future__ import annotations

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

    def words(self) -> dict[str, Any]:
        several = self.count > 1
        return {
            **super().words(),
            "expected": self.detail.get("many" if several else "one", ""),
            "are_not": _("ne sont pas") if several else _("n'est pas"),
            "have_not": _("n'ont pas") if several else _("n'a pas"),
            "follow_not": _("ne suivent pas") if several else _("ne suit pas"),
            "repeat": _("répètent") if several else _("répète"),
        }


class NotOfType(RowFinding):
    code = "type"
    rule = "type"
    sentence = _("`{column}` : {rows} {are_not} {expected}")
    remedy = _("corriger ces lignes à la source, ou le type et le format de ce champ dans le schéma")


class ValueMissing(RowFinding):
    code = "valeur-absente"
    rule = "required"
    sentence = _("`{column}` : {rows} {have_not} de valeur, or elle est obligatoire")
    remedy = _("compléter ces lignes à la source, ou retirer « required » du schéma si l'absence est normale")


class KeyIncomplete(RowFinding):
    code = "cle-incomplete"
    rule = "required"
    sentence = _("`{column}` : {rows} {have_not} de valeur, or la clé l'exige")
    remedy = _("compléter ces lignes à la source, ou déclarer une clé toujours remplie")


def _count_length(unit: str, count: int) -> Message:
    """``unit``: the type of the field."""
    match unit:
        case "array":
            return n_("{count} élément", "{count} éléments", count)
        case "object" | "geojson":
            return n_("{count} propriété", "{count} propriétés", count)
        case _:
            return n_("{count} caractère", "{count} caractères", count)


class _OfLength(RowFinding):
    """``detail["unit"]``: what is counted, by the type of the field; characters when it is not said."""

    def words(self) -> dict[str, Any]:
        length = _count_length(self.detail.get("unit", ""), int(self.detail.get("limit", 0)))
        return {**super().words(), "length": length}


class TooShort(_OfLength):
    code = "trop-court"
    rule = "minLength"
    sentence = _("`{column}` : {rows} de moins de {length}")


class TooLong(_OfLength):
    code = "trop-long"
    rule = "maxLength"
    sentence = _("`{column}` : {rows} de plus de {length}")


class ValueTooSmall(RowFinding):
    code = "sous-le-minimum"
    rule = "minimum"
    sentence = _("`{column}` : {rows} sous le minimum {limit}")


class ValueTooBig(RowFinding):
    code = "au-dessus-du-maximum"
    rule = "maximum"
    sentence = _("`{column}` : {rows} au-dessus du maximum {limit}")


class NotAbove(RowFinding):
    code = "pas-au-dessus"
    rule = "exclusiveMinimum"
    sentence = _("`{column}` : {rows} dont la valeur n'est pas au-dessus de {limit}")


class NotBelow(RowFinding):
    code = "pas-en-dessous"
    rule = "exclusiveMaximum"
    sentence = _("`{column}` : {rows} dont la valeur n'est pas en dessous de {limit}")


class PatternMissed(RowFinding):
    code = "hors-motif"
    rule = "pattern"
    sentence = _("`{column}` : {rows} {follow_not} le motif « {pattern} »")


class NotInList(RowFinding):
    code = "hors-liste"
    rule = "enum"
    sentence = _("`{column}` : {rows} hors de la liste ({choices})")
    remedy = _("corriger ces lignes à la source, ou compléter « enum » dans le schéma")


class ValueRepeated(RowFinding):
    code = "valeur-en-double"
    rule = "unique"
    sentence = _("`{column}` : {rows} {repeat} une valeur déjà rencontrée, or elle doit être unique")
    remedy = _("supprimer les doublons à la source, ou retirer « unique » du schéma")


class KeyRepeated(RowFinding):
    code = "cle-en-double"
    rule = "primaryKey"
    sentence = _("clé `{column}` : {rows} {repeat} une clé déjà rencontrée")
    remedy = _("supprimer les doublons à la source, ou déclarer une clé qui distingue vraiment les lignes")


class ItemBroken(RowFinding):
    """``fault``: what is wrong with an item of the array."""

    code = "element-non-conforme"
    rule = "items"
    sentence = _("`{column}` : {rows} avec un élément {fault}")
    remedy = _("corriger ces éléments à la source, ou « arrayItem » dans le schéma")


class ReferenceMissed(RowFinding):
    """``there``: the columns referred to, in the dataset ``dataset`` ("" is this one)."""

    code = "reference-introuvable"
    rule = "foreignKey"
    sentence = _("`{column}` : {rows} sans correspondance dans {target}")
    remedy = _("corriger ces lignes à la source, ou y ajouter ce à quoi elles renvoient")

    def words(self) -> dict[str, Any]:
        there, dataset = self.detail.get("there", ""), self.detail.get("dataset", "")
        target = _("`{}` du jeu « {} »").format(there, dataset) if dataset else f"`{there}`"
        return {**super().words(), "target": target}


# --- the French checks (Validata's), named in the schema ----------------------------------------------


class SiretWrong(RowFinding):
    code = "siret-invalide"
    rule = "french-siret-value"
    sentence = _("`{column}` : {rows} sans un SIRET valide (14 chiffres, clé de contrôle comprise)")


class SirenWrong(RowFinding):
    code = "siren-invalide"
    rule = "french-siren-value"
    sentence = _("`{column}` : {rows} sans un SIREN valide (9 chiffres, clé de contrôle comprise)")


class PhoneWrong(RowFinding):
    code = "telephone-invalide"
    rule = "phone-number-value"
    sentence = _("`{column}` : {rows} sans un numéro de téléphone valide")
    remedy = _("écrire un numéro français (01 99 00 27 37), international (+33 1 99 00 27 37) ou court (115)")


class OpeningHoursWrong(RowFinding):
    code = "horaires-invalides"
    rule = "opening-hours-value"
    sentence = _("`{column}` : {rows} sans horaires au format d'OpenStreetMap")
    remedy = _("les écrire comme « Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00; PH off »")


class OutsideFrance(RowFinding):
    code = "position-hors-de-france"
    rule = "french-gps-coordinates"
    sentence = _("`{column}` : {rows} dont la position n'est pas en France")
    remedy = _(
        "écrire la longitude, puis la latitude, en degrés (WGS84) : « 5.44,43.52 » est à Aix-en-Provence"
    )


class NomenclatureWrong(RowFinding):
    code = "nomenclature-actes"
    rule = "nomenclature-actes-value"
    sentence = _("`{column}` : {rows} hors de la nomenclature des actes (matière/sous-matière)")
    remedy = _(
        "écrire une matière de la nomenclature @CTES, « / » sans espace autour, puis la sous-matière : "
        "« Finances locales/Subventions »"
    )


class YearIntervalWrong(RowFinding):
    """``alone``: a single year is allowed."""

    code = "intervalle-annees"
    rule = "year-interval-value"
    sentence = _("`{column}` : {rows} sans une période AAAA/AAAA aux années croissantes{alone}")


class NotCohesive(RowFinding):
    code = "colonnes-incoherentes"
    rule = "cohesive-columns-value"
    sentence = _("`{column}` : {rows} où certaines de ces colonnes sont remplies et d'autres non")
    remedy = _("les remplir toutes, ou aucune")


class NotCompared(RowFinding):
    """``op``: the comparison that must hold between the two columns."""

    code = "comparaison-fausse"
    rule = "compare-columns-value"
    sentence = _("`{first}` : {rows} où il n'est pas vrai que `{first}` {op} `{second}`")


class NotTheSum(RowFinding):
    """``parts``: the columns that ``total`` must be the sum of."""

    code = "somme-inexacte"
    rule = "sum-columns-value"
    sentence = _("`{total}` : {rows} où `{total}` n'est pas la somme de {parts}")


class NoneOfRequired(RowFinding):
    code = "une-des-deux-requise"
    rule = "one-of-required"
    sentence = _("`{column}` : {rows} sans aucune de ces deux valeurs, or il en faut une")
    remedy = _("remplir l'une des deux colonnes à la source")


class RowBlank(RowFinding):
    code = "ligne-vide"
    rule = "blank"
    sentence = _("{rows} sans aucune valeur")
    remedy = _("supprimer ces lignes à la source")


class FieldAbsent(ValidationFinding):
    code = "champ-absent"
    sentence = _("le schéma décrit `{column}`, que les données n'ont pas")
    remedy = _("publier cette colonne dans la déclaration, ou retirer le champ du schéma")


class ColumnUnknown(ValidationFinding):
    code = "colonne-en-trop"
    sentence = _("les données ont `{column}`, que le schéma ne décrit pas")
    remedy = _("décrire cette colonne dans le schéma, ou la déclarer « drop »")


class SchemaUnusable(ValidationFinding):
    code = "schema-inapplicable"
    sentence = _("`{column}` : {why}")
    remedy = _("corriger ce champ dans le schéma")


class ReferenceUnavailable(ValidationFinding):
    """``why``: what is wrong with the dataset referred to, named by ``dataset``."""

    code = "reference-indisponible"
    sentence = _("`{column}` renvoie au jeu « {dataset} » : {why}")
    remedy = _("publier d'abord ce jeu, ou corriger « foreignKeys » dans le schéma")


class SourceEmpty(ValidationFinding):
    code = "source-vide"
    sentence = _("source vide : aucune ligne à publier")
    remedy = _("vérifier que la source répond ce qu'elle doit")


class NothingValid(ValidationFinding):
    code = "rien-de-valide"
    sentence = _("il ne reste aucune ligne valide à publier")
    remedy = _("lire ci-dessus ce qui est rejeté ; la publication précédente reste en place")


class CountsDiffer(ValidationFinding):
    code = "compte-inexact"
    sentence = _("{received} lignes reçues, mais {kept} publiables et {rejected} rejetées")
    remedy = _("signaler ce défaut : rien n'est publié tant que le compte n'est pas exact")


class InputInconsistent(ValidationFinding):
    code = "entree-incoherente"
    sentence = _("{announced} lignes annoncées, {received} reçues, dont {numbered} avec leur numéro de ligne")
    remedy = _("relancer le jeu depuis l'extraction ; si cela revient, signaler ce défaut")


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

    def words(self) -> dict[str, Any]:
        return {**super().words(), "cells": n_("{count} cellule", "{count} cellules", self.count)}


class FormulasPrefixed(FormulaCells):
    code = "formules-apostrophees"
    sentence = _(
        "{cells} dans le CSV qu'un tableur prendrait pour des formules, précédées d'une apostrophe : "
        "{columns}"
    )
    remedy = _("rien à faire ; les autres formats et la table interrogeable les gardent telles quelles")
