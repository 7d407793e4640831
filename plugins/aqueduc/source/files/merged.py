"""What the reader of spreadsheets leaves out: merged cells, whose value it gives to the first one only, and
the zeros that a format puts before a number (``00000`` shows 1001 as 01001: a code, whose zeros are its own).

Merged cells are listed in the sheet's own XML, after its rows; nothing else of it is read here.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_BLOCK = 1 << 20
_KEPT = 200
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_AREA = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_CELL = re.compile(rb'<(?:\w+:)?c\s+r="([A-Z]{1,3})([0-9]{1,7})"([^<>]{0,150})>')
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
_IS_TEXT = re.compile(rb'\bt="(?:s|str|inlineStr|b|e|d)"')
_ZEROS = re.compile("0{2,18}")
_NOT_AS_EXPECTED = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    ElementTree.ParseError,
    NotImplementedError,
    EOFError,
)


@dataclass(frozen=True)
class Area:
    """Rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


def areas(path: Path, sheet: str) -> tuple[Area, ...]:
    """The merged areas of one sheet of an XLSX file; () where the workbook is not laid out as expected."""
    try:
        with zipfile.ZipFile(path) as archive:
            inner = _part(archive, sheet)
            return tuple(_areas(archive, inner)) if inner else ()
    except _NOT_AS_EXPECTED:
        return ()


def zeros(path: Path, sheet: str) -> Mapping[int, Mapping[int, int]]:
    """By column, then by row, both from 0: how many digits a number shows, where its format is only zeros."""
    found: dict[int, dict[int, int]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            widths = _widths(_document(archive, "xl/styles.xml"))
            inner = _part(archive, sheet) if widths else None
            for match in _matches(archive, inner, _CELL) if inner else ():
                column, row, more = match.groups()
                style = _STYLE.search(more)
                width = widths.get(int(style[1]), 0) if style else 0
                if width and not _IS_TEXT.search(more):
                    found.setdefault(_rank(column), {})[int(row) - 1] = width
    except _NOT_AS_EXPECTED:
        return {}
    return found


def _widths(styles: ElementTree.Element) -> dict[int, int]:
    """Of each style of cells whose format is only zeros, how many."""
    formats = {
        item.get("numFmtId"): len(item.get("formatCode", ""))
        for item in styles.iter()
        if item.tag.endswith("}numFmt") and _ZEROS.fullmatch(item.get("formatCode", ""))
    }
    cells = next((item for item in styles.iter() if item.tag.endswith("}cellXfs")), ())
    ids = [item.get("numFmtId") for item in cells]
    return {rank: formats[number] for rank, number in enumerate(ids) if number in formats}


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The path of the sheet's XML in the archive."""
    book = _document(archive, "xl/workbook.xml")
    targets = {
        item.get("Id"): item.get("Target", "")
        for item in _document(archive, "xl/_rels/workbook.xml.rels").iter()
        if item.tag.endswith("}Relationship")
    }
    for item in book.iter():
        if item.tag.endswith("}sheet") and item.get("name") == sheet:
            target = targets.get(item.get(_RELATION), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _document(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """Raises ValueError for what declares entities, which no spreadsheet does."""
    data = archive.read(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError
    return ElementTree.fromstring(data)  # noqa: S314 - without a DTD there is no entity to unfold


def _areas(archive: zipfile.ZipFile, inner: str) -> Iterator[Area]:
    for match in _matches(archive, inner, _AREA):
        left, top, right, bottom = match.groups()
        yield Area(int(top) - 1, _rank(left), int(bottom) - 1, _rank(right))


def _matches(archive: zipfile.ZipFile, inner: str, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    with archive.open(inner) as file:
        rest = b""
        while block := file.read(_BLOCK):
            text = rest + block
            last = 0
            for match in pattern.finditer(text):
                yield match
                last = match.end()
            rest = text[max(last, len(text) - _KEPT) :]


def _rank(letters: bytes) -> int:
    """A is 0, AA is 26."""
    rank = 0
    for letter in letters:
        rank = 26 * rank + letter - ord("A") + 1
    return rank - 1
