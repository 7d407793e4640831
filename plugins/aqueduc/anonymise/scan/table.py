"""A column among the others of its table."""

from dataclasses import dataclass

from aqueduc.anonymise.scan.evidence import NOTED, KindEvidence
from aqueduc.anonymise.scan.figures import ColumnNumberStatistics
from aqueduc.anonymise.scan.hints import ColumnNameHints, find_column_name_hints
from aqueduc.anonymise.scan.kinds import HitStrength, IdentifierKind, ScanHit
from aqueduc.anonymise.scan.measure import ColumnMeasure


@dataclass(frozen=True)
class ScannedColumn:
    """One column of the table: what was measured, what its header says, and what the evidence is so far."""

    measured: ColumnMeasure
    figures: ColumnNumberStatistics
    evidence: tuple[KindEvidence, ...]

    @property
    def name(self) -> str:
        return self.measured.column

    @property
    def name_hints(self) -> ColumnNameHints:
        return find_column_name_hints(self.name)

    def has_evidence_of(self, *kinds: IdentifierKind) -> bool:
        """Whether one of ``kinds`` was found, more than noted."""
        return any(one.kind in kinds and one.strength is not NOTED for one in self.evidence)

    def build_hit(self, kind: IdentifierKind, strength: HitStrength, rows: int | None = None) -> ScanHit:
        held = self.figures.held
        return ScanHit(self.name, kind, strength, held if rows is None else rows, held)
