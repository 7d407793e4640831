"""Where Airflow's metrics go in a test: a StatsD server on this machine that keeps what it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingUDPServer

from sandbox.processes import HOST


@dataclass(frozen=True)
class StatsdSink:
    """What was received, a packet each, in order."""

    port: int
    packets: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What makes an Airflow tell this sink of our metrics, as the guide has it."""
        return {
            "AIRFLOW__METRICS__STATSD_ON": "True",
            "AIRFLOW__METRICS__STATSD_HOST": HOST,
            "AIRFLOW__METRICS__STATSD_PORT": str(self.port),
            "AIRFLOW__METRICS__STATSD_PREFIX": "airflow",
            "AIRFLOW__METRICS__STATSD_INFLUXDB_ENABLED": "True",
        }

    def read_gauges(self, dataset: str) -> dict[str, float]:
        """The newest value of each gauge of a dataset, by the name that Prometheus gives it."""
        found: dict[str, float] = {}
        for packet in self.packets:
            name, _colon, value = packet.rpartition(":")
            stat, *tags = name.split(",")
            if value.endswith("|g") and f"dataset={dataset}" in tags:
                found[stat.replace(".", "_")] = float(value.removesuffix("|g"))
        return found


@contextmanager
def open_sink() -> Iterator[StatsdSink]:
    packets: list[str] = []

    class Keeper(BaseRequestHandler):
        def handle(self) -> None:
            packets.append(self.request[0].decode())

    with ThreadingUDPServer((HOST, 0), Keeper) as server:
        listening = threading.Thread(target=server.serve_forever)
        listening.start()
        try:
            yield StatsdSink(server.server_address[1], packets)
        finally:
            server.shutdown()
            listening.join()
