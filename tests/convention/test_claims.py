"""Claims and incidents: noted once, told with their hours, holding what they hold until they are closed."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.alert_queue import Alert, list_waiting_alerts, mark_alerts_sent
from aqueduc.certify.holds import describe_holds_in_force
from aqueduc.certify.ledger import verify_ledger
from aqueduc.convention.claims import (
    ClaimDraft,
    close_claim,
    find_claim,
    list_claims,
    record_authority_notification,
    record_claim,
)
from aqueduc.convention.watch import (
    enforce_convention_and_queue_alerts,
    process_claims_and_hide_suspended_datasets,
)
from aqueduc.errors import ClaimOrIncidentRefusal, DeclarationError, PersonalTextRefused, SuspensionInForce
from aqueduc.run import Run, sweep_dead_runs_and_expired_data
from aqueduc.sightings import IncidentSighting, save_incident_sighting_if_new
from aqueduc.sources.change import read_last_certified_source_state
from aqueduc.store import CITY_LEDGER, decode_json_or_none
from tests.alerts.postoffice import open_post_office, read_body
from tests.convention.cities import BOTH, agree, at, change_city, online, publish, remember, two_portals
from tests.publish.showcase import Showcase

KNOWN = datetime(2026, 3, 28, 10, 30, tzinfo=UTC)


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    made = two_portals(tmp_path)
    at(made, "2026-03-28T12:00:00")
    made.dataset(publish=BOTH)
    return made


def note(here: Showcase, **changes: Any) -> str:
    facts: dict[str, Any] = {
        "kind": "incident",
        "what": "une colonne de trop a été publiée",
        "by": "Jeanne Martin",
        "known_at": KNOWN,
        "datasets": ("lieux",),
    }
    return record_claim(ClaimDraft(**{**facts, **changes}), here.desk.city, here.desk.place).id


def told(here: Showcase) -> list[Alert]:
    return list_waiting_alerts(here.desk.place.store)


# --- noting, telling, closing -------------------------------------------------------------------------------


def test_it_is_in_a_ledger_of_the_city_that_holds_and_is_no_dataset(here: Showcase) -> None:
    first, second = (
        note(here),
        note(here, kind="claim", first_day=date(2026, 3, 1), last_day=date(2026, 3, 2)),
    )
    assert (first, second) == ("2026-001", "2026-002")
    store = here.desk.place.store
    assert [one.id for one in list_claims(store)] == ["2026-001", "2026-002"]
    assert find_claim(store, second).first_day == "2026-03-01"
    assert CITY_LEDGER not in store.list_datasets()
    assert CITY_LEDGER in store.list_ledger_names()
    verdict = verify_ledger(store, CITY_LEDGER)
    assert (verdict.is_valid, verdict.entries) == (True, 2)


def test_what_comes_after_is_added_and_the_first_entry_stays(here: Showcase) -> None:
    identifier, place, city = note(here), here.desk.place, here.desk.city
    before = {key: place.store.read(key) for key in place.store.list_ledger_entry_keys(CITY_LEDGER)}
    record_authority_notification(
        identifier, "region", KNOWN + timedelta(hours=1), "Jeanne Martin", city, place
    )
    done = close_claim(identifier, "Paul Roux", "colonne ôtée", city, place)
    assert done.told == {"region": "2026-03-28T11:30:00+00:00"}
    assert (done.is_open, done.closed_by, done.outcome) == (False, "Paul Roux", "colonne ôtée")
    assert all(place.store.read(key) == data for key, data in before.items())
    assert verify_ledger(place.store, CITY_LEDGER).entries == 3
    with pytest.raises(ClaimOrIncidentRefusal, match="déjà clos"):
        close_claim(identifier, "Paul Roux", "encore", city, place)


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"what": ""}, "Il manque la description"),
        ({"by": " "}, "Il manque qui le note"),
        ({"what": "M. Jean Canarisson figure dans le fichier"}, "semble citer une personne"),
        ({"what": "le 06 12 34 56 78 était lisible"}, "semble citer une personne"),
        ({"what": "jean.canarisson@exemple.fr était lisible"}, "semble citer une personne"),
        ({"known_at": datetime(2026, 3, 28, 12, 0, 1, tzinfo=UTC)}, "pas encore passé"),
        ({"datasets": ("inconnu",)}, "Aucun jeu « inconnu »"),
        ({"datasets": (), "hold": True}, "demande de quels jeux"),
        ({"datasets": (), "suspend": True}, "demande de quels jeux"),
        ({"revisions": ("abcdef12",)}, "Aucune révision certifiée"),
        ({"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 1)}, "précède le premier"),
    ],
)
def test_what_cannot_be_noted_is_said_and_nothing_is(
    here: Showcase, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises((ClaimOrIncidentRefusal, PersonalTextRefused)) as caught:
        note(here, **changes)
    assert said in str(caught.value)
    assert "Rien n'a été" in str(caught.value)
    assert caught.value.remedy
    assert "Canarisson" not in str(caught.value)
    assert list_claims(here.desk.place.store) == []
    assert here.desk.place.store.read_json("holds.json") is None


def test_an_unknown_number_is_told_the_known_ones(here: Showcase) -> None:
    note(here)
    with pytest.raises(ClaimOrIncidentRefusal, match="2026-001"):
        find_claim(here.desk.place.store, "2026-009")


def test_the_region_is_told_and_the_letter_is_ready(here: Showcase) -> None:
    remember(here.desk.place.store)
    identifier = note(here, hold=True, personal=True)
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    letter = (here.desk.place.store.read(f"claims/{identifier}.txt") or b"").decode()
    assert "À l'attention de chef@region.example" in letter
    assert "l'incident suivant, dont elle a eu\nconnaissance le 28/03/2026 à 11:30 (10:30 UTC)" in letter
    assert "une colonne de trop a été publiée" in letter
    assert "Jeux de données : lieux" in letter
    assert "Aucune révision ni ligne rejetée de ces jeux n'expire à la Ville" in letter
    assert "les extraits bruts sont détruits à la fin de chaque exécution" in letter
    assert "Origine" not in letter, "nobody said it"
    city, region = sorted(told(here), key=lambda one: one.audience == ("region",))
    assert (city.kind, city.subject, city.occurrence) == ("incident", "convention", identifier)
    assert city.audience == ("operator", "steward", "dpo")
    assert "une colonne de trop" in str(city.what)
    assert f"est claims/{identifier}.txt, et lui part par courriel si le courrier est réglé" in str(
        city.remedy
    )
    assert (region.audience, region.letter) == (("region",), letter)


def test_the_letter_says_that_hiding_is_asked_for_and_not_that_it_was_done(here: Showcase) -> None:
    """It is written before, once."""
    remember(here.desk.place.store)
    identifier = note(here, suspend=True)
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    letter = (here.desk.place.store.read(f"claims/{identifier}.txt") or b"").decode()
    assert "Le masquage de ce qui est en ligne de ces jeux est demandé, et rien n'en est publié" in letter
    assert "cachés" not in letter
    store = here.desk.place.store
    (entry,) = [
        decode_json_or_none(store.read(key) or b"") or {} for key in store.list_ledger_entry_keys(CITY_LEDGER)
    ]
    assert {
        "libelle": "Suspension",
        "valeur": "masquage demandé, et rien n'est publié jusqu'à la clôture",
    } in (entry["lecture"])


def test_a_letter_of_after_the_72_hours_says_that_they_are_over(here: Showcase) -> None:
    remember(here.desk.place.store)
    at(here, "2026-03-31T10:30:00")
    identifier = note(here, personal=True)
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    letter = (here.desk.place.store.read(f"claims/{identifier}.txt") or b"").decode()
    assert "a expiré le 31/03/2026 à 12:30 (10:30 UTC)" in letter and "court jusqu'au" not in letter


def test_the_region_is_asked_only_of_what_its_platforms_had(here: Showcase) -> None:
    """Two datasets, of which one is on the city's own portal only."""
    store = here.desk.place.store
    remember(store)
    remember(store, "autre", "ville")
    here.dataset("autre", publish={"mode": "upload", "platforms": ["ville"]})
    both, own = note(here, datasets=("autre", "lieux")), note(here, datasets=("autre",))
    nobody = note(here, datasets=())
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    assert "Jeux de données : lieux\n" in (store.read(f"claims/{both}.txt") or b"").decode()
    assert store.list("claims") == [f"claims/{both}.txt", f"claims/{nobody}.txt"]
    alerts = {one.occurrence: one for one in told(here)}
    assert {both, own, nobody, f"region-{both}", f"region-{nobody}"} == set(alerts)
    assert "claims/" in str(alerts[both].remedy) and "Région" not in str(alerts[own].remedy)


def test_no_article_is_cited_of_a_convention_that_ended(here: Showcase) -> None:
    remember(here.desk.place.store)
    agree(here, ends="2026-03-01")
    identifier = note(here)
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    letter = (here.desk.place.store.read(f"claims/{identifier}.txt") or b"").decode()
    assert (
        f"Objet : incident n° {identifier}\n" in letter and "\nLa Ville vous informe de l'incident" in letter
    )
    assert "article" not in letter and "convention" not in letter


@pytest.mark.parametrize("broken", [False, True], ids=["up", "down for a while"])
def test_the_mail_to_the_region_is_the_letter_and_its_hour_is_noted(tmp_path: Path, broken: bool) -> None:
    with open_post_office(tmp_path) as office:
        office.desk.dataset("jeu")
        remember(office.workspace.store, "jeu")
        draft = ClaimDraft(
            "claim", "deux lignes de trop", "Jeanne Martin", office.now, ("jeu",), origin="citizen"
        )
        identifier = record_claim(draft, office.desk.city, office.workspace).id
        process_claims_and_hide_suspended_datasets(office.desk.city, office.workspace)
        if broken:
            office.close()
            office.deliver()
            office.now += timedelta(hours=3)
            process_claims_and_hide_suspended_datasets(office.desk.city, office.workspace)
            assert find_claim(office.workspace.store, identifier).told == {}
            office.open()
        office.deliver()
        sent_at = office.now
        office.now += timedelta(hours=1)
        process_claims_and_hide_suspended_datasets(office.desk.city, office.workspace)
        process_claims_and_hide_suspended_datasets(office.desk.city, office.workspace)
        mails = [mail for mail in office.mails if mail["X-Envelope-To"] == "chef@region.example"]
    (body,) = map(read_body, mails)
    for said in (
        "À l'attention de chef@region.example",
        "Origine : un citoyen",
        "deux lignes de trop",
        "article 11",
    ):
        assert said in body
    assert not [word for word in ("aqueduc ", "claims/", ".txt", "city.yaml", "Airflow") if word in body]
    claim = find_claim(office.workspace.store, identifier)
    assert claim.told == {"region": sent_at.isoformat()}
    assert verify_ledger(office.workspace.store, CITY_LEDGER).entries == 2


# --- what Aqueduc sees itself -------------------------------------------------------------------------------


def see(here: Showcase, kind: Any = "restricted") -> None:
    place = here.desk.place
    at_once = place.clock().isoformat(timespec="seconds")
    save_incident_sighting_if_new(
        place.store, IncidentSighting(kind, "lieux", "Jeu lieux", "region", at_once)
    )


def test_what_aqueduc_saw_is_an_incident_known_when_it_was_seen_and_noted_once(here: Showcase) -> None:
    remember(here.desk.place.store)
    see(here)
    at(here, "2026-03-28T12:40:00")
    see(here)
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    (claim,) = list_claims(here.desk.place.store)
    assert (claim.origin, claim.by, claim.personal) == ("aqueduc", "Aqueduc", False)
    assert claim.what == "n'importe qui pouvait ouvrir le jeu restreint « Jeu lieux » sur « region »"
    assert (claim.known_at, claim.recorded_at) == ("2026-03-28T12:00:00+00:00", "2026-03-28T12:40:00+00:00")
    assert {one.occurrence for one in told(here)} == {"2026-001", "region-2026-001"}
    letter = (here.desk.place.store.read("claims/2026-001.txt") or b"").decode()
    assert "Origine : vu par Aqueduc" in letter
    see(here)
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    assert len(list_claims(here.desk.place.store)) == 1, "it goes on"
    close_claim(claim.id, "Paul Roux", "refermé", here.desk.city, here.desk.place)
    see(here)
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    assert [one.id for one in list_claims(here.desk.place.store)] == ["2026-001", "2026-002"]


def test_what_visitors_could_see_is_on_the_page_to_sign_until_its_incident_is_closed(here: Showcase) -> None:
    place, city = here.desk.place, here.desk.city
    dataset = here.dataset(publish=BOTH)

    def held() -> str:
        return "\n".join(describe_holds_in_force(dataset, city, place.store, date(2026, 3, 28)))

    assert held() == ""
    see(here)
    told = (
        "le 28/03/2026, un visiteur a pu ouvrir ce jeu, alors restreint, sur « region » : incident à inscrire"
    )
    assert told in held()
    enforce_convention_and_queue_alerts(city, place)
    assert held() == (
        "incident 2026-001, connu le 28/03/2026 et pas clos au registre des réclamations et incidents : n'importe qui "
        "pouvait ouvrir le jeu restreint « Jeu lieux » sur « region »"
    )
    close_claim("2026-001", "Paul Roux", "refermé", city, place)
    assert held() == ""
    see(here, "withdrawn")
    assert "ce jeu, alors retiré, était de nouveau visible sur « region »" in held()


def test_the_72_hours_run_where_what_was_seen_may_be_about_somebody(here: Showcase) -> None:
    here.dataset(publish=BOTH, processing={"persons": "les habitants"})
    see(here)
    (here.desk.include / "datasets" / "lieux.yaml").rename(here.desk.include / "gone.yaml")
    see(here, "withdrawn")
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    assert [one.personal for one in list_claims(here.desk.place.store)] == [True, True]
    assert "2026-001-0" in hours(here, "2026-03-31T12:00:00")


def test_without_a_convention_the_city_alone_is_told(here: Showcase) -> None:
    city = here.desk.city.model_copy(update={"convention": None})
    facts = {"kind": "claim", "what": "une ligne de trop", "by": "Jeanne Martin", "known_at": KNOWN}
    record_claim(ClaimDraft(**facts), city, here.desk.place)
    process_claims_and_hide_suspended_datasets(city, here.desk.place)
    (one,) = told(here)
    assert one.audience == ("operator", "steward", "dpo") and "claims/" not in str(one.remedy)
    assert here.desk.place.store.list("claims") == []


def test_a_convention_without_an_address_at_the_region_says_which_key_is_missing(here: Showcase) -> None:
    change_city(here, convention={"partner": "Région", "notified": "2026-01-15"})
    with pytest.raises(DeclarationError) as told_so:
        assert here.desk.city
    said = str(told_so.value)
    assert "la clé « project_lead » manque" in said and "project_lead: donnees@region.fr" in said
    assert "city.yaml" in said


# --- the 72 hours -------------------------------------------------------------------------------------------


def test_the_72_hours_are_counted_across_the_change_of_the_clock(here: Showcase) -> None:
    remember(here.desk.place.store)
    claim = find_claim(here.desk.place.store, note(here, personal=True))
    assert claim.notification_deadline == datetime(2026, 3, 31, 10, 30, tzinfo=UTC)
    # Known at 11:30 of the city's; 72 hours later it is 12:30 there: a night had 23 hours.
    letter_of = process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    assert letter_of.failures == ()
    text = (here.desk.place.store.read(f"claims/{claim.id}.txt") or b"").decode()
    assert "jusqu'au 31/03/2026 à 12:30 (10:30 UTC)" in text


def hours(here: Showcase, moment: str) -> list[str]:
    """What is told anew at ``moment``, once all that waited was sent."""
    at(here, moment)
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    waiting = [one for one in told(here) if one.occurrence.startswith("2026-001-")]
    mark_alerts_sent(here.desk.place.store, told(here))
    return [one.occurrence for one in waiting]


def test_people_are_reminded_a_day_and_six_hours_before_and_once_it_is_too_late(here: Showcase) -> None:
    note(here, personal=True)
    assert hours(here, "2026-03-30T10:29:59") == []
    assert hours(here, "2026-03-30T10:30:00") == ["2026-001-24"]
    assert hours(here, "2026-03-31T04:29:59") == []
    assert hours(here, "2026-03-31T04:30:00") == ["2026-001-6"]
    assert hours(here, "2026-03-31T10:29:59") == []
    assert hours(here, "2026-03-31T10:30:00") == ["2026-001-0"]
    assert hours(here, "2026-04-03T10:30:00") == []


def test_nobody_is_reminded_of_what_was_notified_or_is_not_personal(here: Showcase) -> None:
    identifier = note(here, personal=True)
    record_authority_notification(
        identifier, "cnil", here.desk.place.clock(), "Jeanne Martin", here.desk.city, here.desk.place
    )
    note(here, personal=False)
    assert hours(here, "2026-03-31T09:00:00") == []


# --- the legal hold -----------------------------------------------------------------------------------------


def reject(here: Showcase, dataset: str, run: str) -> Path:
    place = here.desk.place
    with place.vault.open_scratch_folder() as folder:
        pq.write_table(pa.table({"a": ["x"]}), folder / "rejets.parquet")
        key = place.vault.store_rejections(
            folder / "rejets.parquet", dataset=dataset, run=run, stage="validate"
        )
    file = Path(place.vault.url.removeprefix("file://")) / key
    old = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    os.utime(file, (old, old))
    return file


def test_rejected_rows_are_kept_while_a_claim_holds_their_dataset_then_expire(here: Showcase) -> None:
    here.dataset("autres", publish=BOTH)
    mine, other = reject(here, "lieux", "r1"), reject(here, "autres", "r1")
    first, second = note(here, hold=True), note(here, hold=True)
    place, city = here.desk.place, here.desk.city
    assert sweep_dead_runs_and_expired_data(place, days=30).rejected == 1
    assert (mine.exists(), other.exists()) == (True, False)
    close_claim(first, "Paul Roux", "réglé", city, place)
    assert sweep_dead_runs_and_expired_data(place, days=30).rejected == 0
    close_claim(second, "Paul Roux", "réglé", city, place)
    assert sweep_dead_runs_and_expired_data(place, days=30).rejected == 1
    assert not mine.exists()


def test_raw_extracts_are_destroyed_whatever_is_held(here: Showcase) -> None:
    note(here, hold=True)
    run = Run("lieux", "mort")
    handle = here.desk.raw(pa.table({"code": ["1"]}), run)
    place = here.desk.place
    later = datetime(2026, 5, 1, tzinfo=UTC)
    assert place.vault.exists(handle.key)
    swept = place.vault.destroy_dead_run_files_and_old_rejections(now=later, days=30, held={"lieux"})
    assert swept.raw == 1
    assert not place.vault.exists(handle.key)


def test_where_it_cannot_be_read_what_is_held_nothing_expires(here: Showcase) -> None:
    mine = reject(here, "lieux", "r1")
    store = here.desk.place.store
    store.write_text("holds.json", "{")
    assert sweep_dead_runs_and_expired_data(here.desk.place, days=30).rejected == 0
    assert mine.exists()


def test_the_hold_stands_before_the_claim_is_noted_and_is_made_again(here: Showcase) -> None:
    note(here, hold=True)
    store = here.desk.place.store
    store.delete("holds.json")
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    assert store.read_json("holds.json")["held"] == {"lieux": ["2026-001"]}


# --- suspension ---------------------------------------------------------------------------------------------


def test_a_suspended_dataset_is_hidden_everywhere_and_published_again_once_closed(here: Showcase) -> None:
    publish(here, BOTH, "un")
    assert online(here, "region")
    assert online(here, "ville")
    identifier = note(here, suspend=True)
    result = process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    assert not result.failures
    assert {one.platform for one in result.done} == {"region", "ville"}
    assert not online(here, "region")
    assert not online(here, "ville")
    assert process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place).done == ()
    with pytest.raises(SuspensionInForce, match="2026-001"):
        publish(here, BOTH, "deux")
    assert not online(here, "ville")
    close_claim(identifier, "Paul Roux", "réglé", here.desk.city, here.desk.place)
    before = (here.desk.place.store.read_current_revision_pointer("lieux") or {})["record_url"]
    report, _certificate = publish(here, BOTH, "trois")
    assert report.passed
    assert report.record_url == before
    assert online(here, "region")
    assert online(here, "ville")


def test_what_a_suspended_dataset_remembers_of_its_source_is_kept_and_republished(here: Showcase) -> None:
    """The hold asks to keep the digest, and to suspend deleted it."""
    vault = here.desk.place.vault
    publish(here, BOTH, "un")
    state = {"declaration": "d", "digest": "x", "rows": 3, "etag": None}
    vault.write_json("seen/lieux.json", {"snapshot": state})
    note(here, hold=True, suspend=True)
    assert not process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place).failures
    sweep_dead_runs_and_expired_data(here.desk.place, days=30)
    assert (vault.read_json("seen/lieux.json") or {})["snapshot"]["digest"] == "x"
    assert read_last_certified_source_state(vault, "lieux", None) is None, (
        "an unchanged source is published again"
    )


def test_a_dry_run_of_a_suspended_dataset_is_let_through(here: Showcase) -> None:
    from aqueduc.run import refuse_withdrawn_or_suspended_dataset

    note(here, suspend=True)
    refuse_withdrawn_or_suspended_dataset(Run("lieux", "essai", dry_run=True), here.desk.place)
    with pytest.raises(SuspensionInForce):
        refuse_withdrawn_or_suspended_dataset(Run("lieux", "essai", force=True), here.desk.place)


def test_what_a_suspended_dataset_has_in_an_outlet_leaves_too_even_at_a_later_look(here: Showcase) -> None:
    served = here.folder.parent / "servi"
    change_city(here, outlets={"web": {"folder": str(served), "url": "https://data.ville.example"}})
    publish(here, BOTH, "un")
    note(here, suspend=True)
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    file = served / "lieux/lieux.csv"
    file.parent.mkdir(parents=True)
    file.write_text("code\n1\n")
    held = {"files": {"web": ["lieux/lieux.csv"]}, "tables": []}
    here.desk.place.store.write_json("datasets/lieux/outlets.json", held)
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    assert not file.exists()
