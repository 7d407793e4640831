"""The drill of an editor at a real CKAN: twelve acts, each told with its gravity, and a ledger that contradicts none."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aqueduc.certify import certify_run
from aqueduc.certify.history import read_history
from aqueduc.certify.ledger import verify_ledger
from aqueduc.convention.evidence import EvidenceRequest, build_evidence_archive
from aqueduc.reconciliation import save_reconciliation_and_queue_alerts
from sandbox.region import Region
from tests.making import Desk
from tests.publish.looking import REOPEN
from tests.publish.publishing import Bench, bench, rows
from tests.publish.test_publish_inspection import replace_file
from tests.reconciliation.test_reconciliation_platforms import OTHERS, RESTRICTED, edit_cell
from tests.reconciliation.towns import Town, code

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]


SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Act:
    """What an editor does; what is to be told of it, and how grave; whether visitors still find the record."""

    do: Callable[[], Any]
    told: str
    gravity: str
    record: str = "left"


@dataclass
class Drill:
    """A dataset on a CKAN, looked at by a clock of its own."""

    made: Bench
    at: datetime

    def wait(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def look(self) -> list[tuple[str, str]]:
        """What a look at the whole city tells of it, each with its gravity."""
        found = Town(self.made.desk, Path("/")).reconcile(self.wait())
        save_reconciliation_and_queue_alerts(self.made.desk.place.store, found)
        told = [
            one
            for one in found.differences
            if one.dataset in (self.made.slug, "") and one.gravity != "notice"
        ]
        return [(code(one), str(one.gravity)) for one in told if code(one) not in OTHERS]

    def put_right(self) -> datetime:
        """A run that a named person lets undo it; returns when it was certified."""
        dataset, run = self.made.dataset(), self.made.run(waivers=REOPEN)
        self.wait()
        self.made.publish(rows(5), dataset, run=run)
        certify_run(dataset, self.made.desk.city, run, self.made.desk.place)
        return self.at


@pytest.fixture
def drill(tmp_path: Path, region: Region) -> Iterator[Drill]:
    with bench(tmp_path, region) as made:
        drilled = Drill(made, datetime.now(UTC).replace(microsecond=0))
        made.desk = Desk(replace(made.desk.place, clock=lambda: drilled.at))
        made.dataset(keywords=["un", "deux"])
        made.certified(rows(5))
        ours = {"id": made.package()["owner_org"]}
        title = made.action("organization_show", **ours)["title"]
        try:
            yield drilled
        finally:
            made.action("organization_patch", **ours, title=title)


def build_acts(made: Bench) -> dict[str, Act]:
    """The last three leave something that no run puts right."""
    ours = {"id": made.package()["owner_org"]}

    def patch(**fields: Any) -> Callable[[], Any]:
        return lambda: made.action("package_patch", **{"id": made.slug, **fields})

    def own_resource() -> str:
        return next(str(one["id"]) for one in made.package()["resources"] if not one.get("carries"))

    def open_restricted() -> None:
        made.dataset(**RESTRICTED)
        made.certified(rows(5))
        patch(private=False)()

    link = {"url": "https://ville.test/note.pdf", "name": "Note", "format": "PDF"}
    add = partial(made.action, "resource_create", package_id=made.slug, **link)
    rename = partial(made.action, "organization_patch", **ours, title=f"Une autre ville {made.slug}")
    return {
        "licence": Act(patch(license_id="odc-odbl"), "licence-modifiee", "drift"),
        "description": Act(patch(notes="Une main."), "description-modifiee", "drift"),
        "tag removed": Act(patch(tags=[{"name": "un"}]), "mots-cles-modifies", "drift"),
        "file replaced": Act(lambda: replace_file(made, own_resource()), "fichier-remplace", "replaced"),
        "cell edited": Act(lambda: edit_cell(made), "table-modifiee", "replaced"),
        "slug renamed": Act(patch(name=f"{made.slug}-bis"), "champ-modifie", "drift"),
        "hidden": Act(patch(private=True), "fiche-cachee", "drift", "hidden"),
        "deleted": Act(
            lambda: made.action("package_delete", id=made.slug), "fiche-supprimee", "drift", "absent"
        ),
        "purged": Act(
            lambda: made.action("dataset_purge", id=made.slug), "fiche-disparue", "drift", "absent"
        ),
        "organisation renamed": Act(rename, "organisation-renommee", "drift"),
        "resource added": Act(add, "ressource-ajoutee", "drift"),
        "opened": Act(open_restricted, "restreint-ouvert", "exposure"),
    }


def test_what_an_editor_does_is_told_by_its_gravity_and_contradicted_by_nothing(drill: Drill) -> None:
    made, store, first = drill.made, drill.made.desk.place.store, drill.at
    log: dict[str, tuple[datetime, datetime, datetime]] = {}
    acts, lasting = build_acts(made), set[tuple[str, str]]()
    for name, act in acts.items():
        assert set(drill.look()) == lasting, name
        seen = drill.at
        act.do()
        told = set(drill.look())
        assert told - lasting == {(act.told, act.gravity)}, name
        noticed = drill.at
        if name == "opened":
            assert made.status("package_show", id=made.slug) in (403, 404), "hidden by the look that found it"
        lasting |= {(act.told, act.gravity)} if name == "resource added" else set()
        log[name] = (seen, noticed, drill.put_right())
    assert set(drill.look()) == lasting
    assert "Note" in [one["name"] for one in made.package()["resources"]], "nothing of others is taken away"

    assert verify_ledger(store, made.slug).is_valid
    told_of_day = read_history(store, made.slug)
    for name, (seen, noticed, restored) in log.items():
        online = [one for one in told_of_day.periods if one.overlaps(seen + SECOND, restored)]
        if acts[name].record == "left":
            assert online, name
            sighted = [each for one in online for each in one.sighted if each.at == noticed]
            assert bool(sighted) == (name != "organisation renamed"), name
            continue
        assert online == [], name
        assert [one.ending for one in told_of_day.periods if (one.end, one.noticed) == (seen, noticed)] == [
            acts[name].record
        ]
    days = {at.astimezone(ZoneInfo(made.desk.city.timezone)).date() for at in (first, drill.at)}
    asked = EvidenceRequest((made.slug,), min(days), max(days))
    archive = build_evidence_archive(asked, made.desk.city, made.desk.place)
    with zipfile.ZipFile(io.BytesIO(archive.data)) as whole:
        (proved,) = json.loads(whole.read("en-ligne.json"))["datasets"]
    # As « history » prints them.
    assert proved["periods"] == json.loads(json.dumps([one.to_json() for one in told_of_day.periods]))
