"""The laws of the house that import-linter cannot state: `make check` states the others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
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
    """Whether it imports a rule, compares the kind of one with a name, or is a table of kinds. What a draft
    writes for a steward is text."""
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
        "from aqueduc.rules.registry import find_rule_class_by_word",
        "from aqueduc.declaration.spec import Column, ColumnRemoval",
        "if column.rule.kind == 'drop': pass",
        "dropped = [one for one in columns if one['rule'] in ('drop', 'constant')]",
        "if rule.spelling.word != 'publish': pass",
        "match column.rule.kind:\n    case 'cell' | 'suppress_under': pass",
        "WHY = {'cell': 'un', 'noise': 'deux'}",
    ],
)
def test_a_name_of_a_rule_is_found(planted: str) -> None:
    assert any(map(names_a_rule, ast.walk(ast.parse(planted))))


# --- names: the field's words, the same word for the same thing ---------------------------------------------

PLUGINS = sorted((REPOSITORY / "plugins").rglob("*.py"))
FORMER_NAMES = {
    *("Wanted", "Observed", "Memory", "Notebook", "Job", "Planned", "Errand", "Raw", "IdgoLine"),
    *("DatagouvLine", "Complaints", "Enough", "Workplace", "Desk", "Bench", "Judgement", "Held"),
    *("Question", "Answers", "ready", "told", "looked", "judge", "hold_back", "beside", "gone"),
    *("wanted", "memory", "remembered", "released", "walk", "corridor", "room"),
}
FORMER_MODULES = {
    *("several", "notebook", "job", "parts", "wanted", "memory", "words", "wording", "judging"),
    *("remembering", "released", "corridor"),
}
PARTICIPLE = re.compile(
    r"(ed|told|held|gone|left|kept|made|sent|said|found|shown|drawn|known|seen|put|done|built)$"
)
"""English verbs and nouns end so, too (`need`, `output`): what is held down is a share."""
MOST_PARTICIPLES = 0.04


def definitions(node: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [one for one in ast.walk(node) if isinstance(one, kinds)]


def former_names(node: ast.AST) -> list[str]:
    return [one.name for one in definitions(node) if one.name.strip("_") in FORMER_NAMES]


def repeated_classes(nodes: Iterable[ast.AST]) -> list[str]:
    names = [one.name for node in nodes for one in definitions(node) if isinstance(one, ast.ClassDef)]
    return sorted({name for name in names if names.count(name) > 1 and not name.startswith("_")})


def share_of_participles(nodes: Iterable[ast.AST]) -> float:
    """Of the functions, those whose last word is a participle: `told`, `files_kept`."""
    functions = [one for node in nodes for one in definitions(node) if not isinstance(one, ast.ClassDef)]
    ending = [one for one in functions if PARTICIPLE.search(one.name.strip("_").split("_")[-1])]
    return len(ending) / len(functions)


def test_no_definition_bears_a_former_name() -> None:
    assert {path.name: found for path in PLUGINS if (found := former_names(tree(path)))} == {}
    assert [path for path in PLUGINS if path.stem in FORMER_MODULES] == []


def test_a_public_class_has_a_name_of_its_own() -> None:
    assert repeated_classes(map(tree, PLUGINS)) == []


def test_functions_are_named_by_verbs() -> None:
    assert share_of_participles(map(tree, PLUGINS)) <= MOST_PARTICIPLES


def test_bad_names_are_found() -> None:
    planted = ast.parse(
        "class Notebook:\n    def files_kept(self): ...\n    def _told(self): ...\nclass Notebook: ..."
    )
    assert former_names(planted) == ["Notebook", "Notebook", "_told"]
    assert repeated_classes([planted]) == ["Notebook"]
    assert repeated_classes([ast.parse("class _Row: ..."), ast.parse("class _Row: ...")]) == []
    assert share_of_participles([planted, ast.parse("def keep_files(): ...\ndef feed_rows(): ...")]) == 0.5
