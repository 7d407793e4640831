"""From a table of text to the raw Parquet, cells in canonical form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from aqueduc import duck
from aqueduc.declaration.spec import Source
from aqueduc.findings import Finding
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.findings import AmbiguousNumbers, BlankRows
from aqueduc.sources.origin import LINE
from aqueduc.sources.reading import CellReader, trim

LINES_SHOWN = 10


@dataclass(frozen=True)
class TextTable:
    """A table of text in DuckDB. ``relation`` is an SQL relation: ``__line`` then the VARCHAR ``columns``, in
    source order."""

    relation: str
    columns: tuple[str, ...]


def write_text(con: duckdb.DuckDBPyConnection, table: TextTable, request: ExtractRequest) -> ExtractResult:
    """Streams ``table`` to the request's Parquet file. Raises duckdb.Error."""
    table = _filled_down(table, request.dataset.source)
    cells = CellReader.of(request.dataset)
    text = CellReader("string", request.dataset.reading)
    selected = ", ".join(
        f"{cells.get(name, text).sql(duck.identifier(name))} AS {duck.identifier(name)}"
        for name in table.columns
    )
    duck.write_parquet(con, f"SELECT {LINE}, {selected} FROM {table.relation}", request.target)
    columns = tuple((name, "VARCHAR") for name in table.columns)
    rows = duck.count_rows(con, duck.parquet(request.target))
    return ExtractResult(rows, columns, tuple(_ambiguous(con, table, cells)))


def _filled_down(table: TextTable, source: Source) -> TextTable:
    """With the value above in the blank cells of the columns that merged cells left so."""
    names = [name for name in table.columns if name in source.filled_columns]
    if not names:
        return table
    above = ", ".join(
        f"last_value(CASE WHEN {trim(name)} <> '' THEN {name} END IGNORE NULLS) OVER (ORDER BY {LINE} "
        f"ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS {name}"
        for name in map(duck.identifier, names)
    )
    return TextTable(f"(SELECT * REPLACE ({above}) FROM {table.relation})", table.columns)


def blank_rows(count: int) -> tuple[Finding, ...]:
    return (BlankRows(count=count),) if count else ()


def _ambiguous(
    con: duckdb.DuckDBPyConnection, table: TextTable, cells: Mapping[str, CellReader]
) -> Iterator[Finding]:
    """Costs a second reading of the source, so only where a decimal comma makes a doubt possible."""
    doubts = {
        name: condition
        for name in table.columns
        if name in cells and (condition := cells[name].ambiguous(duck.identifier(name)))
    }
    if not doubts:
        return
    counted = ", ".join(
        f"count(*) FILTER ({condition}), (min({LINE}, {LINES_SHOWN}) FILTER ({condition}))"
        for condition in doubts.values()
    )
    found = duck.fetch_row(con, f"SELECT {counted} FROM {table.relation}")
    for rank, name in enumerate(doubts):
        count, lines = found[2 * rank], found[2 * rank + 1]
        if count:
            yield AmbiguousNumbers(column=name, count=count, lines=tuple(lines))
