"""k-anonymity (Sweeney 2002): every row shares its quasi-identifiers with at least k - 1 others.

Enforced by suppression: rows of smaller classes leave the table, they are never starred and counted as one
more class. NULL is a value like another: two rows without a date are alike on the date.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from aqueduc.duck import identifier


@dataclass(frozen=True)
class Classes:
    """Equivalence classes before suppression.

    ``suppressed`` counts rows in classes that do not stay; ``smallest_left`` is the smallest class that
    stays, or 0, and ``left`` how many do. ``alone`` and ``small``: rows alone in their class, in one below k.
    """

    rows: int
    classes: int
    smallest: int
    suppressed: int
    smallest_left: int
    left: int = 0
    alone: int = 0
    small: int = 0

    @property
    def share(self) -> float:
        return self.suppressed / self.rows if self.rows else 0.0


def find_small_classes(
    con: duckdb.DuckDBPyConnection, relation: str, quasi_identifiers: tuple[str, ...], k: int
) -> Classes:
    """Fills the temporary table ``small_classes``: what is met fewer than k times in ``relation``."""
    names = ", ".join(identifier(name) for name in quasi_identifiers)
    counted = f"SELECT {names}, count(*) AS n FROM {relation} GROUP BY {names}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE classes AS {counted}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE small_classes AS SELECT {names} FROM classes WHERE n < {k}")
    (counted_,) = con.execute(f"""
        SELECT coalesce(sum(n), 0), count(*), coalesce(min(n), 0),
               coalesce(sum(n) FILTER (n < {k}), 0), coalesce(min(n) FILTER (n >= {k}), 0),
               count(*) FILTER (n >= {k}), count(*) FILTER (n = 1), coalesce(sum(n) FILTER (n < {k}), 0)
        FROM classes
    """).fetchall()
    con.execute("DROP TABLE classes")
    return Classes(*map(int, counted_))


def without_small_classes(relation: str, quasi_identifiers: tuple[str, ...]) -> str:
    """SQL of the rows of ``relation`` outside ``small_classes``."""
    same = " AND ".join(
        f"t.{identifier(name)} IS NOT DISTINCT FROM s.{identifier(name)}" for name in quasi_identifiers
    )
    return f"SELECT t.* FROM {relation} t ANTI JOIN small_classes s ON {same}"
