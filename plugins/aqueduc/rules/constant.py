from typing import Any, ClassVar, Literal

from aqueduc.language import _
from aqueduc.rules import (
    NAME,
    TEXT,
    Rule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    Text,
    TreatmentCategory,
    is_filled_text,
)
from aqueduc.sql import literal


class ConstantReplacement(Rule):
    """Every value, the missing ones too, becomes ``value``."""

    spelling: ClassVar = RuleSpelling(
        "constant",
        _("remplace toutes les valeurs par la même mention"),
        _("« constant: » attend la mention, par exemple « non communiqué »"),
        {**NAME, "examples": ["non communiqué"]},
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.MODIFIED,
        stable=True,
        gives=TEXT,
        erases=True,
        hides=True,
        blurs=True,
        shows_position=False,
        may_fail=False,
        texts=RuleTexts(
            describe=_("remplacée partout par la même mention"), why="ne dit plus rien de la ligne"
        ),
    )

    kind: Literal["constant"] = "constant"
    value: Text

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        return cls(value=written) if is_filled_text(written) else None

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        return literal(self.value)
