"""OneGeo Suite: the sandbox's site, written from what public clients of it show, with a publisher's dataset on it; and
its faults, from a server that gives its answers. Nobody reached the real one from here."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aqueduc.declaration.loader import load_city
from aqueduc.draft import draft_declaration
from aqueduc.draft.kinds import build_draft_request_from_path_or_url
from aqueduc.errors import SourceAccessRefusal, SourceNotFound, SourceUnavailable, SourceUnreadable
from aqueduc.run import Run
from aqueduc.sources import client
from aqueduc.sources.adapter import probe_source
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from aqueduc.sources.onegeo.drafting import DRAFTING, parse_dataset_page_url
from sandbox import onegeo
from sandbox.onegeo import USER, USERGROUP
from sandbox.onegeo.server import OneGeo
from tests.sources.conftest import CANARY, Reply

SLUG = "point-d-apport-volontaire"
FILE = "/fr/dataset/datasets/2222/resource/6149/download/"
SEARCH = "/fr/indexer/elastic/_search/"
COLUMNS = {"nom": "publish", "tonnes": "publish"}
AS_CSV = {"delimiter": ";", "decimal": ","}


class Portal:
    """What the site's search shows of one dataset, and its file."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.etag = '"e1"'
        self.rows = 3
        self.links = [
            {"name": "Points (CSV)", "formats": ["CSV LonLat/XY"], "url": url + FILE},
            {"service": "WFS", "name": "pav", "formats": ["CSV"], "url": url + "/geoserver/ows"},
            {"name": "Une page", "formats": [], "url": url + "/page"},
        ]
        self.changed: Callable[[str], Reply | None] = lambda _target: None

    def answer(self, target: str, headers: Any) -> Reply:
        if (other := self.changed(target)) is not None:
            return other
        parts = urlsplit(target)
        if parts.path == FILE:
            if headers.get("If-None-Match") == self.etag:
                return Reply(status=304)
            text = "nom;tonnes\n" + "Rue de la République;12,5\n" * self.rows
            return Reply(text.encode(), headers={"Content-Type": "text/csv", "ETag": self.etag})
        if parts.path == SEARCH:
            (asked,) = parse_qs(parts.query)["q"]
            found = [self.hit()] if f'slug.keyword:"{SLUG}"' in asked else []
            return Reply({"hits": {"total": {"value": len(found)}, "hits": found}})
        return Reply({"detail": CANARY}, status=404)

    def hit(self) -> dict[str, Any]:
        metadata = {
            "title": "Points d'apport volontaire",
            "license": "odc-odbl",
            "lastUpdateDate": "2026-03-01",
            "link": self.links,
        }
        return {"_source": {"slug": SLUG, "is_metadata": True, "metadata-fr": metadata}}


@pytest.fixture
def portal(api):
    served = Portal(api.url)
    api.answer = served.answer
    return served


@pytest.fixture
def declared(house, api):
    def declare(columns=COLUMNS, **source):
        house.connect("datasud", conn_type="http", host=f"{api.url}/fr")
        asked = {"onegeo": "datasud", "dataset": SLUG, **AS_CSV, **source}
        return house.declare(asked, columns, types={"tonnes": "number"})

    return declare


# --- the site of the sandbox --------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[OneGeo]:
    with onegeo.serving() as there:
        yield there


def publish_link(site: OneGeo, href: str) -> None:
    dataset = site.create_dataset(
        USER, {"codename": SLUG, "display_name": "Points", "usergroup": USERGROUP, "publish": True}
    )
    resource = site.create_resource(
        USER, {"codename": "pav-csv", "display_name": "Points (CSV)", "usergroup_id": USERGROUP}
    )
    site.add_link(USER, {"resource_id": resource["id"], "href": href, "dataformat_id": 1}, file=True)
    attached = {"resource_id": resource["id"], "dataset_id": dataset["id"], "publish": True, "type": 1}
    site.attach(USER, attached)


@pytest.mark.sandbox
def test_a_dataset_of_the_sandbox_is_found_by_its_identifier(house, site):
    """Its files lie elsewhere: that of an index is a link, which is not followed."""
    publish_link(site, "https://ville.example/points.csv")
    house.connect("datasud", conn_type="http", host=f"{site.url}/fr")
    source = {"onegeo": "datasud", "dataset": SLUG}
    message = house.fails(SourceAccessRefusal, house.declare(source, COLUMNS))
    assert "sur un autre serveur" in message and "« http: »" in message and "ville.example" not in message
    missing = house.declare({**source, "dataset": "inconnu"}, COLUMNS)
    assert "corriger « dataset: »" in house.fails(SourceNotFound, missing)


@pytest.mark.sandbox
def test_a_file_of_the_sandbox_is_asked_for_where_its_record_says(house, site):
    publish_link(site, f"{site.url}/fr/dataset/datasets/1/resource/2/download/")
    house.connect("datasud", conn_type="http", host=f"{site.url}/fr")
    dataset = house.declare({"onegeo": "datasud", "dataset": SLUG}, COLUMNS)
    # The site keeps no files.
    house.fails(SourceAccessRefusal, dataset)


# --- rows ---------------------------------------------------------------------------------------------------


def test_the_file_of_a_dataset(house, portal, declared):
    found = house.extract(declared())
    assert house.rows(found) == [(line, "Rue de la République", "12.5") for line in (2, 3, 4)]
    assert found.report.source == {"kind": "onegeo", "connection": "datasud", "path": SLUG}


def test_a_file_that_has_not_changed_is_not_downloaded(house, api, portal, declared):
    """By what its server says, and not by a date that the publisher writes."""
    dataset = declared()
    first = house.extract(dataset)
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), first.report, house.place)
    assert house.extract(dataset, "r2").report.unchanged_by == "mark"
    assert api.asked[-1][1]["if-none-match"] == '"e1"'
    portal.etag, portal.rows = '"e2"', 4
    assert house.extract(dataset, "r3").report.unchanged_by == ""


def test_check_connect(house, portal, declared):
    assert probe_source(declared(), load_city(house.include).city, house.place).columns == ("nom", "tonnes")


# --- which file ---------------------------------------------------------------------------------------------


def test_one_file_among_several(house, portal, declared):
    portal.links += [
        {"name": "Points (GeoJSON)", "formats": ["GeoJSON"], "url": portal.url + "/autre"},
        {"name": "Archives", "formats": ["CSV"], "url": portal.url + "/archives"},
    ]
    message = house.fails(SourceUnreadable, declared())
    assert "plusieurs fichiers qui pourraient être celui-là (2)" in message and "« resource: »" in message
    assert len(house.rows(house.extract(declared(resource="Points (CSV)")))) == 3
    assert "pas de fichier de ce titre" in house.fails(SourceNotFound, declared(resource="Autre"))
    message = house.fails(SourceNotFound, declared(format="parquet"))
    assert "Le jeu a 3 fichiers, aucun de ce format (parquet)" in message


@pytest.mark.parametrize("kept", [slice(1, None), slice(0, 0)])
def test_a_dataset_without_a_file(house, portal, declared, kept):
    portal.links = portal.links[kept]
    message = house.fails(SourceUnreadable, declared())
    assert "n'a pas de fichier" in message and "« wfs: »" in message


# --- faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [{"openapi": "3.0"}, {"hits": {"hits": "x"}}, {"hits": []}])
def test_what_is_no_onegeo(house, api, portal, declared, body):
    api.answer = lambda *_: Reply(body)
    message = house.fails(SourceUnreadable, declared())
    assert "n'est pas un portail OneGeo Suite" in message and "« …/fr »" in message


@pytest.mark.parametrize("hit", ["x", {}, {"_source": {"slug": SLUG}}, {"_source": {"slug": "autre"}}])
def test_a_hit_that_is_another(house, api, portal, declared, hit):
    api.answer = lambda *_: Reply({"hits": {"hits": [hit]}})
    house.fails(SourceNotFound, declared())


@pytest.mark.parametrize("links", ["x", ["x"], [{"formats": "CSV"}], [{"formats": [None], "url": 3}]])
def test_links_that_are_none(house, portal, declared, links):
    portal.links = links
    house.fails((SourceUnreadable, SourceAccessRefusal), declared(), exact=False)


BODY = json.dumps(
    {"hits": {"hits": [{"_source": {"slug": SLUG, "metadata-fr": {"title": CANARY}}}]}}
).encode()
FAULTS = [
    ({"status": 429}, SourceUnavailable, "429"),
    ({"status": 500}, SourceUnavailable, "500"),
    ({"status": 403}, SourceAccessRefusal, "refuse l'accès"),
    ({"body": BODY, "cut": True}, SourceUnavailable, "RemoteProtocolError"),
    ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, SourceAccessRefusal, "autre serveur"),
    (
        {"body": gzip.compress(b"[" * 200_000), "headers": {"Content-Encoding": "gzip"}},
        SourceUnreadable,
        "dépasse toute mesure",
    ),
]


@pytest.mark.parametrize("path", [SEARCH, FILE])
@pytest.mark.parametrize("given, kind, words", FAULTS)
def test_a_fault(house, portal, declared, monkeypatch, path, given, kind, words):
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    monkeypatch.setattr(client, "LARGEST_ANSWER", 100_000)
    portal.changed = lambda target: Reply(**given) if urlsplit(target).path == path else None
    assert words in house.fails(kind, declared())


def test_a_search_that_is_cut(house, portal, declared):
    portal.changed = lambda target: Reply(BODY[:-4]) if SEARCH in target else None
    assert "n'est pas l'objet JSON attendu" in house.fails(SourceUnreadable, declared())


def test_a_file_that_is_a_page(house, portal, declared):
    portal.changed = lambda target: Reply(f"<html>{CANARY}</html>".encode()) if FILE in target else None
    assert "une page HTML" in house.fails(SourceUnreadable, declared())


# --- drafts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_address", [True, False])
def test_a_draft_takes_title_and_licence_from_the_record(house, api, portal, by_address):
    portal.rows = 30
    house.connect("datasud", conn_type="http", host=f"{api.url}/fr")
    wanted = (
        build_draft_request_from_path_or_url("pav", f"{api.url}/explorer/fr/jeux-de-donnees/{SLUG}/info")
        if by_address
        else DRAFTING.choose("pav", "datasud", SLUG)
    )
    text = draft_declaration(wanted, house.place).files["datasets/pav.yaml"]
    assert f"dataset: {SLUG}" in text and "Points d'apport volontaire" in text
    assert "le portail dit « odc-odbl »" in text and "resource:" not in text
    assert 'delimiter: ";"' in text and 'decimal: ","' in text


def test_a_draft_names_the_file_that_it_read(house, api, portal):
    portal.links.insert(0, {"name": "Excel", "formats": ["XLSX"], "url": portal.url + "/x"})
    house.connect("datasud", conn_type="http", host=f"{api.url}/fr")
    text = draft_declaration(DRAFTING.choose("pav", "datasud", SLUG), house.place).files["datasets/pav.yaml"]
    assert "resource: Points (CSV)" in text and "un fichier parmi 2 de ce jeu" in text


def test_an_address_of_another_kind():
    assert parse_dataset_page_url("https://www.datasud.fr/explorer/fr/jeux-de-donnees/pav?x=1") == (
        "https://www.datasud.fr/fr",
        "pav",
    )
    assert parse_dataset_page_url("https://www.datasud.fr/explorer/fr/") is None
