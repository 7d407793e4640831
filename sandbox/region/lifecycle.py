"""Start and stop the region: its servers in order, each only if it does not run yet."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import postgres, processes
from sandbox.postgres import Cluster
from sandbox.processes import SandboxError, Service, listening, steady_port
from sandbox.region import configuration, credentials, databases, model, redis_server, venv
from sandbox.region.configuration import Ports
from sandbox.region.credentials import Secrets
from sandbox.region.layout import Layout
from sandbox.region.model import ORGANISATION, Region
from sandbox.region.venv import Venv
from sandbox.state import fingerprint, locked

_HERE = Path(__file__).parent
_REPOSITORY = _HERE.parents[1]
_INSIDE = _HERE / "inside"
_ADMIN = {"name": "admin", "email": "admin@region.example", "fullname": "Administration du portail"}
_EDITOR = {"name": "editeur-aix", "email": "donnees@ville.example", "fullname": "Ville d’Aix-en-Provence"}
_ORGANISATION = {
    "name": ORGANISATION,
    "title": "Ville d’Aix-en-Provence",
    "description": "Données ouvertes de la Ville d’Aix-en-Provence, produites par une ville imaginaire.",
}
# A client that dies within a transaction must not block the others for ever.
_POSTGRES_SETTINGS = {"lock_timeout": "60s", "idle_in_transaction_session_timeout": "120s"}
_WEB_START_SECONDS = 120


@dataclass(frozen=True)
class Status:
    """One server of the region."""

    name: str
    running: bool


def start(root: Path, *, xloader: bool = False, workers: int = 2) -> Region:
    """Start the region kept under `root`, making it the first time; fast when it already answers.

    With `xloader`, uploaded files are also loaded into the DataStore by a background worker. `workers` is the
    number of web processes, of two threads each. A region started from another version of the sandbox is
    restarted; its datasets stay. Raises SandboxError, nothing being left running, when a part cannot start.
    """
    layout = _layout(root)
    current = _fingerprint(xloader=xloader, workers=workers)
    with locked(layout.lock):
        if _is_current(layout, current):
            return model.read(layout.region)
        _stop(layout)
        with ExitStack() as undo:
            undo.callback(_stop, layout)
            region = _start(layout, xloader=xloader, workers=workers)
            layout.running_stamp.write_text(current, encoding="ascii")
            undo.pop_all()
        return region


def stop(root: Path) -> bool:
    """Stop every server of the region; True when one was running. Its data stay."""
    layout = _layout(root)
    if not layout.folder.exists():
        return False
    with locked(layout.lock):
        return _stop(layout)


def load(root: Path) -> Region:
    """The region last started under `root`, running or not; raises SandboxError when there is none."""
    return model.read(_layout(root).region)


def status(root: Path) -> list[Status]:
    """The servers of the region started under `root`; empty when it was never started."""
    layout = _layout(root)
    if not layout.region.exists():
        return []
    database = Status("postgresql", postgres.running(layout.folder))
    return [database, *(Status(service.name, processes.running(service)) for service in _services(layout))]


def _services(layout: Layout) -> list[Service]:
    """The servers beside PostgreSQL of the region as last configured."""
    with_xloader = "xloader" in layout.ini.read_text(encoding="utf-8")
    return [layout.redis, layout.search, layout.web, *([layout.worker] if with_xloader else [])]


def _start(layout: Layout, *, xloader: bool, workers: int) -> Region:
    environment = venv.ensure(layout.folder / "venv")
    cluster = postgres.start(layout.folder, settings=_POSTGRES_SETTINGS)
    secrets = credentials.ensure(layout.secrets)
    databases.ensure(cluster, secrets)
    ports = Ports(
        web=steady_port(layout.port_file("web")),
        database=cluster.port,
        redis=steady_port(layout.port_file("redis")),
        search=steady_port(layout.port_file("search")),
    )
    redis_server.ensure(layout.redis, environment, ports.redis, secrets.redis_password)
    _start_search(layout, environment, ports.search)
    layout.storage.mkdir(exist_ok=True)
    configuration.write(layout.ini, ports=ports, secrets=secrets, storage=layout.storage)
    _prepare(layout, environment, cluster, secrets)
    region = _describe(layout, ports, cluster, secrets)
    if xloader:
        configuration.write(
            layout.ini,
            ports=ports,
            secrets=secrets,
            storage=layout.storage,
            xloader_token=region.admin_token,
        )
    _start_web(layout, environment, region.url, ports.web, workers)
    if xloader:
        _start_worker(layout, environment, ports, secrets)
    model.save(region, layout.region)
    return region


def _stop(layout: Layout) -> bool:
    layout.running_stamp.unlink(missing_ok=True)
    services = (layout.worker, layout.web, layout.search, layout.redis)
    stopped = [processes.stop(service) for service in services]
    return postgres.stop(layout.folder) or any(stopped)


def _start_search(layout: Layout, environment: Venv, port: int) -> None:
    schema = environment.site_packages / "ckan" / "config" / "solr" / "schema.xml"
    command = [sys.executable, "-m", "sandbox.region.search", "--port", str(port)]
    command += ["--schema", str(schema), "--journal", str(layout.journal)]
    processes.start(layout.search, command, healthy=lambda: listening(port), cwd=_REPOSITORY)


def _prepare(layout: Layout, environment: Venv, cluster: Cluster, secrets: Secrets) -> None:
    """Tables, accounts, organisation, groups, tokens: done once, and again after a change of their making."""
    stamp = fingerprint(
        [*_INSIDE.glob("*.py"), _HERE / "groups.json", venv.lock()], _ADMIN, _EDITOR, _ORGANISATION
    )
    if credentials.has_token_of_later(layout.tokens):
        layout.tokens.unlink()
    prepared = layout.prepared_stamp
    up_to_date = prepared.exists() and prepared.read_text(encoding="ascii") == stamp
    if up_to_date and layout.journal.exists() and layout.tokens.exists():
        return
    order = {
        "superuser_dsn": cluster.dsn(databases.DATASTORE),
        "admin": {**_ADMIN, "password": secrets.admin_password},
        "editor": {**_EDITOR, "password": secrets.editor_password},
        "organisation": _ORGANISATION,
        "groups": json.loads((_HERE / "groups.json").read_text(encoding="utf-8")),
        "tokens": str(layout.tokens),
    }
    done = subprocess.run(
        [str(environment.python), str(_INSIDE / "bootstrap.py")],
        env=environment.environment(layout.ini),
        # On standard input, since arguments and environment can be read by others.
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    (layout.folder / "prepare.log").write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode != 0:
        raise SandboxError(f"CKAN could not be prepared: see {layout.folder / 'prepare.log'}")
    layout.journal.touch()
    prepared.write_text(stamp, encoding="ascii")


def _start_web(layout: Layout, environment: Venv, url: str, port: int, workers: int) -> None:
    command = [str(environment.python), "-m", "gunicorn", "wsgi:application", "--chdir", str(_INSIDE)]
    command += ["--bind", f"{processes.HOST}:{port}", "--workers", str(workers), "--threads", "2"]
    # Uploads of hundreds of megabytes are received, copied and hashed by one request.
    command += ["--timeout", "300", "--graceful-timeout", "5", "--no-control-socket"]
    processes.start(
        layout.web,
        command,
        healthy=lambda: _answers(url),
        timeout=_WEB_START_SECONDS,
        env=environment.environment(layout.ini),
    )


def _start_worker(layout: Layout, environment: Venv, ports: Ports, secrets: Secrets) -> None:
    processes.start(
        layout.worker,
        [str(environment.python), str(_INSIDE / "worker.py")],
        healthy=lambda: redis_server.has_worker(ports.redis, secrets.redis_password),
        timeout=_WEB_START_SECONDS,
        env=environment.environment(layout.ini),
    )


def _describe(layout: Layout, ports: Ports, cluster: Cluster, secrets: Secrets) -> Region:
    tokens: dict[str, str] = json.loads(layout.tokens.read_text(encoding="utf-8"))
    return Region(
        url=f"http://{processes.HOST}:{ports.web}",
        organisation=ORGANISATION,
        token=tokens[_EDITOR["name"]],
        editor_name=_EDITOR["name"],
        editor_password=secrets.editor_password,
        admin_token=tokens[_ADMIN["name"]],
        admin_name=_ADMIN["name"],
        admin_password=secrets.admin_password,
        storage=str(layout.storage),
        datastore_dsn=cluster.dsn(databases.DATASTORE),
    )


def _is_current(layout: Layout, current: str) -> bool:
    stamp = layout.running_stamp
    if not stamp.exists() or stamp.read_text(encoding="ascii") != current:
        return False
    services = _services(layout)
    if not postgres.running(layout.folder) or not all(processes.running(service) for service in services):
        return False
    return _answers(model.read(layout.region).url)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api/3/action/status_show", timeout=10) as answer:  # noqa: S310
            body: dict[str, Any] = json.load(answer)
    except (urllib.error.URLError, OSError, json.JSONDecodeError):
        return False
    return bool(body["success"])


def _fingerprint(*, xloader: bool, workers: int) -> str:
    sources = [path for path in _HERE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return fingerprint(sources, sys.version, xloader, workers)


def folder(root: Path) -> Path:
    """Where the region under `root` keeps its things: each version of CKAN has its own, since the tables of
    one are not the other's."""
    return _folder_of(root, venv.version())


def share_environments(root: Path, other: Path) -> None:
    """Have the regions under `other` run in the Python environments of those under `root`, made or not."""
    for version in venv.VERSIONS:
        venv.share(_folder_of(root, version) / "venv", _folder_of(other, version) / "venv")


def _folder_of(root: Path, version: str) -> Path:
    return (root / ("region" if version == venv.VERSIONS[0] else f"region-{version}")).resolve()


def _layout(root: Path) -> Layout:
    return Layout(folder(root))
