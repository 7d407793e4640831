"""Cross-checks of what is added to the rows of a source: each column is declared, comes from one place, and gives
back nothing of what is kept back."""

from collections import Counter
from collections.abc import Iterable, Sequence

from aqueduc.declaration.confidentiality import check_source_column
from aqueduc.declaration.derived import find_derived_columns, find_hidden_columns, find_row_rejecting_joins
from aqueduc.declaration.diagnostics.catalogue import (
    AddedJoinKey,
    AddedTwice,
    AdditionsAtSource,
    ComputedOnComputed,
    DerivedColumnExposed,
    JoinChoosesRows,
    RepeatedItem,
    UndeclaredAddedColumn,
    UnlistedJoinColumns,
)
from aqueduc.declaration.diagnostics.collector import ProblemCollector
from aqueduc.declaration.diagnostics.document import PathKey
from aqueduc.declaration.expressions import list_named_columns
from aqueduc.declaration.sections import DeclaredColumns, PartialDeclaration, build_join_path
from aqueduc.declaration.spec import DetectionWaiver, PrivacySettings, ReferenceJoin
from aqueduc.language import quote_text


def check_additions(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    """Complains of what does not fit in ``join:``, and of what gives back a column that is kept back."""
    joins, computed = sections.spec.join, sections.spec.computed
    if sections.publication is not None and sections.publication.at_source:
        for key in [key for key, given in (("join", joins), ("computed", computed)) if given]:
            collector.at_key((key,), AdditionsAtSource, key=key)
    for rank, join in enumerate(joins):
        _check_join(collector, build_join_path(collector, rank), join, columns, sections.privacy)
    _check_added_names(collector, joins)
    for name, expression in computed.items():
        _check_computed(collector, sections, columns, name, expression)
    _check_derived_columns(collector, sections, columns)
    _check_row_rejecting_joins(collector, sections, columns)


def _check_join(
    collector: ProblemCollector,
    path: PathKey,
    join: ReferenceJoin,
    columns: DeclaredColumns,
    privacy: PrivacySettings | None,
) -> None:
    keys = join.on or {}
    at: PathKey = (*path, "on")
    for name in keys:
        check_source_column(collector, columns, at, "on", name, dropped=True)
    for name in join.columns:
        if not columns.may_include(name) and name not in {column.name for column in columns.read}:
            collector.at_value((*path, "columns"), UndeclaredAddedColumn, shown=quote_text(name))
    # Which of the declared columns are a reflection of the keys would be known to the file only.
    hidden = find_hidden_columns(columns.read, privacy)
    held = [name for name in keys if name in hidden]
    if held and not join.columns and not collector.is_reported(path):
        collector.at_key(path, UnlistedJoinColumns, listed=", ".join(held))


def _check_added_names(collector: ProblemCollector, joins: Sequence[ReferenceJoin]) -> None:
    """A name that is brought twice, or that a key of the source has."""
    keys = {name.casefold() for join in joins for name in join.on or ()}
    brought: Counter[str] = Counter()
    for rank, join in enumerate(joins):
        path = (*build_join_path(collector, rank), "columns")
        own: set[str] = set()
        own_keys = {name.casefold() for name in join.on or ()}
        for name in join.columns:
            folded = name.casefold()
            if folded in own:
                collector.at_value(path, RepeatedItem, key="columns", item=name)
            elif folded in own_keys or brought[folded]:
                collector.at_value(path, AddedTwice, name=name)
            elif folded in keys:
                collector.at_value(path, AddedJoinKey, name=name)
            own.add(folded)
        brought.update(own)


def _check_computed(
    collector: ProblemCollector,
    sections: PartialDeclaration,
    columns: DeclaredColumns,
    name: str,
    expression: str,
) -> None:
    path: PathKey = ("computed", name)
    computed, folded = sections.spec.computed, name.casefold()
    keys = {key.casefold() for join in sections.spec.join for key in join.on or ()}
    taken = {brought.casefold() for join in sections.spec.join for brought in join.columns}
    taken.update(other.casefold() for other in computed if other != name)
    if folded in taken:
        collector.at_key(path, AddedTwice, name=name)
    elif folded in keys:
        collector.at_key(path, AddedJoinKey, name=name)
    elif not columns.may_include(name) and name not in {column.name for column in columns.read}:
        collector.at_key(path, UndeclaredAddedColumn, shown=quote_text(name))
    others = list_named_columns(expression, computed)
    if others:
        collector.at_value(path, ComputedOnComputed, name=name, listed=", ".join(others))


def _check_derived_columns(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    waived = list_waived_names(sections.spec.waivers)
    for derived in find_derived_columns(
        columns.read, sections.spec.join, sections.spec.computed, sections.privacy
    ):
        column = derived.column
        if column.basis or column.published_as in waived:
            continue
        collector.at_value(
            ("columns", column.name),
            DerivedColumnExposed,
            name=column.name,
            published=column.published_as,
            listed=", ".join(derived.hidden),
        )


def _check_row_rejecting_joins(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    joins, computed = sections.spec.join, sections.spec.computed
    for rank, keys in find_row_rejecting_joins(columns.read, joins, computed, sections.privacy):
        if joins[rank].columns:
            path = (*build_join_path(collector, rank), "unmatched")
            collector.at_value(path, JoinChoosesRows, listed=", ".join(keys))


def list_waived_names(waivers: Iterable[DetectionWaiver]) -> frozenset[str]:
    """The published columns of which a named person says that they give nothing back."""
    return frozenset(one.column for one in waivers if one.kind == "derived")
