"""Reads an XML document as a stream, in bounded memory, without ever trusting it.

The standard library's expat, told to stop at a document type declaration: what no DTD declares can neither
unfold without end nor lead to another file. Namespaces are left out: a name is what follows its prefix.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar
from xml.parsers import expat

from aqueduc.errors import SourceUnreadable
from aqueduc.language import Sentence, _

Item = TypeVar("Item")

CHUNK = 1 << 18
DEEPEST = 64
LARGEST_RECORD = 64 << 20


class UnexpectedXml(Exception):
    """The document is not what was announced. ``reason`` is a French sentence without any value of it."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(reason)
        self.reason = reason


_ENCODING = frozenset((4, 6, 18, 19))
"""The codes of expat for a character that does not exist, or an encoding that is not known."""


@dataclass
class XmlStream:
    """A document read as events: ``start`` with a name and its attributes, ``end``, ``text``. An attribute of
    the grammar itself (``xmlns``, ``xsi:…``) is none."""

    file: IO[bytes]
    start: Callable[[str, Mapping[str, str]], None]
    end: Callable[[str], None]
    text: Callable[[str], None]
    depth: int = 0

    def parse_document_by_blocks(self) -> Iterator[None]:
        """Reads on, one block a turn. Raises UnexpectedXml."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = CHUNK
        parser.StartElementHandler = self._start_element
        parser.EndElementHandler = self._end_element
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.EntityDeclHandler = _refuse_doctype
        parser.ExternalEntityRefHandler = _refuse_doctype
        while True:
            block = self.file.read(CHUNK)
            wrong: UnexpectedXml | None = None
            try:
                parser.Parse(block, not block)
            except expat.ExpatError as error:
                wrong = self._build_parsing_error(error)
            except (LookupError, ValueError):
                wrong = UnexpectedXml(_("l'encodage qu'il annonce n'est pas connu"))
            if wrong is not None:
                raise wrong
            yield
            if not block:
                return

    def _start_element(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnexpectedXml(_("des éléments y sont imbriqués trop profondément"))
        self.start(get_local_name(name), attributes)

    def _end_element(self, name: str) -> None:
        self.depth -= 1
        self.end(get_local_name(name))

    def _build_parsing_error(self, error: expat.ExpatError) -> UnexpectedXml:
        if error.code in _ENCODING and self.depth:
            return UnexpectedXml(
                _(
                    "la ligne {line} a un caractère qui ne peut y être, ou n'est pas dans l'encodage annoncé"
                ).format(line=error.lineno)
            )
        if self.depth and error.code in (3, 5):
            return UnexpectedXml(_("le document est coupé"))
        return UnexpectedXml(_("la ligne {line} n'est pas du XML bien formé").format(line=error.lineno))


def _refuse_doctype(*_given: Any) -> int:
    raise UnexpectedXml(
        _("il déclare un type de document (DTD), qui pourrait le déplier sans fin ou lire d'autres fichiers")
    )


def iterate_raising_source_errors(
    items: Iterator[Item], build_error: Callable[[UnexpectedXml, int], SourceUnreadable]
) -> Iterator[Item]:
    """The same items; what is unexpected of their document is raised as ``build_error`` says it, given how many
    came before."""
    for count in itertools.count():
        wrong: UnexpectedXml | None = None
        item: Item | None = None
        try:
            item = next(items, None)
        except UnexpectedXml as error:
            wrong = error
        if wrong is not None:
            raise build_error(wrong, count)
        if item is None:
            return
        yield item


def get_local_name(name: str) -> str:
    return name.rpartition(":")[2]


# --- records ------------------------------------------------------------------------------------------------


@dataclass
class _OpenElement:
    name: str
    attributes: Mapping[str, str]
    texts: list[str] = field(default_factory=list)
    children: dict[str, list[Any]] = field(default_factory=dict)

    def to_text_or_dict(self) -> Any:
        """A text, None for nothing, or an object: its attributes and children by name; its own text, if there
        is one too, by the name of the element. Children of one name are a list."""
        members: dict[str, Any] = {
            get_local_name(name): value
            for name, value in self.attributes.items()
            if name != "xmlns" and not name.startswith(("xmlns:", "xsi:", "xml:"))
        }
        for name, values in self.children.items():
            if name in members:
                raise UnexpectedXml(_("un attribut et un élément y portent le même nom"))
            members[name] = values[0] if len(values) == 1 else values
        text = "".join(self.texts).strip()
        if not members:
            return text or None
        if text:
            if self.name in members:
                raise UnexpectedXml(_("un élément y porte le nom de celui qui le contient"))
            members = {self.name: text, **members}
        return members


@dataclass
class OpenElementStack:
    """The elements of a record that are open, the innermost last; what they hold is bounded."""

    elements: list[Any] = field(default_factory=list)
    _size: int = 0

    def open_element(self, element: Any, size: int) -> None:
        """Raises UnexpectedXml."""
        if not self.elements:
            self._size = 0
        self.elements.append(element)
        self._check_record_size(size)

    def add_text(self, text: str) -> None:
        """Raises UnexpectedXml."""
        if self.elements:
            self.elements[-1].texts.append(text)
            self._check_record_size(len(text))

    def _check_record_size(self, size: int) -> None:
        self._size += size
        if self._size > LARGEST_RECORD:
            raise UnexpectedXml(_("un enregistrement y est démesuré"))


@dataclass
class XmlRecordReader:
    """The elements at ``path`` (names, from the root down) of a document, each as an object of texts."""

    file: IO[bytes]
    path: tuple[str, ...]
    _names: list[str] = field(default_factory=list)
    _record: OpenElementStack = field(default_factory=OpenElementStack)
    _done: list[Any] = field(default_factory=list)

    def read_records(self) -> Iterator[dict[str, Any]]:
        """Raises UnexpectedXml."""
        stream = XmlStream(self.file, self._start_element, self._end_element, self._record.add_text)
        for _turn in stream.parse_document_by_blocks():
            yield from self._done
            self._done.clear()

    def _start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        self._names.append(name)
        if self._record.elements or tuple(self._names) == self.path:
            self._record.open_element(_OpenElement(name, attributes), sum(map(len, attributes.values())))

    def _end_element(self, name: str) -> None:
        self._names.pop()
        open_ones = self._record.elements
        if not open_ones:
            return
        element = open_ones.pop()
        value = element.to_text_or_dict()
        if open_ones:
            open_ones[-1].children.setdefault(element.name, []).append(value)
        else:
            self._done.append(value if isinstance(value, dict) else {name: value})


# --- which elements repeat ----------------------------------------------------------------------------------


@dataclass
class XmlPathCounts:
    """How many times each path of a document occurs, and what its elements hold: enough to find the element
    that is a row."""

    file: IO[bytes]
    counts: dict[tuple[str, ...], int] = field(default_factory=dict)
    members: dict[tuple[str, ...], dict[str, None]] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)

    def count_paths_at_beginning(self, most_blocks: int, most_paths: int) -> None:
        """Takes the beginning of the document, or its whole. Raises UnexpectedXml."""
        stream = XmlStream(self.file, self._start_element, self._end_element, lambda _text: None)
        for rank, _turn in enumerate(stream.parse_document_by_blocks(), start=1):
            if rank >= most_blocks or len(self.counts) > most_paths:
                return

    def _start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        self._names.append(name)
        path = tuple(self._names)
        self.counts[path] = self.counts.get(path, 0) + 1
        if len(path) > 1:
            self.members.setdefault(path[:-1], {})[name] = None
        if attributes:
            self.members.setdefault(path, {}).update(dict.fromkeys(attributes))

    def _end_element(self, _name: str) -> None:
        self._names.pop()
