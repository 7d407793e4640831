"""What Aqueduc saw itself that article 11 of the convention makes an incident, kept until it is noted as one;
and which differences the looks at the whole city know of.

::

    sightings/<kind>__<dataset>__<platform>.json    what was seen, with the first instant at which it was
    reconciliations/latest.json                     since when each difference lasts, by its key; of those that the
                                                    last look could not look at, when they were last seen

Whoever finds an incident leaves it here; ``convention.claims`` notes it, once. ``reconciliation`` writes the latter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aqueduc.store import JsonRecord, Store, format_compact_instant

FOLDER = "sightings"
LOOKS = "reconciliations"
LAST_LOOK = f"{LOOKS}/latest.json"


@dataclass(frozen=True)
class IncidentSighting(JsonRecord):
    """``kind``: a ``restricted`` dataset that visitors could open on ``platform``, or a ``withdrawn`` one that
    was shown there again. ``at``: ISO 8601, UTC."""

    kind: Literal["restricted", "withdrawn"]
    dataset: str
    title: str
    platform: str
    at: str

    @property
    def key(self) -> str:
        return f"{FOLDER}/{self.kind}__{self.dataset}__{self.platform}.json"


def save_incident_sighting_if_new(store: Store, sighting: IncidentSighting) -> None:
    """Keeps the first of a kind until it is noted as an incident. Raises StoreError."""
    if not store.exists(sighting.key):
        store.write_json(sighting.key, sighting.to_json())


def list_incident_sightings(store: Store) -> list[IncidentSighting]:
    """The oldest first. Raises StoreError."""
    raw = (store.read_json(key) for key in store.list(FOLDER))
    return sorted((IncidentSighting.from_json(one) for one in raw if one), key=lambda one: (one.at, one.key))


def build_look_key(at: datetime) -> str:
    """Where the look at the whole city of that instant is kept."""
    return f"{LOOKS}/{format_compact_instant(at)}.json"


def find_last_look_without(store: Store, dataset: str, platform: str, codes: Collection[str]) -> str:
    """When the last look at the whole city was (ISO 8601, UTC), where it looked at the dataset on ``platform`` and found
    none of ``codes`` there; else empty. Raises StoreError."""
    last = store.read_json(LAST_LOOK)
    look = store.read_json(build_look_key(datetime.fromisoformat(last["at"]))) if last else None
    if not look or dataset in look["busy"] or not look["platforms"].get(platform):
        return ""
    found = {
        one["code"] for one in look["differences"] if (one["dataset"], one["platform"]) == (dataset, platform)
    }
    return "" if found & set(codes) else str(look["at"])


@dataclass(frozen=True)
class OngoingPlatformDifference:
    """What was found about ``dataset`` on ``platform``, by the ``code`` of the finding, and no look since has found
    gone. ``since``, and ``seen`` for the last time: ISO 8601, UTC."""

    dataset: str
    platform: str
    code: str
    since: str
    seen: str


def list_ongoing_platform_differences(store: Store) -> Iterator[OngoingPlatformDifference]:
    """Those that the last look at the whole city left. Raises StoreError."""
    last = store.read_json(LAST_LOOK) or {}
    seen: dict[str, str] = last.get("seen", {})
    for key, since in last.get("since", {}).items():
        dataset, platform, code, *_named = key.split("/")
        yield OngoingPlatformDifference(
            dataset, platform, code, since, seen.get(key) or last.get("at") or since
        )
