"""What is asked of a published table, as plain frozen data: the model, the limits, the sensitive attributes.

k-anonymity: Sweeney 2002. Distinct and entropy l-diversity: Machanavajjhala et al. 2007, §4. t-closeness: Li,
Li and Venkatasubramanian 2007, with their two distances. k-map: Sweeney 2002, §7 (classes are counted in a
population table of which the published table is a sample).
"""

from dataclasses import dataclass

# What rounding may add to a sum of logarithms or of shares; a judge allows ten times as much.
ROUNDING = 1e-9


@dataclass(frozen=True)
class SensitiveAttribute:
    """A sensitive attribute and what each class must show of it.

    ``distinct``: at least so many different values. ``entropy``: the exponential of the entropy (natural
    logarithm) of its values is at least this. ``closeness``: the earth mover's distance between its values in
    the class and in the whole published table is at most this; ``ordered`` chooses the ordered distance (for
    numbers and dates) over the equal one (for categories). A NULL is a value like another, the lowest one.

    ``unit``: its values stand for persons, and NULL for none. ``distinct`` of them is k-anonymity over
    persons, and each other attribute must then hold whoever one of them is: see ``classes.SensitiveAttributeCheck``.
    """

    name: str
    distinct: int = 1
    entropy: float = 1.0
    closeness: float | None = None
    ordered: bool = False
    unit: bool = False

    def __post_init__(self) -> None:
        if self.distinct < 1 or self.entropy < 1 or not 0 <= (self.closeness or 0) <= 1:
            raise ValueError("distinct and entropy start at 1, closeness lies between 0 and 1")

    @property
    def minimum_distinct_values(self) -> int:
        """Distinct values without which neither condition can hold: entropy l-diversity needs ⌈l⌉ of them."""
        return max(self.distinct, -int(-(self.entropy - ROUNDING) // 1))

    @property
    def is_monotone(self) -> bool:
        """Whether merging a class that conforms with one that does not always gives one that conforms."""
        return self.entropy <= 1 and self.closeness is None


@dataclass(frozen=True)
class PrivacyModel:
    """The privacy model of a publication: ``k`` rows at least in each class, and ``k_map`` people of the
    population when a table of it is given."""

    k: int
    sensitive: tuple[SensitiveAttribute, ...] = ()
    k_map: int | None = None

    def __post_init__(self) -> None:
        if self.k < 1 or (self.k_map is not None and self.k_map < 1):
            raise ValueError("k and k_map start at 1")

    @property
    def is_monotone(self) -> bool:
        return all(attribute.is_monotone for attribute in self.sensitive)


@dataclass(frozen=True)
class RecodingLimits:
    """The limits of a recoding. ``suppress_at_most``: share of the rows that may be withheld. ``tolerance``:
    how much more may be lost (in the unit of the loss, 0 to 1) by keeping the recoding of the previous
    revision. ``nodes``: size of the largest lattice that is searched."""

    suppress_at_most: float = 0.0
    tolerance: float = 0.0
    nodes: int = 2_000_000

    def __post_init__(self) -> None:
        if not 0 <= self.suppress_at_most <= 1 or self.tolerance < 0:
            raise ValueError("suppress_at_most lies between 0 and 1, tolerance is not negative")

    def count_suppressible_rows(self, rows: int) -> int:
        """How many of ``rows`` may be withheld: 29 % of 100 is 29, whatever binary fractions make of it."""
        return int(self.suppress_at_most * rows + ROUNDING * max(rows, 1))
