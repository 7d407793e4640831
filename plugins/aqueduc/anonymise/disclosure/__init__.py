"""Disclosure control: how much a published table tells of anyone, and what keeps it from telling more.

Each name is loaded when it is asked for, so that one module does not bring them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.exports import load_on_demand

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
        read_hierarchy,
    )
    from aqueduc.anonymise.disclosure.lattice import (
        NoAnonymousGeneralisation,
        OptimalNode,
        SearchProof,
        find_optimum,
    )
    from aqueduc.anonymise.disclosure.models import PrivacyModel, RecodingLimits, SensitiveAttribute
    from aqueduc.anonymise.disclosure.recoding import Recoding, RecodingMemory, RecodingScope, recode

__all__ = [
    "FrequencyTable",
    "GeneralisationCube",
    "GeneralisationHierarchy",
    "NoAnonymousGeneralisation",
    "OptimalNode",
    "PrivacyModel",
    "Recoding",
    "RecodingLimits",
    "RecodingMemory",
    "RecodingScope",
    "SearchProof",
    "SensitiveAttribute",
    "UnusableHierarchy",
    "build_band_hierarchy",
    "build_date_hierarchy",
    "build_flat_hierarchy",
    "build_frequency_table",
    "build_generalisation_cube",
    "build_prefix_hierarchy",
    "find_optimum",
    "read_hierarchy",
    "recode",
]

__getattr__ = load_on_demand(
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
        "RecodingMemory": "aqueduc.anonymise.disclosure.recoding",
        "RecodingScope": "aqueduc.anonymise.disclosure.recoding",
        "SearchProof": "aqueduc.anonymise.disclosure.lattice",
        "SensitiveAttribute": "aqueduc.anonymise.disclosure.models",
        "build_band_hierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "build_generalisation_cube": "aqueduc.anonymise.disclosure.cube",
        "build_date_hierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "build_flat_hierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "build_frequency_table": "aqueduc.anonymise.disclosure.frequency",
        "build_prefix_hierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "find_optimum": "aqueduc.anonymise.disclosure.lattice",
        "read_hierarchy": "aqueduc.anonymise.disclosure.hierarchies",
        "recode": "aqueduc.anonymise.disclosure.recoding",
    },
)
