"""A query on a PostgreSQL of the city's."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from aqueduc.declaration.diagnostics.catalogue import EmptyQuery
from aqueduc.declaration.files import decode_text, format_include_path, read_include_file
from aqueduc.declaration.queries import parse_query
from aqueduc.declaration.source_kind import (
    DraftOptions,
    DraftTarget,
    ResolvedSource,
    SourceKind,
    SourceSpec,
    SourceWording,
    check_window_placeholders,
)
from aqueduc.declaration.spec import Needs, Source, Text
from aqueduc.language import N_, _

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReader


class PostgresSource(Source):
    """A query. ``:window_start`` and ``:window_end`` in it are the run's data interval."""

    kind: Literal["postgres"] = "postgres"
    connection: Text
    sql_path: str
    sql: str
    probe: Literal["rows"] | None = None

    @property
    def location(self) -> str:
        return self.sql_path

    @property
    def named_files(self) -> tuple[str, ...]:
        return (self.sql_path,)

    @property
    def query(self) -> str:
        return self.sql


class PostgresSpec(SourceSpec):
    meaning = N_("Une requête sur une base PostgreSQL.")

    needs: ClassVar[Needs] = {"sql": _("« sql: sql/permis.sql »")}

    postgres: Text | None = Field(
        None,
        description=N_("La connexion d'Airflow vers la base PostgreSQL."),
        examples=["urbanisme"],
    )
    sql: Text | None = Field(
        None,
        description=N_(
            "Le fichier de la requête, dans include/. Avec « :window_start » et « :window_end », le "
            "jeu est lu intervalle par intervalle."
        ),
        examples=["sql/permis-de-construire.sql"],
    )
    probe: Literal["rows"] | None = Field(
        None,
        description=N_(
            "« rows » : la base calcule d'abord l'empreinte des lignes de la requête ; si c'est celle de la "
            "dernière publication, elles ne sont pas lues. Pour une grande table qui change rarement : quand elle "
            "a changé, la requête est exécutée deux fois de plus."
        ),
        examples=["rows"],
    )

    def resolve(self, reader: DeclarationReader) -> ResolvedSource:
        at = ("source", "sql")
        if self.sql is None:
            return ResolvedSource()
        data = read_include_file(reader.collector, reader.include, at, self.sql)
        sql = decode_text(reader.collector, at, self.sql, data) if data is not None else None
        if sql is None or data is None:
            return ResolvedSource()
        reader.contents.append(data)
        query = parse_query(sql, file=format_include_path(reader.include, reader.include / self.sql))
        reader.collector.problems += query.problems
        if not any(part.strip() and not part.startswith(("--", "/*")) for part, _ in query.parts):
            reader.collector.at_value(at, EmptyQuery)
        windowed = (
            bool(query.names) if query.problems else check_window_placeholders(reader.collector, query.names)
        )
        if self.postgres is None:
            return ResolvedSource(windowed=windowed)
        source = PostgresSource(connection=self.postgres, sql_path=self.sql, sql=sql, probe=self.probe)
        return ResolvedSource(source, windowed=windowed)


KIND = SourceKind(
    name="postgres",
    spec=PostgresSpec,
    adapter="aqueduc.sources.postgres.adapter:ADAPTER",
    connection_types=("postgres", "postgresql"),
    wording=SourceWording(
        page=_("base PostgreSQL, connexion `{connection}`, requête `{location}`"),
        statement="base de données « {connection} », par la requête {location}, en lecture seule",
        summary=_("base « {connection} », {location}"),
        origin=_("une base"),
    ),
    example=_("« postgres: urbanisme » avec « sql: sql/permis.sql »"),
    overrides={"postgres": N_("Une autre connexion vers la base.")},
    city_override=N_("La connexion de tous les jeux lus dans une base."),
    draft=DraftOptions(
        help=_("Une base PostgreSQL."),
        target=DraftTarget(
            option="table",
            metavar=_("SCHEMA.TABLE"),
            help=_("La table à lire."),
        ),
        module="aqueduc.sources.postgres.drafting:DRAFTING",
        noun="table",
    ),
)
