"""Anonymisation: rules, disclosure risk, and the judgement of what was written.

Each name is loaded when it is asked for: who reads a report then spares the engines of the stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.exports import build_lazy_module_getattr

if TYPE_CHECKING:
    from aqueduc.anonymise.privacy_models import list_published_quasi_identifiers
    from aqueduc.anonymise.release_changes import PersistentRowChangeStore, delete_orphan_row_changes
    from aqueduc.anonymise.release_history import (
        add_release_to_history,
        build_release_history_key,
        list_earlier_state_keys,
        list_published_state_keys,
        list_replaced_part_keys,
        open_earlier_states,
        open_related_releases,
    )
    from aqueduc.anonymise.report import AnonymisationResult, AnonymiseReport, ScanReport, UnitAndRowExtremes
    from aqueduc.anonymise.run_memory import save_certified_recoding_and_types
    from aqueduc.anonymise.stage import anonymise_extract, find_source_column_mismatches
    from aqueduc.anonymise.verification import (
        OutputVerdict,
        verify_against_earlier_states,
        verify_against_related_datasets,
        verify_output,
    )

__all__ = [
    "AnonymisationResult",
    "AnonymiseReport",
    "OutputVerdict",
    "PersistentRowChangeStore",
    "ScanReport",
    "UnitAndRowExtremes",
    "add_release_to_history",
    "anonymise_extract",
    "build_release_history_key",
    "delete_orphan_row_changes",
    "find_source_column_mismatches",
    "list_earlier_state_keys",
    "list_published_quasi_identifiers",
    "list_published_state_keys",
    "list_replaced_part_keys",
    "open_earlier_states",
    "open_related_releases",
    "save_certified_recoding_and_types",
    "verify_against_earlier_states",
    "verify_against_related_datasets",
    "verify_output",
]

__getattr__ = build_lazy_module_getattr(
    __name__,
    {
        "AnonymisationResult": "aqueduc.anonymise.report",
        "AnonymiseReport": "aqueduc.anonymise.report",
        "OutputVerdict": "aqueduc.anonymise.verification",
        "ScanReport": "aqueduc.anonymise.report",
        "PersistentRowChangeStore": "aqueduc.anonymise.release_changes",
        "UnitAndRowExtremes": "aqueduc.anonymise.report",
        "anonymise_extract": "aqueduc.anonymise.stage",
        "build_release_history_key": "aqueduc.anonymise.release_history",
        "find_source_column_mismatches": "aqueduc.anonymise.stage",
        "delete_orphan_row_changes": "aqueduc.anonymise.release_changes",
        "list_earlier_state_keys": "aqueduc.anonymise.release_history",
        "list_published_state_keys": "aqueduc.anonymise.release_history",
        "list_published_quasi_identifiers": "aqueduc.anonymise.privacy_models",
        "list_replaced_part_keys": "aqueduc.anonymise.release_history",
        "add_release_to_history": "aqueduc.anonymise.release_history",
        "open_earlier_states": "aqueduc.anonymise.release_history",
        "open_related_releases": "aqueduc.anonymise.release_history",
        "save_certified_recoding_and_types": "aqueduc.anonymise.run_memory",
        "verify_against_earlier_states": "aqueduc.anonymise.verification",
        "verify_output": "aqueduc.anonymise.verification",
        "verify_against_related_datasets": "aqueduc.anonymise.verification",
    },
)
