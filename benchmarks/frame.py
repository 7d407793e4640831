"""The frame of a benchmark: a measurement in a process of its own, and the table they make."""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

VERSIONS = ("aqueduc-opendata", "apache-airflow", "duckdb", "pyarrow", "pandas", "frictionless")


@dataclass(frozen=True)
class Row:
    """One line of the table: ``rows`` treated, ``peak_mb`` of resident memory, ``cpu`` seconds of any thread.

    ``note`` says what it is compared with, from other measurements of the same run.
    """

    what: str
    seconds: float
    rows: int | None = None
    peak_mb: float | None = None
    note: str = ""
    cpu: float | None = None


@dataclass(frozen=True)
class Measured:
    """Wall and CPU seconds (medians of the repeats), peak resident memory in MB, the last call's result."""

    seconds: float
    cpu: float
    peak_mb: float
    result: Any

    def row(self, what: str, *, rows: int | None = None, note: str = "") -> Row:
        return Row(what, self.seconds, rows, self.peak_mb, note, self.cpu)


def measured(function: Callable[..., Any], *args: Any, repeat: int = 1) -> Measured:
    """Calls ``function`` (of a module, with plain arguments) in a fresh process, so that memory is its own.

    The time to import the function's module is not counted.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(_timed, function, args, repeat).result()


def _timed(function: Callable[..., Any], args: tuple[Any, ...], repeat: int) -> Measured:
    seconds, cpu, result = [], [], None
    for _ in range(repeat):
        start, start_cpu = time.perf_counter(), _cpu_seconds()
        result = function(*args)
        seconds.append(time.perf_counter() - start)
        cpu.append(_cpu_seconds() - start_cpu)
    return Measured(statistics.median(seconds), statistics.median(cpu), _peak_mb(), result)


def _cpu_seconds() -> float:
    """Of this process and of those that it started and that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak_mb() -> float:
    """Linux says it for this process alone; ``ru_maxrss`` would start from the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        (peak,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def times(slow: Measured, fast: Measured) -> str:
    """``12.3 × faster (8.1 × less CPU)``: a busy machine distorts the first, not much the second."""
    return f"{slow.seconds / fast.seconds:.1f} × faster ({slow.cpu / fast.cpu:.1f} × less CPU)"


def table(rows: Sequence[Row]) -> str:
    """Markdown, aligned so that it also reads well in a terminal."""
    head = ("what", "rows", "seconds", "CPU s", "rows/s", "peak MB", "")
    body = [_cells(row) for row in rows]
    widths = [max(len(line[rank]) for line in (head, *body)) for rank in range(len(head))]
    rule = ["-" * width if rank == 0 else "-" * (width - 1) + ":" for rank, width in enumerate(widths[:-1])]
    lines = [_line(head, widths), f"| {' | '.join([*rule, '-' * max(3, widths[-1])])} |"]
    return "\n".join([*lines, *(_line(cells, widths) for cells in body)])


def _cells(row: Row) -> tuple[str, ...]:
    pace = f"{row.rows / row.seconds:,.0f}" if row.rows and row.seconds else ""
    count = f"{row.rows:,}" if row.rows is not None else ""
    peak = f"{row.peak_mb:,.0f}" if row.peak_mb is not None else ""
    cpu = f"{row.cpu:.2f}" if row.cpu is not None else ""
    return row.what, count, f"{row.seconds:.2f}", cpu, pace, peak, row.note


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    last = len(cells) - 1
    padded = [
        cell.ljust(width) if rank in (0, last) else cell.rjust(width)
        for rank, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"


def machine() -> str:
    """Where it was measured, and beside what other work, on one line."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory_gb:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load average {os.getloadavg()[0]:.1f}"
    )


def versions() -> str:
    return ", ".join(f"{name} {_version(name)}" for name in VERSIONS)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(absent)"
