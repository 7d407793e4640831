"""Disclosure control: how much a published table tells of anyone, and what keeps it from telling more."""

from aqueduc.anonymise.disclosure.cube import Cube, cube
from aqueduc.anonymise.disclosure.frequency import Frequency, frequency
from aqueduc.anonymise.disclosure.hierarchies import (
    Hierarchy,
    HierarchyUnusable,
    banded,
    dated,
    plain,
    prefixed,
    tabled,
)
from aqueduc.anonymise.disclosure.lattice import NotAnonymisable, Optimum, Proof, optimum
from aqueduc.anonymise.disclosure.models import Limits, Model, Sensitive
from aqueduc.anonymise.disclosure.recoding import Memory, Recoding, Scope, recode

__all__ = [
    "Cube",
    "Frequency",
    "Hierarchy",
    "HierarchyUnusable",
    "Limits",
    "Memory",
    "Model",
    "NotAnonymisable",
    "Optimum",
    "Proof",
    "Recoding",
    "Scope",
    "Sensitive",
    "banded",
    "cube",
    "dated",
    "frequency",
    "optimum",
    "plain",
    "prefixed",
    "recode",
    "tabled",
]
