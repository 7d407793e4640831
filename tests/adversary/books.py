"""Workbooks written by hand, part by part: what no spreadsheet would write."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = "http://schemas.openxmlformats.org/package/2006"


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(rank: int, *cells: str) -> str:
    return f'<row r="{rank}">{"".join(cells)}</row>'


def sheet(*rows: str, before: str = "", after: str = "") -> str:
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}">{before}<sheetData>{"".join(rows)}</sheetData>'
        f"{after}</worksheet>"
    )


def parts(*sheets: str, names: Sequence[str] = ("Feuille",), states: Sequence[str] = ()) -> dict[str, str]:
    """The members of an archive, by name."""
    states = [*states, *["visible"] * (len(names) - len(states))]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{rank}" state="{state}" r:id="rId{rank}"/>'
        for rank, (name, state) in enumerate(zip(names, states, strict=True), 1)
    )
    links = "".join(
        f'<Relationship Id="rId{rank}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{rank}.xml"/>'
        for rank in range(1, len(names) + 1)
    )
    relations = f"{_PARTS}/relationships"
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PARTS}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PARTS}/relationships"><Relationship Id="rId1" '
        f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}">{links}</Relationships>',
        **{f"xl/worksheets/sheet{rank}.xml": text for rank, text in enumerate(sheets, 1)},
    }


def zipped(path: Path, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def book(path: Path, *sheets: str, names: Sequence[str] = ("Feuille",), states: Sequence[str] = ()) -> Path:
    return zipped(path, parts(*sheets, names=names, states=states))
