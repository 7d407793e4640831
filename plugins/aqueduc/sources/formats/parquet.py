"""Parquet, batch by batch: each value as text, as any other file gives it, a number whole.

pyarrow rather than DuckDB's own reader: it takes limits on what the footer may ask for, and never takes the name
of a file for a pattern.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from aqueduc import duck
from aqueduc.errors import SourceUnreadable
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader, TableOutline
from aqueduc.sources.origin import CHECK_COLUMNS, LINE, SourceOrigin
from aqueduc.sources.reading import NumberSeparators, map_columns_to_number_separators
from aqueduc.sources.records import TextTable, write_text_table

BATCH_ROWS = 16_384
LARGEST_TEXTS = 64 << 20
"""Of the footer: what its texts and lists may take."""
MOST_TIMES_LARGER = 2_000
"""What the columns may unfold to, beside the size of the file: a column of one value is a few bytes."""
SMALL_ENOUGH = 1 << 30
_DAMAGED = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, UnicodeDecodeError)


def read_parquet(request: ExtractRequest, path: Path) -> ExtractResult:
    """Reads the table; a row is numbered by its rank. Lists and structures are their JSON text. Raises
    SourceUnreadable."""
    origin = request.source_origin
    file = _open_parquet(origin, path)
    names = _list_parquet_column_names(origin, file)
    origin.check_has_any_declared_column(names, request.declared_column_names, remedy=CHECK_COLUMNS)
    origin.check_column_names(names, request.declared_column_names)
    result: ExtractResult | None = None
    with duck.open_duckdb(request.scratch) as con:
        con.execute("SET TimeZone = 'UTC'")
        reader = pa.RecordBatchReader.from_batches(
            _build_schema_with_line_numbers(file.schema_arrow), _iterate_batches_with_line_numbers(file)
        )
        try:
            con.register("parquet", reader)
            separators = map_columns_to_number_separators(request.dataset)
            # The batches are gone through once, and what follows may look twice.
            copy = request.scratch / "columns.parquet"
            duck.write_parquet(
                con,
                f"SELECT {_build_select_list_sql(con, names, separators)} FROM parquet",
                copy,
                request.observe_rows,
            )
            result = write_text_table(con, TextTable(duck.build_read_parquet_sql(copy), names), request)
        except (duckdb.Error, *_DAMAGED):
            # Its text may quote what it read.
            result = None
    if result is None or result.rows != file.metadata.num_rows:
        raise _build_damaged_parquet_error(origin)
    return result


def _open_parquet(origin: SourceOrigin, path: Path) -> pq.ParquetFile:
    """Raises SourceUnreadable."""
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PARE":
        raise origin.build_unreadable_error(
            _("Le fichier Parquet est chiffré."), _("le redéposer sans chiffrement")
        )
    found: pq.ParquetFile | None = None
    unfolded = 0
    try:
        found = pq.ParquetFile(
            path,
            buffer_size=1 << 20,
            pre_buffer=False,
            thrift_string_size_limit=LARGEST_TEXTS,
            thrift_container_size_limit=1_000_000,
        )
        unfolded = _compute_uncompressed_size(found)
    except _DAMAGED:
        found = None
    if found is None:
        raise _build_damaged_parquet_error(origin)
    if unfolded > max(SMALL_ENOUGH, MOST_TIMES_LARGER * path.stat().st_size):
        raise origin.build_unreadable_error(
            _("Le fichier Parquet se déplie au-delà de toute mesure ({times} fois sa taille).").format(
                times=MOST_TIMES_LARGER
            ),
            _("vérifier d'où il vient ; le découper s'il est juste"),
        )
    return found


def _compute_uncompressed_size(file: pq.ParquetFile) -> int:
    """Bytes of all columns, as the footer says, or as few as its rows can take."""
    footer = file.metadata
    said = sum(footer.row_group(rank).total_byte_size for rank in range(footer.num_row_groups))
    return int(max(said, footer.num_rows))


def _list_parquet_column_names(origin: SourceOrigin, file: pq.ParquetFile) -> tuple[str, ...]:
    names = tuple(file.schema_arrow.names)
    origin.check_column_count(len(names))
    if not names:
        raise origin.build_unreadable_error(
            _("Le fichier Parquet n'a aucune colonne."), _("le réexporter entier")
        )
    return names


def _build_schema_with_line_numbers(schema: pa.Schema) -> pa.Schema:
    """By rank, since names may differ by their case only."""
    cells = [
        pa.field(f"c{rank}", _convert_to_duckdb_readable_type(one.type)) for rank, one in enumerate(schema)
    ]
    return pa.schema([pa.field(LINE, pa.int64()), *cells])


def _convert_to_duckdb_readable_type(kind: pa.DataType) -> pa.DataType:
    """What DuckDB knows of Arrow's types."""
    if pa.types.is_decimal256(kind):
        return pa.string()
    return pa.float32() if pa.types.is_float16(kind) else kind


def _iterate_batches_with_line_numbers(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    numbered, first = _build_schema_with_line_numbers(file.schema_arrow), 1
    for batch in file.iter_batches(batch_size=BATCH_ROWS):
        lines = pa.array(range(first, first + batch.num_rows), pa.int64())
        first += batch.num_rows
        cells = [
            column.cast(field.type) if column.type != field.type else column
            for column, field in zip(batch.columns, list(numbered)[1:], strict=True)
        ]
        yield pa.RecordBatch.from_arrays([lines, *cells], schema=numbered)


def _build_select_list_sql(
    con: duckdb.DuckDBPyConnection, names: tuple[str, ...], marks: Mapping[str, NumberSeparators]
) -> str:
    kinds = duck.read_column_types(con, "parquet")
    cells = [
        f"{_build_typed_cell_as_text_sql(f'c{rank}', kinds[f'c{rank}'], marks.get(name))} AS {duck.identifier(name)}"
        for rank, name in enumerate(names)
    ]
    return f"{LINE}, {', '.join(cells)}"


def _build_typed_cell_as_text_sql(cell: str, kind: str, marks: NumberSeparators | None) -> str:
    if marks and duck.is_number_type(kind):
        return marks.build_number_text_sql(_build_typed_cell_as_text_sql(cell, kind, None))
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"CAST(to_json({cell}) AS VARCHAR)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"regexp_replace(CAST({cell} AS VARCHAR), '[+]00$', 'Z')"
    if kind == "BLOB":
        # Texts that nobody said were texts.
        return f"coalesce(TRY(decode({cell})), CAST({cell} AS VARCHAR))"
    if kind in ("DOUBLE", "FLOAT"):
        # A whole number of a column that has no integers because it has gaps (pandas).
        whole = f"{cell} = trunc({cell}) AND abs({cell}) < 1e15"
        text = (
            f"CASE WHEN {whole} THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR) ELSE CAST({cell} AS VARCHAR) END"
        )
        return f"CASE WHEN NOT isnan({cell}) THEN {text} END"
    return f"CAST({cell} AS VARCHAR)"


def _build_damaged_parquet_error(origin: SourceOrigin) -> SourceUnreadable:
    return origin.build_unreadable_error(
        _("Le fichier n'est pas un Parquet lisible (coupé, abîmé, ou d'un type qu'Aqueduc ne connaît pas)."),
        _("le réexporter entier, ou en CSV"),
    )


# --- as a format ------------------------------------------------------------------------------------------


def _extract_parquet(request: ExtractRequest, path: Path, _options: FormatOptions) -> ExtractResult:
    return read_parquet(request, path)


def _probe_parquet_columns(request: ExtractRequest, path: Path, _options: FormatOptions) -> ProbeResult:
    return ProbeResult(
        _list_parquet_column_names(request.source_origin, _open_parquet(request.source_origin, path))
    )


def _is_parquet_file(head: FileHead) -> bool:
    return head.start.startswith((b"PAR1", b"PARE"))


def _list_parquet_table_outlines(
    origin: SourceOrigin, path: Path, _scratch: Path
) -> tuple[TableOutline, ...]:
    return (TableOutline(names=_list_parquet_column_names(origin, _open_parquet(origin, path)), typed=True),)


READER = FormatReader(
    extract=_extract_parquet,
    probe=_probe_parquet_columns,
    recognises=_is_parquet_file,
    outline=_list_parquet_table_outlines,
)
