"""Files that arrived: which datasets are to be read anew since what lies in their drop is no longer what it was.

No file is read. What is listed of each (its size, its date, the mark of its bytes where the drop has one), or what the
address of a document announces, is compared with what was there when a run was last asked for. A file is there once two
looks in turn have seen the same: one that is still being written waits. What is kept is a digest, and the run decides by
content: files that were only touched publish nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from aqueduc.declaration import LoadedCity, list_declaration_paths_mentioning_keys, load_dataset
from aqueduc.declaration.spec import City, Dataset
from aqueduc.declaration.term import convert_to_city_date
from aqueduc.errors import AqueducError, SourceNotFound, StoreError
from aqueduc.run import Workspace
from aqueduc.sources import SOURCES
from aqueduc.sources.adapter import ExtractRequest, find_source_connection, load_adapter

FAILURES_TOLD = 3
"""Looks in turn that cannot be made before a run is asked for, which says why in its report."""
_NOTHING = ""


@dataclass(frozen=True)
class DropWatchState:
    """What was known of a drop. ``mark``: what lay there when a run was last asked for, "" for nothing. ``chain``: of
    all that lay there so far, so that what comes back is another arrival. ``waiting``: what was seen once.
    ``failures``: how many looks in turn could not be made."""

    mark: str = _NOTHING
    chain: str = ""
    waiting: str = _NOTHING
    failures: int = 0

    @property
    def run_id(self) -> str:
        """The name of the run that reads it: the same however often it is asked for."""
        return f"arrival__{self.chain}"

    def decide_run_after_listing(self, found: str) -> tuple[bool, DropWatchState]:
        """Whether a run is to be asked for, and what is known then."""
        if found in (self.mark, _NOTHING):
            return False, DropWatchState(mark=found, chain=self.chain)
        if found != self.waiting:
            return False, replace(self, waiting=found, failures=0)
        return True, DropWatchState(mark=found, chain=_digest_text(f"{self.chain} {found}"))

    def decide_run_after_failed_listing(self) -> tuple[bool, DropWatchState]:
        """The same of a look that could not be made: a run is asked for once, until one can."""
        failures = min(self.failures + 1, FAILURES_TOLD)
        if failures == self.failures or failures < FAILURES_TOLD:
            return False, replace(self, waiting=_NOTHING, failures=failures)
        return True, DropWatchState(mark=self.mark, chain=_digest_text(f"{self.chain} ?"), failures=failures)


@dataclass(frozen=True)
class ArrivalTriggeredRun:
    """A dataset to be read. ``before``: the state of which the last run was asked; ``after``: the one to be noted once
    this one is."""

    dataset: str
    before: DropWatchState
    after: DropWatchState


def list_arrival_triggered_runs(workspace: Workspace, loaded: LoadedCity) -> Iterator[ArrivalTriggeredRun]:
    """One at a time: what is asked for is noted (``save_drop_watch_state``) before the next drop is looked at. A declaration
    that cannot be read publishes nothing anyhow. On a day without automatic publication, on which a run would
    rest, nothing is looked at: it is seen the day after. Raises StoreError."""
    if (
        loaded.city.find_holiday_reason(convert_to_city_date(workspace.clock(), loaded.city.timezone))
        is not None
    ):
        return
    for path in list_declaration_paths_mentioning_keys(workspace.include, "on_arrival"):
        dataset = _load_arrival_triggered_dataset(path, loaded)
        arrival = (
            _check_drop_and_update_watch_state(dataset, loaded.city, workspace)
            if dataset is not None
            else None
        )
        if arrival is not None:
            yield arrival


def save_drop_watch_state(workspace: Workspace, dataset: str, state: DropWatchState) -> None:
    """Raises StoreError."""
    workspace.store.write_json(_build_watch_state_key(dataset), asdict(state))


def _load_arrival_triggered_dataset(path: Path, loaded: LoadedCity) -> Dataset | None:
    try:
        dataset = load_dataset(path, loaded)
    except AqueducError:
        return None
    return dataset if dataset.on_arrival else None


def _check_drop_and_update_watch_state(
    dataset: Dataset, city: City, workspace: Workspace
) -> ArrivalTriggeredRun | None:
    before = DropWatchState(**(workspace.store.read_json(_build_watch_state_key(dataset.id)) or {}))
    found = _compute_drop_listing_digest(dataset, city, workspace)
    if found is None:
        is_due, after = before.decide_run_after_failed_listing()
    else:
        is_due, after = before.decide_run_after_listing(found)
    if is_due:
        return ArrivalTriggeredRun(dataset.id, before, after)
    if after != before:
        save_drop_watch_state(workspace, dataset.id, after)
    return None


def _compute_drop_listing_digest(dataset: Dataset, city: City, workspace: Workspace) -> str | None:
    """A digest of what lies there, "" for nothing; None where that cannot be seen."""
    try:
        with workspace.vault.open_scratch_folder() as scratch:
            connection = find_source_connection(dataset.source, workspace.connections)
            request = ExtractRequest(
                dataset=dataset,
                connection=connection,
                window=None,
                timezone=city.timezone,
                etag=None,
                scratch=scratch,
                target=scratch / "unread",
            )
            request.source_origin.check_connection_kind(
                connection, SOURCES[dataset.source.kind].connection_types
            )
            mark = load_adapter(dataset.source).mark
            return _digest_text(mark(request, dataset.source)) if mark is not None else None
    except SourceNotFound:
        return _NOTHING
    except StoreError:
        raise
    except AqueducError:
        return None


def _digest_text(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _build_watch_state_key(dataset: str) -> str:
    return f"arrivals/{dataset}.json"
