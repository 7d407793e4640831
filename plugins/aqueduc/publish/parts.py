"""The parts a revision is made of: the sole state of a snapshot, or one window after the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from aqueduc.declaration.model import Dataset
from aqueduc.errors import PublicationGateClosed
from aqueduc.publish.findings import OverlappingWindows, StaleParts
from aqueduc.publish.gate import closed
from aqueduc.store import Handle, Store, Window


def renew(dataset: Dataset, handle: Handle, store: Store) -> tuple[Handle, ...]:
    """Puts ``handle`` among the parts of its dataset, in place of what it covers, and returns them all.

    Raises PublicationGateClosed when its window overlaps another without covering it, or when other parts
    were prepared under rules that have changed since: a declaration that drops a column must not publish it
    through last month's window.
    """
    others = () if handle.window is None else _others(handle.window, store.parts(dataset.id))
    _refuse_overlap(dataset, handle, others)
    store.write_parts(dataset.id, [*others, handle])
    parts = tuple(store.parts(dataset.id))
    key = f"datasets/{dataset.id}/prepared.json"
    prepared = {**(store.read_json(key) or {}), handle.sha256: treatment(dataset)}
    store.write_json(key, {part.sha256: prepared.get(part.sha256) for part in parts})
    stale = [part for part in parts if prepared.get(part.sha256) != treatment(dataset)]
    if stale:
        raise _stale(dataset, stale)
    return parts


def revision_of(dataset: Dataset, parts: Sequence[Handle]) -> str:
    """Names a published state: the same parts under the same declaration have the same."""
    return hashlib.sha256(
        "\n".join([*(part.sha256 for part in parts), dataset.fingerprint]).encode()
    ).hexdigest()


def treatment(dataset: Dataset) -> str:
    """Names what was done to make rows publishable: rules, privacy, key, names and types, and no more.

    A new title leaves it as it is; a column that becomes dropped does not.
    """
    rules = [
        [column.name, column.published_as, column.rule.model_dump(mode="json")] for column in dataset.columns
    ]
    fields = [
        field.model_dump(mode="json", exclude={"title", "description", "unit"}, exclude_defaults=True)
        for field in dataset.table_schema.fields
    ]
    privacy = dataset.privacy.model_dump(mode="json") if dataset.privacy else None
    geometry = dataset.geometry.model_dump(mode="json") if dataset.geometry else None
    text = json.dumps([rules, fields, privacy, geometry, list(dataset.key)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _others(window: Window, parts: Sequence[Handle]) -> tuple[Handle, ...]:
    """The parts of other windows that ``window`` does not cover; a former snapshot makes way."""
    return tuple(
        part
        for part in parts
        if part.window is not None
        and not (window.start <= part.window.start and part.window.end <= window.end)
    )


def _refuse_overlap(dataset: Dataset, handle: Handle, others: Sequence[Handle]) -> None:
    window = handle.window
    crossed = [
        part.window
        for part in others
        if window and part.window and part.window.start < window.end and window.start < part.window.end
    ]
    if not crossed or window is None:
        return
    detail = {
        "count": len(crossed),
        "first": min(other.start for other in crossed).isoformat(),
        "last": max(other.end for other in crossed).isoformat(),
    }
    raise closed(
        dataset,
        "Cette fenêtre en chevauche une autre.",
        OverlappingWindows(count=len(crossed), detail=detail),
    )


def _stale(dataset: Dataset, stale: Sequence[Handle]) -> PublicationGateClosed:
    windows = [part.window for part in stale if part.window]
    detail = {
        "count": len(stale),
        "first": min(window.start for window in windows).isoformat() if windows else "",
        "last": max(window.end for window in windows).isoformat() if windows else "",
    }
    return closed(
        dataset,
        "La déclaration a changé : des fenêtres déjà préparées sont à refaire avant de publier.",
        StaleParts(count=len(stale), detail=detail),
    )
