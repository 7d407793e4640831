"""``verify``: a ledger that somebody touched, and a file that somebody downloaded."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.cli.office import Office
from tests.cli.test_cli_list_show import published


def test_a_ledger_that_holds(office: Office) -> None:
    published(office, "jeu")
    said = office.aqueduc("verify", "jeu")
    assert said.code == 0
    assert "jeu : registre sans rupture, 1 entrée dont 1 certificat" in said.out
    assert "1 entrée que nulle clé de la Ville ne signe : qui écrit dans le dépôt a pu la refaire" in said.out
    assert "intact" not in said.out
    assert office.aqueduc("verify", "--json").json["ledgers"] == [
        {
            "dataset": "jeu",
            "holds": True,
            "entries": 1,
            "certificates": 1,
            "sealed": 0,
            "unsigned": 1,
            "breaks": [],
            "seals": [],
        }
    ]


def test_no_help_says_that_nobody_touched_a_ledger(office: Office) -> None:
    said = " ".join(office.aqueduc("verify", "--help").out.split())
    assert "si nulle clé ne le signe" in said and "touché" not in said


def test_the_first_break_is_named_with_what_to_do(office: Office) -> None:
    key = published(office, "jeu")
    store = office.desk.place.store
    store.write(key, (store.read(key) or b"").replace(b"lov2", b"lov3"))
    said = office.aqueduc("verify")
    assert said.code == 1
    assert "jeu : registre ROMPU" in said.out
    assert key.rsplit("/", 1)[-1] in said.out
    assert "ne rien supprimer" in said.out


def test_an_edited_certificate_is_not_shown(office: Office) -> None:
    key = published(office, "jeu")
    store = office.desk.place.store
    store.write(key, (store.read(key) or b"").replace(b"lov2", b"lov3"))
    said = office.aqueduc("show", "jeu")
    assert said.code == 1
    assert "[registre-modifie]" in said.err
    assert key in said.err
    assert "lov3" not in said.out


def test_a_dataset_that_nobody_knows(office: Office) -> None:
    published(office, "jeu")
    said = office.aqueduc("verify", "jeux")
    assert said.code == 2
    assert "jeux" in said.err


def test_whose_certificate_a_downloaded_file_has(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "telecharge.csv"
    file.write_text("a,b", encoding="utf-8")
    resource = {"id": "r", "label": "CSV", "sha256": hashlib.sha256(b"a,b").hexdigest()}
    published(office, "jeu", resources=(resource,))
    said = office.aqueduc("verify", "--file", str(file))
    assert said.code == 0
    assert "servait le 01/03/2026" in said.out
    assert "scheduled__1 (jeu)" in " ".join(said.out.split())
    file.write_text("a,c", encoding="utf-8")
    said = office.aqueduc("verify", "--file", str(file))
    assert said.code == 1
    assert "Aucun certificat ne connaît ce fichier" in said.out


def test_a_key_is_written_for_its_owner_alone_and_its_public_half_shown(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "cle.pem"
    said = office.aqueduc("key", "signing", str(file), "--json")
    assert said.code == 0
    private = file.read_text(encoding="ascii")
    assert file.stat().st_mode & 0o777 == 0o600
    assert private.startswith("-----BEGIN PRIVATE KEY-----")
    assert private.split("\n")[1] not in said.out
    assert said.json["public"].startswith("MCowBQYDK2VwAyEA")
    again = office.aqueduc("key", "signing", str(file))
    assert again.code == 2
    assert "existe déjà" in again.err
    assert file.read_text(encoding="ascii") == private
