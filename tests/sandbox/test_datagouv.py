"""The contract of udata's API: what its server in the sandbox holds to is what the real udata does.

Every question is asked of both, and both must give the answer that stands here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aqueduc.platforms.datagouv.record import build_udata_slug as ours
from sandbox import datagouv as datagouv_of
from sandbox.datagouv import Account, Udata
from sandbox.datagouv.contract import FORMER_FREQUENCIES, SITE_FREQUENCIES, slug
from sandbox.datagouv.server import KEY, ORGANISATION

FILE = {"file": ("Mes données.csv", b"a\n1\n", "text/csv")}
RING = [[[5.0, 43.0], [6.0, 43.0], [6.0, 44.0], [5.0, 44.0], [5.0, 43.0]]]
LINK = {"title": "Lien", "filetype": "remote", "type": "main", "url": "https://example.org/a.csv"}
NOBODY = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Site:
    """``contract``: None for the real one. ``keys``: by account."""

    url: str
    organisation: str
    other: str
    keys: dict[str, str]
    contract: Udata | None = None

    def ask(
        self, method: str, path: str, account: str | None = "editor", key: str | None = None, **content: Any
    ) -> httpx.Response:
        """Each time as if for the first: udata keeps who signs in in a cookie."""
        known = key or self.keys.get(account or "")
        headers = {"X-API-KEY": known} if known else {}
        url = f"{self.url}/api/1/{path}"
        return httpx.request(
            method, url, headers={**headers, **content.pop("headers", {})}, timeout=60, **content
        )

    def record(self, **changes: Any) -> dict[str, Any]:
        return {
            "title": f"Arbres {uuid4().hex[:8]}",
            "description": "Les arbres.",
            "organization": self.organisation,
            "license": "lov2",
            "tags": ["Été", "espaces verts"],
            "private": False,
            **changes,
        }

    def made(self, **changes: Any) -> dict[str, Any]:
        answer = self.ask("POST", "datasets/", json=self.record(**changes))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def visited(self, path: str) -> httpx.Response:
        return self.ask("GET", path, account=None)


@pytest.fixture(scope="module", params=["contract", "real"])
def there(request: pytest.FixtureRequest) -> Iterator[Site]:
    if request.param == "real":
        found = request.getfixturevalue("real_udata")
        yield Site(found.url, found.organisation, found.other, found.keys)
        return
    with datagouv_of.serving() as server:
        other = "5f0e4a1b2c3d4e5f60719999"
        server.organisations[other] = "une-autre"
        server.accounts += [
            Account("5f0e4a1b2c3d4e5f60710002", "cle-partielle", {ORGANISATION: "partial_editor"}),
            Account("5f0e4a1b2c3d4e5f60710003", "cle-etrangere", {}),
        ]
        keys = {"editor": KEY, "partial": "cle-partielle", "stranger": "cle-etrangere"}
        yield Site(server.url, ORGANISATION, other, keys, server)


def complaints(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    return sorted(answer.json().get("errors") or ())


# --- who ----------------------------------------------------------------------------------------------------


def test_who_may_write(there: Site) -> None:
    assert there.ask("POST", "datasets/", account=None, json=there.record()).status_code == 401
    assert there.ask("GET", "site/", key="fausse").status_code == 401
    assert there.ask("GET", "me/", account=None).status_code == 401
    assert complaints(there.ask("POST", "datasets/", json=there.record(organization=there.other))) == [
        "organization"
    ]
    address = f"datasets/{there.made(private=True)['id']}/"
    for account, read in (("partial", 200), ("stranger", 404)):
        assert there.ask("GET", address, account=account).status_code == read
        assert there.ask("PUT", address, account=account, json=there.record()).status_code == 403
        assert there.ask("POST", f"{address}upload/", account=account, files=FILE).status_code == 403
        assert there.ask("DELETE", address, account=account).status_code == 403


def test_a_partial_editor_has_what_it_made(there: Site) -> None:
    mine = there.ask("POST", "datasets/", account="partial", json=there.record())
    assert mine.status_code == 201
    address = f"datasets/{mine.json()['id']}/"
    assert there.ask("GET", address, account="partial").json()["permissions"]["edit"] is True
    assert there.ask("PUT", address, account="partial", json=there.record()).status_code == 200
    theirs = f"datasets/{there.made()['id']}/"
    assert there.ask("GET", theirs, account="partial").json()["permissions"]["edit"] is False


# The real one is closed by its configuration, READ_ONLY_MODE.
@pytest.mark.parametrize("there", ["contract"], indirect=True, scope="module")
def test_nothing_is_written_while_it_is_closed(there: Site) -> None:
    assert there.contract is not None
    there.contract.read_only = True
    try:
        assert there.ask("POST", "datasets/", json=there.record()).status_code == 423
    finally:
        there.contract.read_only = False


# --- records ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, complaint",
    [
        ({"title": ""}, ["title"]),
        ({"title": "a" * 351}, ["title"]),
        ({"description": ""}, ["description"]),
        ({"description": "a" * 100_001}, ["description"]),
        ({"frequency": "souvent"}, []),
        ({"tags": ["ab", "abc"]}, ["tags"]),
        ({"tags": ["a" * 97, "abc"]}, ["tags"]),
        ({"extras": {"a": None}}, ["extras"]),
        ({"spatial": {"zones": ["fr:commune:99999"], "granularity": "other"}}, ["spatial"]),
        ({"spatial": {"zones": ["fr:commune:13001"], "granularity": "iris"}}, ["spatial"]),
        (
            {"spatial": {"geom": {"type": "Polygon", "coordinates": RING}, "granularity": "other"}},
            ["spatial"],
        ),
        ({"temporal_coverage": {"start": "hier", "end": "demain"}}, ["temporal_coverage"]),
    ],
)
def test_what_a_record_must_be(there: Site, changes: dict[str, Any], complaint: list[str]) -> None:
    sent = there.record(**changes)
    assert complaints(there.ask("POST", "datasets/", json=sent)) == complaint
    assert there.visited(f"datasets/{slug(sent['title']) or 'rien'}/").status_code == 404


def test_a_zone_and_a_drawing_exclude_each_other(there: Site) -> None:
    drawn = {"type": "MultiPolygon", "coordinates": [RING]}
    both = {"zones": ["fr:commune:13001"], "geom": drawn, "granularity": "other"}
    assert complaints(there.ask("POST", "datasets/", json=there.record(spatial=both))) == ["spatial"]
    made = there.made(spatial={"geom": drawn, "granularity": "other"})
    assert made["spatial"] == {"zones": [], "geom": drawn, "granularity": "other"}


def test_only_an_object_in_json_is_read(there: Site) -> None:
    assert there.ask("POST", "datasets/", data={"title": "a"}).status_code == 400
    assert complaints(there.ask("POST", "datasets/", json=["a"])) == ["request"]


def test_what_it_understands_otherwise(there: Site) -> None:
    """No complaint: whoever writes has to read back."""
    made = there.made(license="inconnue", temporal_coverage={"start": "2026-02-01", "end": "2026-01-01"})
    assert made["license"] == "notspecified", "an unknown licence is none"
    assert made["temporal_coverage"] == {"start": "2026-01-01", "end": "2026-02-01"}
    assert there.made(tags=["eau, air,terre"])["tags"] == ["air", "eau", "terre"]


def test_what_is_not_sent_stays_but_for_two(there: Site) -> None:
    more = {
        "acronym": "AB",
        "frequency": "weekly",
        "extras": {"a": "b"},
        "archived": "2026-01-01T00:00:00+00:00",
    }
    period = {"start": "2026-01-01", "end": "2026-02-01"}
    first = there.made(**more, temporal_coverage=period)
    sent = {name: first[name] for name in ("title", "description")}
    now = there.ask("PUT", f"datasets/{first['id']}/", json=sent).json()
    assert {name: now[name] for name in more} == more
    assert (now["license"], now["tags"], now["temporal_coverage"]) == ("lov2", [], None)


def test_the_words_of_frequencies(there: Site) -> None:
    assert [one["id"] for one in there.visited("datasets/frequencies/").json()] == list(SITE_FREQUENCIES)
    for former, word in FORMER_FREQUENCIES.items():
        assert there.made(frequency=former)["frequency"] == word


def test_the_lists_have_the_names_that_are_read(there: Site) -> None:
    assert {"fr-lo", "lov2", "notspecified"} <= {
        one["id"] for one in there.visited("datasets/licenses/").json() if "url" in one
    }
    assert {"csv", "geojson", "json", "parquet", "xlsx", "zip"} <= set(
        there.visited("datasets/extensions/").json()
    )
    assert {"fr:commune", "other"} <= {one["id"] for one in there.visited("spatial/granularities/").json()}
    (schema,) = there.visited("datasets/schemas/").json()
    assert (schema["name"], [one["version_name"] for one in schema["versions"]]) == (
        "etalab/schema-irve",
        ["2.3.0"],
    )
    assert there.visited("spatial/zone/fr:commune:13001/").json()["id"] == "fr:commune:13001"
    assert there.visited("spatial/zone/fr:commune:99999/").status_code == 404
    assert there.visited("site/").json()["version"]


def test_the_address_follows_the_title_and_the_old_one_redirects(there: Site) -> None:
    title = f"Arbres de l'été {uuid4().hex[:8]}"
    first, second = there.made(title=title), there.made(title=title)
    assert (first["slug"], first["tags"]) == (slug(title), ["espaces-verts", "ete"])
    assert second["slug"] == f"{first['slug']}-1", "two records may have one title"
    address = f"datasets/{first['id']}/"
    moved = there.ask("PUT", address, json=there.record(title=f"Platanes {first['id']}")).json()
    for name in (first["slug"], moved["slug"].upper()):
        answer = there.visited(f"datasets/{name}/")
        assert (answer.status_code, answer.headers["Location"].rpartition("/api/1/")[2]) == (
            308,
            f"datasets/{moved['slug']}/",
        )
    assert complaints(there.ask("PUT", address, json=there.record(organization=there.other))) == [
        "organization"
    ]
    restricted = there.ask("PUT", address, json=there.record(access_type="restricted")).json()
    assert restricted["license"] == "notspecified", "only what is open has one"
    assert len(there.made(title=f"{uuid4().hex} {'mot ' * 75}".strip())["slug"]) <= 255


WORDS = (
    "L'été",
    "d’ici",
    "Œuvre d'art",
    "straße",
    "C++ & co",
    "a_b.c",
    "eau/air",
    "« Æon »",
    "10 %",
    "x—y  z",
)


def test_a_word_becomes_the_same_tag_here_and_there(there: Site) -> None:
    made = there.made(tags=["abc", *(f"mot {word}" for word in WORDS)])
    assert made["tags"] == sorted({"abc", *(ours(f"mot {word}") for word in WORDS)})


def test_what_is_private_or_deleted(there: Site) -> None:
    listed = f"organizations/{there.organisation}/datasets/?page_size=1"
    shown, held = there.visited(listed).json()["total"], there.ask("GET", listed).json()["total"]
    sent = there.record(private=True)
    address = f"datasets/{there.made(**sent)['id']}/"
    assert there.visited(address).status_code == 404
    assert there.ask("GET", address).json()["private"]
    assert there.visited(listed).json()["total"] == shown
    assert there.ask("GET", listed).json()["total"] == held + 1
    assert there.ask("GET", listed.replace("page_size=1", "page=99&page_size=50")).status_code == 404
    assert there.ask("PUT", address, json={**sent, "private": False}).status_code == 200
    assert there.visited(address).status_code == 200
    assert there.ask("DELETE", address).status_code == 204
    assert there.visited(address).status_code == 410
    assert there.ask("GET", address).json()["deleted"]
    assert there.ask("GET", listed).json()["total"] == held + 1, "what is deleted is still listed"
    assert there.ask("PUT", address, json=sent).status_code == 410
    assert there.ask("DELETE", address).status_code == 410
    assert there.ask("PUT", address, json={**sent, "deleted": None}).json()["deleted"] is None


# --- resources ----------------------------------------------------------------------------------------------


def test_a_file_moves_and_its_permalink_stays(there: Site) -> None:
    identifier = there.made(private=True)["id"]
    answer = there.ask("POST", f"datasets/{identifier}/upload/", files=FILE)
    first = answer.json()
    assert answer.status_code == 201
    assert (first["title"], first["format"], first["filesize"]) == ("mes-donnees.csv", "csv", 4)
    assert (first["filetype"], first["type"], first["mime"]) == ("file", "main", "text/csv")
    assert (first["description"], first["schema"], first["extras"]) == (None, None, {})
    assert first["checksum"] == {"type": "sha1", "value": "462f48ef322fb5799296128071da500d5726cdbc"}
    assert httpx.get(first["url"]).content == b"a\n1\n", "a private record does not hide its files"
    address = f"datasets/{identifier}/resources/{first['id']}/"
    sent = {"title": "Données", "url": "https://example.org/x", "format": "zip", "filetype": "file"}
    held = there.ask("PUT", address, json={**sent, "extras": {"a": "b"}}).json()
    assert (held["title"], held["url"], held["format"]) == ("Données", first["url"], "csv")
    again = there.ask("POST", f"{address}upload/", files={"file": ("b.csv", b"b\n", "text/csv")}).json()
    assert (again["id"], again["title"]) == (first["id"], "b.csv"), "the title is the file's again"
    assert again["extras"] == {"a": "b"}
    assert httpx.get(first["url"]).status_code == 404
    assert httpx.get(first["latest"], follow_redirects=True).content == b"b\n"
    assert there.ask("PUT", address, json={**sent, "filetype": "remote"}).status_code == 400
    assert there.ask("DELETE", address).status_code == 204
    assert there.ask("GET", address).status_code == 404
    assert httpx.get(again["url"]).status_code == 404
    assert httpx.get(first["latest"]).status_code == 404


def test_what_a_file_must_be(there: Site) -> None:
    address = f"datasets/{there.made()['id']}/upload/"
    assert there.ask("POST", address).status_code == 400
    assert there.ask("POST", address, files={"file": ("a.exe", b"a", "text/csv")}).status_code == 400
    assert there.ask("POST", address, files={"file": ("a.html", b"a", "text/csv")}).status_code == 400
    assert there.ask("POST", address, files={"autre": ("a.csv", b"a", "text/csv")}).status_code == 400
    nowhere = f"datasets/{there.made()['id']}/resources/{NOBODY}/upload/"
    assert there.ask("POST", nowhere, files=FILE).status_code == 404
    for name in ("a.geojson", "a.json", "a.parquet", "a.xlsx", "a.2026.csv"):
        made = there.ask("POST", address, files={"file": (name, b"a", "application/octet-stream")}).json()
        assert (made["title"], made["format"]) == (name, name.rpartition(".")[2])


def test_what_a_resource_must_be(there: Site) -> None:
    identifier = there.made()["id"]
    first = there.ask("POST", f"datasets/{identifier}/upload/", files=FILE).json()
    address = f"datasets/{identifier}/resources/{first['id']}/"
    assert there.ask("PUT", address, json={"title": "Seul"}).json()["title"] == "Seul"
    for changes, complaint in (
        ({"title": ""}, ["title"]),
        ({"title": "a" * 351}, ["title"]),
        ({"type": "autre"}, ["type"]),
        ({"schema": {"name": "etalab/schema-irve", "version": "9.9.9"}}, ["schema"]),
        ({"schema": {"name": "etalab/inconnu", "version": "1.0.0"}}, ["schema"]),
    ):
        assert complaints(there.ask("PUT", address, json={"title": "Seul", **changes})) == complaint
    pinned = {"name": "etalab/schema-irve", "version": "2.3.0"}
    held = there.ask("PUT", address, json={"title": "Seul", "schema": pinned}).json()
    assert held["schema"] == {**pinned, "url": None}
    assert there.ask("PUT", address, json={"title": "Seul", "schema": None}).json()["schema"] is None


def test_a_link_can_be_given_a_file_and_stays_a_link(there: Site) -> None:
    identifier = there.made()["id"]
    links = f"datasets/{identifier}/resources/"
    made = there.ask("POST", links, json={**LINK, "format": " CSV "}).json()
    assert (made["url"], made["format"], made["checksum"]) == (LINK["url"], "csv", None)
    assert there.ask("POST", links, json={**LINK, "filetype": "file"}).status_code == 400
    for wrong in ("pas une adresse", "https://example.org/a b.csv"):
        assert complaints(there.ask("POST", links, json={**LINK, "url": wrong})) == ["url"]
    address = f"{links}{made['id']}/"
    assert there.ask("PUT", address, json={**LINK, "filetype": "file"}).status_code == 400
    held = there.ask("POST", f"{address}upload/", files=FILE).json()
    assert (held["id"], held["filetype"], held["filesize"]) == (made["id"], "remote", 4)
    assert held["checksum"]["type"] == "sha1"
    assert httpx.get(made["latest"], follow_redirects=True).content == b"a\n1\n"
    back = there.ask("PUT", address, json=LINK).json()
    assert back["url"] == LINK["url"]
    assert httpx.get(held["url"]).status_code == 200, "and the file is still served, whoever looks for it"
    assert there.ask("DELETE", address).status_code == 204
    assert httpx.get(held["url"]).status_code == 404


def test_the_last_one_comes_first(there: Site) -> None:
    identifier = there.made()["id"]
    for name in ("a", "b"):
        there.ask("POST", f"datasets/{identifier}/resources/", json={**LINK, "title": name})
    shown = there.visited(f"datasets/{identifier}/").json()["resources"]
    assert [one["title"] for one in shown] == ["b", "a"]
