"""A turn of delivery: what waits is put into messages, one a recipient, which are sent.

A message is written into the store before it is sent, and removed after. A process that dies in between
leaves it there: the next turn sends the very same one, under the same ``Message-ID``. So each alert arrives
at least once; twice only after a kill within the instant between the server's answer and the removal, and
then a mail reader shows it once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from aqueduc.alert_queue import (
    Alert,
    list_waiting_alerts,
    mark_alerts_sent,
    queue_new_alerts,
    record_region_notification_time,
    record_undelivered_messages,
)
from aqueduc.alerts.channels import AlertChannels, UnusableChannel
from aqueduc.alerts.message import (
    OutgoingMessage,
    build_alert_message,
    delete_outgoing_message,
    list_outgoing_messages,
    store_outgoing_message,
)
from aqueduc.alerts.recipients import (
    Recipient,
    find_recipients,
    list_audience_recipients,
    read_dataset_contact,
)
from aqueduc.declaration import City
from aqueduc.errors import AqueducError, ConnectionMissing, StoreError
from aqueduc.language import _
from aqueduc.run import Workspace


@dataclass(frozen=True)
class DeliveryResult:
    """``sent`` messages left; ``kept``: those that did not, and why; ``unaddressed``: alerts that nobody has
    an address for. ``without_mail``: all that is kept waits for a mail server that the city never named."""

    sent: int
    kept: tuple[tuple[OutgoingMessage, AqueducError], ...] = ()
    unaddressed: int = 0
    without_mail: bool = False

    @property
    def undelivered_reason(self) -> AqueducError | None:
        """Why something waits, if something does."""
        if self.kept:
            return self.kept[0][1]
        return build_no_recipient_error(self.unaddressed) if self.unaddressed else None


def build_no_recipient_error(count: int) -> AqueducError:
    return UnusableChannel(
        _("Des alertes ne sont adressées à personne ({count}) : elles attendent.").format(count=count),
        where="city.yaml",
        remedy=_("donner une adresse à « contact: », ou à « notify: » (steward, operator, dpo, region)"),
    )


def deliver_alerts(workspace: Workspace, city: City, channels: AlertChannels) -> DeliveryResult:
    """Sends all that waits. What cannot leave is kept for the next turn.

    Raises StoreError; DatasetBusy while another process delivers.
    """
    store = workspace.store
    with store.lock("alerts", where=_("envoi des alertes")):
        waiting = list_waiting_alerts(store)
        unaddressed = _store_messages_and_list_undeliverable(workspace, city, waiting)
        mark_alerts_sent(store, [alert for alert in waiting if alert not in unaddressed])
        region = {one.medium_and_address for one in list_audience_recipients("region", city, None)}
        sent, kept = 0, []
        with channels:
            for message in list_outgoing_messages(store):
                try:
                    channels.send(message)
                except AqueducError as error:
                    kept.append((message, error))
                    continue
                if message.recipient.medium_and_address in region:
                    record_region_notification_time(store, message.alerts, workspace.clock())
                delete_outgoing_message(store, message)
                sent += 1
        without_mail = _lacks_unnamed_mail_server(city, kept, unaddressed)
        done = DeliveryResult(sent, tuple(kept), len(unaddressed), without_mail)
        instants = [*(message.at for message, _error in kept), *(alert.at for alert in unaddressed)]
        record_undelivered_messages(store, done.undelivered_reason, instants)
    return done


def _lacks_unnamed_mail_server(
    city: City, kept: Sequence[tuple[OutgoingMessage, AqueducError]], unaddressed: Sequence[Alert]
) -> bool:
    """Determines if nothing waits but mails, for a server that neither ``notify.mail`` nor a connection names."""
    return (
        bool(kept)
        and not unaddressed
        and "mail" not in city.notify.model_fields_set
        and all(
            one.recipient.medium == "mail" and isinstance(error, ConnectionMissing) for one, error in kept
        )
    )


def _store_messages_and_list_undeliverable(
    workspace: Workspace, city: City, waiting: Sequence[Alert]
) -> list[Alert]:
    """Writes the messages of what waits; returns what nobody has an address for. A turn that died after it
    wrote some has put their alerts into them: they are not put into others."""
    known = {
        (one.recipient.medium_and_address, key)
        for one in list_outgoing_messages(workspace.store)
        for key in one.alerts
    }
    groups, unaddressed = group_alerts_by_recipient(
        waiting, city, cache(lambda subject: read_dataset_contact(workspace, subject))
    )
    for recipient, alerts in groups.items():
        if new := [alert for alert in alerts if (recipient.medium_and_address, alert.key) not in known]:
            store_outgoing_message(
                workspace.store, build_alert_message(recipient, new, city, workspace.clock())
            )
    return unaddressed


def group_alerts_by_recipient(
    alerts: Sequence[Alert], city: City, contact_of: Callable[[str], str | None]
) -> tuple[dict[Recipient, list[Alert]], list[Alert]]:
    """The alerts of each recipient, and those that have none."""
    groups: dict[Recipient, list[Alert]] = {}
    unaddressed = []
    for alert in alerts:
        recipients = find_recipients(alert, city, contact_of(alert.subject))
        if recipients is None:
            unaddressed.append(alert)
        for recipient in recipients or ():
            groups.setdefault(recipient, []).append(alert)
    return groups, unaddressed


def send_alert_now(workspace: Workspace, city: City, alert: Alert, channels: AlertChannels) -> DeliveryResult:
    """Raises ``alert`` and sends what waits. Where the store does not answer, the alert is sent all the same,
    by no queue: it may be about the store. Raises DatasetBusy while another process delivers: it waits then."""
    try:
        queue_new_alerts(workspace.store, [alert])
    except StoreError:
        return _send_alert_without_store(workspace, city, alert, channels)
    return deliver_alerts(workspace, city, channels)


def _send_alert_without_store(
    workspace: Workspace, city: City, alert: Alert, channels: AlertChannels
) -> DeliveryResult:
    recipients = find_recipients(alert, city, read_dataset_contact(workspace, alert.subject))
    sent, kept = 0, []
    with channels:
        for recipient in recipients or ():
            message = build_alert_message(recipient, [alert], city, workspace.clock())
            try:
                channels.send(message)
                sent += 1
            except AqueducError as error:
                kept.append((message, error))
    return DeliveryResult(sent, tuple(kept), int(recipients is None))
