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
    NonblockingPersonalColumn,
    PersonalDataColumn,
    PossiblePersonalColumn,
    StaleWaiver,
    WaivedPersonalColumn,
)
from aqueduc.anonymise.homes import find_hits_of_columns_derived_from_hidden, find_home_position_hits
from aqueduc.anonymise.report import ReportedHit, ScanReport
from aqueduc.anonymise.scan import HitStrength, IdentifierKind, NotedHitReason, ScanHit, scan_file, scan_table
from aqueduc.anonymise.scan.entities import find_ner_name_hits
from aqueduc.anonymise.scan.names import NameLists
from aqueduc.anonymise.ways_out import format_waiver_line, suggest_rule_for_hit
from aqueduc.declaration.spec import Dataset, DetectionWaiver
from aqueduc.declaration.vocabulary import IDENTIFIERS
from aqueduc.findings import Finding
from aqueduc.language import _, format_localised_day
from aqueduc.reports import build_reported_findings
from aqueduc.store import compute_file_sha256

_SURE = {
    HitStrength.CERTAIN: _("sûr"),
    HitStrength.LIKELY: _("probable"),
    HitStrength.POSSIBLE: _("possible"),
    HitStrength.NOTED: _("signalé"),
}

_WHY_NOTED = {
    NotedHitReason.FEW: _("peu de cellules de la colonne l'ont"),
    NotedHitReason.HEADER: _(
        "sa forme, l'en-tête ou le reste de la colonne fait penser à une chose, à un service, à une référence "
        "ou à quelqu'un qui ne vit plus"
    ),
    NotedHitReason.TABLE: _(
        "les autres colonnes ne font penser à personne, ou font penser à des choses, à des services ou à des "
        "décomptes"
    ),
}


class HitDeclarationAnswer(StrEnum):
    """The answer of the declaration to a hit of the scan. The values are stable: reports and certificates
    quote them."""

    NONE = "none"
    BASIS = "basis"
    WAIVER = "waiver"
    TOLD = "told"


@dataclass(frozen=True)
class AnsweredHit:
    """A hit with the declaration's answer: nothing (the gate closes), a basis, a waiver; ``TOLD`` when the
    hit is noted only. ``scrubbed``: the column went through ``scrub`` before; ``linked``: a link serves it."""

    hit: ScanHit
    answer: HitDeclarationAnswer
    waiver: DetectionWaiver | None = None
    scrubbed: bool = False
    linked: bool = False

    def build_reported_hit(self) -> ReportedHit:
        waiver = self.waiver.model_dump(mode="json") if self.waiver else None
        hit = self.hit
        return ReportedHit(
            hit.column,
            str(hit.kind),
            str(hit.strength),
            hit.rows,
            hit.cells,
            round(hit.row_share, 4),
            hit.lines,
            str(self.answer),
            waiver,
        )


@dataclass(frozen=True)
class ResidualScanResult:
    """The residual scan of a file under a declaration. ``sure``: whether one of the hits that close the gate
    is more than possible. No cell is in it."""

    report: ScanReport
    findings: tuple[Finding, ...]
    sure: bool


def scan_output_file(
    dataset: Dataset, path: Path, scratch: Path, names: NameLists | None = None
) -> ResidualScanResult:
    """Scans the Parquet file at ``path``: every row of every column it has, whatever the declaration says of
    them; ``names``: the lists of the scan and of the city; ``scratch``: where rows may spill. Raises
    QueryEngineFailure."""
    started = time.monotonic()
    with pq.ParquetFile(path, pre_buffer=False) as file:
        rows, columns = file.metadata.num_rows, len(file.schema_arrow.names)
    found = _add_ner_position_and_derived_hits(dataset, scan_file(path, scratch, names=names), path, rows)
    sightings = tuple(_build_answered_hit(dataset, hit) for hit in found)
    used = {sighting.waiver for sighting in sightings if sighting.waiver}
    # A window may hold nothing of what another one does: only a whole table tells that a waiver is of no use.
    stale = () if dataset.windowed else tuple(waiver for waiver in dataset.waivers if waiver not in used)
    # Those that close first; a column that has a basis is in the certificate already.
    order = (HitDeclarationAnswer.NONE, HitDeclarationAnswer.WAIVER, HitDeclarationAnswer.TOLD)
    shown = [sighting for answer in order for sighting in sightings if sighting.answer is answer]
    findings = (*map(_build_hit_finding, shown), *map(_build_obsolete_waiver_finding, stale))
    closing = [sighting.hit for sighting in sightings if sighting.answer is HitDeclarationAnswer.NONE]
    report = ScanReport(
        passed=not closing,
        fingerprint=dataset.fingerprint,
        input_sha256=compute_file_sha256(path),
        rows=rows,
        columns=columns,
        sightings=tuple(sighting.build_reported_hit() for sighting in sightings),
        findings=build_reported_findings(findings),
        seconds=round(time.monotonic() - started, 3),
        lists=names.sources if names else (),
    )
    return ResidualScanResult(report, findings, sure=any(hit.is_sure for hit in closing))


def scan_table_for_undecided_hits(dataset: Dataset, table: pa.Table, names: NameLists) -> tuple[Finding, ...]:
    """The findings that close a gate in ``table`` (text under published names), for bytes that no run has
    validated. Raises QueryEngineFailure."""
    file = pa.BufferReader(_build_parquet_buffer(dataset, table))
    found = _add_ner_position_and_derived_hits(dataset, scan_table(table, names=names), file, table.num_rows)
    sightings = (_build_answered_hit(dataset, hit) for hit in found)
    return tuple(_build_hit_finding(one) for one in sightings if one.answer is HitDeclarationAnswer.NONE)


def _add_ner_position_and_derived_hits(
    dataset: Dataset, hits: Sequence[ScanHit], file: Any, rows: int
) -> tuple[ScanHit, ...]:
    """The hits, and what only the whole of a Parquet ``file`` (its path, or what reads it) tells."""
    # One listed name among labels is no reason not to ask the model of the others.
    named = frozenset(
        hit.column
        for hit in hits
        if hit.kind is IdentifierKind.PERSON_NAME
        and (hit.is_blocking_hit or hit.noted_for is not NotedHitReason.FEW)
    )
    derived = find_hits_of_columns_derived_from_hidden(dataset, file, rows)
    found = (*hits, *find_ner_name_hits(file, named), *find_home_position_hits(dataset, file, rows), *derived)
    return _keep_surest_hits(found)


def _keep_surest_hits(hits: Sequence[ScanHit]) -> tuple[ScanHit, ...]:
    """One for each kind in a column: two ways of looking may have found the same."""
    surest: dict[tuple[str, IdentifierKind], ScanHit] = {}
    for hit in sorted(hits, key=lambda hit: (hit.strength.rank, -hit.rows)):
        surest.setdefault((hit.column, hit.kind), hit)
    return tuple(hit for hit in hits if surest[hit.column, hit.kind] is hit)


def _build_parquet_buffer(dataset: Dataset, table: pa.Table) -> pa.Buffer:
    """In memory; a published column that nothing gives is there, and empty."""
    for column in dataset.published_columns:
        if column.published_as not in table.column_names:
            table = table.append_column(column.published_as, pa.nulls(table.num_rows, pa.string()))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue()


def _build_answered_hit(dataset: Dataset, hit: ScanHit) -> AnsweredHit:
    answer, waiver = find_hit_answer(dataset, hit.column, str(hit.kind))
    if answer is HitDeclarationAnswer.NONE and not hit.is_blocking_hit:
        answer = HitDeclarationAnswer.TOLD
    scrubbed = any(
        column.published_as == hit.column and column.rule.capabilities.redacts for column in dataset.columns
    )
    return AnsweredHit(hit, answer, waiver, scrubbed, dataset.publication.is_link_to_source)


def find_hit_answer(
    dataset: Dataset, name: str, kind: str
) -> tuple[HitDeclarationAnswer, DetectionWaiver | None]:
    """The declaration's answer, and its waiver if there is one, to a hit of this kind in the column published
    as ``name``."""
    if any(column.published_as == name and column.basis for column in dataset.columns):
        return HitDeclarationAnswer.BASIS, None
    for waiver in dataset.waivers:
        if (waiver.column, waiver.kind) == (name, kind):
            return HitDeclarationAnswer.WAIVER, waiver
    return HitDeclarationAnswer.NONE, None


def list_undecided_columns(dataset: Dataset, report: ScanReport | None, sha256: str) -> tuple[str, ...]:
    """The columns of a file scanned by an earlier run that hold what the declaration of today answers with
    neither a basis nor a waiver; ``"*"`` when ``report`` is not that of the file ``sha256``."""
    if report is None or report.passed is not True or report.input_sha256 != sha256:
        return ("*",)
    columns = (
        one.column
        for one in report.sightings
        if one.strength != HitStrength.NOTED
        and find_hit_answer(dataset, one.column, one.kind)[0] is HitDeclarationAnswer.NONE
    )
    return tuple(dict.fromkeys(columns))


_KINDS_OF_FINDING: Mapping[HitStrength, type[Finding]] = {
    HitStrength.CERTAIN: PersonalDataColumn,
    HitStrength.LIKELY: PersonalDataColumn,
    HitStrength.POSSIBLE: PossiblePersonalColumn,
    HitStrength.NOTED: NonblockingPersonalColumn,
}


def _build_hit_finding(sighting: AnsweredHit) -> Finding:
    hit = sighting.hit
    detail = {"what": IDENTIFIERS[hit.kind], "kind": str(hit.kind), "sure": _SURE[hit.strength]}
    detail["why"] = _WHY_NOTED[hit.noted_for]
    about: dict[str, Any] = {"column": hit.column, "count": hit.rows, "lines": hit.lines}
    if sighting.waiver:
        waiver = sighting.waiver
        said = {"reason": waiver.reason, "by": waiver.by, "day": format_localised_day(waiver.day)}
        return WaivedPersonalColumn(**about, detail={**detail, **said})
    ways = {
        "rule": suggest_rule_for_hit(str(hit.kind), scrubbed=sighting.scrubbed, linked=sighting.linked),
        "waiver": format_waiver_line(hit.column, str(hit.kind)),
    }
    return _KINDS_OF_FINDING[hit.strength](**about, detail={**detail, **ways})


def _build_obsolete_waiver_finding(waiver: DetectionWaiver) -> Finding:
    return StaleWaiver(column=waiver.column, detail={"what": IDENTIFIERS[waiver.kind], "kind": waiver.kind})
