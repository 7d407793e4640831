"""What the DAG of alerts does every ten minutes."""

from dataclasses import dataclass

from aqueduc.alert_queue import queue_new_alerts
from aqueduc.alerts.channels import AlertChannels
from aqueduc.alerts.deadline import find_legal_basis_deadline_alerts
from aqueduc.alerts.delivery import DeliveryResult, deliver_alerts
from aqueduc.alerts.silence import Beat, find_silence_alerts, record_and_ping_heartbeat
from aqueduc.declaration import City, LoadedCity
from aqueduc.errors import AqueducError
from aqueduc.run import Workspace


@dataclass(frozen=True)
class DeliveryTurnResult:
    """``heartbeat_failure``: why nobody at the other end of ``notify.heartbeat`` heard of this turn."""

    delivery: DeliveryResult
    heartbeat_failure: AqueducError | None = None


def find_and_deliver_alerts(
    workspace: Workspace, loaded: LoadedCity, channels: AlertChannels
) -> DeliveryTurnResult:
    """Listens for what should have run, looks for deadlines, sends what waits, and leaves a beat when all of it left.

    Raises StoreError; DatasetBusy while another process delivers.
    """
    city = loaded.city
    silences = find_silence_alerts(workspace.store, city, workspace.clock(), "reconciliation")
    queue_new_alerts(workspace.store, [*silences, *find_legal_basis_deadline_alerts(workspace, loaded)])
    done = deliver_alerts(workspace, city, channels)
    if done.undelivered_reason is not None:
        return DeliveryTurnResult(done)
    return DeliveryTurnResult(done, _record_heartbeat_or_return_error(workspace, city, "delivery"))


def check_delivery_and_record_reconciliation(workspace: Workspace, city: City) -> AqueducError | None:
    """After a look at the whole city: tells of turns of delivery that stopped, and leaves a beat. Returns why
    nobody at the other end of ``notify.heartbeat`` heard of it. Raises StoreError."""
    queue_new_alerts(
        workspace.store, find_silence_alerts(workspace.store, city, workspace.clock(), "delivery")
    )
    return _record_heartbeat_or_return_error(workspace, city, "reconciliation")


def _record_heartbeat_or_return_error(workspace: Workspace, city: City, beat: Beat) -> AqueducError | None:
    try:
        record_and_ping_heartbeat(workspace, city, beat)
    except AqueducError as error:
        return error
    return None
