"""The real scheduler, api-server and dag-processor over a small city of which some things are broken.

No platform is configured: everything works up to the publication, which fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox import airflow
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from sandbox.demo_setup import make_pools
from tests.making import Desk, desk
from tests.places import open_folder
from tests.waiting import eventually

pytestmark = pytest.mark.sandbox

CSV = "quartier\nMazarin\nJas de Bouffan\n"


@dataclass(frozen=True)
class Town:
    """A running Airflow, the city it reads, and where its raw extracts would be."""

    api: Api
    desk: Desk
    layout: Layout

    def raw_extracts(self) -> list[Path]:
        return [path for path in (self.layout.vault / "raw").rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def here() -> Iterator[Town]:
    with open_folder() as root:
        yield from _town(root)


def _town(root: Path) -> Iterator[Town]:
    made = desk(root)
    drop = root / "depot"
    drop.mkdir()
    (drop / "jeu.csv").write_text(CSV, encoding="utf-8")
    made.dataset("jeu")
    made.dataset("jeu-quotidien", cadence="daily")
    made.dataset("injoignable", source={"file": "ailleurs", "path": "jeu.csv"})
    made.write("casse", "a: [b")
    folders = {"depot": drop, "ailleurs": root / "pas-monte"}
    connections = {
        f"AIRFLOW_CONN_{name.upper()}": json.dumps({"conn_type": "fs", "extra": {"path": str(path)}})
        for name, path in folders.items()
    }
    layout = Layout.under(root, include=made.include)
    try:
        started = airflow.start(root, connections, include=made.include)
        api = Api(started)
        make_pools(api, made.city)
        api.wait_for_dags({"jeu", "jeu-quotidien", "injoignable"})
        yield Town(api, made, layout)
    finally:
        airflow.stop(root)


def states(town: Town, dag: str, run: str) -> dict[str, str | None]:
    return {name: task.state for name, task in town.api.tasks(dag, run).items()}


def said(town: Town, dag: str, run: str, task: str, attempt: int = 1) -> str:
    return "\n".join(town.api.log(dag, run, task, attempt))


def test_a_failed_publication_is_a_failed_run_with_nothing_left_in_the_vault(here: Town) -> None:
    run = here.api.trigger("jeu")
    assert here.api.wait("jeu", run) == "failed"
    assert states(here, "jeu", run) == {
        "extract": "success",
        "anonymise": "success",
        "validate": "success",
        "publish": "failed",
        "certify": "upstream_failed",
        "published": "upstream_failed",
        "shred": "success",
    }
    assert here.raw_extracts() == []
    assert here.api.tasks("jeu", run)["publish"].tries == 1
    log = said(here, "jeu", run, "publish")
    assert "connexion « datasud » n'est pas configurée" in log
    assert "Traceback" not in log
    assert "2 lignes extraites de la source « depot »" in said(here, "jeu", run, "extract")


def test_a_passing_failure_is_tried_three_times(here: Town) -> None:
    run = here.api.trigger("injoignable")
    assert here.api.wait("injoignable", run) == "failed"
    assert here.api.tasks("injoignable", run)["extract"].tries == 3
    assert "[source-injoignable]" in said(here, "injoignable", run, "extract", 3)
    assert states(here, "injoignable", run)["shred"] == "success"


def test_a_backfill_of_a_snapshot_fails_once_and_says_why(here: Town) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=2)
    here.api.backfill("jeu-quotidien", yesterday, yesterday + timedelta(days=1))
    (run,) = [one["dag_run_id"] for one in here.api.runs("jeu-quotidien") if one["run_type"] == "backfill"][
        :1
    ]
    assert here.api.wait("jeu-quotidien", run) == "failed"
    assert here.api.tasks("jeu-quotidien", run)["extract"].tries == 1
    assert "l'état d'aujourd'hui sous une date d'hier" in said(here, "jeu-quotidien", run, "extract")


def test_an_unknown_option_fails_once(here: Town) -> None:
    run = here.api.trigger("jeu", {"forse": True})
    assert here.api.wait("jeu", run) == "failed"
    assert "Option inconnue : « forse »" in said(here, "jeu", run, "extract")


def test_one_broken_declaration_is_one_import_error_and_hides_no_dag(here: Town) -> None:
    name = "include/datasets/casse.yaml"
    assert eventually(lambda: name in here.api.import_errors())
    errors = here.api.import_errors()
    assert set(errors) == {name}
    assert "casse.yaml:" in errors[name]
    assert "Traceback" not in errors[name]
    dags = here.api.dags()
    assert set(dags) == {"jeu", "jeu-quotidien", "injoignable"}
    assert not any(dag["is_stale"] or dag["has_import_errors"] for dag in dags.values())


def test_a_repaired_declaration_is_a_dag_again(here: Town) -> None:
    here.desk.dataset("casse", title="Réparé")
    known = here.api.wait_for_dags({"casse"})["casse"]
    assert known["dag_display_name"] == "Réparé"
    # The error leaves at the next refresh of the bundle (2 minutes here); « Reparse » makes one at once.
    here.api.call("PUT", f"parseDagFile/{known['file_token']}")
    assert eventually(lambda: here.api.import_errors() == {})


def test_a_thirteenth_dataset_is_one_yaml_and_one_schema(here: Town) -> None:
    here.desk.dataset("treizieme", title="Le treizième")
    dag = here.api.wait_for_dags({"treizieme"})["treizieme"]
    assert dag["dag_display_name"] == "Le treizième"


def test_the_connection_form_knows_ckan(here: Town) -> None:
    address = f"{here.api.airflow.url}/ui/connections/hook_meta"
    found = {one["connection_type"]: one for one in here.api._session.get(address, timeout=30).json()}
    assert found["ckan"]["hook_name"] == "Plateforme CKAN"
    assert found["ckan"]["standard_fields"]["password"]["title"] == "Jeton (API token)"
