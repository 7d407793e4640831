"""Where Aqueduc means to differ from frictionless and from Validata: each difference has a name, argued in
``docs/conformance.md``, and is checked to be one still.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dateutil import parser

Verdict = frozenset[str]
Applies = Callable[[dict[str, Any], str, Verdict, Verdict], bool]
"""Of a field, a cell, and the rules that break for us, then for them."""


@dataclass(frozen=True)
class Difference:
    name: str
    applies: Applies


def _stricter(kinds: tuple[str, ...], pattern: str, *, formats: tuple[str, ...] | None = None) -> Applies:
    """We reject the type of what matches ``pattern``, they take it (and may then apply constraints)."""
    expression = re.compile(pattern, re.DOTALL)

    def applies(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
        return (
            field["type"] in kinds
            and (formats is None or field.get("format", "default").removeprefix("fmt:") in formats)
            and ours == {"type"}
            and "type" not in theirs
            and expression.fullmatch(value) is not None
        )

    return applies


def _pattern_is_whole(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    pattern = field.get("constraints", {}).get("pattern", "")
    return ours - theirs == {"pattern"} and re.fullmatch(pattern, value) is None


def _same_moment(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    """Only one of the cell and the choice says an offset."""
    return field["type"] in ("time", "datetime") and theirs - ours == {"enum"}


def _changed_number(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    """What stands around the digits changes the sign or the scale, or may: refused, or read as negative."""
    if field["type"] not in ("integer", "number") or field.get("bareNumber", True):
        return False
    around = re.search(r"[%\u2030<>±½²³\u2010-\u2015\u2212(]|[kKM]|\d\D*-\D*$|\+[ /]*-", value) is not None
    return around and ours != theirs


def _incomplete(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    """Read on another day, the text is another date; or it names a zone, which dateutil ignores."""
    if field.get("format") != "any" or ours != {"type"} or "type" in theirs:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
        first, second = (parser.parse(value, default=datetime(year, 2, year - 2000)) for year in (2001, 2003))
    return first != second or re.search("[A-Za-z]", value) is not None


def _doubtful(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    """Read with the day first, the text is another date; its offset follows a name, or is finer than a microsecond."""
    if field.get("format") != "any" or ours != {"type"} or "type" in theirs:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
        first, second = (parser.parse(value, dayfirst=order) for order in (False, True))
    return first != second or re.search(r"\.\d{7}|[A-Z]\s*[-+]", value) is not None


def _crashes(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    return theirs == {"crash"}


def _blank_in_pattern(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    return "%d" in field.get("format", "") and ours == {"type"} and re.search(r"(^|\D) \d", value) is not None


def _not_json(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    known = field["type"] in ("array", "object", "geojson") and ours == {"type"} and "type" not in theirs
    return known and re.search(r"NaN|Infinity", value) is not None


def _rfc_7946(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    """Altitudes, collections inside of features and foreign members are right; open rings, odd boxes and
    identifiers that are neither text nor number are not."""
    if (
        field["type"] != "geojson"
        or field.get("format") == "topojson"
        or ("type" in ours) == ("type" in theirs)
    ):
        return False
    document = json.loads(value)
    wrong = [_ring_is_open(document), len(document.get("bbox") or ()) % 2 == 1]
    wrong.append(isinstance(document.get("id"), list | dict | bool))
    return any(wrong) if "type" in ours else not any(wrong)


def _ring_is_open(document: Any) -> bool:
    rings = document.get("coordinates") if document.get("type") == "Polygon" else None
    return any(ring[0] != ring[-1] for ring in rings or () if ring)


def _topo_box(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    return field.get("format") == "topojson" and "type" in theirs - ours and "bbox" in json.loads(value)


def _decimal_position(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    return field["type"] == "geopoint" and theirs - ours == {"enum"} and '"' in value


def _true_is_not_one(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    known = field["type"] in ("array", "object", "geojson") and ours - theirs == {"enum"}
    return known and re.search("true|false", value) is not None


FRICTIONLESS = (
    Difference("underscore", _stricter(("integer", "number", "geopoint", "year", "yearmonth"), r".*_.*")),
    Difference("other-digits", _stricter(("integer", "number"), r".*[\u0661\u0662\uff11\uff12].*")),
    Difference("range", _stricter(("integer", "number"), r".*\d{19}.*|.*[eE]\+?\d{3}.*")),
    Difference("nan-payload", _stricter(("number",), r"(?i)\W*s?\.?nan[\W\d]*")),
    Difference("leading-point", _stricter(("integer", "number"), r"\D*[.,]\D*\d.*")),
    Difference("changed-number", _changed_number),
    Difference("time-offset", _stricter(("time",), r"24:00:.*|.*[+-].*|.*\s.*", formats=("default",))),
    Difference("utc-calendar", _stricter(("datetime",), r"0001-01-01T.*\+.*|9999-12-31T.*-\d\d:?\d*")),
    Difference(
        "datetime-shape",
        _stricter(("datetime",), r"....-..-..[^T ].*|....-W.*|.*\+\d\d:?\d{1,3}", formats=("default",)),
    ),
    Difference(
        "blank-in-date",
        _stricter(("date", "datetime"), r"\s.*|.*-\s.*|.*[T ].*\s.*", formats=("default", "%Y-%m-%d")),
    ),
    Difference("blank-in-pattern", _blank_in_pattern),
    Difference("year-shape", _stricter(("year",), r"[\s+\d]{4}")),
    Difference("month-shape", _stricter(("yearmonth",), r"[\s+\d]+-[\s+\d]+")),
    Difference("uri-blank", _stricter(("string",), r"[\w.+-]+:|.*\s.*", formats=("uri",))),
    Difference("uuid-shape", _stricter(("string",), r"[{}]?[0-9a-fA-F_-]{32,38}[{}]?", formats=("uuid",))),
    Difference("email-shape", _stricter(("string",), r'".*"@.*|.*-', formats=("email",))),
    Difference("base64-shape", _stricter(("string",), r".*[^A-Za-z0-9+/=].*|.*=.*", formats=("binary",))),
    Difference("incomplete-date", _incomplete),
    Difference("doubtful-date", _doubtful),
    Difference("same-moment", _same_moment),
    Difference("crash", _crashes),
    Difference("whole-pattern", _pattern_is_whole),
    Difference("duration-shape", _stricter(("duration",), r"[+-]?P\d{4}-?\d\d.*|.*T")),
    Difference("json-nan", _not_json),
    Difference("geojson-rfc-7946", _rfc_7946),
    Difference("topojson-bbox", _topo_box),
    Difference("decimal-position", _decimal_position),
    Difference("true-is-not-one", _true_is_not_one),
)


@dataclass
class Comparison:
    """What was compared, which known differences were met, and what is neither the same nor known."""

    known: tuple[Difference, ...]
    cases: int = 0
    met: set[str] = field(default_factory=set)
    surprises: list[str] = field(default_factory=list)

    def add(self, of: dict[str, Any], value: str | None, ours: Iterable[str], theirs: Iterable[str]) -> None:
        self.cases += 1
        mine, other = frozenset(ours), frozenset(theirs)
        if mine == other:
            return
        names = [item.name for item in self.known if item.applies(of, value or "", mine, other)]
        self.met.update(names)
        if not names:
            self.surprises.append(f"{of} {value!r}: ours {sorted(mine)}, theirs {sorted(other)}")

    def check(self) -> None:
        shown = "\n".join(self.surprises[:40])
        assert not self.surprises, f"{len(self.surprises)} of {self.cases} differ:\n{shown}"


# --- Validata -----------------------------------------------------------------------------------------


def _hours_of_today(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    if field.get("check") != "opening-hours-value":
        return False
    more = re.search(r"\+| - |^week|\b(mo|tu|we|th|fr|sa|su)\b", value)
    return more is not None if "crash" not in theirs and not ours else not value.strip()


def _year_digits(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    known = field.get("check") == "year-interval-value" and not theirs
    return known and (not value.isascii() or value.endswith("\n"))


def _sum_of_decimals(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    known = field.get("check") == "sum-columns-value" and field["type"] == "number"
    return known and theirs != {"crash"} and any("." in cell for cell in field["row"])


def _filled_if_wrong(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    return field.get("check") in ("cohesive-columns-value", "one-of-required") and "x" in field["row"]


def _not_compared(field: dict[str, Any], value: str, ours: Verdict, theirs: Verdict) -> bool:
    """Validata writes the two values into an expression in Python and runs it."""
    cells = [cell or "" for cell in field.get("row", ())]
    odd = any(re.search(r"(?i)nan|inf|[½٢\\]", cell) for cell in cells)
    return field.get("check") == "compare-columns-value" and theirs == {"crash"} and odd


VALIDATA = (
    Difference("opening-hours-of-today", _hours_of_today),
    Difference("year-of-ascii-digits", _year_digits),
    Difference("sum-of-decimals", _sum_of_decimals),
    Difference("wrong-is-filled-in", _filled_if_wrong),
    Difference("compared-without-crash", _not_compared),
)
