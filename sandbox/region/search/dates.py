"""Solr's dates: ISO 8601 in UTC, `NOW`, and a little date arithmetic."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime

from sandbox.region.search.errors import SolrError

_ISO = re.compile(r"^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?Z$")
_OFFSET = re.compile(r"^(.*)([+-])(\d\d):(\d\d)$")
_SHIFTED = re.compile(r"^(.*Z)([+-]\d+[A-Z]+)$")
_SHIFT = re.compile(r"([+-])(\d+)([A-Z]+?)S?(?=[+\-/]|$)")
_DAY = 86400
_SECONDS = {
    "SECOND": 1,
    "MINUTE": 60,
    "HOUR": 3600,
    "DAY": _DAY,
    "WEEK": 7 * _DAY,
    "MONTH": 2_629_800,
    "YEAR": 31_557_600,
}


def to_timestamp(value: str) -> float:
    """Seconds since 1970 of a Solr date; raises SolrError on anything else."""
    if value.startswith("NOW"):
        moment = time.time() + _shift(value)
        return moment - moment % _DAY if "/DAY" in value else moment
    shifted = _SHIFTED.match(value)
    shift = 0.0
    if shifted:
        value, shift = shifted.group(1), _shift(shifted.group(2))
    value, offset = _without_offset(value)
    parsed = _ISO.match(value)
    if not parsed:
        raise SolrError(f"Invalid Date String:'{value}'")
    year, month, day, hour, minute, second = (int(part) for part in parsed.groups()[:6])
    seconds = calendar.timegm((year, month, day, hour, minute, second))
    return seconds + float(parsed.group(7) or 0) + shift + offset


def normalise(value: str) -> str:
    """The date as Solr stores it: UTC, milliseconds without trailing zeros. Raises SolrError."""
    moment = to_timestamp(value)
    if not _ISO.match(value):
        value = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    fraction = value[19:-1][:4].rstrip("0").rstrip(".")
    return value[:19] + fraction + "Z"


def now() -> str:
    """This moment, to the millisecond."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _shift(arithmetic: str) -> float:
    return sum(
        (1 if sign == "+" else -1) * int(count) * _SECONDS.get(unit, 0)
        for sign, count, unit in _SHIFT.findall(arithmetic)
    )


def _without_offset(value: str) -> tuple[str, float]:
    parsed = _OFFSET.match(value)
    if not parsed:
        return value, 0.0
    local, sign, hours, minutes = parsed.groups()
    seconds = int(hours) * 3600 + int(minutes) * 60
    return f"{local}Z", -seconds if sign == "+" else seconds
