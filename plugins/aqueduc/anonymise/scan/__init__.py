"""The residual scan: identifiers, names and addresses that the rules let through."""

from aqueduc.anonymise.scan.kinds import Hit, Kind, Strength
from aqueduc.anonymise.scan.scan import scan_file, scan_table

__all__ = ["Hit", "Kind", "Strength", "scan_file", "scan_table"]
