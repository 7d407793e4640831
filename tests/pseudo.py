"""A pseudo-locale: each French text of the catalogue stands for its English one, between ⟦ and ⟧. A text that
nobody marked for translation is seen at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from aqueduc import language

PO = language.LOCALES / "en/LC_MESSAGES/aqueduc.po"


def write_catalogue(locales: Path) -> Path:
    """Writes the pseudo-locale in the place of English, below ``locales``."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="en")
    for message in catalogue:
        if message.id:
            wrapped = tuple(f"⟦{text}⟧" for text in (message.id if message.pluralizable else (message.id,)))
            message.string = wrapped if message.pluralizable else wrapped[0]
    target = locales / "en/LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "aqueduc.mo").open("wb") as file:
        write_mo(file, catalogue)
    return locales


@contextmanager
def pseudo_locale(locales: Path) -> Iterator[None]:
    """English is the pseudo-locale inside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "LOCALES", locales)
        with language.speaking("en"):
            yield


def words_outside(text: str) -> list[str]:
    """The words of ``text`` that stand in no ⟦⟧: what is no sentence of the catalogue."""
    depth, kept = 0, []
    for char in text:
        depth += {"⟦": 1, "⟧": -1}.get(char, 0)
        kept.append(char if not depth and char != "⟧" else "\n" if char == "\n" else " ")
    assert depth == 0, text
    return re.findall(r"[^\W\d_][\w'’.-]*", "".join(kept))
