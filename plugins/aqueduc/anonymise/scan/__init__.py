"""The residual scan: identifiers, names and addresses that the rules let through."""

from aqueduc.anonymise.scan.kinds import HitStrength, IdentifierKind, NoteReason, ScanHit
from aqueduc.anonymise.scan.scan import scan_file, scan_table

__all__ = ["HitStrength", "IdentifierKind", "NoteReason", "ScanHit", "scan_file", "scan_table"]
