"""A first look at a source: how a declaration would say it, and its rows as they are, all as text.

Each kind of source has its module; what they bring back is a ``SourceInspection``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aqueduc.draft.bench import ExtractedTable
from aqueduc.language import Sentence


@dataclass(frozen=True)
class SourceNote:
    """Something found about the source as a whole, in French, without any cell of it. ``doubt``: to be
    checked."""

    text: Sentence
    doubt: bool = False


@dataclass(frozen=True)
class OpenQuestion:
    """What a person must settle: a question and YAML values to choose from, the safest first.

    Without options, the answer is a text of one's own.
    """

    question: Sentence
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceInspection:
    """A source as a first look finds it: ``source`` is the ``source:`` of the declaration; its values are
    YAML texts, or ``OpenQuestion``.

    ``decimal`` and ``date`` may be declared where ``lexical`` (a source of text). ``comments`` are the
    database's own words on a column; ``subject`` those on the table. ``whole`` False: only the first rows
    were read.
    """

    source: Mapping[str, Any]
    raw: ExtractedTable
    sql: str | None = None
    sql_comment: str = ""
    """What a person who opens the query reads first."""
    lexical: bool = True
    spreadsheet: bool = False
    whole: bool = True
    subject: str = ""
    comments: Mapping[str, str] = field(default_factory=dict)
    native: Mapping[str, str] = field(default_factory=dict)
    """Types as the database calls them."""
    keys: Sequence[tuple[str, ...]] = ()
    """Unique constraints the database knows."""
    notes: tuple[SourceNote, ...] = ()
