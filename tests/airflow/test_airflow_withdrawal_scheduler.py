"""A withdrawal through the real scheduler and its REST API: asked, confirmed, proved; then whoever asks for that
dataset, by trigger, schedule, clear or backfill, publishes nothing until it is lifted in the same way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.certify.ledger import verify_ledger
from aqueduc.store import Store
from aqueduc_airflow.withdrawal import ASK, WITHDRAWAL
from sandbox import airflow
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from sandbox.door import answering
from tests.making import CITY, Desk, desk
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

FORM = {"requester": "M. Petit", "reason": "opposition"}
DATASETS = ("ouvert", "mensuel", "frequent")


class Months(BaseHTTPRequestHandler):
    """An API of which each answer has two rows."""

    def do_GET(self) -> None:
        body = json.dumps([{"quartier": "Nord"}, {"quartier": "Sud"}]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@dataclass(frozen=True)
class Town:
    api: Api
    desk: Desk
    store: Store

    def online(self, dataset: str) -> bool:
        return (self.desk.include.parent / f"portail/jeux/{dataset}/{dataset}.csv").is_file()

    def extract_state(self, dataset: str, run: str) -> str | None:
        return self.api.tasks(dataset, run)["extract"].state

    def decide(self, answer: str, **form: Any) -> None:
        """Fills in the form, waits for the question, and answers it; anew when Airflow took a question for dead
        that was answered before its executor had noted that it waits, which no person is quick enough to do."""
        for _attempt in range(5):
            run = self.api.trigger(WITHDRAWAL, {**FORM, **form})
            assert eventually(lambda run=run: self.api.tasks(WITHDRAWAL, run)[ASK].state == "awaiting_input")
            self.api.answer(WITHDRAWAL, run, ASK, answer)
            ended = self.api.wait(WITHDRAWAL, run)
            failed = [
                name for name, task in self.api.tasks(WITHDRAWAL, run).items() if task.state == "failed"
            ]
            if failed != [ASK]:
                break
        logs = (line for name in failed for line in self.api.log(WITHDRAWAL, run, name)[-12:])
        assert ended == "success", "\n".join(logs)


@pytest.fixture(scope="module")
def here() -> Iterator[Town]:
    with open_folder() as root, answering(ThreadingHTTPServer(("127.0.0.1", 0), Months)) as url:
        yield from _town(root, url)


def _town(root: Path, url: str) -> Iterator[Town]:
    made = desk(root)
    (root / "depot").mkdir()
    (root / "depot/jeu.csv").write_text("quartier\nNord\nSud\n", encoding="utf-8")
    city = {**CITY, "platforms": {"portail": {"type": "portal", "folder": str(root / "portail")}}}
    city["defaults"] = {**CITY["defaults"], "platform": "portail"}
    (made.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    made.dataset("ouvert", title="Ouvert")
    made.dataset("frequent", title="Fréquent", cadence="every 1 minutes")
    made.dataset("suite", title="Suite", cadence="at most 35 days", after="ouvert")
    bounds = {"debut": "{window_start}", "fin": "{window_end}"}
    source = {"http": "mobilite", "path": "/x", "parameters": bounds}
    made.dataset("mensuel", title="Mensuel", cadence="monthly", source=source)
    connections = {
        "AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(root / "depot")}}),
        "AIRFLOW_CONN_MOBILITE": json.dumps({"conn_type": "http", "host": url}),
        # Off in the sandbox, where nothing but what a test asks for runs.
        "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "True",
    }
    layout = Layout.under(root, include=made.include)
    try:
        api = Api(airflow.start(root, connections, include=made.include))
        api.wait_for_dags({*DATASETS, WITHDRAWAL})
        yield Town(api, made, Store(layout.store.as_uri()))
    finally:
        airflow.discard(root)


def test_one_dataset_follows_the_publications_of_another_and_not_its_looks(here: Town) -> None:
    """The clock of ``ouvert`` fires as soon as Airflow knows it."""
    assert eventually(lambda: bool(here.api.runs("suite")))
    followed = here.api.runs("suite")[0]
    assert (followed["run_type"], followed["triggered_by"]) == ("asset_triggered", "asset")
    assert here.api.wait("suite", followed["dag_run_id"]) == "success"
    assert here.online("suite")
    events = len(here.api.call("GET", "assets/events", source_dag_id="ouvert")["asset_events"])
    looked = here.api.trigger("ouvert")
    assert here.api.wait("ouvert", looked) == "success"
    assert here.api.tasks("ouvert", looked)["certify"].state == "skipped"
    assert len(here.api.call("GET", "assets/events", source_dag_id="ouvert")["asset_events"]) == events


def test_withdrawn_asked_for_in_every_way_and_lifted(here: Town) -> None:
    runs = {name: here.api.trigger(name) for name in ("ouvert", "mensuel")}
    assert [here.api.wait(name, run) for name, run in runs.items()] == ["success", "success"]
    assert eventually(lambda: here.online("frequent"))
    here.api.call("PATCH", "dags/frequent", json={"is_paused": True})
    before = here.store.read_current_revision_pointer("ouvert")

    here.decide("Ne rien faire", datasets=["ouvert"])
    assert here.online("ouvert")
    here.decide("Confirmer", datasets=["ouvert"])
    assert not here.online("ouvert") and here.online("mensuel")
    here.decide("Confirmer", all=True)
    assert not any(map(here.online, DATASETS))
    kinds = [here.store.read_json(key)["kind"] for key in here.store.list_ledger_entry_keys("mensuel")]
    assert kinds[-2:] == ["withdrawal", "withdrawn"]
    who = here.store.read_json("datasets/mensuel/withdrawal.json")["by"]
    assert who == here.api.airflow.user, "Airflow says who answered"

    for conf in ({}, {"force": True}):
        again = here.api.trigger("ouvert", conf)
        assert here.api.wait("ouvert", again) == "success"
        assert here.extract_state("ouvert", again) == "skipped"
    here.api.clear("ouvert", runs["ouvert"], ["extract"])
    assert here.api.wait("ouvert", runs["ouvert"]) == "success"
    assert here.extract_state("ouvert", runs["ouvert"]) == "skipped"
    here.api.clear("ouvert", again, ["publish"])
    assert here.api.wait("ouvert", again) in ("success", "failed")
    month = datetime(2026, 1, 31, 23, tzinfo=UTC)
    here.api.backfill("mensuel", month, month)
    assert eventually(lambda: bool(here.api.runs("mensuel", run_type="backfill")))
    (backfilled,) = here.api.runs("mensuel", run_type="backfill")
    assert here.api.wait("mensuel", backfilled["dag_run_id"]) == "success"
    assert here.extract_state("mensuel", backfilled["dag_run_id"]) == "skipped"
    # Its clock fires for what ended during the pause: a period is hardly waited for.
    known = {run["dag_run_id"] for run in here.api.runs("frequent")}
    here.api.unpause("frequent")
    assert eventually(lambda: bool({run["dag_run_id"] for run in here.api.runs("frequent")} - known))
    scheduled = next(one for one in here.api.runs("frequent") if one["dag_run_id"] not in known)
    assert scheduled["run_type"] == "scheduled"
    assert here.api.wait("frequent", scheduled["dag_run_id"]) == "success"
    assert here.extract_state("frequent", scheduled["dag_run_id"]) == "skipped"
    assert not any(map(here.online, DATASETS))

    here.decide("Confirmer", datasets=["ouvert"], lift=True)
    assert not here.online("ouvert")
    back = here.api.trigger("ouvert")
    assert here.api.wait("ouvert", back) == "success"
    assert here.online("ouvert")
    after = here.store.read_current_revision_pointer("ouvert")
    assert (after or {})["revision"] == (before or {})["revision"]
    assert verify_ledger(here.store, "ouvert").is_valid
