"""The residual scan: identifiers, names and addresses that the rules let through.

Each name is loaded when it is asked for, so that one module does not bring them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.exports import build_lazy_module_getattr

if TYPE_CHECKING:
    from aqueduc.anonymise.scan.kinds import HitStrength, IdentifierKind, NotedHitReason, ScanHit
    from aqueduc.anonymise.scan.scan import scan_file, scan_table

__all__ = ["HitStrength", "IdentifierKind", "NotedHitReason", "ScanHit", "scan_file", "scan_table"]

__getattr__ = build_lazy_module_getattr(
    __name__,
    {
        "HitStrength": "aqueduc.anonymise.scan.kinds",
        "IdentifierKind": "aqueduc.anonymise.scan.kinds",
        "NotedHitReason": "aqueduc.anonymise.scan.kinds",
        "ScanHit": "aqueduc.anonymise.scan.kinds",
        "scan_file": "aqueduc.anonymise.scan.scan",
        "scan_table": "aqueduc.anonymise.scan.scan",
    },
)
