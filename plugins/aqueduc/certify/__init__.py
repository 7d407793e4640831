"""Certify: what a run proves, kept in the ledger of its dataset; and the commit of the published revision."""

from aqueduc.certify.certificate import RowBalance, RunCertificate
from aqueduc.certify.reports import RunReports
from aqueduc.certify.restoration import lift_restoration, restore
from aqueduc.certify.stage import certify_run, record_unchanged_run

__all__ = [
    "RowBalance",
    "RunCertificate",
    "RunReports",
    "certify_run",
    "lift_restoration",
    "record_unchanged_run",
    "restore",
]
