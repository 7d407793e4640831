"""One session on a database that somebody else opens: nothing of it is committed, and what its driver raises says
nothing of what it read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import Timer
from typing import Any, Self, TypeVar

from aqueduc.connections import Connection
from aqueduc.errors import AqueducError, InvalidConnectionSettings, SourceError
from aqueduc.language import _
from aqueduc.sources import SOURCES
from aqueduc.sources.adapter import ExtractRequest, RowsSinceFilter
from aqueduc.sources.databases import QuerySpec
from aqueduc.sources.databases.access import DatabaseAccess, load_database_access_through_airflow
from aqueduc.sources.databases.failures import QueryFailure
from aqueduc.sources.databases.query import SOURCE_ROWS, BoundQuery, check_column_names
from aqueduc.sources.databases.reading import (
    DatabaseSession,
    DatabaseTransaction,
    QueryResultColumn,
    TimeLimitedCursorTransaction,
)
from aqueduc.sources.databases.settings import STATEMENT_TIMEOUT_S
from aqueduc.sources.dbapi.columns import ColumnTypeTally, build_text_result_column
from aqueduc.sources.dbapi.failures import (
    STOPPED,
    DriverError,
    build_driver_error_report,
    build_query_failure_error,
)
from aqueduc.sources.dbapi.findings import MixedTypes
from aqueduc.sources.origin import SourceOrigin

Answer = TypeVar("Answer")


def call_driver_wrapping_errors(asked: Callable[..., Answer], *arguments: Any) -> Answer:
    """Raises DriverError for whatever the driver raises."""
    try:
        return asked(*arguments)
    except AqueducError:
        raise
    except Exception as error:  # noqa: BLE001 - drivers share no class of errors, and their texts quote cells
        failure = DriverError(build_driver_error_report(error))
    raise failure


class DbApiTransaction(TimeLimitedCursorTransaction):
    """The session's own transaction, as far as the driver has one. ``expired``: it was interrupted."""

    def __init__(self, connection: Any, session: DbApiSession) -> None:
        super().__init__(session.limit_s, session.build_timeout_error)
        self._connection = connection
        self._access = session.access
        self._origin = session.origin
        self._columns: dict[str, ColumnTypeTally] = {}
        self.expired = False

    def list_query_column_names(self, query: BoundQuery) -> Sequence[str]:
        """A query alone can stand as a table of another one: what writes is refused here."""
        self._execute_query(query.wrap_as_subquery("SELECT * FROM", "aqueduc WHERE 1 = 0"), query.values)
        names = self._list_column_names()
        call_driver_wrapping_errors(self._cursor.close)
        return names

    def start_query(self, query: BoundQuery) -> Sequence[QueryResultColumn]:
        self.start_timeout_clock()
        self._execute_query(query.sql, query.values)
        names = self._list_column_names()
        # A database renames those that are alike in a table of another query.
        check_column_names(self._origin, names)
        return self._start_type_tallies(names, {})

    def start_query_since(self, query: BoundQuery, since: RowsSinceFilter) -> Sequence[QueryResultColumn]:
        self.start_timeout_clock()
        access = self._access
        escape = access.escape_percent_signs_in_sql
        column = f"q.{escape(access.quote_identifier(since.column))}"
        condition = f"{column} >= {access.placeholder} OR {column} IS NULL"
        formatted = replace(query, sql=escape(query.sql))
        sql = formatted.build_rows_since_sql(condition, access.quote_identifier(SOURCE_ROWS))
        self._execute_query(sql, [since.moment_as_query_parameter])
        *names, _ = self._list_column_names()
        check_column_names(self._origin, names)
        return [
            *self._start_type_tallies(names, dict(since.column_types)),
            build_text_result_column(SOURCE_ROWS, ColumnTypeTally()),
        ]

    def _start_type_tallies(
        self, names: Sequence[str], before: Mapping[str, str]
    ) -> Sequence[QueryResultColumn]:
        self._columns = {name: ColumnTypeTally(before=before.get(name, "")) for name in names}
        return [build_text_result_column(name, types) for name, types in self._columns.items()]

    def fetch_rows(self, count: int) -> Sequence[Sequence[Any]]:
        rows = call_driver_wrapping_errors(super().fetch_rows, count)
        if not rows:
            self.findings = tuple(
                MixedTypes(column=name) for name, types in self._columns.items() if types.has_mixed_types
            )
        return rows

    def interrupt_query(self) -> None:
        """By what the driver has for it, if it has anything: the DB-API has nothing."""
        self.expired = True
        for one, word in (
            (self._connection, "interrupt"),
            (self._cursor, "cancel"),
            (self._connection, "cancel"),
        ):
            stop = getattr(one, word, None)
            if callable(stop):
                with suppress(Exception):
                    stop()
                return

    def close_connection(self) -> None:
        """What it says of a session that was cut is of no use."""
        for word in ("rollback", "close"):
            with suppress(Exception):
                getattr(self._connection, word)()

    def _execute_query(self, sql: str, values: Sequence[Any]) -> None:
        self._cursor = call_driver_wrapping_errors(self._connection.cursor)
        # A driver that is given no values does not look for where they would stand.
        call_driver_wrapping_errors(self._cursor.execute, sql, *([values] if values else []))

    def _list_column_names(self) -> list[str]:
        return [
            str(column[0]) for column in call_driver_wrapping_errors(lambda: self._cursor.description) or ()
        ]


@dataclass
class DbApiSession(DatabaseSession):
    """How to open a session."""

    origin: SourceOrigin
    access: DatabaseAccess
    errors: tuple[type[Exception], ...] = (DriverError,)
    limit_s: int = STATEMENT_TIMEOUT_S
    _database: DbApiTransaction | None = None

    @classmethod
    def from_request(cls, request: ExtractRequest) -> Self:
        """Raises PackageExtraMissing, ConnectionMissing, InvalidConnectionSettings."""
        refuse_natively_supported_databases(request.connection)
        return cls(
            request.source_origin,
            load_database_access_through_airflow(
                request.source_origin.kind, request.connection.stored_as or request.connection.id
            ),
            limit_s=STATEMENT_TIMEOUT_S,
        )

    def build_timeout_error(self) -> SourceError:
        return QueryFailure("timeout", limit_s=self.limit_s).build_source_error(self.origin, STOPPED)

    @contextmanager
    def open_transaction(self) -> Iterator[DatabaseTransaction]:
        self._database = DbApiTransaction(call_driver_wrapping_errors(self.access.connect), self)
        watch = Timer(self.limit_s, self._database.interrupt_query)
        watch.daemon = True
        watch.start()
        try:
            yield self._database
        finally:
            watch.cancel()
            self._database.close_connection()

    def build_source_error(self, error: Exception, query: BoundQuery) -> SourceError:
        if self._database is not None and self._database.expired:
            return self.build_timeout_error()
        report = error.report if isinstance(error, DriverError) else build_driver_error_report(error)
        return build_query_failure_error(
            self.origin, report, query, connected=self._database is not None, limit_s=self.limit_s
        )


def refuse_natively_supported_databases(connection: Connection) -> None:
    """Raises InvalidConnectionSettings for a database that another kind reads, in one read-only transaction."""
    own = next(
        (
            kind.name
            for kind in SOURCES.list_builtin_kinds()
            if connection.kind in kind.connection_types and issubclass(kind.spec, QuerySpec)
        ),
        None,
    )
    if own is not None:
        raise InvalidConnectionSettings(
            _("La connexion « {id} » est de type « {kind} », que « dbapi: » ne lit pas.").format(
                id=connection.id, kind=connection.kind
            ),
            where=_("connexion {id}").format(id=connection.id),
            remedy=_(
                "écrire « {own}: » au lieu de « dbapi: » : la lecture y est une seule transaction, et limitée en mémoire"
            ).format(own=own),
        )
