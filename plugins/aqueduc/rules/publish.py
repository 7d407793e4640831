from typing import ClassVar, Literal

from aqueduc.language import _
from aqueduc.rules import AS_IS, TRUE, Rule, RuleCapabilities, RuleSpelling, RuleTexts, TreatmentCategory


class UnchangedPublication(Rule):
    """The column leaves as it is."""

    spelling: ClassVar = RuleSpelling(
        "publish",
        _("publie la colonne telle quelle (ou selon sa hiérarchie, sous « privacy: »)"),
        _("« publish » ou « publish: true »"),
        TRUE,
        bare=True,
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.KEPT,
        stable=True,
        reads="field",
        as_is=True,
        may_fail=False,
        texts=RuleTexts(
            describe=AS_IS,
            why="aucun fondement cité : c'est tenir que, ni seule ni réunie aux autres, elle ne désigne personne",
        ),
    )

    kind: Literal["publish"] = "publish"

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        return raw_sql
