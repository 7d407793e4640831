"""Reading the DAGs stays cheap: nothing heavy is imported, nothing remote is touched."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.airflow.conftest import REPOSITORY

HEAVY = [
    "duckdb",
    "pandas",
    "numpy",
    "pyarrow",
    "psycopg",
    "psycopg2",
    "requests",
    "openpyxl",
    "fastexcel",
    "s3fs",
]
# Airflow itself brings httpx, fsspec and tenacity: what counts is what our files add.
PROBE = """
import json, socket, sys, time
from airflow.dag_processing.dagbag import DagBag
import airflow.serialization.serialized_objects

def refused(*_):
    raise AssertionError("a connection was opened while parsing")
socket.socket.connect = refused

before = set(sys.modules)
folder = sys.argv[1]
started = time.process_time()
bag = DagBag(folder, bundle_name="dags-folder")
first = time.process_time() - started
started = time.process_time()
DagBag(folder, bundle_name="dags-folder")
again = time.process_time() - started
print(json.dumps({
    "dags": len(bag.dags), "errors": bag.import_errors, "first": first, "again": again,
    "new": sorted(set(sys.modules) - before),
}))
"""


def test_parsing_is_pure_and_quick() -> None:
    probe = subprocess.run(
        [sys.executable, "-c", PROBE, str(REPOSITORY / "dags")], capture_output=True, text=True, check=True
    )
    found = json.loads(probe.stdout.strip().splitlines()[-1])
    assert found["errors"] == {}
    assert found["dags"] >= 12
    assert [name for name in HEAVY if name in found["new"]] == []
    assert not [name for name in found["new"] if name.startswith(("aqueduc.source", "aqueduc.publish"))]
    # 3 to 4 ms a DAG on a quiet machine; ten times that on a busy one is still no network and no database.
    assert found["again"] / found["dags"] < 0.05
