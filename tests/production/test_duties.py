"""``docs/convention.md`` names, for each duty of the convention, what keeps it and the test that proves it: each
of them is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aqueduc.cli.app import app

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "convention.md").read_text(encoding="utf-8")
DUTIES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| \d", line)
]
ARTICLES = ("1", "4", "5", "6", "7.1", "7.2", "8", "9", "11", "13", "14")
"""Those that ask something of the city, or that it must see to."""


def test_every_article_that_binds_the_city_has_its_duties() -> None:
    assert tuple(dict.fromkeys(article for article, *_rest in DUTIES)) == ARTICLES


@pytest.mark.parametrize(
    "proof", sorted({one for *_rest, cell in DUTIES for one in re.findall(r"`([^`]+)`", cell)})
)
def test_each_proof_is_there(proof: str) -> None:
    path, _colons, test = proof.partition("::")
    assert path.startswith("tests/") and test, (
        "a whole file proves whatever it happens to hold: name the test"
    )
    assert f"def {test}(" in (REPOSITORY / path).read_text(encoding="utf-8")


def test_each_command_is_one() -> None:
    known = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    assert set(re.findall(r"`aqueduc (\w+)`", PAGE)) <= known
