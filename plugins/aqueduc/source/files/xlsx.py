"""Spreadsheets: every cell read as text, so that a column of mixed cells loses none of them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import fastexcel
import pyarrow as pa

from aqueduc import duck
from aqueduc.errors import SourceUnreadable
from aqueduc.findings import Finding
from aqueduc.source.errand import Errand, Raw
from aqueduc.source.files import heading
from aqueduc.source.files.merged import Area, areas, zeros
from aqueduc.source.findings import CellsMerged, FootRows
from aqueduc.source.origin import LINE, Origin
from aqueduc.source.reading import trimmed
from aqueduc.source.table import LINES_SHOWN, TextTable, blank_rows, write_text

LARGEST_UNZIPPED = 1 << 30


@dataclass(frozen=True)
class _Sheet:
    """``name`` and the cells of a sheet; ``areas``: its merged cells; ``zeros``: see there."""

    name: str
    table: pa.RecordBatch
    areas: tuple[Area, ...] = ()
    zeros: Mapping[int, Mapping[int, int]] = field(default_factory=dict)


def read(
    errand: Errand,
    path: Path,
    *,
    sheet: str | None,
    header_rows: int = 1,
    footer: tuple[str, ...] = (),
) -> Raw:
    """Reads one sheet (the first visible one when none is declared) of an .xlsx or .xls workbook. Its header
    is found among the first thirty rows. A merged cell has its value in each of its rows.

    The sheet is held in memory, as its format wants. Raises SourceUnreadable, SourceNotFound (no such sheet).
    """
    page = _sheet(errand.origin, path, sheet)
    top, found = _header(page, errand.declared, header_rows)
    first = top + header_rows
    last, feet = _foot(page.table, first, footer)
    names = _names(errand.origin, page.table.slice(0, last), found, errand.declared, first)
    body = page.table.slice(first, last - first)
    columns = {LINE: pa.array(range(first + 1, last + 1), pa.int64())}
    merged: list[Finding] = []
    for name, rank in names.items():
        shown = _with_zeros(body.column(rank), page.zeros.get(rank, {}), first)
        cells, count = _unmerged(shown, [a for a in page.areas if a.left == rank], first)
        columns[name] = cells
        if count:
            merged.append(CellsMerged(column=name, count=count))
    with duck.connect(errand.scratch) as con:
        con.register("sheet", pa.table(columns))
        filled = " OR ".join(f"{trimmed(duck.identifier(n))} <> ''" for n in names)
        relation = f"(SELECT * FROM sheet WHERE {filled})"
        raw = write_text(con, TextTable(relation, tuple(names)), errand)
    aside: tuple[Finding, ...] = ()
    if feet:
        aside = (FootRows(count=len(feet), lines=tuple(feet[:LINES_SHOWN])),)
    return replace(raw, findings=(*aside, *merged, *blank_rows(body.num_rows - raw.rows), *raw.findings))


def header(errand: Errand, path: Path, *, sheet: str | None, header_rows: int = 1) -> tuple[str, ...]:
    """The columns of one sheet. Raises SourceUnreadable, SourceNotFound."""
    page = _sheet(errand.origin, path, sheet)
    top, found = _header(page, errand.declared, header_rows)
    return tuple(_names(errand.origin, page.table, found, errand.declared, top + header_rows))


def _sheet(origin: Origin, path: Path, sheet: str | None) -> _Sheet:
    is_zip = zipfile.is_zipfile(path)
    _check_size(origin, path, is_zip=is_zip)
    error: SourceUnreadable | None = None
    known: Sequence[str] = ()
    try:
        book = fastexcel.read_excel(path)
        known = book.sheet_names
        if sheet is None or sheet in known:
            name, table = _load(book, sheet)
            return (
                _Sheet(name, table, areas(path, name), zeros(path, name)) if is_zip else _Sheet(name, table)
            )
    except fastexcel.FastExcelError:
        error = _not_a_workbook(origin)
    if error is not None:
        raise error
    listed = ", ".join(f"« {name} »" for name in known)
    raise origin.not_found(
        f"Le classeur n'a pas de feuille « {sheet} ».", f"corriger « sheet: » ; il a : {listed}"
    )


def _load(book: fastexcel.ExcelReader, sheet: str | None) -> tuple[str, pa.RecordBatch]:
    for name in [sheet] if sheet is not None else book.sheet_names:
        # skip_rows=0 keeps the empty rows above the table: without it, line numbers would be wrong.
        found = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if sheet is not None or found.visible == "visible":
            return name, found.to_arrow()
    return "", pa.RecordBatch.from_pylist([])


def _check_size(origin: Origin, path: Path, *, is_zip: bool) -> None:
    """An .xls is no archive: it is as large as it looks, and its reader says what it is."""
    size = path.stat().st_size
    if is_zip:
        try:
            with zipfile.ZipFile(path) as archive:
                size = sum(member.file_size for member in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            size = -1
    if size < 0:
        raise _not_a_workbook(origin)
    if size > LARGEST_UNZIPPED:
        raise origin.unreadable(
            "Le classeur, une fois décompressé, dépasse toute mesure.", "le déposer en CSV plutôt qu'en XLSX"
        )


def _header(page: _Sheet, declared: Sequence[str], header_rows: int) -> tuple[int, list[str]]:
    """The first row of the header, and the names that its rows give."""
    rows = [list(row.values()) for row in page.table.slice(0, heading.WITHIN + header_rows).to_pylist()]
    for area in page.areas:
        # Beside the first column of a merged cell, a name would be that of another column.
        for row in rows[area.top + 1 : area.bottom + 1] if area.left < page.table.num_columns else ():
            row[area.left] = row[area.left] or rows[area.top][area.left]
    last = max(1, len(rows) - header_rows + 1)
    groups = [heading.names(rows[rank : rank + header_rows], declared) for rank in range(last)]
    rank = heading.position(groups, declared)
    return rank, groups[rank] if rows else []


def _foot(table: pa.RecordBatch, first: int, footer: tuple[str, ...]) -> tuple[int, list[int]]:
    """Where the rows of data end, and the line numbers of those below that say so."""
    feet: list[int] = []
    last = table.num_rows
    for rank in range(table.num_rows - 1, first - 1, -1) if footer else ():
        cells = (heading.clean(column[rank].as_py()) for column in table.columns)
        start = next((cell for cell in cells if cell), "")
        if start and not start.casefold().startswith(footer):
            break
        if start:
            last = rank
            feet.insert(0, rank + 1)
    return last, feet


def _with_zeros(column: pa.Array, widths: Mapping[int, int], first: int) -> pa.Array:
    """The cells of a column, a whole number filled with the zeros that its format shows."""
    if not widths:
        return column
    cells = enumerate(column.to_pylist(), first)
    return pa.array(
        [cell.zfill(widths.get(row, 0)) if cell and cell.isdecimal() else cell for row, cell in cells],
        pa.string(),
    )


def _unmerged(column: pa.Array, merged: Sequence[Area], first: int) -> tuple[pa.Array, int]:
    """The cells of a column, with the value of a merged one in each of its rows; how many were filled."""
    cells, count = None, 0
    for area in merged:
        top, bottom = max(area.top - first, 0), min(area.bottom - first, len(column) - 1)
        if area.top < first or bottom <= top:
            continue
        cells = column.to_pylist() if cells is None else cells
        for rank in range(top + 1, bottom + 1):
            count += cells[rank] is None and cells[top] is not None
            cells[rank] = cells[rank] if cells[rank] is not None else cells[top]
    return (column if cells is None else pa.array(cells, pa.string())), count


def _names(
    origin: Origin, table: pa.RecordBatch, names: list[str], declared: Sequence[str], first: int
) -> dict[str, int]:
    """Column name to its rank; a column without a name is left out if it is empty all the way down."""
    if not table.num_rows:
        raise origin.unreadable("La feuille est vide.", "redéposer le classeur, ou corriger « sheet: »")
    origin.check_header(names, declared)
    for rank, name in enumerate(names):
        if not name and any(map(heading.clean, table.column(rank).slice(first).to_pylist())):
            raise origin.unreadable(
                f"La colonne {_letters(rank)} de la feuille n'a pas de nom.",
                f"lui en donner un, la vider, ou la déclarer « colonne {rank + 1} »",
            )
    kept = {rank: name for rank, name in enumerate(names) if name}
    origin.check_names(tuple(kept.values()), declared, holder="L'en-tête")
    return {name: rank for rank, name in kept.items()}


def _letters(rank: int) -> str:
    """A column as a spreadsheet calls it: 0 is A, 26 is AA."""
    above, below = divmod(rank, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + below)


def _not_a_workbook(origin: Origin) -> SourceUnreadable:
    return origin.unreadable(
        "Le fichier n'est pas un classeur lisible (abîmé, avec mot de passe, ou d'un autre format).",
        "l'ouvrir dans un tableur et l'enregistrer en .xlsx, sans mot de passe",
    )
