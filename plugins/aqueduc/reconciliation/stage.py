"""Declared = agreed = certified = recorded on the platforms = really served: every difference, and its remedy.

Requests. As the city, each platform is asked for its lists once; as a visitor, for its lists, its DCAT feed,
then once for each file and link that is drawn, ``MOST_REQUESTS`` at most for a dataset, and for all the rows of
its tables, page by page. Only a record that differs, that is restricted, withdrawn or declared no more, or that
no list shows, is asked for by itself.

Nothing is deleted nor corrected, but that restricted data found open are hidden at once, as each run does, and a
table that holds other rows is remembered to be made anew by the next run.
"""

import logging
import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import cast

from aqueduc.certify.sighting import PlatformSighting, record_sighting_if_changed
from aqueduc.certify.witness.making import witness_city
from aqueduc.certify.witness.places import read_store_witness
from aqueduc.checkpoint import Checkpoint
from aqueduc.declaration import LoadedDeclarations, list_dataset_paths
from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.errors import (
    AqueducError,
    ConnectionMissing,
    InvalidConnectionSettings,
    PlatformError,
    PlatformUnavailable,
    StoreError,
    StoreUnavailable,
)
from aqueduc.findings import Finding
from aqueduc.publish.planning.state import LastSighting, build_platform_state_key
from aqueduc.publish.platform import Transport, open_platform
from aqueduc.publish.surveying import PlatformRecordListings, RecordListingPlatform
from aqueduc.reconciliation.expected import (
    ExpectedDataset,
    find_stored_state_inconsistencies,
    is_publication_being_written,
    list_expected_datasets,
)
from aqueduc.reconciliation.findings import (
    COUNTED,
    AbnormalDifferences,
    ConnectionlessPlatform,
    RefusingPlatform,
    SilentPlatform,
    SilentWitness,
    UndeclaredPlatform,
    UndeclaredState,
    UnreadableDeclaration,
    UnreadableState,
)
from aqueduc.reconciliation.listed import find_differences_in_platform_listing
from aqueduc.reconciliation.records import DatasetPlatformReconciler
from aqueduc.reconciliation.report import ReconciliationDifference, ReconciliationReport, sort_differences
from aqueduc.run import Run, Workspace
from aqueduc.store import Store

log = logging.getLogger(__name__)

FEWEST = 3
"""Datasets that differ, from which their share may be abnormal."""


def reconcile(
    declared: LoadedDeclarations,
    city: City,
    workspace: Workspace,
    now: datetime,
    *,
    only: Collection[str] = (),
    transport: Transport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> ReconciliationReport:
    """Looks at every dataset (those of ``only``, if it names any) and every platform. ``transport`` and
    ``sleep`` are for tests.

    A platform or a dataset that cannot be looked at is told, and keeps nothing else from being looked at.
    Raises StoreUnavailable when the store does not answer.
    """
    store = workspace.store
    readable = {dataset.id for dataset in declared.datasets}
    unreadable = {path.stem for path in list_dataset_paths(workspace.include)} - readable
    every = list_expected_datasets(declared, unreadable, city, store, now)
    busy = _list_datasets_under_publication(store, [one.id for one in every], now)
    expected = [one for one in every if one.id not in busy and (not only or one.id in only)]
    found = list[ReconciliationDifference]()
    signed = read_store_witness(city, workspace).signed if city.witness.is_declared else None
    checkpoint = signed.checkpoint if signed else None
    for one in expected:
        stored = _find_stored_differences_of_dataset(one, city, workspace, now, checkpoint)
        found += _build_differences(one, "", stored)
    platforms = dict[str, bool]()
    run = Run("", f"reconciliation__{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for settings in city.platforms:
        look = _PlatformReconciliation(settings, city, workspace, run, tuple(expected), every)
        answered, differences = look.find_differences(transport, sleep)
        for sighting, last in look.sightings:
            record_sighting_if_changed(sighting, last, city, workspace)
        platforms[settings.name] = answered
        found += differences
    found += [
        one
        for one in _find_undeclared_platforms_and_datasets(expected, city, found, platforms)
        if not only or one.dataset in only
    ]
    found += [] if only else _witness_city(city, workspace, {one.id: one.title for one in every})
    alarm = _build_alarm_if_many_differences(found, len(expected), city) if not only else []
    return ReconciliationReport(
        at=now.astimezone(UTC).isoformat(timespec="seconds"),
        city=city.name,
        datasets=len(expected),
        platforms=platforms,
        busy=tuple(name for name in busy if not only or name in only),
        differences=sort_differences([*alarm, *found]),
    )


def _list_datasets_under_publication(store: Store, names: Sequence[str], now: datetime) -> tuple[str, ...]:
    """The datasets that are being published, or wait to be certified: what is theirs differs for a while."""
    held = {
        key.partition("/")[2]
        for key in store.leases.map_claimed_keys_to_liveness("datasets")
        if store.leases.is_held(key)
    }
    return tuple(name for name in names if name in held or is_publication_being_written(store, name, now))


def _build_differences(
    expected: ExpectedDataset | None, platform: str, findings: Sequence[Finding]
) -> Iterator[ReconciliationDifference]:
    for finding in findings:
        name, title = (expected.id, expected.title) if expected else ("", "")
        yield ReconciliationDifference(name, platform, finding, title)


def _find_stored_differences_of_dataset(
    one: ExpectedDataset,
    city: City,
    workspace: Workspace,
    now: datetime,
    checkpoint: Checkpoint | None,
) -> list[Finding]:
    unread = [UnreadableDeclaration()] if one.unreadable else []
    try:
        return [*unread, *find_stored_state_inconsistencies(one, city, workspace, now, checkpoint)]
    except StoreUnavailable:
        raise
    except StoreError as error:
        return [*unread, _convert_error_to_finding(UnreadableState, error)]


def _convert_error_to_finding(kind: type[Finding], error: AqueducError, **detail: str) -> Finding:
    what, _where, remedy = error.args
    return kind(detail={**detail, "what": what, "remedy": remedy})


class _PlatformReconciliation:
    """The look at one platform. ``every`` dataset there is tells whose a record is; differences are told of
    those ``expected``."""

    def __init__(
        self,
        settings: PlatformSettings,
        city: City,
        workspace: Workspace,
        run: Run,
        expected: tuple[ExpectedDataset, ...],
        every: Sequence[ExpectedDataset],
    ) -> None:
        self._settings = settings
        self._city = city
        self._workspace = workspace
        self._run = run
        self._expected = expected
        self._every = every
        self.sightings = list[tuple[PlatformSighting, LastSighting]]()
        """What was found of each record that could be looked at, after what was found before."""

    def find_differences(
        self, transport: Transport | None, sleep: Callable[[float], None]
    ) -> tuple[bool, list[ReconciliationDifference]]:
        """Whether it could be looked at, and what differs."""
        name = self._settings.name
        found = list[ReconciliationDifference]()
        try:
            with ExitStack() as stack:
                platform = stack.enter_context(
                    open_platform(
                        self._settings, self._city, self._workspace, transport=transport, sleep=sleep
                    )
                )
                survey = self._read_record_listings_if_available(platform)
                listed = find_differences_in_platform_listing(name, survey, self._expected, self._every)
                found += [
                    one for owner, finding in listed for one in _build_differences(owner, name, [finding])
                ]
                for expected in self._expected:
                    look = DatasetPlatformReconciler(
                        expected,
                        self._settings,
                        platform,
                        survey,
                        self._run,
                        self._workspace,
                        self._city.reconciliation.slow_s,
                        *([expected.states[name]] if name in expected.states else []),
                    )
                    found += _build_differences(expected, name, self._find_dataset_differences(look))
        except (ConnectionMissing, InvalidConnectionSettings) as error:
            log.warning("%s", error)
            return False, [
                ReconciliationDifference("", name, ConnectionlessPlatform(detail={"platform": name}))
            ]
        except PlatformUnavailable as error:
            log.warning("%s", error)
            return False, [
                *found,
                ReconciliationDifference("", name, SilentPlatform(detail={"platform": name})),
            ]
        except (PlatformError, StoreError) as error:
            log.warning("%s", error)
            return False, [
                *found,
                ReconciliationDifference(
                    "", name, _convert_error_to_finding(RefusingPlatform, error, platform=name)
                ),
            ]
        return True, found

    def _read_record_listings_if_available(self, platform: object) -> PlatformRecordListings:
        if not self._settings.kind.capabilities.lists_records:
            return PlatformRecordListings((), {})
        name = self._settings.name
        states = {
            state.record: state for one in self._every if (state := one.states.get(name)) and state.record
        }
        return cast(RecordListingPlatform, platform).read_record_listings(states)

    def _find_dataset_differences(self, look: DatasetPlatformReconciler) -> list[Finding]:
        """A record that the platform refuses to show keeps nothing else from being looked at."""
        found = list[Finding]()
        try:
            found.extend(look.find_differences())
            if sighting := look.build_sighting(found):
                self.sightings.append((sighting, look.state.seen))
        except PlatformUnavailable:
            raise
        except PlatformError as error:
            found.append(_convert_error_to_finding(RefusingPlatform, error, platform=look.platform_name))
        return found


def _find_undeclared_platforms_and_datasets(
    expected: Sequence[ExpectedDataset],
    city: City,
    found: Sequence[ReconciliationDifference],
    platforms: dict[str, bool],
) -> Iterator[ReconciliationDifference]:
    """What the city's platforms cannot tell: a dataset left on one that it names no more, or nowhere."""
    seen = {one.dataset for one in found if one.platform}
    for one in expected:
        lost = [
            name
            for name, state in one.states.items()
            if state.record and city.find_platform_settings(name) is None
        ]
        for name in lost:
            detail = {"platform": name, "key": build_platform_state_key(one.id, name)}
            yield ReconciliationDifference(one.id, name, UndeclaredPlatform(detail=detail), one.title)
        unknown = any(not platforms.get(name, True) for name in one.states)
        if one.is_orphan and one.pointer and one.id not in seen and not lost and not unknown:
            yield ReconciliationDifference(one.id, "", UndeclaredState(), one.title)


def _witness_city(
    city: City, workspace: Workspace, titles: Mapping[str, str]
) -> Iterator[ReconciliationDifference]:
    """The checkpoint of the day: the ledgers that were rolled back since an earlier one, and the places that have not
    received it."""
    lost, silent = witness_city(city, workspace)
    for one in lost:
        yield ReconciliationDifference(one.dataset, "", one.build_finding(), titles.get(one.dataset, ""))
    for name, failure in silent.items():
        log.warning("%s", failure)
        finding = _convert_error_to_finding(SilentWitness, failure, name=str(name))
        yield ReconciliationDifference("", "", finding)


def _build_alarm_if_many_differences(
    found: Sequence[ReconciliationDifference], datasets: int, city: City
) -> list[ReconciliationDifference]:
    """One difference more where too many datasets differ, or records that no dataset answers for: the fault may
    be none of theirs."""
    differing = {one.dataset or one.key for one in found if one.gravity in COUNTED}
    if len(differing) < max(FEWEST, math.ceil(datasets * city.reconciliation.alarm_at)):
        return []
    return [
        ReconciliationDifference(
            "", "", AbnormalDifferences(detail={"found": len(differing), "all": datasets})
        )
    ]
