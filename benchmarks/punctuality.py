"""When runs are due by their crons, and whether Airflow started each of them once: no more, no less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from croniter import croniter

Slot = tuple[str, datetime]
"""A dataset, and the instant at which one of its runs is due."""
_FURTHEST = timedelta(hours=2)


@dataclass(frozen=True)
class Punctuality:
    """``missed``: due, and never started. ``doubled``: started more than once. ``unasked``: due by no cron."""

    missed: tuple[Slot, ...]
    doubled: tuple[Slot, ...]
    unasked: tuple[Slot, ...]

    @property
    def is_exact(self) -> bool:
        return not (self.missed or self.doubled or self.unasked)

    def describe(self) -> str:
        return "; ".join(
            f"{len(slots)} {name} ({', '.join(f'{dataset} at {at:%H:%M}' for dataset, at in slots)})"
            for name, slots in vars(self).items()
            if slots
        )


def list_due_instants(cron: str, timezone: str, start: datetime, end: datetime) -> list[datetime]:
    """Those of ``cron`` after ``start``, up to ``end`` included, in UTC."""
    slots = croniter(cron, start.astimezone(ZoneInfo(timezone)))
    found: list[datetime] = []
    while (at := slots.get_next(datetime).astimezone(UTC)) <= end:
        found.append(at)
    return found


def list_due_slots(crons: Mapping[str, str], timezone: str, start: datetime, end: datetime) -> list[Slot]:
    """What is due after ``start``, up to ``end`` included, of all the datasets, the earliest first."""
    found = [
        (name, at) for name, cron in crons.items() for at in list_due_instants(cron, timezone, start, end)
    ]
    return sorted(found, key=lambda slot: (slot[1], slot[0]))


def find_window_end(crons: Mapping[str, str], timezone: str, start: datetime, runs: int) -> datetime:
    """The instant by which ``runs`` runs at least have fallen due since ``start``."""
    due = list_due_slots(crons, timezone, start, start + _FURTHEST)
    if len(due) < runs:
        raise ValueError(f"{len(due)} runs fall due within {_FURTHEST}: shorter cadences, or more datasets")
    return due[runs - 1][1]


def choose_window_start(
    quick: Mapping[str, str], crons: Mapping[str, str], timezone: str, earliest: datetime, runs: int
) -> datetime:
    """``earliest``; or, where others of ``crons`` than the ``quick`` fall due within the window that begins there,
    the instant of the last of them: all the city's daily runs at once would be another benchmark."""
    slow = {name: cron for name, cron in crons.items() if name not in quick}
    found = list_due_slots(slow, timezone, earliest, find_window_end(quick, timezone, earliest, runs))
    return found[-1][1] if found else earliest


def judge_punctuality(due: Iterable[Slot], started: Iterable[Slot]) -> Punctuality:
    """``started``: one slot for each run that Airflow started by its clock."""
    wanted, counts = set(due), Counter(started)
    return Punctuality(
        missed=tuple(sorted(wanted - counts.keys())),
        doubled=tuple(sorted(slot for slot, count in counts.items() if count > 1)),
        unasked=tuple(sorted(counts.keys() - wanted)),
    )


def compute_quantile(values: Sequence[float], share: float) -> float:
    """The least of ``values`` that this ``share`` of them does not exceed."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]
