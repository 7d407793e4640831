"""The published columns that are made of others which the declaration keeps back, or changes: their reflection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aqueduc.declaration.expressions import list_named_columns
from aqueduc.declaration.spec import ColumnDeclaration, Dataset, PrivacySettings, ReferenceJoin


@dataclass(frozen=True)
class DerivedColumn:
    """``column`` is published, and made of ``hidden`` columns, which do not leave as they are."""

    column: ColumnDeclaration
    hidden: tuple[str, ...]


def find_hidden_columns(
    columns: Iterable[ColumnDeclaration], privacy: PrivacySettings | None
) -> frozenset[str]:
    """The columns that do not leave as they are: dropped, under a rule that changes them, or generalised by the
    k-anonymity."""
    return frozenset(
        column.name
        for column in columns
        if not column.rule.capabilities.as_is or (privacy is not None and privacy.ladder(column.name))
    )


def list_origins(
    columns: Iterable[ColumnDeclaration], joins: Sequence[ReferenceJoin], computed: Mapping[str, str]
) -> Mapping[str, tuple[str, ...]]:
    """The columns of which each added column is made, as far as the declaration names it."""
    names = [column.name for column in columns]
    return {
        **{name: tuple(join.on or ()) for join in joins for name in join.columns},
        **{name: list_named_columns(expression, names) for name, expression in computed.items()},
    }


def find_derived_columns(
    columns: Sequence[ColumnDeclaration],
    joins: Sequence[ReferenceJoin],
    computed: Mapping[str, str],
    privacy: PrivacySettings | None,
) -> tuple[DerivedColumn, ...]:
    """A column over which classes are counted is shared by k rows: it gives back nothing of one. Neither does a rule
    that leaves nothing of the value."""
    hidden = find_hidden_columns(columns, privacy)
    shared = (privacy.quasi_identifiers or ()) if privacy else ()
    origins = list_origins(columns, joins, computed)
    found = (
        DerivedColumn(column, tuple(name for name in origins[column.name] if name in hidden))
        for column in columns
        if column.name in origins
        and column.published_as is not None
        and column.name not in shared
        and not column.rule.capabilities.erases
    )
    return tuple(one for one in found if one.hidden)


def find_dataset_derived_columns(dataset: Dataset) -> tuple[DerivedColumn, ...]:
    return find_derived_columns(dataset.columns, dataset.join, dataset.computed, dataset.privacy)
