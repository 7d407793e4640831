"""Statistical secrecy, and what would give away the rows that it withholds.

A cell of a table is secret when too few units share it or when one holds too much of it: in France fewer
than three businesses, or one over 85 % (INSEE, *Guide du secret statistique*); fewer than eleven households.
Numbers that follow each other point at those that are missing; for what is worked out from what stands beside
a secret cell, see ``margins``.
"""

from collections.abc import Iterator

import duckdb

from aqueduc.anonymise.findings import RevealingNumberGaps
from aqueduc.declaration.spec import ColumnDeclaration, Dataset
from aqueduc.duck import fetch_count, identifier
from aqueduc.findings import Finding

# Below, a run of whole numbers may be anything: ages, months, ranks of a few rows.
_ROWS_NUMBERED = 20
_GLANCE = 5_000


# --- numbers ------------------------------------------------------------------------------------------------


def check_row_numbering_gaps(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, relation: str
) -> list[Finding]:
    """The columns that show gaps where rows are withheld: those of ``relation``, which holds them too, that
    number its rows one after the other: all different, and most numbers of their range there."""
    return [
        RevealingNumberGaps(column=column.name) for column in _find_row_number_columns(con, dataset, relation)
    ]


def _find_row_number_columns(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, relation: str
) -> Iterator[ColumnDeclaration]:
    shared = dataset.privacy.quasi_identifiers if dataset.privacy else ()
    for column in dataset.published_columns:
        # The value of a quasi-identifier is borne by k rows: it numbers none.
        if not column.rule.capabilities.as_is or column.name in shared:
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
        if fetch_count(con, first) and fetch_count(con, whole):
            yield column
