"""A promise of cadence on every day that the calendar and the clock make odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from aqueduc.declaration import City, load_city
from aqueduc.declaration.vocabulary import FREQUENCIES, parse_cadence
from aqueduc.reconciliation.lateness import (
    compute_lateness_grace,
    find_missed_schedule_slot,
    find_previous_cron_slot,
)
from tests.making import CITY, desk
from tests.reconciliation.towns import Town, open_portal_town

PARIS = ZoneInfo("Europe/Paris")


def local(text: str, fold: int = 0) -> datetime:
    """An instant of the city's clock, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold).astimezone(UTC)


@pytest.fixture
def city(tmp_path: Path) -> City:
    return desk(tmp_path).city


def previous(city: City, cadence: str, moment: datetime) -> datetime:
    frequency = parse_cadence(cadence)
    assert frequency is not None
    assert frequency.cron is not None
    found = find_previous_cron_slot(frequency.cron, city, moment)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "cadence,moment,slot",
    [
        ("daily", "2026-03-10T00:00", "2026-03-10T00:00"),
        ("daily", "2026-03-09T23:59", "2026-03-09T00:00"),
        ("weekly", "2026-03-15T23:59", "2026-03-09T00:00"),
        ("weekly", "2026-03-16T00:00", "2026-03-16T00:00"),
        ("twice-a-month", "2028-02-29T12:00", "2028-02-15T00:00"),
        ("monthly", "2028-02-29T23:59", "2028-02-01T00:00"),
        ("monthly", "2028-03-01T00:00", "2028-03-01T00:00"),
        ("monthly", "2026-01-31T10:00", "2026-01-01T00:00"),
        ("quarterly", "2026-03-31T23:59", "2026-01-01T00:00"),
        ("quarterly", "2026-12-31T23:59", "2026-10-01T00:00"),
        ("twice-a-year", "2026-06-30T23:59", "2026-01-01T00:00"),
        ("yearly", "2027-12-31T23:59", "2027-01-01T00:00"),
        ("hourly", "2026-03-10T10:59", "2026-03-10T10:00"),
        ("continuous", "2026-03-10T10:09", "2026-03-10T10:00"),
        ("every 15 minutes", "2026-03-10T10:44", "2026-03-10T10:30"),
        # The night of 29 March has no 02:30, that of 25 October has two.
        ("daily", "2026-03-29T03:00", "2026-03-29T00:00"),
        ("hourly", "2026-03-29T03:10", "2026-03-29T03:00"),
        ("daily", "2026-10-25T23:59", "2026-10-25T00:00"),
    ],
)
def test_the_slot_before_an_instant(city: City, cadence: str, moment: str, slot: str) -> None:
    assert previous(city, cadence, local(moment)) == local(slot)


def test_the_hour_that_comes_twice_has_two_slots(city: City) -> None:
    assert previous(city, "hourly", local("2026-10-25T02:30")) == local("2026-10-25T02:00")
    assert previous(city, "hourly", local("2026-10-25T02:30", 1)) == local("2026-10-25T02:00", 1)


@pytest.mark.parametrize("word", [word for word, one in FREQUENCIES.items() if one.cron])
def test_every_cadence_of_the_vocabulary_has_its_slots(city: City, word: str) -> None:
    frequency = FREQUENCIES[word]
    assert frequency.period is not None
    now = local("2028-02-29T12:34")
    slot = previous(city, word, now)
    assert slot <= now
    # Months differ, and so does the day when clocks change.
    assert now - slot < frequency.period + timedelta(days=2)


@pytest.mark.parametrize(
    "word,grace",
    [
        ("continuous", timedelta(hours=1)),
        ("hourly", timedelta(hours=1)),
        ("daily", timedelta(hours=6)),
        ("weekly", timedelta(days=1, hours=18)),
        ("yearly", timedelta(days=30)),
        ("as-needed", timedelta(hours=1)),
    ],
)
def test_the_grace_of_each_cadence(word: str, grace: timedelta) -> None:
    assert compute_lateness_grace(FREQUENCIES[word], 0.25) == grace


@pytest.mark.parametrize(
    "last,now,late",
    [
        ("2026-03-16T00:05", "2026-03-22T23:59", False),
        ("2026-03-16T00:05", "2026-03-24T17:59", False),
        ("2026-03-16T00:05", "2026-03-24T18:00", True),
        ("2026-03-16T00:00", "2026-03-20T00:00", False),
        # A week in which an hour is lost, and one in which it comes twice: the same hour of the clock.
        ("2026-03-23T00:05", "2026-03-31T17:59", False),
        ("2026-03-23T00:05", "2026-03-31T18:00", True),
        ("2026-10-19T00:05", "2026-10-27T17:59", False),
        ("2026-10-19T00:05", "2026-10-27T18:00", True),
        ("2028-02-21T00:05", "2028-02-29T17:59", False),
        ("2028-02-21T00:05", "2028-02-29T18:00", True),
    ],
)
def test_a_weekly_promise_is_broken_at_the_hour(city: City, last: str, now: str, late: bool) -> None:
    missed = find_missed_schedule_slot(FREQUENCIES["weekly"], city, 0.25, local(last), local(now))
    assert (missed is not None) is late


def test_a_day_after_daylight_saving_is_the_same_hour_of_the_clock(city: City) -> None:
    """Six hours of grace end at 06:00 on the city's clock, also where the night had 23 hours or 25."""
    for day in ("2026-03-29", "2026-10-25"):
        eve = local(f"{day}T00:00") - timedelta(hours=3)
        assert find_missed_schedule_slot(FREQUENCIES["daily"], city, 0.25, eve, local(f"{day}T05:59")) is None
        assert find_missed_schedule_slot(
            FREQUENCIES["daily"], city, 0.25, eve, local(f"{day}T06:00")
        ) == local(f"{day}T00:00")


@pytest.mark.parametrize("word", ["as-needed", "irregular", "never-again"])
def test_what_promises_nothing_is_never_late(city: City, word: str) -> None:
    assert (
        find_missed_schedule_slot(
            FREQUENCIES[word], city, 0.25, local("2000-01-01T00:00"), local("2026-01-01T00:00")
        )
        is None
    )


@pytest.mark.parametrize(
    "last,now,late",
    [
        ("2026-03-01T00:05", "2026-04-05T00:05", False),
        ("2026-03-01T00:05", "2026-04-05T00:06", True),
        ("2026-10-01T00:05", "2026-11-05T00:05", False),
        ("2026-10-01T00:05", "2026-11-05T00:06", True),
    ],
)
def test_a_bound_has_no_grace_and_ends_at_the_same_hour_of_the_clock(
    city: City, last: str, now: str, late: bool
) -> None:
    frequency = parse_cadence("at most 35 days")
    assert frequency is not None
    missed = find_missed_schedule_slot(frequency, city, 0.25, local(last), local(now))
    assert (missed is not None) is late


def test_nothing_is_promised_for_a_holiday(tmp_path: Path) -> None:
    here = desk(tmp_path)
    holidays = [{"from": "2026-08-01", "to": "2026-08-15"}, datetime(2027, 1, 1, tzinfo=UTC).date()]
    (here.include / "city.yaml").write_text(yaml.safe_dump({**CITY, "holidays": holidays}), encoding="utf-8")
    city = load_city(here.include).city
    assert previous(city, "daily", local("2026-08-10T12:00")) == local("2026-07-31T00:00")
    assert previous(city, "yearly", local("2027-05-01T00:00")) == local("2026-01-01T00:00")
    assert find_previous_cron_slot("*/10 * * * *", city, local("2026-08-10T12:00")) is None


def test_a_late_dataset_is_told_and_one_found_unchanged_is_not(tmp_path: Path) -> None:
    with open_portal_town(tmp_path, ("bancs",)) as town:
        now = datetime.now(UTC)
        assert town.found(now) == []
        assert town.found(now + timedelta(days=10)) == [("bancs", "en-retard")]
        look_unchanged(town, now + timedelta(days=8))
        assert town.found(now + timedelta(days=9)) == []


def look_unchanged(town: Town, at: datetime) -> None:
    from aqueduc.certify.ledger import append_ledger_entry

    entry = {"kind": "unchanged", "run": "r2", "at": at.isoformat(), "lecture": []}
    append_ledger_entry(town.store, "bancs", "r2__looked", at, entry)
