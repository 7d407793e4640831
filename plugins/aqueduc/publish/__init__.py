"""Publish: from a validated table to what a platform serves, and the proof that it does.

``publish_revision`` walks the stage; everything else serves it. Both names are loaded when they are asked for: whoever
only talks to a platform (``client``) then spares the engines of the stage, 100 MB of memory.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aqueduc.publish.report import PublishReport
    from aqueduc.publish.stage import publish_revision

__all__ = ["PublishReport", "publish_revision"]

_FROM = {"PublishReport": "aqueduc.publish.report", "publish_revision": "aqueduc.publish.stage"}


def __getattr__(name: str) -> object:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)
