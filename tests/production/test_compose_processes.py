"""A city's repository, published by the processes of docker-compose.yaml, each with its own secrets only."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from sandbox import processes
from tests.places import open_folder
from tests.production.composed import PROCESSES, REPOSITORY, Composed, Visitor, make_settings

DATASET = "equipements-sportifs"
_TIDY = "from datetime import UTC, datetime; import housekeeping; housekeeping.tidy(datetime.now(UTC))"

pytestmark = [pytest.mark.end_to_end, pytest.mark.sandbox]


@pytest.fixture(scope="module")
def composed() -> Iterator[Composed]:
    with open_folder() as folder, processes.stopped_with_us():
        city = folder / "ma-ville"
        made = Composed(folder, city, make_settings(city))
        with made.serve_new_city():
            yield made


@pytest.fixture(scope="module")
def visitor(composed: Composed) -> Visitor:
    return Visitor(composed)


def test_a_dataset_is_published_by_a_worker_without_the_keys_of_airflow(
    composed: Composed, visitor: Visitor
) -> None:
    # The connection is in Airflow's database, under a key that the worker has not.
    depot = json.dumps({"path": str(composed.city / "depot")})
    composed.run(
        "api-server", "airflow", "connections", "add", "depot", "--conn-type", "fs", "--conn-extra", depot
    )
    visitor.publish(DATASET)
    assert list((composed.city / ".aqueduc" / "portal").rglob("*.csv"))


def test_the_pages_show_it_without_a_key_of_the_store(visitor: Visitor) -> None:
    page = visitor.ask("GET", f"/aqueduc/jeu/{DATASET}")
    assert page.ok
    assert "Équipements sportifs" in page.text


def test_the_logs_are_read_without_a_server_of_logs(composed: Composed, visitor: Visitor) -> None:
    runs = visitor.ask("GET", f"/api/v2/dags/{DATASET}/dagRuns").json()["dag_runs"]
    tasks = visitor.ask("GET", f"/api/v2/dags/{DATASET}/dagRuns/{runs[0]['dag_run_id']}/taskInstances")
    one = tasks.json()["task_instances"][0]
    log = visitor.ask(
        "GET",
        f"/api/v2/dags/{DATASET}/dagRuns/{runs[0]['dag_run_id']}/taskInstances/{one['task_id']}/logs/1",
    )
    assert log.ok
    assert "Could not read served logs" not in log.text
    assert len(log.json()["content"]) > 3


@pytest.mark.parametrize("name", ["dag-processor", "triggerer", "worker"])
def test_its_health_check_passes(composed: Composed, name: str) -> None:
    composed.run(name, sys.executable, str(REPOSITORY / "docker" / "health.py"), name)


def test_the_history_is_tidied_with_the_key_of_the_database_alone(composed: Composed) -> None:
    composed.settings["HISTORY_DAYS"] = "90"
    code = f"import sys; sys.path.insert(0, {str(REPOSITORY / 'docker')!r}); {_TIDY}"
    composed.run("housekeeping", sys.executable, "-c", code)


@pytest.mark.parametrize("name", PROCESSES)
def test_no_process_complains_of_a_key_that_it_has_not(composed: Composed, name: str) -> None:
    log = composed.log(name)
    assert "InvalidToken" not in log
    assert "Signature verification failed" not in log
    assert "Traceback" not in log
