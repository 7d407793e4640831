"""The rows that were read because they changed, joined by the key to those that are published.

They are judged alone first, and typed: what is wrong with one of them stops here. Of the published rows, made by the
same declaration and the same program, each was judged so too; what only the whole can show (a value that must be
unique, a reference) is then asked of all of them, and so is whatever comes after: the scan, the guards.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.anonymise.report import AnonymiseReport
from aqueduc.declaration.spec import City, Dataset, TableSchema
from aqueduc.declaration.spec.table_schema import FieldConstraints
from aqueduc.language import Message, _
from aqueduc.run import Workspace
from aqueduc.sources import change
from aqueduc.sources.report import ExtractReport
from aqueduc.store import ParquetFileHandle, Store, open_verified_file
from aqueduc.validate.plan import LINE


@dataclass(frozen=True)
class MergedRowsTable:
    """The file at ``path``: ``rows`` in all, of which ``carried`` come from the published file as they are. ``astray``:
    how many more, or fewer, than the source has."""

    path: Path
    rows: int
    carried: int
    astray: int = 0


class RowsNotMergeable(Exception):
    """What is published cannot be joined to; internal to the stage."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class PublishedMergeBase:
    """The published file that rows are joined to, and how many rows the source has in all."""

    published: ParquetFileHandle
    source_rows: int | None


def find_published_merge_base(
    dataset: Dataset, city: City, run: str, rows: int, workspace: Workspace
) -> PublishedMergeBase | None:
    """What the rows of ``run`` are to be joined to; None where all of the source was read. ``rows``: how many are about
    to be. Raises RowsNotMergeable, StoreError, ConnectionMissing."""
    store = workspace.store
    extract = ExtractReport.read(store, dataset.id, run)
    if extract is None or extract.joined_to is None:
        return None
    anonymised = AnonymiseReport.read(store, dataset.id, run)
    if rows != extract.rows or anonymised is None or anonymised.objections:
        # What was withheld of them would remain as it was published.
        raise RowsNotMergeable(_("des lignes lues ont été retirées avant d'y être réunies"))
    if not _is_merge_base_current(dataset, city, extract.joined_to, workspace):
        raise RowsNotMergeable(
            _("ce qui est publié, ou ce selon quoi il a été fait, a changé depuis la lecture")
        )
    parts = store.read_published_partitions(dataset.id)
    return PublishedMergeBase(
        next(part for part in parts if part.sha256 == extract.joined_to), extract.source_rows
    )


def _is_merge_base_current(dataset: Dataset, city: City, sha256: str, workspace: Workspace) -> bool:
    """Whether the published file was made as it would be now. ``city``: of the files of now."""
    state = change.read_last_certified_source_state(workspace.vault, dataset.id, None)
    if state is None or state.mark is None or state.part != sha256:
        return False
    declaration = change.compute_declaration_city_and_keys_fingerprint(dataset, city, workspace.connections)
    online = change.find_published_window_rows_sha256(workspace.store, dataset.id, None)
    return (state.declaration, state.mark.program, online) == (
        declaration,
        dataset.software_version_and_code_digest,
        sha256,
    )


def copy_dataset_without_row_checks(dataset: Dataset) -> Dataset:
    """With what its schema asks of the whole only: uniqueness and references."""
    schema = dataset.table_schema
    fields = tuple(
        field.model_copy(
            update={
                "constraints": FieldConstraints(unique=field.constraints.unique),
                "array_item": None,
            }
        )
        for field in schema.fields
    )
    return _replace_schema(dataset, schema.model_copy(update={"fields": fields, "custom_checks": ()}))


def copy_dataset_without_foreign_keys(dataset: Dataset) -> Dataset:
    """Without what its schema asks of other rows: they may not be among those that changed."""
    return _replace_schema(dataset, dataset.table_schema.model_copy(update={"foreign_keys": ()}))


def _replace_schema(dataset: Dataset, schema: TableSchema) -> Dataset:
    return dataset.model_copy(update={"table_schema": schema})


def merge_rows_into_published(
    con: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    changed: Path,
    base: PublishedMergeBase,
    store: Store,
    target: Path,
) -> MergedRowsTable:
    """Writes the rows of ``changed``, typed, and those of ``base`` that have none of their keys. Raises RowsNotMergeable,
    StoreError, HandleFileMismatch."""
    with open_verified_file(store, base.published) as published:
        rows, before = duck.build_read_parquet_sql(changed), duck.build_read_parquet_sql(published)
        types = duck.read_column_types(con, rows)
        if types != duck.read_column_types(con, before):
            raise RowsNotMergeable(_("les colonnes publiées n'ont pas les types de celles qui ont été lues"))
        keys = duck.identifiers(dataset.key)
        carried = f"SELECT * FROM {before} ANTI JOIN (SELECT {keys} FROM {rows}) USING ({keys})"
        numbered = f"SELECT row_number() OVER () AS {LINE}, * FROM (SELECT * FROM {rows} UNION ALL BY NAME {carried})"
        total = duck.write_parquet(con, numbered, target)
        return MergedRowsTable(
            target, total, total - duck.count_rows(con, rows), abs(total - (base.source_rows or 0))
        )
