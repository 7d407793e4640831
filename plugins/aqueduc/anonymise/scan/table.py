"""A column among the others of its table."""

from dataclasses import dataclass

from aqueduc.anonymise.scan.evidence import NOTED, Evidence
from aqueduc.anonymise.scan.figures import Figures
from aqueduc.anonymise.scan.hints import Hints, hints
from aqueduc.anonymise.scan.kinds import Hit, Kind, Strength
from aqueduc.anonymise.scan.measure import Measured


@dataclass(frozen=True)
class TableColumn:
    """One column of the table: what was measured, what its header says, and what the evidence is so far."""

    measured: Measured
    figures: Figures
    evidence: tuple[Evidence, ...]

    @property
    def name(self) -> str:
        return self.measured.column

    @property
    def name_hints(self) -> Hints:
        return hints(self.name)

    def found(self, *kinds: Kind) -> bool:
        """Whether one of ``kinds`` was found, more than noted."""
        return any(one.kind in kinds and one.strength is not NOTED for one in self.evidence)

    def hit(self, kind: Kind, strength: Strength, rows: int | None = None) -> Hit:
        held = self.figures.held
        return Hit(self.name, kind, strength, held if rows is None else rows, held)
