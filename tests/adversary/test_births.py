"""Dates of birth under headers that say nothing, and dates of other things."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, scan_table

ROWS = 400
Day = Callable[[random.Random], date]


def _between(first: date, last: date) -> Day:
    return lambda r: first + timedelta(r.randrange((last - first).days))


def _working_days(first: date, last: date) -> Day:
    def draw(r: random.Random) -> date:
        day = _between(first, last)(r)
        return day - timedelta(max(0, day.weekday() - 4))

    return draw


def _fewer_weekends(first: date, last: date) -> Day:
    """A fifth fewer on Saturdays and Sundays, as births are."""

    def draw(r: random.Random) -> date:
        day = _between(first, last)(r)
        return draw(r) if day.weekday() > 4 and r.random() < 0.25 else day

    return draw


PUPILS = _between(date(2008, 1, 1), date(2021, 12, 31))
ADULTS = _between(date(1938, 1, 1), date(2006, 12, 31))
FAMILIES = _between(date(1940, 1, 1), date(2019, 6, 30))
INFANTS = _fewer_weekends(date(2021, 1, 1), date(2025, 12, 31))
SESSIONS = [date(2015, 1, 5) + timedelta(35 * rank) for rank in range(90)]


def strengths(name: str, cells: list[str]) -> dict[str, HitStrength]:
    return {str(hit.kind): hit.strength for hit in scan_table(pa.table({name: cells}))}


@pytest.mark.parametrize(
    "day", [PUPILS, ADULTS, FAMILIES, INFANTS], ids=["pupils", "adults", "families", "infants"]
)
@pytest.mark.parametrize("layout", ["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d"])
def test_births_are_found_under_no_header(day: Day, layout: str):
    rng = random.Random(layout)
    found = strengths("champ_4", [day(rng).strftime(layout) for _ in range(ROWS)])
    assert found.get("birth_date", HitStrength.NOTED) is not HitStrength.NOTED


def test_births_in_days_of_a_spreadsheet_are_found_under_no_header():
    rng = random.Random(4)
    serials = [str((ADULTS(rng) - date(1899, 12, 30)).days) for _ in range(ROWS)]
    assert strengths("champ_4", serials)["birth_date"] is HitStrength.POSSIBLE


NO_BIRTHS: dict[str, tuple[str, Day]] = {
    "sessions": ("champ_4", lambda r: r.choice(SESSIONS)),
    "every day once": ("champ_4", lambda r: date(2024, 1, 1) + timedelta(r.randrange(ROWS))),
    "permits": ("champ_4", _working_days(date(2010, 1, 1), date(2025, 12, 31))),
    "events to this year": ("champ_4", _between(date(2014, 1, 1), date(2025, 12, 31))),
    "postings": ("date", _between(date(2008, 1, 1), date(2020, 12, 31))),
    "plantings": ("date_plantation", ADULTS),
}


@pytest.mark.parametrize("name, day", NO_BIRTHS.values(), ids=NO_BIRTHS)
def test_other_dates_are_no_births(name: str, day: Day, monkeypatch: pytest.MonkeyPatch):
    """As of the year that the last of them were written in."""
    monkeypatch.setattr("aqueduc.anonymise.scan.verdict.get_current_year", lambda: 2026)
    rng = random.Random(2)
    assert strengths(name, [f"{day(rng):%Y-%m-%d}" for _ in range(ROWS)]) == {}


@pytest.mark.parametrize("low, high", [(13_001, 13_990), (10_000, 99_999), (1, 50_000)])
def test_numbers_of_five_digits_are_no_births(low: int, high: int):
    rng = random.Random(2)
    assert strengths("champ_4", [str(rng.randint(low, high)) for _ in range(ROWS)]) == {}


@pytest.mark.parametrize("day, rows", [(ADULTS, 15), (PUPILS, 40), (FAMILIES, 40)])
def test_births_are_found_from_as_few_rows_as_the_guide_says(day: Day, rows: int):
    """Most often: a few draws of days are as regular as sessions are."""
    found = 0
    for seed in range(20):
        rng = random.Random(seed)
        told = strengths("champ_4", [f"{day(rng):%Y-%m-%d}" for _ in range(rows)])
        found += told.get("birth_date", HitStrength.NOTED) is not HitStrength.NOTED
    assert found >= 18
    guide = (Path(__file__).parents[2] / "docs/intendant/donnees-personnelles.md").read_text("utf-8")
    assert {15: "une quinzaine de lignes", 40: "une quarantaine"}[rows] in guide
