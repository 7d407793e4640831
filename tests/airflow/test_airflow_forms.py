"""The forms that people fill in: every parameter of every DAG, and of every question, says what it decides."""

from collections.abc import Iterator
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import ParamValidationError

from aqueduc.declaration.spec import GUARDS
from aqueduc.language import use_language
from aqueduc_airflow import forms
from aqueduc_airflow.agreement import AGREEMENT
from aqueduc_airflow.convention import REMOVAL
from aqueduc_airflow.runs import OPTIONS
from aqueduc_airflow.withdrawal import WITHDRAWAL
from tests.airflow.conftest import REPOSITORY


@pytest.fixture(scope="module")
def asked() -> dict[tuple[str, str], Param]:
    """Every parameter: of each DAG, and of each question that a task asks a person."""
    dags = REPOSITORY / "dags"
    bag = DagBag(str(dags), bundle_path=dags, bundle_name="dags-folder")
    return {(where, name): param for where, params in list_forms(bag) for name, param in params}


def list_forms(bag: DagBag) -> Iterator[tuple[str, Any]]:
    for dag in bag.dags.values():
        yield dag.dag_id, [(name, dag.params.get_param(name)) for name in dag.params]
        for task in dag.tasks:
            if isinstance(task, HITLOperator):
                yield (
                    f"{dag.dag_id}.{task.task_id}",
                    [(name, task.params.get_param(name)) for name in task.params],
                )


def test_every_parameter_of_every_dag_reads_like_a_decision(asked: dict[tuple[str, str], Param]) -> None:
    places = {where for where, _name in asked}
    assert {AGREEMENT, f"{AGREEMENT}.decide", WITHDRAWAL, f"{REMOVAL}.agree"} <= places
    assert len(places) >= 16, "a form for each dataset"
    for key, param in asked.items():
        title, advice = param.schema.get("title", ""), param.description or ""
        assert title[:1].isupper() and not title.endswith("."), key
        assert len(title) < 80 and title != key[1], key
        assert advice[:1].isupper() and advice.endswith(".") and advice != title, key
        guided = {"examples", "enum", "format", "pattern"} & set(param.schema)
        assert guided or param.schema["type"] == "boolean", key


def test_the_form_of_a_dataset_asks_what_a_run_understands(asked: dict[tuple[str, str], Param]) -> None:
    for where in {where for where, name in asked if name == "force"}:
        assert {name for place, name in asked if place == where} == set(OPTIONS)


def test_no_text_is_asked_that_no_act_screens(asked: dict[tuple[str, str], Param]) -> None:
    """Each of these goes to the act that tests/cli/test_cli_personal_texts.py tries, a waiver's to ``build_run``."""
    texts = {
        name
        for (_where, name), param in asked.items()
        if "string" in param.schema["type"] and not {"enum", "pattern", "format"} & set(param.schema)
    }
    assert texts - {"dataset", "waive_by", "restore_by"} == {
        *("waive_reason", "restore_reason", "requester", "reason", "motif"),
    }


def test_waivers_are_chosen_among_the_guards_by_their_french_names() -> None:
    with use_language("fr"):
        waive = forms.build_run_form()["waive"]
    assert tuple(forms.GUARDS) == GUARDS == tuple(waive.schema["examples"])
    assert set(waive.schema["values_display"]) == set(GUARDS)
    assert waive.schema["values_display"]["shrink"] == "le jeu a perdu trop de lignes"
    waive.resolve(["shrink", "reopen"])
    for wrong in (["shrnk"], "shrink"):
        with pytest.raises(ParamValidationError):
            waive.resolve(wrong)


def test_a_revision_and_a_day_are_held_to_their_form() -> None:
    restore = forms.build_run_form()["restore"]
    for right in (None, "lift", "0123abcd4567"):
        restore.resolve(right)
    on = forms.build_withdrawal_form(["jeu"])["on"]
    on.resolve("2026-12-31")
    for param, wrong in ((restore, "la bonne"), (restore, "123"), (on, "demain")):
        with pytest.raises(ParamValidationError):
            param.resolve(wrong)


def test_a_question_waits_for_its_reason() -> None:
    reason = forms.build_required_reason_param("Pourquoi")
    assert (reason.value, reason.schema["type"]) == ("", "string")
