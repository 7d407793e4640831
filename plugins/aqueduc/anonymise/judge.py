"""Judges the very file that will be published, with code that shares nothing with what enforced it:
Arrow here, SQL there, so that one defect does not hide the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from aqueduc.anonymise.findings import ClassBelowK, ForeignColumn
from aqueduc.declaration.model import Dataset
from aqueduc.findings import Finding

BATCH = 250_000


@dataclass(frozen=True)
class Judgement:
    """``smallest_class`` is None for a dataset without quasi-identifiers, or without rows."""

    rows: int
    smallest_class: int | None
    classes: int | None
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        return not self.findings


def judge(path: Path, dataset: Dataset) -> Judgement:
    """The columns are exactly the published ones, and each class holds k rows at least."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        findings: list[Finding] = []
        if file.schema_arrow.names != [column.published_as for column in dataset.published]:
            findings.append(ForeignColumn())
        rows = file.metadata.num_rows
        if dataset.privacy is None or findings:
            return Judgement(rows, None, None, tuple(findings))
        names = published_quasi_identifiers(dataset)
        sizes = _class_sizes(file, names)
    smallest = pc.min(sizes).as_py() if len(sizes) else None
    if smallest is not None and smallest < dataset.privacy.k:
        findings.append(ClassBelowK(detail={"size": smallest, "k": dataset.privacy.k}))
    return Judgement(rows, smallest, len(sizes), tuple(findings))


def published_quasi_identifiers(dataset: Dataset) -> tuple[str, ...]:
    """The names under which the quasi-identifiers leave."""
    wanted = dataset.privacy.quasi_identifiers if dataset.privacy else ()
    return tuple(
        column.published_as for column in dataset.published if column.name in wanted and column.published_as
    )


def _class_sizes(file: pq.ParquetFile, names: tuple[str, ...]) -> pa.ChunkedArray:
    """Counts by batch, then adds the counts: memory grows with the classes, not with the rows."""
    partial = [_counted(pa.Table.from_batches([batch]), names) for batch in _batches(file, names)]
    if not partial:
        return pa.chunked_array([], type=pa.int64())
    return pa.concat_tables(partial).group_by(list(names)).aggregate([("count_all", "sum")])["count_all_sum"]


def _batches(file: pq.ParquetFile, names: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    yield from file.iter_batches(batch_size=BATCH, columns=list(names))


def _counted(table: pa.Table, names: tuple[str, ...]) -> pa.Table:
    return table.group_by(list(names)).aggregate([([], "count_all")])
