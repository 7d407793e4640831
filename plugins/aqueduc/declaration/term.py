"""The term of the convention: from when it holds, until when, and what falls due in between.

It takes effect on the day of its notification, lasts a year, and is renewed tacitly each year. A delay counted
in months or in years ends on the day of the same number; where the month has none, on its last day (code de
procédure civile, art. 641, which neither the convention nor the civil code replaces by a rule of its own): of
29 February, the anniversary is 28 February, or 29 in a leap year. Days are those of the city's clock; an end is
the first day on which the convention no longer holds.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from aqueduc.declaration.spec import (
    City,
    ConventionAmendment,
    ConventionTerminationNotice,
    Dataset,
    RegionalConvention,
)

ANNOUNCED_DAYS = (60, 30, 7, 1)
"""How many days ahead a deadline is told, each once."""

DeadlineKind = Literal["last-notice", "anniversary", "answer", "end"]


@dataclass(frozen=True)
class ConventionEnd:
    """The end of a convention: ``day``, the first on which it no longer holds; ``notice``, by which it was
    ended, None where only the day is declared."""

    day: date
    notice: ConventionTerminationNotice | None = None


@dataclass(frozen=True)
class ConventionYear:
    """A year of the convention: ``start`` belongs to it, ``end`` does not."""

    start: date
    end: date


@dataclass(frozen=True)
class ConventionDeadline:
    """A day that people should know of ahead: the last day to give notice before an anniversary, the
    anniversary, the last day to answer a formal notice, the first day on which the convention no longer
    holds."""

    kind: DeadlineKind
    day: date


# --- days ---------------------------------------------------------------------------------------------------


def convert_to_city_date(moment: datetime, timezone: str) -> date:
    """The day of an instant on the city's clock."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def compute_day_start(day: date, timezone: str) -> datetime:
    """The instant, in UTC, at which a day begins in the city."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def add_months(day: date, count: int) -> date:
    """The same number ``count`` months later (before, where it is negative), or the last day of that month;
    never beyond the days that a date can say."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if count > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _get_next_day(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


# --- the term -----------------------------------------------------------------------------------------------


def compute_anniversary(notified: date, years: int) -> date:
    """The day on which the convention is renewed for the ``years``-th time; counted from the notification
    and not from the anniversary before, so that 29 February comes back in a leap year."""
    return add_months(notified, 12 * years)


def find_next_anniversary(notified: date, day: date) -> date:
    """The first anniversary after ``day``."""
    years = max(1, day.year - notified.year)
    first = compute_anniversary(notified, years)
    return first if first > day else compute_anniversary(notified, years + 1)


def compute_last_notice_day(anniversary: date) -> date:
    """The last day on which notice can be given: one month before, by the number of the day. Of several days
    that could be meant at the end of a month it is the first."""
    return add_months(anniversary, -1)


def find_termination_day_of_notice(notified: date, notice: ConventionTerminationNotice) -> date | None:
    """When ``notice`` ends the convention; None where it was revoked before, or an expert is still to say."""
    end = _ENDS[notice.way](notified, notice)
    return None if end is None or (notice.revoked is not None and notice.revoked < end) else end


def _find_breach_termination_day(_notified: date, notice: ConventionTerminationNotice) -> date | None:
    """Once the delay that the formal notice fixed in writing has passed."""
    return _get_next_day(notice.answer_by) if notice.answer_by else None


def _find_mutual_termination_day(_notified: date, notice: ConventionTerminationNotice) -> date | None:
    """One month after the agreement, unless an expert says when."""
    return notice.expert.ends if notice.expert else add_months(notice.day, 1)


def _find_anniversary_termination_day(notified: date, notice: ConventionTerminationNotice) -> date | None:
    """The first anniversary of which the last day of notice had not passed."""
    anniversary = find_next_anniversary(notified, notice.day)
    in_time = notice.day <= compute_last_notice_day(anniversary)
    return anniversary if in_time else find_next_anniversary(notified, anniversary)


_ENDS = {
    "fault": _find_breach_termination_day,
    "mutual": _find_mutual_termination_day,
    "anniversary": _find_anniversary_termination_day,
}


def find_convention_end(convention: RegionalConvention) -> ConventionEnd | None:
    """The earliest end that is declared; None while the convention is renewed tacitly."""
    ends = [] if convention.ends is None else [ConventionEnd(convention.ends)]
    for notice in convention.notices:
        end = find_termination_day_of_notice(convention.notified, notice)
        if end is not None:
            ends.append(ConventionEnd(end, notice))
    return min(ends, key=lambda one: one.day, default=None)


def is_convention_in_force(convention: RegionalConvention, day: date) -> bool:
    """Whether the convention holds on ``day``."""
    end = find_convention_end(convention)
    return convention.notified <= day and (end is None or day < end.day)


def find_convention_year(convention: RegionalConvention, day: date) -> ConventionYear | None:
    """The year of the convention that ``day`` is in, cut short by its end; None where it does not hold."""
    if not is_convention_in_force(convention, day):
        return None
    end = find_convention_end(convention)
    following = find_next_anniversary(convention.notified, day)
    start = compute_anniversary(convention.notified, following.year - convention.notified.year - 1)
    return ConventionYear(start, min(following, end.day) if end else following)


def find_amendment_in_force(convention: RegionalConvention, day: date) -> ConventionAmendment | None:
    """The last amendment that was signed on ``day`` or before."""
    signed = [one for one in convention.amendments if one.signed <= day]
    return signed[-1] if signed else None


def list_convention_deadlines(convention: RegionalConvention, day: date) -> tuple[ConventionDeadline, ...]:
    """What falls due on ``day`` or later, the nearest first. Where an end is fixed, no anniversary is."""
    return tuple(dict.fromkeys(sorted(_find_deadlines(convention, day), key=lambda one: (one.day, one.kind))))


def _find_deadlines(convention: RegionalConvention, day: date) -> Iterator[ConventionDeadline]:
    end = find_convention_end(convention)
    for notice in convention.notices:
        pending = notice.way == "fault" and notice.revoked is None
        if pending and notice.answer_by is not None and notice.answer_by >= day:
            yield ConventionDeadline("answer", notice.answer_by)
    if end is not None:
        if end.day >= day:
            yield ConventionDeadline("end", end.day)
        return
    anniversary = find_next_anniversary(convention.notified, day)
    yield ConventionDeadline("anniversary", anniversary)
    last = compute_last_notice_day(anniversary)
    if last < day:
        last = compute_last_notice_day(find_next_anniversary(convention.notified, anniversary))
    yield ConventionDeadline("last-notice", last)


def find_reached_reminder_threshold(deadline: ConventionDeadline, day: date) -> int | None:
    """Which of ``ANNOUNCED_DAYS`` is to be told of on ``day``; None while it is too early, or once it is
    past."""
    left = (deadline.day - day).days
    return min((ahead for ahead in ANNOUNCED_DAYS if 0 <= left <= ahead), default=None)


# --- what it binds ------------------------------------------------------------------------------------------


def list_platforms_under_convention(dataset: Dataset, city: City) -> tuple[str, ...]:
    """The platforms of ``dataset`` that the convention binds."""
    settings = map(city.find_platform_settings, dataset.publication.platforms)
    return tuple(one.name for one in settings if one is not None and one.under_convention)


def is_city_convention_in_force(city: City, day: date) -> bool:
    """False too where the city declares none."""
    return city.convention is not None and is_convention_in_force(city.convention, day)


def list_platforms_blocked_by_convention(dataset: Dataset, city: City, day: date) -> tuple[str, ...]:
    """The platforms of ``dataset`` where nothing may be published on ``day``."""
    return () if is_city_convention_in_force(city, day) else list_platforms_under_convention(dataset, city)


def list_platforms_of_ended_convention(city: City, day: date) -> tuple[str, ...]:
    """The platforms where nothing may be public any more on ``day``, since the convention has ended; none before
    it takes effect."""
    end = find_convention_end(city.convention) if city.convention else None
    if end is None or day < end.day:
        return ()
    return tuple(one.name for one in city.platforms if one.under_convention)
