"""Before the declared hour all is prepared and nothing is published; the next run after it publishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.declaration import load_city
from aqueduc.declaration.embargo import find_embargo_end
from aqueduc.errors import DeclarationError, EmbargoInForce
from aqueduc.pipeline import describe_refusal_of_real_run, find_refusal_of_real_run
from aqueduc.publish.embargo import list_publications_due_after_embargo
from aqueduc.run import Run
from aqueduc.store import Window
from tests.making import Desk
from tests.publish.publishing import rows
from tests.publish.showcase import Showcase, showcase

END = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
EMBARGO: dict[str, Any] = {"publish_at": "2026-12-01 10:00"}


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    return showcase(tmp_path)


def at(here: Showcase, moment: datetime) -> None:
    here.desk = Desk(replace(here.desk.place, clock=lambda: moment))


def due(here: Showcase) -> list[str]:
    return [
        one.dataset
        for one in list_publications_due_after_embargo(here.desk.place, load_city(here.desk.include))
    ]


def numbered(number: int) -> pa.Table:
    return rows(5, code=[f"{number}{rank:04}" for rank in range(5)])


def online(here: Showcase) -> bool:
    return any(here.folder.rglob("*.csv"))


def test_a_dry_run_says_that_nothing_would_be_published_yet(here: Showcase) -> None:
    dataset = here.dataset(**EMBARGO)
    run = Run(dataset.id, "un", dry_run=True)
    at(here, END - timedelta(days=1))
    refusal = find_refusal_of_real_run(dataset, here.desk.city, run, here.desk.place)
    assert isinstance(refusal, EmbargoInForce)
    said = str(describe_refusal_of_real_run(refusal))
    assert "une exécution ne publierait rien, et rien de ce qui suit ne serait écrit : Sous embargo" in said
    assert "jusqu'au 01/12/2026 10:00" in said and "refusée" not in said
    at(here, END)
    assert find_refusal_of_real_run(dataset, here.desk.city, run, here.desk.place) is None


@pytest.mark.parametrize(
    "written, end",
    [
        ("2026-12-01 10:00", "2026-12-01T09:00:00"),
        ("2026-12-01T10:00", "2026-12-01T09:00:00"),
        ("2026-12-01 10:00:00", "2026-12-01T09:00:00"),
        ("2026-12-01 10:00 +00:00", "2026-12-01T10:00:00"),
        ("2026-03-29 01:59", "2026-03-29T00:59:00"),
        ("2026-03-29 03:00", "2026-03-29T01:00:00"),
        ("2026-10-25 01:59", "2026-10-24T23:59:00"),
        ("2026-10-25 02:30 +02:00", "2026-10-25T00:30:00"),
        ("2026-10-25 02:30 +01:00", "2026-10-25T01:30:00"),
        ("2026-10-25 03:00", "2026-10-25T02:00:00"),
    ],
)
def test_the_hour_is_the_city_s(here: Showcase, written: str, end: str) -> None:
    found = find_embargo_end(here.dataset(publish_at=written), here.desk.city)
    assert found == datetime.fromisoformat(end).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written, said",
    [
        ("2026-03-29 02:00", "saute cette heure"),
        ("2026-03-29 02:59", "saute cette heure"),
        ("2026-10-25 02:00", "deux fois"),
        ("2026-10-25 02:59", "+02:00 pour la première"),
        ("2026-02-30 10:00", "n'existe pas"),
        ("2026-12-01 24:30", "n'existe pas"),
        ("2026-12-01", "2026-12-01 10:00"),
        ("demain", "2026-12-01 10:00"),
    ],
)
def test_an_hour_that_is_none_or_two_is_refused(here: Showcase, written: str, said: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        here.dataset(publish_at=written)
    assert said in str(refused.value) and "publish_at" in str(refused.value)


def test_before_the_hour_nothing_is_published_and_at_the_hour_it_is(here: Showcase) -> None:
    dataset = here.dataset(**EMBARGO)
    for before in (timedelta(days=40), timedelta(microseconds=1)):
        at(here, END - before)
        with pytest.raises(EmbargoInForce) as held:
            here.publish(rows(5), dataset)
        assert not online(here)
        assert here.desk.place.store.read_publication_in_progress(dataset.id) is None
        assert "Sous embargo jusqu'au 01/12/2026 10:00 (UTC+0100)" in str(held.value)
        assert "publish_at" in held.value.remedy
    at(here, END)
    assert here.publish(rows(5), dataset).passed
    assert online(here)


def test_what_is_online_stays_until_the_hour(here: Showcase) -> None:
    at(here, END - timedelta(days=2))
    here.publish(rows(5), here.dataset())
    before = here.tree()
    with pytest.raises(EmbargoInForce):
        here.publish(rows(6), here.dataset(**EMBARGO))
    assert here.tree() == before


def test_windows_prepared_under_embargo_are_published_with_the_first_after_it(here: Showcase) -> None:
    bounds = {"debut": "{window_start}", "fin": "{window_end}"}
    source = {"http": "mobilite", "path": "/x", "parameters": bounds}
    dataset = here.dataset(source=source, cadence="monthly", **EMBARGO)
    windows = [
        Window(datetime(2026, month, 1, tzinfo=UTC), datetime(2026, month + 1, 1, tzinfo=UTC))
        for month in (8, 9, 10)
    ]
    at(here, END - timedelta(days=1))
    for window in windows[:2]:
        with pytest.raises(EmbargoInForce):
            here.publish(numbered(window.start.month), dataset, window)
    at(here, END)
    report = here.publish(numbered(10), dataset, windows[2])
    assert report.passed and report.rows == 15 and len(report.parts) == 3


def test_a_run_is_asked_for_from_the_hour_on_until_it_has_published(here: Showcase) -> None:
    here.dataset(**EMBARGO)
    here.dataset("autre")
    (here.desk.include / "datasets" / "casse.yaml").write_text("publish_at: [", encoding="utf-8")
    at(here, END - timedelta(seconds=1))
    assert due(here) == []
    for late in (timedelta(), timedelta(minutes=9, seconds=59), timedelta(days=1)):
        at(here, END + late)
        assert due(here) == ["lieux"]
    at(here, END + timedelta(days=3))
    assert due(here) == []
    at(here, END + timedelta(hours=1))
    here.desk.place.store.write_current_revision_pointer(
        "lieux", {"published_at": (END + timedelta(minutes=4)).isoformat()}
    )
    assert due(here) == []
