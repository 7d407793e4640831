from typing import Any, ClassVar, Literal, Self

from aqueduc.language import N_, _, join_messages
from aqueduc.rules import (
    TEXT,
    TRUE,
    Natural,
    Rule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    TreatmentCategory,
    build_object_json_schema,
    has_required_and_no_unknown_keys,
    is_integer_at_least,
)
from aqueduc.sql import literal

_STARS = literal("***")


class CharacterMasking(Rule):
    """Only the ``first`` and ``last`` characters stay, around three stars that hide how long it was."""

    spelling: ClassVar = RuleSpelling(
        "mask",
        _("remplace la valeur par trois étoiles, en gardant au besoin le début ou la fin"),
        _("« mask: » attend true, ou ce qui reste visible : {first: 2, last: 0}"),
        {
            "anyOf": [
                TRUE,
                build_object_json_schema(
                    {
                        "first": {
                            "type": "integer",
                            "minimum": 0,
                            "description": N_("Caractères gardés au début."),
                        },
                        "last": {
                            "type": "integer",
                            "minimum": 0,
                            "description": N_("Caractères gardés à la fin."),
                        },
                    }
                ),
            ]
        },
        bare=True,
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(describe=_("masquée par trois étoiles{shown}")),
        gives=TEXT,
        hides=True,
        blurs=True,
        may_fail=False,
    )

    kind: Literal["mask"] = "mask"
    first: Natural = 0
    last: Natural = 0

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        if written is True:
            return cls()
        right = has_required_and_no_unknown_keys(written, (), {"first", "last"}) and all(
            is_integer_at_least(n, 0) for n in written.values()
        )
        return cls(**written) if right else None

    def build_description_placeholders(self) -> dict[str, Any]:
        first = [_("{} au début").format(self.first)] * bool(self.first)
        kept = first + [_("{} à la fin").format(self.last)] * bool(self.last)
        return {"shown": _(" ; caractères gardés : {}").format(join_messages(kept)) if kept else ""}

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        """A text too short to hide anything is hidden whole."""
        text = f"CAST({raw_sql} AS VARCHAR)"
        ends = f"substr({text}, 1, {self.first}) || {_STARS} || right({text}, {self.last})"
        hidden = f"WHEN {raw_sql} IS NOT NULL THEN {_STARS}"
        return f"CASE WHEN length({text}) > {self.first + self.last} THEN {ends} {hidden} END"

    def is_weaker_than(self, before: Self) -> bool:
        return self.first > before.first or self.last > before.last
