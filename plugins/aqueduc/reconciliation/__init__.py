"""The city beside its platforms, every day: what is declared, agreed, certified, recorded and served."""

from aqueduc.reconciliation.report import (
    ReconciliationDifference,
    ReconciliationReport,
    save_reconciliation_and_queue_alerts,
)
from aqueduc.reconciliation.stage import reconcile

__all__ = [
    "ReconciliationDifference",
    "ReconciliationReport",
    "reconcile",
    "save_reconciliation_and_queue_alerts",
]
