"""What a named person decided about a dataset, and the mark that holds the dataset to it.

A decision is an entry of the dataset's ledger (``certify.ledger``), which is never changed; its mark, a small
file of the store beside the pointer, is replaced by the next decision of the same kind and is what each run
reads. A mark without its entry proves nothing: whoever opens a gate by a mark reads the entry back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from aqueduc.store import Store

DecisionKind = Literal["agreement", "withdrawal", "withdrawal-lift"]
Identification = Literal["airflow", "key"]
"""How the person was known: the account that answered in Airflow, or the private key that signed."""


@dataclass(frozen=True)
class Decision:
    """``by``, a person of ``city.yaml`` or an account of Airflow, identified as ``identified`` says, agreed
    (``agreed``) or refused, at ``at`` (ISO 8601, UTC). ``about``: SHA-256 of what was decided on."""

    kind: DecisionKind
    dataset: str
    agreed: bool
    about: str
    by: str
    identified: Identification
    reason: str
    at: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Decision:
        return cls(**{name: raw[name] for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class WithdrawalMark:
    """Holds a dataset withdrawn (``datasets/<id>/withdrawal.json``), from ``held_at`` on (ISO 8601, UTC);
    what is public leaves at ``effective_at``. ``by`` decided it, as ``requester`` asked; ``run``: the order
    that it comes from. ``proved_at``: when a visitor was last found to reach nothing of it; empty until then.
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
    proved_at: str = ""
    places: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, now: datetime) -> bool:
        return datetime.fromisoformat(self.held_at) <= now

    def is_due(self, now: datetime) -> bool:
        return datetime.fromisoformat(self.effective_at) <= now

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> WithdrawalMark:
        return cls(**raw)


WITHDRAWAL = "withdrawal"


def read_withdrawal(store: Store, dataset: str) -> WithdrawalMark | None:
    """The mark of a dataset that is withdrawn, or is to be; None in the ordinary course. Raises StoreError."""
    raw = read_mark(store, dataset, WITHDRAWAL)
    return WithdrawalMark.from_json(raw) if raw else None


@dataclass(frozen=True)
class ClaimHolds:
    """The datasets that open claims hold (nothing of them expires) and suspend (nothing of them is public),
    each with the numbers of its claims."""

    held: Mapping[str, Sequence[str]] = field(default_factory=dict)
    suspended: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_holds(store: Store) -> ClaimHolds:
    """What the open claims hold. Raises StoreError."""
    return ClaimHolds(**(store.read_json(_HOLDS) or {}))


def write_holds(store: Store, holds: ClaimHolds) -> None:
    """Replaces what ``read_holds`` gives. Raises StoreError."""
    store.write_json(_HOLDS, asdict(holds))


_HOLDS = "holds.json"


def build_mark_key(dataset: str, name: str) -> str:
    """The key of a mark of a dataset: ``agreement``, ``withdrawal``."""
    return f"datasets/{dataset}/{name}.json"


def read_mark(store: Store, dataset: str, name: str) -> dict[str, Any] | None:
    """The mark; None where there is none. Raises StoreError."""
    found: dict[str, Any] | None = store.read_json(build_mark_key(dataset, name))
    return found
