"""``objection``: a person's rows leave what is published, its former copies, and every later revision."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import yaml

from aqueduc.alert_queue import list_waiting_alerts
from aqueduc.anonymise.objections import Objection, replace_objections, store_objections_to_enforce
from aqueduc.cli.objection import describe_objection_lift
from tests.cli import office as town
from tests.cli.office import SURNAMES, Office, Said, nobody_in, open_office

pytestmark = pytest.mark.end_to_end

WHO = ("--by", "Jeanne Martin", "--reason", "demande du 3 mars")


def people(count: int) -> list[dict[str, str]]:
    """Whose numbers tell nothing of who is missing."""
    return [{**row, "numero": f"D{rank * 7919 % 9973:04}"} for rank, row in enumerate(town.people(count))]


HER_NUMBER = people(40)[3]["numero"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Which publishes on a portal of its own that keeps former files, with people kept apart by an address."""
    made = open_office(tmp_path)
    path = made.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    portal = {"type": "portal", "folder": str(tmp_path / "portail"), "former_days": 30}
    city["platforms"] = {"portail": portal}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    return made


def ask(office: Office, *arguments: str, typed: str = "") -> Said:
    return office.answer(typed, "objection", "jeu", *arguments)


def numbers(office: Office) -> list[str]:
    file = office.desk.include.parent / "portail" / "jeux" / "jeu" / "jeu.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        return [row["numero"] for row in csv.DictReader(opened)]


def everything_public(office: Office) -> bytes:
    return b"".join(
        path.read_bytes()
        for path in (office.desk.include.parent / "portail").rglob("*")
        if path.is_file() and path.suffix in (".csv", ".json", ".html")
    )


def test_a_person_leaves_for_good(office: Office) -> None:
    """Chosen by an address, which never leaves the city; her rows are known by their numbers."""
    rows = people(400)
    office.drop(rows)
    assert office.aqueduc("run", "jeu").code == 0
    rows[5]["montant"] = "999.50"
    office.drop(rows)
    assert office.aqueduc("run", "jeu").code == 0
    hers = rows[7]
    assert hers["numero"].encode() in everything_public(office)

    done = ask(office, "--column", "adresse", *WHO, typed=hers["adresse"] + "\n")
    assert done.code == 0, done.all
    assert "Opposition n° 1 enregistrée" in done.out
    assert "Republié sans ce que désignent les oppositions (1 ligne au total)" in done.out
    assert hers["numero"] not in numbers(office)
    assert hers["numero"].encode() not in everything_public(office), "nor in a former copy"

    rows[9]["montant"] = "998.50"
    office.drop(rows)
    again = office.aqueduc("run", "jeu")
    assert again.code == 0, again.all
    assert hers["numero"] not in numbers(office), "nor in any later revision"
    shown = office.aqueduc("show", "jeu", "--json").json
    certificate = json.loads((office.store / shown["current"]["certificate"]).read_text(encoding="utf-8"))
    assert certificate["objected"] == 1
    balance = certificate["balance"]
    assert balance["published"] == len(numbers(office)) == 400 - balance["suppressed"]
    assert balance["suppressed"] > 1, "others stay, so that two revisions do not show who left"
    assert office.aqueduc("verify", "jeu").code == 0

    kept = b"".join(office.remains().values())
    assert hers["adresse"].encode() not in kept, "the vault keeps no list of people"
    assert nobody_in(done.all + again.all)


def test_the_region_is_told_that_rows_leave_what_the_convention_binds(office: Office) -> None:
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["platforms"]["portail"]["convention"] = True
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    office.drop(people(40))
    assert office.aqueduc("run", "jeu").code == 0
    hers = people(40)[3]["adresse"]
    assert ask(office, "--column", "adresse", *WHO, typed=f"{hers}\n").code == 0
    (alert,) = [one for one in list_waiting_alerts(office.desk.place.store) if one.audience == ("region",)]
    assert "La Ville retire des lignes de « Jeu d'essai » (convention, article 7.2)." in str(alert.what)
    assert "ne plus diffuser les copies" in str(alert.remedy) and hers not in f"{alert.what}{alert.remedy}"


def test_the_same_objection_again_is_the_same(office: Office) -> None:
    office.drop(people(40))
    assert office.aqueduc("run", "jeu").code == 0
    hers = people(40)[3]["adresse"]
    for _once in range(2):
        assert ask(office, "--column", "adresse", *WHO, typed=f" {hers} \n").code == 0
    listed = ask(office, "--json").json
    assert [one["number"] for one in listed["objections"]] == [1]
    assert not listed["pending"]


def test_a_period_leaves_and_comes_back_when_it_is_lifted(office: Office) -> None:
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    done = ask(office, "--column", "jour", "--from", "2024-01-01", "--to", "2024-12-31", *WHO)
    assert done.code == 0, done.all
    assert len(numbers(office)) == 40
    listed = ask(office).out
    assert "1 opposition en vigueur" in listed and "désignée par jour, du 2024-01-01 au 2024-12-31" in listed

    lifted = ask(office, "--lift", "1", *WHO)
    assert (
        lifted.code == 0 and "elle n'ôte plus ces lignes à partir de la prochaine publication" in lifted.out
    )
    assert office.aqueduc("run", "jeu").code == 0
    assert len(numbers(office)) == 80
    assert office.aqueduc("verify", "jeu").code == 0


def test_what_a_lift_brings_back_and_when(office: Office) -> None:
    """Windows made under the objection hold the publication, until all are made again; a link hid nothing."""
    dataset = office.desk.dataset("autre")
    assert "à partir de la prochaine publication" in str(describe_objection_lift(dataset))
    source = {"http": "mobilite", "path": "/x", "records": "lignes"}
    bounds = {"debut": "{window_start}", "fin": "{window_end}"}
    windowed = office.desk.dataset("autre", source={**source, "parameters": bounds}, cadence="monthly")
    assert "une fois tous les intervalles refaits" in str(describe_objection_lift(windowed))
    linked = office.desk.dataset("autre", source=source, publish={"mode": "index", "link": "/x"})
    assert "elle n'arrête plus les exécutions" in str(describe_objection_lift(linked))


def test_while_a_revision_is_put_back_online_its_end_is_named_first(office: Office) -> None:
    """A run would be refused until then."""
    office.drop(people(40))
    place, dataset = office.desk.place, office.desk.dataset("autre")
    person = Objection(("numero",), at="2026-03-03T10:00:00+00:00", id="une", digest="00", key="00")
    replace_objections(place.vault, dataset, [person])
    store_objections_to_enforce(place.store, "autre", [person], person.at)
    run = "lancer « aqueduc run autre --force »."
    assert f"là où elle est en ligne, {run}" in " ".join(office.aqueduc("objection", "autre").out.split())
    place.store.write_json("datasets/autre/restored.json", {"revision": "f" * 64})
    said = " ".join(office.aqueduc("objection", "autre").out.split())
    assert f"lever la remise en ligne (« aqueduc restore autre --lift »), puis {run}" in said


def test_a_revision_from_before_is_not_restored(office: Office) -> None:
    office.drop(people(40))
    assert office.aqueduc("run", "jeu").code == 0
    before = office.aqueduc("restore", "jeu", "--json").json["current"]
    assert ask(office, "--column", "numero", *WHO, typed=HER_NUMBER + "\n").code == 0
    refused = office.aqueduc("restore", "jeu", "--revision", before, *WHO)
    assert refused.code == 1
    assert "Une opposition en vigueur a été enregistrée depuis" in refused.err
    assert HER_NUMBER not in numbers(office)


def test_a_vault_that_lost_an_objection_publishes_nothing(office: Office) -> None:
    office.drop(people(40))
    assert office.aqueduc("run", "jeu").code == 0
    assert ask(office, "--column", "numero", *WHO, typed=HER_NUMBER + "\n").code == 0
    (office.vault / "objections" / "jeu.json").unlink()
    held = office.aqueduc("run", "jeu", "--force")
    assert held.code == 1
    assert "il manque au coffre des oppositions que le dépôt promet de respecter (1)" in held.err
    assert "restaurer le coffre (objections/)" in held.err
    assert HER_NUMBER not in numbers(office)


def test_a_vault_that_has_another_one_instead_publishes_nothing(office: Office) -> None:
    """A backup of the vault may have as many, and not the same."""
    office.drop(people(40))
    assert office.aqueduc("run", "jeu").code == 0
    registry = office.vault / "objections" / "jeu.json"
    assert ask(office, "--column", "numero", *WHO, typed=people(40)[9]["numero"] + "\n").code == 0
    before = registry.read_bytes()
    assert ask(office, "--lift", "1", *WHO).code == 0
    assert ask(office, "--column", "numero", *WHO, typed=HER_NUMBER + "\n").code == 0
    registry.write_bytes(before)
    held = office.aqueduc("run", "jeu", "--force")
    assert held.code == 1 and "il manque au coffre des oppositions" in held.err
    assert HER_NUMBER not in numbers(office)


def test_a_new_name_forgets_nobody_and_neither_does_the_next(office: Office) -> None:
    """As many renamings as one likes: an objection goes with the dataset, and can be lifted there."""
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    assert ask(office, "--column", "numero", *WHO, typed=HER_NUMBER + "\n").code == 0
    datasets = office.desk.include / "datasets"
    for former, name in (("jeu", "jeub"), ("jeub", "jeuc")):
        text = (datasets / f"{former}.yaml").read_text(encoding="utf-8")
        kept = "".join(line for line in text.splitlines(True) if not line.startswith("moved_from"))
        (datasets / f"{former}.yaml").unlink()
        (datasets / f"{name}.yaml").write_text(f"{kept}moved_from: {former}\n", encoding="utf-8")
        moved = office.aqueduc("run", name, "--force")
        assert moved.code == 0, moved.all
        assert HER_NUMBER.encode() not in everything_public(office)
    kept = (datasets / "jeuc.yaml").read_text(encoding="utf-8").replace("moved_from: jeub\n", "")
    (datasets / "jeuc.yaml").write_text(kept, encoding="utf-8")
    assert office.aqueduc("run", "jeuc", "--force").code == 0
    assert HER_NUMBER.encode() not in everything_public(office)
    listed = office.aqueduc("objection", "jeuc", "--json").json
    assert [one["columns"] for one in listed["objections"]] == [["numero"]]


def test_a_name_that_does_not_say_the_one_before_publishes_nothing(office: Office) -> None:
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    assert ask(office, "--column", "numero", *WHO, typed=HER_NUMBER + "\n").code == 0
    datasets = office.desk.include / "datasets"
    (datasets / "jeu.yaml").rename(datasets / "autre.yaml")
    held = office.aqueduc("run", "autre")
    assert held.code == 1 and "publiée sous le nom « jeu »" in held.err and "moved_from: jeu" in held.err
    with (datasets / "autre.yaml").open("a", encoding="utf-8") as file:
        file.write("moved_from: jeu\n")
    said = office.aqueduc("run", "autre", "--force")
    assert said.code == 0, said.all
    assert HER_NUMBER.encode() not in everything_public(office)


def test_an_objection_under_a_new_name_reaches_what_is_online_under_the_former(office: Office) -> None:
    office.drop(people(400))
    assert office.aqueduc("run", "jeu").code == 0
    datasets = office.desk.include / "datasets"
    (datasets / "jeu.yaml").rename(datasets / "autre.yaml")
    with (datasets / "autre.yaml").open("a", encoding="utf-8") as file:
        file.write("moved_from: jeu\n")
    done = office.aqueduc("objection", "autre", "--column", "numero", *WHO)
    assert done.code == 2, "no value was given"
    ran = office.answer(HER_NUMBER, "objection", "autre", "--column", "numero", *WHO)
    assert ran.code == 0, ran.all
    assert HER_NUMBER.encode() not in everything_public(office)


def test_rows_that_are_no_longer_found_are_told(office: Office) -> None:
    """They left the source, or it writes them otherwise: somebody looks."""
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    assert ask(office, "--column", "numero", *WHO, typed=HER_NUMBER + "\n").code == 0
    office.drop([row for row in people(80) if row["numero"] != HER_NUMBER])
    done = office.aqueduc("run", "jeu")
    assert done.code == 0, done.all
    report = office.aqueduc("report", "jeu", "--json").json
    (told,) = [one for one in report["items"] if one["code"] == "opposition-sans-ligne"]
    assert "n'en désignent plus aucune (1)" in told["message"] and "aqueduc objection" in told["remedy"]


def test_where_the_city_has_its_people_one_of_them_proves_to_be(office: Office) -> None:
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["people"] = {
        "jmartin": {"name": "Jeanne Martin", "email": "j.martin@ville.example", "roles": ["operator"]}
    }
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    office.drop(people(40))
    asked = ("--column", "numero", "--by", "jmartin", "--reason", "essai")
    refused = ask(office, *asked, typed=HER_NUMBER + "\n")
    assert refused.code == 1 and "Jeanne Martin n'a pas le rôle dpo" in refused.err
    unknown = ask(office, "--column", "numero", *WHO, typed=HER_NUMBER + "\n")
    assert unknown.code == 1 and "Personne n'est déclaré sous le nom « Jeanne Martin »" in unknown.err
    assert ask(office, "--json").json["objections"] == []


def test_a_column_that_is_computed_designates_nobody(office: Office) -> None:
    """Refused before a cell is asked for, with the columns of which it is made."""
    computed = {"identite": "concat(nom, ' ', adresse)"}
    office.declare(columns={**town.COLUMNS, "identite": "drop"}, computed=computed)
    refused = ask(office, "--column", "identite", *WHO, typed=f"{SURNAMES[0]}\n")
    assert refused.code == 1
    assert "« identite » est ajoutée aux lignes de la source" in refused.err
    assert "désigner ces lignes par une colonne de la source : « nom », « adresse »" in refused.err
    assert "Valeur de" not in refused.all and nobody_in(refused.all)
    assert ask(office, "--json").json["objections"] == []


def test_a_column_that_left_the_source_publishes_nothing(office: Office) -> None:
    office.drop(people(40))
    assert ask(office, "--column", "adresse", *WHO, typed=people(40)[3]["adresse"]).code == 0
    office.drop([{name: cell for name, cell in row.items() if name != "adresse"} for row in people(40)])
    columns = {"numero": "publish", "nom": "drop", "quartier": "publish", "montant": "publish"}
    office.declare(columns={**columns, "jour": {"generalise": "year", "as": "annee"}})
    held = office.aqueduc("run", "jeu")
    assert held.code == 1
    assert "« adresse » désigne des lignes à ne pas publier, et la source ne la donne plus" in held.err


def test_a_day_that_cannot_be_read_publishes_nothing(office: Office) -> None:
    rows = people(40)
    rows[3]["quartier"] = "Nord"
    office.drop(rows)
    assert ask(office, "--column", "quartier", "--from", "2024-01-01", "--to", "2024-12-31", *WHO).code == 0
    held = office.aqueduc("run", "jeu")
    assert held.code == 1
    assert (
        "« quartier » désigne une période à ne pas publier, et 40 lignes n'y ont pas de date lisible"
        in held.err
    )
    assert "AAAA-MM-JJ" in held.err


@pytest.mark.parametrize(
    "arguments, typed, words",
    [
        (("--column", "numero"), "", '--by "Prénom Nom" --reason'),
        (
            ("--column", "numero", *WHO[:2], "--reason", "appeler le 06 12 34 56 78"),
            "D0001",
            "Le motif semble citer une personne, une adresse, un numéro",
        ),
        (
            ("--column", "telephone", *WHO),
            "",
            "n'a pas de colonne déclarée telephone ; elle a : adresse, jour",
        ),
        (("--column", "numero", *WHO), "\n", "la valeur donnée pour « numero » est vide"),
        (("--column", "jour", "--from", "2024-01-01", *WHO), "", "son premier et son dernier jour"),
        (
            ("--column", "jour", "--from", "2024-02-01", "--to", "2024-01-01", *WHO),
            "",
            "le dernier jour de cette période précède le premier",
        ),
        (
            ("--column", "jour", "--column", "nom", "--from", "2024-02-01", "--to", "2024-03-01", *WHO),
            "",
            "une période se lit dans une seule colonne",
        ),
        (("--lift", "1"), "", '--by "Prénom Nom" --reason'),
        (("--lift", "3", *WHO), "", "Ce jeu n'a pas d'opposition n° 3"),
    ],
)
def test_what_makes_no_sense_is_said(
    office: Office, arguments: tuple[str, ...], typed: str, words: str
) -> None:
    said = ask(office, *arguments, typed=typed)
    assert said.code != 0
    assert words in " ".join(said.err.replace("│", " ").split()), said.all
    assert all(name not in said.all for name in SURNAMES)


def test_numbers_that_follow_each_other_would_show_who_left(office: Office) -> None:
    """The gate holds, and who decided is told that the row is online still."""
    office.drop(town.people(40))
    assert office.aqueduc("run", "jeu").code == 0
    held = ask(office, "--column", "numero", *WHO, typed="D0003\n")
    assert held.code == 1
    said = " ".join(held.err.split())
    assert "« numero » numérote les lignes" in said
    assert "ce qui est en ligne peut les montrer encore, car la republication est retenue" in said
    assert ask(office, "--json").json["pending"]
    assert "La dernière révision publiée date d'avant la dernière opposition" in ask(office).out
