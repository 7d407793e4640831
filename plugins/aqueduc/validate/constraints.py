"""The constraints of Table Schema, each as SQL that is true on a cell that breaks it.

As for frictionless, a missing cell only breaks ``required``, and a cell that is not of its type breaks
nothing else. Unlike frictionless, which refuses such a schema, ``pattern``, ``minLength`` and ``maxLength``
apply to the text of any type; the length of an array is its number of items, that of an object its number of
properties.

``pattern`` must match the whole cell. It runs on RE2, after a translation that makes it mean what it means
in Python (letters and digits of every script). What RE2 cannot say (look-around, backreferences, word
boundaries) runs on Python's ``re``, once for each distinct text and under a deadline: as exact, and slower.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from typing import Any

from aqueduc.declaration.spec import SchemaField
from aqueduc.duck import literal
from aqueduc.language import Message, _
from aqueduc.validate.deadline import TimedPattern
from aqueduc.validate.findings import (
    InvalidArrayItem,
    KeyIncomplete,
    NotInList,
    PatternMismatch,
    RowFinding,
    TooLong,
    TooShort,
    ValueAtExclusiveMaximum,
    ValueAtExclusiveMinimum,
    ValueMissing,
    ValueTooBig,
    ValueTooSmall,
    WrongValueType,
)
from aqueduc.validate.plan import Accepts, ArrayItemChecks, FieldSql, RowCheck, SchemaBoundOrChoice
from aqueduc.validate.structures import list_json_array_items_as_text
from aqueduc.validate.types import (
    SPACE_CLASS,
    CellTextParser,
    TextFunction,
    build_membership_sql,
    find_cell_text_parser,
)

ORDERED = frozenset({"number", "integer", "date", "time", "datetime", "year", "yearmonth"})
SHOWN_CHOICES = 8


@dataclass(frozen=True)
class CompiledPattern:
    """A ``pattern`` of the schema: ``expression`` for RE2, or ``judge`` where only Python can run it."""

    expression: str | None
    judge: TimedPattern | None = None


# --- type, presence, length ---------------------------------------------------------------------------


def build_type_check(cell: FieldSql) -> Iterator[RowCheck]:
    if not cell.always:
        field = cell.field
        words = {
            "one": cell.typed.one,
            "many": cell.typed.many,
            "type": field.type,
            "bare": field.bare_number,
        }
        yield _build_cell_check(cell, WrongValueType, f"NOT ({cell.absent}) AND {cell.value} IS NULL", words)


def build_required_check(cell: FieldSql, *, in_key: bool, blank_row: str) -> Iterator[RowCheck]:
    """The check of ``required``, or of a key's cell. A row without any cell is found once, as blank, not once
    for each field it lacks."""
    kind = ValueMissing if cell.field.constraints.required else KeyIncomplete if in_key else None
    if kind is not None:
        yield _build_cell_check(cell, kind, f"{cell.absent} AND NOT ({blank_row})", {})


def build_length_checks(cell: FieldSql, *, sized: str) -> Iterator[RowCheck]:
    """The checks of ``minLength`` and ``maxLength``. ``sized`` is the SQL of the length."""
    limits = cell.field.constraints
    for limit, kind, sign in ((limits.min_length, TooShort, "<"), (limits.max_length, TooLong, ">")):
        if limit is not None:
            detail = {"limit": limit, **({"unit": cell.field.type} if cell.typed.size else {})}
            yield _build_cell_check(
                cell, kind, f"{cell.value} IS NOT NULL AND {sized} {sign} {limit}", detail
            )


def _build_cell_check(cell: FieldSql, kind: type[RowFinding], fails: str, detail: dict[str, Any]) -> RowCheck:
    return RowCheck((cell.field.name,), kind, fails, detail)


# --- bounds and lists ---------------------------------------------------------------------------------


def build_bound_checks(cell: FieldSql) -> Iterator[RowCheck]:
    """The checks of minimum and maximum, exclusive or not. NaN, as everywhere, is on no side of a bound."""
    limits = cell.field.constraints
    nan = f" OR isnan({cell.value})" if cell.sql_type == "DOUBLE" else ""
    for limit, kind, sign in (
        (limits.minimum, ValueTooSmall, "<"),
        (limits.exclusive_minimum, ValueAtExclusiveMinimum, "<="),
        (limits.maximum, ValueTooBig, ">"),
        (limits.exclusive_maximum, ValueAtExclusiveMaximum, ">="),
    ):
        if limit is not None:
            fails = f"({cell.value} {sign} {build_typed_schema_value_sql(cell, limit)}{nan})"
            yield _build_cell_check(cell, kind, fails, {"limit": str(limit)})


def build_enum_check(cell: FieldSql, *, joined: bool = False) -> Iterator[RowCheck]:
    """The check of ``enum``. ``joined``: a long list may take the memory of a join (``types.among``)."""
    choices = cell.field.constraints.enum
    if choices is None:
        return
    listed = ", ".join(_format_enum_choice(choice) for choice in choices[:SHOWN_CHOICES])
    more = ", …" if len(choices) > SHOWN_CHOICES else ""
    fails = f"{cell.value} IS NOT NULL AND ({_build_enum_test_sql(cell, choices, joined=joined)}) IS NOT TRUE"
    yield _build_cell_check(cell, NotInList, fails, {"choices": listed + more})


def _build_enum_test_sql(cell: FieldSql, choices: Sequence[Any], *, joined: bool) -> str:
    if cell.field.type == "string" and all(isinstance(choice, str) for choice in choices):
        return build_membership_sql(cell.same, choices, joined=joined)
    listed = ", ".join(build_enum_value_sql(cell, choice) for choice in choices) or "NULL"
    return f"{cell.same} IN ({listed})"


def _format_enum_choice(choice: Any) -> str:
    return json.dumps(choice, ensure_ascii=False) if isinstance(choice, list | dict) else str(choice)


def list_schema_bounds_and_choices(cell: FieldSql) -> Iterator[SchemaBoundOrChoice]:
    """What the schema says about ``cell`` that must read as a value of its type."""
    limits = cell.field.constraints
    for rule, raw in (
        ("minimum", limits.minimum),
        ("exclusiveMinimum", limits.exclusive_minimum),
        ("maximum", limits.maximum),
        ("exclusiveMaximum", limits.exclusive_maximum),
    ):
        if raw is not None:
            yield SchemaBoundOrChoice(cell.field.name, rule, build_typed_schema_value_sql(cell, raw))
    for choice in limits.enum or ():
        yield SchemaBoundOrChoice(cell.field.name, "enum", build_enum_value_sql(cell, choice))


def build_enum_value_sql(cell: FieldSql, raw: Any) -> str:
    """The SQL that ``same`` must be equal to for ``raw``; NULL where ``raw`` does not read."""
    return (
        build_typed_schema_value_sql(cell, raw)
        if cell.typed.identity is None
        else _format_sql_literal(cell.typed.identity(raw))
    )


def build_typed_schema_value_sql(cell: FieldSql, raw: Any) -> str:
    """The SQL of a value of the schema; NULL where it does not read as the field's type.

    JSON numbers and booleans stand for themselves, texts are read as cells are.
    """
    kind = cell.typed.sql_type
    if isinstance(raw, bool):
        return str(raw).upper() if kind == "BOOLEAN" else "NULL"
    if isinstance(raw, int | float):
        if kind in ("DOUBLE", "BIGINT", "INTEGER"):
            return repr(raw) if math.isfinite(raw) else "NULL"
        return literal(str(raw)) if cell.field.type in ("string", "any") else "NULL"
    if not isinstance(raw, str):
        return "NULL"
    if cell.typed.judge is not None:
        return _format_sql_literal(cell.typed.judge(raw))
    return cell.typed.read(literal(raw))


def _format_sql_literal(value: Any) -> str:
    match value:
        case datetime():
            return f"TIMESTAMP {literal(value.isoformat(sep=' '))}"
        case date():
            return f"DATE {literal(value.isoformat())}"
        case time():
            return f"TIME {literal(value.isoformat())}"
        case str():
            return literal(value)
        case _:
            return "NULL"


# --- patterns -----------------------------------------------------------------------------------------


def build_pattern_check(cell: FieldSql, pattern: CompiledPattern, judged: str) -> Iterator[RowCheck]:
    """The check of ``pattern``. ``judged`` is the SQL of Python's verdict, where Python judges."""
    held = (
        f"regexp_full_match({cell.text}, {literal(pattern.expression)})"
        if pattern.expression is not None
        else judged
    )
    fails = f"{cell.value} IS NOT NULL AND NOT {held}"
    yield _build_cell_check(cell, PatternMismatch, fails, {"pattern": cell.field.constraints.pattern})


def compile_pattern(pattern: str, accepts: Accepts) -> CompiledPattern | None:
    """For RE2 where it ``accepts`` the expression, else for Python; None when neither understands it."""
    expression = translate_to_re2(pattern)
    if expression is not None and accepts(expression):
        return CompiledPattern(expression)
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
    return CompiledPattern(None, TimedPattern(pattern))


_PIECE = re.compile(
    r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\x[0-9a-fA-F]{2}|\\p\{\w+\}|\\.|\{,\d+\}|.", re.DOTALL
)
_OUTSIDE = {
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
    r"\w": r"[\p{L}\p{N}_]",
    r"\W": r"[^\p{L}\p{N}_]",
    r"\s": f"[{SPACE_CLASS}]",
    r"\S": f"[^{SPACE_CLASS}]",
    r"\A": r"\A",
    r"\Z": r"\z",
}
_INSIDE = {
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
    r"\w": r"\p{L}\p{N}_",
    r"\s": SPACE_CLASS,
    r"\b": r"\x08",
    "[": r"\[",
    "]": r"\]",
}


def translate_to_re2(pattern: str) -> str | None:
    """``pattern`` in RE2's words with Python's meaning; None where a piece of it has no such words.

    What RE2 has no notion of at all (look-around) is left in: RE2 refuses it.
    """
    out: list[str] = []
    inside = opening = False
    for piece in _PIECE.findall(pattern):
        if not inside and piece == "[":
            inside = opening = True
            out.append(piece)
            continue
        if inside and opening and piece == "^" and out[-1] == "[":
            out.append(piece)
            continue
        if inside and not opening and piece == "]":
            inside = False
            out.append(piece)
            continue
        word = _translate_regex_piece(piece, inside=inside)
        if word is None:
            return None
        out.append(word)
        opening = False
    return "".join(out)


def _translate_regex_piece(piece: str, *, inside: bool) -> str | None:
    known = _INSIDE if inside else _OUTSIDE
    if piece in known:
        return known[piece]
    if piece.startswith("{,"):
        return piece if inside else "{0" + piece[1:]
    if piece[0] != "\\" or piece.startswith(r"\p{"):
        return piece
    if piece[1:2] in ("x", "u", "U") and len(piece) > 2:
        return rf"\x{{{piece[2:]}}}"
    if not piece[1:].isascii():
        return piece[1:]
    return piece if piece[1:] and (piece[1] in "afnrtv" or not piece[1].isalnum()) else None


# --- the items of an array ----------------------------------------------------------------------------------

Functions = tuple[tuple[str, str, TextFunction], ...]

_FAULTS: Mapping[type[RowFinding], Message] = {
    WrongValueType: _("qui n'est pas {one}"),
    ValueMissing: _("vide"),
    TooShort: _("de moins de {limit} caractères"),
    TooLong: _("de plus de {limit} caractères"),
    ValueTooSmall: _("sous le minimum {limit}"),
    ValueTooBig: _("au-dessus du maximum {limit}"),
    ValueAtExclusiveMinimum: _("qui n'est pas au-dessus de {limit}"),
    ValueAtExclusiveMaximum: _("qui n'est pas en dessous de {limit}"),
    PatternMismatch: _("hors du motif « {pattern} »"),
    NotInList: _("hors de la liste ({choices})"),
}


@dataclass(frozen=True)
class CompiledArrayItemChecks:
    """The checks of an array's items: what to compute on each distinct array, what to check on a row, and
    what the schema must have right."""

    items: ArrayItemChecks
    checks: tuple[RowCheck, ...]
    constants: tuple[SchemaBoundOrChoice, ...]


def compile_array_item_checks(
    rank: int, array: FieldSql, accepts: Accepts, zone: tzinfo
) -> CompiledArrayItemChecks | None:
    """The checks of the items of ``array``; None where they may be anything. The item's format and pattern
    must be known to be valid.

    As for a cell, an empty item stands for nothing; other missing values are those of cells, not of items.
    """
    field = array.field.array_item
    how = find_cell_text_parser(field, zone) if field is not None and array.field.type == "array" else None
    if field is None or how is None:
        return None
    cell, functions = _build_field_sql_of_array_item(
        rank, field.model_copy(update={"name": array.field.name}), how
    )
    checks = list(_build_array_item_checks(cell))
    expression = field.constraints.pattern
    pattern = compile_pattern(expression, accepts) if expression is not None else None
    if pattern is not None:
        judged = f"item_matched_{rank}"
        checks += build_pattern_check(cell, pattern, f"{judged}(it)")
        functions += ((judged, "BOOLEAN", pattern.judge),) if pattern.judge else ()
    fails = tuple(check.fails for check in checks)
    items = ArrayItemChecks(
        f"items_{rank}",
        array.text,
        list_json_array_items_as_text,
        cell.text_sql,
        cell.value_sql,
        fails,
        functions,
    )
    of_row = (
        _build_array_check_from_item_check(array, check, column)
        for check, column in zip(checks, items.verdict_columns, strict=True)
    )
    return (
        CompiledArrayItemChecks(items, tuple(of_row), tuple(list_schema_bounds_and_choices(cell)))
        if checks
        else None
    )


def _build_field_sql_of_array_item(
    rank: int, field: SchemaField, how: CellTextParser
) -> tuple[FieldSql, Functions]:
    """A cell ``it``, ``iv`` over the columns ``c`` (text) and ``s`` (written as a text), with the functions
    it needs. An item that is itself a structure is compared as written."""
    name, value = f"item_{rank}", how.read("it")
    functions: Functions = ()
    if how.judge is not None:
        functions, value = ((name, how.sql_type, how.judge),), f"{name}(it)"
    if field.type == "string":
        value = f"CASE WHEN s THEN {value} END"
    absent = "(c IS NULL OR c = '')"
    cell = FieldSql(
        field=field,
        typed=replace(how, identity=None),
        sql_type=how.sql_type,
        always=how.always and field.type != "string",
        text="it",
        text_sql=f"CASE WHEN NOT {absent} THEN c END",
        value="iv",
        value_sql=value,
        absent=absent,
        same="iv",
        judge=how.judge,
    )
    return cell, functions


def _build_array_item_checks(cell: FieldSql) -> Iterator[RowCheck]:
    yield from build_type_check(cell)
    yield from build_required_check(cell, in_key=False, blank_row="FALSE")
    yield from build_length_checks(cell, sized="length(it)")
    yield from build_bound_checks(cell)
    yield from build_enum_check(cell)


def _build_array_check_from_item_check(array: FieldSql, check: RowCheck, column: str) -> RowCheck:
    fault = _FAULTS[check.kind].format(**check.detail)
    fails = f"{array.value} IS NOT NULL AND COALESCE({column}, FALSE)"
    return RowCheck(
        (array.field.name,), InvalidArrayItem, fails, {"fault": fault}, rule=f"items.{check.kind.rule}"
    )
