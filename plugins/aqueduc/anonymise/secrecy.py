"""Statistical secrecy, and what would give away the rows that it withholds.

A cell of a table is secret when too few units share it or when one holds too much of it: in France fewer
than three businesses, or one over 85 % (INSEE, *Guide du secret statistique*); fewer than eleven households.
Numbers that follow each other point at those that are missing; for what is worked out from what stands beside
a secret cell, see ``margins``.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from aqueduc.anonymise.findings import DominatedCells, GapsReveal, SmallCells
from aqueduc.declaration.model import Cell, Column, Dataset, Publish
from aqueduc.duck import identifier
from aqueduc.findings import Finding

_EXACT = "DECIMAL(38, 10)"
# Below, a run of whole numbers may be anything: ages, months, ranks of a few rows.
_ROWS_NUMBERED = 20
_GLANCE = 5_000


def open_cells(column: Column, rule: Cell) -> tuple[str, str]:
    """SQL over ``raw``: whether enough units share the cell, and whether none holds too much of it.

    What cannot be read is not known to be large enough; a cell without an amount gives nothing away.
    """
    enough = f"coalesce(TRY_CAST(raw.{identifier(rule.units)} AS {_EXACT}) >= {rule.at_least}, false)"
    if rule.largest is None:
        return enough, "true"
    amount, first = (f"TRY_CAST(raw.{identifier(name)} AS {_EXACT})" for name in (column.name, rule.largest))
    shared = f"coalesce(abs({first}) <= CAST({rule.at_most!r} AS {_EXACT}) * abs({amount}), false)"
    return enough, f"(raw.{identifier(column.name)} IS NULL OR {shared})"


def withhold_cells(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, relation: str
) -> tuple[str, list[Finding]]:
    """SQL of the rows of ``relation`` (which has ``__line``, as ``raw``) that secrecy lets leave, and what it
    takes out."""
    findings: list[Finding] = []
    kept: list[str] = []
    joined = f"{relation} AS t JOIN raw USING (__line)"
    for column in dataset.published:
        if not isinstance(column.rule, Cell):
            continue
        enough, shared = open_cells(column, column.rule)
        few, held = _row(
            con, f"SELECT count(*) FILTER (NOT {enough}), count(*) FILTER (NOT {shared}) FROM {joined}"
        )
        if few:
            detail = {"at_least": column.rule.at_least}
            findings.append(SmallCells(column=column.name, count=few, detail=detail))
        if held:
            share = f"{column.rule.at_most or 0:.0%}".replace("%", " %")
            findings.append(DominatedCells(column=column.name, count=held, detail={"share": share}))
        kept += [enough, shared]
    if not kept:
        return f"SELECT * FROM {relation}", []
    return f"SELECT t.* FROM {joined} WHERE {' AND '.join(kept)}", findings


# --- numbers ------------------------------------------------------------------------------------------------


def gaps(con: duckdb.DuckDBPyConnection, dataset: Dataset, relation: str) -> list[Finding]:
    """Columns of ``relation``, which holds the rows withheld too, that number its rows one after the other:
    all different, and most numbers of their range there."""
    return [GapsReveal(column=column.name) for column in _numbering(con, dataset, relation)]


def _numbering(con: duckdb.DuckDBPyConnection, dataset: Dataset, relation: str) -> Iterator[Column]:
    shared = dataset.privacy.quasi_identifiers if dataset.privacy else ()
    for column in dataset.published:
        # The value of a quasi-identifier is borne by k rows: it numbers none.
        if not isinstance(column.rule, Publish) or column.name in shared:
            continue
        text = f"CAST({identifier(column.published_as or '')} AS VARCHAR)"
        number = f"TRY_CAST(regexp_extract({text}, '([0-9]{{1,15}})$', 1) AS BIGINT)"
        unlike = "count(*) = count(n) AND count(*) = count(DISTINCT n)"
        # Most columns show a value twice among their first rows: they need not be read to the end.
        first = (
            f"SELECT CAST({unlike} AS INTEGER) FROM (SELECT {number} AS n FROM {relation} LIMIT {_GLANCE})"
        )
        dense = f"count(*) >= {_ROWS_NUMBERED} AND 2 * count(*) > max(n) - min(n)"
        whole = f"SELECT CAST({unlike} AND {dense} AS INTEGER) FROM (SELECT {number} AS n FROM {relation})"
        if _row(con, first)[0] and _row(con, whole)[0]:
            yield column


def _row(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = con.execute(sql).fetchone()
    return tuple(int(cell or 0) for cell in row or ())
