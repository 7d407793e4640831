"""What Airflow pays to read the DAGs: 10, 100 and 500 declarations, and as many hand-written TaskFlow files.

The declarations are the project's own, copied under other names; each hand-written DAG is a file of five
chained tasks. Airflow is imported before anything is counted: the medians are of calls that follow a first
one, in one process; the process that Airflow starts for each file, one for all declarations, is not counted.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.frame import Measured, Row, measured

SIZES = (10, 100, 500)
INCLUDE = Path(__file__).resolve().parent.parent / "include"
WANTED = "_AIRFLOW_PARSING_CONTEXT_DAG_ID"
BY_HAND = """
from datetime import UTC, datetime

from airflow.sdk import dag, task


@dag(dag_id="{name}", schedule="0 5 * * 1", start_date=datetime(2000, 1, 1, tzinfo=UTC), catchup=False)
def flow():
    @task
    def extract():
        return "handle"

    @task
    def anonymise(handle):
        return handle

    @task
    def validate(handle):
        return handle

    @task
    def publish(handle):
        return handle

    @task
    def certify(handle):
        return handle

    certify(publish(validate(anonymise(extract()))))


made = flow()
"""


def run(sizes: tuple[int, ...] = SIZES) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name, _airflow_at(name):
        rows = [row for size in sizes for row in _rows(Path(name, str(size)), size)]
    absent = "" if importlib.util.find_spec("dagfactory") else "; dag-factory is not installed: not measured"
    return [replace(rows[0], note=rows[0].note + absent), *rows[1:]]


def _rows(folder: Path, size: int) -> Iterator[Row]:
    _declare(folder / "include", size)
    _write_by_hand(folder / "dags", size)
    hand = measured(by_hand, str(folder / "dags"), "", repeat=5)
    ours = measured(declared, str(folder / "include"), "", repeat=5)
    own_hand = measured(by_hand, str(folder / "dags"), "jeu-0", repeat=5)
    own = measured(declared, str(folder / "include"), "jeu-0", repeat=5)
    assert (hand.result, ours.result, own_hand.result, own.result) == (size, size, 1, 1)
    yield hand.row("by hand, TaskFlow, 5 tasks a DAG", rows=size, note=_each(hand))
    yield ours.row(
        "aqueduc, declarations, 7 tasks a DAG", rows=size, note=f"{_each(ours)}{_ratio(ours, hand)}"
    )
    yield own_hand.row(f"by hand, one file of {size} for its task", rows=1, note=_each(own_hand))
    yield own.row(
        f"aqueduc, one DAG of {size} for its task", rows=1, note=f"{_each(own)}{_ratio(own, own_hand)}"
    )


def _each(of: Measured) -> str:
    return f"{of.cpu * 1000 / of.result:.1f} ms of CPU a DAG"


def _ratio(ours: Measured, hand: Measured) -> str:
    return f", {ours.cpu / hand.cpu:.1f} × by hand"


@contextmanager
def _airflow_at(home: str) -> Iterator[None]:
    """Airflow reads its settings at its first import, in the processes that measure."""
    settings = {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(Path(home, "plugins")),
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ.update({name: value} if value is not None else {})


def _declare(include: Path, size: int) -> None:
    shutil.copytree(INCLUDE, include)
    originals = sorted((include / "datasets").glob("*.yaml"))
    texts = [path.read_text(encoding="utf-8") for path in originals]
    for path in originals:
        path.unlink()
    for rank in range(size):
        path = include / "datasets" / f"jeu-{rank}.yaml"
        path.write_text(texts[rank % len(texts)], encoding="utf-8")


def _write_by_hand(dags: Path, size: int) -> None:
    dags.mkdir(parents=True)
    for rank in range(size):
        (dags / f"jeu-{rank}.py").write_text(BY_HAND.format(name=f"jeu-{rank}"), encoding="utf-8")


def declared(include: str, wanted: str) -> int:
    """``wanted``: the DAG of the task about to run; "" for all."""
    from aqueduc_airflow import factory

    if wanted:
        os.environ[WANTED] = wanted
    dags = list(factory.dags_of(Path(include)))
    assert not factory.broken, factory.broken
    return len(dags)


def by_hand(dags: str, wanted: str) -> int:
    """As Airflow does: each file is a module, whose bytecode stays in ``__pycache__``."""
    files = sorted(Path(dags).glob(f"{wanted or '*'}.py"))
    for path in files:
        loader = importlib.machinery.SourceFileLoader(f"bench_{path.stem}", str(path))
        spec = importlib.util.spec_from_loader(loader.name, loader)
        assert spec
        loader.exec_module(importlib.util.module_from_spec(spec))
    return len(files)
