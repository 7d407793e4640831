"""What somebody else changed on the platform since a publication left it: told before it is put right.

What was left is remembered as digests of the fields that are ours. From the first write of a publication to
its reading back only those of the record that it has no reason to change stay remembered: what a run that
died left behind is nobody's drift, and what somebody changed meanwhile is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from aqueduc.language import _
from aqueduc.publish.planning.plan import ResourcePairing, differing_fields, normalise_value
from aqueduc.publish.planning.state import DesiredRecord, ObservedRecord, PlatformState


def digest_fields(
    desired: DesiredRecord, observed: ObservedRecord, pairing: ResourcePairing
) -> dict[str, str]:
    """A digest of each field that is ours, by its name; fields of a resource come after its id."""
    return {name: _digest(value) for name, value in _ours(desired, observed, pairing)}


def keep_untouched_digests(
    last_applied: Mapping[str, str],
    desired: DesiredRecord,
    observed: ObservedRecord | None,
    pairing: ResourcePairing,
) -> dict[str, str]:
    """What stays of ``last_applied`` while a publication is going on."""
    if observed is None:
        return {}
    touched = {*_differing(desired, observed, pairing), *desired.restless}
    ours = {*desired.fields, *desired.extras, "private"}
    return {name: digest for name, digest in last_applied.items() if name in ours - touched}


def find_drift(
    desired: DesiredRecord,
    observed: ObservedRecord | None,
    pairing: ResourcePairing,
    state: PlatformState,
    proved: frozenset[str],
    altered: frozenset[str],
) -> tuple[str, ...]:
    """The names of what is neither as it was left nor as it is wanted; ``CSV.fichier`` for bytes that are not
    those its own fiche claims, ``CSV.table`` for other rows (``altered``: ids of their resources), ``CSV
    (supprimée)`` for a resource that is gone."""
    if observed is None:
        return ()
    differing = _differing(desired, observed, pairing) - desired.upkeep
    changed = {
        name
        for name, value in _ours(desired, observed, pairing)
        if state.last_applied.get(name, "") not in ("", _digest(value)) and name in differing
    }
    spoken = {there.id: resource.display_name for resource, there in pairing.pairs(desired)}
    named = [_display_name(name, spoken) for name in sorted(changed)]
    gone = [
        str(_("{display_name} (supprimée)").format(display_name=desired.resources[rank].display_name))
        for rank in pairing.lost
    ]
    tables = [f"{spoken[identifier]}.table" for identifier in spoken if identifier in altered]
    files = _files(desired, pairing, proved) if state.last_applied else ()
    return tuple(dict.fromkeys([*named, *files, *tables, *gone]))


def _ours(
    desired: DesiredRecord, observed: ObservedRecord, pairing: ResourcePairing
) -> Iterator[tuple[str, Any]]:
    for name in desired.fields:
        yield name, observed.fields.get(name)
    yield "private", observed.hidden
    for name in desired.extras:
        yield name, observed.extras.get(name)
    for resource, there in pairing.pairs(desired):
        yield from ((f"{there.id}.{name}", there.fields.get(name)) for name in resource.fields)


def _differing(desired: DesiredRecord, observed: ObservedRecord, pairing: ResourcePairing) -> set[str]:
    found = {
        *differing_fields(desired.fields, observed.fields),
        *differing_fields(desired.extras, observed.extras),
    }
    if desired.hidden != observed.hidden:
        found.add("private")
    for resource, there in pairing.pairs(desired):
        found |= {f"{there.id}.{name}" for name in differing_fields(resource.fields, there.fields)}
    return found


def _files(desired: DesiredRecord, pairing: ResourcePairing, proved: frozenset[str]) -> Iterator[str]:
    for resource, there in pairing.pairs(desired):
        claims = resource.file is not None and there.fields.get("sha256") == resource.file.sha256
        if claims and there.id not in proved:
            yield f"{resource.display_name}.fichier"


def _display_name(name: str, spoken: Mapping[str, str]) -> str:
    identifier, dot, field = name.partition(".")
    return f"{spoken[identifier]}.{field}" if dot and identifier in spoken else name


def _digest(value: Any) -> str:
    text = json.dumps(normalise_value(value), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
