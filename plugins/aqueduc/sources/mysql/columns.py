"""Types of MySQL and MariaDB, out of the text that the server writes of each value: nothing goes through a float
that is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
from pymysql.constants import FIELD_TYPE, FLAG
from pymysql.protocol import FieldDescriptorPacket

from aqueduc.language import _
from aqueduc.sources.databases.numbers import WIDEST
from aqueduc.sources.databases.reading import (
    ConvertedCells,
    QueryResultColumn,
    build_text_cast_converter,
    convert_bytes_to_hexadecimal,
    convert_texts_to_arrow,
)

CellReader = Callable[[Sequence[Any]], ConvertedCells]

_BINARY = 63
_WHOLE = {
    FIELD_TYPE.TINY: pa.int32(),
    FIELD_TYPE.SHORT: pa.int32(),
    FIELD_TYPE.INT24: pa.int32(),
    FIELD_TYPE.LONG: pa.int32(),
    FIELD_TYPE.LONGLONG: pa.int64(),
}
_UNSIGNED = {FIELD_TYPE.LONG: pa.int64(), FIELD_TYPE.LONGLONG: pa.decimal128(20)}
_REAL = {FIELD_TYPE.FLOAT: pa.float32(), FIELD_TYPE.DOUBLE: pa.float64()}
_DECIMAL = (FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL)
_TEXT = (
    *(FIELD_TYPE.VARCHAR, FIELD_TYPE.VAR_STRING, FIELD_TYPE.STRING, FIELD_TYPE.BLOB),
    *(FIELD_TYPE.TINY_BLOB, FIELD_TYPE.MEDIUM_BLOB, FIELD_TYPE.LONG_BLOB),
)
_LONGEST_BITS = 63


def build_query_result_column(field: FieldDescriptorPacket, *, instants: bool) -> QueryResultColumn:
    """``instants``: what a TIMESTAMP is written as is universal time, and not that of the city."""
    kind = field.type_code
    column = partial(QueryResultColumn, field.name)
    if kind in _WHOLE:
        type_ = _UNSIGNED.get(kind, _WHOLE[kind]) if field.flags & FLAG.UNSIGNED else _WHOLE[kind]
        return column(type_, build_text_cast_converter(type_))
    if kind in _DECIMAL:
        return _build_decimal_column(field)
    if kind in _REAL:
        return column(_REAL[kind], build_text_cast_converter(_REAL[kind]))
    if kind in (FIELD_TYPE.DATE, FIELD_TYPE.NEWDATE):
        return column(pa.date32(), partial(_convert_dates_and_times, pa.date32()))
    if kind in (FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP):
        universal = instants and kind == FIELD_TYPE.TIMESTAMP
        moment = pa.timestamp("us", "UTC" if universal else None)
        return column(moment, partial(_convert_dates_and_times, moment))
    if kind == FIELD_TYPE.TIME:
        return column(pa.time64("us"), _convert_times_of_day)
    if kind == FIELD_TYPE.YEAR:
        return column(pa.int32(), _convert_years)
    if kind == FIELD_TYPE.BIT:
        return _build_bit_column(field)
    if kind == FIELD_TYPE.GEOMETRY:
        return column(pa.binary(), _split_geometries_into_srid_and_wkb, located=True)
    # ENUM, SET, JSON and whatever a later server has are what it writes of them.
    is_binary = kind in _TEXT and field.charsetnr == _BINARY
    return column(pa.string(), convert_bytes_to_hexadecimal if is_binary else convert_texts_to_arrow)


def _build_decimal_column(field: FieldDescriptorPacket) -> QueryResultColumn:
    signs = (field.scale > 0) + (not field.flags & FLAG.UNSIGNED)
    precision = field.length - signs
    if 0 < precision <= WIDEST and field.scale <= precision:
        type_ = pa.decimal128(precision, field.scale)
        return QueryResultColumn(field.name, type_, build_text_cast_converter(type_))
    return QueryResultColumn(field.name, pa.string(), convert_texts_to_arrow, exact=True)


def _build_bit_column(field: FieldDescriptorPacket) -> QueryResultColumn:
    if field.length == 1:
        return QueryResultColumn(field.name, pa.bool_(), lambda cells: _convert_bits(cells, bool, pa.bool_()))
    if field.length <= _LONGEST_BITS:
        return QueryResultColumn(field.name, pa.int64(), lambda cells: _convert_bits(cells, int, pa.int64()))
    wide = pa.decimal128(20)
    return QueryResultColumn(field.name, wide, lambda cells: _convert_bits(cells, str, wide))


def _convert_bits(cells: Sequence[Any], as_: type, type_: pa.DataType) -> ConvertedCells:
    numbers = [None if cell is None else as_(int.from_bytes(cell)) for cell in cells]
    return ConvertedCells(pa.array(numbers).cast(type_))


# --- dates and times ----------------------------------------------------------------------------------------

_NO_DAY = re.compile(r"0000|\d{4}-00|\d{4}-\d\d-00")


def _convert_dates_and_times(type_: pa.DataType, cells: Sequence[str | None]) -> ConvertedCells:
    """What the calendar does not have is missing, and told."""
    found = _cast_texts_if_all_are_dates(type_, cells)
    if found is not None:
        return ConvertedCells(found)
    impossible = tuple(
        rank
        for rank, cell in enumerate(cells)
        if cell is not None and (_NO_DAY.match(cell) or _cast_texts_if_all_are_dates(type_, [cell]) is None)
    )
    known = list(cells)
    for rank in impossible:
        known[rank] = None
    return ConvertedCells(_cast_texts_if_all_are_dates(type_, known), impossible)


def _cast_texts_if_all_are_dates(type_: pa.DataType, cells: Sequence[str | None]) -> Any:
    """None where one of them is no date."""
    try:
        texts = pa.array(cells, pa.string())
        if pa.types.is_timestamp(type_) and type_.tz:
            return texts.cast(pa.timestamp("us")).cast(type_)
        return texts.cast(type_)
    except pa.ArrowException:
        return None


_DAY = re.compile(r"(?:[01]\d|2[0-3]):")


def _convert_times_of_day(cells: Sequence[str | None]) -> ConvertedCells:
    """A TIME may be a duration, which no clock shows."""
    if not all(cell is None or _DAY.match(cell) for cell in cells):
        return ConvertedCells(
            refusal=(
                _("a des durées (négatives, ou de 24 heures et plus), et non des heures du jour"),
                _("l'écrire en texte dans la requête : CAST(… AS CHAR), ou en secondes : TIME_TO_SEC(…)"),
            )
        )
    # Arrow reads no time alone.
    moments = _cast_texts_if_all_are_dates(
        pa.timestamp("us"), [None if cell is None else f"1970-01-01 {cell}" for cell in cells]
    )
    return ConvertedCells(moments.cast(pa.time64("us")))


def _convert_years(cells: Sequence[str | None]) -> ConvertedCells:
    impossible = tuple(rank for rank, cell in enumerate(cells) if cell is not None and int(cell) == 0)
    return ConvertedCells(
        pa.array([int(cell) or None if cell else None for cell in cells], pa.int32()), impossible
    )


# --- positions ----------------------------------------------------------------------------------------------

_SYSTEM_BYTES = 4


def _split_geometries_into_srid_and_wkb(cells: Sequence[bytes | None]) -> ConvertedCells:
    """As the server keeps them: the number of the reference system, then WKB."""
    shapes = [None if cell is None else cell[_SYSTEM_BYTES:] for cell in cells]
    systems = {int.from_bytes(cell[:_SYSTEM_BYTES], "little") for cell in cells if cell is not None}
    return ConvertedCells(pa.array(shapes, pa.binary()), systems=frozenset(systems))
