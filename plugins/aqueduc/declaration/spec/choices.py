"""Words that are chosen from a closed list, which the message about another one explains."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from aqueduc.declaration.spec.base import Text, WrittenAs
from aqueduc.declaration.vocabulary import (
    CADENCES,
    CATEGORIES,
    FREQUENCIES,
    GRANULARITIES,
    IDENTIFIERS,
    LICENCES,
    THEMES,
    frequency,
)
from aqueduc.language import Said


@dataclass(frozen=True)
class Choice:
    """A closed list. ``what``: what is said of a word that is none of ``known``. ``meanings``: the words
    with what each means, where that is worth saying."""

    what: Said
    known: Collection[str]
    meanings: Callable[[], Said] | None = None

    def written(self, find: Callable[[str], Any]) -> WrittenAs:
        """A word of the list, kept as what ``find`` gives; None is no word of it."""

        def resolve(word: str) -> Any:
            found = find(word)
            if found is None:
                raise PydanticCustomError("choice", "unknown word", {"choice": self})
            return found

        return WrittenAs(Text, resolve)

    @property
    def word(self) -> WrittenAs:
        """A word of the list, kept as it is."""
        return self.written(lambda word: word if word in self.known else None)


def _explain_themes() -> Said:
    return Said(
        " ; ".join(f"{code} {label.split(',')[0]}" for code, label in THEMES.items()), ", ".join(THEMES)
    )


def _explain_licences() -> Said:
    listed = " ; ".join(f"{licence.id} ({licence.title})" for licence in LICENCES.values())
    return Said(listed, listed)


def _explain_cadences() -> Said:
    french = " ; ".join(f"{word} ({found.french})" for word, found in FREQUENCIES.items())
    return Said(f"{french} ; every 10 minutes", ", ".join(CADENCES))


THEME = Choice(Said("thème inconnu", "unknown theme"), THEMES, _explain_themes)
CATEGORY = Choice(Said("catégorie inconnue", "unknown category"), CATEGORIES)
GRANULARITY = Choice(Said("granularité inconnue", "unknown granularity"), GRANULARITIES)
IDENTIFIER = Choice(Said("constat inconnu", "unknown finding"), IDENTIFIERS)
LICENCE = Choice(Said("licence inconnue", "unknown licence"), LICENCES, _explain_licences)
CADENCE = Choice(Said("cadence inconnue", "unknown cadence"), CADENCES, _explain_cadences)

LICENCE_WORD = LICENCE.written(LICENCES.get)
CADENCE_WORD = CADENCE.written(frequency)
