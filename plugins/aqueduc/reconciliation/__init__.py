"""The city beside its platforms, every day: what is declared, agreed, certified, recorded and served."""

from aqueduc.reconciliation.report import Difference, Reconciliation, record_reconciliation
from aqueduc.reconciliation.stage import reconcile

__all__ = ["Difference", "Reconciliation", "reconcile", "record_reconciliation"]
