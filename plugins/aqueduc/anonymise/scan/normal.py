r"""One form for each text, before any pattern is asked of it.

« M. Jean Dupont » is one name with no-break spaces, in full-width letters, with its accents apart, in HTML or
as JSON: the patterns are written for one of these forms, and every text is brought to it first.
Sources: NFKC, Unicode Standard Annex 15; character references and elements, the HTML standard; ``\u``
escapes, RFC 8259; percent encoding, RFC 3986.

``fold_text`` says what the form is, a text at a time. ``normal_form`` gives the same for a whole array: plain
cells pass untouched behind one pattern, typography (curly apostrophes, dashes, no-break spaces) is done
by Arrow, and only what is left goes through ``fold_text``.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BETWEEN = " | "
"""Between the values of one cell: those of a JSON object, or of a list written with bars."""

_SPACES = "\t\n\x0b\x0c\r\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000"
# Seen by nobody: controls, soft hyphen, joiners, directions, variation selectors, byte order mark, tags.
_UNSEEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_APOSTROPHES = "`\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u201a\u201b\u2032\u2035\ua78c\uff07"
_QUOTES = "\u00ab\u00bb\u201c-\u201f\u2033\u2036\u2039\u203a\u301d\u301e\uff02"
_DASHES = "\u058a\u05be\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe31\ufe32\ufe58\ufe63\uff0d"
_BARS = "\u00a6\u2223\u23d0\u2502\u2503\uff5c"

_TYPOGRAPHY: tuple[tuple[str, str], ...] = (
    (f"[{_UNSEEN}]", ""),
    (f"[{_APOSTROPHES}]", "'"),
    (f"[{_QUOTES}]", '"'),
    (f"[{_DASHES}]", "-"),
    ("\u2026", "..."),
    (f"[ {_SPACES}]*[|{_BARS}][ |{_SPACES}{_BARS}]*", BETWEEN),
    (f"[ {_SPACES}]+", " "),
    # What stands around a value: quotation marks, a spreadsheet's ' and =, the separators of a list; and
    # 612345678.0, as a spreadsheet or a data frame writes a whole number.
    ('^[ "\',;=|]+|[ ",;|]+$', ""),
    (r"^([0-9]{6,})\.0$", r"\1"),
)

# Letters whose form NFKC keeps; the rest of Latin is taken apart and loses its accents.
_LETTERS = "À-ÖØ-öø-ıĴ-ľŁ-ňŊ-ž"
_TO_DECODE = r'%[0-9A-Fa-f]{2}|\\[u"/]|Ã|Â|â€'
_UNTIDY = rf"[^ -%'-;=-_a-z}}~{_LETTERS}°€]|  |{_TO_DECODE}|^[ \"',;=\[]|[ \",;]$|[0-9]{{6}}\.0$"
_DEEP = (
    rf"[^ -%'-;=-z|}}~{_LETTERS}°€…{_SPACES}{_UNSEEN}{_APOSTROPHES}{_QUOTES}{_DASHES}{_BARS}]"
    rf'|{_TO_DECODE}|^[ "]*\['
)


def normal_form(cells: pa.StringArray) -> pa.StringArray:
    """As many cells, each as ``fold_text`` says; null stays null. Costs one pattern where all are plain."""
    ranks = _ranks(cells, _UNTIDY)
    if not len(ranks):
        return cells
    untidy = cells.take(pa.array(ranks))
    deep = _ranks(untidy, _DEEP)
    tidy = untidy
    for pattern, instead in _TYPOGRAPHY:
        tidy = pc.replace_substring_regex(tidy, pattern, instead)
    if len(deep):
        tidy = _put(
            tidy, deep, pa.array([fold_text(text) for text in untidy.take(pa.array(deep)).to_pylist()])
        )
    return _put(cells, ranks, tidy)


def _ranks(cells: pa.StringArray, pattern: str) -> Any:
    found = pc.fill_null(pc.match_substring_regex(cells, pattern), False)
    return np.flatnonzero(found.to_numpy(zero_copy_only=False))


def _put(cells: pa.StringArray, ranks: Any, instead: pa.StringArray) -> pa.StringArray:
    mask = np.zeros(len(cells), bool)
    mask[ranks] = True
    return pc.replace_with_mask(cells, pa.array(mask), instead)


def fold_text(text: str) -> str:
    """Decoded (entities, escapes, percent, UTF-8 read as Latin-1), out of HTML and JSON, in NFKC without
    the marks that are left, in Latin letters and ASCII digits, dashes, quotation marks and single spaces."""
    for step in (_read_as_json, _decoded, _out_of_html, _read_as_json, _out_of_marks, _composed):
        text = step(text)
    for pattern, instead in _COMPILED:
        text = pattern.sub(instead, text)
    return text


_COMPILED = tuple((re.compile(pattern), instead) for pattern, instead in _TYPOGRAPHY)
_PERCENT = re.compile("%[24]0|(?<![0-9 ])(?:%[0-9A-Fa-f]{2})+")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
# UTF-8 read as Latin-1 or Windows-1252: the lead of two or three bytes, then what never follows it in French.
_MISREAD = re.compile("[ÃÂ][^ -~À-ÿ]|â€")


def _decoded(text: str) -> str:
    for _ in range(2):  # &amp;nbsp; was written twice
        text = html.unescape(text) if "&" in text else text
    if "%" in text:
        text = _PERCENT.sub(lambda found: unquote(found.group()), text)
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
        text = text.replace('\\"', '"').replace("\\/", "/")
    return _read_again(text) if _MISREAD.search(text) else text


def _read_again(text: str) -> str:
    try:
        return b"".join(map(_byte_of, text)).decode()
    except UnicodeError:
        return text


def _byte_of(char: str) -> bytes:
    return char.encode("latin-1" if "\x80" <= char <= "\x9f" else "cp1252")


_ELEMENTS = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|button|caption|center|cite|code|col|dd|del|details"
    "|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd"
    "|label|li|link|main|mark|meta|nav|ol|o:p|option|p|pre|q|s|samp|section|select|small|span|strike|strong"
    "|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|title|tr|tt|u|ul|var|wbr"
)
_TAG = re.compile(rf"<(?:!--|/?(?:{_ELEMENTS})(?=[\s/>]))([^<>]*)>", re.IGNORECASE)
# Of a tag, what may hold more than its looks.
_ATTRIBUTE = re.compile(
    r"(?:href|src|title|alt|value|content|datetime|data-[\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)


def _out_of_html(text: str) -> str:
    return _TAG.sub(_of_tag, text) if "<" in text else text


def _of_tag(found: re.Match[str]) -> str:
    inside = found.group(1)
    values = [next(filter(None, one.groups()), "") for one in _ATTRIBUTE.finditer(inside)]
    comment = [inside.strip("-")] if found.group().startswith("<!--") else []
    return "".join(f"{BETWEEN}{value}{BETWEEN}" for value in (*comment, *values) if value.strip()) or " "


_JSON = re.compile(r"^[\s\"]*(?:\{|\[\s*[\"'{\[0-9])")
_JSON_MARKS = re.compile(r"[\"']\s*[:,]\s*[\"']?|[:,]\s*[\"']|[\[\]{}]+[\"']?|[\"']?[\]}]+")
# The name of a field, as programs write it: no cell.
_FIELD_NAME = re.compile(r"[A-Za-z_@][A-Za-z0-9_.:-]*")


def _read_as_json(text: str) -> str:
    if not _JSON.match(text):
        return text
    try:
        return BETWEEN.join(_leaves(json.loads(text, parse_int=str, parse_float=str)))
    except (ValueError, RecursionError):
        return text


def _out_of_marks(text: str) -> str:
    """Without the punctuation of what begins as JSON and is none: cut short, or another language's."""
    return _JSON_MARKS.sub(BETWEEN, text).rstrip("'") if _JSON.match(text) else text


def _leaves(value: Any) -> Iterator[str]:
    """The values, and the keys that may be values themselves."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not _FIELD_NAME.fullmatch(key):
                yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, str):
        yield value


# Letters of other alphabets that look like Latin ones, and marks like ours: somebody@оrange.fr.
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοα\u2044\u2215\u2236\u2024\u2027\u3002\u066b\u066c",
    "ABESIJKMHOPCTYXaesijopcyxdqwhABEZHIKMNOPTYXoa//:.....",
)


_SURROGATE = re.compile("[\ud800-\udfff]")


def _composed(text: str) -> str:
    # NFKC makes a space and a mark of the lone acute accent, which is typed for an apostrophe.
    text = unicodedata.normalize("NFKC", text.replace("\u00b4", "'")).translate(_ALIKE)
    if _SURROGATE.search(text):  # an escape may name half a character
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if text.isascii() else "".join(map(_plain_char, text))


def _plain_char(char: str) -> str:
    if char < "\u0180":
        return char
    category = unicodedata.category(char)
    if category == "Mn":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in ("Ll", "Lu"):
        return "".join(c for c in unicodedata.normalize("NFKD", char) if unicodedata.category(c) != "Mn")
    return char
