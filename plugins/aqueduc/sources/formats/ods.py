"""ODS: the cells of a sheet as text, with what its merged cells and its formats say of them.

Read from its XML rather than by calamine, which loses the times of day of an ODS (``PT14H05M00S`` is NULL) and
the zeros that a format shows, knows none of its merged cells, and holds whatever rectangle its cells span.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from aqueduc.errors import SourceUnreadable
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FormatOptions
from aqueduc.sources.formats.magic import FileHead
from aqueduc.sources.formats.reader import FormatReader
from aqueduc.sources.formats.sheets import (
    MOST_AREAS,
    MOST_COLUMNS,
    PERCENT,
    SCALED,
    HiddenRowsAndColumns,
    MergedCellArea,
    NumberDisplayFormats,
    fill_merged_header_cells_downwards,
)
from aqueduc.sources.formats.units import mentions_scaling_unit
from aqueduc.sources.formats.workbook import (
    LARGEST_UNZIPPED,
    MOST_CELLS,
    SheetPreview,
    WorkbookSheet,
    build_missing_sheet_error,
    build_oversize_error,
    build_password_protected_error,
    build_unreadable_workbook_error,
)
from aqueduc.sources.formats.xlsx import read_sheet, read_sheet_column_names
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.reading import map_columns_to_number_separators
from aqueduc.sources.xmlstream import UnexpectedXml, XmlStream

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
)
_DURATION = re.compile(r"(-?)PT([0-9]+)H([0-9]+)M([0-9]+)(?:[.,][0-9]+)?S")
_ZEROS = re.compile(r"0[0-9]{1,17}")
_TWO_DECIMALS = re.compile(r"[0-9]{1,2}[.,][0-9]{2}")
_BESIDE = frozenset(("annotation", "frame", "custom-shape", "caption", "g", "rect", "control"))
"""What hangs on a cell without being its value: a note, a drawing."""
_HOLDING = frozenset(("float", "percentage", "currency"))


class _OdsSheetTooLarge(Exception):
    """More cells, or merged ones, than any sheet that is read."""


class _SheetReadingDone(Exception):
    """What was wanted has been read."""


@dataclass
class _OdsSheet:
    """``rows``: the cells of each row, up to its last one that holds something."""

    name: str
    visible: bool
    rows: list[list[str | None]] = field(default_factory=list)
    areas: list[MergedCellArea] = field(default_factory=list)
    shown: dict[str, dict[int, dict[int, int]]] = field(default_factory=dict)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    width: int = 0
    height: int = 0
    """How many rows there are, where only the first are held."""

    def build_text_record_batch(self) -> pa.RecordBatch:
        columns = [
            pa.array([row[rank] if rank < len(row) else None for row in self.rows], pa.string())
            for rank in range(self.width)
        ]
        return pa.RecordBatch.from_arrays(columns, names=[f"c{rank}" for rank in range(self.width)])

    def build_sheet_preview(self) -> SheetPreview:
        rows = [[*row, *[None] * (self.width - len(row))] for row in self.rows]
        fill_merged_header_cells_downwards(rows, self.areas)
        return SheetPreview(self.name, rows, max(self.height, len(rows)))

    def build_workbook_sheet(self) -> WorkbookSheet:
        height = len(self.rows)
        numbers = {
            rank: pa.array([line in rows for line in range(height)], pa.bool_())
            for rank, rows in self.shown.pop("numbers", {}).items()
        }
        shown = NumberDisplayFormats(
            **{
                what: {
                    rank: bytes(rows.get(line, 0) for line in range(height)) for rank, rows in found.items()
                }
                for what, found in self.shown.items()
            }
        )
        hidden = HiddenRowsAndColumns(frozenset(self.hidden_rows), frozenset(self.hidden_columns))
        uncomputed = frozenset(self.uncomputed)
        areas = tuple(self.areas)
        return WorkbookSheet(
            self.name, self.build_text_record_batch(), areas, shown, uncomputed, hidden, numbers=numbers
        )


@dataclass
class _OdsSheetReader:
    """Takes the events of a ``content.xml``: the sheet that is ``wanted``, the first visible one for None; or the
    first ``most`` rows of each."""

    wanted: str | None
    most: int | None = None
    numbers: bool = False
    sheets: list[_OdsSheet] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    _hidden: set[str] = field(default_factory=set)
    _style: str = ""
    _sheet: _OdsSheet | None = None
    _nested: int = 0
    _row: list[tuple[int, str | None]] = field(default_factory=list)
    _empty_rows: int = 0
    _row_times: int = 1
    _row_hidden: bool = False
    _columns: int = 0
    _column: int = 0
    _cell: Mapping[str, str] | None = None
    _texts: list[str] = field(default_factory=list)
    _in_text: int = 0
    _note: int = 0
    _cells: int = 0

    def start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        match name:
            case "style":
                self._style = attributes.get("style:name", "")
            case "table-properties" if attributes.get("table:display") == "false":
                self._hidden.add(self._style)
            case "table":
                self._start_table(attributes)
            case "table-row" if self._sheet and self._cell is None:
                self._row_times = _read_repeat_count(attributes, "table:number-rows-repeated")
                self._row_hidden = _is_hidden_row_or_column(attributes)
                self._row, self._column = [], 0
            case "table-column" if self._sheet and self._cell is None:
                self._start_column(self._sheet, attributes)
            case "table-cell" | "covered-table-cell" if self._sheet and self._cell is None:
                self._cell, self._texts = attributes, []
            case _ if name in _BESIDE:
                self._note += 1
            case "p" | "h" if self._cell is not None and not self._note:
                self._texts += ["\n"] if self._texts else []
                self._in_text += 1
            case "s" if self._in_text:
                self._texts.append(" " * min(1000, _read_repeat_count(attributes, "text:c")))
            case "tab" | "line-break" if self._in_text:
                self._texts.append("\t" if name == "tab" else "\n")

    def add_text(self, text: str) -> None:
        if self._in_text and not self._note:
            self._texts.append(text)

    def end_element(self, name: str) -> None:
        match name:
            case "table":
                self._end_table()
            case "table-row" if self._sheet and self._cell is None:
                self._end_row(self._sheet)
            case "table-cell" | "covered-table-cell" if self._sheet and self._cell is not None:
                self._end_cell(self._sheet, self._cell)
                self._cell = None
            case _ if name in _BESIDE:
                self._note -= 1
            case "p" | "h" if self._in_text and not self._note:
                self._in_text -= 1

    def _start_table(self, attributes: Mapping[str, str]) -> None:
        if self._sheet:
            # A table in a cell, which no spreadsheet shows.
            self._nested += 1
            return
        found = _OdsSheet(
            attributes.get("table:name", ""), attributes.get("table:style-name", "") not in self._hidden
        )
        self.known.append(found.name)
        is_wanted = found.name == self.wanted if self.wanted is not None else found.visible
        if is_wanted or self.most is not None:
            self._sheet, self._empty_rows, self._columns = found, 0, 0

    def _start_column(self, sheet: _OdsSheet, attributes: Mapping[str, str]) -> None:
        first = self._columns
        self._columns += _read_repeat_count(attributes, "table:number-columns-repeated")
        if _is_hidden_row_or_column(attributes):
            sheet.hidden_columns.update(range(first, min(self._columns, MOST_COLUMNS)))

    def _end_table(self) -> None:
        if self._nested:
            self._nested -= 1
        elif self._sheet:
            self.sheets.append(self._sheet)
            self._sheet = None
            if self.most is None:
                raise _SheetReadingDone

    def _end_cell(self, sheet: _OdsSheet, cell: Mapping[str, str]) -> None:
        times = _read_repeat_count(cell, "table:number-columns-repeated")
        value = _read_cell(cell, "".join(self._texts))
        line = len(sheet.rows) + self._empty_rows
        if value is not None:
            self._check_cell_limit(times)
            self._row += [(self._column + rank, value) for rank in range(times)]
            what, mark = _classify_number_display(cell, value, "".join(self._texts))
            is_number = self.numbers and _is_number_cell(cell)
            for rank in range(self._column, self._column + times):
                if what:
                    sheet.shown.setdefault(what, {}).setdefault(rank, {})[line] = mark
                if is_number:
                    sheet.shown.setdefault("numbers", {}).setdefault(rank, {})[line] = 1
        elif "table:formula" in cell and cell.get("office:value-type") != "string":
            self._check_cell_limit(times)
            sheet.uncomputed.update((self._column + rank, line) for rank in range(times))
        down = _read_repeat_count(cell, "table:number-rows-spanned")
        across = _read_repeat_count(cell, "table:number-columns-spanned")
        if down > 1 or across > 1:
            sheet.areas.append(MergedCellArea(line, self._column, line + down - 1, self._column + across - 1))
            if len(sheet.areas) > MOST_AREAS:
                raise _OdsSheetTooLarge
        self._column += times

    def _end_row(self, sheet: _OdsSheet) -> None:
        if self.most is not None and len(sheet.rows) >= self.most:
            sheet.height = max(sheet.height, len(sheet.rows)) + self._row_times * bool(self._row)
            return
        if not self._row:
            self._empty_rows += self._row_times
            return
        times = self._row_times
        cells: list[str | None] = [None] * (self._row[-1][0] + 1)
        for rank, value in self._row:
            cells[rank] = value
        sheet.width = max(sheet.width, len(cells))
        height = len(sheet.rows) + self._empty_rows + times
        if sheet.width * height > MOST_CELLS:
            raise _OdsSheetTooLarge
        self._check_cell_limit(len(self._row) * (times - 1))
        first = len(sheet.rows) + self._empty_rows
        sheet.rows += [[]] * self._empty_rows
        sheet.rows += [cells] * times
        if self._row_hidden:
            sheet.hidden_rows.update(range(first, first + times))
        for rows in (rows for found in sheet.shown.values() for rows in found.values()):
            if first in rows:
                rows.update(dict.fromkeys(range(first, first + times), rows[first]))
        self._empty_rows = 0

    def _check_cell_limit(self, more: int) -> None:
        self._cells += more
        if self._cells > MOST_CELLS:
            raise _OdsSheetTooLarge


def _is_hidden_row_or_column(attributes: Mapping[str, str]) -> bool:
    """Of a row or a column: hidden, folded, or filtered out."""
    return attributes.get("table:visibility", "visible") in ("collapse", "filter")


def _read_repeat_count(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 9 else 1


def _get_value_type(cell: Mapping[str, str]) -> str:
    return cell.get("office:value-type") or cell.get("calcext:value-type", "")


def _is_number_cell(cell: Mapping[str, str]) -> bool:
    """Rather than a text, or a number of which only the text is there."""
    return _get_value_type(cell) in _HOLDING and bool(cell.get("office:value"))


def _read_cell(cell: Mapping[str, str], shown: str) -> str | None:
    """The value of a cell, rather than how it is shown: ``1063.1``, not « 1 063,10 € »."""
    kind = _get_value_type(cell)
    if kind in _HOLDING:
        return cell.get("office:value") or shown or None
    if kind == "date":
        return cell.get("office:date-value", shown).replace("T", " ") or None
    if kind == "boolean":
        return cell.get("office:boolean-value") or shown or None
    if kind == "time":
        found = _DURATION.fullmatch(cell.get("office:time-value", ""))
        return f"{found[1]}{found[2]:0>2}:{found[3]:0>2}:{found[4]:0>2}" if found else shown or None
    return shown or cell.get("office:string-value") or None


def _classify_number_display(cell: Mapping[str, str], value: str, shown: str) -> tuple[str, int]:
    """What of ``NumberDisplayFormats`` a cell fills, and with what, by the text that stands beside its value."""
    if _ZEROS.fullmatch(shown) and value.isdecimal():
        return "zeros", len(shown)
    kind = _get_value_type(cell)
    if kind == "percentage":
        return "units", PERCENT
    if kind not in _HOLDING:
        return "", 0
    if mentions_scaling_unit(shown.lstrip("-0123456789.,\u00a0\u202f ")):
        return "units", SCALED
    return ("decimals", 2) if _TWO_DECIMALS.fullmatch(shown) else ("", 0)


def _parse_ods_content(origin: SourceOrigin, path: Path, reader: _OdsSheetReader) -> None:
    """Raises SourceUnreadable."""
    wrong: SourceUnreadable | None = None
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo("content.xml")
            manifest = (
                archive.read("META-INF/manifest.xml") if _has_manifest_of_plausible_size(archive) else b""
            )
            if b"encryption-data" in manifest or info.flag_bits & 1:
                wrong = build_password_protected_error(origin)
            elif info.file_size > LARGEST_UNZIPPED:
                wrong = build_oversize_error(origin)
            else:
                with archive.open(info) as file:
                    stream = XmlStream(file, reader.start_element, reader.end_element, reader.add_text)
                    for _turn in stream.parse_document_by_blocks():
                        pass
    except _SheetReadingDone:
        pass
    except _OdsSheetTooLarge:
        wrong = build_oversize_error(origin)
    except (UnexpectedXml, *_DAMAGED):
        wrong = build_unreadable_workbook_error(origin)
    if wrong is not None:
        raise wrong


def _has_manifest_of_plausible_size(archive: zipfile.ZipFile) -> bool:
    """One that is of the size of a manifest."""
    sizes = {member.filename: member.file_size for member in archive.infolist()}
    return 0 < sizes.get("META-INF/manifest.xml", 0) < 1 << 20


def read_ods_sheet(
    origin: SourceOrigin, path: Path, wanted: str | None, *, numbers: bool = False
) -> WorkbookSheet:
    """The ``wanted`` sheet, the first visible one for None; ``numbers``: tells them from texts. Raises
    SourceUnreadable, SourceNotFound."""
    reader = _OdsSheetReader(wanted, numbers=numbers)
    _parse_ods_content(origin, path, reader)
    if not reader.sheets and wanted is not None:
        raise build_missing_sheet_error(origin, wanted, reader.known)
    return (
        reader.sheets[0].build_workbook_sheet()
        if reader.sheets
        else _OdsSheet("", visible=True).build_workbook_sheet()
    )


def read_ods_sheet_previews(origin: SourceOrigin, path: Path, rows: int) -> tuple[SheetPreview, ...]:
    """The first ``rows`` of each visible sheet. Raises SourceUnreadable."""
    reader = _OdsSheetReader(None, rows)
    _parse_ods_content(origin, path, reader)
    return tuple(sheet.build_sheet_preview() for sheet in reader.sheets if sheet.visible)


# --- as a format ------------------------------------------------------------------------------------------


def _extract_ods(request: ExtractRequest, path: Path, options: FormatOptions) -> ExtractResult:
    numbers = bool(map_columns_to_number_separators(request.dataset))
    page = read_ods_sheet(request.source_origin, path, options.sheet, numbers=numbers)
    return read_sheet(request, page, options)


def _probe_ods_columns(request: ExtractRequest, path: Path, options: FormatOptions) -> ProbeResult:
    page = read_ods_sheet(request.source_origin, path, options.sheet)
    return ProbeResult(read_sheet_column_names(request, page, header_rows=options.header_rows))


def _is_ods_file(head: FileHead) -> bool:
    return head.mimetype == _MIMETYPE


READER = FormatReader(
    extract=_extract_ods, probe=_probe_ods_columns, recognises=_is_ods_file, sheets=read_ods_sheet_previews
)
