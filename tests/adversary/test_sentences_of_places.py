"""What is said of where a dataset is, of the convention that binds its platforms and of the days on which that
holds, held to what the code does."""

from __future__ import annotations

import html
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.certify.certificate import render_certificate_page
from aqueduc.certify.holds import describe_holds_in_force
from aqueduc.certify.officer import build_dpo_report, render_dpo_report_page
from aqueduc.convention.watch import enforce_convention_and_queue_alerts
from aqueduc.platforms import PLATFORMS
from aqueduc.platforms.idgo.record import build_idgo_record
from aqueduc.platforms.onegeo.record import build_onegeo_record
from aqueduc.record import RowPreparationCounts, build_fiche
from aqueduc.run import Run
from tests.adversary.test_sentences import (
    LINKED,
    RESTRICTED,
    TODAY,
    asked,
    city,
    officer,
    said,
    told,
    walked,
)
from tests.convention.cities import (
    BOTH,
    REGION,
    agree,
    at,
    online,
    publish,
    published_until_july,
    two_portals,
)
from tests.making import CITY, Desk, desk
from tests.publish.showcase import Showcase

PORTAL: dict[str, Any] = {"type": "portal"}
OWN: dict[str, Any] = {"mode": "upload", "platforms": ["ville"]}


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


@pytest.fixture
def portals(tmp_path: Path) -> Showcase:
    """Published on both portals, and hidden since where the convention, which has ended, bound it."""
    made = published_until_july(tmp_path)
    at(made, "2026-07-02T09:00:00")
    enforce_convention_and_queue_alerts(made.desk.city, made.desk.place)
    assert not online(made, "region") and online(made, "ville")
    return made


def alone(here: Desk, name: str, platform: dict[str, Any], **changes: Any) -> None:
    """The city's only platform."""
    city(here, platforms={name: platform}, defaults={**CITY["defaults"], "platform": name}, **changes)


# --- taken off a platform, and on the others ----------------------------------------------------------------


def held(portals: Showcase, declared: dict[str, Any], day: date = date(2026, 7, 2)) -> str:
    dataset = portals.dataset("lieux", publish=declared)
    return " ".join(describe_holds_in_force(dataset, portals.desk.city, portals.desk.place.store, day))


def test_what_brings_back_a_dataset_that_was_taken_off_is_what_would(portals: Showcase) -> None:
    start = (
        "jeu ôté ou caché de « region » (retrait, suspension ou convention échue) et pas republié depuis : "
    )
    out_of_term = f"{start}il n'y revient pas tant qu'aucune convention en vigueur ne le permet"
    assert held(portals, BOTH) == out_of_term, "it has ended"
    assert held(portals, OWN) == f"{start}sa déclaration ne l'y publie plus"
    publish(portals, BOTH, "deux")
    assert not online(portals, "region"), "as the sentence says"
    agree(portals, notified="2026-09-01")
    assert held(portals, BOTH) == out_of_term, "it is not yet in force"
    agree(portals)
    assert held(portals, BOTH) == f"{start}il n'y revient qu'à la prochaine publication"
    publish(portals, BOTH, "trois")
    assert online(portals, "region") and held(portals, BOTH) == ""


def test_a_platform_that_the_declaration_left_is_said_to_keep_its_record_before_anybody_signs(
    portals: Showcase,
) -> None:
    agree(portals)
    publish(portals, BOTH, "deux")
    left = (
        "fiche publiée auparavant sur « region », que la déclaration ne nomme plus : Aqueduc ne l'en a pas ôtée, et ne "
        "l'y tient plus à jour"
    )
    assert left not in held(portals, BOTH) and held(portals, OWN) == left
    publish(portals, OWN, "trois")
    assert online(portals, "region") and held(portals, OWN) == left


OFFLINE = "À cette édition, ce jeu est suspendu, son retrait est décidé, ou"


def test_a_run_is_said_to_be_offline_where_it_published_only(portals: Showcase) -> None:
    dataset = portals.dataset("lieux", publish=BOTH)
    first = officer(portals.desk, dataset, Run("lieux", "un"))
    assert "caché d'une plateforme où cette exécution l'a publié, et pas republié depuis" in html.unescape(
        first
    )
    publish(portals, BOTH, "deux", 6)
    page = html.unescape(officer(portals.desk, dataset, Run("lieux", "deux")))
    assert "publiée le 02/07/2026" in page
    assert OFFLINE not in page


def test_an_abandoned_record_is_not_said_to_be_online_by_a_run_that_did_not_look(portals: Showcase) -> None:
    agree(portals)
    publish(portals, BOTH, "deux")
    shutil.rmtree(portals.folder.parent / "region" / "jeux" / "lieux")
    report, _ = publish(portals, OWN, "trois")
    (left,) = [one for one in report.findings if one.code == "fiche-restee-ailleurs"]
    assert "« region » n'en a pas été ôtée par Aqueduc" in left.message
    assert "cette exécution n'y a pas regardé" in left.message and "en ligne" not in left.message


# --- the end of the convention ------------------------------------------------------------------------------

HIDES = "et ce qu'il cache à la fin de la convention, Aqueduc ne retire de lui-même rien"


def test_what_is_hidden_at_the_end_is_not_of_the_platforms_of_today(tmp_path: Path) -> None:
    """A dataset that left the platform it binds is hidden there all the same, without anybody."""
    made = two_portals(tmp_path)
    at(made, "2026-06-01T09:00:00")
    publish(made, REGION, "un")
    publish(made, OWN, "deux")
    assert online(made, "region")
    assert HIDES in said(made.dataset("lieux", publish=OWN), made.desk)
    agree(made, ends="2026-07-01")
    at(made, "2026-07-02T09:00:00")
    enforce_convention_and_queue_alerts(made.desk.city, made.desk.place)
    assert not online(made, "region")


def test_a_city_without_a_bound_platform_hides_nothing_at_the_end(here: Desk) -> None:
    alone(here, "ville", PORTAL)
    assert HIDES not in told(here, publish=OWN)


def test_the_end_removes_what_is_where_it_binds_only(tmp_path: Path, here: Desk) -> None:
    made = two_portals(tmp_path / "ville")
    everywhere = "(« aqueduc withdraw », fin de la convention, ou à"
    assert everywhere in said(made.dataset("lieux", publish=REGION), made.desk)
    one = "(« aqueduc withdraw », fin de la convention, pour « region » seulement, ou à"
    assert one in said(made.dataset("lieux", publish=BOTH), made.desk)
    web = {"mode": "index", "platforms": ["datasud"], "outlet": "web"}
    city(here, outlets={"web": {"folder": str(tmp_path / "web"), "url": "https://ville.example/d"}})
    assert "fin de la convention, pour « datasud » seulement" in told(here, publish=web)


def test_no_replaced_file_is_said_to_stay_where_there_is_none(here: Desk, tmp_path: Path) -> None:
    outlets = {"web": {"folder": str(tmp_path / "web"), "url": "https://ville.example/d"}}
    alone(here, "region", {**PORTAL, "convention": True}, outlets=outlets)
    sentence = "un fichier remplacé peut se lire encore sur « region »"
    assert sentence in told(here, publish=REGION)
    assert sentence not in told(here, publish={"mode": "index", "platforms": ["region"], "outlet": "web"})


# --- the convention on the day of the text ------------------------------------------------------------------


def test_an_amendment_still_to_be_signed_has_changed_nothing(here: Desk) -> None:
    acts = [{"signed": "2026-06-30", "about": "mobilité"}, {"signed": "2026-07-02", "about": "culture"}]
    city(here, convention={**CITY["convention"], "amendments": acts})
    assert TODAY.day == date(2026, 7, 1)
    text = told(here)
    assert "modifiée par l'avenant du 30/06/2026 (mobilité)" in text and "culture" not in text


def test_a_notification_to_come_is_said_to_come(here: Desk) -> None:
    city(here, convention={**CITY["convention"], "notified": "2026-07-02"})
    assert "convention (Région) : à notifier le 02/07/2026" in told(here)
    city(here, convention={**CITY["convention"], "notified": "2026-07-01"})
    assert "convention (Région) : notifiée le 01/07/2026" in told(here)


def test_the_day_of_a_formal_notice_is_not_that_of_the_fault(here: Desk) -> None:
    notice = {"way": "fault", "day": "2026-06-01", "by": "partner", "reasons": "r", "answer_by": "2026-07-20"}
    city(here, convention={**CITY["convention"], "notices": [notice]})
    assert "le 21/07/2026 (acte du 01/06/2026 : mise en demeure, pour une faute)" in told(here)


def test_a_portal_of_the_city_is_not_said_to_be_held_by_the_partner(here: Desk) -> None:
    hosted = ("partenaire de la convention, qui tient la plateforme", "où il héberge les données")
    alone(here, "region", {**PORTAL, "convention": True})
    text = told(here, publish=REGION)
    assert "convention (Région) : notifiée le" in text and not any(one in text for one in hosted)
    assert "si le partenaire de la convention est sous-traitant ou responsable conjoint" in text
    city(here)
    assert all(one in told(here) for one in hosted)


def test_a_basis_that_has_ended_is_said_to_have(here: Desk) -> None:
    def based(until: str) -> str:
        column = {"publish": True, "basis": "Loi", "until": until}
        return told(here, columns={"quartier": column})

    assert "Ce fondement vaut jusqu'au 01/07/2026 : ensuite" in based("2026-07-01")
    ended = based("2026-06-30")
    assert (
        "ne vaut que jusqu'au 30/06/2026, jour passé : rien n'est publié tant que la colonne sort sur lui"
        in ended
    )
    assert "ce qui est en ligne y reste" in ended and "depuis, mais" not in ended, (
        "its day may have been brought forward after a publication"
    )


def test_reuse_is_said_to_be_governed_where_information_is_public(here: Desk) -> None:
    based = {"columns": {"quartier": {"publish": True, "basis": "Loi"}}}
    assert "art. L. 322-2" in told(here, **based)
    assert "L. 322-2" not in told(here, **based, **RESTRICTED)


def test_who_signs_and_is_the_officer_too_is_said_to_be(here: Desk) -> None:
    conflict = "que décider met en conflit d'intérêts ; RGPD, art. 38, 6"

    def asks(**person: Any) -> str:
        signatory = {"name": "Ana Roux", "roles": ["signatory"], **person}
        people = {"ana": signatory}
        city(here, agreement="required", agreement_role="signatory", dpo="dpd@ville.example", people=people)
        return told(here)

    assert "à qui city.yaml donne pouvoir de signer" in asks() and conflict not in asks()
    for person in (
        {"roles": ["signatory", "dpo"]},
        {"email": "dpd@ville.example"},
        {"email": "DPD@Ville.example"},
    ):
        assert f"(Ana Roux : aussi délégué à la protection des données, {conflict})" in asks(**person)


# --- what a record says, and what is read back of it --------------------------------------------------------


def test_a_record_is_not_said_to_have_dates_that_its_platform_never_gets(here: Desk) -> None:
    """Of a kind whose record has no place for them."""
    known = {
        "onegeo": {"type": "onegeo", "connection": "onegeo"},
        "idgo": {"type": "idgo", "connection": "idgo"},
        "datasud": {"type": "ckan", "connection": "datasud"},
    }
    city(here, platforms=known)
    fields = [
        {"name": "vu", "type": "date"},
        {"name": "x", "type": "number"},
        {"name": "y", "type": "number"},
    ]
    columns = {"vu": "publish", "x": "publish", "y": "publish"}
    link = {"mode": "index", "link": "https://ville.example/jeu.csv"}

    def stated(*platforms: str, **changes: Any) -> str:
        return told(
            here, fields=fields, columns=columns, publish={**link, "platforms": list(platforms)}, **changes
        )

    whole = "l'emprise de toute la Ville, d'après city.yaml"
    assert whole in stated("datasud")
    assert f"{whole} (hors « onegeo »)" in stated("datasud", "onegeo")
    assert whole not in stated("onegeo")

    def uploaded(name: str) -> str:
        return told(here, fields=fields, columns=columns, publish={"mode": "upload", "platform": name})

    for sentence in (
        "les dates extrêmes de « vu » publiées",
        "l'emprise de toute la Ville, d'après city.yaml",
    ):
        assert sentence in uploaded("datasud") and sentence not in uploaded("idgo")


@pytest.mark.parametrize("name", ["idgo", "onegeo"])
def test_a_kind_that_states_no_period_writes_none(here: Desk, name: str) -> None:
    """Their fields have no place for what the fields of the others say."""
    able = PLATFORMS[name].capabilities
    assert not (able.states_period or able.states_extent)
    bbox = (5.4321, 43.4321, 5.5678, 43.5678)
    counts = RowPreparationCounts(rejected=0, suppressed=0, whole=True)
    fiche = build_fiche(here.dataset(), here.city, counts, issued=date(2026, 1, 5), modified=date(2026, 2, 1))
    whole = replace(fiche, temporal=(date(1987, 5, 4), date(1988, 6, 5)), bbox=bbox)
    written = str(build_idgo_record(whole) if name == "idgo" else build_onegeo_record(whole, ()))
    assert not any(one in written for one in ("1987", "1988", "5.4321", "43.5678"))


def test_a_record_is_read_online_where_a_visitor_read_it(portals: Showcase) -> None:
    """Beside it, a link or a table may have been read by one, and the record in its folder only."""
    _, certificate = publish(portals, OWN, "deux")
    table = {"what": "lien", "reader": "visiteur", "result": "lisible", "at": "2026-07-02T09:00:00+00:00"}

    def page(*more: Mapping[str, Any]) -> str:
        made = replace(certificate, proofs=(*certificate.proofs, *more))
        return html.unescape(render_certificate_page(made, portals.desk.city))

    assert "(relu dans son dossier le" in page() and "(relu dans son dossier le" in page(table)
    assert "(relu en ligne le" in page({**table, "what": "fiche"})


# --- cells, columns and rhythm ------------------------------------------------------------------------------

FILES: dict[str, Any] = {
    "source": {"file": "depot", "path": "r-*.csv", "take": "all", "file_column": "fichier"},
    "columns": {"quartier": "publish", "fichier": "publish"},
}


def test_names_of_files_are_said_to_be_in_reports_everywhere(here: Desk) -> None:
    names = "les noms de fichiers (« fichier »)"
    dataset = here.dataset(**FILES)
    text = said(dataset, here)
    assert (
        f"que la fiche montrait à qui accorde, et {names}" in text and f"de la source, hors {names}" in text
    )
    run = walked(here, dataset, pa.table({"quartier": ["Centre"], "fichier": ["r-01.csv"]}))
    page = html.unescape(officer(here, dataset, run))
    assert f"Ce rapport ne contient aucune cellule de la source, hors {names} :" in page
    page = html.unescape(officer(here, here.dataset(), run))
    assert (
        "aucune cellule de la source, hors les noms de fichiers, si une colonne les contenait alors :" in page
    )
    assert names not in told(here)


def test_what_a_threshold_leaves_unchanged_is_to_be_held_for_nobody(here: Desk) -> None:
    dataset = here.dataset(columns={"quartier": "publish", "n": {"suppress_under": 5}})
    text = said(dataset, here)
    assert (
        "« quartier », publiée telle quelle, ni pour les valeurs de « n » que sa règle laisse telles" in text
    )
    run = walked(here, dataset, pa.table({"quartier": ["Centre", "Sud"], "n": ["7", "9"]}))
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None
    page = html.unescape(render_dpo_report_page(report))
    assert "ce qui est donné sort tel quel, sans fondement cité : c'est tenir que cela ne désigne" in page


def test_a_coarsened_column_with_a_hierarchy_is_not_said_to_leave_as_it_is(here: Desk) -> None:
    levels = "schemas/paliers.csv"
    (here.include / levels).write_text("valeur;mois\n2026-01-02;2026-01\n", encoding="utf-8")
    fields = [{"name": "vu", "type": "string"}]

    def text(rule: Any) -> str:
        privacy = {
            "quasi_identifiers": ["vu"],
            "k": 5,
            "suppress_at_most": "50%",
            "hierarchies": {"vu": levels},
            "recode": "local",
        }
        return told(here, columns={"vu": rule}, fields=fields, privacy=privacy)

    assert "« vu » : la valeur sort telle quelle, ou est rendue moins précise" in text("publish")
    assert "« vu » : la valeur sort comme sa règle la laisse, ou est rendue moins" in text({"truncate": 10})


def test_a_watermark_is_described_whatever_the_rhythm(here: Desk) -> None:
    source = asked(here, "SELECT quartier, modifie_le FROM t")["source"]
    mark = {"column": "modifie_le", "lateness": "2 days", "full_every": "7 days"}
    declared = {
        "source": {**source, "watermark": mark},
        "columns": {"quartier": "publish", "modifie_le": "publish"},
        "fields": [{"name": "quartier"}, {"name": "modifie_le", "type": "datetime"}],
        "key": ["quartier"],
    }
    for cadence in ("irregular", "weekly"):
        text = told(here, **declared, cadence=cadence)
        assert "ne sont lues que celles dont « modifie_le » est vide" in text
        assert "Toutes les lignes sont lues quand la déclaration" in text


def test_a_closed_dataset_has_no_rhythm(here: Desk) -> None:
    assert "Rythme : sur demande seulement (jeu clos) ;" in told(here, cadence="never-again")
    linked = told(here, **LINKED, cadence="never-again")
    assert "la source est relue sur demande seulement (jeu clos) ;" in linked
    assert "Rythme : irrégulièrement, quand une exécution est demandée ;" in told(here, cadence="irregular")
