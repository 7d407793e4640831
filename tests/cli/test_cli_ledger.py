"""``ledger``: a ledger whose head was lost publishes nothing until a named person seals it, and everything else goes on."""

from __future__ import annotations

import pytest

from tests.cli.office import Office, people
from tests.cli.test_cli_withdraw import LIFT, WHO, office, online

__all__ = ["office"]

pytestmark = pytest.mark.end_to_end

SEAL = ("ledger", "seal", "jeu", "--by", "Ada Martin", "--reason", "sauvegarde perdue")


def lose_head(office: Office) -> None:
    """Two publications, of which the head is lost, and a source that changed since."""
    for count in (80, 160, 240):
        office.drop(people(count))
        if count < 240:
            assert office.aqueduc("run", "jeu").code == 0
    office.desk.place.store.delete("datasets/jeu/heads")


def test_nothing_is_published_until_it_is_sealed(office: Office) -> None:
    lose_head(office)
    page = office.desk.include.parent / "portail" / "jeux" / "jeu" / "jeu.csv"
    before = page.read_bytes()
    held = office.aqueduc("run", "jeu")
    assert held.code == 1 and "[registre-contradictoire]" in held.err
    assert "il n'a pas de tête, et des entrées" in held.err and "aqueduc ledger seal jeu" in held.err
    assert page.read_bytes() == before
    said = office.aqueduc("verify", "jeu")
    assert said.code == 1 and "ROMPU" in said.out
    assert office.aqueduc("ledger", "seal", "autre", *SEAL[3:]).code == 2
    sealed = office.aqueduc(*SEAL)
    assert sealed.code == 0, sealed.all
    assert "Registre scellé par l'entrée r00000002.json : 1 branche, 0 entrée manquante" in sealed.out
    assert "rien à sceller" in office.aqueduc(*SEAL).err
    assert office.aqueduc("run", "jeu").code == 0 and page.read_bytes() != before
    verified = office.aqueduc("verify", "jeu")
    assert verified.code == 0, verified.all
    assert "par Ada Martin, après une contradiction (sauvegarde perdue)" in verified.out
    assert "registre scellé" in office.aqueduc("history", "jeu").out.lower()


def test_what_takes_off_the_public_goes_on_and_enters_after_the_seal(office: Office) -> None:
    lose_head(office)
    done = office.aqueduc("withdraw", "jeu", *WHO)
    assert done.code == 0, done.all
    assert not online(office)
    assert office.aqueduc("claim", "add", "--what", "un essai", "--by", "Ada Martin").code == 0
    refused = office.aqueduc("withdraw", "jeu", *LIFT)
    assert refused.code == 1 and "[registre-contradictoire]" in refused.err
    sealed = office.aqueduc(*SEAL, "--json")
    assert sealed.json["appended"] == 2 and sealed.json["refused"] == []
    kinds = [one["kind"] for one in office.aqueduc("history", "jeu", "--json").json["entries"]]
    assert sorted(kinds[-3:]) == ["seal", "withdrawal", "withdrawn"]
    assert office.aqueduc("verify").code == 0
    assert office.aqueduc("run", "jeu").code == 1, "it is withdrawn"
    assert office.aqueduc("withdraw", "jeu", *LIFT).code == 0
    assert office.aqueduc("run", "jeu").code == 0 and online(office)
