"""What can be wrong in a declaration: findings that point into a file, and how they are shown."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from aqueduc.declaration.vocabulary import SYNONYMS
from aqueduc.findings import Finding
from aqueduc.language import Said, format_count


class Place(NamedTuple):
    """1-based line and column; ``width`` in characters."""

    line: int
    column: int
    width: int


TOP = Place(1, 1, 1)
_WIDEST = 160
_LISTED = 30
_LONGEST = 300
MOST = 100
"""Problems told of one file: beyond, the same mistake is repeated, and to look for more takes minutes."""


@dataclass(frozen=True, kw_only=True)
class Problem(Finding):
    """``file`` is the path as shown, ``text`` the line it points at. The remedy is one line.

    ``environment``: the environment in which it is wrong, when it is right without any.
    """

    code: ClassVar[str] = "declaration"

    file: str
    place: Place = TOP
    text: str = ""
    environment: str | None = None

    def shown(self) -> str:
        """The message as a compiler would print it: place, line, caret, remedy."""
        line, column, width = self.place
        place = f"{self.file}:{line}:{column}"
        where = str(_WHERE.format(name=self.environment)) if self.environment else ""
        head = _clean(str(_HEAD.format(place=place, message=self.message() + where)))
        remedy = _clean(self.what_to_do())
        tail = f"\n      = {remedy}" if remedy else ""
        if not self.text.strip() or self.place == TOP:
            return head + tail
        text, column = _window(self.text, column)
        text = _clean(text)
        margin = f"{line:>5} | "
        under = " " * (len(margin) - 2) + "| " + _blank(text[: column - 1])
        caret = "^" * _columns(text[column - 1 : column - 1 + width])
        return f"{head}\n{margin}{text}\n{under}{caret or '^'}{tail}"

    def words(self) -> dict[str, Any]:
        """What a file says is quoted, not copied: a word of it is cut when it is endless."""
        return {name: _short(word) for name, word in super().words().items()}

    def to_json(self) -> dict[str, Any]:
        """As every finding, with the place: ``line`` and ``character`` are 1-based."""
        place = {"file": self.file, "line": self.place.line, "character": self.place.column}
        return {**super().to_json(), **place, "environment": self.environment}


_HEAD = Said("{place} : {message}", "{place}: {message}")
_WHERE = Said(" (environnement « {name} »)", " (environment “{name}”)")
_ERROR, _ERRORS = Said("erreur", "error"), Said("erreurs", "errors")
_IN = Said("{count} dans {file}", "{count} in {file}")


def _short(word: Any) -> Any:
    return f"{word[:_LONGEST]}…" if type(word) is str and len(word) > _LONGEST else word


def _clean(text: str) -> str:
    """Without what a terminal would obey: a declaration must not write outside its own line."""
    return "".join(char if _harmless(char) else "\N{REPLACEMENT CHARACTER}" for char in text)


def _harmless(char: str) -> bool:
    return char.isprintable() or char == "\t" or unicodedata.category(char) == "Zs"


def _window(text: str, column: int) -> tuple[str, int]:
    """A line that is too long for a screen, cut around the column it is shown for."""
    if len(text) <= _WIDEST:
        return text, column
    start = max(0, min(column - 1 - _WIDEST // 2, len(text) - _WIDEST))
    return text[start : start + _WIDEST], column - start


def _columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes: an accent written apart takes none."""
    return sum(not unicodedata.combining(char) for char in text)


def _blank(text: str) -> str:
    return "".join("\t" if char == "\t" else " " for char in text if not unicodedata.combining(char))


def shown(problems: Sequence[Problem]) -> str:
    """All the problems, file by file, in the order of the lines of each."""
    files = dict.fromkeys(problem.file for problem in problems)
    return "\n\n".join(
        _of_file(file, [problem for problem in problems if problem.file == file]) for file in files
    )


def _of_file(file: str, problems: Sequence[Problem]) -> str:
    ordered = sorted(problems, key=lambda problem: problem.place)
    head = str(_IN.format(count=format_count(len(ordered), _ERROR, _ERRORS), file=file))
    told = [head, *(problem.shown() for problem in ordered)]
    return "\n\n".join([*told, str(_AND_MORE)] if len(ordered) >= MOST else told)


_AND_MORE = Said(
    f"La lecture s'arrête à {MOST} erreurs : corriger celles-ci, puis vérifier de nouveau.",
    f"Reading stops at {MOST} errors: mend these, then check again.",
)


# --- advice ---------------------------------------------------------------------------------------------

NOTHING = Said("", "")
_DID_YOU_MEAN = Said("vouliez-vous dire « {near} » ?", "did you mean “{near}”?")
_CHOICE = Said("au choix : {listed}", "one of: {listed}")
_REMOVE = Said("à supprimer", "to be removed")


def did_you_mean(word: str, choices: Iterable[str], listed: Said | None = None) -> Said:
    """« vouliez-vous dire … ? », or the choices when nothing is near (``listed``: with what each means)."""
    known = sorted(set(choices))
    near = nearest(word, known)
    if near:
        return _DID_YOU_MEAN.format(near=near)
    if not known:
        return _REMOVE
    shown = ", ".join(known[:_LISTED]) + (", …" if len(known) > _LISTED else "")
    return _CHOICE.format(listed=listed or shown)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """What was meant by ``word``, if one of ``choices`` is near enough. Case and accents do not count, and
    the French name of a word of Aqueduc's leads to it."""
    known = sorted(set(choices))
    asked = folded(word)
    meant = SYNONYMS.get(asked)
    if meant in known:
        return meant
    by_fold = {folded(choice): choice for choice in known}
    if asked in by_fold:
        return by_fold[asked]
    near = difflib.get_close_matches(asked, by_fold, n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None


def folded(text: str) -> str:
    """Without case, accents, nor blanks and hyphens that vary: ``Déchets-verts`` and ``dechets_verts`` fold
    to the same."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join("-" if char in " _-'’" else char for char in plain if not unicodedata.combining(char))


# --- a file that cannot be read at all ------------------------------------------------------------------


class NotReadable(Problem):
    code = "fichier-illisible"
    sentence = Said("le fichier ne peut pas être lu : {reason}", "the file cannot be read: {reason}")
    remedy = Said(
        "vérifier qu'il existe et que ses droits permettent de le lire",
        "check that it is there and that you have the right to read it",
    )


class TooBig(Problem):
    code = "fichier-trop-gros"
    sentence = Said(
        "{size} : une déclaration n'en compte pas plus de {limit}",
        "{size}: a declaration has {limit} at most",
    )
    remedy = Said(
        "vérifier que des données n'ont pas été collées dans la déclaration",
        "check that no data were pasted into the declaration",
    )


class NotUtf8(Problem):
    code = "pas-utf8"
    sentence = Said(
        "le fichier n'est pas en UTF-8 (premier octet fautif à la ligne {line})",
        "the file is not in UTF-8 (first wrong byte on line {line})",
    )
    remedy = Said(
        "l'enregistrer en UTF-8 (« Enregistrer sous… », encodage UTF-8)",
        "save it as UTF-8 (“Save as…”, encoding UTF-8)",
    )


class NotYaml(Problem):
    code = "yaml"
    sentence = Said("{reason}", "{reason}")
    remedy = Said("{advice}", "{advice}")


class TooManyNodes(Problem):
    code = "yaml-bombe"
    sentence = Said(
        "plus de {limit} valeurs une fois les alias développés",
        "more than {limit} values once aliases are expanded",
    )
    remedy = Said(
        "écrire la déclaration sans alias en cascade", "write the declaration without aliases of aliases"
    )


class TooDeep(Problem):
    code = "trop-profond"
    sentence = Said("plus de {limit} niveaux imbriqués", "more than {limit} nested levels")
    remedy = Said("écrire plus simplement", "write it more simply")


class DuplicateKey(Problem):
    code = "cle-en-double"
    sentence = Said(
        "la clé « {key} » est écrite deux fois (déjà ligne {first})",
        "the key “{key}” is written twice (already on line {first})",
    )
    remedy = Said("n'en garder qu'une", "keep one of them")


class NotAMapping(Problem):
    code = "pas-une-declaration"
    sentence = Said(
        "le fichier est vide, ou n'est pas une suite de « clé : valeur »",
        "the file is empty, or is not a list of “key: value”",
    )
    remedy = Said("commencer par « {first} »", "begin with “{first}”")


# --- keys and values ------------------------------------------------------------------------------------


class UnknownKey(Problem):
    code = "cle-inconnue"
    sentence = Said("clé inconnue « {key} »", "unknown key “{key}”")
    remedy = Said("{advice}", "{advice}")


class MissingKey(Problem):
    code = "cle-absente"
    sentence = Said("la clé « {key} » manque", "the key “{key}” is missing")
    remedy = Said("l'ajouter : {advice}", "add it: {advice}")


class EmptyValue(Problem):
    code = "cle-sans-valeur"
    sentence = Said("« {key} » n'a pas de valeur", "“{key}” has no value")
    remedy = Said(
        "écrire une valeur après « {key}: », ou ôter la clé", "write one after “{key}:”, or remove the key"
    )


class WrongType(Problem):
    code = "mauvais-type"
    sentence = Said("« {key} » attend {expected}", "“{key}” must be {expected}")
    remedy = Said("{advice}", "{advice}")


class UnknownChoice(Problem):
    code = "choix-inconnu"
    sentence = Said("{what} : « {given} »", "{what}: “{given}”")
    remedy = Said("{advice}", "{advice}")


class RepeatedItem(Problem):
    code = "repetition"
    sentence = Said("« {key} » cite deux fois « {item} »", "“{key}” says “{item}” twice")
    remedy = Said("ôter celui-ci", "remove this one")


class Undecided(Problem):
    code = "a-decider"
    sentence = Said("reste à décider : {question}", "still to be decided: {question}")
    remedy = Said(
        "choisir, puis remplacer tout ce texte par la réponse",
        "choose, then replace this whole text by the answer",
    )


class BadFileName(Problem):
    code = "nom-de-fichier"
    sentence = Said(
        "« {name} » ne peut pas être l'identifiant d'un jeu de données",
        "“{name}” cannot be the identifier of a dataset",
    )
    remedy = Said(
        "renommer le fichier : minuscules sans accent, chiffres et tirets, 100 caractères au plus",
        "rename the file: lower case without accents, digits and hyphens, 100 characters at most",
    )


class WrongExtension(Problem):
    code = "extension"
    sentence = Said(
        "ce fichier ne sera jamais lu : une déclaration finit par « .yaml »",
        "this file will never be read: a declaration ends in “.yaml”",
    )
    remedy = Said(
        "le renommer {name}, ou l'ôter de ce dossier", "rename it {name}, or take it out of this folder"
    )


class CorrectionRefused(Problem):
    """``what``: why the line cannot be applied; it is not quoted, since it holds a value."""

    code = "correction"
    sentence = Said("correction inapplicable : {what}", "correction that cannot be applied: {what}")
    remedy = Said(
        "écrire ces lignes avec « aqueduc correct », ou corriger à la source",
        "write these lines with “aqueduc correct”, or correct at the source",
    )


class CorrectionsOfNothing(Problem):
    code = "corrections-sans-jeu"
    sentence = Said("aucun jeu ne s'appelle « {name} »", "no dataset is called “{name}”")
    remedy = Said(
        "renommer ce fichier comme le jeu qu'il corrige", "name this file as the dataset it corrects"
    )


class FileMissing(Problem):
    code = "fichier-absent"
    sentence = Said(
        "le fichier « {name} » n'existe pas dans include/", "there is no file “{name}” in include/"
    )
    remedy = Said("{advice}", "{advice}")


class FileTooBig(Problem):
    code = "fichier-nomme-trop-gros"
    sentence = Said(
        "le fichier « {name} » dépasse {limit} octets", "the file “{name}” is larger than {limit} bytes"
    )
    remedy = Said(
        "vérifier que c'est le bon fichier, ou l'alléger",
        "check that it is the right file, or make it smaller",
    )


class FileNotUtf8(Problem):
    code = "fichier-pas-utf8"
    sentence = Said("le fichier « {name} » n'est pas en UTF-8", "the file “{name}” is not in UTF-8")
    remedy = Said("le réenregistrer en UTF-8", "save it again as UTF-8")


# --- source ---------------------------------------------------------------------------------------------


class BadSource(Problem):
    code = "source-mal-dite"
    sentence = Said(
        "la source doit avoir une, et une seule, des clés {listed}",
        "the source must have one, and only one, of the keys {listed}",
    )
    remedy = Said("par exemple {example}", "for example {example}")


class UnknownConnection(Problem):
    code = "connexion-inconnue"
    sentence = Said(
        "« {given} » n'est pas parmi les connexions de city.yaml",
        "“{given}” is not among the connections of city.yaml",
    )
    remedy = Said(
        "{advice} Sinon, l'ajouter sous « connections: » de city.yaml",
        "{advice} Otherwise, add it under “connections:” of city.yaml",
    )


class UnknownEncoding(Problem):
    code = "encodage-inconnu"
    sentence = Said("encodage inconnu : « {given} »", "unknown encoding: “{given}”")
    remedy = Said("{advice}", "{advice}")


class UnknownFormat(Problem):
    code = "format-inconnu"
    sentence = Said(
        "le format de « {name} » ne se devine pas à son nom",
        "the format of “{name}” cannot be told from its name",
    )
    remedy = Said("ajouter « format: » : {listed}", "add “format:”, one of: {listed}")


class WindowNeedsSchedule(Problem):
    code = "fenetre-sans-cadence"
    sentence = Said(
        "la source lit un intervalle, mais la cadence « {cadence} » n'en donne pas",
        "the source reads an interval, but the cadence “{cadence}” gives none",
    )
    remedy = Said(
        "choisir une cadence régulière (hourly, daily, weekly, monthly…)",
        "choose a regular cadence (hourly, daily, weekly, monthly…)",
    )


class HalfWindow(Problem):
    code = "demi-fenetre"
    sentence = Said(
        "la source n'utilise qu'une borne de l'intervalle : {used} sans {unused}",
        "the source uses one end of the interval only: {used} without {unused}",
    )
    remedy = Said("utiliser les deux bornes, ou aucune", "use both, or neither")


class UnknownPlaceholder(Problem):
    code = "parametre-sql-inconnu"
    sentence = Said("paramètre inconnu « :{name} »", "unknown parameter “:{name}”")
    remedy = Said(
        "seuls « :window_start » et « :window_end » existent (un cast s'écrit « valeur::type »)",
        "only “:window_start” and “:window_end” exist (a cast is written “value::type”)",
    )


class SeveralStatements(Problem):
    code = "plusieurs-requetes"
    sentence = Said("plusieurs instructions dans le même fichier", "several statements in one file")
    remedy = Said("n'en garder qu'une : une seule requête SELECT", "keep one: a single SELECT")


class UnclosedQuote(Problem):
    code = "guillemet-sql"
    sentence = Said(
        "guillemet, apostrophe ou commentaire jamais refermé", "a quote or comment that is never closed"
    )
    remedy = Said("le refermer", "close it")


class EmptyQuery(Problem):
    code = "requete-vide"
    sentence = Said("la requête est vide", "the query is empty")
    remedy = Said("écrire une requête SELECT", "write a SELECT")


# --- columns --------------------------------------------------------------------------------------------


class BadRule(Problem):
    code = "regle-inconnue"
    sentence = Said(
        "la règle de la colonne « {column} » n'est pas comprise",
        "the rule of column “{column}” is not understood",
    )
    remedy = Said("{advice}", "{advice}")


class NoRule(Problem):
    code = "regle-absente"
    sentence = Said("la colonne « {column} » n'a pas de règle", "the column “{column}” has no rule")
    remedy = Said(
        "écrire « publish » pour la publier, « drop » pour la garder à la Ville, ou une autre règle",
        "write “publish” to publish it, “drop” to keep it in the city, or another rule",
    )


class RulePackageBroken(Problem):
    code = "regle-inutilisable"
    sentence = Said(
        "« {column} » : la règle « {word} » vient du paquet {package}, qui ne se charge pas ({why})",
        "“{column}”: the rule “{word}” comes from the package {package}, which does not load ({why})",
    )
    remedy = Said(
        "réinstaller ce paquet, ou sa version qui va avec celle d'Aqueduc ; ou une autre règle",
        "install this package again, or its version that goes with Aqueduc's; or take another rule",
    )


class BasisNeeded(Problem):
    code = "base-legale-absente"
    sentence = Said(
        "« {column} » reste une donnée personnelle : {why}", "“{column}” is still personal data: {why}"
    )
    remedy = Said(
        "ajouter « basis: » avec le texte qui l'autorise, ou « drop »",
        "add “basis:” with the law that allows it, or “drop”",
    )


class HomePublished(Problem):
    """``position``: the columns as they are published; ``beside``: those of the source that are kept back."""

    code = "domicile-publie"
    sentence = Said(
        "la position ({position}) garde sa précision, alors que la source dit de qui il s'agit ({beside}) : "
        "ce peut être celle d'un domicile, qui rendrait l'adresse retirée",
        "the position ({position}) stays as precise as it is, while the source tells of whom ({beside}): it "
        "may be that of a home, and would give back the address that is dropped",
    )
    remedy = Said(
        "snap: 500, locate ou drop ; si un texte veut qu'elle soit publiée, le citer sous « basis: » ; si ce "
        "n'est chez personne (un arbre, un équipement), qu'une personne le dise sous « waivers: » (column: "
        "{column}, kind: home_position)",
        "snap: 500, locate or drop; if a law wants it published, cite it under “basis:”; if it is nobody's "
        "home (a tree, an equipment), somebody says so under “waivers:” (column: {column}, kind: "
        "home_position)",
    )


class UnknownFunction(Problem):
    code = "fonction-inconnue"
    sentence = Said(
        "la fonction « {name} » n'est pas dans include/{file}",
        "there is no function “{name}” in include/{file}",
    )
    remedy = Said("{advice}", "{advice}")


class UnreadablePython(Problem):
    code = "python"
    sentence = Said("ce fichier n'est pas du Python correct", "this file is not correct Python")
    remedy = Said("le faire corriger par qui l'a écrit", "have it corrected by whoever wrote it")


class UnknownColumnSet(Problem):
    code = "jeu-de-colonnes-inconnu"
    sentence = Said(
        "le jeu de colonnes « {given} » n'existe pas dans include/columns/",
        "there is no column set “{given}” in include/columns/",
    )
    remedy = Said("{advice}", "{advice}")


class ColumnInTwoSets(Problem):
    code = "colonne-dans-deux-jeux"
    sentence = Said(
        "« {column} » n'a pas la même règle dans les jeux de colonnes « {one} » et « {other} »",
        "“{column}” has not the same rule in the column sets “{one}” and “{other}”",
    )
    remedy = Said(
        "dire sous « columns: » quelle règle vaut ici, ou n'employer qu'un des deux",
        "say under “columns:” which rule holds here, or use only one of them",
    )


class ColumnNotInSchema(Problem):
    code = "colonne-hors-schema"
    sentence = Said(
        "la colonne publiée « {column} » n'est pas dans {schema}",
        "the published column “{column}” is not in {schema}",
    )
    remedy = Said(
        "{near}{add}la publier sous un autre nom (« as: »), ou la déclarer « drop »",
        "{near}{add}publish it under another name (“as:”), or declare it “drop”",
    )


class FieldNotPublished(Problem):
    code = "champ-non-publie"
    sentence = Said(
        "{schema} attend le champ « {field} », qu'aucune colonne ne publie",
        "{schema} wants the field “{field}”, which no column publishes",
    )
    remedy = Said(
        "publier cette colonne{remove}",
        "publish that column{remove}",
    )


class RuleAgainstType(Problem):
    code = "regle-et-type"
    sentence = Said(
        "la règle de « {column} » donne {gives}, or le schéma dit {type} pour « {field} »",
        "the rule of “{column}” gives {gives}, but the schema says {type} for “{field}”",
    )
    remedy = Said(
        "dans {schema}, donner au champ le type {fits}, ou changer la règle",
        "in {schema}, give the field the type {fits}, or change the rule",
    )


class PublishedTwice(Problem):
    code = "colonne-en-double"
    sentence = Said(
        "deux colonnes sont publiées sous le nom « {name} » (la casse ne distingue pas)",
        "two columns are published as “{name}” (case makes no difference)",
    )
    remedy = Said("donner un autre nom à l'une (« as: »)", "give one of them another name (“as:”)")


class ReservedName(Problem):
    code = "nom-reserve"
    sentence = Said(
        "« {name} » : un nom de colonne ne commence pas par deux tirets bas",
        "“{name}”: the name of a column does not begin with two underscores",
    )
    remedy = Said("la renommer dans la source, ou sous « as: »", "rename it in the source, or with “as:”")


class TitleTooLong(Problem):
    code = "titre-de-colonne-trop-long"
    sentence = Said(
        "« {name} » a {length} caractères : la plateforme en admet {limit} pour un titre de colonne",
        "“{name}” has {length} characters: the platform takes {limit} for the title of a column",
    )
    remedy = Said("la publier sous un nom plus court (« as: »)", "publish it under a shorter name (“as:”)")


class NothingPublished(Problem):
    code = "rien-de-publie"
    sentence = Said("aucune colonne n'est publiée", "no column is published")
    remedy = Said(
        "donner à une colonne au moins une autre règle que « drop »",
        "give one column at least a rule other than “drop”",
    )


class NotAColumn(Problem):
    code = "colonne-inconnue"
    sentence = Said(
        "« {key} » cite « {name} », qui n'est pas une colonne {sort}",
        "“{key}” names “{name}”, which is not a {sort} column",
    )
    remedy = Said("{advice}", "{advice}")


class ColumnIsDropped(Problem):
    code = "colonne-retiree"
    sentence = Said(
        "« {key} » cite « {name} », que sa règle retire (drop)",
        "“{key}” names “{name}”, which its rule drops",
    )
    remedy = Said("la publier, ou l'ôter de « {key}: »", "publish it, or take it out of “{key}:”")


class KeyBlurred(Problem):
    code = "cle-brouillee"
    sentence = Said(
        "la clé compte sur « {name} », mais sa règle ({rule}) donne la même valeur à plusieurs lignes",
        "the key relies on “{name}”, but its rule ({rule}) gives several rows the same value",
    )
    remedy = Said(
        "prendre pour clé des colonnes publiées telles quelles, ou n'en pas déclarer",
        "take columns that are published as they are for the key, or declare none",
    )


class BelowFloor(Problem):
    code = "sous-le-plancher"
    sentence = Said(
        "« {key} » vaut {given}, sous le plancher de la Ville ({floor}, city.yaml)",
        "“{key}” is {given}, below the city's floor ({floor}, city.yaml)",
    )
    remedy = Said("mettre {floor} ou plus", "make it {floor} or more")


class AboveCeiling(Problem):
    code = "au-dessus-du-plafond"
    sentence = Said(
        "« {key} » vaut {given}, au-dessus du plafond de la Ville ({ceiling}, city.yaml)",
        "“{key}” is {given}, above the city's ceiling ({ceiling}, city.yaml)",
    )
    remedy = Said("mettre {ceiling} ou moins", "make it {ceiling} or less")


class NotQuasiIdentifier(Problem):
    code = "hierarchie-sans-quasi-identifiant"
    sentence = Said(
        "« hierarchies » cite « {name} », qui n'est pas parmi les « quasi_identifiers »",
        "“hierarchies” names “{name}”, which is not among the “quasi_identifiers”",
    )
    remedy = Said("{advice}", "{advice}")


class LadderUnclear(Problem):
    code = "hierarchie-illisible"
    sentence = Said(
        "la hiérarchie de « {name} » doit suivre une seule façon : dates, bands, prefix ou file",
        "the hierarchy of “{name}” must go one way only: dates, bands, prefix or file",
    )
    remedy = Said(
        "écrire [year, decade], [5, 10], {{prefix: [3, 2]}} ou hierarchies/fichier.csv",
        "write [year, decade], [5, 10], {{prefix: [3, 2]}} or hierarchies/file.csv",
    )


class LadderNotNested(Problem):
    code = "hierarchie-mal-rangee"
    sentence = Said(
        "les niveaux de la hiérarchie de « {name} » ne s'emboîtent pas",
        "the levels of the hierarchy of “{name}” do not nest",
    )
    remedy = Said("{advice}", "{advice}")


class LadderNeedsText(Problem):
    code = "hierarchie-et-type"
    sentence = Said(
        "« {name} » a une hiérarchie et peut être publiée à plusieurs niveaux, or le schéma dit {type} pour "
        "« {field} »",
        "“{name}” has a hierarchy and may be published at several levels, but the schema says {type} for "
        "“{field}”",
    )
    remedy = Said(
        "dans {schema}, donner au champ le type string (et ôter les contraintes qui refusent « * »)",
        "in {schema}, give the field the type string (and remove the constraints that refuse “*”)",
    )


class RecodeUseless(Problem):
    code = "recodage-sans-hierarchie"
    sentence = Said(
        "« recode » ne sert à rien sans « hierarchies »", "“recode” is of no use without “hierarchies”"
    )
    remedy = Said(
        "déclarer la hiérarchie d'un quasi-identifiant au moins, ou l'ôter",
        "declare the hierarchy of one quasi-identifier at least, or remove it",
    )


class SensitiveIsQuasi(Problem):
    code = "sensible-et-quasi-identifiant"
    sentence = Said(
        "« {name} » est à la fois sous « quasi_identifiers » et sous « sensitive »",
        "“{name}” is both under “quasi_identifiers” and under “sensitive”",
    )
    remedy = Said(
        "choisir : ce que l'on peut savoir d'une personne, ou ce que l'on ne doit pas apprendre",
        "choose: what one may know of a person, or what one must not learn",
    )


class UnitPublished(Problem):
    code = "unite-publiee"
    sentence = Said(
        "« {name} » est l'unité que comptent les groupes (« privacy: unit »), et elle est publiée",
        "“{name}” is the unit that classes count (“privacy: unit”), and it is published",
    )
    remedy = Said(
        "la retirer (« drop ») : publiée, même en pseudonyme, elle relierait les lignes d'une personne",
        "drop it: published, even as a pseudonym, it would link the rows of one person",
    )


class SensitiveAsksNothing(Problem):
    code = "sensible-sans-condition"
    sentence = Said("« {name} » : rien n'est demandé", "“{name}”: nothing is asked")
    remedy = Said(
        "écrire {{distinct: 2}}, {{entropy: 1.5}} ou {{closeness: 0.3}}",
        "write {{distinct: 2}}, {{entropy: 1.5}} or {{closeness: 0.3}}",
    )


class RuleNeedsPair(Problem):
    code = "snap-sans-geometrie"
    sentence = Said(
        "« {rule} » sur « {column} » demande que longitude et latitude soient déclarées ensemble",
        "“{rule}” on “{column}” needs longitude and latitude declared together",
    )
    remedy = Said(
        "déclarer « geometry: {{longitude: …, latitude: …}} » et le même pas pour les deux colonnes",
        "declare “geometry: {{longitude: …, latitude: …}}” and the same step for both columns",
    )


class RuleNeedsPosition(Problem):
    code = "locate-sans-geometrie"
    sentence = Said(
        "« {rule} » sur « {column} » demande une position", "“{rule}” on “{column}” needs a position"
    )
    remedy = Said(
        "déclarer « geometry: {{longitude: …, latitude: …}} »",
        "declare “geometry: {{longitude: …, latitude: …}}”",
    )


class GeometryNeeded(Problem):
    code = "geojson-sans-geometrie"
    sentence = Said(
        "le format geojson demande une position publiée", "the format geojson needs a published position"
    )
    remedy = Said(
        "déclarer « geometry: {{longitude: …, latitude: …}} » avec deux colonnes publiées",
        "declare “geometry: {{longitude: …, latitude: …}}” with two published columns",
    )


class SchemaProblem(Problem):
    code = "schema"
    sentence = Said("{what}", "{what}")
    remedy = Said("{advice}", "{advice}")


class SchemaTwice(Problem):
    code = "schema-mal-dit"
    sentence = Said(
        "le schéma est un fichier, ou un nom national et sa version",
        "the schema is a file, or a national name and its version",
    )
    remedy = Said(
        "écrire « schema: schemas/….json » ou « schema: {{national: …, version: …}} »",
        "write “schema: schemas/….json” or “schema: {{national: …, version: …}}”",
    )


class NationalUnknown(Problem):
    code = "schema-national-mal-nomme"
    sentence = Said(
        "« {name} » version « {version} » ne peut être le nom d'un schéma national",
        "“{name}” version “{version}” cannot be the name of a national schema",
    )
    remedy = Said(
        "l'écrire comme schema.data.gouv.fr : {{national: etalab/schema-irve-statique, version: 2.3.1}}",
        "write it as schema.data.gouv.fr does: {{national: etalab/schema-irve-statique, version: 2.3.1}}",
    )


class NationalNotFetched(Problem):
    code = "schema-national-absent"
    sentence = Said(
        "le schéma national {name}, version {version}, n'est pas dans include/",
        "the national schema {name}, version {version}, is not in include/",
    )
    remedy = Said(
        "{near}le chercher une fois : aqueduc fetch-schema {name} {version}",
        "{near}fetch it once: aqueduc fetch-schema {name} {version}",
    )


class NationalAltered(Problem):
    code = "schema-national-altere"
    sentence = Said(
        "{name} n'est plus le schéma national qui avait été cherché : son empreinte a changé",
        "{name} is no longer the national schema that was fetched: its hash has changed",
    )
    remedy = Said(
        "le remettre comme il était ; pour s'en écarter, en faire un autre (« schema: schemas/….json »)",
        "put it back as it was; to depart from it, make another of it (“schema: schemas/….json”)",
    )


# --- publication, licence and access --------------------------------------------------------------------


class LinkNeeded(Problem):
    code = "lien-absent"
    sentence = Said(
        "le mode « index » demande le lien public de la donnée",
        "mode “index” needs the public link of the data",
    )
    remedy = Said(
        "ajouter « link: » (ou « outlet: ») sous « publish: », ou passer en « mode: upload »",
        "add “link:” (or “outlet:”) under “publish:”, or use “mode: upload”",
    )


class LinkUseless(Problem):
    code = "lien-en-trop"
    sentence = Said("« {key} » n'a de sens qu'en mode « index »", "“{key}” makes sense in mode “index” only")
    remedy = Said("l'ôter, ou passer en « mode: index »", "remove it, or use “mode: index”")


class LinkAndOutlet(Problem):
    code = "lien-et-emplacement"
    sentence = Said(
        "« link » mène à la source et « outlet » à des fichiers déposés : il n'en faut qu'un",
        "“link” leads to the source and “outlet” to files that are put there: only one is needed",
    )
    remedy = Said(
        "garder « outlet: » si des colonnes sont anonymisées, « link: » si la source est déjà publique",
        "keep “outlet:” if columns are anonymised, “link:” if the source is public already",
    )


class LinkNotAnAddress(Problem):
    code = "lien-sans-adresse"
    sentence = Said(
        "« {link} » n'est pas une adresse, et la source n'en a pas à laquelle le rattacher",
        "“{link}” is not an address, and the source has none to hang it on",
    )
    remedy = Said("écrire l'adresse entière (https://…)", "write the whole address (https://…)")


class LinkWouldLeak(Problem):
    code = "lien-trop-bavard"
    sentence = Said(
        "en mode « index » le public lit la source même, donc aussi ce que des règles changent ou retirent : "
        "{columns}",
        "in mode “index” the public reads the source itself, hence what rules change or drop as well: "
        "{columns}",
    )
    remedy = Said(
        "passer en « mode: upload », ou publier une source qui ne contient que ce qui peut l'être",
        "use “mode: upload”, or publish a source that holds only what may be published",
    )


class OrderOfNoFile(Problem):
    code = "ordre-sans-fichier"
    sentence = Said(
        "« order: source » ne vaut que pour un fichier : une base ou une API rend ses lignes dans un ordre "
        "qu'elle ne promet pas, et qui peut dire un rang",
        "“order: source” is for files only: a database or an API gives its rows in an order that it does not "
        "promise, and that may tell a rank",
    )
    remedy = Said(
        "ôter « order », et publier s'il le faut une colonne qui donne le rang",
        "remove “order”, and publish a column with the rank if it is needed",
    )


class OrderWouldLeak(Problem):
    code = "ordre-trop-bavard"
    sentence = Said(
        "« order: source » montrerait l'ordre de ce que des règles changent ou retirent (un fichier trié par "
        "nom garde le rang de chacun) : {columns}",
        "“order: source” would show the order of what rules change or drop (a file sorted by name keeps "
        "everybody's rank): {columns}",
    )
    remedy = Said(
        "ôter ces colonnes du fichier lui-même, ou ôter « order » et donner à chaque ligne le nom de son "
        "groupe (« fill_down », ou une colonne de plus dans le fichier)",
        "take these columns out of the file itself, or remove “order” and give each row the name of its "
        "group (“fill_down”, or one more column in the file)",
    )


class PrivacyOnLink(Problem):
    code = "anonymat-d-un-lien"
    sentence = Said(
        "en mode « index » le public lit la source même : « privacy » n'en retirera aucune ligne",
        "in mode “index” the public reads the source itself: “privacy” takes no row out of it",
    )
    remedy = Said(
        "passer en « mode: upload », ou ôter « privacy » si la source ne parle de personne",
        "use “mode: upload”, or remove “privacy” if the source tells of nobody",
    )


class SplitOnLink(Problem):
    code = "decoupage-d-un-lien"
    sentence = Said(
        "« split » découpe des fichiers déposés ; en mode « index » la donnée reste à la source",
        "“split” cuts uploaded files; in mode “index” the data stay at their source",
    )
    remedy = Said("ôter « split », ou passer en « mode: upload »", "remove “split”, or use “mode: upload”")


class SplitNeedsDate(Problem):
    code = "decoupage-sans-date"
    sentence = Said(
        "« per: year » demande une date ou une année, or « {column} » n'en est pas une",
        "“per: year” needs a date or a year, which “{column}” is not",
    )
    remedy = Said(
        "choisir un champ date, datetime, year ou yearmonth du schéma, ou « per: value »",
        "choose a field of type date, datetime, year or yearmonth, or “per: value”",
    )


class GuardAgainstType(Problem):
    code = "garde-sans-type"
    sentence = Said(
        "la garde « {key} » ne sait rien faire de « {column} »",
        "the guard “{key}” can make nothing of “{column}”",
    )
    remedy = Said("choisir un champ de type {listed}", "choose a field of type {listed}")


class LicenceAccessMismatch(Problem):
    code = "licence-et-acces"
    sentence = Said(
        "la licence « {licence} » ne convient pas à un accès {access}",
        "the licence “{licence}” does not fit {access} access",
    )
    remedy = Said("{advice}", "{advice}")


class UsersNeeded(Problem):
    code = "lecteurs-absents"
    sentence = Said(
        "l'accès « only_allowed_users » ne dit pas qui peut lire",
        "the access “only_allowed_users” does not say who may read",
    )
    remedy = Said("ajouter « users: [identifiant, …] »", "add “users: [login, …]”")


class UsersUseless(Problem):
    code = "lecteurs-en-trop"
    sentence = Said(
        "« users » n'a de sens qu'avec le niveau only_allowed_users, et non {level}",
        "“users” makes sense with the level only_allowed_users, not with {level}",
    )
    remedy = Said("l'ôter, ou changer de niveau", "remove it, or change the level")


# --- the city, its environments -------------------------------------------------------------------------


class UnknownEnvironment(Problem):
    code = "environnement-inconnu"
    sentence = Said(
        "environnement inconnu de city.yaml : « {given} »", "environment unknown to city.yaml: “{given}”"
    )
    remedy = Said("{advice}", "{advice}")


class NoSuchEnvironment(Problem):
    code = "environnement-absent"
    sentence = Said(
        "l'environnement demandé, « {given} », n'est pas déclaré dans city.yaml",
        "the environment asked for, “{given}”, is not declared in city.yaml",
    )
    remedy = Said("{advice} (variable AQUEDUC_ENVIRONMENT)", "{advice} (the variable AQUEDUC_ENVIRONMENT)")


class NotOverridable(Problem):
    code = "cle-fixe"
    sentence = Said(
        "« {key} » ne change pas d'un environnement à l'autre : {why}",
        "“{key}” is the same in every environment: {why}",
    )
    remedy = Said("l'ôter ; ici se disent : {listed}", "remove it; what may be said here: {listed}")


class WrongOrder(Problem):
    code = "dates-a-l-envers"
    sentence = Said(
        "{later} ({when}) précède {earlier} ({before})", "{later} ({when}) comes before {earlier} ({before})"
    )
    remedy = Said("corriger l'une des deux dates", "correct one of the two dates")


class BadSiret(Problem):
    code = "siret"
    sentence = Said(
        "ce SIRET n'est pas celui de la Ville : il ne commence pas par son SIREN ({siren}), ou sa clé est "
        "fausse",
        "this SIRET is not the city's: it does not start with its SIREN ({siren}), or its key is wrong",
    )
    remedy = Said(
        "recopier celui du siège (annuaire-entreprises.data.gouv.fr), ou ôter « siret: »",
        "copy that of its seat (annuaire-entreprises.data.gouv.fr), or remove “siret:”",
    )


class PackageBroken(Problem):
    code = "paquet-inutilisable"
    sentence = Said(
        "« {platform} » est d'une sorte (« {type} ») qu'apporte le paquet « {package} », qui ne se charge "
        "pas ({why})",
        "“{platform}” is of a kind (“{type}”) that the package “{package}” brings, which cannot be loaded "
        "({why})",
    )
    remedy = Said(
        "réinstaller ce paquet, dans une version faite pour celle-ci d'Aqueduc",
        "install this package again, in a version made for this one of Aqueduc",
    )


class SourcePackageBroken(PackageBroken):
    code = "source-inutilisable"
    sentence = Said(
        "la sorte de source « {given} » vient du paquet « {package} », qui ne se charge pas ({why})",
        "the kind of source “{given}” comes from the package “{package}”, which cannot be loaded ({why})",
    )


class PlatformTwice(Problem):
    code = "plateforme-deux-fois"
    sentence = Said(
        "« platform » et « platforms » disent la même chose", "“platform” and “platforms” say the same thing"
    )
    remedy = Said(
        "ne garder que « platforms: », s'il y en a plusieurs", "keep only “platforms:”, if there are several"
    )


class BadBox(Problem):
    code = "emprise"
    sentence = Said(
        "« bbox » n'est pas une emprise : ouest, sud, est et nord, en degrés et dans cet ordre",
        "“bbox” is not a box: west, south, east and north, in degrees and in this order",
    )
    remedy = Said("par exemple [5.27, 43.44, 5.51, 43.63]", "for example [5.27, 43.44, 5.51, 43.63]")


# --- between declarations -------------------------------------------------------------------------------


class DuplicateTitle(Problem):
    code = "titre-en-double"
    sentence = Said(
        "{other} porte déjà ce titre (accents, casse et ponctuation ne distinguent pas)",
        "{other} already has this title (accents, case and punctuation make no difference)",
    )
    remedy = Said(
        "donner à chaque jeu un titre à lui : la plateforme en tire aussi son adresse",
        "give each dataset a title of its own: the platform makes its address of it",
    )


class NotAnIdentifier(Problem):
    code = "ancien-identifiant"
    sentence = Said(
        "« {name} » n'a pas pu être l'identifiant d'un jeu de données",
        "“{name}” cannot have been the identifier of a dataset",
    )
    remedy = Said(
        "écrire l'ancien nom du fichier, sans son extension",
        "write the former name of the file, without its extension",
    )


class StillThere(Problem):
    code = "demenagement-inacheve"
    sentence = Said(
        "le jeu ne peut pas venir de « {name} », qui est toujours déclaré",
        "the dataset cannot come from “{name}”, which is still declared",
    )
    remedy = Said(
        "renommer le fichier au lieu de le copier, ou ôter « moved_from: »",
        "rename the file instead of copying it, or remove “moved_from:”",
    )


class SameIdentifier(Problem):
    code = "identifiant-en-double"
    sentence = Said(
        "{other} a déjà l'identifiant « {name} » sur la plateforme",
        "{other} already has the identifier “{name}” on the platform",
    )
    remedy = Said("renommer l'un des deux fichiers", "rename one of the two files")


# --- doubtful, not refused ------------------------------------------------------------------------------


class LicenceNotByDecree(Problem):
    code = "licence-hors-decret"
    sentence = Said(
        "« {licence} » n'est pas de celles que le décret 2017-638 propose aux administrations",
        "“{licence}” is not one of those that decree 2017-638 offers to administrations",
    )
    remedy = Said(
        "préférer « lov2 » (Licence Ouverte) ou « odc-odbl », ou faire homologuer celle-ci",
        "prefer “lov2” (Licence Ouverte) or “odc-odbl”, or have this one approved",
    )


class RestrictedLink(Problem):
    code = "lien-restreint"
    sentence = Said(
        "accès restreint en mode « index » : la plateforme montre le lien à tous",
        "restricted access in mode “index”: the platform shows the link to everybody",
    )
    remedy = Said(
        "la source même doit refuser un visiteur ; Aqueduc le vérifie avant de publier",
        "the source itself must refuse a visitor; Aqueduc checks that before it publishes",
    )


class FileNameCut(Problem):
    code = "nom-de-fichier-raccourci"
    sentence = Said(
        "le fichier publié s'appellera {name} : la plateforme n'admet que {limit} caractères",
        "the published file will be called {name}: the platform takes {limit} characters only",
    )
    remedy = Said(
        "rien à faire si ce nom convient ; sinon, renommer la déclaration avant la première publication",
        "nothing to do if that name will do; else rename the declaration before it is first published",
    )


class KeywordLost(Problem):
    code = "mot-cle-perdu"
    sentence = Said(
        "la plateforme ne garde pas le mot-clé « {keyword} » : moins de deux lettres ou chiffres",
        "the platform does not keep the keyword “{keyword}”: fewer than two letters or digits",
    )
    remedy = Said("l'écrire en entier, ou l'ôter", "write it in full, or remove it")


class ProcessingUntold(Problem):
    code = "traitement-non-decrit"
    sentence = Said(
        "ce jeu peut concerner des personnes, et « processing: » ne dit pas : {listed}",
        "this dataset may be about people, and “processing:” does not say: {listed}",
    )
    remedy = Said(
        "l'écrire sous « processing: » ({keys}) ; sinon, un blanc restera sur la page à signer",
        "write it under “processing:” ({keys}); else a blank stays on the page to sign",
    )


class WaiverNeedless(Problem):
    code = "levee-en-trop"
    sentence = Said(
        "« {column} » a déjà un fondement (« basis: ») : il n'y a rien à lever",
        "“{column}” has a basis already: there is nothing to waive",
    )
    remedy = Said("ôter cette levée", "remove this waiver")


class WaiverUnnamed(Problem):
    code = "levee-sans-nom"
    sentence = Said(
        "« by » ne nomme personne : une fonction ne décide pas, quelqu'un en répond",
        "“by” names nobody: an office decides nothing, somebody answers for it",
    )
    remedy = Said(
        "prénom, nom et fonction : « Claire Fabre, déléguée à la protection des données »",
        "given name, family name and office: “Claire Fabre, data protection officer”",
    )


class BasisUseless(Problem):
    code = "base-legale-en-trop"
    sentence = Said(
        "« basis » ne sert à rien sur « {column} », qui n'est pas publiée",
        "“basis” is of no use on “{column}”, which is not published",
    )
    remedy = Said("l'ôter, ou publier la colonne", "remove it, or publish the column")
