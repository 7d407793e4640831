"""The Makefile tells what it can do, and says in one line what it lacks."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
NEEDED = ("Makefile", "requirements.lock", "pyproject.toml")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")

# A Python of the right version that has neither pip nor ensurepip, as Debian's may be.
BARE_PYTHON = """#!/bin/sh
case "$*" in
  *version_info*) exit 0 ;;
  --version) echo "Python 3.12.0" ;;
  "-m venv --without-pip .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *) exit 1 ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in NEEDED:
        shutil.copy(REPOSITORY / name, tmp_path)
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_help_is_the_default_and_tells_every_target(checkout: Path) -> None:
    done = make(checkout)
    phony = re.search(r"^\.PHONY: (.+)$", (checkout / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    assert done.returncode == 0
    told = set(re.findall(r"^  (\w+)  ", done.stdout, re.MULTILINE))
    assert told == set(phony[1].split())
    assert not (checkout / ".venv").exists()


def test_a_python_too_old_is_refused_in_one_line(checkout: Path) -> None:
    done = make(checkout, "setup", "PYTHON=/bin/false")
    assert done.returncode != 0
    assert "Python 3.11 or later" in done.stderr.splitlines()[0]
    assert not (checkout / ".venv").exists()


def test_a_python_without_pip_is_told_what_to_install(checkout: Path) -> None:
    python = checkout / "bare-python"
    python.write_text(BARE_PYTHON, encoding="utf-8")
    python.chmod(0o755)
    done = make(checkout, "setup", f"PYTHON={python}")
    assert done.returncode != 0
    assert "python3-venv" in done.stderr.splitlines()[0]


def test_clean_leaves_a_checkout_as_it_came(checkout: Path) -> None:
    for name in (".mypy_cache", ".ruff_cache", "tests/__pycache__"):
        (checkout / name).mkdir(parents=True)
    assert make(checkout, "clean").returncode == 0
    assert {path.name for path in checkout.iterdir()} == {*NEEDED, "tests"}
    assert list((checkout / "tests").iterdir()) == []
