"""The laws of the house that import-linter cannot state: `make check` states the others."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

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


def test_the_city_s_folder_has_no_code_but_its_own_functions() -> None:
    include = REPOSITORY / "include"
    code = {path.relative_to(include) for path in include.rglob("*.py")}
    assert {path for path in code if path.parts[0] != "transforms"} == set()
