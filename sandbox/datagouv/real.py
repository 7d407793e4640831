"""The real udata, in an environment of its own: slower to start and to answer than the contract server, and
what that one is compared with.

    from sandbox.datagouv import real
    there = real.start(root)       # a RealUdata: url, organisations, keys of API by account
    real.stop(root)
"""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sandbox import processes
from sandbox.processes import HOST, Service, free_port, listening
from sandbox.region import venv
from sandbox.state import locked, write_private

_HERE = Path(__file__).parent
_LOCK = _HERE / "requirements.lock"
_INSIDE = _HERE / "inside" / "serve.py"
_START_SECONDS = 120


@dataclass(frozen=True)
class RealUdata:
    """``organisation``: the id of the city's, of which the accounts ``admin``, ``editor`` and ``partial`` (a
    partial editor) are members, and ``stranger`` is not, nor ``site``, who keeps the site. ``other``: another,
    of which ``admin`` is one too. ``keys``: by account."""

    url: str
    organisation: str
    other: str
    keys: dict[str, str]


def start(root: Path) -> RealUdata:
    """An empty one. Raises SandboxError, nothing being left running, when a part cannot start."""
    folder = _folder_of(root)
    with locked(folder / "lock"), ExitStack() as undo:
        _stop(folder)
        environment = venv.ensure(folder / "venv", _LOCK)
        undo.callback(_stop, folder)
        for name in ("database", "files"):
            shutil.rmtree(folder / name, ignore_errors=True)
        database, port = free_port(), free_port()
        _start_database(folder, environment.folder / "bin" / "secantusd-py", database)
        there = _start_udata(folder, environment.python, database, port)
        undo.pop_all()
    return there


def stop(root: Path) -> bool:
    """True when one was running."""
    folder = _folder_of(root)
    return folder.exists() and _stop(folder)


def share_environment(root: Path, other: Path) -> None:
    """Have the udata under `other` run in the Python environment of the one under `root`, made or not."""
    venv.share(_folder_of(root) / "venv", _folder_of(other) / "venv")


def _folder_of(root: Path) -> Path:
    return (root / "udata").resolve()


def _database(folder: Path) -> Service:
    return Service("mongo", folder)


def _web(folder: Path) -> Service:
    return Service("web", folder)


def _stop(folder: Path) -> bool:
    stopped = [processes.stop(one) for one in (_web(folder), _database(folder))]
    return any(stopped)


def _start_database(folder: Path, server: Path, port: int) -> None:
    at = ["--host", HOST, "--port", str(port), "--storage-path", str(folder / "database")]
    command = [str(server), *at, "--standalone", "--log-level", "WARNING"]
    # It spins under a shifted clock. What udata dates, udata's own process dates.
    env = processes.read_unshifted_environment()
    processes.start(
        _database(folder), command, healthy=lambda: listening(port), timeout=60, env=env, cwd=folder
    )


def _start_udata(folder: Path, python: Path, database: int, port: int) -> RealUdata:
    url, answer, order = f"http://{HOST}:{port}", folder / "made.json", folder / "order.json"
    answer.unlink(missing_ok=True)
    asked = {"url": url, "port": port, "database": database, "files": str(folder / "files")}
    write_private(order, json.dumps({**asked, "answer": str(answer)}))
    command = [str(python), str(_INSIDE), str(order)]
    settings = {"UDATA_SETTINGS": str(folder / "none"), "LC_ALL": "C.UTF-8", "PATH": str(python.parent)}
    processes.start(
        _web(folder),
        command,
        healthy=lambda: listening(port),
        timeout=_START_SECONDS,
        env=settings,
        cwd=folder,
    )
    made = json.loads(answer.read_text(encoding="utf-8"))
    return RealUdata(url=url, **made)
