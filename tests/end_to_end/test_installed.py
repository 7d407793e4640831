"""The distribution as somebody installs it who has only Python: what it asks for, and what it does then."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples import rarely

REPOSITORY = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
AIRFLOW = "apache-airflow==3.3.2"
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
ENVIRONMENT = re.search(r"`(python3 -m venv [^`]*)`", README)
FIVE = re.search(r"^```sh\n(pip install \.\n.*?)^```", README, re.M | re.S)

# Prints, as JSON, what Airflow learns from the distribution, and the DAGs that it finds in a folder.
ASK_AIRFLOW = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
from airflow.providers_manager import ProvidersManager

ours = ProvidersManager().providers["aqueduc-opendata"].data
bag = DagBag(sys.argv[1], bundle_name="ville")
print(json.dumps({
    "types": [one["connection-type"] for one in ours["connection-types"]],
    "dags": sorted(bag.dags),
    "errors": list(map(str, bag.import_errors.values())),
}))
"""
ASK_ENGINE = """
import importlib, pkgutil, sys
import aqueduc
missing = []
for module in pkgutil.walk_packages(aqueduc.__path__, "aqueduc."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        missing.append((module.name, error.name))
print(sorted(missing), [name for name in sys.modules if name.partition(".")[0] in ("airflow", "celery", "s3fs", "flask")])
"""
# The sources that need an extra of their own, and nothing of the others' loaded.
WITHOUT_EXTRAS = (
    "[('aqueduc.sources.mssql.adapter', 'mssql_python'), ('aqueduc.sources.mssql.session', 'mssql_python'), "
    "('aqueduc.sources.mysql.adapter', 'pymysql'), ('aqueduc.sources.mysql.columns', 'pymysql'), "
    "('aqueduc.sources.mysql.session', 'pymysql'), "
    "('aqueduc.sources.oracle.adapter', 'oracledb'), ('aqueduc.sources.oracle.columns', 'oracledb'), "
    "('aqueduc.sources.oracle.session', 'oracledb'), "
    "('aqueduc.sources.s3.adapter', 'aiohttp'), ('aqueduc.sources.sftp.adapter', 'paramiko'), "
    "('aqueduc.sources.sftp.known_hosts', 'paramiko')] []\n"
)

pytestmark = pytest.mark.end_to_end


def run(*command: object, place: Path, **variables: str) -> str:
    """What a command prints; in no environment but a shell's own and how packages are reached."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AQUEDUC", "AIRFLOW", "PYTHON"))
    }
    done = subprocess.run(
        list(map(str, command)),
        cwd=place,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--quiet", "--offline", "--wheel", "--out-dir", folder, REPOSITORY, place=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of the README were typed, as they stand there, in a shell and a clone."""
    place = tmp_path_factory.mktemp("premier-jour")
    made = shutil.ignore_patterns(
        ".git", ".venv", ".sandbox", ".*_cache", ".cache", "__pycache__", "build", "dist"
    )
    shutil.copytree(REPOSITORY, place / "clone", symlinks=True, ignore=made)
    assert ENVIRONMENT is not None and FIVE is not None
    assert len(FIVE[1].splitlines()) == 5
    run("sh", "-ec", f"{ENVIRONMENT[1]}\n{FIVE[1]}", place=place / "clone")
    return place


@pytest.mark.parametrize(
    "resolution, python",
    [
        ("lowest-direct", "3.11"),
        rarely("lowest-direct", "3.13"),
        rarely("highest", "3.11"),
        ("highest", "3.13"),
    ],
)
def test_it_resolves_beside_airflow(tmp_path: Path, python: str, resolution: str) -> None:
    beside = tmp_path / "airflow.txt"
    beside.write_text(AIRFLOW, encoding="utf-8")
    extras = [
        word
        for name in ("airflow", "celery", "mssql", "mysql", "openlineage", "oracle", "s3", "sftp")
        for word in ("--extra", name)
    ]
    chosen = ["--python-version", python, "--resolution", resolution, "--constraint", beside]
    said = run(
        UV, "pip", "compile", "--quiet", *chosen, *extras, REPOSITORY / "pyproject.toml", place=tmp_path
    )
    assert f"\n{AIRFLOW}\n" in said


def test_five_commands_publish_a_dataset(city: Path) -> None:
    portal = city / "ma-ville" / ".aqueduc" / "portal"
    page = (portal / "jeux" / "equipements-sportifs" / "index.html").read_text(encoding="utf-8")
    assert "Équipements sportifs" in page
    rows = (portal / "jeux" / "equipements-sportifs" / "equipements-sportifs.csv").read_text(
        encoding="utf-8-sig"
    )
    assert len(rows.splitlines()) == 9 and "Exemple" not in rows
    assert "Équipements sportifs" in (portal / "index.html").read_text(encoding="utf-8")


def test_the_new_repository_installs_what_checks_it(city: Path, wheel: Path) -> None:
    town = city / "ma-ville"
    (town / "wheels").mkdir()
    shutil.copy(wheel, town / "wheels")
    run(
        city / "aqueduc" / "bin" / "pip",
        "install",
        "--dry-run",
        "--requirement",
        "requirements.txt",
        place=town,
    )


def test_the_engine_is_installed_without_airflow(city: Path) -> None:
    assert run(city / "aqueduc" / "bin" / "python", "-c", ASK_ENGINE, place=city) == WITHOUT_EXTRAS


def test_the_engine_runs_at_its_lowest_versions(city: Path, wheel: Path) -> None:
    python = city / "lowest" / "bin" / "python"
    # The oldest Python too, where the machine has it.
    run(
        UV,
        "venv",
        "--quiet",
        "--python",
        shutil.which("python3.11") or sys.executable,
        city / "lowest",
        place=city,
    )
    install = (UV, "pip", "install", "--quiet", "--python", python)
    run(*install, "--resolution", "lowest-direct", "--requirement", REPOSITORY / "pyproject.toml", place=city)
    run(*install, "--no-deps", wheel, place=city)
    assert run(python, "-c", ASK_ENGINE, place=city) == WITHOUT_EXTRAS
    town = city / "ma-ville"
    depot = json.dumps({"conn_type": "fs", "extra": {"path": str(town / "depot")}})
    for words in (["check"], ["run", "equipements-sportifs", "--dry-run", "--force"]):
        run(python.with_name("aqueduc"), *words, place=town, AIRFLOW_CONN_DEPOT=depot)


def test_the_airflow_that_is_there_takes_the_new_repository(city: Path, wheel: Path) -> None:
    python = city / "airflow" / "bin" / "python"
    run(UV, "venv", "--quiet", "--python", sys.executable, city / "airflow", place=city)
    locked = ("--constraint", REPOSITORY / "requirements.lock")
    run(
        UV, "pip", "install", "--quiet", "--python", python, *locked, AIRFLOW, f"{wheel}[airflow]", place=city
    )
    town = city / "ma-ville"
    settings = {"AIRFLOW_HOME": str(city / "home"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    said = run(python, "-c", ASK_AIRFLOW, town / "dags", place=city, **settings)
    found = json.loads(said.splitlines()[-1])
    assert found["types"] == ["ckan", "idgo", "datagouv", "onegeo"]
    assert found["errors"] == []
    assert "equipements-sportifs" in found["dags"] and "aqueduc_agreement" in found["dags"]
