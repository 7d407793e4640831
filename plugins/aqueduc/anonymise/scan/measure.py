"""Counts over every row of every column, in a few queries whose memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from aqueduc.anonymise.scan.features import ANSWERS, BITS
from aqueduc.duck import identifier, literal

LINE = "__line"
FIRST_LINES = 5
# Under this many distinct cells, and this share of the rows, a column is asked cell by distinct cell.
GROUP_UNDER, GROUP_UNDER_SHARE = 100_000, 0.3
# From this share of the cells on, a column of dates or of numbers gets a second look.
CLOSER = 0.3
MOMENTS = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class Years:
    """Of the ``dated`` cells of a column: centiles 2, 25, 50, 75 and 98 of the years, how many years there are,
    and the share of first days of January."""

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
    types = {str(name): str(kind) for name, kind, *_ in con.execute(f"DESCRIBE {source}").fetchall()}
    texts = {column: as_text(identifier(column), types[column]) for column in columns}
    if not columns:
        return ()
    sizes = _sizes(con, source, texts)
    masks: dict[str, dict[int, int]] = {
        column: {bits(["date"]): sizes[column][0]} if types[column].startswith(MOMENTS) else {}
        for column in columns
    }
    parts = [
        _cells(source, rank, texts[column], *sizes[column])
        for rank, column in enumerate(columns)
        if sizes[column][0] and not masks[column] and types[column] != "BOOLEAN"
    ]
    if parts:
        # One query for all: planning these expressions costs more than running them on a small table.
        rows = con.execute(f"""
            SELECT c, answers, CAST(sum(n) AS BIGINT)
            FROM (SELECT c, {ANSWERS} AS answers, n FROM ({" UNION ALL ".join(parts)}))
            GROUP BY c, answers
        """).fetchall()
        for rank, mask, count in rows:
            masks[columns[rank]][mask] = count
    return tuple(
        _closer(con, source, texts[column], Measured(column, types[column], *sizes[column], masks[column]))
        for column in columns
    )


def _sizes(
    con: duckdb.DuckDBPyConnection, source: str, texts: Mapping[str, str]
) -> dict[str, tuple[int, int]]:
    wanted = ", ".join(f"count(nullif({text}, '')), approx_count_distinct({text})" for text in texts.values())
    row = con.execute(f"SELECT {wanted} FROM {source}").fetchone() or ()
    return {column: (row[2 * rank], row[2 * rank + 1]) for rank, column in enumerate(texts)}


def _cells(source: str, rank: int, text: str, cells: int, distinct: int) -> str:
    cell = f"SELECT {text} AS v FROM {source}"
    if distinct <= min(GROUP_UNDER, GROUP_UNDER_SHARE * cells):
        return f"(SELECT {rank} AS c, v, count(*) AS n FROM ({cell}) WHERE v <> '' GROUP BY v)"
    return f"(SELECT {rank} AS c, v, 1 AS n FROM ({cell}) WHERE v <> '')"


def as_text(name: str, sql_type: str) -> str:
    """The text of a cell; a whole number kept as a decimal is written as a whole number, others are none."""
    if sql_type in ("DOUBLE", "FLOAT") or sql_type.startswith("DECIMAL"):
        whole = f"CAST(CAST({name} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN abs({name}) < 1e18 AND {name} % 1 = 0 THEN {whole} END"
    if sql_type == "BLOB":
        return f"TRY(decode({name}))"
    if sql_type == "VARCHAR":
        # A number that went through a spreadsheet or a data frame: 612345678.0.
        return f"CASE WHEN suffix({name}, '.0') THEN {name}[:-3] ELSE trim({name}) END"
    return f"CAST({name} AS VARCHAR)"


def first_lines(
    con: duckdb.DuckDBPyConnection, source: str, wanted: Sequence[tuple[Measured, int, int]]
) -> list[tuple[int, ...]]:
    """For each (column, wanted bits, unwanted bits): the first lines whose cell has one of the first and none of
    the second."""
    columns = {one.column: as_text(identifier(one.column), one.sql_type) for one, _, _ in wanted}
    parts = [
        f"(SELECT {literal(column)} AS c, {text} AS v, {LINE} FROM {source})"
        for column, text in columns.items()
    ]
    if not parts:
        return []
    rows = con.execute(f"""
        SELECT c, answers, min({LINE}, {FIRST_LINES})
        FROM (SELECT c, {ANSWERS} AS answers, {LINE} FROM ({" UNION ALL ".join(parts)}) WHERE v <> '')
        WHERE answers <> 0 GROUP BY c, answers
    """).fetchall()
    return [
        tuple(sorted(
            line for column, mask, lines in rows for line in lines
            if column == one.column and mask & yes and not mask & no
        )[:FIRST_LINES])
        for one, yes, no in wanted
    ]  # fmt: skip


_YEAR = (
    r"TRY_CAST(coalesce(nullif(regexp_extract(v, '(?:^|[^0-9])((?:1[89]|20)[0-9]{2})(?:[^0-9]|$)', 1), ''), "
    r"nullif(regexp_extract(v, '^[ ]*((?:1[89]|20)[0-9]{2})[01][0-9][0-3][0-9]', 1), ''), "
    r"nullif(regexp_extract(v, '^[ ]*[0-9]{4}((?:1[89]|20)[0-9]{2})$', 1), ''), "
    r"nullif(regexp_extract(v, '^[ ]*[0-9]{1,2}(?:er)?[ ./-]+[^ ./-]+[ ./-]+([0-9]{2})(?:[^0-9]|$)', 1), '')) AS INT)"
)


def _closer(con: duckdb.DuckDBPyConnection, source: str, text: str, measured: Measured) -> Measured:
    """A second look at columns of dates and of nine or ten digits, which are few."""
    cells = f"(SELECT {text} AS v FROM {source})"
    if measured.share("plain", "shorn", "shorn_called") > CLOSER:
        digits = "ltrim(regexp_replace(v, '[^0-9]', '', 'g'), '0')"
        row = con.execute(
            f"SELECT count(DISTINCT substr({digits}, 1, 3)) FROM {cells} WHERE v <> ''"
        ).fetchone()
        return replace(measured, starts=row[0] if row else None)
    if measured.share("date", without=("phone",)) > CLOSER:
        return replace(measured, years=_years(con, cells))
    return measured


def _years(con: duckdb.DuckDBPyConnection, cells: str) -> Years | None:
    row = con.execute(f"""
        SELECT count(y), approx_quantile(y, [0.02, 0.25, 0.5, 0.75, 0.98]), count(DISTINCT y),
               avg(CAST(regexp_matches(v, '(^|[^0-9])0?1[-/. ]0?1([^0-9]|$)|0101') AS INT))
        FROM (SELECT v, CASE WHEN y < 30 THEN 2000 + y WHEN y < 100 THEN 1900 + y ELSE y END AS y
              FROM (SELECT v, {_YEAR} AS y FROM {cells} WHERE v <> ''))
        WHERE y BETWEEN 1850 AND 2100
    """).fetchone()
    if not row or not row[0]:
        return None
    return Years(row[0], *(int(centile) for centile in row[1]), row[2], float(row[3]))
