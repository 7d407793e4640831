"""What speaks for a kind in a column: which features, how sure."""

from dataclasses import dataclass

from aqueduc.anonymise.scan.kinds import Kind, Strength
from aqueduc.anonymise.scan.measure import Measured

CERTAIN, LIKELY, POSSIBLE, NOTED = Strength.CERTAIN, Strength.LIKELY, Strength.POSSIBLE, Strength.NOTED
ORDER = (CERTAIN, LIKELY, POSSIBLE, NOTED)


@dataclass(frozen=True)
class Evidence:
    """A kind, how sure, and the cells that are the hits: those that have one of ``features`` and none
    of ``without``."""

    kind: Kind
    strength: Strength
    features: tuple[str, ...]
    without: tuple[str, ...] = ()

    def rows(self, m: Measured) -> int:
        return m.count(*self.features, without=self.without)
