"""The strptime patterns that SQL reads as Python does: numbers for year, month, day, hours, minutes, seconds.

One regular expression cuts the text as Python's own would, backtracking included. Patterns with names of
months, offsets or fractions stay with Python.
"""

import re
from collections.abc import Callable, Mapping

from aqueduc.duck import literal

Read = Callable[[str], str]

_NUMBERS = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "1[0-2]|0[1-9]|[1-9]",
    "d": "3[01]|[12][0-9]|0[1-9]|[1-9]",
    "H": "2[0-3]|[01][0-9]|[0-9]",
    "M": "[0-5][0-9]|[0-9]",
    "S": "[0-5][0-9]|[0-9]",
}
_PIECES = re.compile(r"%.|\s+|[^%\s]+", re.DOTALL)


def build_strptime_sql_parser(pattern: str, sql_type: str, blank: str) -> Read | None:
    """From the SQL of a text to the SQL of its DATE, TIME or TIMESTAMP; None where Python must read.

    ``blank`` is what Python calls white space, as characters of an RE2 class.
    """
    expression: list[str] = []
    names: list[str] = []
    for piece in _PIECES.findall(pattern):
        if piece[0] != "%":
            expression.append(f"[{blank}]+" if piece.isspace() else re.escape(piece))
        elif piece[1:] in _NUMBERS and piece[1:] not in names:
            names.append(piece[1:])
            expression.append(f"({_NUMBERS[piece[1:]]})")
        else:
            return None
    if not pattern.isascii() or not _has_all_directives_of_sql_type(set(names), sql_type):
        return None
    whole = literal(f"(?i)^{''.join(expression)}$")
    # The parts have numbers: the names of a structure would take %m and %M for the same.
    listed = ", ".join(f"'p{rank}'" for rank in range(len(names)))

    def build_parsed_value_sql(text_sql: str) -> str:
        cut = f"regexp_extract({text_sql}, {whole}, [{listed}])"
        parts = {name: f"{cut}.p{rank}" for rank, name in enumerate(names)}
        return f"TRY_CAST({_build_iso_datetime_sql(parts, sql_type)} AS {sql_type})"

    return build_parsed_value_sql


def _has_all_directives_of_sql_type(names: set[str], sql_type: str) -> bool:
    """Nothing that Python would fill from the first of January 1900."""
    day, clock = names & {"Y", "y", "m", "d"}, names & {"H", "M", "S"}
    has_clock = clock in ({"H"}, {"H", "M"}, {"H", "M", "S"})
    if sql_type == "TIME":
        return not day and has_clock
    return day in ({"Y", "m", "d"}, {"y", "m", "d"}) and (not clock or has_clock)


def _build_iso_datetime_sql(parts: Mapping[str, str], sql_type: str) -> str:
    """ISO 8601; the parts are empty where the text does not follow the pattern, and then it does not read.

    As for Python, two digits from 69 on are of the twentieth century.
    """
    clock = " || ':' || ".join(parts.get(name, "'00'") for name in ("H", "M", "S"))
    if sql_type == "TIME":
        return clock
    short = parts.get("y")
    year = f"CASE WHEN {short} >= '69' THEN '19' ELSE '20' END || {short}" if short else parts["Y"]
    day = f"{year} || '-' || {parts['m']} || '-' || {parts['d']}"
    return day if sql_type == "DATE" else f"{day} || ' ' || {clock}"
