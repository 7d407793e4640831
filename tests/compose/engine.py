"""A container engine for the tests of docker-compose.yaml: the one that runs, or one that they start and stop."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
KEPT = REPOSITORY / ".sandbox" / "containers"
"""Where an engine of ours keeps images and volumes, from one run to the next."""
WANTED = "docker, dockerd (docker.io, docker-cli), docker compose (docker-compose), buildx (docker-buildx)"


class EngineMissing(Exception):
    """No container engine runs here and none can be started; the message says what to install."""


def run(
    *command: str,
    text: str | None = None,
    env: Mapping[str, str] | None = None,
    without: Collection[str] = (),
) -> str:
    """What a command prints on its standard output, with the variables ``env`` and none of ``without``. Raises
    AssertionError, with what it said, where it fails."""
    given = {name: value for name, value in {**os.environ, **(env or {})}.items() if name not in without}
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, cwd=REPOSITORY, env=given
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
    return done.stdout


def answers() -> bool:
    """Determines if an engine answers."""
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


@contextmanager
def start_engine() -> Iterator[None]:
    """Starts Docker where none runs, as root, and stops it at the end. Raises EngineMissing."""
    if shutil.which("docker") is None or any(
        subprocess.run(["docker", plugin, "version"], capture_output=True, check=False).returncode
        for plugin in ("compose", "buildx")
    ):
        raise EngineMissing(f"wants {WANTED}; make packages installs them on Debian")
    if answers():
        yield
        return
    if shutil.which("dockerd") is None or os.geteuid() != 0:
        raise EngineMissing("no Docker answers, and dockerd cannot be started (not installed, or not root)")
    KEPT.mkdir(parents=True, exist_ok=True)
    folders = [
        "--data-root",
        str(KEPT / "data"),
        "--exec-root",
        str(KEPT / "exec"),
        "--pidfile",
        str(KEPT / "pid"),
    ]
    with (KEPT / "dockerd.log").open("wb") as log:
        daemon = subprocess.Popen(["dockerd", *folders], stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while not answers():
            if daemon.poll() is not None or time.monotonic() > deadline:
                raise EngineMissing(f"dockerd does not start: {(KEPT / 'dockerd.log').read_text()[-600:]}")
            time.sleep(0.5)
        yield
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(60)


def inspect_containers(*names: str) -> list[dict[str, Any]]:
    """What the engine says of these containers."""
    found: list[dict[str, Any]] = json.loads(run("docker", "inspect", *names))
    return found
