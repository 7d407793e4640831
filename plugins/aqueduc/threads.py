"""Work that frees Python's lock (Arrow, NumPy, hashes), or waits for an answer, in a thread a core."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from aqueduc.errors import AqueducError, QueryEngineFailure
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
    processors = min(SHARED_THREADS, os.cpu_count() or 1)
    return min(processors, read_thread_count_setting() or processors)


def map_in_threads(compute: Callable[[One], Made], given: Iterable[One]) -> Iterator[Made]:
    """What ``compute`` makes of each, in their order. The next are read meanwhile, by the caller's thread, and no
    more than one for each thread waits: what is held does not grow with what is given. Raises what ``compute``
    raises, and what is said of reading ``given`` (AqueducError, OSError) after all that was read before it, as
    without threads."""
    threads = count_threads()
    pending: deque[Future[Made]] = deque()
    reader = _FailureHoldingReader(given)
    pool = ThreadPoolExecutor(threads)
    try:
        for one in reader:
            # In the language of the caller, and under its locks.
            pending.append(pool.submit(copy_context().run, compute, one))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        # Whoever stops here does not wait for what had not begun.
        pool.shutdown(cancel_futures=True)
    if reader.failure:
        raise reader.failure


class _FailureHoldingReader(Iterator[One]):
    """Those of ``given`` up to where reading them fails: ``failure`` is then for later."""

    def __init__(self, given: Iterable[One]) -> None:
        self._given = iter(given)
        self.failure: AqueducError | OSError | None = None

    def __next__(self) -> One:
        try:
            return next(self._given)
        except (AqueducError, OSError) as failure:
            self.failure = failure
            raise StopIteration from None
