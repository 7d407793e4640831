"""Each way a declaration can be wrong, with the whole message its steward reads, in both languages.

The messages stand in ``expected/``: REWRITE_EXPECTED=1 writes them anew, for a person to read.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import DeclarationError
from aqueduc.language import Language, use_language
from tests.declaration.wrong import CASES, Case

EXPECTED = Path(__file__).parent / "expected"
_RULE = "=" * 100


def said(case: Case, root: Path, language: Language = "fr") -> str:
    path = case.write(root / "include")
    with use_language(language), pytest.raises(DeclarationError) as wrong:
        load_dataset(path, load_city(root / "include", case.environment))
    return str(wrong.value)


@cache
def expected(language: Language) -> dict[str, str]:
    """The messages by the name of their case."""
    blocks = (EXPECTED / f"{language}.txt").read_text(encoding="utf-8").split(f"{_RULE}\n")[1:]
    return {name: text.removesuffix("\n") for name, text in (block.split("\n", 1) for block in blocks)}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_whole_message(case: Case, language: Language, tmp_path: Path) -> None:
    assert said(case, tmp_path, language) == expected(language)[case.name]


@pytest.mark.skipif(
    "REWRITE_EXPECTED" not in os.environ, reason="REWRITE_EXPECTED=1 writes the messages anew"
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_rewrite(language: Language, tmp_path: Path) -> None:
    written = "".join(
        f"{_RULE}\n{case.name}\n{said(case, tmp_path / case.name, language)}\n" for case in CASES
    )
    (EXPECTED / f"{language}.txt").write_text(written, encoding="utf-8")


def test_the_table_is_whole() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names) >= 110
    assert list(expected("fr")) == names == list(expected("en"))
