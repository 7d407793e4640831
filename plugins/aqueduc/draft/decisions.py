"""A question left to a person, as it stands in a declaration: ``"à décider : question — option |
option"``."""

from collections.abc import Iterable
from dataclasses import dataclass

from aqueduc.declaration.vocabulary import UNDECIDED
from aqueduc.draft.yamltext import quote_yaml_text
from aqueduc.language import Sentence, _

BEFORE_OPTIONS = " — "
BETWEEN_OPTIONS = " | "


@dataclass(frozen=True)
class PendingDecision:
    """A question left to a steward: ``key`` is the dotted path in the declaration. ``options`` are YAML
    values, the safest first; without any, the answer is a text of one's own."""

    key: str
    question: Sentence
    options: tuple[str, ...] = ()

    @property
    def marker(self) -> str:
        """The scalar that ``check`` refuses, in YAML."""
        options = BETWEEN_OPTIONS.join(self.options)
        return quote_yaml_text(
            f"{UNDECIDED} : {self.question}" + (BEFORE_OPTIONS + options if options else "")
        )

    @property
    def first(self) -> str:
        """What is written instead, by somebody who takes the first option."""
        return self.options[0] if self.options else quote_yaml_text(str(_("À compléter")))


def remove_option_marks(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts without the marks that set options apart, nor repetition."""
    clean = (" ".join(text.replace("—", "-").replace("|", "/").split()) for text in texts)
    return tuple(dict.fromkeys(text for text in clean if text))
