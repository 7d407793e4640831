"""The city beside its platforms, every day: what is declared, agreed, certified, recorded and served."""

from aqueduc.reconciliation.report import (
    ReconciliationDifference,
    ReconciliationReport,
    record_reconciliation,
)
from aqueduc.reconciliation.stage import reconcile

__all__ = ["ReconciliationDifference", "ReconciliationReport", "reconcile", "record_reconciliation"]
