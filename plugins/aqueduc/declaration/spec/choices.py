"""Words that are chosen from a closed list, which the message about another one explains."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from aqueduc.declaration.spec.base import Text, WrittenTypeAnnotation
from aqueduc.declaration.vocabulary import (
    CADENCES,
    CATEGORIES,
    FREQUENCIES,
    GRANULARITIES,
    IDENTIFIERS,
    LICENCES,
    THEMES,
    parse_cadence,
)
from aqueduc.language import Message, _


@dataclass(frozen=True)
class ChoiceList:
    """A closed list. ``what``: what is said of a word that is none of ``known``. ``meanings``: the words
    with what each means, where that is worth saying."""

    what: Message
    known: Collection[str]
    meanings: Callable[[], Message] | None = None

    def build_choice_annotation(self, find: Callable[[str], Any]) -> WrittenTypeAnnotation:
        """A word of the list, kept as what ``find`` gives; None is no word of it."""

        def resolve(word: str) -> Any:
            found = find(word)
            if found is None:
                raise PydanticCustomError("choice", "unknown word", {"choice": self})
            return found

        return WrittenTypeAnnotation(Text, resolve)

    @property
    def unchanged_word_annotation(self) -> WrittenTypeAnnotation:
        """A word of the list, kept as it is."""
        return self.build_choice_annotation(lambda word: word if word in self.known else None)


def _explain_themes() -> Message:
    labelled = " ; ".join(f"{code} {label.split(',')[0]}" for code, label in THEMES.items())
    return _("{labelled}").format(labelled=labelled, codes=", ".join(THEMES))


def _explain_licences() -> Message:
    return Message(" ; ".join(f"{licence.id} ({licence.title})" for licence in LICENCES.values()))


def _explain_cadences() -> Message:
    labelled = " ; ".join(f"{word} ({found.french_label})" for word, found in FREQUENCIES.items())
    return _("{labelled}").format(
        labelled=" ; ".join((labelled, *CADENCES[len(FREQUENCIES) :])), codes=", ".join(CADENCES)
    )


THEME = ChoiceList(_("thème inconnu"), THEMES, _explain_themes)
CATEGORY = ChoiceList(_("catégorie inconnue"), CATEGORIES)
GRANULARITY = ChoiceList(_("granularité inconnue"), GRANULARITIES)
IDENTIFIER = ChoiceList(_("constat inconnu"), IDENTIFIERS)
LICENCE = ChoiceList(_("licence inconnue"), LICENCES, _explain_licences)
CADENCE = ChoiceList(_("cadence inconnue"), CADENCES, _explain_cadences)

LICENCE_WORD = LICENCE.build_choice_annotation(LICENCES.get)
CADENCE_WORD = CADENCE.build_choice_annotation(parse_cadence)
