"""What became of which dataset in a week, for the digest: names of files, so that a listing tells it all.

::

    weeks/<2026-W48>/<event>/<dataset>

Weeks are ISO's, in UTC. The ledgers remain the proof; this is only where to look.
"""

from datetime import datetime
from typing import Literal

from aqueduc.store import Store

WeekEvent = Literal["opened", "refreshed", "unchanged", "withdrawn"]


def record_week_event(store: Store, event: WeekEvent, dataset: str, at: datetime) -> None:
    """Once a week and dataset, however often. Raises StoreError."""
    store.write(f"{build_week_folder_key(at)}/{event}/{dataset}", b"")


def list_datasets_with_week_event(store: Store, event: WeekEvent, day: datetime) -> list[str]:
    """The datasets to which it happened in the week of ``day``, sorted. One listing. Raises StoreError."""
    return [key.rsplit("/", 1)[-1] for key in store.list(f"{build_week_folder_key(day)}/{event}")]


def format_iso_week(day: datetime) -> str:
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def build_week_folder_key(day: datetime) -> str:
    return f"weeks/{format_iso_week(day)}"
