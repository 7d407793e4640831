"""Files of a drop folder: found safely, then read by the room of their format."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aqueduc.errors import ConnectionMissing, SourceError
from aqueduc.language import _
from aqueduc.sources.adapter import RECORDS_READ, ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.files import FileSource
from aqueduc.sources.formats import FileFormat, csv, geojson, jsonfile, shapefile, xlsx


def extract_file(request: ExtractRequest, source: FileSource) -> ExtractResult:
    """Reads the declared file.

    Raises ConnectionMissing, SourceUnavailable (the folder is away, or the file still being written),
    SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    path = locate_file(request)
    before = _read_file_state(path)
    try:
        found: ExtractResult | SourceError = _FORMATS[source.format].extract(request, source, path)
    except SourceError as error:
        found = error
    if _read_file_state(path) != before:
        # Whatever was found: a file cut in the middle is most often one that somebody is still writing.
        found = request.origin.unavailable(
            _("Le fichier a changé pendant sa lecture : quelqu'un est en train de le déposer."),
            _("rien à faire : il sera relu à la prochaine tentative"),
        )
    if isinstance(found, SourceError):
        raise found
    return found


def locate_file(request: ExtractRequest) -> Path:
    """The real path of the file, certainly inside the folder of the connection, and readable."""
    origin = request.origin
    folder = str(request.connection.extra_among(("path",)).get("path") or "")
    if not folder:
        raise ConnectionMissing(
            _("La connexion « {id} » ne dit pas quel dossier elle désigne.").format(id=request.connection.id),
            where=origin.where,
            remedy=_('écrire « {"path": "/dossier"} » dans ses paramètres supplémentaires (extra)'),
        )
    base = Path(os.path.realpath(folder))
    if not base.is_dir():
        raise origin.unavailable(
            _("Le dossier de dépôt n'est pas là."),
            _("vérifier qu'il est monté sur le serveur, et son chemin"),
        )
    path = Path(os.path.realpath(base / origin.path))
    if not path.is_relative_to(base):
        raise origin.refusal_error(
            _("Le chemin déclaré sort du dossier de dépôt."), _("déposer le fichier lui-même dans ce dossier")
        )
    if not path.exists():
        raise origin.missing_error(
            _("Le fichier n'est pas dans le dossier de dépôt."), _("le déposer, ou corriger « path: »")
        )
    if not stat.S_ISREG(path.stat().st_mode):
        raise origin.unreadable(_("Ce n'est pas un fichier."), _("corriger « path: » dans la déclaration"))
    if not os.access(path, os.R_OK):
        raise origin.refusal_error(
            _("Le fichier ne peut pas être lu."), _("donner le droit de lecture à Aqueduc")
        )
    return path


def _read_file_state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def probe_file(request: ExtractRequest, source: FileSource) -> ProbeResult:
    """The columns of the declared file, of which no more is read than it takes. Raises as ``extract``."""
    return _FORMATS[source.format].probe(request, source, locate_file(request))


@dataclass(frozen=True)
class _FormatReader:
    """How files of a format are read, and looked at."""

    extract: Callable[[ExtractRequest, FileSource, Path], ExtractResult]
    probe: Callable[[ExtractRequest, FileSource, Path], ProbeResult]


def _extract_csv(request: ExtractRequest, source: FileSource, path: Path) -> ExtractResult:
    return csv.read_csv(
        request,
        path,
        encoding=source.encoding,
        delimiter=source.delimiter,
        header_rows=source.named_in,
        footer=source.footer,
    )


def _probe_csv(request: ExtractRequest, source: FileSource, path: Path) -> ProbeResult:
    found = csv.read_csv_header(
        request,
        path,
        encoding=source.encoding,
        delimiter=source.delimiter,
        header_rows=source.named_in,
    )
    return ProbeResult(found)


def _extract_workbook(request: ExtractRequest, source: FileSource, path: Path) -> ExtractResult:
    return xlsx.read_workbook_sheet(
        request, path, sheet=source.sheet, header_rows=source.named_in, footer=source.footer
    )


def _probe_workbook(request: ExtractRequest, source: FileSource, path: Path) -> ProbeResult:
    return ProbeResult(
        xlsx.read_workbook_header(request, path, sheet=source.sheet, header_rows=source.named_in)
    )


def _extract_geojson(
    request: ExtractRequest, _: FileSource, path: Path, at_most: int | None = None
) -> ExtractResult:
    return geojson.read_geojson(request, path, at_most=at_most)


def _extract_json(
    request: ExtractRequest, source: FileSource, path: Path, at_most: int | None = None
) -> ExtractResult:
    return jsonfile.read_json_file(request, path, records=source.records, keyed=source.keyed, at_most=at_most)


def _probe_first_records(request: ExtractRequest, source: FileSource, path: Path) -> ProbeResult:
    read = _extract_json if source.format is FileFormat.JSON else _extract_geojson
    return ProbeResult(read(request, source, path, RECORDS_READ).names, whole=False)


def _extract_shapefile(request: ExtractRequest, source: FileSource, path: Path) -> ExtractResult:
    return shapefile.read_shapefile(request, path, layer=source.sheet)


def _probe_shapefile(request: ExtractRequest, source: FileSource, path: Path) -> ProbeResult:
    return ProbeResult(shapefile.read_shapefile_header(request, path, layer=source.sheet))


_FORMATS = {
    FileFormat.CSV: _FormatReader(_extract_csv, _probe_csv),
    FileFormat.XLSX: _FormatReader(_extract_workbook, _probe_workbook),
    FileFormat.XLS: _FormatReader(_extract_workbook, _probe_workbook),
    FileFormat.GEOJSON: _FormatReader(_extract_geojson, _probe_first_records),
    FileFormat.JSON: _FormatReader(_extract_json, _probe_first_records),
    FileFormat.SHAPEFILE: _FormatReader(_extract_shapefile, _probe_shapefile),
}

ADAPTER = SourceAdapter(extract=extract_file, probe=probe_file)
