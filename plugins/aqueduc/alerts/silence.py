"""Silence is an alarm: what must run by itself leaves a beat each time, and whoever runs tells of the beats
that stopped. At the other end of ``notify.heartbeat`` somebody else listens, for when nothing runs at all."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from aqueduc.alert_queue import Alert
from aqueduc.alerts.channels import ping_heartbeat_url
from aqueduc.declaration import City
from aqueduc.language import Message, _
from aqueduc.run import Workspace
from aqueduc.store import Store

Beat = Literal["delivery", "reconciliation"]

_LABELS: Mapping[Beat, Message] = {
    "delivery": _("L'envoi des alertes"),
    "reconciliation": _("La réconciliation avec les plateformes"),
}
_DAGS: Mapping[Beat, str] = {"delivery": "aqueduc_alerts", "reconciliation": "aqueduc_reconciliation"}


def record_and_ping_heartbeat(workspace: Workspace, city: City, beat: Beat) -> None:
    """Keeps that ``beat`` ended well now, then calls ``notify.heartbeat``.

    Raises StoreError; AlertUndelivered, ConnectionMissing, InvalidConnectionSettings when the call did not arrive.
    """
    workspace.store.write_json(_build_heartbeat_key(beat), {"at": workspace.clock().isoformat()})
    if city.notify.heartbeat is not None:
        ping_heartbeat_url(workspace.connections.get(city.notify.heartbeat))


def find_silence_alerts(store: Store, city: City, now: datetime, beat: Beat) -> list[Alert]:
    """An alert if ``beat`` was not heard for ``notify.silence_hours``. One never heard counts from the first
    time it was listened for. Told once a silence. Raises StoreError."""
    last = _read_or_start_heartbeat(store, beat, now)
    if now - last <= timedelta(hours=city.notify.silence_hours):
        return []
    return [build_silence_alert(beat, last, city, now)]


def read_heartbeat(store: Store, beat: Beat) -> datetime | None:
    """When ``beat`` was last heard, or first listened for; None before. Raises StoreError."""
    kept = store.read_json(_build_heartbeat_key(beat))
    return datetime.fromisoformat(kept["at"]) if kept else None


def _read_or_start_heartbeat(store: Store, beat: Beat, now: datetime) -> datetime:
    heard = read_heartbeat(store, beat)
    if heard is None:
        store.write_json(_build_heartbeat_key(beat), {"at": now.isoformat()})
    return heard or now


def build_silence_alert(beat: Beat, last: datetime, city: City, now: datetime) -> Alert:
    """That ``beat`` was not heard since ``last``."""
    since = last.astimezone(ZoneInfo(city.timezone))
    return Alert(
        kind="silence",
        subject="city",
        title=city.name,
        occurrence=f"{beat} {last.isoformat()}",
        what=_("{label} ne s'est pas terminé depuis le {since}.").format(
            label=_LABELS[beat], since=f"{since:%d/%m/%Y %H:%M}"
        ),
        remedy=_(
            "dans Airflow, voir si « {dag} » est en pause ou échoue, et si l'ordonnanceur (scheduler) tourne"
        ).format(dag=_DAGS[beat]),
        audience=("operator", "steward"),
        at=now.isoformat(),
    )


def _build_heartbeat_key(beat: Beat) -> str:
    return f"alerts/beats/{beat}.json"
