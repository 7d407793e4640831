"""A question left to a person, as it stands in a declaration: ``"à décider : question — option |
option"``."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import Any

import yaml

from aqueduc.declaration.vocabulary import UNDECIDED
from aqueduc.draft.yamltext import format_yaml_scalar, quote_yaml_text
from aqueduc.language import Sentence, _

BEFORE_OPTIONS = " — "
BETWEEN_OPTIONS = " | "
_BEFORE_QUESTION = f"{UNDECIDED} : "


class FirstOptionReason(StrEnum):
    """Why an option stands before the others."""

    SAFEST = "safest"
    PROPOSED = "proposed"
    LISTED = "listed"
    """As well as any: nothing in the source says which."""


@dataclass(frozen=True)
class PendingDecision:
    """A question left to a steward: ``key`` is the dotted path in the declaration. ``options`` are YAML
    values, the first being the one that the trial took; without any, the answer is a text of one's own."""

    key: str
    question: Sentence
    options: tuple[str, ...] = ()

    @property
    def yaml_marker(self) -> str:
        """The scalar that ``check`` refuses, in YAML."""
        options = BETWEEN_OPTIONS.join(self.options)
        return quote_yaml_text(
            f"{_BEFORE_QUESTION}{self.question}" + (BEFORE_OPTIONS + options if options else "")
        )

    @property
    def is_free_text(self) -> bool:
        """Whether the answer is somebody's own words, and no word or rule of a declaration."""
        return self.key in ("title", "description") or not self.options

    @property
    def first_option_reason(self) -> FirstOptionReason:
        """What somebody does who takes the first one."""
        if self.key == "cadence":
            return FirstOptionReason.LISTED
        first = self.options[0] if self.options else ""
        hides = self.key.startswith("columns.") and first.startswith(("drop", "{snap"))
        return FirstOptionReason.SAFEST if hides or first == "0" else FirstOptionReason.PROPOSED

    @property
    def yaml_key(self) -> str:
        """What stands before the answer on its line: the name of a column, or the last of the keys."""
        section, _dot, name = self.key.partition(".")
        return format_yaml_scalar(name) if section == "columns" else self.key.rpartition(".")[2]

    def replace_question_with_answer(self, declaration: str, answer: str) -> str:
        """The declaration with ``answer``, YAML, in place of the question."""
        return declaration.replace(f"{self.yaml_key}: {self.yaml_marker}", f"{self.yaml_key}: {answer}", 1)

    @property
    def default_answer(self) -> str:
        """What is written instead, by somebody who takes the first option."""
        return self.options[0] if self.options else quote_yaml_text(str(_("À compléter")))


def parse_pending_decisions(declaration: str) -> tuple[PendingDecision, ...]:
    """The questions that still stand in a draft, in their order. Raises yaml.YAMLError."""
    return tuple(_find_pending_decisions(yaml.safe_load(declaration), ()))


def _find_pending_decisions(value: Any, path: tuple[str, ...]) -> Iterator[PendingDecision]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _find_pending_decisions(inner, (*path, str(key)))
    elif isinstance(value, str) and value.startswith(_BEFORE_QUESTION):
        question, _mark, options = value.removeprefix(_BEFORE_QUESTION).partition(BEFORE_OPTIONS)
        listed = tuple(options.split(BETWEEN_OPTIONS)) if options else ()
        yield PendingDecision(".".join(path), question, listed)


def parse_column_question_reasons(declaration: str) -> dict[str, str]:
    """Why a draft asks about each of its columns: what it says above them. One reason stands above all those that
    follow each other under it."""
    reasons: dict[str, str] = {}
    said: list[str] = []
    told = False
    _, _, section = f"\n{declaration}".partition("\ncolumns:\n")
    for line in takewhile(lambda line: line.startswith(" ") or not line, section.split("\n")):
        text = line.strip()
        if text.startswith("#"):
            said, told = [*([] if told else said), text.lstrip("# ")], False
        elif name := _parse_column_name_of_line(text):
            reasons[name], told = " ".join(said), True
    return reasons


def _parse_column_name_of_line(line: str) -> str:
    """ "" for a line that goes on with the one before."""
    try:
        read = yaml.safe_load(line)
    except yaml.YAMLError:
        return ""
    return str(next(iter(read))) if isinstance(read, dict) and len(read) == 1 else ""


def remove_option_separators(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts without the marks that set options apart, nor repetition."""
    clean = (" ".join(text.replace("—", "-").replace("|", "/").split()) for text in texts)
    return tuple(dict.fromkeys(text for text in clean if text))
