"""From what is wanted and what is there to the writes in between, in the order that is safe. Pure.

Order: what hides comes first (a record that closes is closed before new bytes arrive), what shows comes last
(a record that opens is opened when all is there). An empty list means that nothing has to be written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
        return f"ajouter la ressource {self.resource.spoken}"


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
            return f"remplacer le fichier {self.resource.spoken}"
        return f"mettre à jour la ressource {self.resource.spoken} ({', '.join(self.changed)})"


@dataclass(frozen=True)
class RemoveResource:
    id: str
    format: str
    table: bool
    why: str = "que la déclaration ne publie plus"

    @property
    def name(self) -> str:
        return f"retirer la ressource {self.format}, {self.why}"


@dataclass(frozen=True)
class DefineTable:
    """Makes the table, or adds and drops columns and renews their descriptions. It loses no row."""

    rank: int
    table: WantedTable
    place: str = ""

    @property
    def name(self) -> str:
        return f"définir la table interrogeable{self.place}"


@dataclass(frozen=True)
class FillTable:
    """``since``: send only what differs from these parts. None: send all, then delete what is not ours.
    ``empty``: there is nothing in it yet."""

    rank: int
    table: WantedTable
    since: tuple[str, ...] | None
    empty: bool
    place: str = ""

    @property
    def name(self) -> str:
        if self.since is None:
            return f"charger la table interrogeable{self.place}"
        return f"mettre la table à jour par différence{self.place}"


@dataclass(frozen=True)
class DropTable:
    id: str
    name = "retirer la table interrogeable, que la déclaration ne publie plus"


@dataclass(frozen=True)
class Reorder:
    """Puts our ``count`` resources into the order of what is wanted, among those of others."""

    count: int
    name = "remettre les ressources dans l'ordre"


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
    | Reorder
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
    mode keeps the id), then one that somebody else put there with the same format.

    What holds a slice never becomes another slice, nor the whole, nor the other way round: whoever kept the
    address of 2024 never gets another year by it.
    """
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
                and other.label == resource.label
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
    rules: str = "",
) -> tuple[Write, ...]:
    """The writes. ``proved``: ids of resources whose bytes were fetched and are the wanted ones. ``rules``
    names the treatment that the wanted bytes went through.

    Raises PlatformRejected when the table there has other types or another key than the wanted one.
    """
    writes: list[Write] = [CreateRecord()] if observed is None else _record(wanted, observed)
    first, last = _removals(wanted, pairing, safe=bool(rules) and memory.rules == rules)
    writes += first
    for rank, (resource, there) in enumerate(zip(wanted.resources, pairing.of, strict=True)):
        writes += _resource(rank, resource, there, proved)
        if resource.table is not None:
            writes += _table(rank, resource, resource.table, there, memory)
    writes += last
    if observed is not None and wanted.split and not in_order(observed, pairing):
        writes.append(Reorder(len(wanted.resources)))
    if not wanted.hidden and (observed is None or observed.hidden):
        writes.append(Reveal())
    return tuple(writes)


def _record(wanted: Wanted, observed: Observed) -> list[Write]:
    fields = different(wanted.fields, observed.fields)
    extras = different(wanted.extras, observed.extras)
    moved = tuple(name for name in observed.extras if name in wanted.fields)
    hide = wanted.hidden and not observed.hidden
    return [UpdateRecord(fields, extras, hide, moved)] if fields or extras or hide or moved else []


def _removals(wanted: Wanted, pairing: Pairing, *, safe: bool) -> tuple[list[Write], list[Write]]:
    """What leaves before anything arrives, and what leaves after all has arrived.

    What is withdrawn leaves first. What slices replace (or the whole, slices) leaves last, so that the public
    misses nothing meanwhile; but only when it is ``safe``: made under the rules of today, which take nothing
    away that it still shows.
    """
    labels = {resource.label for resource in wanted.resources}
    first: list[Write] = []
    last: list[Write] = []
    for there in pairing.surplus:
        replaced = bool(there.label) != wanted.split
        write = RemoveResource(there.id, there.format, there.table is not None)
        if replaced:
            write = replace(write, why="que d'autres remplacent")
        elif there.label not in labels:
            write = replace(write, why="dont la partie n'a plus de lignes")
        (last if replaced and safe else first).append(write)
    if wanted.tables:
        first += [
            DropTable(there.id)
            for resource, there in zip(wanted.resources, pairing.of, strict=True)
            if there is not None and there.table is not None and resource.table is None
        ]
    return first, last


def in_order(observed: Observed, pairing: Pairing) -> bool:
    """Whether ours will stand in the wanted order: those that are made come after those that are there."""
    ranks = {there.id: rank for rank, there in enumerate(pairing.of) if there is not None}
    kept = [ranks[resource.id] for resource in observed.resources if resource.id in ranks]
    made = [rank for rank, there in enumerate(pairing.of) if there is None]
    return [*kept, *made] == list(range(len(pairing.of)))


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


def _table(
    rank: int, resource: WantedResource, table: WantedTable, there: ObservedResource | None, memory: Memory
) -> list[Write]:
    held = there.table if there else None
    define = DefineTable(rank, table, resource.place)
    if there is None or held is None:
        return [define, FillTable(rank, table, None, empty=True, place=resource.place)]
    _check_shape(table, held)
    remembered = memory.tables.get(there.id)
    writes: list[Write] = [] if _same_columns(table, held) else [define]
    if _holds(table, held, remembered):
        return writes
    since = _base(table, held, remembered)
    return [*writes, FillTable(rank, table, since, empty=held.count == 0, place=resource.place)]


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
