"""Charts as numbers ready to draw: the templates turn them into SVG, so that a page needs no script.

Lengths are in the units of the SVG's viewBox: 640 wide, 180 high, labels below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640.0, 180.0
GAP = 0.25
"""The share of a bar's place that stays empty."""
WIDEST = 72.0
"""A lone bar is a bar still, not a wall."""


@dataclass(frozen=True)
class ChartBar:
    """A bar of a chart."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: float
    alarming: bool


@dataclass(frozen=True)
class BarChart:
    """A chart of bars."""

    title: str
    bars: tuple[ChartBar, ...]

    @property
    def alarming(self) -> bool:
        return any(bar.alarming for bar in self.bars)


@dataclass(frozen=True)
class LineChart:
    """A chart of points joined by lines. ``points`` are (x, y); ``ticks`` the labels under them, ``values``
    what is read there."""

    title: str
    points: tuple[tuple[float, float], ...]
    ticks: tuple[str, ...]
    values: tuple[float, ...]


def bars(title: str, values: Sequence[tuple[str, float]], *, alarming: Sequence[str] = ()) -> BarChart:
    """One bar a (label, value), values at least 0; those whose label is in ``alarming`` are drawn as such."""
    top = max((value for _, value in values), default=0) or 1
    place = WIDTH / max(1, len(values))
    width = min(place * (1 - GAP), WIDEST)
    return BarChart(
        title,
        tuple(
            ChartBar(
                x=rank * place + (place - width) / 2,
                y=HEIGHT - HEIGHT * value / top,
                width=width,
                height=HEIGHT * value / top,
                label=label,
                value=value,
                alarming=label in alarming,
            )
            for rank, (label, value) in enumerate(values)
        ),
    )


def curve(title: str, values: Sequence[tuple[str, float]]) -> LineChart:
    """A line through the values, oldest first; the axis starts at 0."""
    top = max((value for _, value in values), default=0) or 1
    step = WIDTH / max(1, len(values) - 1)
    return LineChart(
        title,
        tuple((rank * step, HEIGHT - HEIGHT * value / top) for rank, (_, value) in enumerate(values)),
        tuple(label for label, _ in values),
        tuple(value for _, value in values),
    )
