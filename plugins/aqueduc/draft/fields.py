"""The Table Schema of what is published: a field for each column that may leave. It says which column it describes:
whatever the declaration then answers, its name and type follow (``declaration/sections.py``)."""

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aqueduc.declaration.vocabulary import LONGEST_COLUMN_TITLE
from aqueduc.draft.national import keep_supported_field_properties
from aqueduc.draft.profiles import ISO, ColumnProfile, SourceCellFormat, build_strptime_pattern

Field = Mapping[str, Any]

ENOUGH_ROWS = 20
"""Fewer rows do not show that a column is always filled."""
LONGEST_TITLE = 80


def build_table_schema_field(
    profile: ColumnProfile,
    written: SourceCellFormat | None,
    *,
    national: Field | None = None,
    comment: str = "",
    enum: Sequence[str] = (),
) -> Field:
    """The field of a column, as it is when it leaves as it is. ``written`` None: the source is typed, not
    text."""
    if national is not None:
        return _build_national_field(national)
    found: dict[str, Any] = {"name": profile.name, "type": profile.kind}
    found |= _build_field_format(profile, written)
    text = " ".join(comment.split())
    found["title"] = (
        text
        if 0 < len(text) <= LONGEST_TITLE
        else _format_field_title(remove_dbase_type_suffix(profile.name))
    )
    # Empty, it is a place to write what the column means.
    found["description"] = text if found["title"] != text else ""
    constraints: dict[str, Any] = {}
    if profile.is_complete and profile.rows >= ENOUGH_ROWS:
        constraints["required"] = True
    if enum:
        constraints["enum"] = list(enum)
    return found | ({"constraints": constraints} if constraints else {})


def _build_national_field(national: Field) -> Field:
    field = keep_supported_field_properties(national)
    # Dates are rewritten so before they are judged; with a format they would be judged as they came.
    if field.get("type") == "date" and field.get("format") in ("%Y-%m-%d", "default"):
        field.pop("format")
    return field


def _build_field_format(profile: ColumnProfile, written: SourceCellFormat | None) -> dict[str, Any]:
    """What a field says of its text where the source's own declaration does not."""
    dates = written.dates if written else ISO
    decimal = written.decimal if written else "."
    if profile.native != "VARCHAR":
        return {}
    if profile.kind == "boolean" and profile.words:
        return {"trueValues": list(profile.words[0]), "falseValues": list(profile.words[1])}
    if profile.kind == "number" and profile.decimal != decimal and not profile.has_possible_thousands_points:
        # With a mark of its own, the field reads its cells as they stand.
        return {"decimalChar": profile.decimal, **({"groupChar": profile.group} if profile.group else {})}
    if profile.is_date_or_datetime and profile.pattern not in (ISO, dates):
        # A time of day has many writings, and a schema wants the exact one.
        if profile.kind == "datetime":
            return {"type": "string"}
        return {"format": build_strptime_pattern(profile.pattern)}
    return {}


def _format_field_title(name: str) -> str:
    text = " ".join(name.replace("_", " ").split())
    return text[:1].upper() + text[1:]


# --- names ----------------------------------------------------------------------------------------------


def remove_dbase_type_suffix(name: str) -> str:
    """The name of a column without the type that dBase writes behind it: ``NOM,C,50`` is ``NOM``."""
    return re.sub(r",[BCDFGLMNT],\d{1,3}(,\d{1,2})?$", "", name) or name


def choose_published_names(names: Iterable[str]) -> dict[str, str]:
    """The name that each column is published under: its own, unless dBase or somebody made it too long."""
    found: dict[str, str] = {}
    for name in names:
        short = textwrap.shorten(remove_dbase_type_suffix(name), LONGEST_COLUMN_TITLE - 4, placeholder="")
        short = short or remove_dbase_type_suffix(name)[: LONGEST_COLUMN_TITLE - 4]
        taken = {other.casefold() for other in found.values()}
        wanted = (
            name if len(name) <= LONGEST_COLUMN_TITLE and remove_dbase_type_suffix(name) == name else short
        )
        ranks = (f"{wanted} ({rank})" for rank in range(2, len(found) + 3))
        found[name] = next(free for free in (wanted, *ranks) if free.casefold() not in taken)
    return found
