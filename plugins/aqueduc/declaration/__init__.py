"""Declarations: YAML in, frozen objects out, every error with its file, line, caret and remedy."""

from aqueduc.declaration.loader import LoadedCity, dataset_paths, load_city, load_dataset
from aqueduc.declaration.model import City, Dataset

__all__ = ["City", "Dataset", "LoadedCity", "dataset_paths", "load_city", "load_dataset"]
