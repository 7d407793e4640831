"""How long the files of former revisions stay in the store: ``revision_days:``.

An object goes when it is older than that, and nothing names it that may still ask for it: what is published or
prepared, held by a person, hidden but restorable, in the tables of a platform; the revisions that were online
within that time; what disclosure control compares the next revision with (``release_history``), which must be
there or the gate closes. Reports and certificates stay: they hold no row, and prove what was done.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aqueduc.anonymise import delete_orphan_row_changes, list_published_state_keys
from aqueduc.decisions import read_claim_retention_holds_and_suspensions
from aqueduc.declaration.spec import City
from aqueduc.language import LocalisedNumber, Message, _, n_
from aqueduc.publish.report import PublishReport
from aqueduc.run import Workspace
from aqueduc.store import Store, decode_json_or_none

_OBJECT = re.compile(rb"objects/[0-9a-f]{2}/[0-9a-f]{64}\.parquet")
_HISTORY = "released.json"
EVERY = timedelta(days=7)
"""How often the hourly sweep looks: it reads what each dataset keeps."""
_MARK = "retention.json"


@dataclass(frozen=True)
class RetentionResult:
    """How many objects expired, and their bytes; how many are older and kept, since something names them."""

    expired: int
    size: int
    kept: int


def format_retention_result(result: RetentionResult) -> Message:
    """For people."""
    return _("Révisions remplacées gardées assez longtemps, effacées : {files}, {size} Mo.").format(
        files=n_("{count} fichier", "{count} fichiers", result.expired),
        size=LocalisedNumber(result.size / 1e6, ",.1f"),
    )


def delete_expired_revision_files_when_due(city: City, workspace: Workspace) -> RetentionResult | None:
    """What ``delete_expired_revision_files`` removed; None where the city keeps everything, or it was done within
    ``EVERY``. Raises StoreError."""
    last = workspace.store.read_json(_MARK) if city.revision_days else None
    now = workspace.clock()
    if city.revision_days is None or (last and now - datetime.fromisoformat(last["at"]) < EVERY):
        return None
    return delete_expired_revision_files(
        workspace.store,
        now,
        city.revision_days,
        read_claim_retention_holds_and_suspensions(workspace.store).held,
    )


def delete_expired_revision_files(
    store: Store, now: datetime, days: int, held: Collection[str] = ()
) -> RetentionResult:
    """Removes the objects of former revisions that are older than ``days`` and that nothing needs; of the
    datasets ``held``, none. Nothing goes before all that may need something has been read.

    Raises StoreError.
    """
    since = now - timedelta(days=days)
    needed = {
        key
        for dataset in store.list_datasets()
        for key in _list_retained_object_keys(store, dataset, since, dataset in held)
    }
    old = [key for key, moment in store.list_object_write_times().items() if moment < since]
    expired = [key for key in old if key not in needed]
    size = sum(map(store.size, expired))
    for key in expired:
        store.delete(key)
    for dataset in store.list_datasets():
        delete_orphan_row_changes(dataset, store)
    store.write_json(_MARK, {"at": now.isoformat(), "expired": len(expired)})
    return RetentionResult(len(expired), size, len(old) - len(expired))


def _list_retained_object_keys(store: Store, dataset: str, since: datetime, is_held: bool) -> Iterator[str]:
    yield from _list_referenced_object_keys(store, dataset)
    yield from list_published_state_keys(dataset, store, compared_only=not is_held)
    for run in _list_runs_online_since(store, dataset, since, everything=is_held):
        report = PublishReport.read(store, dataset, run)
        yield from (part.object for part in (report.parts if report else ()))


def _list_referenced_object_keys(store: Store, dataset: str) -> Iterator[str]:
    """Whatever the small documents of a dataset name, those that this module does not know included."""
    folder = f"datasets/{dataset}"
    for key in (*store.list(folder), *store.list(f"{folder}/platforms")):
        if key.endswith(".json") and not key.endswith(f"/{_HISTORY}"):
            yield from (found.decode() for found in _OBJECT.findall(store.read(key) or b""))


def _list_runs_online_since(
    store: Store, dataset: str, since: datetime, *, everything: bool
) -> Iterator[str]:
    """The runs of the revisions that were online at some time since ``since``: those certified after it, and
    the one before. The newest first."""
    for key in reversed(store.list_ledger_entry_keys(dataset)):
        entry = decode_json_or_none(store.read(key) or b"") or {}
        if entry.get("kind") != "certificate":
            continue
        yield str(entry["run"])
        if not everything and datetime.fromisoformat(entry["served_at"]) < since:
            return
