"""PostgreSQL: any query, streamed by DuckDB's scanner (binary COPY) into Parquet, in bounded memory.

A look at the query comes first, through psycopg: it gives the exact type of each column, which the scanner
would hide (a NUMERIC without precision becomes a DOUBLE there, a NaN becomes 0), and the SQLSTATE of whatever
is wrong, which the scanner does not give.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.declaration.queries import parse_query
from aqueduc.errors import SourceError
from aqueduc.language import _
from aqueduc.program import compute_program_digest
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.databases.long_cells import build_long_cell_error
from aqueduc.sources.databases.numbers import cast_text_columns_to_decimal
from aqueduc.sources.databases.query import SOURCE_ROWS, check_column_names
from aqueduc.sources.databases.reading import locate_database
from aqueduc.sources.origin import LINE
from aqueduc.sources.postgres import PostgresSource
from aqueduc.sources.postgres.query import LONG_CELL, PostgresFailure, PostgresQuery, QueryColumn
from aqueduc.sources.postgres.session import PostgresSessionOpener
from aqueduc.sources.postgres.versions import parse_plain_table_query
from aqueduc.store import Window

_TIMEOUT = "57014"


def extract_query(request: ExtractRequest, source: PostgresSource) -> ExtractResult | None:
    """Runs the declared query; None when the server finds its rows to be still those of ``request.etag``.

    Columns keep their types; NUMERIC without precision becomes the DECIMAL its values need, or text when none
    can hold them. Raises ConnectionMissing, DeclarationError, SourceUnavailable, SourceAccessRefusal,
    SourceNotFound, SourceUnreadable.
    """
    session, query, columns = _prepare_and_describe_query(request, source)
    mark = _compute_source_mark(source, session, query, columns)
    if mark is not None and mark == request.etag:
        return None
    first = request.scratch / "query.parquet"
    started = time.monotonic()
    if not _copy_query_rows_to_parquet(session, query.build_bounded_select_sql(columns), first, request):
        raise _explain_query_failure(session, query, columns, seconds=time.monotonic() - started)
    source_rows = _pop_source_row_count_column(request, first) if request.since else None
    result = replace(_cast_exact_number_texts_to_decimal(request, columns, first), source_rows=source_rows)
    # Rows that changed while they were read are those of no mark.
    same = mark is not None and mark == _compute_source_mark(source, session, query, columns)
    return replace(result, etag=mark if same else None)


def _compute_source_mark(
    source: PostgresSource,
    session: PostgresSessionOpener,
    query: PostgresQuery,
    columns: Sequence[QueryColumn],
) -> str | None:
    """What the rows of the query are, in any order, as its server counts and hashes them or their versions; and what
    reads them. None where the source does not ask for it."""
    if source.probe is None:
        return None
    table = parse_plain_table_query(source.sql) if source.probe == "versions" else None
    found = session.read_row_versions(query, table) if table else session.hash_rows(query, columns)
    readers = (compute_program_digest(), duckdb.__version__, source.sql, columns)
    return hashlib.sha256(repr((*readers, found)).encode()).hexdigest()


def probe_query_columns(request: ExtractRequest, source: PostgresSource) -> ProbeResult:
    """The columns of the declared query, which is planned but not run. Raises as ``extract`` does."""
    return ProbeResult(tuple(column.name for column in _prepare_and_describe_query(request, source)[2]))


def _prepare_and_describe_query(
    request: ExtractRequest, source: PostgresSource
) -> tuple[PostgresSessionOpener, PostgresQuery, Sequence[QueryColumn]]:
    session = PostgresSessionOpener.from_request(request, source.powerful_account)
    query = PostgresQuery(_bind_query_window(source, request.window), source.sql_path, since=request.since)
    columns = session.describe_query(query)
    check_column_names(request.source_origin, [column.name for column in columns])
    return session, query, columns


def _bind_query_window(source: PostgresSource, window: Window | None) -> str:
    """The declared query with its window as ``timestamptz`` literals."""
    ends = {"window_start": window.start, "window_end": window.end} if window else {}
    values = {name: f"TIMESTAMPTZ {duck.literal(moment.isoformat())}" for name, moment in ends.items()}
    return parse_query(source.sql, file=source.sql_path).substitute_placeholders(values)


def _copy_query_rows_to_parquet(
    session: PostgresSessionOpener, sql: str, target: Path, request: ExtractRequest
) -> bool:
    """False for any failure: DuckDB's text may quote the row that caused it, and is not read."""
    with duck.open_duckdb(request.scratch, extensions=["postgres_scanner"]) as con:
        try:
            session.attach_to_duckdb(con, "origin")
            # The first cell that is too long stops the reading.
            rows = (
                f"SELECT row_number() OVER () AS {LINE}, * EXCLUDE ({LONG_CELL}) "
                f"FROM postgres_query('origin', {duck.literal(sql)}) "
                f"WHERE CASE WHEN {LONG_CELL} IS NULL THEN true ELSE error('{LONG_CELL}') END"
            )
            duck.write_parquet(con, rows, target, request.observe_rows)
        except duckdb.Error:
            return False
    return True


def _explain_query_failure(
    session: PostgresSessionOpener, query: PostgresQuery, columns: Sequence[QueryColumn], *, seconds: float
) -> SourceError:
    """The query runs once more, its rows unread, to get the SQLSTATE that the scanner swallowed."""
    if seconds >= session.statement_timeout_s:
        return session.build_source_error_from_failure(PostgresFailure(_TIMEOUT), query)
    failure = session.rerun_query_for_failure(query, columns)
    if failure is not None:
        return session.build_source_error_from_failure(failure, query)
    long = session.find_column_with_long_cell(query, columns)
    if long is not None:
        return build_long_cell_error(session.origin, long.name)
    return session.origin.build_unavailable_error(
        _("La base a coupé la lecture, puis répondu de nouveau."),
        _("rien à faire si la tâche reprise réussit ; sinon voir le journal du serveur PostgreSQL"),
    )


def _pop_source_row_count_column(request: ExtractRequest, first: Path) -> int | None:
    """How many rows the query has in all; None if it gave none of them. Their column is taken off."""
    aside = first.with_name("rows.parquet")
    with duck.open_duckdb(request.scratch) as con:
        (count,) = duck.fetch_single_row(
            con, f"SELECT max({SOURCE_ROWS}) FROM {duck.build_read_parquet_sql(first)}"
        )
        duck.write_parquet(
            con, f"SELECT * EXCLUDE ({SOURCE_ROWS}) FROM {duck.build_read_parquet_sql(first)}", aside
        )
    aside.replace(first)
    return None if count is None else int(count)


def _cast_exact_number_texts_to_decimal(
    request: ExtractRequest, columns: Sequence[QueryColumn], first: Path
) -> ExtractResult:
    exact = [column.name for column in columns if column.is_exact_number]
    with duck.open_duckdb(request.scratch) as con:
        return cast_text_columns_to_decimal(con, first, request.target, exact)


ADAPTER = SourceAdapter(
    extract=extract_query, probe=probe_query_columns, locate=partial(locate_database, port=5432)
)
