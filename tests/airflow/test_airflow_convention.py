"""Under Airflow, outside the term of the convention: a run that nothing would come of is skipped, and says so."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from airflow.sdk.exceptions import AirflowSkipException

from aqueduc_airflow.factory import build_dataset_dag
from aqueduc_airflow.failures import ReportedTaskFailure
from tests.airflow.contexts import context, dag_run
from tests.making import Desk

RESTORE = {"restore": "a" * 12, "restore_by": "Jeanne Martin", "restore_reason": "lignes perdues"}


@pytest.fixture
def ended(town: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    path = town.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    folder = str(town.include.parent / "region")
    city["platforms"] = {"region": {"type": "portal", "folder": folder, "convention": True}}
    city["defaults"]["platform"] = "region"
    city["convention"]["ends"] = "2026-02-01"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: town.place)
    return town


def extract(town: Desk, **params: Any) -> Any:
    dag = build_dataset_dag(town.dataset(), town.city, town.include)
    return dag.get_task("extract").execute(context(dag_run(), {}, **params))


@pytest.mark.parametrize("force", [False, True])
def test_a_run_is_skipped_before_anything_is_extracted(ended: Desk, force: bool, capsys: Any) -> None:
    with pytest.raises(AirflowSkipException):
        extract(ended, force=force)
    assert "elle a pris fin le 01/02/2026" in capsys.readouterr().out
    assert ended.place.vault.list("raw/jeu") == []


def test_what_a_person_asks_for_fails(ended: Desk) -> None:
    with pytest.raises(ReportedTaskFailure, match="hors-convention"):
        extract(ended, **RESTORE)
