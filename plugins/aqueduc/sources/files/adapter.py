"""Files of a drop folder: found safely, then read as their format is."""

import hashlib
import os
import stat
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from aqueduc.errors import ConnectionMissing, SourceError
from aqueduc.language import _
from aqueduc.program import compute_program_digest
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult, SourceAdapter
from aqueduc.sources.files import FileSource
from aqueduc.sources.formats.reader import extract_document, probe_document
from aqueduc.store import compute_file_sha256


def extract_file(request: ExtractRequest, source: FileSource) -> ExtractResult | None:
    """Reads the declared file; None when its bytes, and what reads them, are still those of ``request.etag``.

    Raises ConnectionMissing, SourceUnavailable (the folder is away, or the file still being written),
    SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """
    path = locate_file(request)
    before = _read_file_state(path)
    mark = compute_file_mark(path)
    found: ExtractResult | SourceError | None = None
    if mark is None or mark != request.etag:
        try:
            document = extract_document(request, path, source.format, source.options)
            found = replace(document, etag=mark)
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


def compute_file_mark(path: Path) -> str | None:
    """What the rows of a file depend on beside the declaration: its bytes, the code and the libraries that read
    them. None for a file that cannot be read: its format says why."""
    try:
        content = compute_file_sha256(path)
    except OSError:
        return None
    readers = (compute_program_digest(), *(version(name) for name in _READERS))
    return hashlib.sha256("\n".join((content, *readers)).encode()).hexdigest()


_READERS = ("duckdb", "pyarrow", "fastexcel")


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
    return probe_document(request, locate_file(request), source.format, source.options)


ADAPTER = SourceAdapter(extract=extract_file, probe=probe_file)
