"""One read-only session on a city's MySQL or MariaDB, with limits to all it may wait for."""

from __future__ import annotations

import ssl
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

import pymysql
from pymysql.converters import encoders
from pymysql.cursors import SSCursor

from aqueduc import duck
from aqueduc.errors import SourceError
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, RowsSinceFilter
from aqueduc.sources.databases.account import DatabaseAccount
from aqueduc.sources.databases.failures import NOT_UTF8, UNTRUSTED, QueryFailure
from aqueduc.sources.databases.long_cells import MOST_CELL_BYTES, build_long_row_error
from aqueduc.sources.databases.query import SOURCE_ROWS, BoundQuery, quote_name
from aqueduc.sources.databases.reading import DatabaseSession, DatabaseTransaction, QueryResultColumn
from aqueduc.sources.databases.settings import LOCK_TIMEOUT_S
from aqueduc.sources.mysql.account import build_account
from aqueduc.sources.mysql.columns import build_query_result_column
from aqueduc.sources.mysql.failures import build_query_failure_error
from aqueduc.sources.mysql.findings import UnknownTimeZone
from aqueduc.sources.mysql.settings import MySqlSettings, read_mysql_settings
from aqueduc.sources.origin import SourceOrigin

_ZONE_UNKNOWN = 1298
_SILENCE_S = 60
"""How long after the limit of a statement a server that says nothing is still waited for."""


class LongRow(Exception):
    """A row that is not read to its end."""


class BoundedConnection(pymysql.connections.Connection):  # type: ignore[misc]
    """Reads no row longer than ``MOST_CELL_BYTES``, whatever the server sends: PyMySQL would hold all of it, thrice."""

    _row_bytes = 0

    def _read_packet(self, *given: Any) -> Any:
        self._row_bytes = 0
        return super()._read_packet(*given)

    def _read_bytes(self, num_bytes: int) -> bytes:
        self._row_bytes += num_bytes
        if self._row_bytes > MOST_CELL_BYTES:
            self._force_close()
            raise LongRow
        read: bytes = super()._read_bytes(num_bytes)
        return read


class MySqlTransaction(DatabaseTransaction):
    """A snapshot of the tables that have transactions (InnoDB)."""

    def __init__(self, connection: pymysql.Connection[Any], *, universal: bool, timezone: str) -> None:
        self._connection = connection
        self._cursor: SSCursor | None = None
        self._universal = universal
        self._timezone = timezone
        zone = UnknownTimeZone(detail={"zone": timezone})
        self.findings: tuple[Finding, ...] = (zone,) if universal else ()

    def describe_account(self) -> DatabaseAccount:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT CURRENT_USER()")
            ((name,),) = cursor.fetchall()
            cursor.execute("SHOW GRANTS")
            return build_account(str(name), [str(grant) for (grant,) in cursor.fetchall()])

    def list_query_column_names(self, query: BoundQuery) -> Sequence[str]:
        with self._connection.cursor() as cursor:
            cursor.execute(query.wrap_as_subquery("SELECT * FROM", "AS q LIMIT 0"))
            return [column[0] for column in cursor.description or ()]

    def start_query(self, query: BoundQuery) -> Sequence[QueryResultColumn]:
        return self._execute_query(query.sql)

    def start_query_since(self, query: BoundQuery, since: RowsSinceFilter) -> Sequence[QueryResultColumn]:
        # As soon as there are values, PyMySQL takes each « % » for the beginning of one.
        formatted = replace(query, sql=query.sql.replace("%", "%%"))
        condition = build_since_condition(since.column)
        sql = formatted.build_rows_since_sql(condition, f"`{SOURCE_ROWS}`")
        return self._execute_query(
            sql, [convert_to_session_time(since.moment_as_query_parameter, self._timezone)]
        )

    def find_longest_column(self, query: BoundQuery) -> str:
        """The one whose longest cell is the longest of all."""
        names = self.list_query_column_names(query)
        lengths = ", ".join(f"MAX(OCTET_LENGTH(q.{quote_name(name, '`{}`')}))" for name in names)
        with self._connection.cursor() as cursor:
            cursor.execute(query.wrap_as_subquery(f"SELECT {lengths} FROM", "AS q"))
            (found,) = cursor.fetchall()
        return max(zip(names, found, strict=True), key=lambda one: int(one[1] or 0))[0]

    def _execute_query(self, sql: str, values: Sequence[Any] | None = None) -> Sequence[QueryResultColumn]:
        self._cursor = SSCursor(self._connection)
        self._cursor.execute(sql, values)
        result = self._cursor._result
        return [
            build_query_result_column(field, instants=self._universal)
            for field in (result.fields if result else ())
        ]

    def fetch_rows(self, count: int) -> Sequence[Sequence[Any]]:
        return self._cursor.fetchmany(count) if self._cursor else ()

    def abandon_unread_rows(self) -> None:
        """Nothing more is to be read: closed, or dropped, PyMySQL's cursor would first read all that remains."""
        result = self._cursor._result if self._cursor else None
        if self._cursor and result:
            result.unbuffered_active = False
            self._cursor.connection = None


def build_since_condition(name: str) -> str:
    """A date that the calendar does not have is read as missing: such rows come each time, like those without one."""
    column = f"q.{quote_name(name, '`{}`')}".replace("%", "%%")
    days = f"DAYOFMONTH({column}) NOT BETWEEN 1 AND DAYOFMONTH(LAST_DAY({column}))"
    return f"{column} >= %s OR COALESCE(YEAR({column}) = 0 OR {days}, TRUE)"


def convert_to_session_time(value: date, timezone: str) -> date:
    """As the session writes it. An hour that the city's clock skips is another one for the server, and one that it has
    twice may be the second: from an hour before, no row is left out."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    local = value.replace(tzinfo=ZoneInfo(timezone))
    doubtful = local.utcoffset() != local.replace(fold=1).utcoffset()
    return value - timedelta(hours=1) if doubtful else value


@dataclass
class MySqlSession(DatabaseSession):
    """``timezone``: the city's: a window is compared with local dates and times. ``windowed``: it is."""

    origin: SourceOrigin
    settings: MySqlSettings
    timezone: str
    windowed: bool
    # What is raised besides where a server breaks off, or speaks something else.
    errors: tuple[type[Exception], ...] = (
        *(pymysql.Error, OSError, EOFError, RuntimeError, UnicodeError),
        *(AssertionError, IndexError, struct.error, LongRow),
    )
    _connected: bool = False

    @classmethod
    def from_request(cls, request: ExtractRequest) -> Self:
        """Raises InvalidConnectionSettings."""
        return cls(
            request.source_origin,
            read_mysql_settings(request.connection),
            request.timezone,
            request.window is not None,
        )

    @contextmanager
    def open_transaction(self) -> Iterator[MySqlTransaction]:
        connection = self._open_connection()
        self._connected = True
        transaction = None
        try:
            universal = self._start_read_only_transaction(connection)
            transaction = MySqlTransaction(connection, universal=universal, timezone=self.timezone)
            yield transaction
        finally:
            if transaction is not None:
                transaction.abandon_unread_rows()
            connection.close()

    def build_source_error(self, error: Exception, query: BoundQuery) -> SourceError:
        if isinstance(error, LongRow):
            return build_long_row_error(self.origin, self._find_longest_column(query))
        number, text = (*error.args, None, None)[:2]
        # PyMySQL tells of what the network raised in a sentence, and keeps it beside.
        cause = getattr(error, "original_exception", error)
        if isinstance(cause, ssl.SSLCertVerificationError):
            return QueryFailure(None).build_source_error(self.origin, UNTRUSTED)
        if isinstance(error, UnicodeError):
            return QueryFailure(None).build_source_error(self.origin, NOT_UTF8)
        return build_query_failure_error(
            self.origin,
            number,
            str(text or ""),
            query,
            connected=self._connected,
            limit_s=self.settings.statement_timeout_s,
        )

    def _find_longest_column(self, query: BoundQuery) -> str:
        """ "" where the server does not say."""
        try:
            with self.open_transaction() as database:
                return database.find_longest_column(query)
        except self.errors:
            return ""

    def _open_connection(self) -> pymysql.Connection[Any]:
        chosen = self.settings
        encryption: dict[str, Any] = (
            {"ssl": chosen.tls} if chosen.tls else {"ssl_disabled": not chosen.preferred}
        )
        connection = BoundedConnection(
            host=chosen.host,
            port=chosen.port,
            user=chosen.login,
            # As bytes: PyMySQL would write it in Latin-1.
            password=chosen.password.encode(),
            database=chosen.database or None,
            unix_socket=chosen.unix_socket or None,
            charset="utf8mb4",
            connect_timeout=chosen.connect_timeout_s,
            read_timeout=chosen.connect_timeout_s,
            write_timeout=_SILENCE_S,
            local_infile=False,
            # Values come as the server writes them.
            conv=encoders,
            program_name="aqueduc",
            **encryption,
        )
        # PyMySQL waits for the greeting, which something else than a MySQL never sends, as long as for rows.
        connection._read_timeout = chosen.statement_timeout_s + _SILENCE_S
        return connection

    def _start_read_only_transaction(self, connection: pymysql.Connection[Any]) -> bool:
        """Opens the transaction; whether the session is at universal time, since the server does not know the city's.
        Raises SourceUnreadable."""
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for name, value in self._list_session_limits(connection):
                self._set_session_variable(cursor, name, value)
            universal = not self._try_set_session_timezone(cursor)
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        return universal

    def _list_session_limits(self, connection: pymysql.Connection[Any]) -> Sequence[tuple[str, int]]:
        limit = self.settings.statement_timeout_s
        is_mariadb = "mariadb" in connection.get_server_info().lower()
        return (
            ("max_statement_time", limit) if is_mariadb else ("max_execution_time", limit * 1000),
            ("lock_wait_timeout", LOCK_TIMEOUT_S),
            ("innodb_lock_wait_timeout", LOCK_TIMEOUT_S),
            ("net_write_timeout", 10 * _SILENCE_S),
        )

    def _set_session_variable(self, cursor: Any, name: str, value: int) -> None:
        cursor.execute(f"SET SESSION {name} = {value}")

    def _try_set_session_timezone(self, cursor: Any) -> bool:
        try:
            cursor.execute(f"SET SESSION time_zone = {duck.literal(self.timezone)}")
        except pymysql.Error as error:
            if error.args[:1] != (_ZONE_UNKNOWN,):
                raise
        else:
            return True
        if self.windowed:
            raise self.origin.build_unreadable_error(
                _("Le serveur ne connaît pas le fuseau {zone}, où se compte l'intervalle du jeu.").format(
                    zone=self.timezone
                ),
                _(
                    "charger les fuseaux sur le serveur (mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql mysql)"
                ),
            )
        cursor.execute("SET SESSION time_zone = '+00:00'")
        return False
