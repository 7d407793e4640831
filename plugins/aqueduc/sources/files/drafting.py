"""A file of the drop folder: its format, how it is written, its rows."""

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from aqueduc import duck
from aqueduc.connections import Connection
from aqueduc.draft.bench import DraftSandbox, ExtractedTable
from aqueduc.draft.document import (
    choose_record_list,
    describe_other_lists,
    explain_missing_records,
    is_keyed_objects,
    list_keyed_columns,
    list_record_lists,
)
from aqueduc.draft.headings import (
    RepeatedNames,
    find_repeated_names,
    is_row_of_data,
    refuse_excess_columns,
    refuse_unsafe_names,
)
from aqueduc.draft.kinds import SourceDrafting, SourceInspection, SourceNote
from aqueduc.draft.magic import name_binary_format
from aqueduc.draft.request import FIRST_LOOK, DraftRequest
from aqueduc.draft.sniff import detect_text_layout
from aqueduc.errors import SourceError
from aqueduc.language import _, n_
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.files import KIND
from aqueduc.sources.files.adapter import locate_file
from aqueduc.sources.formats import shapefile
from aqueduc.sources.formats.encodings import detect_encoding
from aqueduc.sources.formats.heading import build_column_names, build_rank_names, clean_column_name
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

    def read(self, source: dict[str, Any], names: Sequence[str]) -> ExtractedTable:
        """Raises SourceError, for names that look like data above all: the draft would hold them."""
        refuse_unsafe_names(self.origin, names)
        return self.bench.run_extract(self.bench.as_text(self.wanted.name, source, names), "raw")

    def inspect_rows(
        self,
        source: dict[str, Any],
        header: Sequence[str],
        below: Sequence[str],
        notes: list[SourceNote],
        **more: Any,
    ) -> SourceInspection:
        """A table whose first row is ``header``: its columns are called by what it says, and by their rank
        where it says nothing, or is a row of data itself. Raises SourceError."""
        refuse_excess_columns(self.origin, len(header))
        raw, again = None, RepeatedNames(0, ())
        if not is_row_of_data(header, below):
            raw = self.read(source, build_column_names([header], None))
            raw = _leave_out_empty_columns(raw, header, self.folder)
            again = find_repeated_names(
                raw.path, [name for name in header if name in dict(raw.columns)], self.folder
            )
        if raw is None or (not again.rows and is_row_of_data(header, below, again.columns)):
            source["header"] = False
            raw = self.read(source, build_rank_names(len(header)))
            notes.append(SourceNote(_HEADLESS, doubt=True))
        elif again.rows:
            repeated = n_(
                "{count} ligne répète l'en-tête et serait publiée",
                "{count} lignes répètent l'en-tête et seraient publiées",
                again.rows,
            )
            notes.append(SourceNote(repeated, doubt=True))
        elif again.columns:
            notes.append(SourceNote(_AMONG_CELLS, doubt=True))
        headless = source.get("header") is False
        return SourceInspection(source=source, raw=raw, headless=headless, notes=tuple(notes), **more)

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


_HEADLESS = _(
    "la première ligne est une ligne de données : aucune ne nomme les colonnes, appelées ici par leur rang"
)
_AMONG_CELLS = _(
    "des noms de colonnes se retrouvent parmi leurs propres cellules : la première ligne est-elle bien un en-tête ?"
)


def _leave_out_empty_columns(raw: ExtractedTable, header: Sequence[str], scratch: Path) -> ExtractedTable:
    """The table without the columns that have neither a name nor a cell, as it is read every night."""
    nameless = [
        name for name, cell in zip(build_column_names([header], None), header, strict=True) if not cell
    ]
    if not nameless:
        return raw
    counts = ", ".join(f"count({duck.identifier(name)})" for name in nameless)
    with duck.open_duckdb(scratch) as con:
        filled = duck.fetch_row(con, f"SELECT {counts} FROM {duck.parquet(raw.path)}")
    empty = {name for name, count in zip(nameless, filled, strict=True) if not count}
    return replace(raw, columns=tuple(column for column in raw.columns if column[0] not in empty))


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
    if head.startswith(b"PK"):
        return _detect_archive_format(path)
    if name_binary_format(path) is not None:
        return "other"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return "geojson" if b'"FeatureCollection"' in head or path.suffix.lower() == ".geojson" else "json"
    return "text"


def _detect_archive_format(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "other"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    return "shapefile" if any(name.lower().endswith(".shp") for name in names) else "other"


# --- delimited text -----------------------------------------------------------------------------------


def _inspect_csv(file: _InspectedFile) -> SourceInspection:
    encoding = detect_encoding(file.path)
    layout = detect_text_layout(file.path, encoding.name)
    if not layout.names:
        raise file.origin.unreadable(_("Le fichier est vide."), _("le redéposer avec son en-tête"))
    source = file.build_source("csv")
    if encoding.name != "utf-8":
        source["encoding"] = encoding.name
    if layout.delimiter != ",":
        source["delimiter"] = layout.delimiter
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
        titles = n_(
            "{count} ligne de titre au-dessus de l'en-tête, passée",
            "{count} lignes de titre au-dessus de l'en-tête, passées",
            layout.title_rows,
        )
        notes.append(SourceNote(titles))
    found = file.inspect_rows(source, layout.names, layout.below, notes)
    if not found.raw.rejected:
        return found
    ragged = n_(
        "{count} ligne ne se découpe pas comme l'en-tête",
        "{count} lignes ne se découpent pas comme l'en-tête",
        found.raw.rejected,
    )
    return replace(found, notes=(*found.notes, SourceNote(ragged, doubt=True)))


# --- workbooks ----------------------------------------------------------------------------------------


def _build_workbook_inspector(kind: str) -> Callable[[_InspectedFile], SourceInspection]:
    def look(file: _InspectedFile) -> SourceInspection:
        pages = read_sheet_outlines(file.origin, file.path, HEADER_WITHIN)
        rank, names, below = _first_table(file, pages)
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
        return file.inspect_rows(source, names, below, notes, spreadsheet=True)

    return look


def _first_table(file: _InspectedFile, pages: Sequence[SheetOutline]) -> tuple[int, list[str], list[str]]:
    """Which of the visible sheets holds a table first, its header and the row below. Raises
    SourceUnreadable."""
    for rank, page in enumerate(pages):
        header = _header_row(page.rows)
        if header is not None:
            # Far to the right, a cell that nobody sees makes hundreds of columns of nothing.
            width = max(rank for row in page.rows for rank, cell in enumerate(row, start=1) if cell)
            names, below = ([*map(clean_column_name, row[:width])] for row in [*page.rows[header:], []][:2])
            return rank, names, below
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
    if document is None:
        _refuse_json_lines(file)
    lists = list_record_lists(document)
    records = choose_record_list(file.origin, lists, file.wanted.records)
    source = file.build_source("json")
    notes = [SourceNote(_("JSON {place}").format(place=file.place))]
    names: tuple[str, ...] = ()
    if records is not None:
        names = records.names
        if records.path:
            source["records"] = records.path
        if others := describe_other_lists(lists, records):
            notes.append(SourceNote(others, doubt=True))
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
            explain_missing_records(document), _("donner un document JSON qui est une liste d'objets")
        )
    return SourceInspection(source=source, raw=file.read(source, names), notes=tuple(notes))


def _refuse_json_lines(file: _InspectedFile) -> None:
    """Raises SourceUnreadable for a document a line, which is no JSON document."""
    with file.path.open(encoding="utf-8-sig", errors="replace") as text:
        lines = [line for line in islice(text, 2) if line.strip()]
    try:
        several = len(lines) == 2 and all(isinstance(json.loads(line), dict) for line in lines)
    except (ValueError, RecursionError):
        several = False
    if several:
        raise file.origin.unreadable(
            _("Le fichier est du JSON écrit ligne à ligne (NDJSON), qu'Aqueduc ne lit pas encore."),
            _("l'exporter en une liste JSON, ou en CSV"),
        )


def _inspect_shapefile(file: _InspectedFile) -> SourceInspection:
    """A zipped shapefile; its positions are read in WGS84."""
    source = file.build_source("shapefile", "zip")
    names = shapefile.read_shapefile_header(file.request, file.path)
    note = SourceNote(_("shapefile {place} : les positions sont lues en WGS84").format(place=file.place))
    return SourceInspection(source=source, raw=file.read(source, names), notes=(note,))


def _refuse_unsupported_format(file: _InspectedFile) -> SourceInspection:
    what = name_binary_format(file.path) or _("une archive")
    raise file.origin.unreadable(
        _("Le fichier est {what} : Aqueduc n'y lit pas de tableau.").format(what=what),
        _("en exporter le tableau en CSV (ou XLSX, XLS, JSON, GeoJSON, shapefile zippé)"),
    )


_READERS: dict[str, Callable[[_InspectedFile], SourceInspection]] = {
    "text": _inspect_csv,
    "xlsx": _build_workbook_inspector("xlsx"),
    "xls": _build_workbook_inspector("xls"),
    "geojson": _inspect_geojson,
    "json": _inspect_json,
    "shapefile": _inspect_shapefile,
    "other": _refuse_unsupported_format,
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
