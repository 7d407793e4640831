"""What people must be told, kept in the store until it has been sent.

::

    alerts/waiting/<key>.json      raised, not sent yet
    alerts/sent/<key>.json         sent: the same one, raised again, is not sent twice

An alert is raised by whoever finds it, without a mail server in reach; what delivers it (``alerts``) groups,
sends and moves it. Its texts carry no cell of a source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from aqueduc.language import Sentence, parse_message, serialize_message
from aqueduc.store import Store, digest_bytes

AlertKind = Literal[
    "failed", "held", "late", "drift", "incident", "deadline", "agreement", "withdrawal", "claim", "silence"
]
Audience = Literal["steward", "operator", "dpo", "region"]


@dataclass(frozen=True)
class Alert:
    """One thing to tell. ``subject``: the dataset, or ``convention``, ``city``; ``title``, as people call it.
    ``occurrence`` tells two of a kind apart (a run, a day, a finding's code): raised twice with the same one,
    it is told once. ``at``: ISO 8601, UTC."""

    kind: AlertKind
    subject: str
    title: str
    occurrence: str
    what: Sentence
    remedy: Sentence
    audience: tuple[Audience, ...]
    at: str

    @property
    def key(self) -> str:
        """What tells it from any other."""
        return digest_bytes("\n".join((self.kind, self.subject, self.occurrence)).encode())[:32]

    def to_json(self) -> dict[str, Any]:
        texts = {"what": serialize_message(self.what), "remedy": serialize_message(self.remedy)}
        return {**asdict(self), "audience": list(self.audience), **texts}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Alert:
        texts = {name: parse_message(raw[name]) for name in ("what", "remedy")}
        return cls(**{**raw, "audience": tuple(raw["audience"]), **texts})


def raise_alerts(store: Store, alerts: Sequence[Alert]) -> None:
    """Keeps ``alerts`` until they are sent; what was raised or sent before is not kept again. Raises
    StoreError."""
    for alert in alerts:
        if not store.exists(_build_sent_key(alert.key)) and not store.exists(_build_waiting_key(alert.key)):
            store.write_json(_build_waiting_key(alert.key), alert.to_json())


def list_waiting_alerts(store: Store) -> list[Alert]:
    """Those that were not sent yet, in the order of their instants. Raises StoreError."""
    raw = (store.read_json(key) for key in store.list("alerts/waiting"))
    return sorted((Alert.from_json(one) for one in raw if one), key=lambda one: (one.at, one.key))


def note_sent_alerts(store: Store, alerts: Sequence[Alert]) -> None:
    """Moves ``alerts`` to those that were sent. Raises StoreError."""
    for alert in alerts:
        store.write_json(_build_sent_key(alert.key), alert.to_json())
        store.delete(_build_waiting_key(alert.key))


def _build_waiting_key(key: str) -> str:
    return f"alerts/waiting/{key}.json"


def _build_sent_key(key: str) -> str:
    return f"alerts/sent/{key}.json"
