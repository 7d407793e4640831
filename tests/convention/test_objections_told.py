"""What the Region is told of rows that leave: when the objection is noted, before anything obeys it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aqueduc.alert_queue import Alert, list_waiting_alerts
from aqueduc.anonymise.objections import build_personal_objection
from aqueduc.certify.objections import ObjectionRequester, record_objection
from tests.convention.cities import BOTH, agree, at, remember, two_portals
from tests.publish.showcase import Showcase

OWN: dict[str, Any] = {"mode": "upload", "platforms": ["ville"]}


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    made = two_portals(tmp_path)
    at(made, "2026-03-28T12:00:00")
    return made


def object_to(here: Showcase, declared: dict[str, Any]) -> list[Alert]:
    """The alerts to the Region of an objection to a row of ``lieux``."""
    dataset, city, place = here.dataset(publish=declared), here.desk.city, here.desk.place
    new, order = build_personal_objection(("code",), ("x1",)), ObjectionRequester("Jeanne Martin", "demande")
    record_objection(dataset, city, "o1", new, ("x1",), order, place)
    return [one for one in list_waiting_alerts(place.store) if one.audience == ("region",)]


def test_what_is_online_is_not_said_to_be_without_the_rows(here: Showcase) -> None:
    remember(here.desk.place.store)
    (alert,) = object_to(here, BOTH)
    assert str(alert.what).endswith("retire des lignes de « Jeu lieux » (convention, article 7.2).")
    assert "désormais" not in str(alert.remedy)
    assert (
        "il vous est demandé de ne plus diffuser les copies de ce jeu, puis de les remplacer toutes"
        in str(alert.remedy)
    )


def test_one_that_left_the_region_is_told_to_it_all_the_same(here: Showcase) -> None:
    """Who had the rows may have them still."""
    remember(here.desk.place.store)
    assert len(object_to(here, OWN)) == 1


@pytest.mark.parametrize("declared", [OWN, BOTH], ids=["elsewhere", "not yet"])
def test_one_that_the_region_never_had_is_not(here: Showcase, declared: dict[str, Any]) -> None:
    remember(here.desk.place.store, platform="ville")
    assert object_to(here, declared) == []


def test_of_a_convention_that_ended_no_article_is_cited(here: Showcase) -> None:
    remember(here.desk.place.store)
    agree(here, ends="2026-03-01")
    (alert,) = object_to(here, BOTH)
    assert "article" not in f"{alert.what}{alert.remedy}"
