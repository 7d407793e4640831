"""What is installed: direct dependencies with bounds, a lock with hashes, and the two in step."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
LINES = [
    line
    for line in (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
OURS = ("aqueduc", "aqueduc_airflow")


def locked() -> dict[str, Version]:
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]+\])?==([^ ;\\]+)", LOCK, re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in pins}


def imported(folder: Path) -> dict[str, str]:
    """Top-level modules that the files of a folder import, each with one file that does."""
    found: dict[str, str] = {}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            found |= {name.partition(".")[0]: str(path.relative_to(REPOSITORY)) for name in names}
    return found


@pytest.mark.parametrize("line", LINES)
def test_each_direct_dependency_has_its_bounds_and_is_locked_within(line: str) -> None:
    requirement = Requirement(line)
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators in ({">=", "<"}, {"=="})
    assert locked()[canonicalize_name(requirement.name)] in requirement.specifier


def test_the_distribution_asks_for_what_requirements_say() -> None:
    assert set(PROJECT["project"]["dependencies"]) <= set(LINES)


def test_the_distribution_asks_for_what_its_code_imports() -> None:
    asked = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    # What comes with Airflow and with pydantic, and is part of their interface.
    family = {"apache-airflow-core", "apache-airflow-task-sdk", "fastapi", "pendulum", "pydantic-core"}
    family |= {"sqlalchemy"}
    extras = PROJECT["project"]["optional-dependencies"].values()
    offered = {canonicalize_name(Requirement(line).name) for lines in extras for line in lines}
    owners = packages_distributions()
    unmet = {
        module: path
        for module, path in imported(REPOSITORY / "plugins").items()
        if module not in sys.stdlib_module_names
        and module not in OURS
        and canonicalize_name(module) not in offered
        and not {canonicalize_name(name) for name in owners.get(module, [])} & (asked | family)
    }
    assert unmet == {}


def test_every_locked_file_has_hashes_and_no_address() -> None:
    assert "://" not in LOCK
    assert "--find-links" not in LOCK
    assert "--index" not in LOCK
    entries = re.split(r"\n(?=[A-Za-z0-9])", LOCK)[1:]
    assert len(entries) > 100
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_bootstrap_finds_the_installer_in_the_lock() -> None:
    block = re.search(r"^uv==.*?\n +#", LOCK, re.MULTILINE | re.DOTALL)
    assert block is not None
    assert "--hash=sha256:" in block[0]


def test_duckdb_extensions_are_of_the_version_of_duckdb() -> None:
    versions = {name: version for name, version in locked().items() if name.startswith("duckdb")}
    assert len(set(versions.values())) == 1, versions


def test_airflow_learns_the_connection_type_from_the_installed_distribution() -> None:
    [entry] = [
        e for e in entry_points(group="apache_airflow_provider") if e.value.startswith("aqueduc_airflow")
    ]
    info = entry.load()()
    assert info["package-name"] == PROJECT["project"]["name"]
    assert "ckan" in {kind["connection-type"] for kind in info["connection-types"]}


def test_the_command_is_installed() -> None:
    [entry] = [e for e in entry_points(group="console_scripts") if e.name == "aqueduc"]
    assert entry.value == PROJECT["project"]["scripts"]["aqueduc"]


def test_airflow_does_not_import_our_modules_as_plugins() -> None:
    ignored = (REPOSITORY / "plugins" / ".airflowignore").read_text(encoding="utf-8").splitlines()
    packages = {path.parent.name for path in (REPOSITORY / "plugins").glob("*/__init__.py")}
    assert packages == set(OURS)
    assert {f"{name}/" for name in packages} <= set(ignored)


def test_one_version_everywhere() -> None:
    import aqueduc

    version = PROJECT["project"]["version"]
    assert aqueduc.__version__ == version
    compose = (REPOSITORY / "docker-compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"image: aqueduc/[\w-]+:(\S+)", compose)) == {version}
    assert f"## [{version}]" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")


def test_nobody_is_told_to_install_somebody_elses_package() -> None:
    """On PyPI, the name ``aqueduc`` is another project's."""
    read = [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("plugins/**/*.py")]
    wrong = re.compile(r"(?:pipx?|uv(?: pip| tool)?|pipx?) install (?:-\S+ )*[\"']?aqueduc\b|\baqueduc\[")
    assert wrong.search("uv pip install --upgrade 'aqueduc[ner]'") and wrong.search("pip install aqueduc")
    assert [path.name for path in read if wrong.search(path.read_text(encoding="utf-8"))] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """What ``pip install`` unpacks, built by the backend of the project."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [uv, "build", "--quiet", "--offline", "--wheel", "--out-dir", folder, REPOSITORY], check=True
    )
    (built,) = folder.glob("*.whl")
    return ZipFile(built)


def test_the_wheel_has_the_english_that_the_catalogue_says(wheel: ZipFile) -> None:
    place = "aqueduc/locale/en/LC_MESSAGES/aqueduc"
    compiled = io.BytesIO()
    with (REPOSITORY / f"plugins/{place}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale="en"))
    assert wheel.read(f"{place}.mo") == compiled.getvalue()


def test_the_wheel_has_each_file_of_the_code(wheel: ZipFile) -> None:
    """The pages' templates, the lists of names: what is read beside the modules."""
    plugins = REPOSITORY / "plugins"
    ours = {
        path.relative_to(plugins).as_posix()
        for name in OURS
        for path in (plugins / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= set(wheel.namelist())
