"""A pseudo-locale: each French text of the catalogue stands for its English one, between ⟦ and ⟧. A text that
nobody marked for translation is seen at once."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from aqueduc import language

_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
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
        with language.use_language("en"):
            yield


@contextmanager
def logged() -> Iterator[list[str]]:
    """What the engine logs, which a command shows when it warns, and Airflow in the log of a task."""
    lines: list[str] = []
    handler = logging.Handler(logging.INFO)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("aqueduc")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


VALUE = r"""
      ^[ ]*\d*[ ]\|.*$       # a line of a file, and its caret
    | \[[a-z0-9-]+\]        # the code of an error
    | [^\s⟦⟧]*[/\\][^\s⟦⟧]*  # a path, an address
    | (?<![\w-])--?[a-z][\w-]*  # an option
    | \b[0-9a-f]{8,}\b|\b[A-Za-z0-9+/]{40,}=*  # a hash, a key
    | \bcli__\S+            # a run
    | \b[\w-]+\.(?:csv|html|json|md|pem|txt|yaml)\b
"""
"""What a command may print beside texts."""


def outside_values(text: str, values: Iterable[str]) -> list[str]:
    """The words of ``text`` that stand in no ⟦⟧, and are neither one of ``values`` nor a path, an address, an
    option, a code, a hash, a run, a file or a line of one."""
    known = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
    value = re.compile(rf"(?<![\w-])(?:{known})(?![\w-])|{VALUE}", re.MULTILINE | re.VERBOSE)
    return _WORD.findall(value.sub(" ", _outside(text)))


def words_outside(text: str) -> list[str]:
    """The words of ``text`` that stand in no ⟦⟧: what is no sentence of the catalogue."""
    return _WORD.findall(_outside(text))


def _outside(text: str) -> str:
    depth, kept = 0, []
    for char in text:
        depth += {"⟦": 1, "⟧": -1}.get(char, 0)
        kept.append(char if not depth and char != "⟧" else "\n" if char == "\n" else " ")
    assert depth == 0, text
    return "".join(kept)
