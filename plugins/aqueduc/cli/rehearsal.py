"""A run nobody will ever hear of: extract, anonymise and validate in a room that is wiped on the way out.

The room is a scratch folder of the vault (mode 0700, on the vault's own disk): raw rows, intermediate files
and reports are overwritten and removed however the command ends; should the process be killed outright, the
next run sweeps the folder. The store, the ledger and what is remembered of the source are never written to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aqueduc.certify import RunReports
from aqueduc.declaration import Dataset
from aqueduc.errors import AqueducError
from aqueduc.pipeline import Watch, prepare
from aqueduc.run import Run, Workspace, utc_now
from aqueduc.store import Handle, Store, Vault, Window


class OverlayStore(Store):
    """A store in which what is not written yet is read from the one below; nothing is written there."""

    def __init__(self, url: str, below: Store) -> None:
        super().__init__(url)
        self.below = below

    def exists(self, key: str) -> bool:
        return super().exists(key) or self.below.exists(key)

    def size(self, key: str) -> int:
        return super().size(key) if super().exists(key) else self.below.size(key)

    def list(self, prefix: str) -> list[str]:
        return sorted({*super().list(prefix), *self.below.list(prefix)})

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        with super().local(key) if super().exists(key) else self.below.local(key) as path:
            yield path

    def read(self, key: str) -> bytes | None:
        own = super().read(key)
        return self.below.read(key) if own is None else own


@contextmanager
def open_sandbox(workspace: Workspace) -> Iterator[Workspace]:
    """A sandbox: ``workspace`` with a store and a vault of its own for as long as the block runs."""
    with workspace.vault.scratch() as folder:
        yield replace(
            workspace,
            store=OverlayStore((folder / "store").as_uri(), workspace.store),
            vault=Vault((folder / "vault").as_uri()),
        )


@dataclass(frozen=True)
class RehearsalResult:
    """The outcome of a rehearsal, by stage: the ``handles`` of those that ``error`` did not stop, the
    ``reports`` of these and of the one it stopped."""

    run: Run
    handles: Mapping[str, Handle]
    error: AqueducError | None
    reports: RunReports

    @property
    def valid(self) -> Handle | None:
        return self.handles.get("validate")


def rehearse(dataset: Dataset, window: Window | None, inside: Workspace, watch: Watch) -> RehearsalResult:
    """Prepares the dataset in a sandbox. What stops it is in the result, with the reports so far."""
    identifier = f"essai__{utc_now().isoformat(timespec='milliseconds')}"
    run = Run(dataset.id, identifier, window, force=True, dry_run=True)
    handles, error = {}, None
    try:
        for done in prepare(dataset, run, inside):
            watch(done.report.stage, done.report)
            if done.handle is not None:
                handles[done.report.stage] = done.handle
    except AqueducError as stopped:
        error = stopped
    return RehearsalResult(run, handles, error, RunReports.read(inside.store, dataset.id, identifier))
