"""In Airflow too, a run stops before it reads the source, where a witness shows that the ledger went back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.certify.witness.making import witness_city
from aqueduc.connections import EnvironmentConnections
from aqueduc_airflow.factory import build_dataset_dag
from aqueduc_airflow.failures import FinalTaskFailure
from tests.airflow.contexts import context, dag_run
from tests.making import Desk
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench
from tests.publish.witnessing import make_remote


def test_a_ledger_that_went_back_stops_the_first_task(
    town: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = town.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["platforms"] = {"portail": {"type": "portal", "folder": str(tmp_path / "portail")}}
    city["defaults"]["platform"] = "portail"
    city["witness"] = {"git": {"connection": "temoin"}}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    remote = make_remote(tmp_path / "temoin.git")
    variables = {"AIRFLOW_CONN_TEMOIN": json.dumps({"conn_type": "git", "host": str(remote)})}
    place = replace(town.place, connections=EnvironmentConnections(variables))
    monkeypatch.setattr("aqueduc_airflow.operators.build_task_workspace", lambda _: place)
    append_ledger_entry(place.store, "jeu", "un", datetime.now(UTC), {"kind": "unchanged", "run": "un"})
    witness_city(town.city, place)
    shutil.rmtree(town.include.parent / "store" / "datasets")
    made = Bench(town, NOWHERE, "jeu", {"columns": COLUMNS, "fields": FIELDS, "key": ["code"]})
    extract = build_dataset_dag(made.dataset(), town.city, town.include).get_task("extract")
    with pytest.raises(FinalTaskFailure, match=r"\[registre-ramene-en-arriere\]"):
        extract.execute(context(dag_run(run_id="manual__1", run_type="manual"), {}))
