"""The gate of the convention: nothing leaves for what it binds outside its term, and all the rest goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.alert_queue import list_waiting_alerts
from aqueduc.certify import certify_run
from aqueduc.certify.certificate import RunCertificate, render_certificate_page
from aqueduc.errors import ConventionNotInForce, DeclarationAgreementMissing
from aqueduc.pipeline import (
    describe_refusal_of_real_run,
    find_refusal_of_real_run,
    force_run_if_platforms_differ,
)
from aqueduc.publish import PublishReport, publish_revision
from aqueduc.publish.inspection import detect_differences_and_hide_exposed_records
from aqueduc.run import Run
from aqueduc.withdrawal import record_withdrawal_order
from tests.making import CITY, Desk
from tests.publish.publishing import NOWHERE, Bench, rows
from tests.publish.showcase import Showcase, showcase
from tests.withdrawal.withdrawing import build_order

REGION: dict[str, Any] = {"mode": "upload", "platforms": ["region"]}
BOTH: dict[str, Any] = {"mode": "upload", "platforms": ["region", "ville"]}


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    """A portal that the convention binds, and one that is the city's own."""
    return showcase(
        tmp_path,
        {
            "region": {"type": "portal", "folder": str(tmp_path / "region"), "convention": True},
            "ville": {"type": "portal", "folder": str(tmp_path / "ville")},
        },
    )


def agree(here: Showcase, **convention: Any) -> None:
    path = here.desk.include / "city.yaml"
    written = yaml.safe_load(path.read_text())
    written["convention"] = {**CITY["convention"], "notified": "2026-01-15", **convention}
    path.write_text(yaml.safe_dump(written, allow_unicode=True))


def at(here: Showcase, moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    here.desk = Desk(replace(here.desk.place, clock=lambda: now))


def sent(here: Showcase, publish: dict[str, Any], name: str = "un", **run: Any) -> PublishReport:
    dataset = here.dataset(publish=publish)
    made = Run(dataset=dataset.id, id=name, **run)
    handle = Bench(here.desk, NOWHERE, dataset.id).valid(dataset, made, rows(5))
    force_run_if_platforms_differ(dataset, here.desk.city, made, here.desk.place)
    return publish_revision(dataset, here.desk.city, made, handle, here.desk.place, sleep=lambda _: None)


def online(here: Showcase, name: str) -> bool:
    return (here.folder.parent / name / "jeux/lieux/lieux.csv").exists()


@pytest.mark.parametrize(
    "convention, moment, said",
    [
        ({}, "2026-01-14T22:59:00", "elle ne prend effet que le 15/01/2026"),
        ({"ends": "2026-07-01"}, "2026-06-30T22:00:00", "elle a pris fin le 01/07/2026"),
        (
            {"notices": [{"way": "anniversary", "day": "2026-12-15"}]},
            "2027-01-14T23:00:00",
            "elle a pris fin le 15/01/2027",
        ),
        (
            {"notices": [{"way": "mutual", "day": "2026-03-10"}]},
            "2026-04-09T22:00:00",
            "elle a pris fin le 10/04/2026",
        ),
    ],
)
def test_outside_the_term_nothing_is_published_there(
    here: Showcase, convention: dict[str, Any], moment: str, said: str
) -> None:
    agree(here, **convention)
    at(here, moment)
    with pytest.raises(ConventionNotInForce) as caught:
        sent(here, REGION)
    text = str(caught.value)
    assert said in text
    assert "« region »" in text
    assert "aqueduc convention" in caught.value.remedy
    assert not online(here, "region")
    assert here.desk.place.store.read_publication_in_progress("lieux") is None


def test_neither_the_look_before_nor_the_publication_itself_lets_it_through(here: Showcase) -> None:
    agree(here, ends="2026-07-01")
    at(here, "2026-07-01T09:00:00")
    dataset = here.dataset(publish=REGION)
    run = Run(dataset=dataset.id, id="un")
    with pytest.raises(ConventionNotInForce):
        force_run_if_platforms_differ(dataset, here.desk.city, run, here.desk.place)
    handle = Bench(here.desk, NOWHERE, dataset.id).valid(dataset, run, rows(5))
    with pytest.raises(ConventionNotInForce):
        publish_revision(dataset, here.desk.city, run, handle, here.desk.place, sleep=lambda _: None)
    assert not online(here, "region")


@pytest.mark.parametrize("moment", ["2026-01-14T23:00:00", "2026-06-30T21:59:59"])
def test_inside_the_term_it_is(here: Showcase, moment: str) -> None:
    agree(here, ends="2026-07-01")
    at(here, moment)
    assert sent(here, REGION).passed
    assert online(here, "region")


def test_what_the_convention_does_not_bind_goes_on_and_is_certified(here: Showcase) -> None:
    agree(here, ends="2026-07-01")
    at(here, "2026-08-01T09:00:00")
    report = sent(here, BOTH)
    assert report.passed
    assert report.platform == "ville"
    assert online(here, "ville")
    assert not online(here, "region")
    (told,) = [one for one in report.findings if one.code == "plateforme-hors-convention"]
    assert "« region »" in told.message
    assert "01/07/2026" in told.message
    certificate = certify_run(
        here.dataset(publish=BOTH),
        here.desk.city,
        Run(dataset="lieux", id="un"),
        here.desk.place,
    )
    assert (certificate.platform, certificate.elsewhere) == ("ville", ())


def test_what_is_there_already_is_left_to_the_convention_and_does_not_hold_the_rest(here: Showcase) -> None:
    agree(here, ends="2026-07-01")
    at(here, "2026-06-01T09:00:00")
    assert sent(here, BOTH).passed
    region = here.folder.parent / "region/jeux/lieux/lieux.csv"
    before = region.read_bytes()
    at(here, "2026-08-01T09:00:00")
    dataset, run = here.dataset(publish=BOTH), Run(dataset="lieux", id="deux")
    assert not detect_differences_and_hide_exposed_records(dataset, here.desk.city, run, here.desk.place)
    handle = Bench(here.desk, NOWHERE, dataset.id).valid(dataset, run, rows(9))
    report = publish_revision(dataset, here.desk.city, run, handle, here.desk.place, sleep=lambda _: None)
    assert report.passed
    assert region.read_bytes() == before
    assert b"\n" in (here.folder.parent / "ville/jeux/lieux/lieux.csv").read_bytes()


def test_once_the_term_begins_what_was_set_aside_is_published_though_the_source_is_the_same(
    here: Showcase,
) -> None:
    agree(here)
    at(here, "2026-01-10T09:00:00")
    report = sent(here, BOTH)
    assert report.platform == "ville"
    dataset, run = here.dataset(publish=BOTH), Run(dataset="lieux", id="un")
    certify_run(dataset, here.desk.city, run, here.desk.place)
    again = Run(dataset="lieux", id="deux")
    assert not detect_differences_and_hide_exposed_records(dataset, here.desk.city, again, here.desk.place)
    at(here, "2026-01-15T09:00:00")
    assert detect_differences_and_hide_exposed_records(dataset, here.desk.city, again, here.desk.place)
    assert sent(here, BOTH, "deux").passed
    assert online(here, "region")


def test_a_dry_run_says_it_and_goes_on(here: Showcase) -> None:
    agree(here, ends="2026-07-01")
    at(here, "2026-08-01T09:00:00")
    report = sent(here, REGION, dry_run=True)
    assert report.passed
    assert report.writes
    assert "plateforme-hors-convention" in [one.code for one in report.findings]
    assert not online(here, "region")


def test_a_dry_run_says_to_write_only_where_a_run_would(here: Showcase) -> None:
    agree(here, ends="2026-07-01")
    at(here, "2026-08-01T09:00:00")
    report = sent(here, BOTH, dry_run=True)
    assert report.platform == "ville" and not report.elsewhere
    assert report.writes and not any("region" in write for write in report.writes)
    assert "plateforme-hors-convention" in [one.code for one in report.findings]


@pytest.mark.parametrize("publish, refused", [(REGION, True), (BOTH, False)])
def test_for_what_a_run_would_be_refused_is_known_of_a_dry_one(
    here: Showcase, publish: dict[str, Any], refused: bool
) -> None:
    agree(here, ends="2026-07-01")
    at(here, "2026-08-01T09:00:00")
    dataset, run = here.dataset(publish=publish), Run(dataset="lieux", id="un", dry_run=True)
    refusal = find_refusal_of_real_run(dataset, here.desk.city, run, here.desk.place)
    assert (refusal is not None) == refused
    assert not refused or "La convention n'est pas en vigueur" in str(refusal)
    record_withdrawal_order(["lieux"], build_order(), here.desk.city, here.desk.place)
    assert "retiré du public" in str(find_refusal_of_real_run(dataset, here.desk.city, run, here.desk.place))


def test_and_an_agreement_that_nobody_gave_and_nobody_is_asked_by_it(here: Showcase) -> None:
    agree(here)
    at(here, "2026-06-01T09:00:00")
    path = here.desk.include / "city.yaml"
    path.write_text(
        yaml.safe_dump(yaml.safe_load(path.read_text()) | {"agreement": "required"}, allow_unicode=True)
    )
    dataset, run = here.dataset(publish=BOTH), Run(dataset="lieux", id="un", dry_run=True)
    refusal = find_refusal_of_real_run(dataset, here.desk.city, run, here.desk.place)
    assert isinstance(refusal, DeclarationAgreementMissing)
    assert "serait refusée" in str(describe_refusal_of_real_run(refusal)) and "attend l'accord" in str(
        describe_refusal_of_real_run(refusal)
    )
    assert list_waiting_alerts(here.desk.place.store) == []


def test_a_platform_that_the_city_says_is_not_bound_is_not(here: Showcase, tmp_path: Path) -> None:
    path = here.desk.include / "city.yaml"
    written = yaml.safe_load(path.read_text())
    written["convention"] = {**CITY["convention"], "ends": "2026-07-01"}
    written["platforms"]["region"]["convention"] = False
    path.write_text(yaml.safe_dump(written))
    at(here, "2026-08-01T09:00:00")
    assert sent(here, REGION).passed
    assert here.desk.city.find_convention_binding_dataset(here.dataset(publish=REGION)) is None


def test_without_an_answer_the_kind_of_the_platform_says_whether_it_is_bound(here: Showcase) -> None:
    path = here.desk.include / "city.yaml"
    written = yaml.safe_load(path.read_text())
    for name in ("ckan", "idgo", "onegeo", "datagouv"):
        written["platforms"][name] = {"type": name, "connection": name}
    path.write_text(yaml.safe_dump(written))
    bound = {one.name: one.under_convention for one in here.desk.city.platforms}
    assert bound == {
        "region": True,
        "ville": False,
        "datagouv": False,
        "ckan": True,
        "idgo": True,
        "onegeo": True,
    }


def test_a_certificate_cites_the_convention_and_the_amendment_of_its_day(here: Showcase) -> None:
    acts = [
        {"signed": "2026-06-30", "about": "données de mobilité"},
        {"signed": "2026-07-01", "about": "données de culture"},
    ]
    agree(here, amendments=acts)
    cited = []
    for rank, moment in enumerate(["2026-06-29T21:59:00", "2026-06-30T21:59:00", "2026-06-30T22:01:00"]):
        at(here, moment)
        sent(here, REGION, f"r{rank}")
        run = Run(dataset="lieux", id=f"r{rank}")
        certificate = certify_run(here.dataset(publish=REGION), here.desk.city, run, here.desk.place)
        cited.append(dict(certificate.list_label_value_pairs())["Convention"])
        page = render_certificate_page(certificate, here.desk.city)
        assert f"Convention : {cited[-1]}." in unescape(page)
        kept = RunCertificate.from_json(json.loads(json.dumps(certificate.to_json())))
        assert kept.convention == certificate.convention
    assert cited == [
        "Région, notifiée le 15/01/2026",
        "Région, notifiée le 15/01/2026, modifiée par l'avenant du 30/06/2026 (données de mobilité)",
        "Région, notifiée le 15/01/2026, modifiée par l'avenant du 01/07/2026 (données de culture)",
    ]


def test_a_certificate_of_what_it_does_not_bind_cites_none(here: Showcase) -> None:
    agree(here)
    at(here, "2026-08-01T09:00:00")
    own = {"mode": "upload", "platforms": ["ville"]}
    sent(here, own)
    run = Run(dataset="lieux", id="un")
    certificate = certify_run(here.dataset(publish=own), here.desk.city, run, here.desk.place)
    assert certificate.convention is None
    assert "Convention" not in dict(certificate.list_label_value_pairs())
