"""What a rule of anonymisation gives, so that nobody else need name it: how it is spelled, what may be asked
of it, what it does to a value, and how that is told.

Rules are loaded whenever Airflow parses the DAGs: nothing heavy is imported at the top of a rule's module.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict

from aqueduc.findings import Finding
from aqueduc.language import Message, _, format_exact_number
from aqueduc.rules.mapping import LookupTableContext, LookupTableJoin
from aqueduc.rules.values import Shape


@dataclass(frozen=True)
class RuleSpelling:
    """How a rule is written. ``does``: what it does to the column. ``expects``: what stands after the word,
    with an example; ``shape``: the same for an editor. ``bare``: the word may stand alone, without a value.
    ``personal``: why what it gives is still personal data, and needs a basis."""

    word: str
    does: Message
    expects: Message
    shape: Shape
    bare: bool = False
    personal: Message | None = None


class TreatmentCategory(StrEnum):
    """What a reader is told first of a column. Paragraphs about rules come in this order."""

    DROPPED = "dropped"
    KEPT = "kept"
    COARSER = "coarser"
    MODIFIED = "modified"
    PSEUDONYMISED = "pseudonymised"


class CoordinateRequirement(StrEnum):
    """What a rule over positions asks of ``geometry:``: to be there (POSITION), or that its two columns have
    this very rule (PAIR)."""

    POSITION = "position"
    PAIR = "pair"


@dataclass(frozen=True)
class RuleResultType:
    """What a rule makes of a value, in words, and the types of Table Schema that such a value fits."""

    what: Message
    fits: tuple[str, ...]


TEXT = RuleResultType(_("un texte"), ("string", "any"))
NUMBER = RuleResultType(_("un nombre"), ("number", "integer", "string", "any"))
AS_IS = _("publiée telle quelle")
READABLE = _("une valeur lisible est attendue")
SMALL_CELLS_DEDUCED = (
    "ce qu'un total publié ailleurs, ou la différence entre deux révisions, laisse déduire d'un petit "
    "effectif retiré"
)
A_NUMBER = _("un nombre est attendu")


@dataclass(frozen=True, kw_only=True)
class RuleTexts:
    """What is told of a rule: templates over its words, and over the name of the ``column`` as it is
    published. "" where there is nothing to tell.

    ``describe``: what it does; it agrees with « la colonne ». What follows is published or signed, in French.
    ``citizens``: a paragraph for the public. For whoever signs: ``why``, what it does for people;
    ``explain``, a paragraph; ``caution``, its limits; ``unchecked``, what nothing checks of it; ``withheld``,
    which rows it takes out; ``intact``, which values of a column it changes leave as they are; ``uses``, what
    it does with columns that are dropped (``used``).
    """

    describe: Message
    why: str = "rendue moins précise avant de sortir"
    caution: str = ""
    unchecked: str = ""
    explain: str = ""
    withheld: str = ""
    intact: str = ""
    uses: str = ""
    citizens: str = ""


Topic = Literal["explain", "withheld", "uses", "citizens"]
Reads = Literal["field", "string", "number", "date", "datetime"]
"""What a cell of a source of text is read as; "field": as the field it is published in."""


@dataclass(frozen=True, kw_only=True)
class RuleCapabilities:
    """The facts of a rule that checks, reports and the stages may ask.

    ``as_is``: the value leaves as it is. ``erases``: what leaves says nothing of the row. ``hides``: the
    value is kept from the reader, though something may stand in its place. ``blurs``: several values may
    become one, so that the column tells rows apart no longer. ``about_people``: whoever takes this rule has
    data on people. ``withholds``: it takes rows out. ``redacts``: it takes out the identifiers that the scan
    knows. ``temporal``: it gives dates, whatever their type. ``shows_position``: a position would still be
    seen; in doubt, it would. ``may_fail``: a value of which it makes NULL is rejected. ``marked_by_key``:
    another key makes another file, to be published though the source has not changed; of a draw it does not,
    since two draws of the same rows tell more of them than one.

    ``stable``: what it makes of a row depends on nothing but this row, and is the same in every extract; in doubt,
    it is not.

    ``gives``: None where the type of the source is kept, or not known. ``expected``: what a value must be.
    """

    effect: TreatmentCategory
    texts: RuleTexts
    gives: RuleResultType | None = None
    reads: Reads = "string"
    expected: Message = READABLE
    geometry: CoordinateRequirement | None = None
    as_is: bool = False
    erases: bool = False
    hides: bool = False
    blurs: bool = False
    about_people: bool = False
    withholds: bool = False
    redacts: bool = False
    temporal: bool = False
    shows_position: bool = True
    may_fail: bool = True
    marked_by_key: bool = False
    stable: bool = False

    @property
    def keeps_values(self) -> bool:
        """Whether what leaves is the value that came, whatever becomes of its row."""
        return self.effect is TreatmentCategory.KEPT


class CityThresholdSettings(Protocol):
    """The thresholds of ``city.yaml`` that a rule may be held to."""

    @property
    def small_count(self) -> int: ...
    @property
    def units(self) -> int: ...
    @property
    def households(self) -> int: ...
    @property
    def largest_share(self) -> float: ...


@dataclass(frozen=True)
class CityBoundedThreshold:
    """A number written at ``keys`` (below the column), that the city wants at least or at most so large."""

    keys: tuple[str, ...]
    given: float
    least: int | None = None
    most: float | None = None


@dataclass(frozen=True)
class ReferencedFile:
    """The file of ``include/`` that is named at ``keys`` (below the column). ``function``: it is Python, and
    defines this one."""

    keys: tuple[str, ...]
    path: str
    function: str | None = None


@dataclass(frozen=True)
class CoarsePositionThresholds:
    """From where on a position is coarse: a cell of so many ``metres``, a number rounded to ``step``, so many
    ``characters`` of a code."""

    metres: float
    step: float
    characters: int


@dataclass(frozen=True)
class RowSuppression:
    """Rows that do not leave. SQL over ``t``, what the rules made, and where ``of_extract``, over ``raw``,
    the extract: ``kept`` is true of those that leave, false of all others, which ``finding`` counts."""

    kept: str
    finding: type[Finding]
    detail: Mapping[str, Any] = field(default_factory=dict)
    of_extract: bool = False


@dataclass(frozen=True)
class CellRuleThresholds:
    """When a cell of a table is secret: fewer than ``at_least`` in the source column ``units``, or a share of
    ``largest`` above ``at_most``."""

    units: str
    at_least: int
    largest: str | None
    at_most: float | None


class Rule(BaseModel, ABC):
    """What happens to one column."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)

    spelling: ClassVar[RuleSpelling]
    capabilities: ClassVar[RuleCapabilities]

    kind: str

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        """The rule, from what stands after its word (True: nothing does); None when it is not that."""
        return cls() if written is True else None  # type: ignore[call-arg]

    def build_description_placeholders(self) -> dict[str, Any]:
        """What its texts may name: its fields, the numbers as they were declared."""
        return {
            name: format_exact_number(word) if type(word) in (int, float) else word for name, word in self
        }

    def describe(self) -> Message:
        return self.capabilities.texts.describe.format(**self.build_description_placeholders())

    def format_topic_text(self, topic: Topic, column: str = "", used: str = "") -> str:
        text = Message(getattr(self.capabilities.texts, topic))
        return text.format(**self.build_description_placeholders(), column=column, used=used).french_text

    @abstractmethod
    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        """SQL: what leaves, of the column ``raw_sql`` that has this type; NULL for what it cannot read: a
        value that was not understood was not anonymised either."""

    @property
    def result_type(self) -> RuleResultType | None:
        return self.capabilities.gives

    @property
    def input_type(self) -> Reads:
        return self.capabilities.reads

    @property
    def expected_value_text(self) -> Message:
        return self.capabilities.expected.format(**self.build_description_placeholders())

    # --- what it needs

    @property
    def key_connection_id(self) -> str | None:
        """The connection that keeps its key."""
        return None

    @property
    def referenced_files(self) -> tuple[ReferencedFile, ...]:
        return ()

    def with_function_hash(self, sha256: str, *, confined: bool) -> Rule:
        """The rule, once the file with its function was read. ``confined``: the city wants it confined."""
        return self

    def find_missing_system_support(self) -> Message | None:
        """What this system lacks to run it safely; None when it lacks nothing."""
        return None

    @property
    def other_source_columns_by_yaml_path(self) -> Mapping[tuple[str, ...], str]:
        """The other columns of the source it reads, by where they are written below the column."""
        return {}

    def list_value_columns(self, column: str, position: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of the source of which the value that leaves for ``column`` is made. ``position``: those of
        ``geometry:``."""
        if self.capabilities.erases:
            return ()
        return position if self.capabilities.geometry else (column,)

    def list_row_choosing_columns(self, column: str) -> tuple[str, ...]:
        """The columns of the source that say whether a row leaves."""
        others = self.other_source_columns_by_yaml_path.values()
        return tuple(dict.fromkeys((column, *others))) if self.capabilities.withholds else ()

    def list_city_bounded_thresholds(self, floors: CityThresholdSettings) -> tuple[CityBoundedThreshold, ...]:
        return ()

    def fill_missing_city_thresholds(self, floors: CityThresholdSettings) -> Rule:
        """The rule, with the city's thresholds where it has none."""
        return self

    @property
    def is_stable_across_extracts(self) -> bool:
        return self.capabilities.stable

    # --- how much it hides

    @property
    def coarseness(self) -> float | None:
        """Of a rule with one dial: the greater, the less it shows."""
        return None

    def is_weaker_than(self, before: Self) -> bool:
        """Whether it may show more than ``before``, another rule of this kind; where no order says which
        shows more, it may."""
        return self.coarseness is None or self.coarseness < (before.coarseness or 0)

    def shows_position(self, limit: CoarsePositionThresholds) -> bool:
        """Whether a position leaves it nearer than ``limit``."""
        return self.capabilities.shows_position

    @property
    def date_unit_or_band_width(self) -> str | float | None:
        """The unit that its dates are brought to, or the width of its bands: hierarchies go on from there."""
        return None

    # --- the rows it takes out

    def list_row_suppressions(self, column: str, published_as: str) -> tuple[RowSuppression, ...]:
        return ()

    def get_minimum_published_counts(self, column: str) -> Mapping[str, int]:
        """The least count that each of these source columns may show, where it is published."""
        return {}

    @property
    def cell_secrecy_thresholds(self) -> CellRuleThresholds | None:
        return None


class LookupTableRule(Rule):
    """A rule that no expression over the cell can be: a keyed one, one that reads a file, Python. It fills a
    table that is joined to the extract; what depends on the value alone is paid once per distinct value."""

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        """What leaves is in its table."""
        return "NULL"

    @abstractmethod
    def fill_lookup_table(self, context: LookupTableContext, column: str, table: str) -> LookupTableJoin:
        """Fills ``table`` for the source column ``column``. Raises ConnectionMissing,
        AnonymisationGateClosed."""
