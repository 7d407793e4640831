"""The reports that the stages of one run left, as far as it went."""

from dataclasses import dataclass
from typing import Self

from aqueduc.anonymise import AnonymiseReport, ScanReport
from aqueduc.anonymise.findings import InapplicableRule
from aqueduc.publish.report import PublishReport
from aqueduc.reports import ReportedFinding
from aqueduc.sources.findings import RaggedRows
from aqueduc.sources.report import ExtractReport
from aqueduc.store import Store
from aqueduc.validate import ValidateReport
from aqueduc.validate.findings import RowFinding


def list_rejection_finding_codes() -> frozenset[str]:
    """The codes of the findings that set rows aside."""
    return frozenset(kind.code for kind in (*RowFinding.iterate_subclasses(), RaggedRows, InapplicableRule))


@dataclass(frozen=True)
class RunReports:
    """The reports of one run: None of a stage that left none."""

    extract: ExtractReport | None
    anonymise: AnonymiseReport | None
    validate: ValidateReport | None
    scan: ScanReport | None
    publish: PublishReport | None

    @classmethod
    def read(cls, store: Store, dataset: str, run: str) -> Self:
        """Those of ``run``. Raises StoreError."""
        extract = ExtractReport.read(store, dataset, run)
        if extract and extract.is_of_look:
            # Nothing comes after it.
            return cls(extract, None, None, None, None)
        return cls(
            extract,
            AnonymiseReport.read(store, dataset, run),
            ValidateReport.read(store, dataset, run),
            ScanReport.read(store, dataset, run),
            PublishReport.read(store, dataset, run),
        )

    @property
    def reports_by_stage(self) -> dict[str, ExtractReport | AnonymiseReport | ValidateReport | PublishReport]:
        """Those of the stages, by name, in the order in which they ran; the scan is a part of validation."""
        found = (self.extract, self.anonymise, self.validate, self.publish)
        return {report.stage: report for report in found if report}

    @property
    def findings_by_stage(self) -> dict[str, tuple[ReportedFinding, ...]]:
        """What each stage found, in the order in which they ran."""
        return {stage: report.findings for stage, report in self.reports_by_stage.items()}

    @property
    def rejection_findings(self) -> tuple[ReportedFinding, ...]:
        """Why rows were set aside, in the order of the stages."""
        codes = list_rejection_finding_codes()
        return tuple(one for found in self.findings_by_stage.values() for one in found if one.code in codes)

    @property
    def rejected_rows(self) -> int:
        """The rows that were cut wrong, that a rule could not read, or that break the schema."""
        return sum(report.rejected for report in (self.extract, self.anonymise, self.validate) if report)

    @property
    def suppressed_rows(self) -> int:
        """The rows withheld to protect people, at somebody's demand included."""
        return sum(report.suppressed for report in (self.anonymise, self.validate) if report)

    @property
    def objected_rows(self) -> int:
        """Those of them that an objection designates."""
        return self.anonymise.objected if self.anonymise else 0
