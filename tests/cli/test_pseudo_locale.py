"""What is shown comes from the catalogue: in a pseudo-locale, no word stands outside of ⟦⟧ but those that a
steward wrote, and the names of commands, options and values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from aqueduc import errors
from aqueduc.cli.app import app
from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import DeclarationError
from tests.declaration.wrong import CASES, Case
from tests.pseudo import pseudo_locale, words_outside, write_catalogue

COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
FORMS = {"csv", "dcat", "html", "mail"}
"""Of the list: written so in the command."""
_QUOTED = re.compile(r"^ *\d* \| .*$", re.MULTILINE)
"""The lines of a file that a message shows, with their caret."""


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_catalogue(tmp_path_factory.mktemp("locales"))


def _close_rows(text: str) -> str:
    """The list of commands shows the first paragraph of each text only: its ⟧ is put back."""
    lines, depth = [], 0
    for line in text.splitlines(keepends=True):
        if depth and (not line.strip() or re.match(r" +[\w-]+ +⟦", line)):
            lines.append("⟧")
            depth = 0
        depth += line.count("⟦") - line.count("⟧")
        lines.append(line)
    return "".join(lines)


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_the_help(name: str | None, locales: Path) -> None:
    with pseudo_locale(locales):
        done = CliRunner().invoke(
            app, ["--lang", "en", *([name] if name else []), "--help"], prog_name="aqueduc"
        )
    assert done.exit_code == 0
    words = words_outside(done.stdout if name else _close_rows(done.stdout))
    named = {"aqueduc", "fr", "en", *(COMMANDS if name is None else [name]), *FORMS}
    assert [
        word for word in words if word not in named and f"-{word}" not in done.stdout and not word.isupper()
    ] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_wrong_declaration(case: Case, tmp_path: Path, locales: Path) -> None:
    path = case.write(tmp_path / "include")
    with pseudo_locale(locales):
        with pytest.raises(DeclarationError) as wrong:
            load_dataset(path, load_city(tmp_path / "include", case.environment))
        text = str(wrong.value)
    assert words_outside(_QUOTED.sub("", text)) == []


@pytest.mark.parametrize(
    "error",
    [
        errors.StoreUnavailable("/srv/depot"),
        errors.StoreUnwritable("/srv/depot", "EROFS"),
        errors.LeaseLost("/srv/depot"),
        errors.DiskFull("/srv/depot"),
        errors.ExtensionBroken("paquet", "sorte", "ImportError", where="/srv/depot"),
        errors.UnexpectedDefect.from_exception(ValueError("x")),
    ],
    ids=lambda error: error.code,
)
def test_an_error(error: errors.AqueducError, locales: Path) -> None:
    with pseudo_locale(locales):
        text = str(error)
    assert words_outside(text.removeprefix(f"[{error.code}]")) == []
