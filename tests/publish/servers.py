"""Real servers of a city's files, from PyPI: Caddy in front of a folder, and rclone as an S3."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.processes import HOST, Service, free_port, listening, start, stop

KEY, SECRET = "ville", "un-secret-d-essai"


def _binary(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@dataclass(frozen=True)
class Caddy:
    """A web server of ``folder`` at ``url``, which turns visitors away between ``close`` and ``open``."""

    folder: str
    url: str
    admin: str

    def close(self) -> None:
        """All it answers from now on is 401: a password is asked for."""
        self._handle({"handler": "static_response", "status_code": "401"})

    def open(self) -> None:
        """Visitors are let in again."""
        self._handle({"handler": "file_server", "root": self.folder})

    def _handle(self, handler: dict[str, str]) -> None:
        path = f"{self.admin}/config/apps/http/servers/ville/routes/0/handle"
        httpx.patch(path, json=[handler], timeout=10).raise_for_status()


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
        yield Caddy(str(folder), f"http://{HOST}:{port}", f"http://{HOST}:{admin}")
    finally:
        stop(service)


def written(place: Path) -> list[str]:
    """The requests that changed something in the bucket at ``place``, in order: ``CREATE OBJECT: …``."""
    log = (place / "rclone.log").read_text(encoding="utf-8")
    return re.findall(r"serve s3: ((?:CREATE|DELETE|COPY|PUT|POST)[^\n]*)", log)


@contextmanager
def bucket(folder: Path, place: Path) -> Iterator[dict[str, Any]]:
    """An S3 whose buckets are the folders below ``folder``; gives what fsspec needs to open it."""
    if "FAKETIME" in os.environ:
        # A program in Go asks the kernel for the time, and an S3 refuses what is signed at another.
        pytest.skip("rclone keeps the real clock under CLOCK=")
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    place.mkdir(parents=True, exist_ok=True)
    service = Service("rclone", place)
    command = [_binary("rclone"), "serve", "s3", "--config", "/dev/null", "--addr", f"{HOST}:{port}"]
    # Not 0s: a write in a new folder below another then takes rclone minutes.
    command += ["--auth-key", f"{KEY},{SECRET}", "--dir-cache-time", "1ms", "-vv", str(folder)]
    start(service, command, healthy=lambda: listening(port))
    try:
        yield {"key": KEY, "secret": SECRET, "endpoint_url": f"http://{HOST}:{port}"}
    finally:
        stop(service)
