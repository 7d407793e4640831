"""Counts over every row of every column, batch by batch: memory does not grow with the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from duckdb.func import PythonUDFType

from aqueduc.anonymise.scan import masks as wide
from aqueduc.anonymise.scan.features import BITS, WORDS, answers
from aqueduc.anonymise.scan.normal import normal_form
from aqueduc.duck import identifier

LINE = "__line"
FIRST_LINES = 5
# Cells asked at once, all columns together: the patterns are compiled once for them.
BATCH_CELLS = 1_000_000
# From this share of the cells on, a column of dates or of numbers gets a second look.
CLOSER = 0.3
MOMENTS = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class Years:
    """Of the ``dated`` cells of a column: centiles 2, 25, 50, 75 and 98 of the years, how many years there
    are, and the share of first days of January."""

    dated: int
    low: int
    lower: int
    median: int
    upper: int
    high: int
    distinct: int
    firsts: float


@dataclass(frozen=True)
class Measured:
    """What was counted in one column. ``distinct`` is an estimate; ``masks`` says how many cells gave each
    combination of answers (bits of ``features.BITS``); ``starts``, how many beginnings (three digits after a
    zero) numbers of nine or ten digits have: few in references, many in telephones."""

    column: str
    sql_type: str
    cells: int
    distinct: int
    masks: Mapping[int, int] = field(default_factory=dict)
    years: Years | None = None
    starts: int | None = None

    def count(self, *names: str, without: Sequence[str] = ()) -> int:
        """Cells that answered yes to any of ``names`` and to none of ``without``."""
        wanted, unwanted = bits(names), bits(without)
        return sum(n for mask, n in self.masks.items() if mask & wanted and not mask & unwanted)

    def both(self, *names: str, without: Sequence[str] = ()) -> int:
        """Cells that answered yes to all of ``names`` and to none of ``without``."""
        wanted, unwanted = bits(names), bits(without)
        return sum(n for mask, n in self.masks.items() if mask & wanted == wanted and not mask & unwanted)

    def share(self, *names: str, without: Sequence[str] = ()) -> float:
        return self.count(*names, without=without) / self.cells if self.cells else 0.0


def bits(names: Sequence[str]) -> int:
    return sum(1 << BITS[name] for name in names)


def measure(con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[str]) -> tuple[Measured, ...]:
    """Measures the columns of ``source`` (the name of a relation)."""
    if not columns:
        return ()
    types = {str(name): str(kind) for name, kind, *_ in con.execute(f"DESCRIBE {source}").fetchall()}
    texts = {column: as_text(identifier(column), types[column]) for column in columns}
    distinct = _distinct(con, source, texts)
    masks = _counted(
        con, source, {column: text for column, text in texts.items() if _is_asked(types[column])}
    )
    for column in columns:
        if types[column].startswith(MOMENTS):
            masks[column] = {bits(["date"]): _held(con, source, column)}
    return tuple(
        _closer(
            con,
            source,
            Measured(column, types[column], sum(found.values()), distinct[column], found),
        )
        for column in columns
        for found in (masks.get(column, {}),)
    )


def _is_asked(sql_type: str) -> bool:
    return sql_type != "BOOLEAN" and not sql_type.startswith(MOMENTS)


def _distinct(con: duckdb.DuckDBPyConnection, source: str, texts: Mapping[str, str]) -> dict[str, int]:
    wanted = ", ".join(f"approx_count_distinct({text})" for text in texts.values())
    row = con.execute(f"SELECT {wanted} FROM {source}").fetchone() or ()
    return dict(zip(texts, row, strict=True))


def _held(con: duckdb.DuckDBPyConnection, source: str, column: str) -> int:
    row = con.execute(f"SELECT count({identifier(column)}) FROM {source}").fetchone()
    return int(row[0]) if row else 0


def _counted(
    con: duckdb.DuckDBPyConnection, source: str, texts: Mapping[str, str]
) -> dict[str, dict[int, int]]:
    """How many cells of each column gave each combination of answers."""
    counters: dict[str, Counter[int]] = {column: Counter() for column in texts}
    for batch in _batches(con, source, list(texts.values())):
        encoded = [_encoded(cells) for cells in batch.columns]
        start, asked = 0, answers(pa.concat_arrays([values for values, _ in encoded]))
        for counter, (values, times) in zip(counters.values(), encoded, strict=True):
            of_column = asked[start : start + len(values)]
            start += len(values)
            masks, which = wide.combinations(of_column)
            rows = np.bincount(which, weights=times, minlength=len(masks))
            counter.update(dict(zip(masks, map(int, rows), strict=True)))
    return {column: dict(counter) for column, counter in counters.items()}


def _batches(con: duckdb.DuckDBPyConnection, source: str, texts: Sequence[str]) -> Iterator[pa.RecordBatch]:
    if texts:
        rows = max(1, BATCH_CELLS // len(texts))
        cells = ", ".join(f"{text} AS c{rank}" for rank, text in enumerate(texts))
        yield from con.execute(f"SELECT {cells} FROM {source}").to_arrow_reader(rows)


def _encoded(cells: pa.Array) -> tuple[pa.StringArray, Any]:
    """The distinct cells that hold something, and how many times each is there."""
    encoded = cells.dictionary_encode()
    times = np.bincount(
        encoded.indices.drop_null().to_numpy(zero_copy_only=False), minlength=len(encoded.dictionary)
    )
    values = normal_form(encoded.dictionary)
    held = _holding(values)
    return values.take(pa.array(held)), times[held]


def _holding(cells: pa.StringArray) -> Any:
    """The ranks of the cells that hold something."""
    return np.flatnonzero(pc.fill_null(pc.not_equal(cells, ""), False).to_numpy(zero_copy_only=False))


def as_text(name: str, sql_type: str) -> str:
    """The text of a cell; a whole number kept as a decimal is written as a whole number, others are none."""
    if sql_type in ("DOUBLE", "FLOAT") or sql_type.startswith("DECIMAL"):
        whole = f"CAST(CAST({name} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN abs({name}) < 1e18 AND {name} % 1 = 0 THEN {whole} END"
    if sql_type == "BLOB":
        return f"TRY(decode({name}))"
    return name if sql_type == "VARCHAR" else f"CAST({name} AS VARCHAR)"


def first_lines(
    con: duckdb.DuckDBPyConnection, source: str, wanted: Sequence[tuple[Measured, int, int]]
) -> list[tuple[int, ...]]:
    """For each (column, wanted bits, unwanted bits): the first lines whose cell has one of the first and none
    of the second. ``source`` is in the order of its lines."""
    lines: list[list[int]] = [[] for _ in wanted]
    texts = {one.column: as_text(identifier(one.column), one.sql_type) for one, _, _ in wanted}
    for batch in _batches(con, source, [LINE, *texts.values()] if texts else []):
        numbers = batch.column(0).to_numpy(zero_copy_only=False)
        asked = {column: _answered(cells) for column, cells in zip(texts, batch.columns[1:], strict=True)}
        for found, (one, yes, no) in zip(lines, wanted, strict=True):
            masks = asked[one.column]
            hit = wide.has_any(masks, yes) & ~wide.has_any(masks, no)
            found.extend(numbers[hit][: FIRST_LINES - len(found)].tolist())
        if all(len(found) == FIRST_LINES for found in lines):
            break
    return [tuple(found) for found in lines]


def _answered(cells: pa.Array) -> Any:
    """One mask a cell, 0 for those that hold nothing."""
    folded = normal_form(cells)
    held = _holding(folded)
    masks = wide.none(len(cells), WORDS)
    if len(held):
        masks[held] = answers(folded.take(pa.array(held)))
    return masks


_YEAR = (
    r"TRY_CAST(coalesce(nullif(regexp_extract(v, '(?:^|[^0-9])((?:1[89]|20)[0-9]{2})(?:[^0-9]|$)', 1), ''), "
    r"nullif(regexp_extract(v, '^[ ]*((?:1[89]|20)[0-9]{2})[01][0-9][0-3][0-9]', 1), ''), "
    r"nullif(regexp_extract(v, '^[ ]*[0-9]{4}((?:1[89]|20)[0-9]{2})$', 1), ''), "
    r"nullif(regexp_extract(v, '^[ ]*[0-9]{1,2}(?:er)?[ ./-]+[^ ./-]+[ ./-]+([0-9]{2})(?:[^0-9]|$)', 1), '')"
    ") AS INT)"
)


def _closer(con: duckdb.DuckDBPyConnection, source: str, measured: Measured) -> Measured:
    """A second look at columns of dates and of nine or ten digits, which are few."""
    text = as_text(identifier(measured.column), measured.sql_type)
    _teach_normal_form(con)
    cells = f"(SELECT normal_form({text}) AS v FROM {source})"
    if measured.share("plain", "shorn", "shorn_called") > CLOSER:
        digits = "ltrim(regexp_replace(v, '[^0-9]', '', 'g'), '0')"
        row = con.execute(
            f"SELECT count(DISTINCT substr({digits}, 1, 3)) FROM {cells} "
            f"WHERE length({digits}) BETWEEN 9 AND 11"
        ).fetchone()
        return replace(measured, starts=row[0] if row else None)
    if measured.share("date", without=("phone",)) > CLOSER:
        return replace(measured, years=_years(con, cells))
    return measured


def _teach_normal_form(con: duckdb.DuckDBPyConnection) -> None:
    """Gives the SQL of ``con`` the function of that name, unless it has it."""
    if not con.execute("SELECT 1 FROM duckdb_functions() WHERE function_name = 'normal_form'").fetchone():
        con.create_function("normal_form", _normal_column, ["VARCHAR"], "VARCHAR", type=PythonUDFType.ARROW)


def _normal_column(cells: pa.ChunkedArray) -> pa.StringArray:
    return normal_form(pa.concat_arrays(cells.chunks) if cells.num_chunks else pa.array([], pa.string()))


def _years(con: duckdb.DuckDBPyConnection, cells: str) -> Years | None:
    rows = con.execute(f"""
        SELECT y, count(*), count(*) FILTER (
               regexp_matches(v, '(^|[^0-9])0?1[-/. ]0?1([^0-9]|$)|0101'))
        FROM (SELECT v, CASE WHEN y < 30 THEN 2000 + y WHEN y < 100 THEN 1900 + y ELSE y END AS y
              FROM (SELECT v, {_YEAR} AS y FROM {cells} WHERE v <> ''))
        WHERE y BETWEEN 1850 AND 2100 GROUP BY y ORDER BY y
    """).fetchall()
    if not rows:
        return None
    # Exact: an estimate depends on the order in which threads finish, and so would the gate.
    years, dated, firsts = np.array(rows, dtype=np.int64).T
    upto, total = np.cumsum(dated), int(dated.sum())
    ranks = np.searchsorted(upto, np.ceil(np.array((0.02, 0.25, 0.5, 0.75, 0.98)) * total))
    low, lower, median, upper, high = (int(year) for year in years[ranks])
    return Years(
        total, low, lower, median, upper, high, distinct=len(years), firsts=float(firsts.sum() / total)
    )
