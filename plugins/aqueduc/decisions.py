"""What a named person decided about a dataset, and the mark that holds the dataset to it.

A decision is an entry of the dataset's ledger (``certify.ledger``), which is never changed; its mark, a small
file of the store beside the pointer, is replaced by the next decision of the same kind and is what each run
reads. A mark without its entry proves nothing: whoever opens a gate by a mark reads the entry back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from aqueduc.store import (
    CITY_LEDGER,
    RESTORED_BACKUP,
    JsonRecord,
    Store,
    compute_bytes_sha256,
    decode_json_or_none,
)

DecisionKind = Literal["agreement", "withdrawal", "withdrawal-lift"]
Identification = Literal["airflow", "key", "seed"]
"""How the person was known: the account that answered in Airflow, or the private key that signed; ``seed``: a
demonstration, where nobody decided."""

KNOWN_BY: Mapping[Identification, str] = {
    "airflow": "par son compte Airflow",
    "key": "par sa clé",
    "seed": "semé pour une démonstration : personne n'a décidé",
}
"""How the person was known, in French."""


CLOSING = "closing"
"""The name of the mark of what was taken off platforms: by platform, where it was public (``places``), when it was last
hidden (``hidden_at``) and removed (``removed_at``); empty until then."""


@dataclass(frozen=True)
class Decision(JsonRecord):
    """``by``, a person of ``city.yaml`` or an account of Airflow, identified as ``identified`` says, agreed
    (``agreed``) or refused, at ``at`` (ISO 8601, UTC). ``about``: SHA-256 of what was decided on. ``name``:
    first name and last name, "" where nobody wrote them."""

    kind: DecisionKind
    dataset: str
    agreed: bool
    about: str
    by: str
    identified: Identification
    reason: str
    at: str
    name: str = ""

    @property
    def person_name(self) -> str:
        """As people call them."""
        return self.name or self.by


@dataclass(frozen=True)
class DecisionWithLedgerEntry:
    """A decision as it was read back: ``entry``, the file of the ledger that has it, and its SHA-256."""

    decision: Decision
    entry: str
    sha256: str

    def to_json(self) -> dict[str, Any]:
        return {**self.decision.to_json(), "entry": self.entry, "sha256": self.sha256}


@dataclass(frozen=True)
class WithdrawalMark(JsonRecord):
    """Holds a dataset withdrawn (``datasets/<id>/withdrawal.json``), from ``held_at`` on (ISO 8601, UTC);
    what is public leaves at ``effective_at``. ``by`` decided it, as ``requester`` asked; ``run``: the order
    that it comes from. ``proved_at``: when a visitor was last found to reach nothing of it; empty until then.
    ``identified``: how the person was known (see ``Identification``), or ``typed`` in a city that names nobody;
    ``envelope``: their signature, where they decided by a command.
    ``places``: by platform, the addresses that were public, as the withdrawal keeps them."""

    dataset: str
    title: str
    by: str
    requester: str
    reason: str
    at: str
    held_at: str
    effective_at: str
    run: str
    identified: str = "typed"
    envelope: Mapping[str, Any] | None = None
    proved_at: str = ""
    places: Mapping[str, Any] = field(default_factory=dict)

    def is_hold_in_force(self, now: datetime) -> bool:
        return datetime.fromisoformat(self.held_at) <= now

    def is_due(self, now: datetime) -> bool:
        return datetime.fromisoformat(self.effective_at) <= now


WITHDRAWAL = "withdrawal"


def read_withdrawal_mark(store: Store, dataset: str) -> WithdrawalMark | None:
    """The mark of a dataset that is withdrawn, or is to be; None in the ordinary course. Raises StoreError."""
    raw = read_decision_mark(store, dataset, WITHDRAWAL)
    # Of a dataset that was renamed since, it is carried with the rest, and speaks of the name before.
    return replace(WithdrawalMark.from_json(raw), dataset=dataset) if raw else None


def read_pending_backup_restore_mark(store: Store) -> Mapping[str, Any] | None:
    """The mark of the backup that the store was put back from, until a person says to go on; None in the ordinary
    course. Raises StoreError."""
    mark = store.read_json_mapping(RESTORED_BACKUP)
    return None if mark is None or "resumed" in mark else mark


@dataclass(frozen=True)
class ClaimHoldsAndSuspensions:
    """The datasets that open claims hold (nothing of them expires) and suspend (nothing of them is public),
    each with the numbers of its claims."""

    held: Mapping[str, Sequence[str]] = field(default_factory=dict)
    suspended: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_claim_retention_holds_and_suspensions(store: Store) -> ClaimHoldsAndSuspensions:
    """What the open claims hold, under the names that datasets have now as well. Raises StoreError."""
    raw = store.read_json(_HOLDS) or {}
    if not any(raw.values()):
        return ClaimHoldsAndSuspensions()
    moves = [
        (name, str(moved["from"]))
        for name in store.list_datasets()
        if (moved := store.read_former_name(name))
    ]
    return ClaimHoldsAndSuspensions(
        **{kind: _extend_holds_to_renamed_datasets(held, moves) for kind, held in raw.items()}
    )


def _extend_holds_to_renamed_datasets(
    held: Mapping[str, Sequence[str]], moves: Sequence[tuple[str, str]]
) -> dict[str, Sequence[str]]:
    """``held`` by dataset, with what each name that a dataset took afterwards inherits."""
    found = dict(held)
    for _step in moves:
        found |= {name: found[former] for name, former in moves if former in found and name not in found}
    return found


def write_claim_holds_and_suspensions(store: Store, holds: ClaimHoldsAndSuspensions) -> None:
    """Replaces what ``read_claim_retention_holds_and_suspensions`` gives. Raises StoreError."""
    store.write_json(_HOLDS, asdict(holds))


_HOLDS = "holds.json"


def compute_digest_of_decisions_and_claims(store: Store, dataset: str) -> str:
    """Changes with whatever is decided of a dataset, and with each claim of the city, what is over included: entries of
    their ledgers are only ever added, and the marks are there before them. Raises StoreError."""
    marks = [
        build_decision_mark_key(dataset, name) for name in (WITHDRAWAL, "agreement", "objections", "restored")
    ]
    known = [store.read(key) or b"" for key in (*marks, _HOLDS, RESTORED_BACKUP)]
    entries = [*store.list_ledger_entry_keys(dataset), *store.list_ledger_entry_keys(CITY_LEDGER)]
    return compute_bytes_sha256("\n".join((*map(compute_bytes_sha256, known), *entries)).encode())


def build_decision_mark_key(dataset: str, name: str) -> str:
    """The key of a mark of a dataset: ``agreement``, ``withdrawal``."""
    return f"datasets/{dataset}/{name}.json"


def read_decision_mark(store: Store, dataset: str, name: str) -> dict[str, Any] | None:
    """The mark; None where there is none. Raises StoreError."""
    return store.read_json_mapping(build_decision_mark_key(dataset, name))


def write_decision_mark(store: Store, recorded: DecisionWithLedgerEntry, name: str) -> None:
    """Holds the dataset to a decision that its ledger has. Raises StoreError."""
    store.write_json(build_decision_mark_key(recorded.decision.dataset, name), recorded.to_json())


def write_empty_decision_mark(store: Store, dataset: str, name: str) -> None:
    """Until the next decision is whole, none is in force: who dies in between leaves the gate closed. Raises
    StoreError."""
    store.write_json(build_decision_mark_key(dataset, name), {"entry": "", "sha256": ""})


def read_verified_decision_from_ledger(
    store: Store, mark: Mapping[str, Any], dataset: str
) -> DecisionWithLedgerEntry | None:
    """The decision that ``mark`` names, out of the ledger; None where its entry is gone, is not the one that
    was written, or says nothing of ``dataset``. Raises StoreError."""
    data = store.read(f"datasets/{dataset}/ledger/{mark['entry']}") if mark["entry"] else None
    if data is None or compute_bytes_sha256(data) != mark["sha256"]:
        return None
    entry = decode_json_or_none(data) or {}
    if entry.get("dataset") != dataset or "decision" not in entry:
        return None
    return DecisionWithLedgerEntry(Decision.from_json(entry["decision"]), mark["entry"], mark["sha256"])
