"""Bits of cells in several words say what a set of bits a cell would."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aqueduc.anonymise.scan import masks

BITS = 150
CELLS = st.lists(st.frozensets(st.integers(0, BITS - 1), max_size=4), max_size=30)


def words(cells: list[frozenset[int]]):
    made = masks.create_empty_bitmasks(len(cells), masks.count_bitmask_words(BITS))
    for bit in range(BITS):
        masks.BitmaskRows(made, np.arange(len(cells))).set_bit(
            bit, np.array([bit in cell for cell in cells], bool)
        )
    return made


@given(CELLS, st.frozensets(st.integers(0, BITS - 1)))
def test_a_cell_has_any_of_the_bits_that_its_set_meets(cells, wanted):
    asked = masks.has_any_bit(words(cells), sum(1 << bit for bit in wanted))
    assert asked.tolist() == [not wanted.isdisjoint(cell) for cell in cells]


@given(CELLS)
def test_combinations_are_the_different_sets(cells):
    found, which = masks.group_equal_bitmasks(words(cells))
    assert len(set(found)) == len(found)
    assert Counter(found[rank] for rank in which) == Counter(sum(1 << bit for bit in cell) for cell in cells)


def test_sixty_three_bits_fill_a_word():
    assert [masks.count_bitmask_words(bits) for bits in (0, 1, 63, 64, 126, 127)] == [1, 1, 1, 2, 2, 3]
