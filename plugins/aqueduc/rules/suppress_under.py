from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.rules import (
    A_NUMBER,
    SMALL_CELLS_DEDUCED,
    CityBoundedThreshold,
    CityThresholdSettings,
    RowSuppression,
    Rule,
    RuleCapabilities,
    RuleResultType,
    RuleSpelling,
    RuleTexts,
    TreatmentCategory,
    is_integer_at_least,
)
from aqueduc.sql import EXACT, identifier

SmallCounts = Finding.define_subclass(
    "petits-effectifs", _("« {column} » : {rows} sous le seuil de {threshold}, ou sans effectif, retirée{s}")
)


class SmallCountRowSuppression(Rule):
    """A count: rows where it is below ``threshold`` (zero included) do not leave."""

    spelling: ClassVar = RuleSpelling(
        "suppress_under",
        _("publie un effectif, et retire les lignes où il est sous le seuil"),
        _("« suppress_under: » attend un seuil, par exemple 3"),
        {"type": "integer", "minimum": 2, "examples": [5]},
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.KEPT,
        texts=RuleTexts(
            describe=_(
                "publiée ; les lignes dont l'effectif est inférieur à {threshold}, ou manquant, sont retirées"
            ),
            why="protège les petits effectifs",
            unchecked=SMALL_CELLS_DEDUCED,
            withheld="les lignes dont l'effectif « {column} » est inférieur à {threshold}, zéro compris, ou "
            "n'est pas donné",
            citizens="Petits effectifs : les lignes où « {column} » est inférieur à {threshold}, ou "
            "manquant, sont retirées.",
        ),
        gives=RuleResultType(_("un nombre entier"), ("integer", "number", "string", "any")),
        reads="number",
        expected=A_NUMBER,
        about_people=True,
        withholds=True,
        shows_position=False,
    )

    kind: Literal["suppress_under"] = "suppress_under"
    threshold: Annotated[int, Field(gt=1)]

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        return cls(threshold=written) if is_integer_at_least(written, 2) else None

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        """A whole number: 2.6 is not a count, and must not be rounded over the threshold."""
        return f"CASE WHEN TRY_CAST({raw_sql} AS {EXACT}) % 1 = 0 THEN TRY_CAST({raw_sql} AS BIGINT) END"

    def list_city_bounded_thresholds(self, floors: CityThresholdSettings) -> tuple[CityBoundedThreshold, ...]:
        return (CityBoundedThreshold(("suppress_under",), self.threshold, least=floors.small_count),)

    @property
    def coarseness(self) -> float:
        return self.threshold

    def list_row_suppressions(self, column: str, published_as: str) -> tuple[RowSuppression, ...]:
        """A count that is missing is not known to be large enough."""
        kept = f"coalesce(t.{identifier(published_as)} >= {self.threshold}, false)"
        return (RowSuppression(kept, SmallCounts, {"threshold": self.threshold}),)

    def get_minimum_published_counts(self, column: str) -> Mapping[str, int]:
        return {column: self.threshold}
