"""Servers of the sandbox: started once, watched, stopped with all they started; an embedded PostgreSQL."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from sandbox import postgres, processes
from sandbox.postgres import Cluster
from sandbox.processes import SandboxError, Service
from sandbox.state import fingerprint, remembered, write_private

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service("essai", tmp_path)
    yield made
    processes.stop(made, grace=1)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    yield postgres.start(tmp_path, name="base")
    postgres.stop(tmp_path, name="base")


def test_a_service_is_started_once_and_stopped(service: Service) -> None:
    first = processes.start(service, SLEEP, healthy=lambda: True)
    assert processes.start(service, SLEEP, healthy=lambda: True) == first
    assert processes.running(service)
    assert processes.stop(service)
    assert not processes.running(service)
    assert not processes.stop(service)


def test_a_service_that_ends_at_once_says_why(service: Service) -> None:
    command = [sys.executable, "-c", "raise SystemExit('port déjà pris')"]
    with pytest.raises(SandboxError, match="port déjà pris"):
        processes.start(service, command, healthy=lambda: False)
    assert not service.pid_file.exists()


def test_a_service_that_never_answers_is_stopped(service: Service) -> None:
    with pytest.raises(SandboxError, match=r"essai did not answer within 0 s"):
        processes.start(service, SLEEP, healthy=lambda: False, timeout=0.2)
    assert not processes.running(service)


def test_a_service_deaf_to_the_signal_is_killed_with_its_children(service: Service) -> None:
    code = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"subprocess.Popen({SLEEP!r})\n"
        "open('ready', 'w').close()\n"
        "time.sleep(60)\n"
    )
    ready = service.folder / "ready"
    pid = processes.start(
        service, [sys.executable, "-c", code], healthy=ready.exists, cwd=service.folder, timeout=10
    )
    family = [psutil.Process(pid), *psutil.Process(pid).children()]
    assert len(family) == 2
    processes.stop(service, grace=0.3)
    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_the_pid_of_another_program_is_left_alone(service: Service) -> None:
    service.pid_file.write_text(f'{{"pid": {os.getpid()}, "created": {time.time() - 86_400}}}')
    assert not processes.running(service)
    assert not processes.stop(service)


def test_a_port_stays_the_same_while_it_is_free(tmp_path: Path) -> None:
    note = tmp_path / "port"
    port = processes.steady_port(note)
    assert processes.steady_port(note) == port
    server = [sys.executable, "-m", "http.server", str(port), "--bind", processes.HOST]
    squatter = Service("squatter", tmp_path)
    processes.start(squatter, server, healthy=lambda: processes.listening(port))
    assert processes.steady_port(note) != port
    processes.stop(squatter)


def test_a_secret_is_private_and_remembered(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert remembered(path, lambda: "un") == remembered(path, lambda: "deux") == "un"
    assert path.stat().st_mode & 0o777 == 0o600
    write_private(path, "trois")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("trois", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_a_fingerprint_follows_content_and_facts(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("1")
    before = fingerprint([file], 1.0)
    assert fingerprint([file], 1.0) == before
    assert fingerprint([file], 2.0) != before
    file.write_text("2")
    assert fingerprint([file], 1.0) != before


def test_a_cluster_speaks_french_and_asks_for_a_password(cluster: Cluster) -> None:
    with psycopg.connect(cluster.dsn()) as connection:
        assert connection.execute("SELECT upper('été'), current_setting('server_encoding')").fetchone() == (
            "ÉTÉ",
            "UTF8",
        )
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.dsn(password="faux"))


def test_a_cluster_keeps_its_data_its_port_and_its_password(cluster: Cluster, tmp_path: Path) -> None:
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE chose AS SELECT 1 AS n")
    assert postgres.start(tmp_path, name="base") == cluster
    assert postgres.stop(tmp_path, name="base")
    assert not postgres.running(tmp_path, name="base")
    assert postgres.start(tmp_path, name="base") == cluster
    with psycopg.connect(cluster.dsn()) as connection:
        assert connection.execute("SELECT n FROM chose").fetchone() == (1,)
