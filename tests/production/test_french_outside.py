"""No French sentence of the code stands outside of the catalogue, where ``--lang en`` would not find it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from aqueduc.validate import types

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"

FRENCH = re.compile(
    r"[éèêëàâùûçôîïœÉÈÊÀÇÔÎ«»]|[^\W\d_] [:;?!](?: |$)|\b(?:le|la|les|l'|du|des|aux?|une?|est|sont|dans|pour|"
    r"pas|par|sur|sous|qui|que|qu'|aucune?|ou|où|et|avec|sans|non|oui|cette|ces?|ses|sa|leurs?|de|d'|moins|"
    r"lignes?|colonnes?|jeux?|adresses?|fichiers?|fiches?|valeurs?|nombres?|erreurs?|mots?|cellules?|dossiers?|"
    r"plateformes?|licences?|connexions?|aucune?|autres?|reste|rien|tous|toutes?|chaque|pour|plus|trop)\b",
    re.IGNORECASE,
)

FILES = {
    "aqueduc/record/": "what is published or signed",
    "aqueduc/alerts/digest.py": "a letter that is in French",
    "aqueduc/agreement/request.py": "what is shown to whoever signs",
    "aqueduc/certify/certificate.py": "what is published or signed",
    "aqueduc/certify/holds.py": "what is signed",
    "aqueduc/certify/objections.py": "what is signed",
    "aqueduc/certify/granted.py": "letters",
    "aqueduc/certify/officer.py": "what is published or signed",
    "aqueduc/certify/sighting.py": "the ledger, which is in French",
    "aqueduc/certify/unchanged.py": "the ledger, which is in French",
    "aqueduc/withdrawal/entries.py": "what is signed",
    "aqueduc/certify/sealed.py": "what is signed",
    "aqueduc/withdrawal/letters.py": "letters",
    "aqueduc/convention/entries.py": "what is signed",
    "aqueduc/convention/guide.py": "a text in French that goes with an archive",
    "aqueduc/convention/register.py": "pages that are printed",
    "aqueduc/convention/letters.py": "letters",
    "aqueduc/page/__init__.py": "a page that is printed",
    "aqueduc/platforms/ckan/record.py": "what is published",
    "aqueduc/platforms/idgo/record.py": "what is published",
    "aqueduc/platforms/onegeo/record.py": "what is published",
    "aqueduc/platforms/portal/pages.py": "what is published",
    "aqueduc/anonymise/scan/": "words that are looked for in data",
    "aqueduc/anonymise/margins.py": "words that are looked for in data",
    "aqueduc/declaration/column_name_hints.py": "words that are looked for in the names of columns",
    "aqueduc/sources/names.py": "words that are looked for in the names of columns",
    "aqueduc/validate/french.py": "the headings of a national schema",
    "aqueduc/sources/formats/encodings.py": "letters that are looked for in data",
    "aqueduc/sources/grouping.py": "words that are looked for in data",
    "aqueduc/sources/foot.py": "words that are looked for in data",
    "aqueduc/platforms/datagouv/record.py": "what is published",
    "aqueduc/publish/revision/xlsx.py": "a published workbook",
    "aqueduc/declaration/vocabulary.py": "what catalogues call licences, frequencies and sections",
}
"""Files, and folders, whose French is none of the messages; their messages are marked all the same."""

STRINGS = {
    types._MULTIPLE: "words that are looked for in data",
    "réservé": "typed: an opinion",
    "défavorable": "typed: an opinion",
    "Non renseigné": "a value of the data",
    "révision": "a key of the event of an asset, which people read in Airflow",
    "colonne ": "the name of a column that has none",
    "année": "in the title of a published column",
    "table de l'emplacement": "in the certificate",
    "refusé": "in the certificate",
    **dict.fromkeys(("Lignes publiées", "Lignes rejetées"), "on a page that is printed"),
    **dict.fromkeys(
        ("Jeu de données", "Rétablissement levé", "au nom de : ", " ; motif : "),
        "in the ledger, and shown as signed",
    ),
    **dict.fromkeys(
        (
            *("par son compte Airflow", "par sa clé", "semé pour une démonstration : personne n'a décidé"),
            *("Fond de la déclaration (SHA-256)", "Exécution dont le risque a été lu"),
            *("Changé depuis la décision d'avant", "Montré : ", "accordée", "refusée"),
        ),
        "in the ledger, and shown as signed: an agreement",
    ),
    "ni la source ni ce qui a été regardé sur ses plateformes n'ont changé depuis : rien n'a été publié": (
        "in the ledger"
    ),
    "Aqueduc : jeu ": "read again by Aqueduc, in the comment of a table",
    ", révision ": "read again by Aqueduc, in the comment of a table",
    "à jour": "kept in the state of a portal",
    "permis urbanisme construction cadastre plu adresse batiment logement travaux occupation": "looked for",
    "[retiré]": "published in the place of an identifier",
    **dict.fromkeys(
        ("direction générale", "pôle", "département", "de la ", "de l'", "de l’", "du ", "des ", "de ", "d’"),
        "looked for in the name of a department",
    ),
    **dict.fromkeys(
        (
            " ; il change avec les données",
            *(" (par le compte « ", " », même s'il peut lire les fichiers du serveur)"),
            "d'une ligne à l'autre d'un même extrait",
            "d'une ligne et d'une révision à l'autre, et d'un jeu ou d'une colonne à l'autre avec la même "
            "clé",
            "les cellules fusionnées, dont chaque ligne prend la valeur dans leur première colonne",
            "les nombres aux formats « 00 » à « 0…0 » ou « 0.00 », qui peuvent en prendre les zéros",
            "les cellules en erreur (#REF!, #N/A…) ou dont la formule n'a pas de valeur enregistrée, laissées vides",
            "« 00:00:00 » après une date, hors d'une colonne d'instants, et « 1899-12-30 » ou « 1899-12-31 » devant une "
            "heure, ôtés",
            "une durée, écrite en heures (33:30:00) ou, de 24 h ou plus sans le format [h]:mm, comme un instant de 1900",
            "celles d'un GML sont les propriétés et la position de ses objets, non l'altitude ni l'emprise",
            "celles d'un classeur sont celles d'une feuille (masquées comprises ; ses lignes aussi, sauf « hidden_rows: "
            "skip »), la première visible faute de « sheet: »",
            "celles d'un fichier dont le contenu est exactement celui d'un autre, lu une seule fois",
            "les lignes au-dessus de l'en-tête, qui est cherché parmi les 30 premières, et celles qui le répètent",
            "les lignes du pied de tableau que « footer: » désigne, non lues",
            "membre nouveau dans une cellule écrite en JSON",
            "les positions, ramenées en WGS84 à 7 décimales",
            *("lignes en moins", "lignes en plus", "colonne disparue", "cellules vides", "catégories"),
            *("source coupée", "date la plus récente", "révision à comparer perdue", "fiche ôtée"),
            "celles d'un JSON sont les membres de ses enregistrements, non ce qui les entoure",
            "celles d'un GeoJSON sont les propriétés et la position de ses objets, non leur « id », l'altitude d'un "
            "point ni aucun autre membre",
            *("tous les fichiers de ce nom, réunis", "le dernier par le nom", "le dernier déposé"),
            "les positions, que le portail ramène en WGS84",
            "les dates, écrites à l'heure de la Ville",
            "ce qu'un total publié ailleurs, ou la différence entre deux révisions, laisse déduire d'un "
            "petit effectif retiré",
        ),
        "in a text that is signed",
    ),
    **dict.fromkeys(("«", "»", "«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»"), "typography"),
}
"""Other strings that nobody is told, each with what it is."""

MARKERS = {"_", "n_", "N_", "quote_text"}
"""What marks a text; ``quote_text`` is given what stands in a declaration."""
TO_SIGN = {
    *("why", "caution", "unchecked", "explain", "withheld", "intact", "uses", "citizens", "statement"),
    *("private_readers", "left_to_people"),
}
"""The fields of rules and kinds for the text that is published or signed."""
UNTOLD_KEYS = {"examples", "code", *TO_SIGN}
PATTERNS = {"compile", "sub", "search", "match", "fullmatch", "findall", "split", "maketrans", "strftime"}


class FrenchStrings(ast.NodeVisitor):
    """The French strings of a module that stand where somebody may be told them."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in MARKERS or (name in PATTERNS and isinstance(node.func, ast.Attribute)):
            return
        self.visit(node.func)
        for argument in node.args:
            self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg not in UNTOLD_KEYS:
                self.visit(keyword.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if not (isinstance(node.target, ast.Name) and node.target.id in TO_SIGN):
            self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                self.visit(key)
            if not (isinstance(key, ast.Constant) and key.value in UNTOLD_KEYS):
                self.visit(value)

    def visit_Constant(self, node: ast.Constant) -> None:
        text = node.value
        if isinstance(text, str) and is_french(text):
            self.found.append((node.lineno, text))


def is_french(text: str) -> bool:
    """A word of a code or of a path is not, without a blank nor an accent; nor is SQL."""
    sentence = " " in text and not text.lstrip().startswith("SELECT")
    return bool(FRENCH.search(text)) and (sentence or not text.isascii())


@cache
def strings() -> dict[str, tuple[tuple[int, str], ...]]:
    """Those of each file, by its path below ``plugins/``."""
    found = {}
    for path in sorted(PLUGINS.rglob("*.py")):
        visitor = FrenchStrings()
        visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
        found[path.relative_to(PLUGINS).as_posix()] = tuple(visitor.found)
    return found


def outside() -> Iterator[str]:
    for path, found in strings().items():
        if not path.startswith(tuple(FILES)):
            yield from (f"{path}:{line}: {text!r}" for line, text in found if text not in STRINGS)


def test_no_french_stands_outside_of_the_catalogue() -> None:
    found = list(outside())
    assert found == [], "mark it with _(…), n_(…) or N_(…), then make messages:\n" + "\n".join(found)


@pytest.mark.parametrize("path", FILES)
def test_what_is_let_be_has_french(path: str) -> None:
    assert any(found for name, found in strings().items() if name.startswith(path)), "take it out of FILES"


def test_what_is_let_be_is_there() -> None:
    known = {text for found in strings().values() for _line, text in found}
    assert {text for text in STRINGS if is_french(text)} <= known, "take it out of STRINGS"


@pytest.mark.parametrize(
    "code, found",
    [
        ('raise Error("Le fichier est vide.")', ["Le fichier est vide."]),
        ('raise Error(f"Le fichier {path} est vide.")', ["Le fichier ", " est vide."]),
        ('raise Error(_("Le fichier est vide."))', []),
        ('n_("{count} ligne lue", "{count} lignes lues", 3)', []),
        ('log.info("Fichier supprimé")', ["Fichier supprimé"]),
        ('Field(description="Le titre du jeu.", examples=["Permis délivrés"])', ["Le titre du jeu."]),
        ('"""Le titre du jeu."""', []),
        ('PATTERN = re.compile("n[ée]e? le")', []),
        ('code = "jeu-de-colonnes"', []),
    ],
)
def test_what_is_found(code: str, found: list[str]) -> None:
    visitor = FrenchStrings()
    visitor.visit(ast.parse(code))
    assert [text for _line, text in visitor.found] == found
