"""The DAGs of withdrawals: what a person is asked, what is done in whose name; and the rest of a dataset's DAG."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowSkipException, TaskAwaitingInput

from aqueduc.decisions import read_withdrawal_mark
from aqueduc_airflow.factory import build_dataset_dag
from aqueduc_airflow.failures import ReportedTaskFailure
from aqueduc_airflow.withdrawal import ASK, VERIFY, WATCH, WITHDRAW, build_withdrawal_dags
from tests.airflow.contexts import context, dag_run
from tests.making import Desk
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, rows

FORM: dict[str, Any] = {
    "datasets": ["jeu"],
    "all": False,
    "requester": "la direction des sports",
    "reason": "opposition",
    "on": None,
    "hide_now": False,
    "lift": False,
}
YES = {ASK: {"chosen_options": ["Confirmer"], "responded_by_user": {"id": "1", "name": "jmartin"}}}
NO = {ASK: {"chosen_options": ["Ne rien faire"], "responded_by_user": {"id": "1", "name": "jmartin"}}}


@pytest.fixture
def here(town: Desk, monkeypatch: pytest.MonkeyPatch) -> Bench:
    path = town.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["platforms"] = {"portail": {"type": "portal", "folder": str(town.include.parent / "portail")}}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: town.place)
    monkeypatch.setattr("aqueduc_airflow.withdrawal.HITLOperator.execute", lambda _self, _context: None)
    return Bench(town, NOWHERE, "jeu", {"columns": COLUMNS, "fields": FIELDS, "key": ["code"]})


def order(made: Bench) -> DAG:
    return build_withdrawal_dags(made.desk.include)[0]


def fill(made: Bench, task: str, left: dict[str, Any] | None = None, **changes: Any) -> Any:
    """Runs one task of the order's DAG with the form filled in."""
    given = context(dag_run(run_id="manual__1"), left or {})
    given["params"] = {**FORM, **changes}
    return order(made).get_task(task).execute(given)


def online(made: Bench) -> bool:
    return (made.desk.include.parent / "portail/jeux/jeu/jeu.csv").is_file()


def test_asked_then_done_in_the_name_of_who_answered(here: Bench, capsys: Any) -> None:
    here.certified(rows(5))
    asking = order(here).get_task(ASK)
    given = context(dag_run(run_id="manual__1"))
    given["params"] = FORM
    asking.execute(given)
    for said in (
        "Retirer du public 1 jeu :",
        "- jeu",
        "Motif : opposition",
        "Demandé par : la direction des sports",
    ):
        assert said in asking.body
    assert online(here) and read_withdrawal_mark(here.desk.place.store, "jeu") is None
    assert fill(here, WITHDRAW, YES) == ["jeu"]
    assert fill(here, WITHDRAW, YES) == ["jeu"], "a retry does it once"
    fill(here, VERIFY, {WITHDRAW: ["jeu"]})
    assert "« Jeu d'essai » : plus rien n'en est servi, vérifié" in capsys.readouterr().out
    assert not online(here)
    mark = read_withdrawal_mark(here.desk.place.store, "jeu")
    assert mark is not None and (mark.by, mark.requester) == ("jmartin", "la direction des sports")
    with pytest.raises(AirflowSkipException, match="Levé"):
        fill(here, WITHDRAW, YES, lift=True)
    assert read_withdrawal_mark(here.desk.place.store, "jeu") is None


def test_refused_nothing_is_done(here: Bench) -> None:
    here.certified(rows(5))
    with pytest.raises(AirflowSkipException, match="Refusé : rien n'a été fait"):
        fill(here, WITHDRAW, NO)
    assert online(here) and read_withdrawal_mark(here.desk.place.store, "jeu") is None


def test_an_account_that_the_city_does_not_name_decides_nothing(here: Bench, capsys: Any) -> None:
    path = here.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["people"] = {"adurand": {"name": "Alice Durand", "roles": ["signatory"]}}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    here.certified(rows(5))
    with pytest.raises(ReportedTaskFailure):
        fill(here, WITHDRAW, YES)
    assert "Personne n'est déclaré sous le nom « jmartin »." in capsys.readouterr().out
    assert read_withdrawal_mark(here.desk.place.store, "jeu") is None
    answer = {ASK: {**YES[ASK], "responded_by_user": {"id": "2", "name": "adurand"}}}
    assert fill(here, WITHDRAW, answer) == ["jeu"]
    mark = read_withdrawal_mark(here.desk.place.store, "jeu")
    assert mark is not None and (mark.by, mark.identified) == ("Alice Durand", "airflow")


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"datasets": []}, "Il faut choisir des jeux, ou « tous »"),
        ({"all": True}, "Il faut choisir des jeux, ou « tous »"),
        ({"datasets": ["jeux"]}, "Aucun jeu « jeux » n'est déclaré ni publié."),
        ({"on": "demain"}, "« demain » n'est pas un jour."),
        ({"on": "2020-01-01"}, "La date d'effet (01/01/2020) est passée."),
        ({"reason": None}, "Un retrait demande qui le décide"),
        ({"lift": True}, "« jeu » n'est pas retiré."),
    ],
)
def test_what_makes_no_sense_is_asked_of_nobody(
    here: Bench, changes: dict[str, Any], said: str, capsys: Any
) -> None:
    here.dataset()
    with pytest.raises(ReportedTaskFailure):
        fill(here, ASK, **changes)
    told = capsys.readouterr().out
    assert said in told and "Que faire" in told


def test_each_day_ends_what_has_come(here: Bench) -> None:
    here.certified(rows(5))
    fill(here, WITHDRAW, YES, on="2199-01-01")
    watch = build_withdrawal_dags(here.desk.include)[1]
    assert watch.timetable.serialize() == {"expression": "10 0 * * *", "timezone": "Europe/Paris"}
    watch.get_task(WATCH).execute(context())
    assert online(here)
    desk = Desk(here.desk.place)
    object.__setattr__(desk.place, "clock", lambda: datetime(2199, 1, 1, tzinfo=UTC))
    watch.get_task(WATCH).execute(context())
    assert not online(here)


@pytest.mark.parametrize(
    "kind, options",
    [
        *(
            (kind, {"force": force})
            for kind in ("scheduled", "manual", "backfill")
            for force in (False, True)
        ),
        ("manual", {"restore": "0" * 10}),
    ],
)
def test_the_dag_of_a_withdrawn_dataset_rests(
    here: Bench, kind: str, options: dict[str, Any], capsys: Any
) -> None:
    if kind == "backfill":
        bounds = {"debut": "{window_start}", "fin": "{window_end}"}
        here.dataset(source={"http": "mobilite", "path": "/x", "parameters": bounds}, cadence="monthly")
    here.dataset()
    fill(here, WITHDRAW, YES)
    who = {"restore_by": "Jeanne Martin", "restore_reason": "r"} if "restore" in options else {}
    march, april = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    run = dag_run(run_id="r", run_type=kind, data_interval_start=march, data_interval_end=april)
    dag = build_dataset_dag(here.dataset(), here.desk.city, here.desk.include)
    with pytest.raises(AirflowSkipException, match="Une décision tient ce jeu"):
        dag.get_task("extract").execute(context(run, **options, **who))
    assert "retiré du public par jmartin (opposition)" in capsys.readouterr().out


def test_what_is_asked_waits_without_a_trigger(town: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    town.dataset()
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: town.place)
    shown: dict[str, Any] = {}
    monkeypatch.setattr(
        "airflow.providers.standard.operators.hitl.upsert_hitl_detail", lambda **said: shown.update(said)
    )
    given = context(dag_run(run_id="manual__1"))
    given["params"], given["task_instance"] = FORM, type("Task", (), {"id": "1"})()
    with pytest.raises(TaskAwaitingInput):
        build_withdrawal_dags(town.include)[0].get_task(ASK).execute(given)
    assert shown["options"] == ["Confirmer", "Ne rien faire"]
    assert "- jeu" in shown["body"] and "Retirer ces jeux" in shown["subject"]
