"""k counts rows, and a column of the source may say that a group of them is one person's.

Asked of the rows that leave, with the extract at hand: how many different values each group shows of a column that
numbers people, or their files, whether it leaves or not. Where they are fewer than k, the declaration has to say whom
the groups count: that column (``unit:``), or that each row is another person's (``unit: []``), which is told all
the same. Another column that is counted may be that of a thing (a shelf mark): where it is, the numbers that repeat
beside it are told as well. A value that is missing may be anybody's, and counts for one more.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from aqueduc.anonymise.findings import UncountedOtherPersons, UncountedPersons, UncountedPersonsAccepted
from aqueduc.anonymise.privacy_models import list_published_quasi_identifiers
from aqueduc.anonymise.units import build_unit_hash_sql
from aqueduc.declaration.column_name_hints import filter_person_identifier_columns
from aqueduc.declaration.spec import Dataset, PrivacySettings
from aqueduc.duck import build_read_parquet_sql, fetch_single_row, identifiers
from aqueduc.findings import Finding
from aqueduc.language import format_privacy_unit_count


def check_classes_below_k_persons(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, safe: Path
) -> Iterator[Finding]:
    """A finding for each column that numbers fewer than k in some group of ``safe``. Needs the view ``raw``."""
    privacy = dataset.privacy
    if privacy is None:
        return
    kind = _choose_uncounted_persons_finding(privacy)
    names = list_published_quasi_identifiers(dataset)
    for name in filter_person_identifier_columns(column.name for column in dataset.columns):
        if name in privacy.unit:
            continue
        if rows := _count_small_class_rows(con, names, name, privacy.k, safe):
            yield kind(
                column=name, count=rows, detail={"size": format_privacy_unit_count((name,), privacy.k)}
            )


def _choose_uncounted_persons_finding(privacy: PrivacySettings) -> type[Finding]:
    """By what the declaration says of whom the groups count."""
    if privacy.unit:
        return UncountedOtherPersons
    return UncountedPersonsAccepted if privacy.counts_rows_as_people else UncountedPersons


def _count_small_class_rows(
    con: duckdb.DuckDBPyConnection, names: tuple[str, ...], column: str, k: int, safe: Path
) -> int:
    """The rows of groups of fewer than k values."""
    shown = ", ".join(f"t.{identifiers((name,))}" for name in names)
    unit = build_unit_hash_sql((column,), "raw")
    (rows,) = fetch_single_row(
        con,
        # Grouped twice: DuckDB spills groups, and not the sets of a count(DISTINCT …).
        f"WITH each AS (SELECT {shown}, {unit} AS __who, count(*) AS __rows "
        f"FROM {build_read_parquet_sql(safe)} AS t JOIN raw USING (__line) GROUP BY ALL), "
        "classes AS (SELECT sum(__rows) AS __n, "
        "count(__who) + coalesce(sum(__rows) FILTER (__who IS NULL), 0) AS __size "
        f"FROM each GROUP BY {identifiers(names)}) "
        f"SELECT coalesce(sum(__n) FILTER (__size < {k}), 0) FROM classes",
    )
    return int(rows)
