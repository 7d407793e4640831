"""``reconcile`` at the prompt: what it shows, keeps and exits with."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from aqueduc.alert_queue import list_waiting_alerts
from tests.cli.office import Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A city with a portal of its own, whose dataset is published and certified."""
    made = open_office(tmp_path)
    city = made.desk.include / "city.yaml"
    document = yaml.safe_load(city.read_text(encoding="utf-8"))
    document["platforms"] = {"portail": {"type": "portal", "folder": str(tmp_path / "portail")}}
    document["defaults"]["platform"] = "portail"
    city.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    said = made.aqueduc("run", "jeu")
    assert said.code == 0, said.all
    return made


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
