"""What the stage reports: counts, findings, and the hashes that chain it to its neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from aqueduc.anonymise.report import UnitAndRowExtremes
from aqueduc.reports import ReportedFinding, StoredReport
from aqueduc.store import ParquetFileHandle


@dataclass(frozen=True)
class ReportedTriggeredGuard:
    """A guard on the whole that would hold the dataset, what it found and, where a person ``waived`` it for
    this run, ``by`` whom and for what ``reason``."""

    guard: str
    waived: Mapping[str, str] | None
    finding: ReportedFinding


@dataclass(frozen=True)
class ValidateReport(StoredReport):
    """The report of a validation: ``rows_in == rows_out + rejected + suppressed`` whenever ``passed``. No
    cell of the data is in it.

    ``suppressed``: sound rows withheld because a rejected one left their class under k; ``smallest_class`` is
    that of what is left, None without quasi-identifiers. ``fingerprint`` is the declaration's,
    ``city_fingerprint`` that of city.yaml and the lists of names, ``version`` that of Aqueduc and its code.

    ``rows_out`` and ``output_sha256`` are 0 and None when the gate closed. ``rejected_key`` names the
    rejected rows in the vault (``__line``, ``__rules``, then the row as received); None when there are none.
    ``tolerated`` is the share of rows that may be rejected, between 0 and 1. ``references``: of each other
    dataset that foreign keys refer to, the revision they were looked up in. ``guards``: those on the whole
    that would hold the dataset.
    ``corrected``: cells that the city's file of corrections replaced. ``carried``: among ``rows_in``, the rows of the
    published file that were not read again; ``astray``: how many more or fewer rows the source has.
    """

    stage = "validate"
    nested: ClassVar = {
        **StoredReport.nested,
        "guards": lambda raw: ReportedTriggeredGuard(
            **{**raw, "finding": ReportedFinding.from_json(raw["finding"])}
        ),
        "units": lambda raw: UnitAndRowExtremes(**raw),
    }

    fingerprint: str
    rows_in: int
    rows_out: int
    rejected: int
    suppressed: int
    smallest_class: int | None
    tolerated: float
    findings: tuple[ReportedFinding, ...]
    input_sha256: str
    output_sha256: str | None
    schema: str
    rejected_key: str | None
    seconds: float
    passed: bool
    references: Mapping[str, str] = field(default_factory=dict)
    guards: tuple[ReportedTriggeredGuard, ...] = ()
    corrected: int = 0
    carried: int = 0
    astray: int = 0
    unique: int | None = None
    """Rows of the file to publish that no other one is like, over all of its columns."""
    city_fingerprint: str = ""
    version: str = ""
    units: UnitAndRowExtremes | None = None
    """Of the file to publish, where units are counted."""

    @property
    def waivers(self) -> tuple[dict[str, str], ...]:
        """The guards that were waived: ``guard``, what it ``found``, ``by`` whom and for what ``reason``."""
        return tuple(
            {"guard": one.guard, "found": one.finding.message, **one.waived}
            for one in self.guards
            if one.waived
        )


@dataclass(frozen=True)
class ValidationResult:
    """The output of the stage: the valid rows, typed and sorted, with the report."""

    handle: ParquetFileHandle
    report: ValidateReport
