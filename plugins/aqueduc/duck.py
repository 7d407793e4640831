"""One way to open DuckDB: bounded memory, spill to a chosen folder, no network, extensions from the lock.

DuckDB would fetch a missing extension by itself; ours come as packages pinned with hashes and are loaded by
path, so that a city's server needs no way out and a run uses the bytes that were reviewed.
"""

from __future__ import annotations

import importlib.util
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aqueduc.errors import DiskFull, QueryEngineFailure
from aqueduc.language import _
from aqueduc.sql import build_glob_escaped_path_literal as build_glob_escaped_path_literal
from aqueduc.sql import build_read_parquet_sql as build_read_parquet_sql
from aqueduc.sql import identifier as identifier
from aqueduc.sql import identifiers as identifiers
from aqueduc.sql import literal as literal
from aqueduc.threads import SHARED_THREADS, read_thread_count_setting

if TYPE_CHECKING:
    import duckdb

ROW_GROUP_ROWS = 61_440
THREAD_MB = 160
"""Each thread's share of the memory: DuckDB wants 125 MB at least (duckdb.org/docs, "Environment")."""
LEAST_SHARES = 2
RETRY_MEMORY_FACTOR = 1.6
_THREADS = "SELECT current_setting('threads')"
NO_ROOM_BYTES = 16 << 20
"""What is left of a disk that could not take a block of DuckDB's."""


@contextmanager
def open_duckdb(
    scratch: Path, *, extensions: Iterable[str] = (), memory_limit: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database that spills into ``scratch``. ``extensions`` are names such as ``"spatial"``.

    Insertion order is kept (line numbers and reproducible files depend on it). Raises DiskFull when
    ``scratch`` is, and QueryEngineFailure for whatever else the block lets escape from DuckDB.

    As many threads as processors, ``SHARED_THREADS`` at most, or ``AQUEDUC_THREADS``: a machine that runs many tasks at
    once does more with one each.
    """
    # A run that finds nothing new asks DuckDB nothing.
    import duckdb

    try:
        with closing(_connect(scratch, memory_limit, tuple(extensions))) as con:
            yield con
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException) and is_disk_full(scratch):
            raise DiskFull(str(scratch)) from None
        # DuckDB quotes the offending cell in many of its messages: only the kind of error may go out.
        raise QueryEngineFailure(
            _("Le moteur de calcul s'est arrêté ({name}).").format(name=type(error).__name__),
            where=_format_deepest_own_frame(error),
            remedy=_("relancer la tâche ; si cela revient, signaler ce défaut avec l'exécution concernée"),
        ) from None


def _connect(
    scratch: Path, memory_limit: str | None, extensions: tuple[str, ...]
) -> duckdb.DuckDBPyConnection:
    import duckdb

    wanted = read_thread_count_setting()
    con = duckdb.connect(
        ":memory:",
        config={
            "temp_directory": str(scratch / "duckdb"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            **({"threads": wanted} if wanted else {}),
        },
    )
    # DuckDB would draw it on standard output after two seconds, that is in the tasks' logs.
    con.execute("SET enable_progress_bar = false")
    threads = fetch_count(con, _THREADS)
    if not wanted and threads > SHARED_THREADS:
        con.execute(f"SET threads TO {SHARED_THREADS}")
    shares = min(max(threads, LEAST_SHARES), SHARED_THREADS)
    con.execute(f"SET memory_limit = {literal(memory_limit or f'{THREAD_MB * shares}MB')}")
    for name in extensions:
        con.execute(f"LOAD {literal(str(find_duckdb_extension_path(name)))}")
    return con


def is_disk_full(scratch: Path) -> bool:
    return shutil.disk_usage(scratch).free < NO_ROOM_BYTES


def _format_deepest_own_frame(error: duckdb.Error) -> str:
    """Module and line of the deepest frame of ours: a place in the code, since a query may hold anything."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "aqueduc" in frame.filename]
    return (
        f"{Path(frames[-1].filename).parent.name}/{Path(frames[-1].filename).name}:{frames[-1].lineno}"
        if frames
        else "duckdb"
    )


def find_duckdb_extension_path(name: str) -> Path:
    """Where the package ``duckdb-extension-<name>`` keeps its file, for the DuckDB in use."""
    import duckdb

    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package duckdb-extension-{name.replace('_', '-')} is not installed")
    return Path(spec.origin).parent / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


def fetch_single_row(con: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The only row that ``query`` gives."""
    (row,) = con.execute(query).fetchall()
    return tuple(row)


def fetch_count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The number in the first cell of the only row that ``query`` gives; 0 for NULL."""
    return int(fetch_single_row(con, query)[0] or 0)


def execute_with_out_of_memory_retry(con: duckdb.DuckDBPyConnection, statement: str) -> list[Any]:
    """The rows that come back of what makes a table or a file. Where memory is too short for several threads, each of
    which has a batch of rows, and a part of what is joined or sorted, of its own, it is made in one, with
    ``RETRY_MEMORY_FACTOR`` times as much memory: a schema of a hundred lists wants that."""
    import duckdb

    try:
        return con.execute(statement).fetchall()
    except duckdb.OutOfMemoryException:
        threads, limit = fetch_single_row(con, f"{_THREADS}, current_setting('memory_limit')")
        size, unit = str(limit).split()
        con.execute(f"SET threads TO 1; SET memory_limit = '{float(size) * RETRY_MEMORY_FACTOR:.1f} {unit}'")
        try:
            return con.execute(statement).fetchall()
        finally:
            con.execute(f"SET threads TO {threads}; SET memory_limit = {literal(limit)}")


def count_rows(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """How many rows ``relation`` (SQL) has."""
    return fetch_count(con, f"SELECT count(*) FROM {relation}")


def read_column_types(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """DuckDB's type of each column of ``relation`` (SQL), in its order."""
    return {str(name): str(kind) for name, kind, *_ in con.execute(f"DESCRIBE FROM {relation}").fetchall()}


_NUMBER_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL(")


def is_number_type(kind: str) -> bool:
    """Whether a column of this type holds numbers."""
    return kind.removeprefix("U").startswith(_NUMBER_TYPES) and not kind.endswith("]")


def write_parquet(
    con: duckdb.DuckDBPyConnection,
    query: str,
    target: Path | str,
    observe_rows: Callable[[int], None] | None = None,
) -> int:
    """Writes what ``query`` gives to a file, and returns the number of its rows.

    ``observe_rows`` is given, from any thread, how many more have gone through: the file is the same.
    """
    if observe_rows is None:
        copied = f"COPY ({query}) TO {literal(str(target))} ({format_parquet_options()})"
        ((count,),) = execute_with_out_of_memory_retry(con, copied)
        return int(count)
    with _build_row_counting_sql_condition(con, observe_rows) as is_counted:
        return write_parquet(con, f"FROM ({query}) WHERE {is_counted}", target)


@contextmanager
def _build_row_counting_sql_condition(
    con: duckdb.DuckDBPyConnection, observe_rows: Callable[[int], None]
) -> Iterator[str]:
    """A condition, true of each row, that tells how many it was asked of."""
    import pyarrow as pa
    from duckdb.func import PythonUDFType
    from duckdb.sqltypes import BIGINT, BOOLEAN

    def count_chunk_rows(rows: Any) -> Any:
        observe_rows(len(rows))
        return pa.repeat(pa.scalar(True), len(rows))

    con.create_function(
        "is_counted", count_chunk_rows, [BIGINT], BOOLEAN, type=PythonUDFType.ARROW, side_effects=True
    )
    try:
        yield "is_counted(0)"
    finally:
        con.remove_function("is_counted")


def format_parquet_options() -> str:
    """The options after ``COPY … TO … (``: zstd 1 and Parquet v2 were the fastest that stay small."""
    return (
        "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, "
        f"ROW_GROUP_SIZE {ROW_GROUP_ROWS}"
    )
