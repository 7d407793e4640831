"""Runs on machines of which one has a wrong clock: what was read and written last is what is online."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aqueduc.certify.ledger import verify_ledger
from aqueduc.errors import PublicationGateClosed
from aqueduc.pipeline import run_preparation_stages
from aqueduc.publish import publish_revision
from aqueduc.run import Run
from aqueduc.store import ParquetFileHandle
from tests.making import Desk
from tests.publish.showcase import Showcase, showcase
from tests.publish.test_publish_interrupted import declare, interrupt, run

DAYS = timedelta(days=1)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Showcase]:
    folder = tmp_path / "depot"
    folder.mkdir()
    connection = {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}})}
    made = showcase(tmp_path, environment=connection)
    yield made
    assert verify_ledger(made.desk.place.store, "jeu").breaks == ()


def run_at(portal: Showcase, wrong_by: timedelta, name: str, *rows: str) -> str | None:
    """Runs on a machine whose clock is ``wrong_by``; returns the run that is certified as what is online."""
    place = portal.desk.place
    portal.desk = Desk(replace(place, clock=lambda: datetime.now(UTC) + wrong_by))
    try:
        run(portal, name, *rows)
    finally:
        portal.desk = Desk(place)
    return (place.store.read_current_certificate("jeu") or {}).get("run")


@pytest.mark.parametrize("wrong_by", [2 * DAYS, -2 * DAYS])
def test_after_a_machine_with_a_wrong_clock_the_others_publish(portal: Showcase, wrong_by: timedelta) -> None:
    assert run_at(portal, 0 * DAYS, "un", "Nord") == "un"
    assert run_at(portal, wrong_by, "deux", "Nord", "Sud") == "deux"
    assert run_at(portal, 0 * DAYS, "trois", "Nord", "Est") == "trois"
    assert run_at(portal, 0 * DAYS, "quatre", "Nord", "Est") == "trois"
    assert run_at(portal, wrong_by, "cinq", "Sud", "Est") == "cinq"
    served = portal.folder.rglob("jeu.csv")
    assert {path.read_text(encoding="utf-8") for path in served} >= {"quartier\nEst\nSud\n"}


def test_what_died_before_its_certificate_is_certified_by_the_next_run_whatever_the_clocks(
    portal: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is written: the next run has nothing to write, and reads it back."""
    assert run_at(portal, 2 * DAYS, "un", "Nord") == "un"
    interrupt(portal, monkeypatch, "deux", "Nord", "Sud")
    assert run_at(portal, 0 * DAYS, "trois", "Nord", "Sud") == "trois"


def test_of_two_reads_at_once_the_later_one_stays(portal: Showcase) -> None:
    """Neither saw what the other published: their clocks are all there is."""
    dataset, place, city = declare(portal), portal.desk.place, portal.desk.city
    source, slow = portal.folder.parent / "depot" / "jeu.csv", Run("jeu", "lente")
    source.write_text("quartier\nNord\n", encoding="utf-8")
    handle: ParquetFileHandle | None = None
    for done in run_preparation_stages(dataset, slow, place):
        handle = done.handle
    assert handle is not None
    assert run_at(portal, 0 * DAYS, "vive", "Nord", "Sud") == "vive"
    with pytest.raises(PublicationGateClosed, match="lue plus tard par une autre exécution"):
        publish_revision(dataset, city, slow, handle, place)
    assert run_at(portal, 0 * DAYS, "encore", "Est", "Sud") == "encore"
