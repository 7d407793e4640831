"""A query on a MySQL or a MariaDB of the city's."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.queries import BACKTICKS
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


class MySqlSource(QuerySource):
    quoting: ClassVar = BACKTICKS
    address_extra_names: ClassVar = ("unix_socket",)

    kind: Literal["mysql"] = "mysql"
    connection: Text


class MySqlSpec(QuerySpec):
    meaning = N_("Une requête sur une base MySQL ou MariaDB.")

    source_class: ClassVar = MySqlSource

    mysql: Text | None = Field(
        None,
        description=N_("La connexion d'Airflow vers la base MySQL ou MariaDB."),
        examples=["billetterie"],
    )
    sql: QueryFile = None
    watermark: QueryWatermark = None
    powerful_account: QueryPowerfulAccount = None

    def build_source(self, sql_path: str, sql: str) -> MySqlSource | None:
        if self.mysql is None:
            return None
        return MySqlSource(
            connection=self.mysql,
            sql_path=sql_path,
            sql=sql,
            incremental=self.watermark,
            powerful_account=self.powerful_account,
        )


KIND = build_database_source_kind(
    "mysql",
    MySqlSpec,
    connection_types=("mysql",),
    page=_("base MySQL ou MariaDB, connexion `{connection}`, requête `{location}`"),
    origin=_("une base MySQL ou MariaDB"),
    example=_("« mysql: billetterie » avec « sql: sql/entrees.sql »"),
    override=N_("Une autre connexion vers la base MySQL ou MariaDB."),
    city_override=N_("La connexion de tous les jeux lus dans une base MySQL ou MariaDB."),
    help_=_("Une base MySQL ou MariaDB."),
    extra="mysql",
)
