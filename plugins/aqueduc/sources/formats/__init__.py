"""The formats of files that sources read: a module each and its entry here, whatever kind of source brings the file.

What is said of a format here is light enough to be read whenever Airflow parses. What it does is the
``FormatReader`` of its module (``reader``), which is loaded when a file is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

AUTO = "auto"
"""As an encoding: whatever the file seems to be in."""


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """What is known of a format before any file is read.

    ``reader``: its ``FormatReader`` (``module:object``). ``suffixes``: how the name of such a file ends, the
    usual one first. ``spreadsheet``: its cells come from a spreadsheet. ``laid_out``: as in a table made for
    the eye. ``rewritten``: the cells that reading writes otherwise than they stand, for whoever signs
    (French, after « sauf »). ``columns``: what its columns are, where that is not plain, and what of it is not
    read (French).
    """

    reader: str
    suffixes: tuple[str, ...]
    spreadsheet: bool = False
    laid_out: bool = False
    rewritten: tuple[str, ...] = ()
    columns: str = ""

    def describe_skipped_rows(self, header_rows: int, footer: Sequence[str] = ()) -> tuple[str, ...]:
        """The rows that are not read as data (French, after « ne sortent pas »)."""
        titles = (_TITLE_ROWS,) if self.laid_out and header_rows else ()
        return (*titles, _FOOTER_ROWS) if footer else titles


@dataclass(frozen=True, kw_only=True)
class FormatOptions:
    """What a declaration says of how a file is read; a format takes what it knows. ``encoding`` and
    ``delimiter`` are those of a text, ``header_rows`` and ``footer`` of a table, ``sheet`` of a workbook or
    of layers, ``hidden_rows`` of a workbook (None: nobody has decided). ``records``: where the records are, in a
    document. ``member``: which file of an archive."""

    encoding: str = "utf-8"
    delimiter: str | None = None
    sheet: str | None = None
    header_rows: int = 1
    footer: tuple[str, ...] = ()
    hidden_rows: Literal["read", "skip"] | None = None
    records: str = ""
    keyed: str | None = None
    member: str | None = None


_ERRORS = (
    "les cellules en erreur (#REF!, #N/A…) ou dont la formule n'a pas de valeur enregistrée, laissées vides"
)
_ONE_SHEET = (
    "celles d'un classeur sont celles d'une feuille (masquées comprises ; ses lignes aussi, sauf « hidden_rows: "
    "skip »), la première visible faute de « sheet: »"
)
_MIDNIGHTS = (
    "« 00:00:00 » après une date, hors d'une colonne d'instants, et « 1899-12-30 » ou « 1899-12-31 » devant une heure, "
    "ôtés"
)
_DURATIONS = "une durée, écrite en heures (33:30:00) ou, de 24 h ou plus sans le format [h]:mm, comme un instant de 1900"
_MERGED = (
    "les cellules fusionnées, dont chaque ligne prend la valeur dans leur première colonne",
    "les nombres aux formats « 00 » à « 0…0 » ou « 0.00 », qui peuvent en prendre les zéros",
)
_MEMBERS = "celles d'un JSON sont les membres de ses enregistrements, non ce qui les entoure"
_MOVED = ("les positions, ramenées en WGS84 à 7 décimales",)

FORMATS: Mapping[str, FileFormat] = {
    "csv": FileFormat(reader="aqueduc.sources.formats.csv:READER", suffixes=("csv", "txt"), laid_out=True),
    "xlsx": FileFormat(
        reader="aqueduc.sources.formats.xlsx:READER",
        suffixes=("xlsx",),
        spreadsheet=True,
        laid_out=True,
        rewritten=(*_MERGED, _ERRORS, _MIDNIGHTS, _DURATIONS),
        columns=_ONE_SHEET,
    ),
    "xls": FileFormat(
        reader="aqueduc.sources.formats.xlsx:OLD_READER",
        suffixes=("xls",),
        spreadsheet=True,
        laid_out=True,
        rewritten=(_ERRORS, _MIDNIGHTS, _DURATIONS),
        columns=_ONE_SHEET,
    ),
    "ods": FileFormat(
        reader="aqueduc.sources.formats.ods:READER",
        suffixes=("ods",),
        spreadsheet=True,
        laid_out=True,
        rewritten=(*_MERGED, _MIDNIGHTS),
        columns=_ONE_SHEET,
    ),
    "geojson": FileFormat(
        reader="aqueduc.sources.formats.geojson:READER",
        suffixes=("geojson",),
        columns="celles d'un GeoJSON sont les propriétés et la position de ses objets, non leur « id », l'altitude d'un "
        "point ni aucun autre membre",
    ),
    "ndjson": FileFormat(reader="aqueduc.sources.formats.ndjson:READER", suffixes=("ndjson", "jsonl")),
    "json": FileFormat(
        reader="aqueduc.sources.formats.jsonfile:READER", suffixes=("json",), columns=_MEMBERS
    ),
    "parquet": FileFormat(reader="aqueduc.sources.formats.parquet:READER", suffixes=("parquet",)),
    "geopackage": FileFormat(
        reader="aqueduc.sources.formats.geopackage:READER", suffixes=("gpkg",), rewritten=_MOVED
    ),
    "kml": FileFormat(reader="aqueduc.sources.formats.kml:READER", suffixes=("kml", "kmz")),
    "gml": FileFormat(
        reader="aqueduc.sources.formats.gml:READER",
        suffixes=("gml",),
        rewritten=_MOVED,
        columns="celles d'un GML sont les propriétés et la position de ses objets, non l'altitude ni l'emprise",
    ),
    "xml": FileFormat(reader="aqueduc.sources.formats.xml:READER", suffixes=("xml",)),
    "shapefile": FileFormat(
        reader="aqueduc.sources.formats.shapefile:READER", suffixes=("zip",), rewritten=_MOVED
    ),
}

_TITLE_ROWS = (
    "les lignes au-dessus de l'en-tête, qui est cherché parmi les 30 premières, et celles qui le répètent"
)
_FOOTER_ROWS = "les lignes du pied de tableau que « footer: » désigne, non lues"

if TYPE_CHECKING:
    FormatName = str
else:
    FormatName = Literal[tuple(FORMATS)]


def find_format_by_suffix(suffix: str) -> str | None:
    """The format whose files end so, with the point or without."""
    return next((name for name, known in FORMATS.items() if suffix.lstrip(".") in known.suffixes), None)
