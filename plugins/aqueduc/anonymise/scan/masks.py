"""Bits of many cells: an array of shape (cells, words) whose words hold 63 bits each, little end first.

One cell's bits are also written as one Python integer, as the counts of a column keep them: an integer of any
size holds what a word of 64 bits cannot, and costs nothing where there are few.
"""

from __future__ import annotations

from typing import Any

import numpy as np

WORD = 63


def words_for(bits: int) -> int:
    return max(1, -(-bits // WORD))


def none(cells: int, words: int) -> Any:
    return np.zeros((cells, words), np.int64)


def put(masks: Any, bit: int, said: Any) -> None:
    """Sets one ``bit`` of the cells for which ``said`` (booleans) is true."""
    masks[:, bit // WORD] |= said.astype(np.int64) << bit % WORD


def has_any(masks: Any, wanted: int) -> Any:
    """Whether each cell has one of the bits of the integer ``wanted``."""
    return ((masks & _words(wanted, masks.shape[1])) != 0).any(axis=1)


def combinations(masks: Any) -> tuple[list[int], Any]:
    """The different rows, an integer each, and which of them each cell has."""
    first, which = np.unique(masks[:, 0], return_inverse=True)
    found = [int(word) for word in first]
    for rank in range(1, masks.shape[1]):
        word = masks[:, rank]
        if not word.any():
            continue
        more, of_word = np.unique(word, return_inverse=True)
        pairs, which = np.unique(which * len(more) + of_word, return_inverse=True)
        found = [found[pair // len(more)] | int(more[pair % len(more)]) << WORD * rank for pair in pairs]
    return found, which


def _words(wanted: int, words: int) -> Any:
    return np.array([wanted >> WORD * rank & (1 << WORD) - 1 for rank in range(words)], np.int64)
