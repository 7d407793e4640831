"""What a page offers to do of a dataset: what makes sense in its state, to who has the right, filled in already."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aqueduc.certify.history import HistoryEvent
from aqueduc.language import use_language
from aqueduc.overview import DatasetOverview
from aqueduc_airflow import forms
from aqueduc_airflow.agreement import AGREEMENT
from aqueduc_airflow.pages import acts
from aqueduc_airflow.pages.acts import (
    ACTS,
    build_action_api_and_result_paths,
    build_form_fields,
    build_trigger_request_body,
    list_allowed_actions,
    list_former_revisions,
)
from aqueduc_airflow.pages.airflow_runs import DagFacts, PendingQuestion
from aqueduc_airflow.pages.catalogue import CatalogueRow, build_row
from aqueduc_airflow.withdrawal import WITHDRAWAL

CITY_DAGS = (AGREEMENT, WITHDRAWAL)
DAG = DagFacts("jeu", "Jeu", paused=False, next_run=None, last_state="", last_run="")


def row(state: Any, published: str = "2026-03-01T10:00:00+00:00") -> CatalogueRow:
    return build_row(
        DAG, DatasetOverview("jeu", "Jeu", state=state, published_at=published), frozenset(), "UTC"
    )


def offered(shown: CatalogueRow, dag: DagFacts = DAG, *asked: str) -> list[str]:
    questions = [PendingQuestion(name, "manual__1", "ask") for name in asked]
    return [act.name for act in list_allowed_actions("marie", dag, shown, questions, CITY_DAGS)]


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was asked of Airflow, which allows all."""
    asked: list[tuple[str, str]] = []

    def allow(_user: Any, method: str, dag_id: str, _entity: Any) -> bool:
        asked.append((method, dag_id))
        return True

    monkeypatch.setattr(acts, "is_authorized_on_dag", allow)
    return asked


@pytest.mark.parametrize(
    "state, wanted",
    [
        ("published", ["lancer", "retablir", "retirer"]),
        ("held", ["lancer", "retablir", "retirer"]),
        ("waiting", ["lancer", "accord", "retablir", "retirer"]),
        ("restored", ["lancer", "rendre", "retirer"]),
        ("withdrawn", ["lever"]),
    ],
)
def test_each_state_has_its_acts(allowed: list[tuple[str, str]], state: str, wanted: list[str]) -> None:
    assert offered(row(state)) == wanted
    assert set(allowed) <= {("POST", "jeu"), ("POST", WITHDRAWAL), ("POST", AGREEMENT)}


@pytest.mark.usefixtures("allowed")
def test_nothing_of_what_was_never_published_is_restored_or_withdrawn() -> None:
    assert offered(row("never", "")) == ["lancer"]
    assert offered(row("waiting", "")) == ["lancer", "accord"]


@pytest.mark.usefixtures("allowed")
def test_past_periods_are_run_again_where_the_source_keeps_them() -> None:
    assert offered(row("published"), replace(DAG, has_backfills=True))[:2] == ["lancer", "rattraper"]


@pytest.mark.usefixtures("allowed")
def test_what_waits_for_an_answer_is_not_asked_again() -> None:
    assert offered(row("waiting"), DAG, AGREEMENT, WITHDRAWAL) == ["lancer", "retablir"]


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize("left", [AGREEMENT, WITHDRAWAL])
def test_what_no_dag_of_this_airflow_does_is_not_offered(left: str) -> None:
    shown = row("waiting")
    found = {
        act.dag for act in list_allowed_actions("marie", DAG, shown, (), {AGREEMENT, WITHDRAWAL} - {left})
    }
    assert found == {"", AGREEMENT, WITHDRAWAL} - {left}


def test_who_has_no_right_is_offered_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "is_authorized_on_dag", lambda *_asked: False)
    assert offered(row("waiting"), replace(DAG, has_backfills=True)) == []
    assert acts.list_answerable_questions("marie", [PendingQuestion(AGREEMENT, "r", "decide")]) == []


@pytest.mark.parametrize("name", ACTS)
def test_a_form_asks_parameters_of_the_dag_and_gives_the_rest(name: str) -> None:
    act = ACTS[name]
    with use_language("fr"):
        fields = {field.name: field for field in build_form_fields(act, [])}
        known = {
            AGREEMENT: forms.build_agreement_form(()),
            WITHDRAWAL: forms.build_withdrawal_form(()),
            "": forms.build_run_form(),
        }[act.dag]
    assert tuple(fields) == act.asks and set(act.needs) <= set(act.asks)
    assert all(field.title and field.advice for field in fields.values())
    body = build_trigger_request_body(act, "jeu")
    if "conf" in body:
        assert set(fields) | set(body["conf"]) <= set(known)
        for param, value in body["conf"].items():
            known[param].resolve(value)
    else:
        assert body["dag_id"] == "jeu"
    path, then = build_action_api_and_result_paths(act, "jeu")
    assert re.match(r"api/v2/(backfills|dags/[a-z_]+/dagRuns)$", path) and then.startswith("dags/")


def test_what_is_withdrawn_or_restored_is_named_already() -> None:
    assert build_trigger_request_body(ACTS["retirer"], "jeu")["conf"] == {"datasets": ["jeu"]}
    assert build_trigger_request_body(ACTS["lever"], "jeu")["conf"] == {"datasets": ["jeu"], "lift": True}
    assert build_trigger_request_body(ACTS["rendre"], "jeu")["conf"] == {"restore": "lift"}


def test_a_former_revision_is_chosen_by_the_day_it_came() -> None:
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    events = [
        HistoryEvent(f"{rank}.json", "certificate", at - timedelta(days=rank), "run", digest * 32, False, ())
        for rank, digest in enumerate(("aa", "", "bb", "aa", "bb"))
    ]
    known = list_former_revisions(events, "Europe/Paris")
    assert known == [("bb" * 32, "25/02/2026 11:00 (bbbbbbbbbbbb)")]
    (restore, *_rest) = build_form_fields(ACTS["retablir"], known)
    assert (restore.kind, restore.choices, restore.required) == ("choice", tuple(known), True)
    forms.build_run_form()["restore"].resolve(known[0][0])
    (typed, *_rest) = build_form_fields(ACTS["retablir"], [])
    assert (typed.kind, typed.pattern) == ("text", forms.REVISION)


@pytest.mark.usefixtures("allowed")
def test_what_cannot_be_read_is_not_run_but_can_be_withdrawn() -> None:
    assert offered(row("failed"), replace(DAG, unread="jeu.yaml:1: …", has_backfills=True)) == ["retirer"]
