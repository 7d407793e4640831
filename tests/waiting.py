"""Waiting until something is true, however busy the machine: only a failure takes long."""

from __future__ import annotations

import time
from collections.abc import Callable


def eventually(true: Callable[[], bool], seconds: float = 180, *, every: float = 0.5) -> bool:
    """Whether it becomes true within so many seconds, asked again and again."""
    limit = time.monotonic() + seconds
    while not true():
        if time.monotonic() > limit:
            return False
        time.sleep(every)
    return True
