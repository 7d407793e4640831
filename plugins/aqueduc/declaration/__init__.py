"""Declarations: YAML in, frozen objects out, every error with its file, line, caret and remedy."""

from aqueduc.declaration.loader import Loaded, LoadedCity, dataset_paths, load_all, load_city, load_dataset
from aqueduc.declaration.spec import City, Dataset

__all__ = [
    "City",
    "Dataset",
    "Loaded",
    "LoadedCity",
    "dataset_paths",
    "load_all",
    "load_city",
    "load_dataset",
]
