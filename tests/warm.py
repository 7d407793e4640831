"""Processes that begin warm: forked from a server which has imported the engine, so that each of them does
not import it again (1 CPU second). What is forked shares nothing with the session's own process."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from aqueduc import http
from tests.databases import reuse_databases


def get_warm_context() -> ForkServerContext:
    """That of the one server of this session: the first process starts it, with all that is preloaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.preloaded"])
    return context


def try_again_at_once() -> None:
    """From now on this process waits for no server that is away: as many tries, and no second between them."""
    http._compute_retry_wait = lambda state: 0.0


@dataclass(frozen=True)
class WarmCommand:
    """A command ``aqueduc`` in a process of its own, in its environment, folder and streams."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    streams: Sequence[str]

    def run(self) -> None:
        threads = {name: os.environ[name] for name in ("AQUEDUC_THREADS",) if name in os.environ}
        os.environ.clear()
        os.environ.update(threads | dict(self.environment))
        # What an interpreter that starts does by itself.
        sys.path[:0] = filter(None, self.environment.get("PYTHONPATH", "").split(os.pathsep))
        time.tzset()
        os.chdir(self.folder)
        sys.argv = list(self.arguments)
        for number, path in enumerate(self.streams):
            opened = os.open(path, os.O_WRONLY | os.O_APPEND if number else os.O_RDONLY)
            os.dup2(opened, number)
            os.close(opened)
        sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 - the process's own streams
        sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
        try_again_at_once()
        reuse_databases()
        from aqueduc.cli import main

        main()


def run_warm_command(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, *, typed: str = "", timeout: float
) -> tuple[int, str, str]:
    """The exit code (``-n``: killed by the signal n), and what was printed on both streams."""
    with tempfile.TemporaryDirectory() as screen:
        streams = [Path(screen) / name for name in ("in", "out", "err")]
        for path in streams:
            path.touch()
        streams[0].write_text(typed, encoding="utf-8")
        command = WarmCommand(arguments, environment, folder, [str(path) for path in streams])
        process = get_warm_context().Process(target=command.run)
        process.start()
        code = _wait(process, timeout)
        out, err = (path.read_text(encoding="utf-8") for path in streams[1:])
        return code, out, err


def _wait(process: BaseProcess, timeout: float) -> int:
    process.join(timeout)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutError(f"{process.name} was not done within {timeout} s")
    return process.exitcode
