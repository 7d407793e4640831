"""What people want to know of all datasets at a glance: one small document of the store each.

``overview/<dataset>.json`` is written by what changes it: a publication that was certified, a look at a source
that had not changed, a run that was stopped, a decision of a person. Each run of a dataset makes it again; it
proves nothing: the certificate does.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from aqueduc.declaration.spec import Dataset
from aqueduc.language import Sentence, parse_message, serialize_message
from aqueduc.store import READERS, JsonRecord, Store

FOLDER = "overview"
COMPACTED = "overview.json"
JUST_NOW = timedelta(seconds=5)
TREND = 30
"""How many certified publications a row remembers."""

OverviewState = Literal["published", "held", "failed", "waiting", "withdrawn", "restored", "never"]
"""``waiting``: for an agreement, or the end of an embargo. ``held``: a gate found a reason not to publish."""


@dataclass(frozen=True)
class DatasetOverview(JsonRecord):
    """A row. Instants are in ISO 8601, UTC; "" for what never was. ``reason`` and ``remedy``: of the state, as
    data of ``language``. ``trend``: the rows online after each certified publication, oldest first.
    ``rejected`` and ``withheld``: of the last certified run."""

    dataset: str
    title: str
    owner: str = ""
    state: OverviewState = "never"
    reason: Any = ""
    remedy: Any = ""
    run: str = ""
    """The run that was reported on last."""
    at: str = ""
    published_at: str = ""
    published_by: str = ""
    """The run whose certificate is in force."""
    looked_at: str = ""
    revision: str = ""
    record_url: str = ""
    rows: int | None = None
    trend: tuple[int, ...] = ()
    rejected: int = 0
    withheld: int = 0
    smallest_class: int | None = None
    access: str = ""
    licence: str = ""
    cadence: str = ""

    @property
    def needs_a_person(self) -> bool:
        return self.state in ("held", "failed", "waiting")

    def format_state_reason(self) -> str:
        return str(parse_message(self.reason))

    def format_state_remedy(self) -> str:
        return str(parse_message(self.remedy))


class OverviewReader:
    """Reads the rows, and again only those that were written since: one listing, and few documents. The first
    time it begins with what ``compact_overview`` left, so that a new server reads few of them either."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, tuple[datetime, DatasetOverview]] = {}

    def read(self) -> dict[str, DatasetOverview]:
        """The rows, by dataset. Raises StoreError."""
        self._known = self._known or _read_compacted_rows(self._store)
        times = self._store.list_write_times(FOLDER)
        changed = [key for key, at in times.items() if not self._is_current(key, at)]
        with ThreadPoolExecutor(READERS) as pool:
            rows = [raw for raw in pool.map(self._store.read_json, changed) if raw]
        for row in map(DatasetOverview.from_json, rows):
            key = _build_row_key(row.dataset)
            self._known[key] = (times[key], row)
        return {row.dataset: row for key, (_at, row) in self._known.items() if key in times}

    def read_row_of_dataset(self, dataset: str, title: str) -> DatasetOverview:
        """The row of a dataset; an empty one before its first run. Raises StoreError."""
        raw = self._store.read_json(_build_row_key(dataset)) or {}
        return DatasetOverview.from_json({"dataset": dataset, "title": title, **raw})

    def list_rows_safe_to_cache(self) -> dict[str, tuple[datetime, DatasetOverview]]:
        """What was read, by key, with when it was written; without what may be written again in that second."""
        return {key: found for key, found in self._known.items() if self._is_current(key, found[0])}

    def _is_current(self, key: str, at: datetime) -> bool:
        """A bucket's clock has whole seconds: what was written a moment ago may have been so twice."""
        known = self._known.get(key)
        return known is not None and known[0] == at and datetime.now(UTC) - at > JUST_NOW


def update_overview_row(
    store: Store, dataset: str, *, reason: Sentence = "", remedy: Sentence = "", **changes: Any
) -> None:
    """Changes the row of a dataset; ``reason`` and ``remedy`` of before are gone. ``rows`` is added to its
    trend when ``published_at`` changes. Raises StoreError."""
    key = _build_row_key(dataset)
    before = DatasetOverview.from_json({"dataset": dataset, "title": dataset, **(store.read_json(key) or {})})
    trend = before.trend
    if changes.get("published_at", before.published_at) != before.published_at:
        trend = (*trend, changes["rows"])[-TREND:]
    texts = {"reason": serialize_message(reason), "remedy": serialize_message(remedy)}
    after = DatasetOverview(**{**before.__dict__, **texts, **changes, "trend": trend})
    if after != before:
        store.write_json(key, asdict(after))


def compact_overview(store: Store) -> None:
    """Puts all rows into one document, which a new server reads first. Raises StoreError."""
    reader = OverviewReader(store)
    reader.read()
    rows = {
        key: {"at": at.isoformat(), "row": asdict(row)}
        for key, (at, row) in reader.list_rows_safe_to_cache().items()
    }
    store.write_json(COMPACTED, rows)


def _read_compacted_rows(store: Store) -> dict[str, tuple[datetime, DatasetOverview]]:
    return {
        key: (datetime.fromisoformat(one["at"]), DatasetOverview.from_json(one["row"]))
        for key, one in (store.read_json(COMPACTED) or {}).items()
    }


def build_overview_fields_of_declaration(dataset: Dataset) -> dict[str, str]:
    """What a row says of a declaration."""
    return {
        "title": dataset.title,
        "owner": dataset.owner,
        "access": dataset.access.level.value,
        "licence": dataset.licence.id,
        "cadence": dataset.frequency.word,
    }


def _build_row_key(dataset: str) -> str:
    return f"{FOLDER}/{dataset}.json"
