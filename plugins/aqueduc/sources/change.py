"""Has the source changed since the last certified run?

A digest of the raw extract, blind to the order of rows unless they leave in it, is compared with the one
remembered in the vault. It is made of personal data: it never leaves the vault, and stands beside the extract
until the run is certified.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from aqueduc import duck
from aqueduc.connections import ConnectionLookup
from aqueduc.declaration.spec import City, Dataset
from aqueduc.run import Run, Workspace
from aqueduc.sources.origin import LINE
from aqueduc.sources.report import ExtractReport
from aqueduc.store import JsonRecord, Store, Vault, Window, build_safe_filename

if TYPE_CHECKING:
    import duckdb


_OUTDATED = "outdated"


@dataclass(frozen=True)
class WatermarkPosition(JsonRecord):
    """How far a source with a watermark was read. ``newest``: the newest moment of its column, in microseconds since
    1970, on the clock of the column (``sql_type``); None where that cannot be gone on from. ``whole_at``: when all of
    the source was last read (ISO 8601, UTC). ``program``: the code that made the published file. ``base``: a hash of
    which base it was. ``columns``: (name, type) pairs of the extract. ``tried``: rows were read since, and no
    certificate followed."""

    nested: ClassVar = {"columns": tuple}

    newest: int | None
    sql_type: str
    columns: tuple[tuple[str, str], ...]
    whole_at: str
    program: str
    base: str
    tried: bool = False


@dataclass(frozen=True)
class SourceState(JsonRecord):
    """One state of a source, for one window. ``declaration`` marks what it was read for; ``digest`` is None
    only where nothing was read; ``etag`` is the source's own name for this state, or the hash of its file; ``part``,
    the SHA-256 of the rows that it gave, once they are certified.

    ``mark``: of a source with a watermark, where the next run may go on; ``digest`` is then that of the rows that it
    would read again."""

    nested: ClassVar = {"mark": lambda raw: WatermarkPosition.from_json(raw)}

    declaration: str
    digest: str
    rows: int
    etag: str | None = None
    part: str | None = None
    mark: WatermarkPosition | None = None

    def has_same_declaration_and_digest(self, other: Self | None) -> bool:
        return other is not None and (self.declaration, self.digest) == (other.declaration, other.digest)


def compute_declaration_city_and_keys_fingerprint(
    dataset: Dataset, city: City, connections: ConnectionLookup
) -> str:
    """Changes with the declaration, the city's own rules, the engine that applies them and the keys it uses.

    Raises ConnectionMissing for a key that is not configured.
    """
    keys = (
        hmac.new(
            connections.get(rule.key_connection_id).password.encode(), b"aqueduc", hashlib.sha256
        ).hexdigest()
        for rule in (column.rule for column in dataset.columns)
        if rule.key_connection_id and rule.capabilities.marked_by_key
    )
    text = "\n".join((dataset.fingerprint, city.fingerprint, dataset.software_versions, *keys))
    return hashlib.sha256(text.encode()).hexdigest()


def compute_table_digest(
    con: duckdb.DuckDBPyConnection,
    parquet: Path,
    columns: tuple[tuple[str, str], ...],
    *,
    ordered: bool = False,
    only: str = "true",
) -> str:
    """Of names, types, count and the sum of a 64-bit hash a row: the same for the same rows in any order, or
    in this one only (``ordered``). ``only``: the rows that count, in SQL.

    The hash is DuckDB's own, so its version is part of it: another version sees a change once.
    """
    import duckdb

    names = ", ".join(duck.identifier(name) for name, _ in columns)
    hashed = f"{names}, {LINE}" if ordered else names
    row = con.execute(
        f"SELECT count(*), sum(hash({hashed})::HUGEINT) FROM {duck.build_read_parquet_sql(parquet)} WHERE {only}"
    ).fetchone()
    return hashlib.sha256(repr((duckdb.__version__, columns, row)).encode()).hexdigest()


def read_last_certified_source_state(vault: Vault, dataset: str, window: Window | None) -> SourceState | None:
    """What the last certified run of this window saw; None where it is outdated."""
    raw = (vault.read_json(_build_certified_state_key(dataset)) or {}).get(_format_window_label(window))
    return SourceState.from_json(raw) if raw and _OUTDATED not in raw else None


def find_published_window_rows_sha256(store: Store, dataset: str, window: Window | None) -> str | None:
    """The SHA-256 of the rows of this window in the current revision (of all its rows, for a snapshot); None where
    it holds none."""
    current = store.read_current_revision_pointer(dataset) or {}
    for part in current.get("parts", ()):
        if (Window.from_json(part["window"]) if part.get("window") else None) == window:
            return str(part["sha256"])
    return None


def save_pending_source_state(vault: Vault, run: Run, seen: SourceState) -> None:
    """Puts ``seen`` beside the raw extract: shredded with it."""
    vault.write_json(_build_pending_state_key(run), seen.to_json())


def mark_watermark_resume_attempt(vault: Vault, dataset: str) -> None:
    """Notes that rows were read from the mark of the certified state on: until a certificate follows, no run goes on
    from there."""
    key, label = _build_certified_state_key(dataset), _format_window_label(None)
    states = vault.read_json(key) or {}
    if (states.get(label) or {}).get("mark"):
        tried = {**states[label], "mark": {**states[label]["mark"], "tried": True}}
        vault.write_json(key, {**states, label: tried})


def promote_pending_state_to_last_certified_one(
    dataset: Dataset, run: Run, report: ExtractReport, workspace: Workspace, *, joinable: bool = True
) -> None:
    """Notes what this run saw as the last certified state. For the end of a run, before its teardown. ``joinable``:
    whether its file has all that was read.

    Does nothing when the run found the source unchanged. When the extract is already shredded, the state of before
    is that of another revision: outdated, and the next run simply reads the source again.
    """
    if report.unchanged:
        return
    key, label = _build_certified_state_key(dataset.id), _format_window_label(report.window)
    states = workspace.vault.read_json(key) or {}
    seen = workspace.vault.read_json(_build_pending_state_key(run))
    if seen is None and label in states:
        # Not True, as where somebody decided it: nothing is held by this.
        seen = {**states[label], _OUTDATED: "destroyed"}
    if seen is not None and not joinable:
        seen = {**seen, "mark": None}
    if seen is not None:
        part = find_published_window_rows_sha256(workspace.store, dataset.id, report.window)
        workspace.vault.write_json(key, {**states, label: {**seen, "part": part}})


def mark_source_states_outdated(vault: Vault, dataset: str) -> None:
    """The next run takes no state of the source for one that is published. What was noted stays until a publication
    replaces it, or the dataset ends: a claim may ask to keep it."""
    key = _build_certified_state_key(dataset)
    states = vault.read_json(key)
    if states:
        vault.write_json(key, {label: {**state, _OUTDATED: True} for label, state in states.items()})


def has_outdated_source_state(vault: Vault, dataset: str) -> bool:
    """Whether something of the dataset was taken off, or its hold lifted, since its last publication
    (``mark_source_states_outdated``). Raises StoreError."""
    states = vault.read_json(_build_certified_state_key(dataset)) or {}
    return any(state.get(_OUTDATED) is True for state in states.values())


def _format_window_label(window: Window | None) -> str:
    return window.label if window else "snapshot"


def _build_certified_state_key(dataset: str) -> str:
    return f"seen/{dataset}.json"


def _build_pending_state_key(run: Run) -> str:
    return f"raw/{run.dataset}/{build_safe_filename(run.id)}/digest.json"
