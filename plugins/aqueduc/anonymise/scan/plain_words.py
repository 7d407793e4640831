"""Plain words that no list has: codes and references, of which a column may have millions.

What the scan says of such a word follows from its length, the case of its letters and its ending, unless one of the
patterns that look for a word finds it: one word of each form answers for all of them.
"""

from functools import cache, lru_cache
from string import ascii_lowercase, ascii_uppercase

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from aqueduc.anonymise.scan.cell_bytes import CellBytes, build_byte_set_table
from aqueduc.anonymise.scan.names import NameLists
from aqueduc.anonymise.scan.regex import find_matching_cells, find_matching_cells_or_flag_all
from aqueduc.anonymise.scan.things import list_thing_nouns_and_qualifiers
from aqueduc.anonymise.scan.tokens import FOREIGN_WORD, are_words_in_list, build_listed_words_and_plurals

MANY_CELLS = 1_000
"""From how many on it pays: the lists must be given to Arrow each time."""
_SHORTEST = 5
"""In letters: what a shorter word may be (initials, a trigram, a code) is asked of each."""
_UPPER, _LOWER = ascii_uppercase.encode(), ascii_lowercase.encode()


def compute_unlisted_word_forms(
    cells: pa.StringArray, names: NameLists, starts: tuple[str, ...]
) -> npt.NDArray[np.int64]:
    """The form of each cell, none of which is empty: cells of one form have the same features, those of the lists
    ``names`` among them. -1 of a cell that is no unlisted word, or in which one of the patterns ``starts``, those
    behind which features are, may be found."""
    read = CellBytes(cells)
    size = read.get_lengths()
    upper, lower = read.count_bytes_in_set(_UPPER), read.count_bytes_in_set(_LOWER)
    capital = (upper == 1) & (build_byte_set_table(_UPPER)[read.get_first_bytes()] != 0)
    plain = (upper + lower == size) & (size >= _SHORTEST) & ((upper == 0) | (lower == 0) | capital)
    forms = np.full(len(cells), -1, np.int64)
    ranks = np.flatnonzero(plain)
    words = cells.take(pa.array(ranks))
    left = ~_may_be_listed(words, names)
    for pattern in starts:
        left &= ~find_matching_cells_or_flag_all(words, pattern)
    ranks, words = ranks[left], words.filter(pa.array(left))
    case = np.where(lower[ranks] == 0, 2, upper[ranks])
    ending = find_matching_cells(pc.ascii_lower(words), f"^(?:{FOREIGN_WORD})$")
    voiced = find_matching_cells(words, "[AEIOUY]")
    forms[ranks] = ((size[ranks].astype(np.int64) * 3 + case) * 2 + ending) * 2 + voiced
    return forms


def _may_be_listed(words: pa.StringArray, names: NameLists) -> npt.NDArray[np.bool_]:
    """False of what no list has, in the plural neither, and that is no login made of a surname."""
    folded, surnames = pc.ascii_lower(words), _build_surname_array(names)
    return (
        are_words_in_list(folded, build_listed_words_and_plurals(names))
        | are_words_in_list(folded, _build_thing_head_word_forms())
        | are_words_in_list(pc.utf8_slice_codeunits(folded, 1), surnames)
        | are_words_in_list(pc.utf8_slice_codeunits(folded, 0, -1), surnames)
    )


@cache
def _build_thing_head_word_forms() -> pa.StringArray:
    heads = list_thing_nouns_and_qualifiers()
    plurals = (f"{word}{ending}" for word in heads for ending in ("s", "x"))
    return pa.array(
        [*heads, *plurals, *(f"{word[:-2]}aux" for word in heads if word.endswith("al"))], pa.string()
    )


@lru_cache(maxsize=8)
def _build_surname_array(names: NameLists) -> pa.StringArray:
    return pa.array(list(names.surnames), pa.string())
