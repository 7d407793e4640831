"""From what is wanted and what is there to the writes in between, in the order that is safe. Pure.

Order: what hides comes first (a record that closes is closed before new bytes arrive), what shows comes last
(a record that opens is opened when all is there). An empty list means that nothing has to be written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aqueduc.errors import PlatformRejected
from aqueduc.publish.wanted import (
    Memory,
    Observed,
    ObservedResource,
    ObservedTable,
    TableMemory,
    Wanted,
    WantedResource,
    WantedTable,
)

INTEGERS = frozenset({"bigint", "int8"})


@dataclass(frozen=True)
class CreateRecord:
    """Makes the record, hidden until the rest is there."""

    name = "créer la fiche, cachée"


@dataclass(frozen=True)
class UpdateRecord:
    """``fields`` and ``extras`` hold only what differs. ``hide``: closes it to visitors as well. ``moved``:
    extras that have become fields of their own and must not stand in both places."""

    fields: Mapping[str, Any]
    extras: Mapping[str, str]
    hide: bool
    moved: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        said = dict.fromkeys([*self.fields, *self.extras, *self.moved, *(["private"] if self.hide else [])])
        return f"mettre à jour la fiche ({', '.join(said)})"


@dataclass(frozen=True)
class CreateResource:
    rank: int
    resource: WantedResource

    @property
    def name(self) -> str:
        return f"ajouter la ressource {self.resource.format}"


@dataclass(frozen=True)
class UpdateResource:
    """``changed``: what differs. ``send``: replace the file. ``unhost``: a file gives way to a link."""

    rank: int
    id: str
    resource: WantedResource
    changed: Mapping[str, Any]
    send: bool
    unhost: bool

    @property
    def name(self) -> str:
        if self.send:
            return f"remplacer le fichier {self.resource.format}"
        return f"mettre à jour la ressource {self.resource.format} ({', '.join(self.changed)})"


@dataclass(frozen=True)
class RemoveResource:
    id: str
    format: str
    table: bool

    @property
    def name(self) -> str:
        return f"retirer la ressource {self.format}, que la déclaration ne publie plus"


@dataclass(frozen=True)
class DefineTable:
    """Makes the table, or adds and drops columns and renews their descriptions. It loses no row."""

    rank: int
    table: WantedTable
    name = "définir la table interrogeable"


@dataclass(frozen=True)
class FillTable:
    """``since``: send only what differs from these parts. None: send all, then delete what is not ours.
    ``empty``: there is nothing in it yet."""

    rank: int
    table: WantedTable
    since: tuple[str, ...] | None
    empty: bool

    @property
    def name(self) -> str:
        return (
            "charger la table interrogeable"
            if self.since is None
            else "mettre la table à jour par différence"
        )


@dataclass(frozen=True)
class DropTable:
    id: str
    name = "retirer la table interrogeable, que la déclaration ne publie plus"


@dataclass(frozen=True)
class Reveal:
    name = "ouvrir la fiche au public"


Write = (
    CreateRecord
    | UpdateRecord
    | CreateResource
    | UpdateResource
    | RemoveResource
    | DefineTable
    | FillTable
    | DropTable
    | Reveal
)


@dataclass(frozen=True)
class Pairing:
    """Which resource of the platform carries which wanted one (``None``: none does yet), and those of ours
    that nothing wants any more."""

    of: tuple[ObservedResource | None, ...]
    surplus: tuple[ObservedResource, ...] = field(default=())


def pair(wanted: Wanted, observed: Observed | None) -> Pairing:
    """Identity of resources: ours with the same format first, then ours with another (a change of format or
    mode keeps the id), then one that somebody else put there with the same format."""
    there = observed.resources if observed else ()
    ours = [resource for resource in there if resource.managed]
    others = [
        resource
        for resource in there
        if resource not in ours and resource.fields.get("data_type", "raw") in ("raw", "", None)
    ]
    found: dict[int, ObservedResource] = {}
    for pool, same_format in ((ours, True), (ours, False), (others, True)):
        for rank, resource in enumerate(wanted.resources):
            fitting = (
                other
                for other in pool
                if other not in found.values()
                and (not same_format or other.format.casefold() == resource.format.casefold())
            )
            match = None if rank in found else next(fitting, None)
            if match is not None:
                found[rank] = match
    surplus = tuple(resource for resource in ours if resource not in found.values())
    return Pairing(tuple(found.get(rank) for rank in range(len(wanted.resources))), surplus)


def plan(
    wanted: Wanted,
    observed: Observed | None,
    pairing: Pairing,
    memory: Memory,
    proved: frozenset[str] = frozenset(),
) -> tuple[Write, ...]:
    """The writes. ``proved``: ids of resources whose bytes were fetched and are the wanted ones.

    Raises PlatformRejected when the table there has other types or another key than the wanted one.
    """
    writes: list[Write] = [CreateRecord()] if observed is None else _record(wanted, observed)
    writes += _removals(wanted, pairing)
    for rank, (resource, there) in enumerate(zip(wanted.resources, pairing.of, strict=True)):
        writes += _resource(rank, resource, there, proved)
        if resource.table is not None:
            writes += _table(rank, resource.table, there, memory)
    if not wanted.hidden and (observed is None or observed.hidden):
        writes.append(Reveal())
    return tuple(writes)


def _record(wanted: Wanted, observed: Observed) -> list[Write]:
    fields = different(wanted.fields, observed.fields)
    extras = different(wanted.extras, observed.extras)
    moved = tuple(name for name in observed.extras if name in wanted.fields)
    hide = wanted.hidden and not observed.hidden
    return [UpdateRecord(fields, extras, hide, moved)] if fields or extras or hide or moved else []


def _removals(wanted: Wanted, pairing: Pairing) -> list[Write]:
    writes: list[Write] = [
        RemoveResource(resource.id, resource.format, resource.table is not None)
        for resource in pairing.surplus
    ]
    if wanted.tables:
        writes += [
            DropTable(there.id)
            for resource, there in zip(wanted.resources, pairing.of, strict=True)
            if there is not None and there.table is not None and resource.table is None
        ]
    return writes


def _resource(
    rank: int, resource: WantedResource, there: ObservedResource | None, proved: frozenset[str]
) -> list[Write]:
    if there is None:
        return [CreateResource(rank, resource)]
    changed = different(resource.fields, there.fields)
    send = resource.file is not None and there.id not in proved
    unhost = resource.file is None and there.fields.get("url_type") == "upload"
    if not (changed or send or unhost):
        return []
    return [UpdateResource(rank, there.id, resource, changed, send, unhost)]


def _table(rank: int, table: WantedTable, there: ObservedResource | None, memory: Memory) -> list[Write]:
    held = there.table if there else None
    if there is None or held is None:
        return [DefineTable(rank, table), FillTable(rank, table, None, empty=True)]
    _check_shape(table, held)
    remembered = memory.table if memory.table and memory.table.resource == there.id else None
    writes: list[Write] = [] if _same_columns(table, held) else [DefineTable(rank, table)]
    if _holds(table, held, remembered):
        return writes
    since = _base(table, held, remembered)
    return [*writes, FillTable(rank, table, since, empty=held.count == 0)]


def _holds(table: WantedTable, held: ObservedTable, remembered: TableMemory | None) -> bool:
    columns = tuple(column.name for column in table.fields)
    return (
        remembered is not None
        and remembered.parts == table.parts
        and set(columns) <= set(remembered.columns)
        and held.count == table.count
    )


def _base(table: WantedTable, held: ObservedTable, remembered: TableMemory | None) -> tuple[str, ...] | None:
    """The parts to compare with, when what the table holds is known; None: all has to be sent."""
    columns = tuple(column.name for column in table.fields)
    if remembered is None or not remembered.parts or remembered.columns != columns:
        return None
    return remembered.parts if held.count else None


def changed_types(table: WantedTable, held: ObservedTable) -> list[str]:
    """The columns that the platform has under another type than the wanted one."""
    types = {column.name: _type(column.type) for column in held.fields}
    return [
        column.name
        for column in table.fields
        if types.get(column.name, _type(column.type)) != _type(column.type)
    ]


def _check_shape(table: WantedTable, held: ObservedTable) -> None:
    changed = changed_types(table, held)
    if not changed and held.key in (None, frozenset(table.key)):
        return
    what = f"le type de {', '.join(changed)}" if changed else f"la clé ({', '.join(table.key)})"
    raise PlatformRejected(
        f"La table interrogeable de la plateforme ne peut pas suivre la déclaration : {what} a changé.",
        where="DataStore de la ressource",
        remedy="publier une fois avec « datastore: false », qui retire cette table, puis remettre "
        "« datastore: true » ; rien n'a été modifié",
    )


def _same_columns(table: WantedTable, held: ObservedTable) -> bool:
    there = {column.name: dict(column.info) for column in held.fields}
    return there == {column.name: dict(column.info) for column in table.fields}


def _type(name: str) -> str:
    return "int8" if name in INTEGERS else name


# --- comparing ------------------------------------------------------------------------------------------


def different(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The wanted entries that are not found as they should be."""
    return {name: value for name, value in wanted.items() if _plain(value) != _plain(found.get(name))}


def _plain(value: Any) -> Any:
    """A form in which what platforms rewrite (JSON spacing, line ends, nothing as None or "") is equal."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value] or None
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").strip()
    if text.startswith(("{", "[")):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text or None
