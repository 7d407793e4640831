"""One read-only session on a city's Oracle, with limits to all it may wait for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import oracledb

from aqueduc import duck
from aqueduc.errors import SourceError
from aqueduc.sources.adapter import ExtractRequest, RowsSinceFilter
from aqueduc.sources.databases.account import DatabaseAccount
from aqueduc.sources.databases.query import SOURCE_ROWS, BoundQuery
from aqueduc.sources.databases.reading import (
    DatabaseSession,
    DatabaseTransaction,
    QueryResultColumn,
    TimeLimitedCursorTransaction,
)
from aqueduc.sources.oracle.account import ACCOUNT_SQL, build_account
from aqueduc.sources.oracle.columns import build_query_result_column, choose_fetch_variable
from aqueduc.sources.oracle.failures import build_query_failure_error
from aqueduc.sources.oracle.settings import OracleSettings, read_oracle_settings
from aqueduc.sources.origin import SourceOrigin

_ROWS_A_TRIP = 1_000
_TIMED_OUT = "DPY-4024"


class OracleTransaction(TimeLimitedCursorTransaction):
    """All queries of it see the tables as they were when it began."""

    def __init__(self, connection: Any, session: OracleSession) -> None:
        super().__init__(session.settings.statement_timeout_s, session.build_timeout_error)
        self._connection = connection
        self._kinds: dict[str, Any] = {}

    def describe_account(self) -> DatabaseAccount:
        with self._connection.cursor() as cursor:
            cursor.execute(ACCOUNT_SQL)
            return build_account(cursor.fetchall())

    def list_query_column_names(self, query: BoundQuery) -> Sequence[str]:
        with self._connection.cursor() as cursor:
            cursor.execute(query.wrap_as_subquery("SELECT * FROM", "WHERE 1 = 0"))
            self._kinds = {info.name: info.type_code for info in cursor.description or ()}
            return [info.name for info in cursor.description or ()]

    def start_query(self, query: BoundQuery) -> Sequence[QueryResultColumn]:
        return self._execute_query(query.sql)

    def start_query_since(self, query: BoundQuery, since: RowsSinceFilter) -> Sequence[QueryResultColumn]:
        """Bound as what the column is: compared with a TIMESTAMP, a DATE would do without its index."""
        column = f"q.{duck.identifier(since.column)}"
        condition = f"{column} >= :since OR {column} IS NULL"
        sql = query.build_rows_since_sql(condition, duck.identifier(SOURCE_ROWS))
        return self._execute_query(sql, since.moment_as_query_parameter, self._kinds.get(since.column))

    def _execute_query(
        self, sql: str, since: date | None = None, kind: Any = None
    ) -> Sequence[QueryResultColumn]:
        self.start_timeout_clock()
        self._cursor = self._connection.cursor()
        self._cursor.arraysize = self._cursor.prefetchrows = _ROWS_A_TRIP
        self._cursor.outputtypehandler = choose_fetch_variable
        if since is None:
            self._cursor.execute(sql)
        else:
            self._cursor.setinputsizes(since=kind)
            self._cursor.execute(sql, {"since": since})
        return [build_query_result_column(info) for info in self._cursor.description or ()]


@dataclass
class OracleSession(DatabaseSession):
    """``timezone``: the city's: a window is compared with local dates and times."""

    origin: SourceOrigin
    settings: OracleSettings
    timezone: str
    errors: tuple[type[Exception], ...] = (oracledb.Error, OSError, UnicodeError)
    _connected: bool = False

    @classmethod
    def from_request(cls, request: ExtractRequest) -> Self:
        """Raises InvalidConnectionSettings."""
        return cls(request.source_origin, read_oracle_settings(request.connection), request.timezone)

    @contextmanager
    def open_transaction(self) -> Iterator[DatabaseTransaction]:
        connection = oracledb.connect(
            **self.settings.address, tcp_connect_timeout=self.settings.connect_timeout_s, program="aqueduc"
        )
        self._connected = True
        try:
            connection.call_timeout = self.settings.statement_timeout_s * 1000
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER SESSION SET TIME_ZONE = {duck.literal(self.timezone)}")
                cursor.execute("SET TRANSACTION READ ONLY")
            yield OracleTransaction(connection, self)
        finally:
            # What it says of a session that was cut is of no use.
            with suppress(oracledb.Error, OSError):
                connection.close()

    def build_timeout_error(self) -> SourceError:
        return self._build_oracle_failure_error(_TIMED_OUT, "", BoundQuery("", ""))

    def build_source_error(self, error: Exception, query: BoundQuery) -> SourceError:
        detail = error.args[0] if error.args else None
        code = getattr(detail, "full_code", None) or None
        return self._build_oracle_failure_error(code, str(getattr(detail, "message", "")), query)

    def _build_oracle_failure_error(self, code: str | None, text: str, query: BoundQuery) -> SourceError:
        return build_query_failure_error(
            self.origin,
            code,
            text,
            query,
            connected=self._connected,
            limit_s=self.settings.statement_timeout_s,
        )
