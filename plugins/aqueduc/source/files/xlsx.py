"""Spreadsheets: every cell read as text, so that a column of mixed cells loses none of them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import fastexcel
import pyarrow as pa

from aqueduc import duck
from aqueduc.errors import SourceUnreadable
from aqueduc.source.errand import Errand, Raw
from aqueduc.source.origin import LINE, Origin
from aqueduc.source.reading import trimmed
from aqueduc.source.table import TextTable, blank_rows, write_text

HEADER_WITHIN = 30
LARGEST_UNZIPPED = 1 << 30


def read(errand: Errand, path: Path, *, sheet: str | None) -> Raw:
    """Reads one sheet (the first visible one when none is declared). Its header is the row, among the first
    thirty, that names most of the declared columns.

    The sheet is held in memory, as its format wants. Raises SourceUnreadable, SourceNotFound (no such sheet).
    """
    origin = errand.origin
    table = _sheet(origin, path, sheet)
    header = _header(table, errand.declared)
    names = _names(origin, table, header, errand.declared)
    body = table.slice(header + 1)
    columns = {LINE: pa.array(range(header + 2, header + 2 + body.num_rows), pa.int64())}
    columns |= {name: body.column(rank) for name, rank in names.items()}
    with duck.connect(errand.scratch) as con:
        con.register("sheet", pa.table(columns))
        filled = " OR ".join(f"{trimmed(duck.identifier(n))} <> ''" for n in names)
        relation = f"(SELECT * FROM sheet WHERE {filled})"
        raw = write_text(con, TextTable(relation, tuple(names)), errand)
    return replace(raw, findings=(*blank_rows(body.num_rows - raw.rows), *raw.findings))


def header(errand: Errand, path: Path, *, sheet: str | None) -> tuple[str, ...]:
    """The columns of one sheet. Raises SourceUnreadable, SourceNotFound."""
    table = _sheet(errand.origin, path, sheet)
    return tuple(_names(errand.origin, table, _header(table, errand.declared), errand.declared))


def _sheet(origin: Origin, path: Path, sheet: str | None) -> pa.RecordBatch:
    _check_size(origin, path)
    error: SourceUnreadable | None = None
    known: Sequence[str] = ()
    try:
        book = fastexcel.read_excel(path)
        known = book.sheet_names
        if sheet is None or sheet in known:
            return _load(book, sheet)
    except fastexcel.FastExcelError:
        error = _not_a_workbook(origin)
    if error is not None:
        raise error
    listed = ", ".join(f"« {name} »" for name in known)
    raise origin.not_found(
        f"Le classeur n'a pas de feuille « {sheet} ».", f"corriger « sheet: » ; il a : {listed}"
    )


def _load(book: fastexcel.ExcelReader, sheet: str | None) -> pa.RecordBatch:
    for name in [sheet] if sheet is not None else book.sheet_names:
        # skip_rows=0 keeps the empty rows above the table: without it, line numbers would be wrong.
        found = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if sheet is not None or found.visible == "visible":
            return found.to_arrow()
    return pa.RecordBatch.from_pylist([])


def _check_size(origin: Origin, path: Path) -> None:
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


def _header(table: pa.RecordBatch, declared: Sequence[str]) -> int:
    rows = table.slice(0, HEADER_WITHIN).to_pylist()
    found = [len({_clean(cell) for cell in row.values()} & set(declared)) for row in rows]
    return found.index(max(found)) if found else 0


def _names(origin: Origin, table: pa.RecordBatch, header: int, declared: Sequence[str]) -> dict[str, int]:
    """Column name to its rank; a column without a name is left out if it is empty all the way down."""
    if not table.num_rows:
        raise origin.unreadable("La feuille est vide.", "redéposer le classeur, ou corriger « sheet: »")
    names = [_clean(column[header].as_py()) for column in table.columns]
    origin.check_header(names, declared)
    for rank, name in enumerate(names):
        if not name and any(map(_clean, table.column(rank).to_pylist())):
            raise origin.unreadable(
                f"La colonne {_letters(rank)} de la feuille n'a pas de nom.", "lui en donner un, ou la vider"
            )
    kept = {rank: name for rank, name in enumerate(names) if name}
    origin.check_names(tuple(kept.values()), declared, holder="L'en-tête")
    return {name: rank for rank, name in kept.items()}


def _letters(rank: int) -> str:
    """A column as a spreadsheet calls it: 0 is A, 26 is AA."""
    above, below = divmod(rank, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + below)


def _clean(cell: str | None) -> str:
    return " ".join((cell or "").split())


def _not_a_workbook(origin: Origin) -> SourceUnreadable:
    return origin.unreadable(
        "Le fichier n'est pas un classeur XLSX lisible (abîmé, avec mot de passe, ou d'un autre format).",
        "l'ouvrir dans un tableur et l'enregistrer en .xlsx, sans mot de passe",
    )
