"""``aqueduc convention``: where the convention stands, read as a steward would."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.cli.office import Office
from tests.making import CITY


def agree(office: Office, **convention: Any) -> None:
    path = Path(office.desk.include) / "city.yaml"
    written = yaml.safe_load(path.read_text())
    written["convention"] = {**CITY["convention"], **convention}
    path.write_text(yaml.safe_dump(written, allow_unicode=True))


def day(after: int) -> str:
    return (datetime.now(UTC) + timedelta(days=after)).date().isoformat()


def test_it_says_the_period_the_deadlines_and_what_is_bound(office: Office) -> None:
    said = office.aqueduc("convention")
    assert said.code == 0
    assert "Convention avec Région, notifiée le 15/01/2025 : en vigueur." in said.out
    assert "Période en cours : du 15/01/" in said.out
    assert "dernier jour pour donner un préavis" in said.out
    answer = office.aqueduc("convention", "--json").json
    assert answer["in_force"] is True
    assert {one["kind"] for one in answer["deadlines"]} == {"anniversary", "last-notice"}
    assert all(one["days"] >= 0 for one in answer["deadlines"])


def test_a_notification_to_come_is_said_to_come(office: Office) -> None:
    agree(office, notified=day(20))
    shown = date.fromisoformat(day(20)).strftime("%d/%m/%Y")
    assert (
        f"Convention avec Région, à notifier le {shown} : PAS EN VIGUEUR." in office.aqueduc("convention").out
    )


def test_it_says_the_acts_and_what_is_not_declared(office: Office) -> None:
    taken = {"body": "Conseil municipal", "number": "DL.25-12", "taken": "2025-05-20"}
    agree(
        office,
        amendments=[{"signed": "2025-06-30", "about": "mobilité", "deliberations": {"city": taken}}],
        notices=[
            {"way": "fault", "day": day(-3), "by": "partner", "reasons": "r", "answer_by": day(20)},
            {"way": "mutual", "day": day(-2), "expert": {"appointed": day(-1)}},
            {"way": "mutual", "day": day(-2), "revoked": day(-1)},
        ],
    )
    said = " ".join(office.aqueduc("convention").out.split())
    assert "Avenant du 30/06/2025, en vigueur : mobilité" in said
    assert "Ville : Conseil municipal, délibération DL.25-12 du 20/05/2025" in said
    assert "autre partie : délibération non déclarée" in said
    assert "mise en demeure, pour une faute" in said
    assert "la convention prend fin le" in said
    assert "l'expert n'en a pas encore fixé le jour" in said
    assert "il y a été renoncé le" in said
    assert "dernier jour du délai pour répondre à la mise en demeure (dans" in said


def test_one_that_has_ended_is_said_to_have(office: Office) -> None:
    agree(office, ends="2025-07-01")
    said = office.aqueduc("convention")
    assert said.code == 0
    assert "PAS EN VIGUEUR" in said.out
    assert office.aqueduc("convention", "--json").json["period"] is None
    assert "NOT IN FORCE" in office.aqueduc("--lang", "en", "convention").out


def test_what_people_keep_by_hand_is_told_after_the_end(office: Office) -> None:
    agree(office, ends="2025-07-01")
    kept = {"platform": "datasud", "title": "Plan des pistes", "url": "https://datasud.example/pistes"}
    found = {"day": "2025-07-02", "records": [kept], "unread": ["idgo"]}
    office.desk.place.store.write_json("withdrawals/_fin-2025-07-01.json", found)
    said = office.aqueduc("convention")
    assert "Tenues à la main : à retirer par qui les tient (liste du 02/07/2025) :" in said.out
    assert "datasud  Plan des pistes\n    https://datasud.example/pistes" in said.out
    assert "La liste de « idgo » ne se lit pas" in said.err
    assert office.aqueduc("convention", "--json").json["by_hand"]["records"] == [kept]


def test_a_city_without_one_is_told(office: Office) -> None:
    path = Path(office.desk.include) / "city.yaml"
    written = yaml.safe_load(path.read_text())
    del written["convention"]
    written["platforms"] = {"ville": {"type": "portal"}}
    written["defaults"] = {**written["defaults"], "platform": "ville"}
    path.write_text(yaml.safe_dump(written))
    assert "Aucune convention n'est déclarée" in office.aqueduc("convention").err
    assert office.aqueduc("convention", "--json").json is None
