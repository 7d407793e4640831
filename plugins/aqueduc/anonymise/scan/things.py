"""Labels that say things and places: what a city owns, buys, plants and keeps open, by the head of the label.

In French the head comes first: « piste d'athlétisme » is a track, « poteau incendie n° 4 » a post. The lists
are of the language and of a city's inventories, not of any file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
_BEFORE = (
    r"(?i:(?:les?|la|une?|du|des|[0-9]+|petite?s?|grande?s?|ancien(?:ne)?s?|nouvelles?|nouveaux?|vieux|vieille"
    r"|mini|double|triple) |l'|d')"
)
_HEAD = rf"^(?:[A-Za-z]{{0,3}}[ -]?[0-9]{{1,4}}[ ]?[-: ][ ]?)?{_BEFORE}{{0,3}}([{L}]+(?:-[{L}]+)*)?.*$"


def thing_labels(cells: pa.StringArray) -> Mapping[str, Any]:
    """One boolean a cell for each of ``SORTS``: whether the head of the label is in its list."""
    heads = pc.replace_substring_regex(cells, _HEAD, r"\1").dictionary_encode()
    ranks = heads.indices.to_numpy(zero_copy_only=False)
    found = [_sorts_of(head) for head in heads.dictionary.to_pylist()]
    return {sort: np.fromiter((sort in sorts for sorts in found), bool, len(found))[ranks] for sort in SORTS}


def _sorts_of(head: str) -> frozenset[str]:
    """Of the head as it is, or in the singular, or of its first part: WIFI-HALLES is a point of wifi."""
    word = fold(head)
    known = _sorts_by_word()
    for form in (word, re.sub("[sx]$", "", word), re.sub("aux$", "al", word), word.partition("-")[0]):
        if form in known:
            return known[form]
    return frozenset()


def is_thing(word: str) -> bool:
    """Whether a folded word is in one of the lists, in the singular or the plural."""
    return bool(_sorts_of(word))


@cache
def _sorts_by_word() -> Mapping[str, frozenset[str]]:
    lists = {sort: frozenset(read_list(name)) for sort, name in SORTS.items()}
    return {
        word: frozenset(sort for sort, words in lists.items() if word in words)
        for word in frozenset().union(*lists.values())
    }
