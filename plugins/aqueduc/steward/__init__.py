"""The steward's report of a run: what is wrong, where, how to mend it, and how it has gone lately.

Made of what the stages reported, so of no cell. JSON for programs, one HTML page for people, both kept beside
the reports of the run.
"""

from aqueduc.steward.report import ReportItem, StageOutcome, StewardReport, TrendPoint, gather
from aqueduc.steward.writing import latest, page, write

__all__ = [
    "ReportItem",
    "StageOutcome",
    "StewardReport",
    "TrendPoint",
    "gather",
    "latest",
    "page",
    "write",
]
