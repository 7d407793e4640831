"""How each kind of source is drafted: what a person says of it, and the first look at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aqueduc.draft.bench import DraftSandbox, ExtractedTable
from aqueduc.draft.request import DraftRequest, InvalidDraftRequest, get_draft_options_of_source_kind
from aqueduc.language import Sentence, _
from aqueduc.sources import SOURCES


@dataclass(frozen=True)
class SourceDraftingFunctions:
    """How a kind of source is drafted. ``choose``: from the name of the dataset, the connection and what to
    read there; raises InvalidDraftRequest. ``look`` raises ConnectionMissing, SourceError. ``recognise``: from
    the name of the dataset, and a text as somebody has it before any connection is made; None for a text of
    another kind; raises InvalidDraftRequest."""

    choose: Callable[[str, str, str], DraftRequest]
    look: Callable[[DraftRequest, DraftSandbox], SourceInspection]
    recognise: Callable[[str, str], DraftRequest | None] = lambda *_: None


def load_source_drafting_functions(kind: str) -> SourceDraftingFunctions:
    """The drafting of a kind of source. Raises InvalidDraftRequest for a kind that is not drafted."""
    drafting: SourceDraftingFunctions = SOURCES.load_object_by_reference(
        kind, get_draft_options_of_source_kind(kind).module
    )
    return drafting


def build_draft_request_from_path_or_url(name: str, text: str) -> DraftRequest:
    """The request that a path or an address makes, as somebody has it before any connection is made. Where two
    kinds recognise it, the later one of the registry is the more particular. Raises InvalidDraftRequest."""
    kinds = reversed([kind.name for kind in SOURCES.list_builtin_kinds() if kind.draft])
    found = next(
        filter(None, (load_source_drafting_functions(kind).recognise(name, text) for kind in kinds)), None
    )
    if found is None:
        raise InvalidDraftRequest(_("ce n'est ni un fichier qui existe, ni une adresse http(s)"))
    return found


# --- a first look -------------------------------------------------------------------------------------------


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
    written: bool = False
    """All its cells are texts: a point in one stands as somebody, or a program, wrote it."""
    typed: bool = False
    """Its numbers are kept as such: text that looks like one was meant as text."""
    whole: bool = True
    subject: str = ""
    comments: Mapping[str, str] = field(default_factory=dict)
    native: Mapping[str, str] = field(default_factory=dict)
    """Types as the database calls them."""
    keys: Sequence[tuple[str, ...]] = ()
    """Unique constraints the database knows."""
    notes: tuple[SourceNote, ...] = ()
    licence: str = ""
    licence_urls: tuple[str, ...] = ()
    """What a record there says of it: its name, and its addresses."""
    headless: bool = False
    """No row names the columns: they are called by their rank."""
    unnamed: frozenset[str] = frozenset()
    """The columns that are called by their rank, for their name looks like data."""
