from typing import Any, ClassVar, Literal

from aqueduc.language import N_, _
from aqueduc.rules import (
    NAME,
    TEXT,
    CoordinateRequirement,
    LookupTableContext,
    LookupTableJoin,
    LookupTableRule,
    ReferencedFile,
    Rule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    Text,
    TreatmentCategory,
    build_object_json_schema,
    has_required_and_no_unknown_keys,
    is_filled_text,
)
from aqueduc.sql import identifier, literal


class ZoneLookup(LookupTableRule):
    """The position of ``geometry`` becomes the property ``name`` of the polygon of ``path`` (a WGS84 GeoJSON
    file below ``include/``) that holds it: a quarter, an IRIS, a commune."""

    spelling: ClassVar = RuleSpelling(
        "locate",
        _("remplace la position par le nom de la zone (quartier, IRIS, commune) qui la contient"),
        _("« locate: » attend {polygons: geo/quartiers.geojson, name: nom}"),
        build_object_json_schema(
            {
                "polygons": {
                    **NAME,
                    "description": N_("Les zones, un fichier GeoJSON (WGS84) de include/."),
                    "examples": ["geo/quartiers.geojson"],
                },
                "name": {**NAME, "description": N_("La propriété des zones qui est publiée.")},
            },
            "polygons",
            "name",
        ),
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.COARSER,
        stable=True,
        texts=RuleTexts(
            describe=_("remplacée par la zone de {path} qui contient la position"),
            uses="La position ({used}) sert à calculer « {column} ».",
        ),
        gives=TEXT,
        expected=_("une position (WGS84) dans un des polygones de {path} est attendue"),
        blurs=True,
        geometry=CoordinateRequirement.POSITION,
        shows_position=False,
    )

    kind: Literal["locate"] = "locate"
    path: Text
    name: Text

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        if has_required_and_no_unknown_keys(written, {"polygons", "name"}) and all(
            map(is_filled_text, written.values())
        ):
            return cls(path=written["polygons"].strip(), name=written["name"].strip())
        return None

    @property
    def referenced_files(self) -> tuple[ReferencedFile, ...]:
        return (ReferencedFile(("locate", "polygons"), self.path),)

    def fill_lookup_table(self, context: LookupTableContext, column: str, table: str) -> LookupTableJoin:
        """The first polygon by name: a position on a common border is in one of them, always the same.

        Whatever the name of the file, GDAL would know by its content one that leads to others (VRT), anywhere."""
        lon, lat, positions = context.build_distinct_positions_sql()
        polygons = literal(str(context.include / self.path))
        context.con.execute(f"""
            CREATE TEMP TABLE {table} AS
            SELECT place.lon, place.lat, min(CAST(zone.{identifier(self.name)} AS VARCHAR)) AS mapped
            FROM ({positions}) AS place JOIN ST_Read({polygons}, allowed_drivers := ['GeoJSON']) AS zone
              ON ST_Covers(zone.geom, ST_Point(place.lon_n, place.lat_n))
            GROUP BY place.lon, place.lat
        """)
        return LookupTableJoin(
            f"LEFT JOIN {table} ON {table}.lon = raw.{lon} AND {table}.lat = raw.{lat}", f"{table}.mapped"
        )
