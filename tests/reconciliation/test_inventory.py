"""The list of what a platform really has: read there, in every form, and not from the declarations."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aqueduc.publish.platform import get_platform_settings
from aqueduc.reconciliation.inventory import read_platform_inventory
from aqueduc.record.inventory import PlatformInventory, render_inventory_files
from aqueduc.record.scdl import COLUMNS as SCDL_COLUMNS
from tests.publish.everywhere import open_bench
from tests.publish.publishing import Bench, rows
from tests.reconciliation.towns import Town, open_portal_town
from tests.withdrawal.withdrawing import leave

FORMS = {
    "liste-scdl.csv",
    "liste.json",
    "liste.html",
    "courriel.txt",
    "liste.jsonld",
    "liste.ttl",
    "liste.rdf",
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_portal_town(tmp_path, ("arbres", "bancs")) as made:
        yield made


def read(town: Town, platform: str = "portail") -> PlatformInventory:
    settings = get_platform_settings(platform, town.desk.city)
    return read_platform_inventory(
        settings, town.declarations(), town.desk.city, town.desk.place, sleep=lambda _: None
    )


def render(town: Town) -> dict[str, str]:
    files = render_inventory_files(read(town), town.desk.city)
    return {name: data.decode() for name, data in files.items()}


def scdl(files: dict[str, str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["liste-scdl.csv"])))


def test_what_is_there_in_every_form(town: Town) -> None:
    files = render(town)
    assert set(files) == FORMS
    (first, second) = scdl(files)
    assert tuple(first) == SCDL_COLUMNS
    assert all(first.values())
    assert (first["ID"], first["TITRE"], first["FORMAT_RESSOURCES"]) == ("arbres", "Jeu arbres", "csv")
    assert second["MOTS_CLES"] == "bancs"
    listed = json.loads(files["liste.json"])["datasets"]
    assert [(one["dataset"], one["visible"], one["altered"]) for one in listed] == [
        ("arbres", True, False),
        ("bancs", True, False),
    ]
    for words in (
        "Jeu arbres — en ligne",
        "En tout : 2 (en ligne : 2, cachés : 0)",
    ):
        assert words in files["courriel.txt"]
    assert "Jeu bancs" in files["liste.html"]
    assert "article 8" not in (files["courriel.txt"] + files["liste.html"]).lower()
    assert "chef@region.example" not in files["courriel.txt"], (
        "the convention does not bind the city's portal"
    )
    graph = json.loads(files["liste.jsonld"])["@graph"]
    assert sum(node.get("@type") == "dcat:Dataset" for node in graph) == 2


def test_what_the_convention_binds_is_told_to_the_region(town: Town) -> None:
    town.city_file(platforms={"portail": {"type": "portal", "folder": str(town.folder), "convention": True}})
    files = render(town)
    assert "Comme le prévoit l'article 8 de la convention, voici la liste" in files["courriel.txt"]
    assert "À : chef@region.example" in files["courriel.txt"]
    assert "Article 8 de la convention : une liste à tout moment" in files["liste.html"]


def test_it_is_what_the_platform_has_and_not_what_is_declared(town: Town) -> None:
    town.undeclare("arbres")
    town.fiche("bancs", lambda document: document["fiche"].update(title="Une main", keywords=["une", "main"]))
    town.benches["bancs"].desk.dataset("neuf", **{**town.benches["bancs"].declared, "title": "Jeu neuf"})
    files = render(town)
    listed = {one["name"]: one for one in json.loads(files["liste.json"])["datasets"]}
    assert set(listed) == {"arbres", "bancs"}
    assert (listed["bancs"]["title"], listed["bancs"]["altered"]) == ("Une main", True)
    assert [(one["ID"], one["TITRE"], one["MOTS_CLES"]) for one in scdl(files)] == [
        ("bancs", "Une main", "main;une")
    ] or scdl(files)[0]["TITRE"] == "Une main"
    assert "modifié là-bas" in files["liste.html"]


def test_what_is_hidden_is_told_and_stands_in_no_catalogue(town: Town) -> None:
    town.fiche("bancs", lambda document: document.update(hidden=True))
    files = render(town)
    assert "caché" in files["courriel.txt"]
    assert [one["ID"] for one in scdl(files)] == ["arbres"]


def test_what_aqueduc_hid_itself_is_not_said_to_be_changed_there(town: Town) -> None:
    folder = town.folder / "jeux" / "bancs"
    kept = {name: (folder / name).read_bytes() for name in ("index.html", "fiche.json")}
    leave(town.benches["bancs"])
    (entry,) = [one for one in read(town).entries if one.dataset == "bancs"]
    assert (entry.visible, entry.altered, entry.title) == (False, False, "Jeu bancs")
    assert "modifié là-bas" not in render(town)["liste.html"]
    for name, data in kept.items():
        (folder / name).write_bytes(data)
    (entry,) = [one for one in read(town).entries if one.dataset == "bancs"]
    assert (entry.visible, entry.altered) == (True, True), "somebody shows it again"


def test_nothing_at_all_is_a_list_too(tmp_path: Path) -> None:
    with open_portal_town(tmp_path, ()) as empty:
        files = render(empty)
        assert "(aucun)" in files["courriel.txt"]
        assert scdl(files) == []


@pytest.mark.parametrize(
    "kind",
    ["datagouv", "onegeo", *(pytest.param(one, marks=pytest.mark.sandbox) for one in ("ckan", "idgo"))],
)
def test_every_platform_can_be_listed(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with open_bench(kind, tmp_path, request) as made:
        made.certified(rows(5))
        (name,) = made.dataset().publication.platforms
        town = Town(made.desk, Path("/"))
        found = read(town, name)
        (one,) = [entry for entry in found.entries if entry.dataset == made.slug]
        assert (one.visible, one.altered, one.title) == (True, False, made.dataset().title)
        assert [resource.format for resource in one.resources] == ["CSV"]
        assert_listed(made, render_inventory_files(found, made.desk.city))


def assert_listed(made: Bench, files: dict[str, Any]) -> None:
    assert made.slug in files["liste.jsonld"].decode()
    assert made.dataset().title in files["courriel.txt"].decode()
