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

from aqueduc.publish.plan import Pairing, different, plain
from aqueduc.publish.state import DesiredRecord, ObservedRecord, PlatformState


def digest_fields(wanted: DesiredRecord, observed: ObservedRecord, pairing: Pairing) -> dict[str, str]:
    """A digest of each field that is ours, by its name; fields of a resource come after its id."""
    return {name: _digest(value) for name, value in _ours(wanted, observed, pairing)}


def meanwhile(
    last_applied: Mapping[str, str], wanted: DesiredRecord, observed: ObservedRecord | None, pairing: Pairing
) -> dict[str, str]:
    """What stays of ``last_applied`` while a publication is going on."""
    if observed is None:
        return {}
    touched = {*_differing(wanted, observed, pairing), *wanted.restless}
    ours = {*wanted.fields, *wanted.extras, "private"}
    return {name: digest for name, digest in last_applied.items() if name in ours - touched}


def drifted(
    wanted: DesiredRecord,
    observed: ObservedRecord | None,
    pairing: Pairing,
    memory: PlatformState,
    proved: frozenset[str],
    altered: frozenset[str],
) -> tuple[str, ...]:
    """The names of what is neither as it was left nor as it is wanted; ``CSV.fichier`` for bytes that are not
    those its own fiche claims, ``CSV.table`` for other rows (``altered``: ids of their resources), ``CSV
    (supprimée)`` for a resource that is gone."""
    if observed is None:
        return ()
    differing = _differing(wanted, observed, pairing)
    changed = {
        name
        for name, value in _ours(wanted, observed, pairing)
        if memory.last_applied.get(name, "") not in ("", _digest(value)) and name in differing
    }
    spoken = {there.id: resource.spoken for resource, there in pairing.carried(wanted)}
    named = [_named(name, spoken) for name in sorted(changed)]
    gone = [f"{wanted.resources[rank].spoken} (supprimée)" for rank in pairing.lost]
    tables = [f"{spoken[identifier]}.table" for identifier in spoken if identifier in altered]
    files = _files(wanted, pairing, proved) if memory.last_applied else ()
    return tuple(dict.fromkeys([*named, *files, *tables, *gone]))


def _ours(wanted: DesiredRecord, observed: ObservedRecord, pairing: Pairing) -> Iterator[tuple[str, Any]]:
    for name in wanted.fields:
        yield name, observed.fields.get(name)
    yield "private", observed.hidden
    for name in wanted.extras:
        yield name, observed.extras.get(name)
    for resource, there in pairing.carried(wanted):
        yield from ((f"{there.id}.{name}", there.fields.get(name)) for name in resource.fields)


def _differing(wanted: DesiredRecord, observed: ObservedRecord, pairing: Pairing) -> set[str]:
    found = {*different(wanted.fields, observed.fields), *different(wanted.extras, observed.extras)}
    if wanted.hidden != observed.hidden:
        found.add("private")
    for resource, there in pairing.carried(wanted):
        found |= {f"{there.id}.{name}" for name in different(resource.fields, there.fields)}
    return found


def _files(wanted: DesiredRecord, pairing: Pairing, proved: frozenset[str]) -> Iterator[str]:
    for resource, there in pairing.carried(wanted):
        claims = resource.file is not None and there.fields.get("sha256") == resource.file.sha256
        if claims and there.id not in proved:
            yield f"{resource.spoken}.fichier"


def _named(name: str, spoken: Mapping[str, str]) -> str:
    identifier, dot, field = name.partition(".")
    return f"{spoken[identifier]}.{field}" if dot and identifier in spoken else name


def _digest(value: Any) -> str:
    text = json.dumps(plain(value), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
