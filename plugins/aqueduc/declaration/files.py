"""The files of ``include/``: how messages name them, and the text of those a declaration names."""

import hashlib
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import MissingFile, NonUtf8File, OversizedFile, UnreadableFile
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.document import (
    MAX_BYTES,
    ParsedDocument,
    PathKey,
    UnreadableDocument,
    open_without_blocking,
    read_document,
)
from aqueduc.declaration.diagnostics.problem import build_declaration_error
from aqueduc.errors import DeclarationError
from aqueduc.language import LocalisedNumber, Message, _


def format_include_path(include: Path, path: Path) -> str:
    """A path below ``include`` as a steward knows it: from ``include/`` on."""
    name = f"{include.name}/{str(path).removeprefix(f'{include}/')}"
    return name.encode("utf-8", "replace").decode()  # a name in Latin-1 cannot be written anywhere


def read_include_document(include: Path, path: Path, first: str = "title: …") -> ParsedDocument:
    """Raises DeclarationError when ``path`` is not a document at all."""
    name = format_include_path(include, path)
    try:
        # A message shows a line of the file: it must not be one of a file from elsewhere.
        if not os.path.realpath(path).startswith(_resolve_include_root(include)):
            raise UnreadableDocument(UnreadableFile(file=name, detail={"reason": _ELSEWHERE}))
        return read_document(path, name, first)
    except UnreadableDocument as error:
        raise build_unreadable_error(error) from None


def build_unreadable_error(error: UnreadableDocument) -> DeclarationError:
    """A file that is no document, as the error of that file."""
    problem = error.problem
    return build_declaration_error([problem], problem.file)


def read_include_file_reporting_problems(
    collector: ProblemCollector, include: Path, at: PathKey, name: str, limit: int = MAX_BYTES
) -> bytes | None:
    """The bytes of the file that the value at ``at`` names; None, with the problem noted, when it is not
    there, not inside ``include/``, or beyond ``limit``."""
    data = read_bytes_inside_include(include, name, limit + 1)
    if data is None:
        collector.add_value_problem(at, MissingFile, name=name, advice=_suggest_file_name(include, name))
    elif len(data) > limit:
        collector.add_value_problem(at, OversizedFile, name=name, limit=LocalisedNumber(limit))
        return None
    return data


def read_bytes_inside_include(include: Path, name: str, size: int) -> bytes | None:
    """At most the first ``size`` bytes of a file of ``include/``; None where there is none, or a link leads out."""
    with suppress(OSError, ValueError):
        target = os.path.realpath(include / name)
        if target.startswith(_resolve_include_root(include)):
            with open(target, "rb", opener=open_without_blocking) as file:
                if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return file.read(size)
    return None


def read_file_start(path: Path, size: int) -> bytes:
    """At most the first ``size`` bytes of a file, whatever its size; a pipe that nobody writes into has none.
    Raises OSError."""
    with open(path, "rb", opener=open_without_blocking) as file:
        os.set_blocking(file.fileno(), True)
        return file.read(size)


def list_function_folder_files(include: Path, name: str) -> tuple[str, ...]:
    """The file of a function, then what stands in its folder and below: what it may import, or read. Paths below
    ``include``; of a file that is in no folder of its own, itself alone."""
    folder = (include / name).parent
    if folder.resolve() == include.resolve():
        return (name,)
    beside = (one.relative_to(include).as_posix() for one in sorted(folder.rglob("*")) if one.is_file())
    return tuple(dict.fromkeys((name, *(one for one in beside if "__pycache__" not in one))))


def decode_text(collector: ProblemCollector, at: PathKey, name: str, data: bytes) -> str | None:
    """The text of a named file; None, with the problem noted, when it is not in UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        collector.add_value_problem(at, NonUtf8File, name=name)
        return None


def compute_contents_digest(contents: Iterable[bytes]) -> str:
    """SHA-256 over several contents, none of which can pass for the end of another."""
    total = hashlib.sha256()
    for content in contents:
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def _resolve_include_root(include: Path) -> str:
    """Asked each time: ``include`` may be a link, that leads to each commit in turn."""
    return os.path.realpath(include) + os.sep


_ELSEWHERE = _("il mène, par un lien, hors de include/")
_CREATE = _("le créer, ou corriger le chemin")


def _suggest_file_name(include: Path, name: str) -> Message:
    prefix = Path(name).parent
    try:
        folder = os.path.realpath(include / prefix)
        inside = f"{folder}{os.sep}".startswith(_resolve_include_root(include))
        found = [other.name for other in os.scandir(folder) if other.is_file()] if inside else []
    except (OSError, ValueError):
        return _CREATE
    near = [(prefix / other).as_posix() for other in found]
    return suggest_nearest_choice_or_list(name, near) if near else _CREATE
