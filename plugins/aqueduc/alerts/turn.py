"""What the DAG of alerts does every ten minutes."""

from __future__ import annotations

from dataclasses import dataclass

from aqueduc.alert_queue import raise_alerts
from aqueduc.alerts.channels import AlertChannels
from aqueduc.alerts.deadline import find_basis_deadlines
from aqueduc.alerts.delivery import DeliveryResult, deliver_alerts
from aqueduc.alerts.silence import Beat, find_silences, note_beat
from aqueduc.declaration import LoadedCity
from aqueduc.errors import AqueducError
from aqueduc.run import Workspace

OTHERS: tuple[Beat, ...] = ("reconciliation",)
"""What a turn listens for; the reconciliation listens for the turns."""


@dataclass(frozen=True)
class TurnResult:
    """``deaf``: why nobody at the other end of ``notify.heartbeat`` heard of this turn."""

    delivery: DeliveryResult
    deaf: AqueducError | None = None


def run_delivery_turn(workspace: Workspace, loaded: LoadedCity, channels: AlertChannels) -> TurnResult:
    """Listens for what should have run, looks for deadlines, sends what waits, and leaves a beat when all of it left.

    Raises StoreError; DatasetBusy while another process delivers.
    """
    city = loaded.city
    silences = find_silences(workspace.store, city, workspace.clock(), OTHERS)
    raise_alerts(workspace.store, [*silences, *find_basis_deadlines(workspace, loaded)])
    done = deliver_alerts(workspace, city, channels)
    if done.error is not None:
        return TurnResult(done)
    try:
        note_beat(workspace, city, "delivery")
    except AqueducError as error:
        return TurnResult(done, error)
    return TurnResult(done)
