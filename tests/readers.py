"""Workbooks are opened by processes forked from one that has imported their reader: each of its own would import it
again, a third of a second of CPU. A command in a process of its own, and Airflow, start it as ever."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from aqueduc.sources.formats import workbook, workbook_worker
from tests import forking

start_new = workbook._start_workbook_worker

_server: dict[int, subprocess.Popen[bytes]] = {}
"""By the process whose it is: a fork of that must not talk to it too."""
_one_at_a_time = threading.Lock()


def fork_workbook_workers() -> None:
    """From now on the engine of this process opens no workbook in a new interpreter."""
    workbook._start_workbook_worker = fork


def fork(request: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = {name: os.environ[name] for name in workbook._ENVIRONMENT if name in os.environ}
    with _one_at_a_time:
        server = _server.get(os.getpid()) or _server.setdefault(os.getpid(), _start())
        assert server.stdin and server.stdout
        forking.send(server.stdin, (request, environment, workbook.SECONDS))
        code, answer = forking.receive(server.stdout)
    if code is None:
        raise subprocess.TimeoutExpired("workbook_worker.py", workbook.SECONDS)
    return subprocess.CompletedProcess("workbook_worker.py", code, answer)


def _start() -> subprocess.Popen[bytes]:
    """It ends when nobody can ask it any more."""
    return subprocess.Popen(
        [sys.executable, "-I", "-W", "ignore", str(forking.__file__), str(workbook_worker.__file__)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
