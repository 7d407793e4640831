"""Cross-checks of what a declaration asks for people's sake: hierarchies, sensitive columns, secrecy."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from aqueduc.declaration.diagnostics.advice import did_you_mean
from aqueduc.declaration.diagnostics.catalogue import (
    AboveCeiling,
    BelowFloor,
    ColumnIsDropped,
    LadderNeedsText,
    LadderNotNested,
    LadderUnclear,
    NotAColumn,
    NotQuasiIdentifier,
    RecodeUseless,
    SensitiveAsksNothing,
    SensitiveIsQuasi,
    UnitPublished,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.model import City, Column, DateStep
from aqueduc.declaration.parts import Columns, Parts
from aqueduc.declaration.written import WrittenLadder, WrittenPrivacy, WrittenSensitive
from aqueduc.language import Said
from aqueduc.rules import CityBound

_OF_SOURCE = Said("de la source", "source")
_ORDER = ("day", *DateStep)
_LADDER_ADVICE = {
    "dates": Said(
        "de la plus courte unité à la plus longue, chacune plus longue que celle de la règle : month, "
        "quarter, year, decade",
        "from the shortest unit to the longest, each longer than that of the rule: month, quarter, year, "
        "decade",
    ),
    "bands": Said(
        "chaque largeur multiple de la précédente, et la première de celle de la règle : [5, 10, 50]",
        "each width a multiple of the one before, and the first of that of the rule: [5, 10, 50]",
    ),
    "prefix": Said("du plus long au plus court : [4, 3, 2]", "from the longest to the shortest: [4, 3, 2]"),
}


def check_privacy(collector: ProblemCollector, parts: Parts, written: WrittenPrivacy, city: City) -> None:
    """Complains of what does not fit in ``privacy:``, beside its quasi-identifiers."""
    at: PathKey = ("privacy",)
    if written.recode is not None and not written.hierarchies and not collector.silent((*at, "hierarchies")):
        collector.at_key((*at, "recode"), RecodeUseless)
    columns = {column.name: column for column in parts.columns.read} if parts.columns else {}
    quasi = written.quasi_identifiers or ()
    for name, ladder in (written.hierarchies or {}).items():
        path: PathKey = (*at, "hierarchies", name)
        if quasi and name not in quasi:
            collector.at_key(path, NotQuasiIdentifier, name=name, advice=did_you_mean(name, quasi))
            continue
        _ladder(collector, path, name, ladder, columns.get(name))
        if name in columns:
            _needs_text(collector, parts, path, columns[name])
    for name in written.unit or ():
        _unit(collector, parts, name)
    for name, sensitive in (written.sensitive or {}).items():
        _sensitive(collector, parts, name, sensitive, quasi, city)


def _unit(collector: ProblemCollector, parts: Parts, name: str) -> None:
    """Whoever is counted does not leave: not even as a pseudonym, by which the rows of one are linked."""
    path: PathKey = ("privacy", "unit")
    if parts.columns is None or parts.columns.may_be(name):
        return
    column = next((column for column in parts.columns.read if column.name == name), None)
    if column is None:
        check_source_column(collector, parts.columns, path, "unit", name, dropped=True)
    elif column.published_as is not None:
        collector.at_value(path, UnitPublished, name=name)


def _ladder(
    collector: ProblemCollector, path: PathKey, name: str, ladder: WrittenLadder, column: Column | None
) -> None:
    ways = {
        "dates": ladder.dates and _rising(ladder.dates, column),
        "bands": ladder.bands and _nesting(ladder.bands, column),
        "prefix": ladder.prefix and all(long > short for long, short in pairwise(ladder.prefix)),
        "file": ladder.file and True,
    }
    given = {way: right for way, right in ways.items() if right is not None}
    if len(given) != 1:
        if not collector.silent(path):
            collector.at_value(path, LadderUnclear, name=name)
        return
    ((way, right),) = given.items()
    if not right:
        collector.at_value(path, LadderNotNested, name=name, advice=_LADDER_ADVICE[way])


def _rising(steps: Iterable[DateStep], column: Column | None) -> bool:
    ranks = [_ORDER.index(step) for step in steps]
    unit = column.rule.generalised_to if column else None
    first = _ORDER.index(unit) if unit in _ORDER else -1
    return all(low < high for low, high in pairwise([first, *ranks]))


def _nesting(widths: Iterable[float], column: Column | None) -> bool:
    width = column.rule.generalised_to if column else None
    first = [width] if isinstance(width, float) else []
    return all(low < high and not high % low for low, high in pairwise([*first, *widths]))


def _needs_text(collector: ProblemCollector, parts: Parts, path: PathKey, column: Column) -> None:
    field = column.published_as or ""
    kind = parts.fields.types.get(field) if parts.fields else None
    if kind is not None and kind not in ("string", "any"):
        schema = parts.schema.path if parts.schema else ""
        collector.at_key(path, LadderNeedsText, name=column.name, field=field, type=kind, schema=schema)


def _sensitive(
    collector: ProblemCollector,
    parts: Parts,
    name: str,
    wanted: WrittenSensitive,
    quasi: Iterable[str],
    city: City,
) -> None:
    path: PathKey = ("privacy", "sensitive", name)
    if parts.columns is not None:
        check_source_column(collector, parts.columns, path, "sensitive", name, dropped=False)
    if name in quasi:
        collector.at_key(path, SensitiveIsQuasi, name=name)
    asked = (wanted.distinct, wanted.entropy, wanted.closeness)
    if all(one is None for one in asked) and not collector.silent(path):
        collector.at_value(path, SensitiveAsksNothing, name=name)
    if wanted.distinct is not None:
        floor(collector, path, "distinct", wanted.distinct, city.distinct_floor)


def check_bound(collector: ProblemCollector, path: PathKey, bound: CityBound) -> None:
    """Complains of a number of a rule that is beyond the city's."""
    key, at = bound.keys[-1], (*path, *bound.keys)
    if bound.least is not None:
        floor(collector, at[:-1], key, bound.given, bound.least)
    if bound.most is not None and bound.given > bound.most:
        detail = {"given": f"{bound.given:.0%}", "ceiling": f"{bound.most:.0%}"}
        collector.at_value(at, AboveCeiling, key=key, **detail)


def check_source_column(
    collector: ProblemCollector, columns: Columns, path: PathKey, key: str, name: str, *, dropped: bool
) -> None:
    """Complains unless ``name`` is a column of the source; a published one, unless it may be ``dropped``."""
    if columns.may_be(name):
        return
    found = next((column for column in columns.read if column.name == name), None)
    point = collector.at_value if collector.tree.has(path) and path[-1] != name else collector.at_key
    if found is None:
        known = [column.name for column in columns.read if dropped or column.published_as]
        point(path, NotAColumn, key=key, name=name, sort=_OF_SOURCE, advice=did_you_mean(name, known))
    elif not dropped and found.published_as is None:
        point(path, ColumnIsDropped, key=key, name=name)


def floor(collector: ProblemCollector, path: PathKey, key: str, given: float, least: float) -> None:
    """Complains of a threshold below the city's."""
    if given < least:
        at = (*path, key) if collector.tree.has((*path, key)) else path
        collector.at_value(at, BelowFloor, key=key, given=given, floor=least)
