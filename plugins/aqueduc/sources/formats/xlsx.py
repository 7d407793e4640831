"""Spreadsheets: every cell read as text, so that a column of mixed cells loses none of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from aqueduc import duck
from aqueduc.findings import Finding
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.findings import (
    CellErrors,
    EarlyMoments,
    FilledMergedCells,
    PublishedHiddenColumn,
    ReadHiddenRows,
    ShownDecimals,
    ShownPercents,
    ShownUnits,
    SkippedFooterRows,
    SkippedHiddenRows,
    SkippedTitleRows,
    UncomputedFormulas,
    UnitInTitle,
)
from aqueduc.sources.formats import FormatOptions, heading
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader
from aqueduc.sources.formats.sheets import (
    PERCENT,
    SCALED,
    MergedCellArea,
    fill_merged_header_cells_downwards,
    format_column_letters,
)
from aqueduc.sources.formats.units import mentions_scaling_unit
from aqueduc.sources.formats.workbook import WorkbookSheet, read_sheet_previews, read_workbook_sheet
from aqueduc.sources.origin import LINE, SourceOrigin
from aqueduc.sources.reading import (
    SERIAL_DAY,
    NumberSeparators,
    build_trim_sql,
    map_columns_to_lexical_types,
    map_columns_to_number_separators,
)
from aqueduc.sources.records import LINES_SHOWN, TextTable, build_blank_rows_finding, write_text_table


def read_sheet(request: ExtractRequest, page: WorkbookSheet, options: FormatOptions) -> ExtractResult:
    """The rows of a sheet. Its header is found among the first thirty rows. A merged cell has its value in each
    of its rows.

    The sheet is held in memory, as its format wants. Raises SourceUnreadable.
    """
    top, found = _find_header_position_and_names(request, page, options.header_rows)
    first = top + options.header_rows
    last, feet = _find_footer_rows(page.table, first, options.footer)
    names = _map_column_names_to_ranks(
        request.source_origin, page.table.slice(0, last), found, request.declared_column_names, first
    )
    columns, findings = _build_sheet_columns_and_findings(request, page, names, range(first, last))
    with duck.open_duckdb(request.scratch) as con:
        con.register("sheet", columns)
        lines = pa.array(sorted(row + 1 for row in page.hidden.rows), pa.int64())
        con.register("hidden_lines", pa.table({"line": lines}))
        filled = " OR ".join(f"{build_trim_sql(duck.identifier(n))} <> ''" for n in names)
        seen = "" if options.hidden_rows != "skip" else f" AND NOT {_IS_HIDDEN}"
        result = write_text_table(
            con,
            TextTable(f"(SELECT * FROM sheet WHERE ({filled}){seen})", tuple(names)),
            request,
            request.observe_rows,
        )
        hidden = duck.fetch_single_row(
            con, f"SELECT count(*), min({LINE}, {LINES_SHOWN}) FROM sheet WHERE ({filled}) AND {_IS_HIDDEN}"
        )
    above = [list(filter(None, row.values())) for row in page.table.slice(0, top).to_pylist()]
    aside: tuple[Finding, ...] = (
        (UnitInTitle(),) if any(map(mentions_scaling_unit, chain.from_iterable(above))) else ()
    )
    if titles := sum(map(bool, above)):
        aside += (SkippedTitleRows(count=titles),)
    if feet:
        aside += (SkippedFooterRows(count=len(feet), lines=tuple(feet[:LINES_SHOWN])),)
    blanks = columns.num_rows - result.rows - (int(hidden[0]) if seen else 0)
    told = (
        *_build_hidden_rows_findings(hidden, options),
        *_build_hidden_columns_findings(request, page, names),
    )
    return replace(
        result, findings=(*aside, *told, *findings, *build_blank_rows_finding(blanks), *result.findings)
    )


_IS_HIDDEN = f"{LINE} IN (SELECT line FROM hidden_lines)"


def _build_sheet_columns_and_findings(
    request: ExtractRequest, page: WorkbookSheet, names: Mapping[str, int], rows: range
) -> tuple[pa.Table, list[Finding]]:
    """The cells of ``rows`` under their columns, each with its line number."""
    body = page.table.slice(rows.start, len(rows))
    columns = {LINE: pa.array(range(rows.start + 1, rows.stop + 1), pa.int64())}
    merges = _group_merged_areas_by_column(page.areas)
    findings: list[Finding] = []
    leaving = {column.name for column in request.dataset.published_columns}
    kinds, marks = (
        map_columns_to_lexical_types(request.dataset),
        map_columns_to_number_separators(request.dataset),
    )
    for name, rank in names.items():
        cells = _replace_durations_in_column(body.column(rank), page.durations.get(rank), rows)
        cells = _format_numbers_with_field_separators(cells, page.numbers.get(rank), marks.get(name), rows)
        shown = _pad_leading_zeros(cells, page.shown.zeros.get(rank, b""), rows.start)
        shown, outlined = _pad_two_decimals(shown, page.shown.decimals.get(rank, b""), rows.start)
        columns[name], count = _fill_merged_cells(shown, merges.get(rank, ()), rows.start)
        if page.since_1904 and kinds.get(name) in ("date", "datetime"):
            columns[name] = _convert_days_from_1904_origin(columns[name])
        # The name of a column that nobody declared may be a cell.
        if name in request.declared_column_names:
            findings += [FilledMergedCells(column=name, count=count)] if count else []
            findings += _check_uncomputed_formulas(page, name, rank, rows)
            findings += _check_cell_errors(page, name, rank, rows)
            findings += _check_dates_at_calendar_start(columns[name], name, rows)
        if name in leaving:
            findings += _check_percent_and_scaled_numbers(page, name, rank, rows)
            findings += [ShownDecimals(column=name, count=outlined)] if outlined else []
    return pa.table(columns), findings


def _replace_durations_in_column(column: pa.Array, durations: pa.Array | None, rows: range) -> pa.Array:
    """The cells of a column, a duration as its hours, minutes and seconds: 33:30:00, which the reader gives as an
    instant of 1900."""
    return column if durations is None else pc.coalesce(durations.slice(rows.start, len(rows)), column)


def _format_numbers_with_field_separators(
    column: pa.Array, numbers: pa.Array | None, marks: NumberSeparators | None, rows: range
) -> pa.Array:
    """The cells of a column, those that are numbers with the marks by which their field reads its texts."""
    if numbers is None or marks is None:
        return column
    cells = zip(column.to_pylist(), numbers.slice(rows.start, len(rows)).to_pylist(), strict=True)
    return pa.array(
        [marks.format_number_with_separators(cell) if cell and number else cell for cell, number in cells],
        pa.string(),
    )


def _build_hidden_rows_findings(hidden: Sequence[Any], options: FormatOptions) -> Iterator[Finding]:
    count, lines = hidden
    kind = {"skip": SkippedHiddenRows, None: ReadHiddenRows}.get(options.hidden_rows)
    if count and kind:
        yield kind(count=int(count), lines=tuple(lines))


def _build_hidden_columns_findings(
    request: ExtractRequest, page: WorkbookSheet, names: Mapping[str, int]
) -> Iterator[Finding]:
    leaving = {column.name for column in request.dataset.published_columns}
    for name, rank in names.items():
        if rank in page.hidden.columns and name in leaving:
            yield PublishedHiddenColumn(column=name)


def read_sheet_column_names(
    request: ExtractRequest, page: WorkbookSheet, *, header_rows: int = 1
) -> tuple[str, ...]:
    """The columns of a sheet. Raises SourceUnreadable."""
    top, found = _find_header_position_and_names(request, page, header_rows)
    return tuple(
        _map_column_names_to_ranks(
            request.source_origin, page.table, found, request.declared_column_names, top + header_rows
        )
    )


def _check_uncomputed_formulas(page: WorkbookSheet, name: str, rank: int, rows: range) -> Iterator[Finding]:
    lines = sorted(row + 1 for column, row in page.uncomputed if column == rank and row in rows)
    if lines:
        yield UncomputedFormulas(column=name, count=len(lines), lines=tuple(lines[:LINES_SHOWN]))


def _check_cell_errors(page: WorkbookSheet, name: str, rank: int, rows: range) -> Iterator[Finding]:
    lines = sorted(row + 1 for row in page.errors.get(rank, ()) if row in rows)
    if lines:
        yield CellErrors(column=name, count=len(lines), lines=tuple(lines[:LINES_SHOWN]))


def _check_dates_at_calendar_start(column: pa.Array, name: str, rows: range) -> Iterator[Finding]:
    """Instants of the first weeks of a workbook's calendar: hours beyond 24 whose format does not say so."""
    early = pc.fill_null(pc.match_substring_regex(column, _EARLY), False).to_pylist()
    lines = [row + 1 for row, is_early in zip(rows, early, strict=True) if is_early]
    if lines:
        yield EarlyMoments(column=name, count=len(lines), lines=tuple(lines[:LINES_SHOWN]))


_EARLY = "^1900-0[12]-[0-9]{2} (0[1-9]|1[0-9]|2[0-3]|00:0[1-9]|00:[1-5])"


def _find_header_position_and_names(
    request: ExtractRequest, page: WorkbookSheet, header_rows: int
) -> tuple[int, list[str]]:
    """The first row of the header, and the names that its rows give. Raises SourceUnreadable where the declared
    columns are those of fewer rows: the row below them would be published as data."""
    declared = request.declared_column_names
    if not header_rows:
        return 0, heading.build_numbered_column_names(page.table.num_columns)
    rows = [list(row.values()) for row in page.table.slice(0, heading.WITHIN + header_rows).to_pylist()]
    fill_merged_header_cells_downwards(rows, page.areas)
    last = max(1, len(rows) - header_rows + 1)
    groups = [
        heading.build_column_names_from_header_rows(rows[rank : rank + header_rows], declared)
        for rank in range(last)
    ]
    rank = heading.find_header_position(groups, declared)
    if header_rows > 1 and rows and heading.count_matching_declared_names(groups[rank], declared):
        heading.refuse_blank_first_header_row(request.source_origin, rows[rank], rank + 1, header_rows)
    return rank, groups[rank] if rows else []


def _find_footer_rows(table: pa.RecordBatch, first: int, footer: tuple[str, ...]) -> tuple[int, list[int]]:
    """Where the rows of data end, and the line numbers of those below that say so."""
    feet: list[int] = []
    last = table.num_rows
    for rank in range(table.num_rows - 1, first - 1, -1) if footer else ():
        cells = (heading.collapse_column_name_blanks(column[rank].as_py()) for column in table.columns)
        start = next((cell for cell in cells if cell), "")
        if start and not start.casefold().startswith(footer):
            break
        if start:
            last = rank
            feet.insert(0, rank + 1)
    return last, feet


def _pad_leading_zeros(column: pa.Array, widths: bytes, first: int) -> pa.Array:
    """The cells of a column, a whole number filled with the zeros that its format shows."""
    if not widths:
        return column
    shown = zip(column.to_pylist(), widths[first:], strict=False)
    cells = [cell.zfill(width) if cell and cell.isdecimal() else cell for cell, width in shown]
    return pa.concat_arrays([pa.array(cells, pa.string()), column.slice(len(cells)).cast(pa.string())])


def _convert_days_from_1904_origin(column: pa.Array) -> pa.Array:
    """The cells of a column, its numbers of days counted from the origin of every other book."""
    cells = [
        f"{int(cell[:5]) + _DAYS_TO_1904}{cell[5:]}" if cell and re.fullmatch(SERIAL_DAY, cell) else cell
        for cell in column.to_pylist()
    ]
    return pa.array(cells, pa.string())


_DAYS_TO_1904 = 1462


def _pad_two_decimals(column: pa.Array, widths: bytes, first: int) -> tuple[pa.Array, int]:
    """The cells of a column with the two decimals that their format shows, and how many have them, if these may be
    the numbers of chapters: what reads 1.10 is stored as 1.1."""
    if not any(widths[first:]):
        return column, 0
    cells = column.to_pylist()
    ranks = [
        rank for rank, cell in enumerate(cells) if cell and widths[first + rank : first + rank + 1] == b"\2"
    ]
    if not all(_OUTLINE.fullmatch(cells[rank]) for rank in ranks) or not any(
        "." in cells[rank] for rank in ranks
    ):
        return column, 0
    for rank in ranks:
        whole, _point, decimals = cells[rank].partition(".")
        cells[rank] = f"{whole}.{decimals:0<2}"
    return pa.array(cells, pa.string()), len(ranks)


_OUTLINE = re.compile("[0-9]{1,2}(?:[.][0-9]{1,2})?")


def _check_percent_and_scaled_numbers(
    page: WorkbookSheet, name: str, rank: int, rows: range
) -> Iterator[Finding]:
    marks = page.shown.units.get(rank, b"")
    cells = page.table.column(rank)
    for kind, mark in ((ShownPercents, PERCENT), (ShownUnits, SCALED)):
        lines = [row + 1 for row in rows if marks[row : row + 1] == bytes([mark]) and cells[row].is_valid]
        if lines:
            yield kind(column=name, count=len(lines), lines=tuple(lines[:LINES_SHOWN]))


def _group_merged_areas_by_column(areas: Sequence[MergedCellArea]) -> dict[int, list[MergedCellArea]]:
    """The merged cells that begin in each column, from top to bottom."""
    found: dict[int, list[MergedCellArea]] = {}
    for area in sorted(areas, key=lambda area: area.top):
        found.setdefault(area.left, []).append(area)
    return found


def _fill_merged_cells(
    column: pa.Array, merged: Sequence[MergedCellArea], first: int
) -> tuple[pa.Array, int]:
    """The cells of a column, with the value of a merged one in each of its rows; how many were filled.

    ``merged`` are sorted. No two share a row, in a workbook that a spreadsheet wrote: of those that do, the
    second is cut, so that each row is filled once."""
    cells, count, free = None, 0, 0
    for area in merged:
        top, bottom = max(area.top - first, free), min(area.bottom - first, len(column) - 1)
        if area.top < first or bottom <= top:
            continue
        cells = column.to_pylist() if cells is None else cells
        for rank in range(top + 1, bottom + 1):
            count += cells[rank] is None and cells[top] is not None
            cells[rank] = cells[rank] if cells[rank] is not None else cells[top]
        free = bottom + 1
    return (column if cells is None else pa.array(cells, pa.string())), count


_CHECK_SHEET = _(
    "rétablir l'en-tête de la feuille, ou mettre à jour « columns: », « header_rows: », ou « sheet: » si ce n'est pas la "
    "bonne feuille"
)


def _map_column_names_to_ranks(
    origin: SourceOrigin, table: pa.RecordBatch, names: list[str], declared: Sequence[str], first: int
) -> dict[str, int]:
    """Column name to its rank; a column without a name is left out if it is empty all the way down."""
    if not table.num_rows:
        raise origin.build_unreadable_error(
            _("La feuille est vide."), _("redéposer le classeur, ou corriger « sheet: »")
        )
    origin.check_has_any_declared_column(names, declared, remedy=_CHECK_SHEET)
    for rank, name in enumerate(names):
        if not name and any(
            map(heading.collapse_column_name_blanks, table.column(rank).slice(first).to_pylist())
        ):
            raise origin.build_unreadable_error(
                _("La colonne {letters} de la feuille n'a pas de nom.").format(
                    letters=format_column_letters(rank)
                ),
                _("lui en donner un, la vider, ou la déclarer « colonne {rank} »").format(rank=rank + 1),
            )
    kept = {rank: name for rank, name in enumerate(names) if name}
    origin.check_column_names(tuple(kept.values()), declared, holder=_("L'en-tête"))
    return {name: rank for rank, name in kept.items()}


# --- as formats -------------------------------------------------------------------------------------------


def _extract_workbook(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    numbers = bool(map_columns_to_number_separators(request.dataset))
    page = read_workbook_sheet(request.source_origin, path, options.sheet, request.scratch, numbers=numbers)
    return read_sheet(request, page, options)


def _probe_workbook_columns(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    page = read_workbook_sheet(request.source_origin, path, options.sheet, request.scratch)
    return ProbeResult(read_sheet_column_names(request, page, header_rows=options.header_rows))


def _is_xlsx_file(head: FileHead) -> bool:
    members = head.members or ()
    return any(name.startswith("xl/") for name in members) and "xl/workbook.bin" not in members


def _is_xls_file(head: FileHead) -> bool:
    return head.start.startswith(b"\xd0\xcf\x11\xe0")


READER = FormatReader(
    extract=_extract_workbook,
    probe=_probe_workbook_columns,
    recognises=_is_xlsx_file,
    sheets=read_sheet_previews,
)
OLD_READER = FormatReader(
    extract=_extract_workbook,
    probe=_probe_workbook_columns,
    recognises=_is_xls_file,
    sheets=read_sheet_previews,
)
