"""The register of processing activities and the year of the convention, as they are printed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify import record_unchanged_run
from aqueduc.certify.ledger import append_ledger_entry
from aqueduc.convention.claims import ClaimDraft, close_claim, record_authority_notification, record_claim
from aqueduc.convention.register import (
    build_convention_year_report,
    build_convention_year_review,
    build_processing_register,
    list_undeclared_online_datasets,
    render_printable_page,
)
from aqueduc.convention.watch import enforce_convention_and_queue_alerts
from aqueduc.declaration import list_dataset_paths, load_city, load_dataset
from aqueduc.reconciliation.findings import SilentPlatform
from aqueduc.reconciliation.report import (
    ReconciliationDifference,
    ReconciliationReport,
    save_reconciliation_and_queue_alerts,
)
from aqueduc.run import Run
from tests.convention.cities import BOTH, agree, at, publish, two_portals
from tests.making import extract_report
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
    report = extract_report(dataset="lieux", run=name, unchanged=True, output_sha256=None)
    record_unchanged_run(dataset, here.desk.city, Run("lieux", name), report, here.desk.place)


def report(here: Showcase, year: int) -> tuple[Any, str]:
    loaded = load_city(here.desk.include)
    datasets = [load_dataset(path, loaded) for path in list_dataset_paths(here.desk.include)]
    found = build_convention_year_review(year, datasets, loaded.city, here.desk.place)
    text = build_convention_year_report(found, loaded.city, here.desk.place)
    return found, read(render_printable_page(text, loaded.city))


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
    assert (one.opened, one.certified, one.looks) == (date(2026, 2, 1), 2, 2)
    # Nothing was looked at from the 10th of March to the end of the year.
    assert one.longest is not None
    assert one.longest.days == 296
    assert one.late == 2
    assert "ouverts dans l'année : 1" in said
    assert "exécutions certifiées, même sans rien à écrire : 2" in said
    assert "jeux en retard au moins une fois : 1" in said
    assert "Avenant du 15/03/2026 mobilité" in said
    after, _said = report(here, 2027)
    (one,) = after.datasets
    assert (one.opened, one.certified, one.looks) == (None, 0, 1)
    assert one.late == 1
    before, said = report(here, 2025)
    (one,) = before.datasets
    assert (one.certified, one.longest, one.late, before.claims) == (0, None, None, ())


def test_a_dataset_that_is_silent_since_its_only_publication_is_late(here: Showcase) -> None:
    at(here, "2026-02-01T09:00:00")
    publish(here, BOTH, "un")
    at(here, "2026-11-28T09:00:00")
    found, said = report(here, 2026)
    (one,) = found.datasets
    assert (one.longest, one.late) == (timedelta(days=300), 1)
    assert "300 jours" in said and "jeux en retard au moins une fois : 1" in said
    at(here, "2027-11-28T09:00:00")
    (ended,), (next_year,) = (report(here, year)[0].datasets for year in (2026, 2027))
    assert ended.longest == timedelta(days=333, hours=14), "to the end of the year"
    assert (next_year.certified, next_year.longest) == (0, timedelta(days=665))


def test_the_silence_of_what_is_taken_off_everywhere_ends_there(here: Showcase) -> None:
    at(here, "2026-06-20T09:00:00")
    publish(here, {"mode": "upload", "platforms": ["region"]}, "un")
    agree(here, ends="2026-07-01")
    at(here, "2026-07-01T09:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    at(here, "2026-11-28T09:00:00")
    found, _said = report(here, 2026)
    assert [(one.longest, one.late) for one in found.datasets] == [(timedelta(days=11), 0)]


def test_the_silence_ends_where_nothing_was_online_even_if_it_came_back(here: Showcase) -> None:
    """Off line from the 1st of July to the 30th of August, since the convention had ended."""
    region = {"mode": "upload", "platforms": ["region"]}
    at(here, "2026-06-20T09:00:00")
    publish(here, region, "un")
    agree(here, ends="2026-07-01")
    at(here, "2026-07-01T09:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    agree(here)
    at(here, "2026-08-30T09:00:00")
    publish(here, region, "deux", count=7)
    at(here, "2026-09-01T09:00:00")
    found, _said = report(here, 2026)
    assert [(one.longest, one.late) for one in found.datasets] == [(timedelta(days=11), 0)]


def test_what_was_withdrawn_before_its_first_publication_took_nothing_away(here: Showcase) -> None:
    at(here, "2026-06-01T09:00:00")
    moment = here.desk.place.clock()
    entry = {"kind": "withdrawn", "at": moment.isoformat(), "lecture": []}
    append_ledger_entry(here.desk.place.store, "lieux", "retrait", moment, entry)
    at(here, "2026-06-10T09:00:00")
    publish(here, BOTH, "un")
    found, said = report(here, 2026)
    assert [(one.left, one.returned) for one in found.datasets] == [(None, None)]
    assert "cachés d'une plateforme au moins : 0, dont revenus depuis : 0" in said


def test_what_came_back_since_is_said_to_have(here: Showcase) -> None:
    at(here, "2026-06-01T09:00:00")
    publish(here, BOTH, "un")
    agree(here, ends="2026-07-01")
    at(here, "2026-07-01T09:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    at(here, "2026-07-02T09:00:00")
    publish(here, {"mode": "upload", "platforms": ["ville"]}, "deux", count=7)
    _found, said = report(here, 2026)
    assert "jeux retirés, ou cachés d'une plateforme au moins : 1, dont revenus depuis : 0" in said, (
        "not where it was hidden"
    )
    agree(here, amendments=[{"signed": "2026-07-15", "about": "prolongation"}])
    at(here, "2026-07-16T09:00:00")
    publish(here, BOTH, "trois", count=7)
    _found, said = report(here, 2026)
    assert "jeux retirés, ou cachés d'une plateforme au moins : 1, dont revenus depuis : 1" in said
    assert "01/07/2026, revenu le 16/07/2026" in said


def test_what_is_still_to_be_notified_or_signed_is_not_said_to_have_been(here: Showcase) -> None:
    """Notified on 15/01/2026, and amended on 15/03/2026."""
    at(here, "2026-01-10T09:00:00")
    said = report(here, 2026)[1]
    assert "À notifier le" in said and "Avenant du" not in said
    at(here, "2026-02-10T09:00:00")
    said = report(here, 2026)[1]
    assert "Notifiée le" in said and "Avenant du" not in said


def test_the_day_of_reading_is_the_city_s(here: Showcase) -> None:
    at(here, "2026-12-31T23:30:00")
    assert "D'après les registres, lus le 01/01/2027" in report(here, 2026)[1]


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
    record_authority_notification(claim.id, "region", place.clock(), "Jeanne Martin", city, place)
    close_claim(claim.id, "Jeanne Martin", "colonne ôtée", city, place)
    agree(here, ends="2026-07-01")
    at(here, "2026-07-01T09:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    found, said = report(here, 2026)
    assert found.datasets[0].left == date(2026, 7, 1)
    assert "jeux retirés, ou cachés d'une plateforme au moins : 1, dont revenus depuis : 0" in said
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
        silent = ReconciliationDifference("", platform, SilentPlatform(detail={"platform": platform}))
        # Whatever kept it from being looked at: one that refused is told by another finding.
        answered = {name: name != platform for name in ("region", "ville")}
        said_so = (silent,) if at_once < "2026-03-02" else ()
        look = ReconciliationReport(at_once, "Ville", 1, answered, (), said_so)
        save_reconciliation_and_queue_alerts(here.desk.place.store, look)
    found, said = report(here, 2026)
    region, own = found.platforms
    assert (region.platform, region.looks, region.failed) == (
        "region",
        3,
        ("2026-03-01T05:00:00+00:00", "2026-03-02T05:00:00+00:00"),
    )
    assert own.failed == ("2026-03-03T05:00:00+00:00",)
    assert "Plateforme Vérifications Sans résultat Dernière fois region 3 2 02/03/2026 05:00 UTC" in said
    assert "ville 3" not in said, "the convention does not bind it"


def test_the_register_says_what_is_declared_and_leaves_blank_what_only_people_know(here: Showcase) -> None:
    columns = {"quartier": "publish", "nom": "drop"}
    fields = [{"name": "quartier", "type": "string"}]
    plain = {"columns": columns, "fields": fields, "key": [], "publish": BOTH}
    people = here.dataset("gens", processing=PEOPLE, **plain)
    silent = here.dataset("muet", **plain)
    things = here.dataset("choses", **{**plain, "columns": {"quartier": "publish"}})
    text = build_processing_register([people, silent, things], here.desk.city, date(2026, 11, 26))
    said = read(render_printable_page(text, here.desk.city))
    assert "Ville d'Essai, SIREN 211300017" in said
    assert "Jeu gens (gens)" in said
    assert "nom n'est pas publiée retirée" in said
    assert "Finalité rendre compte" in said
    assert "Personnes concernées les demandeurs" in said
    assert "plateforme « region » (" in said
    assert "partenaire de la convention" not in said, (
        "the city runs this portal, though the convention binds it"
    )
    assert "Finalité ……" in said
    assert "30 jours : effacées au premier balayage qui suit ; plus longtemps" in said
    assert "Ni personnes déclarées" in said
    assert said.index("Ni personnes déclarées") < said.index("Jeu choses (choses)")
    assert "registre des publications enchaîné." in said


def register_of(here: Showcase, *names: str, undeclared: tuple[str, ...] = ()) -> str:
    loaded = load_city(here.desk.include)
    datasets = [load_dataset(here.desk.include / f"datasets/{name}.yaml", loaded) for name in names]
    text = build_processing_register(datasets, loaded.city, date(2026, 11, 28), undeclared)
    return read(render_printable_page(text, loaded.city))


def test_the_register_claims_nothing_that_aqueduc_cannot_know(here: Showcase) -> None:
    here.dataset("lieux", publish=BOTH, processing=PEOPLE)
    said = register_of(here, "lieux")
    assert "Transferts hors de l'Union ……" in said
    assert "Représentant dans l'Union (RGPD, art. 27) sans objet" in said
    assert "Rythme déclaré : " in said and "Publié :" not in said, "it never was"


def test_a_dataset_whose_rows_are_declared_to_be_people_is_not_among_the_others(here: Showcase) -> None:
    privacy = {"quasi_identifiers": ["quartier"], "k": 5, "unit": []}
    shape = {
        "columns": {"quartier": "publish"},
        "fields": [{"name": "quartier", "type": "string"}],
        "key": [],
    }
    here.dataset("emplois", publish=BOTH, privacy=privacy, **shape)
    here.dataset("lieux", publish=BOTH, **shape)
    others = register_of(here, "emplois", "lieux").partition("Jeux à confirmer : aucune personne")[2]
    assert "Jeu lieux (lieux)" in others and "emplois" not in others


def test_a_basis_has_its_last_day_in_the_register(here: Showcase) -> None:
    column = {"publish": True, "basis": "Délibération 2026-12", "until": "2026-12-01"}
    shape = {"columns": {"nom": column}, "fields": [{"name": "nom", "type": "string"}], "key": []}
    here.dataset("lieux", publish=BOTH, **shape)
    assert "Délibération 2026-12, jusqu'au 01/12/2026" in register_of(here, "lieux")


def test_what_is_online_and_declared_no_more_is_in_the_register_until_it_is_taken_off(here: Showcase) -> None:
    at(here, "2026-06-01T09:00:00")
    publish(here, {"mode": "upload", "platforms": ["region"]}, "un")
    store = here.desk.place.store
    (left,) = list_undeclared_online_datasets([], store)
    assert left.startswith("lieux : ") and "/region/jeux/lieux" in left
    at(here, "2026-06-02T09:00:00")
    publish(here, BOTH, "deux")
    (left,) = list_undeclared_online_datasets([], store)
    assert "/region/jeux/lieux" in left and "/ville/jeux/lieux" in left, "wherever it is"
    assert list_undeclared_online_datasets([here.dataset("lieux", publish=BOTH)], store) == []
    here.dataset("autres", publish=BOTH)
    said = register_of(here, "autres", undeclared=(left,))
    assert "Jeux en ligne que rien ne déclare plus" in said and left in said
    assert "rien ne déclare plus" not in register_of(here, "autres")
    agree(here, ends="2026-07-01")
    at(here, "2026-07-01T09:00:00")
    enforce_convention_and_queue_alerts(here.desk.city, here.desk.place)
    (left,) = list_undeclared_online_datasets([], store)
    assert "/region/jeux/lieux" not in left and "/ville/jeux/lieux" in left


def test_a_page_is_made_to_be_printed_with_nothing_to_fetch(here: Showcase) -> None:
    text = build_processing_register([here.dataset(publish=BOTH)], here.desk.city, date(2026, 11, 26))
    page = render_printable_page(text, here.desk.city)
    assert "@media print" in page
    assert "@page" in page
    assert not re.search(r"(?:src|href)=", page)
