from typing import Any, ClassVar, Literal

from aqueduc.language import _
from aqueduc.rules import (
    A_NUMBER,
    NUMBER,
    POSITIVE,
    CoarsePositionThresholds,
    Positive,
    Rule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    TreatmentCategory,
    is_positive,
)
from aqueduc.sql import EXACT


class NumberRounding(Rule):
    """A number becomes the nearest multiple of ``step`` (halfway: away from zero)."""

    spelling: ClassVar = RuleSpelling(
        "round",
        _("arrondit un nombre"),
        _("« round: » attend un pas, par exemple 10"),
        {**POSITIVE, "examples": [10]},
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(describe=_("arrondie au multiple de {step} le plus proche")),
        gives=NUMBER,
        blurs=True,
        expected=A_NUMBER,
    )

    kind: Literal["round"] = "round"
    step: Positive

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        return cls(step=written) if is_positive(written) else None

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        return build_rounding_sql(raw_sql, self.step)

    @property
    def coarseness(self) -> float:
        return self.step

    def shows_position(self, limit: CoarsePositionThresholds) -> bool:
        return self.step < limit.step


def build_rounding_sql(number: str, step: float) -> str:
    """The nearest multiple of ``step``, reckoned exactly, as text without needless zeros."""
    value, by = f"TRY_CAST({number} AS {EXACT})", f"CAST({step!r} AS {EXACT})"
    rest = f"(abs({value}) % {by})"
    near = f"(abs({value}) - {rest} + CASE WHEN {rest} * 2 >= {by} THEN {by} ELSE 0 END)"
    signed = f"CASE WHEN {value} < 0 THEN -{near} ELSE {near} END"
    return (
        f"regexp_replace(CAST({signed} AS VARCHAR), '\\.?0+$', '')"
        if step % 1
        else f"CAST(CAST({signed} AS HUGEINT) AS VARCHAR)"
    )
