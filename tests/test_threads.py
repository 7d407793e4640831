"""Work in threads: in order, without holding all that is given, and no error is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from aqueduc.errors import QueryEngineFailure
from aqueduc.language import get_current_language, use_language
from aqueduc.threads import count_threads, map_in_threads


def test_what_is_made_comes_in_the_order_of_what_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AQUEDUC_THREADS", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
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
    assert next(made) == "0" and len(read) == count_threads() + 1
    made.close()
    assert len(read) == count_threads() + 1


def test_an_error_comes_out_where_its_turn_is() -> None:
    def compute(number: int) -> int:
        if number == 3:
            raise ValueError(number)
        return number

    made = map_in_threads(compute, range(9))
    assert [next(made) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="3"):
        next(made)


def test_an_error_of_what_is_given_comes_after_what_was_given_before_it() -> None:
    """The line that a reader of a file is told of is the first that is wrong."""

    def give() -> Iterator[int]:
        yield from range(3)
        raise OSError("there")

    made = map_in_threads(str, give())
    assert [next(made) for _ in range(3)] == ["0", "1", "2"]
    with pytest.raises(OSError, match="there"):
        next(made)


def test_what_had_not_begun_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setenv("AQUEDUC_THREADS", "2")
    done: list[int] = []
    go_on = threading.Event()

    def compute(number: int) -> int:
        assert number == 0 or go_on.wait(20)
        done.append(number)
        return number

    made = map_in_threads(compute, range(9))
    assert next(made) == 0
    threading.Timer(0.2, go_on.set).start()
    made.close()
    assert 0 in done and len(done) <= count_threads() + 1


def test_threads_speak_the_language_of_who_asks() -> None:
    with use_language("en"):
        assert set(map_in_threads(lambda _: get_current_language(), range(5))) == {"en"}


@pytest.mark.parametrize("setting, threads", [("1", 1), ("3", 3), ("99", 4)])
def test_no_more_threads_than_the_machine_gives_a_computation(
    monkeypatch: pytest.MonkeyPatch, setting: str, threads: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    monkeypatch.setenv("AQUEDUC_THREADS", setting)
    assert count_threads() == threads
    running, most, lock = 0, 0, threading.Lock()

    def compute(_: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    assert len(list(map_in_threads(compute, range(12)))) == 12
    assert most <= threads


def test_a_setting_that_is_no_number_is_refused_where_threads_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AQUEDUC_THREADS", "deux")
    with pytest.raises(QueryEngineFailure, match="AQUEDUC_THREADS n'est pas un nombre de 1 à 256"):
        list(map_in_threads(str, [1]))
