"""The lists that tell names from words: those of the scan, and a city's own.

A token of a cell is looked up folded: small letters a to z, without accents.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Self

from aqueduc.anonymise.scan import lexicon

_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "þ": "th"}
)


@dataclass(frozen=True)
class CityProvidedListFile:
    """A list that a city added: its path under ``include/``, what it lists, how many, and its SHA-256."""

    path: str
    lists: str
    entries: int
    sha256: str


@dataclass(frozen=True)
class NameLists:
    """``given`` and ``surnames`` are names; ``words`` make a cell a label and no name; ``common`` are the
    words of the language, which a name may be too. Folded, all of them."""

    given: frozenset[str]
    surnames: frozenset[str]
    words: frozenset[str]
    common: frozenset[str]
    sources: tuple[CityProvidedListFile, ...] = ()

    def merge_city_provided_list(self, source: CityProvidedListFile, entries: Iterable[str]) -> Self:
        """These lists and the ``entries`` of a city's file."""
        added = frozenset(entries)
        known = {"given": self.given, "surnames": self.surnames, "words": self.words}[source.lists]
        more = {source.lists: known | added}
        if source.lists == "words":
            more |= {"given": self.given - added, "surnames": self.surnames - added}
        else:
            more["words"] = self.words - added
        return replace(self, sources=(*self.sources, source), **more)


NOBODY = NameLists(frozenset(), frozenset(), frozenset(), frozenset())
"""Lists in which nothing is."""


def fold_case_accents(text: str) -> str:
    """``Élodie`` and ``ELODIE`` become ``elodie``."""
    small = text.lower()
    if small.isascii():
        return small
    plain = unicodedata.normalize("NFKD", small.translate(_LETTERS))
    return "".join(char for char in plain if not unicodedata.combining(char)).replace("’", "'")


@cache
def load_builtin_names() -> NameLists:
    """The lists of the scan itself, read once."""
    return NameLists(
        given=frozenset((*lexicon.GIVEN, *read_builtin_list("given.txt"))),
        surnames=frozenset((*lexicon.SURNAMES, *read_builtin_list("surnames.txt"))),
        words=frozenset((*lexicon.PLACES, *lexicon.JOBS, *lexicon.PROSE, *read_builtin_list("labels.txt"))),
        common=frozenset(read_builtin_list("words.txt")),
    )


@cache
def read_builtin_list(name: str) -> tuple[str, ...]:
    """The entries of one of the scan's own files."""
    return tuple(parse_list_entries((files("aqueduc.anonymise.scan") / "lists" / name).read_text("utf-8")))


def parse_list_entries(text: str) -> list[str]:
    """The lines of a list, folded; ``#`` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [fold_case_accents(line) for line in lines if line]
