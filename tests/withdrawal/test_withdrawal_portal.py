"""A dataset withdrawn from a portal, with what stood at each of its addresses; and what holds it so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aqueduc.alert_queue import list_waiting_alerts
from aqueduc.certify.holds import describe_holds_in_force
from aqueduc.certify.ledger import verify_ledger
from aqueduc.connections import EnvironmentConnections
from aqueduc.convention.claims import list_claims
from aqueduc.convention.watch import process_claims_and_hide_suspended_datasets
from aqueduc.decisions import read_withdrawal_mark
from aqueduc.errors import ConnectionMissing, WithdrawalInForce, WithdrawalRefused, WithdrawnDataExposed
from aqueduc.run import refuse_withdrawn_or_suspended_dataset
from aqueduc.withdrawal import (
    enforce_withdrawal,
    enforcement,
    lift_withdrawal,
    list_known_datasets,
    order,
    record_withdrawal_order,
    resume_or_recheck_withdrawal,
)
from sandbox import onegeo
from tests.convention.cities import BOTH, REGION, change_city, publish, two_portals
from tests.making import Desk
from tests.publish.everywhere import open_bench
from tests.publish.publishing import Bench, rows
from tests.publish.test_publish_onegeo import made_in
from tests.withdrawal.withdrawing import act, build_order, decide, entries, leave, lift, served_addresses


@pytest.fixture
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with open_bench("portal", tmp_path, request) as made:
        yield made


def files(made: Bench) -> set[str]:
    folder = Path(made.desk.place.portal.removeprefix("file://"))
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not {".leases", ".scratch"} & set(path.parts)
    }


def text(made: Bench, name: str) -> str:
    return (Path(made.desk.place.portal.removeprefix("file://")) / name).read_text(encoding="utf-8")


def declare_purge(made: Bench) -> None:
    declare_portal(made, "withdrawn: purge")


def declare_bound(made: Bench) -> None:
    """As if somebody else ran the portal, under the convention."""
    declare_portal(made, "convention: true")


def declare_portal(made: Bench, more: str) -> None:
    path = made.desk.include / "city.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + f"platforms:\n  portail: {{type: portal, {more}}}\n",
        encoding="utf-8",
    )
    made.dataset(publish={"mode": "upload", "platform": "portail"})


@pytest.mark.parametrize("purge", [False, True])
def test_nothing_of_it_stays_at_any_of_its_addresses(here: Bench, purge: bool) -> None:
    if purge:
        declare_purge(here)
    here.certified(rows(3))
    here.certified(rows(5))
    assert len([name for name in files(here) if name.endswith("lieux.csv")]) == 3, "two revisions, one stable"
    former = served_addresses(here)
    outcome = leave(here)
    assert {name for name in files(here) if name.startswith("jeux/")} == (
        set() if purge else {"jeux/lieux/fiche.json"}
    )
    if not purge:
        assert "Jeu lieux" not in text(here, "jeux/lieux/fiche.json")
    for name in ("index.html", "catalog.jsonld", "catalog.ttl", "catalog.rdf", "catalogue-scdl.csv"):
        assert "lieux" not in text(here, name)
    asked = [check.what for check in outcome.checks]
    assert {"page", "file", "search", "dcat", "api"} == set(asked)
    assert asked.count("file") >= len(set(former)) == 2
    (proof,) = entries(here, "withdrawn")
    assert all(one["gone"] for one in proof["asked"])
    how = "relu dans le dossier de dépôt, et non comme un visiteur (adresse non déclarée) : rien n'en est plus servi"
    assert any(how in one["valeur"] for one in proof["lecture"]), proof["lecture"]
    assert {(one["what"], one["status"]) for one in proof["asked"] if one["what"] in ("page", "file")} == {
        ("page", 404),
        ("file", 404),
    }
    (decided,) = entries(here, "withdrawal")
    assert (decided["by"], decided["requester"]) == ("Jeanne Martin", "une personne concernée")
    assert verify_ledger(here.desk.place.store, here.slug).is_valid


def test_what_is_withdrawn_is_not_published_whoever_asks(here: Bench) -> None:
    good = here.certified(rows(5))
    here.certified(rows(3))
    leave(here)
    before = files(here)
    for options in ({}, {"force": True}):
        with pytest.raises(WithdrawalInForce) as held:
            here.publish(rows(4), run=here.run(**options))
        assert "retiré du public par Jeanne Martin (opposition d'une personne)" in held.value.what
        assert "aqueduc withdraw lieux --lift" in held.value.remedy
    with pytest.raises(WithdrawalInForce):
        here.restored(good.revision)
    assert files(here) == before


def test_a_lift_gives_back_the_same_revision_under_the_same_identity(here: Bench) -> None:
    def said() -> str:
        return " ".join(
            describe_holds_in_force(here.dataset(), here.desk.city, here.desk.place.store, date(2026, 7, 1))
        )

    before = here.certified(rows(5))
    was = files(here)
    leave(here)
    assert "que les plateformes n'en servent plus rien : vu le" in said()
    lift(here)
    assert said().startswith("jeu ôté ou caché de « "), said()
    assert "et pas republié depuis : il n'y revient qu'à la prochaine publication" in said()
    assert entries(here, "withdrawal-lift")[0]["by"] == "Jeanne Martin"
    refuse_withdrawn_or_suspended_dataset(here.run(), here.desk.place)
    assert files(here) != was, "to lift publishes nothing"
    again = here.certified(rows(5))
    assert not said()
    assert again.revision == before.revision
    assert files(here) == was
    ids = [(one["id"], one["format"], one["url"]) for one in before.resources]
    assert ids == [(one["id"], one["format"], one["url"]) for one in again.resources]
    assert again.record_url == before.record_url
    assert verify_ledger(here.desk.place.store, here.slug).is_valid


def test_done_twice_it_writes_nothing_more(here: Bench) -> None:
    here.certified(rows(5))
    leave(here)
    count = len(here.desk.place.store.list_ledger_entry_keys(here.slug))
    assert act(here).proved
    assert len(here.desk.place.store.list_ledger_entry_keys(here.slug)) == count
    resume_or_recheck_withdrawal(here.slug, here.desk.city, here.desk.place).raise_failures()


def test_other_datasets_stay(here: Bench) -> None:
    here.certified(rows(5))
    other = Bench(here.desk, here.region, "autres-lieux", {**here.declared, "title": "Autres lieux"})
    other.certified(rows(4))
    leave(here)
    assert "jeux/autres-lieux/index.html" in files(here)
    assert "autres-lieux" in text(here, "catalog.ttl")
    other.certified(rows(6))


def test_a_day_to_come_publishes_until_then(here: Bench) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    here.desk = at(here.desk, start)
    here.certified(rows(5))
    decide(here, on=date(2026, 3, 10))
    assert not act(here).proved
    here.certified(rows(4))
    mark = read_withdrawal_mark(here.desk.place.store, here.slug)
    assert mark is not None and mark.effective_at == "2026-03-09T23:00:00+00:00", "midnight in Paris"
    here.desk = at(here.desk, datetime(2026, 3, 9, 23, tzinfo=UTC))
    with pytest.raises(WithdrawalInForce):
        here.publish(rows(3))
    assert act(here).proved
    assert len(entries(here, "withdrawal")) == len(entries(here, "withdrawn")) == 1


def test_hidden_now_and_removed_that_day(here: Bench) -> None:
    here.desk = at(here.desk, datetime(2026, 3, 2, 9, tzinfo=UTC))
    here.certified(rows(5))
    decide(here, on=date(2026, 3, 10), hide_now=True)
    assert not act(here).proved
    assert "jeux/lieux/index.html" not in files(here)
    with pytest.raises(WithdrawalInForce):
        here.publish(rows(3))
    here.desk = at(here.desk, datetime(2026, 3, 10, 9, tzinfo=UTC))
    assert act(here).proved


def test_what_somebody_shows_again_is_taken_away_and_told(here: Bench) -> None:
    here.certified(rows(5))
    folder = Path(here.desk.place.portal.removeprefix("file://")) / "jeux/lieux"
    kept = {name: (folder / name).read_bytes() for name in ("index.html", "fiche.json", "lieux.csv")}
    leave(here)
    for name, data in kept.items():
        (folder / name).write_bytes(data)
    with pytest.raises(WithdrawnDataExposed) as told:
        resume_or_recheck_withdrawal(here.slug, here.desk.city, here.desk.place).raise_failures()
    assert "« Jeu lieux » était de nouveau visible sur « portail ». Il en est de nouveau" in told.value.what
    assert {name for name in files(here) if name.startswith("jeux/")} == {"jeux/lieux/fiche.json"}
    (alert,) = [one for one in list_waiting_alerts(here.desk.place.store) if one.kind == "incident"]
    assert "dpo" in alert.audience
    resume_or_recheck_withdrawal(here.slug, here.desk.city, here.desk.place).raise_failures()
    process_claims_and_hide_suspended_datasets(here.desk.city, here.desk.place)
    (claim,) = list_claims(here.desk.place.store)
    assert claim.what == "le jeu retiré « Jeu lieux » était de nouveau visible sur « portail »"
    assert (claim.kind, claim.origin, claim.datasets) == ("incident", "aqueduc", (here.slug,))


def test_the_region_is_told_and_its_letter_kept(here: Bench) -> None:
    declare_bound(here)
    here.certified(rows(5))
    leave(here)
    store = here.desk.place.store
    letter = (store.read("withdrawals/lieux.txt") or b"").decode()
    for said in (
        "chef@region.example",
        "Jeu lieux (lieux)",
        "article 7.2",
        "une personne concernée",
        "jeux/lieux/",
    ):
        assert said in letter
    due, asked = letter.split(
        "Nous vous demandons en outre, ce que cet article ne prévoit pas, de n'en rien conserver"
    )
    assert "le retrait de tout ou partie des données de la Ville sur sa simple\ndemande" in due
    assert "sauvegardes" in asked and "sauvegardes" not in due
    assert (
        "« Licence Ouverte / Open Licence 2.0 » : la réutilisation dans le monde entier et pour une durée illimitée"
        in asked
    )
    assert "à cette adresse :" in (store.read("withdrawals/lieux-data-gouv-fr.txt") or b"").decode()
    (alert,) = [one for one in list_waiting_alerts(store) if one.kind == "withdrawal"]
    assert (alert.audience, alert.letter) == (("region",), letter)
    assert not [
        word for word in ("aqueduc ", "withdrawals/", ".txt") if word in f"{alert.what}{alert.remedy}{letter}"
    ]


def test_the_region_is_not_asked_to_remove_what_it_never_had(here: Bench) -> None:
    """Published on the city's own portal only; then bound, and nothing published."""
    here.certified(rows(5))
    leave(here)
    store = here.desk.place.store
    assert not store.exists("withdrawals/lieux.txt") and list_waiting_alerts(store) == []
    assert store.exists("withdrawals/lieux-data-gouv-fr.txt"), "that one harvests any portal"


def test_each_is_told_the_addresses_that_are_theirs(tmp_path: Path) -> None:
    """Two portals, of which the convention binds one; data.gouv.fr may have harvested both."""
    town = two_portals(tmp_path)
    publish(town, BOTH, "un")
    record_withdrawal_order(["lieux"], build_order(), town.desk.city, town.desk.place)
    store = town.desk.place.store
    region, harvester = (
        (store.read(f"withdrawals/lieux{name}.txt") or b"").decode() for name in ("", "-data-gouv-fr")
    )
    assert "/region/jeux/lieux/" in region and "/ville/" not in region
    assert "a pu moissonner à ces adresses :\n    " in harvester
    assert "/region/jeux/lieux/" in harvester and "/ville/jeux/lieux/" in harvester


def test_nor_of_one_that_was_never_published(here: Bench) -> None:
    declare_bound(here)
    leave(here)
    store = here.desk.place.store
    assert store.list("withdrawals") == [] and list_waiting_alerts(store) == []


def test_a_letter_says_what_is_done_and_goes_with_a_lift(here: Bench) -> None:
    declare_bound(here)
    here.certified(rows(5))
    decide(here, on=date(2199, 12, 31))
    store = here.desk.place.store
    for name in ("lieux", "lieux-data-gouv-fr"):
        letter = (store.read(f"withdrawals/{name}.txt") or b"").decode()
        assert "retire du public, à compter du 31/12/2199" in letter
    assert len(list_waiting_alerts(store)) == 1
    lift(here)
    assert store.list("withdrawals") == [] and list_waiting_alerts(store) == []


def test_a_region_without_address_is_written_to_by_hand(here: Bench) -> None:
    declare_bound(here)
    city = here.desk.city.model_copy(update={"convention": None})
    here.certified(rows(5))
    record_withdrawal_order([here.slug], build_order(), city, here.desk.place)
    done = enforce_withdrawal(here.slug, city, here.desk.place, sleep=here.pause)
    assert done.proved
    store = here.desk.place.store
    assert "……".encode() in (store.read("withdrawals/lieux.txt") or b"")
    assert list_waiting_alerts(store) == []


def test_never_published_is_held_all_the_same(here: Bench) -> None:
    dataset = here.dataset()
    leave(here)
    (held,) = describe_holds_in_force(dataset, here.desk.city, here.desk.place.store, date(2026, 7, 1))
    assert held.endswith("que les plateformes n'en servent plus rien : rien n'en avait été publié")
    assert "rien de ce jeu n'avait été publié" in str(entries(here, "withdrawn")[0]["lecture"])
    with pytest.raises(WithdrawalInForce):
        here.publish(rows(5))


def test_a_platform_that_fails_does_not_stop_the_others(here: Bench) -> None:
    path = here.desk.include / "city.yaml"
    alone = path.read_text(encoding="utf-8") + "platforms:\n  portail: {type: portal}\n"
    other = Path(here.desk.place.portal.removeprefix("file://")).parent / "autre"
    both = f"{alone}  autre: {{type: portal, folder: {other}}}\n"
    path.write_text(both, encoding="utf-8")
    here.dataset(publish={"mode": "upload", "platforms": ["autre", "portail"]})
    here.certified(rows(5))
    path.write_text(alone, encoding="utf-8")
    decide(here)
    outcome = act(here)
    assert [name for name, _error in outcome.failures] == ["autre"] and not outcome.proved
    with pytest.raises(ConnectionMissing, match="« autre »"):
        outcome.raise_failures()
    assert "jeux/lieux/index.html" not in files(here)
    (alert,) = [one for one in list_waiting_alerts(here.desk.place.store) if one.audience[0] != "region"]
    assert "Le retrait de « Jeu lieux » n'est pas achevé : « autre »." in str(alert.what)
    path.write_text(both, encoding="utf-8")
    assert act(here).proved
    assert not (other / "jeux/lieux/index.html").exists()


@pytest.mark.parametrize(
    "datasets, changes, what, remedy",
    [
        (["lieu"], {}, "Aucun jeu « lieu » n'est déclaré ni publié.", "en choisir parmi : lieux"),
        (["lieux"], {"on": date(2026, 1, 1)}, "La date d'effet (01/01/2026) est passée.", "une date à venir"),
        (["lieux"], {"by": " "}, "Un retrait demande qui le décide", "--requester"),
        (["lieux"], {"reason": ""}, "Un retrait demande qui le décide", "--reason"),
    ],
)
def test_an_order_that_makes_no_sense_does_nothing(
    here: Bench, datasets: list[str], changes: dict[str, object], what: str, remedy: str
) -> None:
    here.certified(rows(5))
    here.desk = at(here.desk, datetime(2026, 3, 2, 9, tzinfo=UTC))
    with pytest.raises(WithdrawalRefused) as told:
        record_withdrawal_order(["lieux", *datasets], build_order(**changes), here.desk.city, here.desk.place)
    assert what in told.value.what and "Rien n'a été fait." in told.value.what
    assert remedy in told.value.remedy
    assert read_withdrawal_mark(here.desk.place.store, "lieux") is None


def test_already_withdrawn_and_not_withdrawn_are_said(here: Bench) -> None:
    here.certified(rows(5))
    with pytest.raises(WithdrawalRefused, match="« lieux » n'est pas retiré"):
        lift_withdrawal(["lieux"], "Jeanne", "erreur", "r", here.desk.city, here.desk.place)
    leave(here)
    with pytest.raises(WithdrawalRefused, match="déjà décidé, par Jeanne Martin"):
        decide(here, run="ordre-2")


def at(desk: Desk, moment: datetime) -> Desk:
    """The same desk at a moment, and a second later each time it is asked."""
    ticks = iter(range(10**6))
    return Desk(replace(desk.place, clock=lambda: moment + timedelta(microseconds=next(ticks))))


def test_a_platform_that_refuses_the_account_is_told_and_tried_again(tmp_path: Path) -> None:
    with onegeo.serving() as site, made_in(tmp_path, site) as here:
        here.certified(rows(5))
        decide(here)
        known = here.desk.place.connections
        wrong = json.loads(known.variables["AIRFLOW_CONN_DATASUD"]) | {"password": "perime"}
        refused = EnvironmentConnections({**known.variables, "AIRFLOW_CONN_DATASUD": json.dumps(wrong)})
        here.desk = Desk(replace(here.desk.place, connections=refused))
        outcome = act(here)
        assert not outcome.proved
        (_name, error), *_others = outcome.failures
        assert "OneGeo Suite refuse ce compte." in error.what and "connexion « datasud »" in str(error.remedy)
        assert "perime" not in str(error)
        (alert,) = [one for one in list_waiting_alerts(here.desk.place.store) if "region" not in one.audience]
        assert "n'est pas achevé" in str(alert.what) and "il est repris chaque jour" in str(alert.remedy)
        here.desk = Desk(replace(here.desk.place, connections=known))
        assert act(here).proved


# --- what a death, another hand or a moved folder leaves ----------------------------------------------------


def test_a_folder_that_city_yaml_no_longer_names_is_not_said_to_be_empty(tmp_path: Path) -> None:
    here = two_portals(tmp_path)
    publish(here, REGION, "un")
    former = here.desk.city.platforms
    spec = {one.name: one.spec.model_dump(mode="json", exclude_defaults=True) for one in former}
    elsewhere = {**spec["region"], "folder": str(tmp_path / "ailleurs")}
    change_city(here, platforms={**spec, "region": elsewhere})
    record_withdrawal_order(["lieux"], build_order(), here.desk.city, here.desk.place)
    done = enforce_withdrawal("lieux", here.desk.city, here.desk.place, sleep=lambda _: None)
    ((name, error),) = done.failures
    assert (done.proved, name) == (False, "region")
    assert "Un visiteur atteint encore, sur « region »" in str(error) and "/region/jeux/lieux" in str(error)
    change_city(here, platforms=spec)
    assert enforce_withdrawal("lieux", here.desk.city, here.desk.place, sleep=lambda _: None).proved


def test_nobody_is_said_to_have_changed_what_the_withdrawal_took(
    here: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    here.certified(rows(5))
    leave(here)
    lift(here)
    report = here.publish(rows(5))
    assert "odifié sur la plateforme" not in caplog.text
    assert "ecart-sur-la-plateforme" not in {one.code for one in report.findings}


def die(*_arguments: Any) -> None:
    raise KeyboardInterrupt


def test_a_death_before_the_letter_keeps_it_from_nobody(here: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    declare_bound(here)
    here.certified(rows(5))
    with monkeypatch.context() as patched:
        patched.setattr(order, "write_letters_and_queue_region_alert", die)
        with pytest.raises(KeyboardInterrupt):
            decide(here)
    assert act(here).proved
    assert "Jeu lieux (lieux)" in (here.desk.place.store.read("withdrawals/lieux.txt") or b"").decode()
    assert [one.audience for one in list_waiting_alerts(here.desk.place.store)] == [("region",)]


def test_one_that_is_lifted_while_it_is_taken_up_stays(here: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    here.certified(rows(5))
    decide(here)
    note = enforcement.record_withdrawal_decision

    def note_then_lift(*arguments: Any) -> None:
        note(*arguments)
        lift(here)

    monkeypatch.setattr(enforcement, "record_withdrawal_decision", note_then_lift)
    with pytest.raises(WithdrawalRefused, match="n'est pas retiré"):
        act(here)
    assert read_withdrawal_mark(here.desk.place.store, here.slug) is None
    assert "jeux/lieux/lieux.csv" in files(here)


def test_what_was_published_and_never_certified_is_withdrawn_too(here: Bench) -> None:
    here.publish(rows(5))
    (here.desk.include / "datasets" / "lieux.yaml").unlink()
    assert list_known_datasets(here.desk.place) == ["lieux"]
    leave(here)
    assert "jeux/lieux/lieux.csv" not in files(here)
