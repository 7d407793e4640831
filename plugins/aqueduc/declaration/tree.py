"""YAML (and JSON, which is YAML) read with the place of every key and value, so that errors can point.

Refuses what makes a declaration ambiguous or dangerous: duplicate keys, several documents, aliases that
multiply (a "YAML bomb"), files beyond a size, bytes that are not UTF-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from aqueduc.declaration.problems import (
    TOP,
    DuplicateKey,
    NotAMapping,
    NotReadable,
    NotUtf8,
    NotYaml,
    Place,
    Problem,
    TooBig,
    TooManyNodes,
)

MAX_BYTES = 1_000_000
MAX_NODES = 50_000

PathKey = tuple[str | int, ...]

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """``value`` is plain Python; ``keys`` and ``values`` give the place of each key and value by its path."""

    file: str
    lines: tuple[str, ...]
    value: dict[str, Any]
    keys: Mapping[PathKey, Place]
    values: Mapping[PathKey, Place]

    def key_place(self, path: PathKey) -> Place:
        """The place of the key at ``path``; of the nearest enclosing one that was written, if it was not."""
        for size in range(len(path), 0, -1):
            place = self.keys.get(path[:size]) or self.values.get(path[:size])
            if place:
                return place
        return TOP

    def value_place(self, path: PathKey) -> Place:
        return self.values.get(path) or self.key_place(path)

    def line(self, number: int) -> str:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


class Unreadable(Exception):
    """The file is not a document at all; ``problem`` says why. Internal to this package."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read_document(path: Path, shown: str) -> Document:
    """Reads ``path``; ``shown`` is how messages name it. Raises Unreadable."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise Unreadable(NotReadable(file=shown, detail={"reason": error.strerror or "illisible"})) from None
    if size > MAX_BYTES:
        raise Unreadable(TooBig(file=shown, detail={"bytes": size, "limit": MAX_BYTES}))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(NotUtf8(file=shown, place=Place(line, 1, 1), detail={"line": line})) from None
    return _Builder(shown, tuple(text.splitlines())).build(text)


class _Builder:
    """Walks the node graph once, building values and places; counts nodes so that a bomb cannot go off."""

    def __init__(self, shown: str, lines: tuple[str, ...]) -> None:
        self.shown = shown
        self.lines = lines
        self.keys: dict[PathKey, Place] = {}
        self.values: dict[PathKey, Place] = {}
        self.nodes = 0

    def build(self, text: str) -> Document:
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            self.loader = loader
            value = self._value(root, ()) if root is not None else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(mark.line + 1, mark.column + 1, 1) if mark else TOP
            line = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
            raise self._stop(NotYaml, place, {"reason": _reason(error, line)}) from None
        except yaml.YAMLError:
            raise self._stop(NotYaml, TOP, {"reason": "caractère interdit"}) from None
        finally:
            loader.dispose()
        if not isinstance(value, dict):
            raise self._stop(NotAMapping, TOP, {})
        return Document(self.shown, self.lines, value, self.keys, self.values)

    def _stop(self, kind: type[Problem], place: Place, detail: dict[str, Any]) -> Unreadable:
        text = self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""
        return Unreadable(kind(file=self.shown, place=place, text=text, detail=detail))

    def _value(self, node: yaml.Node, path: PathKey) -> Any:
        self.nodes += 1
        place = _place(node)
        if self.nodes > MAX_NODES:
            raise self._stop(TooManyNodes, place, {"limit": MAX_NODES})
        self.values[path] = place
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(child, (*path, rank)) for rank, child in enumerate(node.value)]
        try:
            return self.loader.construct_object(node)
        except ValueError:
            raise self._stop(NotYaml, place, {"reason": "valeur impossible (date ou nombre)"}) from None

    def _mapping(self, node: yaml.MappingNode, path: PathKey) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            # Keys are always text: a column may well be called 2024, or « on ».
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            place = _place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._stop(NotYaml, place, {"reason": "une clé doit être un simple texte"})
            if key in found:
                first = self.keys[(*path, key)].line
                raise self._stop(DuplicateKey, place, {"key": key, "first": first})
            self.keys[(*path, key)] = place
            found[key] = self._value(value_node, (*path, key))
        return found


def _place(node: yaml.Node) -> Place:
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Place(start.line + 1, start.column + 1, max(1, width))


def _reason(error: yaml.MarkedYAMLError, line: str) -> str:
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "tabulation interdite : indenter avec des espaces"
    known = {
        "mapping values are not allowed": "« : » inattendu (indentation, ou guillemets manquants ?)",
        "could not find expected ':'": "« : » attendu après la clé",
        "did not find expected key": "clé attendue : l'indentation change au milieu d'un bloc",
        "but found another document": "un seul document par fichier (« --- » en trop)",
        "found undefined alias": "alias « * » sans ancre « & »",
        "found unexpected end of stream": "guillemets ou crochets jamais refermés",
    }
    said = f"{error.context or ''} {error.problem or ''}"
    return next((french for english, french in known.items() if english in said), "syntaxe YAML incorrecte")
