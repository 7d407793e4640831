"""What speaks for a kind in a column: which features, how sure."""

from dataclasses import dataclass

from aqueduc.anonymise.scan.kinds import HitStrength, IdentifierKind, NotedHitReason
from aqueduc.anonymise.scan.measure import ColumnMeasure

CERTAIN, LIKELY, POSSIBLE, NOTED = (
    HitStrength.CERTAIN,
    HitStrength.LIKELY,
    HitStrength.POSSIBLE,
    HitStrength.NOTED,
)
ORDER = (CERTAIN, LIKELY, POSSIBLE, NOTED)


@dataclass(frozen=True)
class KindEvidence:
    """A kind, how sure, and the cells that are the hits: those that have one of ``features``, all of
    ``together`` and none of ``without``. ``noted_for``: why it is no more than noted."""

    kind: IdentifierKind
    strength: HitStrength
    features: tuple[str, ...]
    without: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    noted_for: NotedHitReason = NotedHitReason.HEADER

    def count_matching_rows(self, m: ColumnMeasure) -> int:
        return m.count_matching_cells(*self.features, together=self.together, without=self.without)
