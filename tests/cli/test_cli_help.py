"""The help, in both languages; the messages of a misspelt command; and how soon they come."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from aqueduc.cli.app import MODULES, app
from aqueduc.language import N_, translate, use_language
from tests.cli.office import COMMAND

COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
HEAVY = (
    "duckdb",
    "pyarrow",
    "pydantic",
    "yaml",
    "httpx",
    "psycopg",
    "fsspec",
    "airflow",
    "pandas",
    "rich.markdown",
    "rich.table",
)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments), prog_name="aqueduc")
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_is_french_and_tells_the_exit_codes(name: str | None) -> None:
    code, out, _ = run(*([name] if name else []), "--help")
    assert code == 0
    assert out.startswith("Utilisation : ")
    assert "Codes de sortie\n  0  tout va bien" in out
    assert "Montrer cette aide." in out
    assert not re.search(r"\b(Usage|Arguments? missing|Show this|required|default)\b", out)


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_is_english_for_whoever_asks(name: str | None) -> None:
    code, out, _ = run("--lang", "en", *([name] if name else []), "--help")
    assert code == 0
    assert out.startswith("Usage: ")
    assert "Exit codes\n  0  all is well" in out
    assert not re.search(r"[éèàçêù«»]| : ", out)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_word_of_the_help_is_in_both_languages(name: str) -> None:
    command = COMMANDS[name]
    for text in (command.help, *(param.help for param in command.params)):
        with use_language("fr"):
            french = translate(text)
        with use_language("en"):
            english = translate(text)
        assert french and english and french != english, text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_in_json(name: str) -> None:
    assert "--json" in [option for param in COMMANDS[name].params for option in param.opts]


def test_a_text_of_the_help_is_looked_up_when_it_is_shown() -> None:
    text = N_("Répondre en JSON, pour un programme.")
    assert translate(text) == text
    with use_language("en"):
        assert translate(text) == "Answer in JSON, for a program."
    assert translate("tel quel") == "tel quel"
    assert translate(None) == ""


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["chek"], "La commande « chek » n'existe pas. Peut-être : check ?\nVoir : aqueduc --help\n"),
        (["run"], "Il manque JEU.\nVoir : aqueduc run --help\n"),
        (
            ["run", "jeu", "--forc"],
            "L'option --forc n'existe pas. Peut-être : --force ?\nVoir : aqueduc run --help\n",
        ),
        (["--lang", "de", "version"], "--lang : fr ou en, rien d'autre\nVoir : aqueduc --help\n"),
        (["--lang", "en", "chek"], "There is no command “chek”. Perhaps: check?\nSee: aqueduc --help\n"),
        (["--lang", "en", "run"], "DATASET is missing.\nSee: aqueduc run --help\n"),
    ],
)
def test_a_misspelt_command_says_what_was_meant(arguments: list[str], told: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out, err) == (2, "", told)


def test_lang_after_the_command_says_where_it_goes() -> None:
    code, _, err = run("version", "--lang", "en")
    assert code == 2
    assert "Elle se place avant la commande : aqueduc --lang en …" in err


def test_no_command_shows_the_help() -> None:
    code, out, _ = run()
    assert code == 2
    assert out.startswith("Utilisation : ")


def test_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AQUEDUC_LANGUAGE", "en_GB.UTF-8")
    assert run("--help")[1].startswith("Usage: ")
    assert run("--lang", "fr", "--help")[1].startswith("Utilisation : ")


def test_the_help_loads_nothing_heavy() -> None:
    code = f"import sys; import aqueduc.cli; sys.exit(', '.join({set(HEAVY)} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == ""


def test_the_help_is_there_at_once() -> None:
    """In processor time, which a busy machine does not stretch; the best of three."""

    def cost() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([str(COMMAND), "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(cost() for _ in range(3)) < 0.25


def test_every_module_of_commands_is_listed() -> None:
    names = {module.__name__.rsplit(".", 1)[-1] for module in MODULES}
    assert {"check", "preview", "explain", "diff", "run", "listing", "show", "schema"} <= names
