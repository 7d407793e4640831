"""Messages: French in the code, English from the catalogue of ``locale/``.

``_("…")`` is one sentence, ``n_`` one that counts; they are looked up when they are shown, not when they are
made. ``N_`` marks for the catalogue a text that another program holds until it is shown. The language is that
of ``use_language`` (the command's ``--lang``), else of the variable ``AQUEDUC_LANGUAGE``, else French.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gettext import NullTranslations

Language = Literal["fr", "en"]

LOCALES = Path(__file__).parent / "locale"
"""Where the catalogues are."""

_chosen: ContextVar[Language | None] = ContextVar("language", default=None)
_GROUPED = str.maketrans({",": "\N{NARROW NO-BREAK SPACE}", ".": ",", "%": "\N{NARROW NO-BREAK SPACE}%"})


def get_current_language() -> Language:
    """The language of the messages shown now."""
    chosen = _chosen.get()
    if chosen:
        return chosen
    return "en" if os.environ.get("AQUEDUC_LANGUAGE", "").lower().startswith("en") else "fr"


@contextmanager
def use_language(chosen: Language) -> Iterator[None]:
    """Messages shown inside are in ``chosen``."""
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)


@cache
def _load_english_catalogue(locales: Path) -> NullTranslations:
    import gettext

    return gettext.translation("aqueduc", locales, ["en"])


def translate(text: str | None) -> str:
    """``text``, which ``_`` or ``N_`` marked, in the language spoken now; as it is if no catalogue has it."""
    return (
        _load_english_catalogue(LOCALES).gettext(text)
        if text and get_current_language() == "en"
        else text or ""
    )


def translate_values_at_keys(data: Any, keys: Collection[str]) -> Any:
    """JSON with the texts at ``keys``, which ``N_`` marked, in the language spoken now."""
    if isinstance(data, list):
        return [translate_values_at_keys(item, keys) for item in data]
    if not isinstance(data, Mapping):
        return data
    return {
        name: translate(value)
        if name in keys and isinstance(value, str)
        else translate_values_at_keys(value, keys)
        for name, value in data.items()
    }


@dataclass(frozen=True, slots=True)
class Message:
    """A French text, and what fills it: ``values`` its ``{}``, ``words`` its ``{name}``, messages among them.
    Without ``values``, its braces are braces. ``many``: the text for ``count`` things, if it counts.
    ``english``: that of a package outside the house, whose texts no catalogue here has.
    """

    text: str
    values: tuple[object, ...] | None = None
    words: tuple[tuple[str, object], ...] = ()
    many: str = ""
    count: int = 1
    english: str = ""

    def __str__(self) -> str:
        shown = self._get_localised_template()
        return shown if self.values is None else shown.format(*self.values, **dict(self.words))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def _get_localised_template(self) -> str:
        if self.english and get_current_language() == "en":
            return self.english
        if not self.many:
            return translate(self.text)
        if get_current_language() == "en":
            return _load_english_catalogue(LOCALES).ngettext(self.text, self.many, self.count)
        return self.text if self.count < 2 else self.many  # in French, 0 is singular

    @property
    def french_text(self) -> str:
        """For what is French whatever language is spoken: what a city publishes or signs."""
        with use_language("fr"):
            return str(self)

    def format(self, *values: object, **words: object) -> Message:
        """The message filled in, to be shown later."""
        filled = (*self.words, *words.items())
        return Message(self.text, values, filled, self.many, self.count, self.english)

    def with_count(self, count: int) -> Message:
        """The message that counts so many; the same, where it does not count."""
        told = ("count", LocalisedNumber(count))
        return replace(self, count=count, words=(*self.words, told)) if self.many else self

    def to_json(self) -> dict[str, Any]:
        """The French text with what fills it, to be read in another language."""
        found: dict[str, Any] = {"text": self.text}
        if self.values is not None:
            found["values"] = [serialize_message(value) for value in self.values]
            found["words"] = {name: serialize_message(word) for name, word in self.words}
        if self.english:
            found["english"] = self.english
        return {**found, "many": self.many, "count": self.count} if self.many else found


Sentence = Message | str


@dataclass(frozen=True, slots=True)
class LocalisedNumber:
    """A number shown as the readers of each language expect: « 1 234,5 », ``1,234.5``. Without a ``spec``, it
    is neither rounded nor in powers of ten."""

    value: float
    spec: str = ","

    def __str__(self) -> str:
        exact = f"{Decimal(repr(self.value)):f}".removesuffix(".0")
        text = f"{self.value:{self.spec}}" if self.spec else exact
        return text if get_current_language() == "en" else text.translate(_GROUPED)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def _(text: str, *, english: str = "") -> Message:
    """The message ``text``. A package outside the house gives its ``english`` with it."""
    return Message(text, english=english)


def n_(one: str, many: str, count: int, **words: object) -> Message:
    """The message that counts, ``{count}`` in it: ``n_("{count} ligne", "{count} lignes", 3)``."""
    return Message(one, (), (("count", LocalisedNumber(count)), *words.items()), many, count)


def N_(text: str) -> str:  # noqa: N802 - the name that gettext has everywhere
    """``text``, marked for the catalogue; whoever shows it calls ``translate``."""
    return text


def join_messages(messages: Iterable[object], between: str = ", ") -> Message:
    """Several messages as one."""
    parts = tuple(messages)
    return Message(between.join("{}" for _part in parts), parts)


def serialize_message(value: object) -> Any:
    """A message or a number as data; anything else as it is."""
    if isinstance(value, LocalisedNumber):
        return {"number": value.value, "spec": value.spec}
    return value.to_json() if isinstance(value, Message) else value


def parse_message(value: Any) -> Any:
    """What ``to_json`` was given."""
    if not isinstance(value, dict):
        return value
    if "number" in value:
        return LocalisedNumber(value["number"], value["spec"])
    values = tuple(map(parse_message, value["values"])) if "values" in value else None
    words = tuple((name, parse_message(word)) for name, word in value.get("words", {}).items())
    many, count, english = value.get("many", ""), value.get("count", 1), value.get("english", "")
    return Message(value["text"], values, words, many, count, english)


def join_choices_with_or(choices: Sequence[object]) -> Message:
    """« a, b ou c »."""
    *first, last = choices
    return _("{} ou {}").format(join_messages(first), last) if first else Message("{}", (last,))


def quote_text(text: str) -> Message:
    """The text in quotes: « », or “”."""
    return _("« {} »").format(text)


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def hide_control_characters(text: str) -> str:
    """Without what a terminal would obey; lines and tabs stay."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def sanitise_external_text(text: object, most: int = 200) -> str:
    """What another program says, on one line: it cannot pass for a line of a log of ours."""
    return hide_control_characters(" ".join(str(text).split()))[:most]


def format_labelled_text(name: object, text: object) -> Message:
    """« nom : texte »."""
    return _("{} : {}").format(name, text)


def format_localised_day(day: date) -> Message:
    """« 31/01/2026 », ``2026-01-31``."""
    year, month, number = day.isoformat().split("-")
    return _("{day}/{month}/{year}").format(day=number, month=month, year=year)


def build_row_count_message(count: int) -> Message:
    """``3 lignes``, ``3 rows``."""
    return n_("{count} ligne", "{count} lignes", count)


def format_privacy_unit_count(unit: Sequence[str], count: int) -> Message:
    """What classes count: « 5 lignes », or « 5 unités (plaque) » where ``privacy.unit`` is declared."""
    if not unit:
        return build_row_count_message(count)
    return n_("{count} unité ({unit})", "{count} unités ({unit})", count, unit=", ".join(unit))


def format_exact_number(value: float) -> LocalisedNumber:
    """A number as it was declared, neither rounded nor in powers of ten: ``1000000``, « 0,005 »."""
    return LocalisedNumber(round(value, 10), "")


def format_percentage(part: float) -> LocalisedNumber:
    """``2,5 %`` and ``2.5%``."""
    return LocalisedNumber(part, ".1%")


def format_declared_share(share: float) -> Message:
    """A share as it was declared, not rounded: « 82,6 % », ``82.6%``."""
    return _("{share} %").format(share=format_exact_number(share * 100))


NOTHING = Message("")
REDACTED = "[retiré]"
"""What stands where an identifier was taken out of a text."""
