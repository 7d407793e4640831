"""CKAN: a contract server, written from the public reference of the Action API and of the DataStore, not from our
client. It gives fewer rows at a time than asked for, and counts them all, as ``ckan.datastore.search.rows_max`` has it.
What a real one does is in ``test_source_ckan_real.py``; faults are not to be had from it.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
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
from aqueduc.sources.ckan.drafting import DRAFTING
from tests.sources.conftest import CANARY, Reply

RESOURCE = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
FILE = f"/dataset/d/resource/{RESOURCE}/download/arbres.csv"
COLUMNS = {"essence": "publish", "hauteur": "publish"}


@dataclass
class Portal:
    url: str
    rows: int = 5
    most: int = 2
    total: Any = ...
    said: dict[str, Any] = field(default_factory=dict)
    package: dict[str, Any] = field(default_factory=dict)
    etag: str = '"e1"'
    changed: Any = lambda _target: None

    def answer(self, target: str, headers: Any) -> Reply:
        if (other := self.changed(target)) is not None:
            return other
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == FILE:
            if headers.get("If-None-Match") == self.etag:
                return Reply(status=304)
            return Reply(self.csv(), headers={"Content-Type": "text/csv", "ETag": self.etag})
        action = parts.path.removeprefix("/api/3/action/")
        if action == "resource_show" and asked["id"] == RESOURCE:
            return done(self.describe())
        if action == "package_show" and asked["id"] == "d":
            package = {
                "title": "Arbres remarquables",
                "license_id": "odc-odbl",
                "resources": [{}],
                **self.package,
            }
            return done(package)
        if action == "datastore_search" and asked["resource_id"] == RESOURCE:
            assert asked["sort"] == "_id"
            return done(self.page(int(asked["offset"]), int(asked["limit"])))
        return Reply(
            {"success": False, "error": {"__type": "Not Found Error", "message": CANARY}}, status=404
        )

    def describe(self) -> dict[str, Any]:
        return {
            "id": RESOURCE,
            "name": "Arbres 2026",
            "package_id": "d",
            "url": self.url + FILE,
            "datastore_active": True,
            **self.said,
        }

    def page(self, start: int, size: int) -> dict[str, Any]:
        ranks = range(start + 1, min(start + min(size, self.most), self.rows) + 1)
        records = [{"_id": rank, "essence": "Platane", "hauteur": 12.50} for rank in ranks]
        return {
            "records": records,
            "total": self.rows if self.total is ... else self.total,
            "limit": self.most,
        }

    def csv(self) -> bytes:
        return ("essence;hauteur\n" + "Érable;12,5\n" * self.rows).encode("cp1252")


def done(result: Any) -> Reply:
    return Reply({"help": "x", "success": True, "result": result})


@pytest.fixture
def portal(api):
    served = Portal(api.url)
    api.answer = served.answer
    return served


@pytest.fixture
def declared(house, api):
    def declare(columns=COLUMNS, **source):
        house.connect("region", conn_type="http", host=api.url)
        asked = {"ckan": "region", "resource": RESOURCE, **source}
        return house.declare(asked, columns, types={"hauteur": "number"})

    return declare


AS_CSV = {"encoding": "cp1252", "delimiter": ";", "decimal": ","}


def test_the_file_of_a_resource(house, portal, declared):
    found = house.extract(declared(**AS_CSV))
    assert house.rows(found) == [(line, "Érable", "12.5") for line in range(2, 7)]
    assert found.report.source == {"kind": "ckan", "connection": "region", "path": RESOURCE}


def test_a_file_that_has_not_changed_is_not_downloaded(house, api, portal, declared):
    dataset = declared(**AS_CSV)
    first = house.extract(dataset)
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), first.report, house.place)
    assert house.extract(dataset, "r2").report.unchanged_by == "mark"
    assert api.asked[-1][1]["if-none-match"] == '"e1"'
    portal.etag = '"e2"'
    assert house.extract(dataset, "r3").report.unchanged_by == "rows"


def test_the_table_of_a_resource_all_its_pages(house, api, portal, declared):
    """Without the number that CKAN gives to each row."""
    found = house.extract(declared(datastore=True))
    assert house.table(found) == (
        ["__line", "essence", "hauteur"],
        [(line, "Platane", "12.5") for line in range(1, 6)],
    )
    asked = [target for target, _ in api.asked if "datastore_search" in target]
    assert len(asked) == 6 and asked[:3] == asked[3:], "three pages, then the same again: nothing has moved"


def test_a_file_of_another_server(house, portal, declared):
    portal.said["url"] = "http://10.0.0.1/arbres.csv"
    message = house.fails(SourceAccessRefusal, declared())
    assert "sur un autre serveur" in message and "« http: »" in message and "10.0.0.1" not in message


def test_a_resource_without_a_table(house, portal, declared):
    portal.said["datastore_active"] = False
    assert "ôter « datastore: true »" in house.fails(SourceUnreadable, declared(datastore=True))


def test_a_resource_that_is_not_there(house, portal, declared):
    assert "corriger « resource: »" in house.fails(SourceNotFound, declared(resource="inconnue"))


def test_what_is_no_ckan(house, api, portal, declared):
    api.answer = lambda *_: Reply({"openapi": "3.0"})
    assert "n'est pas un portail CKAN" in house.fails(SourceUnreadable, declared())


@pytest.mark.parametrize("total", [3, 7])
def test_another_number_of_rows_than_said_publishes_nothing(house, portal, declared, total):
    portal.total = total
    message = house.fails(SourceUnreadable, declared(datastore=True))
    assert f"annoncées par l'API : {total} ; données par ses pages :" in message


def test_a_row_given_twice(house, portal, declared):
    portal.rows = portal.total = 4
    again = done(portal.page(1, 2))
    portal.changed = lambda target: again if "offset=2" in target else None
    assert "deux fois : ses pages ont bougé" in house.fails(SourceUnavailable, declared(datastore=True))


BODY = json.dumps({"success": True, "result": {"records": [{"essence": CANARY}]}}).encode()


@pytest.mark.parametrize(
    "given, kind, words",
    [
        ({"status": 429}, SourceUnavailable, "429"),
        ({"status": 403}, SourceAccessRefusal, "refuse l'accès"),
        ({"body": BODY, "cut": True}, SourceUnavailable, "RemoteProtocolError"),
        ({"body": BODY[:-4]}, SourceUnreadable, "coupé"),
        ({"body": {"success": False, "error": CANARY}}, SourceUnreadable, "« result » n'y figure pas"),
        ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, SourceAccessRefusal, "autre serveur"),
        (
            {"body": gzip.compress(b"[" * 200_000), "headers": {"Content-Encoding": "gzip"}},
            SourceUnreadable,
            "dépasse toute mesure",
        ),
    ],
)
def test_a_fault_of_the_second_page(house, portal, declared, monkeypatch, given, kind, words):
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    monkeypatch.setattr(client, "LARGEST_ANSWER", 100_000)
    portal.changed = lambda target: Reply(**given) if "offset=2" in target else None
    assert words in house.fails(kind, declared(datastore=True))


@pytest.mark.parametrize("source", [{"datastore": True}, AS_CSV])
def test_check_connect(house, portal, declared, source):
    found = probe_source(declared(**source), load_city(house.include).city, house.place)
    assert found.columns == ("essence", "hauteur")


@pytest.mark.parametrize("by_address", [True, False])
def test_a_draft_takes_title_and_licence_from_the_record(house, api, portal, by_address):
    portal.rows = 30
    house.connect("region", conn_type="http", host=api.url)
    wanted = (
        build_draft_request_from_path_or_url(
            "arbres", f"{api.url}/dataset/arbres/resource/{RESOURCE}?inner_span=True"
        )
        if by_address
        else DRAFTING.choose("arbres", "region", RESOURCE)
    )
    text = draft_declaration(wanted, house.place).files["datasets/arbres.yaml"]
    assert f"resource: {RESOURCE}" in text and "Arbres remarquables" in text
    assert "le portail dit « odc-odbl »" in text and "— odc-odbl | lov2" in text
    assert "encoding: cp1252" in text and 'decimal: ","' in text


def test_the_title_of_one_resource_among_several(house, api, portal):
    portal.package = {"resources": [{}, {}], "license_id": "lov2"}
    house.connect("region", conn_type="http", host=api.url)
    text = draft_declaration(DRAFTING.choose("arbres", "region", RESOURCE), house.place).files[
        "datasets/arbres.yaml"
    ]
    assert "Arbres remarquables - Arbres 2026" in text and "licence:" not in text
