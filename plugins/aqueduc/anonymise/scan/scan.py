"""The residual scan: every row of every column of what is about to be published."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from aqueduc import duck
from aqueduc.anonymise.scan.kinds import Hit
from aqueduc.anonymise.scan.measure import LINE, bits, first_lines, measure
from aqueduc.anonymise.scan.verdict import evidence
from aqueduc.errors import EngineFault


def scan_table(table: pa.Table, *, columns: Iterable[str] | None = None) -> tuple[Hit, ...]:
    """Scans a table in memory, or only some of its ``columns``; see ``scan_file``."""
    with tempfile.TemporaryDirectory() as scratch, duck.connect(Path(scratch)) as con:
        con.register("scanned", table)
        return tuple(_scan(con, columns))


def scan_file(path: Path, *, columns: Iterable[str] | None = None) -> tuple[Hit, ...]:
    """Scans a Parquet file, streaming, within DuckDB's memory limit. Hits come in the order of the columns.

    Raises EngineFault if the file cannot be read.
    """
    with tempfile.TemporaryDirectory() as scratch, duck.connect(Path(scratch)) as con:
        con.execute(f"CREATE VIEW scanned AS FROM read_parquet({duck.literal(str(path))})")
        try:
            return tuple(_scan(con, columns))
        except pa.ArrowException as error:
            # Arrow quotes what it could not convert.
            raise EngineFault(
                f"La recherche de données personnelles s'est arrêtée ({type(error).__name__}).",
                where="anonymise/scan",
                remedy="rien n'est publié ; signaler ce défaut avec l'exécution concernée",
            ) from None


def _scan(con: duckdb.DuckDBPyConnection, columns: Iterable[str] | None) -> Iterator[Hit]:
    names = [str(row[0]) for row in con.execute("DESCRIBE scanned").fetchall()]
    chosen = set(names if columns is None else columns) - {LINE}
    found = [
        (measured, one)
        for measured in measure(con, "scanned", [name for name in names if name in chosen])
        for one in evidence(measured)
    ]
    lines = (
        first_lines(con, "scanned", [(m, bits(one.answers), bits(one.without)) for m, one in found])
        if LINE in names
        else [()] * len(found)
    )
    for (measured, one), first in zip(found, lines, strict=True):
        yield Hit(measured.column, one.kind, one.strength, one.rows(measured), measured.cells, first)
