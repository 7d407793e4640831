"""Anonymisation: rules, disclosure risk, and the judgement of what was written.

Each name is loaded when it is asked for: who reads a report then spares the engines of the stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.exports import load_on_demand

if TYPE_CHECKING:
    from aqueduc.anonymise.privacy_models import list_published_quasi_identifiers
    from aqueduc.anonymise.release_changes import StoredRowChanges, delete_orphan_changes
    from aqueduc.anonymise.release_history import (
        build_history_key,
        list_earlier_state_keys,
        list_history_keys,
        list_replaced_part_keys,
        note_release,
        open_earlier_states,
        open_related_releases,
    )
    from aqueduc.anonymise.report import AnonymisationResult, AnonymiseReport, ScanReport, UnitCounts
    from aqueduc.anonymise.run_memory import save_certified_recoding
    from aqueduc.anonymise.stage import anonymise_extract, check_source_columns
    from aqueduc.anonymise.verification import (
        OutputVerdict,
        verify_differences,
        verify_output,
        verify_population,
    )

__all__ = [
    "AnonymisationResult",
    "AnonymiseReport",
    "OutputVerdict",
    "ScanReport",
    "StoredRowChanges",
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
    "open_related_releases",
    "save_certified_recoding",
    "verify_differences",
    "verify_output",
    "verify_population",
]

__getattr__ = load_on_demand(
    __name__,
    {
        "AnonymisationResult": "aqueduc.anonymise.report",
        "AnonymiseReport": "aqueduc.anonymise.report",
        "OutputVerdict": "aqueduc.anonymise.verification",
        "ScanReport": "aqueduc.anonymise.report",
        "StoredRowChanges": "aqueduc.anonymise.release_changes",
        "UnitCounts": "aqueduc.anonymise.report",
        "anonymise_extract": "aqueduc.anonymise.stage",
        "build_history_key": "aqueduc.anonymise.release_history",
        "check_source_columns": "aqueduc.anonymise.stage",
        "delete_orphan_changes": "aqueduc.anonymise.release_changes",
        "list_earlier_state_keys": "aqueduc.anonymise.release_history",
        "list_history_keys": "aqueduc.anonymise.release_history",
        "list_published_quasi_identifiers": "aqueduc.anonymise.privacy_models",
        "list_replaced_part_keys": "aqueduc.anonymise.release_history",
        "note_release": "aqueduc.anonymise.release_history",
        "open_earlier_states": "aqueduc.anonymise.release_history",
        "open_related_releases": "aqueduc.anonymise.release_history",
        "save_certified_recoding": "aqueduc.anonymise.run_memory",
        "verify_differences": "aqueduc.anonymise.verification",
        "verify_output": "aqueduc.anonymise.verification",
        "verify_population": "aqueduc.anonymise.verification",
    },
)
