"""A former revision that is not put online again: what is asked, or what is left of it, does not allow it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from aqueduc.certify import RunCertificate
from aqueduc.certify.ledger import build_signature_storage_key
from aqueduc.certify.signature import generate_signing_key_pair
from aqueduc.connections import EnvironmentConnections
from aqueduc.errors import PublicationGateClosed, RevisionRestorationRefused
from aqueduc.pipeline import run_preparation_stages
from aqueduc.run import RestorationOrder
from aqueduc.store import Store, compute_bytes_sha256
from tests.making import Desk
from tests.publish.everywhere import open_bench
from tests.publish.publishing import FIELDS, Bench, rows
from tests.publish.test_restore import digests, online


@pytest.fixture
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """On the portal."""
    with open_bench("portal", tmp_path, request) as made:
        yield made


def untouched(made: Bench, bad: RunCertificate) -> None:
    assert online(bad) == digests(bad)
    assert made.desk.place.store.read_restoration_mark(made.slug) is None


@pytest.mark.parametrize("revision", ["abcdef0123456789", "", "1234567", "pas une empreinte"])
def test_an_unknown_revision_is_refused(here: Bench, revision: str) -> None:
    here.certified(rows(5))
    bad = here.certified(rows(3))
    with pytest.raises(RevisionRestorationRefused) as refused:
        here.restored(revision)
    assert f"ne commence par « {revision.strip()} »" in refused.value.what
    assert f"aqueduc restore {here.slug} " in f"{refused.value.remedy} "
    untouched(here, bad)


def test_nothing_published_yet_is_said(here: Bench) -> None:
    here.dataset()
    with pytest.raises(RevisionRestorationRefused, match="Rien de ce jeu n'a encore été publié") as refused:
        here.restored("a" * 64)
    assert refused.value.remedy == "publier d'abord le jeu"


def test_a_lift_without_a_restoration_is_refused(here: Bench) -> None:
    here.certified(rows(5))
    with pytest.raises(RevisionRestorationRefused, match="Aucune révision rétablie n'est en vigueur"):
        here.lift()


def lose_an_object(store: Store, good: RunCertificate) -> None:
    report = store.read_report("lieux", good.run, "publish") or {}
    store.delete(report["parts"][0]["object"])


def damage_an_object(store: Store, good: RunCertificate) -> None:
    report = store.read_report("lieux", good.run, "publish") or {}
    store.write(report["parts"][0]["object"], b"PAR1")


def lose_the_report(store: Store, good: RunCertificate) -> None:
    store.delete(f"runs/lieux/{good.run}/publish.json")


def point_the_report_elsewhere(store: Store, good: RunCertificate) -> None:
    report = store.read_report("lieux", good.run, "publish") or {}
    other = store.read_report("lieux", "essai-2", "publish") or {}
    store.write_report("lieux", good.run, "publish", {**report, "parts": other["parts"]})


def forge_the_certificate(store: Store, good: RunCertificate) -> None:
    key = store.list_ledger_entry_keys("lieux")[0]
    store.write_json(key, {**store.read_json(key), "owner": "Quelqu'un d'autre"})


@pytest.mark.parametrize(
    "damage, words, remedy",
    [
        (
            lose_an_object,
            "n'est plus dans le dépôt, ou y a été abîmé (objects/",
            "choisir une autre révision",
        ),
        (damage_an_object, "n'est plus dans le dépôt, ou y a été abîmé", "choisir une autre révision"),
        (lose_the_report, "de quels fichiers cette révision était faite manque", "runs/lieux"),
        (point_the_report_elsewhere, "manque, ou a été modifié", "runs/lieux"),
        (forge_the_certificate, "Le registre ne prouve plus rien : l'entrée n° 1", "ne rien supprimer"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_not_there_any_more_is_not_restored(
    here: Bench, damage: Callable[[Store, RunCertificate], None], words: str, remedy: str
) -> None:
    good = here.certified(rows(5))
    bad = here.certified(rows(3))
    damage(here.desk.place.store, good)
    with pytest.raises(RevisionRestorationRefused) as refused:
        here.restored(good.revision)
    assert words in refused.value.what and "Rien n'a été fait." in refused.value.what
    assert remedy in refused.value.remedy
    untouched(here, bad)


def test_a_certificate_that_nobody_signed_is_restored_by_nobody(here: Bench) -> None:
    private, public = generate_signing_key_pair()
    path = here.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["signing"] = {"connection": "signature", "keys": [public]}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    key = json.dumps({"conn_type": "generic", "password": private})
    place = replace(here.desk.place, connections=EnvironmentConnections({"AIRFLOW_CONN_SIGNATURE": key}))
    signing = replace(here, desk=Desk(place))
    good = signing.certified(rows(5))
    bad = signing.certified(rows(3))
    entry = place.store.list_ledger_entry_keys("lieux")[1]
    sha256 = compute_bytes_sha256(place.store.read(entry) or b"")
    place.store.delete(build_signature_storage_key(entry, sha256))
    with pytest.raises(RevisionRestorationRefused, match="n'est pas signée"):
        signing.restored(good.revision)
    untouched(signing, bad)


STRICTER: dict[str, tuple[dict[str, Any], pa.Table, str, str]] = {
    "dropped": (
        {
            "columns": {"code": "publish", "nom": "drop", "surface": "publish", "jour": "publish"},
            "fields": [FIELDS[0], *FIELDS[2:]],
        },
        rows(5),
        "revision-moins-protegee",
        "`nom` est moins protégée",
    ),
    "another column": (
        {"columns": {"code": "publish", "nom": "publish", "surface": "publish"}, "fields": FIELDS[:3]},
        rows(5),
        "revision-autres-colonnes",
        "ne sont pas celles",
    ),
    "anonymised": (
        {"privacy": {"quasi_identifiers": ["nom"], "k": 5, "suppress_at_most": "100%"}},
        rows(5),
        "",
        "",
    ),
    "constrained": (
        {"fields": [*FIELDS[:2], {**FIELDS[2], "constraints": {"maximum": 3}}, FIELDS[3]]},
        rows(5),
        "",
        "`surface` : ",
    ),
}


@pytest.mark.parametrize("change", STRICTER)
def test_today_s_declaration_decides_what_may_go_out(here: Bench, change: str) -> None:
    changes, table, code, words = STRICTER[change]
    good = here.certified(table)
    bad = here.certified(rows(3))
    here.dataset(**changes)
    with pytest.raises(PublicationGateClosed) as closed:
        here.restored(good.revision)
    assert "ne laisse pas sortir cette révision" in closed.value.what
    first = closed.value.findings[0]
    assert code in ("", first.code)
    assert words in first.message()
    assert closed.value.remedy
    assert "(ligne" not in first.message(), "they are those of no source"
    untouched(here, bad)


def test_a_decision_that_was_taken_back_holds_it(here: Bench) -> None:
    waiver = {
        "column": "nom",
        "kind": "phone",
        "reason": "standard de la mairie",
        "date": "2026-01-05",
        "by": "Claire Fabre, déléguée",
    }
    here.dataset(waivers=[waiver])
    good = here.certified(rows(5, nom=["06 12 34 56 78", *["Sainte-Victoire"] * 4]))
    here.dataset(waivers=[])
    here.certified(rows(3))
    with pytest.raises(PublicationGateClosed) as closed:
        here.restored(good.revision)
    assert "téléphone" in closed.value.findings[0].message()
    assert "06 12" not in str(closed.value)


def test_what_another_dataset_publishes_of_the_same_people_holds_it(here: Bench) -> None:
    privacy = {"quasi_identifiers": ["nom"], "k": 5, "suppress_at_most": "100%", "population": "habitants"}
    here.dataset(privacy=privacy)
    good = here.certified(rows(6, nom=["Nord"] * 6))
    bad = here.certified(rows(12, nom=["Nord"] * 12))
    beside = Bench(here.desk, here.region, "autre", {**here.declared, "title": "Un autre"})
    beside.certified(rows(7, nom=["Nord"] * 7))
    # Six of seven: the one that is not among them would be known.
    with pytest.raises(PublicationGateClosed) as closed:
        here.restored(good.revision)
    assert "autre" in closed.value.findings[0].message()
    untouched(here, bad)


def test_what_a_link_shows_is_not_ours_to_restore(here: Bench) -> None:
    source = {"http": "mobilite", "path": "/lieux"}
    here.dataset(source=source, publish={"mode": "index", "link": "https://ville.example/lieux"})
    with pytest.raises(RevisionRestorationRefused, match="publié par un lien"):
        here.restored("a" * 64)


def test_a_task_cleared_alone_is_judged_again(here: Bench) -> None:
    """The declaration changed between the judgement and the publication."""
    good = here.certified(rows(5))
    bad = here.certified(rows(3))
    order = here.run(restoration=RestorationOrder(good.revision, "Jeanne Martin", "essai"))
    (judged,) = run_preparation_stages(here.dataset(), order, here.desk.place)
    with pytest.raises(PublicationGateClosed, match="Rien ne prouve que cette révision"):
        here.send(here.dataset(title="Autre"), order, judged.handle)
    untouched(here, bad)


def test_what_was_held_is_in_the_store_and_says_who(here: Bench) -> None:
    good = here.certified(rows(5))
    here.certified(rows(3))
    here.restored(good.revision)
    mark = here.desk.place.store.read_restoration_mark(here.slug)
    assert mark is not None
    assert (mark["revision"], mark["by"]) == (good.revision, "Jeanne Martin")
    last = here.desk.place.store.read_json(here.desk.place.store.list_ledger_entry_keys(here.slug)[-1])
    assert last["restored"]["reason"] == "lignes perdues à la source"
    here.lift()
    assert here.desk.place.store.read_restoration_mark(here.slug) is None
    entry = here.desk.place.store.read_json(here.desk.place.store.list_ledger_entry_keys(here.slug)[-1])
    assert (entry["kind"], entry["by"], entry["reason"]) == ("lifted", "Jeanne Martin", "source corrigée")
