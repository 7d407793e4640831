"""What a platform has of the city's, from its lists: a few requests in all, rather than a few for each
dataset.

A list may lag behind what it lists: whoever finds a difference in one asks for the record itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from aqueduc.publish.planning.state import ObservedRecord, PlatformState


@dataclass(frozen=True)
class ListedRecord:
    """A record of the city's organisation, as the city is shown it. ``id``: as a PlatformState remembers it;
    ``name``: its address there; ``dataset``: the dataset that its mark says it is of, empty where it bears
    none of ours; ``harvested``: the platform copied it from elsewhere. ``observed``: as
    ``Platform.read_record_without_tables`` gives it; None where the list shows too little of it."""

    id: str
    name: str
    title: str
    url: str
    dataset: str = ""
    harvested: bool = False
    observed: ObservedRecord | None = None


@dataclass(frozen=True)
class PlatformRecordListings:
    """All that the lists of a platform show. ``records``: to the city; ``shown``: to a visitor, by the ids of
    records, and empty where no list of visitors shows ids. ``feed``: the ids in the DCAT feed that visitors
    read; None where there is none. ``altered``: shared pages that are not as they were made, by their names.
    ``organisation``: what visitors read for the city's organisation; empty where it was not asked."""

    records: tuple[ListedRecord, ...]
    shown: Mapping[str, ObservedRecord]
    feed: frozenset[str] | None = None
    altered: tuple[str, ...] = ()
    organisation: str = ""


class RecordListingPlatform(Protocol):
    """A platform whose kind ``lists_records``."""

    def read_record_listings(self, states: Mapping[str, PlatformState]) -> PlatformRecordListings:
        """Asks for the lists. ``states``: what is remembered, by the id of the record. Raises the errors of
        ``PlatformClient``."""
