"""A query, parsed: a tree of frozen nodes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Occur(Enum):
    """Whether a document must, may or must not match a clause."""

    MUST = "+"
    SHOULD = ""
    MUST_NOT = "-"


@dataclass(frozen=True)
class Everything:
    """Matches every document."""


@dataclass(frozen=True)
class Term:
    """One word or pattern; `text` is still escaped, since an escaped star is no wildcard."""

    field: str
    text: str


@dataclass(frozen=True)
class Phrase:
    """Words in a row."""

    field: str
    text: str


@dataclass(frozen=True)
class Range:
    """Between two bounds, `*` being open."""

    field: str
    low: str
    high: str
    low_included: bool
    high_included: bool


@dataclass(frozen=True)
class Boost:
    """A clause that counts `factor` times."""

    factor: float
    node: Node


@dataclass(frozen=True)
class Boolean:
    """Clauses, each with its occurrence."""

    clauses: tuple[tuple[Occur, Node], ...]


@dataclass(frozen=True)
class UserWords:
    """dismax: each word is looked for in all of `fields` (name, weight)."""

    clauses: tuple[tuple[Occur, str], ...]
    fields: tuple[tuple[str, float], ...]
    minimum: str
    tie: float


Node = Everything | Term | Phrase | Range | Boost | Boolean | UserWords
