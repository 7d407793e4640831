from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from aqueduc.language import _, n_
from aqueduc.rules import (
    TEXT,
    CoarsePositionThresholds,
    Rule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    TreatmentCategory,
    is_integer_at_least,
)


class _TruncationRule(Rule):
    spelling: ClassVar = RuleSpelling(
        "truncate",
        _("garde les premiers caractères d'un code, ou le département d'un code INSEE ou postal"),
        _("« truncate: » attend un nombre de caractères à garder, par exemple 2, ou department"),
        {"anyOf": [{"type": "integer", "minimum": 1}, {"const": "department"}], "examples": [2]},
    )

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        if written == "department":
            return DepartmentTruncation()
        return TextTruncation(length=written) if is_integer_at_least(written, 1) else None


class TextTruncation(_TruncationRule):
    """A code keeps its first ``length`` characters."""

    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(
            describe=_("réduite à {kept}"),
            why="raccourcie avant de sortir",
            intact="où il n'y a rien à couper",
        ),
        gives=TEXT,
        blurs=True,
        may_fail=False,
    )

    kind: Literal["truncate"] = "truncate"
    length: Annotated[int, Field(gt=0)]

    def build_description_placeholders(self) -> dict[str, Any]:
        return {"kept": n_("son premier caractère", "ses {count} premiers caractères", self.length)}

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        return f"substr(CAST({raw_sql} AS VARCHAR), 1, {self.length})"

    @property
    def coarseness(self) -> float:
        return -self.length

    def shows_position(self, limit: CoarsePositionThresholds) -> bool:
        return self.length > limit.characters


class DepartmentTruncation(_TruncationRule):
    """An INSEE code of a commune or a postal code becomes its département (``13``, ``2A``, ``974``)."""

    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(describe=_("réduite au département")),
        gives=TEXT,
        blurs=True,
        shows_position=False,
        expected=_("un code INSEE ou postal de cinq caractères est attendu"),
    )

    kind: Literal["department"] = "department"

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        """Overseas départements have three digits; the postal codes of Corsica, in 20, do not say which
        one."""
        text = f"upper(trim(CAST({raw_sql} AS VARCHAR)))"
        overseas = f"regexp_full_match({text}, '9[78][0-9]{{3}}')"
        mainland = f"regexp_full_match({text}, '(0[1-9]|[1-8][0-9]|9[0-5]|2[AB])[0-9]{{3}}')"
        return f"CASE WHEN {overseas} THEN substr({text}, 1, 3) WHEN {mainland} THEN substr({text}, 1, 2) END"
