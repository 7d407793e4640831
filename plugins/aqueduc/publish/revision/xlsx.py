"""A revision as a workbook (ECMA-376, one sheet), written row by row: same rows in, same bytes out.

Text is text (``01001`` stays as it is, and nothing can be taken for a formula); a number that a spreadsheet
would round is written as text too. Dates are dates, but for those before March 1900, where spreadsheets
disagree.
"""

import math
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

MOST_ROWS = 1_048_575
"""Below the line of titles."""
LONGEST_TEXT = 32_767
MOST_COLUMNS = 16_384

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet has no time zone)
_FIRST_SURE_DAY = date(1900, 3, 1)
_EXACT = 10**15
_PLAIN, _TITLE, _DAY, _MOMENT, _HOUR = range(5)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_STEP = 1 << 20

Values = Sequence[Any]


def write_workbook(target: Path, names: Sequence[str], batches: Iterable[Sequence[Values]]) -> None:
    """One sheet at ``target``: a line of titles, which stays in sight, then the rows of ``batches``.

    What does not fit (``MOST_ROWS``, ``LONGEST_TEXT``, ``MOST_COLUMNS``) must have been refused before.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in _AROUND.items():
            with _open_archive_member(archive, name) as out:
                out.write(text.encode())
        with _open_archive_member(archive, "xl/worksheets/sheet1.xml") as out:
            out.write(_HEAD.encode())
            out.write(_format_row_xml(names, style=_TITLE).encode())
            waiting = bytearray()
            for batch in batches:
                waiting += "".join(map(_format_row_xml, batch)).encode()
                if len(waiting) > _STEP:
                    out.write(waiting)
                    waiting = bytearray()
            out.write(waiting + b"</sheetData></worksheet>")


@contextmanager
def _open_archive_member(archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """Without date nor system of its own: both would tell one writing from another."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 0
    with archive.open(info, "w", force_zip64=name.startswith("xl/worksheets")) as out:
        yield out


def _format_row_xml(values: Values, style: int = _PLAIN) -> str:
    return f"<row>{''.join([_format_cell_xml(value, style) for value in values])}</row>"


def _format_cell_xml(value: Any, style: int) -> str:
    if value is None:
        return "<c/>"
    written = _WRITERS.get(type(value), _format_any_value_as_text_cell)
    return written(value) if not style else _format_text_cell(str(value), style)


def _format_text_cell(value: str, style: int = _PLAIN) -> str:
    safe = escape(_ILLEGAL.sub(_escape_xml_character, value))
    kept = ' xml:space="preserve"' if safe != safe.strip() or "\n" in safe else ""
    styled = f' s="{style}"' if style else ""
    return f'<c{styled} t="inlineStr"><is><t{kept}>{safe}</t></is></c>'


def _escape_xml_character(found: re.Match[str]) -> str:
    """As the standard writes what XML cannot hold (ST_Xstring), and what would look like it."""
    return f"_x{ord(found.group()):04X}_"


def _format_any_value_as_text_cell(value: Any) -> str:
    return _format_text_cell(str(value))


def _format_integer_cell(value: int) -> str:
    return f"<c><v>{value}</v></c>" if abs(value) < _EXACT else _format_text_cell(str(value))


def _format_float_cell(value: float) -> str:
    return f"<c><v>{value!r}</v></c>" if math.isfinite(value) else _format_text_cell(str(value))


def _format_decimal_cell(value: Decimal) -> str:
    return f"<c><v>{value}</v></c>" if len(value.as_tuple().digits) <= 15 else _format_text_cell(str(value))


def _format_date_cell(value: date) -> str:
    if value < _FIRST_SURE_DAY:
        return _format_text_cell(value.isoformat())
    return f'<c s="{_DAY}"><v>{(value - _EPOCH.date()).days}</v></c>'


def _format_datetime_cell(value: datetime) -> str:
    if value.tzinfo is not None or value.date() < _FIRST_SURE_DAY:
        return _format_text_cell(value.isoformat())
    since = value - _EPOCH
    fraction = (since.seconds + since.microseconds / 1e6) / 86_400
    return f'<c s="{_MOMENT}"><v>{since.days + fraction!r}</v></c>'


def _format_time_cell(value: time) -> str:
    seconds = value.hour * 3_600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return f'<c s="{_HOUR}"><v>{seconds / 86_400!r}</v></c>'


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _format_text_cell,
    bool: lambda value: f'<c t="b"><v>{int(value)}</v></c>',
    int: _format_integer_cell,
    float: _format_float_cell,
    Decimal: _format_decimal_cell,
    date: _format_date_cell,
    datetime: _format_datetime_cell,
    time: _format_time_cell,
}

# --- what stands around the rows ----------------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_HEAD = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    "<sheetData>"
)
_FORMATS = {_DAY: "yyyy\\-mm\\-dd", _MOMENT: "yyyy\\-mm\\-dd\\ hh:mm:ss", _HOUR: "hh:mm:ss"}
_AROUND = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PARTS}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PARTS}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
    '<sheet name="Données" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PARTS}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_LINKS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_FORMATS)}">'
    + "".join(f'<numFmt numFmtId="{164 + style}" formatCode="{code}"/>' for style, code in _FORMATS.items())
    + '</numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    f'<cellXfs count="{_HOUR + 1}"><xf/><xf fontId="1" applyFont="1"/>'
    + "".join(f'<xf numFmtId="{164 + style}" applyNumberFormat="1"/>' for style in _FORMATS)
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0"/></cellStyles></styleSheet>',
}
