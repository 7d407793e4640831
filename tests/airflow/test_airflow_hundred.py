"""A hundred declarations, six of them impossible to read, before the real dag-processor and REST API.

Then what becomes of a DAG whose declaration breaks or leaves, with and without a run going on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from aqueduc_airflow.agreement import AGREEMENT
from aqueduc_airflow.arrivals import ARRIVALS
from aqueduc_airflow.convention import CONVENTION, REMOVAL
from aqueduc_airflow.factory import ALERTS, DIGEST, RECONCILIATION, SWEEP
from aqueduc_airflow.withdrawal import WITHDRAWAL, WITHDRAWAL_WATCH
from sandbox import airflow
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from tests.making import Desk, declaration, desk
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.thorough]

SOUND = [f"jeu-{rank:03}" for rank in range(94)]
# Beyond the sandbox's STALE_DAG_THRESHOLD and PARSING_CLEANUP_INTERVAL (sandbox/airflow.py).
STALE_AFTER = timedelta(seconds=10.5)
CLEANED_AFTER_SECONDS = 6
TOO_BIG = 30_000_000_000
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
DUPLICATE = "title: Un titre\ntitle: Un autre\n"


@dataclass(frozen=True)
class Town:
    """A running Airflow, and the city it reads."""

    api: Api
    desk: Desk
    layout: Layout

    def path(self, name: str) -> Path:
        return self.desk.include / "datasets" / f"{name}.yaml"

    def raw_extracts(self, dag: str) -> list[Path]:
        return [path for path in (self.layout.vault / "raw").glob(f"{dag}/**/*") if path.is_file()]

    def known(self, dag: str) -> dict[str, Any]:
        """The DAG as Airflow has it, stale or not."""
        return dict(self.api.call("GET", f"dags/{dag}"))

    def refresh(self) -> None:
        """What the dag-processor does by itself every few minutes, now: the button « Reparse » of a DAG."""
        token = self.known(SOUND[0])["file_token"]
        self.api.call("PUT", f"parseDagFile/{token}")


@pytest.fixture(scope="module")
def here() -> Iterator[Town]:
    with open_folder() as root:
        yield from _town(root)


def _town(root: Path) -> Iterator[Town]:
    made = desk(root)
    drop = root / "depot"
    drop.mkdir()
    (drop / "jeu.csv").write_text("quartier\nMazarin\n", encoding="utf-8")
    made.schema("jeu", [{"name": "quartier"}])
    for name in SOUND:
        made.write(name, {**declaration(), "title": f"Le jeu {name}"})
    _write_the_unreadable(made)
    connection = json.dumps({"conn_type": "fs", "extra": {"path": str(drop)}})
    try:
        api = Api(airflow.start(root, {"AIRFLOW_CONN_DEPOT": connection}, include=made.include))
        api.wait_for_dags(set(SOUND))
        yield Town(api, made, Layout.under(root, include=made.include))
    finally:
        airflow.discard(root)


def _write_the_unreadable(made: Desk) -> None:
    made.write("casse", {**declaration(), "licence": "lov3"})
    made.write("vide", "")
    made.write("en-latin-1", "").write_bytes("title: Été\n".encode("latin-1"))
    made.write("cle-en-double", DUPLICATE)
    made.write("bombe", BOMB)
    with made.write("gigantesque", "").open("r+b") as file:
        file.truncate(TOO_BIG)


EXPECTED = {
    "casse": ["casse.yaml:", "« lov3 »", "lov2"],
    "vide": ["vide.yaml"],
    "en-latin-1": ["en-latin-1.yaml:1", "UTF-8"],
    "cle-en-double": ["cle-en-double.yaml:2", "« title »"],
    "bombe": ["bombe.yaml"],
    "gigantesque": ["gigantesque.yaml"],
}


OWN = {
    AGREEMENT,
    ALERTS,
    ARRIVALS,
    CONVENTION,
    DIGEST,
    RECONCILIATION,
    REMOVAL,
    SWEEP,
    WITHDRAWAL,
    WITHDRAWAL_WATCH,
}


def test_ninety_four_dags_load_and_six_import_errors_show(here: Town) -> None:
    names = {f"include/datasets/{name}.yaml" for name in EXPECTED}
    assert eventually(lambda: set(here.api.import_errors()) == names)
    assert set(here.api.dags()) == {*SOUND, *OWN}
    everything = here.api.dags(exclude_stale=False)
    assert set(everything) == {*SOUND, *OWN}
    assert not any(dag["has_import_errors"] or dag["is_stale"] for dag in everything.values())


@pytest.mark.parametrize("name", EXPECTED)
def test_each_import_error_says_where_and_what_to_do(here: Town, name: str) -> None:
    message = here.api.import_errors()[f"include/datasets/{name}.yaml"]
    for part in EXPECTED[name]:
        assert part in message
    assert "\n      = " in message, "a remedy"
    assert "Traceback" not in message
    assert len(message) < 2_000


def _stale_by_now(here: Town) -> None:
    """Waits until a DAG that has left the file since would be stale: the others were read again long enough
    after, and the dag-processor has looked."""
    since = datetime.now(UTC) + STALE_AFTER
    time.sleep(STALE_AFTER.total_seconds())
    here.refresh()
    assert eventually(lambda: datetime.fromisoformat(here.known(SOUND[0])["last_parsed_time"]) > since)
    time.sleep(CLEANED_AFTER_SECONDS)


def test_a_declaration_that_breaks_keeps_its_history_and_comes_back(here: Town) -> None:
    name = SOUND[1]
    run = here.api.trigger(name)
    assert here.api.wait(name, run) == "failed", "no platform here"
    here.refresh()
    here.desk.write(name, "a: [b")
    assert eventually(lambda: "illisible" in here.known(name)["dag_display_name"])
    _stale_by_now(here)
    known = here.known(name)
    assert (known["is_stale"], known["is_paused"]) == (False, False)
    assert known["timetable_summary"] is None
    assert [one["dag_run_id"] for one in here.api.runs(name)] == [run]
    here.desk.write(name, {**declaration(), "title": "Réparé"})
    assert eventually(lambda: here.known(name)["dag_display_name"] == "Réparé")


def _held(here: Town, name: str) -> str:
    """A run that stopped for a moment before its publication, with its raw extract in the vault."""
    here.api.set_pool("plateforme_datasud", 0, "fermée")
    run = here.api.trigger(name)
    assert eventually(lambda: here.api.tasks(name, run)["validate"].state == "success")
    assert here.raw_extracts(name)
    here.refresh()
    return run


def _end(here: Town, name: str, run: str) -> str:
    """Lets it go on; what its publication said."""
    here.api.set_pool("plateforme_datasud", 2, "ouverte")
    assert here.api.wait(name, run) == "failed"
    assert here.api.tasks(name, run)["shred"].state == "success"
    assert here.raw_extracts(name) == []
    return "\n".join(here.api.log(name, run, "publish"))


def test_a_run_whose_declaration_breaks_midway_says_so_and_is_shredded(here: Town) -> None:
    name = SOUND[2]
    run = _held(here, name)
    here.desk.write(name, DUPLICATE)
    assert eventually(lambda: "illisible" in here.known(name)["dag_display_name"])
    _stale_by_now(here)
    assert here.known(name)["is_stale"] is False
    assert f"{name}.yaml:2" in _end(here, name, run)
    here.desk.write(name, {**declaration(), "title": "Réparé"})


def test_a_declaration_removed_midway_lets_its_run_end_then_retires_its_dag(here: Town) -> None:
    name = SOUND[3]
    run = _held(here, name)
    here.path(name).unlink()
    assert eventually(lambda: "retirée" in here.known(name)["dag_display_name"])
    assert "[declaration-retiree]" in _end(here, name, run)
    here.refresh()
    assert eventually(lambda: here.known(name)["is_stale"])
    assert [one["dag_run_id"] for one in here.api.runs(name)] == [run]


def test_a_removed_declaration_pauses_its_dag_which_comes_back_paused(here: Town) -> None:
    name = SOUND[4]
    run = here.api.trigger(name)
    here.api.wait(name, run)
    assert here.known(name)["is_paused"] is False
    text = here.path(name).read_text(encoding="utf-8")
    here.path(name).unlink()
    assert eventually(lambda: here.known(name)["is_stale"])
    assert name not in here.api.dags()
    here.refresh()
    assert eventually(lambda: here.known(name)["is_paused"])
    events = here.api.call("GET", "eventLogs", dag_id=name, event="paused")["event_logs"]
    assert [(one["owner"], "retirée" in one["extra"]) for one in events] == [("aqueduc", True)]
    assert [one["dag_run_id"] for one in here.api.runs(name)] == [run]
    here.path(name).write_text(text, encoding="utf-8")
    assert eventually(lambda: not here.known(name)["is_stale"])
    assert here.known(name)["is_paused"] is True


def test_on_a_holiday_a_run_does_nothing_and_is_no_failure(here: Town) -> None:
    path = here.desk.include / "city.yaml"
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    pause = {"from": today, "to": today + timedelta(days=1), "why": "pont de l'Ascension"}
    city = {**yaml.safe_load(path.read_text(encoding="utf-8")), "holidays": [pause]}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    name = SOUND[5]
    run = here.api.trigger(name)
    assert here.api.wait(name, run) == "success"
    states = {task: found.state for task, found in here.api.tasks(name, run).items()}
    assert states.pop("shred") == "success"
    assert set(states.values()) == {"skipped"}
    assert "pont de l'Ascension. Rien n'a été fait." in "\n".join(here.api.log(name, run, "extract"))
    forced = here.api.trigger(name, {"force": True})
    assert here.api.wait(name, forced) == "failed", "no platform here"
    assert here.api.tasks(name, forced)["validate"].state == "success"
