"""The demonstration's city by CeleryExecutor, on two workers that share no disk, one of which is killed midway.

Real are the datasets (six of the twelve, or all by ``make thorough``), the city, CKAN, the queue and the two buckets.
A worker holds what docker-compose.yaml gives it: neither Airflow's database nor the key of its tokens. The tests of
this file are one story, told in order; its last part, where Airflow itself fails, also goes alone, and has a second
scheduler.
"""

from __future__ import annotations

import json
import shutil
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from aqueduc.certify.ledger import list_certificates, verify_ledger
from aqueduc.store import Store, Vault
from aqueduc_airflow.factory import RECONCILIATION, SWEEP
from sandbox import airflow, demo_results, demo_runs, postgres, processes
from sandbox.agreements import seed_agreements
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from sandbox.city import City
from sandbox.demo_runs import Progress
from sandbox.processes import HOST, SandboxError, Service, free_port
from sandbox.region import Region, redis_server
from sandbox.region.venv import Venv
from sandbox.state import new_secret
from tests.examples import EVERY
from tests.places import open_folder
from tests.publish.servers import bucket
from tests.purging import purge_records
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

REPOSITORY = Path(__file__).resolve().parents[2]
TWELVE = {path.stem for path in (REPOSITORY / "include" / "datasets").glob("*.yaml")}
AGAIN = ("arbres", "defibrillateurs", "horodateurs-transactions", "permis-de-construire", "subventions")
CHOSEN = TWELVE if EVERY else {*AGAIN, "comptages-velos"}
AIRFLOW_S_OWN = ("SQL_ALCHEMY_CONN", "SECRET", "SECRET_KEY", "FERNET_KEY", "PASSWORDS_FILE")
"""How the settings end that no worker is given."""
BEFORE_THE_GATE = ("extract", "anonymise", "validate")
"""The lease of a publication outlives its process by ten minutes: longer than a test may wait for its retry."""
# A dead task is found in seconds, where production's defaults take five minutes; what nobody acknowledged is
# delivered again after 45 seconds, where it takes a day: a worker looks ten seconds after its start, then every hundred.
QUICK = {
    "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "45",
}


@dataclass(frozen=True)
class Worker:
    """A Celery worker, with a home and a scratch space of its own below ``folder``."""

    name: str
    folder: Path
    slots: int
    settings: Mapping[str, str] = field(repr=False)

    @property
    def scratch(self) -> Path:
        return self.folder / "scratch"

    @property
    def _service(self) -> Service:
        return Service(self.name, self.folder)

    def start(self) -> None:
        """Unless it runs: one that runs does not say again that it is ready."""
        if processes.running(self._service):
            return
        self.scratch.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "sandbox.airflow_scheduler", "celery", "worker", "--skip-serve-logs"]
        command += ["--celery-hostname", self.name, "--concurrency", str(self.slots)]
        home = {"AIRFLOW_HOME": str(self.folder), "TMPDIR": str(self.scratch)}
        before = len(self.log())
        processes.start(
            self._service,
            command,
            healthy=lambda: f"{self.name} ready" in self.log()[before:],
            timeout=90,
            env={**self.settings, **home},
            cwd=self.folder,
        )

    def stop(self) -> None:
        processes.stop(self._service, grace=20)

    def log(self) -> str:
        with suppress(FileNotFoundError):
            return self._service.log.read_text(encoding="utf-8", errors="replace")
        return ""

    def list_processes(self) -> list[psutil.Process]:
        """The worker, its pool and the tasks that run, the parents first."""
        main = processes.process(self._service)
        return [main, *main.children(recursive=True)] if main else []

    def send(self, number: signal.Signals) -> None:
        """To all of them."""
        for one in self.list_processes():
            with suppress(psutil.NoSuchProcess):
                one.send_signal(number)

    def kill(self) -> None:
        """As a machine that loses its power."""
        every = self.list_processes()
        for one in every:
            one.kill()
        psutil.wait_procs(every, timeout=10)
        self.stop()

    def list_scratch_folders(self) -> list[str]:
        return sorted(path.name for path in self.scratch.glob("aqueduc-*"))


@dataclass
class Cluster:
    """The whole; ``victim`` is the task that ran on ``first`` when it was killed, as Airflow's API has it."""

    api: Api
    layout: Layout
    region: Region
    first: Worker
    second: Worker
    buckets: dict[str, Any] = field(repr=False)
    settings: dict[str, str] = field(repr=False)
    victim: dict[str, Any] = field(default_factory=dict)
    followed: list[Progress] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return Store("s3://depot", self.buckets)

    @property
    def vault(self) -> Vault:
        return Vault("s3://coffre", self.buckets)

    def run_all(self) -> None:
        """All datasets, and the first worker is killed once one of them is published."""
        seed_agreements(self.layout.include, self.store, self.vault)
        city, datasets = demo_runs.read_datasets(self.layout.include)
        self.followed = demo_runs.run_all(self.api, datasets, city, watch=self.watch, timeout=500)

    def watch(self, followed: Sequence[Progress]) -> None:
        if not self.victim and any(one.done for one in followed):
            self.victim = self._kill_at_work()

    def _kill_at_work(self) -> dict[str, Any]:
        """Nothing, when it was not in the middle of a task."""
        if not eventually(lambda: bool(self.first.list_scratch_folders()), seconds=2, every=0.02):
            return {}
        self.first.send(signal.SIGSTOP)
        pids = {one.pid for one in self.first.list_processes()}
        running = self.api.call("GET", "dags/~/dagRuns/~/taskInstances", state="running", limit=100)
        here = [one for one in running["task_instances"] if one["pid"] in pids]
        if not (here and here[0]["task_id"] in BEFORE_THE_GATE and self.first.list_scratch_folders()):
            self.first.send(signal.SIGCONT)
            return {}
        self.first.kill()
        return dict(here[0])

    def ask(self, action: str, **parameters: Any) -> Any:
        """An action of CKAN's API, as the city."""
        url = f"{self.region.url}/api/3/action/{action}"
        answer = requests.get(
            url, params=parameters, headers={"Authorization": self.region.token}, timeout=60
        )
        answer.raise_for_status()
        return answer.json()["result"]

    def read_victim(self) -> Any:
        one = self.victim
        return self.api.tasks(one["dag_id"], one["dag_run_id"])[one["task_id"]]


@contextmanager
def open_queue(folder: Path) -> Iterator[dict[str, str]]:
    """A Redis; gives what Celery needs to know of it."""
    folder.mkdir()
    port, password, service = free_port(), new_secret(), Service("redis", folder)
    redis_server.ensure(service, Venv(Path(sys.prefix)), port, password)
    try:
        address = f"redis://:{password}@{HOST}:{port}"
        yield {
            "AIRFLOW__CELERY__BROKER_URL": f"{address}/0",
            "AIRFLOW__CELERY__RESULT_BACKEND": f"{address}/1",
        }
    finally:
        processes.stop(service)


@pytest.fixture(scope="module")
def cluster(city: City, region: Region, few_windows: None) -> Iterator[Cluster]:
    purge_records(region)
    with (
        open_folder() as root,
        bucket(root / "s3", root / "rclone") as buckets,
        open_queue(root / "queue") as queue,
    ):
        for name in ("depot", "coffre"):
            (root / "s3" / name).mkdir()
        options = json.dumps(buckets)
        state = {"AQUEDUC_STORE": "s3://depot", "AQUEDUC_STORE_OPTIONS": options}
        state |= {"AQUEDUC_VAULT": "s3://coffre", "AQUEDUC_VAULT_OPTIONS": options}
        shared = {**QUICK, **queue, **state, **city.environment(), **region.environment()}
        yield from _open_cluster(root, shared, region, buckets)


def _open_cluster(
    root: Path, shared: dict[str, str], region: Region, buckets: dict[str, Any]
) -> Iterator[Cluster]:
    shutil.copytree(REPOSITORY / "include", root / "include")
    for dataset in TWELVE - CHOSEN:
        (root / "include" / "datasets" / f"{dataset}.yaml").unlink()
    layout = Layout.under(root, include=root / "include")
    workers: list[Worker] = []
    try:
        api = Api(airflow.prepare(layout))
        everything = {**airflow.build_environment(layout), **shared}
        given = {name: value for name, value in everything.items() if not name.endswith(AIRFLOW_S_OWN)}
        # The first does one thing at a time: what it was doing when it is killed is one task.
        workers += [
            Worker("premier", root / "premier", 1, given),
            Worker("second", root / "second", 2, given),
        ]
        for worker in workers:
            worker.start()
        airflow.schedule(layout, shared)
        made = Cluster(api, layout, region, *workers, buckets, shared)
        made.run_all()
        yield made
    finally:
        for worker in workers:
            worker.kill()
        airflow.discard(root)


# --- the story ----------------------------------------------------------------------------------------------


def test_a_worker_was_killed_in_the_middle_of_a_task(cluster: Cluster) -> None:
    assert cluster.victim, "it never was"
    assert not cluster.first.list_processes()
    assert cluster.first.list_scratch_folders(), "what it was working on"
    for worker in (cluster.first, cluster.second):
        assert "Executing workload in Celery" in worker.log(), f"{worker.name} did nothing"


def test_the_other_worker_tried_its_task_again(cluster: Cluster) -> None:
    again = cluster.read_victim()
    assert (again.state, again.tries) == ("success", 2)
    assert cluster.victim["dag_run_id"] in cluster.second.log()


def test_every_dataset_is_published_once(cluster: Cluster) -> None:
    assert {one.dataset.id for one in cluster.followed} == CHOSEN
    problems = [str(failure) for one in cluster.followed for failure in demo_runs.failures(cluster.api, one)]
    assert problems == []
    names = [one["name"] for one in cluster.ask("package_search", rows=100, include_private=True)["results"]]
    assert Counter(names) == Counter(CHOSEN)


def test_each_run_has_one_certificate_and_every_chain_is_whole(cluster: Cluster) -> None:
    for one in cluster.followed:
        certified = Counter(entry["run"] for _, entry in list_certificates(cluster.store, one.dataset.id))
        assert certified == Counter(one.runs), one.dataset.id
        verdict = verify_ledger(cluster.store, one.dataset.id)
        assert verdict.is_valid, (one.dataset.id, verdict)


def test_no_file_and_no_row_is_there_twice(cluster: Cluster) -> None:
    for told in demo_results.results(cluster.store, cluster.followed):
        resources = cluster.ask("package_show", id=told.dataset.id)["resources"]
        assert max(Counter(one["name"] for one in resources).values()) == 1, told.dataset.id
        for one in resources:
            if one.get("datastore_active"):
                found = cluster.ask("datastore_search", resource_id=one["id"], limit=0)
                assert found["total"] == told.rows_out, told.dataset.id


def test_the_platform_has_what_is_declared(cluster: Cluster) -> None:
    """As the daily verification looks: declared, certified, listed and served."""
    run = cluster.api.trigger(RECONCILIATION)
    assert cluster.api.wait(RECONCILIATION, run) == "success", cluster.api.log(
        RECONCILIATION, run, "reconcile"
    )
    look, _latest = cluster.store.list("reconciliations")
    found = cluster.store.read_json(look)
    assert found["platforms"] == {"datasud": True}
    assert found["datasets"] == len(CHOSEN)
    assert found["differences"] == []


def test_the_vault_is_empty_and_nobody_holds_anything(cluster: Cluster) -> None:
    assert cluster.vault.list_write_times("raw") == {}
    assert cluster.vault.leases.map_claimed_keys_to_liveness("raw") == {}
    assert not [one for one in CHOSEN if cluster.store.leases.is_held(f"datasets/{one}")]
    assert cluster.second.list_scratch_folders() == []


def test_what_the_killed_worker_never_acknowledged_is_refused_to_whoever_gets_it(cluster: Cluster) -> None:
    """The queue delivers it again: to the other, or to itself once it is back."""
    cluster.second.stop()
    before = len(cluster.first.log())
    cluster.first.start()
    one = cluster.victim
    attempt = f"dag_id={one['dag_id']}/run_id={one['dag_run_id']}/task_id={one['task_id']}/attempt=1.log"

    def refused() -> bool:
        logs = (cluster.second.log(), cluster.first.log()[before:])
        return any(attempt in log and "Task Instance not found" in log for log in logs)

    assert eventually(refused)
    again = cluster.read_victim()
    assert (again.state, again.tries) == ("success", 2)


def test_the_killed_worker_destroys_its_scratch_by_its_first_task(cluster: Cluster) -> None:
    """What was left on a disk that only it can reach."""
    run = cluster.api.trigger(SWEEP)
    assert cluster.api.wait(SWEEP, run) == "success"
    assert cluster.first.list_scratch_folders() == []
    assert cluster.vault.list_write_times("raw") == {}


# --- Airflow itself fails -----------------------------------------------------------------------------------

AWAY_S = 60
PATIENT = {"AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": str(AWAY_S)}
"""Production waits five minutes before a task is tried again. By the sandbox's five seconds, its three tries would all
fall into the minute without the API."""


@dataclass
class Outages:
    """What befalls Airflow while runs go on, each once, as soon as a task is at work. What ends by it is started
    again, as Compose and Kubernetes do: both schedulers do by the restart of their database."""

    cluster: Cluster
    schedulers: list[str] = field(default_factory=lambda: [*airflow.SCHEDULERS])
    befell: list[str] = field(default_factory=list)

    def watch(self, followed: Sequence[Progress]) -> None:
        running = {task for one in followed for (_, task), state in one.tasks.items() if state == "running"}
        due = self.in_order[len(self.befell) :]
        # Without the API for so long, a task dies: see BEFORE_THE_GATE.
        if running and due and (due[0] != self.take_the_api_away or running <= {*BEFORE_THE_GATE}):
            due[0]()
            self.befell.append(due[0].__name__)
        self.restart_what_ended()

    @property
    def in_order(self) -> Sequence[Callable[[], None]]:
        return self.restart_the_database, self.take_the_api_away, self.kill_a_scheduler

    def restart_what_ended(self) -> None:
        airflow.prepare(self.cluster.layout, PATIENT)
        self.restart_schedulers()
        assert eventually(self._is_healthy, every=0.2)

    def restart_the_database(self) -> None:
        home = self.cluster.layout.home
        assert postgres.stop(home)
        time.sleep(3)
        postgres.start(home)

    def take_the_api_away(self) -> None:
        """Tasks neither beat nor end meanwhile: the schedulers take them for dead after half of it."""
        with self.api_away():
            back = time.monotonic() + AWAY_S
            while time.monotonic() < back:
                self.restart_schedulers()
                time.sleep(1)

    @contextmanager
    def api_away(self) -> Iterator[None]:
        """For the block. Its port is kept for it meanwhile: the workers know no other."""
        with socket.socket() as kept:
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            assert airflow.kill(self.cluster.layout, "api-server")
            assert eventually(lambda: self._keep_port(kept), seconds=10, every=0.05), "its children hold it"
            yield
            self.restart_what_ended()

    def _keep_port(self, kept: socket.socket) -> bool:
        try:
            kept.bind((HOST, urlsplit(self.cluster.api.airflow.url).port))
        except OSError:
            return False
        return True

    def kill_a_scheduler(self) -> None:
        """Nothing starts it again: the other goes on alone."""
        assert airflow.kill(self.cluster.layout, self.schedulers.pop(0))

    def restart_schedulers(self) -> None:
        for name in self.schedulers:
            airflow.schedule(self.cluster.layout, self.cluster.settings, name)

    def is_patient(self) -> bool:
        """Whether Airflow has read the five again since it was told to be."""
        every = [self.cluster.api.call("GET", f"dags/{one}/tasks")["tasks"] for one in AGAIN]
        return all(any(task["retry_delay"]["seconds"] == AWAY_S for task in tasks) for tasks in every)

    def _is_healthy(self) -> bool:
        try:
            return bool(self.cluster.api.call("GET", "monitor/health")["metadatabase"]["status"] == "healthy")
        except (requests.RequestException, SandboxError):
            return False


@pytest.fixture(scope="module")
def after_outages(cluster: Cluster) -> Sequence[Progress]:
    """Runs of five datasets that go all the way, and what Airflow went through meanwhile: again for each outage, since
    on a quiet machine one round ends before a second outage finds a task at work. The story leaves the second worker
    stopped at its end, and the first one dead at its beginning: here both work."""
    for worker in (cluster.first, cluster.second):
        worker.start()
    outages = Outages(cluster)
    with outages.api_away():
        pass  # what is started again, the dag-processor too, has the patience of PATIENT
    assert eventually(outages.is_patient)
    city, datasets = demo_runs.read_datasets(cluster.layout.include)
    chosen = [one for one in datasets if one.id in AGAIN]
    followed: list[Progress] = []
    while len(outages.befell) < len(outages.in_order):
        followed += demo_runs.run_all(cluster.api, chosen, city, force=True, watch=outages.watch, timeout=600)
        assert len(followed) <= 5 * len(chosen), f"only {outages.befell} befell"
    return followed


@pytest.mark.thorough
def test_what_airflow_goes_through_loses_and_doubles_nothing(
    cluster: Cluster, after_outages: Sequence[Progress]
) -> None:
    assert {one.dataset.id for one in after_outages} == set(AGAIN)
    problems = [str(failure) for one in after_outages for failure in demo_runs.failures(cluster.api, one)]
    assert problems == []
    for one in after_outages:
        certified = Counter(entry["run"] for _, entry in list_certificates(cluster.store, one.dataset.id))
        assert set(certified) >= set(one.runs)
        assert max(certified.values()) == 1, one.dataset.id
        assert verify_ledger(cluster.store, one.dataset.id).is_valid, one.dataset.id
        resources = cluster.ask("package_show", id=one.dataset.id)["resources"]
        assert max(Counter(resource["name"] for resource in resources).values()) == 1, one.dataset.id


@pytest.mark.thorough
def test_nothing_is_left_of_what_airflow_went_through(
    cluster: Cluster, after_outages: Sequence[Progress]
) -> None:
    run = cluster.api.trigger(RECONCILIATION)
    assert cluster.api.wait(RECONCILIATION, run) == "success"
    newest = [key for key in cluster.store.list("reconciliations") if not key.endswith("latest.json")][-1]
    assert cluster.store.read_json(newest)["differences"] == []
    assert cluster.vault.list_write_times("raw") == {}
    assert not [one for one in CHOSEN if cluster.store.leases.is_held(f"datasets/{one}")]
