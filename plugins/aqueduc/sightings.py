"""What Aqueduc saw itself that article 11 of the convention makes an incident, kept until it is noted as one.

::

    sightings/<kind>__<dataset>__<platform>.json    what was seen, with the first instant at which it was

Whoever finds it leaves it here; ``convention.claims`` notes it, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aqueduc.store import JsonRecord, Store

FOLDER = "sightings"


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


def note_sighting(store: Store, sighting: IncidentSighting) -> None:
    """Keeps the first of a kind until it is noted as an incident. Raises StoreError."""
    if not store.exists(sighting.key):
        store.write_json(sighting.key, sighting.to_json())


def list_sightings(store: Store) -> list[IncidentSighting]:
    """The oldest first. Raises StoreError."""
    raw = (store.read_json(key) for key in store.list(FOLDER))
    return sorted((IncidentSighting.from_json(one) for one in raw if one), key=lambda one: (one.at, one.key))
