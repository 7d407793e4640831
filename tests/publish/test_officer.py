"""The report for the data protection officer: everything that was decided, and not one cell."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise import anonymise
from aqueduc.anonymise.findings import DifferenceIsolates
from aqueduc.certify.officer import keep, officer_page, officer_report
from aqueduc.declaration.model import Dataset
from aqueduc.errors import GateClosed
from aqueduc.language import counted_units
from aqueduc.record.statement import Edition
from aqueduc.run import Run
from aqueduc.validate import validate
from tests.making import Desk, desk

TODAY = Edition(date(2026, 7, 1))
CANARIES = ("Zoé Canari", "zoe.canari@exemple.example", "0612345678", "Quartier-Canari", "1984-12-31")
COLUMNS: dict[str, Any] = {
    "nom": "drop",
    "contact": {"publish": True, "basis": "CGCT, art. L2121-15"},
    "tel": {"mask": {"first": 2}},
    "quartier": "publish",
    "ne_le": {"generalise": "year"},
    "standard": "publish",
}
WAIVED = {
    "column": "standard",
    "kind": "phone",
    "reason": "standard de la mairie",
    "date": "2026-06-30",
    "by": "Claire Fabre",
}
PRIVACY = {"quasi_identifiers": ["quartier", "ne_le"], "k": 5, "suppress_at_most": "50%"}


def people(count: int = 12) -> pa.Table:
    name, contact, phone, quarter, born = CANARIES
    alone = [f"{quarter}-seul"] + [quarter] * (count - 1)
    return pa.table(
        {"nom": [name] * count, "contact": [contact] * count, "tel": [phone] * count, "quartier": alone,
         "ne_le": [born] * count, "standard": ["04 42 91 90 00"] * count}
    )  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def walked(here: Desk, dataset: Dataset, table: pa.Table) -> Run:
    run = here.run()
    safe = anonymise(dataset, run, here.raw(table, run), here.place)
    validate(dataset, run, safe.handle, here.place)
    return run


def test_it_tells_what_was_done_and_what_is_left(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    report = officer_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None and report["passed"]
    assert report["rows"] == {"extracted": 12, "published": 11, "rejected": 0, "suppressed": 1}
    assert report["risk"]["before"]["singled_out"] == pytest.approx(1 / 12)
    assert (report["risk"]["after"]["smallest"], report["risk"]["after"]["singled_out"]) == (11, 0)
    assert sum(classes for _, classes in report["classes"]) == 1
    assert report["bases"] == [{"column": "contact", "basis": "CGCT, art. L2121-15"}]
    answers = {one["column"]: one["answer"] for one in report["sightings"]}
    assert answers["contact"] == "basis" and answers["standard"] == "waiver"
    page = officer_page(report)
    for words in (
        "Individualisation",
        "Corrélation",
        "Inférence",
        "CGCT, art. L2121-15",
        "standard de la mairie",
        "<svg",
    ):
        assert words in page


def test_no_cell_is_anywhere_in_it(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    key = keep(dataset, here.city, run, here.place, "datasets/jeu/ledger/x.html")
    assert key == here.place.store.page_key("jeu", run.id, "officer")
    with here.place.store.local(key) as page:
        text = page.read_text(encoding="utf-8")
    text += json.dumps(here.place.store.read_report("jeu", run.id, "officer"))
    assert "rapport" in text.lower()
    for canary in CANARIES:
        assert canary not in text and canary.casefold() not in text.casefold()


def test_a_refused_run_has_its_report(here: Desk) -> None:
    columns = {**COLUMNS, "contact": "publish"}
    dataset = here.dataset(columns=columns, privacy=PRIVACY, waivers=[WAIVED])
    with pytest.raises(GateClosed):
        walked(here, dataset, people())
    store = here.place.store
    report = officer_report(dataset, here.city, Run("jeu", "essai"), store, TODAY)
    assert report is not None and not report["passed"] and report["closed_at"] == "scan"
    page = officer_page(report)
    assert "la porte de la recherche de données personnelles est restée fermée" in page
    assert "canari" not in page.casefold()


def test_a_gate_that_the_publication_closed_is_no_pass(here: Desk) -> None:
    """The last gate judges the file again: all that came before it had passed."""
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    finding = DifferenceIsolates(detail={"classes": 1, "k": counted_units((), 5)}).to_json()
    here.place.store.write_report("jeu", run.id, "publish", {"passed": False, "findings": [finding]})
    report = officer_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None and not report["passed"] and report["closed_at"] == "publish"
    page = officer_page(report)
    assert "peut sortir de la Ville" not in page and "isole moins de 5 lignes" in page


def test_a_declaration_that_changed_since_is_not_signed_as_that_of_the_run(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    today = here.dataset(
        columns={**COLUMNS, "nom": {"mask": {"first": 1}}}, privacy=PRIVACY, waivers=[WAIVED]
    )
    report = officer_report(today, here.city, run, here.place.store, TODAY)
    assert report is not None and report["declaration_changed"] and report["risk"]["after"] is None
    page = " ".join(officer_page(report).replace("\N{NO-BREAK SPACE}", " ").split())
    assert "La déclaration a changé depuis cette exécution" in page
    assert f"faite selon la déclaration {dataset.fingerprint[:16]}…, qui n" in page
    assert "tels que ces pages les exposent" not in page


def test_there_is_none_before_anything_was_anonymised(here: Desk) -> None:
    dataset = here.dataset()
    assert officer_report(dataset, here.city, here.run(), here.place.store, TODAY) is None


def test_what_a_steward_writes_is_escaped(here: Desk) -> None:
    columns = {**COLUMNS, "contact": {"publish": True, "basis": "<script>alert(1)</script>"}}
    dataset = here.dataset(columns=columns, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    report = officer_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None and "<script>" not in officer_page(report)
