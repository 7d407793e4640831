"""Defects that tests plant in the runs, to see that they are found. None of them has a hook in the engine."""

from __future__ import annotations

from collections.abc import Callable


def plant(name: str) -> None:
    """In this process. Raises KeyError."""
    DEFECTS[name]()


DEFECTS: dict[str, Callable[[], None]] = {}
