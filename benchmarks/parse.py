"""What Airflow pays to read 10, 100, 500 and 1,000 DAGs: ours, dag-factory's and hand-written ones.

A DAG is five chained tasks. *aqueduc*: the project's own declarations, copied under other names (their DAGs
have two tasks more, and a page of documentation). *dag-factory*, "the same DAG": one YAML file each, with the
same title, description, tags, owner, params, retries, time limits, pool and asset; "a bare DAG": a cron, an
owner and five tasks, nothing more. *By hand*: one TaskFlow file each, as bare. dag-factory has an environment
of its own, made here, with the very versions of ours for all that both have.

Each figure is the median of the CPU seconds of forked processes, as the dag-processor forks one for each
parse: all is imported and one small parse is made before, and what is imported is kept from the garbage
collector, as it is there. A parse for the dag-processor includes the serialisation of each DAG, which it
pays; a parse for a task does not. What Airflow then does with the database is the same for all.
"""

from __future__ import annotations

import gc
import importlib.machinery
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from benchmarks.frame import Row

SIZES = (10, 100, 500, 1000)
REPOSITORY = Path(__file__).resolve().parent.parent
INCLUDE = REPOSITORY / "include"
WANTED = "_AIRFLOW_PARSING_CONTEXT_DAG_ID"
STAGES = ("extract", "anonymise", "validate", "publish", "certify")
# The newest on PyPI on 2026-11-25.
DAG_FACTORY = "1.1.0"
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


@dataclass(frozen=True)
class Cost:
    """Of one kind of parse of ``size`` files: CPU and wall seconds, peak memory in MB."""

    what: str
    size: int
    dags: int
    parse: float
    serialise: float
    seconds: float
    peak_mb: float

    @property
    def cpu(self) -> float:
        return self.parse + self.serialise

    @property
    def each_ms(self) -> float:
        return self.cpu * 1000 / self.dags


# --- the table ---------------------------------------------------------------------------------------------


def run(sizes: tuple[int, ...] = SIZES) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-bench-") as name:
        other = _dag_factory()
        costs = [cost for size in sizes for cost in _costs(Path(name, str(size)), size, other)]
    absent = "" if other else f"dag-factory {DAG_FACTORY} could not be installed: not measured"
    return list(_rows(costs, absent))


def _costs(folder: Path, size: int, other: Path | None) -> Iterable[Cost]:
    _declare(folder / "include", size)
    _write_by_hand(folder / "hand", size)
    yield from _measured(Path(sys.executable), "ours", folder, size)
    yield from _measured(Path(sys.executable), "hand", folder, size)
    if other:
        _write_for_dag_factory(folder, size)
        yield from _measured(other, "factory", folder, size)


NAMES = {
    "new": "aqueduc, {size} declarations never read before",
    "unchanged": "aqueduc, {size} declarations of which none changed",
    "task": "aqueduc, one of {size}, for its task",
    "hand": "by hand, {size} files",
    "hand-task": "by hand, one of {size}, for its task",
    "same": f"dag-factory {DAG_FACTORY}, {{size}} files, the same DAG",
    "bare": f"dag-factory {DAG_FACTORY}, {{size}} files, a bare DAG",
    "same-task": f"dag-factory {DAG_FACTORY}, for a task: it reads all {{size}}",
}
ORDER = ("same", "bare", "hand", "new", "unchanged", "same-task", "hand-task", "task")


def _rows(costs: list[Cost], absent: str) -> Iterable[Row]:
    found = {(cost.what, cost.size): cost for cost in costs}
    smallest = min(size for _, size in found)
    for size in sorted({size for _, size in found}):
        for what in ORDER:
            cost = found.get((what, size))
            if cost:
                notes = [_each(cost), *_compared(cost, found, smallest), absent]
                absent = ""
                yield Row(
                    NAMES[what].format(size=size),
                    cost.seconds,
                    cost.dags,
                    cost.peak_mb,
                    "; ".join(note for note in notes if note),
                    cost.cpu,
                )


def _each(cost: Cost) -> str:
    parse, serialise = cost.parse * 1000 / cost.dags, cost.serialise * 1000 / cost.dags
    shares = f" ({parse:.2f} to build, {serialise:.2f} to serialise)" if serialise else ""
    return f"{cost.each_ms:.2f} ms of CPU a DAG{shares}"


def _compared(cost: Cost, found: dict[tuple[str, int], Cost], smallest: int) -> Iterable[str]:
    if cost.what in ("new", "unchanged"):
        others = {"same": "dag-factory's same DAG", "bare": "its bare one", "hand": "by hand"}
        known = {
            word: found[other, cost.size] for other, word in others.items() if (other, cost.size) in found
        }
        if known:
            yield "less than " + ", ".join(
                f"{word}: {other.each_ms / cost.each_ms:.1f} ×" for word, other in known.items()
            )
    if cost.what == "task" and cost.size != smallest:
        yield f"{cost.cpu / found['task', smallest].cpu:.2f} × that of one of {smallest}"


# --- one side, in its own process --------------------------------------------------------------------------


def _measured(python: Path, side: str, folder: Path, size: int) -> list[Cost]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "same"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder / "plugins"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        # dag-factory would otherwise send usage figures to its makers.
        "AIRFLOW__DAG_FACTORY__ENABLE_TELEMETRY": "False",
        "DO_NOT_TRACK": "1",
    }
    done = subprocess.run(
        [python, "-m", "benchmarks.parse", side, folder, str(size)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"benchmarks.parse {side} failed:\n{done.stderr.strip()[-2000:]}")
    return [Cost(**cost) for cost in json.loads(done.stdout.strip().splitlines()[-1])]


def side(which: str, folder: Path, size: int) -> list[dict[str, Any]]:
    """Run by the interpreter that is measured: what each kind of parse costs there."""
    parse = {"ours": _ours, "hand": _hand, "factory": _factory}[which](folder)
    repeat = 5 if size <= 100 else 3
    costs = []
    for what, (before, parsed, of_a_task) in parse.items():
        before()
        gc.collect()
        gc.freeze()
        forks = [_forked(parsed, of_a_task) for _ in range(repeat)]
        middle = {name: statistics.median(fork[name] for fork in forks) for name in forks[0]}
        assert middle["dags"] == (1 if what in ("task", "hand-task") else size), (what, middle)
        costs.append({"what": what, "size": size, **middle, "dags": int(middle["dags"])})
    return costs


Parses = dict[str, tuple[Callable[[], Any], Callable[[], list[Any]], bool]]
"""Kinds of parse: what precedes them in the parent, the parse, and whether it is made for a task."""


def _ours(folder: Path) -> Parses:
    from airflow.serialization.serialized_objects import DagSerialization

    from aqueduc_airflow import factory
    from aqueduc_airflow.failures import unread_declarations

    include, small = folder / "include", folder / "small"
    _declare(small, 1)

    def parsed(of: Path = include) -> list[Any]:
        unread: dict[Path, str] = {}
        unread_declarations.set(unread)
        dags = list(factory.build_dataset_dags(of))
        assert not unread, unread
        return dags

    DagSerialization.to_dict(parsed(small)[0])
    return {
        "new": (lambda: None, parsed, False),
        "task": (lambda: None, parsed, True),
        "unchanged": (lambda: factory.cache_dags(include), parsed, False),
    }


def _hand(folder: Path) -> Parses:
    from airflow.serialization.serialized_objects import DagSerialization

    def parsed(of: Path = folder / "hand") -> list[Any]:
        """As Airflow does: each file is a module, whose bytecode stays in ``__pycache__``."""
        return [
            importlib.machinery.SourceFileLoader(path.stem, str(path)).load_module().made
            for path in sorted(of.glob(f"{os.environ.get(WANTED, '*')}.py"))
        ]

    _write_by_hand(folder / "small-hand", 1)
    DagSerialization.to_dict(parsed(folder / "small-hand")[0])
    return {
        "hand": (parsed, parsed, False),
        "hand-task": (lambda: None, parsed, True),
    }


def _factory(folder: Path) -> Parses:
    from airflow.serialization.serialized_objects import DagSerialization

    dagfactory = importlib.import_module("dagfactory")

    def parsed(of: Path) -> list[Any]:
        made: dict[str, Any] = {}
        dagfactory.load_yaml_dags(made, dags_folder=str(of))
        return list(made.values())

    for dag in parsed(folder / "small-factory"):
        DagSerialization.to_dict(dag)
    return {
        "same": (lambda: None, lambda: parsed(folder / "same"), False),
        "bare": (lambda: None, lambda: parsed(folder / "bare"), False),
        "same-task": (lambda: None, lambda: parsed(folder / "same"), True),
    }


def _forked(parsed: Callable[[], list[Any]], of_a_task: bool) -> dict[str, float]:
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading) as told:
            found = told.read()
        _, status = os.waitpid(child, 0)
        if status:
            raise RuntimeError(f"the process that parses failed ({status})")
        return dict(json.loads(found))
    if of_a_task:
        os.environ[WANTED] = "jeu-0"
    with os.fdopen(writing, "w") as tell:
        json.dump(_timed(parsed, of_a_task), tell)
    os._exit(0)


def _timed(parsed: Callable[[], list[Any]], of_a_task: bool) -> dict[str, float]:
    from airflow.serialization.serialized_objects import DagSerialization

    wall, start = time.perf_counter(), time.process_time()
    dags = parsed()
    middle = time.process_time()
    if not of_a_task:
        for dag in dags:
            DagSerialization.to_dict(dag)
    return {
        "dags": len(dags),
        "parse": middle - start,
        "serialise": 0.0 if of_a_task else time.process_time() - middle,
        "seconds": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


# --- what is parsed ----------------------------------------------------------------------------------------


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


def _write_for_dag_factory(folder: Path, size: int) -> None:
    from aqueduc.declaration import list_dataset_paths, load_city, load_dataset

    include = folder / "include"
    loaded = load_city(include)
    for rank, path in enumerate(list_dataset_paths(include)):
        dataset = load_dataset(path, loaded)
        _write(folder / "same" / f"{dataset.id}.yaml", _same(dataset))
        _write(folder / "bare" / f"{dataset.id}.yaml", _bare(dataset))
        if not rank:
            _write(folder / "small-factory" / f"{dataset.id}.yaml", _same(dataset))
    assert len(list((folder / "same").iterdir())) == size


def _write(path: Path, document: Any) -> None:
    import yaml

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _chained(of: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    operator = "airflow.providers.standard.operators.python.PythonOperator"
    tasks: dict[str, Any] = {}
    for rank, stage in enumerate(STAGES):
        tasks[stage] = {"operator": operator, "python_callable": "builtins.print", **of(stage)}
        if rank:
            tasks[stage]["dependencies"] = [STAGES[rank - 1]]
    return tasks


def _bare(dataset: Any) -> dict[str, Any]:
    return {
        dataset.id: {
            "schedule": dataset.frequency.cron,
            "start_date": "2000-01-01",
            "catchup": False,
            "default_args": {"owner": dataset.owner},
            "tasks": _chained(lambda _: {}),
        }
    }


def _same(dataset: Any) -> dict[str, Any]:
    from aqueduc_airflow import prose
    from aqueduc_airflow.capacity import build_platform_pool_name
    from aqueduc_airflow.factory import NAMES as SHOWN

    more: dict[str, dict[str, Any]] = {
        "publish": {"pool": build_platform_pool_name(dataset.publication.primary_platform)},
        "certify": {"outlets": [f"aqueduc://ville/{dataset.id}"]},
    }
    return {
        dataset.id: {
            "dag_display_name": dataset.title,
            "description": dataset.description,
            "schedule": dataset.frequency.cron,
            "start_date": "2000-01-01",
            "catchup": False,
            "max_active_runs": 1,
            "tags": prose.build_dag_tags(dataset),
            "params": {"force": False, "dry_run": False},
            "default_args": {
                "owner": prose.shorten_owner(dataset.owner),
                "retries": 2,
                "execution_timeout": {"__type__": "datetime.timedelta", "minutes": 60},
            },
            "tasks": _chained(
                lambda stage: {
                    "task_display_name": str(SHOWN[stage]),
                    "op_kwargs": {"dataset": dataset.id},
                    **more.get(stage, {}),
                }
            ),
        }
    }


def _dag_factory() -> Path | None:
    """Python with dag-factory and the versions of this environment, made once; None without a network."""
    root = Path(os.environ.get("AQUEDUC_SANDBOX_ROOT") or REPOSITORY / ".sandbox")
    home = root / f"dag-factory-{DAG_FACTORY}-airflow-{version('apache-airflow')}-py{sys.version_info[1]}"
    python = home / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    if (home / "ready").exists():
        return python
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.writelines(
            f"{one.name}=={one.version}\n" for one in distributions() if one.name != "aqueduc-opendata"
        )
        pins.flush()
        wanted = ["apache-airflow", f"dag-factory=={DAG_FACTORY}"]
        make = ["venv", "--clear", "--python", sys.executable, str(home)]
        install = ["pip", "install", "--python", str(python), "--compile-bytecode", "--constraint", pins.name]
        for command in (make, [*install, *wanted]):
            if subprocess.run([str(uv), *command], capture_output=True, check=False).returncode:
                return None
    (home / "ready").touch()
    return python


if __name__ == "__main__":
    sys.stdout.write(json.dumps(side(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))) + "\n")
