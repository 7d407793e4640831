"""What people must be told, kept in the store until it has been sent.

::

    alerts/waiting/<key>.json      raised, and in no message yet
    alerts/outgoing/<id>.json      a message, written before it is sent and removed once it was
    alerts/sent/<key>.json         in a message to each of its recipients: raised again, it is not told again
    alerts/told/<key>.json         when a message with it left for the Region
    alerts/weeks/<2026-W48>.json   the keys of those of one week, for the digest
    alerts/undelivered.json        what the last turn could not send, and why

An alert is raised by whoever finds it, without a mail server in reach; what delivers it (``alerts``) groups
and sends it. Its texts carry no cell of a source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from aqueduc.declaration.spec.notify import AlertKind, Audience
from aqueduc.errors import AqueducError
from aqueduc.language import Sentence, parse_message, serialize_message
from aqueduc.store import Store, compute_bytes_sha256
from aqueduc.week_journal import build_week_folder_key, format_iso_week

_UNDELIVERED = "alerts/undelivered.json"
KEPT_WEEKS = 60
"""For how long what was told is kept, so as not to be told twice."""

__all__ = [
    "KEPT_WEEKS",
    "Alert",
    "AlertKind",
    "Audience",
    "delete_waiting_alerts",
    "list_waiting_alerts",
    "mark_alerts_sent",
    "queue_new_alerts",
]


@dataclass(frozen=True)
class Alert:
    """One thing to tell. ``subject``: the dataset, or ``convention``, ``city``; ``title``, as people call it.
    ``occurrence`` tells two of a kind apart (a run, a day, a finding's code): raised twice with the same one,
    it is told once. ``at``: ISO 8601, UTC. ``link``: where to read more. ``letter``: a text to be read whole, for
    who reads nothing of the city's store."""

    kind: AlertKind
    subject: str
    title: str
    occurrence: str
    what: Sentence
    remedy: Sentence
    audience: tuple[Audience, ...]
    at: str
    link: str = ""
    letter: str = ""

    @property
    def key(self) -> str:
        """What tells it from any other."""
        return compute_bytes_sha256("\n".join((self.kind, self.subject, self.occurrence)).encode())[:32]

    def to_json(self) -> dict[str, Any]:
        texts = {"what": serialize_message(self.what), "remedy": serialize_message(self.remedy)}
        return {**asdict(self), "audience": list(self.audience), **texts}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        texts = {name: parse_message(raw[name]) for name in ("what", "remedy")}
        return cls(**{**raw, "audience": tuple(raw["audience"]), **texts})


@dataclass(frozen=True)
class UndeliveredMessages:
    """What the last turn of delivery could not send. ``since``: ISO 8601, UTC, of the oldest; ``what`` and ``remedy``:
    why, and what to do."""

    count: int
    since: str
    what: Sentence
    remedy: Sentence


def queue_new_alerts(store: Store, alerts: Sequence[Alert]) -> None:
    """Keeps ``alerts`` until they are sent; what was raised or sent before is not kept again. Raises
    StoreError."""
    for alert in alerts:
        # In this order: what is moved while we look stands at both places for a moment, never at none.
        if not store.exists(_build_waiting_key(alert.key)) and not store.exists(_build_sent_key(alert.key)):
            store.write_json(_build_waiting_key(alert.key), alert.to_json())


def list_waiting_alerts(store: Store) -> list[Alert]:
    """Those that are in no message yet, in the order of their instants. Raises StoreError."""
    raw = (store.read_json(key) for key in store.list("alerts/waiting"))
    return sorted((Alert.from_json(one) for one in raw if one), key=lambda one: (one.at, one.key))


def delete_waiting_alerts(store: Store, alerts: Sequence[Alert]) -> None:
    """Removes those of ``alerts`` that are in no message yet: what they say no longer holds. Raises StoreError."""
    for alert in alerts:
        store.delete(_build_waiting_key(alert.key))


def mark_alerts_sent(store: Store, alerts: Sequence[Alert]) -> None:
    """Moves ``alerts`` to those that were sent. By one process at a time. Raises StoreError."""
    weeks: dict[str, list[str]] = {}
    for alert in alerts:
        weeks.setdefault(build_week_index_key(datetime.fromisoformat(alert.at)), []).append(alert.key)
        store.write_json(_build_sent_key(alert.key), alert.to_json())
    for week, keys in weeks.items():
        store.write_json(week, list(dict.fromkeys((*(store.read_json(week) or []), *keys))))
    for alert in alerts:
        store.delete(_build_waiting_key(alert.key))


def record_region_notification_time(store: Store, keys: Sequence[str], at: datetime) -> None:
    """Notes when the alerts of these ``keys`` left for the Region: the first time. Raises StoreError."""
    for key in keys:
        if not store.exists(_build_region_notified_key(key)):
            store.write_json(_build_region_notified_key(key), {"at": at.isoformat(timespec="seconds")})


def find_region_notification_time(store: Store, key: str) -> datetime | None:
    """When the alert left for the Region; None before. Raises StoreError."""
    found = store.read_json(_build_region_notified_key(key))
    return datetime.fromisoformat(found["at"]) if found else None


def record_undelivered_messages(store: Store, reason: AqueducError | None, instants: Sequence[str]) -> None:
    """Keeps why messages and alerts of these ``instants`` could not leave; nothing where all left. Raises StoreError."""
    if reason is None:
        if store.exists(_UNDELIVERED):
            store.delete(_UNDELIVERED)
        return
    texts = {name: reason.serialised_texts[name] for name in ("what", "remedy")}
    kept = {"count": len(instants), "since": min(instants), **texts}
    if store.read_json(_UNDELIVERED) != kept:
        store.write_json(_UNDELIVERED, kept)


def read_undelivered_messages(store: Store) -> UndeliveredMessages | None:
    """What the last turn of delivery could not send; None where all left. Raises StoreError."""
    kept = store.read_json(_UNDELIVERED)
    texts = {name: parse_message(kept[name]) for name in ("what", "remedy")} if kept else {}
    return UndeliveredMessages(kept["count"], kept["since"], **texts) if kept else None


def list_alerts_sent_in_week(store: Store, day: datetime) -> list[Alert]:
    """Those of the ISO week of ``day`` (UTC) that were sent, in the order of their instants. Raises
    StoreError."""
    raw = (store.read_json(_build_sent_key(key)) for key in store.read_json(build_week_index_key(day)) or [])
    return sorted((Alert.from_json(one) for one in raw if one), key=lambda one: (one.at, one.key))


def delete_sent_alerts_of_week(store: Store, day: datetime) -> None:
    """Removes what was sent in the ISO week of ``day``: raised again, it would be told again. Raises
    StoreError."""
    week = build_week_index_key(day)
    for key in store.read_json(week) or []:
        store.delete(_build_sent_key(key))
        store.delete(_build_region_notified_key(key))
    store.delete(week)
    store.delete(build_week_folder_key(day))


def build_week_index_key(day: datetime) -> str:
    return f"alerts/weeks/{format_iso_week(day)}.json"


def _build_waiting_key(key: str) -> str:
    return f"alerts/waiting/{key}.json"


def _build_region_notified_key(key: str) -> str:
    return f"alerts/told/{key}.json"


def _build_sent_key(key: str) -> str:
    return f"alerts/sent/{key}.json"
