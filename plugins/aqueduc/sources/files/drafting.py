"""A file of the drop folder: its format, how it is written, its rows."""

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aqueduc.connections import Connection
from aqueduc.draft.bench import DraftSandbox, ExtractedTable
from aqueduc.draft.document import (
    explain_missing_records,
    find_record_list,
    is_keyed_objects,
    list_keyed_columns,
)
from aqueduc.draft.headings import refuse_unsafe_names, refuse_unsafe_path
from aqueduc.draft.kinds import SourceDrafting, SourceInspection, SourceNote
from aqueduc.draft.request import FIRST_LOOK, DraftRequest
from aqueduc.draft.sniff import read_text_header
from aqueduc.errors import SourceError
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.files import KIND
from aqueduc.sources.files.adapter import locate_file
from aqueduc.sources.formats import shapefile
from aqueduc.sources.formats.encodings import detect_encoding
from aqueduc.sources.formats.workbook import SheetOutline, read_sheet_outlines
from aqueduc.sources.jsonstream import JsonStream, UnexpectedJson
from aqueduc.sources.names import format_safe_sheet_name
from aqueduc.sources.origin import SourceOrigin

LARGEST_JSON = 256 << 20
HEADER_WITHIN = 30


@dataclass(frozen=True)
class _InspectedFile:
    wanted: DraftRequest
    bench: DraftSandbox
    path: Path

    @property
    def origin(self) -> SourceOrigin:
        return SourceOrigin(self.wanted.name, "file", self.wanted.reached_by, self.wanted.target)

    @property
    def place(self) -> str:
        """Where the file lies, in French: a drop folder, or wherever the steward has it."""
        return (
            str(_("du dépôt {connection}").format(connection=self.wanted.connection))
            if self.wanted.connection
            else str(_("donné tel quel"))
        )

    def build_source(self, kind: str, suffix: str = "") -> dict[str, Any]:
        """What is declared of it, with its format unless its name ends in it, or in ``suffix``."""
        named = self.path.suffix.lower() == f".{suffix or kind}"
        return {
            "file": self.wanted.reached_by,
            "path": self.wanted.target,
            **({} if named else {"format": kind}),
        }

    @property
    def folder(self) -> Path:
        return self.bench.folder

    def read(self, source: dict[str, Any], names: tuple[str, ...]) -> ExtractedTable:
        """Raises SourceError, for names that look like data above all: the draft would hold them."""
        refuse_unsafe_names(self.origin, names)
        return self.bench.run_extract(self.bench.as_text(self.wanted.name, source, names), "raw")

    @property
    def request(self) -> ExtractRequest:
        """To look at the file with, before its columns are known."""
        dataset = self.bench.as_text(self.wanted.name, {**self.build_source("csv"), "format": "csv"}, ("x",))
        connection = self.bench.workspace.connections.get(self.wanted.reached_by)
        return ExtractRequest(
            dataset=dataset,
            connection=connection,
            window=None,
            timezone="UTC",
            etag=None,
            scratch=self.folder,
            target=self.folder / "x",
        )


def inspect_file(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    file = _InspectedFile(wanted, bench, _locate_file(wanted, bench))
    return _READERS.get(_detect_file_format(file.path), _inspect_csv)(file)


def _locate_file(wanted: DraftRequest, bench: DraftSandbox) -> Path:
    """The real path, by the rules of the source room: inside the folder, readable."""
    request = _InspectedFile(wanted, bench, bench.folder).request
    request.origin.check_kind(request.connection, KIND.connection_types)
    return locate_file(request)


def _detect_file_format(path: Path) -> str:
    """By what the file is, rather than by what it is called."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if head.startswith(b"PK"):
        return _detect_archive_format(path)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return "geojson" if b'"FeatureCollection"' in head or path.suffix.lower() == ".geojson" else "json"
    return "text"


def _detect_archive_format(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "text"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.lower().endswith(".shp") for name in names):
        return "shapefile"
    return "ods" if "content.xml" in names else "archive"


# --- delimited text -----------------------------------------------------------------------------------


def _inspect_csv(file: _InspectedFile) -> SourceInspection:
    encoding = detect_encoding(file.path)
    layout = read_text_header(file.origin, file.path, encoding.name)
    source = file.build_source("csv")
    if encoding.name != "utf-8":
        source["encoding"] = encoding.name
    if layout.delimiter != ",":
        source["delimiter"] = layout.delimiter
    raw = file.read(source, layout.names)
    shown = {"\t": "tabulation"}.get(layout.delimiter, layout.delimiter)
    notes = [
        SourceNote(
            _("CSV {place} : {name}, séparateur « {shown} »").format(
                place=file.place, name=encoding.name, shown=shown
            )
        )
    ]
    if encoding.doubt:
        notes.append(
            SourceNote(
                _("encodage {name} : {doubt}").format(name=encoding.name, doubt=encoding.doubt), doubt=True
            )
        )
    if layout.doubt:
        notes.append(SourceNote(layout.doubt, doubt=True))
    if layout.title_rows:
        notes.append(
            SourceNote(
                _("{title_rows} ligne(s) de titre au-dessus de l'en-tête, passées").format(
                    title_rows=layout.title_rows
                )
            )
        )
    if raw.rejected:
        notes.append(
            SourceNote(
                _("{rejected} ligne(s) ne se découpent pas comme l'en-tête").format(rejected=raw.rejected),
                doubt=True,
            )
        )
    return SourceInspection(source=source, raw=raw, notes=tuple(notes))


# --- workbooks ----------------------------------------------------------------------------------------


def _build_workbook_inspector(kind: str) -> Callable[[_InspectedFile], SourceInspection]:
    def look(file: _InspectedFile) -> SourceInspection:
        pages = read_sheet_outlines(file.origin, file.path, HEADER_WITHIN)
        rank, names = _first_table(file, pages)
        sheet = pages[rank].name
        shown = format_safe_sheet_name(sheet, rank + 1)
        source = file.build_source(kind)
        notes = [SourceNote(_("classeur {place}, feuille {shown}").format(place=file.place, shown=shown))]
        if len(pages) > 1:
            refuse_unsafe_names(file.origin, [*[""] * rank, sheet], "feuille")
            source["sheet"] = sheet
            said = _("le classeur a {pages} feuilles : seule la feuille {shown} est lue").format(
                pages=len(pages), shown=shown
            )
            notes.append(SourceNote(said, doubt=True))
        return SourceInspection(
            source=source, raw=file.read(source, names), spreadsheet=True, notes=tuple(notes)
        )

    return look


def _first_table(file: _InspectedFile, pages: Sequence[SheetOutline]) -> tuple[int, tuple[str, ...]]:
    """Which of the visible sheets holds a table first, and its header. Raises SourceUnreadable."""
    for rank, page in enumerate(pages):
        header = _header_row(page.rows)
        if header is not None:
            cells = (" ".join((cell or "").split()) for cell in page.rows[header])
            return rank, tuple(name for name in cells if name)
    raise file.origin.unreadable(
        _("Aucune feuille du classeur ne contient de tableau."), _("redéposer le classeur")
    )


def _header_row(rows: Sequence[Sequence[str | None]]) -> int | None:
    """The first row that fills most of the columns that are ever filled."""
    filled = [sum(bool((cell or "").strip()) for cell in row) for row in rows]
    widest = max(filled, default=0)
    if widest == 0:
        return None
    return next(
        rank for rank, count in enumerate(filled) if count > 0.5 * widest and (count > 1 or widest == 1)
    )


# --- JSON and geography -------------------------------------------------------------------------------


def _inspect_geojson(file: _InspectedFile) -> SourceInspection:
    names = _list_geojson_columns(file)
    source = file.build_source("geojson")
    raw = file.read(source, names)
    return SourceInspection(
        source=source, raw=raw, notes=(SourceNote(_("GeoJSON {place}").format(place=file.place)),)
    )


def _list_geojson_columns(file: _InspectedFile) -> tuple[str, ...]:
    """The names of the first features' properties, and of the columns a geometry gives."""
    names: dict[str, None] = {}
    wrong: SourceError | None = None
    with file.path.open(encoding="utf-8-sig") as text:
        try:
            for rank, feature in enumerate(JsonStream(text, path=("features",)).records()):
                properties = feature.get("properties") if isinstance(feature, dict) else None
                names.update(dict.fromkeys(properties or {}))
                if rank >= 100:
                    break
        except UnexpectedJson as error:
            wrong = file.origin.unreadable(
                _("Le fichier n'est pas un GeoJSON lisible : {reason}.").format(reason=error.reason),
                _("le réexporter entier, en UTF-8"),
            )
    if wrong is not None:
        raise wrong
    return tuple(names) or ("longitude", "latitude")


def _inspect_json(file: _InspectedFile) -> SourceInspection:
    """A JSON file: what an API answers, kept on a disk."""
    if file.path.stat().st_size > LARGEST_JSON:
        raise file.origin.unreadable(
            _("Le document JSON dépasse toute mesure."), _("le lire à l'API qui le donne")
        )
    try:
        document = json.loads(file.path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        document = None
    records = find_record_list(document)
    source = file.build_source("json")
    notes = [SourceNote(_("JSON {place}").format(place=file.place))]
    names: tuple[str, ...] = ()
    if records is not None:
        names = records.names
        if records.path:
            refuse_unsafe_path(file.origin, records.path)
            source["records"] = records.path
    elif is_keyed_objects(document):
        names = list_keyed_columns(document)
        source["keyed"] = names[0]
        notes.append(
            SourceNote(
                _("les clés du document sont des données : la colonne « {names} »").format(names=names[0]),
                doubt=True,
            )
        )
    if not names:
        raise file.origin.unreadable(
            explain_missing_records(document), _("donner un document qui est une liste")
        )
    return SourceInspection(source=source, raw=file.read(source, names), notes=tuple(notes))


def _inspect_shapefile(file: _InspectedFile) -> SourceInspection:
    """A zipped shapefile; its positions are read in WGS84."""
    source = file.build_source("shapefile", "zip")
    names = shapefile.read_shapefile_header(file.request, file.path)
    note = SourceNote(_("shapefile {place} : les positions sont lues en WGS84").format(place=file.place))
    return SourceInspection(source=source, raw=file.read(source, names), notes=(note,))


def _refuse_unsupported_format(file: _InspectedFile) -> SourceInspection:
    raise file.origin.unreadable(
        _(
            "Ce n'est pas un format qu'Aqueduc sait regarder (CSV, XLSX, XLS, GeoJSON, JSON, "
            "shapefile zippé)."
        ),
        _("exporter le tableau en CSV"),
    )


_READERS: dict[str, Callable[[_InspectedFile], SourceInspection]] = {
    "text": _inspect_csv,
    "xlsx": _build_workbook_inspector("xlsx"),
    "xls": _build_workbook_inspector("xls"),
    "geojson": _inspect_geojson,
    "json": _inspect_json,
    "shapefile": _inspect_shapefile,
    "ods": _refuse_unsupported_format,
    "archive": _refuse_unsupported_format,
}


def build_file_request(name: str, connection: str, target: str) -> DraftRequest:
    """A file in the folder of a connection."""
    return DraftRequest(name, "file", target, connection)


def recognise_file_request(name: str, text: str) -> DraftRequest | None:
    path = Path(text).expanduser().resolve()
    if not path.is_file():
        return None
    look = Connection(id=FIRST_LOOK, kind="fs", extra={"path": str(path.parent)})
    return DraftRequest(name, "file", path.name, None, {}, look)


DRAFTING = SourceDrafting(choose=build_file_request, look=inspect_file, recognise=recognise_file_request)
