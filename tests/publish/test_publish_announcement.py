"""Reusers are told of a change of columns ahead, and it is made then, not before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow as pa
import pytest
import yaml

from aqueduc.certify import certify_run
from aqueduc.errors import AnnouncedChangePending, PublicationGateClosed
from aqueduc.pipeline import describe_refusal_of_real_run, find_refusal_of_real_run
from aqueduc.platforms.portal.pages import FEED
from aqueduc.run import Run
from tests.making import Desk
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, rows
from tests.publish.showcase import Showcase, served, showcase

WITHOUT: dict[str, Any] = {
    "columns": {**COLUMNS, "surface": "drop"},
    "fields": [field for field in FIELDS if field["name"] != "surface"],
}
NOTICE = {"day": "2027-01-15", "change": "La colonne « surface » est retirée."}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Showcase]:
    with served(tmp_path / "portail") as url:
        made = showcase(
            tmp_path,
            {"portail": {"type": "portal", "folder": str(tmp_path / "portail"), "url": url}},
            platform="portail",
        )
        path = made.desk.include / "city.yaml"
        city = {**yaml.safe_load(path.read_text()), "announce_days": 30}
        path.write_text(yaml.safe_dump(city, allow_unicode=True))
        yield made


def publish(here: Showcase, day: str, table: pa.Table, **changes: Any) -> None:
    """A certified run on ``day``, at noon."""
    now = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    here.desk = Desk(replace(here.desk.place, clock=lambda: now))
    dataset = here.dataset(**changes)
    here.publish(table, dataset)
    certify_run(dataset, here.desk.city, Run(dataset=dataset.id, id=f"essai-{here.count}"), here.desk.place)


def page(here: Showcase) -> str:
    return (here.folder / "jeux/lieux/index.html").read_text(encoding="utf-8")


def feed(here: Showcase) -> list[str]:
    root = ET.fromstring((here.folder / FEED).read_bytes())
    assert root.tag == f"{ATOM}feed" and root.findtext(f"{ATOM}updated")
    return [entry.findtext(f"{ATOM}summary") or "" for entry in root.iter(f"{ATOM}entry")]


def test_a_change_is_announced_on_the_page_and_in_the_feed_then_held_then_made(here: Showcase) -> None:
    less = rows(5).drop_columns(["surface"])
    publish(here, "2026-12-01", rows(5))
    assert feed(here) == ["Données mises à jour le 01/12/2026."]
    publish(here, "2026-12-10", rows(5), announce=NOTICE)
    said = "Changement annoncé pour le 15/01/2027 : La colonne « surface » est retirée."
    assert said in feed(here)
    assert "Changement annoncé pour le 15/01/2027" in page(here)
    before = here.tree()
    for day in ("2026-12-20", "2027-01-14"):
        with pytest.raises(AnnouncedChangePending) as pending:
            publish(here, day, less, announce=NOTICE, **WITHOUT)
        assert "15/01/2027" in str(pending.value)
        assert here.tree() == before
    publish(here, "2027-01-15", less, **WITHOUT)
    assert (
        said not in feed(here)
        and "surface" not in (here.folder / "jeux/lieux/lieux.csv").read_text().split("\n")[0]
    )


def test_a_change_that_nobody_announced_is_held_and_says_how(here: Showcase) -> None:
    less = rows(5).drop_columns(["surface"])
    publish(here, "2026-12-01", rows(5))
    for more in ({}, {"announce": {**NOTICE, "day": "2026-12-02"}}):
        with pytest.raises(PublicationGateClosed) as closed:
            publish(here, "2026-12-02", less, **more, **WITHOUT)
        text = str(closed.value)
        assert "« surface » retirée" in text and "30 jours" in text
        assert "day: 2027-01-02" in closed.value.remedy and "announce_days: 0" in closed.value.remedy


def test_a_dry_run_says_that_a_change_waits_or_was_not_announced(here: Showcase) -> None:
    publish(here, "2026-12-01", rows(5))
    run, city = Run("lieux", "essai", dry_run=True), here.desk.city
    unannounced = find_refusal_of_real_run(here.dataset(**WITHOUT), city, run, here.desk.place)
    assert unannounced is not None and "n'ont pas été prévenus" in str(
        describe_refusal_of_real_run(unannounced)
    )
    publish(here, "2026-12-10", rows(5), announce=NOTICE)
    waiting = find_refusal_of_real_run(here.dataset(announce=NOTICE, **WITHOUT), city, run, here.desk.place)
    assert isinstance(waiting, AnnouncedChangePending)
    assert "ne publierait rien, et rien de ce qui suit ne serait écrit : Changement" in str(
        describe_refusal_of_real_run(waiting)
    )
    assert find_refusal_of_real_run(here.dataset(announce=NOTICE), city, run, here.desk.place) is None


def test_too_short_a_notice_is_none(here: Showcase) -> None:
    publish(here, "2026-12-01", rows(5))
    publish(here, "2026-12-20", rows(5), announce=NOTICE)
    with pytest.raises(PublicationGateClosed):
        publish(here, "2027-01-20", rows(5).drop_columns(["surface"]), **WITHOUT)


def test_a_notice_serves_one_change(here: Showcase) -> None:
    publish(here, "2026-12-01", rows(5), announce=NOTICE)
    less = rows(5).drop_columns(["surface"])
    publish(here, "2027-01-15", less, announce=NOTICE, **WITHOUT)
    with pytest.raises(PublicationGateClosed):
        publish(here, "2027-01-20", rows(5), announce=NOTICE)


def test_a_dataset_may_say_otherwise_and_one_never_published_announces_nothing(here: Showcase) -> None:
    publish(here, "2026-12-01", rows(5))
    publish(here, "2026-12-02", rows(5).drop_columns(["surface"]), announce_days=0, **WITHOUT)
    dataset = here.dataset("autre", **WITHOUT)
    run = Run(dataset="autre", id="un")
    assert Bench(here.desk, NOWHERE, "autre").valid(dataset, run, rows(5).drop_columns(["surface"]))
    assert here.publish(rows(5).drop_columns(["surface"]), dataset).passed
