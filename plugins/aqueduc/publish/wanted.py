"""What a publication wants, what a platform has, and what is remembered of it: the operands of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aqueduc.publish.client import LocalFile
from aqueduc.publish.rows import Rows


@dataclass(frozen=True)
class TableField:
    """A column of the queryable table: its PostgreSQL type in CKAN's words, and its dictionary entry."""

    name: str
    type: str
    info: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WantedTable:
    """``parts`` are the store keys of what it must hold, ``rows`` reads them."""

    fields: tuple[TableField, ...]
    key: tuple[str, ...]
    count: int
    parts: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True)
class WantedResource:
    """One resource, in the platform's own field names; ``file`` is None for a link."""

    format: str
    fields: Mapping[str, Any]
    file: LocalFile | None = None
    table: WantedTable | None = None


@dataclass(frozen=True)
class Wanted:
    """``fields`` go to the first level of the record and ``extras`` beside them. ``hidden``: only members of
    the organisation may see the record and its files. ``tables``: whether tables are ours to manage there."""

    slug: str
    fields: Mapping[str, Any]
    extras: Mapping[str, str]
    hidden: bool
    resources: tuple[WantedResource, ...]
    tables: bool


@dataclass(frozen=True)
class ObservedTable:
    fields: tuple[TableField, ...]
    key: frozenset[str] | None
    count: int


@dataclass(frozen=True)
class ObservedResource:
    """``managed``: made by Aqueduc, as the platform says or as we remember."""

    id: str
    format: str
    url: str
    fields: Mapping[str, Any]
    managed: bool
    table: ObservedTable | None = None


@dataclass(frozen=True)
class Observed:
    """A record as the platform has it, in the same shape as what is wanted. ``organisation`` is an id."""

    id: str
    deleted: bool
    hidden: bool
    organisation: str
    fields: Mapping[str, Any]
    extras: Mapping[str, str]
    resources: tuple[ObservedResource, ...]

    def value(self, name: str) -> str:
        """A field or an extra, as text; empty when there is none."""
        return str(self.fields.get(name) or self.extras.get(name) or "")


@dataclass(frozen=True)
class TableMemory:
    """What the table held when it was last brought up to date, to compute what changes. ``parts`` is empty
    from the first write on until the last one has been made."""

    resource: str
    columns: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Memory:
    """Identity on a platform (``store/datasets/<id>/platforms/<name>.json``). ``resources``: id → format.

    Losing it costs nothing but a full comparison of the table: the platform carries the same marks.
    """

    record: str | None = None
    resources: Mapping[str, str] = field(default_factory=dict)
    table: TableMemory | None = None

    def with_resource(self, identifier: str, kind: str) -> Memory:
        return replace(self, resources={**self.resources, identifier: kind})

    def without_resource(self, identifier: str) -> Memory:
        kept = {key: kind for key, kind in self.resources.items() if key != identifier}
        return replace(self, resources=kept)

    def to_json(self) -> dict[str, Any]:
        table = self.table
        return {
            "record": self.record,
            "resources": dict(self.resources),
            "table": {
                "resource": table.resource,
                "columns": list(table.columns),
                "parts": list(table.parts),
            }
            if table
            else None,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any] | None) -> Memory:
        if not raw:
            return cls()
        table = raw.get("table")
        return cls(
            record=raw.get("record"),
            resources=dict(raw.get("resources") or {}),
            table=TableMemory(table["resource"], tuple(table["columns"]), tuple(table["parts"]))
            if table
            else None,
        )
