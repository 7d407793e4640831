"""The national schemas (schema.data.gouv.fr) and their example files, where a copy of them lies beside the
project: read, never copied into it.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastexcel

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "reference" / "schemas"

# What the verdict on a cell depends on; frictionless also refuses a schema for its wrong examples.
_PROPERTIES = (
    "name", "type", "format", "constraints", "missingValues", "trueValues", "falseValues", "decimalChar",
    "groupChar", "bareNumber", "arrayItem",
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A file with the schema it illustrates; cells are texts, rows as long as the header."""

    path: Path
    schema: dict[str, Any]
    header: list[str]
    rows: list[list[str]]

    @property
    def columns(self) -> dict[str, list[str]]:
        return {name: [row[rank] for row in self.rows] for rank, name in enumerate(self.header)}

    def narrow_schema(self) -> dict[str, Any]:
        """The schema of the columns that the file has; a key that lacks one of them is none."""
        fields = {field["name"]: field for field in self.schema["fields"]}
        kept = {**self.schema, "fields": [fields[name] for name in self.header]}
        key = self.schema.get("primaryKey", [])
        names = [key] if isinstance(key, str) else key
        if not set(names) <= set(self.header):
            kept.pop("primaryKey", None)
        return kept


def table_schemas() -> dict[str, dict[str, Any]]:
    """By path; a schema that describes no table (a JSON Schema) is not there."""
    found = {path.relative_to(FOLDER).as_posix(): _schema(path) for path in sorted(FOLDER.glob("*/*.json"))}
    return {name: schema for name, schema in found.items() if schema is not None}


def _schema(path: Path) -> dict[str, Any] | None:
    document = json.loads(path.read_text("utf-8"))
    if not isinstance(document, dict) or not isinstance(document.get("fields"), list):
        return None
    fields = [{name: field[name] for name in _PROPERTIES if name in field} for field in document["fields"]]
    kept = {
        name: document[name] for name in ("missingValues", "primaryKey", "custom_checks") if name in document
    }
    return {"fields": fields, **kept}


def examples() -> list[Example]:
    """Each CSV and Excel file with each Table Schema of its folder; columns the schema has not are left
    out."""
    schemas = table_schemas()
    return [
        _example(path, schema)
        for path in sorted([*FOLDER.glob("*/*.csv"), *FOLDER.glob("*/*.xls")])
        for name, schema in schemas.items()
        if name.startswith(f"{path.parent.name}/")
    ]


def _example(path: Path, schema: dict[str, Any]) -> Example:
    read = _cells(path)
    names = {field["name"] for field in schema["fields"]}
    places = [rank for rank, name in enumerate(read[0]) if name in names and read[0].index(name) == rank]
    rows = [[row[rank] if rank < len(row) else "" for rank in places] for row in read[1:]]
    return Example(path, schema, [read[0][rank] for rank in places], rows)


def _cells(path: Path) -> list[list[str]]:
    if path.suffix == ".xls":
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_arrow()
        return [[cell or "" for cell in row.values()] for row in sheet.to_pylist()]
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
