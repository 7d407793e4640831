"""Objections recorded and lifted: first in the vault, then in the ledger, then as what each run is held to.

In that order, a death in between leaves a row withheld too early rather than too late; recorded again, an
objection is the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from aqueduc import __version__
from aqueduc.anonymise import AnonymiseReport
from aqueduc.anonymise.objections import Objection, promise_objections, read_objections, write_objections
from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.certify.signature import find_signer
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import ObjectionRefused
from aqueduc.language import _
from aqueduc.run import Workspace
from aqueduc.sources import change

_DONE = {"objection": "Opposition enregistrée", "objection-lifted": "Opposition levée"}


def record_objection(
    dataset: Dataset, city: City, run: str, objection: Objection, by: str, reason: str, workspace: Workspace
) -> int:
    """Keeps what ``objection`` designates out of every later revision; returns its number. The entry of the
    ledger says who, why and in which columns, never a cell.

    Raises StoreError, DatasetBusy, ConnectionMissing.
    """
    with workspace.store.lock(f"datasets/{dataset.id}", where=_("jeu {id}").format(id=dataset.id)):
        known = read_objections(workspace.vault, dataset.id)
        at = workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
        new = replace(objection, at=at)
        # The same one again only completes what a death cut short.
        kept = known if any(new.same_rows(one) for one in known) else (*known, new)
        _replace_objections(dataset, city, run, kept, new, "objection", by, reason, workspace)
    return 1 + next(rank for rank, one in enumerate(kept) if new.same_rows(one))


def lift_objection(
    dataset: Dataset, city: City, run: str, number: int, by: str, reason: str, workspace: Workspace
) -> None:
    """Ends the objection of this ``number`` (from 1): the next run publishes these rows again.

    Raises ObjectionRefused when there is none, StoreError, DatasetBusy, ConnectionMissing.
    """
    with workspace.store.lock(f"datasets/{dataset.id}", where=_("jeu {id}").format(id=dataset.id)):
        known = read_objections(workspace.vault, dataset.id)
        if not 1 <= number <= len(known):
            raise ObjectionRefused(
                _("Ce jeu n'a pas d'opposition n° {number}. Rien n'a été fait.").format(number=number),
                where=_("jeu {id}").format(id=dataset.id),
                remedy=_("« aqueduc objection {id} » donne leurs numéros").format(id=dataset.id),
            )
        lifted = known[number - 1]
        kept = (*known[: number - 1], *known[number:])
        _replace_objections(dataset, city, run, kept, lifted, "objection-lifted", by, reason, workspace)


def find_source_types(dataset: Dataset, workspace: Workspace) -> dict[str, str]:
    """The SQL type that the source gave each column when it was last certified; empty before."""
    certificate = workspace.store.certificate(dataset.id)
    report = certificate and AnonymiseReport.read(workspace.store, dataset.id, str(certificate["run"]))
    return dict(report.types) if report else {}


def _replace_objections(
    dataset: Dataset,
    city: City,
    run: str,
    kept: Sequence[Objection],
    one: Objection,
    kind: str,
    by: str,
    reason: str,
    workspace: Workspace,
) -> None:
    store, now = workspace.store, workspace.clock().astimezone(UTC)
    at = now.isoformat(timespec="seconds")
    recording = kind == "objection"
    # A promise is raised after the vault, and lowered before it: a run never waits for what is nowhere.
    if not recording:
        promise_objections(store, dataset.id, len(kept), at)
    write_objections(workspace.vault, dataset.id, kept)
    entry = _build_entry(dataset, run, one, len(kept), kind, by, reason, at)
    append_ledger_entry(store, dataset.id, run, now, entry, find_signer(city, workspace.connections))
    if recording:
        promise_objections(store, dataset.id, len(kept), at)
    # The source has not changed, and what is to be published of it has.
    change.forget(workspace.vault, dataset.id)


def _build_entry(
    dataset: Dataset, run: str, one: Objection, count: int, kind: str, by: str, reason: str, at: str
) -> dict[str, Any]:
    columns = ", ".join(one.columns)
    period = f", du {one.first} au {one.last}" if one.is_period else ""
    return {
        "kind": kind,
        "dataset": dataset.id,
        "run": run,
        "columns": list(one.columns),
        "period": [one.first, one.last] if one.is_period else None,
        "objections": count,
        "by": by,
        "reason": reason,
        "at": at,
        "version": __version__,
        "lecture": [
            {"libelle": "Jeu de données", "valeur": f"{dataset.title} ({dataset.id})"},
            {"libelle": _DONE[kind], "valeur": f"lignes désignées par {columns}{period}"},
            {"libelle": "Décision", "valeur": f"au nom de {by} ; motif : {reason}"},
        ],
    }
