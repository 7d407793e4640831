"""National schemas (schema.data.gouv.fr): where a city keeps the versions it follows, pinned by their hash.

A version is fetched once, by ``aqueduc fetch-schema``: ``include/schemas/national/<name>/<version>.json`` has
the very bytes that were served; beside it ``<version>.pin.json`` says what they hash to and where they came
from. Both are reviewed and kept with the declarations. Nothing here has a network.
"""

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from aqueduc.declaration.diagnostics.document import MAX_BYTES
from aqueduc.declaration.files import read_bytes_inside_include
from aqueduc.declaration.spec import CustomCheck, SchemaField, TableSchema

FOLDER = PurePosixPath("schemas/national")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*")
"""``owner/schema``, as the catalogue of schema.data.gouv.fr calls it."""
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")
LARGEST_SCHEMA = 4 << 20
"""Bytes. The longest of the real ones has 0.1 MB, their catalogue 0.2."""


@dataclass(frozen=True)
class SchemaPin:
    """``sha256`` of the bytes that ``url`` served on the day ``fetched`` (ISO); ``index``: the catalogue that
    named that address."""

    name: str
    version: str
    sha256: str
    url: str
    index: str
    fetched: str

    def to_bytes(self) -> bytes:
        return (json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n").encode()


def build_schema_path(name: str, version: str) -> str:
    """The path of the bytes of the schema, from ``include/`` on. Both must match the expressions above."""
    return str(FOLDER / name / f"{version}.json")


def build_pin_path(name: str, version: str) -> str:
    return str(FOLDER / name / f"{version}.pin.json")


def read_pin(include: Path, name: str, version: str) -> SchemaPin | None:
    """None where there is none, or where it is none."""
    written = read_bytes_inside_include(include, build_pin_path(name, version), MAX_BYTES)
    try:
        pin = SchemaPin(**json.loads(written or b""))
    except (ValueError, TypeError):
        return None
    texts = all(isinstance(value, str) for value in asdict(pin).values())
    return pin if texts and (pin.name, pin.version) == (name, version) else None


def list_fetched_versions(include: Path, name: str) -> list[str]:
    """The versions of ``name`` that have been fetched."""
    folder = include / FOLDER / name
    if not folder.is_dir():
        return []
    return sorted(path.name.removesuffix(".pin.json") for path in folder.glob("*.pin.json"))


def matches_pinned_hash(pin: SchemaPin, data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == pin.sha256


# --- the part of a schema that is published -----------------------------------------------------------


def prune_unpublished_optional_fields(schema: TableSchema, published: Collection[str]) -> TableSchema:
    """A national schema without the optional fields that nothing publishes, as Validata reads a file that
    has not all columns: only what is required, or in the key, must be there.

    A check about columns that are all absent goes with them; of two columns one of which is required, the one
    that is there is.
    """
    needed = {field.name for field in schema.fields if field.constraints.required} | set(schema.primary_key)
    kept = [field for field in schema.fields if field.name in published or field.name in needed]
    names = {field.name for field in kept}
    alone = {
        name
        for check in schema.custom_checks
        for name in _find_sole_column_of_one_of_required_check(check, names)
    }
    checks = [check for check in schema.custom_checks if _is_applicable_check(check, names)]
    return schema.model_copy(
        update={
            "fields": tuple(
                _add_required_constraint(field) if field.name in alone else field for field in kept
            ),
            "custom_checks": tuple(checks),
            "foreign_keys": tuple(link for link in schema.foreign_keys if names.intersection(link.fields)),
        }
    )


def find_missing_required_fields(schema: TableSchema, published: Collection[str]) -> set[str]:
    """What a city must publish besides to follow the national schema."""
    left = prune_unpublished_optional_fields(schema, published)
    checked = {name for check in left.custom_checks for name in _list_check_columns(check)}
    keyed = {name for link in left.foreign_keys for name in link.fields}
    return ({field.name for field in left.fields} | checked | keyed) - set(published)


def _add_required_constraint(field: SchemaField) -> SchemaField:
    return field.model_copy(update={"constraints": field.constraints.model_copy(update={"required": True})})


def _list_check_columns(check: CustomCheck) -> list[str]:
    """The columns that a check is about."""
    found: list[str] = []
    for parameter in ("column", "column1", "column2", "columns", "othercolumns"):
        value = check.params.get(parameter, [])
        found += [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return found


def _find_sole_column_of_one_of_required_check(check: CustomCheck, names: Collection[str]) -> list[str]:
    present = [name for name in _list_check_columns(check) if name in names]
    return present if check.name == "one-of-required" and len(present) == 1 else []


def _is_applicable_check(check: CustomCheck, names: Collection[str]) -> bool:
    """A check that lacks only some of its columns stays, for the schema to be refused with its reason; both
    columns of ``one-of-required`` absent is such a case."""
    present = [name for name in _list_check_columns(check) if name in names]
    if check.name == "one-of-required":
        return len(present) != 1
    return bool(present) or not _list_check_columns(check)
