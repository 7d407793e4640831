"""What the anonymisation of one run did: counts, rules and bases; never a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aqueduc.anonymise.scan.names import CityProvidedListFile
from aqueduc.declaration.spec import Dataset
from aqueduc.reports import ReportedFinding, StoredReport
from aqueduc.store import ParquetFileHandle


@dataclass(frozen=True)
class UnitAndRowExtremes:
    """The counts of units in a file. ``smallest``: the fewest units in a class, None without rows.
    ``in_class`` and ``in_file``: the most rows that one unit may have in a class, and in all, those
    whose unit is unknown being anybody's. No unit is told."""

    smallest: int | None
    in_class: int
    in_file: int


@dataclass(frozen=True)
class ColumnTreatment:
    """What was done to one source column, in French; ``published_as`` is None when the city keeps it."""

    column: str
    published_as: str | None
    rule: str
    described: str
    basis: str | None


@dataclass(frozen=True)
class AnonymiseReport(StoredReport):
    """The report of an anonymisation. ``suppressed``: rows withheld to protect people (small counts, small
    classes), of which ``suppressed_classes`` for small classes; ``rejected``: rows a rule could not read.
    ``smallest_class`` is that of what is left."""

    stage = "anonymise"
    nested: ClassVar = {**StoredReport.nested, "treatments": lambda raw: ColumnTreatment(**raw)}

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
    treatments: tuple[ColumnTreatment, ...]
    findings: tuple[ReportedFinding, ...]
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
    objected: int = 0
    """The rows that left the extract because a person objected, or for their period; among ``suppressed``."""
    objections: tuple[str, ...] = ()
    """The ids of the objections that were obeyed, whether they met a row or not."""
    objections_met: tuple[str, ...] = ()
    basis_ends: Mapping[str, str] = field(default_factory=dict)
    """The last day (ISO 8601) of the basis of each source column whose basis has one."""
    protection: Mapping[str, Any] = field(default_factory=dict)
    """The rules and the privacy that were applied (``weakening.ProtectionState``): the next revision is held
    to them."""
    at_source: bool | None = None
    """Whether the public reads the source itself, as it was declared then; None in a report of before."""

    def was_source_open_to_public(self, dataset: Dataset) -> bool:
        """Whether the public read the source itself when the run was made; as it is declared today, in a report of
        before."""
        return dataset.publication.is_link_to_source if self.at_source is None else self.at_source

    @property
    def legal_bases(self) -> tuple[dict[str, str], ...]:
        """The published columns that cite a legal ``basis``."""
        return tuple(
            {"column": one.published_as, "basis": one.basis}
            for one in self.treatments
            if one.basis and one.published_as
        )


@dataclass(frozen=True)
class ReportedHit:
    """A hit of the scan: ``rows`` of the ``cells`` of a column, a ``share`` between 0 and 1, the first
    ``lines``; the declaration's ``answer`` (``residual.HitDeclarationAnswer``) with its ``waiver``, as it is written."""

    column: str
    kind: str
    strength: str
    rows: int
    cells: int
    share: float
    lines: tuple[int, ...]
    answer: str
    waiver: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ScanReport(StoredReport):
    """What the residual scan found in the file ``input_sha256``: how many ``rows`` and ``columns`` it has,
    the hits, and the ``lists`` that the city added to those of the scan."""

    stage = "scan"
    nested: ClassVar = {
        **StoredReport.nested,
        "sightings": lambda raw: ReportedHit(**{**raw, "lines": tuple(raw["lines"])}),
        "lists": lambda raw: CityProvidedListFile(**raw),
    }

    passed: bool
    fingerprint: str
    input_sha256: str
    rows: int
    columns: int
    sightings: tuple[ReportedHit, ...]
    findings: tuple[ReportedFinding, ...]
    seconds: float
    lists: tuple[CityProvidedListFile, ...] = ()


@dataclass(frozen=True)
class AnonymisationResult:
    """The outcome of the stage: a handle in the vault and its report."""

    handle: ParquetFileHandle
    report: AnonymiseReport
