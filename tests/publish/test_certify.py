"""The certificate, the ledger and the pointer."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from aqueduc.anonymise.objections import Objection, store_objections_to_enforce
from aqueduc.certify import RowBalance, RunCertificate, certify_run, record_unchanged_run
from aqueduc.certify.certificate import render_certificate_page
from aqueduc.certify.declarations import list_declaration_versions
from aqueduc.declaration import Dataset
from aqueduc.errors import PlatformUnavailable, PublicationGateClosed
from aqueduc.publish.report import PublishedPartition, PublishedResource, PublishReport, ReadBackProof
from aqueduc.run import Run
from aqueduc.steward import write_steward_report
from aqueduc.store import ParquetFileHandle
from tests.making import desk, extract_report
from tests.publish.publishing import COLUMNS, FIELDS, NOWHERE, Bench, month, rows

CANARY = "Sarrazouls-Canari"


@pytest.fixture
def here(tmp_path: Path) -> Bench:
    made = Bench(
        desk(tmp_path, NOWHERE.environment()),
        NOWHERE,
        "jeu",
        {"columns": {**COLUMNS, "habitant": "drop"}, "fields": FIELDS, "key": ["code"]},
    )
    made.dataset()
    return made


def published(
    dataset: Dataset, run: Run, handle: ParquetFileHandle, at: str = "2026-03-01T10:00:00+00:00"
) -> PublishReport:
    window = run.window.to_json() if run.window else None
    return PublishReport(
        dataset=dataset.id,
        run=run.id,
        fingerprint=dataset.fingerprint,
        passed=True,
        dry_run=False,
        platform="datasud",
        mode="upload",
        access="public",
        licence="lov2",
        input_sha256=handle.sha256,
        output_sha256="1" * 64,
        revision="1" * 64,
        parts=(PublishedPartition(window, handle.key, handle.sha256, handle.rows),),
        rows=handle.rows,
        record="abc",
        record_url="https://ckan.example/dataset/jeu",
        resources=(PublishedResource("r", "CSV", "https://ckan.example/f.csv", "c" * 64, 10, handle.rows),),
        proofs=(ReadBackProof("fichier CSV", "visiteur", "identique", at, "c" * 64, 10),),
        at=at,
    )


def walked(here: Bench, run: Run, at: str = "2026-03-01T10:00:00+00:00", **counts: int) -> Dataset:
    dataset = here.dataset()
    handle = here.valid(dataset, run, rows(5, nom=[CANARY] * 5), **counts)
    report = published(dataset, run, handle, at)
    here.desk.place.store.write_report("jeu", run.id, "publish", report.to_json())
    return dataset


def test_a_run_is_certified_and_committed(here: Bench) -> None:
    run, store = here.run(), here.desk.place.store
    dataset = walked(here, run, rejected=2, suppressed=3)
    certificate = certify_run(dataset, here.desk.city, run, here.desk.place)
    balance = {"extracted": 10, "published": 5, "rejected": 2, "suppressed": 3, "carried": 0}
    assert certificate.balance.__dict__ == balance
    (key,) = store.list_ledger_entry_keys("jeu")
    entry = store.read_json(key)
    assert RunCertificate.from_json(entry) == RunCertificate.from_json(
        json.loads(json.dumps(certificate.to_json()))
    )
    assert CANARY not in json.dumps(entry, ensure_ascii=False)
    said = {line["libelle"]: line["valeur"] for line in entry["lecture"]}
    assert said["Lignes extraites"] == "10 lignes"
    assert said["Lignes retirées (protection ou demande)"] == "3 lignes"
    assert said["Colonnes retirées"] == "habitant"
    assert said["Relu le"] == "01/03/2026 à 11:00:00 (Europe/Paris)"
    current = store.read_current_revision_pointer("jeu")
    assert current is not None
    assert current["certificate"] == key
    assert current["revision"] == "1" * 64
    assert current["parts"][0]["rows"] == 5


def test_what_is_certified_is_what_the_rows_were_judged_by(here: Bench) -> None:
    """Another version certifies, of which the declaration says something else."""
    run, store = here.run(), here.desk.place.store
    walked(here, run)
    judged = store.read_report("jeu", run.id, "anonymise") or {}
    store.write_report("jeu", run.id, "anonymise", {**judged, "version": "0.0.9 (code 0000…)"})
    later = here.dataset(title="Un autre titre")
    certificate = certify_run(later, here.desk.city, run, here.desk.place)
    assert certificate.version == "0.0.9 (code 0000…)" and not certificate.declaration
    assert list_declaration_versions(store, "jeu") == ()


def test_twice_is_once(here: Bench) -> None:
    run, store = here.run(), here.desk.place.store
    dataset = walked(here, run)
    first = certify_run(dataset, here.desk.city, run, here.desk.place)
    before = [store.read_json(key) for key in store.list_ledger_entry_keys("jeu")]
    assert certify_run(dataset, here.desk.city, run, here.desk.place) == first
    assert [store.read_json(key) for key in store.list_ledger_entry_keys("jeu")] == before
    assert len(before) == 1


def obeying(here: Bench, *objections: str) -> tuple[Dataset, Run]:
    """A run that is published and read back, without the rows that ``objections`` designate."""
    run, store = here.run(), here.desk.place.store
    dataset = walked(here, run)
    report = store.read_report("jeu", run.id, "anonymise")
    store.write_report("jeu", run.id, "anonymise", {**(report or {}), "objections": objections})
    return dataset, run


@pytest.mark.parametrize("obeyed, still_shown", [(("un", "deux"), False), (("un",), True)])
def test_the_officer_s_page_tells_of_objections_once_they_are_obeyed(
    here: Bench, obeyed: tuple[str, ...], still_shown: bool
) -> None:
    dataset, run = obeying(here)
    certify_run(dataset, here.desk.city, run, here.desk.place)
    asked = [Objection(("code",), id=one) for one in ("un", "deux")]
    store_objections_to_enforce(here.desk.place.store, "jeu", asked, "2026-03-01T11:00:00+00:00")
    dataset, run = obeying(here, *obeyed)
    certify_run(dataset, here.desk.city, run, here.desk.place)
    text = officer_page(here, run)
    assert "2 oppositions en vigueur" in text
    assert (
        "la dernière révision publiée, là où elle est en ligne, peut encore montrer" in text
    ) is still_shown


def test_what_fails_once_a_run_is_certified_leaves_pages_that_know_it(here: Bench) -> None:
    """The platform may refuse what the city signed, when all else is done."""
    run = here.run()
    dataset = walked(here, run)
    certify_run(dataset, here.desk.city, run, here.desk.place)
    before = officer_page(here, run)
    away = PlatformUnavailable("Le service est muet.", where="datasud", remedy="réessayer")
    write_steward_report(dataset, here.desk.city, run, here.desk.place, away)
    certificate = here.desk.place.store.find_certificate_page_key("jeu", run.id)
    assert f'href="../../../{certificate}"' in before and officer_page(here, run) == before


def officer_page(here: Bench, run: Run) -> str:
    store = here.desk.place.store
    with store.open_local_file_of_key(store.build_report_page_key("jeu", run.id, "officer")) as path:
        return html.unescape(path.read_text(encoding="utf-8"))


def test_runs_whose_names_end_alike_have_their_own_entries(here: Bench) -> None:
    for name in ("a", "b-a", "scheduled__2026-03-01T00:00:00+00:00"):
        run = replace(here.run(), id=name)
        certify_run(walked(here, run), here.desk.city, run, here.desk.place)
    assert len(here.desk.place.store.list_ledger_entry_keys("jeu")) == 3


def test_an_older_run_does_not_bring_its_revision_back(here: Bench) -> None:
    old, new, store = here.run(), here.run(), here.desk.place.store
    for run, at in ((old, "2026-03-01T10:00:00+00:00"), (new, "2026-03-02T10:00:00+00:00")):
        certify_run(walked(here, run, at), here.desk.city, run, here.desk.place)
    current = store.read_current_revision_pointer("jeu")
    certify_run(here.dataset(), here.desk.city, old, here.desk.place)
    assert store.read_current_revision_pointer("jeu") == current


def test_a_window_is_counted_alone(here: Bench) -> None:
    run = here.run(month(3))
    dataset = walked(here, run)
    report = here.desk.place.store.read_report("jeu", run.id, "publish") or {}
    report["parts"].append({**report["parts"][0], "window": month(2).to_json()})
    here.desk.place.store.write_report("jeu", run.id, "publish", report)
    assert certify_run(dataset, here.desk.city, run, here.desk.place).balance.published == 5


Damage = Callable[[dict[str, dict[str, Any]]], object]


@pytest.mark.parametrize(
    "damage",
    [
        lambda reports: reports.pop("publish"),
        lambda reports: reports.pop("extract"),
        lambda reports: reports["publish"].update(passed=False),
        lambda reports: reports["publish"].update(dry_run=True),
        lambda reports: reports["validate"].update(passed=False),
        lambda reports: reports.pop("scan"),
        lambda reports: reports["scan"].update(passed=False),
        lambda reports: reports["scan"].update(input_sha256="b" * 64),
        lambda reports: reports["publish"].update(input_sha256="b" * 64),
        lambda reports: reports["anonymise"].update(input_sha256="b" * 64),
        lambda reports: reports["extract"].update(rows=11),
        lambda reports: reports["anonymise"].update(suppressed=1),
        lambda reports: reports["publish"]["parts"][0].update(rows=4),
        lambda reports: reports["publish"].update(parts=[]),
    ],
)
def test_what_does_not_hold_is_not_certified(here: Bench, damage: Damage) -> None:
    run, store = here.run(), here.desk.place.store
    dataset = walked(here, run)
    reports = {
        stage: store.read_report("jeu", run.id, stage) or {}
        for stage in ("extract", "anonymise", "validate", "scan", "publish")
    }
    damage(reports)
    store.delete(f"runs/jeu/{run.id}")
    for stage, report in reports.items():
        store.write_report("jeu", run.id, stage, report)
    with pytest.raises(PublicationGateClosed):
        certify_run(dataset, here.desk.city, run, here.desk.place)
    assert store.list_ledger_entry_keys("jeu") == []
    assert store.read_current_revision_pointer("jeu") is None


def looked(here: Bench, dataset: Dataset, run: Run) -> str:
    report = extract_report(run=run.id, unchanged=True, output_sha256=None)
    return record_unchanged_run(dataset, here.desk.city, run, report, here.desk.place)


def test_having_looked_is_in_the_ledger_too(here: Bench) -> None:
    first, second, store = here.run(), here.run(), here.desk.place.store
    dataset = walked(here, first)
    certify_run(dataset, here.desk.city, first, here.desk.place)
    current = store.read_current_revision_pointer("jeu") or {}
    key = looked(here, dataset, second)
    assert looked(here, dataset, second) == key
    entry = store.read_json(key)
    assert entry["kind"] == "unchanged"
    assert entry["revision"] == current["revision"]
    assert len(store.list_ledger_entry_keys("jeu")) == 2
    assert store.read_current_revision_pointer("jeu") == current


def test_a_cleared_run_that_finds_nothing_new_keeps_its_certificate(here: Bench) -> None:
    run, store = here.run(), here.desk.place.store
    dataset = walked(here, run)
    certificate = certify_run(dataset, here.desk.city, run, here.desk.place)
    looked(here, dataset, run)
    current = store.read_current_revision_pointer("jeu") or {}
    kept = store.read_json(current["certificate"])
    assert (kept["kind"], kept["revision"]) == (certificate.to_json()["kind"], certificate.revision)
    assert len(store.list_ledger_entry_keys("jeu")) == 2


def marked(here: Bench, run: Run, digest: str) -> None:
    """What the extract of ``run`` saw, as it stands in the vault until the run is certified."""
    seen = {"declaration": "d", "digest": digest, "rows": 5, "etag": None}
    here.desk.place.vault.write_json(f"raw/jeu/{run.id}/digest.json", seen)


def test_an_older_run_is_not_what_the_next_one_compares_with(here: Bench) -> None:
    old, new, vault = here.run(), here.run(), here.desk.place.vault
    walked(here, old, "2026-03-01T10:00:00+00:00")
    dataset = walked(here, new, "2026-03-02T10:00:00+00:00")
    for run in (new, old):
        marked(here, run, run.id)
        certify_run(dataset, here.desk.city, run, here.desk.place)
    assert vault.read_json("seen/jeu.json")["snapshot"]["digest"] == new.id


AT = "2026-03-01T10:00:00+00:00"


@pytest.mark.parametrize(
    "writer, found, settled",
    [
        ("essai-1", None, True),
        ("une-autre", {"run": "une-autre", "at": AT, "decisions": ""}, True),
        # It began after this run was read back, be it within the same second, and died: what the platform serves is
        # not known.
        ("une-autre", None, False),
        ("une-autre", {"run": "une-autre", "at": "2026-03-01T09:00:00+00:00", "decisions": ""}, False),
    ],
)
def test_a_certificate_settles_what_its_publication_found_unfinished(
    here: Bench, writer: str, found: dict[str, str] | None, settled: bool
) -> None:
    run, store = here.run(), here.desk.place.store
    dataset = walked(here, run, AT)
    report = PublishReport.read(store, "jeu", run.id)
    assert report is not None
    replace(report, unfinished=found).write(store, "jeu", run.id)
    store.mark_publication_in_progress("jeu", writer, datetime.fromisoformat(AT))
    certify_run(dataset, here.desk.city, run, here.desk.place)
    assert (store.read_publication_in_progress("jeu") is None) is settled


def test_a_waiver_is_certified_and_a_certificate_of_before_still_read(here: Bench) -> None:
    run, store = here.run(), here.desk.place.store
    dataset = walked(here, run)
    report = store.read_report("jeu", run.id, "validate")
    assert report is not None
    waived = {"by": "Jeanne Martin", "reason": "abattage annoncé"}
    finding = {"message": "40 lignes de moins", "code": "garde-lignes-perdues"}
    store.write_report(
        "jeu",
        run.id,
        "validate",
        {**report, "guards": [{"guard": "shrink", "waived": waived, "finding": finding}]},
    )
    certificate = certify_run(dataset, here.desk.city, run, here.desk.place)
    assert certificate.waivers == ({"guard": "shrink", "found": "40 lignes de moins", **waived},)
    said = dict(certificate.list_label_value_pairs())["Garde levée : lignes en moins"]
    assert said.startswith("au nom de : Jeanne Martin (nom saisi, que rien n'a vérifié) ; motif : ")
    assert said.endswith(" ; motif : abattage annoncé ; constat : 40 lignes de moins")
    older = {key: value for key, value in certificate.to_json().items() if key != "waivers"}
    assert RunCertificate.from_json(older).waivers == ()


def page(here: Bench, certificate: RunCertificate) -> str:
    text = render_certificate_page(certificate, here.desk.city)
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def certified(here: Bench, **changes: Any) -> RunCertificate:
    run = here.run()
    dataset = walked(here, run)
    return replace(certify_run(dataset, here.desk.city, run, here.desk.place), **changes)


def test_its_page_counts_in_what_classes_count(here: Bench) -> None:
    protected = {"k": 5, "smallest_class": 5, "quasi_identifiers": ("jour",)}
    units = page(here, certified(here, **protected, unit=("plaque",)))
    assert "unités (plaque) dans le plus petit groupe (k exigé : 5)" in units
    assert "réunit au moins 5 unités (plaque) (k = 5)." in units and "lignes dans le plus petit" not in units
    lines = page(here, certified(here, **protected))
    assert (
        "lignes dans le plus petit groupe" in lines and "réunit au moins 5 lignes (k = 5) : ce sont" in lines
    )


def test_its_page_says_zero_and_one_in_the_singular(here: Bench) -> None:
    text = page(here, certified(here, balance=RowBalance(1, 1, 0, 0), corrected=1))
    for words in (
        "<b>1</b><span>ligne extraite</span>",
        "<b>1</b><span>publiée</span>",
        "<b>0</b><span>rejetée (non conforme)</span>",
        "<b>0</b><span>retirée par une protection</span>",
        "<b>1</b><span>cellule corrigée par la Ville</span>",
    ):
        assert words in text


def test_a_column_that_its_hierarchy_changes_is_listed_as_changed(here: Bench) -> None:
    recoded = {"column": "age", "published_as": "age", "rule": "publish", "basis": None}
    described = "rendue moins précise selon sa hiérarchie"
    certificate = certified(here, treatments=({**recoded, "described": described},))
    assert dict(certificate.list_label_value_pairs())["Colonnes transformées"] == f"age ({described})"
