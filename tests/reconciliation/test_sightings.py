"""What looks find on a platform is in the ledger, once, and read there of any day: nothing gone is said to be online."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify.history import DatasetHistory, read_history
from aqueduc.certify.ledger import verify_ledger
from aqueduc.errors import PlatformUnavailable, PublicationGateClosed
from aqueduc.pipeline import force_run_if_platforms_differ
from aqueduc.reconciliation import save_reconciliation_and_queue_alerts
from tests.making import Desk
from tests.publish.publishing import rows
from tests.reconciliation.towns import Town, open_portal_town, snapshot

ONE = "bancs"


@pytest.fixture(scope="module")
def put_back(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Town]]:
    with open_portal_town(tmp_path_factory.mktemp("ville"), (ONE, "parcs")) as made, snapshot(made) as again:
        yield again


@pytest.fixture
def town(put_back: Callable[[], Town]) -> Town:
    return put_back()


def look(town: Town, later: int = 0) -> datetime:
    """A look at the whole city, ``later`` so many minutes; returns when."""
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=later)
    desk = Desk(replace(town.desk.place, clock=lambda: at))
    save_reconciliation_and_queue_alerts(town.store, replace(town, desk=desk).reconcile(at))
    return at


def read(town: Town) -> DatasetHistory:
    assert verify_ledger(town.store, ONE).is_valid
    return read_history(town.store, ONE)


def sightings(town: Town) -> list[dict[str, Any]]:
    entries = [town.store.read_json(key) or {} for key in town.store.list_ledger_entry_keys(ONE)]
    return [one for one in entries if one["kind"] == "seen"]


def test_a_record_that_an_editor_purged_is_online_until_it_was_last_seen(town: Town) -> None:
    before = town.store.list_ledger_entry_keys(ONE)
    look(town)
    shown = look(town, later=1)
    assert town.store.list_ledger_entry_keys(ONE) == before, "what is as it was left adds nothing"
    record = town.folder / "jeux" / ONE
    aside = record.rename(town.folder.parent / "purgée")
    noticed = look(town, later=30)
    look(town, later=60)
    (seen,) = sightings(town)
    assert (seen["record"], seen["by"], seen["shown_at"]) == (
        "absent",
        "reconciliation",
        shown.isoformat(),
    )
    said = {one["libelle"]: one["valeur"] for one in seen["lecture"]}
    assert (
        said["Constaté sur « portail »"] == "la fiche est absente : ni un visiteur ni la Ville ne la trouvent"
    )
    assert said["Par"].startswith("la vérification de toute la Ville (reconciliation__")
    (period,) = read(town).periods
    assert (period.end, period.ending, period.noticed) == (shown, "absent", noticed)
    shutil.copytree(aside, record)
    back = look(town, later=90)
    first, second = read(town).periods
    assert (first.ending, second.start, second.end) == ("absent", back, None)
    assert sightings(town)[1]["record"] == "left"


def test_a_platform_that_does_not_answer_has_shown_nothing(tmp_path: Path) -> None:
    with open_portal_town(tmp_path, (ONE,), over_http=True) as town:
        before = town.store.list_ledger_entry_keys(ONE)
    # Its web server is gone.
    made = town.benches[ONE]
    look(town)
    with pytest.raises(PlatformUnavailable):
        force_run_if_platforms_differ(made.dataset(), town.desk.city, made.run(), town.desk.place)
    assert town.store.list_ledger_entry_keys(ONE) == before


def test_a_run_notes_what_it_finds_hidden_and_a_dry_run_nothing(town: Town) -> None:
    town.fiche(ONE, lambda document: document.update(hidden=True))
    made = town.benches[ONE]
    for run in (made.run(dry_run=True), made.run(), made.run()):
        with pytest.raises(PublicationGateClosed, match="quelqu'un a caché la fiche"):
            force_run_if_platforms_differ(made.dataset(), town.desk.city, run, town.desk.place)
        assert len(sightings(town)) == (0 if run.dry_run else 1)
    (seen,) = sightings(town)
    assert (seen["record"], seen["by"]) == ("hidden", "run")
    (period,) = read(town).periods
    assert (period.ending, period.end) == ("hidden", period.confirmed)
    # The same, as a look at the whole city finds it.
    look(town)
    assert len(sightings(town)) == 1


def test_a_file_that_was_replaced_is_told_until_a_look_finds_it_put_right(town: Town) -> None:
    for path in (town.folder / "jeux" / ONE).rglob(f"{ONE}.csv"):
        path.write_bytes(b"a\n1\n")
    look(town)
    look(town, later=1)
    (seen,) = sightings(town)
    assert seen["record"] == "left" and len(seen["differences"]) == 1, seen
    town.benches[ONE].certified(rows(5))
    look(town, later=2)
    (period,) = read(town).periods
    assert [bool(one.differences) for one in period.sighted] == [True, False]
    assert period.end is None
    assert json.dumps(period.to_json())
    assert len(sightings(town)) == 2
