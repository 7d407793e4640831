"""A query on a SQL Server of the city's."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.queries import BRACKETS
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


class SqlServerSource(QuerySource):
    quoting: ClassVar = BRACKETS

    kind: Literal["mssql"] = "mssql"
    connection: Text


class SqlServerSpec(QuerySpec):
    meaning = N_("Une requête sur une base SQL Server.")

    source_class: ClassVar = SqlServerSource

    mssql: Text | None = Field(
        None,
        description=N_("La connexion d'Airflow vers la base SQL Server."),
        examples=["finances"],
    )
    sql: QueryFile = None
    watermark: QueryWatermark = None
    powerful_account: QueryPowerfulAccount = None

    def build_source(self, sql_path: str, sql: str) -> SqlServerSource | None:
        if self.mssql is None:
            return None
        return SqlServerSource(
            connection=self.mssql,
            sql_path=sql_path,
            sql=sql,
            incremental=self.watermark,
            powerful_account=self.powerful_account,
        )


KIND = build_database_source_kind(
    "mssql",
    SqlServerSpec,
    connection_types=("mssql",),
    page=_("base SQL Server, connexion `{connection}`, requête `{location}`"),
    origin=_("une base SQL Server"),
    example=_("« mssql: finances » avec « sql: sql/mandats.sql »"),
    override=N_("Une autre connexion vers la base SQL Server."),
    city_override=N_("La connexion de tous les jeux lus dans une base SQL Server."),
    help_=_("Une base SQL Server."),
    statement="base de données « {connection} », par la requête {location}, dans une transaction toujours annulée",
    extra="mssql",
)
