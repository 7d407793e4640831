"""Start, watch and stop servers: each detached in its own session, with a log and a pid file."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import psutil

HOST = os.environ.get("AQUEDUC_SANDBOX_HOST") or "127.0.0.1"
"""Where the servers listen: this machine alone, or the address by which containers of it reach it."""
_LOG_LINES_QUOTED = 15
_POLL_SECONDS = 0.05
_GUARD_GRACE_S = 2.0

# Held while a server that has begun is not yet written down: the guard could not find it.
_launching = threading.Lock()
# The pipes of the guards of this process: one, or none.
_guards: list[subprocess.Popen[str]] = []


class SandboxError(RuntimeError):
    """A part of the sandbox could not be set up, started or stopped; the message says what to do."""


@dataclass(frozen=True)
class Service:
    """One server process: its log is `folder/name.log` and its pid file `folder/name.pid`."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.folder / f"{self.name}.pid"


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def steady_port(path: Path) -> int:
    """The port kept in `path` if it is still free, else a new one written there: URLs survive a restart."""
    if path.exists():
        port = int(path.read_text(encoding="ascii"))
        if not listening(port) and _bindable(port):
            return port
    port = free_port()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(port), encoding="ascii")
    return port


def listening(port: int) -> bool:
    """True when something accepts connections on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def read_unshifted_environment() -> dict[str, str]:
    """This process's environment, without the clock that `make test CLOCK=` shifts: the waits of some programs return
    at once under it, and they spin."""
    return {key: value for key, value in os.environ.items() if key != "LD_PRELOAD"}


def start(
    service: Service,
    command: Sequence[str],
    *,
    healthy: Callable[[], bool],
    timeout: float = 30.0,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
) -> int:
    """Start `command` in its own session and wait until `healthy()`; return its pid.

    A service that already runs is not started twice. `env` replaces the environment; `user` (root only)
    is the account the process runs as. Raises SandboxError, quoting the end of the log, when the process
    ends or is not healthy within `timeout` seconds; it is stopped then.
    """
    for guard in _guards:
        if guard.stdin is not None:
            guard.stdin.write(f"{json.dumps([service.name, str(service.folder.absolute())])}\n")
    running = process(service)
    if running is None:
        with _launching:
            running = _launch(service, command, env=env, cwd=cwd, user=user)
    deadline = time.monotonic() + timeout
    while not healthy():
        if not _alive(running):
            stop(service)
            raise SandboxError(
                f"{service.name} ended at once; the end of {service.log}:\n{_tail(service.log)}"
            )
        if time.monotonic() > deadline:
            stop(service)
            raise SandboxError(
                f"{service.name} did not answer within {timeout:.0f} s; the end of {service.log}:\n"
                f"{_tail(service.log)}"
            )
        time.sleep(_POLL_SECONDS)
    return int(running.pid)


def stop(service: Service, *, gently: signal.Signals = signal.SIGTERM, grace: float = 10.0) -> bool:
    """Stop the service: the signal `gently`, then SIGKILL to its whole group after `grace` seconds.

    True when it was running. The pid file is removed; a pid reused by another program is left alone.
    """
    running = process(service)
    if running is not None:
        with suppress(psutil.NoSuchProcess):
            running.send_signal(gently)
        _wait(running, grace)
        # Whatever the leader left behind (workers that ignored the signal) is in the same group.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(running.pid, signal.SIGKILL)
        _wait(running, grace)
    service.pid_file.unlink(missing_ok=True)
    return running is not None


@contextmanager
def stopped_with_us() -> Iterator[None]:
    """What `start` starts, or finds running, within the block is stopped at its end, or with this process,
    killed or interrupted as it may be.

    A guard in a session of its own hears of each service through a pipe, and stops them when it closes.
    """
    repository = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "sandbox.guard"]
    guard = subprocess.Popen(
        command, stdin=subprocess.PIPE, text=True, bufsize=1, start_new_session=True, cwd=repository
    )
    _guards.append(guard)
    try:
        yield
    finally:
        _guards.remove(guard)
        guard.communicate()


def exit_now(code: int) -> NoReturn:
    """Ends this process whatever its threads do, and starts nothing more: the guard stops what it started."""
    _launching.acquire(timeout=_GUARD_GRACE_S)
    os._exit(code)


def stop_all(services: Iterable[Service]) -> None:
    """Stops those that run, all at the same time and in a few seconds, whatever they were doing."""
    alive = {service: found for service in services if (found := process(service)) is not None}
    for found in alive.values():
        with suppress(psutil.NoSuchProcess):
            found.terminate()
    psutil.wait_procs(alive.values(), timeout=_GUARD_GRACE_S)
    for service in alive:
        stop(service, gently=signal.SIGKILL)


def process(service: Service) -> psutil.Process | None:
    """The running process of the service, or None: never started, ended, or its pid now someone else's."""
    try:
        noted = json.loads(service.pid_file.read_text(encoding="ascii"))
        found = psutil.Process(noted["pid"])
        same = abs(found.create_time() - noted["created"]) < 2
    except (FileNotFoundError, json.JSONDecodeError, psutil.NoSuchProcess):
        return None
    return found if same and _alive(found) else None


def running(service: Service) -> bool:
    """True when the service's process is alive."""
    return process(service) is not None


def _launch(
    service: Service,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None,
    cwd: Path | None,
    user: str | None,
) -> psutil.Process:
    service.folder.mkdir(parents=True, exist_ok=True)
    with service.log.open("ab") as log:
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=None if env is None else dict(env),
            cwd=cwd,
            user=user,
            group=None if user is None else _group_of(user),
            extra_groups=None if user is None else [],
        )
    # subprocess warns when the handle of a running child is collected; this child is meant to outlive us.
    child.returncode = 0
    found = psutil.Process(child.pid)
    note = {"pid": child.pid, "created": found.create_time()}
    service.pid_file.write_text(json.dumps(note), encoding="ascii")
    return found


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _alive(candidate: psutil.Process) -> bool:
    try:
        return bool(candidate.is_running()) and candidate.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait(ending: psutil.Process, seconds: float) -> None:
    """Wait until the process has ended, at most so long.

    A dead process stays as a zombie until its parent has looked at it, which may take seconds when that is
    not us: it counts as ended.
    """
    deadline = time.monotonic() + seconds
    while _alive(ending) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS / 5)
    with suppress(psutil.TimeoutExpired):
        ending.wait(0)


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-_LOG_LINES_QUOTED:])
