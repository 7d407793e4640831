"""Anonymisation: rules, disclosure risk, and the judgement of what was written."""

from aqueduc.anonymise.judge import Judgement, judge, judge_differences, judge_population
from aqueduc.anonymise.released import earlier, note_release, others, released_key, replaced, side_by_side
from aqueduc.anonymise.remembering import remember
from aqueduc.anonymise.report import Anonymisation, AnonymiseReport
from aqueduc.anonymise.stage import anonymise, column_findings
from aqueduc.anonymise.wanted import published_quasi_identifiers

__all__ = [
    "Anonymisation",
    "AnonymiseReport",
    "Judgement",
    "anonymise",
    "column_findings",
    "earlier",
    "judge",
    "judge_differences",
    "judge_population",
    "note_release",
    "others",
    "published_quasi_identifiers",
    "released_key",
    "remember",
    "replaced",
    "side_by_side",
]
