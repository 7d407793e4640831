"""Publish: from a validated table to what a platform serves, and the proof that it does.

``publish_revision`` walks the stage; everything else serves it. Both names are loaded when they are asked for: whoever
only talks to a platform (``client``) then spares the engines of the stage, 100 MB of memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.exports import build_lazy_module_getattr

if TYPE_CHECKING:
    from aqueduc.publish.report import PublishReport
    from aqueduc.publish.stage import publish_revision

__all__ = ["PublishReport", "publish_revision"]

__getattr__ = build_lazy_module_getattr(
    __name__, {"PublishReport": "aqueduc.publish.report", "publish_revision": "aqueduc.publish.stage"}
)
