"""A revision as files: same parts in, same bytes out. Everything streams."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from aqueduc.declaration.naming import build_published_file_name
from aqueduc.declaration.spec import Dataset, OutputFormat
from aqueduc.duck import (
    build_read_parquet_sql,
    count_rows,
    fetch_single_row,
    identifier,
    identifiers,
    literal,
    open_duckdb,
    read_column_types,
    write_parquet,
)
from aqueduc.language import _
from aqueduc.publish.client import PublishableFile
from aqueduc.publish.findings import OversizedWorkbook
from aqueduc.publish.refusals import build_gate_error
from aqueduc.publish.revision import xlsx
from aqueduc.store import compute_file_sha256
from aqueduc.validate.formulas import build_formula_prefix_sql

MEDIA_TYPES = {
    OutputFormat.CSV: "text/csv",
    OutputFormat.PARQUET: "application/vnd.apache.parquet",
    OutputFormat.GEOJSON: "application/geo+json",
    OutputFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN = {
    OutputFormat.CSV: "CSV",
    OutputFormat.PARQUET: "Parquet",
    OutputFormat.GEOJSON: "GeoJSON",
    OutputFormat.XLSX: "XLSX",
}
_BATCH_ROWS = 10_000


def write_revision_files(
    dataset: Dataset, paths: Sequence[Path], scratch: Path, *, title: str = "", tail: str = ""
) -> dict[OutputFormat, PublishableFile]:
    """The files of the declared formats, made of the Parquet files at ``paths`` (validated, in window order).

    A single one already is the Parquet file to publish: it is sent as it stands. ``title`` and ``tail`` (the
    end of the files' names) are those of a slice.

    Raises PublicationGateClosed when a workbook cannot hold the revision.
    """
    files: dict[OutputFormat, PublishableFile] = {}
    with open_duckdb(scratch) as con:
        con.execute(f"CREATE VIEW revision AS SELECT * FROM {build_read_parquet_sql(*paths)}")
        for kind in dataset.publication.formats:
            name = build_published_file_name(dataset.id, kind, tail)
            target = scratch / name
            match kind:
                case OutputFormat.PARQUET if len(paths) == 1:
                    target = paths[0]
                case OutputFormat.PARQUET:
                    write_parquet(con, "FROM revision", target)
                case OutputFormat.CSV:
                    _write_csv(con, dataset, target)
                case OutputFormat.GEOJSON:
                    _write_geojson(con, dataset, title or dataset.title, target)
                case OutputFormat.XLSX:
                    _write_xlsx(con, dataset, target)
            files[kind] = PublishableFile(
                target,
                name,
                MEDIA_TYPES[kind],
                compute_file_sha256(target),
                target.stat().st_size,
            )
    return files


def count_repeated_keys(dataset: Dataset, paths: Sequence[Path], scratch: Path) -> int:
    """How many keys stand on more than one row over all the parts."""
    repeated = f"SELECT {identifiers(dataset.key)} FROM {build_read_parquet_sql(*paths)} GROUP BY ALL HAVING count(*) > 1"
    with open_duckdb(scratch) as con:
        return count_rows(con, f"({repeated})")


def count_invalid_coordinates(dataset: Dataset, paths: Sequence[Path], scratch: Path) -> int:
    """How many rows have a position that is not in degrees, which is all that GeoJSON (RFC 7946, 4) and the
    extent of a fiche can say; zero without positions."""
    longitude, latitude = _get_coordinate_column_names(dataset)
    if not (longitude and latitude):
        return 0
    x, y = (f"TRY_CAST({identifier(name)} AS DOUBLE)" for name in (longitude, latitude))
    shown = f"isfinite({x}) AND isfinite({y})"
    with open_duckdb(scratch) as con:
        off = f"{shown} AND (abs({x}) > 180 OR abs({y}) > 90)"
        return count_rows(con, f"{build_read_parquet_sql(*paths)} WHERE {off}")


def is_geojson_without_position(dataset: Dataset, paths: Sequence[Path], scratch: Path) -> bool:
    """Whether a GeoJSON is asked for, of rows of which none has a position: a map of nothing."""
    longitude, latitude = _get_coordinate_column_names(dataset)
    if OutputFormat.GEOJSON not in dataset.publication.formats or not (longitude and latitude):
        return False
    x, y = (f"TRY_CAST({identifier(name)} AS DOUBLE)" for name in (longitude, latitude))
    with open_duckdb(scratch) as con:
        rows, placed = fetch_single_row(
            con,
            f"SELECT count(*), count(*) FILTER (isfinite({x}) AND isfinite({y})) FROM {build_read_parquet_sql(*paths)}",
        )
    return bool(rows and not placed)


def _list_column_types(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return list(read_column_types(con, "revision").items())


def _build_iso_timestamp_sql(name: str, kind: str) -> str:
    """A moment with the T that ISO 8601 wants; everything else as DuckDB writes it."""
    column = identifier(name)
    return f"replace(CAST({column} AS VARCHAR), ' ', 'T')" if kind.startswith("TIMESTAMP") else column


def _build_csv_value_sql(name: str, kind: str, *, prefix: bool) -> str:
    """A whole number of a column of decimals without « .0 », as the source wrote it and as readers expect."""
    column = identifier(name)
    if prefix and kind == "VARCHAR":
        return build_formula_prefix_sql(column)
    if kind != "DOUBLE":
        return _build_iso_timestamp_sql(name, kind)
    whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
    return (
        f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
    )


def build_csv_columns_sql(dataset: Dataset, types: Iterable[tuple[str, str]]) -> str:
    """SQL of the columns of a revision (name, DuckDB type), as its CSV writes them."""
    prefix = dataset.publication.formulas == "prefix"
    return ", ".join(
        f"{_build_csv_value_sql(name, kind, prefix=prefix)} AS {identifier(name)}" for name, kind in types
    )


def _write_csv(con: duckdb.DuckDBPyConnection, dataset: Dataset, target: Path) -> None:
    selected = build_csv_columns_sql(dataset, _list_column_types(con))
    con.execute(f"COPY (SELECT {selected} FROM revision) TO {literal(str(target))} (FORMAT csv, HEADER)")


def _write_geojson(con: duckdb.DuckDBPyConnection, dataset: Dataset, title: str, target: Path) -> None:
    """One feature a line (RFC 7946); no geometry where a coordinate is missing."""
    longitude, latitude = _get_coordinate_column_names(dataset)
    properties = ", ".join(
        f"{literal(name)}, {_build_json_value_sql(name, kind)}"
        for name, kind in _list_column_types(con)
        if name not in (longitude, latitude)
    )
    x, y = (f"TRY_CAST({identifier(name)} AS DOUBLE)" for name in (longitude, latitude))
    sql = f"""
        SELECT json_object(
            'type', 'Feature',
            'geometry', CASE WHEN isfinite({x}) AND isfinite({y})
                        THEN json_object('type', 'Point', 'coordinates', json_array({x}, {y})) END,
            'properties', json_object({properties})
        )::VARCHAR FROM revision
    """
    rows = con.execute(sql)
    with target.open("w", encoding="utf-8", newline="\n") as out:
        name = json.dumps(title, ensure_ascii=False)
        out.write(f'{{"type":"FeatureCollection","name":{name},"features":[')
        before = "\n"
        while batch := rows.fetchmany(_BATCH_ROWS):
            out.write(before + ",\n".join(feature for (feature,) in batch))
            before = ",\n"
        out.write("\n]}\n")


def _write_xlsx(con: duckdb.DuckDBPyConnection, dataset: Dataset, target: Path) -> None:
    columns = _list_column_types(con)
    _require_data_to_fit_workbook(con, dataset, columns)
    rows = con.execute("FROM revision")
    xlsx.write_workbook(target, [name for name, _ in columns], iter(lambda: rows.fetchmany(_BATCH_ROWS), []))


def _require_data_to_fit_workbook(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, columns: Sequence[tuple[str, str]]
) -> None:
    longest = [f"coalesce(max(length({identifier(name)})), 0)" for name, kind in columns if kind == "VARCHAR"]
    rows, length = fetch_single_row(
        con, f"SELECT count(*), greatest({', '.join(['0', *longest])}) FROM revision"
    )
    if over := [
        OversizedWorkbook(detail={"count": count, "most": most, "what": what})
        for count, most, what in (
            (rows, xlsx.MOST_ROWS, _("lignes")),
            (len(columns), xlsx.MOST_COLUMNS, _("colonnes")),
            (length, xlsx.LONGEST_TEXT, _("caractères dans une cellule")),
        )
        if count > most
    ]:
        raise build_gate_error(dataset, _("Un classeur ne peut pas contenir ce jeu."), *over)


def _build_json_value_sql(name: str, kind: str) -> str:
    """JSON has no word for a number that is none, or infinite."""
    if kind == "DOUBLE":
        return f"CASE WHEN isfinite({identifier(name)}) THEN {identifier(name)} END"
    return _build_iso_timestamp_sql(name, kind)


def _get_coordinate_column_names(dataset: Dataset) -> tuple[str, str]:
    """The published names of longitude and latitude; the loader sees to it that both leave."""
    pair = dataset.geometry
    columns = (
        (dataset.find_column(pair.longitude), dataset.find_column(pair.latitude)) if pair else (None, None)
    )
    longitude, latitude = ((column.published_as or "") if column else "" for column in columns)
    return longitude, latitude
