"""Article 9 of the convention, as a gate: nothing is published that a named person did not agree to.

The mark of the last decision is only where to look: what opens is the entry of the ledger, read back with its
digest, about the very declaration of today (``record.material``).
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aqueduc.alert_queue import Alert, Audience, queue_new_alerts
from aqueduc.decisions import (
    Decision,
    DecisionKind,
    DecisionWithLedgerEntry,
    read_decision_mark,
    read_verified_decision_from_ledger,
)
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import DeclarationAgreementMissing
from aqueduc.findings import Finding
from aqueduc.language import _, format_localised_day
from aqueduc.ledger_chain import find_newest_agreement_entry, read_entry_file, read_ledger_head
from aqueduc.publish.findings import (
    MissingAgreement,
    OutdatedAgreement,
    OutdatedRefusal,
    RefusedAgreement,
    UnprovedAgreement,
)
from aqueduc.record.material import (
    collect_dataset_facts_under_agreement,
    describe_agreed_fact_changes,
    hash_declaration_parts_needing_agreement,
)
from aqueduc.run import Run, Workspace
from aqueduc.store import Store

MARK: DecisionKind = "agreement"
"""The name of the mark, and the kind of the entries of the ledger."""


@dataclass(frozen=True)
class AgreementState:
    """Where a dataset stands: ``about``, the SHA-256 of what its declaration says today; the last decision,
    whatever it was about; ``gap``, why nothing may be published (None: it may be); ``changes``, what the
    declaration says otherwise since that decision, in French."""

    about: str
    recorded: DecisionWithLedgerEntry | None = None
    gap: Finding | None = None
    changes: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether a person said no to this very declaration."""
        return isinstance(self.gap, RefusedAgreement)


def read_agreement_state(dataset: Dataset, city: City, store: Store, include: Path) -> AgreementState:
    """Reads the mark and its entry. Raises StoreError."""
    about = hash_declaration_parts_needing_agreement(dataset, city, include)
    mark = read_decision_mark(store, dataset.id, MARK)
    missing = MissingAgreement(detail={"dataset": dataset.id})
    if mark is None:
        return AgreementState(about, gap=missing)
    recorded = read_verified_decision_from_ledger(store, mark, dataset.id)
    if (
        recorded is None
        or recorded.decision.kind != MARK
        or recorded.entry != _find_newest_decision_entry(store, dataset)
    ):
        detail = {"dataset": dataset.id, "entry": mark["entry"] or _("aucune entrée")}
        return AgreementState(about, gap=UnprovedAgreement(detail=detail))
    changes = _list_changes_since_decision(recorded, about, dataset, city, store)
    return AgreementState(
        about,
        recorded,
        _build_outdated_or_refused_finding(recorded.decision, changes, dataset, city),
        changes,
    )


def _find_newest_decision_entry(store: Store, dataset: Dataset) -> str | None:
    head = read_ledger_head(store, dataset.id)
    newest = read_entry_file(store, dataset.id, head.entry) if head else None
    if head and newest and newest.sha256 == head.sha256:
        return find_newest_agreement_entry(store, dataset.id, newest)
    return None


def _list_changes_since_decision(
    recorded: DecisionWithLedgerEntry, about: str, dataset: Dataset, city: City, store: Store
) -> tuple[str, ...]:
    if recorded.decision.about == about:
        return ()
    entry = store.read_json(f"datasets/{dataset.id}/ledger/{recorded.entry}")
    return describe_agreed_fact_changes(entry["facts"], collect_dataset_facts_under_agreement(dataset, city))


def _build_outdated_or_refused_finding(
    decision: Decision, changes: tuple[str, ...], dataset: Dataset, city: City
) -> Finding | None:
    """Why it does not open the gate; None where it does."""
    day = datetime.fromisoformat(decision.at).astimezone(ZoneInfo(city.timezone)).date()
    told = {
        "dataset": dataset.id,
        "who": decision.person_name,
        "day": format_localised_day(day),
        "reason": decision.reason,
    }
    if changes:
        # Of a refusal too: what is declared now is another thing, which somebody is asked about.
        outdated = OutdatedAgreement if decision.agreed else OutdatedRefusal
        return outdated(detail={**told, "changes": " ; ".join(changes)})
    return None if decision.agreed else RefusedAgreement(detail=told)


def require_agreement(
    dataset: Dataset, city: City, run: Run, workspace: Workspace
) -> DecisionWithLedgerEntry | None:
    """The agreement in force; None for a dry run, and for a city that asks for none.

    Raises DeclarationAgreementMissing, once the alert of who may agree waits to be sent; StoreError.
    """
    if city.agreement == "none" or run.dry_run:
        return None
    state = read_agreement_state(dataset, city, workspace.store, workspace.include)
    if state.gap is None:
        return state.recorded
    if not state.is_refused:
        _queue_decider_alert(dataset, city.agreement_role, state.about, state.gap, workspace)
    raise _build_missing_agreement_error(dataset, state.gap)


def find_current_decision(
    dataset: Dataset, city: City, workspace: Workspace
) -> DecisionWithLedgerEntry | None:
    """The last decision on this very declaration, which agrees or refuses; None too where the city asks for none.
    Raises StoreError."""
    if city.agreement == "none":
        return None
    state = read_agreement_state(dataset, city, workspace.store, workspace.include)
    return state.recorded if state.gap is None or state.is_refused else None


def refuse_extraction_after_agreement_refusal(
    dataset: Dataset, city: City, run: Run, workspace: Workspace
) -> None:
    """Raises DeclarationAgreementMissing before anything is extracted, for a run whose publication a person refused: the
    source is not read for nothing."""
    if city.agreement == "none" or run.dry_run:
        return
    state = read_agreement_state(dataset, city, workspace.store, workspace.include)
    if state.gap is not None and state.is_refused:
        raise _build_missing_agreement_error(dataset, state.gap)


def refuse_publication_without_agreement(
    dataset: Dataset, city: City, run: Run, workspace: Workspace
) -> None:
    """As ``require_agreement``, and nobody is asked."""
    if city.agreement == "none" or run.dry_run:
        return
    state = read_agreement_state(dataset, city, workspace.store, workspace.include)
    if state.gap is not None:
        raise _build_missing_agreement_error(dataset, state.gap)


def _build_missing_agreement_error(dataset: Dataset, gap: Finding) -> DeclarationAgreementMissing:
    return DeclarationAgreementMissing(
        _("Ce jeu attend l'accord d'une personne. Rien n'a été publié."),
        findings=(gap,),
        where=_("jeu {id}").format(id=dataset.id),
        remedy=gap.build_remedy_message(),
    )


def _queue_decider_alert(
    dataset: Dataset, role: Audience, about: str, gap: Finding, workspace: Workspace
) -> None:
    """Once for each state of a declaration."""
    alert = Alert(
        kind="agreement",
        subject=dataset.id,
        title=dataset.title,
        occurrence=about,
        what=gap.build_sentence_message(),
        remedy=gap.build_remedy_message(),
        audience=(role,),
        at=workspace.clock().isoformat(timespec="seconds"),
    )
    queue_new_alerts(workspace.store, [alert])
