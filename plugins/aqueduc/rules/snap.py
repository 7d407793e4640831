from typing import Any, ClassVar, Literal

from aqueduc.language import _
from aqueduc.rules import (
    POSITIVE,
    CoarsePositionThresholds,
    CoordinateRequirement,
    LookupTableContext,
    LookupTableJoin,
    LookupTableRule,
    Positive,
    Rule,
    RuleCapabilities,
    RuleResultType,
    RuleSpelling,
    RuleTexts,
    TreatmentCategory,
    is_positive,
)
from aqueduc.sql import identifier

LAMBERT_93 = "EPSG:2154"
WGS84 = "EPSG:4326"
# Where Lambert-93 is meant to be used (EPSG:2154, area of use): beyond it, distances mean nothing.
AREA = (-9.86, 41.15, 10.38, 51.56)
POSITION_DECIMALS = 6


class GridSnapping(LookupTableRule):
    """A longitude or latitude of ``geometry`` moves to the centre of its cell of ``metres`` (Lambert-93)."""

    spelling: ClassVar = RuleSpelling(
        "snap",
        _("ramène une position au centre d'une maille de tant de mètres (Lambert-93)"),
        _("« snap: » attend un pas en mètres, par exemple 100"),
        {**POSITIVE, "examples": [100]},
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(
            describe=_("ramenée au centre d'une maille de {metres} m (Lambert-93)"),
            caution="Une position ramenée au centre d'une maille est la même pour tous les points de la "
            "maille. Dans une maille qui n'a qu'une adresse, elle la désigne encore.",
        ),
        gives=RuleResultType(_("des degrés"), ("number", "string", "any")),
        reads="number",
        blurs=True,
        geometry=CoordinateRequirement.PAIR,
        expected=_("une position en degrés (WGS84), en France métropolitaine, est attendue"),
    )

    kind: Literal["snap"] = "snap"
    metres: Positive

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        return cls(metres=written) if is_positive(written) else None

    @property
    def coarseness(self) -> float:
        return self.metres

    def shows_position(self, limit: CoarsePositionThresholds) -> bool:
        return self.metres < limit.metres

    def fill_lookup_table(self, context: LookupTableContext, column: str, table: str) -> LookupTableJoin:
        """Centre of the cell of a square grid anchored at the origin of Lambert-93, worked out once for both
        columns.

        PROJ (in DuckDB's spatial extension) does the projection; the centre is written with 6 decimals (0.1
        m).
        """
        lon, lat, positions = context.build_distinct_positions_sql()
        if identifier(column) != lon:
            return LookupTableJoin("", "map_grid.y")
        west, south, east, north = AREA
        centre = f"floor({{0}} / {self.metres!r}) * {self.metres!r} + {self.metres / 2!r}"
        context.con.execute(f"""
            CREATE TEMP TABLE map_grid AS
            WITH positions AS ({positions}), projected AS (
                SELECT lon, lat,
                       ST_Transform(ST_Point(lon_n, lat_n), '{WGS84}', '{LAMBERT_93}', true) AS p
                FROM positions
                WHERE lon_n BETWEEN {west} AND {east} AND lat_n BETWEEN {south} AND {north}
            ), cells AS (
                SELECT lon, lat, ST_Transform(
                    ST_Point({centre.format("ST_X(p)")}, {centre.format("ST_Y(p)")}),
                    '{LAMBERT_93}', '{WGS84}', true) AS c
                FROM projected
            )
            SELECT lon, lat,
                   round(ST_X(c), {POSITION_DECIMALS}) AS x, round(ST_Y(c), {POSITION_DECIMALS}) AS y
            FROM cells
        """)
        return LookupTableJoin(
            f"LEFT JOIN map_grid ON map_grid.lon = raw.{lon} AND map_grid.lat = raw.{lat}", "map_grid.x"
        )
