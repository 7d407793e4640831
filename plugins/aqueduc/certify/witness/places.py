"""The places where checkpoints are put, and what those that can be read say."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from aqueduc.certify.findings import RolledBackLedger
from aqueduc.certify.signature import verify_dsse_envelope
from aqueduc.certify.witness.git import GitWitnessPlace
from aqueduc.certify.witness.mail import MailWitnessPlace, extract_checkpoint_from_mail
from aqueduc.certify.witness.timestamp import verify_timestamp
from aqueduc.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    find_lost_heads,
    parse_signed_checkpoint,
    read_known_checkpoint,
    refuse_ledger_behind,
    write_known_checkpoint,
)
from aqueduc.declaration.spec import City
from aqueduc.errors import AqueducError, InvalidCheckpoint, LedgerRolledBack
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _
from aqueduc.ledger_chain import LedgerEntryLink
from aqueduc.run import Run, Workspace

log = logging.getLogger(__name__)
STATE = "checkpoint-places.json"
"""What became of the last deposit at each place: ``at`` and ``sha256``, or ``failed_at`` and ``why``."""
RETRIED = timedelta(minutes=10)
"""For how long an act leaves alone a place that did not answer."""
STORE = _("le dépôt")


class WitnessPlace(Protocol):
    """A place of one kind; ``name`` is its key under ``witness:``."""

    @property
    def name(self) -> str: ...

    @property
    def is_readable(self) -> bool: ...

    def read_newest(self) -> SignedCheckpoint | None:
        """What was put there last; None where nothing was, or nothing can be read. Raises AqueducError."""

    def deposit(self, signed: SignedCheckpoint) -> bool:
        """Once, however often it is asked; False where another was put there since it was read. Raises AqueducError."""


_KINDS: Mapping[str, Callable[[Any, City, Workspace], WitnessPlace]] = {
    "git": GitWitnessPlace,
    "mail": MailWitnessPlace,
}


def list_places(city: City, workspace: Workspace, *, patient: bool = True) -> list[WitnessPlace]:
    """Those that the city declares; unless ``patient``, but those that failed a moment ago. Raises StoreError."""
    declared = ((kind, getattr(city.witness, name)) for name, kind in _KINDS.items())
    places = [kind(settings, city, workspace) for kind, settings in declared if settings]
    if patient:
        return places
    states, now = read_place_states(workspace), workspace.clock()
    failed = {one.name: states.get(one.name, {}).get("failed_at") for one in places}
    return [
        one for one in places if not (at := failed[one.name]) or now - datetime.fromisoformat(at) >= RETRIED
    ]


@dataclass(frozen=True)
class WitnessAnswer:
    """What a ``place`` answered: its newest checkpoint (None: it has none), or why it cannot be gone by."""

    place: Sentence
    signed: SignedCheckpoint | None = None
    failure: AqueducError | None = None
    stamped_at: datetime | None = None


def read_witnesses(places: Sequence[WitnessPlace], city: City, workspace: Workspace) -> list[WitnessAnswer]:
    """The newest checkpoint of each place: one read each, bounded in time."""
    return [_read_witness(place, city, workspace) for place in places]


def _read_witness(place: WitnessPlace, city: City, workspace: Workspace) -> WitnessAnswer:
    try:
        signed = place.read_newest()
        return verify_witness(place.name, signed, city, workspace) if signed else WitnessAnswer(place.name)
    except AqueducError as error:
        return WitnessAnswer(place.name, failure=error)


def read_store_witness(city: City, workspace: Workspace) -> WitnessAnswer:
    """The newest checkpoint that the store knows."""
    try:
        signed = read_known_checkpoint(workspace.store)
        return verify_witness(STORE, signed, city, workspace) if signed else WitnessAnswer(STORE)
    except AqueducError as error:
        return WitnessAnswer(STORE, failure=error)


def verify_witness(
    place: Sentence, signed: SignedCheckpoint, city: City, workspace: Workspace
) -> WitnessAnswer:
    """Raises InvalidCheckpoint where the city signs and has not signed it, or its stamp is of something else;
    WitnessUnreachable without the authority's certificate."""
    keys = city.signing.keys if city.signing else ()
    if keys and verify_dsse_envelope(signed.envelope, signed.checkpoint.sha256, keys) != "valid":
        raise InvalidCheckpoint(_("Ce point de contrôle n'est pas signé d'une clé de la Ville."), place)
    settings = city.witness.timestamp
    stamped_at = verify_timestamp(signed, settings, workspace.include) if settings else None
    return WitnessAnswer(place, signed, stamped_at=stamped_at)


@dataclass(frozen=True)
class LostEntry:
    """An entry that the ``checkpoint`` at ``place`` names and the ledger of ``dataset`` lacks."""

    dataset: str
    link: LedgerEntryLink
    checkpoint: Checkpoint
    place: Sentence

    def build_finding(self) -> Finding:
        """As ``verify`` and a reconciliation tell it."""
        rank, number, day = self.link.rank + 1, self.checkpoint.number, self.checkpoint.at[:10]
        return RolledBackLedger(detail={"rank": rank, "number": number, "day": day, "place": str(self.place)})

    def to_json(self) -> dict[str, Any]:
        """As the entry and the checkpoint with which a person goes on have it."""
        said = {
            "checkpoint": self.checkpoint.sha256,
            "number": self.checkpoint.number,
            "at": self.checkpoint.at,
        }
        return {"dataset": self.dataset, **self.link.to_json(), **said}


def find_lost(
    witnesses: Iterable[WitnessAnswer], workspace: Workspace, only: Collection[str] | None = None
) -> list[LostEntry]:
    """Of each ledger (of ``only`` these), the furthest entry that a witness names and it lacks. Raises StoreError."""
    found: dict[str, LostEntry] = {}
    for witness in witnesses:
        if (signed := witness.signed) is None:
            continue
        for name, link in find_lost_heads(workspace.store, signed.checkpoint.heads, only).items():
            if name not in found or link.rank > found[name].link.rank:
                found[name] = LostEntry(name, link, signed.checkpoint, witness.place)
    return [found[name] for name in sorted(found)]


def find_lost_in_ledger(dataset: str, city: City, workspace: Workspace) -> LostEntry | None:
    """What the ledger of ``dataset`` lacks, of all that is witnessed. Raises StoreError."""
    return next(iter(find_lost(listen_to_witnesses(city, workspace), workspace, (dataset,))), None)


def listen_to_witnesses(city: City, workspace: Workspace) -> list[WitnessAnswer]:
    """Every place that can be read, and the store. Raises StoreError."""
    return [*read_readable_places(city, workspace), read_store_witness(city, workspace)]


def read_readable_places(city: City, workspace: Workspace) -> list[WitnessAnswer]:
    """What each place that can be read answers. Raises StoreError."""
    readable = [one for one in list_places(city, workspace) if one.is_readable]
    return read_witnesses(readable, city, workspace)


def read_checkpoint_file(path: Path, city: City, workspace: Workspace) -> WitnessAnswer:
    """A checkpoint that was kept as a file: the JSON of a commit, or a mail. Raises InvalidCheckpoint, also for another
    city's; WitnessUnreachable without the certificate of the authority."""
    signed = parse_signed_checkpoint(extract_checkpoint_from_mail(path.read_bytes()), str(path))
    if signed.checkpoint.city != city.name:
        raise InvalidCheckpoint(
            _("Ce point de contrôle est d'une autre ville ({name}).").format(name=signed.checkpoint.city),
            str(path),
        )
    return verify_witness(path.name, signed, city, workspace)


def refuse_run_behind_witness(city: City, run: Run, workspace: Workspace) -> None:
    """Lets a run go on only where the ledger of its dataset has what was witnessed of it. A place that does not answer
    is told; where none does, what the store knows decides, unless the city waits (``when_silent: stop``).

    Raises LedgerRolledBack, which the store then knows of; what keeps the places from answering; StoreError.
    """
    if run.dry_run or not city.witness.is_declared:
        return
    witnesses = read_readable_places(city, workspace)
    failures = [one.failure for one in witnesses if one.failure]
    for failure in failures:
        log.warning("%s", failure)
    if failures and len(failures) == len(witnesses) and city.witness.when_silent == "stop":
        raise failures[0]
    heard = [one for one in witnesses if one.signed] or [read_store_witness(city, workspace)]
    for witness in heard:
        _refuse_dataset_behind(witness, run.dataset, workspace)


def _refuse_dataset_behind(witness: WitnessAnswer, dataset: str, workspace: Workspace) -> None:
    if witness.failure:
        raise witness.failure
    if witness.signed is None:
        return
    try:
        refuse_ledger_behind(witness.signed.checkpoint, witness.place, workspace.store, dataset)
    except LedgerRolledBack:
        # Acts ask the store alone.
        write_known_checkpoint(workspace.store, witness.signed)
        raise


def read_place_states(workspace: Workspace) -> Mapping[str, Mapping[str, str]]:
    """What became of the last deposit at each place, by its name. Raises StoreError."""
    return workspace.store.read_json_mapping(STATE) or {}


@dataclass(frozen=True)
class DepositOutcome:
    """The places that failed, and why; ``overtaken``: those where another checkpoint was put since they were read."""

    failures: Mapping[Sentence, AqueducError]
    overtaken: tuple[str, ...]


def deposit_checkpoint(
    signed: SignedCheckpoint,
    places: Sequence[WitnessPlace],
    unread: Mapping[Sentence, AqueducError],
    workspace: Workspace,
) -> DepositOutcome:
    """Puts it at each of ``places``. Of one that could not be read (``unread``), what it has may be newer than what
    ``signed`` was made upon: it keeps it. Raises StoreError."""
    states, failures, overtaken = (
        dict(read_place_states(workspace)),
        dict[Sentence, AqueducError](),
        list[str](),
    )
    for place in places:
        at = workspace.clock().isoformat(timespec="seconds")
        try:
            if isinstance(failure := unread.get(place.name), AqueducError) and failure.retryable:
                raise failure
            if place.deposit(signed):
                states[place.name] = {"at": at, "sha256": signed.checkpoint.sha256}
            else:
                overtaken.append(place.name)
        except AqueducError as error:
            states[place.name] = {**states.get(place.name, {}), "failed_at": at, "why": error.what}
            failures[place.name] = error
    workspace.store.write_json(STATE, states)
    return DepositOutcome(failures, tuple(overtaken))
