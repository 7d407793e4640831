"""A query on a PostgreSQL of the city's."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.spec import Text
from aqueduc.language import N_, _
from aqueduc.sources.databases import (
    QueryFile,
    QuerySource,
    QuerySpec,
    QueryWatermark,
    build_database_source_kind,
)


class PostgresSource(QuerySource):
    """``probe``: the server hashes the rows before they are read."""

    kind: Literal["postgres"] = "postgres"
    connection: Text
    probe: Literal["rows"] | None = None


class PostgresSpec(QuerySpec):
    meaning = N_("Une requête sur une base PostgreSQL.")

    source_class: ClassVar = PostgresSource

    postgres: Text | None = Field(
        None,
        description=N_("La connexion d'Airflow vers la base PostgreSQL."),
        examples=["urbanisme"],
    )
    sql: QueryFile = None
    probe: Literal["rows"] | None = Field(
        None,
        description=N_(
            "« rows » : la base calcule d'abord l'empreinte des lignes de la requête ; si c'est celle de la "
            "dernière publication, elles ne sont pas lues. Pour une grande table qui change rarement : quand elle "
            "a changé, la requête est exécutée deux fois de plus."
        ),
        examples=["rows"],
    )
    watermark: QueryWatermark = None

    def build_source(self, sql_path: str, sql: str) -> PostgresSource | None:
        if self.postgres is None:
            return None
        return PostgresSource(
            connection=self.postgres,
            sql_path=sql_path,
            sql=sql,
            probe=self.probe,
            incremental=self.watermark,
        )


KIND = build_database_source_kind(
    "postgres",
    PostgresSpec,
    connection_types=("postgres", "postgresql"),
    page=_("base PostgreSQL, connexion `{connection}`, requête `{location}`"),
    origin=_("une base PostgreSQL"),
    example=_("« postgres: urbanisme » avec « sql: sql/permis.sql »"),
    override=N_("Une autre connexion vers la base PostgreSQL."),
    city_override=N_("La connexion de tous les jeux lus dans une base PostgreSQL."),
    help_=_("Une base PostgreSQL."),
)
