"""A former revision online again, until a person lifts it: on each platform, and refused where it must be."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from aqueduc.anonymise.release_history import list_related_datasets
from aqueduc.certify import RunCertificate, certify_run
from aqueduc.certify.certificate import render_certificate_page
from aqueduc.certify.ledger import verify_ledger
from aqueduc.certify.officer import build_dpo_report, render_dpo_report_page
from aqueduc.errors import RevisionRestorationInForce
from aqueduc.record.statement import OpinionAndAgreementContext
from aqueduc.run import Run
from aqueduc.sources.change import read_last_certified_source_state
from tests.publish.everywhere import KINDS, download, observe, open_bench
from tests.publish.publishing import Bench, Killed, Wire, month, rows

pytestmark = pytest.mark.end_to_end


@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.sandbox) for kind in KINDS])
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with open_bench(request.param, tmp_path, request) as made:
        yield made


@pytest.fixture
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """On the portal."""
    with open_bench("portal", tmp_path, request) as made:
        yield made


def identities(certificate: RunCertificate) -> list[tuple[str, str, str]]:
    """What is public and must not change: the record, and each resource by its format."""
    return [(certificate.record_url, one["format"], one["id"]) for one in certificate.resources]


def online(certificate: RunCertificate) -> set[str]:
    """The digest of each file as a visitor downloads it."""
    return {hashlib.sha256(download(one)).hexdigest() for one in certificate.resources}


def digests(certificate: RunCertificate) -> set[str]:
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
    assert (store.read_current_revision_pointer(each.slug) or {})["revision"] == good.revision
    assert again.restored == {
        "revision": good.revision,
        "run": good.run,
        "by": "Jeanne Martin",
        "reason": "lignes perdues à la source",
    }
    said = dict(again.list_label_value_pairs())
    assert said["Lignes publiées"] == "5 lignes"
    assert (
        "au nom de : Jeanne Martin ; motif : lignes perdues à la source" in said["Révision remise en ligne"]
    )

    wire = Wire()
    assert online(each.restored(good.revision, wire=wire)) == digests(good)
    assert wire.writes == [], "twice is once"

    for force in (False, True):
        wire = Wire()
        with pytest.raises(RevisionRestorationInForce) as held:
            each.publish(rows(4), run=each.run(force=force), wire=wire)
        assert (wire.writes, wire.reads) == ([], [])
        assert "remise en ligne (au nom de : Jeanne Martin" in held.value.what
        assert f"aqueduc restore {each.slug} --lift" in held.value.remedy
    assert online(again) == digests(good)

    assert each.lift() == good.revision
    assert online(again) == digests(good), "to lift publishes nothing"
    new = each.certified(rows(4))
    assert online(new) == digests(new)
    assert identities(good) == identities(bad) == identities(again) == identities(new)
    verdict = verify_ledger(store, each.slug)
    assert verdict.is_valid, verdict.breaks
    assert (verdict.entries, verdict.certificates) == (6, 5)


def test_what_is_online_is_restored_beside_a_replaced_file(here: Bench) -> None:
    """Nobody knows under which rules a restored revision was made: the files that it replaced leave."""
    replaced = here.certified(rows(5))
    now = here.certified(rows(3))
    served = here.desk.include.parent / "portail/jeux/lieux"
    assert len(list(served.glob("*/lieux.csv"))) == 2
    again = here.restored(now.revision)
    assert online(again) == digests(now) != digests(replaced)
    assert len(list(served.glob("*/lieux.csv"))) == 1


@pytest.mark.parametrize("dies_before", [0, 1])
@pytest.mark.parametrize("lifted", [True, False])
def test_one_that_dies_is_held_and_is_taken_up_or_lifted(
    request: pytest.FixtureRequest, tmp_path: Path, dies_before: int, lifted: bool
) -> None:
    with open_bench("datagouv", tmp_path, request) as made:
        good = made.certified(rows(5))
        made.certified(rows(3))
        with pytest.raises(Killed):
            made.restored(good.revision, wire=Wire(dies_before=dies_before))
        with pytest.raises(RevisionRestorationInForce):
            made.publish(rows(4))
        if lifted:
            made.lift()
        last = made.certified(rows(4)) if lifted else made.restored(good.revision)
        assert online(last) == digests(last)
        assert (digests(last) == digests(good)) is not lifted
        assert made.desk.place.store.read_publication_in_progress(made.slug) is None
        assert verify_ledger(made.desk.place.store, made.slug).is_valid


def test_windows_go_on_from_where_they_were(here: Bench) -> None:
    bounds = {"debut": "{window_start}", "fin": "{window_end}"}
    here.dataset(source={"http": "mobilite", "path": "/x", "parameters": bounds}, cadence="monthly")
    store = here.desk.place.store

    def publish(number: int, count: int) -> RunCertificate:
        run = here.run(month(number))
        table = rows(count, code=[f"{number}{rank:04}" for rank in range(count)])
        here.publish(table, run=run)
        return certify_run(here.dataset(), here.desk.city, run, here.desk.place)

    publish(1, 5)
    good = publish(2, 4)
    bad = publish(3, 1)
    again = here.restored(good.revision)
    assert online(again) == digests(good)
    pointer = store.read_current_revision_pointer(here.slug) or {}
    assert [part["rows"] for part in pointer["parts"]] == [5, 4]
    with pytest.raises(RevisionRestorationInForce):
        publish(3, 6)
    here.lift()
    mended = publish(3, 6)
    pointer = store.read_current_revision_pointer(here.slug) or {}
    assert [part["rows"] for part in pointer["parts"]] == [5, 4, 6]
    assert digests(mended) != digests(bad)


def test_the_pages_of_windows_put_back_tell_of_all_of_them(here: Bench) -> None:
    """Counts are those of one interval, the search that of the revision: each says which, and one thing found in
    every part is found once."""
    bounds = {"debut": "{window_start}", "fin": "{window_end}"}
    waiver = {"column": "nom", "kind": "phone", "reason": "standards", "date": "2026-06-30", "by": "C. Fabre"}
    source = {"http": "mobilite", "path": "/x", "parameters": bounds}
    dataset = here.dataset(source=source, cadence="monthly", waivers=[waiver])
    city, store, edition = here.desk.city, here.desk.place.store, OpinionAndAgreementContext(date(2026, 7, 1))

    def read_page(run: str) -> tuple[str, str]:
        report = build_dpo_report(dataset, city, Run(here.slug, run), store, edition)
        assert report is not None
        page = html.unescape(render_dpo_report_page(report))
        return page[page.index("Exécution ") : page.index("édité le")], page

    for number, count in enumerate((5, 4, 3), 1):
        codes = [f"{number}{rank:04}" for rank in range(count)]
        run = here.run(month(number))
        here.publish(rows(count, code=codes, nom=["04 42 91 90 00"] * count), run=run)
        made = certify_run(dataset, city, run, here.desk.place)
        if number == 2:
            good = made
    assert ", dans une révision de 3 intervalles, 12 lignes" in read_page(made.run)[0]

    again = here.restored(good.revision)
    heading, page = read_page(again.run)
    assert "révision de 2 intervalles, 9 lignes, du 01/01/2026 à 01:00:00 au 01/03/2026 à 01:00:00" in heading
    assert f"celle de l'exécution {good.run} (du 01/02/2026 à 01:00:00 au 01/03/2026" in page
    assert "lignes lues alors, de cet intervalle" in page and "La révision a été examinée en entier" in page
    assert page.count("couvert par une levée inscrite au nom d'une personne (C. Fabre") == 1
    assert "1 constat couvert par une levée inscrite" in page and '<td class="number">9</td>' in page
    assert again.scan is not None and [one["rows"] for one in again.scan["sightings"]] == [9]
    said = again.list_label_value_pairs()
    assert ("Données personnelles cherchées dans", "4 colonnes, toutes les lignes de la révision") in said
    assert "toutes les lignes de la révision comprises" in render_certificate_page(again, city)


def test_after_a_lift_an_unchanged_source_is_published_again(here: Bench) -> None:
    vault = here.desk.place.vault
    good = here.certified(rows(5))
    here.certified(rows(3))
    vault.write_json(f"seen/{here.slug}.json", {"snapshot": {"declaration": "d", "digest": "x", "rows": 3}})
    here.restored(good.revision)
    assert read_last_certified_source_state(vault, here.slug, None) is not None
    here.lift()
    assert read_last_certified_source_state(vault, here.slug, None) is None


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
    (before,) = list_related_datasets(other, here.desk.place.store)
    here.restored(good.revision)
    (now,) = list_related_datasets(other, here.desk.place.store)
    assert before.keys != now.keys
    assert now.keys == tuple(part.key for part in here.desk.place.store.read_published_partitions(here.slug))
