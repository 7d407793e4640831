"""The encoding of a .dbf: what the .cpg beside it says, else its own language byte, else what its texts are.

GDAL, as DuckDB has it, knows UTF-8 and ISO 8859-1 only: it is told one of the two, and the other encodings of one
byte are read from the second, whose characters are the bytes themselves.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from aqueduc.sources.formats.encodings import LOOKED_AT, detect_bytes_encoding

FIELD = 32
"""The length of what describes a field, and of what comes before."""
_LANGUAGE = 29
_LANGUAGES = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x0D: "cp437", 0x0E: "cp850", 0x57: "cp1252", 0x58: "cp1252",
    0x59: "cp1252",
}  # fmt: skip
_LATIN = ("iso8859-1", "ascii")
_EIGHT_BITS = bytes(range(0x80, 0x100))


@dataclass(frozen=True)
class DbfEncoding:
    """``name`` as Python and a steward write it. ``guessed``: nothing says it but the texts, which have accents.
    ``readable``: whether Aqueduc reads it. ``fits``: whether the texts can be of it."""

    name: str
    guessed: bool = False
    readable: bool = True
    fits: bool = True

    @property
    def gdal_encoding(self) -> str:
        """What GDAL is told."""
        return "UTF-8" if self.name == "utf-8" else "ISO-8859-1"

    @property
    def character_replacements(self) -> tuple[str, str]:
        """The characters of ISO 8859-1 that are others in this encoding, and these, each at the same place."""
        if self.name == "utf-8":
            return "", ""
        meant = _EIGHT_BITS.decode(self.name, "replace")
        pairs = [
            (byte, char)
            for byte, char in zip(_EIGHT_BITS.decode("latin-1"), meant, strict=True)
            if char not in (byte, "\N{REPLACEMENT CHARACTER}")
        ]
        return "".join(byte for byte, _ in pairs), "".join(char for _, char in pairs)


def find_dbf_encoding(dbf: Path, cpg: Path) -> DbfEncoding:
    """Raises OSError."""
    data = b"\n".join(_read_dbf_sample_texts(dbf))
    said = _parse_cpg_encoding(cpg.read_bytes()) if cpg.exists() else None
    if said is not None:
        readable = said == "utf-8" or _is_eight_bit_encoding(said)
        return DbfEncoding(said, readable=readable, fits=said != "utf-8" or _is_utf8(data))
    with dbf.open("rb") as file:
        language = _LANGUAGES.get((file.read(FIELD) + bytes(FIELD))[_LANGUAGE])
    if data.isascii():
        return DbfEncoding(language or "utf-8")
    # Software writes « ANSI » there whatever the texts are; those that are UTF-8 are never so by chance.
    if language and not _is_utf8(data):
        return DbfEncoding(language)
    found = detect_bytes_encoding(data).name
    return DbfEncoding(found, guessed=True, fits=found != "utf-8" or _is_utf8(data))


def _parse_cpg_encoding(content: bytes) -> str | None:
    """The encoding that a .cpg says, in any of its usual spellings; None for none that is known."""
    text = content.decode("ascii", "ignore").strip("\0 \r\n\t").lower()
    if found := re.fullmatch(r"ldid/(\d+)", text):
        return _LANGUAGES.get(int(found[1]))
    text = re.sub(r"^(?:ansi|oem|cp|ibm|dos|windows|ms|code ?page)[ _-]*(?=\d)", "cp", text)
    text = re.sub(r"^(?=(?:437|7\d\d|8[56]\d|125\d)$)", "cp", text)
    text = re.sub(r"^(?:cp)?(?:iso[ _-]?)?8859[ _-]*(\d+)$", r"iso8859-\1", text)
    text = {"ansi": "cp1252", "65001": "utf-8", "cp65001": "utf-8"}.get(text, text)
    with suppress(LookupError):
        name = codecs.lookup(text).name
        # Nobody means the control characters that ISO 8859-1 has where Windows has its quotes and the euro.
        return "cp1252" if name in _LATIN else name
    return None


def _is_eight_bit_encoding(name: str) -> bool:
    with suppress(LookupError, UnicodeError):
        return len(_EIGHT_BITS.decode(name, "replace")) == len(_EIGHT_BITS) and b"a".decode(name) == "a"
    return False


def _is_utf8(data: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        data.decode("utf-8")
        return True
    return False


def _read_dbf_sample_texts(dbf: Path) -> Iterator[bytes]:
    """The names of its fields, then their texts, as far as an encoding is looked for."""
    with dbf.open("rb") as file:
        start = file.read(FIELD)
        header, length = int.from_bytes(start[8:10], "little"), int.from_bytes(start[10:12], "little")
        fields = list_dbf_fields(file.read(max(header - FIELD, 0)))
        yield from (name for name, _, _ in fields)
        file.seek(header)
        texts = [place for _, kind, place in fields if kind == b"C"]
        for _ in range(LOOKED_AT // length if length and texts else 0):
            record = file.read(length)
            if len(record) < length:
                return
            yield from (record[place].rstrip(b" \0") for place in texts)


def list_dbf_fields(header: bytes) -> list[tuple[bytes, bytes, slice]]:
    """The name and the type of each field that a header describes, and where it is in a record, whose first byte marks
    it as deleted."""
    starts = range(0, len(header) - FIELD + 1, FIELD)
    fields = [header[start : start + FIELD] for start in starts]
    end = next((rank for rank, field in enumerate(fields) if field[0] == 0x0D), len(fields))
    ends = list(accumulate((field[16] for field in fields[:end]), initial=1))
    return [
        (field[:11].partition(b"\0")[0], field[11:12], slice(ends[rank], ends[rank + 1]))
        for rank, field in enumerate(fields[:end])
    ]
