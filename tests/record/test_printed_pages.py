"""What is signed holds on two printed sheets: looked at with Chromium, where there is one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pypdf import PdfReader

from aqueduc.anonymise import anonymise_extract
from aqueduc.certify.certificate import render_certificate_page
from aqueduc.certify.officer import build_dpo_report, render_dpo_report_page
from aqueduc.convention.register import (
    build_convention_year_report,
    build_convention_year_review,
    build_processing_register,
    render_printable_page,
)
from aqueduc.declaration import Dataset, load_all_declarations, load_city
from aqueduc.declaration.signatures import SignedOpinion
from aqueduc.record.explanation import (
    PRINTED_CHANGES,
    OpinionAndAgreementContext,
    build_publication_explanation,
)
from aqueduc.record.facts import collect_dataset_facts
from aqueduc.record.prose import render_explanation_html
from aqueduc.run import Run
from aqueduc.steward import gather_steward_report, render_steward_page
from aqueduc.validate import validate_anonymised_rows
from tests.browser import BROWSER, open_browser
from tests.convention.cities import BOTH, at, publish, two_portals
from tests.making import Desk, desk

INCLUDE = Path(__file__).resolve().parents[2] / "include"
FC_LIST = shutil.which("fc-list")
FONTS = subprocess.run([FC_LIST], capture_output=True, text=True, check=True).stdout if FC_LIST else ""
SIDES = 4
"""Two sheets, printed on both sides."""
TODAY = OpinionAndAgreementContext(date(2026, 7, 1), most_changes=PRINTED_CHANGES)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine to print with")


@dataclass(frozen=True)
class Printed:
    """What came out of the printer: its sides, its text, and its smallest print, in points."""

    sides: int
    text: str
    smallest: float
    width: float
    height: float


Printer = Callable[[str], Printed]


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    """Prints a page, as a browser does."""
    with open_browser() as browser:
        page = browser.new_page()

        def print_page(html: str) -> Printed:
            page.set_content(html)
            return read_printed(page.pdf(prefer_css_page_size=True))

        yield print_page


def read_printed(pdf: bytes) -> Printed:
    sizes: list[float] = []

    def measure(text: str, page: list[float], line: list[float], font: Any, size: float) -> None:
        if text.strip():
            sizes.append(abs(page[3] * line[3] * size))

    sides = PdfReader(BytesIO(pdf)).pages
    text = " ".join(side.extract_text(visitor_text=measure) for side in sides)
    box = sides[0].mediabox
    return Printed(len(sides), " ".join(text.split()), min(sizes), float(box.width), float(box.height))


def assert_readable(printed: Printed, *said: str) -> None:
    """On A4, nothing under 9 points, and what is asked for on it."""
    assert (round(printed.width), round(printed.height)) == (595, 842)
    assert printed.smallest >= 8.99
    for one in said:
        assert one in printed.text


@pytest.mark.parametrize(
    "dataset", load_all_declarations(INCLUDE, load_city(INCLUDE)).datasets, ids=lambda one: one.id
)
def test_each_declaration_of_the_city_is_signed_on_two_sheets(dataset: Dataset, printer: Printer) -> None:
    text = build_publication_explanation(dataset, load_city(INCLUDE).city, TODAY)
    printed = printer(render_explanation_html(text))
    assert_readable(printed, text.sections[0].title, "Avis et décision", "Signature :")
    assert printed.sides <= SIDES


def wide(here: Desk, count: int = 45, **more: Any) -> Dataset:
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
    awaited = ("voies-et-chemins", "quartiers-et-villages")
    for name in awaited:
        here.write(name, {"title": name})
    when: dict[str, Any] = {"cadence": "at most 35 days", "after": list(awaited)}
    return here.dataset(columns=columns, privacy=privacy, waivers=waivers, **when, **more)


def add_columns(here: Desk) -> dict[str, Any]:
    """Some of them joined, and some computed."""
    path = here.include / "references" / "quartiers-et-villages.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("une_colonne_publiee_00,une_colonne_publiee_40\n", encoding="utf-8")
    listed = [f"une_colonne_publiee_{n:02}" for n in (40, 41)]
    join = {"file": "references/quartiers-et-villages.csv", "on": "une_colonne_publiee_00", "columns": listed}
    sizes = "CASE WHEN CAST(une_colonne_publiee_01 AS DOUBLE) >= 150 THEN 'grande' ELSE 'petite' END"
    computed = {"une_colonne_publiee_42": "left(une_colonne_publiee_03, 4)", "une_colonne_publiee_43": sizes}
    return {"join": {**join, "unmatched": "reject"}, "computed": computed}


def before(dataset: Dataset, here: Desk) -> OpinionAndAgreementContext:
    """An opinion given on something else altogether."""
    facts = {
        label: f"{value}, autrefois" for label, value in collect_dataset_facts(dataset, here.city).items()
    }
    last = SignedOpinion(
        day=date(2026, 1, 2), by="Claire Fabre", role="DPD", opinion="réservé", fingerprint="0" * 64,
        city="0" * 64, version="0.1", facts=facts, remarks="À revoir après un an de publication.",
    )  # fmt: skip
    return OpinionAndAgreementContext(date(2026, 7, 1), last, most_changes=PRINTED_CHANGES)


def test_a_wide_declaration_that_changed_altogether_as_well(tmp_path: Path, printer: Printer) -> None:
    here = desk(tmp_path)
    dataset = wide(here, **add_columns(here))
    printed = printer(
        render_explanation_html(build_publication_explanation(dataset, here.city, before(dataset, here)))
    )
    assert_readable(printed, "Depuis le dernier avis", "Signature :")
    assert printed.sides <= SIDES


def test_an_expression_as_long_as_they_come_as_well(tmp_path: Path, printer: Printer) -> None:
    """Whole, where it was changed from one as long."""
    here = desk(tmp_path)
    more = add_columns(here)
    longest = "CASE une_colonne_publiee_04 " + "WHEN 'abcdefgh' THEN 'ijklmnop' " * 61 + "ELSE 'z' END"
    assert 1_980 < len(longest) <= 2_000
    columns: dict[str, Any] = {f"une_colonne_publiee_{n:02}": "publish" for n in range(44)}
    columns |= {"nom": "drop", "jour": {"generalise": "month"}, "rang": "publish"}
    privacy = {"quasi_identifiers": ["jour", "une_colonne_publiee_00"], "k": 5, "suppress_at_most": "90%"}
    more["computed"]["rang"] = longest
    dataset = here.dataset(columns=columns, privacy=privacy, **more)
    last = before(dataset, here)
    assert last.last is not None
    facts = collect_dataset_facts(dataset, here.city)
    changed = {**facts, "Colonne calculée « rang »": longest.replace("'z'", "'y'")}
    for seen in (last.last.facts, changed):
        edition = replace(last, last=last.last.model_copy(update={"facts": seen}))
        printed = printer(render_explanation_html(build_publication_explanation(dataset, here.city, edition)))
        assert_readable(printed, "Signature :", "rang », calculée de « une_colonne_publiee_04 »")
        assert "".join(longest.split()) in "".join(printed.text.split())
        assert printed.sides <= SIDES
    assert "… (en entier : aqueduc explain jeu)" in printed.text.replace(dataset.id, "jeu")


@pytest.mark.skipif("DejaVu Sans Condensed" not in FONTS, reason="no such font on this machine")
def test_where_no_font_as_wide_as_arial_is_there_as_well(tmp_path: Path, printer: Printer) -> None:
    here = desk(tmp_path)
    dataset = wide(here, **add_columns(here))
    page = render_explanation_html(build_publication_explanation(dataset, here.city, before(dataset, here)))
    missing = page.replace('"Liberation Sans", Arimo, Arial, Helvetica, "Nimbus Sans", ', "")
    assert missing != page
    printed = printer(missing)
    assert_readable(printed, "Signature :")
    assert printed.sides <= SIDES


def test_the_report_of_a_run_as_well(tmp_path: Path, printer: Printer) -> None:
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
    validate_anonymised_rows(dataset, run, safe.handle, here.place)
    report = build_dpo_report(dataset, here.city, run, here.place.store, before(dataset, here))
    assert report is not None
    printed = printer(render_dpo_report_page(report))
    assert_readable(printed, "Rapport d'exécution", "Nombre de groupes", "≥ 1000", "Signature :")
    assert printed.sides <= SIDES


def test_what_is_kept_and_not_signed_is_readable_as_well(tmp_path: Path, printer: Printer) -> None:
    made = two_portals(tmp_path)
    at(made, "2026-07-01T10:00")
    _report, certificate = publish(made, BOTH, "r1")
    loaded, place, dataset = load_city(made.desk.include), made.desk.place, made.dataset(publish=BOTH)
    steward = gather_steward_report(dataset, Run(dataset.id, certificate.run), place.store)
    year = build_convention_year_report(
        build_convention_year_review(2026, [dataset], loaded.city, place), loaded.city, place
    )
    for page, said in (
        (render_certificate_page(certificate, loaded.city), "Empreintes (SHA-256)"),
        (render_steward_page(steward, loaded.city), "Étape par étape"),
        (
            render_printable_page(
                build_processing_register([dataset], loaded.city, date(2026, 7, 1)), loaded.city
            ),
            dataset.title,
        ),
        (render_printable_page(year, loaded.city), "rapport de l'année 2026"),
    ):
        assert_readable(printer(page), said)
