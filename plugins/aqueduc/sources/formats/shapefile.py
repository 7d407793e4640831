"""A zipped shapefile, read by GDAL inside DuckDB: its attributes, and its positions in WGS84.

GDAL transforms the layer's own reference system (Lambert-93, most often) as the .prj beside it says.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from aqueduc import duck
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.magic import FileHead, read_file_head
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.origin import LINE, SourceOrigin
from aqueduc.sources.records import TextTable, write_text_table

LARGEST_UNZIPPED = 8 << 30
_DIGITS = 7
"""Of a degree: a centimetre."""


@dataclass(frozen=True)
class _ShapefileLayer:
    """``relation`` is SQL. ``columns`` are (name, type) of the attributes; ``shape`` is the geometry's."""

    relation: str
    columns: tuple[tuple[str, str], ...]
    shape: str
    is_points: bool
    crs: str


def read_shapefile(request: ExtractRequest, path: Path, *, layer: str | None = None) -> ExtractResult:
    """Reads the (only) layer: its attributes, then ``longitude`` and ``latitude`` for points, ``geometry``
    (GeoJSON text) for anything else. A row is numbered by its rank. Raises SourceUnreadable."""
    origin = request.origin
    inner = _find_shp_member(origin, path, layer)
    with duck.open_duckdb(request.scratch, extensions=("spatial",)) as con:
        try:
            found: _ShapefileLayer | None = _describe_layer(con, _build_gdal_path(path, inner))
            if found is not None and found.crs:
                names = _list_layer_columns(found)
                origin.check_header(names, request.declared_names)
                origin.check_names(names, request.declared_names)
                return write_text_table(con, TextTable(_build_layer_rows_sql(found), names), request)
        except duckdb.Error:
            # Its text may quote what it read.
            found = None
    if found is not None:
        raise origin.unreadable(
            _("Le shapefile ne dit pas son système de coordonnées (le fichier .prj manque)."),
            _("le réexporter du SIG avec son .prj, ou en GeoJSON (EPSG:4326)"),
        )
    raise _build_unreadable_error(origin)


def read_shapefile_header(
    origin: SourceOrigin, scratch: Path, path: Path, *, layer: str | None = None
) -> tuple[str, ...]:
    """The columns of the layer. Raises SourceUnreadable."""
    inner = _find_shp_member(origin, path, layer)
    with duck.open_duckdb(scratch, extensions=("spatial",)) as con:
        try:
            return _list_layer_columns(_describe_layer(con, _build_gdal_path(path, inner)))
        except duckdb.Error:
            pass
    raise _build_unreadable_error(origin)


def _find_shp_member(origin: SourceOrigin, path: Path, layer: str | None) -> str:
    """The name of the .shp in the archive."""
    size = -1
    names: list[str] = []
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            names = [name for name in archive.namelist() if name.lower().endswith(".shp")]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        pass
    if size > LARGEST_UNZIPPED:
        raise origin.unreadable(
            _("L'archive, une fois décompressée, dépasse toute mesure."), _("la découper")
        )
    if layer is not None:
        names = [name for name in names if Path(name).stem == layer]
    if len(names) != 1:
        raise origin.unreadable(
            _("L'archive {what}.").format(
                what=_("ne contient pas ce shapefile")
                if layer
                else _("contient {names} shapefiles").format(names=len(names))
            )
            if size >= 0
            else _("Ce n'est pas une archive zip lisible."),
            _("y mettre un seul shapefile (.shp, .dbf, .shx, .prj), ou le nommer sous « sheet: »"),
        )
    return names[0]


def _list_shp_members(path: Path) -> tuple[str, ...]:
    return tuple(name for name in read_file_head(path).members or () if name.lower().endswith(".shp"))


def _build_gdal_path(path: Path, inner: str) -> str:
    """GDAL's name of a file in an archive, whatever the archive is called."""
    return f"/vsizip/{{{path}}}/{inner}"


def _describe_layer(con: duckdb.DuckDBPyConnection, target: str) -> _ShapefileLayer:
    """Raises duckdb.Error."""
    relation = f"ST_Read({duck.literal(target)})"
    columns = duck.read_column_types(con, relation)
    shape = next((name for name, kind in columns.items() if kind.startswith("GEOMETRY")), None)
    if shape is None:
        raise duckdb.InvalidInputException
    kind, crs = con.execute(
        "SELECT layers[1].geometry_fields[1].type, layers[1].geometry_fields[1].crs.wkt "
        f"FROM ST_Read_Meta({duck.literal(target)})"
    ).fetchone() or ("", "")
    return _ShapefileLayer(
        relation=relation,
        columns=tuple(column for column in columns.items() if column[0] not in (shape, "OGC_FID")),
        shape=shape,
        is_points=str(kind) in ("Point", "3D Point", "Measured Point", "3D Measured Point"),
        crs=str(crs or ""),
    )


def _list_layer_columns(layer: _ShapefileLayer) -> tuple[str, ...]:
    position = ("longitude", "latitude") if layer.is_points else ("geometry",)
    return (*(name for name, _ in layer.columns), *position)


def _build_layer_rows_sql(layer: _ShapefileLayer) -> str:
    moved = f"ST_Transform({duck.identifier(layer.shape)}, {duck.literal(layer.crs)}, 'EPSG:4326', true)"
    cells = [f"{_build_attribute_sql(name, kind)} AS {duck.identifier(name)}" for name, kind in layer.columns]
    if layer.is_points:
        cells += [
            f"CAST(round(ST_{axis}(__moved), {_DIGITS}) AS VARCHAR) AS {name}"
            for axis, name in (("X", "longitude"), ("Y", "latitude"))
        ]
    else:
        cells.append("CAST(ST_AsGeoJSON(__moved) AS VARCHAR) AS geometry")
    return (
        f"(SELECT {LINE}, {', '.join(cells)} FROM "
        f"(SELECT row_number() OVER () AS {LINE}, *, {moved} AS __moved FROM {layer.relation}))"
    )


def _build_attribute_sql(name: str, kind: str) -> str:
    """A whole number of a column of decimals without « .0 », which dBase only has for want of integers."""
    column = duck.identifier(name)
    if kind != "DOUBLE":
        return f"CAST({column} AS VARCHAR)"
    whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
    return (
        f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
    )


def _build_unreadable_error(origin: SourceOrigin) -> Exception:
    return origin.unreadable(
        _("Le shapefile n'est pas lisible (un de ses fichiers manque ou est abîmé)."),
        _("le réexporter entier du SIG, ou en GeoJSON (EPSG:4326)"),
    )


# --- as a format ------------------------------------------------------------------------------------------


def _extract(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    return read_shapefile(request, path, layer=options.sheet)


def _probe(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    return ProbeResult(read_shapefile_header(request.origin, request.scratch, path, layer=options.sheet))


def _recognises(head: FileHead) -> bool:
    return any(name.lower().endswith(".shp") for name in head.members or ())


def _outline(origin: SourceOrigin, path: Path, scratch: Path) -> tuple[TableOutline, ...]:
    names = [Path(name).stem for name in _list_shp_members(path)]
    several = len(names) > 1
    return tuple(
        TableOutline(
            names=read_shapefile_header(origin, scratch, path, layer=name if several else None),
            options={"sheet": name} if several else {},
            label=name if several else "",
            moved=True,
        )
        for name in (names if several else [""])
    )


READER = FormatReader(
    extract=_extract, probe=_probe, recognises=_recognises, outline=_outline, opens_zip=True
)
