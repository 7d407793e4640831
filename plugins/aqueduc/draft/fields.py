"""The Table Schema of what is published: one field for each form in which a column may leave."""

from collections.abc import Mapping, Sequence
from typing import Any

from aqueduc.draft.national import build_supported_field
from aqueduc.draft.profiles import ISO, CellFormat, ColumnProfile, build_strptime_pattern

Field = Mapping[str, Any]

ENOUGH_ROWS = 20
"""Fewer rows do not show that a column is always filled."""
LONGEST_TITLE = 80


def build_published_field(
    profile: ColumnProfile,
    written: CellFormat | None,
    *,
    national: Field | None = None,
    comment: str = "",
    enum: Sequence[str] = (),
) -> Field:
    """The field of a column that leaves as it is. ``written`` None: the source is typed, not text."""
    if national is not None:
        return _build_national_field(national)
    found: dict[str, Any] = {"name": profile.name, "type": profile.kind}
    found |= _build_field_format(profile, written)
    text = " ".join(comment.split())
    found["title"] = text if 0 < len(text) <= LONGEST_TITLE else _format_field_title(profile.name)
    if text and found["title"] != text:
        found["description"] = text
    constraints: dict[str, Any] = {}
    if profile.complete and profile.rows >= ENOUGH_ROWS:
        constraints["required"] = True
    if enum:
        constraints["enum"] = list(enum)
    return found | ({"constraints": constraints} if constraints else {})


def _build_national_field(national: Field) -> Field:
    field = build_supported_field(national)
    # Dates are rewritten so before they are judged; with a format they would be judged as they came.
    if field.get("type") == "date" and field.get("format") in ("%Y-%m-%d", "default"):
        field.pop("format")
    return field


def _build_field_format(profile: ColumnProfile, written: CellFormat | None) -> dict[str, Any]:
    """What a field says of its text where the source's own declaration does not."""
    dates = written.dates if written else ISO
    decimal = written.decimal if written else "."
    if profile.native != "VARCHAR":
        return {}
    if profile.kind == "boolean" and profile.words:
        return {"trueValues": list(profile.words[0]), "falseValues": list(profile.words[1])}
    if profile.kind == "number" and profile.decimal != decimal:
        return {"decimalChar": profile.decimal}
    if profile.is_moment and profile.pattern not in (ISO, dates):
        # A time of day has many writings, and a schema wants the exact one.
        if profile.kind == "datetime":
            return {"type": "string"}
        return {"format": build_strptime_pattern(profile.pattern)}
    return {}


def build_date_unit_field(field: Field, unit: str, name: str) -> Field:
    """The field of a date generalised to its year or month (``unit``)."""
    kind = {"year": "year", "month": "yearmonth"}[unit]
    word = {"year": "année", "month": "mois"}[unit]
    return _build_coarser_field(field, name, kind, f"({word})")


def build_band_field(field: Field, width: float, name: str) -> Field:
    text = f"{width:g}".replace(".", ",")
    return _build_coarser_field(field, name, "string", f"(par tranches de {text})")


def build_grid_field(field: Field, name: str) -> Field:
    return _build_coarser_field(field, name, "number", "(centre d'une maille)")


def _build_coarser_field(field: Field, name: str, kind: str, how: str) -> Field:
    found: dict[str, Any] = {"name": name, "type": kind, "title": f"{field.get('title', name)} {how}"}
    if field.get("description"):
        found["description"] = f"{field['description']} {how}"
    if field.get("constraints", {}).get("required"):
        found["constraints"] = {"required": True}
    return found


def _format_field_title(name: str) -> str:
    text = " ".join(name.replace("_", " ").split())
    return text[:1].upper() + text[1:]
