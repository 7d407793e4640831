"""Frictionless as oracle: the same verdict for every cell of a grid, or a difference that is written here.

The grid crosses fields (types, formats, constraints) with values people really write, and with seeded
mutations of them. Each field is a column of one wide table, so that the whole grid is a single validation.
"""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from dateutil import parser
from frictionless import Schema

VALUES = (
    # nothing, and what stands for it
    None, "", " ", "NA", "N/A", "-", "null", "None", "\u00a0",
    # integers
    "0", "1", "-1", "+1", "007", "42", "100", "101", "-0", "--1", "1-", "+ 1", " 12", "12 ",
    "\u00a012\u202f", "1_000", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
    "12345678901234567890123", "0x1F", "0b1", "1e3", "\u0661\u0662", "\uff11\uff12", "1 000", "1\u202f000",
    "1,000",
    # numbers
    "1.0", "1.5", "1.50", "-1.5", "1.", ".5", "-.5", ".", "1,5", "-1,5", "1.063,50", "1 063,50", "1,063.50",
    "1e5", "1E-5", "1e400", "1e", "e5", "1.5.2", "NaN", "nan", "-nan", "sNaN", "inf", "INF", "-Infinity",
    "+inf", "infinit", "12 €", "€12", "€-12", "12%", "$ 1,5", "€.5", "env. 12", "12 rue", "rue 12 bis",
    "1.2e3 m", "0.1", "0,1", "99.99", "100.01", "1_0.5", "1._5",
    # booleans
    "true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "oui", "non", "Oui", "vrai", "faux", "yes",
    " true",
    # dates, times
    "2026-03-01", "2026-3-1", "2026-03-1", "2026-02-29", "2024-02-29", "2026-02-30", "2026-13-01",
    "2026-00-10", "26-03-01", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2026-03-01 ",
    " 2026-03-01", "2026/03/01", "20260301", "01/03/2026", "1/3/2026", "31/02/2026", "01/03/26",
    "32/01/2026", "1er mars 2026", "mars 2026", "March 1, 2026", "March 2026", "10 Mar 2026", "infinity",
    "epoch", "2026-03-01 (BC)", "46082", "2026-03-01T10:20:30", "2026-03-01T10:20:30Z",
    "2026-03-01T10:20:30z", "2026-03-01t10:20:30", "2026-03-01 10:20:30", "2026-03-01T10:20:30+02:00",
    "2026-03-01T10:20:30+0200", "2026-03-01T10:20:30+02", "2026-03-01T10:20:30-00:00",
    "2026-03-01T10:20:30+25:00", "2026-03-01T10:20:30+02:60", "2026-03-01T10:20:30.5",
    "2026-03-01T10:20:30,5", "2026-03-01T10:20:30.123456789", "2026-03-01T10:20", "2026-03-01T24:00:00",
    "2026-03-01T24:00:01", "2026-03-01T25:00:00", "2026-03-01T10:60:00", "2026-03-01T10:20:60",
    "2026-03-01x10:20:30", "2026-W09-7T10:20:30", "2026-02-30T10:20:30", "2026-03-01T10:20:30 Z",
    "2026-03-01T10:20:30Europe/Paris", "01/03/2026 10:20", "01/03/2026 10:20:30", "10:20:30", "10:20:30Z",
    "10:20:30+02:00", "10:20:30.5", "10:20:30,5", "10:20", "1:20:30", "24:00:00", "25:00:00", "10:60:00",
    "10:20:60", "10h20", "10:20:3", "noon",
    # years, months
    "2026", "1999", "0000", "9999", " 202", "+202", "-202", "2_02", "202", "20266", "26", "2026-03",
    "2026-3", "2026-13", "2026-00", "26-03", "2026-003", " 2026-03", "2026 - 03", "2026-T1", "03-2026",
    # positions
    "5.44,43.52", "5.44, 43.52", " 5.44 ,43.52", "5.44;43.52", "181,0", "-181,0", "0,91", "180,90", "5.44",
    "5.44,", ",", "5,4,3", "NaN,0", "inf,0", "1_0,2", "[5.44, 43.52]", "[5.44, 43.52, 3]", "[5.44]",
    "[181, 0]", "[]", "{}", '{"lon": 5.44, "lat": 43.52}', '{"lon": 5.44, "lat": 93.52}', '{"lon": 5.44}',
    '{"lat": "43", "lon": "5"}', '["5.44", "43.52"]', "[null, null]", '{"lon": 1, "lat": 2, "x": 3}',
    # texts
    "a", "ab", "abc", "abcd", "ABC", "Élodie", "élodie", "e\u0301", "abc\n", "\nabc", "a b", "a\tb",
    "a\u00a0b", "13090", "01001", "2A004", "1309", "130900", "W123456789", "a,b", "a;b", "[a]", "a]b", "\\",
    "'", '"', "😀", "aa", "a@b.fr", "prenom.nom@ville-aix.example.fr", "a@b", "@b.fr", "a@@b.fr", "a b@c.fr",
    "é@b.fr", "a@é.fr", "A@B.FR", '"a b"@c.fr', '"ab"@c.fr', "a.@b.fr", ".a@b.fr", "a@b..fr", "a@-b.fr",
    "a@127.0.0.1",
    "a+b@c.fr", "a@b.f", "https://example.fr", "http://example.fr/a b", "https://exemple.fr/é?q=1#f",
    "example.fr", "www.example.fr", "mailto:a@b.fr", "urn:x:y", "://x", "http:", "note : voir", "1http://x",
    "file:///a", "123e4567-e89b-42d3-a456-426614174000", "123E4567-E89B-42D3-A456-426614174000",
    "{123e4567-e89b-42d3-a456-426614174000}", "123e4567e89b42d3a456426614174000", "123e4567-e89b-42d3-a456",
    "YWJj", "YWI=", "YQ==", "YQ=", "YQ", "YWJ!", "YW Jj", "====",
)  # fmt: skip

ALPHABETS = ("0123456789-+.,eE_:TZ /aInfN ", "abcé _-.@:/\n\t\u00a0", '[]{}"lonat:,0123456789. ')


def mutations(count: int, seed: int) -> list[str]:
    """Values with one or two characters added, changed or removed."""
    chance = random.Random(seed)
    models = [value for value in VALUES if value]
    made = []
    for _ in range(count):
        chars = list(chance.choice(models))
        for _ in range(chance.randint(1, 2)):
            place = chance.randrange(len(chars) + 1)
            new = chance.choice(["", chance.choice(chance.choice(ALPHABETS))])
            chars[place : place + chance.randint(0, 1)] = new
        made.append("".join(chars))
    return made


FIELDS: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": "string", "format": "uri"},
    {"type": "string", "format": "email"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "binary"},
    {"type": "string", "constraints": {"required": True}},
    {"type": "string", "constraints": {"minLength": 3}},
    {"type": "string", "constraints": {"maxLength": 3}},
    {"type": "string", "constraints": {"minLength": 2, "maxLength": 4, "required": True}},
    {"type": "string", "constraints": {"enum": ["abc", "Élodie", "13090", "it's"]}},
    {"type": "string", "constraints": {"pattern": "^\\d{5}$"}},
    {"type": "string", "constraints": {"pattern": "[0-9]{5}"}},
    {"type": "string", "constraints": {"pattern": "^([013-9]\\d|2[AB1-9])\\d{3}$"}},
    {"type": "string", "constraints": {"pattern": "\\w+"}},
    {"type": "string", "constraints": {"pattern": "[\\w\\s]+"}},
    {"type": "string", "constraints": {"pattern": "\\W+"}},
    {"type": "string", "constraints": {"pattern": "\\S+"}},
    {"type": "string", "constraints": {"pattern": "[^\\s]+"}},
    {"type": "string", "constraints": {"pattern": "[^\\W\\d]+"}},
    {"type": "string", "constraints": {"pattern": "\\D*"}},
    {"type": "string", "constraints": {"pattern": "abc|a.*"}},
    {"type": "string", "constraints": {"pattern": ".*"}},
    {"type": "string", "constraints": {"pattern": "(?=a)\\w{2,3}"}},
    {"type": "string", "constraints": {"pattern": "(\\w)\\1"}},
    {"type": "string", "constraints": {"pattern": "\\ba.*\\b"}},
    {"type": "string", "constraints": {"pattern": "[a-z]{,2}"}},
    {"type": "string", "constraints": {"pattern": "[]a-b]+"}},
    {"type": "string", "constraints": {"pattern": "[^]a]+"}},
    {"type": "string", "constraints": {"pattern": "[^^]+"}},
    {"type": "string", "constraints": {"pattern": "[[]a[]]"}},
    {"type": "string", "constraints": {"pattern": "[[:alpha:]]+"}},
    {"type": "string", "constraints": {"pattern": "[A-Za-z\\s\\-\\u00C0-\\u00FF]+"}},
    {"type": "string", "constraints": {"pattern": "[\\’\\«\\°\\'a-z]+"}},
    {"type": "string", "constraints": {"pattern": "(?:(?:^|,)(a|b))+$"}},
    {"type": "string", "constraints": {"pattern": "\\\\"}},
    {"type": "string", "constraints": {"pattern": "a{1001}|abc"}},
    {"type": "integer"},
    {"type": "integer", "bareNumber": False},
    {"type": "integer", "constraints": {"minimum": 0, "maximum": 100}},
    {"type": "integer", "constraints": {"minimum": "1", "required": True}},
    {"type": "integer", "constraints": {"enum": [1, 42, "007"]}},
    {"type": "number"},
    {"type": "number", "decimalChar": ","},
    {"type": "number", "decimalChar": ",", "groupChar": " "},
    {"type": "number", "decimalChar": ",", "groupChar": "."},
    {"type": "number", "groupChar": ","},
    {"type": "number", "groupChar": "\u202f", "decimalChar": ","},
    {"type": "number", "bareNumber": False},
    {"type": "number", "bareNumber": False, "decimalChar": ",", "groupChar": " "},
    {"type": "number", "constraints": {"minimum": 0.1, "maximum": 100}},
    {"type": "number", "constraints": {"minimum": "-1.5"}},
    {"type": "number", "decimalChar": ",", "constraints": {"maximum": "99,99"}},
    {"type": "number", "constraints": {"enum": [1, "1.5", 0.1]}},
    {"type": "boolean"},
    {"type": "boolean", "trueValues": ["oui", "vrai"], "falseValues": ["non", "faux"]},
    {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"], "constraints": {"required": True}},
    {"type": "boolean", "constraints": {"enum": [True]}},
    {"type": "date"},
    {"type": "date", "format": "%Y-%m-%d"},
    {"type": "date", "format": "%d/%m/%Y"},
    {"type": "date", "format": "%d/%m/%y"},
    {"type": "date", "format": "%Y%m%d"},
    {"type": "date", "format": "any"},
    {"type": "date", "constraints": {"minimum": "2024-02-29", "maximum": "2026-03-01"}},
    {"type": "date", "format": "%d/%m/%Y", "constraints": {"minimum": "01/01/2026"}},
    {"type": "date", "constraints": {"enum": ["2026-03-01"]}},
    {"type": "datetime"},
    {"type": "datetime", "format": "%d/%m/%Y %H:%M"},
    {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S%z"},
    {"type": "datetime", "format": "any"},
    {"type": "time"},
    {"type": "time", "format": "%H:%M"},
    {"type": "time", "format": "%Hh%M"},
    {"type": "time", "constraints": {"enum": ["10:20:30"]}},
    {"type": "year"},
    {"type": "year", "constraints": {"minimum": "2000", "maximum": 2026}},
    {"type": "yearmonth"},
    {"type": "yearmonth", "constraints": {"minimum": "2026-03"}},
    {"type": "yearmonth", "constraints": {"enum": ["2026-03", "1999-12"]}},
    {"type": "geopoint"},
    {"type": "geopoint", "format": "array"},
    {"type": "geopoint", "format": "object"},
    {"type": "any"},
    {"type": "any", "constraints": {"required": True, "enum": ["abc", "42"]}},
)  # fmt: skip

MISSING = ("", "NA", "-")


@dataclass(frozen=True)
class Difference:
    """Where we mean to differ: ``ours`` and ``theirs`` are verdicts (rules broken)."""

    why: str
    applies: Callable[[dict[str, Any], str, frozenset[str], frozenset[str]], bool]


def _stricter(kinds: tuple[str, ...], pattern: str, *, formats: tuple[str, ...] | None = None) -> Any:
    """We reject the type of what matches ``pattern``, they take it."""
    expression = re.compile(pattern, re.DOTALL)

    def applies(field: dict[str, Any], value: str, ours: frozenset[str], theirs: frozenset[str]) -> bool:
        return (
            field["type"] in kinds
            and (formats is None or field.get("format", "default") in formats)
            and ours == {"type"}
            and "type" not in theirs
            and expression.fullmatch(value) is not None
        )

    return applies


def _pattern_is_whole(
    field: dict[str, Any], value: str, ours: frozenset[str], theirs: frozenset[str]
) -> bool:
    pattern = field.get("constraints", {}).get("pattern", "")
    return ours - theirs == {"pattern"} and re.fullmatch(pattern, value) is None


def _same_time(field: dict[str, Any], value: str, ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return field["type"] == "time" and theirs - ours == {"enum"} and value.endswith("Z")


def _incomplete(field: dict[str, Any], value: str, ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Read on another day, the text is another date; or it names a zone, which dateutil ignores."""
    if field.get("format") != "any" or ours != {"type"}:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", parser.UnknownTimezoneWarning)
        first, second = (parser.parse(value, default=datetime(year, 2, year - 2000)) for year in (2001, 2003))
    return first != second or re.search("[A-Za-z]", value) is not None


def _crashes(field: dict[str, Any], value: str, ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return theirs == {"crash"} and len(ours) <= 1


DIFFERENCES = (
    Difference(
        "an underscore between digits is Python's way to write numbers, not Table Schema's",
        _stricter(("integer", "number", "geopoint", "year", "yearmonth"), r".*_.*"),
    ),
    Difference(
        "digits of other scripts are not what readers of a CSV expect",
        _stricter(("integer", "number"), r".*[\u0661\u0662\uff11\uff12].*"),
    ),
    Difference(
        "an integer has 64 bits, a number is finite in a double unless it says otherwise",
        _stricter(("integer", "number"), r".*\d{19}.*|.*[eE]\+?\d{3}.*"),
    ),
    Difference(
        "NaN carries neither a signal nor a payload", _stricter(("number",), r"(?i)\W*s?\.?nan[\W\d]*")
    ),
    Difference(
        "the point before the first digit is not dropped: .5 is not 5",
        _stricter(("integer", "number"), r"\D*[.,]\D*\d.*"),
    ),
    Difference(
        "24:00:00, and offsets, would be lost in a published time; a blank is not a digit",
        _stricter(("time",), r"24:00:.*|.*[+-].*|.*\s.*", formats=("default",)),
    ),
    Difference(
        "between date and time stands T or a blank; week dates are not AAAA-MM-JJ; offsets are whole",
        _stricter(("datetime",), r"....-..-..[^T ].*|....-W.*|.*\+\d\d:?\d{1,3}", formats=("default",)),
    ),
    Difference(
        "a blank is not a digit",
        _stricter(("date", "datetime"), r"\s.*|.*-\s.*|.*[T ].*\s.*", formats=("default", "%Y-%m-%d")),
    ),
    Difference("a year is four digits", _stricter(("year",), r"[\s+\d]{4}")),
    Difference("a month is AAAA-MM", _stricter(("yearmonth",), r"[\s+\d]+-[\s+\d]+")),
    Difference(
        "a URI has no blank, and something after its scheme",
        _stricter(("string",), r"[\w.+-]+:|.*\s.*", formats=("uri",)),
    ),
    Difference(
        "a UUID has its hyphens and no braces",
        _stricter(("string",), r"[{}]?[0-9a-fA-F_-]{32,38}[{}]?", formats=("uuid",)),
    ),
    Difference(
        "an e-mail address has no quoted local part, and ends with a letter",
        _stricter(("string",), r'".*"@.*|.*-', formats=("email",)),
    ),
    Difference(
        "base64 holds its own characters only, and ends with its padding",
        _stricter(("string",), r".*[^A-Za-z0-9+/=].*|.*=.*", formats=("binary",)),
    ),
    Difference(
        "dateutil fills what a text lacks with parts of today's date: the result would change every day",
        _incomplete,
    ),
    Difference("a final Z does not make another time of day", _same_time),
    Difference("frictionless fails on a signalling NaN, and on times with and without offset", _crashes),
    Difference("a pattern must match the whole cell, in each of its branches", _pattern_is_whole),
)


def schema() -> dict[str, Any]:
    fields = [{"name": f"f{rank}", **field} for rank, field in enumerate(FIELDS)]
    return {"fields": [{"name": "always", "type": "string"}, *fields], "missingValues": list(MISSING)}


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
def test_same_verdict_as_frictionless_for_each_cell(workshop: Any) -> None:
    values = [*VALUES, *mutations(400, seed=13)]
    columns = {"always": ["x"] * len(values), **{f"f{rank}": values for rank in range(len(FIELDS))}}
    ours = workshop.broken(schema(), columns)
    oracle = Schema.from_descriptor(schema())
    surprises, used = [], set()
    for rank, field in enumerate(FIELDS):
        read = oracle.get_field(f"f{rank}").create_cell_reader()
        for row, value in enumerate(values):
            theirs = _oracle(read, value)
            mine = _rules_of(f"f{rank}", ours.get(row + 2, set()))
            if theirs == mine:
                continue
            known = [item.why for item in DIFFERENCES if item.applies(field, value or "", mine, theirs)]
            used.update(known)
            if not known:
                surprises.append(f"{field} {value!r}: ours {sorted(mine)}, frictionless {sorted(theirs)}")
    assert len(FIELDS) * len(VALUES) >= 20_000
    assert not surprises, "\n".join(surprises)
    assert used == {item.why for item in DIFFERENCES}, "a documented difference no longer exists"


def _oracle(read: Any, value: str | None) -> frozenset[str]:
    try:
        return frozenset(read(value)[1] or ())
    except (ArithmeticError, TypeError):
        return frozenset({"crash"})


def _rules_of(column: str, names: set[str]) -> frozenset[str]:
    pairs = (name.split(":") for name in names)
    return frozenset(rule for place, rule in pairs if place == column)
