"""A message to one recipient: alerts put together, the gravest first, and of each what to do before what
happened. Made once, kept as it is until it has left."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from aqueduc.alert_queue import Alert, AlertKind
from aqueduc.alerts.recipients import Recipient
from aqueduc.declaration import City
from aqueduc.language import Message, _, format_labelled_text, join_messages, n_, use_language
from aqueduc.page import render_page
from aqueduc.store import JsonRecord, Store, compute_bytes_sha256

KIND_LABELS: Mapping[AlertKind, Message] = {
    "incident": _("incident"),
    "held": _("publication retenue"),
    "failed": _("échec"),
    "silence": _("silence"),
    "deadline": _("échéance"),
    "withdrawal": _("retrait"),
    "claim": _("réclamation"),
    "agreement": _("accord demandé"),
    "late": _("retard"),
    "drift": _("écart"),
    "witness": _("témoin du registre"),
}
"""The gravest first."""
_GRAVITY = list(KIND_LABELS)
_TODO, _HAPPENED, _MORE = _("Que faire"), _("Ce qui s'est passé"), _("À lire")
_NO_DATA = _("Ce message ne contient aucune donnée de la source. Aqueduc, pour {city}.")


@dataclass(frozen=True)
class OutgoingMessage(JsonRecord):
    """``id`` is made of the recipient and of the keys of the alerts: the same message sent again is known by
    it (``Message-ID``). ``at``: ISO 8601, UTC."""

    nested: ClassVar[Mapping[str, Callable[[Any], Any]]] = {"recipient": Recipient.from_json}
    id: str
    recipient: Recipient
    subject: str
    text: str
    html: str
    alerts: tuple[str, ...]
    at: str


def build_alert_message(
    recipient: Recipient, alerts: Sequence[Alert], city: City, at: datetime
) -> OutgoingMessage:
    gravest = sorted(alerts, key=lambda one: (_GRAVITY.index(one.kind), one.at, one.key))
    with use_language(recipient.language):
        sections = [_build_message_section(alert, city) for alert in gravest]
        subject = str(_build_subject(gravest))
        closing = str(_NO_DATA.format(city=city.name))
        return build_message(recipient, subject, sections, closing, tuple(alert.key for alert in gravest), at)


@dataclass(frozen=True)
class MessageSection:
    """A heading, and the lines below it."""

    heading: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join((self.heading, *(f"  {line}".replace("\n", "\n  ") for line in self.lines)))


def build_message(
    recipient: Recipient,
    subject: str,
    sections: Sequence[MessageSection],
    closing: str,
    keys: tuple[str, ...],
    at: datetime,
) -> OutgoingMessage:
    """The message in plain text and in HTML, known by its recipient and ``keys``."""
    return OutgoingMessage(
        id=compute_bytes_sha256("\n".join((recipient.medium_and_address, *sorted(keys))).encode())[:32],
        recipient=recipient,
        subject=" ".join(subject.split()),
        text="\n\n".join((*map(str, sections), closing)) + "\n",
        html=render_page("message.html.j2", subject=subject, sections=sections, closing=closing),
        alerts=keys,
        at=at.isoformat(),
    )


def _build_message_section(alert: Alert, city: City) -> MessageSection:
    moment = datetime.fromisoformat(alert.at).astimezone(ZoneInfo(city.timezone))
    heading = _("{kind} : {title} ({at})").format(
        kind=str(KIND_LABELS[alert.kind]).capitalize(), title=alert.title, at=f"{moment:%d/%m/%Y %H:%M}"
    )
    labels = ((_TODO, alert.remedy), (_HAPPENED, alert.what), (_MORE, alert.link))
    lines = (str(format_labelled_text(label, text)) for label, text in labels if text)
    return MessageSection(str(heading), (*lines, *filter(None, (alert.letter,))))


def _build_subject(gravest: Sequence[Alert]) -> Message:
    first, *others = gravest
    if not others:
        return _("Aqueduc : {kind}, « {title} »").format(kind=KIND_LABELS[first.kind], title=first.title)
    counts = Counter(alert.kind for alert in gravest)
    return n_(
        "Aqueduc : {count} alerte ({listed})",
        "Aqueduc : {count} alertes ({listed})",
        len(gravest),
        listed=join_messages(
            Message("{} × {}").format(KIND_LABELS[kind], count) for kind, count in counts.items()
        ),
    )


# --- the outbox ---------------------------------------------------------------------------------------------


def store_outgoing_message(store: Store, message: OutgoingMessage) -> None:
    """Until it has left. Raises StoreError."""
    store.write_json(_build_outgoing_key(message.id), message.to_json())


def delete_outgoing_message(store: Store, message: OutgoingMessage) -> None:
    store.delete(_build_outgoing_key(message.id))


def list_outgoing_messages(store: Store) -> list[OutgoingMessage]:
    """The oldest first. Raises StoreError."""
    raw = (store.read_json(key) for key in store.list("alerts/outgoing"))
    return sorted((OutgoingMessage.from_json(one) for one in raw if one), key=lambda one: (one.at, one.id))


def _build_outgoing_key(identifier: str) -> str:
    return f"alerts/outgoing/{identifier}.json"
