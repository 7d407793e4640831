"""The process in which a workbook is opened: what its reader does of a damaged one (a panic, an allocation
without end) ends here, and what it writes of it goes nowhere.

Run by its path, so that nothing of ours is imported. One request (JSON) on standard input::

    {"path": …, "sheet": name or null, "out": Arrow file to write, "rows": null or how many of each sheet,
     "memory": bytes, "sys_path": […]}

One answer (JSON) on standard output: ``known`` (all the sheets), then ``sheet``, whose cells (text) are in
``out``, null when there is none; or, with ``rows``, ``outlines``: name and first rows of each visible sheet.
``unreadable`` instead when the file is no workbook, and ``locked`` when it asks for a password.
"""

from __future__ import annotations

import json
import resource
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import fastexcel
    import pyarrow as pa

_DECIMAL = r"^-?[0-9]+([.][0-9]+)?$"


def answer_request(request: dict[str, Any]) -> dict[str, Any]:
    import fastexcel

    try:
        book = fastexcel.read_excel(request["path"])
        if request["rows"] is not None:
            return {"known": book.sheet_names, "outlines": _read_sheet_outlines(book, request["rows"])}
        return {"known": book.sheet_names, "sheet": _write_sheet(book, request["sheet"], request["out"])}
    except fastexcel.FastExcelError as error:
        return {"unreadable": True, "locked": "password" in str(error).lower()}


def _write_sheet(book: fastexcel.ExcelReader, wanted: str | None, out: str) -> str | None:
    """Writes the wanted sheet, the first visible one when none is; returns its name."""
    import pyarrow as pa

    for name in book.sheet_names:
        if wanted not in (None, name):
            continue
        # skip_rows=0 keeps the empty rows above the table: without it, line numbers would be wrong.
        found = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if wanted is None and found.visible != "visible":
            continue
        batch = _restore_digits(
            found.to_arrow(), book.load_sheet(name, header_row=None, skip_rows=0, dtypes="float")
        )
        with pa.OSFile(out, "wb") as file, pa.ipc.new_file(file, batch.schema) as writer:
            writer.write_batch(batch)
        return str(name)
    return None


def _restore_digits(texts: pa.RecordBatch, sheet: fastexcel.ExcelSheet) -> pa.RecordBatch:
    """The cells with the 15 significant digits that a spreadsheet shows: as text, the reader rounds a number to nine
    decimals, and 0.0000000001 to 0."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = []
    for text, number in zip(texts.columns, sheet.to_arrow().columns, strict=True):
        shown = pc.if_else(pc.match_substring_regex(text, _DECIMAL), text, None)
        lossy = pc.fill_null(pc.not_equal(pc.cast(shown, pa.float64()), pc.cast(number, pa.float64())), False)
        exact = pa.array((_write_number(cell.as_py()) for cell in number.filter(lossy)), pa.string())
        columns.append(pc.replace_with_mask(text, lossy, exact))
    return pa.RecordBatch.from_arrays(columns, schema=texts.schema)


def _write_number(number: float) -> str:
    return format(Decimal(f"{number:.15g}"), "f")


def _read_sheet_outlines(book: fastexcel.ExcelReader, rows: int) -> list[tuple[str, list[list[str | None]]]]:
    found = []
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
        if sheet.visible == "visible":
            found.append((name, [list(row.values()) for row in sheet.to_arrow().to_pylist()]))
    return found


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    sys.path[:] = asked["sys_path"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    json.dump(answer_request(asked), sys.stdout)
