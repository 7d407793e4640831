"""The laws of the house that import-linter cannot state: `make check` states the others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from aqueduc.rules import registry

REPOSITORY = Path(__file__).resolve().parents[2]
DAGS = sorted((REPOSITORY / "dags").glob("**/*.py"))
A_SCREEN = 60


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", DAGS, ids=lambda path: path.stem)
def test_dags_import_only_airflow_and_our_side_of_it(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        else:
            continue
        roots = {module.partition(".")[0] for module in modules}
        assert roots <= {"__future__", "airflow", "aqueduc_airflow"}, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("path", DAGS, ids=lambda path: path.stem)
def test_dags_have_no_logic(path: Path) -> None:
    logic = (ast.If, ast.While, ast.Try, ast.ClassDef, ast.Lambda)
    found = [node.lineno for node in ast.walk(tree(path)) if isinstance(node, logic)]
    assert found == []
    assert len(path.read_text(encoding="utf-8").splitlines()) <= A_SCREEN


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.name}: {node.name}"
        for path in sorted((REPOSITORY / "plugins").rglob("*.py"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= A_SCREEN
    ]
    assert long == []


def test_the_city_s_folder_has_no_code_but_its_own_functions() -> None:
    include = REPOSITORY / "include"
    code = {path.relative_to(include) for path in include.rglob("*.py")}
    assert {path for path in code if path.parts[0] != "transforms"} == set()


# --- a kind is a module: nobody else names it ---------------------------------------------------------------

OF_RULES = REPOSITORY / "plugins" / "aqueduc" / "rules"
ELSEWHERE = sorted(set((REPOSITORY / "plugins").rglob("*.py")) - set(OF_RULES.rglob("*.py")))
PLACES = {**registry._RULES, **registry._FORMS}
RULE_CLASSES = {place.rpartition(":")[2] for place in PLACES.values()}
RULE_MODULES = {place.partition(":")[0].rpartition(".")[2] for place in PLACES.values()}


def texts_of(node: ast.AST) -> set[str]:
    return {
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def names_a_rule(node: ast.AST) -> bool:
    """Whether it imports a rule, compares the kind of one with a name, or is a table of kinds. What a draft,
    or a migration, writes for a steward is text."""
    match node:
        case ast.Import():
            return any(alias.name.startswith("aqueduc.rules.") for alias in node.names)
        case ast.ImportFrom(module="aqueduc.rules" | "aqueduc.declaration.spec"):
            return any(alias.name in RULE_CLASSES | RULE_MODULES for alias in node.names)
        case ast.ImportFrom():
            return (node.module or "").startswith("aqueduc.rules.")
        case ast.Compare():
            asked = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)} | texts_of(node)
            return bool(asked & {"kind", "rule", "word"} and texts_of(node) & PLACES.keys())
        case ast.Match():
            values = [texts_of(case.pattern) for case in node.cases]
            return "rule" in ast.unparse(node.subject) and any(value & PLACES.keys() for value in values)
        case ast.Dict():
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            return len(keys) > 1 and {*keys} <= PLACES.keys()
        case _:
            return False


@pytest.mark.parametrize("path", ELSEWHERE, ids=lambda path: path.stem)
def test_nobody_names_a_rule(path: Path) -> None:
    assert [node.lineno for node in ast.walk(tree(path)) if names_a_rule(node)] == []


@pytest.mark.parametrize(
    "planted",
    [
        "from aqueduc.rules.noise import Noise",
        "import aqueduc.rules.noise",
        "from aqueduc.rules import noise",
        "from aqueduc.rules.registry import find_rule",
        "from aqueduc.declaration.spec import Column, Drop",
        "if column.rule.kind == 'drop': pass",
        "dropped = [one for one in columns if one['rule'] in ('drop', 'constant')]",
        "if rule.spelling.word != 'publish': pass",
        "match column.rule.kind:\n    case 'cell' | 'suppress_under': pass",
        "WHY = {'cell': 'un', 'noise': 'deux'}",
    ],
)
def test_a_name_of_a_rule_is_found(planted: str) -> None:
    assert any(map(names_a_rule, ast.walk(ast.parse(planted))))
