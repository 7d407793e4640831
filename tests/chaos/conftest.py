from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import forkserver

import pytest


@pytest.fixture(scope="module")
def nursery() -> Iterator[None]:
    """The server that forks the runs is of this module alone: what it forks waits ten times less than other tests."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    yield
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
