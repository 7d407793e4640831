"""What it costs to keep 1,000 datasets: all known to a real Airflow, and 100 runs that fall due by their clocks.

The city is that of ``reconcile``: small files, a portal in a folder. Most datasets are daily, weekly or monthly,
and due later; those of ``MIX`` are due every few minutes, each with a source of its own, which changes before
each run for every other one. Airflow (api-server, dag-processor, scheduler, PostgreSQL) has its own default
settings and four tasks at a time, and each task imports the engine, as a worker of production does. One run of
the past is written for each DAG before the scheduler starts: a DAG that never ran would start at once for its
last period.

It fails if a run is missed or doubled (by the crons, and by the ledgers), if one does not succeed, if a source
that did not change is published again, if one that changed is not online at the end, or if the look at the
whole city finds a difference. CPU is the kernel's account of the executor's processes (``accounting``); the DAGs
of the city are paused meanwhile, and measured apart. What the engine does alone is the same run by
``run_pipeline``, in one process, afterwards. The last row is arithmetic on the others, and says so.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from aqueduc.declaration import load_all_declarations, load_dataset
from aqueduc.pipeline import run_pipeline
from aqueduc.run import Run
from benchmarks import fleet_airflow
from benchmarks.accounting import (
    are_idle,
    list_executor_processes,
    read_cpu_seconds,
    read_own_cpu_seconds,
    read_private_mb,
    watch_task_memory,
)
from benchmarks.frame import Measured, Row, measured
from benchmarks.punctuality import (
    Slot,
    choose_window_start,
    compute_quantile,
    find_window_end,
    judge_punctuality,
    list_due_slots,
)
from benchmarks.reconcile import build_city, find_city, open_workspace
from sandbox import airflow, processes
from sandbox.airflow import Layout
from sandbox.airflow_api import Api
from sandbox.processes import SandboxError, Service

DATASETS = int(os.environ.get("SIZE", "1000"))
RUNS = int(os.environ.get("RUNS", "100"))
MIX = ((1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (6, 2), (10, 2), (12, 2))
"""How many datasets are due every so many minutes."""
SLOW = "daily weekly monthly"
DAY = (("daily", 600, 1.0), ("weekly", 300, 1 / 7), ("monthly", 80, 1 / 30), ("hourly", 20, 24.0))
"""The stated mix of the extrapolated day: cadence, datasets of 1,000, runs of each a day."""
PUBLISHING = 0.5
"""Of the runs of that day, the share that finds its source changed."""
LOOK = "aqueduc_reconciliation"
CITY_RUNS = {LOOK: 1, "aqueduc_sweep": 24, "aqueduc_alerts": 144}
"""Runs a day of the city's own DAGs."""
KINDS = (NOTHING_NEW, PUBLISHED) = ("nothing new", "published")
ALONE = 3
"""Runs of each kind made one by one, afterwards."""
CONNECTION = "AIRFLOW_CONN_DEPOT"
# Airflow's own defaults, over the sandbox's haste.
SETTINGS = {
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "1",
    "AIRFLOW__SCHEDULER__PARSING_CLEANUP_INTERVAL": "60",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "5",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "30",
    "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "2",
    "AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD": "50",
    "AQUEDUC_SANDBOX_PRELOAD": "0",
}
BY_CLOCK = {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "True"}
SERVICES = ("scheduler", "dag-processor", "api-server")
TOO_BUSY = "the scheduler would be late for the first run: the machine is too busy"
_CHANGE_AHEAD_S = 15
_SCHEDULER_START_S = 20
_PATIENCE_S = 900
_POLL_S = 5


class FleetError(AssertionError):
    """A run was missed or doubled, failed, or left something else online than was declared."""


@dataclass(frozen=True)
class Fleet:
    """The city under ``root``. ``quick``: the cron of each dataset that is due during the benchmark; of those,
    the source of each that is ``changing`` changes before each run."""

    root: Path
    size: int
    quick: Mapping[str, str]
    changing: tuple[str, ...]

    @property
    def layout(self) -> Layout:
        found = Layout.under(self.root, include=self.root / "include")
        return replace(found, store=self.root / "store", vault=self.root / "vault")

    @property
    def connections(self) -> dict[str, str]:
        depot = {"conn_type": "fs", "extra": {"path": str(self.root / "depot")}}
        return {CONNECTION: json.dumps(depot), **SETTINGS}

    def find_server(self, name: str) -> psutil.Process:
        folder = self.layout.home
        service = Service("server", folder / "postgres") if name == "PostgreSQL" else Service(name, folder)
        found = processes.process(service)
        if found is None:
            raise SandboxError(f"{name} has ended: see {service.log}")
        return found


@dataclass(frozen=True)
class DatasetRun:
    """A run as Airflow tells of it. ``lag``: from the instant at which it was due to its first task's start;
    ``wall``: from its own start to its end. Seconds."""

    slot: Slot
    id: str
    lag: float
    wall: float
    published: bool
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class AloneRun:
    """A run that has Airflow to itself: seconds, CPU seconds of its tasks, private memory in MB."""

    wall: float
    cpu: float
    private_mb: float


@dataclass(frozen=True)
class Observed:
    """All that was measured of the runs, over ``seconds``; CPU by server, ``tasks`` for the executor's.
    ``ended``: the runs that this CPU went to, those that fell due while the last ones ended included."""

    due: tuple[Slot, ...]
    runs: tuple[DatasetRun, ...]
    ended: int
    seconds: float
    cpu: Mapping[str, float]
    private_mb: Mapping[str, float]
    task_mb: Mapping[str, float]


@dataclass(frozen=True)
class Costs:
    """``alone`` and ``engine``: by what a run finds (``KINDS``). ``city``: by DAG."""

    alone: Mapping[str, AloneRun]
    engine: Mapping[str, Measured]
    city: Mapping[str, AloneRun]


def run(
    size: int = DATASETS, runs: int = RUNS, mix: Sequence[tuple[int, int]] = MIX, alone: int = ALONE
) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="aqueduc-fleet-") as folder, processes.stopped_with_us():
        fleet = build_fleet(Path(folder), size, mix)
        try:
            return list(measure_fleet(fleet, runs, alone))
        finally:
            airflow.discard(fleet.root)


def build_fleet(root: Path, size: int, mix: Sequence[tuple[int, int]]) -> Fleet:
    cadences = {
        f"vif-{minutes:02}-{rank}": f"every {minutes} minutes"
        for minutes, count in mix
        for rank in range(count)
    }
    build_city(root, size, cadences, SLOW)
    loaded = find_city(root)
    paths = {name: root / "include" / "datasets" / f"{name}.yaml" for name in cadences}
    crons = {name: load_dataset(path, loaded).frequency.cron or "" for name, path in paths.items()}
    return Fleet(root, size, crons, tuple(cadences)[1::2])


def measure_fleet(fleet: Fleet, runs: int, alone: int) -> Iterator[Row]:
    home = {"AIRFLOW_HOME": str(fleet.root / "parse"), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    # The median of three leaves out what Airflow costs to import, the first time.
    parsed = measured(fleet_airflow.parse_declarations, str(fleet.root / "include"), home, repeat=3)
    if parsed.result != fleet.size:
        raise FleetError(f"{parsed.result} DAGs of {fleet.size} declarations")
    yield parsed.row("declarations parsed and serialised", rows=fleet.size, note="one process")
    api = Api(airflow.prepare(fleet.layout, SETTINGS))
    yield _wait_for_all(fleet, api)
    observed = observe_runs(fleet, api, runs)
    costs = measure_costs(fleet, api, alone)
    yield from _describe_runs(observed, fleet, costs)
    yield from _describe_costs(costs, fleet, alone)
    yield from _describe_servers(observed)
    yield extrapolate_day(observed, costs, fleet.size)


# --- until all are known -----------------------------------------------------------------------------------


def _wait_for_all(fleet: Fleet, api: Api) -> Row:
    def is_known() -> bool:
        return bool(api.call("GET", "dags", limit=1)["total_entries"] >= fleet.size + len(CITY_RUNS))

    _wait(is_known, "Airflow does not know all of the datasets", every=1)
    missing = {path.stem for path in (fleet.root / "include" / "datasets").iterdir()} - set(api.dags())
    if missing or api.import_errors():
        raise FleetError(f"not known to Airflow: {', '.join(sorted(missing)[:5])}, {api.import_errors()}")
    server = fleet.find_server("dag-processor")
    return Row(
        "known to Airflow, from its dag-processor's start",
        time.time() - server.create_time(),
        fleet.size,
        read_private_mb(server),
        "as the REST API tells, which starts meanwhile; CPU and memory of the dag-processor",
        read_cpu_seconds(server),
    )


def _wait(true: Callable[[], bool], otherwise: str, *, every: float = _POLL_S) -> None:
    """Raises FleetError."""
    limit = time.monotonic() + _PATIENCE_S
    while not true():
        if time.monotonic() > limit:
            raise FleetError(f"{otherwise} after {_PATIENCE_S} s")
        time.sleep(every)


# --- the runs ----------------------------------------------------------------------------------------------


def observe_runs(fleet: Fleet, api: Api, runs: int) -> Observed:
    """Lets ``runs`` runs fall due, and all of them end. Raises FleetError for whatever is not as it should be."""
    loaded = find_city(fleet.root)
    for dag in api.dags():
        if dag.startswith("aqueduc_"):
            api.call("PATCH", f"dags/{dag}", json={"is_paused": True})
    start, due = _settle(fleet, api, loaded.city.timezone, runs)
    start_scheduler(fleet, BY_CLOCK)
    if datetime.now(UTC) >= due[0][1]:
        raise FleetError(TOO_BUSY)
    observed = _watch_window(fleet, api, due, start)
    _check_ledgers(fleet, observed.runs)
    _check_online(fleet)
    return observed


def start_scheduler(fleet: Fleet, clock: Mapping[str, str]) -> None:
    """Returns once its executor's processes are there: what they use is measured from their beginning."""
    airflow.schedule(fleet.layout, {**fleet.connections, **clock})

    def is_complete() -> bool:
        executor = list_executor_processes(fleet.find_server("scheduler"))
        return len(executor) == airflow.PARALLELISM and are_idle(executor)

    _wait(is_complete, "the scheduler has no executor", every=0.5)


def _list_crons(fleet: Fleet) -> dict[str, str]:
    declared = load_all_declarations(fleet.root / "include", find_city(fleet.root))
    return {one.id: one.frequency.cron for one in declared.datasets if one.frequency.cron}


def _settle(fleet: Fleet, api: Api, timezone: str, runs: int) -> tuple[datetime, tuple[Slot, ...]]:
    """Writes the history of each DAG up to an instant of the near future, and waits until Airflow counts from
    there; that instant, and what falls due after it. A busy machine is given more time."""
    crons = _list_crons(fleet)
    for attempt in (1, 2, 3):
        earliest = datetime.now(UTC) + timedelta(seconds=attempt * (25 + 0.15 * fleet.size))
        start = choose_window_start(fleet.quick, crons, timezone, earliest, runs)
        due = list_due_slots(crons, timezone, start, find_window_end(fleet.quick, timezone, start, runs))
        _write_history(fleet, api, start)
        if datetime.now(UTC) + timedelta(seconds=_SCHEDULER_START_S) < due[0][1]:
            return start, tuple(due)
    raise FleetError(TOO_BUSY)


def _write_history(fleet: Fleet, api: Api, start: datetime) -> None:
    environment = {**airflow.build_environment(fleet.layout), **SETTINGS}
    measured(fleet_airflow.write_history, environment, start)
    api.call("PUT", f"parseDagFile/{api.call('GET', f'dags/{next(iter(fleet.quick))}')['file_token']}")

    def counts_from_there() -> bool:
        nexts = (dag["next_dagrun_run_after"] for dag in api.dags().values())
        return all(datetime.fromisoformat(at) > start for at in nexts if at)

    _wait(counts_from_there, "Airflow does not count from the history that it was given", every=2)


def _watch_window(fleet: Fleet, api: Api, due: Sequence[Slot], start: datetime) -> Observed:
    scheduler = fleet.find_server("scheduler")
    before, begun = _read_accounts(fleet), time.monotonic()
    with watch_task_memory(scheduler) as task_mb:
        for at in sorted({at for _name, at in due}):
            time.sleep(max(0.0, at.timestamp() - _CHANGE_AHEAD_S - time.time()))
            _change_sources(fleet, [name for name, when in due if when == at])
        _wait(lambda: _has_ended(fleet, api, due, start), "runs that fell due have not ended")
        after, seconds = _read_accounts(fleet), time.monotonic() - begun
        private = {name: read_private_mb(fleet.find_server(name)) for name in (*SERVICES, "PostgreSQL")}
        processes.stop(Service("scheduler", fleet.layout.home), grace=60)
    ended = len(_list_runs(fleet, api, run_after_gt=start.isoformat()))
    runs = _collect(api, fleet, due, start)
    cpu = {name: after[name] - before[name] for name in after}
    return Observed(tuple(due), runs, ended, seconds, cpu, private, task_mb)


def _read_accounts(fleet: Fleet) -> dict[str, float]:
    scheduler = fleet.find_server("scheduler")
    found = {name: read_cpu_seconds(fleet.find_server(name)) for name in (*SERVICES[1:], "PostgreSQL")}
    tasks = sum(map(read_cpu_seconds, list_executor_processes(scheduler)))
    return {**found, "scheduler": read_own_cpu_seconds(scheduler), "tasks": tasks}


def _change_sources(fleet: Fleet, names: Iterable[str]) -> None:
    for name in names:
        if name in fleet.changing:
            add_row(fleet.root, name)


def add_row(root: Path, name: str) -> None:
    """To the source of a dataset, in one write: a run may be reading."""
    path = root / "depot" / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    new = path.with_suffix(".new")
    new.write_text("\n".join([*lines, f"nouveau-{len(lines)},Lieu nouveau", ""]), encoding="utf-8")
    new.rename(path)


def _list_runs(fleet: Fleet, api: Api, **filters: Any) -> list[dict[str, Any]]:
    body = {"dag_ids": list(fleet.quick), "page_limit": 100, "page_offset": 0, **filters}
    found: list[dict[str, Any]] = []
    while True:
        page = api.call("POST", "dags/~/dagRuns/list", json=body)
        found += page["dag_runs"]
        body["page_offset"] = len(found)
        if len(found) >= page["total_entries"] or not page["dag_runs"]:
            return found


def _has_ended(fleet: Fleet, api: Api, due: Sequence[Slot], start: datetime) -> bool:
    """Whether as many as were due have begun, and nothing runs: what fell due since included, at a moment when
    nothing will."""
    found = _list_runs(fleet, api, run_after_gt=start.isoformat())
    last = due[-1][1].isoformat()
    begun = [one for one in found if _parse(one["run_after"]) <= due[-1][1]]
    going = [one for one in found if one["state"] not in ("success", "failed")]
    late = datetime.now(UTC) - datetime.fromisoformat(last) > timedelta(seconds=_PATIENCE_S / 2)
    return not going and (len(begun) >= len(due) or late) and 3 < time.time() % 60 < 50


def _parse(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(UTC)


def _collect(api: Api, fleet: Fleet, due: Sequence[Slot], start: datetime) -> tuple[DatasetRun, ...]:
    """Raises FleetError for a run that was missed, doubled or failed."""
    found = _list_runs(fleet, api, run_after_gt=start.isoformat(), run_after_lte=due[-1][1].isoformat())
    by_clock = [one for one in found if one["run_type"] == "scheduled"]
    verdict = judge_punctuality(due, ((one["dag_id"], _parse(one["run_after"])) for one in by_clock))
    if not verdict.is_exact:
        raise FleetError(verdict.describe())
    if failed := [f"{one['dag_id']} {one['dag_run_id']}" for one in found if one["state"] != "success"]:
        raise FleetError(f"not every run succeeded: {', '.join(failed)}")
    tasks: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for task in api.tasks_of([(one["dag_id"], one["dag_run_id"]) for one in by_clock]):
        tasks.setdefault((task["dag_id"], task["dag_run_id"]), []).append(task)
    return tuple(_describe_run(one, tasks[one["dag_id"], one["dag_run_id"]]) for one in by_clock)


def _describe_run(one: Mapping[str, Any], tasks: Sequence[Mapping[str, Any]]) -> DatasetRun:
    due, started, ended = (_parse(one[name]) for name in ("run_after", "start_date", "end_date"))
    first = min(_parse(task["start_date"]) for task in tasks if task["task_id"] == "extract")
    states = {task["task_id"]: task["state"] for task in tasks}
    return DatasetRun(
        (one["dag_id"], due),
        one["dag_run_id"],
        (first - due).total_seconds(),
        (ended - started).total_seconds(),
        states["certify"] == "success",
        tuple(str(task["id"]) for task in tasks),
    )


def _check_ledgers(fleet: Fleet, runs: Sequence[DatasetRun]) -> None:
    """The engine's own account: each run left one entry, of the kind that its source asks for. Raises
    FleetError."""
    store = open_workspace(fleet.root).store
    for name in fleet.quick:
        entries = [store.read_json(key) for key in store.list_ledger_entry_keys(name)]
        counts = Counter(entry["run"] for entry in entries)
        mine = [one for one in runs if one.slot[0] == name]
        if odd := [one.id for one in mine if counts[one.id] != 1]:
            raise FleetError(f"{name}: not one entry of the ledger for each of {', '.join(odd)}")
        if name not in fleet.changing and any(one.published for one in mine):
            raise FleetError(f"{name}: its source did not change, and was published again")
        if name in fleet.changing and mine and not any(one.published for one in mine):
            raise FleetError(f"{name}: its source changed, and nothing was published")


def _check_online(fleet: Fleet) -> None:
    """What is served of each quick dataset is what its source says. Raises FleetError."""
    for name in fleet.quick:
        declared = (fleet.root / "depot" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        served = [
            path.read_text(encoding="utf-8-sig").splitlines()
            for path in (fleet.root / "portail" / "jeux" / name).rglob("*.csv")
        ]
        if not any(sorted(lines) == sorted(declared) for lines in served):
            raise FleetError(f"{name}: what is online is not what its source says")


# --- what each costs alone ---------------------------------------------------------------------------------


def measure_costs(fleet: Fleet, api: Api, alone: int) -> Costs:
    """By no clock any more: what runs is asked for, one at a time."""
    start_scheduler(fleet, {})
    runs = {kind: _measure_kind(fleet, api, kind, alone) for kind in KINDS}
    engine = {kind: _measure_engine(fleet, kind) for kind in KINDS}
    city = {dag: _measure_city_run(fleet, api, dag) for dag in CITY_RUNS}
    _check_look(fleet)
    return Costs(runs, engine, city)


def _measure_kind(fleet: Fleet, api: Api, kind: str, alone: int) -> AloneRun:
    """The medians of a few runs of one dataset, one after the other."""
    name = fleet.changing[-1]
    done = []
    for _ in range(alone):
        if kind == PUBLISHED:
            add_row(fleet.root, name)
        done.append(_measure_alone(fleet, api, name))
        time.sleep(1)
    return AloneRun(*(statistics.median(values) for values in zip(*map(astuple, done), strict=True)))


def _measure_alone(fleet: Fleet, api: Api, dag: str) -> AloneRun:
    scheduler = fleet.find_server("scheduler")
    executor = list_executor_processes(scheduler)
    before = sum(map(read_cpu_seconds, executor))
    with watch_task_memory(scheduler) as seen:
        identifier = api.trigger(dag)
        if api.wait(dag, identifier) != "success":
            raise FleetError(f"{dag} {identifier} did not succeed:\n{_quote_failures(api, dag, identifier)}")
        # The kernel's account of a task is closed a moment after Airflow knows of its end.
        _wait(lambda: are_idle(executor), f"the executor still works after {dag} {identifier}", every=0.5)
    one = api.run(dag, identifier)
    wall = (_parse(one["end_date"]) - _parse(one["start_date"])).total_seconds()
    return AloneRun(wall, sum(map(read_cpu_seconds, executor)) - before, max(seen.values(), default=0.0))


def _quote_failures(api: Api, dag: str, identifier: str) -> str:
    failed = [
        task for task, one in api.tasks(dag, identifier).items() if one.state in ("failed", "up_for_retry")
    ]
    return "\n".join(line for task in failed for line in api.log(dag, identifier, task))


def _measure_city_run(fleet: Fleet, api: Api, dag: str) -> AloneRun:
    api.unpause(dag)
    return _measure_alone(fleet, api, dag)


def _measure_engine(fleet: Fleet, kind: str) -> Measured:
    # The median of three leaves out what the stages cost to import, the first time.
    return measured(run_engine, str(fleet.root), fleet.changing[-1], kind == PUBLISHED, repeat=3)


def run_engine(folder: str, name: str, changed: bool) -> None:
    """The same run without Airflow, in one process."""
    root = Path(folder)
    now = datetime.now(UTC)
    if changed:
        add_row(root, name)
    loaded = find_city(root)
    dataset = load_dataset(root / "include" / "datasets" / f"{name}.yaml", loaded)
    done = run_pipeline(dataset, loaded.city, Run(name, f"seul-{now:%H%M%S%f}"), open_workspace(root))
    if done.unchanged == changed:
        raise FleetError(f"{name}: {'' if changed else 'not '}changed, and the engine says otherwise")


def _check_look(fleet: Fleet) -> None:
    """Raises FleetError when the look at the whole city, which Airflow ran, found a difference."""
    store = open_workspace(fleet.root).store
    latest = max(key for key in store.list("reconciliations") if not key.endswith("latest.json"))
    found = store.read_json(latest)
    if found["datasets"] != fleet.size or found["differences"]:
        raise FleetError(f"{found['datasets']} looked at, differences: {found['differences'][:3]}")


# --- the table ---------------------------------------------------------------------------------------------


def _describe_runs(observed: Observed, fleet: Fleet, costs: Costs) -> Iterator[Row]:
    yield _describe_lag(observed, fleet)
    for kind in KINDS:
        walls = [one.wall for one in observed.runs if one.published is (kind == PUBLISHED)]
        if walls:
            middle = statistics.median(walls)
            yield Row(
                f"scheduled runs, start to end, {kind} (median)",
                middle,
                len(walls),
                note=f"p95 {compute_quantile(walls, 0.95):.1f} s, most {max(walls):.1f} s; overhead, the wait for a "
                f"slot included, {middle - costs.engine[kind].seconds:.1f} s",
            )
    of_runs = {task for one in observed.runs for task in one.tasks}
    memory = [value for task, value in observed.task_mb.items() if task in of_runs] or [0.0]
    yield Row(
        "a scheduled run, mean of all",
        statistics.mean(one.wall for one in observed.runs),
        None,
        max(memory),
        f"CPU of its tasks; private memory of one task, the most, median {statistics.median(memory):.0f} MB",
        observed.cpu["tasks"] / observed.ended,
    )


def _describe_lag(observed: Observed, fleet: Fleet) -> Row:
    lags = [one.lag for one in observed.runs]
    minutes = sorted({int(cron.split()[0].removeprefix("*/")) for cron in fleet.quick.values()})
    return Row(
        "scheduled runs, due to first task (median)",
        statistics.median(lags),
        len(lags),
        note=f"p95 {compute_quantile(lags, 0.95):.1f} s, most {max(lags):.1f} s; 0 missed, 0 doubled of "
        f"{len(observed.due)} due in {observed.seconds / 60:.0f} min; {len(fleet.quick)} datasets, every "
        f"{', '.join(map(str, minutes))} min",
    )


def _describe_costs(costs: Costs, fleet: Fleet, alone: int) -> Iterator[Row]:
    for kind, one in costs.alone.items():
        own = costs.engine[kind]
        note = (
            f"the engine's own: {own.seconds:.2f} s, {own.cpu:.2f} CPU s; overhead "
            f"{one.wall - own.seconds:.1f} s, {one.cpu - own.cpu:.1f} CPU s"
        )
        yield Row(f"a run alone, {kind} (median of {alone})", one.wall, None, one.private_mb, note, one.cpu)
    looked = "the look at all, as its DAG runs it: no difference"
    for dag, one in costs.city.items():
        is_look = dag == LOOK
        size, note = (fleet.size, looked) if is_look else (None, "")
        yield Row(dag, one.wall, size, one.private_mb or None, note, one.cpu)


def _describe_servers(observed: Observed) -> Iterator[Row]:
    for name, memory in observed.private_mb.items():
        cpu = observed.cpu[name]
        note = f"{cpu * 3600 / observed.seconds:.0f} CPU s an hour"
        if name == "scheduler":
            note += ", its tasks aside; memory with its executor's processes"
        yield Row(f"{name}, meanwhile", observed.seconds, None, memory, note, cpu)


def extrapolate_day(observed: Observed, costs: Costs, size: int) -> Row:
    """Arithmetic on what was measured with ``size`` datasets."""
    runs = sum(count * daily for _cadence, count, daily in DAY)
    each = PUBLISHING * costs.alone[PUBLISHED].cpu + (1 - PUBLISHING) * costs.alone[NOTHING_NEW].cpu
    tasks = runs * each
    own = sum(costs.city[dag].cpu * daily for dag, daily in CITY_RUNS.items())
    servers = sum(observed.cpu[name] for name in observed.private_mb) / observed.seconds * 86_400
    mix = ", ".join(f"{count} {cadence}" for cadence, count, _daily in DAY)
    total = tasks + own + servers
    return Row(
        "EXTRAPOLATED, not measured: a day of 1,000 datasets",
        86_400,
        round(runs),
        None,
        f"{total / 3600:.1f} CPU hours: {tasks / 3600:.1f} of runs, {own / 3600:.1f} of the city's DAGs, "
        f"{servers / 3600:.1f} of the servers, as busy as here; {mix}, {PUBLISHING:.0%} of the runs publishing; "
        f"from {size:,} datasets and {len(observed.runs)} runs",
        total,
    )
