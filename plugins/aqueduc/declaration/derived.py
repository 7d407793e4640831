"""The published columns that are made of others which the declaration keeps back, or changes: their reflection."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aqueduc.declaration.expressions import list_columns_cited_in_expression
from aqueduc.declaration.spec import ColumnDeclaration, Dataset, PrivacySettings, ReferenceJoin


@dataclass(frozen=True)
class ColumnDerivedFromHidden:
    """``column`` is published, and made of ``hidden`` columns, which do not leave as they are."""

    column: ColumnDeclaration
    hidden: tuple[str, ...]


def find_columns_not_published_as_is(
    columns: Iterable[ColumnDeclaration], privacy: PrivacySettings | None
) -> frozenset[str]:
    """The columns that do not leave as they are: dropped, under a rule that changes them, or generalised by the
    k-anonymity."""
    return frozenset(
        column.name
        for column in columns
        if not column.rule.capabilities.as_is or (privacy is not None and privacy.find_hierarchy(column.name))
    )


def map_declared_added_columns_to_origins(
    columns: Iterable[ColumnDeclaration], joins: Sequence[ReferenceJoin], computed: Mapping[str, str]
) -> Mapping[str, tuple[str, ...]]:
    """The columns of which each added column is made, as far as the declaration names it."""
    names = [column.name for column in columns]
    return {
        **{name: tuple(join.on or ()) for join in joins for name in join.columns},
        **{
            name: list_columns_cited_in_expression(expression, names) for name, expression in computed.items()
        },
    }


def find_columns_derived_from_hidden(
    columns: Sequence[ColumnDeclaration],
    joins: Sequence[ReferenceJoin],
    computed: Mapping[str, str],
    privacy: PrivacySettings | None,
) -> tuple[ColumnDerivedFromHidden, ...]:
    """A column over which classes are counted is shared by k rows: it gives back nothing of one. Neither does a rule
    that leaves nothing of the value."""
    hidden = find_columns_not_published_as_is(columns, privacy)
    shared = (privacy.quasi_identifiers or ()) if privacy else ()
    origins = map_declared_added_columns_to_origins(columns, joins, computed)
    found = (
        ColumnDerivedFromHidden(column, tuple(name for name in origins[column.name] if name in hidden))
        for column in columns
        if column.name in origins
        and column.published_as is not None
        and column.name not in shared
        and not column.rule.capabilities.erases
    )
    return tuple(one for one in found if one.hidden)


def find_joins_disclosing_hidden_keys(
    columns: Sequence[ColumnDeclaration],
    joins: Sequence[ReferenceJoin],
    computed: Mapping[str, str],
    privacy: PrivacySettings | None,
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rank of each join that rejects rows by columns which do not leave as they are, and these columns, where
    nobody is asked for a column that comes of it: a row that is published says that its table knows them."""
    hidden = find_columns_not_published_as_is(columns, privacy)
    for rank, join in enumerate(joins):
        keys = tuple(name for name in join.on or () if name in hidden)
        if keys and join.unmatched == "reject":
            made = {
                name
                for name, text in computed.items()
                if list_columns_cited_in_expression(text, join.columns)
            }
            if not _list_columns_with_published_values(columns) & {*join.columns, *made}:
                yield rank, keys


def find_computations_disclosing_hidden_columns(dataset: Dataset) -> frozenset[str]:
    """The computed columns that are made of others which do not leave as they are, and for which nobody is asked: rows
    that they would reject are told by it from those that are published."""
    hidden = find_columns_not_published_as_is(dataset.columns, dataset.privacy)
    origins = map_declared_added_columns_to_origins(dataset.columns, dataset.join, dataset.computed)
    made = {name for name in dataset.computed if hidden.intersection(origins[name])}
    return frozenset(made - _list_columns_with_published_values(dataset.columns))


def _list_columns_with_published_values(columns: Iterable[ColumnDeclaration]) -> frozenset[str]:
    """Those of which something is published."""
    return frozenset(
        column.name
        for column in columns
        if column.published_as is not None and not column.rule.capabilities.erases
    )


def find_dataset_columns_derived_from_hidden(dataset: Dataset) -> tuple[ColumnDerivedFromHidden, ...]:
    return find_columns_derived_from_hidden(dataset.columns, dataset.join, dataset.computed, dataset.privacy)
