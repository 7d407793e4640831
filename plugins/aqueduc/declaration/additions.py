"""Cross-checks of what is added to the rows of a source: each column is declared, comes from one place, and gives
back nothing of what is kept back."""

from collections import Counter
from collections.abc import Iterable, Sequence

from aqueduc.declaration.confidentiality import check_cited_column_exists
from aqueduc.declaration.derived import (
    find_columns_derived_from_hidden,
    find_columns_not_published_as_is,
    find_joins_disclosing_hidden_keys,
)
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
from aqueduc.declaration.expressions import list_columns_cited_in_expression
from aqueduc.declaration.sections import DeclaredColumns, PartialDeclaration, build_join_entry_path
from aqueduc.declaration.spec import DetectionWaiver, PrivacySettings, ReferenceJoin
from aqueduc.language import quote_text


def check_joined_and_computed_columns(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    """Complains of what does not fit in ``join:``, and of what gives back a column that is kept back."""
    joins, computed = sections.spec.join, sections.spec.computed
    if sections.publication is not None and sections.publication.is_link_to_source:
        for key in [key for key, given in (("join", joins), ("computed", computed)) if given]:
            collector.add_key_problem((key,), AdditionsAtSource, key=key)
    for rank, join in enumerate(joins):
        _check_join_columns(
            collector, build_join_entry_path(collector, rank), join, columns, sections.privacy
        )
    _check_added_column_name_conflicts(collector, joins)
    for name, expression in computed.items():
        _check_computed_column(collector, sections, columns, name, expression)
    _check_derived_column_disclosure(collector, sections, columns)
    _check_joins_disclosing_hidden_keys(collector, sections, columns)


def _check_join_columns(
    collector: ProblemCollector,
    path: PathKey,
    join: ReferenceJoin,
    columns: DeclaredColumns,
    privacy: PrivacySettings | None,
) -> None:
    keys = join.on or {}
    at: PathKey = (*path, "on")
    for name in keys:
        check_cited_column_exists(collector, columns, at, "on", name, dropped=True)
    for name in join.columns:
        if not columns.may_be_unread_column(name) and name not in {column.name for column in columns.read}:
            collector.add_value_problem((*path, "columns"), UndeclaredAddedColumn, shown=quote_text(name))
    # Which of the declared columns are a reflection of the keys would be known to the file only.
    hidden = find_columns_not_published_as_is(columns.read, privacy)
    held = [name for name in keys if name in hidden]
    if held and not join.columns and not collector.has_problem_at_or_around_path(path):
        collector.add_key_problem(path, UnlistedJoinColumns, listed=", ".join(held))


def _check_added_column_name_conflicts(collector: ProblemCollector, joins: Sequence[ReferenceJoin]) -> None:
    """A name that is brought twice, or that a key of the source has."""
    keys = {name.casefold() for join in joins for name in join.on or ()}
    brought: Counter[str] = Counter()
    for rank, join in enumerate(joins):
        path = (*build_join_entry_path(collector, rank), "columns")
        own: set[str] = set()
        own_keys = {name.casefold() for name in join.on or ()}
        for name in join.columns:
            folded = name.casefold()
            if folded in own:
                collector.add_value_problem(path, RepeatedItem, key="columns", item=name)
            elif folded in own_keys or brought[folded]:
                collector.add_value_problem(path, AddedTwice, name=name)
            elif folded in keys:
                collector.add_value_problem(path, AddedJoinKey, name=name)
            own.add(folded)
        brought.update(own)


def _check_computed_column(
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
        collector.add_key_problem(path, AddedTwice, name=name)
    elif folded in keys:
        collector.add_key_problem(path, AddedJoinKey, name=name)
    elif not columns.may_be_unread_column(name) and name not in {column.name for column in columns.read}:
        collector.add_key_problem(path, UndeclaredAddedColumn, shown=quote_text(name))
    others = list_columns_cited_in_expression(expression, computed)
    if others:
        collector.add_value_problem(path, ComputedOnComputed, name=name, listed=", ".join(others))


def _check_derived_column_disclosure(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    waived = list_derivation_waiver_columns(sections.spec.waivers)
    for derived in find_columns_derived_from_hidden(
        columns.read, sections.spec.join, sections.spec.computed, sections.privacy
    ):
        column = derived.column
        if column.basis or column.published_as in waived:
            continue
        collector.add_value_problem(
            ("columns", column.name),
            DerivedColumnExposed,
            name=column.name,
            published=column.published_as,
            listed=", ".join(derived.hidden),
        )


def _check_joins_disclosing_hidden_keys(
    collector: ProblemCollector, sections: PartialDeclaration, columns: DeclaredColumns
) -> None:
    joins, computed = sections.spec.join, sections.spec.computed
    for rank, keys in find_joins_disclosing_hidden_keys(columns.read, joins, computed, sections.privacy):
        if joins[rank].columns:
            path = (*build_join_entry_path(collector, rank), "unmatched")
            collector.add_value_problem(path, JoinChoosesRows, listed=", ".join(keys))


def list_derivation_waiver_columns(waivers: Iterable[DetectionWaiver]) -> frozenset[str]:
    """The published columns of which a named person says that they give nothing back."""
    return frozenset(one.column for one in waivers if one.kind == "derived")
