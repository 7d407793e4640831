"""The contract of udata's API, as its server in the sandbox holds to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox import datagouv as datagouv_of
from sandbox.datagouv import Account, Udata
from sandbox.datagouv.server import KEY, ORGANISATION

FILE = {"file": ("Mes données.csv", b"a\n1\n", "text/csv")}


@pytest.fixture
def there() -> Iterator[Udata]:
    with datagouv_of.serving() as server:
        server.accounts.append(Account("autre", "cle-partielle", {ORGANISATION: "partial_editor"}))
        yield server


@pytest.fixture
def http(there: Udata) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{there.url}/api/1/", headers={"X-API-KEY": KEY}) as client:
        yield client


def record(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Arbres remarquables",
        "description": "Les arbres.",
        "organization": ORGANISATION,
        "license": "lov2",
        "tags": ["Été", "espaces verts"],
        "private": False,
        **changes,
    }


def made(http: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = http.post("datasets/", json=record(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def anonymous(there: Udata, path: str) -> httpx.Response:
    return httpx.get(f"{there.url}/api/1/{path}")


def test_who_may_write(there: Udata, http: httpx.Client) -> None:
    url = f"{there.url}/api/1/datasets/"
    assert httpx.post(url, json=record()).status_code == 401
    assert httpx.get(f"{there.url}/api/1/site/", headers={"X-API-KEY": "fausse"}).status_code == 401
    partial = {"X-API-KEY": "cle-partielle"}
    assert "organization" in httpx.post(url, json=record(), headers=partial).json()["errors"]
    identifier = made(http)["id"]
    assert httpx.put(f"{url}{identifier}/", json=record(), headers=partial).status_code == 403
    there.read_only = True
    assert http.post("datasets/", json=record()).status_code == 423


@pytest.mark.parametrize(
    "changes, complaint",
    [
        ({"title": ""}, "title"),
        ({"title": "a" * 351}, "title"),
        ({"description": ""}, "description"),
        ({"license": "inconnue"}, "license"),
        ({"frequency": "souvent"}, "frequency"),
        ({"tags": ["ab"]}, "tags"),
        ({"spatial": {"zones": ["fr:commune:99999"], "granularity": "other"}}, "spatial"),
        ({"spatial": {"zones": ["fr:commune:13001"], "geom": {}, "granularity": "iris"}}, "spatial"),
        ({"temporal_coverage": {"start": "hier"}}, "temporal_coverage"),
        ({"organization": "une-autre"}, "organization"),
    ],
)
def test_what_a_record_must_be(
    there: Udata, http: httpx.Client, changes: dict[str, Any], complaint: str
) -> None:
    answer = http.post("datasets/", json=record(**changes))
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [complaint]
    assert there.datasets == {}


def test_only_json_is_read(http: httpx.Client) -> None:
    assert http.post("datasets/", data={"title": "a"}).status_code == 400
    assert http.post("datasets/", json=["a"]).status_code == 400


def test_the_address_follows_the_title_and_the_old_one_still_leads_there(
    there: Udata, http: httpx.Client
) -> None:
    first = made(http)
    assert (first["slug"], first["tags"]) == ("arbres-remarquables", ["espaces-verts", "ete"])
    assert made(http)["slug"] == "arbres-remarquables-1"
    address = f"datasets/{first['id']}/"
    assert http.put(address, json={"title": "Platanes"}).json()["slug"] == "platanes"
    found = anonymous(there, "datasets/arbres-remarquables/").json()
    assert (found["id"], found["license"], found["tags"]) == (first["id"], "lov2", []), "tags are forgotten"
    assert http.put(address, json={"organization": "une-autre"}).status_code == 400
    assert http.put(address, json={"access_type": "restricted"}).json()["license"] == "notspecified"


def test_what_is_private_or_deleted(there: Udata, http: httpx.Client) -> None:
    identifier = made(http, private=True)["id"]
    address = f"datasets/{identifier}/"
    assert anonymous(there, address).status_code == 404
    assert http.get(address).json()["private"]
    listed = f"organizations/{there.organisations[ORGANISATION]}/datasets/"
    assert (anonymous(there, listed).json()["total"], http.get(listed).json()["total"]) == (0, 1)
    assert http.put(address, json=record()).status_code == 200
    assert anonymous(there, address).status_code == 200
    assert http.delete(address).status_code == 204
    assert anonymous(there, address).status_code == 410
    assert http.get(address).json()["deleted"]
    assert http.put(address, json=record()).status_code == 410
    assert http.delete(address).status_code == 410
    assert http.put(address, json=record(deleted=None)).json()["deleted"] is None


def test_a_file_moves_and_its_permalink_stays(there: Udata, http: httpx.Client) -> None:
    identifier = made(http, private=True)["id"]
    first = http.post(f"datasets/{identifier}/upload/", files=FILE).json()
    assert (first["title"], first["format"], first["filesize"]) == ("mes-donn-es.csv", "csv", 4)
    assert first["checksum"] == {"type": "sha1", "value": "462f48ef322fb5799296128071da500d5726cdbc"}
    assert httpx.get(first["url"]).content == b"a\n1\n", "a private record does not hide its files"
    address = f"datasets/{identifier}/resources/{first['id']}/"
    sent = {"title": "Données", "url": "https://ailleurs.example/x", "format": "zip", "filetype": "file"}
    held = http.put(address, json=sent).json()
    assert (held["title"], held["url"], held["format"]) == ("Données", first["url"], "csv")
    again = http.post(f"{address}upload/", files={"file": ("b.csv", b"b\n", "text/csv")}).json()
    assert (again["id"], again["title"]) == (first["id"], "b.csv"), "the title is the file's again"
    assert httpx.get(first["url"]).status_code == 404
    assert httpx.get(first["latest"], follow_redirects=True).content == b"b\n"
    assert http.put(address, json={**sent, "filetype": "remote"}).status_code == 400
    assert http.delete(address).status_code == 204
    assert http.get(address).status_code == 404
    assert there.files == {}


def test_what_a_file_must_be(there: Udata, http: httpx.Client) -> None:
    address = f"datasets/{made(http)['id']}/upload/"
    assert http.post(address).status_code == 400
    assert http.post(address, files={"file": ("a.exe", b"a", "text/csv")}).status_code == 400
    assert http.post(address, files={"file": ("a.html", b"a", "text/csv")}).status_code == 415
    there.largest = 3
    assert http.post(address, files=FILE).status_code == 413


def test_what_a_link_must_be(http: httpx.Client) -> None:
    identifier = made(http)["id"]
    address = f"datasets/{identifier}/resources/"
    link = {"title": "Lien", "filetype": "remote", "type": "main", "url": "https://ville.example/a.csv"}
    for wrong in ({"url": ""}, {"title": ""}, {"type": "raw"}, {"filetype": "file"}, {"filetype": "api"}):
        assert http.post(address, json={**link, **wrong}).status_code == 400
    schema = {"name": "etalab/schema-irve", "version": "1.0.0"}
    assert "schema" in http.post(address, json={**link, "schema": schema}).json()["errors"]
    found = http.post(address, json={**link, "format": " CSV ", "schema": {**schema, "version": "2.3.0"}})
    assert (found.status_code, found.json()["format"]) == (201, "csv")
