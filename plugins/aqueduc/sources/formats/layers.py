"""A layer of geographic data, read by GDAL inside DuckDB: its attributes as text, and its positions in WGS84.

PROJ moves positions from whatever reference system the layer has. Dates are read beside GDAL, from the file
itself: through DuckDB, an empty one becomes 1970-01-01, and one of before 1970 the next day. Only the driver that
is asked for may open a file: GDAL would take one that is called a GeoPackage, and is a list of other files to read
(VRT), at its word.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from aqueduc import duck
from aqueduc.errors import SourceUnreadable
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _, join_messages, quote_text
from aqueduc.sources.adapter import ExtractRequest, ExtractResult
from aqueduc.sources.findings import BareShapes
from aqueduc.sources.names import is_showable_name
from aqueduc.sources.origin import CHECK_COLUMNS, LINE, SourceOrigin
from aqueduc.sources.reading import NumberSeparators, map_columns_to_number_separators
from aqueduc.sources.records import LINES_SHOWN, TextTable, write_text_table

DIGITS = 7
"""Of a degree: a centimetre."""
_OWN_NUMBERING = "OGC_FID"
LAYER_COLUMNS = (_OWN_NUMBERING, "geom")
"""What GDAL adds to the columns of a layer."""
_BATCH_ROWS = 16_384
_POINTS = ("Point", "3D Point", "Measured Point", "3D Measured Point")

MomentReader = Callable[[str, tuple[str, ...]], Iterator[tuple[Any, ...]]]
"""Reads from the file of a layer, given the column that numbers its records and its columns of dates and times:
the number of each record, then the text of these. Raises SourceUnreadable."""


@dataclass(frozen=True)
class GdalLayerFile:
    """Where a layer is: ``target`` is GDAL's name of the file, ``driver`` the only one that may open it, ``layer`` its
    name there, None for the only one. ``unreadable`` and ``unlocated`` say that it cannot be read, or does
    not say where it is; ``remedy``: what to do of either. ``decoding``: the characters that GDAL gives for others, and
    these, each at the same place. ``renamed``: the names of the columns that GDAL was given under another one.
    ``findings``: what was noticed before it is read."""

    target: str
    driver: str
    unreadable: Sentence
    unlocated: Sentence
    remedy: Sentence
    read_moments: MomentReader
    layer: str | None = None
    decoding: tuple[str, str] = ("", "")
    renamed: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def decode_text(self, text: str) -> str:
        return self.renamed.get(text) or text.translate(str.maketrans(*self.decoding))

    @property
    def gdal_relation_sql(self) -> str:
        layer = f", layer := {duck.literal(self.layer)}" if self.layer else ""
        return (
            f"ST_Read({duck.literal(self.target)}, allowed_drivers := [{duck.literal(self.driver)}]{layer})"
        )


@dataclass(frozen=True)
class _LayerLayout:
    """``columns`` are (name, type) of the attributes, ``numbering`` the name of the one that numbers the records;
    ``shape`` is the geometry's, "" for a table without one."""

    relation: str
    numbering: str
    columns: tuple[tuple[str, str], ...]
    shape: str
    is_points: bool
    crs: str

    @property
    def output_column_names(self) -> tuple[str, ...]:
        position = ("longitude", "latitude") if self.is_points else ("geometry",)
        return (*(name for name, _ in self.columns), *(position if self.shape else ()))

    @property
    def temporal_columns(self) -> tuple[str, ...]:
        return tuple(name for name, kind in self.columns if kind.startswith(("DATE", "TIMESTAMP")))

    @property
    def attribute_columns(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns if name != self.numbering)


def read_layer(request: ExtractRequest, file: GdalLayerFile) -> ExtractResult:
    """Its attributes, then ``longitude`` and ``latitude`` for points, ``geometry`` (GeoJSON text) for anything
    else. A row is numbered by its rank. Raises SourceUnreadable."""
    origin, damaged = request.source_origin, False
    with duck.open_duckdb(request.scratch, extensions=("spatial",)) as con:
        try:
            found: _LayerLayout | None = _read_layer_layout(con, file)
            if found is not None and (found.crs or not found.shape):
                origin.check_has_any_declared_column(
                    found.output_column_names, request.declared_column_names, remedy=CHECK_COLUMNS
                )
                origin.check_column_names(found.output_column_names, request.declared_column_names)
                moments = _write_temporal_columns_to_parquet(file, found, request.scratch)
                marks = map_columns_to_number_separators(request.dataset)
                table = TextTable(_build_layer_rows_sql(found, moments, marks), found.output_column_names)
                result = write_text_table(con, table, request, request.observe_rows)
                return replace(
                    result,
                    findings=(
                        *file.findings,
                        *result.findings,
                        *_find_rows_without_attributes(con, found, request),
                    ),
                )
        except duckdb.Error as error:
            # Its text may quote what it read.
            found, damaged = None, _is_damaged_file_error(error)
    if found is not None:
        raise origin.build_unreadable_error(file.unlocated, file.remedy)
    raise _build_unreadable_layer_error(origin, file, damaged=damaged)


def read_layer_column_names(origin: SourceOrigin, scratch: Path, file: GdalLayerFile) -> tuple[str, ...]:
    """The columns of the layer. Raises SourceUnreadable."""
    damaged = False
    with duck.open_duckdb(scratch, extensions=("spatial",)) as con:
        try:
            return _read_layer_layout(con, file).output_column_names
        except duckdb.Error as error:
            damaged = _is_damaged_file_error(error)
    raise _build_unreadable_layer_error(origin, file, damaged=damaged)


def _is_damaged_file_error(error: duckdb.Error) -> bool:
    """Whether it is GDAL that could not read the file, or make something of it."""
    return isinstance(error, duckdb.IOException | duckdb.InvalidInputException | duckdb.ConversionException)


def _build_unreadable_layer_error(
    origin: SourceOrigin, file: GdalLayerFile, *, damaged: bool
) -> SourceUnreadable:
    if damaged:
        return origin.build_unreadable_error(file.unreadable, file.remedy)
    return origin.build_unreadable_error(
        _("La couche ne se laisse pas mettre en table, et rien ne dit que son fichier soit abîmé."),
        _(
            "l'exporter du SIG en GeoJSON (EPSG:4326) ou en CSV ; si elle n'est pas lue non plus, prévenir l'équipe qui "
            "exploite Aqueduc"
        ),
    )


def _read_layer_layout(con: duckdb.DuckDBPyConnection, file: GdalLayerFile) -> _LayerLayout:
    """Raises duckdb.Error."""
    columns, relation = _build_decoded_columns_and_relation_sql(
        file, duck.read_column_types(con, file.gdal_relation_sql)
    )
    shape = next((name for name, kind in columns.items() if kind.startswith("GEOMETRY")), "")
    kind, crs = _read_geometry_type_and_crs(con, file) if shape else ("", "")
    is_points = kind in _POINTS or (kind.startswith("Unknown") and _has_points_only(con, file, shape))
    return _LayerLayout(
        relation=relation,
        numbering=next(iter(columns)),
        columns=tuple(column for column in columns.items() if column[0] not in (shape, _OWN_NUMBERING)),
        shape=shape,
        is_points=is_points,
        crs=crs,
    )


def _build_decoded_columns_and_relation_sql(
    file: GdalLayerFile, columns: dict[str, str]
) -> tuple[dict[str, str], str]:
    """The columns of the layer and its rows, once their characters are what they are meant to be."""
    if not (any(file.decoding) or file.renamed):
        return columns, file.gdal_relation_sql
    given, meant = map(duck.literal, file.decoding)
    cells = (
        f"translate({column}, {given}, {meant})" if kind == "VARCHAR" else column
        for column, kind in zip(map(duck.identifier, columns), columns.values(), strict=True)
    )
    named = ", ".join(
        f"{cell} AS {duck.identifier(file.decode_text(name))}"
        for cell, name in zip(cells, columns, strict=True)
    )
    decoded = {file.decode_text(name): kind for name, kind in columns.items()}
    return decoded, f"(SELECT {named} FROM {file.gdal_relation_sql})"


def _read_geometry_type_and_crs(con: duckdb.DuckDBPyConnection, file: GdalLayerFile) -> tuple[str, str]:
    """The kind of geometry of the layer, and its reference system."""
    chosen = f"WHERE layer.name = {duck.literal(file.layer)}" if file.layer else "LIMIT 1"
    row = con.execute(
        "SELECT layer.geometry_fields[1].type, layer.geometry_fields[1].crs.wkt FROM "
        f"(SELECT unnest(layers) AS layer FROM ST_Read_Meta({duck.literal(file.target)})) {chosen}"
    ).fetchone()
    kind, crs = row or ("", "")
    return str(kind or ""), str(crs or "")


def _has_points_only(con: duckdb.DuckDBPyConnection, file: GdalLayerFile, shape: str) -> bool:
    """Of a layer that does not say what it holds."""
    kind = f"ST_GeometryType({duck.identifier(shape)})"
    others = f"SELECT count(*) FILTER ({kind} <> 'POINT'), count(*) FROM {file.gdal_relation_sql}"
    other, count = duck.fetch_single_row(con, others)
    return bool(count) and not other


def _write_temporal_columns_to_parquet(
    file: GdalLayerFile, layer: _LayerLayout, scratch: Path
) -> Path | None:
    """Its dates and times, in a Parquet file; None for a layer without any. Raises SourceUnreadable."""
    if not layer.temporal_columns:
        return None
    path = scratch / "moments.parquet"
    schema = pa.schema(
        [
            ("__record", pa.int64()),
            *((f"__moment{rank}", pa.string()) for rank, _ in enumerate(layer.temporal_columns)),
        ]
    )
    with pq.ParquetWriter(path, schema) as writer:
        read = file.read_moments(layer.numbering, layer.temporal_columns)
        while rows := list(islice(read, _BATCH_ROWS)):
            columns = [
                pa.array(cells, field.type)
                for cells, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    return path


def _build_layer_rows_sql(
    layer: _LayerLayout, moments: Path | None, marks: Mapping[str, NumberSeparators]
) -> str:
    cells = [
        f"__moment{layer.temporal_columns.index(name)} AS {duck.identifier(name)}"
        if name in layer.temporal_columns
        else f"{build_attribute_text_sql(name, kind, marks.get(name))} AS {duck.identifier(name)}"
        for name, kind in layer.columns
    ]
    moved = "NULL"
    if layer.shape:
        moved = f"ST_Transform({duck.identifier(layer.shape)}, {duck.literal(layer.crs)}, 'EPSG:4326', true)"
    if layer.shape and layer.is_points:
        cells += [
            f"CAST(round(ST_{axis}(__moved), {DIGITS}) AS VARCHAR) AS {name}"
            for axis, name in (("X", "longitude"), ("Y", "latitude"))
        ]
    elif layer.shape:
        cells.append("CAST(ST_AsGeoJSON(__moved) AS VARCHAR) AS geometry")
    rows = f"(SELECT row_number() OVER () AS {LINE}, *, {moved} AS __moved FROM {layer.relation})"
    if moments is not None:
        # A join keeps no order of its own.
        rows += f" LEFT JOIN {duck.build_read_parquet_sql(moments)}"
        rows += f" ON __record = {duck.identifier(layer.numbering)} ORDER BY {LINE}"
    return f"(SELECT {LINE}, {', '.join(cells)} FROM {rows})"


def _find_rows_without_attributes(
    con: duckdb.DuckDBPyConnection, layer: _LayerLayout, request: ExtractRequest
) -> tuple[Finding, ...]:
    """Positions that nothing is said of, as a damaged .dbf leaves them."""
    if not (layer.shape and layer.attribute_columns):
        return ()
    filled = f"coalesce({', '.join(map(duck.identifier, layer.attribute_columns))}) IS NOT NULL"
    count, lines = duck.fetch_single_row(
        con,
        f"SELECT count(*), min({LINE}, {LINES_SHOWN}) "
        f"FROM {duck.build_read_parquet_sql(request.target)} WHERE NOT ({filled})",
    )
    return (BareShapes(count=count, lines=tuple(lines)),) if count else ()


def format_safe_layer_names(names: Sequence[str]) -> object:
    return join_messages(
        quote_text(name) if is_showable_name(name) else _("n° {rank} (son nom est tu)").format(rank=rank)
        for rank, name in enumerate(names[:20], start=1)
    )


def build_attribute_text_sql(name: str, kind: str, marks: NumberSeparators | None = None) -> str:
    """A whole number of a column of decimals without « .0 », which dBase only has for want of integers; a number with
    the ``marks`` of its field."""
    if marks and duck.is_number_type(kind):
        return marks.build_number_text_sql(build_attribute_text_sql(name, kind))
    column = duck.identifier(name)
    if kind != "DOUBLE":
        return f"CAST({column} AS VARCHAR)"
    whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
    return (
        f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
    )
