"""The agreement that a demonstration needs, sown: nobody decided, and whatever cites it says so."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from aqueduc.agreement import AgreementRequest, record_agreement_decision
from aqueduc.certify.officer import read_dpo_opinion_context_for_today
from aqueduc.connections import EnvironmentConnections
from aqueduc.decisions import Decision
from aqueduc.declaration import City, Dataset
from aqueduc.publish.proof.agreement import MARK, AgreementState, read_agreement_state
from aqueduc.record.explanation import build_publication_explanation
from aqueduc.record.prose import render_explanation_markdown
from aqueduc.run import Workspace
from aqueduc.store import Store, Vault
from sandbox.demo_runs import read_datasets

SEED = "demonstration"
NAME = "Graine de la démonstration"
REASON = "accord semé pour une démonstration : personne n'a décidé"


def seed_agreements(include: Path, store: Store, vault: Vault) -> int:
    """Sows the agreement of each dataset of ``include`` that has none in force; gives how many. Raises
    DeclarationError, StoreError."""
    workspace = Workspace(include, store, vault, EnvironmentConnections({}))
    city, datasets = read_datasets(include)
    if city.agreement == "none":
        return 0
    states = ((one, read_agreement_state(one, city, store, include)) for one in datasets)
    waiting = [(dataset, state) for dataset, state in states if state.gap is not None]
    for dataset, state in waiting:
        _sow_agreement(dataset, city, state, workspace)
    return len(waiting)


def _sow_agreement(dataset: Dataset, city: City, state: AgreementState, workspace: Workspace) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    decision = Decision(MARK, dataset.id, True, state.about, SEED, "seed", REASON, at, NAME)
    text = build_publication_explanation(
        dataset, city, read_dpo_opinion_context_for_today(dataset, city, workspace)
    )
    request = AgreementRequest(
        dataset.id, state.about, "", asdict(text), {}, {}, state.changes, render_explanation_markdown(text)
    )
    record_agreement_decision(dataset, city, f"{SEED}__{at}", request, decision, workspace)
