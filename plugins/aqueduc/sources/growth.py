"""How long what an expression gives may be, by the length of the cells that it reads.

DuckDB bounds what a query holds, not what one cell asks of it: a text replaced by a longer one, some times over, takes
all the memory of a server before any limit is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from aqueduc.language import _
from aqueduc.sources.expression_tree import ExpressionRefused, Node, get_constant_value, list_child_nodes

MOST_TIMES_LONGER = 2_000
MOST_CHARACTERS = 40_000
_PLAIN = 64
"""The characters of a number, a date, a boolean."""
_DIRECTIVE = 32
"""Of what a mark of a date format may write, which has two."""
_CUTTING = {"left": 1, "right": 1, "lpad": 1, "rpad": 1, "substring": 2}
"""Where is the length that they give, among their arguments."""
_SHORTER = frozenset(
    {"lower", "ltrim", "nullif", "regexp_extract", "rtrim", "split_part", "strip_accents", "trim", "upper"}
)
"""Those that give no more than their first argument."""
_JOINING = frozenset({"||", "concat", "concat_ws"})
_CHOOSING = frozenset({"greatest", "least"})


@dataclass(frozen=True)
class TextLengthBound:
    """At most ``times`` the longest cell of the row, and ``more`` characters."""

    times: float = 0
    more: float = 0

    def __add__(self, other: TextLengthBound) -> TextLengthBound:
        return TextLengthBound(self.times + other.times, self.more + other.more)

    def __mul__(self, factor: float) -> TextLengthBound:
        return TextLengthBound(self.times * factor, self.more * factor)


@dataclass(frozen=True)
class ExpressionTextBounds:
    """``given``: the text that an expression may give. ``held``: those that DuckDB makes on the way, all together."""

    given: TextLengthBound = TextLengthBound()
    held: TextLengthBound = TextLengthBound()


def compute_expression_text_bounds(node: Node) -> ExpressionTextBounds:
    """Raises ExpressionRefused where it, or what it is made of, could be too long."""
    operands = _list_case_operands(node) if node["class"] == "CASE" else list_child_nodes(node)
    below = [compute_expression_text_bounds(child) for child in operands]
    given = _compute_node_text_length(node, [one.given for one in below])
    made = TextLengthBound() if given is None or node["class"] in _READ else given
    held = sum((one.held for one in below), made)
    if given is None or held.times > MOST_TIMES_LONGER or held.more > MOST_CHARACTERS:
        raise ExpressionRefused(
            _(
                "les textes qu'elle fait pourraient être plus de {times} fois plus longs que ceux qu'elle lit, ou avoir "
                "plus de {characters} caractères"
            ).format(times=MOST_TIMES_LONGER, characters=MOST_CHARACTERS),
            _(
                "moins de « replace » l'un dans l'autre, ce qui remplace plus court ou sans colonne, ou left(…, 100) autour "
                "de ce qui est long"
            ),
        )
    return ExpressionTextBounds(given, held)


_READ = ("COLUMN_REF", "CONSTANT")
"""What is there already."""


def _list_case_operands(node: Node) -> list[Node]:
    """What it may give, each but the first before its condition."""
    checks = chain.from_iterable((one["then_expr"], one["when_expr"]) for one in node["case_checks"])
    return [node["else_expr"], *checks]


def _compute_node_text_length(node: Node, below: Sequence[TextLengthBound]) -> TextLengthBound | None:
    """None: it may be as long as two cells multiplied."""
    kind = node["class"]
    if kind == "COLUMN_REF":
        return TextLengthBound(times=1)
    if kind == "CONSTANT":
        return TextLengthBound(more=len(str(node["value"].get("value", ""))))
    if kind == "CASE":
        # A condition is not given.
        return _compute_longest_length((below[0], *below[1::2]))
    if kind == "CAST":
        return below[0] + TextLengthBound(more=_PLAIN)
    if node.get("type") == "OPERATOR_COALESCE":
        return _compute_longest_length(below)
    return _compute_function_text_length(node, below) if kind == "FUNCTION" else TextLengthBound(more=_PLAIN)


def _compute_function_text_length(node: Node, below: Sequence[TextLengthBound]) -> TextLengthBound | None:
    name, arguments = str(node["function_name"]).lower(), node["children"]
    if name == "replace":
        return _compute_replace_text_length(below, _get_constant_text(arguments[1:2]))
    if name == "regexp_replace":
        return _compute_regexp_replace_length(below, arguments)
    if name in _CUTTING:
        return _compute_truncating_function_length(name, below, arguments)
    if name in _SHORTER:
        return below[0]
    if name in _JOINING:
        # A separator of ``concat_ws`` stands between all the others.
        apart = below[0] * (len(below) - 2) if name == "concat_ws" and len(below) > 2 else TextLengthBound()
        return sum(below, apart)
    if name == "strftime":
        return sum(below, TextLengthBound()) * (_DIRECTIVE / 2) + TextLengthBound(more=_PLAIN)
    return _compute_longest_length(below) if name in _CHOOSING else TextLengthBound(more=_PLAIN)


def _compute_truncating_function_length(
    name: str, below: Sequence[TextLengthBound], arguments: Sequence[Node]
) -> TextLengthBound:
    place = _CUTTING[name]
    length = get_constant_value(arguments[place]) if len(arguments) > place else None
    if isinstance(length, int) and 0 <= length <= MOST_CHARACTERS:
        return TextLengthBound(more=length)
    return below[0]


def _compute_replace_text_length(below: Sequence[TextLengthBound], sought: str) -> TextLengthBound | None:
    text, _sought, written = (*below, TextLengthBound(), TextLengthBound(), TextLengthBound())[:3]
    if text.times and written.times:
        return None
    if written.times:
        return written * max(1.0, text.more) + text
    return text * max(1.0, written.more / max(1, len(sought)))


def _compute_regexp_replace_length(
    below: Sequence[TextLengthBound], arguments: Sequence[Node]
) -> TextLengthBound | None:
    """What stands for a match may repeat it, and a match may be of nothing, before each character and at the end."""
    text, _pattern, written = (*below, TextLengthBound(), TextLengthBound(), TextLengthBound())[:3]
    if written.times:
        return None
    constant = len(arguments) > 2 and arguments[2]["class"] == "CONSTANT"
    repeated = _get_constant_text(arguments[2:3]).count("\\") if constant else written.more / 2
    every = written.more if len(arguments) > 3 else 0
    return text * (1 + repeated + every) + written


def _get_constant_text(nodes: Sequence[Node]) -> str:
    """The text that the only one of ``nodes`` is; empty where it is none."""
    value = get_constant_value(nodes[0]) if nodes else None
    return value if isinstance(value, str) else ""


def _compute_longest_length(lengths: Iterable[TextLengthBound]) -> TextLengthBound:
    every = list(lengths)
    return TextLengthBound(max(one.times for one in every), max(one.more for one in every))
