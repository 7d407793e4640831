"""Each rule as one SQL expression over one column. A rule that cannot read a value gives NULL: the stage
rejects the row, since a value that was not understood was not anonymised either.

Expressions read ``raw`` (the extract) and, for rules that map distinct values, the table ``map_<n>`` which
``mappings`` fills beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass

from aqueduc.declaration.model import (
    Band,
    Column,
    DateUnit,
    Generalise,
    Pseudonym,
    Publish,
    Rule,
    Snap,
    SuppressUnder,
    Truncate,
)
from aqueduc.duck import identifier

_EXACT = "DECIMAL(28, 10)"
_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


@dataclass(frozen=True)
class Expression:
    """``sql`` computes the published value. ``may_fail``: NULL from a value means the row is rejected."""

    sql: str
    may_fail: bool


def expression(column: Column, sql_type: str, mapped: str | None = None) -> Expression:
    """The expression of a column that is published. ``mapped`` is the SQL of its mapped value, for snap and
    pseudonym. ``sql_type`` is the type the extract gave it."""
    raw = f"raw.{identifier(column.name)}"
    match column.rule:
        case Publish():
            return Expression(raw, may_fail=False)
        case SuppressUnder():
            return Expression(_count(raw), may_fail=True)
        case Generalise(unit=unit):
            return Expression(_generalised(_moment(raw, sql_type), unit), may_fail=True)
        case Band(width=width):
            return Expression(_band(raw, width), may_fail=True)
        case Truncate(length=length):
            return Expression(f"substr(CAST({raw} AS VARCHAR), 1, {length})", may_fail=False)
        case Snap() | Pseudonym() if mapped is not None:
            return Expression(mapped, may_fail=True)
        case _:
            raise AssertionError(f"a column under {column.rule.kind} has no expression")


def _moment(raw: str, sql_type: str) -> str:
    """A timestamp; NULL for what is not a date, words that SQL takes for one (epoch, infinity) included."""
    if sql_type.startswith(_DATES):
        moment = f"CAST({raw} AS TIMESTAMP)"
    else:
        dated = f"regexp_matches({raw}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
        moment = f"CASE WHEN {dated} THEN TRY_CAST({raw} AS TIMESTAMP) END"
    return f"CASE WHEN isfinite({moment}) THEN {moment} END"


def _count(raw: str) -> str:
    """A whole number: 2.6 is not a count, and must not be rounded over the threshold."""
    return f"CASE WHEN TRY_CAST({raw} AS {_EXACT}) % 1 = 0 THEN TRY_CAST({raw} AS BIGINT) END"


def _generalised(moment: str, unit: DateUnit) -> str:
    match unit:
        case DateUnit.HOUR:
            return f"date_trunc('hour', {moment})"
        case DateUnit.DAY:
            return f"CAST({moment} AS DATE)"
        case DateUnit.MONTH:
            return f"strftime({moment}, '%Y-%m')"
        case DateUnit.QUARTER:
            return f"strftime({moment}, '%Y') || '-T' || quarter({moment})"
        case DateUnit.YEAR:
            return f"CAST(year({moment}) AS INTEGER)"


def _band(raw: str, width: float) -> str:
    """``100-149`` for whole widths; ``0.5;1`` (lower bound included, upper excluded) otherwise.

    NULL for what is not finite, or beyond 15 digits. Fractions are reckoned exactly: 0.3 is in ``0.3;0.4``.
    """
    if float(width).is_integer():
        number = f"TRY_CAST({raw} AS DOUBLE)"
        whole = f"CAST(floor({number} / {width!r}) * {width!r} AS BIGINT)"
        text = f"CAST({whole} AS VARCHAR) || '-' || CAST({whole} + {int(width) - 1} AS VARCHAR)"
        return f"CASE WHEN abs({number}) < 1e15 THEN {text} END"
    number, step = f"TRY_CAST({raw} AS {_EXACT})", f"CAST({width!r} AS {_EXACT})"
    lower = f"({number} - ((({number}) % {step}) + {step}) % {step})"
    low, high = (
        f"regexp_replace(CAST({bound} AS VARCHAR), '\\.?0+$', '')" for bound in (lower, f"{lower} + {step}")
    )
    return f"{low} || ';' || {high}"


def expected(rule: Rule) -> str:
    """What a value must be for the rule to apply, in French."""
    match rule:
        case Generalise():
            return "une date ou une heure lisible est attendue"
        case Band() | SuppressUnder():
            return "un nombre est attendu"
        case Snap():
            return "une position en degrés (WGS84), en France métropolitaine, est attendue"
        case _:
            return "une valeur lisible est attendue"
