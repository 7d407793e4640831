"""One read-only session on a city's PostgreSQL, with limits to all it may wait for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import duckdb
import psycopg
from psycopg.conninfo import make_conninfo

from aqueduc import duck
from aqueduc.connections import Connection, build_wrong_setting_error
from aqueduc.errors import SourceError
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.databases.account import refuse_account_that_reads_server_files
from aqueduc.sources.databases.settings import LOCK_TIMEOUT_S, STATEMENT_TIMEOUT_S, read_seconds_setting
from aqueduc.sources.libpq import (
    build_conninfo_without_credentials,
    build_libpq_connection_parameters,
    find_refusal_sqlstate,
    list_accepted_connection_extras,
)
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.postgres.account import describe_session_account
from aqueduc.sources.postgres.query import (
    PostgresFailure,
    PostgresQuery,
    QueryColumn,
    build_query_failure_error,
)
from aqueduc.sources.postgres.versions import OLDEST_SERVER, PlainTableQuery

_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


@dataclass(frozen=True)
class PostgresSessionOpener:
    """How to open a session. ``timezone``: the city's: a window is compared with local dates and times.
    ``powerful_account``: the one that may read the files of the server."""

    origin: SourceOrigin
    connection: Connection
    timezone: str
    statement_timeout_s: int = STATEMENT_TIMEOUT_S
    powerful_account: str | None = None

    @classmethod
    def from_request(cls, request: ExtractRequest, powerful_account: str | None = None) -> Self:
        """Raises InvalidConnectionSettings."""
        extra = request.connection.get_checked_extra(list_accepted_connection_extras())
        limit = read_seconds_setting(request.connection, "statement_timeout_s", STATEMENT_TIMEOUT_S)
        if extra.get("sslmode", "prefer") not in _SSL_MODES:
            raise build_wrong_setting_error(
                request.connection,
                "sslmode",
                _("l'un de ces mots : {listed}").format(listed=", ".join(_SSL_MODES)),
            )
        return cls(request.source_origin, request.connection, request.timezone, limit, powerful_account)

    def describe_query(self, query: PostgresQuery) -> list[QueryColumn]:
        """The columns of a query, which is planned but not run; an account that could read more than tables is refused
        before. Raises SourceError."""
        sql = query.build_empty_result_sql()
        with self._open_connection() as session:
            try:
                account = describe_session_account(session)
                refuse_account_that_reads_server_files(self.origin, account, self.powerful_account)
                return [
                    QueryColumn.from_description(column)
                    for column in session.execute(sql.encode()).description or ()
                ]
            except psycopg.Error as error:
                failure = PostgresFailure.from_error(error, query, sql)
        raise self.build_source_error_from_failure(failure, query)

    def find_column_with_long_cell(
        self, query: PostgresQuery, columns: Sequence[QueryColumn]
    ) -> QueryColumn | None:
        """Raises SourceError."""
        sql = query.build_long_cell_sql(columns)
        with self._open_connection() as session:
            try:
                ((rank,),) = session.execute(sql.encode())
            except psycopg.Error as error:
                failure = PostgresFailure.from_error(error, query, sql)
            else:
                return columns[rank - 1] if rank else None
        raise self.build_source_error_from_failure(failure, query)

    def hash_rows(self, query: PostgresQuery, columns: Sequence[QueryColumn]) -> tuple[str, ...]:
        """The version of the server, the number of rows of a query, and the sum of a 64-bit hash of each: none
        leaves the server. Raises SourceError."""
        sql = query.build_row_hash_sql(columns)
        with self._open_connection() as session:
            try:
                row = session.execute(sql.encode()).fetchone() or ()
                return (str(session.info.server_version), *map(str, row))
            except psycopg.Error as error:
                failure = PostgresFailure.from_error(error, query, sql)
        raise self.build_source_error_from_failure(failure, query)

    def read_row_versions(self, query: PostgresQuery, table: PlainTableQuery) -> tuple[str, ...]:
        """What is the same as long as the rows of ``table`` are, as ``query`` gives them. Raises SourceError, where this
        cannot be said of it too."""
        sql = table.build_table_version_sql()
        with self._open_connection() as session:
            try:
                known = session.info.server_version >= OLDEST_SERVER
                row = session.execute(sql.encode()).fetchone() if known else None
            # A view has no system columns, a table of another server may lack some.
            except (psycopg.errors.UndefinedColumn, psycopg.errors.FeatureNotSupported):
                row = None
            # The columns of the query were there to be read.
            except psycopg.errors.InsufficientPrivilege:
                raise self._build_no_version_error() from None
            except psycopg.Error as error:
                failure = PostgresFailure(error.sqlstate)
                raise self.build_source_error_from_failure(failure, query) from None
            if row is None:
                raise self._build_no_plain_table_error()
            return (str(session.info.server_version), *map(str, row))

    def _build_no_plain_table_error(self) -> SourceError:
        return self.origin.build_unreadable_error(
            _(
                "« probe: versions » ne prouve rien de ce que lit la requête : une vue, une table partitionnée, héritée, "
                "protégée ligne par ligne, masquée ou du système, une colonne d'un domaine, d'un type composé d'autres ou "
                "qu'une fonction de la base change en texte, ou un serveur d'avant PostgreSQL 14."
            ),
            _("écrire « probe: rows », qui vaut pour toute requête"),
        )

    def _build_no_version_error(self) -> SourceError:
        return self.origin.build_refusal_error(
            _(
                "« probe: versions » lit de la table « ctid » et « xmin », et le compte de la connexion n'a que le droit "
                "d'en lire d'autres colonnes."
            ),
            _(
                "lui donner GRANT SELECT (ctid, xmin) sur la table (et les catalogues de PostgreSQL, s'ils lui sont "
                "fermés), ou écrire « probe: rows »"
            ),
        )

    def rerun_query_for_failure(
        self, query: PostgresQuery, columns: Sequence[QueryColumn]
    ) -> PostgresFailure | None:
        """Runs a query and throws its rows away, unread: how it fails, or None. Raises SourceError."""
        sql = query.build_bounded_select_sql(columns)
        copy = f"COPY (\n{sql}\n) TO STDOUT (FORMAT binary)"
        with self._open_connection() as session:
            try:
                with session.cursor().copy(copy.encode()) as blocks:
                    for _ in blocks:
                        pass
            except psycopg.Error as error:
                return PostgresFailure.from_error(error, query, copy)
        return None

    def attach_to_duckdb(self, con: duckdb.DuckDBPyConnection, alias: str) -> None:
        """Attaches the database to DuckDB, read only. Raises duckdb.Error, whose text holds no credentials:
        they go through a secret of this one connection."""
        fields = ", ".join(
            f"{_SECRET_FIELDS[name]} {duck.literal(value)}"
            for name, value in build_libpq_connection_parameters(self.connection).items()
        )
        con.execute(f"CREATE SECRET {alias} (TYPE postgres, {fields})")
        line = duck.literal(self._build_server_options())
        con.execute(f"ATTACH {line} AS {alias} (TYPE postgres, SECRET {alias}, READ_ONLY)")

    def build_source_error_from_failure(
        self, failure: PostgresFailure, query: PostgresQuery | None = None
    ) -> SourceError:
        return build_query_failure_error(self.origin, failure, query, limit_s=self.statement_timeout_s)

    def _open_connection(self) -> psycopg.Connection:
        """Raises SourceError."""
        conninfo = ""
        try:
            conninfo = make_conninfo(
                self._build_server_options(), **build_libpq_connection_parameters(self.connection)
            )
            return psycopg.connect(conninfo, autocommit=True)
        except psycopg.Error:
            # Its text holds host and login; the code is to be had otherwise.
            pass
        raise self.build_source_error_from_failure(PostgresFailure(find_refusal_sqlstate(conninfo)))

    def _build_server_options(self) -> str:
        server = {
            "default_transaction_read_only": "on",
            "statement_timeout": self.statement_timeout_s * 1000,
            "lock_timeout": LOCK_TIMEOUT_S * 1000,
            "TimeZone": self.timezone,
        }
        return build_conninfo_without_credentials(self.connection, server)


_SECRET_FIELDS = {
    "host": "HOST",
    "port": "PORT",
    "dbname": "DATABASE",
    "user": "USER",
    "password": "PASSWORD",
}
