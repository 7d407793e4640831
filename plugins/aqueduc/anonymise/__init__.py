"""Anonymisation: rules, disclosure risk, and the judgement of what was written."""

from aqueduc.anonymise.privacy_models import published_quasi_identifiers
from aqueduc.anonymise.release_history import (
    earlier_states,
    history_key,
    note_release,
    open_earlier_states,
    related_datasets,
    replaced_parts,
)
from aqueduc.anonymise.report import AnonymisationResult, AnonymiseReport, ScanReport
from aqueduc.anonymise.run_memory import remember
from aqueduc.anonymise.stage import anonymise, column_findings
from aqueduc.anonymise.unit_verification import UnitCounts
from aqueduc.anonymise.verification import OutputVerdict, verify_differences, verify_output, verify_population

__all__ = [
    "AnonymisationResult",
    "AnonymiseReport",
    "OutputVerdict",
    "ScanReport",
    "UnitCounts",
    "anonymise",
    "column_findings",
    "earlier_states",
    "history_key",
    "note_release",
    "open_earlier_states",
    "published_quasi_identifiers",
    "related_datasets",
    "remember",
    "replaced_parts",
    "verify_differences",
    "verify_output",
    "verify_population",
]
