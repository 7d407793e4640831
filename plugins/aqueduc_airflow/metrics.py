"""What Airflow's own metrics (its ``[metrics]``: StatsD or OpenTelemetry) tell of each dataset.

A dataset is a tag of a few names, never a part of one: with StatsD, ``statsd_influxdb_enabled`` must be on. What
is sent is counted by the engine and read from its reports; a metric that cannot be sent fails no task.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from aqueduc.language import _
from aqueduc_airflow.compat import emit_gauge
from aqueduc_airflow.failures import ErrorCapture

if TYPE_CHECKING:
    from aqueduc.overview import DatasetOverview
    from aqueduc.reconciliation import ReconciliationReport
    from aqueduc.run import Run
    from aqueduc.store import Store

log = logging.getLogger(__name__)

ROWS, REJECTED, WITHHELD = "aqueduc.dataset.rows", "aqueduc.dataset.rejected", "aqueduc.dataset.withheld"
LOOKED_AT, STOPPED = "aqueduc.dataset.looked_at", "aqueduc.dataset.stopped"
LATENESS, PUBLICATION = "aqueduc.dataset.lateness_seconds", "aqueduc.publication.seconds"
RECONCILED_AT, DIFFERENCES = "aqueduc.reconciliation.at", "aqueduc.reconciliation.differences"


def are_metrics_on() -> bool:
    """Whether Airflow sends its metrics anywhere: nothing is read for nobody."""
    from airflow.configuration import conf

    return any(conf.getboolean("metrics", name, fallback=False) for name in ("statsd_on", "otel_on"))


def emit_run_metrics(store: Store, run: Run, city: str = "") -> None:
    """What is known of a dataset once a task of ``run`` has ended, well or not. ``city``: its code, a tag of each where
    there are several."""
    _emit_if_metrics_on(lambda: _emit_run_gauges(store, run, _build_city_tag(city)))


def emit_city_metrics(store: Store, found: ReconciliationReport, city: str = "") -> None:
    """What is known of every dataset after a look at the whole city: so that a collector which was started anew
    since their runs knows it too."""
    _emit_if_metrics_on(lambda: _emit_city_gauges(store, found, _build_city_tag(city)))


def _build_city_tag(code: str) -> dict[str, str]:
    return {"city": code} if code else {}


def _emit_if_metrics_on(emit: Callable[[], None]) -> None:
    if not are_metrics_on():
        return
    with ErrorCapture() as unsent:
        emit()
    if unsent.error:
        log.warning("%s\n%s", _("Les métriques n'ont pas pu être envoyées."), unsent.error)


def _emit_run_gauges(store: Store, run: Run, of_city: Mapping[str, str]) -> None:
    from aqueduc.overview import OverviewReader
    from aqueduc.publish.report import PublishReport

    row = OverviewReader(store).read_row_of_dataset(run.dataset, run.dataset)
    _emit_dataset_gauges(row, of_city)
    if row.needs_a_person or row.at != row.looked_at:
        return
    tags = {**of_city, "dataset": run.dataset}
    emit_gauge(LATENESS, 0, tags=tags)
    report = PublishReport.read(store, run.dataset, run.id)
    if report and not report.dry_run:
        emit_gauge(PUBLICATION, report.seconds, tags={**tags, "platform": report.platform})


def _emit_city_gauges(store: Store, found: ReconciliationReport, of_city: Mapping[str, str]) -> None:
    from aqueduc.overview import OverviewReader
    from aqueduc.reconciliation.findings import GRAVITIES, LateDataset

    now = _convert_instant_to_epoch(found.at)
    late = {one.dataset for one in found.differences if isinstance(one.finding, LateDataset)}
    for row in OverviewReader(store).read().values():
        _emit_dataset_gauges(row, of_city)
        since = _convert_instant_to_epoch(row.looked_at) if row.dataset in late and row.looked_at else now
        emit_gauge(LATENESS, max(now - since, 0), tags={**of_city, "dataset": row.dataset})
    for gravity in GRAVITIES:
        emit_gauge(
            DIFFERENCES, len(found.list_differences_of_gravity(gravity)), tags={**of_city, "gravity": gravity}
        )
    emit_gauge(RECONCILED_AT, now, tags=dict(of_city) or None)


def _emit_dataset_gauges(row: DatasetOverview, of_city: Mapping[str, str]) -> None:
    values = {
        ROWS: 0 if row.state == "withdrawn" else row.rows,
        REJECTED: row.rejected,
        WITHHELD: row.withheld,
        STOPPED: int(row.needs_a_person),
        LOOKED_AT: _convert_instant_to_epoch(row.looked_at) if row.looked_at else None,
    }
    for name, value in values.items():
        if value is not None:
            emit_gauge(name, value, tags={**of_city, "dataset": row.dataset})


def _convert_instant_to_epoch(instant: str) -> int:
    """Of an instant in ISO 8601, since 1970."""
    return int(datetime.fromisoformat(instant).timestamp())
