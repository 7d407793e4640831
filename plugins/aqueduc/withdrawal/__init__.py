"""Withdrawal (convention, articles 7.2 and 14): what a person takes away from the public, and the proof of it.

``order`` notes the decision and lifts it; ``act`` carries it out on each platform, and looks again at each
run; ``proof`` asks for what was public as any visitor would; ``letters`` are what people have to be told.
"""

from aqueduc.withdrawal.enforcement import (
    WithdrawalOutcome,
    enforce_withdrawal,
    list_withdrawal_marks,
    resume_or_recheck_withdrawal,
    resume_or_recheck_withdrawals,
)
from aqueduc.withdrawal.order import (
    WithdrawalOrder,
    check_order_and_compute_effective_time,
    lift_withdrawal,
    list_known_datasets,
    record_withdrawal_order,
    require_withdrawal_marks,
)

__all__ = [
    "WithdrawalOrder",
    "WithdrawalOutcome",
    "check_order_and_compute_effective_time",
    "enforce_withdrawal",
    "lift_withdrawal",
    "list_known_datasets",
    "list_withdrawal_marks",
    "record_withdrawal_order",
    "require_withdrawal_marks",
    "resume_or_recheck_withdrawal",
    "resume_or_recheck_withdrawals",
]
