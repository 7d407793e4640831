from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from aqueduc.findings import Finding
from aqueduc.language import N_, _, format_declared_share, format_exact_number
from aqueduc.rules import (
    NAME,
    SMALL_CELLS_DEDUCED,
    CellRuleThresholds,
    CityBoundedThreshold,
    CityThresholdSettings,
    RowSuppression,
    Rule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    Share,
    Text,
    TreatmentCategory,
    build_object_json_schema,
    has_required_and_no_unknown_keys,
    is_filled_text,
    is_integer_at_least,
    is_number,
    parse_percentage_as_share,
)
from aqueduc.sql import identifier

_EXACT = "DECIMAL(38, 10)"

SmallCells = Finding.define_subclass(
    "secret-statistique",
    _(
        "« {column} » : {rows} où trop peu d'unités se partagent la case (moins de {at_least}, ou un nombre inconnu), "
        "retirée{s}"
    ),
)
DominatedCells = Finding.define_subclass(
    "secret-de-dominance",
    _(
        "« {column} » : {rows} où une seule unité tient plus de {share} de la case, ou une part inconnue, retirée{s}"
    ),
)


class StatisticalSecrecySuppression(Rule):
    """An amount of a group, or a count: rows where too few share it, or one of them holds too much of it, do
    not leave.

    ``units`` is the source column with how many they are (``households``: they are households), ``largest``
    the one with what the first of them holds. Fewer than ``at_least`` units, or a share of the first above
    ``at_most``, is secret.
    """

    spelling: ClassVar = RuleSpelling(
        "cell",
        _("publie un montant ou un effectif, et retire les lignes que protège le secret statistique"),
        _(
            "« cell: » attend {units: nb_entreprises, largest: montant_du_premier} ou {households: "
            "nb_menages} ; au besoin at_least: 5, at_most: 80%"
        ),
        {
            **build_object_json_schema(
                {
                    "units": {**NAME, "description": N_("La colonne qui compte les unités de la case.")},
                    "households": {**NAME, "description": N_("La colonne qui compte ses ménages.")},
                    "largest": {
                        **NAME,
                        "description": N_("La colonne qui donne ce que tient sa première unité."),
                    },
                    "at_least": {
                        "type": "integer",
                        "minimum": 2,
                        "description": N_(
                            "Le plus petit nombre d'unités publié ; par défaut, celui de city.yaml."
                        ),
                    },
                    "at_most": {
                        "anyOf": [
                            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
                            {"type": "string", "pattern": r"^\d{1,2}([.,]\d+)?\s*%$"},
                        ],
                        "description": N_(
                            "La plus grande part que la première puisse tenir ; par défaut, "
                            "celle de city.yaml."
                        ),
                    },
                }
            ),
            "oneOf": [{"required": ["units"]}, {"required": ["households"]}],
            "dependencies": {"at_most": ["largest"]},
        },
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.KEPT,
        texts=RuleTexts(
            describe=_("secret statistique : {secret}"),
            why="protège les unités que compte la case",
            unchecked=SMALL_CELLS_DEDUCED,
            withheld="« {column} », secret statistique : {secret}",
            uses="Le secret statistique de « {column} » lit {used}.",
            citizens="Secret statistique : « {column} », {secret}.",
        ),
        about_people=True,
        withholds=True,
        shows_position=False,
        may_fail=False,
    )

    kind: Literal["cell"] = "cell"
    units: Text
    households: bool = False
    largest: Text | None = None
    at_least: Annotated[int, Field(ge=2)] | None = None
    """None only until the city's floor was put there."""
    at_most: Share | None = None

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        by = [word for word in ("units", "households") if isinstance(written, dict) and word in written]
        if len(by) != 1 or not has_required_and_no_unknown_keys(
            written, by, {"largest", "at_least", "at_most"}
        ):
            return None
        at_least, at_most = written.get("at_least"), parse_percentage_as_share(written.get("at_most"))
        right = is_filled_text(written[by[0]]) and is_filled_text(written.get("largest", "-"))
        right = right and (at_least is None or is_integer_at_least(at_least, 2))
        shared = is_number(at_most) and 0 < at_most < 1 and "largest" in written
        if not (right and (at_most is None or shared)):
            return None
        return cls(
            units=written[by[0]],
            households=by[0] == "households",
            largest=written.get("largest"),
            at_least=at_least,
            at_most=at_most,
        )

    def build_description_placeholders(self) -> dict[str, Any]:
        what = _("ménages") if self.households else _("unités")
        most = (
            _(" ou dont une tient plus de {} %").format(format_exact_number(self.at_most * 100))
            if self.largest and self.at_most
            else ""
        )
        unknown = _("l'un de ces nombres") if most else _("ce nombre")
        secret = _("lignes retirées sous {at_least} {what}{most}, ou sans {unknown}")
        return {"secret": secret.format(at_least=self.at_least, what=what, most=most, unknown=unknown)}

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        return raw_sql

    @property
    def other_source_columns_by_yaml_path(self) -> Mapping[tuple[str, ...], str]:
        named = {"households" if self.households else "units": self.units, "largest": self.largest}
        return {("cell", key): column for key, column in named.items() if column}

    def _get_city_unit_threshold(self, floors: CityThresholdSettings) -> int:
        return floors.households if self.households else floors.units

    def list_city_bounded_thresholds(self, floors: CityThresholdSettings) -> tuple[CityBoundedThreshold, ...]:
        least = self._get_city_unit_threshold(floors)
        few = CityBoundedThreshold(("cell", "at_least"), self.at_least or least, least=least)
        if self.at_most is None:
            return (few,)
        return (few, CityBoundedThreshold(("cell", "at_most"), self.at_most, most=floors.largest_share))

    def fill_missing_city_thresholds(self, floors: CityThresholdSettings) -> Rule:
        taken = {
            "at_least": self.at_least or self._get_city_unit_threshold(floors),
            "at_most": (self.at_most or floors.largest_share) if self.largest else None,
        }
        return self.model_copy(update=taken)

    def is_weaker_than(self, before: Self) -> bool:
        fewer = self.units != before.units or (self.at_least or 0) < (before.at_least or 0)
        if before.largest is None:
            return fewer
        larger = (self.at_most if self.at_most is not None else 1.0) > (before.at_most or 0.0)
        return fewer or self.largest != before.largest or larger

    @property
    def cell_secrecy_thresholds(self) -> CellRuleThresholds:
        return CellRuleThresholds(self.units, self.at_least or 0, self.largest, self.at_most)

    def get_minimum_published_counts(self, column: str) -> Mapping[str, int]:
        return {self.units: self.at_least or 0}

    def list_row_suppressions(self, column: str, published_as: str) -> tuple[RowSuppression, ...]:
        """What cannot be read is not known to be large enough; a cell without an amount gives nothing
        away."""
        enough, shared = build_disclosable_cell_sql(column, self)
        share = format_declared_share(self.at_most or 0)
        return (
            RowSuppression(enough, SmallCells, {"at_least": self.at_least}, of_extract=True),
            RowSuppression(shared, DominatedCells, {"share": share}, of_extract=True),
        )


def build_disclosable_cell_sql(column: str, rule: StatisticalSecrecySuppression) -> tuple[str, str]:
    """SQL over ``raw``: whether enough units share the cell, and whether none holds too much of it."""
    enough = f"coalesce(TRY_CAST(raw.{identifier(rule.units)} AS {_EXACT}) >= {rule.at_least}, false)"
    if rule.largest is None:
        return enough, "true"
    amount, first = (f"TRY_CAST(raw.{identifier(name)} AS {_EXACT})" for name in (column, rule.largest))
    shared = f"coalesce(abs({first}) <= CAST({rule.at_most!r} AS {_EXACT}) * abs({amount}), false)"
    return enough, f"(raw.{identifier(column)} IS NULL OR {shared})"
