"""Rows as numbers: as many for as many texts, and what one file has that another has not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.disclosure import row_hashes
from tests.examples import share

texts = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.text("a\0", max_size=20),
    st.sampled_from(["12345678", "1234567890123456"]),
)
"""Zeros, which fill what is left of the last eight bytes, are texts too."""


@given(st.lists(texts, max_size=30), st.integers(0, 30))
@example([None, "", "\0", "a", "a\0", "a\0\0\0\0\0\0\0", "aaaaaaaa", "aaaaaaaa\0"], 3)
@settings(max_examples=share(60), deadline=None)
def test_texts_have_the_same_number_where_they_are_the_same(cells: list[str | None], start: int) -> None:
    column = pa.array(cells, pa.string())
    found = row_hashes._hash_texts(column)
    assert len(set(zip(found.tolist(), cells, strict=True))) == len(set(cells)) == len(set(found.tolist()))
    # A part of a column, which Arrow reads from where it begins, and cells of their own.
    assert found[start:].tolist() == row_hashes._hash_texts(column[start:]).tolist()
    alone = [row_hashes._hash_texts(pa.array([cell], pa.string()))[0] for cell in cells]
    assert found.tolist() == [int(one) for one in alone]


def test_a_million_codes_that_look_alike_have_a_million_numbers() -> None:
    codes = pa.array([f"DOSSIER-{n:07}-{n % 7}" for n in range(1_000_000)])
    found = row_hashes._hash_texts(codes)
    assert len(np.unique(found)) == len(codes)
    # Each of the bits is there half of the time, within eight standard deviations.
    for bit in range(64):
        share_of_ones = float(np.mean(found >> np.uint64(bit) & np.uint64(1)))
        assert abs(share_of_ones - 0.5) < 8 * 0.5 / 1_000


@pytest.mark.parametrize("prefix", ["0000000", "LOT-204", "0000001", "0000042"])
def test_codes_that_differ_by_the_eighth_of_their_characters_and_those_under_it(prefix: str) -> None:
    """What one change of eight bytes does to their number, another of the next eight must not undo."""
    digits = range(10)
    codes = [f"{prefix}{a}-10{b}-20{c}" for a in digits for b in digits for c in digits]
    assert len(np.unique(row_hashes._hash_texts(pa.array(codes)))) == len(codes)


def test_long_texts_have_the_same_number_where_they_are_the_same() -> None:
    """A drawing of a megabyte does not hold up the others, which are hashed eight bytes at a time together."""
    sizes = [row_hashes._LONG - 1, row_hashes._LONG, row_hashes._LONG + 1, row_hashes._LONG + 9, 1 << 20]
    texts = [letter * size for size in sizes for letter in "ab"] + ["a", "", None]
    column = pa.array([*texts, *reversed(texts)])
    found = row_hashes._hash_texts(column)
    assert len(np.unique(found)) == len(texts)
    assert found[: len(texts)].tolist() == found[len(texts) :][::-1].tolist()
    assert found[3:].tolist() == row_hashes._hash_texts(column[3:]).tolist()


numbers = st.lists(st.one_of(st.integers(0, 40), st.integers(0, (1 << 64) - 1)), max_size=60)


@given(numbers, numbers, numbers)
@settings(max_examples=share(60), deadline=None)
def test_numbers_of_one_file_without_those_of_the_other(
    both: list[int], mine: list[int], theirs: list[int]
) -> None:
    one, other = [*both, *mine], [*theirs, *both[::-1]]
    keys, counts = row_hashes._subtract_hash_counts(np.array(one, np.uint64), np.array(other, np.uint64))
    wanted = Counter(one)
    wanted.subtract(other)
    assert dict(zip(keys.tolist(), counts.tolist(), strict=True)) == {n: c for n, c in wanted.items() if c}
    assert keys.tolist() == sorted(keys.tolist())


def test_most_of_what_is_in_both_is_not_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    sorted_rows: list[int] = []
    compare = row_hashes._subtract_hash_counts_of_part
    monkeypatch.setattr(
        row_hashes,
        "_subtract_hash_counts_of_part",
        lambda mine, other: sorted_rows.append(len(mine) + len(other)) or compare(mine, other),
    )
    many = np.random.default_rng(7).integers(0, 1 << 63, 500_000).astype(np.uint64)
    keys, counts = row_hashes._subtract_hash_counts(many[1:], many[:-1][::-1])
    assert sorted(keys.tolist()) == sorted([int(many[0]), int(many[-1])])
    assert sorted(counts.tolist()) == [-1, 1]
    assert 2 <= sum(sorted_rows) < 100


def test_cells_of_the_wanted_rows_are_those_of_their_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_hashes, "_BATCH", 7)
    table = pa.table({"a": [f"a{n}" for n in range(40)], "b": [n % 5 for n in range(40)], "c": [None] * 40})
    pq.write_table(table, tmp_path / "f.parquet", row_group_size=11)
    whole = row_hashes.HashedFileRows.from_parquet_file(tmp_path / "f.parquet", ["b"], ["c", "a"])
    rows, classes, cells = whole.collect_hashes_of_wanted_rows(np.sort(whole.rows[[3, 17, 39]]))
    assert rows.tolist() == whole.rows[[3, 17, 39]].tolist()
    assert classes.tolist() == whole.classes[[3, 17, 39]].tolist()
    alone = row_hashes.hash_rows(tmp_path / "f.parquet", ["a"])
    assert len(cells) == 2
    assert row_hashes.mix_hashes([np.zeros(3, np.uint64), cells[1]]).tolist() == alone[[3, 17, 39]].tolist()


def test_a_dictionary_of_few_texts_has_room_for_its_nulls() -> None:
    """Arrow numbers 128 texts by one byte, which has none left for what is not there."""
    texts = [*(f"t{n}" for n in range(128)), None]
    ranks = pa.array([*range(128), None], pa.int8())
    encoded = pa.DictionaryArray.from_arrays(ranks, pa.array(texts[:-1]))
    assert row_hashes._hash_cells(encoded).tolist() == row_hashes._hash_texts(pa.array(texts)).tolist()
