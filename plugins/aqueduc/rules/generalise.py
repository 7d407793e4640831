from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from aqueduc.language import N_, _
from aqueduc.rules import (
    A_NUMBER,
    NAME,
    POSITIVE,
    TEXT,
    CoarsePositionThresholds,
    LookupTableContext,
    LookupTableJoin,
    LookupTableRule,
    Positive,
    Reads,
    ReferencedFile,
    Rule,
    RuleCapabilities,
    RuleResultType,
    RuleSpelling,
    RuleTexts,
    Text,
    TreatmentCategory,
    build_join_by_value,
    build_object_json_schema,
    has_required_and_no_unknown_keys,
    is_filled_text,
    is_integer_at_least,
    is_positive,
)
from aqueduc.sql import EXACT, build_glob_escaped_path_literal


class DateUnit(StrEnum):
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    HOUR = "hour"


_UNITS = tuple(unit.value for unit in DateUnit)
# From the finest to the coarsest.
_COARSER = (DateUnit.HOUR, DateUnit.DAY, DateUnit.MONTH, DateUnit.QUARTER, DateUnit.YEAR)
_BROUGHT_TO = {
    DateUnit.HOUR: _("à l'heure"),
    DateUnit.DAY: _("au jour"),
    DateUnit.MONTH: _("au mois"),
    DateUnit.QUARTER: _("au trimestre"),
    DateUnit.YEAR: _("à l'année"),
}
_GIVES = {
    DateUnit.HOUR: RuleResultType(_("une date et une heure"), ("datetime", "string", "any")),
    DateUnit.DAY: RuleResultType(_("une date"), ("date", "string", "any")),
    DateUnit.MONTH: RuleResultType(_("un mois, comme « 2026-03 »"), ("yearmonth", "string", "any")),
    DateUnit.QUARTER: RuleResultType(_("un trimestre, comme « 2026-T1 »"), ("string", "any")),
    DateUnit.YEAR: RuleResultType(_("une année, comme 2026"), ("year", "integer", "number", "string", "any")),
}
_SQL = {
    DateUnit.HOUR: "date_trunc('hour', {0})",
    DateUnit.DAY: "CAST({0} AS DATE)",
    DateUnit.MONTH: "strftime({0}, '%Y-%m')",
    DateUnit.QUARTER: "strftime({0}, '%Y') || '-T' || quarter({0})",
    DateUnit.YEAR: "CAST(year({0}) AS INTEGER)",
}


class _GeneralisationRule(Rule):
    spelling: ClassVar = RuleSpelling(
        "generalise",
        _(
            "ramène une date à son heure, jour, mois, trimestre ou année, un nombre à sa tranche, ou un mot "
            "à sa catégorie"
        ),
        _(
            "« generalise: » attend {units}, {{band: largeur}}, ou {{hierarchy: fichier, level: niveau}}"
        ).format(units=", ".join(_UNITS)),
        {
            "anyOf": [
                {"enum": list(_UNITS)},
                build_object_json_schema(
                    {"band": {**POSITIVE, "description": N_("La largeur des tranches."), "examples": [50]}},
                    "band",
                ),
                build_object_json_schema(
                    {
                        "hierarchy": {
                            **NAME,
                            "description": N_(
                                "Le fichier CSV de la hiérarchie, dans include/ : la valeur, puis "
                                "ce qu'elle devient à chaque niveau."
                            ),
                            "examples": ["hierarchies/metiers.csv"],
                        },
                        "level": {
                            "type": "integer",
                            "minimum": 1,
                            "description": N_("Le niveau ; 1 est le premier au-dessus de la valeur."),
                        },
                    },
                    "hierarchy",
                    "level",
                ),
            ]
        },
    )

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        if isinstance(written, str):
            return DateGeneralisation(unit=DateUnit(written)) if written in _UNITS else None
        if has_required_and_no_unknown_keys(written, {"band"}) and is_positive(written["band"]):
            return NumberBanding(width=written["band"])
        named = has_required_and_no_unknown_keys(written, {"hierarchy", "level"}) and is_filled_text(
            written["hierarchy"]
        )
        if named and is_integer_at_least(written["level"], 1):
            return HierarchyGeneralisation(path=written["hierarchy"].strip(), level=written["level"])
        return None


class DateGeneralisation(_GeneralisationRule):
    """A date or time becomes its hour (``2026-03-01T14``… as a timestamp), day, month (``2026-03``),
    quarter (``2026-T1``) or year."""

    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(describe=_("ramenée {brought_to}")),
        blurs=True,
        temporal=True,
        shows_position=False,
        expected=_("une date ou une heure lisible est attendue"),
    )

    kind: Literal["generalise"] = "generalise"
    unit: DateUnit

    def build_description_placeholders(self) -> dict[str, Any]:
        return {"brought_to": _BROUGHT_TO[self.unit]}

    @property
    def result_type(self) -> RuleResultType:
        return _GIVES[self.unit]

    @property
    def input_type(self) -> Reads:
        return "datetime" if self.unit is DateUnit.HOUR else "date"

    @property
    def coarseness(self) -> float:
        return _COARSER.index(self.unit)

    @property
    def date_unit_or_band_width(self) -> str:
        return self.unit.value

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        """NULL for what is not a date, words that SQL takes for one (epoch, infinity) included."""
        if sql_type.startswith(("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")):
            moment = f"CAST({raw_sql} AS TIMESTAMP)"
        else:
            dated = f"regexp_matches({raw_sql}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
            # With an offset, it is a moment of the city's clock, which is that of the session.
            local = f"CAST(TRY_CAST({raw_sql} AS TIMESTAMPTZ) AS TIMESTAMP)"
            offset = f"regexp_matches({raw_sql}, ':[0-9.]+ ?(Z|UTC|GMT|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$')"
            plain = f"TRY_CAST({raw_sql} AS TIMESTAMP)"
            moment = f"CASE WHEN {dated} THEN CASE WHEN {offset} THEN {local} ELSE {plain} END END"
        return _SQL[self.unit].format(f"CASE WHEN isfinite({moment}) THEN {moment} END")


class NumberBanding(_GeneralisationRule):
    """A number becomes the band it falls in, ``100-149`` for a width of 50 (lower bound included)."""

    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(describe=_("généralisée par tranches de {width}")),
        gives=RuleResultType(_("une tranche, comme « 100-149 »"), ("string", "any")),
        reads="number",
        blurs=True,
        expected=A_NUMBER,
    )

    kind: Literal["band"] = "band"
    width: Positive

    @property
    def coarseness(self) -> float:
        return self.width

    @property
    def date_unit_or_band_width(self) -> float:
        return self.width

    def shows_position(self, limit: CoarsePositionThresholds) -> bool:
        return self.width < limit.step

    def build_sql(self, raw_sql: str, sql_type: str) -> str:
        """``100-149`` for whole widths; ``0.5;1`` (lower bound included, upper excluded) otherwise.

        NULL for what is not finite, or beyond 15 digits. Fractions are reckoned exactly: 0.3 is in
        ``0.3;0.4``.
        """
        width = self.width
        if float(width).is_integer():
            number = f"TRY_CAST({raw_sql} AS DOUBLE)"
            whole = f"CAST(floor({number} / {width!r}) * {width!r} AS BIGINT)"
            text = f"CAST({whole} AS VARCHAR) || '-' || CAST({whole} + {int(width) - 1} AS VARCHAR)"
            return f"CASE WHEN abs({number}) < 1e15 THEN {text} END"
        number, step = f"TRY_CAST({raw_sql} AS {EXACT})", f"CAST({width!r} AS {EXACT})"
        lower = f"({number} - ((({number}) % {step}) + {step}) % {step})"
        low, high = (
            f"regexp_replace(CAST({bound} AS VARCHAR), '\\.?0+$', '')"
            for bound in (lower, f"{lower} + {step}")
        )
        return f"{low} || ';' || {high}"


class HierarchyGeneralisation(_GeneralisationRule, LookupTableRule):
    """A category becomes what it is called at ``level`` (1 is the first generalisation) of the hierarchy file
    ``path``, below ``include/``."""

    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(describe=_("généralisée au niveau {level} de {path}")),
        gives=TEXT,
        blurs=True,
        shows_position=False,
        expected=_("une valeur de la première colonne de {path} est attendue"),
    )

    kind: Literal["hierarchy"] = "hierarchy"
    path: Text
    level: Annotated[int, Field(ge=1)]

    @property
    def referenced_files(self) -> tuple[ReferencedFile, ...]:
        return (ReferencedFile(("generalise", "hierarchy"), self.path),)

    def is_weaker_than(self, before: Self) -> bool:
        return self.path != before.path or self.level < before.level

    def fill_lookup_table(self, context: LookupTableContext, column: str, table: str) -> LookupTableJoin:
        """The file is a CSV with ``;``, without header: the value, then what it becomes at level 1, 2… A
        value that becomes two things becomes neither."""
        label = f"column{self.level}"
        options = "delim = ';', header = false, all_varchar = true, quote = '\"'"
        context.con.execute(f"""
            CREATE TEMP TABLE {table} AS
            SELECT column0 AS plain,
                   CASE WHEN count(DISTINCT {label}) = 1 THEN any_value({label}) END AS mapped
            FROM read_csv({build_glob_escaped_path_literal(context.include / self.path)}, {options}) GROUP BY column0
        """)
        return build_join_by_value(column, table)
