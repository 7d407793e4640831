"""Of which columns of the source each published one is made, and how: what a catalogue of lineage is told, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aqueduc.declaration.expressions import list_columns_cited_in_expression
from aqueduc.declaration.spec import Dataset
from aqueduc.declaration.treatment import describe_column_treatment
from aqueduc.language import Message
from aqueduc.rules import TreatmentCategory

Transformation = Literal["IDENTITY", "TRANSFORMATION"]
"""Whether a value leaves as it came: words of OpenLineage (ColumnLineageDatasetFacet 1.2)."""


@dataclass(frozen=True)
class ColumnLineage:
    """How the column ``published_as`` comes from ``inputs``, columns of the source; () where it says nothing of them.
    ``masking``: the value itself is kept from the reader."""

    published_as: str
    inputs: tuple[str, ...]
    transformation: Transformation
    masking: bool
    description: Message


def list_column_lineage(dataset: Dataset) -> tuple[ColumnLineage, ...]:
    """Of each published column, in the order of the schema."""
    place = dataset.geometry
    position = (place.longitude, place.latitude) if place else ()
    recoded = _list_recoded_columns(dataset)
    return tuple(
        ColumnLineage(
            column.published_as or "",
            column.rule.list_value_columns(column.name, position),
            "IDENTITY"
            if column.rule.capabilities.keeps_values and column.name not in recoded
            else "TRANSFORMATION",
            column.rule.capabilities.hides,
            describe_column_treatment(column, dataset.privacy),
        )
        for column in dataset.published_columns
    )


def list_row_choosing_columns(dataset: Dataset) -> tuple[str, ...]:
    """The columns of the source that say which rows leave: those of rules that take rows out, and of the k-anonymity."""
    chosen = [
        name for column in dataset.columns for name in column.rule.list_row_choosing_columns(column.name)
    ]
    if privacy := dataset.privacy:
        sensitive = (one.column for one in privacy.sensitive)
        chosen += [*privacy.quasi_identifiers, *privacy.unit, *sensitive]
    return tuple(dict.fromkeys(chosen))


def map_columns_to_treatments(dataset: Dataset) -> Mapping[str, TreatmentCategory]:
    """What a reader is told first of each column of the source, those that are dropped included."""
    recoded = _list_recoded_columns(dataset)
    return {
        column.name: TreatmentCategory.COARSER
        if column.name in recoded and column.rule.capabilities.keeps_values
        else column.rule.capabilities.effect
        for column in dataset.columns
    }


def _list_recoded_columns(dataset: Dataset) -> frozenset[str]:
    """Those that hierarchies make coarser, whatever their rule."""
    return (
        frozenset(ladder.column for ladder in dataset.privacy.hierarchies) if dataset.privacy else frozenset()
    )


def map_added_columns_to_inputs(dataset: Dataset) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The columns that are added to those of the source, with those of which each is made as far as the declaration
    names them: (file, column) pairs, the file being a table of ``include/``, or "" for the source itself."""
    names = [column.name for column in dataset.columns]
    joined = {name: (join.file, name) for join in dataset.join for name in join.columns}
    file_name = dataset.source.file_name_column
    return {
        **({file_name: ()} if file_name else {}),
        **{name: (pair,) for name, pair in joined.items()},
        **{
            name: tuple(joined.get(one, ("", one)) for one in list_columns_cited_in_expression(text, names))
            for name, text in dataset.computed.items()
        },
    }
