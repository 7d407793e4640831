from __future__ import annotations

from typing import Any, ClassVar, Literal

from aqueduc.language import Said
from aqueduc.rules.rule import TEXT, Capabilities, ColumnRule, Effect, Rule, Spelling
from aqueduc.rules.values import NAME, Text, is_name
from aqueduc.sql import literal


class Constant(ColumnRule):
    """Every value, the missing ones too, becomes ``value``."""

    spelling: ClassVar = Spelling(
        "constant",
        Said("remplace toutes les valeurs par la même mention", "replaces every value by the same words"),
        Said(
            "« constant: » attend la mention, par exemple « non communiqué »",
            "“constant:” takes the words, for example “not disclosed”",
        ),
        {**NAME, "examples": ["non communiqué"]},
    )
    capabilities: ClassVar = Capabilities(
        effect=Effect.MODIFIED,
        gives=TEXT,
        erases=True,
        hides=True,
        blurs=True,
        shows_position=False,
        may_fail=False,
        why="ne dit plus rien de la ligne",
    )

    kind: Literal["constant"] = "constant"
    value: Text

    @classmethod
    def read(cls, written: Any) -> Rule | None:
        return cls(value=written) if is_name(written) else None

    def describe(self) -> str:
        return "remplacée partout par la même mention"

    def sql(self, raw: str, sql_type: str) -> str:
        return literal(self.value)
