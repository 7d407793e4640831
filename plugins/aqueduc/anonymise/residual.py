"""The residual scan as a gate: what the rules let through, in the very file that is about to be published.

A hit closes the gate unless its column has a legal basis, or somebody waived that very finding by name: what
is only possible as well, since a person decides where there is a doubt. What is noted is told, and closes
nothing.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from aqueduc.anonymise.findings import (
    NotedColumn,
    PerhapsPersonal,
    PersonalColumn,
    StaleWaiver,
    WaivedFinding,
)
from aqueduc.anonymise.homes import home_positions
from aqueduc.anonymise.report import ReportedHit, ScanReport
from aqueduc.anonymise.scan import Hit, Kind, Strength, scan_file, scan_table
from aqueduc.anonymise.scan.entities import named_in_texts
from aqueduc.anonymise.scan.names import Names
from aqueduc.anonymise.ways_out import safer_rule, waiver_line
from aqueduc.declaration.spec import Dataset, Waiver
from aqueduc.declaration.vocabulary import IDENTIFIERS
from aqueduc.findings import Finding
from aqueduc.language import _, show_day
from aqueduc.reports import report_findings
from aqueduc.store import sha256_of

_SURE = {
    Strength.CERTAIN: _("sûr"),
    Strength.LIKELY: _("probable"),
    Strength.POSSIBLE: _("possible"),
    Strength.NOTED: _("signalé"),
}


class HitAnswer(StrEnum):
    """The answer of the declaration to a hit of the scan. The values are stable: reports and certificates
    quote them."""

    NONE = "none"
    BASIS = "basis"
    WAIVER = "waiver"
    TOLD = "told"


@dataclass(frozen=True)
class AnsweredHit:
    """A hit with the declaration's answer: nothing (the gate closes), a basis, a waiver; ``TOLD`` when the
    hit is noted only. ``scrubbed``: the column went through ``scrub`` before."""

    hit: Hit
    answer: HitAnswer
    waiver: Waiver | None = None
    scrubbed: bool = False

    def report(self) -> ReportedHit:
        waiver = self.waiver.model_dump(mode="json") if self.waiver else None
        hit = self.hit
        return ReportedHit(
            hit.column,
            str(hit.kind),
            str(hit.strength),
            hit.rows,
            hit.cells,
            round(hit.share, 4),
            hit.lines,
            str(self.answer),
            waiver,
        )


@dataclass(frozen=True)
class ResidualScan:
    """The residual scan of a file under a declaration. ``sure``: whether one of the hits that close the gate
    is more than possible. No cell is in it."""

    report: ScanReport
    findings: tuple[Finding, ...]
    sure: bool


def scan_for(dataset: Dataset, path: Path, names: Names | None = None) -> ResidualScan:
    """Scans the Parquet file at ``path``: every row of every column it has, whatever the declaration says of
    them; ``names``: the lists of the scan and of the city. Raises EngineFault."""
    started = time.monotonic()
    with pq.ParquetFile(path, pre_buffer=False) as file:
        rows, columns = file.metadata.num_rows, len(file.schema_arrow.names)
    found = _with_texts_and_homes(dataset, scan_file(path, names=names), path, rows)
    sightings = tuple(_answer_hit(dataset, hit) for hit in found)
    used = {sighting.waiver for sighting in sightings if sighting.waiver}
    # A window may hold nothing of what another one does: only a whole table tells that a waiver is of no use.
    stale = () if dataset.windowed else tuple(waiver for waiver in dataset.waivers if waiver not in used)
    # Those that close first; a column that has a basis is in the certificate already.
    order = (HitAnswer.NONE, HitAnswer.WAIVER, HitAnswer.TOLD)
    shown = [sighting for answer in order for sighting in sightings if sighting.answer is answer]
    findings = (*map(_finding, shown), *map(_stale, stale))
    closing = [sighting.hit for sighting in sightings if sighting.answer is HitAnswer.NONE]
    report = ScanReport(
        passed=not closing,
        fingerprint=dataset.fingerprint,
        input_sha256=sha256_of(path),
        rows=rows,
        columns=columns,
        sightings=tuple(sighting.report() for sighting in sightings),
        findings=report_findings(findings),
        seconds=round(time.monotonic() - started, 3),
        lists=names.sources if names else (),
    )
    return ResidualScan(report, findings, sure=any(hit.sure for hit in closing))


def undecided_findings(dataset: Dataset, table: pa.Table, names: Names) -> tuple[Finding, ...]:
    """The findings that close a gate in ``table`` (text under published names), for bytes that no run has
    validated. Raises EngineFault."""
    file = pa.BufferReader(_as_parquet(dataset, table))
    found = _with_texts_and_homes(dataset, scan_table(table, names=names), file, table.num_rows)
    sightings = (_answer_hit(dataset, hit) for hit in found)
    return tuple(_finding(one) for one in sightings if one.answer is HitAnswer.NONE)


def _with_texts_and_homes(dataset: Dataset, hits: Sequence[Hit], file: Any, rows: int) -> tuple[Hit, ...]:
    """The hits, and what only the whole of a Parquet ``file`` (its path, or what reads it) tells."""
    named = frozenset(hit.column for hit in hits if hit.kind is Kind.PERSON_NAME)
    return (*hits, *named_in_texts(file, named), *home_positions(dataset, file, rows))


def _as_parquet(dataset: Dataset, table: pa.Table) -> pa.Buffer:
    """In memory; a published column that nothing gives is there, and empty."""
    for column in dataset.published:
        if column.published_as not in table.column_names:
            table = table.append_column(column.published_as, pa.nulls(table.num_rows, pa.string()))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue()


def _answer_hit(dataset: Dataset, hit: Hit) -> AnsweredHit:
    answer, waiver = find_answer(dataset, hit.column, str(hit.kind))
    if answer is HitAnswer.NONE and not hit.closes:
        answer = HitAnswer.TOLD
    scrubbed = any(
        column.published_as == hit.column and column.rule.capabilities.redacts for column in dataset.columns
    )
    return AnsweredHit(hit, answer, waiver, scrubbed)


def find_answer(dataset: Dataset, name: str, kind: str) -> tuple[HitAnswer, Waiver | None]:
    """The declaration's answer, and its waiver if there is one, to a hit of this kind in the column published
    as ``name``."""
    if any(column.published_as == name and column.basis for column in dataset.columns):
        return HitAnswer.BASIS, None
    for waiver in dataset.waivers:
        if (waiver.column, waiver.kind) == (name, kind):
            return HitAnswer.WAIVER, waiver
    return HitAnswer.NONE, None


def undecided_columns(dataset: Dataset, report: ScanReport | None, sha256: str) -> tuple[str, ...]:
    """The columns of a file scanned by an earlier run that hold what the declaration of today answers with
    neither a basis nor a waiver; ``"*"`` when ``report`` is not that of the file ``sha256``."""
    if report is None or report.passed is not True or report.input_sha256 != sha256:
        return ("*",)
    columns = (
        one.column
        for one in report.sightings
        if one.strength != Strength.NOTED and find_answer(dataset, one.column, one.kind)[0] is HitAnswer.NONE
    )
    return tuple(dict.fromkeys(columns))


_KINDS_OF_FINDING: Mapping[Strength, type[Finding]] = {
    Strength.CERTAIN: PersonalColumn,
    Strength.LIKELY: PersonalColumn,
    Strength.POSSIBLE: PerhapsPersonal,
    Strength.NOTED: NotedColumn,
}


def _finding(sighting: AnsweredHit) -> Finding:
    hit = sighting.hit
    detail = {"what": IDENTIFIERS[hit.kind], "kind": str(hit.kind), "sure": _SURE[hit.strength]}
    about: dict[str, Any] = {"column": hit.column, "count": hit.rows, "lines": hit.lines}
    if sighting.waiver:
        waiver = sighting.waiver
        said = {"reason": waiver.reason, "by": waiver.by, "day": show_day(waiver.day)}
        return WaivedFinding(**about, detail={**detail, **said})
    ways = {
        "rule": safer_rule(str(hit.kind), scrubbed=sighting.scrubbed),
        "waiver": waiver_line(hit.column, str(hit.kind)),
    }
    return _KINDS_OF_FINDING[hit.strength](**about, detail={**detail, **ways})


def _stale(waiver: Waiver) -> Finding:
    return StaleWaiver(column=waiver.column, detail={"what": IDENTIFIERS[waiver.kind], "kind": waiver.kind})
