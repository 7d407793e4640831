"""A bench for the validation stage: a dataset from a Table Schema, a safe Parquet file from columns."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration.spec import (
    AccessSettings,
    ColumnDeclaration,
    Dataset,
    LexicalFormat,
    PrivacySettings,
    PublicationSettings,
    TableSchema,
)
from aqueduc.declaration.vocabulary import FREQUENCIES, LICENCES
from aqueduc.errors import ValidationGateClosed
from aqueduc.rules.publish import UnchangedPublication
from aqueduc.run import Run, Workspace
from aqueduc.sources.files import FileSource
from aqueduc.store import ParquetFileHandle, Store, Vault, Window
from aqueduc.validate import ValidationResult, validate_anonymised_rows
from tests.making import CITY


@dataclass(frozen=True)
class Workshop:
    place: Workspace
    folder: Path

    def dataset(
        self,
        schema: Mapping[str, Any],
        *,
        key: Sequence[str] = (),
        tolerated: float = 0.0,
        privacy: PrivacySettings | None = None,
    ) -> Dataset:
        table = TableSchema.model_validate(schema)
        columns = tuple(
            ColumnDeclaration(name=f.name, rule=UnchangedPublication(), published_as=f.name)
            for f in table.fields
        )
        return Dataset(
            id="essai",
            path=self.place.include / "datasets" / "essai.yaml",
            fingerprint="0" * 64,
            title="Essai",
            description="Essai",
            owner="Essai",
            contact="essai@ville.fr",
            theme="GOVE",
            category="",
            keywords=(),
            licence=LICENCES["lov2"],
            access=AccessSettings(),
            frequency=FREQUENCIES["daily"],
            granularity="commune",
            windowed=False,
            source=FileSource(connection="depot", path="essai.csv", format="csv"),
            reading=LexicalFormat(),
            key=tuple(key),
            columns=columns,
            geometry=None,
            privacy=privacy,
            reject_at_most=tolerated,
            schema_path="schemas/essai.json",
            table_schema=table,
            publication=PublicationSettings(platform="datasud", mode="upload"),
        )

    def safe(self, table: pa.Table, *, rows: int | None = None) -> ParquetFileHandle:
        """Puts a table, ``__line`` included, where anonymisation leaves its output."""
        local = self.folder / "safe.parquet"
        pq.write_table(table, local)
        count = table.num_rows if rows is None else rows
        return self.place.vault.store_anonymised_extract(
            local, dataset="essai", run="r1", rows=count, window=None
        )

    def validate(
        self,
        schema: Mapping[str, Any],
        columns: Mapping[str, Sequence[Any]] | pa.Table,
        *,
        key: Sequence[str] = (),
        tolerated: float = 1.0,
        window: Window | None = None,
        run: str = "r1",
        privacy: PrivacySettings | None = None,
    ) -> ValidationResult:
        """``columns`` as text, unless it is already a table."""
        table = columns if isinstance(columns, pa.Table) else numbered(columns)
        dataset = self.dataset(schema, key=key, tolerated=tolerated, privacy=privacy)
        return validate_anonymised_rows(
            dataset, Run("essai", run, window=window), self.safe(table), self.place
        )

    def broken(
        self, schema: Mapping[str, Any], columns: Mapping[str, Sequence[Any]] | pa.Table, **how: Any
    ) -> dict[int, set[str]]:
        """The rules that each line breaks, whatever the gate then does."""
        with contextlib.suppress(ValidationGateClosed):
            self.validate(schema, columns, **how)
        return self.rules_broken()

    def rules_broken(self) -> dict[int, set[str]]:
        """Of the last run, whose gate may have closed."""
        key = self.report()["rejected_key"]
        rows = self.rejected(key).select(["__line", "__rules"]).to_pylist() if key else []
        return {row["__line"]: set(row["__rules"]) for row in rows}

    def output(self, validation: ValidationResult) -> pa.Table:
        return pq.read_table(Path(self.place.store.url.removeprefix("file://")) / validation.handle.key)

    def rejected(self, key: str) -> pa.Table:
        return pq.read_table(Path(self.place.vault.url.removeprefix("file://")) / key)

    def report(self, run: str = "r1") -> dict[str, Any]:
        found = self.place.store.read_report("essai", run, "validate")
        assert found is not None
        return found


def numbered(columns: Mapping[str, Sequence[Any]], first: int = 2) -> pa.Table:
    """Text columns with ``__line`` from ``first`` on, as a CSV file with a header has."""
    count = len(next(iter(columns.values())))
    lines = pa.array(range(first, first + count), pa.int64())
    arrays = {name: pa.array(list(values), pa.string()) for name, values in columns.items()}
    return pa.table({"__line": lines, **arrays})


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return make_workshop(tmp_path)


def make_workshop(root: Path) -> Workshop:
    include = root / "include"
    include.mkdir(exist_ok=True)
    (include / "city.yaml").write_text(yaml.safe_dump(CITY, allow_unicode=True), encoding="utf-8")
    place = Workspace(
        include=include,
        store=Store((root / "store").as_uri()),
        vault=Vault((root / "vault").as_uri()),
        connections=EnvironmentConnections({}),
    )
    return Workshop(place, root)
