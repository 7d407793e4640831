"""Whether positions can be longitude and latitude in degrees: what is held against the globe, and against the city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aqueduc.sources.jsonstream import JsonNumber

BoundingBox = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


@dataclass
class AxisOrderEvidence:
    """What was seen of the positions of a source. ``inside``: one at least lies in the city's ``bbox``; ``swapped``:
    one would, its two numbers exchanged; ``is_ambiguous``: the answer names a reference system whose axes some write
    in one order, some in the other."""

    bbox: BoundingBox | None = None
    some: bool = False
    inside: bool = False
    swapped: bool = False
    is_ambiguous: bool = False

    def add_geometry_if_on_globe(self, geometry: Mapping[str, Any]) -> bool:
        """False where it leaves the globe."""
        for longitude, latitude in _list_positions(geometry):
            if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
                return False
            self.some = True
            if self.bbox is not None and not self.inside:
                self.inside = _is_inside_bbox(self.bbox, longitude, latitude)
                self.swapped = self.swapped or _is_inside_bbox(self.bbox, latitude, longitude)
        return True

    @property
    def are_axes_swapped(self) -> bool:
        return self.swapped and not self.inside

    @property
    def are_axes_unproven(self) -> bool:
        return self.is_ambiguous and self.some and not self.inside


def _is_inside_bbox(bbox: BoundingBox, longitude: float, latitude: float) -> bool:
    west, south, east, north = bbox
    return west <= longitude <= east and south <= latitude <= north


def _list_positions(geometry: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """Every position that is two numbers at least, whatever the type of the geometry."""
    pending: list[Any] = [geometry]
    while pending:
        part = pending.pop()
        match part:
            case dict():
                pending += [part.get("coordinates"), part.get("geometries")]
            case [JsonNumber() as longitude, JsonNumber() as latitude, *_]:
                yield float(longitude), float(latitude)
            case list():
                pending += part
