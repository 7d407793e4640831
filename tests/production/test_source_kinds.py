"""A kind of source is named by its own folder and by the registry, and by nobody else.

import-linter holds imports from the other rooms to it (`sources-apart` in pyproject.toml); what the rooms of
the sources import, names and texts are looked for here.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aqueduc.sources import SOURCES

REPOSITORY = Path(__file__).resolve().parents[2]
ROOM = Path("plugins/aqueduc/sources")
REGISTRY = ROOM / "__init__.py"
FOLDERS = sorted(path.parent.name for path in (REPOSITORY / ROOM).glob("*/adapter.py"))
# What fsspec calls a file, in a folder of the store; and the platforms that bear the name of a source.
_PLATFORMS = "plugins/aqueduc/platforms/__init__.py"
KNOWN = {("plugins/aqueduc/store.py", "file"), (_PLATFORMS, "ckan"), (_PLATFORMS, "onegeo")}
ADDRESS = re.compile(rf"\baqueduc\.sources\.({'|'.join(FOLDERS)})\b")


def classes_of(folder: str) -> set[str]:
    """What is declared and resolved of a kind."""
    tree = ast.parse((REPOSITORY / ROOM / folder / "__init__.py").read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


CLASSES = {name: folder for folder in FOLDERS for name in classes_of(folder)}


def modules_in(node: ast.AST) -> Iterator[str]:
    """The addresses that ``node`` imports, or spells to have them imported later."""
    match node:
        case ast.ImportFrom(module=str() as module, names=names):
            yield from (f"{module}.{alias.name}" for alias in names)
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.Constant(value=str() as text) if "aqueduc.sources." in text:
            yield text


def named_classes(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) if name in CLASSES:
            yield name


def texts_in(node: ast.AST) -> list[str]:
    """The texts that stand together in ``node``: keys of a table, choices, the other side of a comparison."""
    match node:
        case ast.Dict(keys=keys):
            listed: list[ast.AST | None] = list(keys)
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            listed = list(items)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            return texts_in(inner)
        case _:
            return []
    return [item.value for item in listed if isinstance(item, ast.Constant) and isinstance(item.value, str)]


def compared_kinds(node: ast.AST) -> Iterator[str]:
    """A kind's name, where a ``kind`` is compared with it: ``source.kind == "http"``, ``case "http"``."""
    match node:
        case ast.Compare(left=ast.Attribute(attr="kind") | ast.Name(id="kind"), comparators=others):
            texts = [text for other in others for text in (*texts_in(other), getattr(other, "value", ""))]
        case ast.Match(subject=ast.Attribute(attr="kind") | ast.Name(id="kind"), cases=cases):
            values = [inner for case in cases for inner in ast.walk(case.pattern)]
            texts = [value.value.value for value in values if isinstance(value, ast.MatchValue)]  # type: ignore[attr-defined]
        case _:
            return
    yield from (text for text in texts if text in SOURCES.builtin_names)


def strangers(path: Path, text: str) -> list[str]:
    """Where the module at ``path`` names a kind that it should not."""
    if path == REGISTRY:
        return []
    home = path.parts[3] if path.is_relative_to(ROOM) else ""
    found = []
    for node in ast.walk(ast.parse(text)):
        named = {match[1] for module in modules_in(node) for match in ADDRESS.finditer(module)}
        named |= {CLASSES[name] for name in named_classes(node)}
        foreign = sorted(named - {home})
        several = set(texts_in(node)) & set(SOURCES.builtin_names)
        if home not in FOLDERS:
            foreign += sorted(several) if len(several) > 1 else sorted(compared_kinds(node))
        found += [
            f"{path}:{getattr(node, 'lineno', 0)} {name}"
            for name in foreign
            if (str(path), name) not in KNOWN
        ]
    return found


def test_the_folders_are_those_of_the_registry() -> None:
    assert len(FOLDERS) == len(SOURCES.builtin_names)
    assert {ADDRESS.match(kind.spec.__module__)[1] for kind in SOURCES.list_builtin_kinds()} == set(FOLDERS)  # type: ignore[index]


def test_nobody_names_a_kind_of_source() -> None:
    found = [
        stranger
        for root in ("plugins", "dags")
        for file in sorted((REPOSITORY / root).rglob("*.py"))
        for stranger in strangers(file.relative_to(REPOSITORY), file.read_text(encoding="utf-8"))
    ]
    assert found == []


PLANTED = [
    "from aqueduc.sources.postgres import KIND",
    "from aqueduc.sources.http.adapter import build_first_url",
    "from aqueduc.sources import files",
    "import aqueduc.sources.files.adapter as adapter",
    'resolve_name("aqueduc.sources.http.adapter:ADAPTER")',
    "isinstance(dataset.source, PostgresSource)",
    "model.HttpSource(connection='x')",
    'if source.kind == "postgres":\n    pass',
    'if source.kind in ("file", "ftp"):\n    pass',
    'match source.kind:\n    case "http":\n        pass',
    "_WORDS = {'postgres': 1, 'file': 2}",
    "Kind = Literal['http', 'file']",
    "for kind in ('postgres', 'http'):\n    pass",
]


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("where", ["declaration/checks.py", "sources/stage.py", "sources/formats/csv.py"])
def test_a_name_that_is_planted_is_found(planted: str, where: str) -> None:
    assert strangers(Path("plugins/aqueduc") / where, planted)
    assert strangers(REGISTRY, planted) == []


def test_a_kind_names_no_other() -> None:
    planted = "from aqueduc.sources.http.adapter import build_first_url"
    assert strangers(ROOM / "files/adapter.py", planted)
    assert strangers(ROOM / "http/drafting.py", planted) == []


def test_a_sentence_or_a_scheme_is_no_name() -> None:
    text = '"""Read by http."""\nif parts.scheme in ("http", "https"):\n    raise Error("en file d\'attente")'
    assert strangers(Path("plugins/aqueduc/cli/check.py"), text) == []


def test_what_a_kind_says_of_itself_loads_nothing_heavy() -> None:
    heavy = ("duckdb", "pyarrow", "pandas", "numpy", "httpx", "requests", "psycopg", "fsspec", "fastexcel")
    heavy += ("paramiko", "s3fs", "pymysql", "mssql_python", "oracledb")
    code = (
        "import sys\nfrom aqueduc.sources import SOURCES\n"
        f"kinds = list(SOURCES.list_builtin_kinds())\nprint([name for name in {heavy!r} if name in sys.modules])\n"
        "print([name for name in sys.modules if name.endswith(('.adapter', '.drafting'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]
