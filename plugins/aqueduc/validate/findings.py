"""What validation can find, with the sentence an operator reads.

Two families: about rows (one class per rule of Table Schema, counted and located), about the whole (columns
that do not fit, a schema that cannot be applied, nothing to publish). Limits, patterns and lists quoted here
are the schema's own words; a cell never is.
"""

from __future__ import annotations

from typing import Any, ClassVar

from aqueduc.findings import Finding
from aqueduc.language import CELL, CELLS, Said, format_count


class ValidationFinding(Finding):
    """Base of all findings of this stage."""

    code: ClassVar[str] = "validation"


class RowFinding(ValidationFinding):
    """``count`` rows break ``rule`` (the word Table Schema uses). ``column`` joins names of a composite key.

    Sentences may use the verbs below, agreed in number, and ``{expected}`` (``one``, ``many`` of ``detail``).
    """

    code: ClassVar[str] = "lignes"
    rule: ClassVar[str] = ""
    remedy: ClassVar[Said] = Said("corriger ces lignes à la source", "correct these rows at the source")

    def words(self) -> dict[str, Any]:
        several = self.count > 1
        return {
            **super().words(),
            "expected": self.detail.get("many" if several else "one", ""),
            "are_not": Said("ne sont pas", "are not") if several else Said("n'est pas", "is not"),
            "have_not": Said("n'ont pas", "have no") if several else Said("n'a pas", "has no"),
            "follow_not": Said("ne suivent pas", "do not follow")
            if several
            else Said("ne suit pas", "does not follow"),
            "repeat": Said("répètent", "repeat") if several else Said("répète", "repeats"),
        }


class NotOfType(RowFinding):
    code = "type"
    rule = "type"
    sentence = Said("`{column}` : {rows} {are_not} {expected}", "`{column}`: {rows} {are_not} {expected}")
    remedy = Said(
        "corriger ces lignes à la source, ou le type et le format de ce champ dans le schéma",
        "correct these rows at the source, or the type and format of this field in the schema",
    )


class ValueMissing(RowFinding):
    code = "valeur-absente"
    rule = "required"
    sentence = Said(
        "`{column}` : {rows} {have_not} de valeur, or elle est obligatoire",
        "`{column}`: {rows} {have_not} value, and one is required",
    )
    remedy = Said(
        "compléter ces lignes à la source, ou retirer « required » du schéma si l'absence est normale",
        "complete these rows at the source, or take “required” out of the schema if values may be missing",
    )


class KeyIncomplete(RowFinding):
    code = "cle-incomplete"
    rule = "required"
    sentence = Said(
        "`{column}` : {rows} {have_not} de valeur, or la clé l'exige",
        "`{column}`: {rows} {have_not} value, and the key needs one",
    )
    remedy = Said(
        "compléter ces lignes à la source, ou déclarer une clé toujours remplie",
        "complete these rows at the source, or declare a key that is always filled in",
    )


_CHARACTER = (Said("caractère", "character"), Said("caractères", "characters"))
_UNITS = {
    "array": (Said("élément", "item"), Said("éléments", "items")),
    "object": (Said("propriété", "property"), Said("propriétés", "properties")),
    "geojson": (Said("propriété", "property"), Said("propriétés", "properties")),
}


class _OfLength(RowFinding):
    """``detail["unit"]``: what is counted, by the type of the field; characters when it is not said."""

    def words(self) -> dict[str, Any]:
        one, many = _UNITS.get(self.detail.get("unit", ""), _CHARACTER)
        return {**super().words(), "length": format_count(int(self.detail.get("limit", 0)), one, many)}


class TooShort(_OfLength):
    code = "trop-court"
    rule = "minLength"
    sentence = Said("`{column}` : {rows} de moins de {length}", "`{column}`: {rows} of fewer than {length}")


class TooLong(_OfLength):
    code = "trop-long"
    rule = "maxLength"
    sentence = Said("`{column}` : {rows} de plus de {length}", "`{column}`: {rows} of more than {length}")


class ValueTooSmall(RowFinding):
    code = "sous-le-minimum"
    rule = "minimum"
    sentence = Said(
        "`{column}` : {rows} sous le minimum {limit}", "`{column}`: {rows} under the minimum {limit}"
    )


class ValueTooBig(RowFinding):
    code = "au-dessus-du-maximum"
    rule = "maximum"
    sentence = Said(
        "`{column}` : {rows} au-dessus du maximum {limit}", "`{column}`: {rows} above the maximum {limit}"
    )


class NotAbove(RowFinding):
    code = "pas-au-dessus"
    rule = "exclusiveMinimum"
    sentence = Said(
        "`{column}` : {rows} dont la valeur n'est pas au-dessus de {limit}",
        "`{column}`: {rows} whose value is not above {limit}",
    )


class NotBelow(RowFinding):
    code = "pas-en-dessous"
    rule = "exclusiveMaximum"
    sentence = Said(
        "`{column}` : {rows} dont la valeur n'est pas en dessous de {limit}",
        "`{column}`: {rows} whose value is not below {limit}",
    )


class PatternMissed(RowFinding):
    code = "hors-motif"
    rule = "pattern"
    sentence = Said(
        "`{column}` : {rows} {follow_not} le motif « {pattern} »",
        "`{column}`: {rows} {follow_not} the pattern “{pattern}”",
    )


class NotInList(RowFinding):
    code = "hors-liste"
    rule = "enum"
    sentence = Said(
        "`{column}` : {rows} hors de la liste ({choices})",
        "`{column}`: {rows} outside of the list ({choices})",
    )
    remedy = Said(
        "corriger ces lignes à la source, ou compléter « enum » dans le schéma",
        "correct these rows at the source, or complete “enum” in the schema",
    )


class ValueRepeated(RowFinding):
    code = "valeur-en-double"
    rule = "unique"
    sentence = Said(
        "`{column}` : {rows} {repeat} une valeur déjà rencontrée, or elle doit être unique",
        "`{column}`: {rows} {repeat} a value already met, and it must be unique",
    )
    remedy = Said(
        "supprimer les doublons à la source, ou retirer « unique » du schéma",
        "remove the duplicates at the source, or take “unique” out of the schema",
    )


class KeyRepeated(RowFinding):
    code = "cle-en-double"
    rule = "primaryKey"
    sentence = Said(
        "clé `{column}` : {rows} {repeat} une clé déjà rencontrée",
        "key `{column}`: {rows} {repeat} a key already met",
    )
    remedy = Said(
        "supprimer les doublons à la source, ou déclarer une clé qui distingue vraiment les lignes",
        "remove the duplicates at the source, or declare a key that really tells the rows apart",
    )


class ItemBroken(RowFinding):
    """``fault``: what is wrong with an item of the array."""

    code = "element-non-conforme"
    rule = "items"
    sentence = Said("`{column}` : {rows} avec un élément {fault}", "`{column}`: {rows} with an item {fault}")
    remedy = Said(
        "corriger ces éléments à la source, ou « arrayItem » dans le schéma",
        "correct these items at the source, or “arrayItem” in the schema",
    )


class ReferenceMissed(RowFinding):
    """``there``: the columns referred to, in the dataset ``dataset`` ("" is this one)."""

    code = "reference-introuvable"
    rule = "foreignKey"
    sentence = Said(
        "`{column}` : {rows} sans correspondance dans {target}",
        "`{column}`: {rows} without a match in {target}",
    )
    remedy = Said(
        "corriger ces lignes à la source, ou y ajouter ce à quoi elles renvoient",
        "correct these rows at the source, or add there what they refer to",
    )

    def words(self) -> dict[str, Any]:
        there, dataset = self.detail.get("there", ""), self.detail.get("dataset", "")
        target = (
            Said("`{}` du jeu « {} »", "`{}` of the dataset “{}”").format(there, dataset)
            if dataset
            else Said(f"`{there}`", f"`{there}`")
        )
        return {**super().words(), "target": target}


# --- the French checks (Validata's), named in the schema ----------------------------------------------


class SiretWrong(RowFinding):
    code = "siret-invalide"
    rule = "french-siret-value"
    sentence = Said(
        "`{column}` : {rows} sans un SIRET valide (14 chiffres, clé de contrôle comprise)",
        "`{column}`: {rows} without a valid SIRET (14 digits, with their check digit)",
    )


class SirenWrong(RowFinding):
    code = "siren-invalide"
    rule = "french-siren-value"
    sentence = Said(
        "`{column}` : {rows} sans un SIREN valide (9 chiffres, clé de contrôle comprise)",
        "`{column}`: {rows} without a valid SIREN (9 digits, with their check digit)",
    )


class PhoneWrong(RowFinding):
    code = "telephone-invalide"
    rule = "phone-number-value"
    sentence = Said(
        "`{column}` : {rows} sans un numéro de téléphone valide",
        "`{column}`: {rows} without a valid phone number",
    )
    remedy = Said(
        "écrire un numéro français (01 99 00 27 37), international (+33 1 99 00 27 37) ou court (115)",
        "write a French number (01 99 00 27 37), an international (+33 1 99 00 27 37) or a short one (115)",
    )


class OpeningHoursWrong(RowFinding):
    code = "horaires-invalides"
    rule = "opening-hours-value"
    sentence = Said(
        "`{column}` : {rows} sans horaires au format d'OpenStreetMap",
        "`{column}`: {rows} without opening hours as OpenStreetMap writes them",
    )
    remedy = Said(
        "les écrire comme « Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00; PH off »",
        "write them as “Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00; PH off”",
    )


class OutsideFrance(RowFinding):
    code = "position-hors-de-france"
    rule = "french-gps-coordinates"
    sentence = Said(
        "`{column}` : {rows} dont la position n'est pas en France",
        "`{column}`: {rows} whose position is not in France",
    )
    remedy = Said(
        "écrire la longitude, puis la latitude, en degrés (WGS84) : « 5.44,43.52 » est à Aix-en-Provence",
        "write the longitude, then the latitude, in degrees (WGS84): “5.44,43.52” is in Aix-en-Provence",
    )


class NomenclatureWrong(RowFinding):
    code = "nomenclature-actes"
    rule = "nomenclature-actes-value"
    sentence = Said(
        "`{column}` : {rows} hors de la nomenclature des actes (matière/sous-matière)",
        "`{column}`: {rows} outside of the nomenclature of acts (subject/sub-subject)",
    )
    remedy = Said(
        "écrire une matière de la nomenclature @CTES, « / » sans espace autour, puis la sous-matière : "
        "« Finances locales/Subventions »",
        "write a subject of the @CTES nomenclature, “/” without blanks around, then the sub-subject: "
        "“Finances locales/Subventions”",
    )


class YearIntervalWrong(RowFinding):
    """``alone``: a single year is allowed."""

    code = "intervalle-annees"
    rule = "year-interval-value"
    sentence = Said(
        "`{column}` : {rows} sans une période AAAA/AAAA aux années croissantes{alone}",
        "`{column}`: {rows} without a period YYYY/YYYY whose years rise{alone}",
    )


class NotCohesive(RowFinding):
    code = "colonnes-incoherentes"
    rule = "cohesive-columns-value"
    sentence = Said(
        "`{column}` : {rows} où certaines de ces colonnes sont remplies et d'autres non",
        "`{column}`: {rows} where some of these columns are filled in and others are not",
    )
    remedy = Said("les remplir toutes, ou aucune", "fill in all of them, or none")


class NotCompared(RowFinding):
    """``op``: the comparison that must hold between the two columns."""

    code = "comparaison-fausse"
    rule = "compare-columns-value"
    sentence = Said(
        "`{first}` : {rows} où il n'est pas vrai que `{first}` {op} `{second}`",
        "`{first}`: {rows} where `{first}` {op} `{second}` does not hold",
    )


class NotTheSum(RowFinding):
    """``parts``: the columns that ``total`` must be the sum of."""

    code = "somme-inexacte"
    rule = "sum-columns-value"
    sentence = Said(
        "`{total}` : {rows} où `{total}` n'est pas la somme de {parts}",
        "`{total}`: {rows} where `{total}` is not the sum of {parts}",
    )


class NoneOfRequired(RowFinding):
    code = "une-des-deux-requise"
    rule = "one-of-required"
    sentence = Said(
        "`{column}` : {rows} sans aucune de ces deux valeurs, or il en faut une",
        "`{column}`: {rows} without either of these two values, and one is required",
    )
    remedy = Said(
        "remplir l'une des deux colonnes à la source", "fill in one of the two columns at the source"
    )


class RowBlank(RowFinding):
    code = "ligne-vide"
    rule = "blank"
    sentence = Said("{rows} sans aucune valeur", "{rows} without any value")
    remedy = Said("supprimer ces lignes à la source", "remove these rows at the source")


class FieldAbsent(ValidationFinding):
    code = "champ-absent"
    sentence = Said(
        "le schéma décrit `{column}`, que les données n'ont pas",
        "the schema describes `{column}`, which the data do not have",
    )
    remedy = Said(
        "publier cette colonne dans la déclaration, ou retirer le champ du schéma",
        "publish this column in the declaration, or take the field out of the schema",
    )


class ColumnUnknown(ValidationFinding):
    code = "colonne-en-trop"
    sentence = Said(
        "les données ont `{column}`, que le schéma ne décrit pas",
        "the data have `{column}`, which the schema does not describe",
    )
    remedy = Said(
        "décrire cette colonne dans le schéma, ou la déclarer « drop »",
        "describe this column in the schema, or declare it “drop”",
    )


class SchemaUnusable(ValidationFinding):
    code = "schema-inapplicable"
    sentence = Said("`{column}` : {why}", "`{column}`: {why}")
    remedy = Said("corriger ce champ dans le schéma", "correct this field in the schema")


class ReferenceUnavailable(ValidationFinding):
    """``why``: what is wrong with the dataset referred to, named by ``dataset``."""

    code = "reference-indisponible"
    sentence = Said(
        "`{column}` renvoie au jeu « {dataset} » : {why}",
        "`{column}` refers to the dataset “{dataset}”: {why}",
    )
    remedy = Said(
        "publier d'abord ce jeu, ou corriger « foreignKeys » dans le schéma",
        "publish this dataset first, or correct “foreignKeys” in the schema",
    )


class SourceEmpty(ValidationFinding):
    code = "source-vide"
    sentence = Said("source vide : aucune ligne à publier", "empty source: no row to publish")
    remedy = Said(
        "vérifier que la source répond ce qu'elle doit",
        "check that the source answers what it should",
    )


class NothingValid(ValidationFinding):
    code = "rien-de-valide"
    sentence = Said("il ne reste aucune ligne valide à publier", "no valid row is left to publish")
    remedy = Said(
        "lire ci-dessus ce qui est rejeté ; la publication précédente reste en place",
        "read above what is rejected; what was published before stays in place",
    )


class CountsDiffer(ValidationFinding):
    code = "compte-inexact"
    sentence = Said(
        "{received} lignes reçues, mais {kept} publiables et {rejected} rejetées",
        "{received} rows received, but {kept} publishable and {rejected} rejected",
    )
    remedy = Said(
        "signaler ce défaut : rien n'est publié tant que le compte n'est pas exact",
        "report this defect: nothing is published while the count is not exact",
    )


class InputInconsistent(ValidationFinding):
    code = "entree-incoherente"
    sentence = Said(
        "{announced} lignes annoncées, {received} reçues, dont {numbered} avec leur numéro de ligne",
        "{announced} rows announced, {received} received, of which {numbered} with their line number",
    )
    remedy = Said(
        "relancer le jeu depuis l'extraction ; si cela revient, signaler ce défaut",
        "run the dataset again from its extract; if it comes back, report this defect",
    )


class ExposedByRejection(ValidationFinding):
    code = "classe-reduite-par-rejet"
    sentence = Said(
        "{rows} retirées : des lignes rejetées laissaient leur groupe à moins de {k}",
        "{rows} withheld: rejected rows left their group with fewer than {k}",
    )
    remedy = Said(
        "corriger à la source les lignes rejetées pour que ces groupes reviennent",
        "correct the rejected rows at the source for these groups to come back",
    )


class FormulaCells(ValidationFinding):
    """``columns`` are published names."""

    code = "formules"
    sentence = Said(
        "{cells} dans le CSV qu'un tableur prendrait pour des formules, publiées telles quelles : {columns}",
        "{cells} of the CSV that a spreadsheet would take for formulas, published as they are: {columns}",
    )
    remedy = Said(
        "rien à faire si ce sont des tirets ou des téléphones ; sinon les corriger à la source, ou les faire "
        "précéder d'une apostrophe : « publish: {{formulas: prefix}} »",
        "nothing to do if they are dashes or telephones; otherwise correct them at the source, or put an "
        "apostrophe before them: “publish: {{formulas: prefix}}”",
    )

    def words(self) -> dict[str, Any]:
        return {**super().words(), "cells": format_count(self.count, CELL, CELLS)}


class FormulasPrefixed(FormulaCells):
    code = "formules-apostrophees"
    sentence = Said(
        "{cells} dans le CSV qu'un tableur prendrait pour des formules, précédées d'une apostrophe : "
        "{columns}",
        "{cells} of the CSV that a spreadsheet would take for formulas, with an apostrophe before: {columns}",
    )
    remedy = Said(
        "rien à faire ; les autres formats et la table interrogeable les gardent telles quelles",
        "nothing to do; the other formats and the queryable table keep them as they are",
    )
