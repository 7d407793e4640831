"""What a format does, once a file of it is there; and the one way in which each kind of source has a file read.

A file is opened by what it is: a compressed one is unpacked first, within limits, and one that is of another
format than declared is refused by what it is. A reader gets a path that it may trust to be a file, never what
is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from aqueduc.language import Sentence, _
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, ProbeResult
from aqueduc.sources.formats import FORMATS, FormatOptions
from aqueduc.sources.formats.archive import unpack_single_archive_file
from aqueduc.sources.formats.magic import FileHead, describe_non_text_format, read_file_head
from aqueduc.sources.formats.repeats import drop_repeated_headers
from aqueduc.sources.origin import SourceOrigin

if TYPE_CHECKING:
    from aqueduc.sources.formats.workbook import SheetPreview


@dataclass(frozen=True, kw_only=True)
class TableOutline:
    """A table that a file holds, as a draft proposes it: its columns, and what is to be declared to read it
    (``sheet``, ``records``…). ``label``: its name, "" for the only one. ``lexical``: its cells are text, whose
    decimals and dates are to be declared. ``typed``: what is a number there never ends in a zero that it could do
    without. ``moved``: its positions are read in WGS84."""

    names: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    lexical: bool = True
    typed: bool = False
    moved: bool = False
    doubts: tuple[Sentence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormatReader:
    """How files of a format are read.

    ``extract`` reads one, ``probe`` no more of it than its columns take. ``recognises``: whether the first
    bytes are of this format; where two formats do, the first one registered has it. ``outline``: the tables
    that a file holds, the likeliest first, for a format that needs no other look to be drafted (it may write
    in the private folder that it is given). ``sheets``: the first rows
    of each visible sheet of a workbook. ``opens_zip``: its files come several in a zip, which it opens.
    All but ``recognises`` raise SourceUnreadable, SourceNotFound.
    """

    extract: Callable[[ExtractRequest, Path, FormatOptions], ExtractResult]
    probe: Callable[[ExtractRequest, Path, FormatOptions], ProbeResult]
    recognises: Callable[[FileHead], bool]
    outline: Callable[[SourceOrigin, Path, Path], tuple[TableOutline, ...]] | None = None
    sheets: Callable[[SourceOrigin, Path, int], tuple[SheetPreview, ...]] | None = None
    opens_zip: bool = False


def load_format_reader(name: str) -> FormatReader:
    found: FormatReader = resolve_name(FORMATS[name].reader)
    return found


def extract_document(request: ExtractRequest, path: Path, name: str, options: FormatOptions) -> ExtractResult:
    """Reads the file at ``path``, declared to be of the format ``name``. Raises SourceUnreadable,
    SourceNotFound (a sheet, or a member of an archive)."""
    reader = load_format_reader(name)
    result = reader.extract(request, _unpack_and_check_format(request, path, name, options), options)
    return drop_repeated_headers(request, result, options.header_rows) if FORMATS[name].laid_out else result


def probe_document_columns(
    request: ExtractRequest, path: Path, name: str, options: FormatOptions
) -> ProbeResult:
    """The columns of the file. Raises as ``extract_document``."""
    reader = load_format_reader(name)
    return reader.probe(request, _unpack_and_check_format(request, path, name, options), options)


def _unpack_and_check_format(request: ExtractRequest, path: Path, name: str, options: FormatOptions) -> Path:
    reader = load_format_reader(name)
    head = read_file_head(path)
    if head.is_gzip_or_plain_zip and not (reader.opens_zip and head.is_zip):
        path = unpack_single_archive_file(
            request.source_origin, head, FORMATS[name].suffixes, request.scratch / "unpacked", options.member
        )
        head = read_file_head(path)
    elif options.member is not None:
        raise request.source_origin.build_unreadable_error(
            _("Le fichier n'est pas une archive dont on lise un fichier (« member: »)."),
            _("retirer « member: » de la déclaration, ou déposer l'archive"),
        )
    _refuse_undeclared_format(request.source_origin, head, name, reader)
    return path


def _refuse_undeclared_format(origin: SourceOrigin, head: FileHead, name: str, reader: FormatReader) -> None:
    """Raises SourceUnreadable for a file that is surely of another format, by its first bytes. What is no
    other format for sure is left to its reader, which says what is wrong with it."""
    if not head.start:
        raise origin.build_unreadable_error(
            _("Le fichier est vide (0 octet)."), _("le redéposer entier, ou attendre qu'il le soit")
        )
    if reader.recognises(head) or (reader.opens_zip and head.is_zip):
        return
    what = describe_non_text_format(head)
    other = recognise_format(head) if what is not None else None
    if what is None or (other and FORMATS[other].spreadsheet and FORMATS[name].spreadsheet):
        return
    raise origin.build_unreadable_error(
        _("Le fichier n'est pas ce que dit sa déclaration ({name}) : c'est {what}.").format(
            name=name, what=what
        ),
        _("écrire « format: {other} » si c'est bien ce fichier, ou redéposer le bon").format(other=other)
        if other
        else _("déposer le tableau lui-même"),
    )


def recognise_format(head: FileHead) -> str | None:
    """The format of a file, by what it is rather than by what it is called; None for what none is."""
    return next((name for name in FORMATS if load_format_reader(name).recognises(head)), None)
