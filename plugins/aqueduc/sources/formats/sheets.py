"""What the XML of an XLSX file says that its reader does not: which sheets there are and how far the cells of
each reach; its merged cells, whose value is given to the first one only; and the zeros that a format puts
before a number (``00000`` shows 1001 as 01001: a code, whose zeros are its own).

The XML of a sheet is searched block by block, never held.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree

from aqueduc.sources.formats.units import mentions_scaling_unit

MOST_AREAS = 200_000
PERCENT, SCALED = 1, 2
"""Of a number: shown a hundred times as large, or in thousands or under a unit of which it has nothing."""
LARGEST_DOCUMENT = 32 << 20
"""Bytes of the list of sheets, or of the styles: there are at most 65,000 of these."""
_BLOCK = 1 << 20
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_AREA = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_CELL = re.compile(rb'<(?:\w+:)?c\s+r="([A-Z]{1,3})([0-9]{1,7})"([^<>]{0,150})>')
# A cell that holds something: neither closed at once, nor opened and closed. In a text, « > » may stand.
_FILLED = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^<>]{0,200}\s)?r\s*=\s*["']([A-Z]{1,7})([0-9]{1,10})["'][^<>]{0,200}(?<!/)>(?!</)"""
)
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
_IS_TEXT = re.compile(rb'\bt="(?:s|str|inlineStr|b|e|d)"')
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\s([^<>]{0,200})>\s*<(?:\w+:)?f(?:\s[^<>]{0,400})?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_HIDDEN = rb"""\shidden\s*=\s*["'](?:1|true)["']"""
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row(?=[^<>]{0,600}?" + _HIDDEN + rb")(\s[^<>]{0,600})>")
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col(?=[^<>]{0,600}?" + _HIDDEN + rb")(\s[^<>]{0,600})>")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,7})["']""")
_RANGE = tuple(re.compile(rb"\s" + end + rb"""\s*=\s*["']([0-9]{1,5})["']""") for end in (b"min", b"max"))
MOST_COLUMNS = 16_384
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_LONGEST_CELL = 4096
_ZEROS = re.compile("0{2,18}")
_LONGEST_FORMAT = 255
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_NOT_AS_EXPECTED = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    ElementTree.ParseError,
    NotImplementedError,
    EOFError,
    OSError,
    zlib.error,
    RuntimeError,
)
"""The last one: an archive with a password."""


class SheetTooLarge(Exception):
    """More than any workbook holds."""


@dataclass(frozen=True)
class SheetXmlPart:
    """A sheet: its ``name``, and the path of its XML in the archive; ``since_1904``: its book numbers days from the
    first of January 1904, as spreadsheets for Macintosh did."""

    name: str
    inner: str
    visible: bool
    since_1904: bool = False


@dataclass(frozen=True)
class SheetExtent:
    """How many ``rows`` and ``columns`` there are from A1 to the last cells that hold something."""

    rows: int = 0
    columns: int = 0

    @property
    def last_cell_reference(self) -> str:
        """The cell at the far corner, as a spreadsheet calls it."""
        return f"{format_column_letters(self.columns - 1)}{self.rows}"


@dataclass(frozen=True)
class MergedCellArea:
    """Rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def shift_left(self, columns: int) -> MergedCellArea:
        """The same where so many empty columns at the left are not counted."""
        return replace(self, left=self.left - columns, right=self.right - columns)


def fill_merged_header_cells_downwards(
    rows: Sequence[list[str | None]], areas: Iterable[MergedCellArea]
) -> None:
    """Writes what a merged cell says in each of its ``rows``, in its first column only: beside it, a name would be
    that of another column."""
    for area in areas:
        for row in rows[area.top + 1 : area.bottom + 1]:
            if area.left < len(row):
                row[area.left] = row[area.left] or rows[area.top][area.left]


@dataclass(frozen=True)
class HiddenRowsAndColumns:
    """The ``rows`` and ``columns`` of a sheet that are hidden, from 0."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()

    def shift_left(self, columns: int) -> HiddenRowsAndColumns:
        """As of a merged area."""
        return replace(self, columns=frozenset(column - columns for column in self.columns))


@dataclass(frozen=True)
class NumberDisplayFormats:
    """How the numbers of each column are shown, row by row. ``zeros``: the width to which a whole one is filled with
    zeros; ``decimals``: how many are shown, no more no less; ``units``: PERCENT or SCALED; ``durations``: 1 for hours
    that go on beyond 24. 0 for none."""

    zeros: Mapping[int, bytes] = field(default_factory=dict)
    decimals: Mapping[int, bytes] = field(default_factory=dict)
    units: Mapping[int, bytes] = field(default_factory=dict)
    durations: Mapping[int, bytes] = field(default_factory=dict)

    def shift_left(self, columns: int) -> NumberDisplayFormats:
        """As of a merged area."""
        return NumberDisplayFormats(
            **{
                what: {rank - columns: rows for rank, rows in found.items()}
                for what, found in vars(self).items()
            }
        )


def list_sheet_parts(path: Path) -> tuple[SheetXmlPart, ...]:
    """The sheets of an XLSX file, in their order; () where the workbook is not laid out as expected.
    Raises Oversized."""
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(_parse_sheet_parts(archive))
    except _NOT_AS_EXPECTED:
        return ()


def measure_sheet_extent(path: Path, part: SheetXmlPart, limit: int) -> SheetExtent:
    """How far the cells of a sheet reach, whatever its ``<dimension>`` says. Raises Oversized for more than
    ``limit`` bytes, whatever the archive says."""
    rows, columns = 0, 0
    for text in _read_xml_blocks(path, part.inner, limit):
        found = _FILLED.findall(text)
        if found:
            rows = max(rows, *(int(row) for _, row in found))
            columns = max(columns, *(1 + parse_column_letters(name) for name in {name for name, _ in found}))
    return SheetExtent(rows, columns)


def read_merged_areas(path: Path, part: SheetXmlPart) -> tuple[MergedCellArea, ...]:
    """The merged areas of a sheet. Raises Oversized for more than ``MOST_AREAS``."""
    found: list[MergedCellArea] = []
    for text in _read_xml_blocks(path, part.inner):
        for left, top, right, bottom in _AREA.findall(text):
            found.append(
                MergedCellArea(
                    int(top) - 1, parse_column_letters(left), int(bottom) - 1, parse_column_letters(right)
                )
            )
        if len(found) > MOST_AREAS:
            raise SheetTooLarge
    return tuple(found)


def find_uncomputed_cells(path: Path, part: SheetXmlPart) -> frozenset[tuple[int, int]]:
    """The cells (column, row, from 0) of a formula whose value was never stored: a program wrote the workbook, and no
    spreadsheet computed it since. A formula that gives the empty text is computed."""
    found: set[tuple[int, int]] = set()
    before = b""
    for text in _read_xml_blocks(path, part.inner):
        for attributes in _UNCOMPUTED.findall(before + text):
            cell = _REFERENCE.search(attributes)
            if cell and b't="str"' not in attributes:
                found.add((parse_column_letters(cell[1]), int(cell[2]) - 1))
        # Two bytes of each block are those that the next begins with.
        before = text[-_LONGEST_CELL:-2]
    return frozenset(found)


def find_hidden_rows_and_columns(path: Path, part: SheetXmlPart) -> HiddenRowsAndColumns:
    """The rows and columns that a spreadsheet does not show: hidden, filtered out, or folded."""
    rows: set[int] = set()
    columns: set[int] = set()
    for text in _read_xml_blocks(path, part.inner):
        if b"hidden" not in text:
            continue
        numbers = (_ROW_NUMBER.search(attributes) for attributes in _HIDDEN_ROW.findall(text))
        rows.update(int(number[1]) - 1 for number in numbers if number)
        for attributes in _HIDDEN_COLUMN.findall(text):
            first, last = (end.search(attributes) for end in _RANGE)
            if first and last:
                columns.update(range(int(first[1]) - 1, min(int(last[1]), MOST_COLUMNS)))
    return HiddenRowsAndColumns(frozenset(rows), frozenset(columns))


def read_number_formats(path: Path, part: SheetXmlPart, extent: SheetExtent) -> NumberDisplayFormats:
    """What the formats of numbers show; nothing where the workbook is not laid out as expected. Raises Oversized."""
    try:
        with zipfile.ZipFile(path) as archive:
            formats = _parse_display_formats_by_cell_style(_parse_xml_document(archive, "xl/styles.xml"))
    except _NOT_AS_EXPECTED:
        return NumberDisplayFormats()
    found: dict[str, dict[int, bytearray]] = {"zeros": {}, "decimals": {}, "units": {}, "durations": {}}
    for text in _read_xml_blocks(path, part.inner) if formats else ():
        for column, row, more in _CELL.findall(text):
            style = _STYLE.search(more)
            what, mark = formats.get(int(style[1]), ("", 0)) if style else ("", 0)
            at, rank = int(row) - 1, parse_column_letters(column)
            if what and at < extent.rows and rank < extent.columns and not _IS_TEXT.search(more):
                found[what].setdefault(rank, bytearray(extent.rows))[at] = mark
    return NumberDisplayFormats(
        **{what: {rank: bytes(rows) for rank, rows in columns.items()} for what, columns in found.items()}
    )


def parse_column_letters(name: bytes) -> int:
    """A is 0, AA is 26."""
    rank = 0
    for letter in name:
        rank = 26 * rank + letter - ord("A") + 1
    return rank - 1


def format_column_letters(rank: int) -> str:
    """A column as a spreadsheet calls it: 0 is A, 26 is AA."""
    above, below = divmod(rank, 26)
    return (format_column_letters(above - 1) if above else "") + chr(ord("A") + below)


def _parse_sheet_parts(archive: zipfile.ZipFile) -> Iterator[SheetXmlPart]:
    book = _parse_xml_document(archive, "xl/workbook.xml")
    targets = {
        item.get("Id"): item.get("Target", "")
        for item in _parse_xml_document(archive, "xl/_rels/workbook.xml.rels").iter()
        if item.tag.endswith("}Relationship")
    }
    settings = next((item for item in book.iter() if item.tag.endswith("}workbookPr")), None)
    since_1904 = settings is not None and settings.get("date1904") in ("1", "true", "on")
    for item in book.iter():
        if item.tag.endswith("}sheet"):
            target = targets.get(item.get(_RELATION), "")
            inner = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            visible = item.get("state", "visible") == "visible"
            yield SheetXmlPart(item.get("name", ""), inner, visible, since_1904)


def _parse_display_formats_by_cell_style(styles: ElementTree.Element) -> dict[int, tuple[str, int]]:
    """Of each style of cells whose numbers are shown otherwise than they are stored: what of ``NumberDisplayFormats`` it
    fills, and with what."""
    codes = {"2": "0.00", "9": "0%", "10": "0.00%", "46": "[h]:mm:ss"} | {
        item.get("numFmtId"): item.get("formatCode", "")
        for item in styles.iter()
        if item.tag.endswith("}numFmt")
    }
    cells = next((item for item in styles.iter() if item.tag.endswith("}cellXfs")), ())
    shown = {
        rank: classify_number_display(codes.get(item.get("numFmtId"), "")) for rank, item in enumerate(cells)
    }
    return {rank: (what, mark) for rank, (what, mark) in shown.items() if what}


def classify_number_display(code: str) -> tuple[str, int]:
    """What of ``NumberDisplayFormats`` a format fills, and with what; ("", 0) for one that shows what is stored."""
    if _ZEROS.fullmatch(code):
        return "zeros", len(code)
    if code == "0.00":
        return "decimals", 2
    if len(code) > _LONGEST_FORMAT:
        return "", 0
    if _DURATION.search(re.sub(r'"[^"]*"|\\.', "", code)):
        return "durations", 1
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].', "", code).partition(";")[0]
    if not re.search("[0#?]", bare):
        return "", 0
    if "%" in bare:
        return "units", PERCENT
    literals = "".join(map("".join, re.findall(r'"([^"]*)"|\\(.)', code)))
    scaled = re.search("[0#?],+(?![0#?])", bare)
    return ("units", SCALED) if scaled or mentions_scaling_unit(literals) else ("", 0)


def _parse_xml_document(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """Raises Oversized; ValueError for what declares entities, which no spreadsheet does."""
    with archive.open(name) as file:
        data = file.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        raise SheetTooLarge
    # UTF-16 would say it in other bytes; no program writes a part of a workbook so.
    if b"\0" in data or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError
    return ElementTree.fromstring(data)  # noqa: S314 - without a DTD there is no entity to unfold


def _read_xml_blocks(path: Path, inner: str, limit: int | None = None) -> Iterator[bytes]:
    """The XML at ``inner`` by blocks, each cut before a tag and the one before it; no more where it is
    damaged or not there. Raises Oversized beyond ``limit`` bytes."""
    read, rest = 0, b""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(inner) as file:
            while block := file.read(_BLOCK):
                read += len(block)
                if limit is not None and read > limit:
                    raise SheetTooLarge
                text = rest + block
                cut = text.rfind(b"<", 0, max(0, text.rfind(b"<")))
                if cut > 0:
                    # What follows the last whole tag tells whether that one holds something.
                    yield text[: cut + 2]
                    text = text[cut:]
                rest = text[-_LONGEST_TEXT:]
            yield rest
    except _NOT_AS_EXPECTED:
        return


_LONGEST_TEXT = 1 << 20
