"""The end of the convention: hidden where it binds, at once; removed and proved once a person agreed; and nothing
else is touched."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from aqueduc.alert_queue import list_waiting_alerts
from aqueduc.certify.history import read_history
from aqueduc.certify.ledger import verify_ledger
from aqueduc.convention.handkept import read_last_hand_kept_survey
from aqueduc.convention.takedown import (
    TakedownCause,
    filter_records_awaiting_takedown_step,
    list_records_on_ended_convention_platforms,
    remove_records,
)
from aqueduc.convention.watch import (
    enforce_convention_and_queue_alerts,
    remove_hidden_records_of_ended_convention,
)
from aqueduc.errors import ConventionNotInForce, PlatformUnavailable
from aqueduc.store import decode_json_or_none
from aqueduc.withdrawal import lift_withdrawal, record_withdrawal_order
from tests.convention.cities import (
    BOTH,
    REGION,
    agree,
    at,
    online,
    publish,
    published_until_july,
)
from tests.publish.showcase import Showcase
from tests.withdrawal.withdrawing import build_order

CAUSE = TakedownCause("la convention a pris fin ; motif : préavis", "Jeanne Martin")


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    return published_until_july(tmp_path)


def entries(here: Showcase, kind: str) -> list[dict[str, object]]:
    store = here.desk.place.store
    read = [decode_json_or_none(store.read(key) or b"") for key in store.list_ledger_entry_keys("lieux")]
    return [one for one in read if one["kind"] == kind]


@pytest.mark.parametrize("moment", ["2026-06-30T21:59:59", "2026-06-01T10:00:00"])
def test_until_the_end_nothing_is_hidden(here: Showcase, moment: str) -> None:
    at(here, moment)
    done = enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    assert (done.takedown.done, done.waiting) == ((), ())
    assert online(here, "region")


def test_before_it_takes_effect_nothing_is_hidden_either(here: Showcase) -> None:
    agree(here, notified="2026-09-01")
    at(here, "2026-08-01T10:00:00")
    assert enforce_convention_and_queue_alerts(here.desk.city, here.desk.place).takedown.done == ()
    assert online(here, "region")


def test_from_the_first_instant_of_the_end_it_is_and_the_city_s_own_portal_is_not(here: Showcase) -> None:
    at(here, "2026-06-30T22:00:00")
    done = enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    assert [(one.dataset, one.platform) for one in done.takedown.done] == [("lieux", "region")]
    assert done.takedown.failures == ()
    assert not online(here, "region")
    assert online(here, "ville")
    (entry,) = entries(here, "hidden")
    assert (entry["platforms"], entry["removed"]) == (["region"], False)
    assert verify_ledger(here.desk.place.store, "lieux").is_valid
    assert enforce_convention_and_queue_alerts(here.desk.city, here.desk.place).takedown.done == ()
    assert len(entries(here, "hidden")) == 1


def test_a_person_is_told_what_is_left_to_agree_to_once(here: Showcase) -> None:
    at(here, "2026-06-30T22:00:00")
    for _ in range(3):
        done = enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    assert [(one.dataset, one.platform) for one in done.waiting] == [("lieux", "region")]
    waiting = list_waiting_alerts(here.desk.place.store)
    (region,) = [one for one in waiting if one.audience == ("region",)]
    assert str(region.remedy) == (
        "ne plus extraire ni réutiliser ces données (article 7.2) ; il vous est demandé en outre, ce que l'article ne "
        "prévoit pas, de n'en rien conserver et de le confirmer"
    )
    letter = (here.desk.place.store.read("withdrawals/_fin-2026-07-01.txt") or b"").decode()
    assert "La convention a pris fin le 01/07/2026" in letter and "(lieux)" in letter
    assert "/region/jeux/lieux" in letter and "/ville/" not in letter, "the city keeps its own portal"
    assert "À l'attention de chef@region.example" in letter
    due, asked = letter.split(
        "Nous vous demandons en outre, ce que cet article ne prévoit pas, de n'en rien conserver"
    )
    assert "à son terme les données de la Ville ne sont plus ni extraites ni\nréutilisées" in due
    assert "sauvegardes" in asked and "sauvegardes" not in due
    told = [one for one in waiting if one.occurrence.startswith("ended")]
    assert [one.occurrence for one in told] == ["ended-2026-07-01"]
    assert "1 jeu caché reste à retirer" in str(told[0].what)
    assert "aqueduc convention --remove" in str(told[0].remedy)


def test_what_people_keep_by_hand_is_listed_and_left_alone(here: Showcase) -> None:
    folder = here.folder.parent / "region" / "jeux"
    by_hand = json.loads((folder / "lieux" / "fiche.json").read_text())
    by_hand["record"] = "une-autre"
    by_hand["fiche"]["title"] = "Plan des pistes"
    (folder / "pistes").mkdir()
    (folder / "pistes" / "fiche.json").write_text(json.dumps(by_hand))
    kept = (folder / "pistes" / "fiche.json").read_bytes()
    at(here, "2026-06-30T22:00:00")
    for _ in range(3):
        enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    alerts = list_waiting_alerts(here.desk.place.store)
    (told,) = [one for one in alerts if one.occurrence.startswith("by-hand")]
    assert "1 fiche de la Ville est tenue à la main" in str(told.what) and "« Plan des pistes »" in str(
        told.what
    )
    assert "par qui les tient" in str(told.remedy)
    (region,) = [one for one in alerts if one.audience == ("region",)]
    assert "tenues à la main : à retirer par qui les tient.\n\n  - Plan des pistes\n" in region.letter
    assert "withdrawals/" not in f"{region.what}{region.remedy}{region.letter}"
    found = read_last_hand_kept_survey(date(2026, 7, 1), here.desk.place)
    assert found is not None and [one.platform for one in found.records] == ["region"]
    assert (folder / "pistes" / "fiche.json").read_bytes() == kept
    (folder / "pistes" / "fiche.json").unlink()
    at(here, "2026-07-02T08:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    again = read_last_hand_kept_survey(date(2026, 7, 1), here.desk.place)
    assert again is not None and (again.day, again.records) == ("2026-07-02", ())


def test_a_list_that_cannot_be_read_is_told(here: Showcase, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_arguments: object, **_options: object) -> None:
        raise PlatformUnavailable("elle ne répond pas", where="region", remedy="réessayer")

    monkeypatch.setattr("aqueduc.convention.handkept.open_platform", silent)
    at(here, "2026-06-30T22:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    alerts = list_waiting_alerts(here.desk.place.store)
    (told,) = [one for one in alerts if one.occurrence.startswith("by-hand")]
    assert str(told.what) == "La liste de « region » ne se lit pas : y regarder à la main."


@pytest.mark.end_to_end
def test_each_deadline_is_told_ahead_to_the_city_once_a_threshold(here: Showcase) -> None:
    """Sixty, thirty, seven days and a day before: an anniversary, and the last day of its notice."""
    agree(here, notified="2026-01-15")
    told: dict[str, set[str]] = {}
    for day in range(1, 60):
        moment = datetime(2026, 11, 16, 8, tzinfo=UTC) + timedelta(days=day)
        at(here, moment.replace(tzinfo=None).isoformat())
        enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
        enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    alerts = [one for one in list_waiting_alerts(here.desk.place.store) if one.kind == "deadline"]
    assert all(one.audience == ("operator", "steward", "dpo") for one in alerts)
    for one in alerts:
        kind, _dash, ahead = one.occurrence.rpartition("-")
        told.setdefault(kind, set()).add(ahead)
    assert any(len(thresholds) >= 3 for thresholds in told.values()), told
    assert len({one.occurrence for one in alerts}) == len(alerts)
    assert all("Convention avec Région" in str(one.what) for one in alerts)


def test_once_agreed_it_is_removed_and_proved_and_the_ledger_says_by_whom(here: Showcase) -> None:
    at(here, "2026-07-02T08:00:00")
    city, place = here.desk.city, here.desk.place
    enforce_convention_and_queue_alerts(city, place)
    records = list_records_on_ended_convention_platforms(city, place)
    done = remove_records(records, CAUSE, city, place)
    assert done.failures == ()
    assert len(done.done) == 1
    proof = entries(here, "hidden")[-1]
    assert (proof["removed"], proof["by"]) == (True, "Jeanne Martin")
    asked = proof["asked"]
    assert isinstance(asked, list)
    assert asked
    assert all(one["gone"] for one in asked)
    assert filter_records_awaiting_takedown_step(records, "remove", place) == []
    assert remove_records(records, CAUSE, city, place).done == ()
    assert online(here, "ville")


def test_a_removal_that_was_made_is_asked_of_nobody_any_more(here: Showcase) -> None:
    at(here, "2026-07-02T08:00:00")
    city, place = here.desk.city, here.desk.place
    enforce_convention_and_queue_alerts(city, place)
    assert "ended-2026-07-01" in {one.occurrence for one in list_waiting_alerts(place.store)}
    assert remove_hidden_records_of_ended_convention("Jeanne Martin", "préavis", city, place).failures == ()
    enforce_convention_and_queue_alerts(city, place)
    assert {one.occurrence for one in list_waiting_alerts(place.store)} == {"region-ended-2026-07-01"}


def test_nobody_is_asked_by_another_letter_for_what_is_gone(here: Showcase) -> None:
    """Withdrawn once the end of the convention removed it from the Region's: nothing is left there to remove. What is
    only hidden is still to be, without an article that does not hold any more."""
    at(here, "2026-07-02T08:00:00")
    city, place = here.desk.city, here.desk.place
    enforce_convention_and_queue_alerts(city, place)
    record_withdrawal_order(["lieux"], build_order(), city, place)
    letter = (place.store.read("withdrawals/lieux.txt") or b"").decode()
    assert "\nNous vous demandons de retirer ce jeu" in letter and "article" not in letter
    (alert,) = [one for one in list_waiting_alerts(place.store) if one.subject == "lieux"]
    assert "article" not in f"{alert.what}{alert.remedy}"
    lift_withdrawal(["lieux"], "Jeanne Martin", "erreur", "levee-1", city, place)
    assert remove_hidden_records_of_ended_convention("Jeanne Martin", "préavis", city, place).failures == ()
    record_withdrawal_order(["lieux"], build_order("ordre-2"), city, place)
    assert not place.store.exists("withdrawals/lieux.txt")
    assert "lieux" not in {one.subject for one in list_waiting_alerts(place.store)}


def test_what_was_online_ends_for_that_platform_only(here: Showcase) -> None:
    at(here, "2026-07-02T08:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    first, second = read_history(here.desk.place.store, "lieux").periods
    assert {one.platform for one in first.files} == {"region"}
    assert {one.platform for one in second.files} == {"ville"}
    assert "/region/" in first.record_url and "/ville/" in second.record_url
    assert first.start == second.start < here.desk.place.clock()
    assert (first.end, first.ending) == (here.desk.place.clock(), "hidden")
    assert (second.end, second.ending) == (None, "")


def test_what_a_declaration_names_no_more_stays_online_until_it_is_hidden(here: Showcase) -> None:
    at(here, "2026-06-02T09:00:00")
    publish(here, {"mode": "upload", "platforms": ["ville"]}, "deux", count=7)
    assert online(here, "region")
    store = here.desk.place.store
    told = [(one.files[0].platform, one.ending) for one in read_history(store, "lieux").periods]
    assert told == [("ville", "replaced"), ("region", ""), ("ville", "")]
    at(here, "2026-07-02T08:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    told = [(one.files[0].platform, one.ending) for one in read_history(store, "lieux").periods]
    assert sorted(told) == [("region", "hidden"), ("ville", ""), ("ville", "replaced")]


def test_where_it_is_in_force_again_it_is_published_under_the_same_address(here: Showcase) -> None:
    before = here.desk.place.store.read_json("datasets/lieux/platforms/region.json")["record"]
    at(here, "2026-07-02T08:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    agree(here, amendments=[{"signed": "2026-07-15", "about": "prolongation"}])
    at(here, "2026-07-16T08:00:00")
    report, certificate = publish(here, BOTH, "deux")
    assert report.passed
    assert online(here, "region")
    assert here.desk.place.store.read_json("datasets/lieux/platforms/region.json")["record"] == before
    assert certificate.convention
    assert certificate.convention["amendment"]["about"] == "prolongation"


def test_a_dataset_that_nothing_declares_any_more_is_hidden_too(here: Showcase) -> None:
    (here.desk.include / "datasets/lieux.yaml").unlink()
    at(here, "2026-07-02T08:00:00")
    assert len(enforce_convention_and_queue_alerts(here.desk.city, here.desk.place).takedown.done) == 1
    assert not online(here, "region")


def test_one_that_cannot_be_reached_keeps_no_other_waiting(here: Showcase, tmp_path: Path) -> None:
    publish(here, REGION, "un", slug="autres")
    at(here, "2026-07-02T08:00:00")
    with here.desk.place.store.lock("datasets/autres", where="essai"):
        done = enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    assert [one.dataset for one in done.takedown.done] == ["lieux"]
    ((record, error),) = done.takedown.failures
    assert (record.dataset, error.retryable) == ("autres", True)
    assert [
        one.dataset
        for one in enforce_convention_and_queue_alerts(here.desk.city, here.desk.place).takedown.done
    ] == ["autres"]


def test_after_the_end_no_run_brings_it_back(here: Showcase) -> None:
    at(here, "2026-07-02T08:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    with pytest.raises(ConventionNotInForce):
        publish(here, REGION, "deux")
    report, _certificate = publish(here, BOTH, "trois", count=7)
    assert report.platform == "ville"
    assert not online(here, "region")
