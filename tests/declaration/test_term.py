"""The term of the convention: every day on which something begins, ends, or can no longer be done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqueduc.declaration.spec import ConventionTerminationNotice, RegionalConvention, validate_as_written
from aqueduc.declaration.term import (
    ANNOUNCED_DAYS,
    ConventionDeadline,
    add_months,
    compute_anniversary,
    compute_day_start,
    compute_last_notice_day,
    convert_to_city_date,
    find_amendment_in_force,
    find_convention_end,
    find_convention_year,
    find_next_anniversary,
    find_reached_reminder_threshold,
    find_termination_day_of_notice,
    is_convention_in_force,
    list_convention_deadlines,
)

DAYS = st.dates(date(1990, 1, 1), date(2120, 12, 31))


def convention(notified: str = "2026-01-15", **more: Any) -> RegionalConvention:
    written = {"partner": "Région", "notified": notified, "project_lead": "chef@region.example", **more}
    return validate_as_written(RegionalConvention, written)


def on(text: str) -> date:
    return date.fromisoformat(text)


# --- months and anniversaries -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day, count, wanted",
    [
        ("2026-01-15", 1, "2026-02-15"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2028-03-31", -1, "2028-02-29"),
        ("2026-05-31", -1, "2026-04-30"),
        ("2026-04-30", -1, "2026-03-30"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-12-31", 2, "2027-02-28"),
        ("9999-12-31", 1, "9999-12-31"),
        ("0001-01-01", -1, "0001-01-01"),
    ],
)
def test_a_month_ends_on_the_day_of_the_same_number_or_on_its_last(day: str, count: int, wanted: str) -> None:
    assert add_months(on(day), count) == on(wanted)


def test_the_29th_of_february_is_renewed_on_the_28th_and_comes_back() -> None:
    notified = on("2024-02-29")
    renewed = [compute_anniversary(notified, years).isoformat() for years in range(1, 6)]
    assert renewed == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]
    assert find_next_anniversary(notified, on("2025-02-27")) == on("2025-02-28")
    assert find_next_anniversary(notified, on("2025-02-28")) == on("2026-02-28")
    assert find_next_anniversary(notified, on("2028-02-28")) == on("2028-02-29")
    assert compute_last_notice_day(on("2025-02-28")) == on("2025-01-28")
    assert compute_last_notice_day(on("2028-02-29")) == on("2028-01-29")


@given(DAYS, DAYS)
def test_the_next_anniversary_is_after_the_day_and_no_other_is_between(notified: date, day: date) -> None:
    following = find_next_anniversary(notified, day)
    assert following > day
    years = following.year - notified.year
    assert years >= 1
    assert following == compute_anniversary(notified, years)
    assert years == 1 or compute_anniversary(notified, years - 1) <= day


@given(DAYS)
def test_a_month_of_notice_has_passed_by_the_anniversary(anniversary: date) -> None:
    last = compute_last_notice_day(anniversary)
    assert add_months(last, 1) <= anniversary
    assert 28 <= (anniversary - last).days <= 31


# --- in force -----------------------------------------------------------------------------------------------


def test_it_holds_from_the_day_of_its_notification_and_is_renewed_each_year() -> None:
    here = convention()
    assert [is_convention_in_force(here, on(day)) for day in ("2026-01-14", "2026-01-15", "2060-01-15")] == [
        False,
        True,
        True,
    ]
    period = find_convention_year(here, on("2027-01-14"))
    assert period and (period.start, period.end) == (on("2026-01-15"), on("2027-01-15"))
    period = find_convention_year(here, on("2027-01-15"))
    assert period and (period.start, period.end) == (on("2027-01-15"), on("2028-01-15"))
    assert find_convention_year(here, on("2026-01-14")) is None


def test_the_day_it_ends_is_the_first_on_which_it_does_not_hold() -> None:
    here = convention(ends="2027-06-30")
    assert [is_convention_in_force(here, on(day)) for day in ("2027-06-29", "2027-06-30", "2027-07-01")] == [
        True,
        False,
        False,
    ]
    period = find_convention_year(here, on("2027-06-29"))
    assert period and (period.start, period.end) == (on("2027-01-15"), on("2027-06-30"))


def test_one_that_ends_on_the_day_of_its_notification_never_held() -> None:
    here = convention(ends="2026-01-15")
    assert not any(is_convention_in_force(here, on("2026-01-15") + timedelta(days=n)) for n in range(-2, 3))


@given(DAYS, DAYS, st.none() | DAYS)
def test_a_day_is_in_force_exactly_when_a_year_of_the_convention_has_it(
    notified: date, day: date, ends: date | None
) -> None:
    here = convention(notified.isoformat(), **({"ends": ends.isoformat()} if ends else {}))
    period = find_convention_year(here, day)
    assert (period is not None) == is_convention_in_force(here, day)
    if period:
        assert period.start <= day < period.end
        assert notified <= period.start
        assert (period.end - period.start).days <= 366


# --- the three ways to end ----------------------------------------------------------------------------------


def ended(*notices: dict[str, Any], **more: Any) -> str:
    end = find_convention_end(convention(notices=list(notices), **more))
    return end.day.isoformat() if end else ""


@pytest.mark.parametrize(
    "given_on, wanted",
    [
        ("2026-12-15", "2027-01-15"),  # the last day
        ("2026-12-16", "2028-01-15"),  # the day after: a year more
        ("2027-01-14", "2028-01-15"),
        ("2027-01-15", "2028-01-15"),  # on the anniversary itself
        ("2026-01-15", "2027-01-15"),  # on the day of the notification
    ],
)
def test_a_notice_ends_it_at_an_anniversary_a_month_off_at_least(given_on: str, wanted: str) -> None:
    assert ended({"way": "anniversary", "day": given_on, "by": "city"}) == wanted


@pytest.mark.parametrize(
    "notified, given_on, wanted",
    [
        ("2024-02-29", "2025-01-28", "2025-02-28"),
        ("2024-02-29", "2025-01-29", "2026-02-28"),
        ("2024-02-29", "2028-01-29", "2028-02-29"),
        ("2024-02-29", "2028-01-30", "2029-02-28"),
        ("2025-03-31", "2026-02-28", "2026-03-31"),
        ("2025-03-31", "2026-03-01", "2027-03-31"),
        ("2025-04-30", "2026-03-30", "2026-04-30"),
        ("2025-04-30", "2026-03-31", "2027-04-30"),
    ],
)
def test_the_last_day_of_notice_at_the_end_of_months(notified: str, given_on: str, wanted: str) -> None:
    here = convention(notified, notices=[{"way": "anniversary", "day": given_on}])
    end = find_convention_end(here)
    assert end and end.day == on(wanted)


@given(DAYS, DAYS)
def test_a_notice_is_never_lost_nor_shorter_than_a_month(notified: date, given_on: date) -> None:
    notice = validate_as_written(
        ConventionTerminationNotice, {"way": "anniversary", "day": given_on.isoformat()}
    )
    end = find_termination_day_of_notice(notified, notice)
    assert end is not None
    assert add_months(given_on, 1) <= end
    assert end == compute_anniversary(notified, end.year - notified.year)
    assert (end - max(notified, given_on)).days <= 366 + 31


def fault(**more: Any) -> dict[str, Any]:
    return {
        "way": "fault",
        "day": "2026-05-04",
        "by": "partner",
        "reasons": "fiches absentes",
        "answer_by": "2026-06-04",
        **more,
    }


def test_a_formal_notice_ends_it_once_its_delay_has_passed() -> None:
    assert ended(fault()) == "2026-06-05"
    here = convention(notices=[fault()])
    assert is_convention_in_force(here, on("2026-06-04"))
    assert not is_convention_in_force(here, on("2026-06-05"))
    answered = fault(observations=[{"received": "2026-05-20", "about": "fiches remises"}])
    assert ended(answered) == "2026-06-05"


def test_what_was_revoked_in_time_ends_nothing_and_too_late_changes_nothing() -> None:
    assert ended(fault(revoked="2026-06-04")) == ""
    assert ended(fault(revoked="2026-06-05")) == "2026-06-05"
    assert ended({"way": "anniversary", "day": "2026-11-30", "revoked": "2027-01-14"}) == ""
    assert ended({"way": "anniversary", "day": "2026-11-30", "revoked": "2027-01-15"}) == "2027-01-15"


def test_an_agreement_ends_it_a_month_later_or_when_an_expert_says() -> None:
    assert ended({"way": "mutual", "day": "2026-03-10"}) == "2026-04-10"
    assert ended({"way": "mutual", "day": "2027-01-31"}) == "2027-02-28"
    assert ended({"way": "mutual", "day": "2028-01-31"}) == "2028-02-29"
    waiting = {"way": "mutual", "day": "2026-03-10", "expert": {"appointed": "2026-03-20"}}
    assert ended(waiting) == ""
    said = {**waiting, "expert": {"appointed": "2026-03-20", "ends": "2026-07-01"}}
    assert ended(said) == "2026-07-01"


def test_the_earliest_end_is_the_one() -> None:
    late = {"way": "anniversary", "day": "2026-11-30"}
    assert ended(late, fault(), ends="2026-12-01") == "2026-06-05"
    assert ended(late, ends="2026-12-01") == "2026-12-01"


# --- amendments ---------------------------------------------------------------------------------------------


def test_the_amendment_in_force_is_the_last_that_was_signed() -> None:
    acts = [
        {"signed": "2026-06-30", "about": "mobilité"},
        {
            "signed": "2027-02-28",
            "about": "culture",
            "deliberations": {
                "city": {"body": "Conseil municipal", "number": "DL.27-12", "taken": "2027-02-10"}
            },
        },
    ]
    here = convention(amendments=acts)
    found = [
        find_amendment_in_force(here, on(day))
        for day in ("2026-06-29", "2026-06-30", "2027-02-27", "2027-02-28", "2031-01-01")
    ]
    assert [one.about if one else "" for one in found] == ["", "mobilité", "mobilité", "culture", "culture"]
    # An amendment changes what is agreed, not from when the years are counted.
    assert find_convention_year(here, on("2027-02-28")) == find_convention_year(
        convention(), on("2027-02-28")
    )


# --- deadlines ----------------------------------------------------------------------------------------------


def shown(deadlines: tuple[ConventionDeadline, ...]) -> list[tuple[str, str]]:
    return [(one.kind, one.day.isoformat()) for one in deadlines]


def test_what_falls_due_while_it_is_renewed() -> None:
    here = convention()
    assert shown(list_convention_deadlines(here, on("2026-12-15"))) == [
        ("last-notice", "2026-12-15"),
        ("anniversary", "2027-01-15"),
    ]
    assert shown(list_convention_deadlines(here, on("2026-12-16"))) == [
        ("anniversary", "2027-01-15"),
        ("last-notice", "2027-12-15"),
    ]
    assert shown(list_convention_deadlines(here, on("2027-01-15")))[0] == ("last-notice", "2027-12-15")


def test_where_an_end_is_fixed_no_anniversary_is_announced() -> None:
    here = convention(notices=[fault()])
    assert shown(list_convention_deadlines(here, on("2026-05-05"))) == [
        ("answer", "2026-06-04"),
        ("end", "2026-06-05"),
    ]
    assert shown(list_convention_deadlines(here, on("2026-06-05"))) == [("end", "2026-06-05")]
    assert list_convention_deadlines(here, on("2026-06-06")) == ()
    assert "answer" not in dict(
        shown(list_convention_deadlines(convention(notices=[fault(revoked="2026-05-20")]), on("2026-05-21")))
    )


@pytest.mark.parametrize(
    "left, wanted",
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 1), (0, 1), (-1, None)],
)
def test_a_deadline_is_told_some_days_ahead(left: int, wanted: int | None) -> None:
    deadline = ConventionDeadline("anniversary", on("2027-01-15"))
    assert find_reached_reminder_threshold(deadline, deadline.day - timedelta(days=left)) == wanted


@given(DAYS, DAYS)
def test_each_deadline_is_to_come_and_told_at_each_threshold_whatever_day_is_missed(
    notified: date, day: date
) -> None:
    for deadline in list_convention_deadlines(convention(notified.isoformat()), day):
        assert deadline.day >= day
        told = {
            find_reached_reminder_threshold(deadline, deadline.day - timedelta(days=left))
            for left in range(max(ANNOUNCED_DAYS) + 1)
        }
        assert told == set(ANNOUNCED_DAYS)


# --- the city's clock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moment, day",
    [
        ("2026-01-14T22:59:59", "2026-01-14"),  # winter: one hour ahead of UTC
        ("2026-01-14T23:00:00", "2026-01-15"),
        ("2026-06-30T21:59:59", "2026-06-30"),  # summer: two
        ("2026-06-30T22:00:00", "2026-07-01"),
        ("2026-03-28T23:00:00", "2026-03-29"),  # the day of 23 hours
        ("2026-03-29T21:59:59", "2026-03-29"),
        ("2026-03-29T22:00:00", "2026-03-30"),
        ("2026-10-24T22:00:00", "2026-10-25"),  # the day of 25 hours
        ("2026-10-25T22:59:59", "2026-10-25"),
        ("2026-10-25T23:00:00", "2026-10-26"),
    ],
)
def test_days_are_those_of_the_city_on_both_sides_of_midnight(moment: str, day: str) -> None:
    instant = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert convert_to_city_date(instant, "Europe/Paris") == on(day)


@pytest.mark.parametrize("timezone", ["Europe/Paris", "Indian/Reunion", "America/Cayenne", "America/Havana"])
@given(day=DAYS)
def test_a_day_begins_at_the_instant_before_which_it_is_another(timezone: str, day: date) -> None:
    start = compute_day_start(day, timezone)
    assert convert_to_city_date(start, timezone) == day
    assert convert_to_city_date(start - timedelta(microseconds=1), timezone) == day - timedelta(days=1)
