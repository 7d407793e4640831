"""What the databases have in common: a query in a file of ``include/``, and how its rows become a table."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from aqueduc.declaration.diagnostics.catalogue import EmptyQuery
from aqueduc.declaration.files import decode_text, format_include_path, read_include_file_reporting_problems
from aqueduc.declaration.queries import STANDARD, QuotingStyle, parse_query
from aqueduc.declaration.source_kind import (
    DraftTargetCliOption,
    ResolvedSource,
    SourceKind,
    SourceKindDraftSettings,
    SourceSpec,
    SourceWording,
    check_window_placeholders,
)
from aqueduc.declaration.spec import Needs, Source, Text, WatermarkSettings
from aqueduc.language import N_, Message, _

if TYPE_CHECKING:
    from aqueduc.declaration.sections import DeclarationReadingContext

QUERY_FILE_NEEDED = _("« sql: sql/permis.sql »")

QueryFile = Annotated[
    Text | None,
    Field(
        description=N_(
            "Le fichier de la requête, dans include/. Avec « :window_start » et « :window_end », le "
            "jeu est lu intervalle par intervalle."
        ),
        examples=["sql/permis-de-construire.sql"],
    ),
]

QueryPowerfulAccount = Annotated[
    Text | None,
    Field(
        description=N_(
            "Le compte de la connexion, par son nom dans la base, si vous acceptez qu'il puisse lire les fichiers du "
            "serveur (superutilisateur, FILE, sysadmin…) ; sans quoi un tel compte est refusé."
        ),
        examples=["postgres"],
    ),
]

QueryWatermark = Annotated[
    WatermarkSettings | None,
    Field(
        description=N_(
            "Ne lire que les lignes modifiées depuis la dernière publication, et les réunir par leur clé à celles qui "
            "sont publiées. Pour une grande table dont une colonne dit quand chaque ligne a été modifiée."
        ),
        examples=[{"column": "modifie_le", "lateness": "2 days", "full_every": "7 days"}],
    ),
]


class QuerySource(Source):
    """A query. ``:window_start`` and ``:window_end`` in it are the run's data interval. ``incremental``: of its rows,
    those that changed are read. ``powerful_account``: the one that may read the files of the server."""

    quoting: ClassVar[QuotingStyle] = STANDARD
    """How the database's SQL writes texts, names and comments."""

    sql_path: str
    sql: str
    incremental: WatermarkSettings | None = None
    powerful_account: Text | None = Field(None, exclude=True)

    @property
    def watermark(self) -> WatermarkSettings | None:
        return self.incremental

    @property
    def location(self) -> str:
        return self.sql_path

    @property
    def location_in_signed_statement(self) -> str:
        if self.powerful_account is None:
            return self.sql_path
        return f"{self.sql_path} (par le compte « {self.powerful_account} », même s'il peut lire les fichiers du serveur)"

    @property
    def include_file_paths(self) -> tuple[str, ...]:
        return (self.sql_path,)

    @property
    def query(self) -> str:
        return self.sql


class QuerySpec(SourceSpec):
    """A query on a database: ``sql`` names its file."""

    needs: ClassVar[Needs] = {"sql": QUERY_FILE_NEEDED}
    source_class: ClassVar[type[QuerySource]]

    if TYPE_CHECKING:
        # Fields of each kind, which shows them after the connection.
        sql: QueryFile
        watermark: QueryWatermark

    @abstractmethod
    def build_source(self, sql_path: str, sql: str) -> QuerySource | None:
        """None where the connection is missing."""

    def build_resolved_source(self, reader: DeclarationReadingContext) -> ResolvedSource:
        at = ("source", "sql")
        if self.sql is None:
            return ResolvedSource()
        data = read_include_file_reporting_problems(reader.collector, reader.include, at, self.sql)
        sql = decode_text(reader.collector, at, self.sql, data) if data is not None else None
        if sql is None or data is None:
            return ResolvedSource()
        reader.contents.append(data)
        file = format_include_path(reader.include, reader.include / self.sql)
        query = parse_query(sql, file=file, quoting=self.source_class.quoting)
        reader.collector.problems += query.problems
        if not any(part.strip() and not part.startswith(("--", "/*")) for part, _ in query.parts):
            reader.collector.add_value_problem(at, EmptyQuery)
        windowed = (
            bool(query.placeholder_names)
            if query.problems
            else check_window_placeholders(reader.collector, query.placeholder_names)
        )
        return ResolvedSource(self.build_source(self.sql, sql), windowed=windowed)


def build_database_source_kind(
    name: str,
    spec: type[QuerySpec],
    *,
    connection_types: tuple[str, ...],
    page: Message,
    origin: Message,
    example: Message,
    override: str,
    city_override: str,
    help_: Message,
    statement: str = "",
    extra: str = "",
) -> SourceKind:
    """The kind whose folder is ``name``. ``override``: of its connection; ``statement``: where it is not run as
    read-only. The rest as ``SourceKind``, ``SourceWording`` and ``SourceKindDraftSettings`` say."""
    folder = f"aqueduc.sources.{name}"
    return SourceKind(
        name=name,
        spec=spec,
        adapter=f"{folder}.adapter:ADAPTER",
        connection_types=connection_types,
        wording=SourceWording(
            page=page,
            statement=statement
            or "base de données « {connection} », par la requête {location}, en lecture seule",
            summary=_("base « {connection} », {location}"),
            origin=origin,
        ),
        example=example,
        overrides={name: override},
        city_override=city_override,
        draft=SourceKindDraftSettings(
            help=help_,
            target=DraftTargetCliOption(
                option="table", metavar=_("SCHEMA.TABLE"), help=_("La table à lire.")
            ),
            module=f"{folder}.drafting:DRAFTING",
            noun="table",
        ),
        extra=extra,
    )
