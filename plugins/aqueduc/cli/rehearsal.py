"""A dry run: extract, anonymise and validate in a scratch folder that is wiped on the way out.

It is a folder of the vault (mode 0700, on the vault's own disk): raw rows, intermediate files
and reports are overwritten and removed however the command ends; should the process be killed outright, the
next run sweeps the folder. The store, the ledger and what the vault remembers are read, and never written to.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from aqueduc import duck
from aqueduc.certify import RunReports
from aqueduc.declaration import Dataset
from aqueduc.declaration.spec import ColumnDeclaration
from aqueduc.declaration.treatment import describe_column_treatment
from aqueduc.errors import AqueducError
from aqueduc.language import Message, _
from aqueduc.pipeline import Watch, run_preparation_stages
from aqueduc.publish.revision.files import build_csv_columns_sql
from aqueduc.run import Run, Workspace, utc_now
from aqueduc.sources.origin import LINE
from aqueduc.store import (
    ParquetFileHandle,
    Store,
    StoreRoot,
    Vault,
    Window,
    build_safe_filename,
    open_verified_file,
)
from aqueduc.validate.stage import write_corrected_typed_rows_of_lines


class _OverlayRoot(StoreRoot):
    """What is not written yet is read from the root ``below``; nothing is written there."""

    def __init__(self, url: str, below: StoreRoot) -> None:
        super().__init__(url)
        self.below = below

    def exists(self, key: str) -> bool:
        return super().exists(key) or self.below.exists(key)

    def size(self, key: str) -> int:
        return super().size(key) if super().exists(key) else self.below.size(key)

    def list(self, prefix: str) -> list[str]:
        return sorted({*super().list(prefix), *self.below.list(prefix)})

    @contextmanager
    def open_local_file_of_key(self, key: str) -> Iterator[Path]:
        with (
            super().open_local_file_of_key(key)
            if super().exists(key)
            else self.below.open_local_file_of_key(key) as path
        ):
            yield path

    def read(self, key: str) -> bytes | None:
        own = super().read(key)
        return self.below.read(key) if own is None else own


class OverlayStore(_OverlayRoot, Store):
    """In which a rehearsal finds what was published, agreed to and withdrawn."""


class OverlayVault(_OverlayRoot, Vault):
    """In which a rehearsal finds what a run would: objections, the key of corrections, the last recoding."""


@contextmanager
def open_sandbox(workspace: Workspace) -> Iterator[Workspace]:
    """A sandbox: ``workspace`` with a store and a vault of its own for as long as the block runs."""
    with workspace.vault.open_scratch_folder() as folder:
        yield replace(
            workspace,
            store=OverlayStore((folder / "store").as_uri(), workspace.store),
            vault=OverlayVault((folder / "vault").as_uri(), workspace.vault),
        )


@dataclass(frozen=True)
class RehearsalResult:
    """The outcome of a rehearsal, by stage: the ``handles`` of those that ``error`` did not stop, the
    ``reports`` of these and of the one it stopped."""

    run: Run
    handles: Mapping[str, ParquetFileHandle]
    error: AqueducError | None
    reports: RunReports

    @property
    def validated_handle(self) -> ParquetFileHandle | None:
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
_READY = _("prête, mais la porte s'est fermée : rien n'est publié")
_REWRITTEN = _("publiée, récrite selon son type")
_REWRITTEN_OR_CORRECTED = _("publiée, récrite selon son type ou corrigée")


@dataclass(frozen=True)
class SampleCell:
    """A cell of the sample: ``before`` as it is read; ``after`` as the file of the revision has it, None for a column
    that does not leave."""

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


def trace_fate_of_first_rows(
    dataset: Dataset, tried: RehearsalResult, inside: Workspace, count: int
) -> tuple[SampleRow, ...]:
    """The first ``count`` rows of the source and what became of each."""
    raw = tried.handles.get("extract")
    if raw is None:
        return ()
    before = _read_first_rows(inside, raw.key, count)
    lines = [row[LINE] for row in before]
    written = _read_rows_as_published(dataset, tried, inside, lines)
    rejected = _map_rejected_lines_to_rules(dataset, tried, inside, lines)
    return tuple(_build_sample_row(dataset, row, written, rejected, tried) for row in before)


def _build_sample_row(
    dataset: Dataset,
    before: Mapping[str, Any],
    written: Mapping[int, Mapping[str, Any]],
    rejected: Mapping[int, str],
    tried: RehearsalResult,
) -> SampleRow:
    line = before[LINE]
    after = None if line in rejected else written.get(line)
    if line in rejected:
        fate = _("rejetée ({})").format(rejected[line])
    elif after is not None:
        fate = PUBLISHED if tried.validated_handle else _READY
    elif "anonymise" in tried.handles:
        fate = _("retirée pour protéger les personnes")
    else:
        fate = _("pas encore décidé")
    cells = tuple(_build_sample_cell(dataset, column, before, after) for column in dataset.columns)
    return SampleRow(line, fate, after is not None, cells)


def _build_sample_cell(
    dataset: Dataset,
    column: ColumnDeclaration,
    before: Mapping[str, Any],
    after: Mapping[str, Any] | None,
) -> SampleCell:
    """« Published as it is » is said of what is written as it was read."""
    read, treatment = before.get(column.name), describe_column_treatment(column, dataset.privacy)
    written = after.get(column.published_as) if after and column.published_as else None
    if (
        after
        and column.rule.capabilities.as_is
        and _convert_none_to_empty_text(read) != _convert_none_to_empty_text(written)
    ):
        treatment = _REWRITTEN_OR_CORRECTED if dataset.corrections else _REWRITTEN
    return SampleCell(column.name, column.published_as, treatment, read, written)


def _convert_none_to_empty_text(value: Any) -> str:
    return "" if value is None else str(value)


def _read_rows_as_published(
    dataset: Dataset, tried: RehearsalResult, inside: Workspace, lines: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """The rows of these lines as the CSV of the revision writes them: those that are in it, once there is one."""
    safe = tried.handles.get("anonymise")
    if safe is None:
        return {}
    with (
        inside.vault.open_local_file_of_key(safe.key) as path,
        inside.vault.open_scratch_folder() as scratch,
        ExitStack() as stack,
    ):
        typed = write_corrected_typed_rows_of_lines(dataset, tried.run, inside, path, lines, scratch)
        if typed is None:
            return {}
        con = stack.enter_context(duck.open_duckdb(scratch))
        con.execute("SET TimeZone = 'UTC'")
        types = [
            pair
            for pair in duck.read_column_types(con, duck.build_read_parquet_sql(typed)).items()
            if pair[0] != LINE
        ]
        rows = f"SELECT * FROM {duck.build_read_parquet_sql(typed)} AS typed"
        if tried.validated_handle is not None:
            valid = stack.enter_context(open_verified_file(inside.store, tried.validated_handle))
            same = " AND ".join(
                f"valid.{duck.identifier(name)} IS NOT DISTINCT FROM typed.{duck.identifier(name)}"
                for name, _kind in types
            )
            rows += (
                f" WHERE EXISTS (SELECT 1 FROM {duck.build_read_parquet_sql(valid)} AS valid WHERE {same})"
            )
        written = f"SELECT {LINE}, {build_csv_columns_sql(dataset, types)} FROM ({rows})"
        texts = f"SELECT {LINE}, CAST(COLUMNS(* EXCLUDE ({LINE})) AS VARCHAR) FROM ({written})"
        found = con.execute(texts).fetchall()
    return {line: dict(zip((name for name, _kind in types), cells, strict=True)) for line, *cells in found}


def _read_first_rows(inside: Workspace, key: str, count: int) -> list[dict[str, Any]]:
    with inside.vault.open_local_file_of_key(key) as path, pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=count):
            rows: list[dict[str, Any]] = batch.to_pylist()
            return rows
    return []


def _map_rejected_lines_to_rules(
    dataset: Dataset, tried: RehearsalResult, inside: Workspace, lines: Sequence[int]
) -> dict[int, str]:
    """The rules that each rejected line broke, by line."""
    found: dict[int, str] = {}
    for key in inside.vault.list(f"rejected/{dataset.id}/{build_safe_filename(tried.run.id)}"):
        with inside.vault.open_local_file_of_key(key) as path:
            table = pq.read_table(path, columns=[LINE, "__rules"], filters=pc.field(LINE).isin(lines))
        for row in table.to_pylist():
            rules = row["__rules"]
            found[row[LINE]] = rules if isinstance(rules, str) else ", ".join(rules)
    return found


def format_cell_on_one_line(value: Any) -> str:
    """A cell on a screen: one line, cut where it is too long."""
    text = "∅" if value is None else " ".join(str(value).split())
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
