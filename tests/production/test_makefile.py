"""The Makefile tells what it can do, and says in one line what it lacks."""

from __future__ import annotations

import os
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
    told = set(re.findall(r"^  ([\w-]+) +", done.stdout, re.MULTILINE))
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


# --- the packages of Debian ---------------------------------------------------------------------------------

PACKAGES = [
    name
    for line in (REPOSITORY / ".ci" / "packages.debian").read_text(encoding="utf-8").splitlines()
    for name in line.partition("#")[0].split()
]
# A Debian: what is installed is a file of its folder; `apt-get update` and packages fail where a file says so.
DEBIAN = {
    "dpkg-query": 'for name; do :; done; [ -e "$THERE/$name" ] && printf installed',
    "id": 'echo "${SOMEBODY:-0}"',
    "apt-get": """[ "$1" = update ] && { echo update >> "$THERE/asked"; [ ! -e "$THERE/no-network" ]; exit; }
echo "$@" >> "$THERE/asked"
for name; do [ "$name" = install ] || [ ! -e "$THERE/without-$name" ] || exit 100; done
for name; do case $name in -*|install|*::*) ;; *) touch "$THERE/$name" ;; esac; done""",
}


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is installed on it."""
    there, commands = tmp_path / "there", tmp_path / "commands"
    there.mkdir()
    commands.mkdir()
    for name, body in DEBIAN.items():
        (commands / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (commands / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(commands), prepend=os.pathsep)
    monkeypatch.setenv("THERE", str(there))
    return there


def test_packages_installs_what_is_missing_and_asks_nothing_where_all_is_there(debian: Path) -> None:
    (debian / "chromium").touch()
    assert make(REPOSITORY, "packages").returncode == 0
    assert {*PACKAGES} <= {path.name for path in debian.iterdir()}
    asked = (debian / "asked").read_text(encoding="utf-8")
    assert "mariadb-server-core" in asked and "chromium" not in asked
    assert make(REPOSITORY, "packages").returncode == 0
    assert (debian / "asked").read_text(encoding="utf-8") == asked


def test_packages_goes_on_without_one_and_says_which(debian: Path) -> None:
    (debian / "without-cosign").touch()
    done = make(REPOSITORY, "packages")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].endswith("will be skipped: cosign")
    assert {*PACKAGES} - {path.name for path in debian.iterdir()} == {"cosign"}


def test_packages_without_a_network_or_without_being_root(
    debian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (debian / "no-network").touch()
    done = make(REPOSITORY, "packages")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].endswith(f"will be skipped: {' '.join(PACKAGES)}")
    (debian / "asked").unlink()
    monkeypatch.setenv("SOMEBODY", "1000")
    refused = make(REPOSITORY, "packages")
    assert refused.returncode != 0
    assert refused.stderr.startswith("To be run as root (sudo make packages): ")
    assert not (debian / "asked").exists()


def test_ci_goes_on_without_packages() -> None:
    """As far as the next step, which is not theirs."""
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    (line,) = [line for line in script.splitlines() if "install-packages" in line]
    for root, status in ((0, 1), (0, 0), (1000, 1)):
        wanted = line.replace(".ci/install-packages", f"(exit {status})").replace("$(id -u)", str(root))
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{wanted}\necho next"], capture_output=True, text=True
        )
        assert done.stdout.splitlines()[-1] == "next", line
        assert ("Going on" in done.stdout) == (root == 0 and status == 1)
