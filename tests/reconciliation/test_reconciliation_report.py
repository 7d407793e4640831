"""What is kept of a look, and who is told of what, how often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aqueduc.alert_queue import list_waiting_alerts, mark_alerts_sent
from aqueduc.certify.holds import describe_holds_in_force
from aqueduc.decisions import WITHDRAWAL, WithdrawalMark, build_decision_mark_key
from aqueduc.language import use_language
from aqueduc.publish.findings import RecordDeleted, RecordHidden, VanishedRecord
from aqueduc.reconciliation import save_reconciliation_and_queue_alerts
from aqueduc.reconciliation.findings import ELSEWHERE, GRAVITIES, WAYS, Discrepancy, Gravity
from aqueduc.reconciliation.report import build_difference_alerts
from aqueduc.sightings import LAST_LOOK, list_ongoing_platform_differences
from tests.making import Desk
from tests.publish.publishing import rows
from tests.reconciliation.towns import Town, code, open_portal_town

START = datetime.now(UTC)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_portal_town(tmp_path, ("arbres", "bancs")) as made:
        yield made


def edit(town: Town, title: str) -> None:
    town.fiche("bancs", lambda document: document["fiche"].update(title=title))


def tell(town: Town, day: int) -> list[str]:
    """Looks on a day, and sends what there is to send."""
    save_reconciliation_and_queue_alerts(town.store, town.reconcile(START + timedelta(minutes=day)))
    waiting = list_waiting_alerts(town.store)
    mark_alerts_sent(town.store, waiting)
    return [f"{one.kind} {one.subject}" for one in waiting]


def test_the_same_difference_is_told_once_until_it_is_gone_and_comes_back(town: Town) -> None:
    assert tell(town, 0) == []
    edit(town, "Une main")
    assert tell(town, 1) == ["drift bancs"]
    assert tell(town, 2) == tell(town, 3) == []
    edit(town, "Jeu bancs")
    assert tell(town, 4) == []
    edit(town, "Une main")
    assert tell(town, 5) == ["drift bancs"]


def test_what_could_not_be_looked_at_for_a_day_is_not_told_anew(town: Town) -> None:
    edit(town, "Une main")
    assert tell(town, 1) == ["drift bancs"]
    fiche = town.folder / "jeux" / "arbres" / "fiche.json"
    kept = fiche.read_text(encoding="utf-8")
    fiche.write_text("{", encoding="utf-8")
    assert tell(town, 2) == ["failed city"]
    fiche.write_text(kept, encoding="utf-8")
    assert tell(town, 3) == []


def test_a_look_is_kept_with_its_day_and_the_latest_beside_it(town: Town) -> None:
    edit(town, "Une main")
    look = save_reconciliation_and_queue_alerts(town.store, town.reconcile(START))
    save_reconciliation_and_queue_alerts(town.store, town.reconcile(START + timedelta(minutes=1)))
    first, second = (
        town.store.read_json(key) for key in town.store.list("reconciliations") if key != LAST_LOOK
    )
    assert first["at"] == look.at
    assert [one["since"] for one in second["differences"]] == [look.at]
    assert second["differences"][0]["command"] == "aqueduc run bancs"
    assert second["counts"]["drift"] == 1
    assert town.store.read_json(LAST_LOOK)["counts"]["drift"] == 1


def test_the_page_to_sign_says_what_people_took_away_until_a_look_finds_it_again(town: Town) -> None:
    now = datetime.now(UTC)

    def said() -> str:
        (dataset,) = [one for one in town.declarations().datasets if one.id == "bancs"]
        return " ".join(describe_holds_in_force(dataset, town.desk.city, town.store, now.date()))

    def look(minute: int, *, hidden: bool) -> None:
        town.fiche("bancs", lambda document: document.update(hidden=hidden))
        save_reconciliation_and_queue_alerts(town.store, town.reconcile(now + timedelta(minutes=minute)))

    look(0, hidden=True)
    day = now.astimezone(ZoneInfo(town.desk.city.timezone)).strftime("%d/%m/%Y")
    taken = (
        f"le {day}, la vérification de ce qui est en ligne a trouvé ôtés ou cachés sur « portail », autrement"
    )
    assert taken in said()
    look(1, hidden=True)
    assert said().count("autrement que par Aqueduc") == 1
    look(2, hidden=False)
    assert said() == ""


def test_the_page_to_sign_accuses_nobody_of_what_aqueduc_took_off_or_brought_back(town: Town) -> None:
    now = datetime.now(UTC)

    def said() -> str:
        (dataset,) = [one for one in town.declarations().datasets if one.id == "bancs"]
        return " ".join(describe_holds_in_force(dataset, town.desk.city, town.store, now.date()))

    town.fiche("bancs", lambda document: document.update(hidden=True))
    save_reconciliation_and_queue_alerts(town.store, town.reconcile(now))
    kept = town.store.read_json(LAST_LOOK)
    assert "autrement que par Aqueduc" in said()
    town.state("bancs", lambda document: document.update(withdrawn=True))
    assert "autrement" not in said() and "ôté ou caché de « portail »" in said()
    town.state("bancs", lambda document: document.update(withdrawn=False))
    town.fiche("bancs", lambda document: document.update(hidden=False))
    place = replace(town.desk.place, clock=lambda: now + timedelta(seconds=30))
    replace(town.benches["bancs"], desk=Desk(place)).certified(rows(9))
    assert said() == "", "it is online again"
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    town.store.write_json(LAST_LOOK, {**kept, "at": later})
    assert "autrement que par Aqueduc" in said(), "it was taken away again"
    (key,) = kept["since"]
    town.store.write_json(LAST_LOOK, {**kept, "at": later, "seen": {key: kept["at"]}})
    assert said() == "", "the last look could not look there"


def test_when_a_difference_was_last_seen_is_kept_while_its_platform_is_silent(town: Town) -> None:
    town.fiche("bancs", lambda document: document.update(hidden=True))
    first = save_reconciliation_and_queue_alerts(town.store, town.reconcile(START))
    fiche = town.folder / "jeux" / "arbres" / "fiche.json"
    fiche.write_text("{", encoding="utf-8")
    for minute in (1, 2):
        save_reconciliation_and_queue_alerts(town.store, town.reconcile(START + timedelta(minutes=minute)))
    (seen,) = [one.seen for one in list_ongoing_platform_differences(town.store) if one.dataset == "bancs"]
    assert seen == first.at


def test_an_alert_speaks_without_a_value_and_in_any_language(town: Town) -> None:
    edit(town, "Une main")
    save_reconciliation_and_queue_alerts(town.store, town.reconcile(START))
    (alert,) = list_waiting_alerts(town.store)
    assert (alert.title, alert.audience) == ("Jeu bancs", ("steward",))
    assert str(alert.what) == "son titre a été modifié à la main sur « portail »"
    with use_language("en"):
        assert "title" in str(alert.what)


def test_a_period_that_is_missing_between_the_intervals_is_told(town: Town) -> None:
    """No run makes up for one that was not started in its time."""
    pointer = town.store.read_current_revision_pointer("bancs") or {}
    (part,) = pointer["parts"]

    def publish(*hours: int) -> list[str]:
        windows = [
            [f"2026-03-10T{hour:02}:00:00+00:00", f"2026-03-10T{hour + 1:02}:00:00+00:00"] for hour in hours
        ]
        town.store.write_current_revision_pointer(
            "bancs", {**pointer, "parts": [{**part, "window": window} for window in windows]}
        )
        return [
            str(one.finding) for one in town.reconcile(START).differences if code(one) == "intervalle-absent"
        ]

    assert publish(9, 8, 10) == []
    (told,) = publish(8, 12, 9)
    assert told.startswith(
        "il manque 1 période entre ses intervalles publiés : du 10/03/2026 à 11:00 au 10/03/2026 à"
    )
    (told,) = publish(8, 12, 15)
    assert told.startswith("il manque 2 périodes entre ses intervalles publiés ; la première, du")


def test_what_visitors_may_read_stands_before_a_replaced_file_before_an_edited_title() -> None:
    assert [one for one in GRAVITIES if one.is_grave] == ["exposure", "alarm", "incident", "replaced"]
    assert GRAVITIES.index(Gravity.REPLACED) < GRAVITIES.index(Gravity.DRIFT)


def test_a_replaced_file_is_told_at_once_to_the_officer_too(town: Town) -> None:
    (town.folder / "jeux" / "bancs" / "bancs.csv").write_text("autre\n", encoding="utf-8")
    assert tell(town, 0) == ["incident bancs"]
    (found,) = town.reconcile(START).differences
    (alert,) = build_difference_alerts([found], found.since or "2026-03-10T06:00:00+00:00")
    assert "dpo" in alert.audience
    assert tell(town, 1) == []


def test_an_exposure_is_told_at_each_look_that_finds_it(town: Town) -> None:
    at = (START - timedelta(days=2)).isoformat()
    mark = WithdrawalMark("bancs", "Jeu", "Jeanne Martin", "un habitant", "essai", at, at, at, "r", at)
    town.store.write_json(build_decision_mark_key("bancs", WITHDRAWAL), mark.to_json())
    assert tell(town, 1) == tell(town, 2) == ["incident bancs"]


@pytest.mark.parametrize("kind", [RecordHidden, RecordDeleted, VanishedRecord], ids=lambda kind: kind.code)
def test_what_a_person_took_away_is_withdrawn_with_proof_and_never_undeclared(kind: Any) -> None:
    remedy = str(kind(detail={"platform": "portail"}).format_remedy())
    assert "aqueduc withdraw" in remedy and "preuve" in remedy
    assert "déclaration" not in remedy and "publish:" not in remedy


def kinds() -> list[type[Discrepancy]]:
    return sorted(Discrepancy.iterate_subclasses(), key=lambda one: one.code)


def test_there_are_thirty_kinds_and_more_each_with_a_code_of_its_own() -> None:
    codes = [kind.code for kind in kinds()]
    assert len(codes) + len(ELSEWHERE) >= 60
    assert len({*codes, *ELSEWHERE}) == len(codes) + len(ELSEWHERE)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.code)
def test_a_kind_has_its_gravity_its_remedy_and_the_run_that_applies_it(kind: Any) -> None:
    assert kind.gravity in GRAVITIES
    assert kind.way in ("", *WAYS)
    assert str(kind.remedy)
