"""Where each thing that an adversary would try first is held by a test of its own, so that none is lost when
tests move.

An identifier written another way, or mistyped; numbers of papers; what only looks like them; names that no list
has; a home that a position gives back; people counted as rows; a protection made weaker; finer values told by
coarser ones; populations and totals from which a count is worked out; a function of the city's; what a killed run
leaves; what the order of rows says; files that no honest software drops; sentences; what an officer prints; a
first draft, remedies, the mail of a failure, connections, and the day as the city counts it.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
HELD = {
    "normal forms": ("adversary/test_normal_forms.py", "test_each_way_of_writing_a_hit_is_a_hit"),
    "more is never less": ("adversary/test_more_is_never_less.py", None),
    "near misses": ("adversary/test_near_misses.py", "test_a_number_in_odd_groups_closes_and_is_scrubbed"),
    "numbers of papers": ("adversary/test_papers.py", "test_a_paper_in_a_text_closes_and_is_scrubbed"),
    "false alarms": ("adversary/test_scan_siblings.py", "test_what_only_looks_like_it_is_let_be"),
    "names in no list": ("anonymise/scan/test_scan_entities.py", "test_a_name_in_no_list_is_possible"),
    "homes given back": (
        "adversary/test_homes_given_back.py",
        "test_an_address_or_somebody_dropped_beside_a_position",
    ),
    "the unit of k": ("adversary/test_unit_of_k.py", "test_groups_of_five_rows_that_are_fewer_people"),
    "weakened protection": (
        "adversary/test_weakened_protection.py",
        "test_deleting_privacy_holds_the_dataset",
    ),
    "downcoding": (
        "adversary/test_downcoding.py",
        "test_local_recoding_gives_finer_values_away_and_says_of_how_many_rows",
    ),
    "population and margins": (
        "adversary/test_margins.py",
        "test_a_total_among_the_places_is_found_by_its_name_or_by_its_sum",
    ),
    "transforms": ("adversary/test_transforms.py", "test_a_function_without_end_is_killed"),
    "the vault after a kill": (
        "adversary/test_vault_after_a_kill.py",
        "test_the_next_sweep_after_a_kill_anywhere_leaves_the_vault_empty",
    ),
    "the order of rows": ("adversary/test_row_order.py", "test_the_order_of_a_dropped_name_never_shows"),
    "odd files": (
        "adversary/test_odd_files.py",
        "test_an_odd_file_is_read_or_refused_in_our_words_without_a_cell",
    ),
    "sentences": (
        "adversary/test_sentences.py",
        "test_a_sentence_is_said_where_it_holds_and_nowhere_else",
    ),
    "printed pages": (
        "record/test_printed_pages.py",
        "test_each_declaration_of_the_city_is_signed_on_two_sheets",
    ),
    "a draft in the repository as shipped": (
        "cli/test_cli_new.py",
        "test_a_file_is_drafted_in_the_repository_as_it_is_shipped",
    ),
    "remedies": (
        "adversary/test_remedies.py",
        "test_telephones_are_not_remedied_by_tolerating_rejected_rows",
    ),
    "the mail of a failure": (
        "airflow/test_airflow_scheduler.py",
        "test_a_failure_is_mailed_once_to_the_datasets_contact",
    ),
    "connections": (
        "adversary/test_connections.py",
        "test_a_uri_that_airflow_writes_is_read_as_airflow_reads_it",
    ),
    "the city's day": ("convention/test_register.py", "test_the_day_of_reading_is_the_city_s"),
}


@cache
def read_module(path: str) -> ast.Module:
    return ast.parse((TESTS / path).read_text("utf-8"))


def list_tests(module: ast.Module) -> Iterator[ast.FunctionDef]:
    return (
        each for each in module.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    )


def is_thorough(marks: ast.AST) -> bool:
    """Whether all of it waits for ``make thorough``; single parameters may."""
    return any(ast.unparse(mark) == "pytest.mark.thorough" for mark in _list_marks(marks))


def _list_marks(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.FunctionDef):
        return node.decorator_list
    set_for_all = [
        each.value
        for each in ast.iter_child_nodes(node)
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "pytestmark"
    ]
    return [
        mark
        for value in set_for_all
        for mark in (value.elts if isinstance(value, ast.List | ast.Tuple) else [value])
    ]


def test_there_are_as_many_as_there_were():
    assert len(HELD) == 22


@pytest.mark.parametrize("subject", HELD)
def test_each_is_held_by_a_test_that_each_change_runs(subject: str):
    path, name = HELD[subject]
    module = read_module(path)
    named = [test for test in list_tests(module) if name in (None, test.name)]
    assert named and not is_thorough(module)
    assert not all(map(is_thorough, named))
