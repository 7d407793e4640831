"""A file that arrives, through the real scheduler: the run that it asks for, once; and while the dataset is paused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc_airflow.arrivals import ARRIVALS, LOOK, build_arrivals_dag
from aqueduc_airflow.factory import build_dataset_dag
from sandbox import airflow
from sandbox.airflow_api import Api
from tests.making import CITY, Desk, desk
from tests.places import open_folder
from tests.waiting import eventually

WAITING: dict[str, Any] = {"cadence": "at most 35 days", "on_arrival": True}


def test_drops_are_looked_at_where_a_dataset_says_so_and_nowhere_else(tmp_path: Path) -> None:
    made = desk(tmp_path)
    made.dataset()
    assert build_arrivals_dag(made.include).schedule is None
    dataset = made.dataset(**WAITING)
    assert build_arrivals_dag(made.include).timetable.serialize()["expression"] == "*/5 * * * *"
    dag = build_dataset_dag(dataset, made.city, made.include)
    assert dag.schedule is None
    assert "| **Arrivées** | relu quand un fichier arrive dans le dépôt" in (dag.doc_md or "")
    address = {"http": "mobilite", "path": "/a", "format": "csv"}
    dag = build_dataset_dag(made.dataset(**WAITING, source=address), made.city, made.include)
    assert "| **Arrivées** | relu quand l'adresse du document en annonce un autre état" in (dag.doc_md or "")


# --- the scheduler ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Town:
    api: Api
    desk: Desk

    @property
    def root(self) -> Path:
        return self.desk.include.parent

    def put(self, *districts: str) -> None:
        (self.root / "depot/jeu.csv").write_text("\n".join(["quartier", *districts, ""]), encoding="utf-8")

    def look(self, times: int = 2) -> str:
        for _ in range(times):
            run = self.api.trigger(ARRIVALS)
            assert self.api.wait(ARRIVALS, run) == "success", "\n".join(self.api.log(ARRIVALS, run, LOOK))
        return run

    def runs(self) -> dict[str, str]:
        return {run["dag_run_id"]: str(run["state"]) for run in self.api.runs("jeu")}

    def online(self) -> str:
        path = self.root / "portail/jeux/jeu/jeu.csv"
        return path.read_text("utf-8-sig") if path.is_file() else ""


@pytest.fixture(scope="module")
def here() -> Iterator[Town]:
    with open_folder() as root:
        made = desk(root)
        (root / "depot").mkdir()
        city = {**CITY, "platforms": {"portail": {"type": "portal", "folder": str(root / "portail")}}}
        city["defaults"] = {**CITY["defaults"], "platform": "portail"}
        (made.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
        made.dataset(**WAITING)
        drop = json.dumps({"conn_type": "fs", "extra": {"path": str(root / "depot")}})
        try:
            api = Api(airflow.start(root, {"AIRFLOW_CONN_DEPOT": drop}, include=made.include))
            api.wait_for_dags({"jeu", ARRIVALS})
            yield Town(api, made)
        finally:
            airflow.discard(root)


@pytest.mark.sandbox
@pytest.mark.end_to_end
def test_a_file_that_arrives_is_published_once(here: Town) -> None:
    here.look()
    assert here.runs() == {}
    here.put("Nord", "Sud")
    here.look(1)
    assert here.runs() == {}
    looked = here.look(1)
    (first,) = here.runs()
    assert first.startswith("arrival__") and here.api.wait("jeu", first) == "success"
    assert "Nord" in here.online()
    # Whoever looks again, or has the same task done again, asks for nothing more.
    here.api.clear(ARRIVALS, looked, [LOOK])
    assert here.api.wait(ARRIVALS, looked) == "success"
    here.look()
    assert set(here.runs()) == {first}
    # Touched only: read, and left as it is.
    os.utime(here.root / "depot/jeu.csv", (1, 1))
    here.look()
    (touched,) = set(here.runs()) - {first}
    assert here.api.wait("jeu", touched) == "success"
    assert here.api.tasks("jeu", touched)["certify"].state == "skipped"


@pytest.mark.sandbox
@pytest.mark.end_to_end
def test_what_arrives_during_a_pause_is_read_once_when_it_ends(here: Town) -> None:
    known = set(here.runs())
    here.api.call("PATCH", "dags/jeu", json={"is_paused": True})
    for districts in (("Nord", "Est"), ("Nord", "Est", "Ouest")):
        here.put(*districts)
        here.look()
    (waiting,) = set(here.runs()) - known
    assert here.runs()[waiting] == "queued"
    here.api.unpause("jeu")
    assert here.api.wait("jeu", waiting) == "success"
    assert eventually(lambda: "Ouest" in here.online())
    here.look()
    assert set(here.runs()) == {*known, waiting}
