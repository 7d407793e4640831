"""Disclosure control: how much a published table tells of anyone, and what keeps it from telling more.

Each name is loaded when it is asked for, so that one module does not bring them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.exports import build_lazy_module_getattr

if TYPE_CHECKING:
    from aqueduc.anonymise.disclosure.cube import GeneralisationCube, build_generalisation_cube
    from aqueduc.anonymise.disclosure.frequency import FrequencyTable, build_frequency_table
    from aqueduc.anonymise.disclosure.hierarchies import (
        GeneralisationHierarchy,
        UnusableHierarchy,
        build_band_hierarchy,
        build_date_hierarchy,
        build_flat_hierarchy,
        build_prefix_hierarchy,
        parse_hierarchy_csv,
    )
    from aqueduc.anonymise.disclosure.lattice import (
        NoAnonymousGeneralisation,
        OptimalNode,
        SearchProof,
        find_optimal_node,
    )
    from aqueduc.anonymise.disclosure.models import PrivacyModel, RecodingLimits, SensitiveAttribute
    from aqueduc.anonymise.disclosure.recoding import (
        Recoding,
        RecodingStrategy,
        ReusableRecoding,
        compute_recoding,
    )

__all__ = [
    "FrequencyTable",
    "GeneralisationCube",
    "GeneralisationHierarchy",
    "NoAnonymousGeneralisation",
    "OptimalNode",
    "PrivacyModel",
    "Recoding",
    "RecodingLimits",
    "RecodingStrategy",
    "ReusableRecoding",
    "SearchProof",
    "SensitiveAttribute",
    "UnusableHierarchy",
    "build_band_hierarchy",
    "build_date_hierarchy",
    "build_flat_hierarchy",
    "build_frequency_table",
    "build_generalisation_cube",
    "build_prefix_hierarchy",
    "compute_recoding",
    "find_optimal_node",
    "parse_hierarchy_csv",
]

__getattr__ = build_lazy_module_getattr(
    __name__,
    {
        "FrequencyTable": "aqueduc.anonymise.disclosure.frequency",
        "GeneralisationCube": "aqueduc.anonymise.disclosure.cube",
        "GeneralisationHierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "UnusableHierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "NoAnonymousGeneralisation": "aqueduc.anonymise.disclosure.lattice",
        "OptimalNode": "aqueduc.anonymise.disclosure.lattice",
        "PrivacyModel": "aqueduc.anonymise.disclosure.models",
        "Recoding": "aqueduc.anonymise.disclosure.recoding",
        "RecodingLimits": "aqueduc.anonymise.disclosure.models",
        "ReusableRecoding": "aqueduc.anonymise.disclosure.recoding",
        "RecodingStrategy": "aqueduc.anonymise.disclosure.recoding",
        "SearchProof": "aqueduc.anonymise.disclosure.lattice",
        "SensitiveAttribute": "aqueduc.anonymise.disclosure.models",
        "build_band_hierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "build_generalisation_cube": "aqueduc.anonymise.disclosure.cube",
        "build_date_hierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "build_flat_hierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "build_frequency_table": "aqueduc.anonymise.disclosure.frequency",
        "build_prefix_hierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "compute_recoding": "aqueduc.anonymise.disclosure.recoding",
        "find_optimal_node": "aqueduc.anonymise.disclosure.lattice",
        "parse_hierarchy_csv": "aqueduc.anonymise.disclosure.hierarchies",
    },
)
