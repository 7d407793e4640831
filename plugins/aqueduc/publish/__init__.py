"""Publish: from a validated table to what a platform serves, and the proof that it does.

``publish`` walks the stage; everything else serves it.
"""

from aqueduc.publish.report import PublishReport
from aqueduc.publish.stage import publish

__all__ = ["PublishReport", "publish"]
