"""Killed before any of its writes, what closes a record or notes a claim is ended by the next look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aqueduc.certify.ledger import verify_ledger
from aqueduc.convention.claims import ClaimDraft, list_claims, record_claim
from aqueduc.convention.takedown import (
    TakedownCause,
    filter_records_awaiting_takedown_step,
    list_records_on_ended_convention_platforms,
    remove_records,
)
from aqueduc.convention.watch import (
    enforce_convention_and_queue_alerts,
    process_claims_and_hide_suspended_datasets,
)
from aqueduc.decisions import read_claim_retention_holds_and_suspensions
from aqueduc.run import sweep_dead_runs_and_expired_data
from aqueduc.store import CITY_LEDGER, Store
from tests.convention.cities import BOTH, agree, at, online, publish, two_portals
from tests.publish.showcase import Showcase


class Death(BaseException):
    """Of the process: nobody catches it."""


class DyingStore(Store):
    """Dies before its ``left``-th write; then lives on."""

    left = 1_000_000

    def write(self, key: str, data: bytes) -> None:
        self._live()
        super().write(key, data)

    def delete(self, key: str) -> None:
        self._live()
        super().delete(key)

    def _live(self) -> None:
        type(self).left -= 1
        if type(self).left == 0:
            raise Death


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Showcase]:
    made = two_portals(tmp_path)
    agree(made, ends="2026-07-01")
    at(made, "2026-06-01T09:00:00")
    publish(made, BOTH, "un")
    at(made, "2026-07-02T09:00:00")
    DyingStore.left = 1_000_000
    yield made
    DyingStore.left = 1_000_000


@contextmanager
def dying(here: Showcase, rank: int) -> Iterator[Showcase]:
    place = here.desk.place
    here.desk = replace(here.desk, place=replace(place, store=DyingStore(place.store.url)))
    DyingStore.left = rank
    try:
        yield here
    finally:
        here.desk = replace(here.desk, place=place)


def end(here: Showcase) -> None:
    city, place = here.desk.city, here.desk.place
    enforce_convention_and_queue_alerts(city, place)
    remove_records(
        list_records_on_ended_convention_platforms(city, place),
        TakedownCause("fin", "Jeanne Martin"),
        city,
        place,
    )


@pytest.mark.end_to_end
def test_a_closing_killed_anywhere_is_ended_by_the_next_one(tmp_path: Path) -> None:
    deaths = 0
    for rank in range(1, 60):
        made = two_portals(tmp_path / str(rank))
        agree(made, ends="2026-07-01")
        at(made, "2026-06-01T09:00:00")
        publish(made, BOTH, "un")
        at(made, "2026-07-02T09:00:00")
        try:
            with dying(made, rank):
                end(made)
        except Death:
            deaths += 1
        else:
            break
        at(made, "2026-07-03T09:00:00")
        end(made)
        city, place = made.desk.city, made.desk.place
        assert (
            filter_records_awaiting_takedown_step(
                list_records_on_ended_convention_platforms(city, place), "remove", place
            )
            == []
        ), rank
        assert not online(made, "region")
        assert online(made, "ville")
        assert verify_ledger(place.store, "lieux").is_valid, rank
    assert deaths > 8


def test_a_claim_killed_anywhere_is_noted_whole_or_not_at_all(here: Showcase) -> None:
    draft = ClaimDraft(
        kind="incident",
        what="une colonne de trop",
        by="Jeanne Martin",
        known_at=datetime(2026, 7, 1, tzinfo=UTC),
        datasets=("lieux",),
        hold=True,
        suspend=True,
    )
    deaths = 0
    for rank in range(1, 60):
        before = len(list_claims(here.desk.place.store))
        try:
            with dying(here, rank):
                record_claim(draft, here.desk.city, here.desk.place)
                process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
        except Death:
            deaths += 1
        else:
            break
        place = here.desk.place
        process_claims_and_hide_suspended_datasets(here.desk.city, place)
        claims = list_claims(place.store)
        assert len(claims) - before in (0, 1)
        assert verify_ledger(place.store, CITY_LEDGER).is_valid
        holds = read_claim_retention_holds_and_suspensions(place.store)
        assert holds.held.get("lieux", []) == [one.id for one in claims]
        assert holds.suspended == holds.held
        sweep_dead_runs_and_expired_data(place, days=30)
    assert deaths > 2
    assert not online(here, "ville")
