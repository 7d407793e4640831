"""What may stand after a rule's word: JSON Schema (draft 7) for an editor, tests for the loader."""

import math
from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import Field

Shape = Mapping[str, Any]
"""JSON Schema (draft 7)."""

Text = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
"""A number; neither a text nor a boolean, which pydantic would take for one."""
Natural = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]

TRUE: Shape = {"const": True}
NAME: Shape = {"type": "string", "pattern": r"\S"}
POSITIVE: Shape = {"type": "number", "exclusiveMinimum": 0}


def build_object_json_schema(properties: Mapping[str, Shape], *required: str) -> dict[str, Any]:
    """A mapping of these keys and no other."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def is_positive(value: Any) -> bool:
    return is_number(value) and value > 0


def is_integer_at_least(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def is_filled_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def has_required_and_no_unknown_keys(
    value: Any, required: Collection[str], optional: Collection[str] = ()
) -> bool:
    """Whether ``value`` is a mapping of these keys and no other."""
    return isinstance(value, dict) and {*required} <= {*value} <= {*required, *optional}


def parse_percentage_as_share(raw: Any) -> Any:
    """``2%`` and ``0.02`` are the same share; what is no share stays as it is."""
    if isinstance(raw, str) and raw.strip().endswith("%"):
        try:
            return float(raw.strip()[:-1].replace(",", ".")) / 100
        except ValueError:
            return raw
    return raw
