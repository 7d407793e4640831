"""Would a corrected cell be accepted? Its row is judged as a run would, but for what takes other rows to judge."""

from collections.abc import Sequence
from pathlib import Path

from aqueduc import duck
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.store import Store
from aqueduc.validate.findings import WrongColumnType
from aqueduc.validate.plan import LINE
from aqueduc.validate.stage import find_schema_breaches_of_file_rows, name_expected_dates_in_source_format


def find_schema_breaches_after_correction(
    dataset: Dataset,
    rejected: Path,
    line: int,
    correction: tuple[str, str | None],
    store: Store,
    scratch: Path,
) -> Sequence[Finding]:
    """What the schema would reject of the row of the source's ``line``, in the file of those that were
    ``rejected``, once ``correction`` (a published column, and its cell) is made: for that column.

    Raises StoreError, QueryEngineFailure.
    """
    column, value = correction
    alone = dataset.table_schema.model_copy(update={"primary_key": (), "foreign_keys": ()})
    row = scratch / "corrected.parquet"
    with duck.open_duckdb(scratch) as con:
        kind = duck.read_column_types(con, duck.build_read_parquet_sql(rejected))[column]
        cell = "NULL" if value is None else duck.literal(value)
        name = duck.identifier(column)
        duck.write_parquet(
            con,
            f"SELECT * EXCLUDE ({LINE}, __rules) REPLACE (TRY_CAST({cell} AS {kind}) AS {name}) "
            f"FROM {duck.build_read_parquet_sql(rejected)} WHERE {LINE} = {line}",
            row,
        )
        unread = value is not None and duck.fetch_count(
            con, f"SELECT count(*) FROM {duck.build_read_parquet_sql(row)} WHERE {name} IS NULL"
        )
    if unread:
        return (WrongColumnType(column=column),)
    judged = find_schema_breaches_of_file_rows(
        dataset.model_copy(update={"table_schema": alone, "key": ()}), row, store, scratch
    )
    named = name_expected_dates_in_source_format(dataset, judged)
    return [finding for finding in named if finding.column and column in finding.column.split(", ")]
