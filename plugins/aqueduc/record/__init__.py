"""The fiche: what a catalogue says of a dataset, as data; and one translation per catalogue."""

from aqueduc.record.fiche import (
    DataCoverage,
    DataDictionaryEntry,
    DatasetSplitPart,
    Distribution,
    Fiche,
    RowPreparationCounts,
    build_fiche,
)

__all__ = [
    "DataCoverage",
    "DataDictionaryEntry",
    "DatasetSplitPart",
    "Distribution",
    "Fiche",
    "RowPreparationCounts",
    "build_fiche",
]
