"""What is written on a platform so that nothing of a record is public any more; the plan is pure.

It hides first, whatever was seen: what a run that died began is done again from the start.
"""

from dataclasses import replace

from aqueduc.declaration.spec import PlatformSettings
from aqueduc.publish.planning.plan import ResourcePairing
from aqueduc.publish.planning.state import (
    DesiredRecord,
    LastSighting,
    ObservedRecord,
    PlatformState,
    build_platform_state_key,
)
from aqueduc.publish.planning.writes import (
    WITHDRAWN,
    HideRecord,
    PurgeRecord,
    RemoveBackingResource,
    RemoveResource,
    Write,
)
from aqueduc.publish.platform import Platform
from aqueduc.publish.recorder import PlatformStateRecorder
from aqueduc.store import Store


class _NonPersistingStateRecorder(PlatformStateRecorder):
    """Keeps nothing of what is removed: what a lift brings back takes its former ids."""

    def save_state(self, state: PlatformState) -> None:
        self.state = state


def plan_record_removal_writes(observed: ObservedRecord, *, empty: bool, purge: bool) -> tuple[Write, ...]:
    """The writes, in their order. ``empty``: with its resources and tables, those too that others attached to
    the record, since the record is the city's. ``purge``: with the record itself."""
    writes: list[Write] = [] if observed.deleted else [HideRecord()]
    if empty:
        writes += [RemoveBackingResource(one.id) for one in observed.backing_resources]
        writes += [
            RemoveResource(one.id, one.format, one.table is not None, why=WITHDRAWN, erase=True)
            for one in observed.resources
        ]
    if purge and not observed.deleted:
        writes.append(PurgeRecord())
    return tuple(writes)


def apply_record_removal_writes(
    platform: Platform, slug: str, state: PlatformState, writes: tuple[Write, ...], store: Store
) -> None:
    """Makes the ``writes``. Raises the errors of ``PlatformClient``."""
    nothing = DesiredRecord(slug, {}, {}, hidden=True, resources=(), tables=False)
    progress = _NonPersistingStateRecorder(store, "", state, ResourcePairing(()))
    for write in writes:
        platform.apply_write(write, nothing, progress)
    platform.finish_publication(nothing)


def take_record_down(
    platform: Platform,
    settings: PlatformSettings,
    dataset: str,
    state: PlatformState,
    observed: ObservedRecord | None,
    store: Store,
    *,
    removing: bool,
) -> None:
    """Hides what was ``observed`` of a record; ``removing``: removes it, as the platform is declared. What was
    known of its contents is forgotten first: who dies in between begins again. Raises the errors of
    ``PlatformClient``, StoreError."""
    store.write_json(build_platform_state_key(dataset, settings.name), build_withdrawn_state(state).to_json())
    if observed is None:
        return
    # Where a hidden record does not protect its files, to hide is to take them away.
    empty = removing or settings.kind.capabilities.refuses_restricted is not None
    purge = removing and settings.spec.withdrawn == "purge"
    apply_record_removal_writes(
        platform, dataset, state, plan_record_removal_writes(observed, empty=empty, purge=purge), store
    )


def build_withdrawn_state(state: PlatformState) -> PlatformState:
    """What stays known of a record that is withdrawn: its identity, and that nobody else emptied it."""
    return replace(state, last_applied={}, tables={}, links={}, withdrawn=True, seen=LastSighting())
