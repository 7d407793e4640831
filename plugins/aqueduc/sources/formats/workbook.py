"""Opens a workbook, an .xlsx or an .xls, without ever trusting it.

How far a sheet reaches is read before its cells are: its reader holds a cell for each place of the rectangle
that they span, so that one forgotten at XFD1048576 would ask for 400 GB. Then the reader works in a process
of its own (``workbook_worker``), within limits of memory and time.
"""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from aqueduc.errors import SourceNotFound, SourceUnreadable
from aqueduc.language import Message, _, build_row_count_message, n_
from aqueduc.sources.formats import sheets
from aqueduc.sources.formats.sheets import (
    HiddenRowsAndColumns,
    MergedCellArea,
    NumberDisplayFormats,
    SheetExtent,
    SheetTooLarge,
    SheetXmlPart,
)
from aqueduc.sources.names import format_safe_sheet_name
from aqueduc.sources.origin import SourceOrigin

LARGEST_UNZIPPED = 1 << 30
MOST_CELLS = 32_000_000
"""Of the rectangle that the cells of a sheet span: the largest sheet there is, 30 columns wide."""
MEMORY_BYTES = 4 << 30
SECONDS = 600.0
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
_ENCRYPTED = "EncryptedPackage".encode("utf-16le")
_NO_XLSX = ("content.xml", "xl/workbook.bin")
"""What an .ods or an .xlsb holds: its reader would take them, and their sizes are not looked at here."""


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet of a workbook, read. ``name`` and the cells of a sheet, as text; ``areas``: its merged cells;
    ``shown``: how its numbers are shown; ``uncomputed``: the formulas (column, row) without a value; ``hidden``: what
    nobody sees who opens it; ``since_1904``: as of its ``SheetXmlPart``; ``numbers``: by column, which cells are numbers,
    where that was asked; ``durations``: by column, the cells that are durations; ``errors``: by column, the rows of the
    cells in error (#N/A…)."""

    name: str
    table: pa.RecordBatch
    areas: tuple[MergedCellArea, ...] = ()
    shown: NumberDisplayFormats = field(default_factory=NumberDisplayFormats)
    uncomputed: frozenset[tuple[int, int]] = frozenset()
    hidden: HiddenRowsAndColumns = field(default_factory=HiddenRowsAndColumns)
    since_1904: bool = False
    numbers: Mapping[int, pa.Array] = field(default_factory=dict)
    durations: Mapping[int, pa.Array] = field(default_factory=dict)
    errors: Mapping[int, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetPreview:
    """The beginning of a sheet: its ``name`` and its first rows, what a merged cell says in each of them; ``height``: how
    many rows it has in all."""

    name: str
    rows: Sequence[Sequence[str | None]]
    height: int

    @property
    def column_count(self) -> int:
        """How many columns the last of the cells that hold something ends."""
        return max((rank for row in self.rows for rank, cell in enumerate(row, start=1) if cell), default=0)


def read_workbook_sheet(
    origin: SourceOrigin, path: Path, wanted: str | None, scratch: Path, *, numbers: bool = False
) -> WorkbookSheet:
    """The ``wanted`` sheet, the first visible one for None; empty for a workbook that has none. ``numbers``: tells them
    from texts.

    Raises SourceUnreadable, SourceNotFound (no such sheet).
    """
    parts = _list_sheet_parts_within_size_limit(origin, path)
    part = _find_sheet_part(parts, wanted)
    extent = _measure_extent_within_limits(origin, path, parts, part) if part else None
    out = scratch / "sheet.arrow"
    name = part.name if part else wanted
    asked = {"sheet": name, "out": str(out), "rows": None, "numbers": numbers, "formats": part is None}
    answer = _run_workbook_worker(origin, path, asked)
    if answer["sheet"] is None and wanted is not None:
        raise build_missing_sheet_error(origin, wanted, answer["known"])
    if answer["sheet"] is None:
        return WorkbookSheet("", pa.RecordBatch.from_pylist([]))
    with pa.memory_map(str(out)) as source:
        page = _build_sheet_from_worker_answer(answer, pa.ipc.open_file(source).get_batch(0))
    if part is None or extent is None:
        return page
    areas, shown = _read_merged_areas_and_number_formats(origin, path, parts, part, extent)
    first = answer["first"]
    shown = shown.shift_left(first)
    return replace(
        page,
        name=part.name,
        areas=tuple(area.shift_left(first) for area in areas if area.left >= first),
        shown=shown,
        uncomputed=frozenset(
            (column - first, row) for column, row in sheets.find_uncomputed_cells(path, part)
        ),
        hidden=sheets.find_hidden_rows_and_columns(path, part).shift_left(first),
        since_1904=part.since_1904,
        durations={
            rank: _keep_cells_shown_as_durations(column, shown.durations[rank])
            for rank, column in page.durations.items()
            if rank in shown.durations
        },
    )


def _build_sheet_from_worker_answer(answer: Mapping[str, Any], batch: pa.RecordBatch) -> WorkbookSheet:
    """What the worker wrote of a sheet, and beside its cells."""
    found: dict[str, dict[int, pa.Array]] = {"cell": {}, "number": {}, "duration": {}}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        kind = name.rstrip("0123456789")
        found[kind][int(name.removeprefix(kind))] = column
    cells = found["cell"].values()
    return WorkbookSheet(
        answer["sheet"],
        pa.RecordBatch.from_arrays(list(cells), names=[f"c{rank}" for rank in range(len(cells))]),
        numbers=found["number"],
        durations=found["duration"],
        errors={int(rank): rows for rank, rows in answer["errors"].items()},
    )


def _keep_cells_shown_as_durations(column: pa.Array, marks: bytes) -> pa.Array:
    """The cells of a column that its formats show as durations."""
    cells = zip(column.to_pylist(), marks.ljust(len(column), b"\0"), strict=False)
    return pa.array([cell if mark else None for cell, mark in cells], pa.string())


def read_sheet_previews(origin: SourceOrigin, path: Path, rows: int) -> tuple[SheetPreview, ...]:
    """The first ``rows`` of each visible sheet. Raises SourceUnreadable."""
    parts = _list_sheet_parts_within_size_limit(origin, path)
    areas = {}
    for part in parts:
        _measure_extent_within_limits(origin, path, parts, part)
        # Too many are refused if it is this sheet that is read.
        with suppress(SheetTooLarge):
            areas[part.name] = sheets.read_merged_areas(path, part) if part.visible else ()
    answer = _run_workbook_worker(origin, path, {"sheet": None, "rows": rows})
    for name, found, _height, first in answer["outlines"]:
        sheets.fill_merged_header_cells_downwards(
            found, [area.shift_left(first) for area in areas.get(name, ()) if area.left >= first]
        )
    return tuple(SheetPreview(name, found, height) for name, found, height, _first in answer["outlines"])


def _find_sheet_part(parts: Sequence[SheetXmlPart], wanted: str | None) -> SheetXmlPart | None:
    for part in parts:
        if part.name == wanted or (wanted is None and part.visible):
            return part
    return None


# --- what the archive says ------------------------------------------------------------------------------


def _list_sheet_parts_within_size_limit(origin: SourceOrigin, path: Path) -> tuple[SheetXmlPart, ...]:
    """The sheets as an .xlsx lists them; none for an .xls, which is no archive and is as large as it looks.

    Raises SourceUnreadable for a file that is neither, or that unfolds without end.
    """
    size = path.stat().st_size
    parts: tuple[SheetXmlPart, ...] = ()
    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                names = {member.filename.lower() for member in archive.infolist()}
                size = sum(member.file_size for member in archive.infolist())
                size = -1 if names & set(_NO_XLSX) else size
            parts = sheets.list_sheet_parts(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            size = -1
        except SheetTooLarge:
            size = LARGEST_UNZIPPED + 1
    if size < 0:
        raise build_unreadable_workbook_error(origin)
    if size > LARGEST_UNZIPPED:
        raise build_oversize_error(origin)
    return parts


def _measure_extent_within_limits(
    origin: SourceOrigin, path: Path, parts: Sequence[SheetXmlPart], part: SheetXmlPart
) -> SheetExtent:
    """How far the cells of a sheet reach. Raises SourceUnreadable when that is too far."""
    extent = None
    with suppress(SheetTooLarge):
        extent = sheets.measure_sheet_extent(path, part, LARGEST_UNZIPPED)
    if extent is None:
        raise build_oversize_error(origin)
    if extent.rows * extent.columns > MOST_CELLS:
        raise origin.build_unreadable_error(
            _(
                "La feuille {shown} s'étend jusqu'à la cellule {last} : {size}, soit plus que les "
                "{most_cells} qu'Aqueduc lit."
            ).format(
                shown=format_safe_sheet_name(part.name, 1 + parts.index(part)),
                last=extent.last_cell_reference,
                size=_format_sheet_size(extent),
                most_cells=n_("{count} case", "{count} cases", MOST_CELLS),
            ),
            _(
                "l'ouvrir dans un tableur, y supprimer les lignes et les colonnes écrites par mégarde "
                "loin du tableau (Ctrl+Fin y mène), puis l'enregistrer ; ou la déposer en CSV"
            ),
        )
    return extent


def _read_merged_areas_and_number_formats(
    origin: SourceOrigin, path: Path, parts: Sequence[SheetXmlPart], part: SheetXmlPart, extent: SheetExtent
) -> tuple[tuple[MergedCellArea, ...], NumberDisplayFormats]:
    found = None
    with suppress(SheetTooLarge):
        found = sheets.read_merged_areas(path, part), sheets.read_number_formats(path, part, extent)
    if found is None:
        raise origin.build_unreadable_error(
            _("La feuille {shown} a plus de {merges}, ou des styles démesurés.").format(
                shown=format_safe_sheet_name(part.name, 1 + parts.index(part)),
                merges=n_("{count} cellule fusionnée", "{count} cellules fusionnées", sheets.MOST_AREAS),
            ),
            _("défaire les fusions dans un tableur et l'enregistrer, ou la déposer en CSV"),
        )
    return found


def _format_sheet_size(extent: SheetExtent) -> Message:
    return format_sheet_size(extent.rows, extent.columns)


def format_sheet_size(rows: int, columns: int) -> Message:
    return Message("{} × {}").format(
        build_row_count_message(rows), n_("{count} colonne", "{count} colonnes", columns)
    )


# --- the reader, apart ----------------------------------------------------------------------------------


def _run_workbook_worker(origin: SourceOrigin, path: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """The worker's answer. Raises SourceUnreadable when it has none."""
    asked = {**request, "path": str(path), "memory": MEMORY_BYTES, "sys_path": sys.path}
    try:
        done = _start_workbook_worker(json.dumps(asked).encode())
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode < 0:
        # Out of time, or stopped by the limit of memory.
        raise build_oversize_error(origin)
    answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"unreadable": True}
    if answer.get("locked") or (answer.get("unreadable") and _is_encrypted(path)):
        raise build_password_protected_error(origin)
    if answer.get("unreadable"):
        raise build_unreadable_workbook_error(origin)
    return answer


def _start_workbook_worker(request: bytes) -> subprocess.CompletedProcess[bytes]:
    """What it answered, once it is done. Raises TimeoutExpired."""
    return subprocess.run(
        [sys.executable, "-I", "-W", "ignore", str(Path(__file__).with_name("workbook_worker.py"))],
        input=request,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        timeout=SECONDS,
        check=False,
    )


def _is_encrypted(path: Path) -> bool:
    """An .xlsx with a password is a stream of this name in a file of the old kind."""
    last = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if _ENCRYPTED in last + block:
                return True
            last = block[-len(_ENCRYPTED) :]
    return False


def build_missing_sheet_error(origin: SourceOrigin, wanted: str, known: Sequence[str]) -> SourceNotFound:
    listed = ", ".join(format_safe_sheet_name(name, rank) for rank, name in enumerate(known, start=1))
    return origin.build_missing_error(
        _("Le classeur n'a pas de feuille « {wanted} ».").format(wanted=wanted),
        _("corriger « sheet: » ; il a : {listed}").format(listed=listed),
    )


def build_password_protected_error(origin: SourceOrigin) -> SourceUnreadable:
    return origin.build_unreadable_error(
        _("Le classeur est protégé par un mot de passe."), _("l'enregistrer sans mot de passe")
    )


def build_oversize_error(origin: SourceOrigin) -> SourceUnreadable:
    return origin.build_unreadable_error(
        _(
            "Le classeur, une fois décompressé, dépasse toute mesure ({memory_bytes} Go de mémoire, "
            "{largest_unzipped} Go de XML)."
        ).format(memory_bytes=MEMORY_BYTES >> 30, largest_unzipped=LARGEST_UNZIPPED >> 30),
        _("l'ouvrir dans un tableur, y supprimer ce qui est écrit loin du tableau, ou le déposer en CSV"),
    )


def build_unreadable_workbook_error(origin: SourceOrigin) -> SourceUnreadable:
    return origin.build_unreadable_error(
        _("Le fichier n'est pas un classeur lisible (abîmé, avec mot de passe, ou d'un autre format)."),
        _("l'ouvrir dans un tableur et l'enregistrer en .xlsx, sans mot de passe"),
    )
