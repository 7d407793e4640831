"""What is known of OneGeo Suite's API, as its server in the sandbox holds to it, oddities included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from aqueduc.declaration import list_dataset_paths, load_city, load_dataset
from aqueduc.declaration.spec import PublicationMode
from sandbox import onegeo as onegeo_of
from sandbox.onegeo import PASSWORD, USER, USERGROUP, OneGeo, Ways
from sandbox.onegeo.lifecycle import OneGeoRegion, write_include

REPOSITORY = Path(__file__).resolve().parents[2]
RECORD: dict[str, Any] = {
    "codename": "lieux",
    "display_name": "Lieux d'essai",
    "description": "Des lieux.",
    "publish": True,
    "usergroup": USERGROUP,
    "tags": ["lieux"],
    "publication_date": "2026-01-05",
    "last_update_date": "2026-01-06",
}


@pytest.fixture
def site() -> Iterator[OneGeo]:
    with onegeo_of.serving() as there:
        yield there


@pytest.fixture
def http(site: OneGeo) -> Iterator[httpx.Client]:
    with signed(site) as client:
        yield client


def signed(site: OneGeo) -> httpx.Client:
    base = f"{site.url}/fr/"
    account = {"username": USER, "password": PASSWORD}
    token = httpx.post(f"{base}login/signin/", json=account).json()["token"]
    return httpx.Client(base_url=base, headers={"Authorization": f"JWT {token}"})


def packages(site: OneGeo) -> list[dict[str, Any]]:
    url = f"{site.url}/fr/indexer/service/ckan/api/3/action/package_search"
    answer = httpx.get(url, params={"q": 'organization:"ville-aix-en-provence"', "rows": 1000}).json()
    assert answer["help"].startswith("https://demo.ckan.org/")
    found: list[dict[str, Any]] = answer["result"]["results"]
    return found


def hits(site: OneGeo) -> list[dict[str, Any]]:
    asked = {"q": 'slug.keyword:"lieux" AND is_metadata:true'}
    found: list[dict[str, Any]] = httpx.get(f"{site.url}/fr/indexer/elastic/_search/", params=asked).json()[
        "hits"
    ]["hits"]
    return found


def attach(http: httpx.Client, dataset: int, codename: str, path: str, **link: Any) -> int:
    shell = {"codename": codename, "display_name": codename, "usergroup_id": USERGROUP}
    made = int(http.post("resource/resources/", json=shell).json()["id"])
    sent = {"resource_id": made, "href": f"https://ville.example/{codename}", **link}
    assert http.post(f"resource/{path}/", json=sent).status_code == 201
    attached = {"resource_id": made, "dataset_id": dataset, "publish": True, "type": 1}
    assert http.post("resource/resource-dataset/", json=attached).status_code == 201
    return made


def test_a_record_is_shown_as_the_facade_was_recorded(site: OneGeo, http: httpx.Client) -> None:
    made = http.post("dataset/datasets/", json=RECORD).json()
    assert made["detail_url"] == f"{site.url}/explorer/fr/jeux-de-donnees/lieux"
    geojson = http.get("resource/data-format/", params={"search": "geojson"}).json()["results"][0]["id"]
    attach(http, made["id"], "page", "href")
    attach(http, made["id"], "fichier", "file-download", dataformat_id=geojson)
    (shown,) = packages(site)
    assert (shown["name"], shown["title"], shown["extras"]) == ("lieux", "Lieux d'essai", [])
    assert shown["metadata_modified"] == "2026-01-06", "a bare date"
    assert shown["organization"]["id"] == str(USERGROUP)
    assert [one["hash"] for one in shown["resources"]] == [None] * 4
    assert [one["id"] for one in shown["resources"]][2:] == ["1099", "1099"], "one number for two services"
    (found,) = hits(site)
    assert [one.get("service") for one in found["_source"]["metadata-fr"]["link"]] == [None, None, "WFS"]
    assert httpx.get(made["detail_url"]).status_code == 200
    http.patch(f"dataset/datasets/{made['id']}/", json={"publish": False})
    assert (packages(site), hits(site)) == ([], [])
    assert httpx.get(made["detail_url"]).status_code == 404
    assert http.delete(f"dataset/datasets/{made['id']}/").status_code == 204
    assert http.delete(f"dataset/datasets/{made['id']}/").status_code == 404


@pytest.mark.parametrize(
    "changes, names",
    [
        ({"codename": "des blancs"}, {"codename"}),
        ({"codename": "x" * 101}, {"codename"}),
        ({"display_name": ""}, {"display_name"}),
        ({"last_update_date": "hier"}, {"last_update_date"}),
        ({"usergroup": 9}, {"usergroup"}),
    ],
)
def test_what_is_wrong_is_named(http: httpx.Client, changes: dict[str, Any], names: set[str]) -> None:
    answer = http.post("dataset/datasets/", json={**RECORD, **changes})
    assert answer.status_code == 400
    assert set(answer.json()) == names


def test_nobody_writes_without_a_token_nor_for_others(site: OneGeo, http: httpx.Client) -> None:
    url = f"{site.url}/fr/dataset/datasets/"
    assert httpx.post(url, json=RECORD).status_code == 401
    assert http.post("dataset/datasets/", json={**RECORD, "usergroup": 533}).status_code == 403
    site.expire()
    assert http.post("dataset/datasets/", json=RECORD).status_code == 401
    assert httpx.post(f"{site.url}/fr/login/signin/", json={"username": USER}).status_code == 400


@pytest.mark.parametrize("twice", [True, False])
def test_a_codename_twice(twice: bool) -> None:
    with onegeo_of.serving(ways=Ways(refuses_twice=twice)) as site, signed(site) as http:
        codes = [http.post("dataset/datasets/", json=RECORD).status_code for _ in range(2)]
    assert codes == [201, 400 if twice else 201]


@pytest.mark.parametrize("shown", [True, False])
def test_what_is_not_published(shown: bool) -> None:
    with onegeo_of.serving(ways=Ways(finds_unpublished=shown)) as site, signed(site) as http:
        http.post("dataset/datasets/", json={**RECORD, "publish": False})
        assert packages(site) == []
        assert bool(hits(site)) is shown


def test_the_demonstrations_datasets_all_go_there(tmp_path: Path) -> None:
    region = OneGeoRegion("http://127.0.0.1:1", "http://127.0.0.1:2", "")
    include = write_include(REPOSITORY / "include", tmp_path, region)
    loaded = load_city(include)
    datasets = [load_dataset(path, loaded) for path in list_dataset_paths(include)]
    assert len(datasets) == len(list_dataset_paths(REPOSITORY / "include")) == 12
    assert {one.publication.mode for one in datasets} == {PublicationMode.INDEX}
    for dataset in datasets:
        place = "donnees" if dataset.access.is_open else "reserve"
        assert dataset.publication.outlet == (None if dataset.publication.link else place)
