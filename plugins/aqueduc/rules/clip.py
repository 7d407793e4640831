import math
from typing import Any, ClassVar, Literal, Self

from aqueduc.language import N_, _, format_exact_number, join_messages
from aqueduc.rules import (
    A_NUMBER,
    Rule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    TreatmentCategory,
    build_object_json_schema,
    has_required_and_no_unknown_keys,
    is_number,
)
from aqueduc.sql import EXACT, literal


class NumberClipping(Rule):
    """Top and bottom coding: a number beyond a bound becomes the bound."""

    spelling: ClassVar = RuleSpelling(
        "clip",
        _("ramène un nombre hors des bornes à la borne"),
        _("« clip: » attend une borne ou deux, par exemple {minimum: 18, maximum: 90}"),
        {
            **build_object_json_schema(
                {
                    "minimum": {"type": "number", "description": N_("La plus petite valeur publiée.")},
                    "maximum": {"type": "number", "description": N_("La plus grande valeur publiée.")},
                }
            ),
            "minProperties": 1,
        },
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(
            describe=_("bornée : {bounds}"), why="ramenée à sa borne au-delà", intact="dans ses bornes"
        ),
        blurs=True,
        expected=A_NUMBER,
    )

    kind: Literal["clip"] = "clip"
    minimum: float | None = None
    maximum: float | None = None

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        if (
            not written
            or not has_required_and_no_unknown_keys(written, (), {"minimum", "maximum"})
            or not all(map(is_number, written.values()))
        ):
            return None
        ordered = written.get("minimum", -math.inf) < written.get("maximum", math.inf)
        return cls(**written) if ordered else None

    def build_description_placeholders(self) -> dict[str, Any]:
        low = [_("{} au moins").format(format_exact_number(self.minimum))] if self.minimum is not None else []
        high = [_("{} au plus").format(format_exact_number(self.maximum))] if self.maximum is not None else []
        return {"bounds": join_messages([*low, *high])}

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        """What is within the bounds stays as it was written."""
        number = f"TRY_CAST({raw_sql} AS {EXACT})"
        bounds = [
            f"WHEN {number} {sign} {bound!r} THEN CAST({literal(f'{bound:.15g}')} AS {sql_type})"
            for sign, bound in (("<", self.minimum), (">", self.maximum))
            if bound is not None
        ]
        return f"CASE {' '.join(bounds)} WHEN {number} IS NOT NULL THEN {raw_sql} END"

    def is_weaker_than(self, before: Self) -> bool:
        low = before.minimum is not None and (self.minimum is None or self.minimum < before.minimum)
        high = before.maximum is not None and (self.maximum is None or self.maximum > before.maximum)
        return low or high
