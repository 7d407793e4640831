"""Files of a drop folder: found safely, then read by the room of their format."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from aqueduc.declaration.model import FileFormat, FileSource
from aqueduc.errors import ConnectionMissing, SourceError
from aqueduc.source.errand import Errand, Raw
from aqueduc.source.files import csv, geojson, jsonfile, shapefile, xlsx

KINDS = ("fs", "file")


def read(errand: Errand, source: FileSource) -> Raw:
    """Reads the declared file.

    Raises ConnectionMissing, SourceUnavailable (the folder is away, or the file still being written),
    SourceRefused, SourceNotFound, SourceUnreadable.
    """
    errand.origin.check_kind(errand.connection, KINDS)
    path = located(errand)
    before = _state(path)
    try:
        found: Raw | SourceError = _READERS[source.format](errand, source, path)
    except SourceError as error:
        found = error
    if _state(path) != before:
        # Whatever was found: a file cut in the middle is most often one that somebody is still writing.
        found = errand.origin.unavailable(
            "Le fichier a changé pendant sa lecture : quelqu'un est en train de le déposer.",
            "rien à faire : il sera relu à la prochaine tentative",
        )
    if isinstance(found, SourceError):
        raise found
    return found


def located(errand: Errand) -> Path:
    """The real path of the file, certainly inside the folder of the connection, and readable."""
    origin = errand.origin
    folder = str(errand.connection.extra_among(("path",)).get("path") or "")
    if not folder:
        raise ConnectionMissing(
            f"La connexion « {errand.connection.id} » ne dit pas quel dossier elle désigne.",
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


def _csv(errand: Errand, source: FileSource, path: Path) -> Raw:
    return csv.read(
        errand,
        path,
        encoding=source.encoding,
        delimiter=source.delimiter,
        header_rows=source.header_rows,
        footer=source.footer,
    )


def _workbook(errand: Errand, source: FileSource, path: Path) -> Raw:
    return xlsx.read(errand, path, sheet=source.sheet, header_rows=source.header_rows, footer=source.footer)


def _geojson(errand: Errand, _: FileSource, path: Path) -> Raw:
    return geojson.read(errand, path)


def _json(errand: Errand, source: FileSource, path: Path) -> Raw:
    return jsonfile.read(errand, path, records=source.records, keyed=source.keyed)


def _shapefile(errand: Errand, source: FileSource, path: Path) -> Raw:
    return shapefile.read(errand, path, layer=source.sheet)


_READERS = {
    FileFormat.CSV: _csv,
    FileFormat.XLSX: _workbook,
    FileFormat.XLS: _workbook,
    FileFormat.GEOJSON: _geojson,
    FileFormat.JSON: _json,
    FileFormat.SHAPEFILE: _shapefile,
}
