"""Does a file look like one whose rows mean something by where they stand?

A report made for the eye names a group on a row of its own (``,2013,,``) or only on its first row, and adds
its rows up below them. Rows are sorted before they leave: what such a file means would be lost, and nothing
in it would be invalid. So it is told. Each sign is one that a table of records hardly ever has; a sparse
column, or a record of which one cell is known, is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.sources.adapter import ExtractResult
from aqueduc.sources.findings import (
    SuspectedBlankGroups,
    SuspectedFootRows,
    SuspectedGroupLabels,
    SuspectedInnerHeaders,
    SuspectedSubtotalRows,
)
from aqueduc.sources.foot import find_table_foot
from aqueduc.sources.origin import LINE
from aqueduc.sources.records import LINES_SHOWN

_FEWEST_COLUMNS = 3
_FEWEST_GROUPS = 2
MOST_COLUMNS = 400
_NUMBER = "[-+(]?[0-9][0-9 .,\u00a0\u202f]*[%€)]?"
_WORDS = r"\pL[^0-9]{3,}"
_MOSTLY = 0.6
"""The share of the cells of a column that are numbers, where it is one of numbers."""
_LABELLED = 3
"""The first columns, where a total says what it is."""
# « Ensemble » begins the name of many a choir: alone, it is a total.
_SUBTOTAL_STARTS = "CEST" + "cest" + "\N{LATIN SMALL LETTER LONG S}" + "\t\n\v\f\r "
"""What such a cell may begin with."""
_SUBTOTAL = r"^\s*(?:(?:(?:sous|ss)[- .]*)?tota(?:l|ux)|s\s*/\s*t(?:otal)?|cumuls?)\b|^\s*ensemble\s*:?\s*$"


def find_signs_of_grouped_rows(
    con: duckdb.DuckDBPyConnection, parquet: Path, result: ExtractResult, dataset: Dataset
) -> tuple[Finding, ...]:
    """What makes the extract at ``parquet`` look grouped; nothing for a source other than a table in a file,
    or whose order is kept."""
    names = result.column_names
    is_table = dataset.source.capabilities.laid_out
    if dataset.keeps_order or not is_table or not _FEWEST_COLUMNS <= len(names) <= MOST_COLUMNS:
        return ()
    first = names[0] if names[0] in {column.name for column in dataset.columns} else None
    con.execute(f"CREATE OR REPLACE TEMP VIEW laid_out AS {_build_filled_cell_counts_sql(parquet, names)}")
    # What stands around a row is asked only where something else is a sign: it costs several times as much.
    con.execute(
        "CREATE OR REPLACE TEMP VIEW neighbours AS SELECT *, lag(filled) OVER () AS preceding, "
        f"lead(filled) OVER () AS following, lag({LINE}) OVER () AS line_before, row_number() OVER () AS rank FROM laid_out"
    )
    shape = _measure_row_fill_statistics(con, names)
    return (
        *_check_group_labels(con, shape),
        *_check_subtotal_rows(con, shape),
        *_check_blanked_group_column(con, first),
        *_check_inner_headers(con, shape),
    )


def check_unskipped_footer_rows(
    con: duckdb.DuckDBPyConnection, parquet: Path, result: ExtractResult, dataset: Dataset
) -> tuple[Finding, ...]:
    """The totals and notes at the end of the extract, which ``footer:`` does not keep from being rows; nothing for a
    source other than a table in a file."""
    if not dataset.source.capabilities.laid_out or len(result.column_names) > MOST_COLUMNS:
        return ()
    foot = find_table_foot(con, parquet, result.column_names)
    return (SuspectedFootRows(count=len(foot.lines), lines=foot.lines[:LINES_SHOWN]),) if foot else ()


@dataclass(frozen=True)
class _RowFillStatistics:
    """``details`` rows hold two cells or more, ``filled`` on average; ``labels`` one, each in a column
    (``labelled``: how many by column)."""

    columns: int
    details: int
    filled: float
    labels: int
    labelled: Sequence[int]


def _build_filled_cell_counts_sql(parquet: Path, names: Sequence[str]) -> str:
    """SQL: a row for each, with how many of its cells hold something (``filled``)."""
    cells = [duck.identifier(name) for name in names]
    filled = " + ".join(f"({cell} IS NOT NULL)::INT" for cell in cells)
    listed = ", ".join(f"{cell} AS c{rank}" for rank, cell in enumerate(cells))
    return f"SELECT {LINE}, {filled} AS filled, {listed} FROM {duck.build_read_parquet_sql(parquet)}"


def _measure_row_fill_statistics(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> _RowFillStatistics:
    counts = [f"count(c{rank}) FILTER (filled = 1)" for rank in range(len(names))]
    details, filled, labels, *by_column = duck.fetch_single_row(
        con,
        "SELECT count(*) FILTER (filled > 1), coalesce(avg(filled) FILTER (filled > 1), 0), "
        f"count(*) FILTER (filled = 1), {', '.join(counts)} FROM laid_out",
    )
    return _RowFillStatistics(
        columns=len(names),
        details=int(details),
        filled=float(filled),
        labels=int(labels),
        labelled=by_column,
    )


def _check_group_labels(con: duckdb.DuckDBPyConnection, shape: _RowFillStatistics) -> Iterator[Finding]:
    """Rows of one cell that begin the table and come back, each above others that are filled."""
    columns = sum(count > 0 for count in shape.labelled)
    likely = (
        _FEWEST_GROUPS <= shape.labels <= shape.details
        and columns <= 2
        and shape.filled >= max(2, shape.columns / 2)
    )
    if not likely:
        return
    starts, above = duck.fetch_single_row(
        con,
        "SELECT coalesce(bool_or(rank = 1 AND filled = 1), false), count(*) FILTER (filled = 1 AND following > 0) "
        "FROM neighbours",
    )
    if starts and above == shape.labels:
        yield SuspectedGroupLabels(count=shape.labels, lines=_list_matching_lines(con, "filled = 1"))


def _check_subtotal_rows(con: duckdb.DuckDBPyConnection, shape: _RowFillStatistics) -> Iterator[Finding]:
    """Rows that call themselves totals, above others, and leave blank what the others say or close each its group."""
    said = [_build_subtotal_condition(f"c{rank}") for rank in range(min(_LABELLED, shape.columns))]
    # Most tables have none: what stands around them is sorted for the others only.
    if not duck.count_rows(con, f"laid_out WHERE {' OR '.join(said)}"):
        return
    labels = [f"coalesce({condition}, false)" for condition in said]
    named = f"({' OR '.join(labels)})"
    con.execute(
        "CREATE OR REPLACE TEMP VIEW totalled AS SELECT *, "
        f"{named} AS named, ({' OR '.join(labels[1:])}) AND NOT {labels[0]} AS beside, "
        "c0 IS NOT DISTINCT FROM lag(c0) OVER (ORDER BY rank) AND c0 IS DISTINCT FROM lead(c0) OVER (ORDER BY rank) "
        "AS closes, max(rank) FILTER (NOT named AND filled > 1) OVER () AS last FROM neighbours"
    )
    # The last group's own closes it too, and does not begin its row as the foot of a table does.
    told = "named AND (rank < last OR (beside AND closes AND c0 IS NOT NULL))"
    (row,) = con.execute(
        f"SELECT count(*) FILTER (named AND rank < last), count(*) FILTER ({told}), count(*) FILTER (beside AND closes), "
        "coalesce(bool_and(closes) FILTER (beside), false), coalesce(avg(filled) FILTER (named AND rank < last), 0), "
        "coalesce(avg(filled) FILTER (NOT named AND filled > 1), 0) FROM totalled"
    ).fetchall()
    middle, count, closing, all_close, filled, others = row
    if middle and (filled <= others - 0.5 or (all_close and closing >= _FEWEST_GROUPS)):
        yield SuspectedSubtotalRows(count=int(count), lines=_list_matching_lines(con, told, "totalled"))


def _build_subtotal_condition(cell: str) -> str:
    """SQL, NULL of a blank cell. The first character alone rules nearly every cell out, for a fraction of the time."""
    text = f"CAST({cell} AS VARCHAR)"
    first = ", ".join(str(ord(letter)) for letter in _SUBTOTAL_STARTS)
    return f"(ascii({text}) IN ({first}) AND regexp_matches({text}, {duck.literal(_SUBTOTAL)}, 'i'))"


def _check_blanked_group_column(con: duckdb.DuckDBPyConnection, column: str | None) -> Iterator[Finding]:
    """A first column that names each group on its first row only: never the same twice, and blank below."""
    named, blank, rows = duck.fetch_single_row(
        con, "SELECT count(c0), count(*) FILTER (c0 IS NULL), count(*) FROM laid_out WHERE filled > 1"
    )
    if named < _FEWEST_GROUPS or blank < 0.5 * rows:
        return
    distinct, starts = duck.fetch_single_row(
        con,
        "SELECT count(DISTINCT c0), coalesce(bool_or(rank = 1 AND c0 IS NOT NULL), false) FROM neighbours WHERE filled > 1",
    )
    if starts and named == distinct:
        yield SuspectedBlankGroups(
            column=column, count=int(blank), lines=_list_matching_lines(con, "c0 IS NULL AND filled > 1")
        )


def _check_inner_headers(con: duckdb.DuckDBPyConnection, shape: _RowFillStatistics) -> Iterator[Finding]:
    """Below a blank row, or a title of one cell: a row of words where the columns are numbers. Read under the names of
    the first table, the numbers of a second one say what they do not mean."""
    cells = [f"trim(CAST(c{rank} AS VARCHAR))" for rank in range(shape.columns)]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE spaced_lines AS SELECT {LINE} FROM neighbours "
        f"WHERE filled > 1 AND (preceding = 1 OR {LINE} > 1 + line_before)"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW spaced AS SELECT * FROM laid_out WHERE {LINE} IN (FROM spaced_lines)"
    )
    words = _select_columns_mostly_matching_pattern(con, cells, _WORDS, "spaced", least=0)
    # Each column of numbers has a word there: where none of those with words is one, no other is asked.
    if not _select_columns_mostly_matching_pattern(con, words, _NUMBER, "laid_out", least=_MOSTLY):
        return
    numbers = _select_columns_mostly_matching_pattern(con, cells, _NUMBER, "laid_out", least=_MOSTLY)
    worded = " AND ".join(_build_full_match_condition_sql(cell, _WORDS) for cell in numbers)
    condition = f"{worded} AND len(list_distinct([{', '.join(numbers)}])) = {len(numbers)}"
    (count,) = duck.fetch_single_row(con, f"SELECT count(*) FILTER ({condition}) FROM spaced")
    if count:
        yield SuspectedInnerHeaders(count=int(count), lines=_list_matching_lines(con, condition, "spaced"))


def _select_columns_mostly_matching_pattern(
    con: duckdb.DuckDBPyConnection, cells: Sequence[str], pattern: str, view: str, *, least: float
) -> list[str]:
    """Those of the SQL expressions ``cells`` of which a share over zero, and ``least`` at least, is as ``pattern`` says."""
    if not cells:
        return []
    shares = ", ".join(
        f"coalesce(count(*) FILTER ({_build_full_match_condition_sql(cell, pattern)}) / nullif(count({cell}), 0), 0)"
        for cell in cells
    )
    found = duck.fetch_single_row(con, f"SELECT {shares} FROM {view}")
    return [cell for cell, share in zip(cells, found, strict=True) if share and share >= least]


def _build_full_match_condition_sql(cell: str, pattern: str) -> str:
    return f"coalesce(regexp_full_match({cell}, {duck.literal(pattern)}), false)"


def _list_matching_lines(
    con: duckdb.DuckDBPyConnection, condition: str, view: str = "laid_out"
) -> tuple[int, ...]:
    ((lines,),) = con.execute(
        f"SELECT min({LINE}, {LINES_SHOWN}) FILTER ({condition}) FROM {view}"
    ).fetchall()
    return tuple(lines or ())
