"""k-anonymity (Sweeney 2002): every row shares its quasi-identifiers with at least k - 1 others.

Enforced by suppression: rows of smaller classes leave the table, they are never starred and counted as one
more class. NULL is a value like another: two rows without a date are alike on the date.
"""

from dataclasses import dataclass

import duckdb

from aqueduc.duck import identifier, identifiers


@dataclass(frozen=True)
class EquivalenceClassCounts:
    """Equivalence classes before suppression. The size of a class is the number of its rows or, where units
    are counted, of the units that differ in it.

    ``suppressed`` counts rows in classes that do not stay; ``smallest_left`` is the smallest class that
    stays, or 0, and ``left`` how many do. ``alone`` and ``small``: rows in a class of size 1, in one below k.
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
    def suppressed_share(self) -> float:
        return self.suppressed / self.rows if self.rows else 0.0


def create_small_classes_table(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    quasi_identifiers: tuple[str, ...],
    k: int,
    unit: str | None = None,
) -> EquivalenceClassCounts:
    """Fills the temporary table ``small_classes``: what is met fewer than k times in ``relation``, or with
    fewer than k values of its column ``unit`` (NULL being none)."""
    names = identifiers(quasi_identifiers)
    counted = f"SELECT {names}, count(*) AS __n, count(*) AS __size FROM {relation} GROUP BY {names}"
    if unit:
        # Grouped twice: DuckDB spills groups, and not the sets of a count(DISTINCT …).
        each = f"SELECT {names}, {identifier(unit)}, count(*) AS __rows FROM {relation} GROUP BY ALL"
        counted = f"SELECT {names}, sum(__rows) AS __n, count({identifier(unit)}) AS __size FROM ({each}) GROUP BY {names}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE classes AS {counted}")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE small_classes AS SELECT {names} FROM classes WHERE __size < {k}"
    )
    small = f"coalesce(sum(__n) FILTER (__size < {k}), 0)"
    (found,) = con.execute(f"""
        SELECT coalesce(sum(__n), 0), count(*), coalesce(min(__size), 0),
               {small}, coalesce(min(__size) FILTER (__size >= {k}), 0),
               count(*) FILTER (__size >= {k}), coalesce(sum(__n) FILTER (__size = 1), 0), {small}
        FROM classes
    """).fetchall()
    con.execute("DROP TABLE classes")
    return EquivalenceClassCounts(*map(int, found))


def build_rows_outside_small_classes_sql(relation: str, quasi_identifiers: tuple[str, ...]) -> str:
    """SQL of the rows of ``relation`` outside ``small_classes``."""
    same = " AND ".join(
        f"t.{identifier(name)} IS NOT DISTINCT FROM s.{identifier(name)}" for name in quasi_identifiers
    )
    return f"SELECT t.* FROM {relation} t ANTI JOIN small_classes s ON {same}"
