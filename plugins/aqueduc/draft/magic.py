"""What a file that is no table is, by its first bytes: none of them is shown."""

import re
import zipfile
from pathlib import Path

from aqueduc.language import Message, _

HEAD_BYTES = 4_096

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
    (68, b"GPKG", _("un GeoPackage")),
    (0, b"SQLite format 3", _("une base SQLite")),
    (4, b"Standard ", _("une base Access")),
    (0, b"\x1f\x8b", _("une archive gzip")),
    (0, b"7z\xbc\xaf", _("une archive 7z")),
    (0, b"Rar!", _("une archive RAR")),
    (257, b"ustar", _("une archive tar")),
    (0, b"\0\0\x27\x0a", _("un shapefile seul, sans les fichiers qui l'accompagnent")),
    (0, b"{\\rtf", _("un document RTF")),
)
_MARKUP: tuple[tuple[bytes, Message], ...] = (
    (b"<html", _("une page HTML")),
    (b"<!doctype html", _("une page HTML")),
    (b"<svg", _("une image SVG")),
    (b"<kml", _("un document KML")),
    (b"<gpx", _("un document GPX")),
    (b"<gml:", _("un document GML")),
)
_ARCHIVES: tuple[tuple[str, Message], ...] = (
    ("word/", _("un document Word")),
    ("ppt/", _("une présentation")),
    ("content.xml", _("un document OpenDocument (ODS, ODT)")),
    ("doc.kml", _("un document KMZ")),
)
_ZIP = _("une archive zip sans tableau que l'on sache lire")


def name_binary_format(path: Path) -> Message | None:
    """The format of what is no table, or not read yet; None for what may be a text or a workbook."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK"):
        return _name_archive(path)
    for at, mark, name in _MAGIC:
        if head.startswith(mark, at):
            return name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<[?!a-z]", start):
        return next((name for mark, name in _MARKUP if mark in start), _("un document XML"))
    return (
        _("une table dBase (DBF)") if path.suffix.lower() == ".dbf" and head[:1] in b"\x03\x83\x8b" else None
    )


def _name_archive(path: Path) -> Message:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return _("une archive zip abîmée")
    return next((name for mark, name in _ARCHIVES if any(n.startswith(mark) for n in names)), _ZIP)
