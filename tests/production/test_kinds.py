"""A kind of platform is named by its own folder and by the registry, and by nobody else.

import-linter holds the imports to it (`kinds-apart` in pyproject.toml); names and texts are looked for here.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aqueduc.platforms import PLATFORMS

REPOSITORY = Path(__file__).resolve().parents[2]
ROOTS = ("plugins", "dags")
REGISTRY = Path("plugins/aqueduc/platforms/__init__.py")
HOMES = [f"plugins/aqueduc/platforms/{name}" for name in PLATFORMS.builtin_names]
# AQUEDUC_PORTAL is a variable that cities have set: where the pages go of one that says nothing of them.
KNOWN = {(f"plugins/aqueduc/{name}.py", "portal") for name in ("run", "cities", "doctor")}
# The same software may be read from: a kind of source has its own folder, and its line, under that name.
SOURCES_APART = "plugins/aqueduc/sources"
WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def identifiers(node: ast.AST) -> Iterator[str]:
    """What ``node`` names, as a reader of its line sees it."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ImportFrom(module=module):
            yield module or ""
        case ast.alias(name=name, asname=other):
            yield from (name, other or "")
        case ast.keyword(arg=str() as name):
            yield name


def kinds_named(text: str) -> Iterator[tuple[int, str]]:
    """The kinds that a module names, with the line: in an identifier, as a whole text (``"ckan"``), or in the
    address of a module. What is said of them in a sentence or in a docstring is no name."""
    for node in ast.walk(ast.parse(text)):
        words = {word.lower() for name in identifiers(node) for word in WORDS.findall(name)}
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words |= {node.value, *re.findall(r"aqueduc\.platforms\.(\w+)", node.value)}
        for name in words & set(PLATFORMS.builtin_names):
            yield getattr(node, "lineno", 0), name


def strangers(path: str, text: str) -> list[str]:
    """Where the module at ``path`` names a kind that it should not. A folder may name another kind, as what
    stands in front of a CKAN must, but import nothing of it: import-linter sees to that."""
    at_home = any(path.startswith(f"{folder}/") for folder in HOMES)
    if at_home or Path(path) == REGISTRY:
        return []
    return [
        f"{path}:{line} {name}"
        for line, name in kinds_named(text)
        if (path, name) not in KNOWN and not is_source_of_that_name(path, name)
    ]


def is_source_of_that_name(path: str, name: str) -> bool:
    return path == f"{SOURCES_APART}/__init__.py" or path.startswith(f"{SOURCES_APART}/{name}/")


def test_nobody_names_a_kind_of_platform() -> None:
    found = [
        stranger
        for root in ROOTS
        for file in sorted((REPOSITORY / root).rglob("*.py"))
        for stranger in strangers(str(file.relative_to(REPOSITORY)), file.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        'if settings.spec.type == "ckan":\n    pass',
        "from aqueduc.platforms.idgo.api import IdgoApi",
        "import aqueduc.platforms.datagouv",
        'resolve_name("aqueduc.platforms.portal.adapter:open_portal")',
        "class CkanThings: ...",
        "def read_datagouv(): ...",
        "_ANSWERS = {'idgo': 1}",
    ],
)
def test_a_name_that_is_planted_is_found(planted: str) -> None:
    assert strangers("plugins/aqueduc/declaration/checks.py", planted)
    assert not strangers(str(REGISTRY), planted)


def test_a_source_of_that_name_has_its_own_folder_and_no_other() -> None:
    assert not strangers("plugins/aqueduc/sources/ckan/adapter.py", "class CkanThings: ...")
    assert strangers("plugins/aqueduc/sources/wfs/adapter.py", "class CkanThings: ...")
    assert strangers("plugins/aqueduc/sources/client.py", "if kind == 'ckan': ...")


def test_a_sentence_about_a_platform_is_no_name() -> None:
    text = '"""CKAN says 409 there."""\nraise Error("demander à la Région (ckan.max_resource_size)")'
    assert strangers("plugins/aqueduc/publish/client.py", text) == []


def test_what_a_kind_says_of_itself_loads_nothing_heavy() -> None:
    """import-linter sees what is imported by name; this, what is loaded."""
    heavy = ("duckdb", "pyarrow", "pandas", "numpy", "httpx", "requests", "psycopg", "fsspec")
    code = (
        "import sys\nfrom aqueduc.platforms import PLATFORMS\n"
        f"kinds = list(PLATFORMS.list_builtin_kinds())\nprint([name for name in {heavy!r} if name in sys.modules])\n"
        "print([name for name in sys.modules if name.endswith('.adapter')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]
