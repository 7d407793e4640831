"""Says whether one service of docker-compose.yaml is healthy: exit 0, or 1 with a reason.

Airflow's own checks (`airflow jobs check`, `celery inspect ping` through `airflow`) load Airflow, four
seconds of processor each; with five services asked twice a minute that is a third of a core. These ask the
same questions in a fraction of a second.

    python docker/health.py api-server|scheduler|dag-processor|triggerer|worker|housekeeping
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

TIMEOUT_S = 5
HEARTBEAT_S = 60
HOUSEKEEPING_STAMP = Path("/tmp/housekeeping")  # noqa: S108 - a private tmpfs of the container
HOUSEKEEPING_S = 25 * 3600


class Unhealthy(Exception):
    """The service answers badly, or not at all."""


def served(url: str, part: str = "") -> None:
    """`url` answers 200 and, when a part is named, says that it is healthy."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310 - a fixed http:// address
            document = json.load(answer) if part else {}
    except (OSError, ValueError) as error:
        raise Unhealthy(f"{url}: {error}") from error
    status = document[part]["status"] if part else "healthy"
    if status != "healthy":
        raise Unhealthy(f"{url}: {part} is {status}")


def beats(job_type: str) -> None:
    """The process of this very container wrote its heartbeat to Airflow's database a moment ago."""
    import psycopg

    dsn = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("postgresql+psycopg2:", "postgresql:")
    query = """
        SELECT max(latest_heartbeat) > now() - make_interval(secs => %s)
        FROM job WHERE job_type = %s AND state = 'running' AND hostname = %s
    """
    try:
        with psycopg.connect(dsn, connect_timeout=TIMEOUT_S) as connection:
            row = connection.execute(query, (HEARTBEAT_S, job_type, socket.gethostname())).fetchone()
    except psycopg.Error as error:
        raise Unhealthy(f"database: {type(error).__name__}") from None
    if not row or not row[0]:
        raise Unhealthy(f"no heartbeat of {job_type} for {HEARTBEAT_S} s")


def pongs() -> None:
    """This container's Celery worker answers through the queue."""
    from celery import Celery
    from kombu.exceptions import OperationalError

    name = f"celery@{socket.gethostname()}"
    app = Celery(broker=os.environ["AIRFLOW__CELERY__BROKER_URL"])
    app.conf.broker_transport_options = {"socket_connect_timeout": TIMEOUT_S, "socket_timeout": TIMEOUT_S}
    try:
        answers = app.control.ping(destination=[name], timeout=TIMEOUT_S, limit=1)
    except (OperationalError, OSError) as error:
        raise Unhealthy(f"queue: {type(error).__name__}") from None
    if not answers:
        raise Unhealthy(f"{name} does not answer")


def stamped() -> None:
    """The last tidying was not too long ago."""
    if not HOUSEKEEPING_STAMP.exists():
        raise Unhealthy("nothing tidied yet")
    if time.time() - HOUSEKEEPING_STAMP.stat().st_mtime > HOUSEKEEPING_S:
        raise Unhealthy("nothing tidied for a day")


CHECKS: dict[str, Callable[[], None]] = {
    "api-server": lambda: served("http://127.0.0.1:8080/api/v2/monitor/health", "metadatabase"),
    "scheduler": lambda: served("http://127.0.0.1:8974/health"),
    "dag-processor": lambda: beats("DagProcessorJob"),
    "triggerer": lambda: beats("TriggererJob"),
    "worker": pongs,
    "housekeeping": stamped,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in CHECKS:
        sys.stderr.write(f"usage: health.py {'|'.join(CHECKS)}\n")
        return 2
    try:
        CHECKS[arguments[0]]()
    except Unhealthy as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
