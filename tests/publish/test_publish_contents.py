"""Two lots of rows are alike when each row of one is in the other as often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aqueduc.publish.proof.contents import TableDifference, has_same_rows, measure_row_difference
from aqueduc.store import Store

KINDS = {"nom": "text", "rang": "int8", "vu": "timestamp"}
CELLS = st.tuples(
    st.sampled_from([None, "", "a", "None", "a', 'b"]),
    st.sampled_from([None, 0, 1]),
    st.sampled_from([None, *(datetime(2026, 1, 1) + timedelta(milliseconds=lag) for lag in (0, 500, 1500))]),
)
LOT = st.lists(CELLS, max_size=4)


def records(lot: Sequence[tuple[Any, ...]], timespec: str = "auto") -> list[dict[str, Any]]:
    return [{"nom": nom, "rang": rang, "vu": vu and vu.isoformat(timespec=timespec)} for nom, rang, vu in lot]


@given(LOT, LOT, st.data())
def test_whatever_their_order(one: list[Any], other: list[Any], data: st.DataObject) -> None:
    theirs = data.draw(st.sampled_from([other, list(data.draw(st.permutations(one)))]))
    cut = data.draw(st.integers(0, len(theirs)))
    pages = [records(theirs[:cut]), records(theirs[cut:])]
    fractions = any(vu and vu.microsecond for _, _, vu in theirs)
    same = Counter(one) == Counter(theirs)
    if not fractions:
        same = Counter(map(to_the_second, one)) == Counter(theirs)
    assert has_same_rows([records(one)], pages, KINDS) == same


def to_the_second(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:2], row[2] and row[2].replace(microsecond=0))


@given(LOT)
def test_a_platform_that_says_seconds_only_is_believed(lot: list[Any]) -> None:
    assert has_same_rows([records(lot)], [records(lot, "seconds")], KINDS)


def test_a_difference_is_told_by_its_rows_and_columns(tmp_path: Path) -> None:
    ours = records([("a", 1, datetime(2026, 1, 1)), ("b", 2, None), ("c", 3, None)])

    def compare(theirs: list[dict[str, Any]]) -> TableDifference | None:
        return measure_row_difference(
            Store(str(tmp_path)), lambda: [ours], lambda: [theirs[:1], theirs[1:]], KINDS, ("nom",)
        )

    assert compare([*reversed(ours)]) is None
    edited = [{**ours[0], "rang": 9}, {**ours[1], "rang": 8}, ours[2]]
    assert compare(edited) == TableDifference(2, ("rang",))
    swapped = [{**ours[0], "rang": 2}, {**ours[1], "rang": 1}, ours[2]]
    assert compare(swapped) == TableDifference(2, ("rang",)), "each column still has the same cells"
    assert compare([*ours, ours[0]]) == TableDifference(1, ("nom", "rang", "vu"))
