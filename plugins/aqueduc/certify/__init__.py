"""Certify: what a run proves, kept in the ledger of its dataset; and the commit of the published revision.

Each name is loaded when it is asked for: who reads a report then spares the engines of the stage.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aqueduc.certify.certificate import RowBalance, RunCertificate
    from aqueduc.certify.reports import RunReports
    from aqueduc.certify.restoration import lift_restoration, restore
    from aqueduc.certify.stage import certify_run
    from aqueduc.certify.unchanged import record_unchanged_run

__all__ = [
    "RowBalance",
    "RunCertificate",
    "RunReports",
    "certify_run",
    "lift_restoration",
    "record_unchanged_run",
    "restore",
]

_FROM = {
    "RowBalance": "aqueduc.certify.certificate",
    "RunCertificate": "aqueduc.certify.certificate",
    "RunReports": "aqueduc.certify.reports",
    "certify_run": "aqueduc.certify.stage",
    "lift_restoration": "aqueduc.certify.restoration",
    "record_unchanged_run": "aqueduc.certify.unchanged",
    "restore": "aqueduc.certify.restoration",
}


def __getattr__(name: str) -> object:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)
