"""The types whose cells have a structure: JSON arrays and objects, GeoJSON, TopoJSON; and durations.

Python judges them, once for each distinct text: the JSON of DuckDB takes trailing commas and infinities, and
no SQL says what a polygon is. What is published is the text as written; two cells are the same when their
values are (``{"a": 1}`` and ``{ "a": 1.0 }``).
"""

import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

Shape = Callable[[Any], bool]


# --- JSON ---------------------------------------------------------------------------------------------


DEEPEST = 200
"""Levels beyond which a document does not read: whatever looks at it afterwards may go down it safely."""


def parse_strict_json(text: str) -> Any:
    """A document (RFC 8259: no NaN, no infinity). Raises ValueError."""
    try:
        document = json.loads(text, parse_constant=_refuse_nan_and_infinity)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if text.count("[") + text.count("{") > DEEPEST and _is_nested_too_deep(document):
        raise ValueError("nested too deep")
    return document


def _is_nested_too_deep(document: Any) -> bool:
    level = [document]
    for _item in range(DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, list | dict)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return bool(level)


def _refuse_nan_and_infinity(_word: str) -> Any:
    raise ValueError("not JSON")


def return_text_if_json_shape(shape: Shape, text: str) -> str | None:
    """``text`` where it is a document of that shape."""
    try:
        return text if shape(parse_strict_json(text)) else None
    except (ValueError, RecursionError):
        return None


def is_json_array(document: Any) -> bool:
    return isinstance(document, list)


def is_json_object(document: Any) -> bool:
    return isinstance(document, dict)


def count_json_items(text: str) -> int | None:
    """How many items or properties."""
    try:
        return len(parse_strict_json(text))
    except (ValueError, TypeError):
        return None


def build_canonical_json(raw: Any) -> str | None:
    """The same text for the same value; ``raw`` is a document, or its text."""
    try:
        document = parse_strict_json(raw) if isinstance(raw, str) else raw
        return json.dumps(_normalise_json_numbers(document), sort_keys=True)
    except (ValueError, TypeError, RecursionError):
        return None


def _normalise_json_numbers(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: _normalise_json_numbers(value) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [_normalise_json_numbers(value) for value in document]
    if isinstance(document, float) and document.is_integer():
        return int(document)
    return document


def list_json_array_items_as_text(text: str) -> list[dict[str, Any]]:
    """Each item as text, and whether it was written as one; what stands for nothing is None."""
    try:
        items = parse_strict_json(text)
    except ValueError:
        return []
    return [_serialize_array_item(item) for item in items] if isinstance(items, list) else []


def _serialize_array_item(item: Any) -> dict[str, Any]:
    text = (
        item
        if isinstance(item, str) or item is None
        else json.dumps(_normalise_json_numbers(item), ensure_ascii=False)
    )
    if text is not None:
        # A lone surrogate is no text for anybody but Python.
        text = text.encode("utf-8", "replace").decode()
    return {"c": text, "s": isinstance(item, str)}


# --- GeoJSON ------------------------------------------------------------------------------------------


def is_geojson(document: Any) -> bool:
    """Any object of RFC 7946. A linear ring has four positions, the last being the first; a position may
    have an altitude."""
    match _get_type_member(document):
        case "Feature":
            return _is_geojson_feature(document)
        case "FeatureCollection":
            return _is_list_of(document.get("features"), _is_geojson_feature) and _has_valid_bbox(document)
        case _:
            return _is_geojson_geometry(document)


def _get_type_member(document: Any) -> str | None:
    kind = document.get("type") if isinstance(document, dict) else None
    return kind if isinstance(kind, str) else None


def _is_geojson_feature(document: Any) -> bool:
    """``geometry`` and ``properties`` are there, though they may be null; ``id`` is a text or a number."""
    return (
        _get_type_member(document) == "Feature"
        and "geometry" in document
        and (document["geometry"] is None or _is_geojson_geometry(document["geometry"]))
        and isinstance(document.get("properties", ""), dict | None)
        and (isinstance(document.get("id", ""), str) or _is_number(document["id"]))
        and _has_valid_bbox(document)
    )


def _is_geojson_geometry(document: Any) -> bool:
    kind = _get_type_member(document)
    if kind == "GeometryCollection":
        return _is_list_of(document.get("geometries"), _is_geojson_geometry) and _has_valid_bbox(document)
    shape = _COORDINATES.get(kind or "")
    return shape is not None and shape(document.get("coordinates")) and _has_valid_bbox(document)


def _has_valid_bbox(document: dict[str, Any]) -> bool:
    box = document.get("bbox")
    return box is None or (_is_list_of(box, _is_number) and len(box) >= 4 and len(box) % 2 == 0)


def _is_number(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _is_integer(raw: Any) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool)


def _is_list_of(raw: Any, shape: Shape, least: int = 0) -> bool:
    return isinstance(raw, list) and len(raw) >= least and all(shape(item) for item in raw)


def _is_geojson_position(raw: Any) -> bool:
    return _is_list_of(raw, _is_number, least=2)


def _is_line_string(raw: Any) -> bool:
    return _is_list_of(raw, _is_geojson_position, least=2)


def _is_linear_ring(raw: Any) -> bool:
    return _is_list_of(raw, _is_geojson_position, least=4) and raw[0] == raw[-1]


def _is_polygon(raw: Any) -> bool:
    return _is_list_of(raw, _is_linear_ring)


_COORDINATES: dict[str, Shape] = {
    "Point": _is_geojson_position,
    "MultiPoint": lambda raw: _is_list_of(raw, _is_geojson_position),
    "LineString": _is_line_string,
    "MultiLineString": lambda raw: _is_list_of(raw, _is_line_string),
    "Polygon": _is_polygon,
    "MultiPolygon": lambda raw: _is_list_of(raw, _is_polygon),
}


# --- TopoJSON -----------------------------------------------------------------------------------------


def is_topojson(document: Any) -> bool:
    """A topology (https://github.com/topojson/topojson-specification), or one of its geometry objects."""
    if _get_type_member(document) != "Topology":
        return _is_topojson_geometry(document)
    objects = document.get("objects")
    return (
        isinstance(objects, dict)
        and all(_is_topojson_geometry(value) for value in objects.values())
        and _is_list_of(document.get("arcs"), _is_line_string)
        and ("transform" not in document or _is_topojson_transform(document["transform"]))
        and _has_valid_bbox(document)
    )


def _is_topojson_transform(raw: Any) -> bool:
    return isinstance(raw, dict) and all(
        _is_list_of(raw.get(name), _is_number, least=2) and len(raw[name]) == 2
        for name in ("scale", "translate")
    )


def _is_topojson_geometry(document: Any) -> bool:
    kind = _get_type_member(document)
    if kind is None or not isinstance(document.get("properties", {}), dict):
        return False
    if not (isinstance(document.get("id", ""), str) or _is_integer(document["id"])) or not _has_valid_bbox(
        document
    ):
        return False
    if kind == "GeometryCollection":
        return _is_list_of(document.get("geometries"), _is_topojson_geometry)
    if kind in ("Point", "MultiPoint"):
        return _COORDINATES[kind](document.get("coordinates"))
    depth = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}.get(kind, 0)
    return depth > 0 and _is_arc_index_list_of_depth(document.get("arcs"), depth)


def _is_arc_index_list_of_depth(raw: Any, depth: int) -> bool:
    return (
        _is_integer(raw)
        if depth == 0
        else _is_list_of(raw, lambda item: _is_arc_index_list_of_depth(item, depth - 1))
    )


# --- positions ----------------------------------------------------------------------------------------


def parse_geopoint(shape: str, raw: Any) -> tuple[Decimal, Decimal] | None:
    """Longitude and latitude, in degrees, of a geopoint of format ``shape`` (``default``, ``array``…)."""
    try:
        first, second = (Decimal(str(part).strip()) for part in _parse_geopoint_parts(shape, raw))
        inside = abs(first) <= 180 and abs(second) <= 90
    except (ValueError, TypeError, KeyError, InvalidOperation, RecursionError):
        return None
    return (first, second) if inside else None


def _parse_geopoint_parts(shape: str, raw: Any) -> Iterable[Any]:
    if shape == "default":
        return raw.split(",") if isinstance(raw, str) else _parse_coordinate_pair(raw)
    document = json.loads(raw, parse_float=Decimal) if isinstance(raw, str) else raw
    if shape == "object" and len(document) == 2:
        return document["lon"], document["lat"]
    return _parse_coordinate_pair(document)


def _parse_coordinate_pair(raw: Any) -> Iterable[Any]:
    if not isinstance(raw, list):
        raise TypeError("not a pair")
    return [_require_coordinate(part) for part in raw]


def _require_coordinate(raw: Any) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise TypeError("not a number")
    return raw


def build_canonical_geopoint(shape: str, raw: Any) -> str | None:
    pair = parse_geopoint(shape, raw)
    return ",".join(str(part.normalize() + 0) for part in pair) if pair else None


# --- durations ----------------------------------------------------------------------------------------

_AMOUNT = r"[0-9]+(?:[.,][0-9]+)?"
DURATION = (
    f"[+-]?P(?:{_AMOUNT}Y)?(?:{_AMOUNT}M)?(?:{_AMOUNT}W)?(?:{_AMOUNT}D)?"
    f"(?:T(?:{_AMOUNT}H)?(?:{_AMOUNT}M)?(?:{_AMOUNT}S)?)?"
)
"""ISO 8601's; a text that ends with ``P`` or ``T`` has no component, and is none."""

_PART = re.compile(f"(T)|({_AMOUNT})([YMWDHS])")
_MONTHS = {"Y": 12, "M": 1}
_LONGEST = 200
"""Characters of a duration that is reckoned: Python refuses to read numbers of thousands of digits."""
_SECONDS = {"W": 604_800, "D": 86_400, "H": 3600, "M": 60, "S": 1}


def build_canonical_duration(raw: Any) -> str | None:
    """Months and seconds, which is what makes two durations equal (XML Schema 1.1, 3.3.6.1)."""
    if not isinstance(raw, str) or not re.fullmatch(DURATION, raw) or raw[-1] in "PT":
        return None
    if len(raw) > _LONGEST:
        return raw
    months, seconds, units = Fraction(0), Fraction(0), _MONTHS
    for time, amount, unit in _PART.findall(raw):
        if time:
            units = {}
        elif unit in units:
            months += Fraction(amount.replace(",", ".")) * units[unit]
        else:
            seconds += Fraction(amount.replace(",", ".")) * _SECONDS[unit]
    sign = -1 if raw.startswith("-") else 1
    return f"{sign * months} {sign * seconds}"
