"""The files of ``include/``: how messages name them, and the text of those a declaration names."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from aqueduc.declaration.complaints import Complaints
from aqueduc.declaration.problems import FileMissing, FileNotUtf8, did_you_mean, shown
from aqueduc.declaration.tree import Document, PathKey, Unreadable, read_document
from aqueduc.errors import DeclarationError
from aqueduc.language import Said


def shown_path(include: Path, path: Path) -> str:
    """A path as a steward knows it: from ``include/`` on."""
    return (Path(include.name) / path.relative_to(include)).as_posix()


def document_of(include: Path, path: Path, first: str = "title: …") -> Document:
    """Raises DeclarationError when ``path`` is not a document at all."""
    try:
        return read_document(path, shown_path(include, path), first)
    except Unreadable as error:
        raise unreadable(error) from None


def unreadable(error: Unreadable) -> DeclarationError:
    """A file that is no document, as the error of that file."""
    problem = error.problem
    return DeclarationError([problem], where=problem.file, text=shown([problem]))


def named_file(complaints: Complaints, include: Path, at: PathKey, name: str) -> bytes | None:
    """The bytes of the file that the value at ``at`` names; None, with the complaint made, when it is not
    there, or not inside ``include/``."""
    target = os.path.realpath(include / name)
    if target.startswith(_root(include)):
        try:
            return Path(target).read_bytes()
        except OSError:
            pass
    complaints.at_value(at, FileMissing, name=name, advice=_near(include, name))
    return None


def decoded(complaints: Complaints, at: PathKey, name: str, data: bytes) -> str | None:
    """The text of a named file; None, with the complaint made, when it is not in UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        complaints.at_value(at, FileNotUtf8, name=name)
        return None


def digest(contents: Iterable[bytes]) -> str:
    """SHA-256 over several contents, none of which can pass for the end of another."""
    total = hashlib.sha256()
    for content in contents:
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


@lru_cache(maxsize=8)
def _root(include: Path) -> str:
    return os.path.realpath(include) + os.sep


_CREATE = Said("le créer, ou corriger le chemin", "create it, or correct the path")


def _near(include: Path, name: str) -> Said:
    folder = include / Path(name).parent
    if not Path(os.path.realpath(folder)).is_relative_to(_root(include)) or not folder.is_dir():
        return _CREATE
    prefix = Path(name).parent.as_posix()
    near = [f"{prefix}/{other.name}" for other in folder.iterdir() if other.is_file()]
    return did_you_mean(name, near) if near else _CREATE
