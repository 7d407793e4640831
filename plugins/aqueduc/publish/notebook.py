"""What is learnt while writing, saved at once: the next run picks up one that died without losing an id."""

from __future__ import annotations

from dataclasses import dataclass, field

from aqueduc.publish.plan import Pairing
from aqueduc.publish.state import DesiredResource, PlatformState
from aqueduc.store import Store


@dataclass
class Notebook:
    """The ``Progress`` of a publication."""

    store: Store
    key: str
    memory: PlatformState
    pairing: Pairing
    _ids: dict[int, str] = field(default_factory=dict)
    _carriers: dict[int, str] = field(default_factory=dict)

    def keep(self, memory: PlatformState) -> None:
        if memory != self.memory:
            self.store.write_json(self.key, memory.to_json())
        self.memory = memory

    def resource(self, rank: int) -> str:
        there = self.pairing.of[rank]
        return self._ids[rank] if rank in self._ids or there is None else there.id

    def placed(self, rank: int, identifier: str, resource: DesiredResource) -> None:
        self._ids[rank] = identifier
        self.keep(self.memory.with_resource(identifier, resource.format, resource.label))

    def built(self, rank: int, identifier: str) -> None:
        self._carriers[rank] = identifier

    def carrier(self, rank: int) -> str:
        return self._carriers[rank]
