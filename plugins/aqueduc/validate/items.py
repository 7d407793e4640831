"""The items of an array (``arrayItem``): a cell that breaks a rule of its items breaks it as a whole.

The items of each distinct text are laid out as rows and judged by the very SQL that judges cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from aqueduc.declaration.spec import SchemaField
from aqueduc.language import Message, _
from aqueduc.validate.constraints import (
    bound_checks,
    compile_pattern,
    constants,
    enum_check,
    length_checks,
    pattern_check,
    required_check,
    type_check,
)
from aqueduc.validate.findings import (
    ItemBroken,
    NotAbove,
    NotBelow,
    NotInList,
    NotOfType,
    PatternMissed,
    RowFinding,
    TooLong,
    TooShort,
    ValueMissing,
    ValueTooBig,
    ValueTooSmall,
)
from aqueduc.validate.plan import Accepts, FieldSql, ItemChecks, RowCheck, SchemaConstant
from aqueduc.validate.structures import json_items
from aqueduc.validate.types import TextFunction, TextReader, find_text_reader

Functions = tuple[tuple[str, str, TextFunction], ...]

_FAULTS: Mapping[type[RowFinding], Message] = {
    NotOfType: _("qui n'est pas {one}"),
    ValueMissing: _("vide"),
    TooShort: _("de moins de {limit} caractères"),
    TooLong: _("de plus de {limit} caractères"),
    ValueTooSmall: _("sous le minimum {limit}"),
    ValueTooBig: _("au-dessus du maximum {limit}"),
    NotAbove: _("qui n'est pas au-dessus de {limit}"),
    NotBelow: _("qui n'est pas en dessous de {limit}"),
    PatternMissed: _("hors du motif « {pattern} »"),
    NotInList: _("hors de la liste ({choices})"),
}


@dataclass(frozen=True)
class CompiledItems:
    """The checks of an array's items: what to compute on each distinct array, what to check on a row, and
    what the schema must have right."""

    items: ItemChecks
    checks: tuple[RowCheck, ...]
    constants: tuple[SchemaConstant, ...]


def compile_items(rank: int, array: FieldSql, accepts: Accepts) -> CompiledItems | None:
    """The checks of the items of ``array``; None where they may be anything. The item's format and pattern
    must be known to be valid.

    As for a cell, an empty item stands for nothing; other missing values are those of cells, not of items.
    """
    field = array.field.array_item
    how = find_text_reader(field) if field is not None and array.field.type == "array" else None
    if field is None or how is None:
        return None
    cell, functions = _item_cell(rank, field.model_copy(update={"name": array.field.name}), how)
    checks = list(_checks(cell))
    expression = field.constraints.pattern
    pattern = compile_pattern(expression, accepts) if expression is not None else None
    if pattern is not None:
        judged = f"item_matched_{rank}"
        checks += pattern_check(cell, pattern, f"{judged}(it)")
        functions += ((judged, "BOOLEAN", pattern.judge),) if pattern.judge else ()
    fails = tuple(check.fails for check in checks)
    items = ItemChecks(
        f"items_{rank}", array.text, json_items, cell.text_sql, cell.value_sql, fails, functions
    )
    of_row = (_of_row(array, check, column) for check, column in zip(checks, items.columns, strict=True))
    return CompiledItems(items, tuple(of_row), tuple(constants(cell))) if checks else None


def _item_cell(rank: int, field: SchemaField, how: TextReader) -> tuple[FieldSql, Functions]:
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


def _checks(cell: FieldSql) -> Iterator[RowCheck]:
    yield from type_check(cell)
    yield from required_check(cell, in_key=False, blank_row="FALSE")
    yield from length_checks(cell, sized="length(it)")
    yield from bound_checks(cell)
    yield from enum_check(cell)


def _of_row(array: FieldSql, check: RowCheck, column: str) -> RowCheck:
    fault = _FAULTS[check.kind].format(**check.detail)
    fails = f"{array.value} IS NOT NULL AND COALESCE({column}, FALSE)"
    return RowCheck((array.field.name,), ItemBroken, fails, {"fault": fault}, rule=f"items.{check.kind.rule}")
