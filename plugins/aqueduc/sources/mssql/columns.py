"""Types of SQL Server, by the names that its catalogue gives them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa

from aqueduc.language import Message, _
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
    "bit": pa.bool_(),
    "tinyint": pa.int32(),
    "smallint": pa.int32(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float32(),
    "float": pa.float64(),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "datetime": pa.timestamp("us"),
    "datetime2": pa.timestamp("us"),
    "smalldatetime": pa.timestamp("us"),
    "datetimeoffset": pa.timestamp("us", "UTC"),
    "money": pa.decimal128(19, 4),
    "smallmoney": pa.decimal128(10, 4),
}
_PADDED = ("char", "nchar")
_BINARY = ("binary", "varbinary", "image", "timestamp", "rowversion")
_REFUSED: dict[str, Message] = {
    "geometry": _("l'écrire dans la requête : geom.STX et geom.STY d'un point, geom.STAsText() d'une forme"),
    "geography": _("l'écrire dans la requête : geo.Long et geo.Lat d'un point, geo.STAsText() d'une forme"),
    "hierarchyid": _("l'écrire dans la requête : noeud.ToString()"),
    "sql_variant": _("lui donner un type dans la requête : CAST(… AS nvarchar(400))"),
}


def build_query_result_column(name: str, written: str) -> QueryResultColumn:
    """``written``: its type, as SQL Server's catalogue writes it (``decimal(8,2)``)."""
    found = re.match(r"([a-z_0-9]+)(?:\((\d+)(?:,(\d+))?\))?", written.lower())
    kind, precision, scale = found.groups() if found else (written, None, None)
    column: Callable[..., QueryResultColumn] = partial(QueryResultColumn, name)
    if kind in ("decimal", "numeric"):
        exact = pa.decimal128(int(precision or 18), int(scale or 0))
        return column(exact, build_python_object_converter(exact))
    if kind in _PLAIN:
        return column(_PLAIN[kind], build_python_object_converter(_PLAIN[kind]))
    if kind in _REFUSED:
        return column(pa.string(), build_refusing_cell_converter(_REFUSED[kind]))
    if kind in _BINARY:
        return column(pa.string(), convert_bytes_to_hexadecimal)
    return column(pa.string(), convert_texts_without_padding if kind in _PADDED else _convert_cells_to_text)


def build_moment_parameter_sql(written: str) -> str:
    """A bound date, or date and time, as what the column it is compared with is (``written``, as its catalogue has it):
    against another type, the milliseconds of a « datetime » are thirds of them."""
    kind = written.partition("(")[0].lower()
    exact = _MOMENTS.get(kind, "datetime2(6)")
    return f"CAST(CAST(? AS datetime2(6)) AS {exact})" if kind == "datetime" else f"CAST(? AS {exact})"


_MOMENTS = {"date": "date", "datetime": "datetime", "datetimeoffset": "datetimeoffset(6)"}


def _convert_cells_to_text(cells: Any) -> ConvertedCells:
    """An identifier (uniqueidentifier) may be an object."""
    return convert_texts_to_arrow([None if cell is None else str(cell) for cell in cells])
