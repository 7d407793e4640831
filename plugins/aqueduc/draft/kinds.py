"""How each kind of source is drafted: what a person says of it, and the first look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.looks import SourceInspection
from aqueduc.draft.request import BadDraftRequest, DraftRequest, find_options
from aqueduc.language import _
from aqueduc.sources import SOURCES


@dataclass(frozen=True)
class SourceDrafting:
    """How a kind of source is drafted. ``choose``: from the name of the dataset, the connection and what to
    read there; raises BadDraftRequest. ``look`` raises ConnectionMissing, SourceError. ``recognise``: from
    the name of the dataset, and a text as somebody has it before any connection is made; None for a text of
    another kind; raises BadDraftRequest."""

    choose: Callable[[str, str, str], DraftRequest]
    look: Callable[[DraftRequest, DraftSandbox], SourceInspection]
    recognise: Callable[[str, str], DraftRequest | None] = lambda *_: None


def drafting_of(kind: str) -> SourceDrafting:
    """The drafting of a kind of source. Raises BadDraftRequest for a kind that is not drafted."""
    drafting: SourceDrafting = SOURCES.load(kind, find_options(kind).module)
    return drafting


def recognise_source(name: str, text: str) -> DraftRequest:
    """The request that a path or an address makes, as somebody has it before any connection is made. Raises
    BadDraftRequest."""
    kinds = (kind.name for kind in SOURCES.own() if kind.draft)
    found = next(filter(None, (drafting_of(kind).recognise(name, text) for kind in kinds)), None)
    if found is None:
        raise BadDraftRequest(_("ce n'est ni un fichier qui existe, ni une adresse http(s)"))
    return found
