"""What a publication wants, what a platform has, and what is remembered of it: the operands of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from aqueduc.publish.client import LocalFile
from aqueduc.publish.rows import Rows
from aqueduc.record import Slice

T = TypeVar("T")


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
    """One resource, in the platform's own field names; ``file`` is None for a link. ``slice`` and ``rows``:
    which rows it holds, and how many, when the dataset is split."""

    format: str
    fields: Mapping[str, Any]
    file: LocalFile | None = None
    table: WantedTable | None = None
    slice: Slice | None = None
    rows: int | None = None

    @property
    def label(self) -> str:
        """Which rows it holds, as the platform knows it; empty when it holds them all."""
        return self.slice.label if self.slice else ""

    @property
    def place(self) -> str:
        """``, partie 3``, or nothing: what a message may say of a slice."""
        return f", partie {self.slice.number}" if self.slice else ""

    @property
    def spoken(self) -> str:
        return f"{self.format}{self.place}"


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

    @property
    def split(self) -> bool:
        """Whether the data come in slices."""
        return any(resource.slice for resource in self.resources)


@dataclass(frozen=True)
class ObservedTable:
    fields: tuple[TableField, ...]
    key: frozenset[str] | None
    count: int


@dataclass(frozen=True)
class ObservedResource:
    """``managed``: made by Aqueduc, as the platform says or as we remember; so is ``label``, which slice of
    the data it holds (empty: all of them)."""

    id: str
    format: str
    url: str
    fields: Mapping[str, Any]
    managed: bool
    table: ObservedTable | None = None
    label: str = ""


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
    """What the table of a resource held when it was last brought up to date, to compute what changes.
    ``parts`` is empty from the first write on until the last one has been made."""

    columns: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Memory:
    """Identity on a platform (``store/datasets/<id>/platforms/<name>.json``).

    By id of resource: ``resources`` its format, ``labels`` the slice it holds (those that hold all are left
    out), ``tables`` what its table held. ``rules`` names the treatment that all of it went through, and is
    empty when that is not known.

    Losing it costs nothing but a full comparison of the tables: the platform carries the same marks.
    """

    record: str | None = None
    resources: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, TableMemory] = field(default_factory=dict)
    rules: str = ""

    def with_resource(self, identifier: str, kind: str, label: str) -> Memory:
        labels = {**_without(self.labels, identifier), **({identifier: label} if label else {})}
        return replace(self, resources={**self.resources, identifier: kind}, labels=labels)

    def without_resource(self, identifier: str) -> Memory:
        return replace(
            self,
            resources=_without(self.resources, identifier),
            labels=_without(self.labels, identifier),
            tables=_without(self.tables, identifier),
        )

    def with_table(self, identifier: str, table: TableMemory) -> Memory:
        return replace(self, tables={**self.tables, identifier: table})

    def to_json(self) -> dict[str, Any]:
        return {
            "record": self.record,
            "resources": dict(self.resources),
            "labels": dict(self.labels),
            "tables": {
                identifier: {"columns": list(table.columns), "parts": list(table.parts)}
                for identifier, table in self.tables.items()
            },
            "rules": self.rules,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any] | None) -> Memory:
        if not raw:
            return cls()
        return cls(
            record=raw.get("record"),
            resources=dict(raw.get("resources") or {}),
            labels=dict(raw.get("labels") or {}),
            tables={
                identifier: TableMemory(tuple(table["columns"]), tuple(table["parts"]))
                for identifier, table in (raw.get("tables") or {}).items()
            },
            rules=str(raw.get("rules") or ""),
        )


def _without(of: Mapping[str, T], identifier: str) -> dict[str, T]:
    return {key: value for key, value in of.items() if key != identifier}
