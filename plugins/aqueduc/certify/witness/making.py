"""When a checkpoint is made: at each act, of the ledger that it was added to, and each day, of all of them.

A checkpoint forgets nothing: of a ledger that lacks what an earlier one names, it goes on naming that, until a named
person seals the ledger (``certify.seal``).
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.certify.signature import build_intoto_statement, load_city_signer
from aqueduc.certify.witness.places import (
    LostEntry,
    WitnessAnswer,
    deposit_checkpoint,
    find_lost,
    list_places,
    read_store_witness,
    read_witnesses,
)
from aqueduc.certify.witness.timestamp import NAME as TIMESTAMP
from aqueduc.certify.witness.timestamp import request_timestamp
from aqueduc.checkpoint import KNOWN_CHECKPOINT, Checkpoint, SignedCheckpoint, write_known_checkpoint
from aqueduc.declaration.spec import City
from aqueduc.errors import AqueducError, WitnessUnreachable
from aqueduc.language import Sentence, _
from aqueduc.ledger_chain import LedgerEntryLink, read_entry_file, read_ledger_head
from aqueduc.run import Workspace
from aqueduc.store import Store

log = logging.getLogger(__name__)
_TRIES = 5
"""Of acts at the same moment, each is made upon the one before."""


def append_act_entry(
    dataset: str, run: str, at: datetime, entry: Mapping[str, Any], city: City, workspace: Workspace
) -> tuple[str, LedgerEntryLink]:
    """Adds what a person decided, or what was done by it, to a ledger, and has it witnessed: a place that does not
    answer keeps nothing from being decided. Raises what ``append_ledger_entry`` does; ConnectionMissing,
    SigningKeyUnreadable."""
    signer = load_city_signer(city, workspace.connections)
    added = append_ledger_entry(workspace.store, dataset, run, at, entry, signer)
    witness_ledgers((dataset,), city, workspace)
    return added


def witness_ledgers(
    names: Collection[str],
    city: City,
    workspace: Workspace,
    gone_back: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Makes a checkpoint of the ledgers ``names`` upon the newest known ones, and puts it at each place; ``gone_back``: what
    a person let go of. Raises nothing of the engine's: what fails is told in the log, and done by the next
    reconciliation."""
    if not (city.witness.is_declared or gone_back):
        return
    try:
        _lost, failures = _witness(names, gone_back, city, workspace, patient=bool(gone_back))
    except AqueducError as error:
        failures = {"": error}
    for failure in failures.values():
        log.warning("%s", failure)


def witness_city(city: City, workspace: Workspace) -> tuple[list[LostEntry], dict[Sentence, AqueducError]]:
    """Makes the day's checkpoint, of all ledgers, and puts it at each place. Returns what is lost, and the places that
    failed. Raises StoreError, ConnectionMissing, SigningKeyUnreadable."""
    return _witness(None, (), city, workspace, patient=True) if city.witness.is_declared else ([], {})


def _witness(
    names: Collection[str] | None,
    gone_back: Sequence[Mapping[str, Any]],
    city: City,
    workspace: Workspace,
    *,
    patient: bool,
    tries: int = _TRIES,
) -> tuple[list[LostEntry], dict[Sentence, AqueducError]]:
    places = list_places(city, workspace, patient=patient)
    witnesses = [*read_witnesses(places, city, workspace), read_store_witness(city, workspace)]
    failures = {one.place: one.failure for one in witnesses if one.failure}
    let_go = {str(one["dataset"]) for one in gone_back}
    lost = [one for one in find_lost(witnesses, workspace, names) if one.dataset not in let_go]
    looked = workspace.store.list_ledger_names() if names is None else names
    made = _make_checkpoint(looked, witnesses, lost, gone_back, city, workspace)
    signed, unstamped = _sign_and_stamp(made, city, workspace)
    write_known_checkpoint(workspace.store, signed)
    done = deposit_checkpoint(signed, places, failures, workspace)
    if done.overtaken and tries > 1:
        return _witness(names, gone_back, city, workspace, patient=patient, tries=tries - 1)
    late = dict[Sentence, AqueducError]()
    for name in done.overtaken:
        late[name] = WitnessUnreachable(name, _("d'autres actes y passaient d'abord"))
    return lost, {**failures, **unstamped, **done.failures, **late}


def _make_checkpoint(
    names: Collection[str],
    upon: Sequence[WitnessAnswer],
    lost: Sequence[LostEntry],
    gone_back: Sequence[Mapping[str, Any]],
    city: City,
    workspace: Workspace,
) -> Checkpoint:
    before = sorted((one.signed.checkpoint for one in upon if one.signed), key=lambda one: one.number)
    heads = {name: link for known in before for name, link in known.heads.items()}
    kept = {one.dataset: one.link for one in lost}
    now = ((name, _read_sound_head(workspace.store, name)) for name in names if name not in kept)
    heads |= kept | {name: link for name, link in now if link is not None}
    newest = before[-1] if before else None
    return Checkpoint(
        city=city.name,
        number=newest.number + 1 if newest else 1,
        at=workspace.clock().astimezone(UTC).isoformat(timespec="seconds"),
        previous=newest.sha256 if newest else None,
        heads=heads,
        gone_back=tuple(gone_back),
    )


def _read_sound_head(store: Store, name: str) -> LedgerEntryLink | None:
    """The newest entry that the head names; None where it is not there, which a publication tells."""
    link = read_ledger_head(store, name)
    file = read_entry_file(store, name, link.entry) if link else None
    return link if link and file and file.sha256 == link.sha256 else None


def _sign_and_stamp(
    made: Checkpoint, city: City, workspace: Workspace
) -> tuple[SignedCheckpoint, dict[Sentence, AqueducError]]:
    """With why it has no stamp, where it should have one."""
    said = {name: getattr(made, name) for name in ("city", "number", "at", "root")} | {
        "ledgers": len(made.heads)
    }
    signer = load_city_signer(city, workspace.connections)
    statement = build_intoto_statement(KNOWN_CHECKPOINT, made.sha256, (), said)
    signed = SignedCheckpoint(made, signer.sign(statement) if signer else None)
    if (authority := city.witness.timestamp) is None:
        return signed, {}
    try:
        return replace(signed, timestamp=request_timestamp(made.encode(), authority, workspace.include)), {}
    except WitnessUnreachable as failure:
        return signed, {TIMESTAMP: failure}
