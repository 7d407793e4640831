"""The DAG of a dataset puts a former revision online again, and lifts it: the real engine, on a portal."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowSkipException

from aqueduc_airflow.factory import build_dataset_dag
from aqueduc_airflow.failures import InvalidRunRequest, ReportedTaskFailure
from aqueduc_airflow.runs import build_run
from tests.airflow.contexts import context, dag_run
from tests.making import Desk
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, rows

WHO = {"restore_by": "Jeanne Martin", "restore_reason": "lignes perdues à la source"}


@pytest.fixture
def here(town: Desk, monkeypatch: pytest.MonkeyPatch) -> Bench:
    path = town.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["platforms"] = {"portail": {"type": "portal", "folder": str(town.include.parent / "portail")}}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: town.place)
    return Bench(town, NOWHERE, "jeu", {"columns": COLUMNS, "fields": FIELDS, "key": ["code"]})


def dag(made: Bench) -> DAG:
    return build_dataset_dag(made.dataset(), made.desk.city, made.desk.include)


def play(made: Bench, run_id: str, *tasks: str, **params: Any) -> dict[str, Any]:
    """Runs the tasks one after the other, each given what the ones before left."""
    left: dict[str, Any] = {}
    for task in tasks:
        given = context(dag_run(run_id=run_id), left, **params)
        given["outlet_events"] = defaultdict(SimpleNamespace)
        left[task] = dag(made).get_task(task).execute(given)
    return left


STAGES = ("extract", "anonymise", "validate", "publish", "certify")


def online(made: Bench) -> str:
    file = made.desk.include.parent / "portail" / "jeux" / "jeu" / "jeu.csv"
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_run_restores_the_next_ones_rest_and_another_lifts(here: Bench, capsys: Any) -> None:
    good = here.certified(rows(5))
    here.certified(rows(3))
    play(here, "manual__1", *STAGES, restore=good.revision[:10], **WHO)
    assert online(here) == good.resources[0]["sha256"]
    store = here.desk.place.store
    assert (store.read_restoration_mark("jeu") or {})["by"] == "Jeanne Martin"
    said = capsys.readouterr().out
    assert f"Révision {good.revision}, certifiée par l'exécution {good.run}" in said
    assert "Certifié : 5 lignes extraites = 5 publiées" in said and "officer.html" in said

    for force in (False, True):
        with pytest.raises(AirflowSkipException, match="Une décision tient ce jeu"):
            play(here, "scheduled__2", "extract", force=force)
        assert "remise en ligne (au nom de : Jeanne Martin" in capsys.readouterr().out
    assert online(here) == good.resources[0]["sha256"]

    with pytest.raises(ReportedTaskFailure):
        # Lifted, it goes on to the source, which this town does not have.
        play(here, "manual__3", "extract", restore="lift", **WHO)
    assert "est levé : cette exécution publie" in capsys.readouterr().out
    assert store.read_restoration_mark("jeu") is None
    assert store.read_json(store.list_ledger_entry_keys("jeu")[-1])["kind"] == "lifted"


def test_what_may_not_go_out_fails_the_run_with_its_remedy(here: Bench, capsys: Any) -> None:
    good = here.certified(rows(5))
    here.certified(rows(3))
    here.dataset(columns={**COLUMNS, "nom": "drop"}, fields=[FIELDS[0], *FIELDS[2:]])
    with pytest.raises(ReportedTaskFailure):
        play(here, "manual__1", "extract", restore=good.revision, **WHO)
    said = capsys.readouterr().out
    assert "`nom` est moins protégée dans cette révision" in said
    assert "choisir une révision préparée sous la déclaration d'aujourd'hui" in said
    assert here.desk.place.store.read_restoration_mark("jeu") is None


@pytest.mark.parametrize(
    "params", [{"restore": "abcdef01"}, {"restore": "lift", "restore_by": "Jeanne Martin"}, WHO]
)
def test_a_restoration_names_a_person_and_a_reason(town: Desk, params: dict[str, Any]) -> None:
    with pytest.raises(InvalidRunRequest) as refused:
        build_run(context(**params), town.dataset(), town.city)
    assert "demande qui le décide et pourquoi" in refused.value.what
    assert "Rien n'a été fait." in refused.value.what
    assert "« restore » : l'empreinte de la révision, ou lift" in refused.value.remedy


def test_a_whole_backfill_restores_nothing(town: Desk) -> None:
    bounds = {"debut": "{window_start}", "fin": "{window_end}"}
    source = {"http": "mobilite", "path": "/comptages", "parameters": bounds}
    dataset = town.dataset(cadence="monthly", source=source)
    with pytest.raises(InvalidRunRequest, match="pas par tout un rattrapage"):
        build_run(context(dag_run(run_type="backfill"), restore="abcdef01", **WHO), dataset, town.city)
    run = build_run(context(restore="abcdef01", **WHO), dataset, town.city)
    assert run.window is None and run.restoration and run.restoration.revision == "abcdef01"
    assert build_run(context(restore="lift", **WHO), dataset, town.city).restoration is None
