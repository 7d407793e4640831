"""Records that people made in IDGO, with the CKAN behind it, are taken over through IDGO."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sandbox import idgo as idgo_of
from sandbox.idgo import Idgo
from sandbox.region import Region
from tests.publish.adopting import (
    PERSON,
    Adoption,
    csv_text,
    geojson_text,
    open_adoption_office,
    people_text,
    places_text,
)
from tests.publish.publishing import HTTP
from tests.publish.showcase import served

pytestmark = pytest.mark.sandbox

COLUMNS = ("code", "libellé", "surface", "jour")
EIGHT: dict[str, dict[str, Any]] = {
    "arbres": {"license": "odc-odbl", "update_frequency": "monthly", "categories": "environnement-et-climat"},
    "marches": {"license": "other-at", "update_frequency": "unknown"},
    "fontaines": {"license": "lov2", "update_frequency": "annual"},
    "ailleurs": {"license": "lov2", "update_frequency": "continuously"},
    "oeuvres-de-l-ete": {"license": "cc-by", "update_frequency": "weekly"},
    "prive": {"license": "lov2", "update_frequency": "daily", "private": "True"},
    "abime": {"license": "lov2", "update_frequency": "realtime"},
    "inscrits": {"license": "lov2", "update_frequency": "monthly"},
}


class Hand:
    """Somebody of the city who makes records in IDGO's pages."""

    def __init__(self, region: Region, idgo: Idgo) -> None:
        self.region, self.url = region, idgo.url
        self.account = (region.editor_name, region.editor_password)
        self.tail = uuid4().hex[:8]

    def post(self, path: str, data: dict[str, Any], files: dict[str, Any] | None = None) -> httpx.Response:
        answer = httpx.post(f"{self.url}/{path}", auth=self.account, data=data, files=files, timeout=60)
        assert answer.status_code == 201, answer.text
        return answer

    def record(self, name: str, **fields: Any) -> str:
        slug = f"{name}-{self.tail}"
        base = {
            "organisation": self.region.organisation,
            "description": f"Ce que contient « {name} ».",
            "private": "False",
        }
        self.post("dataset/", {"name": slug, "title": f"Jeu {name} de l'été {self.tail}", **base, **fields})
        return slug

    def resource(self, record: str, title: str, kind: str, **source: Any) -> str:
        """``file``: a name and its bytes; ``referenced_url``: where it leads."""
        data = {"title": title, "format": kind, "lang": "french", "data_type": "raw", **source}
        file = data.pop("file", None)
        answer = self.post(f"dataset/{record}/resource/", data, {"up_file": file} if file else None)
        return answer.headers["Content-Location"].rstrip("/").rpartition("/")[2]

    def show(self, record: str) -> dict[str, Any]:
        """As the CKAN behind has it."""
        answer = HTTP.get(
            f"{self.region.url}/api/3/action/package_show",
            params={"id": record},
            headers={"Authorization": self.region.token},
        )
        found: dict[str, Any] = answer.json()["result"]
        return found


@pytest.fixture
def hand(region: Region) -> Iterator[Hand]:
    with idgo_of.serving(region) as idgo:
        yield Hand(region, idgo)


@pytest.fixture
def city(tmp_path: Path, region: Region, hand: Hand) -> Adoption:
    connection = {
        "conn_type": "idgo",
        "host": hand.url,
        "login": region.editor_name,
        "password": region.editor_password,
        "extra": {"ckan": region.url, "ckan_token": region.token},
    }
    platforms = {"datasud": {"type": "idgo", "connection": "datasud"}}
    return open_adoption_office(tmp_path, {"AIRFLOW_CONN_DATASUD": json.dumps(connection)}, platforms)


@pytest.mark.end_to_end
def test_eight_records_are_taken_over(hand: Hand, city: Adoption, tmp_path: Path) -> None:
    files = {
        "arbres": csv_text(14).encode(),
        "marches": csv_text(20, comma=";").encode("cp1252"),
        "fontaines": places_text(12).encode(),
        "ailleurs": csv_text(9).encode(),
        "oeuvres-de-l-ete": csv_text(8).encode(),
        "prive": csv_text(7).encode(),
        "abime": b"%PDF-1.7 \x00\x01 pas un tableau",
        "inscrits": people_text(40).encode(),
    }
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "ailleurs.csv").write_bytes(files["ailleurs"])
    with served(tmp_path / "www") as address:
        names = {name: hand.record(name, **said) for name, said in EIGHT.items()}
        kept = {
            name: hand.resource(slug, "Lien", "csv", referenced_url=f"{address}/ailleurs.csv")
            if name == "ailleurs"
            else hand.resource(slug, f"Fichier {name}", "csv", file=(f"{name}-2026.csv", files[name]))
            for name, slug in names.items()
        }
        beside = hand.resource(
            names["fontaines"], "Carte", "geojson", file=("carte.geojson", geojson_text(12).encode())
        )
        before = {name: hand.show(slug) for name, slug in names.items()}
        said = city.adopt(*names.values())
        assert said.code == 0, said.all
        assert PERSON not in said.all
        _check_the_drafts(city, names, kept)
        for name, slug in names.items():
            _decide(city, name, slug, csv_text(6).encode() if name == "abime" else files[name])
            assert city.refusals(slug) == []
        assert {name: hand.show(slug) for name, slug in names.items()} == before
        for slug in names.values():
            city.publish(slug)
        for name, slug in names.items():
            _check_what_stays(before[name], hand.show(slug), kept[name])
        assert {one["id"] for one in hand.show(names["fontaines"])["resources"]} == {
            kept["fontaines"],
            beside,
        }


def _check_the_drafts(city: Adoption, names: dict[str, str], kept: dict[str, str]) -> None:
    drafts = {name: city.document(slug) for name, slug in names.items()}
    assert (drafts["arbres"]["licence"], drafts["arbres"]["cadence"]) == ("odc-odbl", "monthly")
    assert drafts["arbres"]["theme"] == "ENVI"
    assert drafts["arbres"]["publish"]["adopts"]["datasud"] == {
        "record": names["arbres"],
        "resources": {"csv": kept["arbres"]},
    }
    assert "publique sous « other-at », qui est d'un accès restreint" in drafts["marches"]["licence"]
    assert drafts["ailleurs"]["publish"]["mode"].startswith("à décider")
    assert drafts["abime"]["cadence"].startswith("à décider : la fiche dit « realtime »")
    assert drafts["abime"]["columns"].startswith("à décider")
    assert drafts["prive"]["access"].endswith("same_organization | open")


def _decide(city: Adoption, name: str, slug: str, data: bytes) -> None:
    city.drop(f"{name}.csv", data)
    more = {"encoding": "cp1252", "delimiter": ";", "decimal": ","} if name == "marches" else {}
    answers = {"libellé": "publish", "licence": "lov2", "access": "open"}
    if name == "abime":
        answers["columns"] = json.dumps(dict.fromkeys(COLUMNS, "publish"), ensure_ascii=False)
        city.write_schema(slug, [{"name": one, "type": "string"} for one in COLUMNS])
    city.decide(slug, {"file": "depot", "path": f"{name}.csv", **more}, **answers)


def _check_what_stays(before: dict[str, Any], after: dict[str, Any], kept: str) -> None:
    for same in ("id", "name", "title", "version"):
        assert after.get(same) == before.get(same), same
    was = {one["id"]: one for one in before["resources"]}
    now = {one["id"]: one for one in after["resources"]}
    assert was.keys() == now.keys()
    assert kept in now
    for identifier, one in was.items():
        assert now[identifier]["url"] == one["url"]
