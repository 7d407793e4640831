"""Files of a drop folder: found safely, then read by the room of their format."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from aqueduc.declaration.model import FileFormat, FileSource
from aqueduc.errors import ConnectionMissing, SourceError
from aqueduc.sources.files import csv, geojson, jsonfile, shapefile, xlsx
from aqueduc.sources.request import ExtractRequest, ExtractResult

KINDS = ("fs", "file")


def read(request: ExtractRequest, source: FileSource) -> ExtractResult:
    """Reads the declared file.

    Raises ConnectionMissing, SourceUnavailable (the folder is away, or the file still being written),
    SourceRefused, SourceNotFound, SourceUnreadable.
    """
    request.origin.check_kind(request.connection, KINDS)
    path = located(request)
    before = _state(path)
    try:
        found: ExtractResult | SourceError = _READERS[source.format](request, source, path)
    except SourceError as error:
        found = error
    if _state(path) != before:
        # Whatever was found: a file cut in the middle is most often one that somebody is still writing.
        found = request.origin.unavailable(
            "Le fichier a changé pendant sa lecture : quelqu'un est en train de le déposer.",
            "rien à faire : il sera relu à la prochaine tentative",
        )
    if isinstance(found, SourceError):
        raise found
    return found


def located(request: ExtractRequest) -> Path:
    """The real path of the file, certainly inside the folder of the connection, and readable."""
    origin = request.origin
    folder = str(request.connection.extra_among(("path",)).get("path") or "")
    if not folder:
        raise ConnectionMissing(
            f"La connexion « {request.connection.id} » ne dit pas quel dossier elle désigne.",
            where=origin.where,
            remedy='écrire « {"path": "/dossier"} » dans ses paramètres supplémentaires (extra)',
        )
    base = Path(os.path.realpath(folder))
    if not base.is_dir():
        raise origin.unavailable(
            "Le dossier de dépôt n'est pas là.", "vérifier qu'il est monté sur le serveur, et son chemin"
        )
    path = Path(os.path.realpath(base / origin.path))
    if not path.is_relative_to(base):
        raise origin.refused(
            "Le chemin déclaré sort du dossier de dépôt.", "déposer le fichier lui-même dans ce dossier"
        )
    if not path.exists():
        raise origin.not_found(
            "Le fichier n'est pas dans le dossier de dépôt.", "le déposer, ou corriger « path: »"
        )
    if not stat.S_ISREG(path.stat().st_mode):
        raise origin.unreadable("Ce n'est pas un fichier.", "corriger « path: » dans la déclaration")
    if not os.access(path, os.R_OK):
        raise origin.refused("Le fichier ne peut pas être lu.", "donner le droit de lecture à Aqueduc")
    return path


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _csv(request: ExtractRequest, source: FileSource, path: Path) -> ExtractResult:
    return csv.read(
        request,
        path,
        encoding=source.encoding,
        delimiter=source.delimiter,
        header_rows=source.header_rows,
        footer=source.footer,
    )


def _workbook(request: ExtractRequest, source: FileSource, path: Path) -> ExtractResult:
    return xlsx.read(request, path, sheet=source.sheet, header_rows=source.header_rows, footer=source.footer)


def _geojson(request: ExtractRequest, _: FileSource, path: Path) -> ExtractResult:
    return geojson.read(request, path)


def _json(request: ExtractRequest, source: FileSource, path: Path) -> ExtractResult:
    return jsonfile.read(request, path, records=source.records, keyed=source.keyed)


def _shapefile(request: ExtractRequest, source: FileSource, path: Path) -> ExtractResult:
    return shapefile.read(request, path, layer=source.sheet)


_READERS = {
    FileFormat.CSV: _csv,
    FileFormat.XLSX: _workbook,
    FileFormat.XLS: _workbook,
    FileFormat.GEOJSON: _geojson,
    FileFormat.JSON: _json,
    FileFormat.SHAPEFILE: _shapefile,
}
