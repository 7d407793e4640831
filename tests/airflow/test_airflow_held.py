"""Whatever made a run, its publication waits for the agreement of a person, and nothing fails by it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from airflow.sdk.exceptions import AirflowSkipException

from aqueduc_airflow.agreement import AGREEMENT
from aqueduc_airflow.factory import build_dataset_dag
from tests.airflow.contexts import context, dag_run
from tests.making import Desk
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, month, rows

PEOPLE = {"signatory": {"name": "Nadia Roche", "roles": ["signatory"]}}


@pytest.fixture
def here(town: Desk, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A windowed dataset on a portal, in a city that asks for agreements."""
    path = town.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city |= {"agreement": "required", "people": PEOPLE}
    city["platforms"] = {"portail": {"type": "portal", "folder": str(town.include.parent / "portail")}}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: town.place)
    bounds = {"debut": "{window_start}", "fin": "{window_end}"}
    source = {"http": "mobilite", "path": "/comptages", "parameters": bounds}
    declared = {"columns": COLUMNS, "fields": FIELDS, "key": ["code"], "cadence": "monthly", "source": source}
    return Bench(town, NOWHERE, "jeu", declared)


@pytest.mark.parametrize("kind", ["scheduled", "manual", "backfill", "operator_triggered"])
@pytest.mark.parametrize("force", [False, True])
def test_no_run_publishes_without_an_agreement(
    here: Bench, kind: str, force: bool, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    asked: list[tuple[str, str, str]] = []

    def ask(_context: Any, dag_id: str, dataset: str, about: str) -> bool:
        asked.append((dag_id, dataset, about))
        return True

    monkeypatch.setattr("aqueduc_airflow.agreement.trigger_agreement_run", ask)
    dataset, window = here.dataset(), month(1)
    run_id = f"{kind}__1"
    handle = here.valid(dataset, here.desk.run(window, run_id), rows(5))
    interval = {"data_interval_start": window.start, "data_interval_end": window.end}
    given = context(
        dag_run(run_id=run_id, run_type=kind, **interval), {"validate": handle.to_json()}, force=force
    )
    publish = build_dataset_dag(dataset, here.desk.city, here.desk.include).get_task("publish")
    for _cleared in range(2):
        with pytest.raises(AirflowSkipException, match="accord d'une personne"):
            publish.execute(given)
    assert "personne n'a encore accordé la publication de ce jeu" in capsys.readouterr().out
    assert len(set(asked)) == 1 and asked[0][:2] == (AGREEMENT, "jeu")
    assert not (here.desk.include.parent / "portail").exists()
    (kept,) = here.desk.place.store.read_validated_partitions("jeu")
    assert kept.window == window, "what was prepared leaves with the agreed revision"
