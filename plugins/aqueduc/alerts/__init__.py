"""Delivers what people must be told: who is told (``recipients``), in which words (``message``), by which way
(``channels``), and so that nothing is lost nor told twice (``delivery``)."""

from aqueduc.alerts.channels import AlertChannels, AlertUndelivered, ConnectedChannels
from aqueduc.alerts.delivery import DeliveryResult, deliver_alerts, send_alert_now
from aqueduc.alerts.digest import send_weekly_digest
from aqueduc.alerts.failure import FailedTask, build_failure_alert
from aqueduc.alerts.message import OutgoingMessage, list_outgoing_messages
from aqueduc.alerts.recipients import Recipient
from aqueduc.alerts.silence import find_silence_alerts, record_heartbeat
from aqueduc.alerts.turn import DeliveryTurnResult, record_reconciliation_heartbeat, run_delivery_turn

__all__ = [
    "AlertChannels",
    "AlertUndelivered",
    "ConnectedChannels",
    "DeliveryResult",
    "DeliveryTurnResult",
    "FailedTask",
    "OutgoingMessage",
    "Recipient",
    "build_failure_alert",
    "deliver_alerts",
    "find_silence_alerts",
    "list_outgoing_messages",
    "record_heartbeat",
    "record_reconciliation_heartbeat",
    "run_delivery_turn",
    "send_alert_now",
    "send_weekly_digest",
]
