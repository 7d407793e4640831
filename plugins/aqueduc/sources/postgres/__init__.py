"""A query on a PostgreSQL of the city's."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.diagnostics.catalogue import ProbeNeedsPlainTable
from aqueduc.declaration.source_kind import ResolvedSource
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

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReadingContext


class PostgresSource(QuerySource):
    """``probe``: before they are read, the server hashes the rows, or the versions of the rows of a table."""

    kind: Literal["postgres"] = "postgres"
    connection: Text
    probe: Literal["rows", "versions"] | None = None

    @property
    def is_probe_conclusive(self) -> bool:
        if self.probe != "versions":
            return True
        # Not loaded where Airflow parses: few declarations ask for it.
        from aqueduc.sources.postgres.versions import parse_plain_table_query

        return parse_plain_table_query(self.sql) is not None


class PostgresSpec(QuerySpec):
    meaning = N_("Une requête sur une base PostgreSQL.")

    source_class: ClassVar = PostgresSource

    postgres: Text | None = Field(
        None,
        description=N_("La connexion d'Airflow vers la base PostgreSQL."),
        examples=["urbanisme"],
    )
    sql: QueryFile = None
    probe: Literal["rows", "versions"] | None = Field(
        None,
        description=N_(
            "« rows » : la base calcule d'abord l'empreinte des lignes de la requête ; si c'est celle de la "
            "dernière publication, elles ne sont pas lues. Pour une grande table qui change rarement : quand elle "
            "a changé, la requête est exécutée deux fois de plus. « versions », plus rapide : la base ne parcourt que "
            "la version de chaque ligne, pour une requête qui nomme des colonnes d'une seule table."
        ),
        examples=["rows", "versions"],
    )
    watermark: QueryWatermark = None
    powerful_account: QueryPowerfulAccount = None

    def build_resolved_source(self, reader: DeclarationReadingContext) -> ResolvedSource:
        resolved = super().build_resolved_source(reader)
        source = resolved.source
        if isinstance(source, PostgresSource) and not source.is_probe_conclusive:
            reader.collector.add_value_problem(("source", "probe"), ProbeNeedsPlainTable)
        return resolved

    def build_source(self, sql_path: str, sql: str) -> PostgresSource | None:
        if self.postgres is None:
            return None
        return PostgresSource(
            connection=self.postgres,
            sql_path=sql_path,
            sql=sql,
            probe=self.probe,
            incremental=self.watermark,
            powerful_account=self.powerful_account,
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
