"""A finding is one thing found, as data: a class with a code and a sentence, a place, a count.

It never carries a cell: ``column``, ``lines`` and ``detail`` come from declarations, schemas and counting.
"""

import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, cast

from aqueduc.language import NOTHING, LocalisedNumber, Message, _, build_row_count_message, n_


def format_french_count(count: int, one: str, many: str) -> str:
    """A count with its noun in French, ``plural(3, "ligne", "lignes") == "3 lignes"``; thousands are set
    apart as French readers expect."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") + " " + (one if count in (0, 1) else many)


FILE_LINES = 10**12
"""Where several files make one source, the line 15 of the second one is numbered ``2 * FILE_LINES + 15``."""


def format_source_line_number(line: int) -> str:
    """A line of the source: ``15``; ``2:15``, that of its second file."""
    file, own = divmod(line, FILE_LINES)
    return f"{file}:{own}" if file else str(line)


def parse_source_line_number(text: str) -> int:
    """What ``format_source_line_number`` wrote. Raises ValueError."""
    file, _sign, own = text.rpartition(":")
    return int(file or 0) * FILE_LINES + int(own)


def format_localised_percent(share: float, decimals: int = 2) -> Message:
    """A share between 0 and 1, to so many decimals at most: « 2,5 % », ``2.5%``. What is not nothing never
    reads as 0 %."""
    least = 10.0**-decimals
    if 0 < share * 100 < least:
        return _("moins de {least} %").format(least=LocalisedNumber(least, ""))
    return _("{share} %").format(share=LocalisedNumber(round(share * 100, decimals), ""))


def append_line_numbers_to_message(sentence: Message, lines: Sequence[int], count: int) -> Message:
    """A sentence on ``count`` rows, of which the first are on ``lines``."""
    if not lines:
        return sentence
    shown = ", ".join(map(format_source_line_number, lines))
    more = "…" if count > len(lines) else ""
    return Message("{} ({})").format(
        sentence, n_("ligne {listed}", "lignes {listed}", len(lines), listed=f"{shown}{more}")
    )


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A finding: base class of all. Subclasses set ``code``, ``sentence`` and ``remedy``, format templates
    over ``column``, ``rows`` (the count, in words), ``s`` (its plural) and the keys of ``detail``; a word of
    ``detail`` may be a message. What ``n_`` makes agrees with ``count``.

    ``lines`` are line numbers in the source (first ones only, rising); ``count`` is how many rows are meant.
    """

    code: ClassVar[str] = "constat"
    sentence: ClassVar[Message] = NOTHING
    remedy: ClassVar[Message] = NOTHING

    column: str | None = None
    count: int = 1
    lines: tuple[int, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)

    def template_values(self) -> dict[str, Any]:
        """What the templates may name; ``s`` ends a French word that goes with the rows."""
        s = "" if self.count in (0, 1) else "s"
        return {"s": s, **self.detail, "column": self.column, "rows": build_row_count_message(self.count)}

    def message(self) -> str:
        """The sentence with its place, without the remedy, in the language spoken now."""
        return str(self.build_message_with_line_numbers())

    def format_remedy(self) -> str:
        return str(self.build_remedy_message())

    def build_remedy_message(self) -> Message:
        """The remedy, to be shown in any language."""
        return self.remedy.with_count(self.count).format(**self.template_values())

    def build_sentence_message(self) -> Message:
        """The sentence without its place, to be shown in any language."""
        return self.sentence.with_count(self.count).format(**self.template_values())

    def build_message_with_line_numbers(self) -> Message:
        """The sentence with its place, to be shown in any language."""
        return append_line_numbers_to_message(
            self.sentence.with_count(self.count).format(**self.template_values()), self.lines, self.count
        )

    def __str__(self) -> str:
        remedy = self.format_remedy()
        return f"{self.message()} — {remedy}" if remedy else self.message()

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "column": self.column,
            "count": self.count,
            "lines": list(self.lines),
            "detail": {
                name: str(word) if isinstance(word, Message | LocalisedNumber) else word
                for name, word in self.detail.items()
            },
            "message": self.message(),
            "remedy": self.format_remedy(),
            "texts": {
                "message": self.build_message_with_line_numbers().to_json(),
                "remedy": self.build_remedy_message().to_json(),
            },
        }

    @classmethod
    def define_subclass(
        cls, code: str, sentence: Message, remedy: Message | None = None, **more: str
    ) -> type[Self]:
        """A kind of finding, of its code and its two texts (``remedy`` None: that of this class)."""
        module = sys._getframe(1).f_globals["__name__"]
        texts = {"sentence": sentence, "remedy": cls.remedy if remedy is None else remedy}
        return cast("type[Self]", type(code, (cls,), {"__module__": module, "code": code, **texts, **more}))

    def __reduce__(self) -> tuple[Any, ...]:
        kind = type(self)
        return _restore_pickled_finding, (kind.__module__, kind.__bases__[0], kind.code, self.__dict__)

    @classmethod
    def iterate_subclasses(cls) -> Iterator[type[Self]]:
        """Every concrete class below this one, wherever it is defined."""
        for kind in cls.__subclasses__():
            yield kind
            yield from kind.iterate_subclasses()


def _restore_pickled_finding(
    module: str, parent: type[Finding], code: str, fields: dict[str, Any]
) -> Finding:
    """A finding that another process wrote: a kind that was defined has no name in its module."""
    importlib.import_module(module)
    return next(kind for kind in parent.__subclasses__() if kind.code == code)(**fields)
