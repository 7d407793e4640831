"""``reconcile`` at the prompt: what it shows, keeps and exits with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from aqueduc.alert_queue import list_waiting_alerts
from tests.cli.office import Office, open_office


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A city with a portal of its own, whose dataset is published and certified."""
    root = tmp_path_factory.mktemp("ville")
    made = open_office(root)
    city = made.desk.include / "city.yaml"
    document = yaml.safe_load(city.read_text(encoding="utf-8"))
    document["platforms"] = {"portail": {"type": "portal", "folder": str(root / "portail")}}
    document["defaults"]["platform"] = "portail"
    city.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    said = made.aqueduc("run", "jeu")
    assert said.code == 0, said.all
    return made


@pytest.fixture
def office(published: Office) -> Iterator[Office]:
    """The same city for each test, put back as it was."""
    root = published.desk.include.parent
    kept = {
        path: path.read_bytes()
        for path in (*root.glob("portail/**/*"), root / "include/city.yaml")
        if path.is_file()
    }
    yield published
    for path, data in kept.items():
        path.write_bytes(data)
    for name in ("alerts", "reconciliations"):
        published.desk.place.store.delete(name)


def edit(office: Office) -> None:
    path = office.desk.include.parent / "portail" / "jeux" / "jeu" / "fiche.json"
    text = path.read_text(encoding="utf-8").replace('"title": "Jeu d\'essai"', '"title": "Une main"')
    assert "Une main" in text
    path.write_text(text, encoding="utf-8")


def test_a_sound_city_then_one_that_a_hand_has_changed(office: Office) -> None:
    said = office.aqueduc("reconcile")
    assert said.code == 0, said.all
    assert "Tout concorde" in said.out
    assert "1 jeu" in said.out
    edit(office)
    said = office.aqueduc("reconcile")
    assert said.code == 1
    for words in (
        "écart",
        "jeu",
        "portail",
        "son titre a été modifié à la main",
        "depuis le",
        "aqueduc run jeu",
    ):
        assert words in said.out
    assert "Une main" not in said.all
    (alert,) = list_waiting_alerts(office.desk.place.store)
    assert (alert.kind, alert.subject) == ("drift", "jeu")
    document = office.aqueduc("reconcile", "--json")
    assert document.code == 1
    assert set(document.json) == {"at", "city", "datasets", "platforms", "busy", "counts", "differences"}
    (one,) = document.json["differences"]
    assert (one["code"], one["gravity"], one["command"]) == ("titre-modifie", "drift", "aqueduc run jeu")


def test_one_dataset_alone_leaves_nothing_in_the_store(office: Office) -> None:
    edit(office)
    before = office.remains()
    said = office.aqueduc("reconcile", "jeu")
    assert said.code == 1
    assert office.remains() == before
    unknown = office.aqueduc("reconcile", "inconnu")
    assert unknown.code == 2
    assert "aucun jeu « inconnu »" in unknown.err


def test_a_platform_that_cannot_be_looked_at(office: Office) -> None:
    city = office.desk.include / "city.yaml"
    document = yaml.safe_load(city.read_text(encoding="utf-8"))
    document["platforms"]["region"] = {"type": "ckan", "connection": "absente"}
    city.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    said = office.aqueduc("reconcile")
    assert said.code == 3
    assert "sa connexion manque" in said.out


def test_the_list_of_what_is_online(office: Office) -> None:
    said = office.aqueduc("list", "--online")
    assert said.code == 0, said.all
    for words in ("jeu", "Jeu d'essai", "en ligne", "lov2", "CSV"):
        assert words in said.out
    folder = office.folder.parent / "liste"
    said = office.aqueduc("list", "--online", "--into", str(folder))
    assert said.code == 0, said.all
    assert {path.name for path in folder.iterdir()} >= {
        "liste.json",
        "liste.html",
        "courriel.txt",
        "liste.jsonld",
    }
    assert office.aqueduc("list", "--online", "--json").json["datasets"][0]["dataset"] == "jeu"
    mail = office.aqueduc("list", "--online", "--form", "mail").out
    assert "Voici la liste des jeux" in mail and "article 8" not in mail


@pytest.mark.parametrize(
    "arguments,told",
    [
        (("--form", "csv"), "vont avec --online"),
        (("--online", "--form", "pdf"), "une forme parmi : csv, json, dcat, html, mail"),
        (("--online", "--platform", "lune"), "aucune plateforme « lune » ; il y a : portail"),
        (("--online", "--form", "csv"), "« siret: » dans city.yaml"),
    ],
)
def test_a_list_that_cannot_be_made(office: Office, arguments: tuple[str, ...], told: str) -> None:
    said = office.aqueduc("list", *arguments)
    assert said.code == 2
    assert told in said.err
