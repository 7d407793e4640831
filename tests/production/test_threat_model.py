"""The threat model names, for each threat, the tests that hold it: none is without one, and each is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "en" / "threats.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
HELD = [name for name, text in SECTIONS.items() if "| threat | what stops it | test |" in text]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
MODULE = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.py|(?:[\w-]+/)+)`")


def read_rows(section: str) -> list[tuple[str, str, str]]:
    rows = [line.strip("|").split(" | ") for line in SECTIONS[section].splitlines() if line.startswith("| ")]
    assert all(len(row) == 3 for row in rows), section
    return [(threat.strip(), stop, tests) for threat, stop, tests in rows[1:]]


ROWS = [(section, *row) for section in HELD for row in read_rows(section)]


def list_tests(path: str) -> set[str]:
    tree = ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_each_family_of_threats_has_its_table() -> None:
    assert len(HELD) == 5 and len(ROWS) > 45
    assert len({threat for _section, threat, _stop, _tests in ROWS}) == len(ROWS)


@pytest.mark.parametrize("threat, tests", [(threat, tests) for _section, threat, _stop, tests in ROWS])
def test_each_threat_names_tests_that_are_there(threat: str, tests: str) -> None:
    named = NAMED.findall(tests)
    assert named, f"no test holds « {threat} »"
    assert NAMED.sub("", tests).strip(" ,|") == "", tests
    for path, name in named:
        assert (REPOSITORY / path).is_file(), path
        found = list_tests(path)
        assert name in found if name else found, f"{path}::{name}"


@pytest.mark.parametrize("threat, stop", [(threat, stop) for _section, threat, stop, _tests in ROWS])
def test_each_module_that_is_named_is_there(threat: str, stop: str) -> None:
    paths = {path.as_posix() for path in REPOSITORY.glob("plugins/**/*") if "__pycache__" not in path.parts}
    paths |= {path.as_posix() for path in REPOSITORY.glob("docker/*")}
    for module in MODULE.findall(stop):
        assert any(path.endswith(f"/{module.rstrip('/')}") for path in paths), f"{threat}: {module}"


def test_each_injection_of_which_one_thinks_is_among_them() -> None:
    told = " ".join(threat for section, threat, _stop, _tests in ROWS if section == "Injections").casefold()
    for word in ("sql", "path", "yaml", "formulas", "xml", "archives", "ssrf", "templates", "headers", "log"):
        assert word in told


def test_what_is_not_held_is_said() -> None:
    assert SECTIONS["Not held"].count("\n- **") >= 6
    assert "](#not-held)" in PAGE


def test_what_was_compared_with_the_advisories_is_what_is_locked() -> None:
    """Who changes a lock file compares it again, and says with what."""
    sandbox = [REPOSITORY / "sandbox" / name for name in ("datagouv", "region/ckan-2.11", "region/ckan-2.12")]
    counts = [
        len(
            set(
                re.findall(
                    r"^([\w.-]+)(?:\[[^]]*\])?==",
                    (folder / "requirements.lock").read_text("utf-8"),
                    re.MULTILINE,
                )
            )
        )
        for folder in (REPOSITORY, *sandbox)
    ]
    text = " ".join(PAGE.split())
    assert "PyPA advisory database of 2024-10-10 (2,661 advisories)" in text
    said = "(`requirements.lock`: {} packages; those of the sandbox: {}, {} and {}): 0 hits.".format(*counts)
    assert f"{said} Nothing newer could be looked at." in text
    assert "`pip-audit -r requirements.lock` does it where there is a network." in text
