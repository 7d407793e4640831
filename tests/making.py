"""Declarations and places made on the spot, for tests: a small city on disk, with a store and a vault."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import City, Dataset, load_city, load_dataset
from aqueduc.publish import PublishReport
from aqueduc.run import Run, Workspace
from aqueduc.sources.report import ExtractReport
from aqueduc.store import ParquetFileHandle, Store, Vault, Window

CITY: dict[str, Any] = {
    "name": "Ville d'Essai",
    "organisation": "ville-aix-en-provence",
    "siren": "211300017",
    "insee": "13001",
    "bbox": [5.2696, 43.4461, 5.5063, 43.6250],
    "agreement": "none",
    "convention": {"partner": "Région", "notified": "2025-01-15", "project_lead": "chef@region.example"},
    "platforms": {"datasud": {"type": "ckan", "connection": "datasud"}},
    "defaults": {"licence": "lov2", "contact": "opendata@ville.example", "platform": "datasud"},
}


@dataclass(frozen=True)
class Desk:
    """A city's folder with its store and vault, and what tests do with them."""

    place: Workspace

    @property
    def include(self) -> Path:
        return self.place.include

    @property
    def city(self) -> City:
        return load_city(self.include).city

    def write(self, name: str, document: Mapping[str, Any] | str) -> Path:
        path = self.include / "datasets" / f"{name}.yaml"
        text = document if isinstance(document, str) else yaml.safe_dump(dict(document), allow_unicode=True)
        path.write_text(text, encoding="utf-8")
        return path

    def schema(self, name: str, fields: Sequence[Mapping[str, Any]], **more: Any) -> None:
        document = {"fields": list(fields), **more}
        (self.include / "schemas" / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False))

    def dataset(self, name: str = "jeu", **changes: Any) -> Dataset:
        """Writes and loads a declaration: a sound one, with ``changes`` over it.

        The schema has a string field for each published column, unless ``fields`` gives them.
        """
        fields = changes.pop("fields", None)
        document = {**declaration(), **changes}
        if fields is None:
            fields = [{"name": column} for column in published_names(document["columns"])]
        self.schema("jeu", fields)
        return load_dataset(self.write(name, document), load_city(self.include))

    def run(self, window: Window | None = None, identifier: str = "essai", **more: Any) -> Run:
        return Run(dataset="jeu", id=identifier, window=window, **more)

    def raw(self, table: pa.Table, run: Run) -> ParquetFileHandle:
        """Puts ``table`` (with or without ``__line``) into the vault, as the extract of ``run``."""
        if "__line" not in table.column_names:
            lines = pa.array(range(1, table.num_rows + 1), pa.int64())
            table = table.add_column(0, "__line", lines)
        with self.place.vault.open_scratch_folder() as scratch:
            local = scratch / "raw.parquet"
            pq.write_table(table, local)
            return self.place.vault.store_raw_extract(
                local, dataset=run.dataset, run=run.id, rows=table.num_rows, window=run.window
            )

    def read(self, handle: ParquetFileHandle) -> pa.Table:
        root = self.place.store if handle.stage == "valid" else self.place.vault
        with root.open_local_file_of_key(handle.key) as path:
            return pq.read_table(path)


def declaration() -> dict[str, Any]:
    """A sound declaration of a dataset ``jeu``."""
    return {
        "title": "Jeu d'essai",
        "description": "Un jeu pour essayer.",
        "owner": "Direction des essais",
        "theme": "GOVE",
        "cadence": "weekly",
        "source": {"file": "depot", "path": "jeu.csv"},
        "columns": {"quartier": "publish"},
        "schema": "schemas/jeu.json",
        "publish": {"mode": "upload"},
    }


def published_names(columns: Mapping[str, Any]) -> list[str]:
    return [
        rule.get("as", name) if isinstance(rule, dict) else name
        for name, rule in columns.items()
        if rule != "drop"
    ]


def desk(root: Path, environment: Mapping[str, str] | None = None) -> Desk:
    """A fresh desk below ``root``."""
    include = root / "include"
    for folder in ("datasets", "schemas", "sql"):
        (include / folder).mkdir(parents=True, exist_ok=True)
    (include / "city.yaml").write_text(yaml.safe_dump(CITY, allow_unicode=True), encoding="utf-8")
    return Desk(
        Workspace(
            include=include,
            store=Store((root / "store").as_uri()),
            vault=Vault((root / "vault").as_uri()),
            connections=EnvironmentConnections(dict(environment or {})),
        )
    )


def extract_report(rows: int = 0, rejected: int = 0, **facts: Any) -> ExtractReport:
    """That of an extraction of ``jeu``, sound but for ``facts``."""
    sound: dict[str, Any] = {
        "dataset": "jeu",
        "run": "essai",
        "source": {},
        "window": None,
        "columns": (),
        "unchanged": False,
        "output_sha256": "e" * 64,
        "seconds": 0.0,
    }
    return ExtractReport(rows=rows, rejected=rejected, **{**sound, **facts})


def publish_report(**facts: Any) -> PublishReport:
    """That of a publication of ``jeu``, sound but for ``facts``."""
    sound: dict[str, Any] = {
        "dataset": "jeu",
        "run": "essai",
        "fingerprint": "f" * 64,
        "passed": True,
        "dry_run": False,
        "platform": "datasud",
        "mode": "upload",
        "access": "public",
        "licence": "lov2",
        "input_sha256": "a" * 64,
        "output_sha256": "b" * 64,
    }
    return PublishReport(**{**sound, **facts})
