"""``publish_at:``, the instant before which nothing of a dataset is published.

It is written on the city's clock. An hour that a change of clock skips is none, and one that it repeats is
two: the first is refused, the second must say its offset.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aqueduc.declaration.diagnostics.catalogue import AmbiguousHour, NonexistentHour, UnreadableMoment
from aqueduc.declaration.diagnostics.problem import DeclarationProblem
from aqueduc.declaration.spec import City, Dataset
from aqueduc.declaration.spec.base import MOMENT


def find_embargo_end(dataset: Dataset, city: City) -> datetime | None:
    """The first instant, in UTC, at which ``dataset`` may be published; None where it always may."""
    return None if dataset.publish_at is None else _parse_instant_as_utc(dataset.publish_at, city.timezone)


def find_instant_format_or_dst_problem(text: str, timezone: str) -> type[DeclarationProblem] | None:
    """What is wrong with an instant as it was written."""
    try:
        written = _parse_instant(text)
    except ValueError:
        return UnreadableMoment
    if written.tzinfo is not None:
        return None
    if _parse_instant_as_utc(text, timezone).astimezone(ZoneInfo(timezone)).replace(tzinfo=None) != written:
        return NonexistentHour
    zoned = written.replace(tzinfo=ZoneInfo(timezone))
    return None if zoned.utcoffset() == zoned.replace(fold=1).utcoffset() else AmbiguousHour


def _parse_instant_as_utc(text: str, timezone: str) -> datetime:
    moment = _parse_instant(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


def _parse_instant(text: str) -> datetime:
    """Raises ValueError."""
    if not re.match(MOMENT, text):
        raise ValueError("no date and hour")
    return datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
