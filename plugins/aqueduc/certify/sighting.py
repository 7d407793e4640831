"""What a look found on a platform, kept in the ledger of the dataset: whether visitors find its record as the last
publication left it, and what is served there otherwise than certified.

An entry is added only when a look finds something else than the look before: one that finds what was left adds none. A
platform that does not answer has shown nothing, and nothing is noted of it.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from aqueduc import __version__
from aqueduc.certify.history import SEEN
from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.certify.signature import load_city_signer
from aqueduc.declaration.spec import City
from aqueduc.errors import AqueducError, StoreUnavailable
from aqueduc.language import _
from aqueduc.publish.findings import RecordDeleted, RecordHidden, VanishedRecord
from aqueduc.publish.planning.state import LastSighting, RecordPresence, build_platform_state_key
from aqueduc.publish.recorder import read_platform_state
from aqueduc.run import Workspace
from aqueduc.sightings import find_last_look_without
from aqueduc.store import format_compact_instant

log = logging.getLogger(__name__)

Looker = Literal["reconciliation", "run"]
_BY: Mapping[Looker, str] = {
    "reconciliation": "la vérification de toute la Ville",
    "run": "l'exécution, avant de publier",
}
TAKEN_AWAY = frozenset(kind.code for kind in (RecordHidden, RecordDeleted, VanishedRecord))
_FOUND: Mapping[RecordPresence, str] = {
    "left": "la fiche est montrée à tous, comme la publication l'a laissée",
    "hidden": "la fiche est cachée : un visiteur ne la voit pas",
    "absent": "la fiche est absente : ni un visiteur ni la Ville ne la trouvent",
}


@dataclass(frozen=True)
class PlatformSighting:
    """What a look ``run`` found of a dataset on a platform; ``differences``, in French, None where it looked for none."""

    dataset: str
    platform: str
    record: RecordPresence
    by: Looker
    run: str
    differences: tuple[str, ...] | None = None


def record_sighting_if_changed(
    sighting: PlatformSighting, last: LastSighting, city: City, workspace: Workspace
) -> None:
    """Adds an entry where ``last`` said something else. What keeps it from being added is told in the log: the next look
    adds it. Raises StoreUnavailable."""
    if _combine_sightings(sighting, last) == last:
        return
    try:
        _record_sighting(sighting, city, workspace)
    except StoreUnavailable:
        raise
    except AqueducError as error:
        log.warning("%s", error)


def _combine_sightings(sighting: PlatformSighting, last: LastSighting) -> LastSighting:
    differences = last.differences if sighting.differences is None else sighting.differences
    # Nothing is served of a record that is not shown.
    return LastSighting(sighting.record, differences if sighting.record == "left" else ())


def _record_sighting(sighting: PlatformSighting, city: City, workspace: Workspace) -> None:
    """The entry, then what is remembered: who dies in between adds it again."""
    store, dataset, platform = workspace.store, sighting.dataset, sighting.platform
    now = workspace.clock().astimezone(UTC)
    with store.lock(f"datasets/{dataset}", where=_("jeu {id}").format(id=dataset)):
        # A publication, or a withdrawal, may have come in between.
        state = read_platform_state(store, dataset, platform)
        found = _combine_sightings(sighting, state.seen)
        if state.withdrawn or not state.last_applied or found == state.seen:
            return
        shown_at = (
            find_last_look_without(store, dataset, platform, TAKEN_AWAY)
            if state.seen.record == "left"
            else ""
        )
        entry = _build_sighting_entry(sighting, found, shown_at, now)
        append_ledger_entry(
            store, dataset, str(entry["run"]), now, entry, load_city_signer(city, workspace.connections)
        )
        store.write_json(build_platform_state_key(dataset, platform), replace(state, seen=found).to_json())


def _build_sighting_entry(
    sighting: PlatformSighting, found: LastSighting, shown_at: str, now: datetime
) -> dict[str, Any]:
    """``shown_at``: when a look at the whole city last found it as it was left; empty where none is known."""
    what = [_FOUND[found.record], *found.differences]
    return {
        "kind": SEEN,
        "dataset": sighting.dataset,
        # A run that is tried again may find the same once more, after another look found otherwise.
        "run": f"{sighting.run}__{sighting.platform}__{format_compact_instant(now)}",
        "platform": sighting.platform,
        **asdict(found),
        "shown_at": shown_at,
        "by": sighting.by,
        "at": now.isoformat(timespec="seconds"),
        "version": __version__,
        "lecture": [
            {"libelle": f"Constaté sur « {sighting.platform} »", "valeur": " ; ".join(what)},
            {"libelle": "Par", "valeur": f"{_BY[sighting.by]} ({sighting.run})"},
        ],
    }
