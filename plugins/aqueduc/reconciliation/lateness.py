"""Whether a dataset keeps the promise of its cadence, on the city's clock.

A run is due at each slot of the schedule; the promise is broken once a slot and its grace have passed without
a run that ended well, "unchanged" ones counted, at the slot or since. Slots on the city's holidays, when
nothing is published by itself, are nobody's. Without a clock, the promise is a bound, broken as soon as it is
passed: whoever declares it chooses what it bears.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aqueduc.declaration.spec import City
from aqueduc.declaration.vocabulary import UpdateFrequency

LEAST_GRACE, MOST_GRACE = timedelta(hours=1), timedelta(days=30)
_FIRST = (0, 0, 1, 1, 0)
"""The least minute, hour, day, month and day of the week."""
_FURTHEST_DAYS = 2 * 366
"""A yearly slot on a holiday leaves the one of the year before."""


def compute_lateness_grace(frequency: UpdateFrequency, share: float) -> timedelta:
    """The ``share`` of a period that a run may take to come: an hour at least, thirty days at most."""
    return min(max((frequency.period or timedelta()) * share, LEAST_GRACE), MOST_GRACE)


def find_missed_schedule_slot(
    frequency: UpdateFrequency, city: City, share: float, last: datetime, now: datetime
) -> datetime | None:
    """The latest slot that has passed with its grace while the newest run that ended well (``last``) is older
    than it, or the end of a bound; None when the promise is kept, or there is none. Instants are UTC."""
    zone = ZoneInfo(city.timezone)
    if frequency.cron is None:
        end = (last.astimezone(zone) + frequency.period).astimezone(UTC) if frequency.period else now
        return end if end < now else None
    # On the city's clock: a grace of a day is the same hour of the day after, also when clocks change.
    end = (now.astimezone(zone) - compute_lateness_grace(frequency, share)).astimezone(UTC)
    slot = find_previous_cron_slot(frequency.cron, city, end)
    return slot if slot is not None and last < slot else None


def find_previous_cron_slot(cron: str, city: City, moment: datetime) -> datetime | None:
    """The last slot of ``cron`` (as the vocabulary of cadences writes them) at ``moment`` or before, in UTC."""
    minutes, hours, *days = map(_parse_cron_field, cron.split(), _FIRST)
    zone = ZoneInfo(city.timezone)
    local = moment.astimezone(zone)
    if hours is None:
        return _find_latest_slot_in_last_hour(minutes, city, moment)
    for back in range(_FURTHEST_DAYS):
        day = local.date() - timedelta(days=back)
        numbers = (day.day, day.month, day.isoweekday() % 7)
        if city.find_holiday_reason(day) or not all(
            allowed is None or number in allowed for number, allowed in zip(numbers, days, strict=True)
        ):
            continue
        slot = datetime.combine(day, time(min(hours), min(minutes or {0})), zone).astimezone(UTC)
        if slot <= moment:
            return slot
    return None


def _find_latest_slot_in_last_hour(minutes: set[int] | None, city: City, moment: datetime) -> datetime | None:
    """Of a cadence that has slots in each hour: none is sought through a whole holiday."""
    zone = ZoneInfo(city.timezone)
    whole = moment.astimezone(UTC).replace(second=0, microsecond=0)
    for back in range(60):
        slot = whole - timedelta(minutes=back)
        local = slot.astimezone(zone)
        if (minutes is None or local.minute in minutes) and not city.find_holiday_reason(local.date()):
            return slot
    return None


def _parse_cron_field(field: str, first: int) -> set[int] | None:
    """The values that a field allows; None for all. Steps are counted from the ``first`` value it may have."""
    if field in ("*", "*/1"):
        return None
    if field.startswith("*/"):
        return set(range(first, 60, int(field.removeprefix("*/"))))
    return {int(value) for value in field.split(",")}
