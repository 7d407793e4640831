"""Takes what is published off platforms, and decides nothing of the datasets themselves: at the end of the
convention, on those that it binds; while a claim suspends a dataset, on all where it is.

First it is hidden, at once and on its own. Removed, and verified gone as any visitor would ask, once a person
agreed. Each record is for itself: one that fails keeps no other waiting, and the next call goes on from there.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Literal

from aqueduc import __version__
from aqueduc.certify.history import HIDDEN
from aqueduc.certify.witness.making import append_act_entry
from aqueduc.convention.entries import describe_takedown
from aqueduc.decisions import CLOSING, build_decision_mark_key, read_decision_mark
from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.declaration.term import convert_to_city_date, list_platforms_of_ended_convention
from aqueduc.errors import AqueducError, WithdrawalIncomplete
from aqueduc.language import Message, _, format_labelled_text, join_messages, quote_text, use_language
from aqueduc.publish.outlets.holdings import OutletHoldings, remove_undesired_outlet_holdings
from aqueduc.publish.planning.state import PlatformState
from aqueduc.publish.platform import Platform, get_platform_settings, open_platform
from aqueduc.publish.recorder import list_platforms_with_stored_state, read_platform_state
from aqueduc.run import Workspace
from aqueduc.sources import change
from aqueduc.withdrawal.entries import describe_withdrawal_checks
from aqueduc.withdrawal.proof import (
    PublicAddressCheck,
    check_public_addresses,
    list_certified_file_addresses,
    list_record_public_addresses,
    merge_public_addresses,
    parse_public_addresses,
    serialise_public_addresses,
)
from aqueduc.withdrawal.removal import take_record_down

log = logging.getLogger(__name__)

Step = Literal["hide", "remove"]
_ABSENT = _("{dataset} : sa fiche n'était déjà plus sur « {platform} » ; le registre le dit.")


@dataclass(frozen=True)
class PlatformRecord:
    """The record of a dataset on a platform."""

    dataset: str
    platform: str


@dataclass(frozen=True)
class TakedownCause:
    """Why a record is taken off, in French; ``by``: who decided it, empty where nobody had to."""

    why: str
    by: str = ""


@dataclass(frozen=True)
class TakedownResult:
    """``done``: the records taken off by this call; ``failures``: those that could not be, and why."""

    done: tuple[PlatformRecord, ...] = ()
    failures: tuple[tuple[PlatformRecord, AqueducError], ...] = ()

    def raise_failures(self) -> None:
        """Raises the error of a record that failed, one that may be tried again first, naming all."""
        if not self.failures:
            return
        _record, error = next((one for one in self.failures if one[1].retryable), self.failures[0])
        said = [
            Message("{} ({}, {})").format(other.what, record.dataset, quote_text(record.platform))
            for record, other in self.failures
        ]
        raise WithdrawalIncomplete(join_messages(said, " "), where=error.where, remedy=error.remedy)


# --- what is to be taken off --------------------------------------------------------------------------------


def list_records_on_ended_convention_platforms(city: City, workspace: Workspace) -> list[PlatformRecord]:
    """Every record on a platform that the convention bound, of any dataset, declared or not, once it has
    ended; none before. Raises StoreError."""
    ended = list_platforms_of_ended_convention(city, convert_to_city_date(workspace.clock(), city.timezone))
    names = workspace.store.list_datasets() if ended else []
    return [
        record
        for name in names
        for record in list_dataset_platform_records(name, workspace)
        if record.platform in ended
    ]


def list_dataset_platform_records(dataset: str, workspace: Workspace) -> list[PlatformRecord]:
    """The records of a dataset, whatever its declaration says now. Raises StoreError."""
    return [
        PlatformRecord(dataset, name) for name in list_platforms_with_stored_state(workspace.store, dataset)
    ]


def filter_records_awaiting_takedown_step(
    records: Iterable[PlatformRecord], step: Step, workspace: Workspace
) -> list[PlatformRecord]:
    """Those of which ``step`` is still to be done. Raises StoreError."""
    return [one for one in records if not _is_takedown_step_done(one, step, workspace)]


def _is_takedown_step_done(record: PlatformRecord, step: Step, workspace: Workspace) -> bool:
    state = _read_record_platform_state(record, workspace)
    at = _read_takedown_mark(record, workspace).get("hidden_at" if step == "hide" else "removed_at")
    # What a publication brought back since is to be done again.
    return not state.record or (state.withdrawn and bool(at))


def _read_record_platform_state(record: PlatformRecord, workspace: Workspace) -> PlatformState:
    return read_platform_state(workspace.store, record.dataset, record.platform)


def _read_takedown_mark(record: PlatformRecord, workspace: Workspace) -> Mapping[str, Any]:
    mark = read_decision_mark(workspace.store, record.dataset, CLOSING) or {}
    found: Mapping[str, Any] = mark.get(record.platform, {})
    return found


# --- taking off ---------------------------------------------------------------------------------------------


def hide_records(
    records: Iterable[PlatformRecord], cause: TakedownCause, city: City, workspace: Workspace, **options: Any
) -> TakedownResult:
    """Hides those that are not yet. ``options`` are those of ``open_platform``, for tests.

    What keeps a record from being hidden is in the result. Raises StoreError when the store does not answer.
    """
    return _take_down_records(
        filter_records_awaiting_takedown_step(records, "hide", workspace),
        "hide",
        cause,
        city,
        workspace,
        options,
    )


def remove_records(
    records: Iterable[PlatformRecord], cause: TakedownCause, city: City, workspace: Workspace, **options: Any
) -> TakedownResult:
    """Removes files, tables and, where the platform is declared so, the record itself; then asks for each
    place where it was public as a visitor. As ``hide_records``."""
    return _take_down_records(
        filter_records_awaiting_takedown_step(records, "remove", workspace),
        "remove",
        cause,
        city,
        workspace,
        options,
    )


def _take_down_records(
    records: list[PlatformRecord],
    step: Step,
    cause: TakedownCause,
    city: City,
    workspace: Workspace,
    options: Mapping[str, Any],
) -> TakedownResult:
    done: list[PlatformRecord] = []
    failures: list[tuple[PlatformRecord, AqueducError]] = []
    for record in records:
        try:
            absent = _take_down_single_record(_RecordTakedown(record, step, cause, city, workspace, options))
            if absent:
                log.warning("%s", _ABSENT.format(dataset=record.dataset, platform=record.platform))
            else:
                done.append(record)
        except AqueducError as error:
            log.warning("%s", format_labelled_text(f"{record.dataset}, {record.platform}", error.what))
            failures.append((record, error))
    return TakedownResult(tuple(done), tuple(failures))


@dataclass(frozen=True)
class _RecordTakedown:
    """One record, while it is taken off."""

    record: PlatformRecord
    step: Step
    cause: TakedownCause
    city: City
    workspace: Workspace
    options: Mapping[str, Any]

    def update_takedown_mark(self, **changes: Any) -> None:
        """Changes what the mark says of the record."""
        store, key = self.workspace.store, build_decision_mark_key(self.record.dataset, CLOSING)
        mark = store.read_json(key) or {}
        store.write_json(
            key, {**mark, self.record.platform: {**mark.get(self.record.platform, {}), **changes}}
        )


def _take_down_single_record(takedown: _RecordTakedown) -> bool:
    """Whether somebody else had taken it off already: nothing was to be done, which the ledger says."""
    record, workspace, city = takedown.record, takedown.workspace, takedown.city
    settings = get_platform_settings(record.platform, city)
    with (
        workspace.store.lock(f"datasets/{record.dataset}", where=_("jeu {id}").format(id=record.dataset)),
        open_platform(settings, city, workspace, **takedown.options) as platform,
    ):
        # Where it comes back one day, an unchanged source has to be published again, even if what follows fails.
        change.mark_source_states_outdated(workspace.vault, record.dataset)
        checks, absent = _take_record_off_platform_and_verify(takedown, platform, settings)
        _record_takedown(takedown, checks, absent=absent)
    return absent


def _take_record_off_platform_and_verify(
    takedown: _RecordTakedown, platform: Platform, settings: PlatformSettings
) -> tuple[list[PublicAddressCheck], bool]:
    """With whether nothing of it was there any more. What was there is noted before the first write: nobody could find
    out afterwards."""
    record, store = takedown.record, takedown.workspace.store
    removing = takedown.step == "remove"
    state = _read_record_platform_state(record, takedown.workspace)
    platform.read_capabilities()
    observed = platform.read_observed_record(record.dataset, state)
    mark = _read_takedown_mark(record, takedown.workspace)
    # Of what Aqueduc took off itself, what was there before is remembered.
    absent = bool(mark.get("absent")) if state.withdrawn else observed is None or observed.deleted
    places = merge_public_addresses(
        parse_public_addresses(mark.get("places", ())),
        list_certified_file_addresses(store, record.dataset, record.platform),
        list_record_public_addresses(platform, record.dataset, observed) if observed else (),
    )
    takedown.update_takedown_mark(
        places=serialise_public_addresses(places), hidden_at="", removed_at="", absent=absent
    )
    take_record_down(platform, settings, record.dataset, state, observed, store, removing=removing)
    if removing:
        checks = check_public_addresses(platform.client, record.platform, places)
        _raise_if_still_reachable(record, [check.address for check in checks if not check.gone])
        return checks, absent
    seen = platform.read_record_without_tables(record.dataset, state, anonymous=True)
    _raise_if_still_reachable(record, [platform.build_record_url(record.dataset)] if seen else [])
    return [], absent


def _raise_if_still_reachable(record: PlatformRecord, addresses: list[str]) -> None:
    if addresses:
        raise WithdrawalIncomplete(
            _("Un visiteur atteint encore ce jeu sur « {platform} » ({count}).").format(
                platform=record.platform, count=len(addresses)
            ),
            where=addresses[0],
            remedy=_(
                "rien à faire si la reprise réussit (un cache, un index) ; sinon ouvrir cette adresse sans être "
                "connecté, et demander à qui tient la plateforme de la fermer"
            ),
        )


@use_language("fr")
def _record_takedown(takedown: _RecordTakedown, checks: list[PublicAddressCheck], *, absent: bool) -> None:
    """The entry of the ledger, then the mark: who dies in between does it again."""
    record, cause, workspace = takedown.record, takedown.cause, takedown.workspace
    now = workspace.clock().astimezone(UTC)
    at = now.isoformat(timespec="seconds")
    removed = takedown.step == "remove"
    run = f"closing__{record.platform}__{takedown.step}__{now:%Y%m%dT%H%M%SZ}"
    proof = describe_withdrawal_checks(checks) if removed else ""
    reading = describe_takedown(
        record.platform, cause.why, cause.by, removed=removed, absent=absent, proof=proof
    )
    entry = {
        "kind": HIDDEN,
        "dataset": record.dataset,
        "run": run,
        "platforms": [record.platform],
        "removed": removed,
        **({"absent": True} if absent else {}),
        "by": cause.by,
        "why": cause.why,
        "asked": [check.to_json() for check in checks],
        "at": at,
        "version": __version__,
        "lecture": reading,
    }
    append_act_entry(record.dataset, run, now, entry, takedown.city, workspace)
    takedown.update_takedown_mark(**{"removed_at" if removed else "hidden_at": at, "hidden_at": at})


def remove_dataset_from_outlets(dataset: str, city: City, workspace: Workspace) -> None:
    """Takes its files and tables out of the city's own places, from which links led to them. Raises
    StoreError, ConnectionMissing, PlatformError."""
    remove_undesired_outlet_holdings(dataset, OutletHoldings({}), city, workspace)
