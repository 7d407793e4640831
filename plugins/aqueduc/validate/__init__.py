"""Validation: every published row against the Table Schema, compiled to SQL; what fails goes to the vault.

Each name is loaded when it is asked for: who reads a report then spares the engines of the stage.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aqueduc.validate.report import ValidateReport, ValidationResult
    from aqueduc.validate.stage import validate_safe_rows

__all__ = ["ValidateReport", "ValidationResult", "validate_safe_rows"]

_FROM = {
    "ValidateReport": "aqueduc.validate.report",
    "ValidationResult": "aqueduc.validate.report",
    "validate_safe_rows": "aqueduc.validate.stage",
}


def __getattr__(name: str) -> object:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)
