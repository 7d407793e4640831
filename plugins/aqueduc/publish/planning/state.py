"""What a publication wants, what a platform has, and what is remembered of it: the operands of the plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, TypeVar

from aqueduc.language import N_, Message, Sentence, _
from aqueduc.publish.client import PublishableFile
from aqueduc.publish.revision.rows import RevisionRows
from aqueduc.record import DatasetSplitPart

T = TypeVar("T")

RecordPresence = Literal["left", "hidden", "absent"]
"""How visitors find a record: as a publication left it, or left open and not shown to them, or gone."""

LONGEST_NAME = 63
"""Bytes: PostgreSQL cuts a longer one."""
_SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


@dataclass(frozen=True)
class TableField:
    """A column of the queryable table: its PostgreSQL type in CKAN's words, and its dictionary entry."""

    name: str
    type: str
    info: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_valid_column_name(self) -> bool:
        """Whether PostgreSQL has a column of this name: it would cut it, or has one of its own in every
        table."""
        return len(self.name.encode()) <= LONGEST_NAME and self.name not in _SYSTEM_COLUMNS


@dataclass(frozen=True)
class DesiredTable:
    """The table that a publication wants. ``partitions``: the store keys of what it must hold; ``rows`` reads
    them. Without a ``key`` it can only be replaced whole."""

    fields: tuple[TableField, ...]
    key: tuple[str, ...]
    count: int
    partitions: tuple[str, ...]
    rows: RevisionRows


@dataclass(frozen=True)
class DesiredResource:
    """One resource, in the platform's own field names; ``file`` is None for a link. ``slice`` and ``rows``:
    which rows it holds, and how many, when the dataset is split. ``unread``: what is sent with ``fields`` and
    cannot be read back as it was sent."""

    format: str
    fields: Mapping[str, Any]
    file: PublishableFile | None = None
    table: DesiredTable | None = None
    slice: DatasetSplitPart | None = None
    rows: int | None = None
    unread: Mapping[str, Any] = field(default_factory=dict)

    @property
    def slice_label(self) -> str:
        """Which rows it holds, as the platform knows it; empty when it holds them all."""
        return self.slice.label if self.slice else ""

    @property
    def slice_note(self) -> Sentence:
        """``, partie 3``, or nothing: what a message may say of a slice."""
        return _(", partie {number}").format(number=self.slice.number) if self.slice else ""

    @property
    def display_name(self) -> Message:
        return Message("{}{}").format(self.format, self.slice_note)


@dataclass(frozen=True)
class DesiredRecord:
    """The record that a publication wants, in the platform's own field names. ``fields`` go to the first
    level of the record and ``extras`` beside them. ``hidden``: only members of the organisation may see the
    record and its files. ``tables``: whether tables are ours to manage there; ``overwrites``: whether a row
    can be written over another in the transaction that changes others. ``restless``: fields that the platform
    changes by itself while resources are written. ``upkeep``: those that differ without anybody's doing."""

    slug: str
    fields: Mapping[str, Any]
    extras: Mapping[str, str]
    hidden: bool
    resources: tuple[DesiredResource, ...]
    tables: bool
    overwrites: bool = True
    restless: frozenset[str] = frozenset()
    upkeep: frozenset[str] = frozenset()

    def without_fields(self, names: Collection[str]) -> DesiredRecord:
        """The same, that says nothing of ``names``: they are compared, written and read back no more."""
        if not names:
            return self
        fields = {name: value for name, value in self.fields.items() if name not in names}
        extras = {name: value for name, value in self.extras.items() if name not in names}
        return replace(self, fields=fields, extras=extras)

    @property
    def has_slices(self) -> bool:
        """Whether the data come in slices."""
        return any(resource.slice for resource in self.resources)


@dataclass(frozen=True)
class ObservedTable:
    """A queryable table as the platform has it. ``home``: the id of the resource that holds the rows, where
    they are written: the one that shows them, or its backing resource. Empty when not known."""

    fields: tuple[TableField, ...]
    key: frozenset[str] | None
    count: int
    home: str = ""


@dataclass(frozen=True)
class ObservedResource:
    """A resource as the platform has it. ``managed``: made by Aqueduc, as the platform says or as we
    remember; so is ``slice_label``, which slice of the data it holds (empty: all of them). ``flagged``: the
    platform says that it can be queried. ``stable_url``: where else its file is, whatever the revision.
    ``stamp``: what the platform itself says of the bytes, that changes when they do; empty where it says
    nothing."""

    id: str
    format: str
    url: str
    fields: Mapping[str, Any]
    managed: bool
    table: ObservedTable | None = None
    label: str = ""
    flagged: bool = True
    stable_url: str = ""
    stamp: str = ""

    @property
    def file_addresses(self) -> Mapping[str, str]:
        """Where its file is, each with what a proof calls it, marked for the catalogue."""
        return {self.url: "", **({self.stable_url: N_(", adresse stable")} if self.stable_url else {})}


@dataclass(frozen=True)
class BackingResource:
    """A resource of ours that only holds rows: the table of the resource ``of``, which shows them under its
    own id, or one that was being built for it. ``table`` is None while there is none."""

    id: str
    of: str
    table: ObservedTable | None


@dataclass(frozen=True)
class ObservedRecord:
    """A record as the platform has it, in the same shape as what is wanted. ``organisation`` is an id.
    ``backing_resources`` are not among ``resources``. ``due``: nobody changed it, and a publication has
    something to see to all the same."""

    id: str
    deleted: bool
    hidden: bool
    organisation: str
    fields: Mapping[str, Any]
    extras: Mapping[str, str]
    resources: tuple[ObservedResource, ...]
    backing_resources: tuple[BackingResource, ...] = ()
    due: bool = False

    def get_field_text(self, name: str) -> str:
        """A field or an extra, as text; empty when there is none."""
        return str(self.fields.get(name) or self.extras.get(name) or "")


@dataclass(frozen=True)
class LastAppliedTableContents:
    """What the table of a resource held when it was last brought up to date, to compute what changes.
    ``partitions`` is empty from the first write on until the last one has been made."""

    columns: tuple[str, ...]
    partitions: tuple[str, ...]


@dataclass(frozen=True)
class TableThroughput:
    """How many rows a second this platform took, when it was last measured over enough of them: put into a
    new table, and compared with its key. The defaults are those of the sandbox's CKAN on two cores."""

    load: float = 2_500.0
    upsert: float = 1_000.0


@dataclass(frozen=True)
class LastModification:
    """The city's day (ISO 8601) on which what is published last changed, the digest of what it then was, and
    the head of the ledger before it (``Store.read_newest_ledger_entry_name``). Saved before the first write: after a
    death, a platform may show a day of its own. The head moves with the content only: a certificate, which comes
    after, makes no new write."""

    content: str
    day: str
    ledger_head: str = ""


@dataclass(frozen=True)
class LastSighting:
    """What the last look found of a record, beside what the last publication left, as the ledger says it: how visitors
    find the ``record``, and the ``differences``, in French."""

    record: RecordPresence = "left"
    differences: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, raw: Mapping[str, Any] | None) -> LastSighting:
        return cls(raw["record"], tuple(raw["differences"])) if raw else cls()


@dataclass(frozen=True)
class PlatformState:
    """Identity on a platform (``store/datasets/<id>/platforms/<name>.json``).

    By id of resource: ``resources`` its format, ``labels`` the slice it holds (those that hold all are left
    out), ``links`` where it leads if it has no file, ``tables`` what the table at home there held. ``rules``
    names the treatment that all of it went through, and is empty when that is not known. ``last_applied``
    (``left`` in the file): digests of our fields, and of what tells their bytes and rows, as they were read
    back; while a publication is going on, and after one that died, only of those fields that it had no reason
    to change. ``withdrawn``: it was taken away from the public by a decision, and no publication has brought it back
    since: what is missing there is nobody's act. ``organisation``: how the platform called the city's organisation; empty
    where it was not asked. ``seen``: what was found there since.

    Losing it costs nothing but a full comparison of the tables: the platform carries the same marks.
    """

    record: str | None = None
    resources: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, LastAppliedTableContents] = field(default_factory=dict)
    rules: str = ""
    rates: TableThroughput = TableThroughput()
    last_applied: Mapping[str, str] = field(default_factory=dict)
    modification: LastModification | None = None
    withdrawn: bool = False
    organisation: str = ""
    seen: LastSighting = LastSighting()

    def with_resource(self, identifier: str, kind: str, label: str) -> PlatformState:
        labels = {**copy_without_key(self.labels, identifier), **({identifier: label} if label else {})}
        return replace(self, resources={**self.resources, identifier: kind}, labels=labels)

    def without_resource(self, identifier: str) -> PlatformState:
        return replace(
            self,
            resources=copy_without_key(self.resources, identifier),
            labels=copy_without_key(self.labels, identifier),
            links=copy_without_key(self.links, identifier),
            tables=copy_without_key(self.tables, identifier),
        )

    def with_table(self, identifier: str, table: LastAppliedTableContents) -> PlatformState:
        return replace(self, tables={**self.tables, identifier: table})

    def to_json(self) -> dict[str, Any]:
        return {
            "record": self.record,
            "resources": dict(self.resources),
            "labels": dict(self.labels),
            "links": dict(self.links),
            "tables": {
                identifier: {"columns": list(table.columns), "parts": list(table.partitions)}
                for identifier, table in self.tables.items()
            },
            "rules": self.rules,
            "left": dict(self.last_applied),
            "rates": {"load": self.rates.load, "upsert": self.rates.upsert},
            "modification": asdict(self.modification) if self.modification else None,
            "withdrawn": self.withdrawn,
            "organisation": self.organisation,
            "seen": asdict(self.seen),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any] | None) -> PlatformState:
        if not raw:
            return cls()
        return cls(
            record=raw.get("record"),
            resources=dict(raw.get("resources") or {}),
            labels=dict(raw.get("labels") or {}),
            links=dict(raw.get("links") or {}),
            tables={
                identifier: LastAppliedTableContents(tuple(table["columns"]), tuple(table["parts"]))
                for identifier, table in (raw.get("tables") or {}).items()
            },
            rules=str(raw.get("rules") or ""),
            rates=TableThroughput(**raw.get("rates") or {}),
            last_applied=dict(raw.get("left") or {}),
            modification=LastModification(**raw["modification"]) if raw.get("modification") else None,
            withdrawn=bool(raw.get("withdrawn")),
            organisation=str(raw.get("organisation") or ""),
            seen=LastSighting.from_json(raw.get("seen")),
        )


def build_platform_state_key(dataset: str, platform: str) -> str:
    return f"datasets/{dataset}/platforms/{platform}.json"


def copy_without_key(of: Mapping[str, T], identifier: str) -> dict[str, T]:
    return {key: value for key, value in of.items() if key != identifier}
