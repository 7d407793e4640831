"""What is learnt while writing, saved at once: the next run picks up one that died without losing an id."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from aqueduc.declaration.spec import Dataset
from aqueduc.publish.planning.plan import ResourcePairing
from aqueduc.publish.planning.state import DesiredResource, PlatformState, build_platform_state_key
from aqueduc.run import RowObserver
from aqueduc.store import Store


@dataclass
class PlatformStateRecorder:
    """The ``WriteProgress`` of a publication."""

    store: Store
    key: str
    state: PlatformState
    pairing: ResourcePairing
    observe_rows: RowObserver | None = None
    _ids: dict[int, str] = field(default_factory=dict)
    _backing_resources: dict[int, str] = field(default_factory=dict)

    def save_state(self, state: PlatformState) -> None:
        if state != self.state:
            self.store.write_json(self.key, state.to_json())
        self.state = state

    def report_sent_row_count(self, rows: int) -> None:
        if self.observe_rows is not None:
            self.observe_rows(rows)

    def get_resource_id(self, rank: int) -> str:
        there = self.pairing.of[rank]
        return self._ids[rank] if rank in self._ids or there is None else there.id

    def save_resource_id(self, rank: int, identifier: str, resource: DesiredResource) -> None:
        self._ids[rank] = identifier
        self.save_state(self.state.with_resource(identifier, resource.format, resource.slice_label))

    def save_backing_resource_id(self, rank: int, identifier: str) -> None:
        self._backing_resources[rank] = identifier

    def get_backing_resource_id(self, rank: int) -> str:
        return self._backing_resources[rank]


def list_platforms_with_stored_state(store: Store, dataset: str) -> list[str]:
    """The names of those where the dataset has, or had, a record, whatever its declaration says now. Raises
    StoreError."""
    keys = store.list(f"datasets/{dataset}/platforms")
    return [key.rsplit("/", 1)[-1].removesuffix(".json") for key in keys]


def read_platform_state(store: Store, dataset: str, platform: str) -> PlatformState:
    """What is remembered of its record there; nothing where it has none. Raises StoreError."""
    return PlatformState.from_json(store.read_json(build_platform_state_key(dataset, platform)))


def list_former_platforms(dataset: Dataset, store: Store) -> Iterator[str]:
    """The names of those where a record was left before its declaration named others."""
    for name in list_platforms_with_stored_state(store, dataset.id):
        state = read_platform_state(store, dataset.id, name)
        if name not in dataset.publication.platforms and state.record and not state.withdrawn:
            yield name
