"""Files of a drop folder, found safely: nothing outside of it, and nothing but files."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import ClassVar

from aqueduc.errors import ConnectionMissing
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest, SourceAddress
from aqueduc.sources.drops.extracting import build_drop_adapter
from aqueduc.sources.drops.listing import DropFile, FileDrop
from aqueduc.sources.origin import SourceOrigin


@dataclass(frozen=True)
class LocalFolderDrop:
    """A ``FileDrop`` in a folder of this machine; ``base`` is its real path."""

    in_place: ClassVar[bool] = True

    origin: SourceOrigin
    base: Path

    def find_file(self, path: str) -> DropFile:
        return _build_drop_file(path, self._resolve_readable_file(path)[1])

    def list_files(self, folder: str, is_wanted: Callable[[str], bool]) -> Iterable[DropFile]:
        place = self._resolve_inside_folder(folder)
        if not place.is_dir():
            raise self.origin.build_missing_error(
                _("Le dossier de « path: » n'est pas dans le dépôt."),
                _("le créer, ou corriger « path: » dans la déclaration"),
            )
        for name in filter(is_wanted, self._list_folder_entry_names(place)):
            path = str(PurePosixPath(folder) / name)
            found = _stat_file_or_none(self.base / path)
            if found is not None and stat.S_ISREG(found.st_mode):
                yield _build_drop_file(path, found)

    def _list_folder_entry_names(self, place: Path) -> Sequence[str]:
        try:
            return [found.name for found in place.iterdir()]
        except OSError:
            pass
        raise self.origin.build_refusal_error(
            _("Le dossier de « path: » ne peut pas être lu."), _("donner le droit de le lire à Aqueduc")
        )

    def fetch_file(self, file: DropFile, target: Path) -> Path:  # noqa: ARG002 - read where it is
        return self._resolve_readable_file(file.path)[0]

    def _resolve_inside_folder(self, path: str) -> Path:
        """The real path. Raises SourceAccessRefusal outside of the folder."""
        found = Path(os.path.realpath(self.base / path))
        if not found.is_relative_to(self.base):
            raise self.origin.build_refusal_error(
                _("Le chemin déclaré sort du dossier de dépôt."),
                _("déposer le fichier lui-même dans ce dossier"),
            )
        return found

    def _resolve_readable_file(self, path: str) -> tuple[Path, os.stat_result]:
        """The real path of a file that may be read, and its state."""
        found = self._resolve_inside_folder(path)
        state = _stat_file_or_none(found)
        if state is None:
            raise self.origin.build_missing_error(
                _("Le fichier n'est pas dans le dossier de dépôt."), _("le déposer, ou corriger « path: »")
            )
        if not stat.S_ISREG(state.st_mode):
            raise self.origin.build_unreadable_error(
                _("Ce n'est pas un fichier."), _("corriger « path: » dans la déclaration")
            )
        if not os.access(found, os.R_OK):
            raise self.origin.build_refusal_error(
                _("Le fichier ne peut pas être lu."), _("donner le droit de lecture à Aqueduc")
            )
        return found, state


def _build_drop_file(path: str, found: os.stat_result) -> DropFile:
    return DropFile(path, found.st_size, found.st_mtime, f"{found.st_ino} {found.st_mtime_ns}")


def _stat_file_or_none(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


@contextmanager
def open_local_folder(request: ExtractRequest) -> Iterator[FileDrop]:
    """The folder of the request's connection. Raises ConnectionMissing, InvalidConnectionSettings,
    SourceUnavailable."""
    folder = str(request.connection.get_checked_extra(("path",)).get("path") or "")
    if not folder:
        raise ConnectionMissing(
            _("La connexion « {id} » ne dit pas quel dossier elle désigne.").format(id=request.connection.id),
            where=request.source_origin.location_text,
            remedy=_('écrire « {"path": "/dossier"} » dans ses paramètres supplémentaires (extra)'),
        )
    base = Path(os.path.realpath(folder))
    if not base.is_dir():
        raise request.source_origin.build_unavailable_error(
            _("Le dossier de dépôt n'est pas là."),
            _("vérifier qu'il est monté sur le serveur, et son chemin"),
        )
    yield LocalFolderDrop(request.source_origin, base)


ADAPTER = build_drop_adapter(
    open_local_folder,
    lambda connection, source: SourceAddress(
        "file", str(PurePosixPath(str(connection.extra.get("path") or "/")) / source.path)
    ),
)
