"""The fiche: what a catalogue says of a dataset, as data; and one translation per catalogue."""

from aqueduc.record.fiche import (
    ColumnNote,
    DataCoverage,
    Distribution,
    Fiche,
    FileSlice,
    RowPreparation,
    describe,
)

__all__ = [
    "ColumnNote",
    "DataCoverage",
    "Distribution",
    "Fiche",
    "FileSlice",
    "RowPreparation",
    "describe",
]
