"""What can be wrong in a declaration: findings that point into a file, and how they are shown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from aqueduc.findings import Finding


class Place(NamedTuple):
    """1-based line and column; ``width`` in characters."""

    line: int
    column: int
    width: int


TOP = Place(1, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Problem(Finding):
    """``file`` is the path as shown, ``text`` the line it points at. The remedy is one line."""

    code: ClassVar[str] = "declaration"

    file: str
    place: Place = TOP
    text: str = ""

    def shown(self) -> str:
        """The message as a compiler would print it: place, line, caret, remedy."""
        line, column, width = self.place
        head = f"{self.file}:{line}:{column} : {self.message()}"
        remedy = self.what_to_do()
        tail = f"\n      = {remedy}" if remedy else ""
        if not self.text:
            return head + tail
        margin = f"{line:>5} | "
        caret = (
            " " * (len(margin) - 2)
            + "| "
            + " " * (column - 1)
            + "^" * min(width, max(1, len(self.text) - column + 1))
        )
        return f"{head}\n{margin}{self.text}\n{caret}{tail}"


def shown(problems: Sequence[Problem]) -> str:
    """All the problems of a file, in the order of its lines."""
    ordered = sorted(problems, key=lambda problem: problem.place)
    count = len(ordered)
    head = "1 erreur" if count == 1 else f"{count} erreurs"
    return f"{head} dans {ordered[0].file}\n\n" + "\n\n".join(problem.shown() for problem in ordered)


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """« vouliez-vous dire … ? », or the list of choices when nothing is near and the list is short."""
    known = sorted(choices)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if not near:
        folded = {choice.casefold(): choice for choice in known}
        near = [folded[word.casefold()]] if word.casefold() in folded else []
    if near:
        return f"vouliez-vous dire « {near[0]} » ?"
    if not known:
        return "à supprimer"
    listed = ", ".join(known[:14]) + (", …" if len(known) > 14 else "")
    return f"au choix : {listed}"


class NotReadable(Problem):
    code = "fichier-illisible"
    sentence = "le fichier ne peut pas être lu : {reason}"
    remedy = "vérifier qu'il existe et que ses droits permettent de le lire"


class TooBig(Problem):
    code = "fichier-trop-gros"
    sentence = "{bytes} octets : une déclaration n'en dépasse pas {limit}"
    remedy = "vérifier que des données n'ont pas été collées dans la déclaration"


class NotUtf8(Problem):
    code = "pas-utf8"
    sentence = "le fichier n'est pas en UTF-8 (premier octet fautif à la ligne {line})"
    remedy = "l'enregistrer en UTF-8"


class NotYaml(Problem):
    code = "yaml"
    sentence = "{reason}"
    remedy = "corriger la syntaxe YAML à cet endroit"


class TooManyNodes(Problem):
    code = "yaml-bombe"
    sentence = "plus de {limit} valeurs une fois les alias développés"
    remedy = "écrire la déclaration sans alias en cascade"


class DuplicateKey(Problem):
    code = "cle-en-double"
    sentence = "la clé « {key} » est écrite deux fois (déjà ligne {first})"
    remedy = "n'en garder qu'une"


class NotAMapping(Problem):
    code = "pas-une-declaration"
    sentence = "le fichier est vide, ou n'est pas une suite de « clé : valeur »"
    remedy = "commencer par « title: … » (modèle dans docs/guide.md)"


class UnknownKey(Problem):
    code = "cle-inconnue"
    sentence = "clé inconnue « {key} »"
    remedy = "{advice}"


class MissingKey(Problem):
    code = "cle-absente"
    sentence = "la clé « {key} » manque"
    remedy = "l'ajouter : {advice}"


class WrongType(Problem):
    code = "mauvais-type"
    sentence = "« {key} » attend {expected}"
    remedy = "{advice}"


class UnknownChoice(Problem):
    code = "choix-inconnu"
    sentence = "{what} inconnu(e) : « {given} »"
    remedy = "{advice}"


class BadFileName(Problem):
    code = "nom-de-fichier"
    sentence = "« {name} » ne peut pas être l'identifiant d'un jeu de données"
    remedy = "renommer le fichier : minuscules sans accent, chiffres et tirets, 100 caractères au plus"


class FileMissing(Problem):
    code = "fichier-absent"
    sentence = "le fichier « {name} » n'existe pas dans include/"
    remedy = "{advice}"


class BadSource(Problem):
    code = "source-mal-dite"
    sentence = "la source doit avoir une, et une seule, des clés postgres, http ou file"
    remedy = "par exemple « postgres: urbanisme » avec « sql: sql/permis.sql »"


class BadRule(Problem):
    code = "regle-inconnue"
    sentence = "la règle de la colonne « {column} » n'est pas comprise"
    remedy = "{advice}"


class BasisNeeded(Problem):
    code = "base-legale-absente"
    sentence = "« {column} » reste une donnée personnelle : {why}"
    remedy = "ajouter « basis: » avec le texte qui l'autorise, ou « drop »"


class ColumnNotInSchema(Problem):
    code = "colonne-hors-schema"
    sentence = "la colonne publiée « {column} » n'est pas dans {schema}"
    remedy = "l'ajouter au schéma, la renommer (« as: »), ou la déclarer « drop » — {advice}"


class FieldNotPublished(Problem):
    code = "champ-non-publie"
    sentence = "le schéma attend le champ « {field} », qu'aucune colonne ne publie"
    remedy = "publier la colonne, ou ôter le champ du schéma — {advice}"


class PublishedTwice(Problem):
    code = "colonne-en-double"
    sentence = "deux colonnes sont publiées sous le nom « {name} »"
    remedy = "donner un autre nom à l'une (« as: »)"


class ReservedName(Problem):
    code = "nom-reserve"
    sentence = "« {name} » : un nom de colonne ne commence pas par deux tirets bas"
    remedy = "la renommer dans la source, ou sous « as: »"


class NothingPublished(Problem):
    code = "rien-de-publie"
    sentence = "aucune colonne n'est publiée"
    remedy = "donner à une colonne au moins une autre règle que « drop »"


class NotAColumn(Problem):
    code = "colonne-inconnue"
    sentence = "{what} cite « {name} », qui n'est pas une colonne {sort}"
    remedy = "{advice}"


class BelowFloor(Problem):
    code = "sous-le-plancher"
    sentence = "« {key} » vaut {given}, sous le plancher de la Ville ({floor}, city.yaml)"
    remedy = "mettre {floor} ou plus"


class SnapNeedsGeometry(Problem):
    code = "snap-sans-geometrie"
    sentence = "« snap » sur « {column} » demande que longitude et latitude soient déclarées ensemble"
    remedy = "déclarer « geometry: {{longitude: …, latitude: …}} » et le même pas pour les deux colonnes"


class GeometryNeeded(Problem):
    code = "geojson-sans-geometrie"
    sentence = "le format geojson demande une position publiée"
    remedy = "déclarer « geometry: {{longitude: …, latitude: …}} » avec deux colonnes publiées"


class LinkNeeded(Problem):
    code = "lien-absent"
    sentence = "le mode « index » demande le lien public de la donnée"
    remedy = "ajouter « link: » sous « publish: », ou passer en « mode: upload »"


class LinkUseless(Problem):
    code = "lien-en-trop"
    sentence = "« link » n'a de sens qu'en mode « index »"
    remedy = "l'ôter, ou passer en « mode: index »"


class LinkWouldLeak(Problem):
    code = "lien-trop-bavard"
    sentence = "en mode « index » le public lit la source même, or « {column} » y est transformée ou retirée"
    remedy = "passer en « mode: upload », ou publier une source qui ne contient que ce qui peut l'être"


class LicenceAccessMismatch(Problem):
    code = "licence-et-acces"
    sentence = "la licence « {licence} » ne convient pas à un accès {access}"
    remedy = "{advice}"


class WindowNeedsSchedule(Problem):
    code = "fenetre-sans-cadence"
    sentence = "la source lit un intervalle, mais la cadence « {cadence} » n'en donne pas"
    remedy = "choisir une cadence régulière (hourly, daily, weekly, monthly…)"


class HalfWindow(Problem):
    code = "demi-fenetre"
    sentence = "la source n'utilise qu'une borne de l'intervalle : {used} sans {unused}"
    remedy = "utiliser les deux bornes, ou aucune"


class SchemaProblem(Problem):
    code = "schema"
    sentence = "{what}"
    remedy = "{advice}"


class UnknownPlaceholder(Problem):
    code = "parametre-sql-inconnu"
    sentence = "paramètre inconnu « :{name} »"
    remedy = "seuls « :window_start » et « :window_end » existent (un cast s'écrit « valeur::type »)"


class SeveralStatements(Problem):
    code = "plusieurs-requetes"
    sentence = "plusieurs instructions dans le même fichier"
    remedy = "n'en garder qu'une : une seule requête SELECT"


class UnclosedQuote(Problem):
    code = "guillemet-sql"
    sentence = "guillemet, apostrophe ou commentaire jamais refermé"
    remedy = "le refermer"


class UnknownEncoding(Problem):
    code = "encodage-inconnu"
    sentence = "encodage inconnu : « {given} »"
    remedy = "{advice}"
