"""Rows of a cursor (DB-API 2.0), batch after batch, made one Parquet file: never all of them in memory."""

import errno
import time
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from aqueduc import duck
from aqueduc.connections import Connection
from aqueduc.declaration.queries import parse_query
from aqueduc.declaration.spec import Source
from aqueduc.errors import DiskFull, SourceError
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _, quote_text
from aqueduc.sources.adapter import (
    ExtractRequest,
    ExtractResult,
    ProbeResult,
    RowsSinceFilter,
    SourceAdapter,
    SourceAddress,
    locate_at_server,
)
from aqueduc.sources.databases import QuerySource
from aqueduc.sources.databases.account import DatabaseAccount, refuse_account_that_reads_server_files
from aqueduc.sources.databases.long_cells import MOST_CELL_BYTES, build_long_cell_error
from aqueduc.sources.databases.numbers import cast_text_columns_to_decimal
from aqueduc.sources.databases.query import BoundQuery, check_column_names
from aqueduc.sources.findings import ImpossibleDates
from aqueduc.sources.origin import LINE, SourceOrigin

FIRST_BATCH_ROWS = 200
MOST_BATCH_ROWS = 10_000
BATCH_BYTES = 16 << 20
LINES_SHOWN = 10
EXACT_NUMBER = "DECIMAL"


@dataclass(frozen=True)
class ConvertedCells:
    """A column of a batch. ``impossible``: ranks of the dates that do not exist, read as missing. ``systems``: the
    reference systems of its positions. ``refusal``: what is wrong with it, and what to do, in words that follow
    the name of the column; nothing was read then."""

    array: Any = None
    impossible: tuple[int, ...] = ()
    systems: frozenset[int] = frozenset()
    refusal: tuple[Sentence, Sentence] | None = None


@dataclass(frozen=True)
class QueryResultColumn:
    """A column that a query gives. ``read`` makes cells of ``type`` out of the driver's own. ``exact``: a number that
    only text carries whole. ``located``: positions, in WKB. ``settle``: of texts whose type is known once all were
    read, that type in SQL, or ``EXACT_NUMBER``."""

    name: str
    type: pa.DataType
    read: Callable[[Sequence[Any]], ConvertedCells]
    exact: bool = False
    located: bool = False
    settle: Callable[[], str] | None = None


class DatabaseTransaction(ABC):
    """One read-only transaction. All that it does raises the errors of its driver."""

    findings: tuple[Finding, ...] = ()

    def describe_account(self) -> DatabaseAccount:
        """Who reads. Of a database that nobody knows, nothing can be asked."""
        return DatabaseAccount("", ())

    @abstractmethod
    def list_query_column_names(self, query: BoundQuery) -> Sequence[str]:
        """The columns of a query, which is planned but not run; anything but a query is refused."""

    @abstractmethod
    def start_query(self, query: BoundQuery) -> Sequence[QueryResultColumn]:
        """Runs the query; its columns."""

    @abstractmethod
    def start_query_since(self, query: BoundQuery, since: RowsSinceFilter) -> Sequence[QueryResultColumn]:
        """Runs the query for these rows alone; its columns, and after them how many rows it has in all."""

    @abstractmethod
    def fetch_rows(self, count: int) -> Sequence[Sequence[Any]]:
        """The next rows, ``count`` at most; none when there are no more."""


class TimeLimitedCursorTransaction(DatabaseTransaction):
    """One whose driver bounds each call alone: a query that goes on past ``limit_s`` is given up between two batches,
    by what ``build_timeout_error`` gives."""

    def __init__(self, limit_s: int, build_timeout_error: Callable[[], SourceError]) -> None:
        self._limit_s = limit_s
        self._build_timeout_error = build_timeout_error
        self._cursor: Any = None
        self._ends_at = 0.0

    def start_timeout_clock(self) -> None:
        self._ends_at = time.monotonic() + self._limit_s

    def fetch_rows(self, count: int) -> Sequence[Sequence[Any]]:
        """Raises SourceUnavailable past the limit."""
        if time.monotonic() > self._ends_at:
            raise self._build_timeout_error()
        rows: Sequence[Sequence[Any]] = self._cursor.fetchmany(count)
        return rows


class DatabaseSession(ABC):
    """How a database is reached. ``errors``: whatever its driver raises."""

    origin: SourceOrigin
    errors: tuple[type[Exception], ...]

    @abstractmethod
    def open_transaction(self) -> AbstractContextManager[DatabaseTransaction]: ...

    @abstractmethod
    def build_source_error(self, error: Exception, query: BoundQuery, /) -> SourceError:
        """The typed error, with nothing of the text of ``error`` that could be a cell."""


# --- the two things that are asked --------------------------------------------------------------------------


def locate_database(
    connection: Connection, _source: Source, *, port: int | None = None, names: tuple[str, ...] = ()
) -> SourceAddress:
    """The database that is asked; ``port``: the usual one of its servers; ``names``: the words of the extra that name it,
    before the schema of the connection."""
    named = next((str(found) for name in names if (found := connection.extra.get(name))), connection.database)
    return locate_at_server(connection, port, named)


def build_query_adapter(
    open_session: Callable[[ExtractRequest], DatabaseSession],
    write_moment: Callable[[datetime], str],
    locate: Callable[[Connection, QuerySource], SourceAddress],
) -> SourceAdapter[QuerySource]:
    """What reads a declared query over a session, and plans it without running it. Both raise ConnectionMissing,
    InvalidConnectionSettings, SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable; reading, DiskFull
    too."""

    def extract(request: ExtractRequest, source: QuerySource) -> ExtractResult:
        query = _substitute_window_bounds_in_query(request, source, write_moment)
        return extract_query(open_session(request), query, request, source.powerful_account)

    def probe(request: ExtractRequest, source: QuerySource) -> ProbeResult:
        query = _substitute_window_bounds_in_query(request, source, write_moment)
        return probe_query_columns(open_session(request), query, source.powerful_account)

    return SourceAdapter(extract=extract, probe=probe, locate=locate)


def _substitute_window_bounds_in_query(
    request: ExtractRequest, source: QuerySource, write_moment: Callable[[datetime], str]
) -> BoundQuery:
    """The query with the ends of its window, written by ``write_moment``."""
    values = {name: write_moment(end) for name, end in compute_local_window_bounds(request).items()}
    parsed = parse_query(source.sql, file=source.sql_path, quoting=source.quoting)
    return BoundQuery(parsed.substitute_placeholders(values), source.sql_path)


def compute_local_window_bounds(request: ExtractRequest) -> dict[str, datetime]:
    """The ends of the window, if there is one, as local dates and times of the city."""
    window = request.window
    ends = {"window_start": window.start, "window_end": window.end} if window else {}
    zone = ZoneInfo(request.timezone)
    return {name: end.astimezone(zone).replace(tzinfo=None) for name, end in ends.items()}


def extract_query(
    session: DatabaseSession, query: BoundQuery, request: ExtractRequest, powerful_account: str | None = None
) -> ExtractResult:
    """Raises SourceError, DiskFull."""
    first = request.scratch / "query.parquet"
    try:
        with session.open_transaction() as database:
            _list_allowed_column_names(session, database, query, powerful_account)
            columns = _start_full_or_incremental_query(database, query, request.since)
            rows = _write_rows_to_parquet(request, columns, database, first)
            findings = database.findings
    except session.errors as error:
        failure = session.build_source_error(error, query)
    else:
        return _convert_geometries_and_numbers(request, columns, rows, first, findings)
    raise failure


def _list_allowed_column_names(
    session: DatabaseSession, database: DatabaseTransaction, query: BoundQuery, powerful_account: str | None
) -> Sequence[str]:
    """The columns of the query, once the account that sends it is known to read nothing but tables. Raises SourceError."""
    refuse_account_that_reads_server_files(session.origin, database.describe_account(), powerful_account)
    names = database.list_query_column_names(query)
    check_column_names(session.origin, names)
    return names


def _start_full_or_incremental_query(
    database: DatabaseTransaction, query: BoundQuery, since: RowsSinceFilter | None
) -> Sequence[QueryResultColumn]:
    """The columns of the query: the last one of the rows ``since`` is no column of its."""
    if since is None:
        return database.start_query(query)
    return database.start_query_since(query, since)[:-1]


def probe_query_columns(
    session: DatabaseSession, query: BoundQuery, powerful_account: str | None = None
) -> ProbeResult:
    """The columns of the query, which is planned but not run. Raises SourceError."""
    try:
        with session.open_transaction() as database:
            names = _list_allowed_column_names(session, database, query, powerful_account)
    except session.errors as error:
        failure = session.build_source_error(error, query)
    else:
        return ProbeResult(tuple(names))
    raise failure


# --- rows ---------------------------------------------------------------------------------------------------


@dataclass
class _ReadRowsTally:
    """What is to be told of rows once they are all written. ``source_rows``: how many the query has in all, where some
    only were asked for."""

    count: int = 0
    source_rows: int | None = None
    impossible: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    systems: dict[str, frozenset[int]] = field(default_factory=lambda: defaultdict(frozenset))

    def tally_converted_cells(self, column: QueryResultColumn, cells: ConvertedCells) -> None:
        self.systems[column.name] |= cells.systems
        if cells.impossible:
            self.impossible[column.name] += len(cells.impossible)
            shown = self.lines[column.name]
            shown += [self.count + rank + 1 for rank in cells.impossible[: LINES_SHOWN - len(shown)]]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(
            ImpossibleDates(column=name, count=count, lines=tuple(self.lines[name]))
            for name, count in self.impossible.items()
        )


def _write_rows_to_parquet(
    request: ExtractRequest, columns: Sequence[QueryResultColumn], database: DatabaseTransaction, target: Path
) -> _ReadRowsTally:
    """Raises SourceUnreadable, DiskFull, and the errors of the driver."""
    schema = pa.schema([(LINE, pa.int64()), *((column.name, column.type) for column in columns)])
    seen = _ReadRowsTally()
    full = False
    with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1) as writer:
        for batches in _group_batches_into_row_groups(
            _read_batches(request, columns, database, schema, seen)
        ):
            try:
                writer.write_table(pa.Table.from_batches(batches, schema))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                full = True
                break
    if full:
        raise DiskFull(str(request.scratch))
    return seen


def _read_batches(
    request: ExtractRequest,
    columns: Sequence[QueryResultColumn],
    database: DatabaseTransaction,
    schema: pa.Schema,
    seen: _ReadRowsTally,
) -> Iterator[pa.RecordBatch]:
    """Each of about ``BATCH_BYTES``: a row may be of a few bytes, or of megabytes."""
    size = FIRST_BATCH_ROWS
    while rows := database.fetch_rows(size):
        made = [pa.array(range(seen.count + 1, seen.count + len(rows) + 1), pa.int64())]
        if request.since is not None:
            seen.source_rows = int(rows[0][-1])
            rows = [row[:-1] for row in rows]
        for column, raw in zip(columns, zip(*rows, strict=True), strict=True):
            cells = column.read(raw)
            if cells.refusal is not None:
                what, remedy = cells.refusal
                told = _("La colonne {name} {what}.").format(name=quote_text(column.name), what=what)
                raise request.source_origin.build_unreadable_error(told, remedy)
            if _has_long_cell(cells.array):
                raise build_long_cell_error(request.source_origin, column.name)
            seen.tally_converted_cells(column, cells)
            made.append(cells.array)
        seen.count += len(rows)
        request.report_rows_read(len(rows))
        batch = pa.record_batch(made, schema=schema)
        yield batch
        size = max(1, min(MOST_BATCH_ROWS, BATCH_BYTES * len(rows) // max(1, batch.nbytes)))


def _has_long_cell(cells: pa.Array) -> bool:
    return cells.nbytes > MOST_CELL_BYTES and (pc.max(pc.binary_length(cells)).as_py() or 0) > MOST_CELL_BYTES


def _group_batches_into_row_groups(batches: Iterator[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """As many as make a row group that is read at once without harm."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        full = sum(one.num_rows for one in held) + MOST_BATCH_ROWS > duck.ROW_GROUP_ROWS
        if full or sum(one.nbytes for one in held) >= 2 * BATCH_BYTES:
            yield held
            held = []
    if held:
        yield held


# --- the table ----------------------------------------------------------------------------------------------


def _convert_geometries_and_numbers(
    request: ExtractRequest,
    columns: Sequence[QueryResultColumn],
    rows: _ReadRowsTally,
    first: Path,
    findings: tuple[Finding, ...],
) -> ExtractResult:
    located = {
        column.name: _build_geojson_sql(request.source_origin, column.name, rows.systems[column.name])
        for column in columns
        if column.located
    }
    settled = {column.name: column.settle() for column in columns if column.settle}
    exact = [column.name for column in columns if column.exact or settled.get(column.name) == EXACT_NUMBER]
    others = located | {
        name: f"CAST({duck.identifier(name)} AS {type_})"
        for name, type_ in settled.items()
        if type_ not in (EXACT_NUMBER, "VARCHAR")
    }
    with duck.open_duckdb(request.scratch, extensions=("spatial",) if located else ()) as con:
        try:
            result: ExtractResult | None = cast_text_columns_to_decimal(
                con, first, request.target, exact, others
            )
        except (duckdb.InvalidInputException, duckdb.SerializationException):
            if not located:
                raise
            result = None
    if result is None:
        raise request.source_origin.build_unreadable_error(
            _("Une position de la requête ne se lit pas."),
            _("l'écrire dans la requête en GeoJSON (ST_AsGeoJSON), ou en longitude et latitude"),
        )
    told = (*findings, *rows.findings)
    return ExtractResult(result.rows, result.columns, told, source_rows=rows.source_rows)


def _build_geojson_sql(origin: SourceOrigin, name: str, systems: frozenset[int]) -> str:
    """Raises SourceUnreadable for positions in several reference systems."""
    shape = f"ST_GeomFromWKB({duck.identifier(name)})"
    known = systems - {0, _WGS84}
    if len(known) > 1 or (known and systems - known):
        raise origin.build_unreadable_error(
            _("La colonne {name} a des positions dans plusieurs systèmes de coordonnées.").format(
                name=quote_text(name)
            ),
            _("n'en garder qu'un par colonne : une colonne, et une condition, pour chacun"),
        )
    for system in known:
        shape = f"ST_Transform({shape}, 'EPSG:{system}', 'EPSG:{_WGS84}', true)"
    return f"CAST(ST_AsGeoJSON({shape}) AS VARCHAR)"


_WGS84 = 4326


# --- cells that several drivers give alike -------------------------------------------------------------------


def build_text_cast_converter(type_: pa.DataType) -> Callable[[Sequence[Any]], ConvertedCells]:
    """Reads cells that are already what they should be, or the text of it."""

    def read_cells(cells: Sequence[Any]) -> ConvertedCells:
        try:
            return ConvertedCells(pa.array(cells, pa.string()).cast(type_))
        except (pa.ArrowException, ValueError, OverflowError):
            # The text of it quotes the cell.
            return ConvertedCells(refusal=(_NOT_OF_ITS_TYPE, _CAST_IT))

    return read_cells


def build_python_object_converter(type_: pa.DataType) -> Callable[[Sequence[Any]], ConvertedCells]:
    """Reads what a driver gives as objects of Python."""

    def read_cells(cells: Sequence[Any]) -> ConvertedCells:
        try:
            return ConvertedCells(pa.array(cells, type_))
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            return ConvertedCells(refusal=(_NOT_OF_ITS_TYPE, _CAST_IT))

    return read_cells


def convert_texts_without_padding(cells: Sequence[Any]) -> ConvertedCells:
    """Texts of a fixed length, without the blanks that fill them."""
    return convert_texts_to_arrow([None if cell is None else cell.rstrip(" ") for cell in cells])


def build_refusing_cell_converter(remedy: Sentence) -> Callable[[Sequence[Any]], ConvertedCells]:
    """Of a type that no driver gives as a table holds it."""
    return lambda _cells: ConvertedCells(refusal=(_("est d'un type qui ne se lit pas tel quel"), remedy))


_NOT_OF_ITS_TYPE = _("a une valeur qui n'est pas de son type")
_CAST_IT = _("la convertir en texte dans la requête (CAST), ou corriger la donnée à la source")


def convert_texts_to_arrow(cells: Sequence[Any]) -> ConvertedCells:
    return ConvertedCells(pa.array(cells, pa.string()))


def convert_bytes_to_hexadecimal(cells: Sequence[Any]) -> ConvertedCells:
    """As text, in hexadecimal."""
    return ConvertedCells(
        pa.array([None if cell is None else cell.hex().upper() for cell in cells], pa.string())
    )
