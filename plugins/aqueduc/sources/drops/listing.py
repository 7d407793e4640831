"""Which files of a drop are read, and whether they are whole: what is asked of any drop, wherever it is."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import ClassVar, Protocol

from aqueduc.errors import SourceError
from aqueduc.language import Sentence, _, n_, quote_text
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.drops import DropSource, is_file_pattern
from aqueduc.sources.names import capture_file_pattern_wildcards, format_safe_file_name
from aqueduc.sources.origin import SourceOrigin

MOST_FILES = 1_000
_STILL_WRITTEN = (".part", ".filepart", ".partial", ".crdownload", ".tmp", ".swp")
"""How programs call a file until all of it is there."""


@dataclass(frozen=True)
class DropFile:
    """A file of a drop: its ``path`` below the folder of the connection, with ``/``. ``modified``: when it last
    changed (seconds, UTC), None where the drop does not say. ``mark``: what else changes with its bytes."""

    path: str
    size: int
    modified: float | None
    mark: str = ""

    @property
    def file_name(self) -> str:
        return PurePosixPath(self.path).name


class FileDrop(Protocol):
    """The drop of a connection, open. ``in_place``: ``fetch`` gives the file itself, and not a copy of it.

    Every method raises SourceUnavailable, SourceAccessRefusal, SourceNotFound, SourceUnreadable.
    """

    in_place: ClassVar[bool]

    def find_file(self, path: str) -> DropFile:
        """The file at ``path``, certainly inside of the drop."""

    def list_files(self, folder: str, is_wanted: Callable[[str], bool]) -> Iterable[DropFile]:
        """The files that are right in ``folder``, in any order, whose name ``is_wanted``: nothing is asked of
        another, which may be anybody's. What is asked of one of them alone (that it is inside of the drop, that
        it may be read) is for ``fetch``."""

    def fetch_file(self, file: DropFile, target: Path) -> Path:
        """Where the bytes of ``file`` are: ``target``, once all of them were written there."""


DropOpener = Callable[[ExtractRequest], AbstractContextManager[FileDrop]]
"""Opens the drop of a request's connection. Raises as ``FileDrop`` does, ConnectionMissing, InvalidConnectionSettings."""


def choose_drop_files(drop: FileDrop, source: DropSource, origin: SourceOrigin) -> tuple[DropFile, ...]:
    """The files that the declaration asks for, in the order of their names. Raises as ``FileDrop`` does."""
    if not is_file_pattern(source.path):
        return (drop.find_file(source.path),)
    path = PurePosixPath(source.path)

    def is_wanted(name: str) -> bool:
        if capture_file_pattern_wildcards(path.name, name) is None or _is_partial_file_name(name):
            return False
        _check_file_name_encoding(name, origin)
        return True

    found = sorted(drop.list_files(str(path.parent), is_wanted), key=lambda file: file.file_name)
    if not found:
        raise origin.build_missing_error(
            _("Aucun fichier du dépôt ne répond au motif de « path: »."),
            _("déposer le fichier, ou corriger « path: »"),
        )
    if source.take == "newest-name":
        return (_choose_last_file_by_name(found, path.name, origin),)
    if source.take == "newest-date":
        return (_choose_newest_file_by_date(found, origin),)
    if len(found) > MOST_FILES:
        most = n_("{count} fichier", "{count} fichiers", MOST_FILES)
        raise origin.build_unreadable_error(
            _("Plus de {most} répondent au motif de « path: ».").format(most=most),
            _("les ranger par dossier, et n'en lire qu'un ; ou écrire un motif plus étroit"),
        )
    return tuple(found)


def _choose_last_file_by_name(found: Sequence[DropFile], pattern: str, origin: SourceOrigin) -> DropFile:
    """By name. Raises SourceUnreadable where « 9 » would come after « 10 »."""
    digits = (
        re.findall("[0-9]+", "|".join(capture_file_pattern_wildcards(pattern, file.file_name) or ()))
        for file in found
    )
    lengths = zip_longest(*([len(run) for run in runs] for runs in digits))
    if any(len({length for length in place if length}) > 1 for place in lengths):
        raise origin.build_unreadable_error(
            _(
                "Les noms des fichiers ne se suivent pas dans l'ordre : leurs nombres n'ont pas tous autant de "
                "chiffres (« 9 » y viendrait après « 10 »)."
            ),
            _("écrire partout autant de chiffres (« 09 »), ou « take: newest-date »"),
        )
    return found[-1]


def _choose_newest_file_by_date(found: Sequence[DropFile], origin: SourceOrigin) -> DropFile:
    if any(file.modified is None for file in found):
        raise origin.build_unreadable_error(
            _("Le dépôt ne dit pas quand ses fichiers ont changé."),
            _("écrire « take: newest-name », si leurs noms se suivent dans l'ordre du temps"),
        )
    return max(found, key=lambda file: (file.modified or 0, file.file_name))


def _check_file_name_encoding(name: str, origin: SourceOrigin) -> None:
    """Raises SourceUnreadable for a name that no text can hold: a server's whose names are not in UTF-8."""
    if not any(_is_surrogate_character(char) for char in name):
        return
    raise origin.build_unreadable_error(
        _("Le nom d'un fichier qui répond au motif de « path: » n'est pas en UTF-8."),
        _("le renommer sans accent, ou régler en UTF-8 les noms de fichiers de ce qui le dépose"),
    )


def _is_surrogate_character(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"


def _is_partial_file_name(name: str) -> bool:
    return name.startswith((".", "~")) or name.lower().endswith(_STILL_WRITTEN)


def check_drop_unchanged_since_listing(
    drop: FileDrop, source: DropSource, origin: SourceOrigin, chosen: Sequence[DropFile]
) -> None:
    """Raises SourceUnavailable unless ``chosen`` are still the files to read, as they were: what was cut in the
    middle is most often a file that somebody is still writing."""
    wrong: SourceError | None = None
    again: Sequence[DropFile] | None = None
    try:
        again = choose_drop_files(drop, source, origin)
    except SourceError as error:
        wrong = error
    if wrong is not None and wrong.retryable:
        raise wrong
    if again != chosen:
        raise origin.build_unavailable_error(
            _("Le fichier a changé pendant sa lecture : quelqu'un est en train de le déposer.")
            if len(chosen) == 1
            else _("Le dépôt a changé pendant sa lecture : quelqu'un est en train d'y déposer un fichier."),
            _("rien à faire : il sera relu à la prochaine tentative"),
        )


def format_drop_file_label(file: DropFile, rank: int, source: DropSource) -> Sentence:
    """The file in a message. What stands in the place of « * » may be somebody's name."""
    if not is_file_pattern(source.path):
        return quote_text(file.file_name)
    return format_safe_file_name(PurePosixPath(source.path).name, file.file_name, rank)
