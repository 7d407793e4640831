"""Several files read as one: environments over the declaration, column sets and the city's defaults under it.

Each value still knows where it is written, so that an error points there and ``trace_declaration_values`` can tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aqueduc.declaration.diagnostics.document import ABSENT, ParsedDocument, PathKey, get_value_at


class ValueOrigin(StrEnum):
    """Where a value comes from, the strongest first."""

    ENVIRONMENT = "environment"
    FILE = "file"
    COLUMN_SET = "column-set"
    DEFAULT = "default"
    BUILT_IN = "built-in"


@dataclass(frozen=True)
class ValueLayer:
    """``value`` is what ``document`` holds at ``at``; its paths hang below ``mount`` in the whole."""

    origin: ValueOrigin
    document: ParsedDocument
    value: Mapping[str, Any]
    at: PathKey = ()
    mount: PathKey = ()

    def convert_to_document_path(self, path: PathKey) -> PathKey | None:
        """The path in ``document`` of what the layer says of ``path``, if it says something."""
        size = len(self.mount)
        if path[:size] != self.mount or len(path) == size:
            return None
        below = path[size:]
        return (*self.at, *below) if get_value_at(self.value, below) is not ABSENT else None

    def list_values_by_path(self) -> Iterator[tuple[PathKey, Any]]:
        """The decisions it takes, each whole, by their path."""
        for key, value in self.value.items():
            if not self.mount and key in MERGED and isinstance(value, dict):
                yield from (((key, below), found) for below, found in value.items())
            else:
                yield (*self.mount, key), value


@dataclass(frozen=True, eq=False)
class LayeredDocument:
    """``layers``: the strongest first. ``document``: the declaration, where what is nowhere is missing."""

    document: ParsedDocument
    layers: tuple[ValueLayer, ...]
    value: Mapping[str, Any] = field(repr=False)

    def has_path(self, path: PathKey) -> bool:
        return get_value_at(self.value, path) is not ABSENT

    def find_document_holding_path(self, path: PathKey) -> tuple[ParsedDocument, PathKey]:
        """The document that says what ``path`` is, and the path in it."""
        layer, found = self.find_layer_holding_path(path)
        return (layer.document, found) if layer else (self.document, path)

    def find_layer_holding_path(self, path: PathKey) -> tuple[ValueLayer | None, PathKey]:
        """The layer that says what ``path`` is, and the path in its document."""
        branch = isinstance(get_value_at(self.value, path), dict)
        found = [
            (layer, at) for layer in self.layers if (at := layer.convert_to_document_path(path)) is not None
        ]
        if branch:  # several may hold a part of it: the declaration speaks for the whole
            found.sort(key=lambda pair: pair[0].origin is not ValueOrigin.FILE)
        return found[0] if found else (None, path)


def stack_layers(
    document: ParsedDocument, over: Sequence[ValueLayer] = (), under: Sequence[ValueLayer] = ()
) -> LayeredDocument:
    """``over`` and ``under`` from the strongest to the weakest; the declaration stands between them."""
    layers = (*over, ValueLayer(ValueOrigin.FILE, document, document.value), *under)
    value: dict[str, Any] = {}
    for layer in reversed(layers):
        value = merge_layer(value, layer)
    return LayeredDocument(document, layers, value)


def merge_layer(under: Mapping[str, Any], layer: ValueLayer) -> dict[str, Any]:
    """What ``under`` becomes with ``find_layer_holding_path`` over it."""
    value: Any = layer.value
    for key in reversed(layer.mount):
        value = {key: value}
    whole = dict(under)
    for key, found in value.items():
        whole[key] = _merge_values(whole.get(key), found, MERGED.get(key, 0))
    return whole


def _merge_values(below: Any, found: Any, depth: int) -> Any:
    if not depth or not isinstance(found, dict) or not isinstance(below, dict):
        return found
    kept = {key: value for key, value in below.items() if RIVALS.get(key) not in found}
    return {**kept, **{key: _merge_values(below.get(key), value, depth - 1) for key, value in found.items()}}


RIVALS = {"platform": "platforms", "platforms": "platform"}
"""Two ways to say one thing: the stronger layer's word takes the place of either."""

MERGED = {"columns": 1, "guards": 1, "platforms": 2, "privacy": 1, "publish": 1, "source": 1}
"""What is merged key by key, and on how many levels. Everything else is one decision and is taken whole: the
rule of a column, an access level with its readers, a split."""
