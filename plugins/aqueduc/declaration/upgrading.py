"""The formats of declarations, and how files of an older one are rewritten: at the place of what changes, and
nowhere else, so that comments, quotes and the order of keys stay.

A format ends when what was right would be read otherwise: then ``FORMAT`` grows by one, and ``RENAMINGS`` says
what makes the former one of the new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aqueduc.declaration.diagnostics.catalogue import NewerFormat, OlderFormat
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.document import ParsedDocument, PathKey, parse_document
from aqueduc.declaration.diagnostics.problem import TextPosition
from aqueduc.declaration.files import read_include_document

FORMAT = 1
"""The format of declarations that is read here."""


@dataclass(frozen=True)
class KeyRenaming:
    """A key that is called ``new`` from the next format on. ``files``: a pattern below ``include/``; ``path``:
    where it stands, ``"*"`` for any key or any item of a list."""

    files: str
    path: PathKey
    new: str


RENAMINGS: Mapping[int, tuple[KeyRenaming, ...]] = {}
"""By the format that they leave."""


def read_declaration_format_version(collector: ProblemCollector) -> int:
    """The format that ``city.yaml`` says it is in; 1 where it says nothing that can be read.

    Raises DeclarationError for one that nobody here knows, and for that alone: what else there is to say of
    such a file would be of another format.
    """
    given = collector.tree.value.get("version", 1)
    if not isinstance(given, int) or given < 1:
        return 1
    if given > FORMAT:
        collector.add_value_problem(("version",), NewerFormat, given=given, known=FORMAT)
        raise collector.build_error()
    return given


def refuse_outdated_declaration_format(collector: ProblemCollector) -> None:
    """Raises DeclarationError."""
    given = read_declaration_format_version(collector)
    if given < FORMAT:
        collector.add_value_problem(("version",), OlderFormat, given=given, known=FORMAT)
        raise collector.build_error()


def build_upgraded_declarations(include: Path) -> Iterator[tuple[Path, str]]:
    """The files to be rewritten, each with its text in the format of today; ``city.yaml`` last, since it says
    the format of all: one that stopped before is begun again.

    Raises DeclarationError for a file that is no document at all, and for a format newer than that of today.
    """
    city = include / "city.yaml"
    given = read_declaration_format_version(ProblemCollector(read_include_document(include, city, "name: …")))
    for path in (*sorted(set(include.rglob("*.yaml")) - {city}), city):
        before = read_include_document(include, path).text
        after = before
        for step in range(given, FORMAT):
            for renaming in RENAMINGS[step]:
                if path.relative_to(include).match(renaming.files):
                    after = _rename_keys(after, renaming)
        if path == city and given < FORMAT:
            after = _set_format_version_in_text(after)
        if after != before:
            yield path, after


def _parse_declaration_text(text: str) -> ParsedDocument:
    return parse_document(text.encode(), "declaration.yaml")


def _rename_keys(text: str, renaming: KeyRenaming) -> str:
    document = _parse_declaration_text(text)
    places = [
        document.find_key_position(path) for path in _find_matching_key_paths(document.value, renaming.path)
    ]
    # From the end: what is written in one place does not move another.
    for place in sorted(places, reverse=True):
        text = _replace_text_at_position(text, place, renaming.new)
    return text


def _replace_text_at_position(text: str, place: TextPosition, new: str) -> str:
    lines = text.splitlines(keepends=True)
    line, start = lines[place.line - 1], place.column - 1
    lines[place.line - 1] = f"{line[:start]}{new}{line[start + place.width :]}"
    return "".join(lines)


def _find_matching_key_paths(value: object, wanted: PathKey, at: PathKey = ()) -> Iterator[PathKey]:
    if not wanted:
        yield at
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inside:
        if wanted[0] in ("*", key):
            yield from _find_matching_key_paths(below, wanted[1:], (*at, key))


def _set_format_version_in_text(text: str) -> str:
    """With ``version:`` of today: in its place, or above the first key."""
    document = _parse_declaration_text(text)
    if document.has_path(("version",)):
        return _replace_text_at_position(text, document.find_value_position(("version",)), str(FORMAT))
    first = document.find_key_position((next(iter(document.value)),))
    return _replace_text_at_position(text, first._replace(width=0), f"version: {FORMAT}\n")
