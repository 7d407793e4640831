"""Types of Oracle, as python-oracledb tells of them: a NUMBER never goes through a float."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import oracledb
import pyarrow as pa

from aqueduc.language import Message, _
from aqueduc.sources.databases.numbers import WIDEST
from aqueduc.sources.databases.reading import (
    ConvertedCells,
    QueryResultColumn,
    build_python_object_converter,
    build_refusing_cell_converter,
    convert_bytes_to_hexadecimal,
    convert_texts_to_arrow,
    convert_texts_without_padding,
)

_PLAIN = {
    oracledb.DB_TYPE_BINARY_FLOAT: pa.float32(),
    oracledb.DB_TYPE_BINARY_DOUBLE: pa.float64(),
    oracledb.DB_TYPE_BINARY_INTEGER: pa.int64(),
    oracledb.DB_TYPE_BOOLEAN: pa.bool_(),
    oracledb.DB_TYPE_DATE: pa.timestamp("us"),
    oracledb.DB_TYPE_TIMESTAMP: pa.timestamp("us"),
}
_TEXTS = (
    *(
        oracledb.DB_TYPE_VARCHAR,
        oracledb.DB_TYPE_NVARCHAR,
        oracledb.DB_TYPE_LONG,
        oracledb.DB_TYPE_LONG_NVARCHAR,
    ),
    *(oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_NCLOB, oracledb.DB_TYPE_ROWID, oracledb.DB_TYPE_UROWID),
    oracledb.DB_TYPE_XMLTYPE,
)
_PADDED = (oracledb.DB_TYPE_CHAR, oracledb.DB_TYPE_NCHAR)
_BINARY = (oracledb.DB_TYPE_RAW, oracledb.DB_TYPE_LONG_RAW, oracledb.DB_TYPE_BLOB)
_ZONED = _(
    "l'écrire dans la requête à l'heure de la Ville : CAST(… AT TIME ZONE 'Europe/Paris' AS TIMESTAMP)"
)
_REFUSED: dict[Any, Message] = {
    # The driver drops the zone.
    oracledb.DB_TYPE_TIMESTAMP_TZ: _ZONED,
    oracledb.DB_TYPE_TIMESTAMP_LTZ: _ZONED,
    oracledb.DB_TYPE_OBJECT: _("l'écrire dans la requête : SDO_UTIL.TO_GEOJSON(…) d'une géométrie"),
    oracledb.DB_TYPE_JSON: _("l'écrire dans la requête : JSON_SERIALIZE(…)"),
}
_CAST = _("lui donner un type dans la requête : CAST(… AS VARCHAR2(4000))")


def build_query_result_column(info: Any) -> QueryResultColumn:
    """``info``: the ``FetchInfo`` of a column."""
    kind = info.type_code
    column: Callable[..., QueryResultColumn] = partial(QueryResultColumn, info.name)
    if kind is oracledb.DB_TYPE_NUMBER:
        return _build_number_column(info)
    if kind in _PLAIN:
        return column(_PLAIN[kind], build_python_object_converter(_PLAIN[kind]))
    if kind in _TEXTS:
        return column(pa.string(), convert_texts_to_arrow)
    if kind in _PADDED:
        return column(pa.string(), convert_texts_without_padding)
    if kind in _BINARY:
        return column(pa.string(), convert_bytes_to_hexadecimal)
    return column(pa.string(), build_refusing_cell_converter(_REFUSED.get(kind, _CAST)))


def _build_number_column(info: Any) -> QueryResultColumn:
    """NUMBER alone, and FLOAT, have no scale: -127."""
    precision, scale = info.precision or 0, info.scale or 0
    if 0 < precision <= WIDEST and 0 <= scale <= precision:
        exact = pa.decimal128(precision, scale)
        return QueryResultColumn(info.name, exact, build_python_object_converter(exact))
    return QueryResultColumn(info.name, pa.string(), _convert_decimals_to_text, exact=True)


def _convert_decimals_to_text(cells: Sequence[Any]) -> ConvertedCells:
    """The digits of a Decimal, without an exponent."""
    return convert_texts_to_arrow([None if cell is None else format(cell, "f") for cell in cells])


def choose_fetch_variable(cursor: Any, info: Any) -> Any:
    """What the driver is to make of a column: exact numbers, and texts and bytes whole rather than locators."""
    chosen = {
        oracledb.DB_TYPE_CLOB: oracledb.DB_TYPE_LONG,
        oracledb.DB_TYPE_NCLOB: oracledb.DB_TYPE_LONG_NVARCHAR,
        oracledb.DB_TYPE_BLOB: oracledb.DB_TYPE_LONG_RAW,
    }
    if info.type_code is oracledb.DB_TYPE_NUMBER:
        return cursor.var(Decimal, arraysize=cursor.arraysize)
    if info.type_code in chosen:
        return cursor.var(chosen[info.type_code], arraysize=cursor.arraysize)
    return None
