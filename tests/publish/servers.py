"""Real servers of a city's files, from PyPI: Caddy in front of a folder, and rclone as an S3."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sandbox.processes import HOST, Service, free_port, listening, start, stop

KEY, SECRET = "ville", "un-secret-d-essai"


def _binary(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@dataclass(frozen=True)
class Caddy:
    """A web server of ``folder`` at ``url``, which turns visitors away once ``close`` was called."""

    url: str
    admin: str

    def close(self) -> None:
        """All it answers from now on is 401: a password is asked for."""
        refuse = [{"handler": "static_response", "status_code": "401"}]
        path = f"{self.admin}/config/apps/http/servers/ville/routes/0/handle"
        answer = httpx.patch(path, json=refuse, timeout=10)
        answer.raise_for_status()


@contextmanager
def caddy(folder: Path, place: Path) -> Iterator[Caddy]:
    """Serves ``folder``; ``place`` has its configuration and log."""
    port, admin = free_port(), free_port()
    files = {"handler": "file_server", "root": str(folder)}
    server = {
        "listen": [f"{HOST}:{port}"],
        "automatic_https": {"disable": True},
        "routes": [{"handle": [files]}],
    }
    config: dict[str, Any] = {
        "admin": {"listen": f"{HOST}:{admin}", "config": {"persist": False}},
        "apps": {"http": {"servers": {"ville": server}}},
    }
    folder.mkdir(parents=True, exist_ok=True)
    place.mkdir(parents=True, exist_ok=True)
    settings = place / "caddy.json"
    settings.write_text(json.dumps(config), encoding="utf-8")
    service = Service("caddy", place)
    start(service, [_binary("caddy"), "run", "--config", str(settings)], healthy=lambda: listening(port))
    try:
        yield Caddy(f"http://{HOST}:{port}", f"http://{HOST}:{admin}")
    finally:
        stop(service)


@contextmanager
def bucket(folder: Path, place: Path) -> Iterator[dict[str, Any]]:
    """An S3 whose buckets are the folders below ``folder``; gives what fsspec needs to open it."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    place.mkdir(parents=True, exist_ok=True)
    service = Service("rclone", place)
    command = [_binary("rclone"), "serve", "s3", "--config", "/dev/null", "--addr", f"{HOST}:{port}"]
    command += ["--auth-key", f"{KEY},{SECRET}", "--dir-cache-time", "0s", str(folder)]
    start(service, command, healthy=lambda: listening(port))
    try:
        yield {"key": KEY, "secret": SECRET, "endpoint_url": f"http://{HOST}:{port}"}
    finally:
        stop(service)
