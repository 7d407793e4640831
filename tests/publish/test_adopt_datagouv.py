"""Records that people made on a udata are taken over, and known by their ids ever after."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox import datagouv as datagouv_of
from sandbox.datagouv import Udata
from sandbox.datagouv.real import RealUdata
from sandbox.datagouv.server import KEY, ORGANISATION
from tests.publish.adopting import (
    PERSON,
    Adoption,
    csv_text,
    geojson_text,
    open_adoption_office,
    parquet_bytes,
    people_text,
    places_text,
)
from tests.publish.showcase import served


@dataclass(frozen=True)
class HandMadeRecords:
    """What somebody makes by hand in ``organisation`` of the udata at ``url``, by its API."""

    url: str
    key: str
    organisation: str

    def call(self, method: str, path: str, **content: Any) -> Any:
        answer = httpx.request(
            method, f"{self.url}/api/1/{path}", headers={"X-API-KEY": self.key}, timeout=60, **content
        )
        assert answer.is_success, answer.text
        return answer.json()

    @property
    def datasets(self) -> dict[str, dict[str, Any]]:
        found = self.call("GET", f"organizations/{self.organisation}/datasets/?page_size=100")
        return {one["id"]: self.call("GET", f"datasets/{one['id']}/") for one in found["data"]}

    def make_record(self, title: str, **fields: Any) -> dict[str, Any]:
        said = {"title": title, "description": f"Ce que contient « {title} »."}
        record: dict[str, Any] = self.call(
            "POST", "datasets/", json={**said, "organization": self.organisation, **fields}
        )
        return record

    def add_file(self, record: str, name: str, data: bytes, **fields: Any) -> str:
        made = self.call("POST", f"datasets/{record}/upload/", files={"file": (name, data)})
        if fields:
            self.call(
                "PUT", f"datasets/{record}/resources/{made['id']}/", json={**made, "title": name, **fields}
            )
        return str(made["id"])

    def add_link(self, record: str, url: str) -> str:
        said = {"title": "Ailleurs", "url": url, "filetype": "remote", "format": "csv", "type": "main"}
        return str(self.call("POST", f"datasets/{record}/resources/", json=said)["id"])


@pytest.fixture
def contract() -> Iterator[Udata]:
    with datagouv_of.serving() as server:
        yield server


@pytest.fixture(params=["contract", "real_udata"])
def udata(request: pytest.FixtureRequest) -> HandMadeRecords:
    """The contract server, and udata itself: there, an organisation of which nobody else publishes."""
    there: Udata | RealUdata = request.getfixturevalue(request.param)
    if isinstance(there, Udata):
        return HandMadeRecords(there.url, KEY, ORGANISATION)
    return HandMadeRecords(there.url, there.keys["admin"], there.other)


@pytest.fixture
def city(tmp_path: Path, udata: HandMadeRecords) -> Adoption:
    extra = {"organisation": udata.organisation}
    connection = {"conn_type": "datagouv", "host": udata.url, "password": udata.key, "extra": extra}
    platforms = {"national": {"type": "datagouv", "connection": "national"}}
    return open_adoption_office(tmp_path, {"AIRFLOW_CONN_NATIONAL": json.dumps(connection)}, platforms)


EIGHT: dict[str, dict[str, Any]] = {
    "Arbres d'alignement": {"license": "odc-odbl", "frequency": "monthly", "tags": ["arbre", "ville-verte"]},
    "Sans licence": {"frequency": "unknown"},
    "Fontaines publiques": {"license": "lov2", "frequency": "annual"},
    "Servi d'ailleurs": {"license": "lov2", "frequency": "daily"},
    "Œuvres de l'été : l'Étang": {"license": "cc-by", "frequency": "weekly", "acronym": "ŒÉ"},
    "Pas encore public": {"license": "lov2", "frequency": "daily", "private": True},
    "Fichier abîmé": {"license": "fr-lo", "frequency": "biennial"},
    "Inscrits aux ateliers": {"license": "lov2", "frequency": "monthly", "extras": {"projet": "ateliers"}},
}


@pytest.mark.end_to_end
def test_eight_records_are_taken_over(udata: HandMadeRecords, city: Adoption, tmp_path: Path) -> None:
    made = {title: udata.make_record(title, **said) for title, said in EIGHT.items()}
    arbres, sans, fontaines, ailleurs, oeuvres, prive, abime, inscrits = (
        one["slug"] for one in made.values()
    )
    files = {
        arbres: csv_text(14).encode(),
        sans: csv_text(20, comma=";").encode("cp1252"),
        fontaines: places_text(12).encode(),
        ailleurs: csv_text(9).encode(),
        oeuvres: parquet_bytes(8),
        prive: csv_text(7).encode(),
        abime: b"%PDF-1.7 \x00\x01 pas un tableau",
        inscrits: people_text(40).encode(),
    }
    suffixes = {oeuvres: "parquet"}
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "ailleurs.csv").write_bytes(files[ailleurs])
    with served(tmp_path / "web") as address:
        kept = {
            slug: udata.add_link(slug, f"{address}/ailleurs.csv")
            if slug == ailleurs
            else udata.add_file(slug, f"{slug}.{suffixes.get(slug, 'csv')}", data)
            for slug, data in files.items()
        }
        geojson = udata.add_file(fontaines, "fontaines.geojson", geojson_text(12).encode())
        notice = udata.add_file(arbres, "notice.zip", b"PK notice", type="documentation")
        before = deepcopy(udata.datasets)
        said = city.adopt("--all")
        assert said.code == 0, said.all
        assert udata.datasets == before, "nothing is written there"
        assert PERSON not in said.all
        _check_the_drafts(city, (arbres, sans, abime, prive, oeuvres))
        for slug, data in files.items():
            assert any("d'où viennent ces lignes" in one for one in city.refusals(slug))
            given = {abime: csv_text(6).encode(), oeuvres: b"code,compte\nQ000,0\nQ001,1\n"}.get(slug, data)
            _decide(city, slug, given, sans)
            assert city.refusals(slug) == []
        for slug in files:
            city.publish(slug)
        for title, record in made.items():
            _check_what_stays(udata, before[record["id"]], title)
    assert {one["id"] for one in udata.datasets[made["Fontaines publiques"]["id"]]["resources"]} == {
        kept[fontaines],
        geojson,
    }
    (document,) = [
        one for one in udata.datasets[made["Arbres d'alignement"]["id"]]["resources"] if one["id"] == notice
    ]
    assert document in before[made["Arbres d'alignement"]["id"]]["resources"]
    for slug in files:
        city.publish(slug)
    assert len(udata.datasets) == len(EIGHT), "no other record was made"


def _check_the_drafts(city: Adoption, slugs: tuple[str, ...]) -> None:
    arbres, sans, abime, prive, oeuvres = map(city.document, slugs)
    assert (arbres["licence"], arbres["cadence"]) == ("odc-odbl", "monthly")
    assert arbres["keywords"] == ["arbre", "ville-verte"]
    assert sans["licence"].startswith("à décider : la fiche dit « notspecified »")
    assert sans["cadence"].startswith("à décider : la fiche dit « unknown »")
    assert abime["licence"].startswith("à décider : la fiche dit « fr-lo »"), "never another version of it"
    assert abime["cadence"].startswith("à décider : la fiche dit « biennial »")
    assert abime["columns"].startswith("à décider")
    assert prive["access"].endswith("— open"), "its files could be read by who knows their addresses"
    assert oeuvres["publish"]["formats"] == ["parquet"]
    assert list(oeuvres["columns"]) == ["code", "compte"]
    assert (oeuvres["title"], oeuvres["licence"]) == ("Œuvres de l'été : l'Étang", "cc-by")


def _decide(city: Adoption, slug: str, data: bytes, sans: str) -> None:
    city.drop(f"{slug}.csv", data)
    source: dict[str, Any] = {"file": "depot", "path": f"{slug}.csv"}
    if slug == sans:
        source |= {"encoding": "cp1252", "delimiter": ";", "decimal": ","}
    answers = {"libellé": "publish"}
    if 'columns: "à décider' in city.text(slug):
        names = next(csv.reader([data.decode().split("\n")[0]]))
        answers["columns"] = json.dumps(dict.fromkeys(names, "publish"), ensure_ascii=False)
        city.write_schema(slug, [{"name": one, "type": "string"} for one in names])
    city.decide(slug, source, **answers)


def _check_what_stays(udata: HandMadeRecords, before: dict[str, Any], title: str) -> None:
    after = udata.datasets[before["id"]]
    for same in ("id", "slug", "title", "organization", "acronym", "deleted"):
        assert after[same] == before[same], (title, same)
    assert {name: after["extras"].get(name) for name in before["extras"]} == before["extras"]
    was = {one["id"]: one for one in before["resources"]}
    now = {one["id"]: one for one in after["resources"]}
    assert was.keys() == now.keys(), title
    for identifier, one in was.items():
        answer = httpx.get(f"{udata.url}/api/1/datasets/r/{identifier}", follow_redirects=True)
        assert answer.status_code == 200, (title, "its permalink still leads to it")
        if one["filetype"] == "remote":
            assert now[identifier]["url"] == one["url"]
