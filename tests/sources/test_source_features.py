"""OGC API Features and WFS 2.0: contract servers, written from the standards (OGC 17-069r4, 09-025r2) and from what
GeoServer answers in GeoJSON, not from our client. No real one runs here: neither pygeoapi nor MapServer is among the
packages of the tests. The two readers were run by hand against pygeoapi 0.21 and MapServer 8.4.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from aqueduc.declaration.loader import load_city
from aqueduc.draft import draft_declaration
from aqueduc.draft.kinds import build_draft_request_from_path_or_url
from aqueduc.errors import SourceAccessRefusal, SourceNotFound, SourceUnavailable, SourceUnreadable
from aqueduc.sources import client
from aqueduc.sources.adapter import probe_source
from aqueduc.sources.wfs.drafting import DRAFTING
from tests.sources.conftest import CANARY, Reply

COLUMNS = dict.fromkeys(["essence", "hauteur", "longitude", "latitude"], "publish")


def tree(rank: int) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [round(5.4 + rank / 100, 2), 43.5]}
    return {
        "type": "Feature",
        "id": f"arbres.{rank}",
        "geometry": place if rank > 1 else None,
        "properties": {"essence": "Platane", "hauteur": 12.50},
    }


@dataclass
class Service:
    """A service with ``rows`` trees, at most ``most`` an answer, which says ``matched`` of them; ``around`` stands in
    each page."""

    url: str
    rows: int = 5
    most: int = 2
    matched: Any = ...
    around: dict[str, Any] | None = None
    changed: Any = None

    def page(self, start: int, size: int) -> dict[str, Any]:
        ranks = range(start + 1, min(start + min(size, self.most), self.rows) + 1)
        found = {
            "type": "FeatureCollection",
            "features": [tree(rank) for rank in ranks],
            **(self.around or {}),
        }
        matched = self.rows if self.matched is ... else self.matched
        return found if matched is None else {**found, "numberMatched": matched}


class OgcApi(Service):
    kind, base, dataset = "ogcapi", "/geo", "arbres"

    def answer(self, target: str, _headers: Any) -> Reply:
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/geo/collections/arbres":
            licence = {
                "rel": "license",
                "href": "https://opendatacommons.org/licenses/odbl/1-0/",
                "title": "ODbL",
            }
            return Reply({"id": "arbres", "title": "Arbres remarquables", "links": [licence]})
        if parts.path != "/geo/collections/arbres/items":
            return Reply({"code": "NotFound", "description": CANARY}, status=404)
        assert asked.keys() <= {"limit", "offset"}, "an unknown parameter is refused by the standard"
        start = int(asked.get("offset", 0))
        page = self.page(start, int(asked["limit"]))
        following = (
            f"{self.url}/geo/collections/arbres/items?limit={asked['limit']}&offset={start + self.most}"
        )
        links = [
            {"rel": "self", "href": self.url + target},
            {"rel": "next", "type": "text/html", "href": "/html"},
        ]
        more = [{"rel": "next", "type": "application/geo+json", "href": following}]
        page["links"] = links + more if start + self.most < self.rows else links[:1]
        return Reply(page, headers={"Content-Type": "application/geo+json"})


class Wfs(Service):
    kind, base, dataset = "wfs", "/geoserver/wfs?map=/srv/voirie.map", "voirie:arbres"
    output = "application/json"

    def answer(self, target: str, _headers: Any) -> Reply:
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/geoserver/wfs":
            return Reply(b"<html>", status=404)
        assert asked["map"] == "/srv/voirie.map" and (asked["service"], asked["version"]) == ("WFS", "2.0.0")
        if asked["request"] == "GetCapabilities":
            return xml(CAPABILITIES.format(output=self.output))
        if asked["typeNames"] != "voirie:arbres":
            return xml(EXCEPTION.format(locator="typeName"))
        if asked.get("resultType") == "hits":
            matched = (
                self.rows if self.matched is ... else "unknown" if self.matched is None else self.matched
            )
            return xml(HITS.format(matched=matched))
        if asked["outputFormat"] != self.output:
            return xml(EXCEPTION.format(locator="outputFormat"))
        assert asked["srsName"] == "EPSG:4326"
        return Reply(self.page(int(asked["startIndex"]), int(asked["count"])))


def xml(text: str) -> Reply:
    return Reply(text.encode(), headers={"Content-Type": "application/xml"})


HITS = """<?xml version="1.0"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"
 numberMatched="{matched}" numberReturned="0" timeStamp="2026-03-01T00:00:00Z"/>"""
EXCEPTION = f"""<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0"><ows:Exception
 exceptionCode="InvalidParameterValue" locator="{{locator}}"><ows:ExceptionText>{CANARY}</ows:ExceptionText>
 </ows:Exception></ows:ExceptionReport>"""
CAPABILITIES = """<wfs:WFS_Capabilities xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1">
<ows:ServiceIdentification><ows:Title>Service</ows:Title><ows:Fees>NONE</ows:Fees>
<ows:AccessConstraints>Open Database License</ows:AccessConstraints></ows:ServiceIdentification>
<ows:OperationsMetadata><ows:Operation name="DescribeFeatureType"><ows:Parameter name="outputFormat"><ows:AllowedValues>
<ows:Value>application/schema+json</ows:Value></ows:AllowedValues></ows:Parameter></ows:Operation>
<ows:Operation name="GetFeature"><ows:Parameter name="outputFormat"><ows:AllowedValues><ows:Value>text/xml</ows:Value>
<ows:Value>{output}</ows:Value></ows:AllowedValues></ows:Parameter></ows:Operation></ows:OperationsMetadata>
<wfs:FeatureTypeList><wfs:FeatureType><wfs:Name>voirie:bancs</wfs:Name><wfs:Title>Bancs</wfs:Title></wfs:FeatureType>
<wfs:FeatureType><wfs:Name>voirie:arbres</wfs:Name><wfs:Title>Arbres remarquables</wfs:Title></wfs:FeatureType>
</wfs:FeatureTypeList></wfs:WFS_Capabilities>"""


@pytest.fixture(params=[OgcApi, Wfs], ids=lambda kind: kind.kind)
def service(request, api):
    served = request.param(api.url)
    api.answer = lambda target, headers: served.changed(target) or served.answer(target, headers)
    served.changed = lambda _target: None
    return served


@pytest.fixture
def declared(house, api, service):
    def declare(columns=COLUMNS, **source):
        house.connect("geo", conn_type="http", host=api.url + service.base)
        asked = {service.kind: "geo", "dataset": service.dataset, **source}
        return house.declare(asked, columns, types={"hauteur": "number"})

    return declare


def asks_second_page(target: str) -> bool:
    return "offset=2" in target or "startIndex=2" in target


def test_all_pages_to_the_last(house, service, declared):
    found = house.extract(declared())
    names, rows = house.table(found)
    assert set(names) == {"__line", *COLUMNS}
    places = [row[names.index("longitude")] for row in rows]
    assert places == [None, "5.42", "5.43", "5.44", "5.45"]
    assert found.report.findings == ()


def test_shapes_and_none(house, service, declared):
    columns = {"essence": "publish", "hauteur": "publish"}
    assert set(house.table(house.extract(declared(columns, geometry=False)))[0]) == {"__line", *columns}


def test_a_service_that_does_not_count_is_read_to_its_end_and_said(house, service, declared):
    service.matched = None
    found = house.extract(declared())
    assert found.report.rows == 5
    assert [finding.code for finding in found.report.findings] == ["lignes-non-comptees"]


@pytest.mark.parametrize("matched", [3, 7])
def test_another_number_of_rows_than_said_publishes_nothing(house, service, declared, matched):
    service.matched = matched
    message = house.fails(SourceUnreadable, declared())
    assert f"annoncées par l'API : {matched} ; données par ses pages :" in message and "relancer" in message


def test_a_row_given_twice(house, service, declared):
    """The pages moved: a feature comes again, and as many as said come in all."""
    again = Reply({**service.page(1, 2), "numberMatched": 4, "links": []})
    service.rows = service.matched = 4
    service.changed = lambda target: again if asks_second_page(target) else None
    assert "deux fois : ses pages ont bougé" in house.fails(SourceUnavailable, declared())


def test_pages_without_an_end(house, service, declared, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.pages.MOST_PAGES", 2)
    assert "tournent en rond (après 2 pages)" in house.fails(SourceUnreadable, declared())


def test_positions_that_are_not_in_wgs84(house, service, declared):
    service.around = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}}
    assert "pas en WGS84" in house.fails(SourceUnreadable, declared())


def test_a_dataset_that_is_not_there(house, service, declared):
    assert "corriger « dataset: »" in house.fails(SourceNotFound, declared(dataset="inconnu"))


def test_a_property_named_like_the_position(house, service, declared):
    feature = {**tree(2), "properties": {"longitude": CANARY}}
    page = Reply({"type": "FeatureCollection", "features": [feature], "numberMatched": 5, "links": []})
    service.changed = lambda target: page if asks_second_page(target) else None
    assert "« geometry: false »" in house.fails(SourceUnreadable, declared())


BODY = json.dumps({"type": "FeatureCollection", "features": [tree(3), {**tree(4), "x": CANARY}]}).encode()


@pytest.mark.parametrize(
    "given, kind, words",
    [
        ({"status": 429}, SourceUnavailable, "429"),
        ({"status": 400}, SourceUnreadable, "« dataset: »"),
        ({"body": BODY, "cut": True}, SourceUnavailable, "RemoteProtocolError"),
        ({"body": BODY[:-4]}, SourceUnreadable, "coupé"),
        ({"body": {"features": [CANARY]}}, SourceUnreadable, "n'est pas un « Feature »"),
        ({"body": EXCEPTION.encode()}, SourceUnreadable, "n'est pas le JSON attendu"),
        ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, SourceAccessRefusal, "autre serveur"),
        (
            {"body": gzip.compress(b"[" * 200_000), "headers": {"Content-Encoding": "gzip"}},
            SourceUnreadable,
            "dépasse toute mesure",
        ),
    ],
)
def test_a_fault_of_the_second_page(house, service, declared, monkeypatch, given, kind, words):
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    monkeypatch.setattr(client, "LARGEST_ANSWER", 100_000)
    service.changed = lambda target: Reply(**given) if asks_second_page(target) else None
    assert words in house.fails(kind, declared())


def test_check_connect_reads_one_page(house, api, service, declared):
    found = probe_source(declared(), load_city(house.include).city, house.place)
    assert set(found.columns) == set(COLUMNS) and not found.whole
    assert not any(asks_second_page(target) for target, _ in api.asked)


def test_a_draft_takes_title_and_licence_from_the_service(house, api, service):
    service.rows, service.most = 40, 15
    address = {
        "ogcapi": f"{api.url}/geo/collections/arbres/items?f=html",
        "wfs": f"{api.url}/geoserver/wfs?map=/srv/voirie.map&SERVICE=wfs&request=GetFeature&TypeName=voirie:arbres",
    }[service.kind]
    wanted = build_draft_request_from_path_or_url("arbres", address)
    assert (wanted.kind, wanted.target) == (service.kind, service.dataset)
    text = draft_declaration(wanted, house.place).files["datasets/arbres.yaml"]
    assert "Arbres remarquables" in text and "sous quelle licence" in text
    assert f"dataset: {service.dataset}" in text and "geometry: {longitude: longitude" in text


# --- OGC API Features alone --------------------------------------------------------------------------------


@pytest.fixture
def ogcapi(house, api):
    """A declaration of a service whose first page has these links."""
    served = OgcApi(api.url)

    def declare(links):
        api.answer = lambda *_: Reply({**served.page(0, 2), "links": links})
        house.connect("geo", conn_type="http", host=api.url + served.base)
        return house.declare({"ogcapi": "geo", "dataset": "arbres"}, COLUMNS)

    return declare


def test_a_link_to_another_server(house, ogcapi):
    links = [{"rel": "next", "href": "http://10.0.0.1/items"}]
    assert "autre serveur" in house.fails(SourceAccessRefusal, ogcapi(links))


@pytest.mark.parametrize("href", [3, "", None])
def test_a_link_that_leads_nowhere(house, ogcapi, href):
    message = house.fails(SourceUnreadable, ogcapi([{"rel": "next", "href": href}]))
    assert "n'est pas l'adresse de la page suivante" in message


# --- WFS alone ---------------------------------------------------------------------------------------------


@pytest.fixture
def wfs(house, api):
    served = Wfs(api.url)
    api.answer = served.answer

    def declare(**source):
        house.connect("geo", conn_type="http", host=api.url + served.base)
        return house.declare({"wfs": "geo", "dataset": "voirie:arbres", **source}, COLUMNS)

    return declare


@pytest.mark.parametrize(
    "body", [b"<html><body>", b'{"features": []}', b"", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>']
)
def test_what_is_no_wfs(house, api, wfs, body):
    api.answer = lambda *_: Reply(body)
    assert "n'est pas un service WFS" in house.fails(SourceUnreadable, wfs())


def test_a_request_that_a_wfs_refuses(house, api, wfs):
    api.answer = lambda *_: xml(EXCEPTION.format(locator="version"))
    assert "répond à WFS 2.0.0" in house.fails(SourceUnreadable, wfs())


def test_an_offset_that_a_wfs_ignores(house, api, wfs):
    plain = Wfs(api.url).answer
    api.answer = lambda target, headers: plain(target.replace("startIndex=2", "startIndex=0"), headers)
    assert "deux fois de suite la même page" in house.fails(SourceUnreadable, wfs())


def test_the_order_and_the_format_are_those_declared(house, api, wfs):
    house.extract(wfs(sort_by="essence"))
    assert "sortBy=essence" in unquote(api.asked[-1][0])
    message = house.fails(SourceUnreadable, wfs(output="geojson"), run="r2")
    assert "n'est pas le JSON attendu" in message and "« output: »" in message


def test_a_draft_takes_the_name_that_the_service_gives_to_geojson(house, api, wfs):
    served = Wfs(api.url, rows=30, most=30)
    served.output = "application/json; subtype=geojson"
    api.answer = served.answer
    wfs()
    text = draft_declaration(DRAFTING.choose("arbres", "geo", "voirie:arbres"), house.place).files[
        "datasets/arbres.yaml"
    ]
    assert "output: application/json; subtype=geojson" in text
