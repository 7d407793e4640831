"""Labels that say things and places: what a city owns, buys, plants and keeps open, by the head of the label.

In French the head comes first: « piste d'athlétisme » is a track, « poteau incendie n° 4 » a post. The lists
are of the language and of a city's inventories, not of any file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan.lexicon import words_of
from aqueduc.anonymise.scan.names import fold, read_list
from aqueduc.anonymise.scan.patterns import L

# Bought and used up; put up and looked after; planted or kept; open to the public; done to them.
SORTS = {
    "goods": "goods.txt",
    "fixture": "fixtures.txt",
    "living": "living.txt",
    "premises": "premises.txt",
    "works": "works.txt",
}
_BITS = {sort: 1 << rank for rank, sort in enumerate(SORTS)}
_BEFORE_A_HEAD = frozenset(
    words_of(
        "le la les un une des du de petit petite petits petites grand grande grands grandes ancien anciens"
    )
    + words_of("ancienne anciennes nouveau nouvelle nouveaux nouvelles vieux vieille mini double triple")
)
_BEFORE = rf"(?i:(?:{'|'.join(sorted(_BEFORE_A_HEAD))}|[0-9]+) |l'|d')"
_HEAD = re.compile(
    rf"(?:[A-Za-z]{{0,3}}[ -]?[0-9]{{1,4}}[ ]?[-: ][ ]?)?{_BEFORE}{{0,3}}([{L}]+(?:-[{L}]+)*)(?![{L}])"
)


def thing_labels(cells: pa.StringArray) -> Mapping[str, Any]:
    """One boolean a cell for each of ``SORTS``: whether the head of the label is in its list."""
    words = pc.list_element(pc.split_pattern(cells, " ", max_splits=1), 0).dictionary_encode()
    of_word = np.fromiter(map(_sorts_of_first, words.dictionary.to_pylist()), np.int64, len(words.dictionary))
    found = of_word[words.indices.to_numpy()]
    past = np.flatnonzero(found < 0)
    found[past] = [_sorts_past_the_first(label) for label in cells.take(pa.array(past)).to_pylist()]
    return {sort: found & bit != 0 for sort, bit in _BITS.items()}


def _sorts_of_first(word: str) -> int:
    """Of the head as bits; below zero where a rank, an article or an adjective stands before it."""
    return _sorts_of(word) if word.isalpha() and word.lower() not in _BEFORE_A_HEAD else -1


def _sorts_past_the_first(label: str) -> int:
    found = _HEAD.match(label)
    return _sorts_of(found.group(1)) if found else 0


@lru_cache(maxsize=50_000)
def _sorts_of(head: str) -> int:
    """Of the head as it is, or in the singular, or of its first part: WIFI-HALLES is a point of wifi."""
    word = fold(head)
    known = _sorts_by_word()
    for form in (word, re.sub("[sx]$", "", word), re.sub("aux$", "al", word), word.partition("-")[0]):
        if form in known:
            return known[form]
    return 0


def is_thing(word: str) -> bool:
    """Whether a folded word is in one of the lists, in the singular or the plural."""
    return bool(_sorts_of(word))


@cache
def _sorts_by_word() -> Mapping[str, int]:
    known: Counter[str] = Counter()
    for sort, bit in _BITS.items():
        known.update(dict.fromkeys(read_list(SORTS[sort]), bit))
    return known
