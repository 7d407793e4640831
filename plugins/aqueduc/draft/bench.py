"""Where a draft is tried out: a city of its own, a store and a vault, all in one private folder of the vault.

What is found out is found by the very code that will run every night: a declaration is written there, loaded,
extracted, anonymised, validated. The folder is wiped when the sandbox is closed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from aqueduc import duck
from aqueduc.declaration import Dataset, load_city, load_dataset
from aqueduc.draft.request import DraftRequest, LookupWithAdHocConnection
from aqueduc.platforms import EMBEDDED
from aqueduc.reports import ReportedFinding
from aqueduc.run import Run, Workspace
from aqueduc.sources.findings import (
    CellErrors,
    DistantCoordinates,
    DistantPositions,
    EarlyMoments,
    PublishedHiddenColumn,
    ReadHiddenRows,
    RepeatedHeaderRows,
    ScatteredShapes,
    ShownDecimals,
    ShownPercents,
    ShownUnits,
    SuspectedBlankGroups,
    SuspectedGroupLabels,
    SuspectedInnerHeaders,
    SuspectedSubtotalRows,
    SwappedCoordinates,
    SwappedPositions,
    UncomputedFormulas,
    UnitInTitle,
)
from aqueduc.sources.origin import LINE
from aqueduc.sources.stage import extract_source
from aqueduc.store import Store, Vault, open_verified_file

Mappings = Mapping[str, Any]


@dataclass(frozen=True)
class ExtractedTable:
    """A source as it was extracted: a Parquet file (``__line``, then its columns).

    ``columns`` are (name, DuckDB type) pairs, in source order. ``rejected`` records could not be cut into
    cells. ``doubts``: what was found of how it is laid out, in French. ``hidden``: where its hidden rows are, None
    without any. ``outlined``: the columns of numbers that a workbook shows with two decimals.
    ``hidden_columns``: those that it hides. ``repeats``: what is said of the rows that repeat the
    header, and are not there.
    """

    path: Path
    columns: tuple[tuple[str, str], ...]
    rows: int
    rejected: int = 0
    doubts: tuple[str, ...] = ()
    hidden: str | None = None
    outlined: tuple[str, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    repeats: ReportedFinding | None = None

    @classmethod
    def build_from_parquet(
        cls, path: Path, scratch: Path, rejected: int = 0, findings: Sequence[ReportedFinding] = ()
    ) -> ExtractedTable:
        source = duck.build_read_parquet_sql(path)
        with duck.open_duckdb(scratch) as con:
            types = duck.read_column_types(con, source)
            rows = duck.count_rows(con, source)
        columns = tuple((name, kind) for name, kind in types.items() if name != LINE)
        hidden = next((one.message for one in findings if one.code == ReadHiddenRows.code), None)
        outlined, hidden_columns = (
            tuple(one.column for one in findings if one.code == kind.code and one.column)
            for kind in (ShownDecimals, PublishedHiddenColumn)
        )
        doubts = _format_layout_doubts(findings)
        repeats = next((one for one in findings if one.code == RepeatedHeaderRows.code), None)
        return cls(path, columns, rows, rejected, doubts, hidden, outlined, hidden_columns, repeats)


@dataclass(frozen=True)
class DraftSandbox:
    """A workspace of its own, inside the private ``folder``; the connections are those of the
    city."""

    workspace: Workspace
    folder: Path

    @classmethod
    @contextmanager
    def open_sandbox(cls, wanted: DraftRequest, workspace: Workspace) -> Iterator[DraftSandbox]:
        """A sandbox for as long as the context lasts. Raises DeclarationError when the city's own file is
        wrong."""
        load_city(workspace.include)
        with workspace.vault.open_scratch_folder() as folder:
            include = folder / "include"
            for room in ("datasets", "schemas", "sql"):
                (include / room).mkdir(parents=True)
            _copy_city_file_without_connections(workspace.include / "city.yaml", include / "city.yaml")
            yield cls(
                replace(
                    workspace,
                    include=include,
                    store=Store((folder / "store").as_uri()),
                    vault=Vault((folder / "vault").as_uri()),
                    connections=LookupWithAdHocConnection(workspace.connections, wanted.look),
                ),
                folder,
            )

    def write_and_load_declaration(
        self, name: str, text: str, schema: Mappings, sql: str | None = None
    ) -> Dataset:
        """Writes a declaration with its schema and query, and loads it. Raises DeclarationError."""
        include = self.workspace.include
        (include / "schemas" / f"{name}.json").write_text(json.dumps(schema, ensure_ascii=False), "utf-8")
        if sql is not None:
            (include / "sql" / f"{name}.sql").write_text(sql, "utf-8")
        path = include / "datasets" / f"{name}.yaml"
        path.write_text(text, "utf-8")
        return load_dataset(path, load_city(include))

    def write_and_load_all_text_declaration(
        self, name: str, source: Mappings, columns: Sequence[str], sql: str | None = None
    ) -> Dataset:
        """A declaration that reads ``source`` as it stands, every column as text, whatever is rejected."""
        columns = list(dict.fromkeys(columns))
        fields = [f"c{rank}" for rank, _ in enumerate(columns)]
        document = {
            "title": name,
            "description": name,
            "owner": name,
            "contact": "personne@exemple.invalid",
            "theme": "GOVE",
            "licence": "lov2",
            "access": "open",
            "cadence": "as-needed",
            "source": dict(source),
            "columns": {
                name: {"publish": True, "as": short} for name, short in zip(columns, fields, strict=True)
            },
            "reject_at_most": 1.0,
            "schema": f"schemas/{name}.json",
            "publish": {
                "mode": "upload",
                "platform": self._get_first_platform_name(),
                "formats": ["csv"],
                "datastore": False,
            },
        }
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        return self.write_and_load_declaration(
            name, text, {"fields": [{"name": field} for field in fields]}, sql
        )

    def run_extract(self, dataset: Dataset, run: str) -> ExtractedTable:
        """The rows of the dataset's source, read by a run of this name. Raises SourceError,
        ConnectionMissing."""
        done = extract_source(dataset, Run(dataset.id, run, force=True), self.workspace)
        if done.handle is None:
            raise AssertionError("a forced extraction gives a handle")
        with open_verified_file(self.workspace.vault, done.handle) as path:
            kept = self.folder / f"{run}.parquet"
            shutil.copyfile(path, kept)
        return ExtractedTable.build_from_parquet(
            kept, self.folder, done.report.rejected, done.report.findings
        )

    def _get_first_platform_name(self) -> str:
        return load_city(self.workspace.include).city.platforms[0].name


def _copy_city_file_without_connections(path: Path, copy: Path) -> None:
    """The city's file without its list of connections, since a first look goes by one that the city cannot
    list, and with platforms that take anything: what one of them refuses is no matter of how a file is read."""
    document = yaml.safe_load(path.read_text("utf-8"))
    for key in ("connections", "environments"):
        document.pop(key, None)
    embedded = next(iter(EMBEDDED.values()))
    if isinstance(document.get("platforms"), dict):
        document["platforms"] = {
            name: {**embedded, "folder": f"portail-{rank}"} for rank, name in enumerate(document["platforms"])
        }
    copy.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")


_OF_LAYOUT = frozenset(
    kind.code
    for kind in (
        SuspectedGroupLabels,
        SuspectedBlankGroups,
        SuspectedInnerHeaders,
        SuspectedSubtotalRows,
        UncomputedFormulas,
        CellErrors,
        EarlyMoments,
        SwappedPositions,
        DistantPositions,
        SwappedCoordinates,
        DistantCoordinates,
        ScatteredShapes,
        ShownPercents,
        ShownUnits,
        UnitInTitle,
    )
)


def _format_layout_doubts(findings: Sequence[ReportedFinding]) -> tuple[str, ...]:
    return tuple(f"{one.message} : {one.remedy}" for one in findings if one.code in _OF_LAYOUT)
