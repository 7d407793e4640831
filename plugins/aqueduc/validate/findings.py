"""What validation can find, with the sentence a French operator reads.

Two families: about rows (one class per rule of Table Schema, counted and located), about the whole (columns
that do not fit, a schema that cannot be applied, nothing to publish). Limits, patterns and lists quoted here
are the schema's own words; a cell never is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from aqueduc.findings import Finding


class ValidationFinding(Finding):
    """Base of all findings of this stage."""

    code: ClassVar[str] = "validation"


class RowFinding(ValidationFinding):
    """``count`` rows break ``rule`` (the word Table Schema uses). ``column`` joins names of a composite key.

    Sentences may use the verbs below, agreed in number, and ``{expected}`` (``one``, ``many`` of ``detail``).
    """

    code: ClassVar[str] = "lignes"
    rule: ClassVar[str] = ""
    remedy: ClassVar[str] = "corriger ces lignes à la source"

    def _words(self) -> dict[str, Any]:
        several = self.count > 1
        return {
            **super()._words(),
            "expected": self.detail.get("many" if several else "one", ""),
            "are_not": "ne sont pas" if several else "n'est pas",
            "have_not": "n'ont pas" if several else "n'a pas",
            "follow_not": "ne suivent pas" if several else "ne suit pas",
            "repeat": "répètent" if several else "répète",
        }


class NotOfType(RowFinding):
    code = "type"
    rule = "type"
    sentence = "`{column}` : {rows} {are_not} {expected}"
    remedy = "corriger ces lignes à la source, ou le type et le format de ce champ dans le schéma"


class ValueMissing(RowFinding):
    code = "valeur-absente"
    rule = "required"
    sentence = "`{column}` : {rows} {have_not} de valeur, or elle est obligatoire"
    remedy = "compléter ces lignes à la source, ou retirer « required » du schéma si l'absence est normale"


class KeyIncomplete(RowFinding):
    code = "cle-incomplete"
    rule = "required"
    sentence = "`{column}` : {rows} {have_not} de valeur, or la clé l'exige"
    remedy = "compléter ces lignes à la source, ou déclarer une clé toujours remplie"


class TooShort(RowFinding):
    code = "trop-court"
    rule = "minLength"
    sentence = "`{column}` : {rows} de moins de {limit} caractères"


class TooLong(RowFinding):
    code = "trop-long"
    rule = "maxLength"
    sentence = "`{column}` : {rows} de plus de {limit} caractères"


class TooSmall(RowFinding):
    code = "sous-le-minimum"
    rule = "minimum"
    sentence = "`{column}` : {rows} sous le minimum {limit}"


class TooBig(RowFinding):
    code = "au-dessus-du-maximum"
    rule = "maximum"
    sentence = "`{column}` : {rows} au-dessus du maximum {limit}"


class PatternMissed(RowFinding):
    code = "hors-motif"
    rule = "pattern"
    sentence = "`{column}` : {rows} {follow_not} le motif « {pattern} »"


class NotInList(RowFinding):
    code = "hors-liste"
    rule = "enum"
    sentence = "`{column}` : {rows} hors de la liste ({choices})"
    remedy = "corriger ces lignes à la source, ou compléter « enum » dans le schéma"


class ValueRepeated(RowFinding):
    code = "valeur-en-double"
    rule = "unique"
    sentence = "`{column}` : {rows} {repeat} une valeur déjà rencontrée, or elle doit être unique"
    remedy = "supprimer les doublons à la source, ou retirer « unique » du schéma"


class KeyRepeated(RowFinding):
    code = "cle-en-double"
    rule = "primaryKey"
    sentence = "clé `{column}` : {rows} {repeat} une clé déjà rencontrée"
    remedy = "supprimer les doublons à la source, ou déclarer une clé qui distingue vraiment les lignes"


class RowBlank(RowFinding):
    code = "ligne-vide"
    rule = "blank"
    sentence = "{rows} sans aucune valeur"
    remedy = "supprimer ces lignes à la source"


class FieldAbsent(ValidationFinding):
    code = "champ-absent"
    sentence = "le schéma décrit `{column}`, que les données n'ont pas"
    remedy = "publier cette colonne dans la déclaration, ou retirer le champ du schéma"


class ColumnUnknown(ValidationFinding):
    code = "colonne-en-trop"
    sentence = "les données ont `{column}`, que le schéma ne décrit pas"
    remedy = "décrire cette colonne dans le schéma, ou la déclarer « drop »"


class SchemaUnusable(ValidationFinding):
    code = "schema-inapplicable"
    sentence = "`{column}` : {why}"
    remedy = "corriger ce champ dans le schéma"


class SourceEmpty(ValidationFinding):
    code = "source-vide"
    sentence = "source vide : aucune ligne à publier"
    remedy = "vérifier la source ; la publication précédente reste en place"


class NothingValid(ValidationFinding):
    code = "rien-de-valide"
    sentence = "il ne reste aucune ligne valide à publier"
    remedy = "lire ci-dessus ce qui est rejeté ; la publication précédente reste en place"


class CountsDiffer(ValidationFinding):
    code = "compte-inexact"
    sentence = "{received} lignes reçues, mais {kept} publiables et {rejected} rejetées"
    remedy = "signaler ce défaut : rien n'est publié tant que le compte n'est pas exact"


class InputInconsistent(ValidationFinding):
    code = "entree-incoherente"
    sentence = "{announced} lignes annoncées, {received} reçues, dont {numbered} avec leur numéro de ligne"
    remedy = "relancer le jeu depuis l'extraction ; si cela revient, signaler ce défaut"


def finding_from_json(raw: Mapping[str, Any]) -> Finding:
    """The finding that ``to_json`` wrote. An unknown code (a later version's) becomes a plain Finding."""
    kinds = {kind.code: kind for kind in ValidationFinding.kinds()}
    kind = kinds.get(raw["code"], Finding)
    return kind(
        column=raw["column"], count=raw["count"], lines=tuple(raw["lines"]), detail=dict(raw["detail"])
    )


class ExposedByRejection(ValidationFinding):
    code = "classe-reduite-par-rejet"
    sentence = "{rows} retirées : des lignes rejetées laissaient leur groupe sous {k}"
    remedy = "corriger à la source les lignes rejetées pour que ces groupes reviennent"
