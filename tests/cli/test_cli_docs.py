"""``docs/cli.md`` says what the command really is: every command, every option, and nothing that is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from aqueduc.cli import manual
from aqueduc.cli.app import app
from aqueduc.cli.common import LATER, MISSPELT, WRONG
from aqueduc.declaration.vocabulary import THEMES
from tests.guide import DOCS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
ROOT: Any = typer.main.get_command(app)
SECTIONS = dict(re.findall(r"^### `aqueduc (\S+)`\n(.*?)(?=^### |\Z)", PAGE, re.M | re.S))
EVERYWHERE = {"--help", "--json"}


def options_of(command: Any) -> set[str]:
    params = command.get_params(typer.Context(command))
    return {option for param in params for option in param.opts if option.startswith("--")}


def test_every_command_has_its_section_in_the_order_of_the_help() -> None:
    assert list(SECTIONS) == list(ROOT.commands)


@pytest.mark.parametrize("name", list(SECTIONS))
def test_a_section_tells_every_option_and_no_other(name: str) -> None:
    told = set(re.findall(r"`(--[a-z][a-z0-9-]*)", SECTIONS[name]))
    assert told | EVERYWHERE == options_of(ROOT.commands[name]) | EVERYWHERE


@pytest.mark.parametrize("name", list(SECTIONS))
def test_the_usage_is_that_of_the_help(name: str) -> None:
    context = typer.Context(ROOT.commands[name], info_name=f"aqueduc {name}")
    assert f"```\n{manual.format_usage_line(context)}\n```" in SECTIONS[name]


def test_the_exit_codes_are_those_of_the_help() -> None:
    for code, text in manual.CODES:
        assert f"| {code} | {text.french_text}" in PAGE
    assert [int(code) for code, _ in manual.CODES] == [0, WRONG, MISSPELT, LATER]


def test_the_options_of_all_commands_are_told() -> None:
    assert all(option in PAGE for option in options_of(ROOT))


@pytest.mark.parametrize("name", list(SECTIONS))
def test_the_shape_of_the_answer_is_told(name: str) -> None:
    if name != "new":
        assert "JSON : " in SECTIONS[name]


def test_the_first_steps_call_each_theme_what_the_command_calls_it() -> None:
    text = (DOCS / "premiers-pas.md").read_text("utf-8")
    for code, name in THEMES.items():
        assert f"`{code}` {name[0].lower()}{name[1:]}" in text, code
