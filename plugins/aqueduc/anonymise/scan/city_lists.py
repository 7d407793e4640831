"""The lists of names that a city adds in ``include/lexicons/``, and how they are made of INSEE's files.

A list is a text file: comments that say what it lists (``# lists: given``, ``surnames`` or ``words``) and
where it comes from, then one entry a line. Read when a scan needs it, never when Airflow parses.

Sources: INSEE, « Fichier des prénoms » (``nat2022.csv``: sexe;preusuel;annais;nombre, and since 2024
sexe;prenom;periode;valeur) and « Fichier des noms de famille » (``noms2008nat_txt.txt``, tabs, a column for
each decade).
"""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aqueduc.anonymise.scan.names import (
    CityProvidedListFile,
    NameLists,
    fold_case_accents,
    load_builtin_names,
    parse_list_entries,
)
from aqueduc.declaration.city import LARGEST_LIST, LEXICONS
from aqueduc.declaration.files import read_file_start
from aqueduc.errors import UnusableNameList
from aqueduc.language import Sentence, _

LISTS = ("given", "surnames", "words")
_LISTS = re.compile(r"^#\s*lists\s*:\s*(\w+)\s*$", re.MULTILINE)
_ENTRY = re.compile("[a-z][a-z '-]+")


def load_name_lists(include: Path) -> NameLists:
    """The lists of the scan and those of the city at ``include``. Raises UnusableNameList: a list that cannot be
    read would protect less than its city believes."""
    names = load_builtin_names()
    for path in sorted((include / LEXICONS).glob("*.txt")):
        text, digest = _read_list_text(path)
        found = _LISTS.search(text)
        if not found or found.group(1) not in LISTS:
            raise UnusableNameList(
                _("Cette liste ne dit pas ce qu'elle contient."),
                where=f"include/{LEXICONS}/{path.name}",
                remedy=_("y écrire une ligne « # lists: » suivie de l'un de : {lists}").format(
                    lists=", ".join(LISTS)
                ),
            )
        listed = [entry for entry in parse_list_entries(text) if _ENTRY.fullmatch(entry)]
        names = names.merge_city_provided_list(
            CityProvidedListFile(f"{LEXICONS}/{path.name}", found.group(1), len(listed), digest), listed
        )
    return names


def _read_list_text(path: Path) -> tuple[str, str]:
    """The text, in UTF-8 or as Windows writes it, and the SHA-256 of its bytes."""
    try:
        data = read_file_start(path, LARGEST_LIST + 1)
    except OSError as error:
        raise UnusableNameList(
            _("Ce fichier ne peut être lu ({name}).").format(name=type(error).__name__),
            where=path.name,
            remedy=_("donner le chemin d'un fichier lisible"),
        ) from None
    if len(data) > LARGEST_LIST:
        raise UnusableNameList(
            _("Ce fichier est trop grand pour une liste de noms."),
            where=path.name,
            remedy=_("le couper : une liste tient dans 64 Mo"),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text, hashlib.sha256(data).hexdigest()


# --- made of INSEE's files --------------------------------------------------------------------------------


@dataclass(frozen=True)
class GeneratedNameList:
    """A list made of a file: its ``text``, ready to be written, and how many ``entries`` it has."""

    text: str
    entries: int


_NAME, _TIMES = ("preusuel", "prenom", "prenoms"), ("nombre", "valeur", "effectif")
_RARE = ("_prenoms_rares", "autres noms", "autres_noms")
TITLES = {"given": "Prénoms", "surnames": "Noms de famille"}


def build_name_list_from_insee_file(path: Path, lists: str, day: date, least: int) -> GeneratedNameList:
    """The list of the names that the file of INSEE at ``path`` counts at least ``least`` times. ``lists`` is
    ``given`` or ``surnames``. Raises UnusableNameList."""
    text, digest = _read_list_text(path)
    counts = (
        _parse_given_name_counts(text, path.name)
        if lists == "given"
        else _parse_surname_counts(text, path.name)
    )
    kept = sorted(name for name, count in counts.items() if count >= least and _ENTRY.fullmatch(name))
    if not kept:
        raise UnusableNameList(
            _("Aucun nom de ce fichier n'est assez fréquent."),
            where=path.name,
            remedy=_("vérifier que c'est le fichier national, ou abaisser --least"),
        )
    head = (
        f"# {TITLES[lists]} portés au moins {least} fois : aqueduc build-lexicon",
        f"# lists: {lists}",
        f"# source: {path.name}",
        f"# sha256: {digest}",
        f"# date: {day.isoformat()}",
    )
    return GeneratedNameList("\n".join((*head, *kept)) + "\n", len(kept))


def _parse_given_name_counts(text: str, name: str) -> Mapping[str, int]:
    rows = csv.reader(text.splitlines(), delimiter=_detect_delimiter(text))
    header = [fold_case_accents(cell.strip().strip('"')) for cell in next(rows, [])]
    who, times = _find_column_index(header, _NAME), _find_column_index(header, _TIMES)
    if who is None or times is None:
        raise _build_name_file_columns_error(
            name, _("sexe;preusuel;annais;nombre, ou sexe;prenom;periode;valeur")
        )
    return _sum_counts_by_name((row[who], [row[times]]) for row in rows if len(row) > max(who, times))


def _parse_surname_counts(text: str, name: str) -> Mapping[str, int]:
    header, *rows = [line.split("\t") for line in text.splitlines()] or [[]]
    if len(header) < 2 or fold_case_accents(header[0].strip()) not in ("nom", "patnom", "noms"):
        raise _build_name_file_columns_error(name, _("NOM, une tabulation, puis une colonne par décennie"))
    return _sum_counts_by_name((row[0], row[1:]) for row in rows)


def _sum_counts_by_name(rows: Iterable[tuple[str, Sequence[str]]]) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for written, times in rows:
        name = fold_case_accents(written.strip())
        if name not in _RARE:
            counts[name] += sum(_parse_counts(times))
    return counts


def _parse_counts(cells: Sequence[str]) -> Iterator[int]:
    for cell in cells:
        digits = cell.strip().partition(".")[0]
        if digits.isdecimal():
            yield int(digits)


def _detect_delimiter(text: str) -> str:
    return max(";,\t", key=text.partition("\n")[0].count)


def _find_column_index(header: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((rank for rank, cell in enumerate(header) if cell in wanted), None)


def _build_name_file_columns_error(name: str, expected: Sentence) -> UnusableNameList:
    return UnusableNameList(
        _("Ce fichier n'a pas les colonnes attendues."),
        where=name,
        remedy=_("donner le fichier de l'INSEE tel qu'il est diffusé ({expected})").format(expected=expected),
    )
