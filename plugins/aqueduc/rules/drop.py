from typing import ClassVar, Literal

from aqueduc.language import _
from aqueduc.rules import TRUE, Rule, RuleCapabilities, RuleSpelling, RuleTexts, TreatmentCategory


class ColumnRemoval(Rule):
    """The column stays."""

    spelling: ClassVar = RuleSpelling(
        "drop",
        _("ne publie pas la colonne"),
        _("« drop »"),
        TRUE,
        bare=True,
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.DROPPED,
        stable=True,
        erases=True,
        hides=True,
        shows_position=False,
        texts=RuleTexts(describe=_("retirée"), why="n'est dans aucun fichier publié"),
    )

    kind: Literal["drop"] = "drop"

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        return "NULL"
