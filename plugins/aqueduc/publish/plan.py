"""From what is wanted and what is there to the writes in between, in the order that is safe. Pure.

Order: what hides comes first (a record that closes is closed before new bytes arrive), what shows comes last
(a record that opens is opened when all is there). An empty list means that nothing has to be written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aqueduc.publish.delta import Delta
from aqueduc.publish.wanted import (
    Carrier,
    Memory,
    Observed,
    ObservedResource,
    ObservedTable,
    Rates,
    TableMemory,
    Wanted,
    WantedResource,
    WantedTable,
)

_INTEGERS = frozenset({"bigint", "int8"})


@dataclass(frozen=True)
class CreateRecord:
    """Makes the record, hidden until the rest is there."""

    name = "créer la fiche, cachée"


@dataclass(frozen=True)
class UpdateRecord:
    """``fields`` and ``extras`` hold only what differs. ``hide``: closes it to visitors as well. ``moved``:
    extras that have become fields of their own and must not stand in both places. ``seen``: what the fields
    were when this was planned."""

    fields: Mapping[str, Any]
    extras: Mapping[str, str]
    hide: bool
    moved: tuple[str, ...] = ()
    seen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        said = dict.fromkeys([*self.fields, *self.extras, *self.moved, *(["private"] if self.hide else [])])
        return f"mettre à jour la fiche ({', '.join(said)})"


@dataclass(frozen=True)
class CreateResource:
    """``id``: of one of ours that somebody deleted, to be had again where the platform lets ids be chosen."""

    rank: int
    resource: WantedResource
    id: str | None = None

    @property
    def name(self) -> str:
        if self.id is not None:
            return f"remettre la ressource {self.resource.spoken}, supprimée sur la plateforme"
        return f"ajouter la ressource {self.resource.spoken}"


@dataclass(frozen=True)
class UpdateResource:
    """``changed``: what differs. ``send``: replace the file. ``unhost``: a file gives way to a link.
    ``seen``: what its fields were when this was planned."""

    rank: int
    id: str
    resource: WantedResource
    changed: Mapping[str, Any]
    send: bool
    unhost: bool
    seen: Mapping[str, Any] = field(default_factory=dict)

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
    """Makes the table at ``home`` (None: at its resource's own id), or renews what its columns are said to
    be. It touches no row."""

    rank: int
    table: WantedTable
    place: str = ""
    home: str | None = None

    @property
    def name(self) -> str:
        return f"définir la table interrogeable{self.place}"


@dataclass(frozen=True)
class FillTable:
    """While nobody sees it, in batches. ``change``: send only that. None: send all, then delete what is not
    ours. ``empty``: there is nothing in it yet."""

    rank: int
    table: WantedTable
    change: Delta | None
    empty: bool
    place: str = ""
    home: str | None = None

    @property
    def name(self) -> str:
        if self.change is None:
            return f"charger la table interrogeable{self.place}"
        return f"mettre la table à jour par différence{self.place}"


@dataclass(frozen=True)
class ChangeTable:
    """Under the eyes of the public: the whole difference in one transaction. ``choice`` says why."""

    rank: int
    table: WantedTable
    change: Delta
    home: str
    choice: str
    place: str = ""

    @property
    def name(self) -> str:
        return f"mettre la table à jour par différence{self.place}"


@dataclass(frozen=True)
class LoadTable:
    """Under the eyes of the public: makes the table with all its rows in one transaction."""

    rank: int
    table: WantedTable
    place: str = ""

    @property
    def name(self) -> str:
        return f"charger la table interrogeable{self.place}"


@dataclass(frozen=True)
class BuildTable:
    """Makes the table beside the one the public queries, in a carrier of its own."""

    rank: int
    table: WantedTable
    choice: str
    place: str = ""

    @property
    def name(self) -> str:
        return f"préparer à côté la nouvelle table interrogeable{self.place}"


@dataclass(frozen=True)
class SwapTable:
    """Has the public query the table at ``carrier`` (None: the one just built) under the resource's own id.
    ``former``: the id of the resource that holds what it queries so far, if anything."""

    rank: int
    table: WantedTable
    carrier: str | None
    former: str | None
    place: str = ""

    @property
    def name(self) -> str:
        return f"mettre en service la nouvelle table interrogeable{self.place}"


@dataclass(frozen=True)
class RemoveCarrier:
    id: str
    name = "retirer une table qui n'est pas en service"


@dataclass(frozen=True)
class DropTable:
    """``carried``: its rows are in a carrier, which leaves by itself."""

    id: str
    carried: bool = False
    why: str = "que la déclaration ne publie plus"

    @property
    def name(self) -> str:
        return f"retirer la table interrogeable, {self.why}"


@dataclass(frozen=True)
class Reorder:
    """Puts our ``count`` resources into the order of what is wanted, among those of others."""

    count: int
    name = "remettre les ressources dans l'ordre"


@dataclass(frozen=True)
class Reveal:
    name = "ouvrir la fiche au public"


TableWrite = (
    DefineTable | FillTable | ChangeTable | LoadTable | BuildTable | SwapTable | RemoveCarrier | DropTable
)
Write = (
    CreateRecord
    | UpdateRecord
    | CreateResource
    | UpdateResource
    | RemoveResource
    | TableWrite
    | Reorder
    | Reveal
)


@dataclass(frozen=True)
class Pairing:
    """Which resource of the platform carries which wanted one (``None``: none does yet), and those of ours
    that nothing wants any more. ``lost``: by rank of one that none carries, the id of ours that did until
    somebody deleted it."""

    of: tuple[ObservedResource | None, ...]
    surplus: tuple[ObservedResource, ...] = field(default=())
    lost: Mapping[int, str] = field(default_factory=dict)

    def carried(self, wanted: Wanted) -> Iterator[tuple[WantedResource, ObservedResource]]:
        """Each wanted resource that has one, with the one that carries it."""
        for resource, there in zip(wanted.resources, self.of, strict=True):
            if there is not None:
                yield resource, there


def pair(wanted: Wanted, observed: Observed | None, memory: Memory | None = None) -> Pairing:
    """Identity of resources: ours with the same format first, then ours with another (a change of format or
    mode keeps the id), then, in a record in which nothing was ever ours (``memory``), one that somebody else
    put there with the same format: the record is taken over. What is put beside ours later is left alone.

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
    adopted = [] if ours or (memory and memory.resources) else others
    found: dict[int, ObservedResource] = {}
    for pool, same_format in ((ours, True), (ours, False), (adopted, True)):
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
    of = tuple(found.get(rank) for rank in range(len(wanted.resources)))
    known = memory is not None and observed is not None and memory.record == observed.id
    return Pairing(of, surplus, _lost(wanted, there, of, memory) if memory and known else {})


def _lost(
    wanted: Wanted,
    there: Sequence[ObservedResource],
    of: Sequence[ObservedResource | None],
    memory: Memory,
) -> dict[int, str]:
    shown = {resource.id for resource in there}
    gone = [identifier for identifier in memory.resources if identifier not in shown]
    lost: dict[int, str] = {}
    for rank, (resource, held) in enumerate(zip(wanted.resources, of, strict=True)):
        fitting = (
            identifier
            for identifier in gone
            if identifier not in lost.values()
            and memory.resources[identifier].casefold() == resource.format.casefold()
            and memory.labels.get(identifier, "") == resource.label
        )
        again = None if held is not None else next(fitting, None)
        if again is not None:
            lost[rank] = again
    return lost


def plan(
    wanted: Wanted,
    observed: Observed | None,
    pairing: Pairing,
    memory: Memory,
    proved: frozenset[str] = frozenset(),
    rules: str = "",
    changes: Mapping[int, Delta] | None = None,
) -> tuple[Write, ...]:
    """The writes. ``proved``: ids of resources whose bytes were fetched and are the wanted ones. ``rules``
    names the treatment that the wanted bytes went through. ``changes``: by rank of resource, from what its
    table is remembered to hold to what it must hold, where that is known."""
    writes: list[Write] = [CreateRecord()] if observed is None else _record(wanted, observed)
    first, last = _removals(wanted, pairing, safe=bool(rules) and memory.rules == rules)
    writes += first
    carriers = observed.carriers if observed else ()
    public = observed is not None and not observed.hidden and not wanted.hidden
    for rank, (resource, there) in enumerate(zip(wanted.resources, pairing.of, strict=True)):
        writes += _resource(rank, resource, there, proved, pairing.lost.get(rank))
        if resource.table is not None:
            shows = there.id if there else pairing.lost.get(rank)
            ours = tuple(carrier for carrier in carriers if carrier.of == shows)
            change = (changes or {}).get(rank)
            over = wanted.overwrites
            table = _Table(rank, resource.table, resource.place, there, ours, memory, change, over)
            writes += table.in_public() if public else table.unseen()
    writes += last
    kept = {
        there.id if there else pairing.lost.get(rank)
        for rank, (there, one) in enumerate(zip(pairing.of, wanted.resources, strict=True))
        if one.table
    }
    writes += [RemoveCarrier(carrier.id) for carrier in carriers if carrier.of not in kept]
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
    if not (fields or extras or hide or moved):
        return []
    return [UpdateRecord(fields, extras, hide, moved, _seen(observed.fields, fields))]


def _seen(found: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What can be compared again at the moment of writing: single values."""
    return {
        name: found[name]
        for name in names
        if name in found and (found[name] is None or isinstance(found[name], str | int | float))
    }


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
            DropTable(there.id, carried=there.table.home not in ("", there.id))
            for resource, there in pairing.carried(wanted)
            if there.table is not None and resource.table is None
        ]
    return first, last


def in_order(observed: Observed, pairing: Pairing) -> bool:
    """Whether ours will stand in the wanted order: those that are made come after those that are there."""
    ranks = {there.id: rank for rank, there in enumerate(pairing.of) if there is not None}
    kept = [ranks[resource.id] for resource in observed.resources if resource.id in ranks]
    made = [rank for rank, there in enumerate(pairing.of) if there is None]
    return [*kept, *made] == list(range(len(pairing.of)))


def _resource(
    rank: int,
    resource: WantedResource,
    there: ObservedResource | None,
    proved: frozenset[str],
    lost: str | None,
) -> list[Write]:
    if there is None:
        return [CreateResource(rank, resource, lost)]
    changed = different(resource.fields, there.fields)
    send = resource.file is not None and there.id not in proved
    hosted = there.fields.get("url_type") == "upload" or str(there.fields.get("size") or "0") != "0"
    unhost = resource.file is None and hosted
    if not (changed or send or unhost):
        return []
    seen = _seen(there.fields, resource.fields)
    return [UpdateResource(rank, there.id, resource, changed, send, unhost, seen)]


@dataclass(frozen=True)
class _Table:
    """What one wanted table asks for. ``carriers`` are those of its resource."""

    rank: int
    table: WantedTable
    place: str
    there: ObservedResource | None
    carriers: tuple[Carrier, ...]
    memory: Memory
    change: Delta | None
    overwrites: bool

    @property
    def held(self) -> ObservedTable | None:
        return self.there.table if self.there else None

    @property
    def home(self) -> str:
        """Where the rows that are shown are."""
        return (self.held.home if self.held else "") or (self.there.id if self.there else "")

    def unseen(self) -> list[Write]:
        """Nobody sees it: in place, a table of another shape being made again."""
        held = self.held
        if self.there is None or held is None:
            idle = self._idle(but=None)
            return [*idle, *self._anew(home=None)]
        if not same_shape(self.table, held) or not (self.table.key or self._holds(held)):
            carried = self.home != self.there.id
            dropped = DropTable(self.there.id, carried, why="à refaire")
            return [*self._idle(but=None), dropped, *self._anew(home=None)]
        writes = [*self._idle(but=self.home), *self._redefined(held)]
        if not self._holds(held):
            fill = FillTable(self.rank, self.table, self._known(held), held.count == 0, self.place, self.home)
            writes.append(fill)
        return writes

    def in_public(self) -> list[Write]:
        """The public sees one revision or the next: one transaction, or a table built beside. Where a column
        must not be seen any more, the table leaves first."""
        held = self.held
        if held is not None and self.there is not None and lost_columns(self.table, held):
            carried = self.home != self.there.id
            dropped = DropTable(self.there.id, carried, why="dont une colonne ne se publie plus")
            return [*self._idle(but=None), dropped, *self._first()]
        if held is None:
            return self._first()
        if self._fits(held) and self._holds(held):
            shown = self.there is not None and self.there.flagged
            again = [] if shown or not self.there else [self._swap(self.home, self.home)]
            return [*self._redefined(held), *again, *self._idle(but=self.home)]
        change = self._known(held)
        if change is not None and not (
            said := too_much(change, self.memory.rates, overwrites=self.overwrites)
        ):
            choice = chosen(change, self.memory.rates)
            one = ChangeTable(self.rank, self.table, change, self.home, choice, self.place)
            return [*self._idle(but=self.home), *self._redefined(held), one]
        return self._beside(said if change is not None else "ce que la table contient n'est pas connu")

    def _first(self) -> list[Write]:
        if self.table.count <= ONE_LOAD_ROWS and not any(map(self._is_ready, self.carriers)):
            return [*self._idle(but=None), LoadTable(self.rank, self.table, self.place)]
        return self._beside(f"plus de {ONE_LOAD_ROWS} lignes")

    def _beside(self, why: str) -> list[Write]:
        former = self.home if self.held else None
        ready = next((carrier for carrier in self.carriers if self._is_ready(carrier)), None)
        stale = self._idle(but=former, ready=ready.id if ready else None)
        built = [] if ready else [BuildTable(self.rank, self.table, why, self.place)]
        left = [RemoveCarrier(former)] if former and self.there and former != self.there.id else []
        return [*stale, *built, self._swap(ready.id if ready else None, former), *left]

    def _swap(self, carrier: str | None, former: str | None) -> Write:
        return SwapTable(self.rank, self.table, carrier, former, self.place)

    def _is_ready(self, carrier: Carrier) -> bool:
        """Whether a former run built there exactly what is wanted, and died before it was put to use."""
        held = carrier.table
        return carrier.id != self.home and held is not None and self._fits(held) and self._holds(held)

    def _idle(self, *, but: str | None, ready: str | None = None) -> list[Write]:
        return [RemoveCarrier(one.id) for one in self.carriers if one.id not in (but, ready)]

    def _anew(self, home: str | None) -> list[Write]:
        return [
            DefineTable(self.rank, self.table, self.place, home),
            FillTable(self.rank, self.table, None, True, self.place, home),
        ]

    def _redefined(self, held: ObservedTable) -> list[Write]:
        there = {column.name: dict(column.info) for column in held.fields}
        same = there == {column.name: dict(column.info) for column in self.table.fields}
        return [] if same else [DefineTable(self.rank, self.table, self.place, self.home)]

    def _fits(self, held: ObservedTable) -> bool:
        return same_shape(self.table, held)

    def _remembered(self, held: ObservedTable) -> TableMemory | None:
        return self.memory.tables.get(held.home or self.home)

    def _holds(self, held: ObservedTable) -> bool:
        remembered = self._remembered(held)
        return (
            remembered is not None
            and remembered.parts == self.table.parts
            and remembered.columns == tuple(column.name for column in self.table.fields)
            and held.count == self.table.count
        )

    def _known(self, held: ObservedTable) -> Delta | None:
        """The difference, unless the table is not what it is remembered to be."""
        if self.change is None or not same_shape(self.table, held):
            return None
        return self.change if held.count == self.change.before else None


ONE_LOAD_ROWS = 20_000
"""What is put into a table in one request: some ten seconds of a platform's time, and 10 MB of its memory."""
ONE_CHANGE_ROWS = 20_000
ONE_CHANGE_SECONDS = 30.0


def too_much(change: Delta, rates: Rates, *, overwrites: bool = True) -> str:
    """Why this difference is not made in one transaction; empty when it is.

    CKAN upserts in one transaction and deletes in another. Rows that leave can be written over by rows that
    arrive (``overwrites``), so both are one as long as no more leave than arrive.
    """
    room = change.inserted if overwrites else 0
    if change.deleted > room and change.sent:
        return "des lignes changent et il en part plus qu'il n'en arrive : deux transactions"
    rows = max(change.sent, change.deleted)
    takes, reload = rows / rates.upsert, change.after / rates.load
    if rows > ONE_CHANGE_ROWS or takes > ONE_CHANGE_SECONDS:
        return f"{rows} lignes changent : trop pour une transaction"
    if takes > max(reload, 1.0):
        return f"{rows} lignes changent : {takes:.1f} s estimées, contre {reload:.1f} s pour tout recharger"
    return ""


def chosen(change: Delta, rates: Rates) -> str:
    """The choice of the difference, stated with what it was computed from."""
    takes = max(change.sent, change.deleted) / rates.upsert
    return (
        f"{change.inserted} lignes de plus, {change.updated} modifiées, {change.deleted} de moins : "
        f"{takes:.1f} s estimées, contre {change.after / rates.load:.1f} s pour tout recharger"
    )


def same_shape(table: WantedTable, held: ObservedTable) -> bool:
    """The same columns in the same order, of the same types, and the same key."""
    names = [column.name for column in held.fields] == [column.name for column in table.fields]
    return names and not changed_types(table, held) and held.key in (None, frozenset(table.key))


def lost_columns(table: WantedTable, held: ObservedTable) -> set[str]:
    return {column.name for column in held.fields} - {column.name for column in table.fields}


def changed_types(table: WantedTable, held: ObservedTable) -> list[str]:
    """The columns that the platform has under another type than the wanted one."""
    types = {column.name: kind(column.type) for column in held.fields}
    return [
        column.name
        for column in table.fields
        if types.get(column.name, kind(column.type)) != kind(column.type)
    ]


def kind(name: str) -> str:
    """A type by the one of its names that we use."""
    return "int8" if name in _INTEGERS else name


# --- comparing ------------------------------------------------------------------------------------------


def different(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The wanted entries that are not found as they should be."""
    return {name: value for name, value in wanted.items() if plain(value) != plain(found.get(name))}


def plain(value: Any) -> Any:
    """A form in which what platforms rewrite (JSON spacing, line ends, nothing as None or "") is equal."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value] or None
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").strip()
    if text.startswith(("{", "[")):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text or None
