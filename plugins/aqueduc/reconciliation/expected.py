"""What the city says of each dataset, from its declarations and its store: declared, agreed, certified."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc.certify.history import CERTIFICATE, UNCHANGED
from aqueduc.certify.ledger import list_certificate_platforms
from aqueduc.certify.verified import find_ledger_breaks_since_checkpoint
from aqueduc.checkpoint import Checkpoint
from aqueduc.decisions import read_claim_retention_holds_and_suspensions, read_withdrawal_mark
from aqueduc.declaration import LoadedDeclarations
from aqueduc.declaration.embargo import find_embargo_end
from aqueduc.declaration.spec import City, Dataset
from aqueduc.declaration.term import convert_to_city_date, list_platforms_of_ended_convention
from aqueduc.errors import StoreError
from aqueduc.findings import Finding
from aqueduc.language import Message, _, format_localised_day
from aqueduc.leases import RESUMABLE_S
from aqueduc.publish.planning.state import PlatformState
from aqueduc.publish.proof.agreement import read_agreement_state
from aqueduc.publish.recorder import list_platforms_with_stored_state, read_platform_state
from aqueduc.reconciliation.findings import (
    InterruptedPublication,
    LastingRestoration,
    LateDataset,
    MissingIntervals,
    MissingRevisionFile,
    NeverCertified,
    NeverRun,
    PendingDeclaration,
)
from aqueduc.reconciliation.lateness import find_missed_schedule_slot
from aqueduc.run import Workspace
from aqueduc.store import Store, Window, decode_json_or_none

LASTING = timedelta(days=7)
"""A restoration is meant for the time that it takes to correct a source."""

WRITING = timedelta(seconds=RESUMABLE_S)
"""From the first write to the certificate, the tasks of a run may wait for each other."""


@dataclass(frozen=True)
class ExpectedDataset:
    """One dataset, as the city has it. ``declared`` is None where nothing declares it any more, or where its
    declaration cannot be read (``unreadable``). ``certificate``: of what is online, None where nothing is, or
    it cannot be trusted. ``former``: the identifier that it had. ``states``: what is remembered, by platform."""

    id: str
    declared: Dataset | None
    unreadable: bool
    withdrawn: bool
    pointer: Mapping[str, Any] | None
    certificate: Mapping[str, Any] | None
    former: str
    states: Mapping[str, PlatformState]
    closed: frozenset[str] = frozenset()
    """The platforms where nothing of it may be public: the convention that binds them has ended, or a claim
    suspends it everywhere."""

    def is_withdrawn_from_platform(self, platform: str) -> bool:
        """Whether it is withdrawn, or nothing of it may be public there."""
        return self.withdrawn or platform in self.closed

    @property
    def is_withdrawn_from_every_platform(self) -> bool:
        """Whether no platform of its declaration may show it."""
        names = self.declared.publication.platforms if self.declared else ()
        return self.withdrawn or (bool(names) and all(map(self.is_withdrawn_from_platform, names)))

    @property
    def title(self) -> str:
        return self.declared.title if self.declared else str((self.certificate or {}).get("title") or self.id)

    @property
    def is_orphan(self) -> bool:
        """Whether it was published, and nothing declares it."""
        return self.declared is None and not self.unreadable and not self.withdrawn

    @property
    def is_open(self) -> bool:
        """Whether anyone may read it: as it is declared, else as it was certified."""
        if self.declared is not None:
            return self.declared.access.is_open
        return str((self.certificate or {}).get("access", "public")) == "public"

    def list_certified_resources(self, platform: str) -> Mapping[str, Mapping[str, Any]]:
        """The resources that its certificate says ``platform`` serves, by their ids."""
        return {
            one["id"]: one
            for place in list_certificate_platforms(self.certificate or {})
            if place.get("platform") == platform
            for one in place.get("resources", ())
        }


def list_expected_datasets(
    declared: LoadedDeclarations, unreadable: Collection[str], city: City, store: Store, now: datetime
) -> tuple[ExpectedDataset, ...]:
    """Every dataset that is declared, or of which something is online, in order. Raises StoreError."""
    readable = {dataset.id: dataset for dataset in declared.datasets}
    names = sorted({*readable, *unreadable, *store.list_datasets()})
    ended = list_platforms_of_ended_convention(city, convert_to_city_date(now, city.timezone))
    suspended = read_claim_retention_holds_and_suspensions(store).suspended
    everywhere = frozenset(one.name for one in city.platforms)
    found = (
        replace(
            _read_expected_dataset(name, readable.get(name), store, now, unreadable=name in unreadable),
            closed=everywhere if name in suspended else frozenset(ended),
        )
        for name in names
    )
    return tuple(one for one in found if one.declared or one.unreadable or one.pointer or one.withdrawn)


def _read_expected_dataset(
    name: str, declared: Dataset | None, store: Store, now: datetime, *, unreadable: bool
) -> ExpectedDataset:
    mark = read_withdrawal_mark(store, name)
    try:
        certificate = store.read_current_certificate(name)
    except StoreError:
        certificate = None  # what is wrong with it is the ledger's to tell
    return ExpectedDataset(
        id=name,
        declared=declared,
        unreadable=unreadable,
        withdrawn=mark is not None and mark.is_hold_in_force(now),
        pointer=store.read_current_revision_pointer(name),
        certificate=certificate,
        former=str((store.read_json(f"datasets/{name}/moved.json") or {}).get("from") or ""),
        states={
            platform: read_platform_state(store, name, platform)
            for platform in list_platforms_with_stored_state(store, name)
        },
    )


def find_stored_state_inconsistencies(
    expected: ExpectedDataset,
    city: City,
    workspace: Workspace,
    now: datetime,
    checkpoint: Checkpoint | None,
) -> Iterator[Finding]:
    """What the declaration, the agreement, the ledger and the pointer of a dataset do not say alike. Of its ledger, what
    was added since it was last verified is read, where the ``checkpoint`` names what was."""
    store, keys = workspace.store, city.signing.keys if city.signing else ()
    yield from find_ledger_breaks_since_checkpoint(store, expected.id, keys, checkpoint, now)
    yield from _find_unfinished_publication_or_restoration(expected, city, store, now)
    dataset = expected.declared
    if dataset is None or expected.is_withdrawn_from_every_platform:
        return
    if expected.pointer is None and now < (find_embargo_end(dataset, city) or now):
        return
    if expected.pointer is None:
        yield (
            NeverCertified(detail={"dataset": dataset.id}) if store.list(f"runs/{dataset.id}") else NeverRun()
        )
        return
    yield from (
        MissingRevisionFile(detail={"name": part["object"]})
        for part in expected.pointer.get("parts", ())
        if not store.exists(part["object"])
    )
    yield from _find_missing_intervals(dataset.id, expected.pointer, city)
    if city.agreement == "required" and (
        gap := read_agreement_state(dataset, city, store, workspace.include).gap
    ):
        yield gap
    if store.read_restoration_mark(dataset.id):
        return
    if expected.pointer.get("fingerprint") != dataset.fingerprint:
        yield PendingDeclaration()
    yield from _find_lateness(dataset, city, store, now)


def _find_missing_intervals(dataset: str, pointer: Mapping[str, Any], city: City) -> Iterator[Finding]:
    """Airflow skips the runs that were not started in their time: nothing else would tell."""
    windows = sorted(
        (Window.from_json(part["window"]) for part in pointer.get("parts", ()) if part.get("window")),
        key=lambda window: window.start,
    )
    gaps = [(one.end, after.start) for one, after in pairwise(windows) if one.end < after.start]
    if gaps:
        start, end = (_format_moment_in_city_timezone(moment, city) for moment in gaps[0])
        yield MissingIntervals(count=len(gaps), detail={"start": start, "end": end, "dataset": dataset})


def _find_unfinished_publication_or_restoration(
    expected: ExpectedDataset, city: City, store: Store, now: datetime
) -> Iterator[Finding]:
    marks = (
        (store.read_publication_in_progress(expected.id), WRITING, InterruptedPublication),
        (store.read_restoration_mark(expected.id), LASTING, LastingRestoration),
    )
    for mark, patience, kind in marks:
        at = datetime.fromisoformat(mark["at"]) if mark else now
        if now - at > patience:
            yield kind(detail={"at": _format_moment_in_city_timezone(at, city)})


def is_publication_being_written(store: Store, dataset: str, now: datetime) -> bool:
    """Whether a publication has begun to write, and its run may still certify it."""
    mark = store.read_publication_in_progress(dataset)
    return mark is not None and now - datetime.fromisoformat(mark["at"]) <= WRITING


def _find_lateness(dataset: Dataset, city: City, store: Store, now: datetime) -> Iterator[Finding]:
    last = find_last_successful_run_time(store, dataset.id)
    missed = (
        find_missed_schedule_slot(dataset.frequency, city, city.reconciliation.grace, last, now)
        if last
        else None
    )
    if missed is not None and last is not None:
        detail = {
            "cadence": dataset.frequency.label,
            "expected": _format_moment_in_city_timezone(missed, city),
            "last": _format_moment_in_city_timezone(last, city),
            "dataset": dataset.id,
        }
        yield LateDataset(detail=detail)


def find_last_successful_run_time(store: Store, dataset: str) -> datetime | None:
    """When a run of the dataset last ended well, having published or found its source unchanged."""
    for key in reversed(store.list_ledger_entry_keys(dataset)):
        entry = decode_json_or_none(store.read(key) or b"") or {}
        if entry.get("kind") in (CERTIFICATE, UNCHANGED):
            return datetime.fromisoformat(entry.get("served_at") or entry["at"]).astimezone(UTC)
    return None


def _format_moment_in_city_timezone(at: datetime, city: City) -> Message:
    local = at.astimezone(ZoneInfo(city.timezone))
    return _("{day} à {time}").format(day=format_localised_day(local.date()), time=f"{local:%H:%M}")
