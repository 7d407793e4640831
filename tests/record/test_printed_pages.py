"""What is signed holds on two printed sheets: looked at with Chromium, where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise import anonymise_extract
from aqueduc.certify.officer import build_officer_report, render_officer_page
from aqueduc.declaration import Dataset, load_all_declarations, load_city
from aqueduc.declaration.signatures import SignedOpinion
from aqueduc.record.explanation import PRINTED_CHANGES, TextEdition, build_explanation
from aqueduc.record.facts import collect_dataset_facts
from aqueduc.record.prose import render_html_page
from aqueduc.validate import validate_safe_rows
from tests.making import Desk, desk

INCLUDE = Path(__file__).resolve().parents[2] / "include"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TODAY = TextEdition(date(2026, 7, 1), most_changes=PRINTED_CHANGES)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine to print with")


def sheets(page: str, folder: Path) -> int:
    """How many pages it prints on."""
    source, printed = folder / "page.html", folder / "page.pdf"
    source.write_text(page, encoding="utf-8")
    quiet = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
    )
    subprocess.run(
        [str(BROWSER), *quiet, "--no-pdf-header-footer", f"--print-to-pdf={printed}", source.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed.read_bytes()))


@pytest.mark.parametrize(
    "dataset", load_all_declarations(INCLUDE, load_city(INCLUDE)).datasets, ids=lambda one: one.id
)
def test_each_declaration_of_the_city_is_signed_on_two_sheets(dataset: Dataset, tmp_path: Path) -> None:
    assert sheets(render_html_page(build_explanation(dataset, load_city(INCLUDE).city, TODAY)), tmp_path) <= 2


def wide(here: Desk, count: int = 45) -> Dataset:
    """A dataset as long as they come: columns by the dozen, bases, waivers, k, a changed declaration."""
    plain = {f"une_colonne_publiee_{n:02}": "publish" for n in range(count)}
    dropped = {f"une_colonne_retiree_{n:02}": "drop" for n in range(20)}
    based = {f"elu_{n}": {"publish": True, "basis": "CGCT, art. L. 2121-15 et L. 2121-25"} for n in range(3)}
    waivers = [
        {
            "column": f"une_colonne_publiee_{n:02}",
            "kind": "address",
            "reason": "adresses d'équipements publics ; aucune n'est celle de quelqu'un",
            "date": "2026-06-30",
            "by": "Claire Fabre, déléguée à la protection des données",
        }
        for n in range(3)
    ]
    columns: dict[str, Any] = {**plain, **dropped, **based, "jour": {"generalise": "month"}}
    privacy = {"quasi_identifiers": ["jour", "une_colonne_publiee_00"], "k": 5, "suppress_at_most": "90%"}
    return here.dataset(columns=columns, privacy=privacy, waivers=waivers)


def before(dataset: Dataset, here: Desk) -> TextEdition:
    """An opinion given on something else altogether."""
    facts = {
        label: f"{value}, autrefois" for label, value in collect_dataset_facts(dataset, here.city).items()
    }
    last = SignedOpinion(
        day=date(2026, 1, 2), by="Claire Fabre", role="DPD", opinion="réservé", fingerprint="0" * 64,
        city="0" * 64, version="0.1", facts=facts, remarks="À revoir après un an de publication.",
    )  # fmt: skip
    return TextEdition(date(2026, 7, 1), last, most_changes=PRINTED_CHANGES)


def test_a_wide_declaration_that_changed_altogether_as_well(tmp_path: Path) -> None:
    here = desk(tmp_path)
    dataset = wide(here)
    assert (
        sheets(render_html_page(build_explanation(dataset, here.city, before(dataset, here))), tmp_path) <= 2
    )


def test_the_report_of_a_run_as_well(tmp_path: Path) -> None:
    here = desk(tmp_path)
    dataset = wide(here)
    run = here.run()
    table = pa.table(
        {
            column.name: ["2026-01-02" if column.name == "jour" else "Centre"] * 12
            for column in dataset.columns
        }
    )
    safe = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    validate_safe_rows(dataset, run, safe.handle, here.place)
    report = build_officer_report(dataset, here.city, run, here.place.store, before(dataset, here))
    assert report is not None
    assert sheets(render_officer_page(report), tmp_path) <= 2
