"""Schedules of others as cadences of ours, by how many times a year they run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

PRESETS = {
    "@continuous": "continuous",
    "@hourly": "hourly",
    "@daily": "daily",
    "@midnight": "daily",
    "@weekly": "weekly",
    "@monthly": "monthly",
    "@quarterly": "quarterly",
    "@yearly": "yearly",
    "@annually": "yearly",
}

# Runs a year, from and to: several runs a day are still daily, and working days too, as catalogues count.
_BY_RUNS = (
    ("continuous", 30_000, float("inf")),
    ("hourly", 4_000, 30_000),
    ("daily", 240, 1_500),
    ("weekly", 45, 160),
    ("twice-a-month", 22, 28),
    ("monthly", 10, 14),
    ("quarterly", 3.5, 5),
    ("twice-a-year", 1.6, 2.5),
    ("yearly", 0.8, 1.2),
)
_NAMES = {
    name: str(rank)
    for names, first in (
        ("jan feb mar apr may jun jul aug sep oct nov dec", 1),
        ("sun mon tue wed thu fri sat", 0),
    )
    for rank, name in enumerate(names.split(), first)
}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_ITEM = re.compile(r"(\*|\d+)(?:-(\d+))?(?:/(\d+))?")
_EVERY = re.compile(r"\*/(\d+) \* \* \* \*")
_YEARS = 4
_FIRST_DAY = date(2025, 1, 1)


def cadence_of(schedule: object) -> str | None:
    """The cadence of a schedule: a preset of Airflow, a cron expression, a ``timedelta``, or a mapping that
    names one (dag-factory's ``__type__``). None when it says none that can be told."""
    if isinstance(schedule, timedelta):
        return _by_runs(365.25 * 86_400 / schedule.total_seconds()) if schedule else None
    if isinstance(schedule, Mapping):
        return _of_object(schedule)
    text = " ".join(str(schedule or "").split()).casefold()
    if text in PRESETS:
        return PRESETS[text]
    every = _EVERY.fullmatch(text)
    if every and int(every[1]) and 60 % int(every[1]) == 0:
        return f"every {int(every[1])} minutes"
    runs = runs_a_year(text)
    return _by_runs(runs) if runs else None


def runs_a_year(cron: str) -> float | None:
    """How often a cron expression of five fields runs in a year, on average; None when it is not one.

    A day must suit the month, and both the day of the month and that of the week; either when both are given
    (crontab(5)).
    """
    fields = cron.split()
    if len(fields) != len(_RANGES):
        return None
    sets = [_values(text, low, high) for text, (low, high) in zip(fields, _RANGES, strict=True)]
    if not all(sets):
        return None
    minutes, hours, days, months, weekdays = (found or set() for found in sets)
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    count = 0
    for rank in range(round(365.25 * _YEARS)):
        day = _FIRST_DAY + timedelta(days=rank)
        in_month, in_week = day.day in days, (day.isoweekday() % 7) in weekdays
        if day.month in months and (in_month or in_week if either else in_month and in_week):
            count += 1
    return count / _YEARS * len(minutes) * len(hours)


def _values(text: str, low: int, high: int) -> set[int] | None:
    found: set[int] = set()
    for item in text.split(","):
        numbered = re.sub(r"[a-z]{3}", lambda name: _NAMES.get(name[0], "?"), item)
        match = _ITEM.fullmatch(numbered)
        if match is None:
            return None
        start, end, step = match.groups()
        first = low if start == "*" else int(start)
        last = int(end) if end else high if start == "*" or step else first
        if not (low <= first <= last <= high) or step == "0":
            return None
        found.update(range(first, last + 1, int(step or 1)))
    return {0 if high == 7 and value == 7 else value for value in found}


def _of_object(schedule: Mapping[str, Any]) -> str | None:
    """``{__type__: datetime.timedelta, days: 1}``, or a timetable of a cron expression."""
    kind = str(schedule.get("__type__", schedule.get("callable", "")))
    arguments = schedule.get("__args__") or []
    if kind.endswith("timedelta"):
        units = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
        given = {unit: schedule[unit] for unit in units if isinstance(schedule.get(unit), int | float)}
        return cadence_of(timedelta(**given))
    if "cron" in kind.casefold():
        return cadence_of(schedule.get("cron") or (arguments[0] if arguments else None))
    return None


def _by_runs(runs: float) -> str | None:
    return next((word for word, low, high in _BY_RUNS if low <= runs < high), None)
