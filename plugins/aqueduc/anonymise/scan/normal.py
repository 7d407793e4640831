r"""One form for each text, before any pattern is asked of it.

« M. Jean Dupont » is one name with no-break spaces, in full-width letters, with its accents apart, in HTML or
as JSON: the patterns are written for one of these forms, and every text is brought to it first.
Sources: NFKC, Unicode Standard Annex 15; character references and elements, the HTML standard; ``\u``
escapes, RFC 8259; percent encoding, RFC 3986.

``decode_and_normalise_text`` says what the form is, a text at a time. ``normalise_cells`` gives the same for a whole
array: plain arrays pass untouched after one look at all their bytes, plain cells behind one pattern, typography (curly
apostrophes, dashes, no-break spaces) is done by Arrow, and only what is left goes through ``decode_and_normalise_text``.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan.cell_bytes import CellBytes, build_byte_set_table
from aqueduc.anonymise.scan.inline_tags import join_words_split_by_tags
from aqueduc.anonymise.scan.regex import find_matching_cells

BETWEEN = " | "
"""Between the values of one cell: those of a JSON object, or of a list written with bars."""

# Controls too: what stands between two words keeps them apart.
_SPACES = "\x01-\x1f\x7f-\x9f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000"
# Seen by nobody: NUL, soft hyphen, joiners, directions, variation selectors, byte order mark, tags.
_UNSEEN = (
    "\x00\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_APOSTROPHES = "`\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u201a\u201b\u2032\u2035\ua78c\uff07"
_QUOTES = "\u00ab\u00bb\u201c-\u201f\u2033\u2036\u2039\u203a\u301d\u301e\uff02"
_DASHES = "\u058a\u05be\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe31\ufe32\ufe58\ufe63\uff0d"
_BARS = "\u00a6\u2223\u23d0\u2502\u2503\uff5c"

# 612345678.0, as a spreadsheet or a data frame writes a whole number.
_WRITTEN_AS_FRACTION = r"^([0-9]{4,})\.0$"
# 6,12345678E8, as a spreadsheet writes a telephone that it took for a number: nine figures, or eleven with 33.
_WRITTEN_AS_POWER = r"^[1-9][.,][0-9]{6,10}[Ee]\+?(?:0?8|10)$"

# Letters whose form NFKC keeps; the rest of Latin is taken apart and loses its accents.
_LETTERS = "À-ÖØ-öø-ıĴ-ľŁ-ňŊ-ž"
_TO_DECODE = rf"%[0-9A-Fa-f]{{2}}|\\[u\"/]|Ã|Â|â€|\[[ {_SPACES}]*[\"'{_APOSTROPHES}{_QUOTES}{{\[0-9]"
_OF_SPREADSHEETS = r"[0-9]{4}\.0$|[0-9]{6}[Ee]\+?[0-9]{1,2}$"
_UNTIDY = rf"[^ -%'-;=-_a-z}}~{_LETTERS}°€]|  |{_TO_DECODE}|^[ \"',;=]|[ \",;]$|{_OF_SPREADSHEETS}"
_DEEP = (
    rf"[^ -%'-;=-z|}}~{_LETTERS}°€…{_SPACES}{_APOSTROPHES}{_QUOTES}{_DASHES}{_BARS}]"
    rf"|{_TO_DECODE}"
)
# The same told of all cells at once, in haste: no byte but these, no letter but those, nothing at the ends.
_PLAIN = bytes({*range(0x20, 0x7F)} - {*b"&<`{|%\\["})
_PLAIN_LETTERS = re.compile("[ÀÁÄ-ÖØ-öø-ıĴ-ľŁ-ňŊ-ž°]*")
_NO_BEGIN, _NO_END = build_byte_set_table(b" \"',;="), build_byte_set_table(b' ",;')
_A_POWER, _A_DIGIT = build_byte_set_table(b"eE"), build_byte_set_table(b"0123456789")


def normalise_cells(cells: pa.StringArray) -> pa.StringArray:
    """As many cells, each as ``decode_and_normalise_text`` says; null stays null.
    Costs a pattern where not all are plain."""
    if not len(cells) or _can_skip_normalisation(cells):
        return cells
    ranks = _find_matching_ranks(cells, _UNTIDY)
    if not len(ranks):
        return cells
    untidy = cells.take(pa.array(ranks))
    deep = _find_matching_ranks(untidy, _DEEP)
    if len(deep):
        read = map(_decode_text_layers, untidy.take(pa.array(deep)).to_pylist())
        untidy = replace_cells(untidy, deep, pa.array(read, pa.string()))
    return replace_cells(cells, ranks, _normalise_typography(untidy))


def _can_skip_normalisation(cells: pa.StringArray) -> bool:
    """Whether no cell is untidy, for certain: of some that are plain it is not told."""
    read = CellBytes(cells)
    text, last = read.join_cells(), read.get_bytes_from_end()
    as_fraction = (last == ord("0")) & (read.get_bytes_from_end(2) == ord("."))
    as_power = (
        _A_POWER[read.get_bytes_from_end(2)]
        | _A_POWER[read.get_bytes_from_end(3)]
        | _A_POWER[read.get_bytes_from_end(4)]
    )
    return (
        b"  " not in text
        and not _NO_BEGIN[read.get_first_bytes()].any()
        and not (_NO_END[last] | as_fraction | (_A_DIGIT[last] & as_power)).any()
        and bool(_PLAIN_LETTERS.fullmatch(text.translate(None, _PLAIN).decode(errors="replace")))
    )


@lru_cache(maxsize=4096)  # a header is asked several times in a search, and at each search of its table
def decode_and_normalise_text(text: str) -> str:
    """Decoded (entities, escapes, percent, UTF-8 read as Latin-1), out of HTML and JSON, in NFKC without
    the marks that are left, in Latin letters and ASCII digits, dashes, quotation marks and single spaces."""
    if _WORDS_ONLY.fullmatch(text):  # as most headers of columns are
        return text
    return str(_normalise_typography(pa.array([_decode_text_layers(text)]))[0].as_py())


_WORDS_ONLY = re.compile("[A-Za-z_]+(?: [A-Za-z_]+)*")


def _find_matching_ranks(cells: pa.StringArray, pattern: str) -> Any:
    return np.flatnonzero(find_matching_cells(cells, pattern))


def replace_cells(cells: pa.StringArray, ranks: Any, instead: pa.StringArray) -> pa.StringArray:
    """The cells, with those at ``ranks`` replaced by ``instead``, in its order."""
    mask = np.zeros(len(cells), bool)
    mask[ranks] = True
    return pc.replace_with_mask(cells, pa.array(mask), instead)


# --- typography -------------------------------------------------------------------------------------------


_OF_TYPOGRAPHY = tuple(
    (re.compile(f"[{chars}]"), instead)
    for chars, instead in (
        (_UNSEEN, ""),
        (_SPACES, " "),
        (_APOSTROPHES, "'"),
        (_QUOTES, '"'),
        (_DASHES, "-"),
        (_BARS, "|"),
        ("\u2026", "..."),
    )
)
_BAR = re.compile(r"[ ,;\"]*\|[ |,;\"'=]*")
TEXTS_AT_ONCE = 20_000


def _normalise_typography(cells: pa.StringArray) -> pa.StringArray:
    """With ASCII dashes, quotation marks and single spaces, and without what stands around a value: quotation
    marks, a spreadsheet's ' and =, the separators of a list. No cell is null.

    Many cells are one text while their characters are replaced: ten times faster than one by one.
    """
    parts = range(0, len(cells), TEXTS_AT_ONCE)
    typed = [_replace_typography(cells.slice(start, TEXTS_AT_ONCE)) for start in parts]
    plain = pc.ascii_rtrim(pc.ascii_ltrim(pa.concat_arrays(typed), " \"',;=|"), ' ",;|')
    powers = _find_matching_ranks(plain, _WRITTEN_AS_POWER)
    if len(powers):
        written = map(_expand_scientific_notation, plain.take(pa.array(powers)).to_pylist())
        plain = replace_cells(plain, powers, pa.array(written, pa.string()))
    return pc.replace_substring_regex(plain, _WRITTEN_AS_FRACTION, r"\1")


def _expand_scientific_notation(text: str) -> str:
    """Unchanged where it is no whole number."""
    figures, _, power = text.upper().partition("E")
    places = int(power)
    return f"{figures[0]}{figures[2:]:0<{places}}" if len(figures) <= places + 2 else text


def _replace_typography(cells: pa.StringArray) -> pa.StringArray:
    lines = "\n".join(pc.replace_substring(cells, "\n", " ").to_pylist())
    for char in set(lines) - {"\n", " "}:
        for chars, instead in _OF_TYPOGRAPHY:
            if chars.match(char):
                lines = lines.replace(char, instead)
    if "|" in lines:
        lines = _BAR.sub(BETWEEN, lines)
    while "  " in lines:
        lines = lines.replace("  ", " ")
    return pa.array(lines.split("\n"), pa.string())


# --- what text was made from ------------------------------------------------------------------------------


def _decode_text_layers(text: str) -> str:
    """Layer by layer, as many as there are: an entity in an escape in JSON in a percent code."""
    for _ in range(MOST_LAYERS):
        before = text
        # What is composed shows its braces; what is read out of JSON may have to be composed.
        text = _decode_one_escape_layer(
            _normalise_unicode(_extract_json_values(_normalise_unicode(_repair_mojibake(text))))
        )
        if text == before:
            text = _strip_html_tags(text)
        if text == before:
            break
    return _normalise_unicode(_strip_json_marks(text))


MOST_LAYERS = 8
# After a digit, 75%abonnés is a share: only blanks, marks and letters of several bytes are decoded there.
_MARK = "0[9ADad]|2[0-9A-Fa-f]|3[A-Fa-f]|40|5[B-Fb-f]|7[B-Eb-e]"
_PERCENT = re.compile(
    f"%(?:{_MARK})|(?:%[C-Fc-f][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f])+)+|(?<![0-9 ])(?:%[0-9A-Fa-f]{{2}})+"
)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
# UTF-8 read as Latin-1 or Windows-1252: the lead of two or three bytes, then what never follows it in French.
_MISREAD = re.compile("[ÃÂ][^ -~À-ÿ]|â€")


def _repair_mojibake(text: str) -> str:
    """Of UTF-8 that was read as Latin-1."""
    if not _MISREAD.search(text):
        return text
    try:
        return b"".join(map(_encode_latin_char, text)).decode()
    except UnicodeError:
        return text


def _decode_one_escape_layer(text: str) -> str:
    """Out of one layer of entities, else of percents, else of escapes."""
    before = text
    if "&" in text:
        text = html.unescape(text)
    if "%" in text and text == before:
        text = _PERCENT.sub(lambda found: unquote(found.group()), text)
    if "\\" in text and text == before:
        text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
        text = text.replace('\\"', '"').replace("\\/", "/")
    return text


def _encode_latin_char(char: str) -> bytes:
    return char.encode("latin-1" if "\x80" <= char <= "\x9f" else "cp1252")


_ELEMENTS = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|button|caption|center|cite|code|col|dd|del|details"
    "|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd"
    "|label|li|link|main|mark|meta|nav|ol|o:p|option|p|pre|q|s|samp|section|select|small|span|strike|strong"
    "|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|title|tr|tt|u|ul|var|wbr"
)
_TAG = re.compile(rf"<(?:!|/?(?:{_ELEMENTS})(?=[\s/>]))([^<>]*)>", re.IGNORECASE)
# Of a tag, what may hold more than its looks.
_ATTRIBUTE = re.compile(
    r"(?:href|src|title|alt|value|content|datetime|data-[\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)


def _strip_html_tags(text: str) -> str:
    if "<" in text:
        text = _TAG.sub(
            _extract_html_attribute_values,
            join_words_split_by_tags(text, _extract_html_attribute_values, _TAG),
        )
    return _ELEMENT.sub(_extract_xml_attribute_values, text) if "</" in text else text


# Of XML that is no HTML: its attributes are values too.
_ELEMENT = re.compile(r"</?[A-Za-z][\w:.-]*((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*)\s*/?>")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")


def _extract_xml_attribute_values(found: re.Match[str]) -> str:
    values = (one.group(1) or one.group(2) or "" for one in _QUOTED.finditer(found.group(1)))
    return BETWEEN + "".join(f"{value}{BETWEEN}" for value in values)


def _extract_html_attribute_values(found: re.Match[str]) -> str:
    inside = found.group(1)
    values = [next(filter(None, one.groups()), "") for one in _ATTRIBUTE.finditer(inside)]
    comment = [inside] if found.group().startswith("<!") else []
    held = (value for value in (*comment, *values) if any(map(str.isalnum, value)))
    return "".join(f"{BETWEEN}{value}{BETWEEN}" for value in held) or " "


_JSON = re.compile(r"^[\s\"]*(?:\{|\[\s*[\"'{\[0-9])")
_JSON_SOMEWHERE = re.compile(r"(?:^|\|)[^\w\[{|]*(?:\{|\[\s*[\"'{\[0-9])")
_JSON_MARKS = re.compile(r"[\"']\s*[:,]\s*[\"']?|[:,]\s*[\"']|[\[\]{}]+[\"']?|[\"']?[\]}]+")
_ESCAPED_SPACE = re.compile(r"\\[nrtfb]")
# The name of a field, as programs write it: no cell.
_FIELD_NAME = re.compile(r"[A-Za-z_@][A-Za-z0-9_.:-]*")


def _extract_json_values(text: str) -> str:
    if not _JSON.match(text):
        return text
    try:
        return BETWEEN.join(_list_json_leaves(json.loads(text, parse_int=str, parse_float=str)))
    except (ValueError, RecursionError):
        return text


def _strip_json_marks(text: str) -> str:
    """Without the punctuation of what begins as JSON and is none: cut short, or another language's."""
    if not _JSON_SOMEWHERE.search(text):
        return text
    return _JSON_MARKS.sub(BETWEEN, _ESCAPED_SPACE.sub(" ", text)).rstrip("'")


def _list_json_leaves(value: Any) -> Iterator[str]:
    """The values, and the keys that may be values themselves."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not _FIELD_NAME.fullmatch(key):
                yield key
            yield from _list_json_leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _list_json_leaves(inner)
    elif isinstance(value, str):
        yield value


# Letters of other alphabets that look like Latin ones, and marks like ours: somebody@оrange.fr.
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοα\u2044\u2215\u2236\u2024\u2027\u3002\u066b\u066c",
    "ABESIJKMHOPCTYXaesijopcyxdqwhABEZHIKMNOPTYXoa//:.....",
) | dict.fromkeys(map(ord, _APOSTROPHES), "'")  # one of them is a letter: it would hide the brace of a JSON


_BEYOND_LATIN = re.compile("[^\x00-\u017f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


_UNSEEN_CHARS = re.compile(f"[{_UNSEEN}]")


def _normalise_unicode(text: str) -> str:
    if text.isascii():
        return text
    # NFKC makes a space and a mark of the lone acute accent, which is typed for an apostrophe.
    text = unicodedata.normalize("NFKC", _UNSEEN_CHARS.sub("", text).replace("\u00b4", "'"))
    if not _BEYOND_LATIN.search(text):
        return text
    if _SURROGATE.search(text):  # an escape may name half a character
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _BEYOND_LATIN.sub(lambda found: _transliterate_char(found.group()), text.translate(_ALIKE))


def _transliterate_char(char: str) -> str:
    match unicodedata.category(char):
        case "Mn":
            return ""
        case "Nd":
            return str(unicodedata.decimal(char))
        case "Ll" | "Lu":
            apart = unicodedata.normalize("NFKD", char)
            return "".join(part for part in apart if unicodedata.category(part) != "Mn")
        case _:
            return char
