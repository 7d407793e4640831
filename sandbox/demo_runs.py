"""Runs every dataset through the scheduler, watches, and says what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aqueduc.declaration import City, Dataset, list_dataset_paths, load_city, load_dataset
from aqueduc.store import Store, Window
from aqueduc_airflow.runs import compute_last_complete_interval
from sandbox.airflow_api import FINISHED, Api
from sandbox.processes import SandboxError

ENDED = ("success", "failed", "skipped", "upstream_failed", "removed")
_POLL_S = 0.7
_WINDOWS_OF_A_DAY = 6
_WINDOWS_BEYOND = 3


@dataclass(frozen=True)
class Failure:
    """``message`` is what the task's log says first at level ERROR; ``url`` the task's page."""

    run: str
    task: str
    message: str
    url: str


@dataclass
class Progress:
    """What is known of one dataset's runs: run -> state, (run, task) -> state. Grows as it is watched."""

    dataset: Dataset
    runs: tuple[str, ...] = ()
    states: dict[str, str] = field(default_factory=dict)
    tasks: dict[tuple[str, str], str] = field(default_factory=dict)
    started: float = 0.0
    seconds: float | None = None

    @property
    def done(self) -> bool:
        return bool(self.runs) and all(self.states.get(run) in FINISHED for run in self.runs)

    @property
    def failed(self) -> bool:
        return any(state == "failed" for state in self.states.values())

    @property
    def current(self) -> str:
        """The run to show: the first that has not ended, or the last."""
        return next((run for run in self.runs if self.states.get(run) not in FINISHED), self.runs[-1])

    @property
    def ended(self) -> int:
        return sum(self.states.get(run) in FINISHED for run in self.runs)


Watch = Callable[[Sequence[Progress]], None]


def read_datasets(include: Path) -> tuple[City, list[Dataset]]:
    """Raises DeclarationError when a file of ``include`` is wrong."""
    loaded = load_city(include)
    return loaded.city, [load_dataset(path, loaded) for path in list_dataset_paths(include)]


def run_all(
    api: Api,
    datasets: Sequence[Dataset],
    city: City,
    *,
    store: Store | None = None,
    watch: Watch = lambda _: None,
    timeout: float = 900,
    force: bool = False,
) -> list[Progress]:
    """Runs all of ``datasets`` through the scheduler, and waits for the end: a snapshot is triggered, a
    windowed dataset is backfilled over its last windows (6 when they are shorter than a day, 3 otherwise),
    or triggered for the last one when all of them are done. With ``store``, done means published there.

    Raises SandboxError when Airflow has not read a dataset, refuses a run, or is not done after ``timeout``.
    """
    known = api.wait_for_dags({dataset.id for dataset in datasets})
    for dataset in datasets:
        if known[dataset.id]["is_paused"]:
            api.unpause(dataset.id)
    followed = [Progress(dataset) for dataset in datasets]
    # The longest first: what starts last ends last.
    for progress in sorted(followed, key=lambda one: not one.dataset.windowed):
        progress.runs = _launch(api, progress.dataset, city, store, force=force)
        progress.started = time.monotonic()
    _follow(api, followed, watch, timeout)
    return followed


def _launch(api: Api, dataset: Dataset, city: City, store: Store | None, *, force: bool) -> tuple[str, ...]:
    conf = {"force": True} if force else {}
    if not dataset.windowed:
        return (api.trigger(dataset.id, conf),)
    windows = last_windows(dataset, city)
    first, last = windows[0].start, windows[-1].start
    between = {"logical_date_gte": first.isoformat(), "logical_date_lte": last.isoformat()}
    before = {run["dag_run_id"] for run in api.runs(dataset.id, **between) if run["state"] == "success"}
    again = store is not None and not _published(store, dataset, windows)
    if len(before) >= len(windows) and not again:
        return (api.trigger(dataset.id, conf),)
    api.backfill(dataset.id, first, last, conf, again=again)
    found = [run for run in api.runs(dataset.id, **between) if again or run["dag_run_id"] not in before]
    return tuple(run["dag_run_id"] for run in sorted(found, key=lambda run: run["logical_date"]))


def _published(store: Store, dataset: Dataset, windows: Sequence[Window]) -> bool:
    """Whether the current revision holds them all, under the present declaration."""
    pointer = store.read_current_revision_pointer(dataset.id)
    if pointer is None or pointer["fingerprint"] != dataset.fingerprint:
        return False
    held = [Window.from_json(part["window"]) for part in pointer["parts"] if part["window"]]
    return all(window in held for window in windows)


def last_windows(dataset: Dataset, city: City) -> list[Window]:
    """The last complete intervals of a windowed dataset, oldest first."""
    period = dataset.frequency.period or timedelta(days=1)
    count = _WINDOWS_OF_A_DAY if period < timedelta(days=1) else _WINDOWS_BEYOND
    windows: list[Window] = []
    before = datetime.now(UTC)
    for _ in range(count):
        start, end = compute_last_complete_interval(dataset, city, before=before)
        windows.insert(0, Window(start.astimezone(UTC), end.astimezone(UTC)))
        before = windows[0].start
    return windows


def _follow(api: Api, followed: Sequence[Progress], watch: Watch, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    by_run = {(one.dataset.id, run): one for one in followed for run in one.runs}
    while True:
        open_runs = [pair for pair, progress in by_run.items() if not progress.done]
        for task in api.tasks_of(open_runs):
            progress = by_run[task["dag_id"], task["dag_run_id"]]
            progress.tasks[task["dag_run_id"], task["task_id"]] = task["state"] or "none"
        for dag, run in open_runs:
            progress = by_run[dag, run]
            if progress.states.get(run) not in FINISHED and _all_ended(progress, run):
                progress.states[run] = api.run(dag, run)["state"]
            if progress.done and progress.seconds is None:
                progress.seconds = time.monotonic() - progress.started
        watch(followed)
        if all(progress.done for progress in followed):
            return
        if time.monotonic() > deadline:
            late = ", ".join(one.dataset.id for one in followed if not one.done)
            raise SandboxError(f"pas fini après {timeout:.0f} s : {late}")
        time.sleep(_POLL_S)


def _all_ended(progress: Progress, run: str) -> bool:
    states = [state for (of, _), state in progress.tasks.items() if of == run]
    return bool(states) and all(state in ENDED for state in states)


def failures(api: Api, progress: Progress) -> list[Failure]:
    """The tasks of a dataset that failed by themselves, each with its message."""
    found = []
    for (run, task), state in progress.tasks.items():
        if state == "failed":
            tries = api.tasks(progress.dataset.id, run)[task].tries
            lines = api.log(progress.dataset.id, run, task, max(tries, 1))
            errors = [line.removeprefix("ERROR ") for line in lines if line.startswith("ERROR ")]
            message = errors[0] if errors else "pas de message dans le journal de la tâche"
            url = f"{api.airflow.url}/dags/{progress.dataset.id}/runs/{run}/tasks/{task}"
            found.append(Failure(run, task, message, url))
    return found
