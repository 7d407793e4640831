"""Labels that say things and places: what a city owns, buys, plants and keeps open, by the head of the label.

In French the head comes first: « piste d'athlétisme » is a track, « poteau incendie n° 4 » a post. The lists
are of the language and of a city's inventories, not of any file.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan.lexicon import split_unique_words
from aqueduc.anonymise.scan.names import fold_case_accents, read_builtin_list
from aqueduc.anonymise.scan.patterns import L

# Bought and used up; put up and looked after; planted or kept; open to the public; done to them.
SORTS = {
    "goods": "goods.txt",
    "fixture": "fixtures.txt",
    "living": "living.txt",
    "premises": "premises.txt",
    "works": "works.txt",
}
# Looked after like a bench, and lived on: behind a number, one of them is an address.
_NUMBERED_WAYS = frozenset(split_unique_words("chemin quai square esplanade traverse"))
_BITS = {sort: 1 << rank for rank, sort in enumerate(SORTS)}
_BEFORE_A_HEAD = frozenset(
    split_unique_words(
        "le la les un une des du de petit petite petits petites grand grande grands grandes ancien anciens"
    )
    + split_unique_words(
        "ancienne anciennes nouveau nouvelle nouveaux nouvelles vieux vieille mini double triple"
    )
)
_BEFORE = rf"(?i:(?:{'|'.join(sorted(_BEFORE_A_HEAD))}|[0-9]+) |l'|d')"
_HEAD = re.compile(
    rf"(?:[A-Za-z]{{0,3}}[ -]?[0-9]{{1,4}}[ ]?[-: ][ ]?)?{_BEFORE}{{0,3}}([{L}]+(?:-[{L}]+)*)(?![{L}])"
)


def flag_thing_labels(cells: pa.StringArray) -> Mapping[str, Any]:
    """One boolean a cell for each of ``SORTS``: whether the head of the label is in its list."""
    words = pc.list_element(pc.split_pattern(cells, " ", max_splits=1), 0).dictionary_encode()
    known = np.fromiter(map(_classify_first_word_as_thing, words.dictionary.to_pylist()), np.int64)
    found = known[words.indices.to_numpy()]
    past = np.flatnonzero(found < 0)
    found[past] = [
        _classify_head_noun_after_qualifiers(label) for label in cells.take(pa.array(past)).to_pylist()
    ]
    return {sort: found & bit != 0 for sort, bit in _BITS.items()}


def list_thing_nouns_and_qualifiers() -> frozenset[str]:
    """The words, folded, that say a thing, and those that stand before one."""
    return _BEFORE_A_HEAD.union(_build_thing_bits_by_noun())


def _classify_first_word_as_thing(word: str) -> int:
    """Of the head as bits; below zero where a rank, an article or an adjective stands before it."""
    return _classify_head_noun(word) if word.isalpha() and word.lower() not in _BEFORE_A_HEAD else -1


def _classify_head_noun_after_qualifiers(label: str) -> int:
    found = _HEAD.match(label)
    if found is None or (label[0].isdigit() and found.group(1).lower() in _NUMBERED_WAYS):
        return 0
    return _classify_head_noun(found.group(1))


@lru_cache(maxsize=50_000)
def _classify_head_noun(head: str) -> int:
    """Of the head as it is, or in the singular, or of its first part: WIFI-HALLES is a point of wifi."""
    word = fold_case_accents(head)
    known = _build_thing_bits_by_noun()
    for form in (word, re.sub("[sx]$", "", word), re.sub("aux$", "al", word), word.partition("-")[0]):
        if form in known:
            return known[form]
    return 0


def is_thing_noun(word: str) -> bool:
    """Whether a folded word is in one of the lists, in the singular or the plural."""
    return bool(_classify_head_noun(word))


@cache
def _build_thing_bits_by_noun() -> Mapping[str, int]:
    known: Counter[str] = Counter()
    for sort, bit in _BITS.items():
        known.update(dict.fromkeys(read_builtin_list(SORTS[sort]), bit))
    return known
