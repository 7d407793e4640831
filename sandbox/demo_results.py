"""What came of each dataset, read from the certificates in the store: never from the display."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aqueduc.declaration import Dataset
from aqueduc.publish import PublishReport
from aqueduc.store import Store
from sandbox.demo_runs import Progress


@dataclass(frozen=True)
class Result:
    """One line of the table: the revision that is published now, summed over its windows.

    ``published``: the ledger answers for each of the runs, by a certificate or by the note that the source
    had not changed since one. ``unchanged``: none of the runs wrote anything on the platform.
    """

    dataset: Dataset
    published: bool
    unchanged: bool
    rows_in: int
    rows_out: int
    rejected: int
    suppressed: int
    smallest_class: int | None
    url: str
    seconds: float


def results(store: Store, followed: Iterable[Progress]) -> list[Result]:
    return [result_of(store, progress) for progress in followed]


def result_of(store: Store, progress: Progress) -> Result:
    """Raises StoreError when an entry of the ledger cannot be read."""
    dataset = progress.dataset
    entries = [entry_of(store, dataset.id, run) for run in progress.runs]
    pointer = store.read_current_revision_pointer(dataset.id) or {"parts": [], "record_url": ""}
    certificates = _behind(store, dataset.id, [part["window"] for part in pointer["parts"]])
    classes = [one["smallest_class"] for one in certificates if one["smallest_class"] is not None]
    return Result(
        dataset=dataset,
        published=bool(certificates) and all(entries) and not progress.failed,
        unchanged=all(
            entry is not None and _wrote_nothing(store, dataset.id, run, entry)
            for run, entry in zip(progress.runs, entries, strict=True)
        ),
        rows_in=_sum(certificates, "extracted"),
        rows_out=_sum(certificates, "published"),
        rejected=_sum(certificates, "rejected"),
        suppressed=_sum(certificates, "suppressed"),
        smallest_class=min(classes, default=None),
        url=pointer["record_url"],
        seconds=progress.seconds or 0.0,
    )


def _behind(store: Store, dataset: str, windows: Sequence[Any]) -> list[dict[str, Any]]:
    """The last certificate of each window of a revision."""
    last: dict[str, dict[str, Any]] = {}
    for key in store.list_ledger_entry_keys(dataset):
        entry = store.read_json(key)
        if entry["kind"] == "certificate" and entry["window"] in windows:
            last[str(entry["window"])] = entry
    return list(last.values())


def entry_of(store: Store, dataset: str, run: str) -> dict[str, Any] | None:
    """The last that the ledger holds of a run: its certificate, or the note that nothing had changed."""
    entries = (store.read_json(key) for key in reversed(store.list_ledger_entry_keys(dataset)))
    return next((entry for entry in entries if entry["run"] == run), None)


def _wrote_nothing(store: Store, dataset: str, run: str, entry: dict[str, Any]) -> bool:
    """The source was as before, or the platform had it all (a link to data that move, for instance)."""
    report = PublishReport.read(store, dataset, run)
    return entry["kind"] == "unchanged" or bool(report and report.nothing_new)


def _sum(certificates: Sequence[dict[str, Any]], count: str) -> int:
    return sum(certificate["balance"][count] for certificate in certificates)
