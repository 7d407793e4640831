"""Declarations: YAML in, frozen objects out, every error with its file, line, caret and remedy."""

from aqueduc.declaration.loader import (
    LoadedCity,
    LoadedDeclarations,
    list_dataset_paths,
    list_declaration_paths_mentioning_keys,
    load_all_declarations,
    load_city,
    load_dataset,
)
from aqueduc.declaration.spec import City, Dataset

__all__ = [
    "City",
    "Dataset",
    "LoadedCity",
    "LoadedDeclarations",
    "list_dataset_paths",
    "list_declaration_paths_mentioning_keys",
    "load_all_declarations",
    "load_city",
    "load_dataset",
]
