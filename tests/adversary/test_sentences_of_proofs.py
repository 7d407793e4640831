"""What is said of a link, of what was verified and of what is in a message, held to what the code does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aqueduc.certify.ledger import append_ledger_entry, verify_ledger
from aqueduc.decisions import WithdrawalMark
from aqueduc.declaration.spec import RecodingMode
from aqueduc.publish.difference import _build_field_change
from aqueduc.record.preparation import build_preparation_text_for_citizens
from aqueduc.withdrawal.entries import build_decision_entry, describe_withdrawal_checks
from aqueduc.withdrawal.proof import PublicAddressCheck
from tests.adversary.test_sentences import PRIVACY, RESTRICTED, asked, city, told
from tests.making import CITY, Desk, desk


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


# --- links --------------------------------------------------------------------------------------------------

API = {"source": {"http": "mobilite", "path": "/x"}, "publish": {"mode": "index", "link": "/x"}}
PAGED = {**API, "source": {**API["source"], "records": "lignes", "paging": {"next": "suivante"}}}


@pytest.mark.parametrize(
    "changes, verified",
    [(API, True), (PAGED, False), ({**API, **RESTRICTED}, False)],
    ids=["open", "paged", "closed"],
)
def test_a_link_is_said_to_serve_all_columns_where_that_is_looked_at(
    here: Desk, changes: dict[str, Any], verified: bool
) -> None:
    """``tests/publish/test_publish_link.py`` has what is refused."""
    text = told(here, **changes)
    assert ("le lien sert toutes celles de la déclaration, ce qui est vérifié avant" in text) == verified
    assert ("que le lien les serve toutes n'est pas vérifié" in text) != verified


def test_a_link_is_never_said_to_lead_to_the_source_itself(here: Desk) -> None:
    """Its address is the declaration's: nothing compares what it serves with what was read."""
    dataset = here.dataset(**API)
    text = told(here, **API)
    assert "rien ne le compare à ce qui est lu à la source" in text
    assert "les lecteurs lisent ce qui est servi par le lien" in text
    public = build_preparation_text_for_citizens(dataset, rejected=None, suppressed=None)
    for said in (text, public):
        assert "la source même" not in said and "source elle-même" not in said


# --- what was verified, and by whom -------------------------------------------------------------------------

MARK = WithdrawalMark.from_json(
    {
        "dataset": "jeu",
        "title": "Jeu",
        "at": "2026-11-27T09:00:00+00:00",
        "effective_at": "2026-11-27T09:46:20+00:00",
        "held_at": "2026-11-27T09:46:20+00:00",
        "by": "Jeanne Martin",
        "requester": "une personne concernée",
        "reason": "x",
        "run": "cli",
    }
)


def check(address: str) -> PublicAddressCheck:
    return PublicAddressCheck("portail", "file", address, 404, None, gone=True)


@pytest.mark.parametrize(
    "addresses, said",
    [
        (
            ["https://a/x", "https://a/y"],
            "demandé comme un visiteur : rien n'en est plus servi sur portail (2 adresses ou listes)",
        ),
        (
            ["file:///a/x"],
            "relu dans le dossier de dépôt, et non comme un visiteur (adresse non déclarée) : rien n'en est plus servi "
            "sur portail (1 adresse ou liste)",
        ),
    ],
)
def test_a_visitor_is_said_to_have_been_played_where_one_was(addresses: list[str], said: str) -> None:
    assert describe_withdrawal_checks([check(one) for one in addresses]) == said


def test_each_place_is_counted_with_how_it_was_asked() -> None:
    said = describe_withdrawal_checks([check("https://a/x"), check("file:///a/x"), check("file:///a/y")])
    assert "demandé comme un visiteur : rien n'en est plus servi sur portail (1 adresse" in said
    assert "non déclarée) : rien n'en est plus servi sur portail (2 adresses" in said


def test_the_hour_of_a_withdrawal_is_the_city_s() -> None:
    lines = {one["libelle"]: one["valeur"] for one in build_decision_entry(MARK, "Europe/Paris")["lecture"]}
    assert lines["Prend effet"] == "27/11/2026 à 10:46 (Europe/Paris)"


def test_a_ledger_that_nobody_signs_can_be_written_again_and_is_said_to(here: Desk) -> None:
    """Whoever writes in the store makes another one, and it holds: the verdict says of how many entries."""
    store = here.place.store
    for name in ("un", "deux"):
        append_ledger_entry(
            store, "jeu", name, datetime(2026, 1, 2, tzinfo=UTC), {"kind": "unchanged", "run": name}
        )
    verdict = verify_ledger(store, "jeu")
    assert verdict.is_valid and (verdict.entries, verdict.unsigned) == (2, 2)


def test_the_ledger_is_not_said_to_prove_what_no_key_signs(here: Desk) -> None:
    assert "que le registre prouve" not in told(here)


def test_where_no_platform_has_an_address_nobody_is_said_to_read_without_an_account(here: Desk) -> None:
    city(here, platforms={**CITY["platforms"], "muet": {"type": "portal"}})
    text = told(here, publish={"mode": "upload", "platform": "muet"})
    assert "rien ne l'est sans compte, faute d'adresse déclarée" in text and "hors « muet »" not in text


# --- cells in messages, and what a query reads --------------------------------------------------------------


def test_no_extreme_of_the_rows_is_in_a_difference() -> None:
    """« Journaux, messages… ne contiennent aucune cellule » : the period of a record is made of two."""
    for name in ("temporal", "temporal_start", "temporal_end", "temporal_coverage", "spatial"):
        change = _build_field_change(name, "2025-02-03", "2025-12-29")
        assert (change.before, change.after, change.told) == (None, None, False)
    assert _build_field_change("title", "a", "b").told


def test_names_of_files_are_said_to_be_told(here: Desk) -> None:
    source = {"file": "depot", "path": "r-*.csv", "take": "all", "file_column": "fichier"}
    text = told(here, source=source, columns={"quartier": "publish", "fichier": "publish"})
    assert "aucune cellule de la source, hors les noms de fichiers (« fichier »)." in text
    assert "fichier | (le nom du fichier) |" in text
    assert "aucune cellule de la source." in told(here)


def test_the_names_of_files_are_not_said_to_be_of_the_source(here: Desk) -> None:
    def both(rule: str) -> tuple[str, str]:
        source = {"file": "depot", "path": "r-*.csv", "take": "all", "file_column": "fichier"}
        changes = {"source": source, "columns": {"quartier": "publish", "nom": "drop", "fichier": rule}}
        note = build_preparation_text_for_citizens(here.dataset(**changes), rejected=0, suppressed=0)
        return note.replace("\N{NO-BREAK SPACE}", " "), told(here, **changes)

    note, text = both("drop")
    assert "Une colonne de la source n'est pas publiée : « nom »." in note and "fichier" not in note
    assert "2 colonnes, de la source ou ajoutées, sont retirées de tout fichier publié" in text
    note, text = both("publish")
    assert "Tiré du nom du fichier lu, et non d'une colonne de la source : « fichier »." in note
    assert "Ne sont pas de la source" in text and "« fichier », le nom du fichier lu." in text


def test_a_query_is_said_to_be_read_by_a_person(here: Desk) -> None:
    text = told(here, **asked(here))
    assert "ce que rien ne vérifie : elle est à lire" in text and "n'en sort pas ;" not in text


# --- the public record --------------------------------------------------------------------------------------


@pytest.mark.parametrize("recode", [one.value for one in RecodingMode])
def test_the_public_is_told_how_far_a_value_is_made_coarser(here: Desk, recode: str) -> None:
    privacy = {**PRIVACY, "hierarchies": {"quartier": {"prefix": [3, 1]}}, "recode": recode}
    text = build_preparation_text_for_citizens(here.dataset(privacy=privacy), rejected=None, suppressed=None)
    alike = recode in ("fixed", "global")
    assert ("de la même façon pour toutes les lignes" in text) == alike
    assert ("plus ou moins selon les lignes" in text) != alike
    assert ("toutes valeurs" in text) == (recode != "fixed")
    assert "Là où les lignes sont rares" not in text
