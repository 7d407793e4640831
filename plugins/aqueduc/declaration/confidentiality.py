"""Cross-checks of what a declaration asks for people's sake: hierarchies, sensitive columns, secrecy."""

from collections.abc import Iterable
from itertools import pairwise

from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import (
    AmbiguousHierarchy,
    DroppedColumnReference,
    EmptySensitiveRequirement,
    NonQuasiIdentifierHierarchy,
    NonTextHierarchyField,
    PublishedCountingUnit,
    SensitiveQuasiIdentifier,
    UnknownColumn,
    UnnestedHierarchy,
    UselessRecoding,
    ValueAboveCeiling,
    ValueBelowFloor,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.sections import DeclaredColumns, PartialDeclaration
from aqueduc.declaration.spec import (
    City,
    ColumnDeclaration,
    DateGeneralisationLevel,
    HierarchyLevels,
    PrivacySettings,
    SensitiveColumn,
)
from aqueduc.language import _, format_declared_share
from aqueduc.rules import CityBoundedThreshold

_ORDER = ("day", *DateGeneralisationLevel)
_LADDER_ADVICE = {
    "dates": _(
        "de la plus courte unité à la plus longue, chacune plus longue que celle de la règle : month, "
        "quarter, year, decade"
    ),
    "bands": _("chaque largeur multiple de la précédente, et la première de celle de la règle : [5, 10, 50]"),
    "prefix": _("du plus long au plus court : [4, 3, 2]"),
}


def check_privacy(
    collector: ProblemCollector, sections: PartialDeclaration, written: PrivacySettings, city: City
) -> None:
    """Complains of what does not fit in ``privacy:``, beside its quasi-identifiers."""
    at: PathKey = ("privacy",)
    if (
        written.recode is not None
        and not written.hierarchies
        and not collector.has_problem_at_or_around_path((*at, "hierarchies"))
    ):
        collector.add_key_problem((*at, "recode"), UselessRecoding)
    columns = {column.name: column for column in sections.columns.read} if sections.columns else {}
    quasi = written.quasi_identifiers or ()
    for ladder in written.hierarchies:
        name = ladder.column
        path: PathKey = (*at, "hierarchies", name)
        if quasi and name not in quasi:
            collector.add_key_problem(
                path,
                NonQuasiIdentifierHierarchy,
                name=name,
                advice=suggest_nearest_choice_or_list(name, quasi),
            )
            continue
        if name in columns and columns[name].published_as is None:
            collector.add_key_problem(path, DroppedColumnReference, key="hierarchies", name=name)
            continue
        _check_hierarchy(collector, path, ladder, columns.get(name))
        if name in columns:
            _check_hierarchy_field_type(collector, sections, path, columns[name])
    for name in written.unit:
        _check_privacy_unit_is_dropped_column(collector, sections, name)
    for sensitive in written.sensitive:
        _check_sensitive_column(collector, sections, sensitive, quasi, city)


def _check_privacy_unit_is_dropped_column(
    collector: ProblemCollector, sections: PartialDeclaration, name: str
) -> None:
    """Whoever is counted does not leave: not even as a pseudonym, by which the rows of one are linked."""
    path: PathKey = ("privacy", "unit")
    if sections.columns is None or sections.columns.may_be_unread_column(name):
        return
    column = next((column for column in sections.columns.read if column.name == name), None)
    if column is None:
        check_cited_column_exists(collector, sections.columns, path, "unit", name, dropped=True)
    elif column.published_as is not None:
        collector.add_value_problem(path, PublishedCountingUnit, name=name)


def _check_hierarchy(
    collector: ProblemCollector, path: PathKey, ladder: HierarchyLevels, column: ColumnDeclaration | None
) -> None:
    ways = {
        "dates": ladder.dates and _are_date_steps_coarser_than_column(ladder.dates, column),
        "bands": ladder.bands and _are_band_widths_nested_in_column(ladder.bands, column),
        "prefix": ladder.prefix and all(long > short for long, short in pairwise(ladder.prefix)),
        "path": True,
    }
    given = {way: right for way, right in ways.items() if not ladder.lacks_any_key(way)}
    if len(given) != 1:
        if not collector.has_problem_at_or_around_path(path):
            collector.add_value_problem(path, AmbiguousHierarchy, name=ladder.column)
        return
    ((way, right),) = given.items()
    if not right:
        collector.add_value_problem(path, UnnestedHierarchy, name=ladder.column, advice=_LADDER_ADVICE[way])


def _are_date_steps_coarser_than_column(
    steps: Iterable[DateGeneralisationLevel], column: ColumnDeclaration | None
) -> bool:
    ranks = [_ORDER.index(step) for step in steps]
    unit = column.rule.date_unit_or_band_width if column else None
    first = _ORDER.index(unit) if unit in _ORDER else -1
    return all(low < high for low, high in pairwise([first, *ranks]))


def _are_band_widths_nested_in_column(widths: Iterable[float], column: ColumnDeclaration | None) -> bool:
    width = column.rule.date_unit_or_band_width if column else None
    first = [width] if isinstance(width, float) else []
    return all(low < high and not high % low for low, high in pairwise([*first, *widths]))


def _check_hierarchy_field_type(
    collector: ProblemCollector, sections: PartialDeclaration, path: PathKey, column: ColumnDeclaration
) -> None:
    field = column.published_as or ""
    kind = sections.schema_fields.types.get(field) if sections.schema_fields else None
    if kind is not None and kind not in ("string", "any"):
        schema = sections.schema.path if sections.schema else ""
        collector.add_key_problem(
            path, NonTextHierarchyField, name=column.name, field=field, type=kind, schema=schema
        )


def _check_sensitive_column(
    collector: ProblemCollector,
    sections: PartialDeclaration,
    wanted: SensitiveColumn,
    quasi: Iterable[str],
    city: City,
) -> None:
    name = wanted.column
    path: PathKey = ("privacy", "sensitive", name)
    if sections.columns is not None:
        check_cited_column_exists(collector, sections.columns, path, "sensitive", name, dropped=False)
    if name in quasi:
        collector.add_key_problem(path, SensitiveQuasiIdentifier, name=name)
    if all(
        map(wanted.lacks_any_key, ("distinct", "entropy", "closeness"))
    ) and not collector.has_problem_at_or_around_path(path):
        collector.add_value_problem(path, EmptySensitiveRequirement, name=name)
    if not wanted.lacks_any_key("distinct"):
        check_threshold_above_city_floor(collector, path, "distinct", wanted.distinct, city.floors.distinct)


def check_value_within_city_bounds(
    collector: ProblemCollector, path: PathKey, bound: CityBoundedThreshold
) -> None:
    """Complains of a number of a rule that is beyond the city's."""
    key, at = bound.keys[-1], (*path, *bound.keys)
    if bound.least is not None:
        check_threshold_above_city_floor(collector, at[:-1], key, bound.given, bound.least)
    if bound.most is not None and bound.given > bound.most:
        collector.add_value_problem(
            at,
            ValueAboveCeiling,
            key=key,
            given=format_declared_share(bound.given),
            ceiling=format_declared_share(bound.most),
        )


def check_cited_column_exists(
    collector: ProblemCollector,
    columns: DeclaredColumns,
    path: PathKey,
    key: str,
    name: str,
    *,
    dropped: bool,
) -> None:
    """Complains unless ``name`` is a column of the source; a published one, unless it may be ``dropped``."""
    if columns.may_be_unread_column(name):
        return
    found = next((column for column in columns.read if column.name == name), None)
    point = (
        collector.add_value_problem
        if collector.tree.has_path(path) and path[-1] != name
        else collector.add_key_problem
    )
    if found is None:
        known = [column.name for column in columns.read if dropped or column.published_as]
        point(
            path,
            UnknownColumn,
            key=key,
            name=name,
            sort=_("de la source"),
            advice=suggest_nearest_choice_or_list(name, known),
        )
    elif not dropped and found.published_as is None:
        point(path, DroppedColumnReference, key=key, name=name)


def check_threshold_above_city_floor(
    collector: ProblemCollector, path: PathKey, key: str, given: float, least: float
) -> None:
    """Complains of a threshold below the city's."""
    if given < least:
        at = (*path, key) if collector.tree.has_path((*path, key)) else path
        collector.add_value_problem(at, ValueBelowFloor, key=key, given=given, floor=least)
