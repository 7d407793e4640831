"""The DAG that looks at the whole city: what it logs, keeps and tells, and when it is red."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag

from aqueduc.alert_queue import list_waiting_alerts
from aqueduc.sightings import LAST_LOOK
from aqueduc_airflow.factory import RECONCILIATION, build_reconciliation_dag
from aqueduc_airflow.failures import ReportedTaskFailure
from tests.airflow.conftest import REPOSITORY
from tests.airflow.contexts import context
from tests.reconciliation.towns import NAMES, Town, open_portal_town


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with open_portal_town(tmp_path) as made:
        monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: made.desk.place)
        yield made


def look(town: Town) -> None:
    dag = build_reconciliation_dag(town.desk.include)
    dag.get_task("reconcile").execute(context())


def edit(town: Town, *names: str) -> None:
    for name in names:
        town.fiche(name, lambda document: document["fiche"].update(title="Une main"))


def test_a_sound_city(town: Town, capsys: Any) -> None:
    look(town)
    assert "4 jeux regardés, 0 différence." in capsys.readouterr().out
    assert town.store.read_json(LAST_LOOK)["since"] == {}


def test_a_difference_is_no_failure_and_its_remedy_stands_on_a_line_of_its_own(
    town: Town, capsys: Any
) -> None:
    edit(town, "bancs")
    look(town)
    out = capsys.readouterr().out
    assert "bancs / portail : son titre a été modifié à la main sur « portail »" in out
    (remedy,) = [line for line in out.splitlines() if "Que faire :" in line]
    assert "la prochaine exécution le remet" in remedy
    assert "son titre" not in remedy
    assert "Une main" not in out
    assert [one.subject for one in list_waiting_alerts(town.store)] == ["bancs"]


def test_an_alarm_is_red_once_and_told(town: Town, capsys: Any) -> None:
    edit(town, *NAMES)
    with pytest.raises(ReportedTaskFailure, match="verification-alarmante") as red:
        look(town)
    assert not red.value.error.retryable
    assert "des jeux diffèrent, 4 sur 4" in capsys.readouterr().out
    assert {one.kind for one in list_waiting_alerts(town.store)} == {"incident", "drift"}


def test_the_dag_of_the_project() -> None:
    dags = REPOSITORY / "dags"
    dag = DagBag(str(dags), bundle_path=dags, bundle_name="dags-folder").dags[RECONCILIATION]
    assert dag.timetable.serialize() == {"expression": "0 6 * * *", "timezone": "Europe/Paris"}
    assert (dag.catchup, dag.max_active_runs, dag.is_paused_upon_creation) == (False, 1, None)
    assert [task.task_id for task in dag.tasks] == ["reconcile"]
