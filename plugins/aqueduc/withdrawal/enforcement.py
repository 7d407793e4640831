"""A withdrawal carried out: hidden, removed, then verified gone, on each platform where the dataset ever was.

Each platform is for itself: one that fails does not keep the others waiting. The mark is the memory of what
is left to do: whoever dies, or finds something still there, leaves it for the next call to take up.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from aqueduc.alert_queue import Alert, Audience, queue_new_alerts
from aqueduc.certify.ledger import list_certificate_platforms, list_certificates
from aqueduc.certify.witness.making import append_act_entry
from aqueduc.connections import Connection
from aqueduc.decisions import WITHDRAWAL, WithdrawalMark, build_decision_mark_key, read_withdrawal_mark
from aqueduc.declaration.spec import City
from aqueduc.errors import (
    AqueducError,
    ConnectionMissing,
    InvalidConnectionSettings,
    PlatformError,
    StoreError,
    WithdrawalIncomplete,
    WithdrawalRefused,
    WithdrawnDataExposed,
)
from aqueduc.language import Message, Sentence, _, format_labelled_text, join_messages, quote_text
from aqueduc.overview import update_overview_row
from aqueduc.publish.client import PlatformClient
from aqueduc.publish.outlets.holdings import (
    OutletHoldings,
    load_outlet_holdings,
    remove_undesired_outlet_holdings,
)
from aqueduc.publish.planning.state import ObservedRecord, PlatformState
from aqueduc.publish.planning.writes import HideRecord, PurgeRecord
from aqueduc.publish.platform import Platform, PublicAddress, get_platform_settings, open_platform
from aqueduc.publish.recorder import list_platforms_with_stored_state, read_platform_state
from aqueduc.publish.surveying import ListedRecord, RecordListingPlatform
from aqueduc.run import Workspace
from aqueduc.sightings import IncidentSighting, save_incident_sighting_if_new
from aqueduc.store import Store
from aqueduc.withdrawal.entries import build_decision_entry, build_proof_entry
from aqueduc.withdrawal.letters import write_letters_and_queue_region_alert
from aqueduc.withdrawal.proof import (
    PublicAddressCheck,
    check_public_addresses,
    list_certified_file_addresses,
    list_record_public_addresses,
    merge_public_addresses,
    parse_public_addresses,
    serialise_public_addresses,
)
from aqueduc.withdrawal.removal import apply_record_removal_writes, build_withdrawn_state, take_record_down

log = logging.getLogger(__name__)

Failure = PlatformError | ConnectionMissing | InvalidConnectionSettings | StoreError
_OUTLET, _COPY = "outlet:", "copy:"
"""Before the name of an outlet, or of a platform that holds harvested copies, among those of platforms."""
_WHAT = {
    "page": _("page"),
    "file": _("fichier"),
    "table": _("table interrogeable"),
    "api": _("API"),
    "search": _("recherche ou liste"),
    "dcat": _("catalogue moissonné"),
}


@dataclass(frozen=True)
class WithdrawalOutcome:
    """What became of a withdrawal so far. ``proved``: a visitor reaches nothing any more. ``checks``: what he
    was answered. ``failures``: by platform or outlet, what kept from doing it, or is still there."""

    mark: WithdrawalMark
    proved: bool
    checks: tuple[PublicAddressCheck, ...] = ()
    failures: tuple[tuple[str, Failure], ...] = ()

    def raise_failures(self) -> None:
        """Raises the error of the place that failed, if one did: of several, one that may be tried again
        before one that may not, naming all."""
        if not self.failures:
            return
        _name, error = next((pair for pair in self.failures if pair[1].retryable), self.failures[0])
        said = [Message("{} ({})").format(other.what, quote_text(name)) for name, other in self.failures]
        raise error.copy_with_sentence(join_messages(said, " "))


@dataclass
class _DatasetWithdrawal:
    """One dataset, while it is withdrawn. ``mark`` is replaced in the store as it changes here."""

    mark: WithdrawalMark
    city: City
    workspace: Workspace
    options: dict[str, Any]
    checks: list[PublicAddressCheck] = field(default_factory=list)
    failures: list[tuple[str, Failure]] = field(default_factory=list)

    @property
    def is_due(self) -> bool:
        return self.mark.is_due(self.workspace.clock())

    def attempt_step(self, name: str, act: Callable[[], None]) -> None:
        """Does what is of one place; what it raises is kept, and said."""
        try:
            act()
        except (PlatformError, ConnectionMissing, InvalidConnectionSettings, StoreError) as error:
            log.warning("%s", format_labelled_text(name, error.what))
            self.failures.append((name, error))

    # --- on a platform --------------------------------------------------------------------------------------

    def hide_on_platform(self, name: str) -> None:
        """At once, before the rest is removed and verified one place after the other. Raises as
        ``withdraw_from_platform``, which comes to the same platform again."""
        self.withdraw_from_platform(name, hide_only=True)

    def withdraw_from_platform(self, name: str, *, hide_only: bool = False) -> None:
        """Raises the errors of ``open_platform`` and of its client."""
        store, dataset = self.workspace.store, self.mark.dataset
        state = read_platform_state(store, dataset, name)
        certified = list_certified_file_addresses(store, dataset, name)
        if not (state.record or certified):
            return
        settings = get_platform_settings(name, self.city)
        with open_platform(settings, self.city, self.workspace, **self.options) as platform:
            platform.read_capabilities()
            observed = platform.read_observed_record(dataset, build_withdrawn_state(state))
            if observed is not None and not state.record:
                # What was remembered of it is lost; the ledger is not.
                state = replace(state, record=observed.id)
            seen = observed or ObservedRecord(state.record or "", True, True, "", {}, {}, ())
            self.save_public_addresses_in_mark(
                name, certified, list_record_public_addresses(platform, dataset, seen)
            )
            removing = self.is_due and not hide_only
            take_record_down(platform, settings, dataset, state, observed, store, removing=removing)
            if removing:
                self.verify_addresses_unreachable(name, platform.client)

    def remove_harvested_copies(self, name: str) -> None:
        """What the platform harvested of this dataset elsewhere, in a record of the city's own: it would keep it.
        One that has no connection is one that the city does not write. Raises the errors of its client."""
        settings = get_platform_settings(name, self.city)
        if not settings.kind.capabilities.lists_records:
            return
        try:
            with open_platform(settings, self.city, self.workspace, **self.options) as platform:
                platform.read_capabilities()
                for copy in self._find_harvested_copies(platform):
                    self._remove_harvested_copy(name, copy, platform)
                self.verify_addresses_unreachable(f"{_COPY}{name}", platform.client)
        except ConnectionMissing:
            return

    def _find_harvested_copies(self, platform: Platform) -> list[ListedRecord]:
        survey = cast(RecordListingPlatform, platform).read_record_listings({})
        title = self.mark.title.strip().casefold()
        return [
            one
            for one in survey.records
            if one.harvested
            and (one.dataset == self.mark.dataset or one.title.strip().casefold() == title)
            and not (one.observed is not None and one.observed.deleted)
        ]

    def _remove_harvested_copy(self, name: str, copy: ListedRecord, platform: Platform) -> None:
        there = copy.observed or ObservedRecord(copy.id, False, False, "", {}, {}, ())
        page = PublicAddress("page", copy.url)
        self.save_public_addresses_in_mark(
            f"{_COPY}{name}", (page, *list_record_public_addresses(platform, copy.name, there))
        )
        state = PlatformState(record=copy.id, withdrawn=True)
        # Hidden too: some list to anybody what was deleted and not yet erased.
        writes = (HideRecord(), PurgeRecord())
        apply_record_removal_writes(platform, copy.name, state, writes, self.workspace.store)

    def save_public_addresses_in_mark(self, name: str, *places: tuple[PublicAddress, ...]) -> None:
        """Notes where it was public before the first write: nobody could find out afterwards."""
        known = parse_public_addresses(self.mark.places.get(name, ()))
        merged = merge_public_addresses(known, *places)
        if merged != known:
            self.save_mark_changes(places={**self.mark.places, name: serialise_public_addresses(merged)})

    def verify_addresses_unreachable(self, name: str, client: PlatformClient) -> None:
        """Raises WithdrawalIncomplete when a visitor still reaches something."""
        shown = name.removeprefix(_OUTLET).removeprefix(_COPY)
        found = check_public_addresses(client, shown, parse_public_addresses(self.mark.places.get(name, ())))
        self.checks += found
        left = [check for check in found if not check.gone]
        if left:
            raise _build_still_reachable_error(shown, left)

    # --- in outlets -----------------------------------------------------------------------------------------

    def remove_outlet_files(self) -> None:
        """Files in the city's own places. Raises ConnectionMissing, StoreError."""
        held = load_outlet_holdings(self.mark.dataset, self.workspace.store)
        for name, url in held.list_served_file_urls(self.city):
            self.save_public_addresses_in_mark(f"{_OUTLET}{name}", (PublicAddress("file", url),))
        remove_undesired_outlet_holdings(
            self.mark.dataset, OutletHoldings({}, held.tables), self.city, self.workspace
        )

    def drop_outlet_tables(self) -> None:
        """Those of outlets. Raises ConnectionMissing, PlatformError, StoreError."""
        held = load_outlet_holdings(self.mark.dataset, self.workspace.store)
        remove_undesired_outlet_holdings(self.mark.dataset, OutletHoldings({}), self.city, self.workspace)
        if left := held.list_existing_tables(self.workspace):
            raise WithdrawalIncomplete(
                _("La table {names} est encore dans sa base.").format(names=", ".join(left)),
                where=_("jeu {id}").format(id=self.mark.dataset),
                remedy=_("rien à faire si la reprise réussit ; sinon la supprimer à la main"),
            )

    def verify_outlet_files_unreachable(self) -> None:
        urls = {one.name: one.url for one in self.city.outlets}
        for name in self.mark.places:
            outlet = name.removeprefix(_OUTLET)
            if name.startswith(_OUTLET) and outlet in urls:
                there = Connection(id=outlet, kind="outlet", host=urls[outlet])
                with PlatformClient(there, organisation=self.city.organisation, **self.options) as client:
                    self.verify_addresses_unreachable(name, client)

    # --- what is kept of it ---------------------------------------------------------------------------------

    def save_mark_changes(self, **changes: Any) -> None:
        self.mark = replace(self.mark, **changes)
        save_withdrawal_mark(self.workspace, self.mark)

    def record_withdrawal_proof(self) -> None:
        """The entry of the ledger that says it is gone, and from when it was known to be. Raises StoreError,
        DatasetBusy, ConnectionMissing."""
        now = self.workspace.clock().astimezone(UTC)
        at = now.isoformat(timespec="seconds")
        entry = build_proof_entry(self.mark, self.checks, at)
        run = f"{self.mark.run}__{now:%Y%m%dT%H%M%SZ}"
        append_act_entry(self.mark.dataset, run, now, entry, self.city, self.workspace)
        self.save_mark_changes(proved_at=at)


def save_withdrawal_mark(workspace: Workspace, mark: WithdrawalMark) -> None:
    """Replaces the mark of a dataset. Raises StoreError."""
    workspace.store.write_json(build_decision_mark_key(mark.dataset, WITHDRAWAL), mark.to_json())


def record_withdrawal_decision(mark: WithdrawalMark, city: City, workspace: Workspace) -> None:
    """The entry of the ledger that a mark comes from; once, whoever died in between. Raises StoreError,
    DatasetBusy, ConnectionMissing."""
    entry = build_decision_entry(mark, city.timezone)
    at = datetime.fromisoformat(mark.at)
    append_act_entry(mark.dataset, mark.run, at, entry, city, workspace)


def enforce_withdrawal(dataset: str, city: City, workspace: Workspace, **options: Any) -> WithdrawalOutcome:
    """Brings what is public of ``dataset`` to what its mark says at this instant: nothing yet, hidden, or
    gone and proved to be. Done twice, it does what is left. ``options`` are those of
    ``open_platform`` (``transport``, ``sleep``), for tests.

    What keeps a platform from it is in the outcome. Raises StoreError and DatasetBusy (a publication is going
    on), WithdrawalRefused without a mark, ConnectionMissing and SigningKeyUnreadable when the entry cannot be
    signed.
    """
    store = workspace.store
    mark = require_withdrawal_mark(dataset, workspace)
    record_withdrawal_decision(mark, city, workspace)
    if not mark.proved_at:
        write_letters_and_queue_region_alert(mark, city, workspace)
    if not mark.is_hold_in_force(workspace.clock()):
        return WithdrawalOutcome(mark, proved=False)
    update_overview_row(store, dataset, state="withdrawn", at=mark.at, reason=mark.reason)
    with store.lock(f"datasets/{dataset}", where=_("jeu {id}").format(id=dataset)):
        # Lifted meanwhile, it is not taken away.
        mark = require_withdrawal_mark(dataset, workspace)
        going = _DatasetWithdrawal(mark, city, workspace, options)
        names = _list_platforms_with_record(dataset, workspace)
        if len(names) > 1 and not mark.places:
            # What keeps one from being hidden is told when it comes to be emptied.
            for name in names:
                going.attempt_step(name, partial(going.hide_on_platform, name))
            going.failures.clear()
        for name in names:
            going.attempt_step(name, partial(going.withdraw_from_platform, name))
        for act in (going.remove_outlet_files, going.drop_outlet_tables):
            going.attempt_step("outlets", act)
        if going.is_due:
            going.attempt_step("outlets", going.verify_outlet_files_unreachable)
            for platform in city.platforms:
                going.attempt_step(platform.name, partial(going.remove_harvested_copies, platform.name))
        proved = going.is_due and not going.failures
        if proved and not going.mark.proved_at:
            going.record_withdrawal_proof()
        elif not proved and going.mark.proved_at:
            going.save_mark_changes(proved_at="")
    _queue_incomplete_withdrawal_alert(going)
    return WithdrawalOutcome(going.mark, proved, tuple(going.checks), tuple(going.failures))


def resume_or_recheck_withdrawal(
    dataset: str, city: City, workspace: Workspace, **options: Any
) -> WithdrawalOutcome:
    """Does what is left of a withdrawal; of one that is verified, looks whether a platform shows it again,
    and takes it away again.

    Raises WithdrawnDataExposed when it was shown, WithdrawalRefused without a mark, and as ``enforce_withdrawal``.
    """
    mark = require_withdrawal_mark(dataset, workspace)
    shown = list(_find_platforms_showing_record(mark, city, workspace, options)) if mark.proved_at else []
    if mark.proved_at and not shown:
        return WithdrawalOutcome(mark, proved=True)
    outcome = enforce_withdrawal(dataset, city, workspace, **options)
    if shown:
        raise _alert_and_build_exposure_error(mark, shown, workspace, closed=outcome.proved)
    return outcome


@dataclass(frozen=True)
class WithdrawalBatchOutcome:
    """Several withdrawals, tended one after the other. ``failures``: by dataset, why it could not be."""

    outcomes: tuple[WithdrawalOutcome, ...]
    failures: tuple[tuple[str, AqueducError], ...]

    def raise_failures(self) -> None:
        """Raises one that may be tried again before one that may not; all were logged."""
        errors = [error for _dataset, error in self.failures]
        if errors:
            raise next((error for error in errors if error.retryable), errors[0])


def resume_or_recheck_withdrawals(
    datasets: Sequence[str], city: City, workspace: Workspace, **options: Any
) -> WithdrawalBatchOutcome:
    """As ``resume_or_recheck_withdrawal``, for each: one that fails does not stop the others."""
    outcomes: list[WithdrawalOutcome] = []
    failures: list[tuple[str, AqueducError]] = []
    for dataset in datasets:
        try:
            outcomes.append(resume_or_recheck_withdrawal(dataset, city, workspace, **options))
            outcomes[-1].raise_failures()
        except AqueducError as error:
            failures.append((dataset, error))
    return WithdrawalBatchOutcome(tuple(outcomes), tuple(failures))


def require_withdrawal_mark(dataset: str, workspace: Workspace) -> WithdrawalMark:
    """The mark. Raises WithdrawalRefused, StoreError."""
    mark = read_withdrawal_mark(workspace.store, dataset)
    if mark is None:
        raise build_withdrawal_order_refused_error(
            dataset,
            _("« {dataset} » n'est pas retiré.").format(dataset=dataset),
            _("rien à lever ni à reprendre ; pour le retirer : --by, --requester et --reason"),
        )
    return mark


def list_withdrawal_marks(store: Store) -> list[WithdrawalMark]:
    """The marks of all datasets, by their names. Raises StoreError."""
    return [mark for name in store.list_datasets() if (mark := read_withdrawal_mark(store, name)) is not None]


def build_withdrawal_order_refused_error(dataset: str, what: Sentence, remedy: Sentence) -> WithdrawalRefused:
    return WithdrawalRefused(
        _("{what} Rien n'a été fait.").format(what=what),
        where=_("jeu {id}").format(id=dataset) if dataset else _("retrait"),
        remedy=remedy,
    )


def _list_platforms_with_record(dataset: str, workspace: Workspace) -> list[str]:
    """Where the dataset has, or had, a record, whatever its declaration says now: what is remembered of a
    platform, and what a certificate says that one served."""
    remembered = list_platforms_with_stored_state(workspace.store, dataset)
    certified = [
        str(place["platform"])
        for _name, certificate in list_certificates(workspace.store, dataset)
        for place in list_certificate_platforms(certificate)
    ]
    return list(dict.fromkeys((*remembered, *certified)))


def _find_platforms_showing_record(
    mark: WithdrawalMark, city: City, workspace: Workspace, options: dict[str, Any]
) -> Iterator[str]:
    """The platforms where a visitor is shown a record that was verified gone. What keeps from looking is
    said, and no look."""
    for name in _list_platforms_with_record(mark.dataset, workspace):
        state = read_platform_state(workspace.store, mark.dataset, name)
        try:
            with open_platform(get_platform_settings(name, city), city, workspace, **options) as platform:
                if state.record and _is_record_shown_to_visitors(platform, mark.dataset, state):
                    yield name
        except AqueducError as error:
            log.warning("%s", format_labelled_text(name, error.what))


def _is_record_shown_to_visitors(platform: Platform, slug: str, state: PlatformState) -> bool:
    platform.read_capabilities()
    return platform.read_record_without_tables(slug, state, anonymous=True) is not None


def _build_still_reachable_error(name: str, left: list[PublicAddressCheck]) -> WithdrawalIncomplete:
    counts = {what: sum(check.what == what for check in left) for what in dict.fromkeys(c.what for c in left)}
    said = join_messages(Message("{} × {}").format(_WHAT[what], count) for what, count in counts.items())
    return WithdrawalIncomplete(
        _("Un visiteur atteint encore, sur « {name} », ce qui est retiré : {said}.").format(
            name=name, said=said
        ),
        where=left[0].address,
        remedy=_(
            "rien à faire si la reprise du lendemain réussit (un cache, un index) ; sinon ouvrir cette adresse "
            "sans être connecté, et demander à qui tient la plateforme de la fermer"
        ),
    )


def _alert_and_build_exposure_error(
    mark: WithdrawalMark, shown: list[str], workspace: Workspace, *, closed: bool
) -> WithdrawnDataExposed:
    done = _("Il en est de nouveau retiré.") if closed else _("Il l'est peut-être encore.")
    what = _("Le jeu retiré « {title} » était de nouveau visible sur {names}. {done}").format(
        title=mark.title, names=join_messages(map(quote_text, shown)), done=done
    )
    remedy = _(
        "s'assurer sans être connecté que plus rien ne s'ouvre, sinon prévenir qui tient la plateforme ; "
        "demander qui l'a rouvert, et depuis quand ; si c'était voulu, lever le retrait : aqueduc withdraw "
        "{dataset} --lift"
    ).format(dataset=mark.dataset)
    at = workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
    for name in shown:
        save_incident_sighting_if_new(
            workspace.store, IncidentSighting("withdrawn", mark.dataset, mark.title, name, at)
        )
    told: tuple[Audience, ...] = ("operator", "steward", "dpo")
    queue_new_alerts(
        workspace.store, [Alert("incident", mark.dataset, mark.title, at, what, remedy, told, at)]
    )
    return WithdrawnDataExposed(what, where=_("jeu {id}").format(id=mark.dataset), remedy=remedy)


def _queue_incomplete_withdrawal_alert(going: _DatasetWithdrawal) -> None:
    """Told once a day for as long as it lasts."""
    if not going.failures:
        return
    at = going.workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
    mark = going.mark
    names = join_messages(quote_text(name) for name, _error in going.failures)
    what = _("Le retrait de « {title} » n'est pas achevé : {names}.").format(title=mark.title, names=names)
    remedy = _("lire ce qui l'empêche (aqueduc withdraw {dataset}) ; il est repris chaque jour").format(
        dataset=mark.dataset
    )
    queue_new_alerts(
        going.workspace.store,
        [Alert("withdrawal", mark.dataset, mark.title, at[:10], what, remedy, ("operator", "steward"), at)],
    )
