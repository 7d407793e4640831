"""The first rows before and after, for the terminal of the person who asked: the only place in Aqueduc where
a cell of a source is shown, and never through a pipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from aqueduc.cli.rehearsal import RehearsalResult
from aqueduc.declaration import Dataset
from aqueduc.declaration.treatment import describe_treatment
from aqueduc.language import Message, _
from aqueduc.run import Workspace
from aqueduc.sources.origin import LINE
from aqueduc.store import safe_name

_WIDEST = 60

PUBLISHED = _("publiée")


@dataclass(frozen=True)
class SampleCell:
    """A cell of the sample: ``after`` is None for a column that does not leave; ``before`` and ``after`` are
    as they are read."""

    column: str
    published_as: str | None
    treatment: str
    before: Any
    after: Any


@dataclass(frozen=True)
class SampleRow:
    line: int
    fate: Message
    leaves: bool
    cells: tuple[SampleCell, ...]


def sample(dataset: Dataset, tried: RehearsalResult, inside: Workspace, count: int) -> tuple[SampleRow, ...]:
    """The first ``count`` rows of the source and what became of each."""
    raw, kept = tried.handles.get("extract"), tried.handles.get("anonymise")
    if raw is None:
        return ()
    before = _first(inside, raw.key, count)
    lines = [row[LINE] for row in before]
    safe = _by_line(inside, kept.key, lines) if kept else {}
    rejected = _broken_rules(dataset, tried, inside, lines)
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
            describe_treatment(column, dataset.privacy),
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


def _by_line(inside: Workspace, key: str, lines: Sequence[int]) -> dict[int, dict[str, Any]]:
    with inside.vault.local(key) as path:
        found = pq.read_table(path, filters=pc.field(LINE).isin(lines)).to_pylist()
    return {row[LINE]: row for row in found}


def _broken_rules(
    dataset: Dataset, tried: RehearsalResult, inside: Workspace, lines: Sequence[int]
) -> dict[int, str]:
    """The rules that each rejected line broke, by line."""
    found: dict[int, str] = {}
    for key in inside.vault.list(f"rejected/{dataset.id}/{safe_name(tried.run.id)}"):
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
