"""CPU and memory of servers that fork: by the kernel's own accounts for the first, by samples for the second."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import psutil

TASK_TITLE = "airflow worker -- LocalExecutor"
_IDLE = "<idle>"
_SAMPLE_S = 0.25


def read_cpu_seconds(process: psutil.Process) -> float:
    """Of the process and of all that it forked, those that have ended included: the kernel adds the times of
    a process to its parent's once the parent has waited for it, so that none is too short to be counted."""
    return sum(_read_times(one, ended=True) for one in (process, *_list_children(process)))


def read_own_cpu_seconds(process: psutil.Process) -> float:
    return _read_times(process, ended=False)


def read_private_mb(process: psutil.Process) -> float:
    """Of the process and of all that it forked, what each has to itself, and would give back by ending."""
    return sum(_read_private_mb(one) for one in (process, *_list_children(process)))


def list_executor_processes(scheduler: psutil.Process) -> list[psutil.Process]:
    """Those of a LocalExecutor, each of which forks its tasks, one after another."""
    return [one for one in scheduler.children() if _read_title(one).startswith(TASK_TITLE)]


def are_idle(executor: Iterable[psutil.Process]) -> bool:
    return all(_IDLE in _read_title(one) for one in executor)


@contextmanager
def watch_task_memory(scheduler: psutil.Process) -> Iterator[dict[str, float]]:
    """Private memory in MB, the most seen four times a second, of each task by its identifier: the process that it
    runs in and the one that supervises it. A task that is over between two samples is not seen."""
    found: dict[str, float] = {}
    over = threading.Event()
    workers = list_executor_processes(scheduler)
    sampler = threading.Thread(target=_sample, args=(workers, found, over), daemon=True)
    sampler.start()
    try:
        yield found
    finally:
        over.set()
        sampler.join()


def _sample(workers: Iterable[psutil.Process], found: dict[str, float], over: threading.Event) -> None:
    while not over.wait(_SAMPLE_S):
        for worker in workers:
            title = _read_title(worker)
            if title.startswith(TASK_TITLE) and _IDLE not in title:
                task = title.split()[-1]
                found[task] = max(found.get(task, 0.0), read_private_mb(worker))


def _list_children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return list(process.children(recursive=True))
    return []


def _read_title(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return " ".join(process.cmdline())
    return ""


def _read_times(process: psutil.Process, *, ended: bool) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        of_ended = times.children_user + times.children_system if ended else 0.0
        return float(times.user + times.system + of_ended)
    return 0.0


def _read_private_mb(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return float(process.memory_full_info().uss) / 2**20
    return 0.0
