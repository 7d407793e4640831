"""A compressed file made plain, within limits: whatever it says of itself, what comes out is counted.

Nothing is written under a name that an archive gives, and nothing is unpacked twice: an archive in an archive is
refused.
"""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO

from aqueduc.language import _, n_
from aqueduc.sources.formats.magic import FileHead, read_file_head
from aqueduc.sources.origin import SourceOrigin

LARGEST_UNPACKED = 8 << 30
MOST_MEMBERS = 10_000
MOST_TIMES_LARGER = 200
"""What text compresses to, at the very most; a file of one byte repeated, 1,000 times."""
SMALL_ENOUGH = 64 << 20
"""Below which it does not matter how well a file was compressed."""
_BLOCK = 1 << 20
_BESIDE = ("__macosx/", ".", "thumbs.db", "desktop.ini")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class _OversizedArchive(Exception):
    """More came out than an honest archive holds."""


def unpack_single_archive_file(
    origin: SourceOrigin, head: FileHead, suffixes: Sequence[str], target: Path, member: str | None
) -> Path:
    """The only file of a gzip, or one file of a zip: its ``member``, or the only one there is that ends in
    one of ``suffixes``, or at all. Raises SourceUnreadable, SourceNotFound (no such member)."""
    if head.is_zip and head.members is None:
        raise _build_damaged_archive_error(origin)
    if head.is_gzip:
        if member is not None:
            raise origin.build_unreadable_error(
                _("Une archive gzip n'a qu'un fichier : « member: » n'y choisit rien."),
                _("retirer « member: » de la déclaration"),
            )
        _unpack_gzip(origin, head.path, target)
    else:
        unpack_zip_members(origin, head, {_choose_zip_member(origin, head, suffixes, member): target})
    if read_file_head(target).is_gzip_or_plain_zip:
        raise origin.build_unreadable_error(
            _("L'archive contient une autre archive : Aqueduc n'ouvre que la première."),
            _("déposer l'archive qui contient le fichier lui-même"),
        )
    return target


def list_zip_files(head: FileHead) -> tuple[str, ...]:
    """The files of a zip, without its folders and what systems leave beside."""
    return tuple(
        name
        for name in head.members or ()
        if not name.endswith("/")
        and not name.lower().startswith(_BESIDE[0])
        and not PurePosixPath(name).name.lower().startswith(_BESIDE[1:])
    )


def list_zip_file_sizes(head: FileHead) -> dict[str, int]:
    """The files of a zip, with the size that it says each has; {} for one that is not readable."""
    with suppress(*_DAMAGED), zipfile.ZipFile(head.path) as archive:
        return {name: archive.getinfo(name).file_size for name in list_zip_files(head)}
    return {}


def _choose_zip_member(
    origin: SourceOrigin, head: FileHead, suffixes: Sequence[str], member: str | None
) -> str:
    names = list_zip_files(head)
    if member is not None:
        # Many an archive holds everything below one folder.
        found = [name for name in names if name == member] or [
            name for name in names if PurePosixPath(name).name == member
        ]
        if len(found) != 1:
            raise origin.build_missing_error(
                _("L'archive n'a pas de fichier « {member} ».").format(member=member)
                if not found
                else _("L'archive a plusieurs fichiers « {member} ».").format(member=member),
                _("corriger « member: » (le nom du fichier, avec ses dossiers s'il y en a plusieurs)"),
            )
        return found[0]
    of_format = [name for name in names if PurePosixPath(name).suffix.lower().lstrip(".") in suffixes]
    found = of_format if len(of_format) == 1 else list(names)
    if len(found) != 1:
        files = n_("{count} fichier", "{count} fichiers", len(names))
        raise origin.build_unreadable_error(
            _("L'archive a {files} : rien ne dit lequel lire.").format(files=files)
            if names
            else _("L'archive ne contient aucun fichier lisible."),
            _("le nommer sous « member: »") if names else _("la refaire, et la redéposer"),
        )
    return found[0]


def unpack_zip_members(origin: SourceOrigin, head: FileHead, targets: dict[str, Path]) -> None:
    """Writes members of a zip, each where ``targets`` says. Raises SourceUnreadable."""
    wrong = _find_zip_entry_problem(origin, head)
    if wrong is None:
        try:
            with zipfile.ZipFile(head.path) as archive:
                room = LARGEST_UNPACKED
                for name, target in targets.items():
                    info = archive.getinfo(name)
                    with archive.open(info) as file:
                        room -= _copy_within_limit(file, target, info.compress_size, room)
        except _OversizedArchive:
            wrong = _build_decompression_bomb_error(origin)
        except _DAMAGED:
            wrong = _build_damaged_archive_error(origin)
    if wrong is not None:
        _remove_files([*targets.values()])
        raise wrong


def _find_zip_entry_problem(origin: SourceOrigin, head: FileHead) -> Exception | None:
    """What is wrong with an archive before anything of it is unpacked."""
    entries: Sequence[zipfile.ZipInfo] | None = None
    with suppress(*_DAMAGED), zipfile.ZipFile(head.path) as archive:
        entries = archive.infolist()
    if entries is None:
        return _build_damaged_archive_error(origin)
    if any(entry.flag_bits & 1 for entry in entries):
        return origin.build_unreadable_error(
            _("L'archive est protégée par un mot de passe."), _("la redéposer sans mot de passe")
        )
    if len(entries) > MOST_MEMBERS:
        most = n_("{count} fichier", "{count} fichiers", MOST_MEMBERS)
        return origin.build_unreadable_error(
            _("L'archive a plus de {most}.").format(most=most), _("la découper, ou y laisser le seul tableau")
        )
    if any(_is_path_outside_folder(entry.filename) for entry in entries):
        return origin.build_unreadable_error(
            _("L'archive a un fichier dont le chemin sort d'elle (« .. », ou un chemin absolu)."),
            _("la refaire à partir du dossier qui contient les fichiers, et vérifier d'où elle vient"),
        )
    return None


def _is_path_outside_folder(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or name[1:2] == ":"


def _unpack_gzip(origin: SourceOrigin, path: Path, target: Path) -> None:
    wrong: Exception | None = None
    try:
        with gzip.open(path) as file:
            _copy_within_limit(file, target, path.stat().st_size, LARGEST_UNPACKED)
    except _OversizedArchive:
        wrong = _build_decompression_bomb_error(origin)
    except _DAMAGED:
        wrong = _build_damaged_archive_error(origin)
    if wrong is not None:
        _remove_files([target])
        raise wrong


def _copy_within_limit(file: IO[bytes] | gzip.GzipFile, target: Path, packed: int, room: int) -> int:
    """How many bytes came out. Raises _OversizedArchive."""
    most = min(room, max(SMALL_ENOUGH, MOST_TIMES_LARGER * packed))
    size = 0
    with target.open("wb") as out:
        for block in _read_blocks(file):
            size += out.write(block)
            if size > most:
                raise _OversizedArchive
    return size


def _read_blocks(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _remove_files(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _build_decompression_bomb_error(origin: SourceOrigin) -> Exception:
    return origin.build_unreadable_error(
        _(
            "L'archive se déplie au-delà de toute mesure ({gigabytes} Go, ou {times} fois sa taille) : rien "
            "n'en est lu."
        ).format(gigabytes=LARGEST_UNPACKED >> 30, times=MOST_TIMES_LARGER),
        _("vérifier d'où elle vient ; la découper si elle est juste"),
    )


def _build_damaged_archive_error(origin: SourceOrigin) -> Exception:
    return origin.build_unreadable_error(
        _("L'archive est abîmée, ou coupée."), _("la redéposer entière, après l'avoir ouverte une fois")
    )
