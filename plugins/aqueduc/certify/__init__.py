"""Certify: what a run proves, kept in the ledger of its dataset; and the commit of the published revision."""

from aqueduc.certify.certificate import Balance, Certificate
from aqueduc.certify.stage import certify, looked

__all__ = ["Balance", "Certificate", "certify", "looked"]
