"""Certify: what a run proves, kept in the ledger of its dataset; and the commit of the published revision.

Each name is loaded when it is asked for: who reads a report then spares the engines of the stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.exports import build_lazy_module_getattr

if TYPE_CHECKING:
    from aqueduc.certify.certificate import RowBalance, RunCertificate
    from aqueduc.certify.reports import RunReports
    from aqueduc.certify.restoration import lift_restoration, prepare_revision_restoration
    from aqueduc.certify.stage import certify_run
    from aqueduc.certify.unchanged import record_unchanged_run

__all__ = [
    "RowBalance",
    "RunCertificate",
    "RunReports",
    "certify_run",
    "lift_restoration",
    "prepare_revision_restoration",
    "record_unchanged_run",
]

__getattr__ = build_lazy_module_getattr(
    __name__,
    {
        "RowBalance": "aqueduc.certify.certificate",
        "RunCertificate": "aqueduc.certify.certificate",
        "RunReports": "aqueduc.certify.reports",
        "certify_run": "aqueduc.certify.stage",
        "lift_restoration": "aqueduc.certify.restoration",
        "record_unchanged_run": "aqueduc.certify.unchanged",
        "prepare_revision_restoration": "aqueduc.certify.restoration",
    },
)
