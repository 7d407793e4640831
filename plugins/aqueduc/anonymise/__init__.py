"""Anonymisation: rules, disclosure risk, and the judgement of what was written."""

from aqueduc.anonymise.privacy_models import list_published_quasi_identifiers
from aqueduc.anonymise.release_changes import StoredChanges, delete_orphan_changes
from aqueduc.anonymise.release_history import (
    build_history_key,
    list_earlier_state_keys,
    list_history_keys,
    list_replaced_part_keys,
    note_release,
    open_earlier_states,
    open_related_datasets,
)
from aqueduc.anonymise.report import AnonymisationResult, AnonymiseReport, ScanReport
from aqueduc.anonymise.run_memory import save_certified_recoding
from aqueduc.anonymise.stage import anonymise_extract, check_source_columns
from aqueduc.anonymise.unit_verification import UnitCounts
from aqueduc.anonymise.verification import OutputVerdict, verify_differences, verify_output, verify_population

__all__ = [
    "AnonymisationResult",
    "AnonymiseReport",
    "OutputVerdict",
    "ScanReport",
    "StoredChanges",
    "UnitCounts",
    "anonymise_extract",
    "build_history_key",
    "check_source_columns",
    "delete_orphan_changes",
    "list_earlier_state_keys",
    "list_history_keys",
    "list_published_quasi_identifiers",
    "list_replaced_part_keys",
    "note_release",
    "open_earlier_states",
    "open_related_datasets",
    "save_certified_recoding",
    "verify_differences",
    "verify_output",
    "verify_population",
]
