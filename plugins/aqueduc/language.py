"""The two languages in which Aqueduc speaks: French to those who run it, English to whoever joins them.

``Said`` is one text in both. Which one is shown is chosen by ``speaking`` (the command's ``--lang``), else by
the variable ``AQUEDUC_LANGUAGE``, else it is French.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Literal, NamedTuple

Language = Literal["fr", "en"]

_chosen: ContextVar[Language | None] = ContextVar("language", default=None)


class Said(NamedTuple):
    """A text in French and in English; both have the same placeholders."""

    fr: str
    en: str

    def __str__(self) -> str:
        return self.en if language() == "en" else self.fr

    def format(self, *values: object, **words: object) -> Said:
        """Both texts, filled in; a word that is itself ``Said`` goes into each in its own language."""
        return Said(
            *(
                getattr(self, tongue).format(
                    *(_in(value, tongue) for value in values),
                    **{name: _in(value, tongue) for name, value in words.items()},
                )
                for tongue in ("fr", "en")
            )
        )


def _in(value: object, tongue: str) -> object:
    return getattr(value, tongue) if isinstance(value, Said) else value


def language() -> Language:
    """The language of the messages shown now."""
    chosen = _chosen.get()
    if chosen:
        return chosen
    return "en" if os.environ.get("AQUEDUC_LANGUAGE", "").lower().startswith("en") else "fr"


@contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    """Messages made inside are in ``chosen``."""
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)


def format_count(count: int, one: Said, many: Said) -> Said:
    """A count with its noun, ``3 lignes`` and ``3 rows``; thousands are set apart as readers of each language
    expect."""
    french = f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return Said(
        f"{french} {one.fr if count in (0, 1) else many.fr}", f"{count:,} {one.en if count == 1 else many.en}"
    )


def format_unit_count(unit: Sequence[str], count: int) -> Said:
    """What classes count: « 5 lignes », or « 5 unités (plaque) » where ``privacy.unit`` is declared."""
    if not unit:
        return format_count(count, ROW, ROWS)
    units = format_count(count, Said("unité", "unit"), Said("unités", "units"))
    return Said("{} ({})", "{} ({})").format(units, ", ".join(unit))


def exact(value: float) -> str:
    """A number as it was declared, neither rounded nor in powers of ten: ``1000000``, ``0,005``."""
    return f"{Decimal(repr(round(value, 10))):f}".removesuffix(".0").replace(".", ",")


def quote_names(names: Iterable[str]) -> str:
    """The names in French quotes, joined by commas."""
    return ", ".join(f"« {name} »" for name in names)


def share(part: float) -> Said:
    """``2,5%`` and ``2.5%``."""
    return Said(f"{part:.1%}".replace(".", ","), f"{part:.1%}")


LINE, LINES = Said("ligne", "line"), Said("lignes", "lines")
ROW, ROWS = Said("ligne", "row"), Said("lignes", "rows")
CELL, CELLS = Said("cellule", "cell"), Said("cellules", "cells")
REDACTED = "[retiré]"
"""What stands where an identifier was taken out of a text."""
