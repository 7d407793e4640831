"""``aqueduc claim``: noted, told and closed at the prompt, in the city's time."""

from __future__ import annotations

from tests.cli.office import SURNAMES, Office

ADD = ("claim", "add", "--kind", "incident", "--by", "Jeanne Martin", "--dataset", "jeu")


def test_one_is_noted_told_and_closed(office: Office) -> None:
    office.declare()
    said = office.aqueduc(
        *ADD,
        "--what",
        "une colonne de trop",
        "--known",
        "2026-03-28T11:30",
        "--personal",
        "--hold",
        "--origin",
        "citizen",
        "--json",
    )
    assert said.code == 0, said.all
    noted = said.json
    assert noted["known_at"] == "2026-03-28T10:30:00+00:00"
    assert noted["authority_deadline"] == "2026-03-31T10:30:00+00:00"
    number = noted["id"]
    shown = " ".join(office.aqueduc("claim", "list", number).out.split())
    assert "une colonne de trop" in shown
    assert "aucun avertissement de la CNIL n'est noté ; le délai a expiré le 31/03/2026 12:30" in shown
    assert (
        "aucune révision ni ligne rejetée de ces jeux n'expire" in shown and "origine : un citoyen" in shown
    )
    assert office.aqueduc("claim", "told", number, "--whom", "cnil", "--by", "Jeanne Martin").code == 0
    assert "CNIL avertie le" in office.aqueduc("claim").out
    closed = office.aqueduc(
        "claim", "close", number, "--by", "Paul Roux", "--outcome", "colonne ôtée", "--json"
    )
    assert closed.json["outcome"] == "colonne ôtée"
    assert f"{number} (incident, personal data), closed on" in office.aqueduc("--lang", "en", "claim").out
    verified = office.aqueduc("verify", "--json").json["ledgers"]
    assert [(one["dataset"], one["holds"], one["entries"]) for one in verified] == [("_convention", True, 3)]


def test_what_nobody_said_is_not_said_and_a_closed_one_asks_for_nothing(office: Office) -> None:
    office.declare()
    number = office.aqueduc(*ADD, "--what", "une colonne de trop", "--personal", "--json").json["id"]
    shown = office.aqueduc("claim", "list", number).out
    assert "CNIL à avertir avant le" in shown and "origine" not in shown
    assert office.aqueduc("claim", "list", number, "--json").json[0]["origin"] == ""
    office.aqueduc("claim", "close", number, "--by", "Paul Roux", "--outcome", "colonne ôtée")
    closed = office.aqueduc("claim", "list", number).out
    assert "à avertir" not in closed and "aucun avertissement de la CNIL n'est noté (délai" in closed


def test_what_is_wrong_is_said_and_nothing_is_noted(office: Office) -> None:
    office.declare()
    quoting = office.aqueduc(*ADD, "--what", f"M. {SURNAMES[0]} est dans le fichier")
    assert quoting.code == 1
    assert "semble citer une personne" in quoting.err
    assert SURNAMES[0] not in quoting.all
    assert office.aqueduc("claim", "close").code == 2
    assert "2026-001" in office.aqueduc("claim", "close").err
    unknown = office.aqueduc("claim", "close", "2026-009", "--by", "A B", "--outcome", "x")
    assert (unknown.code, "2026-009" in unknown.err) == (1, True)
    assert "Aucune réclamation ni incident n'est noté" in office.aqueduc("claim").err
    assert office.aqueduc("claim", "--json").json == []


def test_the_end_of_a_convention_is_acted_on_at_the_prompt_or_said_to_be_nothing(office: Office) -> None:
    assert "Rien à cacher ni à retirer" in office.aqueduc("convention", "--watch").err
    assert office.aqueduc("convention", "--remove").code == 2
    done = office.aqueduc("convention", "--remove", "--by", "A B", "--reason", "fin", "--json")
    assert done.json == {"done": [], "waiting": []}
