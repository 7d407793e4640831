"""Personal data are published for as long as their basis lets them, and no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from aqueduc.alert_queue import Alert
from aqueduc.alerts.deadline import find_legal_basis_deadline_alerts
from aqueduc.declaration import load_city
from aqueduc.errors import PublicationGateClosed
from aqueduc.record.explanation import OpinionAndAgreementContext, build_publication_explanation
from aqueduc.record.prose import render_explanation_markdown
from tests.making import Desk
from tests.publish.publishing import COLUMNS, rows
from tests.publish.showcase import Showcase, showcase

BASED = {**COLUMNS, "nom": {"publish": True, "basis": "CGCT, art. L2121-15", "until": "2030-12-31"}}


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    return showcase(tmp_path)


def at(here: Showcase, moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    here.desk = Desk(replace(here.desk.place, clock=lambda: now))


def deadlines(here: Showcase) -> list[Alert]:
    return find_legal_basis_deadline_alerts(here.desk.place, load_city(here.desk.include))


def test_on_its_last_day_it_is_published_and_the_day_after_the_gate_closes(here: Showcase) -> None:
    dataset = here.dataset(columns=BASED)
    at(here, "2030-12-31T22:59:59")
    assert here.publish(rows(5), dataset).passed
    before = here.tree()
    at(here, "2030-12-31T23:00:00")
    with pytest.raises(PublicationGateClosed) as closed:
        here.publish(rows(6), dataset)
    text = str(closed.value)
    assert "« nom »" in text and "31/12/2030" in text and "aqueduc withdraw" in closed.value.remedy
    assert here.tree() == before


def test_a_column_that_is_no_longer_published_holds_nothing(here: Showcase) -> None:
    at(here, "2031-02-01T00:00:00")
    fields = [{"name": name} for name in ("code", "surface", "jour")]
    dataset = here.dataset(columns={**COLUMNS, "nom": "drop"}, fields=fields)
    assert here.publish(rows(5).drop_columns(["nom"]), dataset).passed


@pytest.mark.parametrize(
    "day, said",
    [
        ("2030-10-31", None),
        ("2030-11-01", "dans 60 jours"),
        ("2030-11-30", "dans 31 jours"),
        ("2030-12-01", "dans 30 jours"),
        ("2030-12-24", "dans 7 jours"),
        ("2030-12-30", "dans 1 jour "),
        ("2030-12-31", "dans 0 jour "),
        ("2031-01-01", "a pris fin le 31/12/2030"),
        ("2032-01-01", "a pris fin le 31/12/2030"),
    ],
)
def test_its_end_is_told_ahead_and_once_past(here: Showcase, day: str, said: str | None) -> None:
    here.dataset(columns=BASED)
    at(here, f"{day}T12:00:00")
    found = deadlines(here)
    assert [said in str(alert.what) for alert in found] == ([True] if said else [])
    assert all(
        alert.audience == ("steward", "dpo") and "aqueduc withdraw lieux" in str(alert.remedy)
        for alert in found
    )


def test_each_announcement_is_told_once(here: Showcase) -> None:
    here.dataset(columns=BASED)
    told = set()
    for day in range(1, 32):
        at(here, f"2030-12-{day:02}T12:00:00")
        told |= {alert.key for alert in deadlines(here)}
    assert len(told) == 3, "30, 7 and 1 days ahead"


def test_what_is_signed_says_until_when(here: Showcase) -> None:
    edition = OpinionAndAgreementContext(date(2026, 7, 1))
    text = render_explanation_markdown(
        build_publication_explanation(here.dataset(columns=BASED), here.desk.city, edition)
    )
    text = text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Ce fondement vaut jusqu'au 31/12/2030 : ensuite, rien n'est plus publié, mais ce qui est" in text
