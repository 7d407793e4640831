"""The register of processing activities and the year of the convention, as they are printed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify import record_unchanged_run
from aqueduc.convention.claims import ClaimDraft, close_claim, record_claim, record_notification
from aqueduc.convention.register import (
    build_register,
    build_year_report,
    read_year,
    render_register_page,
)
from aqueduc.convention.watch import watch_convention
from aqueduc.declaration import list_dataset_paths, load_city, load_dataset
from aqueduc.reconciliation.findings import SilentPlatform
from aqueduc.reconciliation.report import Difference, Reconciliation, record_reconciliation
from aqueduc.run import Run
from tests.convention.cities import BOTH, agree, at, publish, two_portals
from tests.publish.showcase import Showcase

PEOPLE: dict[str, Any] = {
    "purpose": "rendre compte",
    "legal_ground": "RGPD, art. 6, 1, e",
    "persons": "les demandeurs",
    "dpia": {"needed": False, "why": "rien de sensible"},
}


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    made = two_portals(tmp_path)
    agree(made, amendments=[{"signed": "2026-03-15", "about": "mobilité"}])
    return made


def read(page: str) -> str:
    plain = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(plain).split())


def look(here: Showcase, moment: str, name: str) -> None:
    """A run that finds nothing new."""
    at(here, moment)
    dataset = here.dataset(publish=BOTH)
    record_unchanged_run(dataset, here.desk.city, Run("lieux", name), here.desk.place)


def report(here: Showcase, year: int) -> tuple[Any, str]:
    loaded = load_city(here.desk.include)
    datasets = [load_dataset(path, loaded) for path in list_dataset_paths(here.desk.include)]
    found = read_year(year, datasets, loaded.city, here.desk.place)
    text = build_year_report(found, loaded.city, here.desk.place)
    return found, read(render_register_page(text, loaded.city))


def test_the_year_is_counted_from_the_ledgers_on_the_city_s_days(here: Showcase) -> None:
    at(here, "2026-01-31T23:30:00")
    publish(here, BOTH, "un", count=3)
    look(here, "2026-02-07T09:00:00", "deux")
    at(here, "2026-02-14T09:00:00")
    publish(here, BOTH, "trois", count=5)
    look(here, "2026-03-10T09:00:00", "quatre")
    # New Year's Eve in UTC, New Year's day in the city.
    look(here, "2026-12-31T23:30:00", "cinq")
    found, said = report(here, 2026)
    (one,) = found.datasets
    assert (one.opened, one.published, one.looks) == (date(2026, 2, 1), 2, 2)
    assert one.longest.days == 24
    assert one.late == 1
    assert "ouverts dans l'année : 1" in said
    assert "publications certifiées : 2" in said
    assert "jeux en retard au moins une fois : 1" in said
    assert "Avenant du 15/03/2026 mobilité" in said
    after, _said = report(here, 2027)
    (one,) = after.datasets
    assert (one.opened, one.published, one.looks) == (None, 0, 1)
    assert one.late == 1
    before, said = report(here, 2025)
    assert (before.datasets[0].published, before.claims) == (0, ())


def test_a_bound_that_is_promised_is_passed_at_its_end(here: Showcase) -> None:
    at(here, "2026-02-14T09:00:00")
    publish(here, BOTH, "un", count=3)
    look(here, "2026-03-10T09:00:00", "deux")
    for cadence, late in (("at most 23 days", 1), ("at most 24 days", 0)):
        here.dataset(publish=BOTH, cadence=cadence)
        found, _said = report(here, 2026)
        assert [one.late for one in found.datasets] == [late]


def test_claims_and_what_was_hidden_are_in_it(here: Showcase) -> None:
    at(here, "2026-02-01T09:00:00")
    publish(here, BOTH, "un")
    place, city = here.desk.place, here.desk.city
    draft = ClaimDraft(
        kind="incident",
        what="une colonne de trop",
        by="Jeanne Martin",
        known_at=datetime(2026, 2, 1, 8, tzinfo=UTC),
        datasets=("lieux",),
        personal=True,
    )
    claim = record_claim(draft, city, place)
    record_notification(claim.id, "region", place.clock(), "Jeanne Martin", city, place)
    close_claim(claim.id, "Jeanne Martin", "colonne ôtée", city, place)
    agree(here, ends="2026-07-01")
    at(here, "2026-07-01T09:00:00")
    watch_convention(here.desk.city, here.desk.place)
    found, said = report(here, 2026)
    assert found.datasets[0].left == date(2026, 7, 1)
    assert "jeux retirés ou cachés : 1" in said
    assert "incident, données personnelles une colonne de trop lieux 01/02/2026 08:00 UTC" in said
    assert "colonne ôtée" in said
    assert "Fin 01/07/2026" in said


def test_what_a_platform_did_not_answer_is_counted(here: Showcase) -> None:
    """As the looks of each day keep it, and no other platform's, nor another year's."""
    for at_once, platform in (
        ("2025-12-31T05:00:00+00:00", "region"),
        ("2026-03-01T05:00:00+00:00", "region"),
        ("2026-03-02T05:00:00+00:00", "region"),
        ("2026-03-03T05:00:00+00:00", "ville"),
    ):
        silent = Difference("", platform, SilentPlatform(detail={"platform": platform}))
        look = Reconciliation(at_once, "Ville", 1, {"region": True, "ville": True}, (), (silent,))
        record_reconciliation(here.desk.place.store, look)
    found, said = report(here, 2026)
    region, own = found.platforms
    assert (region.platform, region.looks, region.silent) == (
        "region",
        3,
        ("2026-03-01T05:00:00+00:00", "2026-03-02T05:00:00+00:00"),
    )
    assert own.silent == ("2026-03-03T05:00:00+00:00",)
    assert (
        "Plateforme Vérifications Restées sans réponse Dernière fois region 3 2 02/03/2026 05:00 UTC" in said
    )
    assert "ville 3" not in said, "the convention does not bind it"


def test_the_register_says_what_is_declared_and_leaves_blank_what_only_people_know(here: Showcase) -> None:
    columns = {"quartier": "publish", "nom": "drop"}
    fields = [{"name": "quartier", "type": "string"}]
    plain = {"columns": columns, "fields": fields, "key": [], "publish": BOTH}
    people = here.dataset("gens", processing=PEOPLE, **plain)
    silent = here.dataset("muet", **plain)
    things = here.dataset("choses", **{**plain, "columns": {"quartier": "publish"}})
    text = build_register([people, silent, things], here.desk.city, date(2026, 11, 26))
    said = read(render_register_page(text, here.desk.city))
    assert "Ville d'Essai, SIREN 211300017" in said
    assert "Jeu gens (gens)" in said
    assert "nom n'est pas publiée retirée" in said
    assert "Finalité rendre compte" in said
    assert "Personnes concernées les demandeurs" in said
    assert "partenaire de la convention" in said
    assert "Finalité ……" in said
    assert "30 jours : effacées au premier balayage qui suit ; plus longtemps" in said
    assert "Ni personnes déclarées" in said
    assert said.index("Ni personnes déclarées") < said.index("Jeu choses (choses)")
    assert "registre des publications enchaîné." in said


def test_a_page_is_made_to_be_printed_with_nothing_to_fetch(here: Showcase) -> None:
    text = build_register([here.dataset(publish=BOTH)], here.desk.city, date(2026, 11, 26))
    page = render_register_page(text, here.desk.city)
    assert "@media print" in page
    assert "@page" in page
    assert not re.search(r"(?:src|href)=", page)
