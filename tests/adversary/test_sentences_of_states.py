"""What the pages to sign say of a state in which a declaration, a run and what is online are not alike."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise.findings import PersonalDataColumn, PossiblePersonalColumn
from aqueduc.anonymise.report import AnonymiseReport
from aqueduc.certify.holds import describe_holds_in_force
from aqueduc.certify.officer import build_dpo_report, render_dpo_report_page
from aqueduc.decisions import Decision, DecisionWithLedgerEntry
from aqueduc.declaration import Dataset
from aqueduc.declaration.spec import AccessSettings
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.publish import PublishReport
from aqueduc.publish.planning.drift import forget_served_digests
from aqueduc.publish.planning.state import build_platform_state_key
from aqueduc.publish.recorder import read_platform_state
from aqueduc.record.explanation import build_publication_explanation
from aqueduc.record.facts import FactChange
from aqueduc.record.material import collect_declaration_parts_needing_agreement
from aqueduc.run import Run
from aqueduc.store import build_current_revision_pointer_key
from aqueduc.withdrawal import WithdrawalOrder, record_withdrawal_order
from aqueduc.withdrawal.enforcement import save_withdrawal_mark
from tests.adversary.test_sentences import (
    LINKED,
    PRIVACY,
    RESTRICTED,
    TODAY,
    city,
    lines,
    plain,
    ran,
    said,
    told,
    walked,
)
from tests.adversary.test_sentences import portal as portal
from tests.making import CITY, Desk, desk
from tests.publish.showcase import Showcase

UPLOADED = {"publish": {"mode": "upload", "formats": ["csv"]}}
TWO = pa.table({"quartier": ["Centre", "Nord"]})


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def show(here: Desk, dataset: Dataset, run: Run, **told: object) -> str:
    """The officer's page of a run, with plain spaces; ``told``: over what its report says."""
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None
    page = html.unescape(render_dpo_report_page({**report, **told}))
    return " ".join(page.replace("\\N{NO-BREAK SPACE}", " ").split())


# --- the run, and the declaration of today ------------------------------------------------------------------


def test_a_run_is_told_as_it_was_published_whatever_the_mode_declared_since(here: Desk) -> None:
    linked = walked(here, here.dataset(**LINKED), TWO, "lien")
    page = show(here, here.dataset(**UPLOADED), linked, published="yes")
    assert "le lien redemandé sans compte" in page
    assert (
        "<b>1 déclarée</b>" in page and "publiée telle quelle" not in page and "Le fichier validé" not in page
    )
    uploaded = walked(here, here.dataset(**UPLOADED), TWO, "fichiers")
    page = show(here, here.dataset(**LINKED), uploaded, published="yes")
    assert "par sondage pour les grands fichiers" in page and "<b>1 publiée telle quelle</b>" in page
    # Of a report of before, the declaration of today is all that is known.
    before = AnonymiseReport.read(here.place.store, "jeu", linked.id)
    assert before is not None
    replace(before, at_source=None).write(here.place.store, "jeu", linked.id)
    assert "<b>1 publiée telle quelle</b>" in show(here, here.dataset(**UPLOADED), linked, published="yes")


def test_rows_are_only_said_to_be_online_where_files_are(portal: Showcase) -> None:
    """Whatever is declared today: the certificate of what is online says whether it is a link."""
    dataset, store = plain(portal), portal.desk.place.store
    assert ran(portal, dataset, "un")
    report = PublishReport.read(store, "jeu", "un")
    assert report is not None
    replace(report, passed=False).write(store, "jeu", "un")
    linked = dataset.model_copy(update={"publication": portal.desk.dataset("autre", **LINKED).publication})
    linked = linked.model_copy(
        update={
            "publication": linked.publication.model_copy(
                update={"platform_list": dataset.publication.platforms}
            )
        }
    )
    assert linked.publication.is_link_to_source
    assert "Ces lignes sont en ligne" in show(portal.desk, linked, Run("jeu", "un"))
    key = "datasets/jeu/ledger/lien.json"
    store.write_json(key, {**(store.read_current_certificate("jeu") or {}), "linked": True})
    store.write_json(
        build_current_revision_pointer_key("jeu"),
        {
            **(store.read_current_revision_pointer("jeu") or {}),
            "certificate": key,
            "certificate_sha256": None,
        },
    )
    assert "Ces lignes sont en ligne" not in show(portal.desk, dataset, Run("jeu", "un"))


# --- what Aqueduc hid itself --------------------------------------------------------------------------------


def test_a_record_that_a_run_hid_is_said_to_be_so_until_it_is_published_again(portal: Showcase) -> None:
    dataset, place = plain(portal), portal.desk.place
    assert ran(portal, dataset, "un")
    online = "Ces lignes sont en ligne : elles sont de la dernière révision publiée"
    hidden, to_open = "qu'Aqueduc a cachée aux visiteurs", "elle ne s'y ouvre qu'à la prochaine publication"
    report = PublishReport.read(place.store, "jeu", "un")
    assert report is not None
    refused = dataset.model_copy(update={"access": AccessSettings(level=AccessLevel.SAME_ORGANISATION)})
    (name,) = dataset.publication.platforms
    key = build_platform_state_key("jeu", name)

    def read(declared: Dataset, *, published: bool) -> str:
        replace(report, passed=published).write(place.store, "jeu", "un")
        held = describe_holds_in_force(declared, portal.desk.city, place.store, TODAY.day)
        return " ".join([show(portal.desk, declared, Run("jeu", "un")), *held])

    assert online in read(dataset, published=False)
    assert to_open not in read(dataset, published=False) and hidden not in read(refused, published=False)
    assert "en ligne, pour qui y a accès : elles sont" in read(refused, published=False)
    state = read_platform_state(place.store, "jeu", name)
    place.store.write_json(key, forget_served_digests(state, hidden=True).to_json())
    assert hidden in read(refused, published=False) and to_open not in read(refused, published=False)
    text = read(dataset, published=False)
    assert to_open in text and "Ces lignes sont en ligne" not in text and hidden not in text
    assert "caché d'une plateforme où cette exécution l'a publié" in read(dataset, published=True)


# --- what a withdrawal leaves -------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", [{}, LINKED], ids=["files", "link"])
def test_the_record_is_said_to_stay_where_a_withdrawal_leaves_it(
    here: Desk, declared: dict[str, Any]
) -> None:
    """``tests/withdrawal/test_withdrawal_everywhere.py`` has what each kind keeps."""
    kept = "la fiche reste sur « datasud », cachée et vidée, tant que personne ne l'y supprime"
    (platform,) = CITY["platforms"].values()
    assert kept in told(here, **declared)
    city(here, platforms={"datasud": {**platform, "withdrawn": "purge"}})
    assert "la fiche reste sur" not in told(here, **declared)


def test_a_portal_keeps_nothing_of_a_record(portal: Showcase) -> None:
    assert "la fiche reste sur" not in said(plain(portal), portal.desk)


# --- what changed since an opinion --------------------------------------------------------------------------


def test_a_change_is_told_in_words_and_no_key_of_the_declaration() -> None:
    assert str(FactChange("Mode", "upload", "index")) == (
        "Mode : lien vers ce que la Ville sert (auparavant : fichier hébergé)"
    )
    users = str(FactChange("Accès", "only_allowed_users (ana, bob)", "registered"))
    assert "auparavant : les comptes que la déclaration nomme (ana, bob)" in users
    assert str(FactChange("Accès", "inconnu", None)) == "Accès déclaré : inconnu (n'est plus déclaré)"


# --- one page, run after run --------------------------------------------------------------------------------


def test_what_was_measured_after_is_not_said_to_be_of_what_is_online(here: Desk) -> None:
    """The page of a run that another one, or a withdrawal, replaced."""
    dataset = here.dataset(privacy=PRIVACY)
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 6}))
    page = show(here, dataset, run, published="yes", replaced=True)
    assert (
        "« Après » : sur le fichier validé, par un calcul séparé" in page and "vient ce qui est" not in page
    )


def test_counts_of_rows_and_of_findings_have_names_of_their_own(here: Desk) -> None:
    dataset = here.dataset()
    run = walked(here, dataset, TWO)
    found = [{"code": "x", "column": None, "count": 1, "message": "un constat", "remedy": ""}] * 2
    assert "2 constats en tout sous « Autres constats »" in show(here, dataset, run, findings=found)


def test_what_closes_no_gate_is_said_so_where_it_is_told(here: Desk) -> None:
    dataset = here.dataset()
    run = walked(here, dataset, TWO)
    noted = {
        "column": "quartier",
        "kind": "phone",
        "strength": "noted",
        "rows": 3,
        "answer": "told",
        "waiver": None,
    }
    page = show(here, dataset, run, sightings=[noted])
    assert "(ne ferme pas la porte)" in page and "faible" not in page


@pytest.mark.parametrize(
    "declared, told_too",
    [
        ({}, "comme un visiteur ou, d'un portail sans adresse déclarée, dans son dossier"),
        (RESTRICTED, "comme un visiteur, qui n'y lisait déjà rien ; aucun compte n'a été essayé"),
        (LINKED, "dans son dossier ; ce que la source sert à l'adresse du lien, ce retrait ne le ferme pas"),
    ],
    ids=["open", "restricted", "link"],
)
def test_a_withdrawal_says_what_was_tried_and_what_it_does_not_close(
    here: Desk, declared: dict[str, Any], told_too: str
) -> None:
    dataset, store = here.dataset(**declared), here.place.store
    at = "2026-06-30T08:00:00+00:00"
    places = {"datasud": [{"what": "page", "url": "https://region.example/jeu", "needles": []}]}
    order = WithdrawalOrder("Jeanne Martin", "un habitant", "essai", "retrait")
    (mark,) = record_withdrawal_order(["jeu"], order, here.city, here.place)
    save_withdrawal_mark(here.place, replace(mark, proved_at=at, places=places))
    (held,) = describe_holds_in_force(dataset, here.city, store, TODAY.day)
    assert held.endswith(told_too)
    # What was published decides, and not what is declared since.
    certificate = {"access": "public", "linked": False}
    store.write_json("datasets/jeu/ledger/un.json", certificate)
    store.write_json(
        build_current_revision_pointer_key("jeu"), {"certificate": "datasets/jeu/ledger/un.json"}
    )
    (held,) = describe_holds_in_force(dataset, here.city, store, TODAY.day)
    assert held.endswith("dans son dossier")


def test_a_text_of_a_declaration_says_that_it_is_what_is_planned(here: Desk) -> None:
    planned = "Ce texte dit ce que la déclaration prévoit, non ce qui est en ligne."
    assert planned in told(here)


def test_who_answers_for_the_data_changes_without_another_agreement_and_this_is_said(here: Desk) -> None:
    city(here, agreement="required")
    one, other = here.dataset(), here.dataset(owner="Direction des arbres", contact="arbres@ville.example")
    assert collect_declaration_parts_needing_agreement(
        one, here.city, here.include
    ) == collect_declaration_parts_needing_agreement(other, here.city, here.include)
    decision = Decision("agreement", "jeu", True, "", "ana", "key", "vu", "2026-06-30T08:00:00+00:00")
    given = DecisionWithLedgerEntry(decision, "entree.json", "")
    edition = replace(TODAY, agreement=given)
    text = " ".join(lines(build_publication_explanation(other, here.city, edition)))
    assert "rythme, direction, contact, textes, corrections, version d'Aqueduc…) change sans autre" in text


def test_while_a_check_or_a_decision_holds_a_record_is_only_said_to_stay_open_where_it_does(
    here: Desk,
) -> None:
    """A run hides what is declared restricted before it checks anything, and before anybody agrees."""
    opened = told(here, columns={"quartier": "publish"})
    assert "rectifié. Une dernière" in opened and "ce qui est en ligne y reste ;" in opened
    closed = told(here, columns={"quartier": "publish"}, **RESTRICTED)
    assert "rectifié (une fiche encore ouverte à tous est cachée d'abord). Une dernière" in closed
    assert "ce qui est en ligne y reste, caché aux visiteurs ;" in closed


def test_what_is_found_in_a_link_is_not_said_to_be_in_a_file() -> None:
    for found in (PersonalDataColumn, PossiblePersonalColumn):
        assert "fichier" not in str(found.sentence)
