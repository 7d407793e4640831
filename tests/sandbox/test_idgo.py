"""The contract of IDGO, as its server in the sandbox holds to it, seen in the real CKAN."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sandbox import idgo as idgo_of
from sandbox.idgo import Account, Idgo
from sandbox.idgo.forms import keywords_of
from sandbox.region import Region

pytestmark = pytest.mark.sandbox

FILE = {"up_file": ("a.csv", b"a\n1\n", "text/csv")}
ANOTHER = ("autre", "mot de passe de l'autre")


@pytest.fixture(scope="module")
def there(region: Region) -> Iterator[Idgo]:
    with idgo_of.serving(region) as server:
        server.accounts[ANOTHER[0]] = Account(ANOTHER[1], (region.organisation,))
        yield server


@pytest.fixture(scope="module")
def http(there: Idgo, region: Region) -> Iterator[httpx.Client]:
    account = (region.editor_name, region.editor_password)
    with httpx.Client(base_url=f"{there.url}/", auth=account, timeout=60) as client:
        yield client


def record(region: Region, **changes: Any) -> dict[str, Any]:
    """A sound form."""
    slug = f"essai-{uuid4().hex[:12]}"
    return {
        "name": slug,
        "title": f"Jeu {slug}",
        "organisation": region.organisation,
        "license": "lov2",
        "keywords": ["eau", "ville"],
        "private": "False",
        **changes,
    }


def resource(**changes: Any) -> dict[str, Any]:
    return {"title": "Données", "lang": "french", "data_type": "raw", "format": "csv", **changes}


def made(http: httpx.Client, form: dict[str, Any]) -> str:
    answer = http.post("dataset/", data=form)
    assert answer.status_code == 201, answer.text
    slug = answer.headers["Content-Location"].rsplit("/", 1)[-1]
    assert slug == form["name"]
    return str(slug)


def package(region: Region, slug: str) -> dict[str, Any] | None:
    """As a visitor has it."""
    answer = httpx.get(f"{region.url}/api/3/action/package_show", params={"id": slug})
    return answer.json()["result"] if answer.status_code == 200 else None


@pytest.mark.parametrize("auth", [None, ("personne", "rien"), ANOTHER[:1] * 2])
def test_nobody_comes_in_without_an_account(there: Idgo, auth: tuple[str, str] | None) -> None:
    assert httpx.get(f"{there.url}/dataset/", auth=auth).status_code == 401


def test_a_record_goes_to_ckan_and_is_purged_for_good(http: httpx.Client, region: Region) -> None:
    slug = made(http, record(region))
    shown = package(region, slug)
    assert shown is not None
    assert (shown["license_id"], shown["private"]) == ("lov2", False)
    assert [tag["name"] for tag in shown["tags"]] == ["eau", "ville"]
    assert http.delete(f"dataset/{slug}/").status_code == 204
    assert http.get(f"dataset/{slug}/").status_code == 404
    assert package(region, slug) is None


@pytest.mark.parametrize(
    "changes, complaint",
    [
        ({"title": ""}, "title"),
        ({"license": ""}, "license"),
        ({"name": "Majuscules"}, "slug"),
        ({"name": "a" * 101}, "slug"),
        ({"keywords": ["a"]}, "keywords"),
        ({"keywords": ["a/b"]}, "keywords"),
        ({"update_frequency": "souvent"}, "update_frequency"),
        ({"date_creation": "hier"}, "date_creation"),
        ({"license": "inconnue"}, None),
        ({"organisation": "inconnue"}, None),
    ],
)
def test_what_a_record_must_be(
    http: httpx.Client, region: Region, changes: dict[str, Any], complaint: str | None
) -> None:
    answer = http.post("dataset/", data=record(region, **changes))
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert isinstance(error, str) if complaint is None else complaint in error


def test_two_records_have_neither_the_same_title_nor_the_same_address(
    http: httpx.Client, region: Region
) -> None:
    first = record(region)
    made(http, first)
    for name, complaint in (("title", "title"), ("name", "slug")):
        answer = http.post("dataset/", data=record(region, **{name: first[name]}))
        assert list(answer.json()["error"]) == [complaint]


def test_a_put_forgets_what_it_does_not_say(http: httpx.Client, region: Region) -> None:
    form = record(region, description="Dit.", update_frequency="daily", data_type="donnees-ouvertes")
    slug = made(http, form)
    assert http.put(f"dataset/{slug}/", data={"title": f"{form['title']} bis"}).status_code == 204
    said = http.get(f"dataset/{slug}/").json()
    assert (said["private"], said["description"], said["update_frequency"]) == (True, "", "unknown")
    assert (said["license"], said["keywords"], said["type"]) == (
        "lov2",
        ["eau", "ville"],
        ["donnees-ouvertes"],
    )
    assert package(region, slug) is None
    http.put(f"dataset/{slug}/", data={"data_type": "", "private": "False"})
    assert http.get(f"dataset/{slug}/").json()["type"] == []
    assert package(region, slug) is not None


def test_a_licence_that_ckan_does_not_know_is_left_empty_in_silence(
    there: Idgo, http: httpx.Client, region: Region
) -> None:
    there.licences["maison"] = "licence-maison"
    slug = made(http, record(region, license="maison"))
    assert http.get(f"dataset/{slug}/").json()["license"] == "maison"
    shown = package(region, slug)
    assert shown is not None
    assert not shown["license_id"]


def test_a_resource_has_exactly_one_source(http: httpx.Client, region: Region) -> None:
    address = f"dataset/{made(http, record(region))}/resource/"
    link = {"referenced_url": "https://ville.example/a.csv"}
    for form, files in ((resource(), None), (resource(**link), FILE), (resource(dl_url="x", **link), None)):
        assert http.post(address, data=form, files=files).status_code == 400
    for form in (resource(format="parquet"), resource(title=""), resource(restricted_level="secret")):
        assert http.post(address, data=form, files=FILE).status_code == 400
    assert http.get(address).json() == []


def test_a_file_stays_until_it_is_replaced(there: Idgo, http: httpx.Client, region: Region) -> None:
    slug = made(http, record(region))
    answer = http.post(f"dataset/{slug}/resource/", data=resource(), files=FILE)
    assert answer.status_code == 201
    address = f"dataset/{slug}/resource/{answer.headers['Content-Location'].rsplit('/', 1)[-1]}/"
    assert http.put(address, data=resource(title="Autre")).status_code == 204
    (shown,) = (package(region, slug) or {})["resources"]
    assert (shown["name"], shown["format"], shown["resource_type"]) == ("Autre", "CSV", "file.upload")
    assert httpx.get(shown["url"]).content == b"a\n1\n"
    assert json.loads(shown["restricted"]) == {"level": "public"}
    there.largest = 3
    try:
        assert http.put(address, data=resource(), files=FILE).status_code == 400
    finally:
        there.largest = 100_000_000
    assert http.put(address, data=resource(), files={"up_file": ("b.csv", b"b\n", "text/csv")}).is_success
    assert httpx.get((package(region, slug) or {})["resources"][0]["url"]).content == b"b\n"
    assert http.delete(address).status_code == 204
    assert http.get(address).status_code == 404
    assert (package(region, slug) or {})["resources"] == []


def test_a_file_that_becomes_a_link_keeps_its_address_in_ckan(http: httpx.Client, region: Region) -> None:
    """Why Aqueduc never asks for it."""
    slug = made(http, record(region))
    answer = http.post(f"dataset/{slug}/resource/", data=resource(), files=FILE)
    address = f"dataset/{slug}/resource/{answer.headers['Content-Location'].rsplit('/', 1)[-1]}/"
    link = resource(referenced_url="https://ville.example/b.csv")
    assert http.put(address, data=link).status_code == 400, "the file is still there"
    assert http.put(address, data={**link, "up_file-clear": "on"}).status_code == 204
    (shown,) = (package(region, slug) or {})["resources"]
    assert shown["url_type"] == "upload"
    assert shown["url"].startswith(f"{region.url}/dataset/")


def test_members_become_a_list_of_users(http: httpx.Client, there: Idgo, region: Region) -> None:
    slug = made(http, record(region))
    form = resource(restricted_level="same_organization", referenced_url="https://ville.example/a.csv")
    refused = http.post(f"dataset/{slug}/resource/", data=form)
    assert list(refused.json()["error"]) == ["organisations_allowed"], "IDGO 1.5.5 trips over its own list"
    there.takes_lists = True
    try:
        assert http.post(f"dataset/{slug}/resource/", data=form).status_code == 201
    finally:
        there.takes_lists = False
    (shown,) = (package(region, slug) or {})["resources"]
    said = json.loads(shown["restricted"])
    assert said["level"] == "only_allowed_users"
    assert set(said["allowed_users"].split(",")) == {region.editor_name, ANOTHER[0]}
    (seen,) = http.get(f"dataset/{slug}/resource/").json()
    assert seen["source"] == {"type": "referenced", "url": None}


def test_an_account_has_its_own_records_and_a_referent_all(
    http: httpx.Client, there: Idgo, region: Region
) -> None:
    slug = made(http, record(region))
    assert httpx.get(f"{there.url}/dataset/{slug}/", auth=ANOTHER).status_code == 404
    form = resource(referenced_url="https://ville.example/a.csv")
    answer = httpx.post(f"{there.url}/dataset/{slug}/resource/", auth=ANOTHER, data=form)
    assert answer.status_code == 403
    theirs = record(region)
    assert httpx.post(f"{there.url}/dataset/", auth=ANOTHER, data=theirs, timeout=60).status_code == 201
    assert http.get(f"dataset/{theirs['name']}/").status_code == 200


@pytest.mark.parametrize(
    "sent, cut",
    [
        (["eau de source"], ["de", "eau", "source"]),
        (['"eau de source"'], ["eau de source"]),
        (["eau de source", "ville"], ["eau de source", "ville"]),
        (['"eau de source"', '"ville"'], ["eau de source", "ville"]),
        ([""], []),
    ],
)
def test_keywords_are_cut_as_taggit_does(sent: list[str], cut: list[str]) -> None:
    assert keywords_of(sent) == cut
