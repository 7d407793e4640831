"""Pages that say nothing wrong and are not the whole: a capped count, rows that move between two requests, an order that
nothing keeps; and positions that are no longitude and latitude. Contract servers, written from what the protocols allow."""

from __future__ import annotations

import gzip
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aqueduc.connections import Connection
from aqueduc.errors import SourceUnavailable, SourceUnreadable
from aqueduc.sources.jsonstream import JsonNumber
from aqueduc.sources.opendatasoft.adapter import OpendatasoftDatasetRecord, _build_row
from aqueduc.sources.positions import AxisOrderEvidence
from tests.sources.conftest import CANARY, Reply
from tests.sources.test_source_features import HITS, xml

PLACED = ("essence", "longitude", "latitude")


def ask(target: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


def feature(name: Any, *, identified: bool = True, position: list[float] | None = None) -> dict[str, Any]:
    place = None if position is None else {"type": "Point", "coordinates": position}
    plain = {"type": "Feature", "geometry": place, "properties": {"essence": str(name)}}
    return {**plain, "id": f"a.{name}"} if identified else plain


def collect(features: list[Any], **around: Any) -> Reply:
    return Reply({"type": "FeatureCollection", "features": features, **around})


@pytest.fixture
def wfs(house, api):
    """A layer that a WFS counts (``hits``), and gives page by page (``page``, of where it starts)."""

    def declare(hits, page, columns=("essence",), **source):
        def answer(target, _headers):
            asked = ask(target)
            if asked.get("resultType"):
                return xml(HITS.format(matched=hits() if callable(hits) else hits))
            return page(int(asked["startIndex"]))

        api.answer = answer
        house.connect("geo", conn_type="http", host=f"{api.url}/wfs")
        return house.declare({"wfs": "geo", "dataset": "a:b", **source}, dict.fromkeys(columns, "publish"))

    return declare


@pytest.fixture
def ogcapi(house, api):
    def declare(answer, columns=("essence",)):
        api.answer = lambda target, _headers: answer(int(ask(target).get("offset", 0)))
        house.connect("geo", conn_type="http", host=f"{api.url}/geo")
        return house.declare({"ogcapi": "geo", "dataset": "arbres"}, dict.fromkeys(columns, "publish"))

    return declare


@pytest.fixture
def arcgis(house, api):
    def declare(layer, answer, columns=("essence",)):
        def respond(target, _headers):
            asked = ask(target)
            if not urlsplit(target).path.endswith("/query"):
                return Reply({"fields": FIELDS, "maxRecordCount": 2, "objectIdField": "OBJECTID", **layer})
            return Reply({"count": layer["rows"]}) if asked.get("returnCountOnly") else answer(asked)

        api.answer = respond
        house.connect("sig", conn_type="http", host=f"{api.url}/rest/services")
        rules = {"OBJECTID": "drop", **dict.fromkeys(columns, "publish")}
        return house.declare({"arcgis": "sig", "dataset": "A/FeatureServer/0"}, rules)

    return declare


FIELDS = [
    {"name": "OBJECTID", "type": "esriFieldTypeOID"},
    {"name": "essence", "type": "esriFieldTypeString"},
]


def build_next_link(offset: int) -> list[dict[str, str]]:
    return [{"rel": "next", "href": f"/geo/collections/arbres/items?limit=1000&offset={offset}"}]


# --- a count that stops too soon -----------------------------------------------------------------------------


def test_a_count_that_the_service_caps_does_not_end_the_reading(house, wfs):
    found = house.extract(
        wfs(2, lambda start: collect([feature(n) for n in range(start, min(start + 2, 5))], numberMatched=5))
    )
    assert found.report.rows == 5 and found.report.findings == ()


def test_a_capped_count_beside_pages_that_say_none(house, wfs):
    message = house.fails(
        SourceUnreadable, wfs(2, lambda start: collect([feature(n) for n in range(start, min(start + 2, 5))]))
    )
    assert "annoncées par l'API : 2 ; données par ses pages : 5" in message


# --- rows that move ------------------------------------------------------------------------------------------


def test_a_row_goes_and_another_comes_between_two_pages_of_a_wfs(house, wfs):
    """The count stays, no row comes twice, and one is missed."""
    rows = list(range(4))

    def page(start):
        given = [feature(n) for n in rows[start : start + 2]]
        if start == 0 and 0 in rows:
            rows.remove(0)
            rows.append(4)
        return collect(given, numberMatched=4)

    message = house.fails(SourceUnavailable, wfs(4, page))
    assert "ont changé pendant la lecture" in message and "« sort_by: »" in message
    assert house.extract(wfs(4, page), "r2").report.rows == 4


def test_several_pages_of_a_wfs_whose_rows_nothing_tells_apart(house, wfs):
    def page(start):
        features = [feature(n, identified=False) for n in range(start, min(start + 2, 4))]
        return collect(features, numberMatched=4)

    message = house.fails(SourceUnreadable, wfs(4, page))
    assert "rien n'y distingue une ligne d'une autre" in message and "« sort_by: »" in message
    assert house.extract(wfs(4, page, sort_by="essence D"), "r2").report.rows == 4


def test_the_property_that_orders_is_not_unique(house, wfs):
    def page(start):
        return collect([feature(n // 3, identified=False) for n in range(start, start + 2)], numberMatched=4)

    message = house.fails(SourceUnavailable, wfs(4, page, sort_by="essence"))
    assert "deux fois" in message and "aucune valeur ne se répète" in message


def test_one_page_needs_no_order(house, wfs):
    page = collect([feature("a", identified=False)] * 3, numberMatched=3)
    assert house.extract(wfs(3, lambda _start: page)).report.rows == 3


def test_a_row_goes_and_another_comes_between_two_pages_of_an_ogc_api(house, ogcapi):
    rows = list(range(4))

    def answer(offset):
        links = build_next_link(2) if offset == 0 else []
        given = [feature(n) for n in rows[offset : offset + 2]]
        if offset == 0 and 0 in rows:
            rows.remove(0)
            rows.append(4)
        return collect(given, numberMatched=4, links=links)

    assert "ont changé pendant la lecture" in house.fails(SourceUnavailable, ogcapi(answer))


def test_an_arcgis_layer_without_a_date_is_read_twice(house, arcgis):
    rows = [1, 2, 3, 4]

    def answer(asked):
        start = int(asked["resultOffset"])
        given = [{"attributes": {"OBJECTID": n, "essence": str(n)}} for n in rows[start : start + 2]]
        if start == 0 and 1 in rows:
            rows.remove(1)
            rows.append(5)
        return Reply({"features": given, "exceededTransferLimit": start == 0})

    assert "ont changé pendant la lecture" in house.fails(SourceUnavailable, arcgis({"rows": 4}, answer))


def test_several_pages_of_an_arcgis_layer_without_a_lasting_number(house, arcgis):
    layer = {"rows": 4, "uniqueIdInfo": {"OIDFieldContainsHashValue": True}}

    def answer(asked):
        start = int(asked["resultOffset"])
        names = "ab" if start == 0 else "bc"
        given = [{"attributes": {"OBJECTID": hash((n, start)), "essence": n}} for n in names]
        return Reply({"features": given, "exceededTransferLimit": start == 0})

    message = house.fails(SourceUnreadable, arcgis(layer, answer))
    assert "rien n'y distingue une ligne d'une autre" in message and "OBJECTID" in message


# --- the same page, by another link --------------------------------------------------------------------------


def test_links_that_move_over_a_page_that_does_not(house, ogcapi):
    def answer(offset):
        links = build_next_link(offset + 2) if offset < 4 else []
        return collect([feature(n, identified=False) for n in "ab"], numberMatched=6, links=links)

    assert "deux fois de suite la même page" in house.fails(SourceUnreadable, ogcapi(answer))


def test_the_links_of_an_api_that_give_the_same_page(house, api):
    house.connect("api", conn_type="http", host=api.url)
    source = {"http": "api", "path": "/x", "records": "r", "paging": {"next": "n", "total": "t"}}
    dataset = house.declare(source, {"a": "publish"})
    api.answer = lambda target, _headers: Reply(
        {"t": 4, "r": [{"a": "1"}, {"a": "2"}], "n": None if "p=2" in target else "/x?p=2"}
    )
    assert "deux fois de suite la même page" in house.fails(SourceUnreadable, dataset)


# --- positions -----------------------------------------------------------------------------------------------

EPSG_4326 = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}}
LAMBERT = {"crs": {"type": "name", "properties": {"name": "EPSG:2154"}}}
PLACES = [
    ([892390.2, 6247035.1], {}, "objet n° 1 n'est pas en degrés"),
    ([892390.2, 6247035.1], LAMBERT, "pas en WGS84"),
    ([5.4, 95], {}, "objet n° 1 n'est pas en degrés"),
    ([43.5, 5.4], EPSG_4326, "Latitude et longitude sont inversées"),
    ([43.5, 5.4], {}, "Latitude et longitude sont inversées"),
    ([2.3, 48.8], EPSG_4326, "Rien ne prouve que la longitude vient en premier"),
    ([5.4, 43.5], EPSG_4326, ""),
    ([2.3, 48.8], {}, ""),
]


@pytest.mark.parametrize("position, around, words", PLACES)
@pytest.mark.parametrize("kind", ["wfs", "ogcapi", "arcgis"])
def test_positions_are_longitude_and_latitude_or_nothing_is_read(
    house, wfs, ogcapi, arcgis, kind, position, around, words
):
    page = collect([feature("x", position=position)], **around)
    dataset = {
        "wfs": lambda: wfs(1, lambda start: collect([]) if start else page, PLACED),
        "ogcapi": lambda: ogcapi(lambda _offset: page, PLACED),
        "arcgis": lambda: arcgis(
            {"rows": 1, "geometryType": "esriGeometryPoint"}, lambda _asked: page, PLACED
        ),
    }[kind]()
    if not words:
        assert house.extract(dataset).report.rows == 1
        return
    message = house.fails(SourceUnreadable, dataset)
    assert words in message and not re.search(r"892390|6247035", message)


def test_without_the_place_of_the_city_an_order_left_open_is_not_guessed():
    tally = AxisOrderEvidence(bbox=None, is_ambiguous=True)
    assert not tally.are_axes_unproven, "no position at all"
    assert tally.add_geometry_if_on_globe(
        {"type": "Point", "coordinates": [JsonNumber("5.4"), JsonNumber("43.5")]}
    )
    assert tally.are_axes_unproven and not tally.are_axes_swapped


def test_a_shape_that_leaves_the_globe_somewhere(house, ogcapi):
    ring = [[5.4, 43.5], [5.5, 43.5], [5.5, 430.6], [5.4, 43.5]]
    shape = {
        **feature("x"),
        "geometry": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Point", "coordinates": [5.4, 43.5]},
                {"type": "Polygon", "coordinates": [ring]},
            ],
        },
    }
    dataset = ogcapi(lambda _offset: collect([feature("y"), shape]), ("essence", "geometry"))
    assert "objet n° 2 n'est pas en degrés" in house.fails(SourceUnreadable, dataset)


# --- pages without an end, and headers -----------------------------------------------------------------------


@pytest.mark.parametrize("matched, asked", [(1, 2), (None, 11)])
def test_empty_pages_that_announce_another_one(house, api, ogcapi, matched, asked):
    def answer(offset):
        around = {} if matched is None else {"numberMatched": matched}
        return collect([] if offset else [feature("x")], links=build_next_link(offset + 1000), **around)

    dataset = ogcapi(answer)
    if matched is None:
        assert "10 pages vides de suite" in house.fails(SourceUnreadable, dataset)
    else:
        assert house.extract(dataset).report.rows == 1
        asked *= 2  # the same two pages again
    assert len(api.asked) == asked


def test_a_few_empty_pages_in_the_middle(house, ogcapi):
    def answer(offset):
        links = build_next_link(offset + 1000) if offset < 9000 else []
        return collect([] if 0 < offset < 9000 else [feature(offset)], links=links)

    assert house.extract(ogcapi(answer)).report.rows == 2


def test_pages_that_take_too_long_together(house, ogcapi, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.pages.LONGEST_READING_S", -1.0)
    dataset = ogcapi(lambda offset: collect([feature(offset)], links=build_next_link(offset + 1000)))
    assert "n'en finissent pas d'arriver" in house.fails(SourceUnavailable, dataset)


@pytest.mark.parametrize("digits", [19, 5000])
def test_a_total_out_of_all_measure_is_none(house, api, ogcapi, digits):
    body = (
        b'{"features":[{"type":"Feature","geometry":null,"properties":{"essence":"a"}}],"numberMatched":%s}'
    )
    dataset = ogcapi(lambda _offset: Reply(body % (b"9" * digits)))
    found = house.extract(dataset)
    assert [finding.code for finding in found.report.findings] == ["lignes-non-comptees"]


@pytest.mark.parametrize(
    "header, shown",
    [
        (f"Dupont {CANARY}", "type inconnu"),
        (f"application/{CANARY}", "type inconnu"),
        ("text/html; charset=x", "text/html"),
        ("", "type inconnu"),
    ],
)
def test_a_media_type_is_said_only_if_it_is_known(house, ogcapi, header, shown):
    dataset = ogcapi(lambda _offset: Reply(b"oops", headers={"Content-Type": header}))
    message = house.fails(SourceUnreadable, dataset)
    assert f"(reçu : {shown})" in message and "dupont" not in message.lower()


@pytest.mark.parametrize("codings", ["gzip, gzip", "gzip,identity", "br", "zstd"])
def test_a_body_compressed_twice_or_as_was_not_asked_is_not_undone(house, ogcapi, codings):
    once = gzip.compress(b"[]" + b" " * 100_000)
    dataset = ogcapi(lambda _offset: Reply(gzip.compress(once), headers={"Content-Encoding": codings}))
    assert "mal compressée" in house.fails(SourceUnreadable, dataset)


@pytest.mark.parametrize(
    "host, port, url",
    [
        (
            "https://sig.ville.fr/mapserv?map=/srv/v.map",
            8443,
            "https://sig.ville.fr:8443/mapserv?map=/srv/v.map",
        ),
        ("https://sig.ville.fr/mapserv?map=/srv/", None, "https://sig.ville.fr/mapserv?map=/srv/"),
        ("https://sig.ville.fr/wfs/", 8443, "https://sig.ville.fr:8443/wfs"),
        ("http://[::1]", 8443, "http://[::1]:8443"),
        ("sig.ville.fr", 8443, "https://sig.ville.fr:8443"),
        ("https://u:p@sig.ville.fr", 8443, "https://sig.ville.fr:8443"),
    ],
)
def test_a_port_leaves_the_rest_of_the_address(host, port, url):
    assert Connection("sig", "http", host=host, port=port).base_url == url


def test_columns_that_the_record_of_opendatasoft_does_not_know_keep_their_order():
    record = dict.fromkeys("zyxwvutsrqponml", "1")
    assert list(_build_row(OpendatasoftDatasetRecord({"fields": []}), True, record, 1)) == list(record)


def test_what_a_wfs_counts_in_a_document_without_end(house, wfs, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.wfs.adapter.LARGEST_OUTLINE", 100)
    assert "dépasse toute mesure" in house.fails(SourceUnreadable, wfs(1, lambda _start: collect([])))


def test_what_stands_around_the_records_without_end(house, ogcapi, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.jsonstream.LARGEST_VALUE", 1000)
    dataset = ogcapi(lambda _offset: collect([feature("x")], a="x" * 600, b="x" * 600))
    message = house.fails(SourceUnreadable, dataset)
    assert "ce qui entoure la liste est démesuré" in message
    dataset = ogcapi(lambda _offset: collect([feature("x")], a="x" * 600))
    assert house.extract(dataset, "r2").report.rows == 1
