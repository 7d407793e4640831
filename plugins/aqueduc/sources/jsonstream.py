"""Reads a JSON document record by record, in bounded memory, each number as it is written.

``json.load`` would hold the document several times over, and turn ``1.10`` into ``1.1``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from aqueduc.language import Sentence, _

CHUNK = 1 << 18
LARGEST_VALUE = 64 << 20
DEEPEST = 64
"""How deep values may be nested in a record: a shape is five lists deep, and what is deeper exhausts the
stack of whoever walks through it."""
_SPACE = " \t\n\r"


class UnexpectedJson(Exception):
    """The document is not what was announced. ``reason`` is a French sentence without any value of it."""

    def __init__(self, reason: Sentence, *, record: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.record = record


class JsonNumber(str):
    """A JSON number, as text."""

    __slots__ = ()


def _parse_nan_as_null(name: str) -> None:
    """``NaN`` is no JSON, and what pandas writes for nothing."""
    if name != "NaN":
        raise ValueError


class _DuplicateMember(Exception):
    """``json`` would keep the last one, and lose the others in silence."""


def _build_dict_refusing_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(members)
    if len(made) < len(members):
        raise _DuplicateMember
    return made


_DECODER = json.JSONDecoder(
    parse_float=JsonNumber,
    parse_int=JsonNumber,
    parse_constant=_parse_nan_as_null,
    object_pairs_hook=_build_dict_refusing_duplicates,
)


@dataclass
class JsonStream:
    """A JSON document read as a stream. ``records`` yields the elements of the list at ``path`` (names, from
    the document down).

    ``keyed``: what stands there is an object of objects instead, and the name of each of its members goes
    into it under this name. ``outside`` then holds what stands around: the document without that list.
    """

    file: TextIO
    path: Sequence[str] = ()
    keyed: str | None = None
    outside: dict[str, Any] = field(default_factory=dict)
    _buffer: str = ""
    _at: int = 0
    _ended: bool = False
    _count: int = 0
    _size: int = 0
    _around: int = 0

    def read_records(self) -> Iterator[Any]:
        """Raises UnexpectedJson."""
        yield from self._iterate_records_at_path(tuple(self.path), self.outside)
        if self._peek_nonblank_character():
            raise self._build_unexpected_json(_("du texte suit la fin du document"))

    def _iterate_records_at_path(self, path: tuple[str, ...], outside: dict[str, Any]) -> Iterator[Any]:
        if not path:
            yield from self._iterate_records()
            return
        if self._peek_nonblank_character() != "{":
            raise self._build_unexpected_json(
                _("un objet qui porte « {path} » était attendu").format(path=path[0])
            )
        self._at += 1
        found = False
        for _item in self._iterate_element_starts("}"):
            name = self._read_member_name()
            if name in outside or (found and name == path[0]):
                raise self._build_unexpected_json(_("un même nom y figure deux fois"))
            if name != path[0]:
                outside[name] = self._read_value()
                self._around += len(name) + self._size
                if self._around > LARGEST_VALUE:
                    raise self._build_unexpected_json(_("ce qui entoure la liste est démesuré"))
                continue
            found = True
            below: dict[str, Any] = {}
            yield from self._iterate_records_at_path(path[1:], below)
            if below:
                outside[name] = below
        if not found:
            raise self._build_unexpected_json(_("« {path} » n'y figure pas").format(path=path[0]))

    def _iterate_records(self) -> Iterator[Any]:
        if self.keyed is not None:
            yield from self._iterate_keyed_records(self.keyed)
            return
        if self._peek_nonblank_character() != "[":
            raise self._build_unexpected_json(_("une liste était attendue"))
        self._at += 1
        for _item in self._iterate_element_starts("]"):
            self._count += 1
            yield self._read_value()

    def _iterate_keyed_records(self, keyed: str) -> Iterator[Any]:
        if self._peek_nonblank_character() != "{":
            raise self._build_unexpected_json(
                _("un objet dont chaque membre est un enregistrement était attendu")
            )
        self._at += 1
        for _item in self._iterate_element_starts("}"):
            name = self._read_member_name()
            value = self._read_value()
            self._count += 1
            if not isinstance(value, dict) or keyed in value:
                raise self._build_unexpected_json(
                    _("un membre n'est pas un objet, ou porte déjà « {keyed} »").format(keyed=keyed)
                )
            yield {keyed: name, **value}

    def _iterate_element_starts(self, closing: str) -> Iterator[None]:
        """One turn before each element of a list or object whose opening mark is read."""
        if self._peek_nonblank_character() == closing:
            self._at += 1
            return
        while True:
            yield
            mark = self._peek_nonblank_character()
            self._at += 1
            if mark == closing:
                return
            if mark != ",":
                raise self._build_unexpected_json(
                    _("le document est coupé") if not mark else _("une virgule manque")
                )

    def _read_member_name(self) -> str:
        name = self._read_value()
        if type(name) is not str or self._peek_nonblank_character() != ":":
            raise self._build_unexpected_json(_("un nom suivi de « : » était attendu"))
        self._at += 1
        return name

    def _read_value(self) -> Any:
        if not self._peek_nonblank_character():
            raise self._build_unexpected_json(_("le document est coupé"))
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except ValueError:
                # Wrong, or not whole yet.
                end = len(self._buffer)
            except _DuplicateMember:
                raise self._build_unexpected_json(_("un même nom y figure deux fois")) from None
            except RecursionError:
                raise self._build_unexpected_json(_DEEP) from None
            else:
                # Of "12.5" cut after the point, or "1e+5" after the plus, a whole number would be read.
                if end + 2 < len(self._buffer) or self._ended:
                    self._size, self._at = end - self._at, end
                    if _is_nested_too_deep(value):
                        raise self._build_unexpected_json(_DEEP)
                    return value
            if self._ended:
                raise self._build_unexpected_json(_("le document est coupé, ou une valeur est mal écrite"))
            if end - self._at > LARGEST_VALUE:
                raise self._build_unexpected_json(_("une valeur est mal écrite, ou démesurée"))
            self._fill_buffer()

    def _peek_nonblank_character(self) -> str:
        """The next character that is not blank, or "" at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _SPACE:
                    return self._buffer[self._at]
                self._at += 1
            if self._ended:
                return ""
            self._fill_buffer()

    def _fill_buffer(self) -> None:
        """Reads on, by at least as much as is pending: a long value is then looked at a few times only."""
        pending = self._buffer[self._at :]
        try:
            more = self.file.read(max(CHUNK, len(pending)))
        except UnicodeDecodeError:
            raise self._build_unexpected_json(_("il n'est pas en UTF-8")) from None
        self._ended = not more
        self._buffer, self._at = pending + more, 0

    def _build_unexpected_json(self, reason: Sentence) -> UnexpectedJson:
        return UnexpectedJson(reason, record=self._count or None)


_DEEP = _("des valeurs y sont imbriquées trop profondément")


def _is_nested_too_deep(value: Any) -> bool:
    """Level by level, without recursion."""
    level = [value]
    for _item in range(DEEPEST):
        level = [
            inner for outer in level for inner in _get_member_values(outer) if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _get_member_values(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def parse_json_value(text: str) -> Any:
    """The only value that ``text`` holds, as a JsonStream reads it. Raises UnexpectedJson."""
    try:
        value, end = _DECODER.raw_decode(text, len(text) - len(text.lstrip(_SPACE)))
    except _DuplicateMember:
        raise UnexpectedJson(_("un même nom y figure deux fois")) from None
    except RecursionError:
        raise UnexpectedJson(_DEEP) from None
    except ValueError:
        raise UnexpectedJson(_("le document est coupé, ou une valeur est mal écrite")) from None
    if text[end:].strip(_SPACE):
        raise UnexpectedJson(_("du texte suit la fin du document"))
    if _is_nested_too_deep(value):
        raise UnexpectedJson(_DEEP)
    return value


def list_member_names(records: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The names of the members of objects, in order of first appearance, those of nested objects dotted."""
    return tuple(dict.fromkeys(name for record in records for name in _list_dotted_names(record, "")))


def _list_dotted_names(record: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, value in record.items():
        if isinstance(value, dict) and value:
            yield from _list_dotted_names(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def format_json_value(value: Any) -> str:
    """A value read by a JsonStream, back in compact JSON, its numbers as they were written."""
    if isinstance(value, JsonNumber):
        return str(value)
    if isinstance(value, dict):
        members = (
            f"{json.dumps(name, ensure_ascii=False)}:{format_json_value(member)}"
            for name, member in value.items()
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(format_json_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
