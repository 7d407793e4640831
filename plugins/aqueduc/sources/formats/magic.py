"""What a file is, by its first bytes: none of them is shown."""

import codecs
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from aqueduc.language import Message, _

HEAD_BYTES = 1 << 16

_MAGIC: tuple[tuple[int, bytes, Message], ...] = (
    (0, b"%PDF", _("un document PDF")),
    (0, b"\x89PNG", _("une image PNG")),
    (0, b"\xff\xd8\xff", _("une image JPEG")),
    (0, b"GIF8", _("une image GIF")),
    (0, b"II*\0", _("une image TIFF")),
    (0, b"MM\0*", _("une image TIFF")),
    (0, b"BM\x36", _("une image BMP")),
    (8, b"WEBP", _("une image WebP")),
    (0, b"PAR1", _("un fichier Parquet")),
    (0, b"PARE", _("un fichier Parquet chiffré")),
    (68, b"GPKG", _("un GeoPackage")),
    (0, b"SQLite format 3", _("une base SQLite")),
    (4, b"Standard ", _("une base Access")),
    (0, b"\xd0\xcf\x11\xe0", _("un classeur XLS, ou un autre document Office d'avant 2007")),
    (0, b"\x1f\x8b", _("une archive gzip")),
    (0, b"7z\xbc\xaf", _("une archive 7z")),
    (0, b"Rar!", _("une archive RAR")),
    (0, b"BZh", _("une archive bzip2")),
    (0, b"\xfd7zXZ", _("une archive xz")),
    (0, b"\x28\xb5\x2f\xfd", _("une archive Zstandard")),
    (257, b"ustar", _("une archive tar")),
    (0, b"\0\0\x27\x0a", _("un shapefile seul, sans les fichiers qui l'accompagnent")),
    (0, b"{\\rtf", _("un document RTF")),
    (0, b"fgb\x03fgb", _("un fichier FlatGeobuf")),
    (0, b"ARROW1", _("un fichier Arrow")),
    (0, b"ORC", _("un fichier ORC")),
    (0, b"Obj\x01", _("un fichier Avro")),
)
_MARKUP: tuple[tuple[bytes, Message], ...] = (
    (b"html", _("une page HTML")),
    (b"svg", _("une image SVG")),
    (b"kml", _("un document KML")),
    (b"gpx", _("un document GPX")),
    (b"featurecollection", _("un document GML")),
)
_ARCHIVES: tuple[tuple[str, Message], ...] = (
    ("word/", _("un document Word")),
    ("ppt/", _("une présentation")),
    ("xl/workbook.bin", _("un classeur binaire XLSB")),
    ("xl/", _("un classeur XLSX")),
    ("content.xml", _("un document OpenDocument (ODS, ODT)")),
    ("doc.kml", _("un document KMZ")),
)
# But the blanks, the bell to the page break, what ends a text of DOS and what colours one.
_CONTROLS = re.compile(rb"[\x01-\x06\x0e-\x19\x1c-\x1f]")
_ROOT = re.compile(rb"<(?![?!])(?:([\w.-]+):)?([\w.-]+)([^<>]*)>?")
_BLANK_MARKUP = re.compile(
    rb"\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^<>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE
)


@dataclass(frozen=True)
class FileHead:
    """The beginning of the file at ``path``. ``members``: the names of the files of a zip, in its order;
    None for what is no readable zip. ``mimetype``: what an OpenDocument says that it is."""

    path: Path
    start: bytes
    members: tuple[str, ...] | None = None
    mimetype: str = ""

    @property
    def is_zip(self) -> bool:
        return self.start.startswith(b"PK")

    @property
    def is_gzip(self) -> bool:
        return self.start.startswith(b"\x1f\x8b")

    @property
    def is_office_document(self) -> bool:
        """Whether it is a zip that is one document to those who wrote it: a workbook, a letter."""
        return bool({"[Content_Types].xml", "mimetype", "content.xml"} & set(self.members or ()))

    @property
    def is_gzip_or_plain_zip(self) -> bool:
        return self.is_gzip or (self.is_zip and not self.is_office_document)

    @property
    def is_markup(self) -> bool:
        return re.match(rb"<[?!A-Za-z]", self.ascii_text_without_bom) is not None

    @property
    def is_html(self) -> bool:
        return (
            self.ascii_text_without_bom[:14].lower() == b"<!doctype html"
            or self.xml_root_name_and_attributes[0].lower() == "html"
        )

    @property
    def ascii_text_without_bom(self) -> bytes:
        """As text in ASCII: without a byte order mark, nor blanks before, nor the zeros of UTF-16."""
        start = self.start
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            start = start[2:].replace(b"\0", b"")
        return start.removeprefix(b"\xef\xbb\xbf").lstrip()

    @property
    def xml_root_name_and_attributes(self) -> tuple[str, str]:
        """The name of the root of an XML document without its prefix, and its attributes as they are written;
        ("", "") for what is none."""
        rest = self.ascii_text_without_bom
        while self.is_markup and (blank := _BLANK_MARKUP.match(rest)):
            rest = rest[blank.end() :]
        found = _ROOT.match(rest) if self.is_markup else None
        return (found[2].decode("latin-1"), found[3].decode("latin-1")) if found else ("", "")


def read_file_head(path: Path) -> FileHead:
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if start.startswith(b"PK"):
        return _read_zip_head(path, start)
    return FileHead(path, start)


def _read_zip_head(path: Path, start: bytes) -> FileHead:
    try:
        with zipfile.ZipFile(path) as archive:
            return FileHead(path, start, tuple(archive.namelist()), _read_mimetype_member(archive))
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError, RuntimeError):
        return FileHead(path, start)


def _read_mimetype_member(archive: zipfile.ZipFile) -> str:
    if "mimetype" not in archive.namelist():
        return ""
    with archive.open("mimetype") as file:
        return file.read(100).decode("latin-1").strip()


def describe_non_text_format(head: FileHead) -> Message | None:
    """The format of what is surely no plain text; None for what may be one."""
    if head.is_zip:
        return _describe_zip_based_format(head)
    for at, mark, name in _MAGIC:
        if head.start.startswith(mark, at):
            return name
    if head.is_markup:
        root = b"html" if head.is_html else head.xml_root_name_and_attributes[0].lower().encode()
        return next((name for mark, name in _MARKUP if root == mark), _("un document XML"))
    return (
        _("une table dBase (DBF)")
        if head.path.suffix.lower() == ".dbf" and head.start[:1] in b"\x03\x83\x8b"
        else None
    )


def describe_unrecognised_binary(head: FileHead) -> Message | None:
    """What a file is that no format has recognised and that no program wrote as text; None for a text. A zero byte
    here and there, or blanks of zeros behind a cell, make none; zeros among other bytes of control do."""
    start = head.start
    if b"\0" not in start:
        return None
    # Before UTF-16: the mark of the one begins with that of the other.
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return _("un texte en UTF-32")
    if _is_utf16(start):
        return None
    bare = start.count(0) > len(start) // 4
    return _("un fichier binaire de format inconnu") if bare or _CONTROLS.search(start) else None


def _is_utf16(start: bytes) -> bool:
    """Whether the zeros are those of UTF-16: after its mark, or one in each pair of bytes, all at the same place."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    before, after = start[::2].count(0), start[1::2].count(0)
    codec = "utf-16-be" if before > after else "utf-16-le"
    text = start.decode(codec, "replace").encode("utf-8", "replace")
    zeros_in_place = 20 * min(before, after) <= before + after
    return before + after > len(start) // 4 and zeros_in_place and not _CONTROLS.search(text)


def _describe_zip_based_format(head: FileHead) -> Message:
    if head.members is None:
        return _("une archive zip abîmée")
    for mark, name in _ARCHIVES:
        if any(member.startswith(mark) for member in head.members):
            return name
    return _("une archive zip")
