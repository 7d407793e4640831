"""Migrate: the declarations of other projects made into drafts of ours, and what a person has to settle."""

from aqueduc.migrate.converted import Converted, Draft, Open
from aqueduc.migrate.read import ORIGINS, convert
from aqueduc.migrate.saved import AlreadyThere, save

__all__ = ["ORIGINS", "AlreadyThere", "Converted", "Draft", "Open", "convert", "save"]
