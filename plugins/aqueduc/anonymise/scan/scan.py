"""The residual scan: every row of every column of what is about to be published."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from aqueduc import duck
from aqueduc.anonymise.scan.context import between_columns, in_context, initials_of, surest
from aqueduc.anonymise.scan.figures import figures
from aqueduc.anonymise.scan.kinds import Hit
from aqueduc.anonymise.scan.measure import LINE, Measured, bits, first_lines, measure
from aqueduc.anonymise.scan.names import Names, builtin
from aqueduc.anonymise.scan.table import TableColumn
from aqueduc.anonymise.scan.verdict import evidence
from aqueduc.duck import identifier
from aqueduc.errors import EngineFault
from aqueduc.language import _


def scan_table(
    table: pa.Table, *, columns: Iterable[str] | None = None, names: Names | None = None
) -> tuple[Hit, ...]:
    """Scans a table in memory, or only some of its ``columns``; see ``scan_file``."""
    with tempfile.TemporaryDirectory() as scratch, duck.connect(Path(scratch)) as con:
        con.register("scanned", table)
        return _hits(con, columns, names)


def scan_file(
    path: Path, *, columns: Iterable[str] | None = None, names: Names | None = None
) -> tuple[Hit, ...]:
    """Scans a Parquet file, streaming, within DuckDB's memory limit. Hits come in the order of the columns.
    ``names``: the lists that names are looked up in, a city's among them; the scan's own unless given.

    Raises EngineFault if the file cannot be read.
    """
    with tempfile.TemporaryDirectory() as scratch, duck.connect(Path(scratch)) as con:
        con.execute(f"CREATE VIEW scanned AS FROM {duck.parquet(path)}")
        return _hits(con, columns, names)


def _hits(
    con: duckdb.DuckDBPyConnection, columns: Iterable[str] | None, names: Names | None
) -> tuple[Hit, ...]:
    try:
        return tuple(_scan(con, columns, names or builtin()))
    except pa.ArrowException as error:
        # Arrow quotes what it could not convert.
        raise EngineFault(
            _("La recherche de données personnelles s'est arrêtée ({error}).").format(
                error=type(error).__name__
            ),
            where="anonymise/scan",
            remedy=_("rien n'est publié ; signaler ce défaut avec l'exécution concernée"),
        ) from None


def _scan(con: duckdb.DuckDBPyConnection, columns: Iterable[str] | None, lists: Names) -> Iterator[Hit]:
    names = list(duck.column_types(con, "scanned"))
    chosen = set(names if columns is None else columns) - {LINE}
    measured = measure(con, "scanned", [name for name in names if name in chosen], lists)
    yield from find_hits(con, measured, lists, lined=LINE in names)


def find_hits(
    con: duckdb.DuckDBPyConnection, measured: Sequence[Measured], lists: Names, *, lined: bool
) -> Iterator[Hit]:
    """The hits of the table ``scanned`` of ``con`` whose columns were ``measured``; with their first lines if
    it is ``lined``."""
    table = _in_context(con, measured)
    found = [(column.measured, one) for column in table for one in column.evidence]
    lines = (
        first_lines(con, "scanned", [(m, bits(one.features), bits(one.without)) for m, one in found], lists)
        if lined
        else [()] * len(found)
    )
    alone = [
        Hit(measured.column, one.kind, one.strength, one.rows(measured), measured.cells, first)
        for (measured, one), first in zip(found, lines, strict=True)
    ]
    together = between_columns(table, lists, partial(_are_initials, con))
    ranks = {column.name: rank for rank, column in enumerate(table)}
    yield from sorted(surest((*alone, *together)), key=lambda hit: ranks[hit.column])


def _in_context(con: duckdb.DuckDBPyConnection, measured: Sequence[Measured]) -> tuple[TableColumn, ...]:
    counted = figures(con, "scanned", measured)
    columns = [TableColumn(one, counted[one.column], evidence(one)) for one in measured]
    return in_context(columns, partial(_is_aggregate, con), duck.count_rows(con, "scanned"))


# What two columns say of each other is asked of the first rows.
PAIRS = 5_000


def _is_aggregate(con: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> bool:
    """Whether no two rows have the same ``keys``."""
    cells = duck.identifiers(keys)
    rows, distinct = duck.fetch_row(
        con, f"SELECT count(*), count(DISTINCT ({cells})) FROM (FROM scanned LIMIT {PAIRS})"
    )
    return bool(rows == distinct)


def _are_initials(con: duckdb.DuckDBPyConnection, person: Sequence[str], short: str) -> bool:
    """Whether the cells of ``short`` are initials of those of ``person``, row by row, in half of them."""
    whole = ", ".join(f"CAST({identifier(name)} AS VARCHAR)" for name in person)
    cell = f"CAST({identifier(short)} AS VARCHAR)"
    rows = con.execute(
        f"SELECT DISTINCT concat_ws(' ', {whole}) AS who, {cell} AS what "
        f"FROM (FROM scanned LIMIT {PAIRS}) WHERE who <> '' AND what <> ''"
    ).fetchall()
    alike = sum(initials_of(who, what) for who, what in rows)
    return alike >= min(3, len(rows)) and alike > 0.5 * len(rows) > 0
