"""The steward's report of a run: what is wrong, where, how to mend it, and how it has gone lately.

Made of what the stages reported, so of no cell. JSON for programs, one HTML page for people, both kept beside
the reports of the run.
"""

from aqueduc.steward.report import Item, Report, Step, Trend, gather
from aqueduc.steward.writing import latest, page, read, write

__all__ = ["Item", "Report", "Step", "Trend", "gather", "latest", "page", "read", "write"]
