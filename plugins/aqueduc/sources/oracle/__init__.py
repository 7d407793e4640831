"""A query on an Oracle of the city's."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.spec import Text
from aqueduc.language import N_, _
from aqueduc.sources.databases import (
    QueryFile,
    QueryPowerfulAccount,
    QuerySource,
    QuerySpec,
    QueryWatermark,
    build_database_source_kind,
)


class OracleSource(QuerySource):
    address_extra_names: ClassVar = ("service_name", "sid", "dsn")

    kind: Literal["oracle"] = "oracle"
    connection: Text


class OracleSpec(QuerySpec):
    meaning = N_("Une requête sur une base Oracle.")

    source_class: ClassVar = OracleSource

    oracle: Text | None = Field(
        None,
        description=N_("La connexion d'Airflow vers la base Oracle."),
        examples=["ressources_humaines"],
    )
    sql: QueryFile = None
    watermark: QueryWatermark = None
    powerful_account: QueryPowerfulAccount = None

    def build_source(self, sql_path: str, sql: str) -> OracleSource | None:
        if self.oracle is None:
            return None
        return OracleSource(
            connection=self.oracle,
            sql_path=sql_path,
            sql=sql,
            incremental=self.watermark,
            powerful_account=self.powerful_account,
        )


KIND = build_database_source_kind(
    "oracle",
    OracleSpec,
    connection_types=("oracle",),
    page=_("base Oracle, connexion `{connection}`, requête `{location}`"),
    origin=_("une base Oracle"),
    example=_("« oracle: ressources_humaines » avec « sql: sql/effectifs.sql »"),
    override=N_("Une autre connexion vers la base Oracle."),
    city_override=N_("La connexion de tous les jeux lus dans une base Oracle."),
    help_=_("Une base Oracle."),
    extra="oracle",
)
