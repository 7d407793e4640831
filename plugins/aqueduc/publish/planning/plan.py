"""From what is wanted and what is there to the writes in between, in the order that is safe. Pure.

Order: what hides comes first (a record that closes is closed before new bytes arrive), what shows comes last
(a record that opens is opened when all is there). An empty list means that nothing has to be written.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aqueduc.declaration.spec import RecordAdoption
from aqueduc.language import _
from aqueduc.publish.planning.delta import RowDelta
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredResource,
    ObservedRecord,
    ObservedResource,
    PlatformState,
)
from aqueduc.publish.planning.table_plan import TableWritePlanner
from aqueduc.publish.planning.writes import (
    CreateRecord,
    CreateResource,
    DropTable,
    RemoveBackingResource,
    RemoveResource,
    ReorderResources,
    RevealRecord,
    UpdateRecord,
    UpdateResource,
    Write,
)


@dataclass(frozen=True)
class ResourcePairing:
    """Which resource of the platform carries which wanted one (``None``: none does yet), and those of ours
    that nothing wants any more. ``lost``: by rank of one that none carries, the id of ours that did until
    somebody deleted it."""

    of: tuple[ObservedResource | None, ...]
    surplus: tuple[ObservedResource, ...] = field(default=())
    lost: Mapping[int, str] = field(default_factory=dict)

    def list_pairs(self, desired: DesiredRecord) -> Iterator[tuple[DesiredResource, ObservedResource]]:
        """Each wanted resource that has one, with the one that carries it."""
        for resource, there in zip(desired.resources, self.of, strict=True):
            if there is not None:
                yield resource, there


def pair_resources(
    desired: DesiredRecord,
    observed: ObservedRecord | None,
    state: PlatformState | None = None,
    adoption: RecordAdoption | None = None,
) -> ResourcePairing:
    """Identity of resources: ours with the same format first, then ours with another (a change of format or
    mode keeps the id), then, in a record in which nothing was ever ours (``state``), one that somebody else
    put there with the same format: the record is taken over. What is put beside ours later is left alone.
    Where the declaration says which resources it takes over (``adoption``), these are, and no other.

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
    adopted = [] if adoption or ours or (state and state.resources) else others
    found = _match_resources_to_adopt(desired, there, adoption) if adoption else {}
    for pool, same_format in ((ours, True), (ours, False), (adopted, True)):
        for rank, resource in enumerate(desired.resources):
            fitting = (
                other
                for other in pool
                if other not in found.values()
                and other.label == resource.slice_label
                and (not same_format or other.format.casefold() == resource.format.casefold())
            )
            match = None if rank in found else next(fitting, None)
            if match is not None:
                found[rank] = match
    surplus = tuple(resource for resource in ours if resource not in found.values())
    of = tuple(found.get(rank) for rank in range(len(desired.resources)))
    known = state is not None and observed is not None and state.record == observed.id
    return ResourcePairing(
        of, surplus, _match_deleted_resources(desired, there, of, state) if state and known else {}
    )


def _match_resources_to_adopt(
    desired: DesiredRecord, there: Sequence[ObservedResource], adoption: RecordAdoption
) -> dict[int, ObservedResource]:
    """By rank of a wanted one, the one that the declaration names for it and that is not ours yet."""
    foreign = {resource.id: resource for resource in there if not resource.managed}
    named = {
        rank: foreign.get(adoption.find_resource_id(resource.format, resource.slice_label) or "")
        for rank, resource in enumerate(desired.resources)
    }
    return {rank: resource for rank, resource in named.items() if resource is not None}


def _match_deleted_resources(
    desired: DesiredRecord,
    there: Sequence[ObservedResource],
    of: Sequence[ObservedResource | None],
    state: PlatformState,
) -> dict[int, str]:
    shown = {resource.id for resource in there}
    gone = [identifier for identifier in state.resources if identifier not in shown]
    lost: dict[int, str] = {}
    for rank, (resource, held) in enumerate(zip(desired.resources, of, strict=True)):
        fitting = (
            identifier
            for identifier in gone
            if identifier not in lost.values()
            and state.resources[identifier].casefold() == resource.format.casefold()
            and state.labels.get(identifier, "") == resource.slice_label
        )
        again = None if held is not None else next(fitting, None)
        if again is not None:
            lost[rank] = again
    return lost


def plan_writes(
    desired: DesiredRecord,
    observed: ObservedRecord | None,
    pairing: ResourcePairing,
    state: PlatformState,
    proved: frozenset[str] = frozenset(),
    rules: str = "",
    changes: Mapping[int, RowDelta] | None = None,
) -> tuple[Write, ...]:
    """The writes. ``proved``: ids of resources whose bytes were fetched and are the wanted ones. ``rules``
    names the treatment that the wanted bytes went through. ``changes``: by rank of resource, from what its
    table is remembered to hold to what it must hold, where that is known."""
    writes: list[Write] = [CreateRecord()] if observed is None else _plan_record_update(desired, observed)
    first, last = _plan_early_and_late_removals(desired, pairing, safe=bool(rules) and state.rules == rules)
    writes += first
    backing_resources = observed.backing_resources if observed else ()
    public = observed is not None and not observed.hidden and not desired.hidden
    for rank, (resource, there) in enumerate(zip(desired.resources, pairing.of, strict=True)):
        writes += _plan_resource_writes(rank, resource, there, proved, pairing.lost.get(rank))
        if resource.table is not None:
            shows = there.id if there else pairing.lost.get(rank)
            ours = tuple(one for one in backing_resources if one.of == shows)
            change = (changes or {}).get(rank)
            table = TableWritePlanner(
                rank, resource.table, resource.slice_note, there, ours, state, change, desired.overwrites
            )
            writes += table.plan_writes_for_public_table() if public else table.plan_writes_for_hidden_table()
    writes += last
    kept = {
        there.id if there else pairing.lost.get(rank)
        for rank, (there, one) in enumerate(zip(pairing.of, desired.resources, strict=True))
        if one.table
    }
    writes += [RemoveBackingResource(one.id) for one in backing_resources if one.of not in kept]
    if observed is not None and desired.has_slices and not has_desired_resource_order(observed, pairing):
        writes.append(ReorderResources(len(desired.resources)))
    if not desired.hidden and (observed is None or observed.hidden):
        writes.append(RevealRecord())
    return tuple(writes)


def _plan_record_update(desired: DesiredRecord, observed: ObservedRecord) -> list[Write]:
    fields = find_differing_fields(desired.fields, observed.fields)
    extras = find_differing_fields(desired.extras, observed.extras)
    moved = tuple(name for name in observed.extras if name in desired.fields)
    hide = desired.hidden and not observed.hidden
    if not (fields or extras or hide or moved):
        return []
    return [UpdateRecord(fields, extras, hide, moved, _select_scalar_values(observed.fields, fields))]


def _select_scalar_values(found: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What can be compared again at the moment of writing: single values."""
    return {
        name: found[name]
        for name in names
        if name in found and (found[name] is None or isinstance(found[name], str | int | float))
    }


def _plan_early_and_late_removals(
    desired: DesiredRecord, pairing: ResourcePairing, *, safe: bool
) -> tuple[list[Write], list[Write]]:
    """What leaves before anything arrives, and what leaves after all has arrived.

    What is withdrawn leaves first. What slices replace (or the whole, slices) leaves last, so that the public
    misses nothing meanwhile; but only when it is ``safe``: made under the rules of today, which take nothing
    away that it still shows.
    """
    labels = {resource.slice_label for resource in desired.resources}
    first: list[Write] = []
    last: list[Write] = []
    for there in pairing.surplus:
        replaced = bool(there.label) != desired.has_slices
        write = RemoveResource(there.id, there.format, there.table is not None)
        if replaced:
            write = replace(write, why=_("que d'autres remplacent"))
        elif there.label not in labels:
            write = replace(write, why=_("dont la partie n'a plus de lignes"))
        (last if replaced and safe else first).append(write)
    if desired.tables:
        first += [
            DropTable(there.id, carried=there.table.home not in ("", there.id))
            for resource, there in pairing.list_pairs(desired)
            if there.table is not None and resource.table is None
        ]
    return first, last


def has_desired_resource_order(observed: ObservedRecord, pairing: ResourcePairing) -> bool:
    """Whether ours will stand in the wanted order: those that are made come after those that are there."""
    ranks = {there.id: rank for rank, there in enumerate(pairing.of) if there is not None}
    kept = [ranks[resource.id] for resource in observed.resources if resource.id in ranks]
    made = [rank for rank, there in enumerate(pairing.of) if there is None]
    return [*kept, *made] == list(range(len(pairing.of)))


def _plan_resource_writes(
    rank: int,
    resource: DesiredResource,
    there: ObservedResource | None,
    proved: frozenset[str],
    lost: str | None,
) -> list[Write]:
    if there is None:
        return [CreateResource(rank, resource, lost)]
    changed = find_differing_fields(resource.fields, there.fields)
    send = resource.file is not None and there.id not in proved
    uploaded = there.fields.get("url_type") == "upload"
    unhost = resource.file is None and (uploaded or str(there.fields.get("size") or "0") != "0")
    if not (changed or send or unhost):
        return []
    seen = _select_scalar_values(there.fields, resource.fields)
    return [
        UpdateResource(rank, there.id, resource, changed, send, unhost, seen, there.url if uploaded else "")
    ]


# --- comparing ------------------------------------------------------------------------------------------


def find_differing_fields(desired: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The wanted entries that are not found as they should be."""
    return {
        name: value
        for name, value in desired.items()
        if normalise_value_for_comparison(value) != normalise_value_for_comparison(found.get(name))
    }


def normalise_value_for_comparison(value: Any) -> Any:
    """A form in which what platforms rewrite (JSON spacing, line ends, nothing as None or "") is equal."""
    if isinstance(value, list | tuple):
        return [normalise_value_for_comparison(item) for item in value] or None
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").strip()
    if text.startswith(("{", "[")):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text or None
