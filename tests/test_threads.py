"""Work in threads: in order, without holding all that is given, and no error is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from aqueduc import threads
from aqueduc.threads import map_in_threads


def test_what_is_made_comes_in_the_order_of_what_is_given() -> None:
    first_waits = threading.Event()

    def compute(number: int) -> int:
        if number == 0:
            assert first_waits.wait(20)
        if number == 1:
            first_waits.set()
        return number * 2

    assert list(map_in_threads(compute, range(20))) == [number * 2 for number in range(20)]
    assert list(map_in_threads(compute, ())) == []


def test_no_more_is_held_than_one_for_each_thread() -> None:
    read: list[int] = []

    def give() -> Iterator[int]:
        for number in range(50):
            read.append(number)
            yield number

    made = map_in_threads(str, give())
    assert next(made) == "0" and len(read) == threads.THREADS + 1
    made.close()
    assert len(read) == threads.THREADS + 1


def test_an_error_comes_out_where_its_turn_is() -> None:
    def compute(number: int) -> int:
        if number == 3:
            raise ValueError(number)
        return number

    made = map_in_threads(compute, range(9))
    assert [next(made) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="3"):
        next(made)
