"""Judges the scan on a labelled set: a column is called personal when a hit on it would close a gate."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from aqueduc import duck
from aqueduc.anonymise.scan import HitStrength, ScanHit, scan_table
from aqueduc.anonymise.scan.measure import measure_column_features
from aqueduc.anonymise.scan.verdict import find_column_evidence
from tests.anonymise.scan.labelled import Labelled

ROWS = 400


@dataclass(frozen=True)
class Score:
    """``missed`` and ``cried`` are labels: personal columns not found, harmless ones that closed the gate."""

    personal: int
    harmless: int
    missed: tuple[str, ...]
    cried: tuple[str, ...]

    def __add__(self, other: Score) -> Score:
        return Score(
            self.personal + other.personal,
            self.harmless + other.harmless,
            self.missed + other.missed,
            self.cried + other.cried,
        )

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


def hits(labelled: Labelled, seed: int = 0, rows: int = ROWS) -> tuple[ScanHit, ...]:
    """What the scan says of the column alone, under its own name."""
    return scan_table(pa.table({labelled.name: _array(_values(labelled, seed, rows))}))


def _array(values: list[Any]) -> pa.Array:
    """A column of one type; cells of several (a spreadsheet's) come out as text, as the readers make them."""
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 and kinds != {int, float}:
        return pa.array([None if value is None else str(value) for value in values])
    return pa.array(values)


def score(columns: Sequence[Labelled], seed: int = 0, rows: int = ROWS) -> Score:
    closed = _closed(columns, seed, rows)
    personal = [rank for rank, one in enumerate(columns) if one.personal]
    harmless = [rank for rank, one in enumerate(columns) if not one.personal]
    return Score(
        len(personal),
        len(harmless),
        tuple(f"{columns[rank].name} ({columns[rank].kind})" for rank in personal if rank not in closed),
        tuple(f"{columns[rank].name} ({columns[rank].kind})" for rank in harmless if rank in closed),
    )


def _closed(columns: Sequence[Labelled], seed: int, rows: int) -> set[int]:
    """The ranks of the columns that close a gate. Those whose names differ are scanned as one table."""
    tables: list[dict[str, int]] = []
    for rank, one in enumerate(columns):
        table = next((table for table in tables if one.name not in table), None)
        if table is None:
            tables.append(table := {})
        table[one.name] = rank
    closed = set()
    for table in tables:
        arrays = {name: _array(_values(columns[rank], seed, rows)) for name, rank in table.items()}
        closed |= {table[column] for column in _closing_alone(pa.table(arrays))}
    return closed


def _closing_alone(table: pa.Table) -> Iterator[str]:
    """The columns that would close a gate, each as if it had no neighbours: a set is no table."""
    with tempfile.TemporaryDirectory() as scratch, duck.open_duckdb(Path(scratch)) as con:
        con.register("scanned", table)
        for measured in measure_column_features(con, "scanned", table.column_names):
            if any(one.strength is not HitStrength.NOTED for one in find_column_evidence(measured)):
                yield measured.column


def _values(labelled: Labelled, seed: int, rows: int) -> list[Any]:
    return labelled.values(random.Random(f"{seed} {labelled.name}"), rows)
