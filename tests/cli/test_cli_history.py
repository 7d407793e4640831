"""``history``: the ledger entry by entry, and what was online on a day, as people and programs read it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from aqueduc.certify.ledger import append_ledger_entry
from tests.cli.office import Office
from tests.cli.test_cli_list_show import published

FILE = {"url": "https://datasud.example/jeu.csv", "sha256": "c" * 64, "bytes": 40}


def test_the_timeline(office: Office) -> None:
    published(office, "jeu", resources=(FILE,))
    said = office.aqueduc("history", "jeu")
    assert said.code == 0
    assert said.out == f"01/03/2026 05:05  {'r' * 12}  publié et certifié  (scheduled__1)\n"
    (entry,) = office.aqueduc("history", "jeu", "--json").json["entries"]
    assert (entry["kind"], entry["at"]) == ("certificate", "2026-03-01T04:05:06+00:00")


def test_what_was_online_on_a_day(office: Office) -> None:
    published(office, "jeu", resources=(FILE,))
    said = office.aqueduc("history", "jeu", "--on", "2026-03-02")
    assert said.code == 0
    for words in (
        "Révision rrrrrrrrrrrr, 38 lignes, accès public, licence lov2",
        "en ligne depuis le 01/03/2026 05:05",
        "encore en ligne",
        f"https://datasud.example/jeu.csv\n      sha256 {'c' * 64}",
    ):
        assert words in said.out
    document = office.aqueduc("history", "jeu", "--on", "2026-03-02", "--json").json
    assert document["from"] == "2026-03-01T23:00:00+00:00"
    assert document["online"][0]["files"][0]["sha256"] == "c" * 64


@pytest.mark.parametrize(
    "kind, first, then",
    [
        (
            "hidden",
            "cachée le 02/03/2026 05:05 : ses fichiers ont pu se lire",
            "la dernière était cachée depuis",
        ),
        ("withdrawn", "retirée du public le 02/03/2026 05:05", "il était retiré depuis le 02/03/2026 05:05"),
    ],
)
def test_how_it_ended_is_said_and_that_a_file_may_have_outlived_it(
    office: Office, kind: str, first: str, then: str
) -> None:
    published(office, "jeu", resources=(FILE,))
    moment = datetime(2026, 3, 2, 4, 5, 6, tzinfo=UTC)
    entry = {"kind": kind, "platforms": ["datasud"], "at": moment.isoformat(), "lecture": []}
    append_ledger_entry(office.desk.place.store, "jeu", "fin", moment, entry)
    assert first in office.aqueduc("history", "jeu", "--on", "2026-03-02").out
    assert then in office.aqueduc("history", "jeu", "--on", "2026-03-03").out


def test_one_that_was_replaced_says_that_its_file_may_have_been_read_still(office: Office) -> None:
    published(office, "jeu", resources=(FILE,))
    moment = datetime(2026, 3, 2, 4, 5, 6, tzinfo=UTC)
    other = {"kind": "certificate", "run": "r", "revision": "s" * 64, "served_at": moment.isoformat()}
    append_ledger_entry(
        office.desk.place.store, "jeu", "r", moment, {**other, "platform": "datasud", "lecture": []}
    )
    said = office.aqueduc("history", "jeu", "--on", "2026-03-01").out
    assert "remplacée le 02/03/2026 05:05 : ses fichiers ont pu se lire encore" in said


def append(office: Office, kind: str, day: int, **more: Any) -> None:
    moment = datetime(2026, 3, day, 4, 5, 6, tzinfo=UTC)
    entry = {"kind": kind, "at": moment.isoformat(), "lecture": [], **more}
    append_ledger_entry(office.desk.place.store, "jeu", f"r{day}", moment, entry)


@pytest.mark.parametrize(
    "kind, more", [("withdrawn", {}), ("hidden", {"platforms": ["datasud"], "removed": True})]
)
def test_what_was_hidden_is_withdrawn_once_that_is_verified(
    office: Office, kind: str, more: dict[str, Any]
) -> None:
    published(office, "jeu", resources=(FILE,))
    append(office, "hidden", 2, platforms=["datasud"])
    append(office, kind, 4, **more)
    for day in (3, 4):
        said = office.aqueduc("history", "jeu", "--on", f"2026-03-0{day}").out
        assert "cachée depuis le 02/03/2026 05:05 ; des fichiers ont pu" in " ".join(said.split())
    said = office.aqueduc("history", "jeu", "--on", "2026-03-05").out
    assert "Rien de ce jeu n'était en ligne le 05/03/2026 : il était retiré depuis le 04/03/2026" in said


def test_a_file_that_was_replaced_at_its_own_address_is_read_there_no_more(office: Office) -> None:
    published(office, "jeu", resources=(FILE,))
    moment = datetime(2026, 3, 2, 4, 5, 6, tzinfo=UTC)
    same = {"revision": "s" * 64, "platform": "datasud", "resources": [{**FILE, "sha256": "d" * 64}]}
    append(office, "certificate", 2, run="r", served_at=moment.isoformat(), **same)
    said = office.aqueduc("history", "jeu", "--on", "2026-03-01").out
    assert "remplacée le 02/03/2026 05:05\n" in said and "ont pu se lire" not in said


def test_a_link_has_the_digest_that_was_read_back(office: Office) -> None:
    link = {"url": "https://donnees.ville.example/jeu.csv", "sha256": None, "bytes": None}
    proof = {
        "what": "lien",
        "reader": "visiteur",
        "result": "lisible",
        "at": "",
        "sha256": "d" * 64,
        "bytes": 40,
    }
    published(office, "jeu", resources=(link, FILE), proofs=(proof,))
    said = office.aqueduc("history", "jeu", "--on", "2026-03-02")
    assert f"https://donnees.ville.example/jeu.csv\n      sha256 {'d' * 64} (lien, tel que relu)" in said.out
    assert f"https://datasud.example/jeu.csv\n      sha256 {'c' * 64}\n" in said.out


def test_nothing_was_online_yet(office: Office) -> None:
    published(office, "jeu")
    said = office.aqueduc("history", "jeu", "--on", "2026-02-28")
    assert said.code == 0
    assert "n'était encore en ligne le 28/02/2026" in said.out
    assert "du 01/03/2026 05:05" in said.out


@pytest.mark.parametrize(
    "arguments,code,told",
    [
        (["inconnu"], 2, "aucun jeu « inconnu »"),
        (["jeu", "--on", "31/12/2026"], 2, "31/12/2026"),
        (["jeu", "--on", "2200-01-01"], 2, "ce jour n'est pas encore venu."),
        (["jeu", "--on", "2026-02-29"], 2, "2026-02-29"),
        (["jeu"], 0, "« jeu » n'a encore rien publié"),
        (["jeu", "--on", "2026-01-01"], 0, "Rien de ce jeu n'a encore été publié"),
    ],
)
def test_what_cannot_be_told(office: Office, arguments: list[str], code: int, told: str) -> None:
    said = office.aqueduc("history", *arguments)
    assert said.code == code
    assert told in said.all


def test_a_ledger_that_does_not_verify_proves_nothing(office: Office) -> None:
    key = published(office, "jeu")
    store = office.desk.place.store
    store.write(key, (store.read(key) or b"").replace(b"lov2", b"odbl"))
    said = office.aqueduc("history", "jeu")
    assert said.code == 1
    assert "ce qui suit ne prouve rien" in said.err
