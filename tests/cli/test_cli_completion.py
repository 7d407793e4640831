"""Completion: names of datasets from the names of their files, whatever is in them."""

from __future__ import annotations

import subprocess

import pytest

from tests.cli.office import COMMAND, Office


def completed(office: Office, words: str) -> list[str]:
    """What bash is offered for the last word."""
    done = subprocess.run(
        [str(COMMAND)],
        capture_output=True,
        text=True,
        env={
            **office.environment,
            "_AQUEDUC_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        },
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_datasets_are_completed_even_broken_ones(office: Office) -> None:
    office.desk.write("jeunesse", "title: [")
    office.desk.write("arbres", "")
    assert completed(office, "aqueduc run j") == ["jeu", "jeunesse"]
    assert completed(office, "aqueduc show ") == ["arbres", "jeu", "jeunesse"]


def test_commands_are_completed(office: Office) -> None:
    assert completed(office, "aqueduc pre") == ["preview"]


@pytest.mark.parametrize(
    "lang, told", [("fr", "Vérifie les déclarations"), ("en", "Checks the declarations")]
)
def test_completion_speaks_one_language(office: Office, lang: str, told: str) -> None:
    done = subprocess.run(
        [str(COMMAND)],
        capture_output=True,
        text=True,
        env={
            **office.environment,
            "AQUEDUC_LANGUAGE": lang,
            "_AQUEDUC_COMPLETE": "complete_zsh",
            "_TYPER_COMPLETE_ARGS": "aqueduc ",
        },
    )
    assert told in done.stdout
    assert "\x1f" not in done.stdout
    assert ("Checks" in done.stdout) == (lang == "en")
