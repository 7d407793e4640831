"""``withdraw``: out of the public and proved, then back; and what is refused, with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from aqueduc.certify.signature import generate_signing_key_pair
from tests.cli.office import Office, nobody_in, open_office, people

WHO = ("--by", "Jeanne Martin", "--requester", "la direction des sports", "--reason", "opposition")
LIFT = ("--lift", "--by", "Jeanne Martin", "--reason", "erreur")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Which publishes on a portal of its own."""
    made = open_office(tmp_path)
    path = made.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["platforms"] = {
        "portail": {"type": "portal", "folder": str(tmp_path / "portail"), "convention": True}
    }
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    return made


def online(office: Office) -> bool:
    return (office.desk.include.parent / "portail" / "jeux" / "jeu" / "jeu.csv").is_file()


@pytest.mark.end_to_end
def test_withdrawn_held_and_lifted(office: Office) -> None:
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    before = office.aqueduc("restore", "jeu", "--json").json["current"]
    done = office.aqueduc("withdraw", "jeu", *WHO)
    assert done.code == 0, done.all
    assert "jeu : retiré par Jeanne Martin le" in done.out and "vérifié fermé aux visiteurs le" in done.out
    assert "withdrawals/jeu.txt" in done.out
    assert not online(office)
    assert "jeu : retiré par Jeanne Martin" in office.aqueduc("withdraw").out
    (listed,) = (line for line in office.aqueduc("list").out.splitlines() if line.startswith("jeu "))
    assert listed.split()[1] == "retiré" and "ouvert" not in listed
    for command in (
        ("run", "jeu"),
        ("run", "jeu", "--force"),
        ("restore", "jeu", "--revision", before, "--by", "J", "--reason", "r"),
    ):
        held = office.aqueduc(*command)
        assert (held.code, online(office)) == (1, False)
        assert "[jeu-retire]" in held.err and "aqueduc withdraw jeu --lift" in held.err
    assert office.aqueduc("verify", "jeu").code == 0
    again = office.aqueduc("withdraw", "jeu", *WHO)
    assert (
        again.code == 1
        and "Le retrait de ce jeu est déjà décidé, par Jeanne Martin (opposition)." in again.err
    )
    assert office.aqueduc("withdraw", "jeu", "--json").json["datasets"][0]["proved"]
    lifted = office.aqueduc("withdraw", "jeu", *LIFT)
    assert (
        lifted.code == 0
        and "jeu : retrait levé ; s'il a quitté la ligne, le jeu y revient à la prochaine publication."
        in lifted.out
    )
    assert not online(office)
    assert office.aqueduc("run", "jeu").code == 0 and online(office)
    assert office.aqueduc("restore", "jeu", "--json").json["current"] == before
    assert nobody_in(done.all + held.all + again.all)


@pytest.mark.end_to_end
def test_all_of_them(office: Office) -> None:
    office.drop(people(80))
    office.aqueduc("run", "jeu")
    asked = office.aqueduc("withdraw", "--all", *WHO)
    assert asked.code == 2 and "--all demande confirmation : ajouter --yes." in asked.err
    assert online(office)
    done = office.aqueduc("withdraw", "--all", "--yes", *WHO, "--json")
    assert [one["proved"] for one in done.json["datasets"]] == [True] and not online(office)
    assert office.aqueduc("withdraw", "--all", "--yes", *LIFT).code == 0
    assert office.aqueduc("withdraw").err.strip() == "Aucun jeu n'est retiré."


def test_of_one_that_was_never_published_nothing_is_said_to_be_gone(office: Office) -> None:
    done = office.aqueduc("withdraw", "jeu", *WHO)
    assert done.code == 0, done.all
    for said in (done.out, office.aqueduc("withdraw").out):
        assert "; rien n'en avait été publié" in said and "disparu" not in said
        assert "Lettre à la Région" not in said


def test_a_day_to_come(office: Office) -> None:
    office.drop(people(80))
    office.aqueduc("run", "jeu")
    done = office.aqueduc("withdraw", "jeu", *WHO, "--on", "2199-01-01")
    assert done.code == 0 and "à retirer, décidé par Jeanne Martin" in done.out
    assert online(office) and office.aqueduc("run", "jeu", "--force").code == 0


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("jeux", *WHO), "Aucun jeu « jeux » n'est déclaré ni publié."),
        (("jeu", *WHO, "--on", "2020-01-01"), "La date d'effet (01/01/2020) est passée."),
        (("jeu", "--by", "Jeanne Martin"), "cela demande qui, pour qui et pourquoi"),
        (("jeu",), "« jeu » n'est pas retiré."),
        (("jeu", *LIFT), "« jeu » n'est pas retiré."),
        (("jeu", "--lift"), "cela demande qui et pourquoi"),
        (("jeu", "--all", *WHO), "nommer des jeux, ou demander --all"),
    ],
)
def test_what_makes_no_sense_is_said(office: Office, arguments: tuple[str, ...], said: str) -> None:
    done = office.aqueduc("withdraw", *arguments)
    assert done.code in (1, 2) and said in done.err, done.all


def test_where_people_are_named_a_key_says_who_decides(office: Office) -> None:
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    private, public = generate_signing_key_pair()
    city["people"] = {"jmartin": {"name": "Jeanne Martin", "roles": ["signatory"], "key": public}}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    done = office.aqueduc("withdraw", "jeu", "--by", "Un Passant", *WHO[2:])
    assert done.code == 1 and "Personne n'est déclaré sous le nom « Un Passant »." in done.err
    unsigned = office.aqueduc("withdraw", "jeu", "--by", "jmartin", *WHO[2:])
    assert unsigned.code == 1 and "« decision »" in unsigned.err
    key = json.dumps({"conn_type": "generic", "password": private})
    done = office.aqueduc("withdraw", "jeu", "--by", "jmartin", *WHO[2:], AIRFLOW_CONN_DECISION=key)
    assert done.code == 0, done.all
    (mark,) = office.aqueduc("withdraw", "--json").json
    assert (mark["by"], mark["identified"]) == ("Jeanne Martin", "key") and mark["envelope"]["signatures"]


def rename(office: Office, former: str, name: str) -> None:
    datasets = office.desk.include / "datasets"
    text = (datasets / f"{former}.yaml").read_text(encoding="utf-8")
    (datasets / f"{former}.yaml").unlink()
    (datasets / f"{name}.yaml").write_text(f"{text}moved_from: {former}\n", encoding="utf-8")


@pytest.mark.end_to_end
def test_renamed_and_withdrawn_before_its_next_run_leaves_its_former_address(office: Office) -> None:
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0 and online(office)
    rename(office, "jeu", "neuf")
    done = office.aqueduc("withdraw", "neuf", *WHO)
    assert done.code == 0, done.all
    assert not online(office)
    assert office.aqueduc("verify", "neuf").code == 0


@pytest.mark.end_to_end
def test_withdrawn_then_renamed_is_lifted_under_its_new_name(office: Office) -> None:
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    assert office.aqueduc("withdraw", "jeu", *WHO).code == 0
    rename(office, "jeu", "neuf")
    held = office.aqueduc("run", "neuf")
    assert held.code == 1 and "aqueduc withdraw neuf --lift" in held.err
    lifted = office.aqueduc("withdraw", "neuf", *LIFT)
    assert lifted.code == 0, lifted.all
    assert office.aqueduc("run", "neuf").code == 0
    assert (office.desk.include.parent / "portail" / "jeux" / "neuf" / "neuf.csv").is_file()
    assert office.aqueduc("verify", "neuf").code == 0


@pytest.mark.end_to_end
def test_what_a_certificate_names_is_withdrawn_though_the_rest_is_forgotten(office: Office) -> None:
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    (office.store / "datasets" / "jeu" / "platforms" / "portail.json").unlink()
    done = office.aqueduc("withdraw", "jeu", *WHO)
    assert not online(office), done.all
    assert done.code == 0, done.all
    entries = sorted((office.store / "datasets" / "jeu" / "ledger").glob("*.json"))
    proof = json.loads(entries[-1].read_text(encoding="utf-8"))
    assert proof["kind"] == "withdrawn" and any(one["what"] == "file" for one in proof["asked"])


@pytest.mark.end_to_end
def test_two_datasets_with_a_ledger_each_do_not_become_one(office: Office) -> None:
    office.drop(people(80))
    office.declare("autre", title="Un autre jeu")
    assert office.aqueduc("run", "jeu").code == 0
    assert office.aqueduc("run", "autre").code == 0
    rename(office, "autre", "reste")
    (office.desk.include / "datasets" / "reste.yaml").unlink()
    path = office.desk.include / "datasets" / "jeu.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "moved_from: autre\n", encoding="utf-8")
    held = office.aqueduc("run", "jeu", "--force")
    assert held.code == 1 and "« jeu » a déjà son propre registre" in held.err
    assert "ôter « moved_from: »" in held.err and "si « autre » ne doit plus être en ligne" in held.err
    assert office.aqueduc("verify", "jeu").code == 0


@pytest.mark.end_to_end
def test_a_suspension_and_a_hold_follow_the_name(office: Office) -> None:
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    added = office.aqueduc(
        *("claim", "add", "--kind", "incident", "--what", "une colonne de trop", "--by", "Jeanne Martin"),
        *("--known", "2026-03-28T11:30", "--dataset", "jeu", "--suspend", "--hold"),
    )
    assert added.code == 0, added.all
    assert not online(office)
    rename(office, "jeu", "neuf")
    held = office.aqueduc("run", "neuf")
    assert held.code == 1 and "Ce jeu est suspendu" in held.err
    assert not (office.desk.include.parent / "portail" / "jeux" / "neuf" / "neuf.csv").exists()


def test_a_name_that_is_only_typed_opens_nothing_where_people_are_declared(office: Office) -> None:
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["people"] = {
        "jmartin": {"name": "Jeanne Martin", "email": "j@ville.example", "roles": ["signatory"]}
    }
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    for command in (
        ("restore", "jeu", "--revision", "abcdef0123", "--by", "fantome", "--reason", "essai"),
        ("restore", "jeu", "--lift", "--by", "fantome", "--reason", "essai"),
        ("claim", "close", "2026-001", "--by", "fantome", "--outcome", "rien"),
        ("convention", "--remove", "--by", "fantome", "--reason", "essai"),
    ):
        refused = office.aqueduc(*command)
        assert refused.code == 1 and "Personne n'est déclaré sous le nom « fantome »" in refused.err, command
    known = office.aqueduc("restore", "jeu", "--lift", "--by", "jmartin", "--reason", "essai")
    assert known.code == 1 and "Aucune clé publique n'est inscrite pour Jeanne Martin" in known.err
