"""Validation: every published row against the Table Schema, compiled to SQL; what fails goes to the vault."""

from aqueduc.validate.report import ValidateReport, ValidationResult
from aqueduc.validate.stage import validate_safe_rows

__all__ = ["ValidateReport", "ValidationResult", "validate_safe_rows"]
