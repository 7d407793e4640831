"""Law 8 for a former revision that a person puts online again: it was certified, and is judged anew.

Its evidence is the report of that judgement, and the bytes in the store.
"""

from dataclasses import dataclass
from datetime import UTC
from typing import ClassVar

from aqueduc.anonymise import ScanReport
from aqueduc.anonymise.objections import find_unenforced_objection_ids
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.publish.findings import (
    BrokenStageChain,
    ChangedDeclaration,
    FailedStageReport,
    MissingStageReport,
    ObjectionSinceJudgement,
)
from aqueduc.publish.proof.gate import WithheldRowCounts
from aqueduc.publish.proof.today import find_outdated_reports
from aqueduc.publish.refusals import build_gate_error
from aqueduc.publish.report import PublishedPartition
from aqueduc.publish.revision.partitions import NextRevisionPartitions
from aqueduc.reports import ReportedFinding, StoredReport
from aqueduc.run import Run, Workspace
from aqueduc.store import ParquetFileHandle, Store, build_published_partition_handle


@dataclass(frozen=True, kw_only=True)
class RestorationReport(StoredReport):
    """The judgement of a former ``revision`` under the declaration of today (``fingerprint``), the city's rules and
    the code (``city_fingerprint``, ``version``).
    ``certificate`` names its entry of the ledger, with its SHA-256; ``certified_run``, the run whose
    stages prepared its rows, whatever put them online again since. ``rejected``, ``suppressed`` and ``objected`` are
    of that run. ``scan``: what the search found now, in all the parts; None where it was not reached.
    ``objections``: the ids of those in force then, all of which the revision obeys."""

    stage = "restore"
    nested: ClassVar = {
        **StoredReport.nested,
        "parts": lambda raw: PublishedPartition(**raw),
        "scan": ScanReport.from_json,
    }

    dataset: str
    run: str
    fingerprint: str
    passed: bool
    revision: str
    certified_run: str
    certificate: str
    certificate_sha256: str
    parts: tuple[PublishedPartition, ...]
    rejected: int
    suppressed: int
    by: str
    reason: str
    objected: int = 0
    findings: tuple[ReportedFinding, ...] = ()
    city_fingerprint: str = ""
    version: str = ""
    scan: ScanReport | None = None
    objections: tuple[str, ...] = ()

    @property
    def partitions(self) -> tuple[ParquetFileHandle, ...]:
        """The parts as the publication takes them: of this run, which judged them."""
        return tuple(
            build_published_partition_handle(self.dataset, self.run, part.__dict__) for part in self.parts
        )


def find_run_that_prepared_rows(store: Store, dataset: str, run: str) -> str:
    """The run whose stages made the rows of ``run``: another one where it put a former revision online again. A
    store of before may lead there through several, or from a run that was started again to itself."""
    seen = {run}
    while (restored := RestorationReport.read(store, dataset, run)) and restored.certified_run not in seen:
        run = restored.certified_run
        seen.add(run)
    return run


def require_restoration_report(dataset: Dataset, run: Run, store: Store) -> RestorationReport:
    """Raises PublicationGateClosed unless ``run`` judged the former revision, under the declaration of now,
    and the store has the very bytes that it judged."""
    report = RestorationReport.read(store, dataset.id, run.id)
    detail = {"stage": RestorationReport.stage}
    findings: list[Finding] = []
    if report is None:
        findings.append(MissingStageReport(detail=detail))
    elif not report.passed:
        findings.append(FailedStageReport(detail=detail))
    elif report.fingerprint != dataset.fingerprint:
        findings.append(ChangedDeclaration(detail=detail))
    elif not all(store.is_object_intact(part.object) for part in report.parts):
        said = {"left": _("le contenu du dépôt"), "right": _("la révision à rétablir")}
        findings.append(BrokenStageChain(detail=said))
    if findings or report is None:
        raise build_gate_error(dataset, _("Rien ne prouve que cette révision peut être rétablie."), *findings)
    return report


def _require_publishable_restoration(dataset: Dataset, run: Run, workspace: Workspace) -> RestorationReport:
    """Raises PublicationGateClosed too where somebody has objected since it was judged, or what it was judged by has
    changed: a publication that waited (an agreement, a retry) undoes no objection."""
    store = workspace.store
    report = require_restoration_report(dataset, run, store)
    changed = [*find_outdated_reports(dataset, workspace.include, {report.stage: report})]
    if changed:
        raise build_gate_error(
            dataset, _("Ce selon quoi cette révision a été jugée a changé depuis."), *changed
        )
    since = find_unenforced_objection_ids(store, dataset.id, report.objections)
    if since:
        raise build_gate_error(
            dataset,
            _("Une opposition a été enregistrée depuis que cette révision a été jugée."),
            ObjectionSinceJudgement(count=len(since), detail={"dataset": dataset.id}),
        )
    return report


def load_restored_revision_and_evidence(
    dataset: Dataset, run: Run, workspace: Workspace
) -> tuple[WithheldRowCounts, NextRevisionPartitions]:
    """What the publication starts from. Raises PublicationGateClosed, StoreError."""
    report = _require_publishable_restoration(dataset, run, workspace)
    parts = report.partitions
    prepared: dict[str, str | None] = {part.sha256: None for part in parts}
    evidence = WithheldRowCounts(report.rejected, report.suppressed, report.objected)
    return evidence, NextRevisionPartitions(parts, prepared)


def mark_restoration_in_force(dataset: Dataset, run: Run, workspace: Workspace) -> None:
    """From now on no other run publishes, whatever becomes of this one. Raises PublicationGateClosed, StoreError."""
    report = _require_publishable_restoration(dataset, run, workspace)
    at = workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
    mark = {name: getattr(report, name) for name in ("revision", "by", "reason", "run")}
    workspace.store.write_restoration_mark(dataset.id, {**mark, "at": at})
