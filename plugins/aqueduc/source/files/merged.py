"""The merged cells of a spreadsheet: its reader gives their value to the first one only.

They are listed in the sheet's own XML, after its rows; nothing else of it is read here.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_BLOCK = 1 << 20
_KEPT = 200
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_AREA = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')


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
    except (zipfile.BadZipFile, KeyError, ValueError, ElementTree.ParseError, NotImplementedError, EOFError):
        return ()


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


def _areas(archive: zipfile.ZipFile, inner: str) -> list[Area]:
    found: list[Area] = []
    with archive.open(inner) as file:
        rest = b""
        while block := file.read(_BLOCK):
            text = rest + block
            last = 0
            for match in _AREA.finditer(text):
                left, top, right, bottom = match.groups()
                found.append(Area(int(top) - 1, _rank(left), int(bottom) - 1, _rank(right)))
                last = match.end()
            rest = text[max(last, len(text) - _KEPT) :]
    return found


def _rank(letters: bytes) -> int:
    """A is 0, AA is 26."""
    rank = 0
    for letter in letters:
        rank = 26 * rank + letter - ord("A") + 1
    return rank - 1
