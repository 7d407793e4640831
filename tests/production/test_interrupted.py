"""Interrupted, the tests and the demonstration leave nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.examples import rarely
from tests.waiting import eventually

pytestmark = pytest.mark.end_to_end

REPOSITORY = Path(__file__).resolve().parents[2]
MARK = "AQUEDUC_INTERRUPTED_TEST"  # in the environment of all that a command starts

# Killed, pytest leaves its workers to find out by themselves.
WITHIN_S = {signal.SIGINT: 10, signal.SIGKILL: 30}

TESTS = """
import os, pathlib, time
from sandbox import city

def test_that_waits(tmp_path) -> None:
    city.start(tmp_path)
    pathlib.Path(os.environ["AQUEDUC_INTERRUPTED_TEST"], "started").touch()
    time.sleep(300)
"""


def started_by(mark: str) -> list[psutil.Process]:
    """Every process that was given the ``mark``, the command and all that it started."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def of_tests(folder: Path) -> list[str]:
    """Pytest over a test that has a city and waits."""
    tests = folder / "essais"
    tests.mkdir()
    (tests / "test_waits.py").write_text(TESTS, encoding="utf-8")
    return [
        *(sys.executable, "-m", "pytest", "-q", "--numprocesses", "2", f"--rootdir={REPOSITORY}"),
        # It is first imported when the session ends.
        *("-p", "no:hypothesispytest"),
        *("-p", "tests.conftest", f"--config-file={REPOSITORY / 'pyproject.toml'}", str(tests)),
    ]


def of_demo(folder: Path) -> list[str]:
    return [sys.executable, "-m", "sandbox", "demo", "--root", str(folder / "demo")]


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "command, deadly",
    [
        rarely(of_tests, signal.SIGINT, id="tests, Ctrl-C"),
        pytest.param(of_tests, signal.SIGKILL, id="tests, kill -9"),
        pytest.param(of_demo, signal.SIGINT, id="demo, Ctrl-C"),
    ],
)
def test_nothing_that_a_command_started_outlives_it(
    command: Callable[[Path], list[str]], deadly: signal.Signals, tmp_path: Path
) -> None:
    mark = str(tmp_path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment.pop("AQUEDUC_SANDBOX_ROOT", None)
    log = tmp_path / "log"
    with log.open("wb") as output:
        session = subprocess.Popen(
            command(tmp_path),
            cwd=REPOSITORY,
            env={**environment, MARK: mark},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # A shell has it ignored by what it runs in the background, and so by us, perhaps.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    try:
        # The demonstration is caught while it sets its servers up.
        ready = tmp_path / "started"
        caught = eventually(
            lambda: ready.exists() or (command is of_demo and len(started_by(mark)) >= 8), 120, every=0.5
        )
        assert caught, log.read_text(encoding="utf-8")
        if deadly is signal.SIGINT:
            os.killpg(session.pid, deadly)
        else:
            session.kill()
        # Of a quiet machine: beside other tests, each second is shared.
        shared = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        assert eventually(lambda: not started_by(mark), WITHIN_S[deadly] * shared, every=0.2), [
            process.cmdline() for process in started_by(mark)
        ]
    finally:
        session.kill()
        session.wait()
        for process in started_by(mark):
            process.kill()
