"""Rows that are the header again: files put end to end, each with its own, or a table printed page by page."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from aqueduc import duck
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.findings import RepeatedHeaderRows
from aqueduc.sources.origin import LINE
from aqueduc.sources.records import LINES_SHOWN


def drop_repeated_headers(request: ExtractRequest, result: ExtractResult, header_rows: int) -> ExtractResult:
    """The result without the rows that say its header again, which are told. Raises duckdb.Error."""
    names = result.column_names
    # Of one column, or of numbers only, a row of data may well say the same.
    if not header_rows or len(names) < 2 or not any(map(_HAS_LETTER.search, names)):
        return result
    missing = request.dataset.reading.missing
    again = (
        _build_repeated_header_sql(names, missing)
        if header_rows == 1
        else _build_repeated_group_header_sql(names)
    )
    with duck.open_duckdb(request.scratch) as con:
        source = duck.build_read_parquet_sql(request.target)
        count, lines = duck.fetch_single_row(
            con, f"SELECT count(*), min({LINE}, {LINES_SHOWN}) FROM {source} WHERE {again}"
        )
        if not count:
            return result
        kept = request.scratch / "without-headers.parquet"
        rows = duck.write_parquet(con, f"FROM {source} WHERE NOT coalesce({again}, false)", kept)
    kept.replace(request.target)
    told = RepeatedHeaderRows(count=int(count), lines=tuple(lines))
    return replace(result, rows=rows, findings=(*result.findings, told))


_HAS_LETTER = re.compile(r"[^\W\d_]")
_SAME_NAME = re.compile(r" \([0-9]+\)$")
_NO_NAME = re.compile(r"colonne [0-9]+")


def _build_repeated_header_sql(names: Sequence[str], missing: Collection[str]) -> str:
    """A condition: each cell of the row is the name of its column, as its reader has it."""
    return " AND ".join(f"coalesce({_build_cell_is_name_sql(name, missing)}, false)" for name in names)


def _build_cell_is_name_sql(name: str, missing: Collection[str]) -> str:
    written = dict.fromkeys((name, _SAME_NAME.sub("", name)))
    same = f"{_build_single_line_sql(name)} IN ({', '.join(map(duck.literal, written))})"
    is_blank = _NO_NAME.fullmatch(name) or any(word in missing for word in written)
    return f"({same} OR {duck.identifier(name)} IS NULL)" if is_blank else same


def _build_repeated_group_header_sql(names: Sequence[str]) -> str:
    """The same of a header of several rows, whose names are those of a group and of a column: each cell of the row is
    one or the other, and two at least are filled."""
    filled = " + ".join(f"({duck.identifier(name)} IS NOT NULL)::INT" for name in names)
    return " AND ".join((*_list_header_part_conditions(names), f"{filled} >= 2"))


def _list_header_part_conditions(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        cell, said = _build_single_line_sql(name), duck.literal(_SAME_NAME.sub("", name))
        part = f"({said} = {cell} OR starts_with({said}, {cell} || ' ') OR ends_with({said}, ' ' || {cell}))"
        yield f"coalesce({part}, {duck.identifier(name)} IS NULL)"


def _build_single_line_sql(name: str) -> str:
    """The cell on one line, as the name of a column is."""
    cell = duck.identifier(name)
    return f"regexp_replace({cell}, '\\s+', ' ', 'g')" if " " in name else cell
