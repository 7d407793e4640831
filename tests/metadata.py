"""Airflow's own database, created and migrated once for all the Airflows that a process of the tests starts: each time
takes eight seconds of CPU."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sandbox import airflow, postgres
from sandbox.airflow import Airflow, Layout

_prepare = airflow.prepare
_KEPT = ("migrated", "postgres")
"""What ``prepare`` makes once: its mark, and the cluster."""


@cache
def _migrate_once() -> Path:
    """A home of Airflow that nothing runs in."""
    layout = Layout.under(Path(tempfile.mkdtemp(prefix="aqueduc-metadata-")))
    layout.home.mkdir()
    cluster = postgres.start(layout.home)
    try:
        airflow._migrate(layout.home, cluster, airflow._environment(layout, cluster))
    finally:
        postgres.stop(layout.home)
    return layout.home


def _prepare_from_copy(layout: Layout, settings: Mapping[str, str] | None = None) -> Airflow:
    if not layout.home.exists():
        kept = [str(_migrate_once() / name) for name in _KEPT]
        layout.home.mkdir(parents=True)
        # Not shutil: the cluster is another account's.
        subprocess.run(["cp", "--archive", *kept, str(layout.home)], check=True)
    return _prepare(layout, settings)


def share_metadata() -> None:
    """From now on a new Airflow of this process has a copy of one database."""
    airflow.prepare = _prepare_from_copy


def forget_metadata() -> None:
    if _migrate_once.cache_info().currsize:
        shutil.rmtree(_migrate_once().parent, ignore_errors=True)
