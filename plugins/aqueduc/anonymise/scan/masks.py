"""Bits of many cells: an array of shape (cells, words) whose words hold 63 bits each, little end first.

One cell's bits are also written as one Python integer, as the counts of a column keep them: an integer of any
size holds what a word of 64 bits cannot, and costs nothing where there are few.

Most bits are set in few cells: what finds them writes them where they are, and makes no array of its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

WORD = 63


def count_bitmask_words(bits: int) -> int:
    return max(1, -(-bits // WORD))


def create_empty_bitmasks(cells: int, words: int) -> Any:
    """No bit, a column of memory for each word."""
    return np.zeros((cells, words), np.int64, order="F")


class BitmaskRows(NamedTuple):
    """Those of the rows of ``masks`` that have these ``ranks``."""

    masks: Any
    ranks: Any

    def set_bit(self, bit: int, said: Any) -> None:
        """Sets one ``bit`` of the rows for which ``said`` (booleans) is true."""
        at = self.ranks[np.flatnonzero(said)]
        self.masks[:, bit // WORD][at] |= 1 << bit % WORD

    def select_rows(self, which: Any) -> BitmaskRows:
        return BitmaskRows(self.masks, self.ranks[which])

    def copy_rows(self, sources: Any, targets: Any) -> None:
        """Gives each of ``targets`` the bits of the row of the same place in ``sources``."""
        for word in range(self.masks.shape[1]):
            column = self.masks[:, word]
            column[self.ranks[targets]] = column[self.ranks[sources]]

    def have_any_bit(self, wanted: int) -> Any:
        """Whether each row has one of the bits of the integer ``wanted``."""
        return has_any_bit(self.masks[self.ranks], wanted)


def has_any_bit(masks: Any, wanted: int) -> Any:
    """Whether each cell has one of the bits of the integer ``wanted``."""
    return ((masks & _split_bitmask_words(wanted, masks.shape[1])) != 0).any(axis=1)


def has_all_bits(masks: Any, needed: int) -> Any:
    """Whether each cell has every bit of the integer ``needed``."""
    words = _split_bitmask_words(needed, masks.shape[1])
    return ((masks & words) == words).all(axis=1)


def group_equal_bitmasks(masks: Any) -> tuple[list[int], Any]:
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


def _split_bitmask_words(wanted: int, words: int) -> Any:
    return np.array([wanted >> WORD * rank & (1 << WORD) - 1 for rank in range(words)], np.int64)
