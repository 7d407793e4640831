"""Migrate: the declarations of other projects made into drafts of ours, and what a person has to settle."""

from aqueduc.migrate.conversion import Conversion, DatasetDraft, OpenPoint
from aqueduc.migrate.read import ORIGINS, convert
from aqueduc.migrate.saving import FileExists, save

__all__ = ["ORIGINS", "Conversion", "DatasetDraft", "FileExists", "OpenPoint", "convert", "save"]
