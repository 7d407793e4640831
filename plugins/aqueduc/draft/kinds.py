"""How each kind of source is drafted: what a person says of it, and the first look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aqueduc.draft.bench import Bench
from aqueduc.draft.looks import Look
from aqueduc.draft.wanted import Misspelt, Wanted, find_options
from aqueduc.sources import SOURCES


@dataclass(frozen=True)
class SourceDrafting:
    """``choose``: from the name of the dataset, the connection and what to read there; raises Misspelt.
    ``look`` raises ConnectionMissing, SourceError. ``recognise``: from the name of the dataset, and a text as
    somebody has it before any connection is made; None for a text of another kind; raises Misspelt."""

    choose: Callable[[str, str, str], Wanted]
    look: Callable[[Wanted, Bench], Look]
    recognise: Callable[[str, str], Wanted | None] = lambda *_: None


def drafting_of(kind: str) -> SourceDrafting:
    """Raises Misspelt for a kind that is not drafted."""
    drafting: SourceDrafting = SOURCES.load(kind, find_options(kind).module)
    return drafting


def recognise_source(name: str, text: str) -> Wanted:
    """A path or an address, as somebody has it before any connection is made. Raises Misspelt."""
    kinds = (kind.name for kind in SOURCES.own() if kind.draft)
    found = next(filter(None, (drafting_of(kind).recognise(name, text) for kind in kinds)), None)
    if found is None:
        raise Misspelt("ce n'est ni un fichier qui existe, ni une adresse http(s)")
    return found
