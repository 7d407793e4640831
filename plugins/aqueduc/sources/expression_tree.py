"""The tree of an expression, as DuckDB's parser gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aqueduc.language import Sentence

Node = Mapping[str, Any]


class ExpressionRefused(Exception):
    """What is wrong with an expression, and what to do. Internal to this package."""

    def __init__(self, what: Sentence, remedy: Sentence) -> None:
        super().__init__(what, remedy)
        self.what, self.remedy = what, remedy


def list_child_nodes(node: Node) -> Iterator[Node]:
    """Whatever stands below it, wherever that is: a child that is nowhere looked for would go unseen."""
    for value in node.values():
        yield from _find_nearest_nodes(value)


def get_constant_value(node: Node) -> Any:
    """The value that it is; None for whatever is computed, and for NULL."""
    return node["value"].get("value") if node["class"] == "CONSTANT" else None


def _find_nearest_nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        if "class" in value:
            yield value
        else:
            for below in value.values():
                yield from _find_nearest_nodes(below)
    elif isinstance(value, list):
        for below in value:
            yield from _find_nearest_nodes(below)
