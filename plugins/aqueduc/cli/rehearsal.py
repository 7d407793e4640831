"""A dry run: extract, anonymise and validate in a scratch folder that is wiped on the way out.

It is a folder of the vault (mode 0700, on the vault's own disk): raw rows, intermediate files
and reports are overwritten and removed however the command ends; should the process be killed outright, the
next run sweeps the folder. The store, the ledger and what is remembered of the source are never written to.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from aqueduc.certify import RunReports
from aqueduc.declaration import Dataset
from aqueduc.declaration.treatment import describe_column_treatment
from aqueduc.errors import AqueducError
from aqueduc.language import Message, _
from aqueduc.pipeline import Watch, run_preparation_stages
from aqueduc.run import Run, Workspace, utc_now
from aqueduc.sources.origin import LINE
from aqueduc.store import Handle, Store, Vault, Window, build_safe_filename


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


def rehearse_dataset(
    dataset: Dataset, window: Window | None, inside: Workspace, watch: Watch
) -> RehearsalResult:
    """Prepares the dataset in a sandbox. What stops it is in the result, with the reports so far."""
    identifier = f"essai__{utc_now().isoformat(timespec='milliseconds')}"
    run = Run(dataset.id, identifier, window, force=True, dry_run=True)
    handles, error = {}, None
    try:
        for done in run_preparation_stages(dataset, run, inside):
            watch(done.report.stage, done.report)
            if done.handle is not None:
                handles[done.report.stage] = done.handle
    except AqueducError as stopped:
        error = stopped
    return RehearsalResult(run, handles, error, RunReports.read(inside.store, dataset.id, identifier))


# --- the first rows, before and after -----------------------------------------------------------------------

_WIDEST = 60

PUBLISHED = _("publiée")


@dataclass(frozen=True)
class SampleCell:
    """A cell of the sample: ``after`` is None for a column that does not leave; ``before`` and ``after`` are
    as they are read."""

    column: str
    published_as: str | None
    treatment: Message
    before: Any
    after: Any


@dataclass(frozen=True)
class SampleRow:
    line: int
    fate: Message
    leaves: bool
    cells: tuple[SampleCell, ...]


def sample_source_rows(
    dataset: Dataset, tried: RehearsalResult, inside: Workspace, count: int
) -> tuple[SampleRow, ...]:
    """The first ``count`` rows of the source and what became of each."""
    raw, kept = tried.handles.get("extract"), tried.handles.get("anonymise")
    if raw is None:
        return ()
    before = _first(inside, raw.key, count)
    lines = [row[LINE] for row in before]
    safe = _read_rows_by_line(inside, kept.key, lines) if kept else {}
    rejected = _read_broken_rules(dataset, tried, inside, lines)
    return tuple(_row(dataset, row, safe, rejected, decided=kept is not None) for row in before)


def _row(
    dataset: Dataset,
    before: Mapping[str, Any],
    safe: Mapping[int, Mapping[str, Any]],
    rejected: Mapping[int, str],
    *,
    decided: bool,
) -> SampleRow:
    line = before[LINE]
    after = safe.get(line)
    if line in rejected:
        fate = _("rejetée ({})").format(rejected[line])
    elif after is not None:
        fate = PUBLISHED
    else:
        fate = _("retirée pour protéger les personnes") if decided else _("pas encore décidé")
    leaves = fate is PUBLISHED
    cells = tuple(
        SampleCell(
            column.name,
            column.published_as,
            describe_column_treatment(column, dataset.privacy),
            before.get(column.name),
            after.get(column.published_as) if after and column.published_as and leaves else None,
        )
        for column in dataset.columns
    )
    return SampleRow(line, fate, leaves, cells)


def _first(inside: Workspace, key: str, count: int) -> list[dict[str, Any]]:
    with inside.vault.local(key) as path, pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=count):
            rows: list[dict[str, Any]] = batch.to_pylist()
            return rows
    return []


def _read_rows_by_line(inside: Workspace, key: str, lines: Sequence[int]) -> dict[int, dict[str, Any]]:
    with inside.vault.local(key) as path:
        found = pq.read_table(path, filters=pc.field(LINE).isin(lines)).to_pylist()
    return {row[LINE]: row for row in found}


def _read_broken_rules(
    dataset: Dataset, tried: RehearsalResult, inside: Workspace, lines: Sequence[int]
) -> dict[int, str]:
    """The rules that each rejected line broke, by line."""
    found: dict[int, str] = {}
    for key in inside.vault.list(f"rejected/{dataset.id}/{build_safe_filename(tried.run.id)}"):
        with inside.vault.local(key) as path:
            table = pq.read_table(path, columns=[LINE, "__rules"], filters=pc.field(LINE).isin(lines))
        for row in table.to_pylist():
            rules = row["__rules"]
            found[row[LINE]] = rules if isinstance(rules, str) else ", ".join(rules)
    return found


def format_cell(value: Any) -> str:
    """A cell on a screen: one line, cut where it is too long."""
    text = "∅" if value is None else " ".join(str(value).split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
