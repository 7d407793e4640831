"""Real servers of a city's files, from PyPI: Caddy in front of a folder, and rclone as an S3, an SFTP, a WebDAV."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

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


@contextmanager
def conditional_bucket(name: str) -> Iterator[dict[str, Any]]:
    """An S3 that keeps conditions on writes (If-None-Match, If-Match), with an empty bucket ``name``; gives what fsspec
    needs to open it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {"key": KEY, "secret": SECRET, "endpoint_url": f"http://{host}:{port}"}
    try:
        # What it keeps is its process's: ours.
        httpx.post(f"http://{host}:{port}/moto-api/reset", timeout=10).raise_for_status()
        fsspec.filesystem("s3", **options).mkdir(name)
        yield options
    finally:
        server.stop()


# --- drops: the same rclone, as other servers -------------------------------------------------------------


@dataclass(frozen=True)
class DropServer:
    """A server of ``folder`` at ``port``. ``host_key``: as ``known_hosts`` writes it, and ``client_key``: the file of
    a key that opens it, where it speaks SSH."""

    folder: Path
    port: int
    host_key: str = ""
    client_key: Path = Path()


def _write_ssh_key(path: Path) -> str:
    """A new private key at ``path``; its public one."""
    key = ed25519.Ed25519PrivateKey.generate()
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
    )
    path.chmod(0o600)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )


@contextmanager
def _serve_drop(kind: str, server: DropServer, place: Path, *options: str) -> Iterator[DropServer]:
    if "FAKETIME" in os.environ:
        pytest.skip("rclone keeps the real clock under CLOCK=")
    server.folder.mkdir(parents=True, exist_ok=True)
    service = Service(f"rclone-{kind}", place)
    command = [_binary("rclone"), "serve", kind, "--config", "/dev/null", "--addr", f"{HOST}:{server.port}"]
    command += ["--user", KEY, "--pass", SECRET, "--dir-cache-time", "1ms", *options, str(server.folder)]
    start(service, command, healthy=lambda: listening(server.port))
    try:
        yield server
    finally:
        stop(service)


@contextmanager
def sftp_server(folder: Path, place: Path) -> Iterator[DropServer]:
    """An SFTP server of ``folder``, which KEY opens with SECRET or with its key; ``place`` has its keys and log."""
    place.mkdir(parents=True, exist_ok=True)
    host_key = _write_ssh_key(place / "host_key")
    (place / "authorized_keys").write_text(_write_ssh_key(place / "client_key") + "\n")
    server = DropServer(folder, free_port(), host_key, place / "client_key")
    keys = ["--key", str(place / "host_key"), "--authorized-keys", str(place / "authorized_keys")]
    with _serve_drop("sftp", server, place, *keys) as running:
        yield running


@contextmanager
def webdav_server(folder: Path, place: Path) -> Iterator[DropServer]:
    """A WebDAV server of ``folder``, which KEY opens with SECRET."""
    place.mkdir(parents=True, exist_ok=True)
    with _serve_drop("webdav", DropServer(folder, free_port()), place) as running:
        yield running
