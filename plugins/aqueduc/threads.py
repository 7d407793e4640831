"""Work that frees Python's lock (Arrow, NumPy), in a thread a core."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

One = TypeVar("One")
Made = TypeVar("Made")

THREADS = min(4, os.cpu_count() or 1)


def map_in_threads(compute: Callable[[One], Made], given: Iterable[One]) -> Iterator[Made]:
    """What ``compute`` makes of each, in their order. The next are read meanwhile, by the caller's thread, and no
    more than one for each thread waits: what is held does not grow with what is given. Raises what ``compute``
    raises."""
    pending: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:
        for one in given:
            pending.append(pool.submit(compute, one))
            if len(pending) > THREADS:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
