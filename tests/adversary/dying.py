"""A run in a process of its own, killed (SIGKILL) or paused at the effect on the vault that is asked for."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from aqueduc import leases, store
from aqueduc.anonymise import anonymise_extract
from aqueduc.declaration import load_city, load_dataset
from aqueduc.pipeline import run_pipeline
from aqueduc.run import Run
from aqueduc.sources.stage import extract_source
from aqueduc.store import ParquetFileHandle
from aqueduc.validate import validate_anonymised_rows
from tests.making import Desk
from tests.warm import get_warm_context

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_STAGES = ("sources", "anonymise", "validate", "publish", "certify")
_REMOTE = ("put_file", "pipe_file", "rm", "rm_file")


@dataclass
class Doom:
    """Counts what a process does to the vault (files made, put in place, removed, opened to be written, in
    its temporary folders too; requests that write, of a bucket), all along or in ``stage`` only, and does
    ``then`` right before the number ``at``."""

    vault: str
    at: int
    note: Path
    then: Callable[[Doom], None]
    stage: str = ""
    count: int = 0

    def effect(self, name: str) -> None:
        if self.stage not in ("", _stage()):
            return
        rank, self.count = self.count, self.count + 1
        if rank == self.at:
            self.note.write_text(f"{_stage()} {name}", encoding="utf-8")
            self.then(self)

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Python's own audit: no write of a file gets round it."""
        if event not in ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir"):
            return
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & _WRITES):
            return
        path = arguments[1 if event == "os.rename" else 0]
        if isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).startswith(self.vault):
            self.effect(event)

    def listen(self) -> None:
        sys.addaudithook(self.heard)
        asked = store._StoreErrorRaisingFileSystem.__getattr__

        def counted(fs: Any, name: str) -> Any:
            call = asked(fs, name)

            def first(*arguments: Any, **named: Any) -> Any:
                self.effect(name)
                return call(*arguments, **named)

            return first if name in _REMOTE and fs._url == self.vault else call

        store._StoreErrorRaisingFileSystem.__getattr__ = counted


def _stage() -> str:
    """The stage at work: the innermost of the engine's rooms on the stack."""
    frame = sys._getframe(1)
    while frame is not None:
        parts = Path(frame.f_code.co_filename).parts
        if "aqueduc" in parts:
            room = parts[parts.index("aqueduc") + 1]
            if room in _STAGES:
                return room
        frame = frame.f_back
    return "between"


def die(_doom: Doom) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wait(doom: Doom) -> None:
    """Until the file ``go`` is there, beside the note."""
    while not doom.note.with_name("go").exists():
        time.sleep(0.05)


@dataclass(frozen=True)
class Doomed:
    """A run of ``dataset`` in a process of its own. ``lasts_s``: how long its lease outlives its process (the
    real thing unless given). ``resumable``: its stages are as many tasks of Airflow, one after the other."""

    desk: Desk
    note: Path
    dataset: str = "jeu"
    run: str = "tuée"
    lasts_s: float | None = None
    resumable: bool = False

    def start(self, at: int, then: Callable[[Doom], None] = die, *, stage: str = "") -> BaseProcess:
        self.note.unlink(missing_ok=True)
        doom = Doom(self.desk.place.vault.url.removeprefix("file://"), at, self.note, then, stage)
        process = get_warm_context().Process(target=run_and_die, args=(self, doom))
        process.start()
        return process

    def killed(self, at: int, *, stage: str = "") -> str | None:
        """Where the run died; None when it had no such effect, and went to its end."""
        process = self.start(at, stage=stage)
        process.join(120)
        if process.exitcode == 0:
            return None
        assert process.exitcode == -signal.SIGKILL, process.exitcode
        return self.note.read_text(encoding="utf-8")


def run_and_die(doomed: Doomed, doom: Doom) -> None:
    """The errand of ``Doomed``."""
    if doomed.lasts_s is not None:
        store.PROCESS_S = store.RESUMABLE_S = leases.PROCESS_S = doomed.lasts_s
    desk = doomed.desk
    dataset = load_dataset(desk.include / "datasets" / f"{doomed.dataset}.yaml", load_city(desk.include))
    run = Run(dataset.id, doomed.run, force=True)
    doom.listen()
    if not doomed.resumable:
        run_pipeline(dataset, desk.city, run, desk.place)
        return
    handle: ParquetFileHandle | None = None
    for stage in STAGES:
        with desk.place.vault.hold_run_folder_lease(run.dataset, run.id, resumable=True):
            handle = stage(dataset, run, handle, desk)
    desk.place.vault.shred_extracts(run.dataset, run.id)


def _extract(dataset: Any, run: Run, _: Any, desk: Desk) -> ParquetFileHandle | None:
    return extract_source(dataset, run, desk.place).handle


def _anonymise(dataset: Any, run: Run, handle: ParquetFileHandle, desk: Desk) -> ParquetFileHandle:
    return anonymise_extract(dataset, run, handle, desk.place).handle


def _validate(dataset: Any, run: Run, handle: ParquetFileHandle, desk: Desk) -> ParquetFileHandle:
    return validate_anonymised_rows(dataset, run, handle, desk.place).handle


STAGES = (_extract, _anonymise, _validate)


def with_vault(desk: Desk, vault: store.Vault) -> Desk:
    return Desk(replace(desk.place, vault=vault))
