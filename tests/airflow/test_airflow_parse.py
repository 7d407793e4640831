"""Reading the DAGs stays cheap: nothing heavy is imported, nothing remote is touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.airflow.conftest import REPOSITORY
from tests.making import Desk, declaration

pytestmark = pytest.mark.end_to_end

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
KINDS = [path.parent.name for path in (REPOSITORY / "plugins/aqueduc/sources").glob("*/adapter.py")]
# Airflow itself brings httpx, fsspec and tenacity: what counts is what our files add.
PROBE = """
import json, socket, sys, time
from airflow.dag_processing.dagbag import DagBag
import airflow.serialization.serialized_objects

def refused(*_):
    raise AssertionError("a connection was opened while parsing")
socket.socket.connect = refused

# The first asset that is made has Airflow import what the installed providers say of their addresses: not ours.
from airflow.sdk import Asset
Asset(name="probe", uri="https://ville.example/jeu")

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
    assert not [name for name in found["new"] if name.startswith("aqueduc.publish")]
    # Of a source, what its kind says of itself, and no more: `paging:`, files of a drop, queries and datasets of
    # another portal have a file of their own, since several kinds say them.
    light = {"aqueduc.sources.http.paging"}
    light |= {f"aqueduc.sources.{name}" for name in ("databases", "formats", "paging", "drops", "remote")}
    light |= {f"aqueduc.sources.{folder}" for folder in KINDS}
    read = [name for name in found["new"] if name.startswith("aqueduc.sources.")]
    assert set(read) <= light
    # 3 to 4 ms a DAG on a quiet machine; ten times that on a busy one is still no network and no database.
    assert found["again"] / found["dags"] < 0.05


OPENED = """
import json, os, sys
from pathlib import Path
from aqueduc_airflow import factory
from aqueduc_airflow.failures import unread_declarations

include, seen = Path(sys.argv[1]), []
sys.addaudithook(lambda event, told: seen.append((event, told)))
unread = {}
unread_declarations.set(unread)
dags = list(factory.build_dataset_dags(include))
touched = {
    os.fspath(told[0])
    for event, told in seen
    if event in ("open", "os.listdir", "os.scandir") and isinstance(told[0], (str, os.PathLike))
}
seen = []
print(json.dumps({
    "dags": [dag.dag_id for dag in dags],
    "touched": sorted(os.path.relpath(path, include) for path in touched if path.startswith(str(include))),
    "broken": sorted(path.name for path in unread),
}))
"""


def opened(include: Path, **environment: str) -> dict[str, list[str]]:
    """The DAGs of a parse, what it opened of ``include``, and the files it complained of."""
    probe = subprocess.run(
        [sys.executable, "-c", OPENED, str(include)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return dict(json.loads(probe.stdout.strip().splitlines()[-1]))


def test_a_task_opens_its_own_declaration_only(town: Desk) -> None:
    """Whatever the number of the others: not even the list of their names is read."""
    for rank in range(20):
        town.dataset(f"jeu-{rank}")
    found = opened(town.include, _AIRFLOW_PARSING_CONTEXT_DAG_ID="jeu-7")
    assert found["dags"] == ["jeu-7"]
    own = {"city.yaml", "datasets/jeu-7.yaml", "schemas/jeu.json"}
    assert own <= set(found["touched"])
    assert not [name for name in found["touched"] if name.startswith("datasets") and "jeu-7" not in name]


def test_a_gigantic_file_is_not_read(town: Desk) -> None:
    """Thirty gigabytes would not fit."""
    town.dataset("bon")
    with town.write("gigantesque", declaration()).open("r+b") as file:
        file.truncate(30_000_000_000)
    found = opened(town.include)
    assert found["dags"] == ["bon", "gigantesque"], "the second one says what is wrong"
    assert found["broken"] == ["gigantesque.yaml"]
