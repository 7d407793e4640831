"""A query on any other database of the city's, through a hook of Airflow's that speaks the DB-API (PEP 249)."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.queries import ANY_QUOTES
from aqueduc.declaration.source_kind import ANY_CONNECTION
from aqueduc.declaration.spec import Text
from aqueduc.language import N_, _
from aqueduc.sources.databases import (
    QueryFile,
    QuerySource,
    QuerySpec,
    QueryWatermark,
    build_database_source_kind,
)


class DbApiSource(QuerySource):
    quoting: ClassVar = ANY_QUOTES
    address_extra_names: ClassVar = None

    kind: Literal["dbapi"] = "dbapi"
    connection: Text


class DbApiSpec(QuerySpec):
    meaning = N_("Une requête sur toute autre base de données qu'Airflow sait joindre.")

    source_class: ClassVar = DbApiSource

    dbapi: Text | None = Field(
        None,
        description=N_(
            "La connexion d'Airflow vers la base, du type que donne le fournisseur de cette base (SQLite, Trino, "
            "Snowflake…)."
        ),
        examples=["entrepot"],
    )
    sql: QueryFile = None
    watermark: QueryWatermark = None

    def build_source(self, sql_path: str, sql: str) -> DbApiSource | None:
        if self.dbapi is None:
            return None
        return DbApiSource(connection=self.dbapi, sql_path=sql_path, sql=sql, incremental=self.watermark)


KIND = build_database_source_kind(
    "dbapi",
    DbApiSpec,
    connection_types=ANY_CONNECTION,
    page=_("base de données jointe par Airflow, connexion `{connection}`, requête `{location}`"),
    origin=_("une autre base qu'Airflow sait joindre"),
    example=_("« dbapi: entrepot » avec « sql: sql/ventes.sql »"),
    override=N_("Une autre connexion vers la base jointe par Airflow."),
    city_override=N_("La connexion de tous les jeux lus dans une base jointe par Airflow."),
    help_=_("Une autre base de données, jointe par Airflow."),
    statement="base de données « {connection} », par la requête {location}, dont rien n'est validé dans la base",
    extra="airflow",
)
