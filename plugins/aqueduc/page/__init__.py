"""Pages that people read: one HTML file each, with nothing to fetch, made to be printed and kept."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket, BytecodeCache

from aqueduc.findings import format_french_count, format_localised_percent, format_source_line_number
from aqueduc.language import Message, build_row_count_message


class _TemplateBytecodeCache(BytecodeCache):
    """Templates as Python code, beside that of the package's modules: to compile one costs more than to fill it.
    Jinja compiles one that changed again; so does each process where nothing can be written."""

    def __init__(self, package: str) -> None:
        self._folder = Path(str(files(package)), "__pycache__")

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError), self._bytecode_path(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            whole = self._bytecode_path(bucket)
            aside = whole.with_suffix(f".{os.getpid()}")
            with suppress(OSError):
                aside.write_bytes(bucket.bytecode_to_string())
                aside.replace(whole)

    def _bytecode_path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.{sys.implementation.cache_tag}.j2c"


def build_template_environment(package: str) -> Environment:
    """For the ``templates`` of a package: what is not given is an error, and what is given is escaped."""
    environment = Environment(
        loader=PackageLoader(package, "templates"),
        bytecode_cache=_TemplateBytecodeCache(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "rows": _format_row_count,
        "number": format_french_number,
        "share": format_share_as_percentage,
        "plural": format_french_count,
        "line_number": format_source_line_number,
        "word": _choose_plural_form,
    }
    return environment


@cache
def _get_templates() -> Environment:
    return build_template_environment("aqueduc.page")


def compile_templates() -> None:
    """All of them, for an image whose processes cannot write what they compile."""
    environment = _get_templates()
    for name in environment.list_templates(extensions=["j2"]):
        environment.get_template(name)


def render_page(template: str, **words: Any) -> str:
    """The page ``template`` (a file of ``templates/``) filled with ``words``.

    Raises jinja2.UndefinedError when the template names something that is not there: a defect of ours.
    """
    return _get_templates().get_template(template).render(**words)


def format_french_number(value: float | int) -> str:
    """As the French write it: ``1 234,5``."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
    return text.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")


def format_share_as_percentage(value: float) -> str:
    """A share between 0 and 1 as a percentage: what is not nothing never reads as 0 %, nor as 100 %."""
    return "plus de 99,99 %" if 0.9999 < value < 1 else format_localised_percent(value).french_text


def _choose_plural_form(count: int, one: str, many: str) -> str:
    """The word that goes with a count shown elsewhere; 0 is singular in French."""
    return one if count in (0, 1) else many


def _format_row_count(count: int) -> Message:
    return build_row_count_message(count)


# --- charts -------------------------------------------------------------------------------------------------

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


@dataclass(frozen=True)
class LineChart:
    """A chart of points joined by lines. ``points`` are (x, y); ``ticks`` the labels under them, ``values``
    what is read there."""

    title: str
    points: tuple[tuple[float, float], ...]
    ticks: tuple[str, ...]
    values: tuple[float, ...]


def build_bar_chart(
    title: str, values: Sequence[tuple[str, float]], *, alarming: Sequence[str] = ()
) -> BarChart:
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


def build_line_chart(title: str, values: Sequence[tuple[str, float]]) -> LineChart:
    """A line through the values, oldest first; the axis starts at 0."""
    top = max((value for _, value in values), default=0) or 1
    step = WIDTH / max(1, len(values) - 1)
    return LineChart(
        title,
        tuple((rank * step, HEIGHT - HEIGHT * value / top) for rank, (_, value) in enumerate(values)),
        tuple(label for label, _ in values),
        tuple(value for _, value in values),
    )
