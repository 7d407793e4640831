"""A withdrawal decided, and lifted. The mark comes first: from then on nothing publishes the dataset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc.agreement import DeciderWithProof, identify_decider
from aqueduc.certify.ledger import list_certificates
from aqueduc.certify.witness.making import append_act_entry
from aqueduc.decisions import WITHDRAWAL, WithdrawalMark, build_decision_mark_key, read_withdrawal_mark
from aqueduc.declaration.loader import list_dataset_paths, load_city, load_dataset
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import DeclarationError
from aqueduc.language import _, format_localised_day
from aqueduc.overview import update_overview_row
from aqueduc.publish.recorder import list_platforms_with_stored_state
from aqueduc.run import Workspace
from aqueduc.sources import change
from aqueduc.store import Store
from aqueduc.week_journal import record_week_event
from aqueduc.withdrawal.enforcement import (
    build_withdrawal_order_refused_error,
    record_withdrawal_decision,
    require_withdrawal_mark,
    save_withdrawal_mark,
)
from aqueduc.withdrawal.entries import build_lift_entry
from aqueduc.withdrawal.letters import delete_letters_and_alerts, write_letters_and_queue_region_alert


@dataclass(frozen=True)
class WithdrawalOrder:
    """Who withdraws (``by``), as whom asked (``requester``), and why (``reason``). ``run`` names the order.
    ``on``: the city's day from which nothing is public any more (None: now); until then it is published as
    before, unless ``hide_now``. ``in_airflow``: ``by`` is the account that answered there."""

    by: str
    requester: str
    reason: str
    run: str
    on: date | None = None
    hide_now: bool = False
    in_airflow: bool = False

    def to_json(self) -> dict[str, Any]:
        """What a person signs."""
        said = {name: getattr(self, name) for name in ("by", "requester", "reason", "run", "hide_now")}
        return {**said, "on": self.on.isoformat() if self.on else None}


def list_known_datasets(workspace: Workspace) -> list[str]:
    """Those that are declared, and those that are published, certified or not, although nothing declares them
    any more; sorted. Raises StoreError."""
    declared = {path.stem for path in list_dataset_paths(workspace.include)}
    store = workspace.store
    left = (
        one
        for one in store.list_datasets()
        if store.read_current_revision_pointer(one) or list_platforms_with_stored_state(store, one)
    )
    return sorted({*declared, *left})


def record_withdrawal_order(
    datasets: Sequence[str], order: WithdrawalOrder, city: City, workspace: Workspace
) -> list[WithdrawalMark]:
    """Notes that ``datasets`` are withdrawn: each has its mark, its entry in the ledger, and what is to be
    said to the Region. Carrying it out comes after (``enforce_withdrawal``).

    Raises WithdrawalRefused, nothing being done for any of them, for an unknown dataset, one that is
    withdrawn already, a day of the past, or an order without a name and a reason; DecisionRefused for who may
    not decide; PersonalTextRefused; StoreError, DatasetBusy, ConnectionMissing.
    """
    effective = check_order_and_compute_effective_time(datasets, order, city, workspace)
    now = workspace.clock().astimezone(UTC)
    said = {"kind": "withdrawal", "datasets": list(datasets), **order.to_json()}
    by, connections = order.by.strip(), workspace.connections
    who = identify_decider(by, city, said, connections, in_airflow=order.in_airflow)
    return [
        _record_withdrawal(dataset, order, who, effective or now, city, workspace) for dataset in datasets
    ]


def check_order_and_compute_effective_time(
    datasets: Sequence[str], order: WithdrawalOrder, city: City, workspace: Workspace
) -> datetime | None:
    """What makes no sense of an order, before anybody is asked. Returns when it takes effect; None: at once.
    Raises WithdrawalRefused, PersonalTextRefused, StoreError."""
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    if not (order.by.strip() and order.reason.strip() and order.requester.strip()):
        raise build_withdrawal_order_refused_error(
            "",
            _("Un retrait demande qui le décide, qui l'a demandé et pourquoi."),
            _("donner un nom, un demandeur et un motif (--by, --requester, --reason)"),
        )
    texts = {_("Qui l'a demandé"): order.requester, _("Le motif"): order.reason}
    refuse_personal_texts(texts, _("retrait"), workspace.include)
    for dataset in datasets:
        _refuse_unknown_or_withdrawn_dataset(dataset, order.run, workspace)
    return _compute_effective_time(order, city, workspace.clock().astimezone(UTC))


def _record_withdrawal(
    dataset: str,
    order: WithdrawalOrder,
    who: DeciderWithProof,
    effective: datetime,
    city: City,
    workspace: Workspace,
) -> WithdrawalMark:
    now = workspace.clock().astimezone(UTC)
    held = now if order.hide_now else effective
    adopt_records_of_declared_former_name(dataset, workspace)
    mark = read_withdrawal_mark(workspace.store, dataset) or WithdrawalMark(
        dataset,
        _find_dataset_title(dataset, workspace),
        who.name,
        order.requester.strip(),
        order.reason.strip(),
        now.isoformat(timespec="seconds"),
        held.isoformat(timespec="seconds"),
        effective.isoformat(timespec="seconds"),
        order.run,
        who.identified,
        who.envelope,
    )
    save_withdrawal_mark(workspace, mark)
    record_week_event(workspace.store, "withdrawn", dataset, datetime.fromisoformat(mark.at))
    record_withdrawal_decision(mark, city, workspace)
    write_letters_and_queue_region_alert(mark, city, workspace)
    return mark


def _compute_effective_time(order: WithdrawalOrder, city: City, now: datetime) -> datetime | None:
    """The instant at which nothing is public any more: the beginning of a day of the city's; None: now."""
    zone = ZoneInfo(city.timezone)
    today = now.astimezone(zone).date()
    if order.on is None or order.on == today:
        return None
    if order.on < today:
        raise build_withdrawal_order_refused_error(
            "",
            _("La date d'effet ({day}) est passée.").format(day=format_localised_day(order.on)),
            _("donner une date à venir, ou aucune pour retirer tout de suite"),
        )
    return datetime.combine(order.on, time(), zone).astimezone(UTC)


def _refuse_unknown_or_withdrawn_dataset(dataset: str, run: str, workspace: Workspace) -> None:
    """What ``run`` noted itself, before it died, is no obstacle."""
    if dataset not in (known := list_known_datasets(workspace)):
        raise build_withdrawal_order_refused_error(
            dataset,
            _("Aucun jeu « {dataset} » n'est déclaré ni publié.").format(dataset=dataset),
            _("en choisir parmi : {names}").format(names=", ".join(known) or "—"),
        )
    mark = read_withdrawal_mark(workspace.store, dataset)
    if mark is not None and mark.run != run:
        raise build_withdrawal_order_refused_error(
            dataset,
            _("Le retrait de ce jeu est déjà décidé, par {by} ({reason}).").format(
                by=mark.by, reason=mark.reason
            ),
            _("rien à faire : ce qui en reste est repris chaque jour ; pour changer de date, lever d'abord"),
        )


def adopt_records_of_declared_former_name(dataset: str, workspace: Workspace) -> None:
    """Takes over what a dataset left under its former name, as the next run would: what is online there is
    its own. Raises StoreError, DatasetBusy."""
    declared = _load_declared_dataset(dataset, workspace)
    if declared is not None and declared.moved_from:
        with workspace.store.lock(f"datasets/{dataset}", where=_("jeu {id}").format(id=dataset)):
            workspace.store.adopt_records_of_former_name(declared.moved_from, dataset)


def _find_dataset_title(dataset: str, workspace: Workspace) -> str:
    """As people call it, or as its last certificate did where the declaration is gone or cannot be read:
    neither keeps anything from being withdrawn."""
    certificates = list_certificates(workspace.store, dataset)
    known = str(certificates[-1][1]["title"]) if certificates else dataset
    declared = _load_declared_dataset(dataset, workspace)
    return declared.title if declared is not None else known


def _load_declared_dataset(dataset: str, workspace: Workspace) -> Dataset | None:
    path = workspace.include / "datasets" / f"{dataset}.yaml"
    try:
        return load_dataset(path, load_city(workspace.include)) if path.is_file() else None
    except DeclarationError:
        return None


# --- lifting ------------------------------------------------------------------------------------------------


def _was_lifted_by_run(run: str, dataset: str, store: Store) -> bool:
    """Whether the same order lifted it already, before it died."""
    if read_withdrawal_mark(store, dataset) is not None:
        return False
    newest = (store.read_json(key) for key in store.list_ledger_entry_keys(dataset)[-1:])
    return any(entry["kind"] == "withdrawal-lift" and entry["run"] == run for entry in newest)


def require_withdrawal_marks(datasets: Sequence[str], workspace: Workspace) -> list[WithdrawalMark]:
    """The mark of each. Raises WithdrawalRefused, StoreError."""
    return [require_withdrawal_mark(dataset, workspace) for dataset in datasets]


def lift_withdrawal(
    datasets: Sequence[str],
    by: str,
    reason: str,
    run: str,
    city: City,
    workspace: Workspace,
    *,
    in_airflow: bool = False,
) -> list[WithdrawalMark]:
    """Ends the withdrawal of ``datasets``, carried out or still to come: the next run of each publishes
    again, under the same identity. Returns the marks that were.

    Raises WithdrawalRefused, nothing being done for any, when one is not withdrawn; PersonalTextRefused,
    StoreError, DatasetBusy, ConnectionMissing.
    """
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    if not (by.strip() and reason.strip()):
        raise build_withdrawal_order_refused_error(
            "", _("Lever un retrait demande qui le décide et pourquoi."), _("donner --by et --reason")
        )
    refuse_personal_texts({_("Le motif"): reason}, _("retrait"), workspace.include)
    said = {"kind": "withdrawal-lift", "datasets": list(datasets), "by": by, "reason": reason, "run": run}
    marks = [
        require_withdrawal_mark(dataset, workspace)
        for dataset in datasets
        if not _was_lifted_by_run(run, dataset, workspace.store)
    ]
    who = identify_decider(by.strip(), city, said, workspace.connections, in_airflow=in_airflow)
    now = workspace.clock().astimezone(UTC)
    for mark in marks:
        store, dataset = workspace.store, mark.dataset
        with store.lock(f"datasets/{dataset}", where=_("jeu {id}").format(id=dataset)):
            at = now.isoformat(timespec="seconds")
            entry = build_lift_entry(mark, who.name, who.identified, reason.strip(), run, at)
            entry |= {"identified": who.identified, "envelope": who.envelope}
            append_act_entry(dataset, run, now, entry, city, workspace)
            # An unchanged source has to be published again.
            change.mark_source_states_outdated(workspace.vault, dataset)
            delete_letters_and_alerts(mark, store)
            store.delete(build_decision_mark_key(dataset, WITHDRAWAL))
            lifted = _(
                "Le retrait est levé : s'il a quitté la ligne, le jeu y revient à la prochaine publication."
            )
            update_overview_row(store, dataset, state="waiting", at=at, reason=lifted)
    return marks
