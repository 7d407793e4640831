"""Judges the scan on a labelled set: a column is called personal when a hit on it would close a gate."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from aqueduc.anonymise.scan import Hit, scan_table
from tests.anonymise.scan.labelled import Labelled

ROWS = 400


@dataclass(frozen=True)
class Score:
    """``missed`` and ``cried`` are labels: personal columns not found, harmless ones that closed the gate."""

    personal: int
    harmless: int
    missed: tuple[str, ...]
    cried: tuple[str, ...]

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.personal

    @property
    def precision(self) -> float:
        right = self.personal - len(self.missed)
        return right / (right + len(self.cried))

    def __str__(self) -> str:
        return (
            f"recall {self.recall:.3f} ({self.personal - len(self.missed)}/{self.personal}), "
            f"precision {self.precision:.3f} ({len(self.cried)} of {self.harmless} harmless columns cried at)"
        )


def hits(labelled: Labelled, seed: int = 0, rows: int = ROWS) -> tuple[Hit, ...]:
    """What the scan says of the column alone, under its own name."""
    values = labelled.values(random.Random(f"{seed} {labelled.name}"), rows)
    return scan_table(pa.table({labelled.name: _array(values)}))


def _array(values: list[Any]) -> pa.Array:
    """A column of one type; cells of several (a spreadsheet's) come out as text, as the readers make them."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and kinds != {int, float}:
        return pa.array([None if value is None else str(value) for value in values])
    return pa.array(values)


def score(columns: Sequence[Labelled], seed: int = 0, rows: int = ROWS) -> Score:
    closed = {rank: any(hit.closes for hit in hits(one, seed, rows)) for rank, one in enumerate(columns)}
    personal = [rank for rank, one in enumerate(columns) if one.personal]
    harmless = [rank for rank, one in enumerate(columns) if not one.personal]
    return Score(
        len(personal),
        len(harmless),
        tuple(f"{columns[rank].name} ({columns[rank].kind})" for rank in personal if not closed[rank]),
        tuple(f"{columns[rank].name} ({columns[rank].kind})" for rank in harmless if closed[rank]),
    )
