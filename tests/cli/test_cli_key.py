"""``key``: each key is changed by its command, at the price in revisions that is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.cli import key
from aqueduc.errors import StoreError
from aqueduc.store import Vault
from tests.cli.office import COLUMNS, FIELDS, Office, Said, open_office

SECRET = "sel-d-avant-0123456789"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Which publishes on a portal of its own, with a pseudonym."""
    made = open_office(tmp_path)
    city(made, platforms={"portail": {"type": "portal", "folder": str(tmp_path / "portail")}})
    made.declare(
        columns={**COLUMNS, "numero": {"pseudonym": "sel", "basis": "CGCT, art. L2121-15"}},
        fields=[{"name": "numero", "type": "string"}, *FIELDS[1:]],
    )
    return made


def city(office: Office, **changes: Any) -> None:
    path = office.desk.include / "city.yaml"
    document = {**yaml.safe_load(path.read_text(encoding="utf-8")), **changes}
    document["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")


def connection(password: str) -> str:
    return json.dumps({"conn_type": "generic", "password": password})


def run(office: Office, **keys: str) -> Said:
    said = office.aqueduc("run", "jeu", **{"AIRFLOW_CONN_SEL": connection(SECRET), **keys})
    assert said.code == 0, said.all
    return said


def ledger(office: Office) -> list[tuple[str, str]]:
    store = office.desk.place.store
    entries = [store.read_json(key) for key in store.list_ledger_entry_keys("jeu")]
    return [(entry["kind"], entry["revision"]) for entry in entries]


def test_a_key_of_pseudonyms_costs_one_revision(office: Office, tmp_path: Path) -> None:
    run(office)
    run(office)
    said = office.aqueduc("key", "pseudonym", str(tmp_path / "sel.txt"))
    secret = (tmp_path / "sel.txt").read_text(encoding="ascii")
    assert (tmp_path / "sel.txt").stat().st_mode & 0o777 == 0o600
    assert "connexion « sel » ; en changer coûte une révision à jeu" in said.out
    assert len(secret) == 64 and secret not in said.all
    for _run in range(2):
        run(office, AIRFLOW_CONN_SEL=connection(secret))
    kinds, revisions = zip(*ledger(office), strict=True)
    assert kinds == ("certificate", "unchanged", "certificate", "unchanged")
    assert revisions[0] == revisions[1] != revisions[2] == revisions[3]


def test_a_key_that_signs_costs_none_and_both_verify(office: Office, tmp_path: Path) -> None:
    privates, publics = [], []
    for rank in (1, 2):
        file = tmp_path / f"cle{rank}.pem"
        publics.append(office.aqueduc("key", "signing", str(file), "--json").json["public"])
        privates.append(connection(file.read_text(encoding="ascii")))
        city(office, signing={"connection": "signature", "keys": list(publics)})
        run(office, AIRFLOW_CONN_SIGNATURE=privates[-1])
    kinds, revisions = zip(*ledger(office), strict=True)
    # city.yaml is part of what is compared: it is read again, and the same revision is certified.
    assert len(set(revisions)) == 1, kinds
    assert office.aqueduc("verify", "jeu").code == 0
    listed = office.aqueduc("key", "--json").json["keys"]
    assert listed["signing"]["connection"] == "signature" and len(listed["signing"]["ids"]) == 2
    city(office, signing={"connection": "signature", "keys": publics[1:]})
    forgotten = office.aqueduc("verify", "jeu")
    assert forgotten.code == 1
    assert "signée par une clé que city.yaml ne connaît pas" in " ".join(forgotten.out.split())


def test_the_vault_is_tried_and_left_as_it_was(office: Office, tmp_path: Path) -> None:
    before = office.remains()
    said = office.aqueduc("key", "vault")
    assert said.code == 0
    assert "écrit, relu et détruit" in said.out
    assert office.remains() == before
    (tmp_path / "barre").write_text("", encoding="utf-8")
    closed = office.aqueduc("key", "vault", AQUEDUC_VAULT=(tmp_path / "barre").as_uri())
    assert closed.code == 1
    assert "ne peut pas être écrit" in closed.err


@pytest.mark.parametrize("as_json", [False, True])
def test_a_vault_that_gives_back_something_else_does_not_open(
    office: Office, monkeypatch: pytest.MonkeyPatch, as_json: bool
) -> None:
    for name in ("AQUEDUC_INCLUDE", "AQUEDUC_STORE", "AQUEDUC_VAULT"):
        monkeypatch.setenv(name, office.environment[name])
    before = office.remains()
    monkeypatch.setattr(Vault, "read", lambda _vault, _key: b"autre")
    with pytest.raises(StoreError, match="ne rend pas ce qui vient d'y être écrit"):
        key._check_vault_access(as_json=as_json)
    assert office.remains() == before


def test_all_are_shown_with_what_they_cost(office: Office) -> None:
    assert office.aqueduc("key", "corrections").code == 0
    said = office.aqueduc("key")
    assert said.code == 0
    for words in (
        "signature : aucune",
        "pseudonymes : connexion « sel » ; en changer coûte une révision à jeu",
        "corrections : dans le coffre ; 0 clé d'avant",
        "Aqueduc ne le chiffre pas",
        "aucune révision : la signature, les corrections, le coffre",
    ):
        assert words in " ".join(said.out.split())


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("signing",), "demande le fichier où écrire la clé : aqueduc key signing cle.txt"),
        (("pseudonym",), "demande le fichier"),
        (("corrections", "cle.txt"), "n'écrit aucun fichier"),
        (("coffre",), "coffre"),
    ],
)
def test_what_makes_no_sense_is_said(office: Office, arguments: tuple[str, ...], words: str) -> None:
    said = office.aqueduc("key", *arguments)
    assert said.code == 2
    assert words in " ".join(said.err.split())
