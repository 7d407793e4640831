"""What the end of the convention, or a claim, takes off is no difference to the morning's look; what is shown
again is an incident."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from aqueduc.convention.claims import close_claim
from aqueduc.convention.takedown import (
    TakedownCause,
    list_records_on_ended_convention_platforms,
    remove_records,
)
from aqueduc.convention.watch import enforce_convention_and_queue_alerts
from aqueduc.declaration import load_all_declarations, load_city
from aqueduc.reconciliation import reconcile
from aqueduc.withdrawal import enforce_withdrawal, lift_withdrawal, record_withdrawal_order
from tests.convention.cities import BOTH, agree, at, publish, two_portals
from tests.convention.test_claims import note
from tests.publish.showcase import Showcase
from tests.withdrawal.withdrawing import build_order


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    made = two_portals(tmp_path)
    agree(made, ends="2026-07-01")
    at(made, "2026-06-30T20:00:00")
    publish(made, BOTH, "un")
    return made


def found(here: Showcase) -> list[tuple[str, str, str]]:
    city = load_city(here.desk.include)
    declared = load_all_declarations(here.desk.include, city)
    now = here.desk.place.clock() + timedelta(seconds=1)
    done = reconcile(declared, city.city, here.desk.place, now, sleep=lambda _: None)
    return [(one.dataset, one.platform, one.finding.code) for one in done.differences]


def test_the_end_of_the_convention_is_no_difference(here: Showcase) -> None:
    before = found(here)
    at(here, "2026-07-01T08:00:00")
    shown = found(here)
    assert ("lieux", "region", "retire-encore-visible") in shown
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    assert [one for one in found(here) if one[1] == "region"] == []
    assert [one for one in found(here) if one[1] == "ville"] == [one for one in before if one[1] == "ville"]


def test_a_suspension_is_no_difference(here: Showcase) -> None:
    claim = note(here, suspend=True, known_at=here.desk.place.clock())
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    assert found(here) == []
    close_claim(claim, "Paul Roux", "corrigé", here.desk.city, here.desk.place)
    back = [("lieux", name, "retour-en-attente") for name in ("region", "ville")]
    assert sorted(found(here)) == back, "only Aqueduc took its files off, and a run brings them back"
    publish(here, BOTH, "deux")
    assert found(here) == []


def test_what_was_withdrawn_then_lifted_only_waits_for_a_publication(here: Showcase) -> None:
    city, place = here.desk.city, here.desk.place
    record_withdrawal_order(["lieux"], build_order(), city, place)
    assert enforce_withdrawal("lieux", city, place, sleep=lambda _: None).proved
    lift_withdrawal(["lieux"], "Jeanne Martin", "erreur", "levee-1", city, place)
    assert {one[2] for one in found(here)} == {"retour-en-attente"}
    publish(here, BOTH, "deux")
    assert found(here) == []


def test_what_was_removed_at_the_end_waits_for_a_publication_once_it_is_renewed_and_is_nothing_undeclared(
    here: Showcase,
) -> None:
    at(here, "2026-07-01T08:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    city, place = here.desk.city, here.desk.place
    remove_records(list_records_on_ended_convention_platforms(city, place), TakedownCause("fin"), city, place)
    agree(here)
    assert [one[2] for one in found(here) if one[1] == "region"] == ["retour-en-attente"]
    (here.desk.include / "datasets" / "lieux.yaml").unlink()
    assert [one for one in found(here) if one[2] == "orphelin-en-ligne"] == [
        ("lieux", "ville", "orphelin-en-ligne")
    ]
