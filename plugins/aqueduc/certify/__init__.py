"""Certify: what a run proves, kept in the ledger of its dataset; and the commit of the published revision."""

from aqueduc.certify.certificate import Certificate, RowBalance
from aqueduc.certify.reports import RunReports
from aqueduc.certify.restoration import lift_restoration, restore
from aqueduc.certify.stage import certify, record_unchanged

__all__ = [
    "Certificate",
    "RowBalance",
    "RunReports",
    "certify",
    "lift_restoration",
    "record_unchanged",
    "restore",
]
