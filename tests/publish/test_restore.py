"""A former revision online again, until a person lifts it: on each platform, and refused where it must be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise import related_datasets
from aqueduc.certify import Certificate, certify
from aqueduc.certify.ledger import verify_ledger
from aqueduc.errors import PublicationGateClosed, RestorationInForce, RestorationRefused
from aqueduc.pipeline import prepare
from aqueduc.run import Restoration
from aqueduc.store import Store
from tests.publish.everywhere import KINDS, download, observe, open_bench
from tests.publish.publishing import FIELDS, Bench, Wire, month, rows


@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.sandbox) for kind in KINDS])
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with open_bench(request.param, tmp_path, request) as made:
        yield made


@pytest.fixture
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """On the portal."""
    with open_bench("portal", tmp_path, request) as made:
        yield made


def identities(certificate: Certificate) -> list[tuple[str, str, str]]:
    """What is public and must not change: the record, and each resource by its format."""
    return [(certificate.record_url, one["format"], one["id"]) for one in certificate.resources]


def online(certificate: Certificate) -> set[str]:
    """The digest of each file as a visitor downloads it."""
    return {hashlib.sha256(download(one)).hexdigest() for one in certificate.resources}


def digests(certificate: Certificate) -> set[str]:
    """Of the files that were read back, on the platform or where it leads."""
    return {proof["sha256"] for proof in certificate.proofs if proof["sha256"]}


def test_restored_then_run_then_lifted(each: Bench) -> None:
    store = each.desk.place.store
    good = each.certified(rows(5))
    bad = each.certified(rows(3))
    assert online(bad) == digests(bad) != digests(good)

    again = each.restored(good.revision[:12])
    assert online(again) == digests(again) == digests(good)
    assert observe(each).id and again.revision == good.revision
    assert (store.current(each.slug) or {})["revision"] == good.revision
    assert again.restored == {
        "revision": good.revision,
        "run": good.run,
        "by": "Jeanne Martin",
        "reason": "lignes perdues à la source",
    }
    said = dict(again.readable())
    assert said["Lignes publiées"] == "5 lignes"
    assert "au nom de Jeanne Martin ; motif : lignes perdues à la source" in said["Révision remise en ligne"]

    for force in (False, True):
        wire = Wire()
        with pytest.raises(RestorationInForce) as held:
            each.publish(rows(4), run=each.run(force=force), wire=wire)
        assert (wire.writes, wire.reads) == ([], [])
        assert "remise en ligne par Jeanne Martin" in held.value.what
        assert f"aqueduc restore {each.slug} --lift" in held.value.remedy
    assert online(again) == digests(good)

    assert each.lift() == good.revision
    assert online(again) == digests(good), "to lift publishes nothing"
    new = each.certified(rows(4))
    assert online(new) == digests(new)
    assert identities(good) == identities(bad) == identities(again) == identities(new)
    verdict = verify_ledger(store, each.slug)
    assert verdict.holds, verdict.breaks
    assert (verdict.entries, verdict.certificates) == (5, 4)


def test_restored_twice_writes_once(each: Bench) -> None:
    good = each.certified(rows(5))
    each.certified(rows(3))
    each.restored(good.revision)
    wire = Wire()
    again = each.restored(good.revision, wire=wire)
    assert wire.writes == []
    assert online(again) == digests(good)


def test_windows_go_on_from_where_they_were(here: Bench) -> None:
    bounds = {"debut": "{window_start}", "fin": "{window_end}"}
    here.dataset(source={"http": "mobilite", "path": "/x", "parameters": bounds}, cadence="monthly")
    store = here.desk.place.store

    def publish(number: int, count: int) -> Certificate:
        run = here.run(month(number))
        table = rows(count, code=[f"{number}{rank:04}" for rank in range(count)])
        here.publish(table, run=run)
        return certify(here.dataset(), here.desk.city, run, here.desk.place)

    publish(1, 5)
    good = publish(2, 4)
    bad = publish(3, 1)
    again = here.restored(good.revision)
    assert online(again) == digests(good)
    assert [part["rows"] for part in (store.current(here.slug) or {})["parts"]] == [5, 4]
    with pytest.raises(RestorationInForce):
        publish(3, 6)
    here.lift()
    mended = publish(3, 6)
    assert [part["rows"] for part in (store.current(here.slug) or {})["parts"]] == [5, 4, 6]
    assert digests(mended) != digests(bad)


def test_after_a_lift_an_unchanged_source_is_published_again(here: Bench) -> None:
    vault = here.desk.place.vault
    good = here.certified(rows(5))
    here.certified(rows(3))
    vault.write_json(f"seen/{here.slug}.json", {"snapshot": {"declaration": "d", "digest": "x", "rows": 3}})
    here.restored(good.revision)
    assert vault.exists(f"seen/{here.slug}.json")
    here.lift()
    assert not vault.exists(f"seen/{here.slug}.json")


def test_another_declaration_publishes_the_same_bytes_as_it_says(here: Bench) -> None:
    good = here.certified(rows(5))
    here.certified(rows(3))
    here.dataset(title="Un autre titre")
    again = here.restored(good.revision)
    assert digests(again) == digests(good)
    assert again.title == "Un autre titre"
    assert again.revision != good.revision and again.restored
    assert again.restored["revision"] == good.revision
    # And that one can be named, restored and lifted too.
    here.lift()
    here.certified(rows(2))
    assert digests(here.restored(again.revision)) == digests(good)


def test_other_datasets_are_compared_with_what_is_online(here: Bench) -> None:
    privacy = {"quasi_identifiers": ["nom"], "k": 5, "suppress_at_most": "100%", "population": "habitants"}
    here.dataset(privacy=privacy)
    good = here.certified(rows(12, nom=["Nord"] * 12))
    here.certified(rows(6, nom=["Nord"] * 6))
    other = here.desk.dataset("autre", columns={"nom": "publish"}, privacy=privacy)
    (before,) = related_datasets(other, here.desk.place.store)
    here.restored(good.revision)
    (now,) = related_datasets(other, here.desk.place.store)
    assert before.keys != now.keys
    assert now.keys == tuple(part.key for part in here.desk.place.store.published_partitions(here.slug))


# --- refused ------------------------------------------------------------------------------------------------


def untouched(made: Bench, bad: Certificate) -> None:
    assert online(bad) == digests(bad)
    assert made.desk.place.store.restored(made.slug) is None


@pytest.mark.parametrize("revision", ["abcdef0123456789", "", "1234567", "pas une empreinte"])
def test_an_unknown_revision_is_refused(here: Bench, revision: str) -> None:
    here.certified(rows(5))
    bad = here.certified(rows(3))
    with pytest.raises(RestorationRefused) as refused:
        here.restored(revision)
    assert f"ne commence par « {revision.strip()} »" in refused.value.what
    assert f"aqueduc restore {here.slug} " in f"{refused.value.remedy} "
    untouched(here, bad)


def test_nothing_published_yet_is_said(here: Bench) -> None:
    here.dataset()
    with pytest.raises(RestorationRefused, match="Rien de ce jeu n'a encore été publié") as refused:
        here.restored("a" * 64)
    assert refused.value.remedy == "publier d'abord le jeu"


def test_a_lift_without_a_restoration_is_refused(here: Bench) -> None:
    here.certified(rows(5))
    with pytest.raises(RestorationRefused, match="Aucune révision rétablie n'est en vigueur"):
        here.lift()


def lose_an_object(store: Store, good: Certificate) -> None:
    report = store.read_report("lieux", good.run, "publish") or {}
    store.delete(report["parts"][0]["object"])


def damage_an_object(store: Store, good: Certificate) -> None:
    report = store.read_report("lieux", good.run, "publish") or {}
    store.write(report["parts"][0]["object"], b"PAR1")


def lose_the_report(store: Store, good: Certificate) -> None:
    store.delete(f"runs/lieux/{good.run}/publish.json")


def point_the_report_elsewhere(store: Store, good: Certificate) -> None:
    report = store.read_report("lieux", good.run, "publish") or {}
    other = store.read_report("lieux", "essai-2", "publish") or {}
    store.write_report("lieux", good.run, "publish", {**report, "parts": other["parts"]})


def forge_the_certificate(store: Store, good: Certificate) -> None:
    key = store.ledger("lieux")[0]
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
    here: Bench, damage: Callable[[Store, Certificate], None], words: str, remedy: str
) -> None:
    good = here.certified(rows(5))
    bad = here.certified(rows(3))
    damage(here.desk.place.store, good)
    with pytest.raises(RestorationRefused) as refused:
        here.restored(good.revision)
    assert words in refused.value.what and "Rien n'a été fait." in refused.value.what
    assert remedy in refused.value.remedy
    untouched(here, bad)


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


def test_what_a_link_shows_is_not_ours_to_restore(here: Bench) -> None:
    source = {"http": "mobilite", "path": "/lieux"}
    here.dataset(source=source, publish={"mode": "index", "link": "https://ville.example/lieux"})
    with pytest.raises(RestorationRefused, match="publié par un lien"):
        here.restored("a" * 64)


def test_a_task_cleared_alone_is_judged_again(here: Bench) -> None:
    """The declaration changed between the judgement and the publication."""
    good = here.certified(rows(5))
    bad = here.certified(rows(3))
    order = here.run(restoration=Restoration(good.revision, "Jeanne Martin", "essai"))
    (judged,) = prepare(here.dataset(), order, here.desk.place)
    with pytest.raises(PublicationGateClosed, match="Rien ne prouve que cette révision"):
        here.send(here.dataset(title="Autre"), order, judged.handle)
    untouched(here, bad)


def test_what_was_held_is_in_the_store_and_says_who(here: Bench) -> None:
    good = here.certified(rows(5))
    here.certified(rows(3))
    here.restored(good.revision)
    mark = here.desk.place.store.restored(here.slug)
    assert mark is not None
    assert (mark["revision"], mark["by"]) == (good.revision, "Jeanne Martin")
    last = here.desk.place.store.read_json(here.desk.place.store.ledger(here.slug)[-1])
    assert last["restored"]["reason"] == "lignes perdues à la source"
    here.lift()
    assert here.desk.place.store.restored(here.slug) is None
    entry = here.desk.place.store.read_json(here.desk.place.store.ledger(here.slug)[-1])
    assert (entry["kind"], entry["by"], entry["reason"]) == ("lifted", "Jeanne Martin", "source corrigée")
