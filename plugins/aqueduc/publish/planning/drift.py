"""What somebody else changed on the platform since a publication left it: told before it is put right, or
held when it was taken away from the public.

What was left is remembered as digests of the fields that are ours. From the first write of a publication to
its reading back only those of the record that it has no reason to change stay remembered: what a run that
died left behind is nobody's drift, and what somebody changed meanwhile is.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from aqueduc.findings import Finding
from aqueduc.language import Sentence, _
from aqueduc.publish.findings import RecordDeleted, RecordHidden, VanishedRecord
from aqueduc.publish.planning.plan import (
    ResourcePairing,
    find_differing_fields,
    normalise_value_for_comparison,
)
from aqueduc.publish.planning.state import DesiredRecord, ObservedRecord, PlatformState, RecordPresence
from aqueduc.publish.proof.served import ServedContent

PRIVATE = "private"
STAMP, SERVED, READ, ROWS = "#stamp", "#served", "#read", "#rows"
"""Of a resource, beside its fields: what the platform says of its bytes, what the server does (or, where it
says nothing, that they are to be read), and how many rows its table has."""
ALTERED = "altered"
"""In the place of the digest of ``ROWS``: other rows than ours were read there, and none of it is to be trusted."""
_SPOKEN = {STAMP: "fichier", SERVED: "fichier", READ: "fichier", ROWS: "table", "#link": "lien"}


def compute_managed_field_digests(
    desired: DesiredRecord,
    observed: ObservedRecord,
    pairing: ResourcePairing,
    served: Mapping[str, ServedContent],
) -> dict[str, str]:
    """A digest of each field that is ours, by its name; fields of a resource come after its id, and so does
    what tells its bytes (as they were ``served``, by its addresses) and its rows."""
    ours = _list_observed_managed_fields(desired, observed, pairing)
    found: dict[str, Any] = {name: value for name, value in ours if name not in desired.upkeep}
    for _resource, there in pairing.list_pairs(desired):
        if there.stamp:
            found[f"{there.id}.{STAMP}"] = there.stamp
        for url, place in there.file_addresses.items():
            if url in served:
                etag, size = served[url].etag, served[url].total
                found[f"{there.id}.{SERVED if etag else READ}{place}"] = (etag, size)
        if there.table is not None:
            found[f"{there.id}.{ROWS}"] = there.table.count
    return {name: compute_value_digest(value) for name, value in found.items()}


def describe_changes_since_publication(observed: ObservedRecord, state: PlatformState) -> tuple[str, ...]:
    """The names, as people read them, of what is not as it was left, before it is known what is wanted."""
    changed = (
        format_managed_field_display_name(name, state.resources)
        for name in list_fields_changed_since_publication(observed, state)
    )
    deleted = (
        _describe_deleted_resource(state.resources[one]) for one in list_deleted_resource_ids(observed, state)
    )
    return tuple(dict.fromkeys([*changed, *deleted]))


def list_fields_changed_since_publication(observed: ObservedRecord, state: PlatformState) -> list[str]:
    """The fields that are not as they were left, ``<id>.<field>`` for those of a resource that is still
    there; without what it takes another request to know."""
    now: dict[str, Any] = {**observed.extras, **observed.fields, PRIVATE: observed.hidden}
    for there in observed.resources:
        now |= {f"{there.id}.{name}": value for name, value in there.fields.items()}
        now[f"{there.id}.{STAMP}"] = there.stamp
    gone = list_deleted_resource_ids(observed, state)
    return [
        name
        for name, digest in sorted(state.last_applied.items())
        if ("#" not in name or name.endswith(STAMP))
        and name.partition(".")[0] not in gone
        and digest != compute_value_digest(now.get(name))
    ]


def list_resources_with_distrusted_table(state: PlatformState) -> frozenset[str]:
    """The ids of those in whose table other rows than ours were read, and that no publication has made anew since."""
    return frozenset(
        name.partition(".")[0] for name, digest in state.last_applied.items() if digest == ALTERED
    )


def was_organisation_renamed(title: str, state: PlatformState) -> bool:
    """Determines if the city's organisation is called otherwise on the platform than at the last publication."""
    return bool(title and state.organisation) and title != state.organisation


def list_deleted_resource_ids(observed: ObservedRecord, state: PlatformState) -> list[str]:
    """The ids of those that were left there, and are there no more."""
    return sorted(state.resources.keys() - {there.id for there in observed.resources})


def classify_person_withdrawal(
    observed: ObservedRecord | None, state: PlatformState, *, hidden: bool
) -> type[Finding] | None:
    """What a person took away from the public since a publication left it there: no run brings it back by
    itself. ``hidden``: it is to be hidden anyway."""
    if state.withdrawn:
        return None
    if observed is None:
        return VanishedRecord if state.record and state.last_applied else None
    if observed.deleted:
        return RecordDeleted
    return (
        RecordHidden
        if observed.hidden and not hidden and was_published_with_visibility(state, hidden=False)
        else None
    )


def classify_record_presence(
    there: ObservedRecord | None, seen: ObservedRecord | None, state: PlatformState
) -> RecordPresence:
    """How visitors find the record that is ``there`` for the city, and of which they are shown what is ``seen``."""
    if seen is not None and not (seen.hidden or seen.deleted):
        return "left"
    there = there or seen
    if there is None or there.deleted:
        return "absent"
    return "hidden" if was_published_with_visibility(state, hidden=False) else "left"


def list_deleted_resource_formats(
    observed: ObservedRecord | None, state: PlatformState, wanted: Collection[str] | None
) -> tuple[str, ...]:
    """The formats of the resources that somebody deleted since a publication left them there, of those that are
    ``wanted`` still (in lower case; None: of all). A publication that died has left none to be missed."""
    if observed is None or state.withdrawn:
        return ()
    shown = {there.id for there in observed.resources}
    left = {name.partition(".")[0] for name in state.last_applied if "." in name}
    gone = (
        kind
        for identifier, kind in state.resources.items()
        if identifier in left - shown and (wanted is None or kind.casefold() in wanted)
    )
    return tuple(dict.fromkeys(gone))


def was_published_with_visibility(state: PlatformState, *, hidden: bool) -> bool:
    """Whether the last publication left the record hidden, or open."""
    return state.last_applied.get(PRIVATE) == compute_value_digest(hidden)


def forget_served_digests(state: PlatformState, *, hidden: bool | None) -> PlatformState:
    """``state``, of a record that was made ``hidden``, or open, by itself (None: that is about to be): how its files
    were served is not how they are to be."""
    kept = {
        name: digest
        for name, digest in state.last_applied.items()
        if name != PRIVATE and not any(mark in name for mark in (SERVED, READ, ROWS))
    }
    left = {} if hidden is None else {PRIVATE: compute_value_digest(hidden)}
    return replace(state, last_applied={**kept, **left})


def select_unchanged_field_digests(
    last_applied: Mapping[str, str],
    desired: DesiredRecord,
    observed: ObservedRecord | None,
    pairing: ResourcePairing,
) -> dict[str, str]:
    """What stays of ``last_applied`` while a publication is going on."""
    if observed is None:
        return {}
    touched = {*_find_differing_field_names(desired, observed, pairing), *desired.restless}
    ours = {*desired.fields, *desired.extras, PRIVATE}
    return {name: digest for name, digest in last_applied.items() if name in ours - touched}


def list_externally_changed_items(
    desired: DesiredRecord,
    observed: ObservedRecord | None,
    pairing: ResourcePairing,
    state: PlatformState,
    proved: frozenset[str],
    altered: frozenset[str],
) -> tuple[str, ...]:
    """The names of what is neither as it was left nor as it is wanted; ``CSV.fichier`` for bytes that are not
    those its own fiche claims, ``CSV.table`` for other rows (``altered``: ids of their resources), ``CSV
    (supprimée)`` for a resource that is gone. What was withdrawn was changed by that, and by nobody else."""
    if observed is None or state.withdrawn:
        return ()
    differing = _find_differing_field_names(desired, observed, pairing) - desired.upkeep
    changed = {
        name
        for name, value in _list_observed_managed_fields(desired, observed, pairing)
        if state.last_applied.get(name, "") not in ("", compute_value_digest(value)) and name in differing
    }
    spoken = {there.id: str(resource.display_name) for resource, there in pairing.list_pairs(desired)}
    named = [format_managed_field_display_name(name, spoken) for name in sorted(changed)]
    gone = [_describe_deleted_resource(desired.resources[rank].display_name) for rank in pairing.lost]
    tables = [f"{spoken[identifier]}.table" for identifier in spoken if identifier in altered]
    files = _list_files_not_matching_claimed_hash(desired, pairing, proved) if state.last_applied else ()
    return tuple(dict.fromkeys([*named, *files, *tables, *gone]))


def _list_observed_managed_fields(
    desired: DesiredRecord, observed: ObservedRecord, pairing: ResourcePairing
) -> Iterator[tuple[str, Any]]:
    for name in desired.fields:
        yield name, observed.fields.get(name)
    yield PRIVATE, observed.hidden
    for name in desired.extras:
        yield name, observed.extras.get(name)
    for resource, there in pairing.list_pairs(desired):
        yield from ((f"{there.id}.{name}", there.fields.get(name)) for name in resource.fields)


def _find_differing_field_names(
    desired: DesiredRecord, observed: ObservedRecord, pairing: ResourcePairing
) -> set[str]:
    found = {
        *find_differing_fields(desired.fields, observed.fields),
        *find_differing_fields(desired.extras, observed.extras),
    }
    if desired.hidden != observed.hidden:
        found.add(PRIVATE)
    for resource, there in pairing.list_pairs(desired):
        found |= {f"{there.id}.{name}" for name in find_differing_fields(resource.fields, there.fields)}
    return found


def _list_files_not_matching_claimed_hash(
    desired: DesiredRecord, pairing: ResourcePairing, proved: frozenset[str]
) -> Iterator[str]:
    for resource, there in pairing.list_pairs(desired):
        claims = resource.file is not None and there.fields.get("sha256") == resource.file.sha256
        if claims and there.id not in proved:
            yield str(_("{display_name}.fichier").format(display_name=resource.display_name))


def format_managed_field_display_name(name: str, spoken: Mapping[str, str]) -> str:
    """As people read it: ``spoken`` has what to call a resource, by its id."""
    identifier, dot, field = name.partition(".")
    field = _SPOKEN.get(field.partition(",")[0], field)
    return f"{spoken[identifier]}.{field}" if dot and identifier in spoken else name


def _describe_deleted_resource(display_name: Sentence) -> str:
    return str(_("{display_name} (supprimée)").format(display_name=display_name))


def compute_value_digest(value: Any) -> str:
    """Sixteen hexadecimal digits, equal for what platforms write in several ways."""
    text = json.dumps(normalise_value_for_comparison(value), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
