"""Work that frees Python's lock (Arrow, NumPy, hashes), in a thread a core."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from aqueduc.errors import QueryEngineFailure
from aqueduc.language import _

One = TypeVar("One")
Made = TypeVar("Made")

SHARED_THREADS = 4
MOST_THREADS = 256


def read_thread_count_setting() -> int | None:
    """``AQUEDUC_THREADS``, where it is set: a machine that runs many tasks at once does more with one each. Raises
    QueryEngineFailure."""
    wanted = os.environ.get("AQUEDUC_THREADS")
    if not wanted:
        return None
    if not (wanted.isascii() and wanted.isdecimal() and 1 <= int(wanted) <= MOST_THREADS):
        raise QueryEngineFailure(
            _("AQUEDUC_THREADS n'est pas un nombre de 1 à {most}.").format(most=MOST_THREADS),
            where="AQUEDUC_THREADS",
            remedy=_("l'ôter de l'environnement, ou y écrire ce nombre"),
        )
    return int(wanted)


def count_threads() -> int:
    """As many as processors, ``SHARED_THREADS`` at most, or fewer by ``AQUEDUC_THREADS``."""
    return min(SHARED_THREADS, read_thread_count_setting() or os.cpu_count() or 1)


def map_in_threads(compute: Callable[[One], Made], given: Iterable[One]) -> Iterator[Made]:
    """What ``compute`` makes of each, in their order. The next are read meanwhile, by the caller's thread, and no
    more than one for each thread waits: what is held does not grow with what is given. Raises what ``compute``
    raises."""
    pending: deque[Future[Made]] = deque()
    threads = count_threads()
    with ThreadPoolExecutor(threads) as pool:
        for one in given:
            pending.append(pool.submit(compute, one))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
