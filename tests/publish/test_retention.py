"""Files of former revisions expire, and never one that anything may still ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aqueduc.certify.ledger import verify_ledger
from aqueduc.certify.retention import delete_expired_revision_files, delete_expired_revision_files_when_due
from aqueduc.errors import RevisionRestorationRefused, StoreError
from aqueduc.publish.report import PublishReport
from tests.publish.everywhere import open_bench
from tests.publish.publishing import Bench, rows

LATER = datetime.now(UTC) + timedelta(days=401)


@pytest.fixture
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with open_bench("portal", tmp_path, request) as made:
        yield made


def objects(here: Bench) -> set[str]:
    return set(here.desk.place.store.list_object_write_times())


def parts(here: Bench, run: str) -> set[str]:
    report = PublishReport.read(here.desk.place.store, here.slug, run)
    assert report is not None
    return {part.object for part in report.parts}


def age(here: Bench, days: int) -> None:
    """Of every object and of every entry of the ledger that there is now."""
    store, then = here.desk.place.store, datetime.now(UTC).timestamp() - days * 86_400
    for key in objects(here):
        os.utime(store._build_full_path(key), (then, then))


def test_what_was_replaced_long_ago_expires_and_what_is_online_stays(here: Bench) -> None:
    store = here.desk.place.store
    certified = [here.certified(rows(count)) for count in (3, 4, 5)]
    done = delete_expired_revision_files(store, LATER, 400)
    assert (done.expired, done.kept) == (2, 1) and done.size > 0
    assert objects(here) == parts(here, certified[-1].run)
    assert verify_ledger(store, here.slug).is_valid, "certificates are never removed"
    with pytest.raises(RevisionRestorationRefused, match="n'est plus dans le dépôt"):
        here.restored(certified[0].revision)
    here.certified(rows(6))
    assert delete_expired_revision_files(store, LATER, 400).expired == 1


def test_revisions_that_were_online_within_the_time_are_kept_and_can_be_restored(here: Bench) -> None:
    store = here.desk.place.store
    first = here.certified(rows(3))
    here.certified(rows(4))
    age(here, 500)
    assert delete_expired_revision_files(store, datetime.now(UTC), 400).expired == 0, (
        "it was online until now"
    )
    assert here.restored(first.revision).revision == first.revision
    assert delete_expired_revision_files(store, LATER, 400).expired == 0, (
        "held online, and what goes on once it is lifted"
    )
    here.lift()
    here.certified(rows(5))
    assert delete_expired_revision_files(store, LATER, 400).expired == 2


def test_an_old_object_that_is_made_again_is_young(here: Bench) -> None:
    store = here.desk.place.store
    here.certified(rows(3))
    (key,) = objects(here)
    age(here, 500)
    here.count += 1
    here.valid(here.dataset(), here.run(), rows(3))
    # By the clock of the file system, which `make test CLOCK=` does not shift.
    beside = here.desk.include / "maintenant"
    beside.touch()
    now = datetime.fromtimestamp(beside.stat().st_mtime, UTC)
    assert now - store.list_object_write_times()[key] < timedelta(minutes=5)


def test_what_disclosure_control_compares_with_is_kept(here: Bench) -> None:
    store = here.desk.place.store
    for count in (3, 4, 5):
        here.certified(rows(count))
    files = [{"key": key, "window": None} for key in sorted(objects(here))]
    store.write_json(f"datasets/{here.slug}/released.json", {"files": files})
    assert delete_expired_revision_files(store, LATER, 400).expired == 0


def test_nothing_of_what_is_held_expires(here: Bench) -> None:
    store = here.desk.place.store
    for count in (3, 4):
        here.certified(rows(count))
    assert delete_expired_revision_files(store, LATER, 400, held={here.slug}).expired == 0
    assert delete_expired_revision_files(store, LATER, 400).expired == 1


def test_whatever_a_document_of_a_dataset_names_is_kept(here: Bench) -> None:
    store = here.desk.place.store
    first = here.certified(rows(3))
    here.certified(rows(4))
    (key,) = parts(here, first.run)
    store.write_json("datasets/autre/inconnu.json", {"garde": [{"fichier": key}]})
    assert delete_expired_revision_files(store, LATER, 400).expired == 0


def test_a_store_that_does_not_answer_loses_nothing(here: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    store = here.desk.place.store
    for count in (3, 4):
        here.certified(rows(count))
    before = objects(here)

    def refuse(*_arguments: object) -> None:
        raise StoreError("fermé", where="ici", remedy="ouvrir")

    monkeypatch.setattr(PublishReport, "read", refuse)
    with pytest.raises(StoreError):
        delete_expired_revision_files(store, LATER, 400)
    assert objects(here) == before


def test_a_city_that_says_nothing_keeps_all_and_one_that_does_is_swept_once_a_week(here: Bench) -> None:
    here.certified(rows(3))
    city, place = here.desk.city, here.desk.place
    assert delete_expired_revision_files_when_due(city, place) is None
    declared = city.model_copy(update={"revision_days": 400})
    assert delete_expired_revision_files_when_due(declared, place) is not None
    assert delete_expired_revision_files_when_due(declared, place) is None
