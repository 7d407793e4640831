"""One session on a city's SQL Server: a snapshot where the database admits one, always undone, with limits to all it may
wait for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self

import mssql_python
from mssql_python.exceptions import ConnectionStringParseError, sqlstate_to_exception

from aqueduc import duck
from aqueduc.declaration.queries import BRACKETS, parse_query
from aqueduc.errors import SourceError
from aqueduc.findings import Finding
from aqueduc.sources.adapter import ExtractRequest, RowsSinceFilter
from aqueduc.sources.databases.account import DatabaseAccount
from aqueduc.sources.databases.failures import REFUSED, STOPPED, WRITES, QueryFailure
from aqueduc.sources.databases.query import SOURCE_ROWS, BoundQuery, quote_name
from aqueduc.sources.databases.reading import (
    DatabaseSession,
    DatabaseTransaction,
    QueryResultColumn,
    TimeLimitedCursorTransaction,
)
from aqueduc.sources.databases.settings import LOCK_TIMEOUT_S
from aqueduc.sources.mssql.account import ACCOUNT_SQL, build_account
from aqueduc.sources.mssql.columns import build_moment_parameter_sql, build_query_result_column
from aqueduc.sources.mssql.failures import (
    NO_TABLE_OF_ANOTHER,
    STATES,
    build_error_from_sqlstate,
    build_planning_error,
)
from aqueduc.sources.mssql.findings import NoSnapshot
from aqueduc.sources.mssql.settings import SqlServerSettings, read_sql_server_settings
from aqueduc.sources.origin import SourceOrigin

# Reserved words all: a column of that name stands between brackets.
_WRITING = frozenset(
    re.findall(
        r"\w+",
        "alter backup bulk create dbcc delete deny drop exec execute grant insert into kill merge opendatasource "
        "openquery openrowset restore revoke shutdown truncate update use waitfor",
    )
)
# The driver tells the SQLSTATE as a sentence of its own.
_SENTENCES = {
    error.driver_error: state for state in STATES if (error := sqlstate_to_exception(state, "")) is not None
}
_NO_KEYWORD_HERE = 156
_SNAPSHOT = "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()"
_PLAN = """
SELECT name, system_type_name, error_number, error_message
FROM sys.dm_exec_describe_first_result_set({query}, NULL, 0)
WHERE coalesce(is_hidden, 0) = 0 ORDER BY column_ordinal
"""


class SqlServerTransaction(TimeLimitedCursorTransaction):
    def __init__(self, connection: Any, session: SqlServerSession) -> None:
        super().__init__(session.settings.statement_timeout_s, session.build_timeout_error)
        self._connection = connection
        self._session = session
        self._columns: Sequence[QueryResultColumn] = ()
        self._types: dict[str, str] = {}
        self.findings: tuple[Finding, ...] = ()

    def set_isolation_level_and_lock_timeout(self) -> None:
        """A lock taken to read the same twice would hold up whoever writes: without a snapshot, none is."""
        self._execute_sql(f"SET LOCK_TIMEOUT {LOCK_TIMEOUT_S * 1000}")
        ((allowed, *_),) = self._execute_sql(_SNAPSHOT).fetchall() or ((0,),)
        # A transaction is of one level from its first statement on.
        self._connection.rollback()
        if allowed == 1:
            self._execute_sql("SET TRANSACTION ISOLATION LEVEL SNAPSHOT")
        else:
            self._execute_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            self.findings = (NoSnapshot(),)

    def describe_account(self) -> DatabaseAccount:
        (row,) = self._execute_sql(ACCOUNT_SQL).fetchall()
        return build_account(row)

    def list_query_column_names(self, query: BoundQuery) -> Sequence[str]:
        """Raises SourceError."""
        self._session.refuse_writing_or_unnestable_query(query)
        sql = query.wrap_as_subquery("SELECT q.* FROM", "q") if self._session.derived else query.sql
        # N'…' holds whatever a query does.
        planned = self._execute_sql(_PLAN.format(query=f"N{duck.literal(sql)}")).fetchall()
        for _name, _type, number, text in planned:
            if number is not None:
                raise build_planning_error(
                    self._session.origin,
                    int(number),
                    str(text or ""),
                    query,
                    limit_s=self._session.settings.statement_timeout_s,
                )
        self._columns = [
            build_query_result_column(str(name or ""), str(type_)) for name, type_, *_ in planned
        ]
        self._types = {str(name or ""): str(type_) for name, type_, *_ in planned}
        return [column.name for column in self._columns]

    def start_query(self, query: BoundQuery) -> Sequence[QueryResultColumn]:
        self.start_timeout_clock()
        self._cursor = self._execute_sql(query.sql)
        return self._columns

    def start_query_since(self, query: BoundQuery, since: RowsSinceFilter) -> Sequence[QueryResultColumn]:
        self.start_timeout_clock()
        column = f"q.{quote_name(since.column, '[{}]')}"
        moment = build_moment_parameter_sql(self._types.get(since.column, ""))
        sql = query.build_rows_since_sql(
            f"{column} >= {moment} OR {column} IS NULL", f"[{SOURCE_ROWS}]", count="count_big(*)"
        )
        self._cursor = self._execute_sql(sql, since.moment_as_query_parameter)
        return [*self._columns, build_query_result_column(SOURCE_ROWS, "bigint")]

    def _execute_sql(self, sql: str, *values: Any) -> Any:
        cursor = self._connection.cursor()
        cursor.execute(sql, *values)
        return cursor


@dataclass
class SqlServerSession(DatabaseSession):
    """How to open a session. ``derived``: the query is to stand as a table of another, of which SQL Server asks more."""

    origin: SourceOrigin
    settings: SqlServerSettings
    derived: bool = False
    errors: tuple[type[Exception], ...] = (
        *(mssql_python.Error, ConnectionStringParseError, mssql_python.Warning),
        *(RuntimeError, OSError, UnicodeError, ValueError, TypeError),
    )
    _connected: bool = False

    @classmethod
    def from_request(cls, request: ExtractRequest) -> Self:
        """Raises InvalidConnectionSettings."""
        return cls(
            request.source_origin,
            read_sql_server_settings(request.connection),
            request.dataset.source.watermark is not None,
        )

    def build_timeout_error(self) -> SourceError:
        return QueryFailure("HYT00", limit_s=self.settings.statement_timeout_s).build_source_error(
            self.origin, STOPPED
        )

    @contextmanager
    def open_transaction(self) -> Iterator[DatabaseTransaction]:
        words: dict[str, Any] = dict(self.settings.words)
        # A session that is kept for another would bring its level of isolation along.
        mssql_python.pooling(enabled=False)
        connection = mssql_python.connect(
            autocommit=False,
            timeout=self.settings.connect_timeout_s,
            native_uuid=False,
            **words,
        )
        self._connected = True
        try:
            connection.timeout = self.settings.statement_timeout_s
            transaction = SqlServerTransaction(connection, self)
            transaction.set_isolation_level_and_lock_timeout()
            yield transaction
        finally:
            # Undoes whatever a query has done; what it says of a session that was cut is of no use.
            _rollback_and_close_quietly(connection)

    def refuse_writing_or_unnestable_query(self, query: BoundQuery) -> None:
        """SQL Server has no transaction that only reads, and no table that begins with WITH. Raises
        SourceAccessRefusal, SourceUnreadable."""
        parts = parse_query(query.sql, file=query.file, quoting=BRACKETS).parts
        words = [text.lower() for text, _ in parts if text[:1].isalpha()]
        if _WRITING & {*words} or "select" not in words:
            raise QueryFailure("SELECT").build_source_error(self.origin, WRITES)
        if self.derived and words[0] == "with":
            raise QueryFailure(_NO_KEYWORD_HERE).build_source_error(self.origin, NO_TABLE_OF_ANOTHER)

    def build_source_error(self, error: Exception, _query: BoundQuery) -> SourceError:
        if isinstance(error, TypeError):
            # As soon as there are values, the driver takes « %(x)s », even in a text, for the name of one.
            return QueryFailure("%(…)s").build_source_error(self.origin, REFUSED)
        sentence = str(getattr(error, "driver_error", ""))
        coded = re.search(r"SQLSTATE code: (\w{5})$", sentence)
        # The text of the server is looked at for this alone.
        text = str(getattr(error, "ddbc_error", ""))
        return build_error_from_sqlstate(
            self.origin,
            coded[1] if coded else _SENTENCES.get(sentence),
            connected=self._connected,
            untrusted="certificate" in text.lower() and not self._connected,
            limit_s=self.settings.statement_timeout_s,
        )


def _rollback_and_close_quietly(connection: Any) -> None:
    with suppress(mssql_python.Error, RuntimeError):
        connection.rollback()
    with suppress(mssql_python.Error, RuntimeError):
        connection.close()
