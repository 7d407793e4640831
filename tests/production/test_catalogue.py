"""The English catalogue: every French text of the code, no other, and its compiled form in step."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
PO = PLUGINS / "aqueduc/locale/en/LC_MESSAGES/aqueduc.po"
KEYWORDS = {"_": None, "N_": None, "n_": (1, 2)}
MEND = "make messages, then fill in what is empty"


@cache
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def test_the_catalogue_has_each_text_of_the_code_and_no_other() -> None:
    with (PLUGINS.parent / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    texts = extract_from_dir(PLUGINS, methods, options, keywords=KEYWORDS)
    code = {forms(found[2]) for found in texts}
    known = {forms(message.id) for message in messages()}
    assert known - code == set(), f"obsolete: {MEND}"
    assert code - known == set(), f"untranslated: {MEND}"
    assert not catalogue().obsolete, MEND


def test_each_is_translated() -> None:
    assert [one.id for one in messages() if not all(forms(one.string)) or one.fuzzy] == [], MEND


def test_what_runs_is_what_is_read() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    assert compiled.getvalue() == PO.with_suffix(".mo").read_bytes(), MEND


@pytest.mark.parametrize("count, form", [(0, 1), (1, 0), (2, 1)])
def test_nothing_is_plural_in_english(count: int, form: int) -> None:
    assert eval(catalogue().plural_expr.replace("n", str(count))) == bool(form)


def test_a_translation_has_no_hole_that_its_text_has_not() -> None:
    """What fills a text is given once, for both; where French has a word for a code, English has the code."""
    for one in messages():
        for french, english in zip(forms(one.id), forms(one.string), strict=True):
            assert holes(english) <= holes(french) | {"codes"}, french


def holes(text: str) -> set[str]:
    """The names that fill ``text``; what else stands in braces is JSON."""
    return {
        name for _text, name, _spec, _conversion in Formatter().parse(text) if name and name.isidentifier()
    }


def test_a_count_agrees_with_its_noun() -> None:
    """« 1 cellule(s) » is no French: ``n_`` knows 0, 1 and many."""
    hedged = re.compile(r"(?<!http)\((s|es|x|nt|ent)\)")
    assert [one.id for one in messages() if any(map(hedged.search, forms(one.id)))] == []


def test_sentences_are_joined_as_french_punctuates() -> None:
    """A semicolon has a space before it; not between codes, which nobody reads."""
    joined = re.compile(r"""["'];\s["']\.join\((?!finding\.code)""")
    assert [str(path) for path in PLUGINS.rglob("*.py") if joined.search(path.read_text("utf-8"))] == []
