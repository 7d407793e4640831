"""Delivers what people must be told: who is told (``recipients``), in which words (``message``), by which way
(``channels``), and so that nothing is lost nor told twice (``delivery``)."""

from aqueduc.alerts.channels import AlertChannels, AlertUndelivered, SmtpAndAppriseChannels
from aqueduc.alerts.delivery import DeliveryResult, deliver_alerts, send_alert_now
from aqueduc.alerts.digest import send_weekly_digest
from aqueduc.alerts.failure import FailedTask, build_failure_alert
from aqueduc.alerts.message import OutgoingMessage, list_outgoing_messages
from aqueduc.alerts.recipients import Recipient
from aqueduc.alerts.silence import find_silence_alerts, record_and_ping_heartbeat
from aqueduc.alerts.turn import (
    DeliveryTurnResult,
    check_delivery_and_record_reconciliation,
    find_and_deliver_alerts,
)

__all__ = [
    "AlertChannels",
    "AlertUndelivered",
    "DeliveryResult",
    "DeliveryTurnResult",
    "FailedTask",
    "OutgoingMessage",
    "Recipient",
    "SmtpAndAppriseChannels",
    "build_failure_alert",
    "check_delivery_and_record_reconciliation",
    "deliver_alerts",
    "find_and_deliver_alerts",
    "find_silence_alerts",
    "list_outgoing_messages",
    "record_and_ping_heartbeat",
    "send_alert_now",
    "send_weekly_digest",
]
