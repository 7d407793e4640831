"""A file of the drop folder: its format, how it is written, its rows.

Formats that a declaration cannot name yet (an old .xls, a shapefile, JSON) are looked at all the same, by
other means: the draft is then about the file they should be turned into, and says so.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import fastexcel
import pyarrow as pa
import pyarrow.parquet as pq

from aqueduc import duck
from aqueduc.draft import from_http, sniff
from aqueduc.draft.bench import Bench, Raw
from aqueduc.draft.looks import Ask, Look, Note
from aqueduc.draft.wanted import Wanted
from aqueduc.errors import SourceError
from aqueduc.source.errand import Errand
from aqueduc.source.files import KINDS, located
from aqueduc.source.files.encodings import encoding_of
from aqueduc.source.jsonstream import JsonStream, NotTheJson
from aqueduc.source.origin import LINE, Origin

LARGEST_WORKBOOK = 1 << 30
LARGEST_JSON = 256 << 20
HEADER_WITHIN = 30


@dataclass(frozen=True)
class _File:
    wanted: Wanted
    bench: Bench
    path: Path

    @property
    def origin(self) -> Origin:
        return Origin(self.wanted.name, "file", self.wanted.reached_by, self.wanted.target)

    @property
    def source(self) -> dict[str, Any]:
        return {"file": self.wanted.reached_by, "path": self.wanted.target}

    @property
    def folder(self) -> Path:
        return self.bench.folder

    def read(self, source: dict[str, Any], names: tuple[str, ...]) -> Raw:
        return self.bench.extracted(self.bench.as_text(self.wanted.name, source, names), "raw")

    def renamed(self, suffix: str) -> str:
        """The path of the same file in another format."""
        return str(PurePosixPath(self.wanted.target).with_suffix(suffix))


def look(wanted: Wanted, bench: Bench) -> Look:
    """Raises ConnectionMissing, SourceError."""
    file = _File(wanted, bench, _located(wanted, bench))
    return _READERS.get(_kind(file.path), _text)(file)


def _located(wanted: Wanted, bench: Bench) -> Path:
    """The real path, by the rules of the source room: inside the folder, readable."""
    connection = bench.place.connections.get(wanted.reached_by)
    source = {"file": wanted.reached_by, "path": wanted.target, "format": "csv"}
    dataset = bench.as_text(wanted.name, source, ("x",))
    errand = Errand(
        dataset=dataset,
        connection=connection,
        window=None,
        timezone="UTC",
        etag=None,
        scratch=bench.folder,
        target=bench.folder / "x",
    )
    errand.origin.check_kind(connection, KINDS)
    return located(errand)


def _kind(path: Path) -> str:
    """By what the file is, rather than by what it is called."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if head.startswith(b"PK"):
        return _kind_of_archive(path)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return "geojson" if b'"FeatureCollection"' in head or path.suffix.lower() == ".geojson" else "json"
    return "text"


def _kind_of_archive(path: Path) -> str:
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


def header_of(origin: Origin, path: Path, encoding: str) -> sniff.Layout:
    """Raises SourceUnreadable for what has no header, or has lines before it."""
    layout = sniff.layout_of(path, encoding)
    if not layout.names:
        raise origin.unreadable("Le fichier est vide.", "le redéposer avec son en-tête")
    if layout.title_rows:
        raise origin.unreadable(
            f"L'en-tête n'est pas à la première ligne : {layout.title_rows} ligne(s) de titre le précèdent.",
            "les ôter du fichier : l'en-tête doit être la première ligne remplie",
        )
    check_header(origin, layout.names)
    return layout


def check_header(origin: Origin, names: tuple[str, ...]) -> None:
    """Raises SourceUnreadable for a header that is a row of data: the draft would hold its cells."""
    if sniff.looks_like_data(names):
        raise origin.unreadable(
            "La ligne d'en-tête ressemble à une ligne de données : l'écrire publierait des données.",
            "mettre en tête du fichier une ligne qui nomme les colonnes",
        )


def _text(file: _File) -> Look:
    encoding = encoding_of(file.path)
    layout = header_of(file.origin, file.path, encoding.name)
    source = file.source
    if file.path.suffix.lower() != ".csv":
        source["format"] = "csv"
    if encoding.name != "utf-8":
        source["encoding"] = encoding.name
    if layout.delimiter != ",":
        source["delimiter"] = layout.delimiter
    raw = file.read(source, layout.names)
    shown = {"\t": "tabulation"}.get(layout.delimiter, layout.delimiter)
    notes = [Note(f"CSV du dépôt {file.wanted.reached_by} : {encoding.name}, séparateur « {shown} »")]
    if encoding.doubt:
        notes.append(Note(f"encodage {encoding.name} : {encoding.doubt}", doubt=True))
    if layout.doubt:
        notes.append(Note(layout.doubt, doubt=True))
    if raw.rejected:
        notes.append(Note(f"{raw.rejected} ligne(s) ne se découpent pas comme l'en-tête", doubt=True))
    return Look(source=source, raw=raw, notes=tuple(notes))


# --- workbooks ----------------------------------------------------------------------------------------


def _xlsx(file: _File) -> Look:
    sheet, names, _ = _first_table(file)
    source = file.source
    if file.path.suffix.lower() != ".xlsx":
        source["format"] = "xlsx"
    notes = [Note(f"classeur du dépôt {file.wanted.reached_by}, feuille « {sheet} »")]
    if len(_sheets(file)) > 1:
        source["sheet"] = sheet
        notes.append(
            Note(f"le classeur a {len(_sheets(file))} feuilles : seule « {sheet} » est lue", doubt=True)
        )
    return Look(source=source, raw=file.read(source, names), spreadsheet=True, notes=tuple(notes))


def _xls(file: _File) -> Look:
    """Read by other means than a declaration's: the format is not one of those it may name."""
    sheet, names, body = _first_table(file)
    columns = {LINE: pa.array(range(1, body.num_rows + 1), pa.int64())}
    columns |= {name: body.column(rank) for rank, name in enumerate(names)}
    raw = _parquet(file, pa.table(columns))
    ask = Ask(
        "Aqueduc ne lit pas les .xls : enregistrer le classeur en .xlsx dans le dépôt, puis donner son nom",
        (file.renamed(".xlsx"),),
    )
    note = Note(f"classeur .xls, feuille « {sheet} » : à enregistrer en .xlsx avant tout", doubt=True)
    source = file.source | {"path": ask}
    return Look(source=source, raw=raw, spreadsheet=True, readable=False, notes=(note,))


def _first_table(file: _File) -> tuple[str, tuple[str, ...], pa.RecordBatch]:
    """The first visible sheet that holds a table: its name, its header, what is below. Raises "
    "SourceUnreadable."""
    for sheet in _sheets(file):
        table = _book(file).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_arrow()
        header = _header_row(table)
        if header is not None:
            cells = (" ".join((column[header].as_py() or "").split()) for column in table.columns)
            names = tuple(name for name in cells if name)
            check_header(file.origin, names)
            return sheet, names, table.slice(header + 1)
    raise file.origin.unreadable(
        "Aucune feuille du classeur ne contient de tableau.", "redéposer le classeur"
    )


def _sheets(file: _File) -> list[str]:
    book = _book(file)
    names: list[str] = book.sheet_names
    return [name for name in names if book.load_sheet(name, header_row=None, n_rows=0).visible == "visible"]


def _book(file: _File) -> Any:
    if file.path.stat().st_size > LARGEST_WORKBOOK:
        raise file.origin.unreadable("Le classeur dépasse toute mesure.", "le déposer en CSV")
    try:
        return fastexcel.read_excel(file.path)
    except fastexcel.FastExcelError:
        pass
    raise file.origin.unreadable(
        "Le fichier n'est pas un classeur lisible (abîmé, ou avec mot de passe).",
        "l'ouvrir dans un tableur et l'enregistrer en .xlsx, sans mot de passe",
    )


def _header_row(table: pa.RecordBatch) -> int | None:
    """The first row that fills most of the columns that are ever filled."""
    rows = table.slice(0, HEADER_WITHIN).to_pylist()
    filled = [sum(bool((cell or "").strip()) for cell in row.values()) for row in rows]
    widest = max(filled, default=0)
    if widest == 0:
        return None
    return next(
        rank for rank, count in enumerate(filled) if count > 0.5 * widest and (count > 1 or widest == 1)
    )


# --- JSON and geography -------------------------------------------------------------------------------


def _geojson(file: _File) -> Look:
    names = _properties(file)
    source = file.source
    if file.path.suffix.lower() != ".geojson":
        source["format"] = "geojson"
    raw = file.read(source, names)
    return Look(source=source, raw=raw, notes=(Note(f"GeoJSON du dépôt {file.wanted.reached_by}"),))


def _properties(file: _File) -> tuple[str, ...]:
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
        except NotTheJson as error:
            wrong = file.origin.unreadable(
                f"Le fichier n'est pas un GeoJSON lisible : {error.reason}.", "le réexporter entier, en UTF-8"
            )
    if wrong is not None:
        raise wrong
    return tuple(names) or ("longitude", "latitude")


def _json(file: _File) -> Look:
    """A JSON file: what an API answers, kept on a disk. Only an API is read as JSON today."""
    if file.path.stat().st_size > LARGEST_JSON:
        raise file.origin.unreadable("Le document JSON dépasse toute mesure.", "le lire à l'API qui le donne")
    try:
        document = json.loads(file.path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        document = None
    rows, path, note = _json_rows(document)
    if not rows:
        raise file.origin.unreadable(
            from_http.why_not_records(document), "donner un document qui est une liste"
        )
    source: dict[str, Any] = {
        "http": Ask("quelle connexion Airflow mène à l'API qui donne ce document ?"),
        "path": Ask("à quel chemin de cette API est le document ?", (f"/{file.path.name}",)),
    }
    if path:
        source["records"] = path
    return Look(source=source, raw=_parquet(file, _table(rows)), readable=False, notes=(note,))


def _json_rows(document: Any) -> tuple[list[dict[str, Any]], str, Note]:
    records = from_http.found_records(document)
    if records is not None:
        found = document
        for name in records.path.split(".") if records.path else ():
            found = found[name]
        note = Note("document JSON : Aqueduc le lit à une API, pas dans un dossier", doubt=True)
        return found, records.path, note
    if from_http.keyed_objects(document):
        note = Note(
            "document JSON dont les clés sont des données : l'API doit donner une liste d'objets, la clé "
            "sous "
            "le nom « cle »",
            doubt=True,
        )
        return [{"cle": key, **value} for key, value in document.items()], "", note
    return [], "", Note("")


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    flat = [dict(_flattened(row, "")) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    columns = {LINE: pa.array(range(1, len(rows) + 1), pa.int64())}
    columns |= {name: pa.array([row.get(name) for row in flat], pa.string()) for name in names}
    return pa.table(columns)


def _flattened(record: dict[str, Any], prefix: str) -> list[tuple[str, str | None]]:
    flat: list[tuple[str, str | None]] = []
    for name, value in record.items():
        if isinstance(value, dict) and value:
            flat += _flattened(value, f"{prefix}{name}.")
        elif isinstance(value, str) or value is None:
            flat.append((prefix + name, value or None))
        else:
            flat.append((prefix + name, json.dumps(value, ensure_ascii=False)))
    return flat


def _shapefile(file: _File) -> Look:
    """A zipped shapefile, by GDAL inside DuckDB's spatial extension; its positions in WGS84."""
    with zipfile.ZipFile(file.path) as archive:
        inner = next(name for name in archive.namelist() if name.lower().endswith(".shp"))
    target = file.folder / "raw.parquet"
    layer = duck.literal(f"/vsizip/{file.path}/{inner}")
    with duck.connect(file.folder, extensions=("spatial",)) as con:
        try:
            raw: Raw | None = _features(con, layer, target, file)
        except duckdb.Error:
            raw = None
    if raw is None:
        raise file.origin.unreadable(
            "Le shapefile n'est pas lisible.", "l'exporter en GeoJSON (EPSG:4326) depuis le SIG"
        )
    ask = Ask(
        "Aqueduc ne lit pas les shapefiles : l'exporter du SIG en GeoJSON (EPSG:4326) dans le dépôt, puis "
        "donner son nom",
        (file.renamed(".geojson"),),
    )
    note = Note("shapefile : à exporter en GeoJSON (EPSG:4326) avant tout", doubt=True)
    return Look(source=file.source | {"path": ask}, raw=raw, readable=False, notes=(note,))


def _features(con: duckdb.DuckDBPyConnection, layer: str, target: Path, file: _File) -> Raw:
    described = con.execute(f"DESCRIBE SELECT * FROM ST_Read({layer})").fetchall()
    columns = [(str(name), str(kind).startswith("GEOMETRY")) for name, kind, *_ in described]
    # OGC_FID is GDAL's own numbering, which no export keeps.
    names = [name for name, is_shape in columns if not is_shape and name != "OGC_FID"]
    shape = duck.identifier(next(name for name, is_shape in columns if is_shape))
    ((crs,),) = con.execute(
        f"SELECT layers[1].geometry_fields[1].crs.wkt FROM ST_Read_Meta({layer})"
    ).fetchall()
    cells = ", ".join(f"CAST({duck.identifier(n)} AS VARCHAR) AS {duck.identifier(n)}" for n in names)
    point = f"ST_Transform({shape}, {duck.literal(str(crs))}, 'EPSG:4326', true)" if crs else shape
    is_point = f"ST_GeometryType({shape}) = 'POINT'"
    position = (
        f"CASE WHEN {is_point} THEN CAST(ST_X({point}) AS VARCHAR) END AS longitude, "
        f"CASE WHEN {is_point} THEN CAST(ST_Y({point}) AS VARCHAR) END AS latitude"
    )
    con.execute(
        f"COPY (SELECT row_number() OVER () AS {LINE}, {cells}, {position} FROM ST_Read({layer})) "
        f"TO {duck.literal(str(target))} ({duck.parquet_options()})"
    )
    return Raw.of(target, file.folder)


def _other(file: _File) -> Look:
    raise file.origin.unreadable(
        "Ce n'est pas un format qu'Aqueduc sait regarder (CSV, XLSX, XLS, GeoJSON, JSON, shapefile zippé).",
        "exporter le tableau en CSV",
    )


def _parquet(file: _File, table: pa.Table) -> Raw:
    target = file.folder / "raw.parquet"
    pq.write_table(table, target)
    return Raw.of(target, file.folder)


_READERS: dict[str, Callable[[_File], Look]] = {
    "text": _text,
    "xlsx": _xlsx,
    "xls": _xls,
    "geojson": _geojson,
    "json": _json,
    "shapefile": _shapefile,
    "ods": _other,
    "archive": _other,
}
