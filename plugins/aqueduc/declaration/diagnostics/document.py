"""YAML and JSON read so that errors can point: the values at once, the place of each only when it is asked.

Refuses what makes a declaration ambiguous or dangerous: duplicate keys, several documents, aliases that
multiply (a "YAML bomb"), endless nesting, files beyond a size, bytes that are not UTF-8.
"""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from aqueduc.declaration.diagnostics.catalogue import (
    DuplicateKey,
    ExcessiveNesting,
    ExcessiveNodes,
    InvalidSyntax,
    NonMappingDeclaration,
    NonUtf8Declaration,
    OversizedDeclaration,
    UnreadableFile,
)
from aqueduc.declaration.diagnostics.problem import TOP, DeclarationProblem, TextPosition
from aqueduc.language import LocalisedNumber, Message, _, n_

MAX_BYTES = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 40

PathKey = tuple[str | int, ...]

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING, _MAPPING, _SEQUENCE = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq"))
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "timestamp")}
# No number nor date of a declaration is longer; one of a megabyte takes minutes to read.
_LONGEST_PLAIN = 64
# No database, terminal or platform takes them all; a plain text of YAML cannot hold them, an escape can.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What libyaml takes for the end of a line.
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class UnreadableDocument(Exception):
    """The file is not a document at all; ``problem`` says why. Internal to this package."""

    def __init__(self, problem: DeclarationProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, eq=False)
class ParsedDocument:
    """One file, under the name that messages give it. ``value`` is plain Python; keys are always text: a
    column may well be called 2024, or « on »."""

    file: str
    text: str = field(repr=False)
    value: dict[str, Any] = field(repr=False)

    def has_path(self, path: PathKey) -> bool:
        return get_value_at(self.value, path) is not ABSENT

    def find_key_position(self, path: PathKey) -> TextPosition:
        """The place of the key at ``path``; of the nearest enclosing one that was written, if it was not."""
        place = TOP
        for key, value in self._walk_nodes_along_path(path):
            place = _build_node_position(key if key is not None else value)
        return place

    def find_value_position(self, path: PathKey) -> TextPosition:
        nodes = list(self._walk_nodes_along_path(path))
        return (
            _build_node_position(nodes[-1][1])
            if nodes and len(nodes) == len(path)
            else self.find_key_position(path)
        )

    def get_written_text(self, path: PathKey) -> str:
        """The text of the value at ``path``, on one line; "" where nothing is written."""
        nodes = list(self._walk_nodes_along_path(path))
        if len(nodes) != len(path) or not nodes:
            return ""
        node = nodes[-1][1]
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return " ".join(str(node.value).split())
        return " ".join(self.text[node.start_mark.index : node.end_mark.index].split())

    def build_text_without_top_key(self, key: str) -> str:
        """The text without the lines of a ``key`` of the top, as if it had never been written; the whole text where
        that would change anything else (braces around all, an anchor that others use)."""
        if key not in self.value:
            return self.text
        left = self._build_text_without_lines(*self._find_top_key_line_range(key))
        others = {name: value for name, value in self.value.items() if name != key}
        try:
            # Written out: to Python, 1 and true are equal.
            same = repr(_SafeYamlReader(self.file, left).read_value()) == repr(others)
        except UnreadableDocument:
            same = False
        return left if same else self.text

    def get_line(self, number: int) -> str:
        return self._text_lines[number - 1] if 0 < number <= len(self._text_lines) else ""

    @cached_property
    def _text_lines(self) -> list[str]:
        return _LINE_END.split(self.text)

    def _find_top_key_line_range(self, key: str) -> tuple[int, int]:
        """The first line of a key of the top and the last of its value, counted from 0."""
        ((own, value),) = self._walk_nodes_along_path((key,))
        return (own or value).start_mark.line, max(_list_leaf_node_last_lines(value))

    def _build_text_without_lines(self, first: int, last: int) -> str:
        """The text without these lines, nor the empty one that set them apart."""
        ends = [0, *(found.end() for found in _LINE_END.finditer(self.text)), len(self.text)]
        lines = [self.text[start:end] for start, end in pairwise(ends)]
        before, after = lines[:first], lines[last + 1 :]
        if before and not before[-1].strip() and not (after and after[0].strip()):
            before = before[:-1]
        return "".join([*before, *after])

    @cached_property
    def _root_node(self) -> yaml.Node | None:
        loader = _Loader(self.text)
        try:
            root: yaml.Node | None = loader.get_single_node()
        except yaml.YAMLError:  # JSON that is not YAML: its problems have no place but the top
            return None
        finally:
            loader.dispose()
        return root

    def _walk_nodes_along_path(self, path: PathKey) -> Iterator[tuple[yaml.Node | None, yaml.Node]]:
        """The key (None in a list) and value nodes along ``path``, as far as it is written."""
        node = self._root_node
        for step in path:
            key, node = _find_child_node(node, step)
            if node is None:
                return
            yield key, node


def _list_leaf_node_last_lines(node: yaml.Node) -> Iterator[int]:
    """The last lines of a value: a block ends, says the parser, where the next one begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        for child in node.value:
            for one in child if isinstance(child, tuple) else (child,):
                yield from _list_leaf_node_last_lines(one)
        return
    end = node.end_mark
    yield end.line - (end.column == 0 and end.line > node.start_mark.line)


def _find_child_node(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None, None


ABSENT = object()


def get_value_at(value: Any, path: PathKey) -> Any:
    """What stands at ``path`` below ``value``; ABSENT when nothing does."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key, ABSENT)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return ABSENT
    return value


def _build_node_position(node: yaml.Node) -> TextPosition:
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return TextPosition(start.line + 1, start.column + 1, max(1, width))


# --- reading --------------------------------------------------------------------------------------------


def read_regular_file_bytes(path: Path, shown: str) -> bytes:
    """At most MAX_BYTES; ``shown`` is how messages name the file. Raises Unreadable."""
    try:
        with open(path, "rb", opener=open_without_blocking) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnreadableDocument(
                    UnreadableFile(file=shown, detail={"reason": _("ce n'est pas un fichier")})
                )
            data = file.read(MAX_BYTES + 1)
            size = len(data) if len(data) <= MAX_BYTES else path.stat().st_size
    except (OSError, ValueError) as error:
        reason = _REASONS.get(type(error), _("erreur du disque"))
        raise UnreadableDocument(UnreadableFile(file=shown, detail={"reason": reason})) from None
    if size > MAX_BYTES:
        detail = {"size": n_("{count} octet", "{count} octets", size), "limit": LocalisedNumber(MAX_BYTES)}
        raise UnreadableDocument(OversizedDeclaration(file=shown, detail=detail))
    return data


def open_without_blocking(path: str, flags: int) -> int:
    """An ``opener`` that does not wait for whoever would write into a pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


_REASONS: dict[type[Exception], Message] = {
    FileNotFoundError: _("il n'existe pas"),
    PermissionError: _("accès refusé"),
    IsADirectoryError: _("c'est un dossier"),
}


def read_document(path: Path, shown: str, first: str = "title: …") -> ParsedDocument:
    """Reads ``path``. ``first``: how a file of this kind begins. Raises Unreadable."""
    return parse_document(read_regular_file_bytes(path, shown), shown, first)


def parse_document(data: bytes, shown: str, first: str = "title: …") -> ParsedDocument:
    """``data`` as a document; JSON when ``shown`` ends in ``.json``. Raises Unreadable."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument(_build_encoding_problem(data, error.start, shown)) from None
    value = _parse_json_or_defer_to_yaml(text, shown) if shown.endswith(".json") and text.strip() else ABSENT
    if value is ABSENT:
        value = _SafeYamlReader(shown, text).read_value()
    if not isinstance(value, dict):
        raise UnreadableDocument(
            NonMappingDeclaration(file=shown, text=_get_text_line(text, 1), detail={"first": first})
        )
    return ParsedDocument(shown, text, value)


def _build_encoding_problem(data: bytes, start: int, shown: str) -> DeclarationProblem:
    line = data.count(b"\n", 0, start) + 1
    first = data.rfind(b"\n", 0, start) + 1
    last = data.find(b"\n", start)
    before = data[first:start].decode("utf-8")
    text = data[first : last if last >= 0 else None].decode("utf-8", "replace").rstrip("\r")
    return NonUtf8Declaration(
        file=shown, place=TextPosition(line, len(before) + 1, 1), text=text, detail={"line": line}
    )


def _get_text_line(text: str, number: int) -> str:
    lines = _LINE_END.split(text)
    return lines[number - 1] if 0 < number <= len(lines) else ""


class _DuplicateJsonKey(Exception):
    """A key stands twice in a JSON object; the YAML reader says where."""


def _build_dict_refusing_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _DuplicateJsonKey
    return found


class _InvalidJsonConstant(ValueError):
    """NaN and the infinities are not JSON, whatever Python says."""


def _refuse_nan_and_infinity(name: str) -> Any:
    raise _InvalidJsonConstant(name)


def _parse_json_or_defer_to_yaml(text: str, shown: str) -> Any:
    """Ten times faster than the YAML reader, to which is left what needs a place."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_build_dict_refusing_duplicate_keys,
            parse_constant=_refuse_nan_and_infinity,
        )
    except json.JSONDecodeError as error:
        raise UnreadableDocument(_build_json_syntax_problem(text, error, shown)) from None
    except _InvalidJsonConstant as error:
        found = re.search(rf"[:\[,]\s*({re.escape(str(error))})", text)
        wrong = json.JSONDecodeError("Expecting value", text, found.start(1) if found else 0)
        raise UnreadableDocument(_build_json_syntax_problem(text, wrong, shown)) from None
    except (_DuplicateJsonKey, RecursionError, ValueError):
        return ABSENT
    return ABSENT if "\\u" in text and any(map(_CONTROL.search, _list_nested_texts(value))) else value


def _list_nested_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for below in value.values():
            yield from _list_nested_texts(below)
    elif isinstance(value, list):
        for below in value:
            yield from _list_nested_texts(below)


def _build_json_syntax_problem(text: str, error: json.JSONDecodeError, shown: str) -> DeclarationProblem:
    position, message = error.pos, error.msg
    before = text[:position].rstrip()
    # Older Pythons see what follows a comma too many, newer ones the comma itself.
    if before.endswith(",") and text[position : position + 1] in ("]", "}"):
        position, message = len(before) - 1, _TRAILING
    start = text.rfind("\n", 0, position) + 1
    line = text[start:].split("\n", 1)[0].rstrip("\r")
    reason, advice = _explain_syntax_error(message, _JSON_REASONS)
    place = TextPosition(text.count("\n", 0, position) + 1, position - start + 1, 1)
    return InvalidSyntax(file=shown, place=place, text=line, detail={"reason": reason, "advice": advice})


class _SafeYamlReader:
    """Builds the values of a YAML text; counts nodes so that a bomb cannot go off."""

    def __init__(self, shown: str, text: str) -> None:
        self.shown = shown
        self.text = text
        self.nodes = 0

    def read_value(self) -> Any:
        """The value of the text; None when it is empty. Raises Unreadable."""
        loader = _Loader(self.text)
        self.scalar = loader.construct_object
        try:
            root = loader.get_single_node()
            return self._convert_node_to_value(root, 0) if root is not None else None
        except yaml.MarkedYAMLError as error:
            raise self._build_syntax_error(error) from None
        except yaml.reader.ReaderError as error:
            before = self.text[: error.position] if isinstance(error.position, int) else ""
            place = TextPosition(before.count("\n") + 1, len(before) - before.rfind("\n"), 1)
            raise self._build_invalid_yaml_error(place, *_FORBIDDEN) from None
        finally:
            loader.dispose()

    def _convert_node_to_value(self, node: yaml.Node, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._build_error_at_position(
                ExcessiveNodes, _build_node_position(node), {"limit": LocalisedNumber(MAX_NODES)}
            )
        if depth > MAX_DEPTH:
            raise self._build_error_at_position(
                ExcessiveNesting, _build_node_position(node), {"limit": MAX_DEPTH}
            )
        tag = node.tag
        if isinstance(node, yaml.ScalarNode):
            return self._read_string_scalar(node) if tag == _STRING else self._read_non_string_scalar(node)
        if isinstance(node, yaml.MappingNode) and tag == _MAPPING:
            return self._read_mapping(node, depth + 1)
        if isinstance(node, yaml.SequenceNode) and tag == _SEQUENCE:
            return [self._convert_node_to_value(child, depth + 1) for child in node.value]
        raise self._build_invalid_yaml_error(
            _build_node_position(node), *_YAML_REASONS["could not determine a constructor"]
        )

    def _read_string_scalar(self, node: yaml.ScalarNode) -> Any:
        if node.style == '"' and _CONTROL.search(node.value):
            raise self._build_invalid_yaml_error(_build_node_position(node), *_FORBIDDEN)
        return node.value

    def _read_non_string_scalar(self, node: yaml.ScalarNode) -> Any:
        """A number, a date, yes or no, or nothing."""
        if node.tag not in _PLAIN:
            raise self._build_invalid_yaml_error(
                _build_node_position(node), *_YAML_REASONS["could not determine a constructor"]
            )
        try:
            if len(node.value) <= _LONGEST_PLAIN:
                return self.scalar(node)
        except (ValueError, LookupError, AttributeError, OverflowError):
            pass  # what PyYAML raises of a text that a "!!int", say, calls a number
        raise self._build_invalid_yaml_error(
            _build_node_position(node),
            _("cette date ou ce nombre n'existe pas"),
            _("la corriger, ou la mettre entre guillemets si c'est un texte"),
        )

    def _read_mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                reason = _("une clé doit être un simple texte")
                raise self._build_invalid_yaml_error(_build_node_position(key_node), reason, QUOTES)
            key = self._read_string_scalar(key_node)
            if key in found:
                first = next(other.start_mark.line for other, _ in node.value if other.value == key) + 1
                raise self._build_error_at_position(
                    DuplicateKey, _build_node_position(key_node), {"key": key, "first": first}
                )
            found[key] = self._convert_node_to_value(value_node, depth)
        return found

    def _build_syntax_error(self, error: yaml.MarkedYAMLError) -> UnreadableDocument:
        mark = error.problem_mark or error.context_mark
        place = TextPosition(mark.line + 1, mark.column + 1, 1) if mark else TOP
        opened = error.context_mark
        said = f"{error.context or ''} {error.problem or ''}"
        never_closed = "unexpected end of stream" in said or "expected ',' or" in said
        if never_closed and opened and mark and opened.line < mark.line:
            return self._build_invalid_yaml_error(
                TextPosition(opened.line + 1, opened.column + 1, 1), *_BRACKETS
            )
        line = _get_text_line(self.text, place.line)
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return self._build_invalid_yaml_error(place, *_TAB)
        return self._build_invalid_yaml_error(place, *_explain_syntax_error(said, _YAML_REASONS))

    def _build_invalid_yaml_error(
        self, place: TextPosition, reason: Message, advice: Message
    ) -> UnreadableDocument:
        return self._build_error_at_position(InvalidSyntax, place, {"reason": reason, "advice": advice})

    def _build_error_at_position(
        self, kind: type[DeclarationProblem], place: TextPosition, detail: dict[str, Any]
    ) -> UnreadableDocument:
        text = _get_text_line(self.text, place.line)
        return UnreadableDocument(kind(file=self.shown, place=place, text=text, detail=detail))


# --- what the parsers say, in words for people ----------------------------------------------------------

QUOTES = _("mettre la valeur entre guillemets")
_FORBIDDEN = (
    _("caractère interdit (caractère de contrôle ?)"),
    _("l'effacer"),
)
_TAB = (
    _("tabulation interdite au début d'une ligne"),
    _("indenter avec des espaces"),
)
_INDENT = _(
    "aligner cette ligne sur ses voisines, ou mettre le texte entre guillemets s'il contient « : » ou « # »"
)
_SYNTAX = (_("syntaxe YAML incorrecte"), _INDENT)
_BRACKETS = (
    _("ce crochet, cette accolade ou ce guillemet n'est jamais refermé"),
    _("le refermer"),
)
_YAML_REASONS = {
    "mapping values are not allowed": (_("« : » inattendu"), _INDENT),
    "could not find expected ':'": (
        _("« : » attendu après la clé"),
        _INDENT,
    ),
    "did not find expected key": (
        _("clé attendue : l'indentation change au milieu d'un bloc"),
        _INDENT,
    ),
    "did not find expected '-' indicator": (
        _("« - » attendu : la liste n'est pas alignée"),
        _INDENT,
    ),
    "expected ',' or": (
        _("virgule ou fermeture attendue dans la liste"),
        _("refermer la liste, ou mettre entre guillemets ce qui contient une virgule ou un crochet"),
    ),
    "found another document": (
        _("un seul document par fichier (« --- » en trop)"),
        _("ôter la ligne « --- » et ce qui suit"),
    ),
    "undefined alias": (
        _("alias « * » sans ancre « & »"),
        _("mettre entre guillemets un texte qui commence par « * »"),
    ),
    "unexpected end of stream": _BRACKETS,
    "expected alphabetic or numeric character": (
        _("« * » et « & » ont un sens particulier en YAML"),
        QUOTES,
    ),
    "cannot start any token": (
        _("une valeur ne commence pas par ce caractère"),
        QUOTES,
    ),
    "maximum nesting depth": (
        _("trop de niveaux imbriqués"),
        _("écrire plus simplement"),
    ),
    "invalid Unicode character escape code": _FORBIDDEN,
    "unknown escape character": (
        _("« \\ » mal employé entre guillemets doubles"),
        _("employer des guillemets simples : '…'"),
    ),
    "could not determine a constructor": (
        _("« ! » donne un type, et aucun n'est admis ici"),
        QUOTES,
    ),
}
_TRAILING = "Illegal trailing comma"
_JSON_REASONS = {
    "Expecting property name": (
        _("nom de propriété attendu, entre guillemets doubles"),
        _("ôter une virgule en trop, ou ajouter les guillemets"),
    ),
    _TRAILING: (
        _("virgule en trop après le dernier élément"),
        _("l'ôter"),
    ),
    "Expecting ',' delimiter": (
        _("virgule attendue avant ceci"),
        _("ajouter la virgule qui manque, ou refermer l'accolade"),
    ),
    "Expecting ':' delimiter": (
        _("« : » attendu après le nom de la propriété"),
        _("ajouter « : »"),
    ),
    "Expecting value": (
        _("valeur attendue"),
        _("un texte se met entre guillemets doubles ; ôter une virgule en trop"),
    ),
    "Extra data": (
        _("du texte suit la fin du document"),
        _("l'effacer, ou ôter l'accolade en trop"),
    ),
    "Unterminated string": (
        _("guillemets jamais refermés"),
        _("les refermer"),
    ),
}
_JSON_SYNTAX = (
    _("syntaxe JSON incorrecte"),
    _("corriger à cet endroit"),
)


def _explain_syntax_error(
    message: str, known: Mapping[str, tuple[Message, Message]]
) -> tuple[Message, Message]:
    default = _JSON_SYNTAX if known is _JSON_REASONS else _SYNTAX
    return next((said for words, said in known.items() if words in message), default)
