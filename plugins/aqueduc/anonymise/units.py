"""Persons, where one may have several rows: ``privacy.unit`` names the columns of the source that stand for
one.

k-anonymity is defined over individuals (Samarati and Sweeney 1998); counted over rows it is the same only in
a table with one row for each. A parking group of five payments may be one car's.

A unit is a number in the column ``UNIT`` of what the rules made of the extract. It follows the rows, in the
vault, until the last class was judged, and is in no file of the store. Cells are compared without case,
accents, blanks and punctuation (``AB-123-CD`` is ``ab 123 cd``): to take two people for one withholds more,
the contrary would publish them. A unit of which a cell is missing is unknown: its rows may be those of any unit of
their class, and count for none. Between files, all of a class may be the rows of its widest unit.
"""

from collections.abc import Sequence

from aqueduc.anonymise.disclosure.models import SensitiveAttribute
from aqueduc.declaration.spec import PrivacySettings
from aqueduc.duck import identifier

UNIT = "__unit"


def build_unit_sensitive_attribute(privacy: PrivacySettings) -> SensitiveAttribute | None:
    """What the classes of a table must show of its units: k that differ."""
    return SensitiveAttribute(UNIT, distinct=privacy.k, unit=True) if privacy.unit else None


def build_raw_unit_hash_sql(privacy: PrivacySettings) -> str:
    """As ``build_unit_hash_sql``, over ``raw``."""
    return build_unit_hash_sql(privacy.unit, "raw")


def build_unit_hash_sql(names: Sequence[str], relation: str) -> str:
    """SQL of the unit of a row of ``relation``; two that are hashed alike are one, which only withholds more."""
    cells = [
        f"nullif(regexp_replace(lower(strip_accents(CAST({relation}.{identifier(name)} AS VARCHAR))), "
        "'[^\\p{L}\\p{N}]', '', 'g'), '')"
        for name in names
    ]
    missing = " OR ".join(f"({cell}) IS NULL" for cell in cells)
    return f"CASE WHEN {missing} THEN NULL ELSE hash({', '.join(cells)}) END"
