"""The process in which a workbook is opened: what its reader does of a damaged one (a panic, an allocation
without end) ends here, and what it writes of it goes nowhere.

Run by its path, so that nothing of ours is imported. One request (JSON) on standard input::

    {"path": …, "sheet": name or null, "out": Arrow file to write, "rows": null or how many of each sheet,
     "numbers": whether to tell numbers from texts, "formats": whether nobody else reads the formats of cells,
     "memory": bytes, "sys_path": […]}

One answer (JSON) on standard output: ``known`` (all the sheets), then ``sheet``, whose cells (text) are in
``out``, null when there is none, ``errors``, its cells in error by column, and ``first``, the rank in the sheet of the
first column that holds something, which is column 0 here; or, with ``rows``, ``outlines``: name, first rows, number of
rows and ``first`` of each visible sheet. Beside the cells of column 3, ``number3`` says which were numbers, and
``duration3`` what they are as durations.
``unreadable`` instead when the file is no workbook, and ``locked`` when it asks for a password.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import fastexcel
    import pyarrow as pa

_EARLY = "^(1899|190[0-9])-[0-9]{2}-[0-9]{2} "
"""A moment that may be a duration: up to ten years of hours."""
_OLD = "^(0[0-9]{3}|1[0-8][0-9]{2}|1900)-[0-9]{2}-[0-9]{2} |^1899-"
"""A moment before 1901."""
_MOST_ASKED = 500
_DECIMAL = r"^-?[0-9]+([.][0-9]+)?$"


def handle_workbook_request(request: dict[str, Any]) -> dict[str, Any]:
    import fastexcel

    try:
        book = fastexcel.read_excel(request["path"])
        if request["rows"] is not None:
            return {"known": book.sheet_names, "outlines": _read_sheet_previews(book, request["rows"])}
        return {"known": book.sheet_names, **_write_sheet_as_arrow(book, request)}
    except fastexcel.FastExcelError as error:
        return {"unreadable": True, "locked": "password" in str(error).lower()}


def _write_sheet_as_arrow(book: fastexcel.ExcelReader, request: dict[str, Any]) -> dict[str, Any]:
    """Writes the wanted sheet, the first visible one when none is; its name, and its cells in error."""
    import pyarrow as pa

    for name in book.sheet_names:
        if request["sheet"] not in (None, name):
            continue
        # skip_rows=0 keeps the empty rows above the table: without it, line numbers would be wrong.
        found = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if request["sheet"] is None and found.visible != "visible":
            continue
        read, wrong = found.to_arrow_with_errors()
        texts = _restore_significant_digits(
            read, book.load_sheet(name, header_row=None, skip_rows=0, dtypes="float")
        )
        texts = _correct_dates_before_march_1900(book, name, texts)
        columns = {f"cell{rank}": column for rank, column in enumerate(texts.columns)}
        columns |= _compute_duration_cells(book, name, texts, by_format=request["formats"])
        columns |= _find_number_cells(book, name, texts) if request["numbers"] else {}
        batch = pa.RecordBatch.from_pydict(columns)
        with pa.OSFile(request["out"], "wb") as file, pa.ipc.new_file(file, batch.schema) as writer:
            writer.write_batch(batch)
        first = found.selected_columns[0].absolute_index if found.selected_columns else 0
        return {"sheet": str(name), "first": first, "errors": _group_error_rows_by_column(wrong)}
    return {"sheet": None}


def _group_error_rows_by_column(wrong: fastexcel.CellErrors | None) -> dict[int, list[int]]:
    """The rows of the cells that are no text (#N/A…), by column."""
    rows: dict[int, list[int]] = {}
    for error in wrong.errors if wrong else ():
        row, column = error.position
        rows.setdefault(column, []).append(row)
    return rows


def _find_number_cells(book: fastexcel.ExcelReader, name: str, texts: pa.RecordBatch) -> dict[str, pa.Array]:
    """Which cells of each column are numbers: the reader makes a truth value of them, and of no text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    truths = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="boolean").to_arrow().columns
    words = pa.array(["true", "false"])
    return {
        f"number{rank}": pc.and_(pc.is_valid(truth), pc.invert(pc.is_in(text, words)))
        for rank, (truth, text) in enumerate(zip(truths, texts.columns, strict=True))
    }


def _compute_duration_cells(
    book: fastexcel.ExcelReader, name: str, texts: pa.RecordBatch, *, by_format: bool
) -> dict[str, pa.Array]:
    """What the moments of each column that has early ones are, as hours since day 0. ``by_format``: of the durations
    only."""
    import pyarrow as pa
    import pyarrow.compute as pc

    early = {rank: pc.match_substring_regex(text, _EARLY) for rank, text in enumerate(texts.columns)}
    early = {rank: pc.fill_null(found, False) for rank, found in early.items()}
    early = {rank: found for rank, found in early.items() if pc.any(found).as_py()}
    if not early:
        return {}
    spans = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="duration").to_arrow().columns
    columns = {}
    for rank, found in early.items():
        kept = (
            _select_cells_with_duration_format(book, name, rank, found.to_pylist())
            if by_format
            else found.to_pylist()
        )
        cells = zip(spans[rank].cast(pa.int64()).to_pylist(), kept, strict=True)
        shown = [_format_duration(span) if keep and span is not None else None for span, keep in cells]
        columns[f"duration{rank}"] = pa.array(shown, pa.string())
    return columns


def _select_cells_with_duration_format(
    book: fastexcel.ExcelReader, name: str, rank: int, early: list[bool]
) -> list[bool]:
    """Which of the ``early`` moments have a format of durations. The reader says so of rows that all do: others are
    asked of by halves, as often as is reasonable."""
    import fastexcel

    columns = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=1, dtypes="string").selected_columns
    kept, asked, place = [False] * len(early), 0, columns[rank].absolute_index
    pending = [
        [row for row, _ in rows] for moment, rows in groupby(enumerate(early), itemgetter(1)) if moment
    ]
    while pending and asked < _MOST_ASKED:
        rows, asked = pending.pop(), asked + 1
        try:
            part = book.load_sheet(
                name, header_row=None, skip_rows=rows[0], n_rows=len(rows), use_columns=[place]
            )
            for row in rows if part.selected_columns[0].dtype == "duration" else ():
                kept[row] = True
        except fastexcel.UnsupportedColumnTypeCombinationError:
            middle = len(rows) // 2
            pending += [rows[:middle], rows[middle:]] if middle else []
    return kept


def _format_duration(milliseconds: int) -> str:
    seconds = (abs(milliseconds) + 500) // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{'-' if milliseconds < 0 else ''}{hours:02}:{rest // 60:02}:{rest % 60:02}"


def _restore_significant_digits(texts: pa.RecordBatch, sheet: fastexcel.ExcelSheet) -> pa.RecordBatch:
    """The cells with the 15 significant digits that a spreadsheet shows: as text, the reader rounds a number to nine
    decimals, and 0.0000000001 to 0."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = []
    for text, number in zip(texts.columns, sheet.to_arrow().columns, strict=True):
        shown = pc.if_else(pc.match_substring_regex(text, _DECIMAL), text, None)
        lossy = pc.fill_null(pc.not_equal(pc.cast(shown, pa.float64()), pc.cast(number, pa.float64())), False)
        exact = pa.array(
            (_format_significant_digits(cell.as_py()) for cell in number.filter(lossy)), pa.string()
        )
        columns.append(pc.replace_with_mask(text, lossy, exact))
    return pa.RecordBatch.from_arrays(columns, schema=texts.schema)


def _correct_dates_before_march_1900(
    book: fastexcel.ExcelReader, name: str, texts: pa.RecordBatch
) -> pa.RecordBatch:
    """The moments that the 29 February 1900, a day of spreadsheets only, makes the reader get wrong: those before 1900
    come a day late, and that day itself as the day before, which it is not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    old = [pc.fill_null(pc.match_substring_regex(text, _OLD), False) for text in texts.columns]
    if not any(pc.any(found).as_py() for found in old):
        return texts
    spans = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="duration").to_arrow().columns
    columns = []
    for text, found, span in zip(texts.columns, old, spans, strict=True):
        mask = pc.and_(found, pc.is_valid(span))
        cells = zip(
            text.filter(mask).to_pylist(), span.filter(mask).cast(pa.int64()).to_pylist(), strict=True
        )
        columns.append(
            pc.replace_with_mask(
                text,
                mask,
                pa.array((_correct_one_date_before_march_1900(*one) for one in cells), pa.string()),
            )
        )
    return pa.RecordBatch.from_arrays(columns, schema=texts.schema)


def _correct_one_date_before_march_1900(moment: str, milliseconds: int) -> str:
    """``milliseconds`` from the day 0 of the workbook. One that counts from 1904 has no such day."""
    days = (milliseconds + 500) // 1000 // _DAY
    if days == _FALSE_DAY and moment.startswith("1900-02-28"):
        return f"1900-02-29{moment[10:]}"
    meant = _DAY_0 + timedelta(days=days)
    return (
        f"{meant}{moment[10:]}" if days < 0 and moment.startswith(str(meant + timedelta(days=1))) else moment
    )


_DAY_0 = date(1899, 12, 30)
_FALSE_DAY = 60
_DAY = 86_400


def _format_significant_digits(number: float) -> str:
    return format(Decimal(f"{number:.15g}"), "f")


def _read_sheet_previews(
    book: fastexcel.ExcelReader, rows: int
) -> list[tuple[str, list[list[str | None]], int, int]]:
    found = []
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
        if sheet.visible == "visible":
            first = [list(row.values()) for row in sheet.to_arrow().to_pylist()]
            start = sheet.selected_columns[0].absolute_index if sheet.selected_columns else 0
            found.append((name, first, sheet.total_height, start))
    return found


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    sys.path[:] = asked["sys_path"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    json.dump(handle_workbook_request(asked), sys.stdout)
