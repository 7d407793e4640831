"""More than two hundred files that no honest software drops: cut, lying, endless, nested, of another kind.

Each is a name, whose suffix is the format declared for it, and its bytes. Everything personal in them is the
canary, in one of its shapes.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.adversary import books

CANARY = "Canari-Zoé-0612345678"
_C = CANARY.encode()
HEADER = "nom,date,nombre\n"
Make = Callable[[], bytes]


def _rows(count: int = 3) -> str:
    return "".join(f"{CANARY},2026-01-0{1 + rank % 9},{rank}\n" for rank in range(count))


def _texts() -> Iterator[tuple[str, Make]]:
    """Delimited text."""
    sound = HEADER + _rows()
    plain: Mapping[str, bytes] = {
        "empty": b"",
        "one-nul": b"\0",
        "only-blanks": b" \n\t\n  \n",
        "only-newlines": b"\n" * 10_000,
        "only-a-header": HEADER.encode(),
        "only-a-bom": b"\xef\xbb\xbf",
        "three-boms": b"\xef\xbb\xbf" * 3 + sound.encode(),
        "bom-in-the-middle": sound.replace("2026", "\ufeff2026").encode(),
        "utf-16-le": sound.encode("utf-16-le"),
        "utf-16-with-mark": sound.encode("utf-16"),
        "utf-16-cut": sound.encode("utf-16")[:-1],
        "utf-32": sound.encode("utf-32"),
        "utf-7": sound.encode("utf-7"),
        "latin-1": sound.encode("latin-1"),
        "surrogates": HEADER.encode() + b"\xed\xa0\x80,1,2\n",
        "overlong": HEADER.encode() + b"\xc0\xaf" + _C + b",1,2\n",
        "half-a-character": sound.encode()[:-1] + b"\xc3",
        "nul-bytes": sound.replace(",", "\0,").encode(),
        "nul-rows": HEADER.encode() + b"\0" * 5_000 + b"\n" + _C + b",1,2\n",
        "control-characters": HEADER.encode() + bytes(range(1, 32)) + _C + b",1,2\n",
        "escape-sequences": HEADER.encode() + b"\x1b[2J\x1b]0;" + _C + b"\x07,1,2\n",
        "mixed-newlines": f"{HEADER.strip()}\r\n{CANARY},1,2\n{CANARY},1,2\r{CANARY},1,2\r\n".encode(),
        "old-mac-newlines": sound.replace("\n", "\r").encode(),
        "unicode-newlines": sound.replace("\n", "\u2028").encode(),
        "vertical-tabs": sound.replace("\n", "\v").encode(),
        "no-last-newline": sound.rstrip().encode(),
        "quote-never-closed": (HEADER + f'"{CANARY},1,2\n' * 50).encode(),
        "quote-in-the-header": f'nom,"date,nombre\n{_rows()}'.encode(),
        "quote-in-a-cell": (HEADER + f'{CANARY[:5]}"{CANARY},1,2\n').encode(),
        "quote-after-a-quote": (HEADER + f'"{CANARY}"x,1,2\n').encode(),
        "a-thousand-quotes": (HEADER + '"' * 1_001 + CANARY + ",1,2\n").encode(),
        "quoted-newlines": (HEADER + ('"' + f"{CANARY}\n" * 5_000 + '",1,2\n')).encode(),
        "too-few-cells": (HEADER + f"{CANARY}\n" * 20).encode(),
        "too-many-cells": (HEADER + f"{CANARY},1,2,3,4,5,6\n" * 20).encode(),
        "ragged-one-in-two": (HEADER + f"{CANARY},1,2\n{CANARY}\n" * 20).encode(),
        "another-delimiter": sound.replace(",", ";").encode(),
        "several-delimiters": (HEADER + f"{CANARY};1|2\t3,4,5\n").encode(),
        "only-delimiters": (HEADER + ",,\n" * 1_000).encode(),
        "header-twice": f"nom,nom,NOM\n{_rows()}".encode(),
        "header-of-data": f"{CANARY},2026-01-01,3\n{_rows()}".encode(),
        "header-repeated": (sound * 20).encode(),
        "header-unnamed": f"nom,,\n{_rows()}".encode(),
        "header-reserved": f"nom,__line,nombre\n{_rows()}".encode(),
        "header-quoted-newline": f'nom,"da\nte",nombre\n{_rows()}'.encode(),
        "header-of-sql": f'nom,"date""; DROP TABLE raw; --",\'nombre\n{_rows()}'.encode(),
        "header-never-there": ("a line of text\n" * 20_000).encode(),
        "formula-cells": (HEADER + f"=cmd|'/C calc'!A0{CANARY},@x,-y\n").encode(),
        "numbers-of-all-kinds": (HEADER + "nan,inf,1e999\n-0,0x1F,١٢٣\n").encode(),
        "dates-of-all-kinds": (HEADER + "a,0000-00-00,1\nb,9999-99-99,1\nc,2026-02-30,1\n").encode(),
        "html": f"<html><body><table><tr><td>{CANARY}</td></tr></table></body></html>".encode(),
        "xml": f"<?xml version='1.0'?><a><b>{CANARY}</b></a>".encode(),
        "json": json.dumps([{"nom": CANARY}]).encode(),
        "pdf": b"%PDF-1.7\n" + _C + bytes(range(256)) * 20,
        "elf": b"\x7fELF" + bytes(range(256)) * 50,
        "gzip": gzip.compress(sound.encode()),
        "sqlite": b"SQLite format 3\0" + _C + b"\0" * 4_000,
        "random": random.Random(1).randbytes(50_000),
        "random-ascii": bytes(random.Random(2).choices(range(32, 127), k=50_000)),
    }
    for name, content in plain.items():
        yield f"{name}.csv", lambda content=content: content
    yield "one-line-of-100-mb.csv", lambda: HEADER.encode() + b"x" * 100_000_000
    yield "one-header-of-20-mb.csv", lambda: b"x" * 20_000_000
    yield "one-cell-of-10-mb.csv", lambda: HEADER.encode() + b'"' + b"x" * 10_000_000 + b'",1,2\n'
    yield "a-million-columns.csv", lambda: b",".join(f"c{rank}".encode() for rank in range(1_000_000)) + b"\n"
    yield "a-million-columns-with-ours.csv", lambda: b"nom,date,nombre," + b"," * 1_000_000 + b"\n"
    yield "a-million-blank-rows.csv", lambda: HEADER.encode() + b",,\n" * 1_000_000
    yield "a-million-quotes.csv", lambda: HEADER.encode() + b'"' * 1_000_000


_OBJECT = '{"a":'


def _deep(depth: int, opening: str, closing: str, inside: str = "1") -> str:
    return opening * depth + inside + closing * depth


def _jsons() -> Iterator[tuple[str, Make]]:
    sound = [{"nom": CANARY, "date": "2026-01-01", "nombre": rank} for rank in range(3)]
    text = json.dumps(sound, ensure_ascii=False)
    cases: Mapping[str, str | bytes] = {
        "empty": "",
        "cut": text[:-10],
        "cut-in-a-string": text[:20],
        "nul": text.replace("2026", "\0"),
        "only-a-bom": "\ufeff",
        "two-boms": "\ufeff\ufeff" + text,
        "utf-16": text.encode("utf-16"),
        "latin-1": text.encode("latin-1"),
        "a-number": "1",
        "a-text": json.dumps(CANARY),
        "null": "null",
        "empty-list": "[]",
        "list-of-lists": json.dumps([[CANARY]]),
        "list-of-texts": json.dumps([CANARY] * 5),
        "list-of-nulls": "[null, null]",
        "object": json.dumps({CANARY: CANARY}),
        "another-list": json.dumps({"data": sound}),
        "two-documents": text + text,
        "comments": "/* " + CANARY + " */" + text,
        "trailing-comma": text[:-1] + ",]",
        "single-quotes": text.replace('"', "'"),
        "nan": text.replace("0}", "NaN}"),
        "same-name-twice": f'[{{"nom": "{CANARY}", "nom": "x", "date": 1, "nombre": 2}}]',
        "same-name-nested": f'[{{"nom": 1, "a": {{"b": 1}}, "a.b": "{CANARY}"}}]',
        "name-of-ours": f'[{{"nom": 1, "__line": "{CANARY}"}}]',
        "empty-name": f'[{{"nom": 1, "": "{CANARY}"}}]',
        "half-a-surrogate": '[{"nom": "\\ud800", "date": 1, "nombre": 2}]',
        "half-a-surrogate-name": '[{"nom": 1, "\\ud800": 2}]',
        "nul-in-a-name": '[{"nom": 1, "a\\u0000b": 2}]',
        "long-number": f'[{{"nom": "{CANARY}", "nombre": {"9" * 100_000}}}]',
        "huge-exponent": '[{"nom": 1, "nombre": 1e999999999}]',
        "deep-lists": "[" + _deep(100_000, "[", "]") + "]",
        "deep-value": f'[{{"nom": {_deep(50_000, "[", "]")}}}]',
        "deep-objects": f'[{{"nom": {_deep(50_000, _OBJECT, "}")}}}]',
        "quite-deep-objects": f'[{{"nom": 1, "x": {_deep(900, _OBJECT, "}")}}}]',
        "quite-deep-lists": f'[{{"nom": 1, "x": {_deep(900, "[", "]")}}}]',
        "deep-and-never-closed": "[" * 200_000,
        "keys-that-are-data": json.dumps([{"nom": 1, f"{CANARY}{rank}": 1} for rank in range(50)]),
        "csv": HEADER + _rows(),
        "html": f"<html>{CANARY}</html>",
        "lines-of-json": "\n".join(json.dumps(record) for record in sound),
    }
    for name, content in cases.items():
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        yield f"{name}.json", lambda data=data: data
    yield (
        "ten-thousand-keys.json",
        lambda: json.dumps([{f"c{rank}": rank} for rank in range(10_000)]).encode(),
    )
    yield "a-million-keys.json", lambda: json.dumps([{f"c{rank}": 1 for rank in range(1_000_000)}]).encode()
    yield "a-text-of-70-mb.json", lambda: b'[{"nom": "' + b"x" * 70_000_000 + b'"}]'
    yield "a-text-never-closed.json", lambda: b'[{"nom": "' + b"x" * 30_000_000


def _features() -> Iterator[tuple[str, Make]]:
    def collection(*features: object, **more: object) -> str:
        return json.dumps({"type": "FeatureCollection", "features": list(features), **more})

    def feature(geometry: object, **properties: object) -> dict[str, object]:
        return {"type": "Feature", "geometry": geometry, "properties": {"nom": CANARY, **properties}}

    point = {"type": "Point", "coordinates": [5.4, 43.5]}
    cases = {
        "none": collection(),
        "a-geometry": json.dumps(point),
        "no-features": json.dumps({"type": "FeatureCollection"}),
        "features-of-texts": collection(CANARY),
        "features-of-nulls": collection(None),
        "no-properties": collection({"type": "Feature", "geometry": point}),
        "properties-of-a-list": collection({"type": "Feature", "geometry": point, "properties": [CANARY]}),
        "no-coordinates": collection(feature({"type": "Point"})),
        "coordinates-of-texts": collection(feature({"type": "Point", "coordinates": [CANARY, CANARY]})),
        "coordinates-of-nothing": collection(feature({"type": "Point", "coordinates": []})),
        "a-property-like-ours": collection(feature(point, longitude=CANARY)),
        "another-system": collection(feature(point), crs={"properties": {"name": f"EPSG:2154 {CANARY}"}}),
        "features-twice": f'{{"type": "FeatureCollection", "features": [], "features": ["{CANARY}"]}}',
        "mixed-shapes": collection(feature(point), feature({"type": "LineString", "coordinates": [[1, 2]]})),
        "cut": collection(feature(point))[:-8],
        "deep-shape": collection(feature(None)).replace("null", _deep(20_000, "[", "]"), 1),
        "deep-collections": collection(feature(None)).replace(
            "null", _deep(400, '{"type":"GeometryCollection","geometries":[', "]}", ""), 1
        ),
    }
    for name, text in cases.items():
        yield f"{name}.geojson", lambda text=text: text.encode()


def _book(*sheets: str, **more: object) -> bytes:
    return _zip(books.parts(*sheets, **more))  # type: ignore[arg-type]


def _zip(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _sound_sheet(*more: str, **around: str) -> str:
    head = books.row(1, books.cell("A1", "nom"), books.cell("B1", "date"), books.cell("C1", "nombre"))
    return books.sheet(head, books.row(2, books.cell("A2", CANARY)), *more, **around)


def _workbooks() -> Iterator[tuple[str, Make]]:
    sound = _book(_sound_sheet())
    members = books.parts(_sound_sheet())
    far = books.row(1_048_576, books.cell("XFD1048576", CANARY))
    cases: Mapping[str, bytes] = {
        "empty": b"",
        "cut": sound[:-50],
        "cut-in-half": sound[: len(sound) // 2],
        "wrong-magic": b"XX" + sound[2:],
        "text": (HEADER + _rows()).encode(),
        "html": f"<table><tr><td>{CANARY}</td></tr></table>".encode(),
        "an-old-one": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000,
        "empty-zip": _zip({}),
        "a-zip-of-text": _zip({"nom.txt": CANARY}),
        "a-zip-in-a-zip": _zip({"a.xlsx": sound}),
        "no-workbook": _zip({name: text for name, text in members.items() if "workbook" not in name}),
        "no-sheet": _zip({name: text for name, text in members.items() if "sheet1" not in name}),
        "an-ods": _zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": CANARY}),
        "an-xlsb": _zip({"xl/workbook.bin": _C}),
        "not-xml": _zip({**members, "xl/worksheets/sheet1.xml": CANARY}),
        "xml-cut": _zip({**members, "xl/worksheets/sheet1.xml": members["xl/worksheets/sheet1.xml"][:-40]}),
        "xml-of-utf-16": _zip({**members, "xl/worksheets/sheet1.xml": _sound_sheet().encode("utf-16")}),
        "xml-of-nul": _zip({**members, "xl/worksheets/sheet1.xml": b"\0" * 1_000}),
        "a-billion-laughs": _zip({**members, "xl/worksheets/sheet1.xml": _laughs(_sound_sheet())}),
        "laughs-in-the-workbook": _zip({**members, "xl/workbook.xml": _laughs(members["xl/workbook.xml"])}),
        "laughs-in-utf-16": _zip(
            {**members, "xl/workbook.xml": _laughs(members["xl/workbook.xml"]).encode("utf-16")}
        ),
        "an-entity-from-a-file": _zip({**members, "xl/workbook.xml": _outside(members["xl/workbook.xml"])}),
        "far-cell": _book(_sound_sheet(far)),
        "far-column": _book(_sound_sheet(books.row(3, books.cell("XFD3", CANARY)))),
        "far-row": _book(_sound_sheet(books.row(1_048_576, books.cell("A1048576", CANARY)))),
        "beyond-the-last-cell": _book(_sound_sheet(books.row(9_999_999, books.cell("ZZZZ9999999", CANARY)))),
        "row-zero": _book(_sound_sheet(books.row(0, books.cell("A0", CANARY)))),
        "negative-row": _book(_sound_sheet('<row r="-1"><c r="A-1"><v>1</v></c></row>')),
        "no-references": _book(books.sheet("<row><c t='inlineStr'><is><t>nom</t></is></c></row>")),
        "rows-backwards": _book(
            books.sheet(books.row(9, books.cell("A9", "nom")), books.row(1, books.cell("A1", CANARY)))
        ),
        "a-cell-twice": _book(_sound_sheet(books.row(3, books.cell("A3", "x"), books.cell("A3", CANARY)))),
        "a-number-that-is-none": _book(_sound_sheet(f'<row r="3"><c r="A3"><v>{CANARY}</v></c></row>')),
        "a-shared-string-that-is-not": _book(
            _sound_sheet('<row r="3"><c r="A3" t="s"><v>999999</v></c></row>')
        ),
        "a-negative-shared-string": _book(_sound_sheet('<row r="3"><c r="A3" t="s"><v>-1</v></c></row>')),
        "a-type-that-is-none": _book(_sound_sheet(f'<row r="3"><c r="A3" t="zz"><v>{CANARY}</v></c></row>')),
        "a-date-that-is-none": _book(_sound_sheet('<row r="3"><c r="B3" t="d"><v>9999-99-99</v></c></row>')),
        "a-huge-number": _book(_sound_sheet(f'<row r="3"><c r="C3"><v>1e{"9" * 50}</v></c></row>')),
        "a-formula": _book(_sound_sheet(f'<row r="3"><c r="A3"><f>HYPERLINK("{CANARY}")</f></c></row>')),
        "a-dimension-that-lies": _book(_sound_sheet(before='<dimension ref="A1:XFD1048576"/>')),
        "a-dimension-that-is-none": _book(_sound_sheet(before=f'<dimension ref="{CANARY}"/>')),
        "merges-that-overlap": _book(
            _sound_sheet(after="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 5_000 + "</mergeCells>")
        ),
        "merges-backwards": _book(_sound_sheet(after='<mergeCells><mergeCell ref="C9:A1"/></mergeCells>')),
        "merges-of-nothing": _book(_sound_sheet(after='<mergeCells><mergeCell ref="A0:A0"/></mergeCells>')),
        "a-sheet-without-a-name": _book(_sound_sheet(), names=[""]),
        "sheets-of-one-name": _book(_sound_sheet(), _sound_sheet(), names=["F", "F"]),
        "all-sheets-hidden": _book(_sound_sheet(), states=["hidden"]),
        "a-sheet-of-someone": _book(books.sheet(), names=[CANARY[:20]]),
        "no-rows": _book(books.sheet()),
        "only-blanks": _book(books.sheet(books.row(1, books.cell("A1", " "), books.cell("B1", "")))),
        "a-header-twice": _book(books.sheet(books.row(1, books.cell("A1", "nom"), books.cell("B1", "NOM")))),
        "a-path-outside": _zip({**members, "../../etc/passwd": CANARY}),
        "a-thousand-sheets": _book(*[_sound_sheet()] * 1_000, names=[f"F{rank}" for rank in range(1_000)]),
        "styles-that-are-none": _zip({**members, "xl/styles.xml": CANARY}),
        "random": b"PK\x03\x04" + random.Random(3).randbytes(20_000),
    }
    for name, content in cases.items():
        yield f"{name}.xlsx", lambda content=content: content
    yield "a-bomb.xlsx", _bomb
    yield "a-bomb-of-strings.xlsx", _strings
    yield "sizes-that-lie.xlsx", lambda: _lying(sound)
    yield "crc-that-lies.xlsx", lambda: sound.replace(sound[14:18], b"\0\0\0\0", 1)
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    damaged = {"cut": old, "random": old + random.Random(4).randbytes(20_000)}
    for name, content in {"empty": b"", "text": _C, "zip": sound, **damaged}.items():
        yield f"{name}.xls", lambda content=content: content
    for seed in range(12):
        yield f"flipped-{seed}.xls", lambda seed=seed: _flipped(_old_book(), seed)
        yield f"flipped-{seed}.xlsx", lambda seed=seed: _flipped(sound, seed)
    yield "far-column.xls", lambda: _old_book(row=65_535, column=65_535)
    yield "far-cell.xls", lambda: _old_book(row=65_535, column=255)


def _laughs(xml: str) -> str:
    entities = "".join(f'<!ENTITY l{rank} "{f"&l{rank - 1};" * 10}">' for rank in range(1, 10))
    text = xml.partition("?>")[2] or xml
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>' + text.replace(
        "<sheetData>", "<sheetData><row><c t='inlineStr'><is><t>&l9;</t></is></c></row>"
    ).replace('name="Feuille"', 'name="&l9;"')


def _outside(xml: str) -> str:
    return '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + xml.replace(
        'name="Feuille"', 'name="&f;"'
    )


def _bomb() -> bytes:
    """A megabyte that unfolds to more than the limit says."""
    cells = b'<row r="1"><c r="A1" t="inlineStr"><is><t>nom</t></is></c></row>'
    members = {**books.parts(books.sheet()), "xl/worksheets/sheet1.xml": ""}
    start = b"<worksheet><sheetData>" + cells
    return _unfolding(members, "xl/worksheets/sheet1.xml", start, b" " * 1_000_000, 1_200)


def _strings() -> bytes:
    members = books.parts(_sound_sheet())
    return _unfolding(members, "xl/sharedStrings.xml", b"<sst>", b"<si><t>a</t></si>" * 100_000, 200)


def _unfolding(members: Mapping[str, str], name: str, start: bytes, block: bytes, times: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, text in members.items():
            if other != name:
                archive.writestr(other, text)
        with archive.open(name, "w", force_zip64=True) as member:
            member.write(start)
            for _ in range(times):
                member.write(block)
    return out.getvalue()


def _lying(sound: bytes) -> bytes:
    """The sizes of its members, in the central directory, are said to be of a few bytes."""
    data = bytearray(sound)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 3)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def _flipped(data: bytes, seed: int) -> bytes:
    """Twenty bytes are others."""
    chance, changed = random.Random(seed), bytearray(data)
    for _ in range(20):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _old_book(row: int = 1, column: int = 0) -> bytes:
    """An .xls of one sheet (BIFF8 in a compound file), with ``nom`` at the top and a number somewhere."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<2H", kind, len(data)) + data

    def label(at: int, text: str) -> bytes:
        return record(0x0204, struct.pack("<4HB", 0, at, 15, len(text), 0) + text.encode())

    sheet = record(0x0809, struct.pack("<6H", 0x0600, 0x10, 0, 0, 0, 0) + bytes(4))
    sheet += label(0, "nom") + label(1, "date") + label(2, "nombre")
    sheet += record(0x0203, struct.pack("<3Hd", row, column, 15, 12.5)) + record(0x0A, b"")
    name = b"F"
    start = record(0x0809, struct.pack("<6H", 0x0600, 0x05, 0, 0, 0, 0) + bytes(4))
    bound = 4 + 4 + 2 + 2 + len(name)
    offset = len(start) + bound + 4
    book = start + record(0x85, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name) + record(0x0A, b"")
    return _compound((book + sheet).ljust(4_096, b"\0"))


def _compound(stream: bytes) -> bytes:
    """A compound file (MS-CFB) with one stream, « Workbook »."""
    sectors = -(-len(stream) // 512)
    stream = stream.ljust(sectors * 512, b"\0")
    end, free, fat_sector = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    fat = [fat_sector, end, *range(3, 2 + sectors), end]
    fat += [free] * (128 - len(fat))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    )
    header += struct.pack("<9I", 0, 1, 1, 0, 4_096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(raw), kind, 1, free, free, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    root = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + bytes(256)
    return header + struct.pack("<128I", *fat) + root + stream


def _shapefiles() -> Iterator[tuple[str, Make]]:
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 64) + struct.pack("<2i8d", 1000, 1, *[0.0] * 8)
    record = struct.pack(">2i", 1, 10) + struct.pack("<idd", 1, 5.0, 43.0)
    shp, shx = head + record, head[:24] + struct.pack(">i", 54) + head[28:] + struct.pack(">2i", 50, 10)
    field = b"nom".ljust(11, b"\0") + b"C" + bytes(4) + b"\x1e\0" + bytes(14)
    dbf = (
        struct.pack("<4BI2H", 3, 126, 1, 1, 1, 65, 31).ljust(32, b"\0")
        + field
        + b"\r "
        + _C[:30].ljust(30)
        + b"\x1a"
    )
    prj = (
        b'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
        b'UNIT["degree",0.0174532925199433]]'
    )
    sound: Mapping[str, bytes] = {"a.shp": shp, "a.shx": shx, "a.dbf": dbf, "a.prj": prj}
    many = dbf[:4] + struct.pack("<I", 2_000_000_000) + dbf[8:]
    wide = dbf[:8] + struct.pack("<2H", 65_535, 65_535) + dbf[12:]
    cases: Mapping[str, bytes] = {
        "sound": _zip(sound),
        "empty": b"",
        "text": _C,
        "cut": _zip(sound)[:-30],
        "empty-zip": _zip({}),
        "no-dbf": _zip({name: data for name, data in sound.items() if name != "a.dbf"}),
        "no-shx": _zip({name: data for name, data in sound.items() if name != "a.shx"}),
        "no-prj": _zip({name: data for name, data in sound.items() if name != "a.prj"}),
        "a-prj-that-is-none": _zip({**sound, "a.prj": _C}),
        "a-prj-of-1-mb": _zip({**sound, "a.prj": b"GEOGCS[" * 150_000}),
        "empty-parts": _zip(dict.fromkeys(sound, b"")),
        "a-shp-of-text": _zip({**sound, "a.shp": _C * 100}),
        "a-dbf-of-text": _zip({**sound, "a.dbf": _C * 100}),
        "records-that-are-not": _zip({**sound, "a.dbf": many}),
        "fields-that-are-not": _zip({**sound, "a.dbf": wide}),
        "a-shape-without-end": _zip({**sound, "a.shp": head + struct.pack(">2i", 1, 0x7FFFFFF) + record[8:]}),
        "a-negative-shape": _zip({**sound, "a.shp": head + struct.pack(">2i", 1, -5) + record[8:]}),
        "points-without-end": _zip(
            {
                **sound,
                "a.shp": head[:32]
                + struct.pack("<i", 5)
                + head[36:]
                + struct.pack(">2i", 1, 30)
                + struct.pack("<i4d2i", 5, 0, 0, 1, 1, 2**31 - 1, 2**31 - 1),
            }
        ),
        "two-layers": _zip({**sound, "b.shp": shp}),
        "a-zip-in-a-zip": _zip({"a.zip": _zip(sound)}),
        "a-path-outside": _zip({f"../../{name}": data for name, data in sound.items()}),
        "a-name-with-braces": _zip({f"a}}/{{b{name}": data for name, data in sound.items()}),
        "a-csv": _zip({"a.csv": HEADER + _rows()}),
        "nan": _zip({**sound, "a.shp": head + record[:12] + struct.pack("<2d", float("nan"), float("inf"))}),
    }
    for name, content in cases.items():
        yield f"{name}.zip", lambda content=content: content
    for seed in range(12):
        name = sorted(sound)[seed % 3]
        yield (
            f"flipped-{seed}.zip",
            lambda seed=seed, name=name: _zip({**sound, name: _flipped(sound[name], seed)}),
        )


ODD: Mapping[str, Make] = dict([*_texts(), *_jsons(), *_features(), *_workbooks(), *_shapefiles()])


def drop(name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(ODD[name]())
    return path
