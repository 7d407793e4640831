"""The residual scan: every row of every column of what is about to be published."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from aqueduc import duck
from aqueduc.anonymise.scan.context import (
    adjust_table_evidence,
    find_cross_column_hits,
    is_initials_of_person,
    select_strongest_hits,
)
from aqueduc.anonymise.scan.features import build_mask_of_features
from aqueduc.anonymise.scan.figures import compute_column_number_statistics
from aqueduc.anonymise.scan.kinds import ScanHit
from aqueduc.anonymise.scan.measure import (
    LINE,
    ColumnMeasure,
    find_first_matching_lines,
    measure_column_features,
)
from aqueduc.anonymise.scan.names import NameLists, load_builtin_names
from aqueduc.anonymise.scan.table import ScannedColumn
from aqueduc.anonymise.scan.verdict import find_column_evidence
from aqueduc.duck import identifier
from aqueduc.errors import QueryEngineFailure
from aqueduc.language import _


def scan_table(
    table: pa.Table, *, columns: Iterable[str] | None = None, names: NameLists | None = None
) -> tuple[ScanHit, ...]:
    """Scans a table in memory, or only some of its ``columns``; see ``scan_file``."""
    with tempfile.TemporaryDirectory() as scratch, duck.open_duckdb(Path(scratch)) as con:
        con.register("scanned", table)
        return _scan_translating_arrow_errors(con, columns, names)


def scan_file(
    path: Path, scratch: Path, *, columns: Iterable[str] | None = None, names: NameLists | None = None
) -> tuple[ScanHit, ...]:
    """Scans a Parquet file, streaming, within DuckDB's memory limit; what is over it spills into a folder of
    its own below ``scratch``, which another engine may be using. Hits come in the order of the columns.
    ``names``: the lists that names are looked up in, a city's among them; the scan's own unless given.

    Raises QueryEngineFailure if the file cannot be read.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as own, duck.open_duckdb(Path(own)) as con:
        con.execute(f"CREATE VIEW scanned AS FROM {duck.build_read_parquet_sql(path)}")
        return _scan_translating_arrow_errors(con, columns, names)


def _scan_translating_arrow_errors(
    con: duckdb.DuckDBPyConnection, columns: Iterable[str] | None, names: NameLists | None
) -> tuple[ScanHit, ...]:
    try:
        return tuple(_find_table_hits(con, columns, names or load_builtin_names()))
    except pa.ArrowException as error:
        # Arrow quotes what it could not convert.
        raise QueryEngineFailure(
            _("La recherche de données personnelles s'est arrêtée ({error}).").format(
                error=type(error).__name__
            ),
            where="anonymise/scan",
            remedy=_("rien n'est publié ; signaler ce défaut avec l'exécution concernée"),
        ) from None


def _find_table_hits(
    con: duckdb.DuckDBPyConnection, columns: Iterable[str] | None, lists: NameLists
) -> Iterator[ScanHit]:
    names = list(duck.read_column_types(con, "scanned"))
    chosen = set(names if columns is None else columns) - {LINE}
    measured = measure_column_features(con, "scanned", [name for name in names if name in chosen], lists)
    yield from find_hits_in_measured_columns(con, measured, lists, lined=LINE in names)


def find_hits_in_measured_columns(
    con: duckdb.DuckDBPyConnection, measured: Sequence[ColumnMeasure], lists: NameLists, *, lined: bool
) -> Iterator[ScanHit]:
    """The hits of the table ``scanned`` of ``con`` whose columns were ``measured``; with their first lines if
    it is ``lined``."""
    table = _build_scanned_columns(con, measured)
    found = [(column.measured, one) for column in table for one in column.evidence]
    lines = (
        find_first_matching_lines(
            con,
            "scanned",
            [
                (
                    m,
                    build_mask_of_features(one.features),
                    build_mask_of_features(one.without),
                    build_mask_of_features(one.together),
                )
                for m, one in found
            ],
            lists,
        )
        if lined
        else [()] * len(found)
    )
    alone = [
        ScanHit(
            measured.column,
            one.kind,
            one.strength,
            one.count_matching_rows(measured),
            measured.cells,
            first,
            one.noted_for,
        )
        for (measured, one), first in zip(found, lines, strict=True)
    ]
    together = find_cross_column_hits(table, lists, partial(_has_matching_initials, con))
    ranks = {column.name: rank for rank, column in enumerate(table)}
    yield from sorted(select_strongest_hits((*alone, *together)), key=lambda hit: ranks[hit.column])


def _build_scanned_columns(
    con: duckdb.DuckDBPyConnection, measured: Sequence[ColumnMeasure]
) -> tuple[ScannedColumn, ...]:
    counted = compute_column_number_statistics(con, "scanned", measured)
    columns = [ScannedColumn(one, counted[one.column], find_column_evidence(one)) for one in measured]
    return adjust_table_evidence(columns, partial(_are_rows_classes, con), duck.count_rows(con, "scanned"))


# What two columns say of each other is asked of the first rows.
PAIRS = 5_000


COINCIDENCES = 10
"""How many pairs of rows would be alike, were the rows people and their columns independent: none of them is."""


def _are_rows_classes(con: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> bool:
    """Determines if rows are classes by ``keys`` rather than people: no two are alike, where so many would be.

    The pairs that are alike by chance: those of all rows, times the probability by each key that two of them
    have the same value. A key that is another in each row proves nothing.
    """
    con.execute(f"CREATE OR REPLACE TEMP VIEW paired AS FROM scanned LIMIT {PAIRS}")
    cells = duck.identifiers(keys)
    rows, distinct = duck.fetch_single_row(con, f"SELECT count(*), count(DISTINCT ({cells})) FROM paired")
    if rows != distinct or rows < 2:
        return False
    pairs = expected = rows * (rows - 1) / 2
    for key in keys:
        (alike,) = duck.fetch_single_row(
            con,
            f"SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*) AS n FROM paired GROUP BY {identifier(key)})",
        )
        expected *= alike / pairs
    return bool(expected >= COINCIDENCES)


def _has_matching_initials(con: duckdb.DuckDBPyConnection, person: Sequence[str], short: str) -> bool:
    """Whether the cells of ``short`` are initials of those of ``person``, row by row, in half of them."""
    whole = ", ".join(f"CAST({identifier(name)} AS VARCHAR)" for name in person)
    cell = f"CAST({identifier(short)} AS VARCHAR)"
    rows = con.execute(
        f"SELECT DISTINCT concat_ws(' ', {whole}) AS __who, {cell} AS __what "
        f"FROM (FROM scanned LIMIT {PAIRS}) WHERE __who <> '' AND __what <> ''"
    ).fetchall()
    alike = sum(is_initials_of_person(who, what) for who, what in rows)
    return alike >= min(3, len(rows)) and alike > 0.5 * len(rows) > 0
