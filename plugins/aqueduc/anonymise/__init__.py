"""Anonymisation: rules, disclosure risk, and the judgement of what was written."""

from aqueduc.anonymise.judge import Judgement, judge, published_quasi_identifiers
from aqueduc.anonymise.report import Anonymisation, AnonymiseReport
from aqueduc.anonymise.stage import anonymise

__all__ = [
    "Anonymisation",
    "AnonymiseReport",
    "Judgement",
    "anonymise",
    "judge",
    "published_quasi_identifiers",
]
