"""What the stage reports: counts, findings, and the hashes that chain it to its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from aqueduc.findings import Finding
from aqueduc.store import Handle
from aqueduc.validate.findings import finding_from_json


@dataclass(frozen=True)
class ValidateReport:
    """The report of a validation: ``rows_in == rows_out + rejected + suppressed`` whenever ``passed``. No
    cell of the data is in it.

    ``suppressed``: sound rows withheld because a rejected one left their class under k; ``smallest_class`` is
    that of what is left, None without quasi-identifiers. ``fingerprint`` is the declaration's.

    ``rows_out`` and ``output_sha256`` are 0 and None when the gate closed. ``rejected_key`` names the
    rejected rows in the vault (``__line``, ``__rules``, then the row as received); None when there are none.
    ``tolerated`` is the share of rows that may be rejected, between 0 and 1. ``references``: of each other
    dataset that foreign keys refer to, the revision they were looked up in. ``guards``: those on the whole
    that would hold the dataset, each with its finding and, where a person waived it for this run, ``waived``.
    ``corrected``: cells that the city's file of corrections replaced.
    """

    fingerprint: str
    rows_in: int
    rows_out: int
    rejected: int
    suppressed: int
    smallest_class: int | None
    tolerated: float
    findings: tuple[Finding, ...]
    input_sha256: str
    output_sha256: str | None
    schema: str
    rejected_key: str | None
    seconds: float
    passed: bool
    references: Mapping[str, str] = field(default_factory=dict)
    guards: tuple[Mapping[str, Any], ...] = ()
    corrected: int = 0
    unique: int | None = None
    """Rows of the file to publish that no other one is like, over all of its columns."""
    units: Mapping[str, int | None] | None = None
    """Of the file to publish, where units are counted: ``judge_units.UnitCounts``."""

    def to_json(self) -> dict[str, Any]:
        findings = [finding.to_json() for finding in self.findings]
        return {**asdict(self), "findings": findings, "guards": list(self.guards)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> ValidateReport:
        findings = tuple(finding_from_json(finding) for finding in raw["findings"])
        return cls(**{**raw, "findings": findings, "guards": tuple(raw.get("guards", ()))})


@dataclass(frozen=True)
class ValidationResult:
    """The output of the stage: the valid rows, typed and sorted, with the report."""

    handle: Handle
    report: ValidateReport
