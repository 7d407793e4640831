"""An error as data, for whoever asked for JSON."""

from __future__ import annotations

from typing import Any

from aqueduc.errors import AqueducError, DeclarationError, GateClosed


def in_words(error: AqueducError) -> dict[str, Any]:
    """``code``, ``message``, ``where``, ``remedy``, ``retryable``, ``findings`` (of a gate, or of a file)."""
    findings = (
        error.findings
        if isinstance(error, GateClosed)
        else error.problems
        if isinstance(error, DeclarationError)
        else ()
    )
    return {
        "code": error.code,
        "message": error.what,
        "where": error.where,
        "remedy": error.remedy,
        "retryable": error.retryable,
        "findings": [finding.to_json() for finding in findings],
    }
