"""Columns nobody ruled on: a question for each, and the Table Schema of what they would publish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aqueduc.declaration.column_name_hints import FRENCH, said_by, slug_of
from aqueduc.draft.writing import YamlLine
from aqueduc.draft.yamltext import flow
from aqueduc.language import NOTHING, Message, _, join
from aqueduc.migrate.conversion import OpenPointCollector
from aqueduc.migrate.findings import DateOpen, DatesDisagree, RenamedRuleOpen, RuleOpen

EPOCH = "epoch"
ISO = "YYYY-MM-DD"
LONGEST_TITLE = 61
"""Of a column, for DataSud."""

_MARKS = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD"}
_TIME = re.compile(r"[T ]?%H:%M(:%S)?(\.%f)?(Z|%z)?$")


@dataclass(frozen=True)
class SourceAttribute:
    """An attribute of the source: its name there and when published, a type of Table Schema, what is said of
    it, and for dates how they are written, in the words of strptime (or ``epoch``)."""

    source: str
    published: str
    type: str
    description: str = ""
    pattern: str = ""


@dataclass(frozen=True)
class DraftColumns:
    """The columns of a draft: the ``columns:`` to write, the schema, and ``source.dates`` where it is
    needed."""

    lines: tuple[YamlLine, ...]
    schema: Mapping[str, Any]
    dates: str | None


def draft_columns(
    attributes: Sequence[SourceAttribute], desk: OpenPointCollector, *, prefix: str = ""
) -> DraftColumns:
    """The columns of a draft, a question for each. ``prefix`` stands before its name at the source
    (``properties.``)."""
    patterns: dict[str, None] = {}
    fields: list[dict[str, Any]] = []
    lines: list[YamlLine] = []
    for attribute in attributes:
        lines.append(_line(attribute, f"{prefix}{attribute.source}", desk))
        kind: str = attribute.type
        if kind in ("date", "datetime"):
            pattern = reading_pattern(attribute.pattern)
            if pattern is None:
                kind = _ask_type(attribute, desk)
            else:
                patterns.setdefault(pattern)
        fields.append(_field(attribute, kind))
    return DraftColumns(tuple(lines), {"fields": fields}, _dates(list(patterns), desk))


def reading_pattern(pattern: str) -> str | None:
    """``%d/%m/%Y`` as ``DD/MM/YYYY``; a time of day after it is let be.

    None when Aqueduc reads no such dates.
    """
    if not pattern:
        return ISO
    day = _TIME.sub("", pattern)
    for mark, ours in _MARKS.items():
        day = day.replace(mark, ours)
    return day if day and "%" not in day and pattern != EPOCH else None


def hint(name: str, description: str = "") -> Message:
    """What the name of a column makes one think of, between brackets; nothing most of the time."""
    found = (FRENCH[nature] for nature in said_by(name, description).natures if nature in FRENCH)
    natures = sorted(found, key=lambda nature: nature.text)
    if not natures:
        return NOTHING
    return _(" (son nom évoque {listed})").format(listed=join(natures))


def _line(attribute: SourceAttribute, name: str, desk: OpenPointCollector) -> YamlLine:
    detail = {
        "hint": hint(attribute.source, attribute.description),
        "option": published_as(attribute.published),
    }
    kind = RuleOpen if attribute.published == name else RenamedRuleOpen
    return YamlLine(name, desk.ask(f"columns.{name}", kind(column=name, detail=detail)))


def published_as(name: str) -> str:
    """The rule that publishes a column under another name, as it is written."""
    return flow({"publish": True, "as": name})


def _ask_type(attribute: SourceAttribute, desk: OpenPointCollector) -> str:
    kind = "integer" if attribute.pattern == EPOCH else "string"
    detail = {"pattern": attribute.pattern, "kind": kind}
    return desk.ask(
        f"schema.fields.{attribute.published}.type", DateOpen(column=attribute.published, detail=detail)
    )


def _dates(patterns: list[str], desk: OpenPointCollector) -> str | None:
    if len(patterns) > 1:
        return desk.ask("source.dates", DatesDisagree(detail={"choices": ", ".join(patterns)}))
    return next((pattern for pattern in patterns if pattern != ISO), None)


def _field(attribute: SourceAttribute, kind: str) -> dict[str, Any]:
    said = {"description": attribute.description} if attribute.description else {}
    return {"name": attribute.published, "type": kind, **said}


def sound(attributes: Iterable[SourceAttribute]) -> tuple[SourceAttribute, ...]:
    """Without those whose name at the source was seen before; published under names that platforms take:
    fewer than 62 characters, each of its own whatever its case."""
    kept: dict[str, SourceAttribute] = {}
    taken: dict[str, None] = {}
    for attribute in attributes:
        if attribute.source in kept:
            continue
        name = attribute.published
        if len(name) > LONGEST_TITLE or name.casefold() in taken:
            name = slug_of(name, taken)
        taken.setdefault(name.casefold())
        kept[attribute.source] = replace(attribute, published=name)
    return tuple(kept.values())
