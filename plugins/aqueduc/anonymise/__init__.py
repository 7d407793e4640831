"""Anonymisation: rules, disclosure risk, and the judgement of what was written."""

from aqueduc.anonymise.judge import Judgement, judge, published_quasi_identifiers
from aqueduc.anonymise.report import Anonymisation, AnonymiseReport
from aqueduc.anonymise.stage import anonymise, column_findings

__all__ = [
    "Anonymisation",
    "AnonymiseReport",
    "Judgement",
    "anonymise",
    "column_findings",
    "judge",
    "published_quasi_identifiers",
]
