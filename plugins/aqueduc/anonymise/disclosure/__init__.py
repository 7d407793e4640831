"""Disclosure control: how much a published table tells of anyone, and what keeps it from telling more."""

from aqueduc.anonymise.disclosure.cube import GeneralisationCube, build_cube
from aqueduc.anonymise.disclosure.frequency import FrequencyTable, build_frequency_table
from aqueduc.anonymise.disclosure.hierarchies import (
    GeneralisationHierarchy,
    HierarchyUnusable,
    build_band_hierarchy,
    build_date_hierarchy,
    build_flat_hierarchy,
    build_prefix_hierarchy,
    read_hierarchy,
)
from aqueduc.anonymise.disclosure.lattice import NotAnonymisable, OptimalNode, SearchProof, find_optimum
from aqueduc.anonymise.disclosure.models import PrivacyModel, RecodingLimits, SensitiveAttribute
from aqueduc.anonymise.disclosure.recoding import Recoding, RecodingMemory, RecodingScope, recode

__all__ = [
    "FrequencyTable",
    "GeneralisationCube",
    "GeneralisationHierarchy",
    "HierarchyUnusable",
    "NotAnonymisable",
    "OptimalNode",
    "PrivacyModel",
    "Recoding",
    "RecodingLimits",
    "RecodingMemory",
    "RecodingScope",
    "SearchProof",
    "SensitiveAttribute",
    "build_band_hierarchy",
    "build_cube",
    "build_date_hierarchy",
    "build_flat_hierarchy",
    "build_frequency_table",
    "build_prefix_hierarchy",
    "find_optimum",
    "read_hierarchy",
    "recode",
]
