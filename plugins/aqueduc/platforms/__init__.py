"""The kinds of platform: a folder each, and a line here. Nobody else names one.

A kind gives ``KIND`` (``aqueduc.declaration.platform_kind``), light enough to be read whenever Airflow
parses, and an adapter to the protocol of ``aqueduc.publish.platform``, which is loaded when it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aqueduc.registry import KindRegistry

if TYPE_CHECKING:
    from aqueduc.declaration.platform_kind import PlatformKind

PLATFORMS: KindRegistry[PlatformKind] = KindRegistry(
    "aqueduc.platforms",
    {
        "ckan": "aqueduc.platforms.ckan:KIND",
        "idgo": "aqueduc.platforms.idgo:KIND",
        "portal": "aqueduc.platforms.portal:KIND",
        "datagouv": "aqueduc.platforms.datagouv:KIND",
        "onegeo": "aqueduc.platforms.onegeo:KIND",
    },
)

EMBEDDED: Mapping[str, dict[str, Any]] = {"portail": {"type": "portal"}}
"""The platforms of a city that names none: a portal of its own, written on the spot."""
