"""What the anonymisation of one run did: counts, rules and bases; never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aqueduc.findings import Finding
from aqueduc.store import Handle


@dataclass(frozen=True)
class Treatment:
    """What was done to one source column, in French; ``published_as`` is None when the city keeps it."""

    column: str
    published_as: str | None
    rule: str
    described: str
    basis: str | None


@dataclass(frozen=True)
class AnonymiseReport:
    """``suppressed``: rows withheld to protect people (small counts, small classes), of which
    ``suppressed_classes`` for small classes; ``rejected``: rows a rule could not read. ``smallest_class`` is
    that of what is left."""

    dataset: str
    run: str
    fingerprint: str
    passed: bool
    input_sha256: str
    output_sha256: str | None
    rows_in: int
    rows_out: int
    rejected: int
    suppressed: int
    suppressed_classes: int
    quasi_identifiers: tuple[str, ...]
    k: int | None
    smallest_class: int | None
    classes: int | None
    treatments: tuple[Treatment, ...]
    findings: tuple[Finding, ...]
    rejected_key: str | None
    seconds: float
    types: Mapping[str, str] = field(default_factory=dict)
    """The SQL type that the source gave each column."""
    recoding: Mapping[str, Any] = field(default_factory=dict)
    """How hierarchies were climbed: scope, loss, levels, proof; empty without hierarchies."""
    risk: Mapping[str, int] = field(default_factory=dict)
    """Before anything was recoded or withheld: rows, classes, rows alone in theirs, rows in a class below k;
    and ``left``, the classes after."""
    unit: tuple[str, ...] = ()
    """The columns whose different values classes count; () where they count rows."""
    city_fingerprint: str = ""
    version: str = ""
    """Of Aqueduc."""
    protection: Mapping[str, Any] = field(default_factory=dict)
    """The rules and the privacy that were applied (``weakening.ProtectionState``): the next revision is held
    to them."""

    def to_json(self) -> dict[str, Any]:
        return {
            **self.__dict__,
            "quasi_identifiers": list(self.quasi_identifiers),
            "unit": list(self.unit),
            "types": dict(self.types),
            "recoding": dict(self.recoding),
            "risk": dict(self.risk),
            "protection": dict(self.protection),
            "treatments": [dict(treatment.__dict__) for treatment in self.treatments],
            "findings": [finding.to_json() for finding in self.findings],
        }


@dataclass(frozen=True)
class Anonymisation:
    handle: Handle
    report: AnonymiseReport
