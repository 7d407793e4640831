"""Each rule as one SQL expression over one column. A rule that cannot read a value gives NULL: the stage
rejects the row, since a value that was not understood was not anonymised either.

Expressions read ``raw`` (the extract) and, for rules that map values, a table which ``mappings`` fills
beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass

from aqueduc.declaration.model import (
    Band,
    Cell,
    Clip,
    Column,
    Constant,
    DateUnit,
    Department,
    Generalise,
    Hierarchy,
    Locate,
    Mask,
    Noise,
    Publish,
    Round,
    Rule,
    Snap,
    SuppressUnder,
    Truncate,
)
from aqueduc.duck import identifier, literal
from aqueduc.language import Said

STARS = "***"
_EXACT = "DECIMAL(28, 10)"
_DATES = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


@dataclass(frozen=True)
class Expression:
    """``sql`` computes the published value. ``may_fail``: NULL from a value means the row is rejected."""

    sql: str
    may_fail: bool


def expression(column: Column, sql_type: str, mapped: str | None = None) -> Expression:
    """The expression of a column that is published. ``mapped`` is the SQL of its mapped value, for the rules
    of ``mappings``. ``sql_type`` is the type the extract gave it."""
    raw = f"raw.{identifier(column.name)}"
    if mapped is not None:
        return Expression(mapped, may_fail=True)
    match column.rule:
        case Publish() | Cell():
            return Expression(raw, may_fail=False)
        case Constant(value=value):
            return Expression(literal(value), may_fail=False)
        case Mask(first=first, last=last):
            return Expression(_masked(raw, first, last), may_fail=False)
        case Department():
            return Expression(_department(raw), may_fail=True)
        case Clip(minimum=minimum, maximum=maximum):
            return Expression(_clipped(raw, sql_type, minimum, maximum), may_fail=True)
        case Round(step=step):
            return Expression(rounded(raw, step), may_fail=True)
        case SuppressUnder():
            return Expression(_count(raw), may_fail=True)
        case Generalise(unit=unit):
            return Expression(_generalised(_moment(raw, sql_type), unit), may_fail=True)
        case Band(width=width):
            return Expression(_band(raw, width), may_fail=True)
        case Truncate(length=length):
            return Expression(f"substr(CAST({raw} AS VARCHAR), 1, {length})", may_fail=False)
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


def _masked(raw: str, first: int, last: int) -> str:
    """A text too short to hide anything is hidden whole."""
    text = f"CAST({raw} AS VARCHAR)"
    ends = f"substr({text}, 1, {first}) || {literal(STARS)} || right({text}, {last})"
    hidden = f"WHEN {raw} IS NOT NULL THEN {literal(STARS)}"
    return f"CASE WHEN length({text}) > {first + last} THEN {ends} {hidden} END"


def _department(raw: str) -> str:
    """Overseas départements have three digits; the postal codes of Corsica, in 20, do not say which one."""
    text = f"upper(trim(CAST({raw} AS VARCHAR)))"
    overseas = f"regexp_full_match({text}, '9[78][0-9]{{3}}')"
    mainland = f"regexp_full_match({text}, '(0[1-9]|[1-8][0-9]|9[0-5]|2[AB])[0-9]{{3}}')"
    return f"CASE WHEN {overseas} THEN substr({text}, 1, 3) WHEN {mainland} THEN substr({text}, 1, 2) END"


def _clipped(raw: str, sql_type: str, minimum: float | None, maximum: float | None) -> str:
    """What is within the bounds stays as it was written."""
    number = f"TRY_CAST({raw} AS {_EXACT})"
    bounds = [
        f"WHEN {number} {sign} {bound!r} THEN CAST({literal(f'{bound:.15g}')} AS {sql_type})"
        for sign, bound in (("<", minimum), (">", maximum))
        if bound is not None
    ]
    return f"CASE {' '.join(bounds)} WHEN {number} IS NOT NULL THEN {raw} END"


def rounded(number: str, step: float) -> str:
    """The nearest multiple of ``step``, reckoned exactly, as text without needless zeros."""
    exact, by = f"TRY_CAST({number} AS {_EXACT})", f"CAST({step!r} AS {_EXACT})"
    rest = f"(abs({exact}) % {by})"
    near = f"(abs({exact}) - {rest} + CASE WHEN {rest} * 2 >= {by} THEN {by} ELSE 0 END)"
    signed = f"CASE WHEN {exact} < 0 THEN -{near} ELSE {near} END"
    return (
        f"regexp_replace(CAST({signed} AS VARCHAR), '\\.?0+$', '')"
        if step % 1
        else f"CAST(CAST({signed} AS HUGEINT) AS VARCHAR)"
    )


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


def expected(rule: Rule) -> Said:
    """What a value must be for the rule to apply."""
    match rule:
        case Generalise():
            return Said(
                "une date ou une heure lisible est attendue", "a date or time that can be read is expected"
            )
        case Band() | SuppressUnder() | Clip() | Round() | Noise():
            return Said("un nombre est attendu", "a number is expected")
        case Department():
            return Said(
                "un code INSEE ou postal de cinq caractères est attendu",
                "an INSEE or postal code of five characters is expected",
            )
        case Hierarchy(path=path):
            return Said(
                "une valeur de la première colonne de {} est attendue",
                "a value of the first column of {} is expected",
            ).format(path)
        case Locate(path=path):
            return Said(
                "une position (WGS84) dans un des polygones de {} est attendue",
                "a position (WGS84) in one of the polygons of {} is expected",
            ).format(path)
        case Snap():
            return Said(
                "une position en degrés (WGS84), en France métropolitaine, est attendue",
                "a position in degrees (WGS84), in mainland France, is expected",
            )
        case _:
            return Said("une valeur lisible est attendue", "a value that can be read is expected")
