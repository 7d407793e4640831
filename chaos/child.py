"""A run of the command ``aqueduc`` in a process of its own, forked warm, that may die or lack room on the way."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_EVENTS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir")


@dataclass
class Doom:
    """What happens to a process at its write number ``at`` below ``root`` (a file made, put in place or removed):
    ``kill``, or ``full``: from then on the disk has no room. ``note``: where it says what that was."""

    kind: str
    at: int
    root: str
    note: str
    count: int = 0

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Python's own audit: no write of a file gets round it."""
        if event not in _EVENTS:
            return
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & _WRITES):
            return
        path = arguments[1 if event == "os.rename" else 0]
        if not isinstance(path, str | bytes | os.PathLike) or not os.fsdecode(path).startswith(self.root):
            return
        self.count += 1
        if self.count <= self.at or os.fsdecode(path) == self.note:
            return
        if self.count == self.at + 1:
            Path(self.note).write_text(
                f"{event} {os.fsdecode(path).removeprefix(self.root)}", encoding="utf-8"
            )
        if self.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif event in ("open", "os.mkdir"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@dataclass(frozen=True)
class Child:
    """``largest``: no file may be longer, in bytes. ``defect``: one that is planted in this process. ``name``: that of
    the run, which another one may have too. ``ahead_s``: how far its clock is ahead of that of the others, in seconds;
    behind if negative."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    printed: Path
    doom: Doom | None = None
    largest: int | None = None
    defect: str = ""
    name: str = ""
    ahead_s: int = 0

    def start(self) -> BaseProcess:
        process = get_context().Process(target=self.run)
        process.start()
        return process

    def run(self) -> None:
        os.environ.clear()
        os.environ.update(self.environment)
        time.tzset()
        os.chdir(self.folder)
        sys.argv = list(self.arguments)
        with open(self.printed, "ab") as printed, open(os.devnull, "rb") as nothing:  # noqa: PTH123 - descriptors
            os.dup2(nothing.fileno(), 0)
            os.dup2(printed.fileno(), 1)
            os.dup2(printed.fileno(), 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the process's own
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, errors="backslashreplace")  # noqa: SIM115
        if self.defect:
            from chaos.defects import plant

            plant(self.defect)
        from aqueduc.cli import main

        if self.largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.largest, self.largest))
        if self.doom is not None:
            sys.addaudithook(self.doom.hear)
        _let_clock_jump(self.folder / f"slept-{os.getpid()}")
        if self.name:
            _name_run(self.name)
        if self.ahead_s:
            _shift_clock(self.ahead_s)
        main()


def _let_clock_jump(slept: Path) -> None:
    """The clock that leases go by goes on by the seconds in ``slept``, once that is there."""
    from aqueduc import leases

    read = leases.read_monotonic_seconds
    leases.read_monotonic_seconds = lambda: read() + (float(slept.read_text()) if slept.exists() else 0)


def _name_run(name: str) -> None:
    """As Airflow does, which may start a task twice."""
    command: Any = import_module("aqueduc.cli.run")
    command.build_cli_run_id = lambda: name


def _shift_clock(seconds: int) -> None:
    """The clock by which a run dates what it does, that of its machine; the store keeps its own."""
    run: Any = import_module("aqueduc.run")

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=seconds)

    run.datetime = Shifted
    read = time.time
    time.time = lambda: read() + seconds


def get_context() -> multiprocessing.context.ForkServerContext:
    """That of the one server of this process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chaos.nursery"])
    return context
