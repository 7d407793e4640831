"""A declaration laid out as a careful colleague would: keys in a chosen order, comments where they help.

PyYAML writes no comments; here a document is a list of ``YamlLine``, and what comes out, read back, is
exactly the values that went in."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aqueduc.declaration.vocabulary import UNDECIDED
from aqueduc.draft.yamltext import WIDTH, comment, flow, quote_text, scalar

_STEP = "  "

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class YamlLine:
    """A key of a YAML mapping with its value. ``above``: comments before it, each wrapped by itself (an empty
    one is a blank line); ``beside``: a comment at its end.

    ``value`` is a scalar, a list of scalars, a small mapping (``{generalise: month}``, on one line if it
    fits), or the lines of a mapping of its own.
    """

    key: str
    value: Scalar | Mapping[str, Scalar] | Sequence[Scalar] | Sequence[YamlLine]
    above: tuple[str, ...] = ()
    beside: str = ""


def to_decide(question: str) -> str:
    """The value of what a person must settle: the declaration is refused until it is."""
    return f"{UNDECIDED} : {question}"


def document(lines: Sequence[YamlLine], header: Sequence[str] = ()) -> str:
    """The YAML text of a mapping, under a ``header`` of comments."""
    return "\n".join([*_comments(header, ""), *_mapping(lines, "")]) + "\n"


def _mapping(lines: Sequence[YamlLine], indent: str) -> Iterator[str]:
    for line in lines:
        yield from _comments(line.above, indent)
        yield from _entry(line, indent)


def _comments(texts: Sequence[str], indent: str) -> Iterator[str]:
    for text in texts:
        yield from comment(text, indent) if text else [""]


def _entry(line: YamlLine, indent: str) -> Iterator[str]:
    start, beside = f"{indent}{_block(line.key)}:", f"  # {line.beside}" if line.beside else ""
    value = line.value
    if isinstance(value, str) and _folds(value, len(start + beside)):
        yield f"{start} >-{beside}"
        yield from _fold_text(value, indent + _STEP)
    elif isinstance(value, Mapping):
        inside = ", ".join(f"{_flow(key)}: {_flow(item)}" for key, item in value.items())
        on_one_line = f"{start} {{{inside}}}{beside}"
        short = len(on_one_line) <= WIDTH or not value
        lines = [YamlLine(key, item) for key, item in value.items()]
        yield from [on_one_line] if short else _several(start, lines, indent, beside)
    elif isinstance(value, str) or not isinstance(value, Sequence):
        yield f"{start} {_block(value)}{beside}"
    else:
        yield from _several(start, value, indent, beside)


def _several(
    start: str, value: Sequence[Scalar] | Sequence[YamlLine], indent: str, beside: str
) -> Iterator[str]:
    lines = [item for item in value if isinstance(item, YamlLine)]
    if lines:
        yield start + beside
        yield from _mapping(lines, indent + _STEP)
        return
    items = [item for item in value if not isinstance(item, YamlLine)]
    on_one_line = f"{start} [{', '.join(map(_flow, items))}]"
    if len(on_one_line) <= WIDTH:
        yield on_one_line + beside
        return
    yield start + beside
    yield from (f"{indent}{_STEP}- {_block(item)}" for item in items)


def _block(value: Scalar) -> str:
    """On one line, whatever it holds."""
    return quote_text(value) if isinstance(value, str) and not value.isprintable() else scalar(value)


def _flow(value: Scalar) -> str:
    return quote_text(value) if isinstance(value, str) and not value.isprintable() else flow(value)


def _folds(text: str, taken: int) -> bool:
    """Whether a text is too long for its line, and such that a folded block gives it back exactly."""
    if taken + len(text) <= WIDTH - 4 and "\n" not in text:
        return False
    return text == text.strip() and all(
        part.isprintable() and part == part.strip() and "  " not in part for part in text.split("\n")
    )


def _fold_text(text: str, indent: str) -> Iterator[str]:
    """A line break of the text is an empty line; others are where the lines grow too long."""
    for rank, part in enumerate(text.split("\n")):
        if rank:
            yield ""
        yield from textwrap.wrap(
            part,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
