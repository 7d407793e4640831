"""What a reconciliation found, as data; since when each difference lasts; and the alerts it comes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aqueduc.alert_queue import Alert, AlertKind, Audience, queue_new_alerts
from aqueduc.findings import Finding
from aqueduc.overview import compact_overview
from aqueduc.reconciliation.findings import GRAVITIES, WAYS, Gravity, get_finding_severity_and_command
from aqueduc.sightings import LAST_LOOK, build_look_key, list_ongoing_platform_differences
from aqueduc.store import Store

_ALERTS: Mapping[Gravity, tuple[AlertKind, tuple[Audience, ...]]] = {
    Gravity.EXPOSURE: ("incident", ("steward", "operator", "dpo")),
    Gravity.ALARM: ("incident", ("operator", "steward", "dpo")),
    Gravity.INCIDENT: ("incident", ("steward", "operator", "dpo")),
    Gravity.REPLACED: ("incident", ("steward", "operator", "dpo")),
    Gravity.DRIFT: ("drift", ("steward",)),
    Gravity.LATE: ("late", ("steward", "operator")),
    Gravity.PENDING: ("drift", ("steward",)),
    Gravity.UNKNOWN: ("failed", ("operator",)),
}


@dataclass(frozen=True)
class ReconciliationDifference:
    """One finding about a ``dataset`` (empty: about the city) on a ``platform`` (empty: about none).
    ``since``: ISO 8601, UTC, when it was first found, and found again at each look since."""

    dataset: str
    platform: str
    finding: Finding
    title: str = ""
    since: str = ""

    @property
    def gravity(self) -> Gravity:
        return get_finding_severity_and_command(self.finding)[0]

    @property
    def correcting_command(self) -> str:
        """The run that would put it right; empty where only people can."""
        way = get_finding_severity_and_command(self.finding)[1]
        return WAYS[way].format(dataset=self.dataset) if way and self.dataset else ""

    @property
    def key(self) -> str:
        """What tells it from any other difference of one look, whatever counts and instants it quotes."""
        name = str(self.finding.detail.get("name") or self.finding.detail.get("url") or "")
        return "/".join((self.dataset, self.platform, self.finding.code, name))

    def to_json(self) -> dict[str, Any]:
        return {
            "dataset": self.dataset,
            "platform": self.platform,
            "gravity": self.gravity,
            "since": self.since,
            "command": self.correcting_command,
            **self.finding.to_json(),
        }


@dataclass(frozen=True)
class ReconciliationReport:
    """One look at a whole city. ``at``: ISO 8601, UTC. ``busy``: datasets that were being published, of which
    nothing is said. ``platforms``: by name, whether each could be looked at. ``differences``: the gravest
    first."""

    at: str
    city: str
    datasets: int
    platforms: Mapping[str, bool]
    busy: tuple[str, ...]
    differences: tuple[ReconciliationDifference, ...]

    def list_grave_differences(self) -> tuple[ReconciliationDifference, ...]:
        """Those that wait for nobody's next run to be told."""
        return tuple(one for one in self.differences if one.gravity.is_grave)

    def list_differences_of_gravity(self, *gravities: Gravity) -> tuple[ReconciliationDifference, ...]:
        return tuple(one for one in self.differences if one.gravity in gravities)

    def to_json(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "city": self.city,
            "datasets": self.datasets,
            "platforms": dict(self.platforms),
            "busy": list(self.busy),
            "counts": {gravity: len(self.list_differences_of_gravity(gravity)) for gravity in GRAVITIES},
            "differences": [one.to_json() for one in self.differences],
        }


def sort_differences(differences: Iterable[ReconciliationDifference]) -> tuple[ReconciliationDifference, ...]:
    """The gravest first, then by dataset and platform."""
    return tuple(sorted(differences, key=lambda one: (one.gravity.rank, one.dataset, one.platform, one.key)))


def save_reconciliation_and_queue_alerts(store: Store, found: ReconciliationReport) -> ReconciliationReport:
    """Keeps a look at the whole city, and raises its alerts: a difference is told once, until it is gone and
    comes back. Returns the look, each difference with since when it lasts. Raises StoreError."""
    last = store.read_json(LAST_LOOK) or {}
    known: dict[str, str] = last.get("since", {})
    dated = replace(
        found,
        differences=tuple(replace(one, since=known.get(one.key, found.at)) for one in found.differences),
    )
    since = {one.key: one.since for one in dated.differences}
    # What was not looked at this time is not known to be gone.
    unseen = {key: at for key, at in known.items() if _was_not_examined(key, found)}
    queue_new_alerts(store, build_difference_alerts(dated.differences, found.at))
    store.write_json(build_look_key(datetime.fromisoformat(found.at)), dated.to_json())
    counts = {gravity: len(dated.list_differences_of_gravity(gravity)) for gravity in GRAVITIES}
    seen = {key: last.get("seen", {}).get(key) or last["at"] for key in unseen}
    look = {"at": found.at, "counts": counts, "since": {**unseen, **since}, "seen": seen}
    store.write_json(LAST_LOOK, look)
    compact_overview(store)
    return dated


def read_ongoing_finding_codes(store: Store) -> Mapping[str, frozenset[str]]:
    """What the last look at the whole city found, as the codes of its findings by dataset. Raises
    StoreError."""
    found: dict[str, set[str]] = {}
    for one in list_ongoing_platform_differences(store):
        found.setdefault(one.dataset, set()).add(one.code)
    return {dataset: frozenset(codes) for dataset, codes in found.items()}


def build_difference_alerts(differences: Sequence[ReconciliationDifference], at: str) -> list[Alert]:
    """Those that people must be told of."""
    return [_build_difference_alert(one, at) for one in differences if one.gravity in _ALERTS]


def _build_difference_alert(one: ReconciliationDifference, at: str) -> Alert:
    kind, audience = _ALERTS[one.gravity]
    finding = one.finding
    # What visitors could read was closed by the look that found it: found again, it was opened again.
    since = at if one.gravity is Gravity.EXPOSURE else one.since or at
    return Alert(
        kind=kind,
        subject=one.dataset or "city",
        title=one.title or one.dataset,
        occurrence=f"{one.key} {since}",
        what=finding.build_message_with_line_numbers(),
        remedy=finding.build_remedy_message(),
        audience=audience,
        at=at,
    )


def _was_not_examined(key: str, found: ReconciliationReport) -> bool:
    dataset, platform, *_rest = key.split("/")
    return dataset in found.busy or (platform != "" and not found.platforms.get(platform, False))
