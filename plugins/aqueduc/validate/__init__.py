"""Validation: every published row against the Table Schema, compiled to SQL; what fails goes to the vault.

Each name is loaded when it is asked for: who reads a report then spares the engines of the stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.exports import build_lazy_module_getattr

if TYPE_CHECKING:
    from aqueduc.validate.report import ValidateReport, ValidationResult
    from aqueduc.validate.stage import validate_anonymised_rows

__all__ = ["ValidateReport", "ValidationResult", "validate_anonymised_rows"]

__getattr__ = build_lazy_module_getattr(
    __name__,
    {
        "ValidateReport": "aqueduc.validate.report",
        "ValidationResult": "aqueduc.validate.report",
        "validate_anonymised_rows": "aqueduc.validate.stage",
    },
)
