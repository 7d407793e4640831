"""The pods of Airflow's chart with our values, as they are rendered, publish a city's dataset."""

from __future__ import annotations

import base64
import copy
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.compose.engine import EngineMissing, run, start_engine
from tests.compose.pods import Podman, PodmanMissing, build_claim, build_pod, build_secret
from tests.places import open_folder
from tests.production.test_helm import SERVICES, VALUES
from tests.production.test_helm_chart import render
from tests.waiting import eventually

pytestmark = pytest.mark.compose

DATASET = "equipements-sportifs"
IMAGE = SERVICES["worker"]["image"]
PROCESSES = ("api-server", "scheduler", "dag-processor", "triggerer", "worker")
ASK = """
import json, sys, time
import requests

user, password, dataset = sys.argv[1:]
api = requests.Session()
url = "http://aqueduc-api-server:8080"
token = api.post(url + "/auth/token", json={"username": user, "password": password}, timeout=60).json()
api.headers["Authorization"] = "Bearer " + token["access_token"]
depot = {"connection_id": "depot", "conn_type": "fs", "extra": json.dumps({"path": "/depot"})}
api.post(url + "/api/v2/connections", json=depot, timeout=60)
page = url + "/api/v2/dags/" + dataset
for _ in range(120):
    if api.get(page, timeout=60).ok:
        break
    time.sleep(1)
api.patch(page, json={"is_paused": False}, timeout=60).raise_for_status()
run = api.post(page + "/dagRuns", json={"logical_date": None, "conf": {}}, timeout=60).json()["dag_run_id"]
for _ in range(240):
    runs = api.get(page + "/dagRuns", timeout=60).json()["dag_runs"]
    if all(one["state"] in ("success", "failed") for one in runs):
        break
    time.sleep(1)
tasks = {}
for one in runs:
    for task in api.get(page + "/dagRuns/" + one["dag_run_id"] + "/taskInstances", timeout=60).json()["task_instances"]:
        if task["hostname"]:
            tasks[task["task_id"]] = [task["state"], task["hostname"]]
print(json.dumps({"states": [one["state"] for one in runs], "tasks": tasks}))
"""


@dataclass
class Cluster:
    """``settings``: the secrets, as .env has them; ``environment``: what the city's own .env exports."""

    podman: Podman
    settings: dict[str, str] = field(repr=False)
    environment: dict[str, str] = field(repr=False)

    def find_container(self, process: str) -> str:
        return f"aqueduc-{process}-{process}"


def list_secrets(settings: dict[str, str]) -> list[dict[str, Any]]:
    """Those that README.md has made before."""

    def open_store(name: str) -> str:
        key = settings[f"{name.upper()}_SECRET_KEY"]
        return json.dumps({"endpoint_url": f"http://{name}:7070", "key": f"aqueduc-{name}", "secret": key})

    redis = f"redis://:{settings['REDIS_PASSWORD']}@redis:6379"
    database = f"postgresql+psycopg2://airflow:{settings['POSTGRES_PASSWORD']}@postgres/airflow"
    made = {
        "aqueduc-database": {"connection": database},
        "aqueduc-queue": {"broker": f"{redis}/0", "connection": f"{redis}/1"},
        "aqueduc-fernet": {"fernet-key": settings["FERNET_KEY"]},
        "aqueduc-tokens": {"jwt-secret": settings["JWT_SECRET"]},
        "aqueduc-sessions": {"api-secret-key": settings["API_SECRET_KEY"]},
        "aqueduc-store": {"options": open_store("store")},
        "aqueduc-store-reader": {"options": open_store("store")},
        "aqueduc-vault": {"options": open_store("vault")},
        "aqueduc-git": {
            "connection": json.dumps({"conn_type": "git", "host": "http://git:8000/ville.git"})
        },
        "aqueduc-init": {
            name: settings[name.replace("-", "_").upper()]
            for name in ("admin-user", "admin-email", "admin-password", "postgres-password", "redis-password",
                         "store-secret-key", "vault-secret-key")
        },
    }  # fmt: skip
    return [build_secret(name, values) for name, values in made.items()]


def make_city(folder: Path) -> dict[str, str]:
    """A city's repository, and a bare copy of it that a web server may serve; what its .env exports."""
    city, bare = folder / "ville", folder / "ville.git"
    command = [str(Path(sys.executable).with_name("aqueduc")), "init", str(city)]
    subprocess.run(command, capture_output=True, check=True)
    # On the volume of what is served, as the guide has it.
    declared = city / "include" / "city.yaml"
    portal = "\nplatforms:\n  portail: {type: portal, folder: /srv/www/portail}\n"
    declared.write_text(declared.read_text("utf-8") + portal, encoding="utf-8")
    git = ("git", "-C", str(city))
    run(*git, "init", "--quiet", "--initial-branch", "main")
    run(*git, "add", "--all")
    run(
        *git, "-c", "user.name=essai", "-c", "user.email=essai@ville.test", "commit", "--quiet", "-m", "essai"
    )
    run("git", "clone", "--quiet", "--bare", str(city), str(bare))
    run("git", "-C", str(bare), "update-server-info")
    lines = (city / ".env").read_text("utf-8").splitlines()
    exported = [line.removeprefix("export ") for line in lines if line.startswith("export ")]
    return {name: value.strip("'") for name, _equal, value in (line.partition("=") for line in exported)}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    rendered = render("plain")
    try:
        with start_engine(), open_folder() as folder:
            podman = Podman(folder)
            with podman.start():
                yield from fill(podman, folder, rendered)
    except (EngineMissing, PodmanMissing) as missing:
        pytest.skip(str(missing))


def fill(podman: Podman, folder: Path, rendered: Any) -> Iterator[Cluster]:
    """Starts what the city has, then the preparation, then the five processes."""
    if subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode:
        pytest.skip(f"no image {IMAGE} on this machine: make compose builds it")
    hexadecimal = ("JWT_SECRET", "API_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
    settings = {
        **{name: secrets.token_hex(32) for name in hexadecimal},
        **{name: secrets.token_hex(20) for name in ("STORE_SECRET_KEY", "VAULT_SECRET_KEY")},
        "ADMIN_PASSWORD": secrets.token_urlsafe(18),
        "ADMIN_USER": "administration",
        "ADMIN_EMAIL": "administration@ville.test",
        "FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
    }
    environment = make_city(folder)
    postgres, redis, store = (SERVICES[name]["image"] for name in ("postgres", "redis", "store"))
    podman.load(IMAGE, postgres, redis, store)
    account = ("-e", "POSTGRES_USER=airflow", "-e", "POSTGRES_DB=airflow")
    password = ("-e", f"POSTGRES_PASSWORD={settings['POSTGRES_PASSWORD']}")
    podman.serve("postgres", postgres, options=(*account, *password))
    podman.serve("redis", redis, "valkey-server", "--requirepass", settings["REDIS_PASSWORD"], "--save", "")
    for name in ("store", "vault"):
        key = ("-e", f"ROOT_ACCESS_KEY_ID=aqueduc-{name}")
        secret = ("-e", f"ROOT_SECRET_ACCESS_KEY={settings[f'{name.upper()}_SECRET_KEY']}")
        podman.serve(name, store, options=("--user", "10001", *key, *secret))
    served = ("-v", f"{folder}:/srv:ro", "--user", "0", "--entrypoint", "python3", "--workdir", "/srv")
    podman.serve("git", IMAGE, "-m", "http.server", "8000", options=served)
    podman.play(*list_secrets(settings))
    podman.play(*(build_claim(f"aqueduc-{name}", VALUES["uid"]) for name in ("logs", "depot", "web")))
    made = Cluster(podman, settings, environment)
    config = copy.deepcopy(rendered.find("ConfigMap", "aqueduc-config"))
    # Kubernetes makes an empty folder of a key that is not there.
    config["data"].setdefault("pod_template_file.yaml", "")
    job, container = "aqueduc-run-airflow-migrations", "aqueduc-run-airflow-migrations-run-airflow-migrations"
    podman.play(config, build_pod(copy.deepcopy(rendered.find("Job", job))))
    assert eventually(lambda: podman.inspect(container)["State"]["Status"] == "exited")
    assert podman.inspect(container)["State"]["ExitCode"] == 0, podman.read_logs(container)[-4000:]
    for process in PROCESSES:
        pod = build_pod(copy.deepcopy(rendered.find("Deployment", f"aqueduc-{process}")))
        podman.play(config, pod)
    depot = podman.run("volume", "inspect", "aqueduc-depot", "--format", "{{.Mountpoint}}").strip()
    (Path(depot) / f"{DATASET}.csv").write_bytes((folder / "ville" / "depot" / f"{DATASET}.csv").read_bytes())
    yield made


def test_its_processes_run_read_only_as_nobody_and_find_their_configuration(cluster: Cluster) -> None:
    for process in PROCESSES:
        found = cluster.podman.inspect(cluster.find_container(process))
        assert found["State"]["Running"], cluster.podman.read_logs(cluster.find_container(process))[-4000:]
        assert found["HostConfig"]["ReadonlyRootfs"]
        assert not found["EffectiveCaps"]
        account = cluster.podman.execute(cluster.find_container(process), "id", "-u").strip()
        assert account == str(VALUES["uid"])
        configuration = cluster.podman.execute(
            cluster.find_container(process), "cat", "/opt/airflow/airflow.cfg"
        )
        assert "executor = CeleryExecutor" in configuration


@pytest.mark.parametrize("process", [name for name in PROCESSES if name != "api-server"])
def test_its_probe_passes(cluster: Cluster, process: str) -> None:
    check = ("python", "/opt/aqueduc/docker/health.py", process)

    def passes() -> bool:
        try:
            cluster.podman.execute(cluster.find_container(process), *check)
        except AssertionError:
            return False
        return True

    assert eventually(passes, 120), cluster.podman.read_logs(cluster.find_container(process))[-4000:]


def test_a_dataset_is_published_by_the_worker(cluster: Cluster) -> None:
    worker = cluster.find_container("worker")
    find = "import glob; print(glob.glob('/scratch/airflow/dag_bundles/aqueduc/*/include/city.yaml')[0])"

    def fetched() -> str:
        try:
            return cluster.podman.execute(worker, "python", "-c", find).strip()
        except AssertionError:
            return ""

    password = cluster.settings["ADMIN_PASSWORD"]
    ask = ("python", "-", cluster.settings["ADMIN_USER"], password, DATASET)
    address = "http://aqueduc-api-server:8080/api/v2/monitor/health"
    health = f"import requests; requests.get({address!r}, timeout=5).raise_for_status()"

    def answers() -> bool:
        try:
            cluster.podman.execute(worker, "python", "-c", health)
        except AssertionError:
            return False
        return True

    assert eventually(answers, 120)
    first = json.loads(cluster.podman.execute(worker, *ask, text=ASK).splitlines()[-1])
    assert set(first["states"]) == {"success"}, first
    assert first["tasks"]["validate"] == ["success", "aqueduc-worker"]
    # Nobody agreed yet; a person does, in the worker, with the key that the city's own .env has.
    include = str(Path(fetched()).parent)
    given = {
        **{name: value for name, value in cluster.environment.items() if name.startswith("AIRFLOW_CONN")},
        "AQUEDUC_INCLUDE": include,
        "AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": "/depot"}}),
    }
    aqueduc = ("env", *(f"{name}={value}" for name, value in given.items()), "aqueduc")
    cluster.podman.execute(worker, *aqueduc, "run", DATASET, "--dry-run")
    cluster.podman.execute(worker, *aqueduc, "agree", DATASET, "--by", "essai", "--reason", "essai")
    second = json.loads(cluster.podman.execute(worker, *ask, text=ASK).splitlines()[-1])
    assert second["tasks"]["publish"] == ["success", "aqueduc-worker"], second
    assert second["tasks"]["certify"] == ["success", "aqueduc-worker"], second


def test_no_process_complains_of_a_key_or_a_folder(cluster: Cluster) -> None:
    for process in PROCESSES:
        log = cluster.podman.read_logs(cluster.find_container(process))
        for word in ("Traceback", "Permission denied", "Read-only file system", "InvalidToken"):
            assert word not in log, f"{process}: {log[-4000:]}"
        assert not [
            name
            for name, value in cluster.settings.items()
            if "_" in name and len(value) > 30 and value in log
        ]
