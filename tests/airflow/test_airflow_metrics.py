"""Airflow's metrics of each dataset: what is sent, to a real StatsD server, and the alerts made of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils

from aqueduc.run import Run
from aqueduc_airflow import metrics
from aqueduc_airflow.metrics import emit_city_metrics, emit_run_metrics
from tests.airflow.conftest import REPOSITORY
from tests.airflow.statsd import StatsdSink, open_sink
from tests.reconciliation.towns import Town, open_portal_town
from tests.waiting import eventually

ALERTS = REPOSITORY / "docker" / "prometheus" / "alerts.yaml"
PROMTOOL_TESTS = Path(__file__).with_name("prometheus_alerts.yaml")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_portal_town(tmp_path_factory.mktemp("town"), ("bancs",)) as made:
        yield made


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[StatsdSink]:
    with open_sink() as opened:
        for name, value in opened.environment.items():
            monkeypatch.setenv(name, value)
        stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)
        yield opened
    stats.initialize(factory=stats_utils.NoStatsLogger, export_legacy_names=False)


def get_run(town: Town, dataset: str) -> Run:
    return Run(dataset, (town.store.read_current_certificate(dataset) or {})["run"])


def test_a_published_dataset(town: Town, sink: StatsdSink) -> None:
    emit_run_metrics(town.store, get_run(town, "bancs"))
    assert eventually(lambda: len(sink.read_gauges("bancs")) == 7)
    told, certificate = sink.read_gauges("bancs"), town.store.read_current_certificate("bancs") or {}
    assert told["airflow_aqueduc_dataset_rows"] == certificate["balance"]["published"] > 0
    assert told["airflow_aqueduc_dataset_stopped"] == told["airflow_aqueduc_dataset_lateness_seconds"] == 0
    assert told["airflow_aqueduc_publication_seconds"] > 0
    assert any("platform=portail" in packet for packet in sink.packets)


def test_a_late_one_and_the_whole_city(town: Town, sink: StatsdSink) -> None:
    now = datetime.now(UTC) + timedelta(days=10)
    found = town.reconcile(now)
    emit_city_metrics(town.store, found)
    assert eventually(lambda: any("aqueduc.reconciliation.at:" in packet for packet in sink.packets))
    assert [one.finding.code for one in found.differences] == ["en-retard"]
    days = sink.read_gauges("bancs")["airflow_aqueduc_dataset_lateness_seconds"] / 86400
    assert 9.9 < days < 10.1
    assert any("differences,gravity=late:1" in packet for packet in sink.packets)


def test_nothing_is_read_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW__METRICS__STATSD_ON", raising=False)
    emit_run_metrics(None, Run("jeu", "essai"))  # type: ignore[arg-type]


def test_what_cannot_be_sent_fails_no_task(sink: StatsdSink, caplog: Any) -> None:
    emit_run_metrics(None, Run("jeu", "essai"))  # type: ignore[arg-type]
    assert "Les métriques n'ont pas pu être envoyées." in caplog.text


def test_alerts_are_of_what_is_sent() -> None:
    sent = {
        "airflow_" + name.replace(".", "_")
        for name in vars(metrics).values()
        if isinstance(name, str) and name.startswith("aqueduc.")
    }
    rules = [rule for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in re.findall(r"airflow_\w+", rule["expr"])}
    assert asked <= sent
    tested = {one["alertname"] for test in yaml.safe_load(PROMTOOL_TESTS.read_text("utf-8"))["tests"]
              for one in test["alert_rule_test"]}  # fmt: skip
    assert tested == {rule["alert"] for rule in rules}


@pytest.fixture(scope="session")
def promtool(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Debian's promtool, unpacked beside the tests where the machine has none."""
    if found := shutil.which("promtool"):
        return found
    folder = tmp_path_factory.mktemp("promtool")
    if shutil.which("apt-get"):
        subprocess.run(["apt-get", "download", "promtool"], cwd=folder, capture_output=True, check=False)
    packages = list(folder.glob("promtool_*.deb"))
    if not packages:
        pytest.skip("no promtool on this machine")
    subprocess.run(["dpkg-deb", "-x", str(packages[0]), str(folder)], check=True)
    return str(folder / "usr" / "bin" / "promtool")


@pytest.mark.end_to_end
@pytest.mark.parametrize("command", [("check", "rules", ALERTS), ("test", "rules", PROMTOOL_TESTS)])
def test_prometheus_reads_the_alerts_and_raises_them(promtool: str, command: tuple[Any, ...]) -> None:
    done = subprocess.run([promtool, *map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
