"""The fiche: what a catalogue says of a dataset, as data; and one translation per catalogue."""

from aqueduc.record.fiche import ColumnNote, Coverage, Distribution, Fiche, Preparation, Slice, describe

__all__ = [
    "ColumnNote",
    "Coverage",
    "Distribution",
    "Fiche",
    "Preparation",
    "Slice",
    "describe",
]
