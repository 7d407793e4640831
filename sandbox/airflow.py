"""A real Airflow on one machine: api-server, dag-processor and scheduler, tuned so that a run takes seconds.

The three processes start apart: the first two while the city and the region are still being set up, the
scheduler last, since the tasks it forks inherit the connections (``AIRFLOW_CONN_*``) from its environment.
The metadata database is a PostgreSQL of its own: SQLite refuses a backfill while anything else runs.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests

from sandbox import postgres, processes
from sandbox.postgres import Cluster
from sandbox.processes import HOST, SandboxError, Service
from sandbox.state import fingerprint, new_secret, remembered, write_private

REPOSITORY = Path(__file__).resolve().parent.parent
USER = "admin"
ACCOUNTS = {USER: "admin", "signatory": "user", "dpo": "user", "operator": "op", "steward": "viewer"}
"""By the names under ``people:`` of ``include/city.yaml``, what each may do in Airflow; one password for all."""
PARALLELISM = 4
_START_TIMEOUT_S = 90

# Timetables would fire each dataset's latest past period as soon as it is unpaused, on top of the runs that
# the demo and the tests ask for; they ask for all of them, so that what runs is known.
_QUICK = {
    "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
    "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "5",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "15",
    "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
    "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": "10",
    "AIRFLOW__SCHEDULER__PARSING_CLEANUP_INTERVAL": "5",
    "AIRFLOW__API__WORKERS": "1",
}
_BUNDLES = json.dumps(
    [
        {
            "name": "dags-folder",
            "classpath": "aqueduc_airflow.bundle.DeclarationsBundle",
            "kwargs": {"refresh_interval": 120},
        }
    ]
)
_PLAIN = {
    "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in ACCOUNTS.items()),
    "AIRFLOW__API__HOST": HOST,
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "AIRFLOW__API__EXPOSE_CONFIG": "False",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
    # Servers of this machine are reached directly, whatever proxy the network asks for.
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}
# What a child needs of the caller's environment; the rest (a foreign AIRFLOW_HOME, say) would mislead it.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "SSL_CERT_FILE")
SCHEDULERS = ("scheduler", "second-scheduler")
"""One, and another beside it where a test wants two."""


@dataclass(frozen=True)
class Airflow:
    """A running Airflow. ``home`` is its AIRFLOW_HOME (metadata database, logs)."""

    url: str
    user: str
    password: str = field(repr=False)
    home: Path


@dataclass(frozen=True)
class Layout:
    """What Airflow reads and writes: the project's folders, Aqueduc's store and vault, Airflow's own home."""

    home: Path
    dags: Path
    plugins: Path
    include: Path
    store: Path
    vault: Path

    @classmethod
    def under(cls, root: Path, *, include: Path | None = None) -> Layout:
        root = root.resolve()
        return cls(
            home=root / "airflow",
            dags=REPOSITORY / "dags",
            plugins=REPOSITORY / "plugins",
            include=(include or REPOSITORY / "include").resolve(),
            store=root / "aqueduc" / "store",
            vault=root / "aqueduc" / "vault",
        )

    def environment(self) -> dict[str, str]:
        """Where Aqueduc works, for whoever runs it: Airflow's tasks, the command ``aqueduc``, a test."""
        return {
            "AIRFLOW_HOME": str(self.home),
            "AQUEDUC_INCLUDE": str(self.include),
            "AQUEDUC_STORE": self.store.as_uri(),
            "AQUEDUC_VAULT": self.vault.as_uri(),
        }


def prepare(layout: Layout, settings: Mapping[str, str] | None = None) -> Airflow:
    """Start the api-server and the dag-processor, unless they run; create the database the first time.
    ``settings`` (AIRFLOW__*) stand over those of the sandbox.

    Raises SandboxError when one of them does not come up.
    """
    layout.home.mkdir(parents=True, exist_ok=True)
    airflow = _describe(layout)
    cluster = postgres.start(layout.home)
    environment = {**_environment(layout, cluster), **(settings or {})}
    _migrate(layout.home, cluster, environment)
    _keep(layout, "dag-processor", environment, sources=layout.plugins.rglob("*.py"))
    if _keep(layout, "api-server", environment, healthy=lambda: _answers(airflow.url)):
        # The first call of the Execution API costs seconds; better now than within the first task.
        with suppress(requests.RequestException):
            requests.get(f"{airflow.url}/execution/health", timeout=30)
    return airflow


def schedule(layout: Layout, connections: Mapping[str, str], name: str = SCHEDULERS[0]) -> None:
    """Start the scheduler of this name, unless it runs, with ``connections`` (AIRFLOW_CONN_*) in its environment."""
    environment = {**build_environment(layout), **connections}
    log = _service(layout, name).log
    before = log.stat().st_size if log.exists() else 0
    _keep(
        layout,
        name,
        environment,
        sources=layout.plugins.rglob("*.py"),
        healthy=lambda: _scheduling(log, before),
    )


def start(root: Path, connections: Mapping[str, str], *, include: Path | None = None) -> Airflow:
    """The whole Airflow under ``root``, ready to run the datasets of ``include``. Idempotent."""
    layout = Layout.under(root, include=include)
    airflow = prepare(layout)
    schedule(layout, connections)
    return airflow


def stop(root: Path, *, gently: signal.Signals = signal.SIGTERM) -> None:
    """Stop the processes and the database; what it holds, and the logs, stay."""
    layout = Layout.under(root)
    for name in (*SCHEDULERS, "dag-processor", "api-server"):
        processes.stop(_service(layout, name), gently=gently, grace=15)
    if layout.home.exists():
        postgres.stop(layout.home)


def kill(layout: Layout, name: str) -> bool:
    """Kill one process of Airflow and all that it has started, as a machine that loses its power would; True when
    it was running."""
    return processes.stop(_service(layout, name), gently=signal.SIGKILL)


def discard(root: Path) -> None:
    """As ``stop``, without the seconds that each process takes to say good-bye: nobody will start it again."""
    stop(root, gently=signal.SIGKILL)


def running(root: Path) -> bool:
    layout = Layout.under(root)
    return all(processes.running(_service(layout, name)) for name in ("scheduler", "api-server"))


def load(root: Path) -> Airflow:
    """The Airflow started under ``root``. Raises SandboxError when there is none."""
    if not running(root):
        raise SandboxError(f"Airflow is not running under {root}: `python -m sandbox up` starts it")
    return _describe(Layout.under(root))


def _service(layout: Layout, name: str) -> Service:
    return Service(name, layout.home)


def _describe(layout: Layout) -> Airflow:
    home = layout.home
    port_file = home / "port"
    if processes.running(_service(layout, "api-server")) and port_file.exists():
        port = int(port_file.read_text(encoding="ascii"))
    else:
        port = processes.steady_port(port_file)
    return Airflow(f"http://{HOST}:{port}", USER, remembered(home / "admin.password", new_secret), home)


def build_environment(layout: Layout) -> dict[str, str]:
    """What each process of Airflow is given, the connections aside. Starts its database, unless it runs."""
    return _environment(layout, postgres.start(layout.home))


def _environment(layout: Layout, cluster: Cluster) -> dict[str, str]:
    airflow = _describe(layout)
    passwords = layout.home / "passwords.json"
    write_private(passwords, json.dumps(dict.fromkeys(ACCOUNTS, airflow.password)))
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    secret = remembered(layout.home / "jwt.secret", new_secret)
    return {
        **inherited,
        **_PLAIN,
        **_QUICK,
        **layout.environment(),
        "PYTHONPATH": str(REPOSITORY),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "AIRFLOW__CORE__DAGS_FOLDER": str(layout.dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(layout.plugins),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{airflow.url}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": "",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": _BUNDLES,
        "AIRFLOW__API__PORT": airflow.url.rsplit(":", 1)[-1],
        "AIRFLOW__API__BASE_URL": airflow.url,
        "AIRFLOW__API__SECRET_KEY": secret,
        "AIRFLOW__API_AUTH__JWT_SECRET": secret,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": cluster.dsn("airflow").replace("://", "+psycopg2://", 1),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(layout.home / "logs"),
    }


def _migrate(home: Path, cluster: Cluster, environment: Mapping[str, str]) -> None:
    """Create the metadata database once."""
    done = home / "migrated"
    if done.exists():
        return
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS airflow WITH (FORCE)")
        connection.execute("CREATE DATABASE airflow")
    result = subprocess.run(
        [*_command("db"), "migrate"],
        env=dict(environment),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise SandboxError(f"airflow db migrate failed:\n{result.stderr.strip()[-2000:]}")
    done.touch()


def _command(name: str) -> list[str]:
    if name in SCHEDULERS:
        return [sys.executable, "-m", "sandbox.airflow_scheduler", "scheduler"]
    return [sys.executable, "-m", "airflow", name]


def _keep(
    layout: Layout,
    name: str,
    environment: Mapping[str, str],
    *,
    sources: Iterable[Path] = (),
    healthy: Callable[[], bool] = lambda: True,
) -> bool:
    """Start a process of Airflow, unless it runs as it should; True when it had to be started.

    One that runs in another environment, or with another version of the ``sources`` it has imported, is
    restarted: what it forks has both.
    """
    service = _service(layout, name)
    mark, note = fingerprint(sources, sorted(environment.items())), layout.home / f"{name}.mark"
    if processes.running(service):
        if note.exists() and note.read_text(encoding="ascii") == mark:
            return False
        processes.stop(service)
    processes.start(
        service, _command(name), healthy=healthy, timeout=_START_TIMEOUT_S, env=environment, cwd=layout.home
    )
    write_private(note, mark)
    return True


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/api/v2/version", timeout=5).ok
    except requests.RequestException:
        return False


def _scheduling(log: Path, since: int) -> bool:
    with log.open("rb") as file:
        file.seek(since)
        return b"Starting the scheduler" in file.read()
