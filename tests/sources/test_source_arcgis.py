"""ArcGIS: a contract server, written from the public reference of the REST API (Layer, Query), not from our client.

No ArcGIS can be installed here. What the server does is what the reference says, and what public services are seen
to do: errors under a status of 200, ``exceededTransferLimit`` beside the features in JSON and below ``properties``
in GeoJSON, fewer rows than asked for, moments in milliseconds since 1970.
"""

from __future__ import annotations

import gzip
import itertools
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aqueduc.draft import draft_declaration
from aqueduc.draft.kinds import build_draft_request_from_path_or_url
from aqueduc.errors import (
    SourceAccessRefusal,
    SourceError,
    SourceNotFound,
    SourceUnavailable,
    SourceUnreadable,
)
from aqueduc.run import Run
from aqueduc.sources import client
from aqueduc.sources.adapter import probe_source
from aqueduc.sources.arcgis.drafting import DRAFTING
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from tests.sources.conftest import CANARY, Reply

LAYER = "/rest/services/Arbres/FeatureServer/0"
FIELDS = [
    {"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
    {"name": "essence", "type": "esriFieldTypeString", "alias": "Essence de l'arbre"},
    {"name": "hauteur", "type": "esriFieldTypeDouble", "alias": "hauteur"},
    {"name": "plante_le", "type": "esriFieldTypeDate", "alias": "Date de plantation"},
    {"name": "Shape", "type": "esriFieldTypeGeometry", "alias": "Shape"},
]
COLUMNS = dict.fromkeys(["OBJECTID", "essence", "hauteur", "plante_le", "longitude", "latitude"], "publish")
MIDNIGHT = 1_772_319_600_000  # 2026-03-01 at 0:00 in Paris, 23:00 of the day before in UTC


@dataclass
class Layer:
    """A layer with ``rows`` trees, at most ``most`` an answer; ``said`` changes what it says of itself."""

    rows: int = 5
    most: int = 2
    said: dict[str, Any] = field(default_factory=dict)
    counted: Any = None

    def answer(self, target: str, _headers: Any) -> Reply:
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == LAYER:
            return Reply(self.describe())
        if parts.path != f"{LAYER}/query":
            return error(404)
        if asked.get("where") != "1=1":
            return error(400)
        if asked.get("returnCountOnly") == "true":
            return Reply({"count": self.rows if self.counted is None else self.counted})
        return Reply(self.page(asked))

    def describe(self) -> dict[str, Any]:
        return {
            "id": 0,
            "name": "Arbres remarquables",
            "type": "Feature Layer",
            "geometryType": "esriGeometryPoint",
            "objectIdField": "OBJECTID",
            "copyrightText": "Licence Ouverte 2.0",
            "maxRecordCount": self.most,
            "supportedQueryFormats": "JSON, geoJSON, PBF",
            "advancedQueryCapabilities": {"supportsPagination": True, "supportsOrderBy": True},
            "editingInfo": {"lastEditDate": 1_772_000_000_000},
            "fields": FIELDS,
            **self.said,
        }

    def page(self, asked: dict[str, str]) -> dict[str, Any]:
        start = int(asked.get("resultOffset", 0))
        size = min(int(asked.get("resultRecordCount", self.most)), self.most)
        ranks = range(start + 1, min(start + size, self.rows) + 1)
        more = {"exceededTransferLimit": True} if start + size < self.rows else {}
        if asked["f"] == "json":
            return {"fields": FIELDS, "features": [{"attributes": tree(rank)} for rank in ranks], **more}
        assert asked["outSR"] == "4326" and asked["orderByFields"] == "OBJECTID"
        features = [
            {"type": "Feature", "id": rank, "geometry": self.place(rank), "properties": tree(rank)}
            for rank in ranks
        ]
        around = {"properties": more} if more else {}
        return {"type": "FeatureCollection", "features": features, **around}

    def place(self, rank: int) -> dict[str, Any] | None:
        if self.said.get("geometryType") == "esriGeometryPolygon":
            ring = [[5.4, 43.5], [5.5, 43.5], [5.5, 43.6], [5.4, 43.5]]
            return {"type": "Polygon", "coordinates": [ring]} if rank > 1 else None
        return {"type": "Point", "coordinates": [5.4 + rank / 100, 43.5]}


def tree(rank: int) -> dict[str, Any]:
    plain = {"OBJECTID": rank, "essence": "Platane", "hauteur": 12.50, "plante_le": MIDNIGHT}
    return plain if rank > 1 else {**plain, "essence": None, "plante_le": None}


def error(code: int) -> Reply:
    """As ArcGIS refuses: with a status of 200."""
    return Reply({"error": {"code": code, "message": CANARY, "details": [CANARY]}})


@pytest.fixture
def layer(api):
    served = Layer()
    api.answer = served.answer
    return served


@pytest.fixture
def declared(house, api):
    def declare(columns=COLUMNS, **source):
        house.connect("sig", conn_type="http", host=f"{api.url}/rest/services")
        asked = {"arcgis": "sig", "dataset": "Arbres/FeatureServer/0", **source}
        return house.declare(asked, columns, types={"hauteur": "number", "plante_le": "date"})

    return declare


@pytest.fixture
def naps(monkeypatch):
    taken = []
    monkeypatch.setattr("tenacity.nap.time.sleep", taken.append)
    return taken


def pages_asked(api):
    return [target for target, _ in api.asked if "resultOffset" in target]


# --- rows --------------------------------------------------------------------------------------------------


def test_all_pages_in_wgs84_with_local_dates(house, api, layer, declared):
    found = house.extract(declared())
    names, rows = house.table(found)
    assert names == ["__line", *COLUMNS]
    assert rows[0] == (1, "1", None, "12.5", None, "5.41", "43.5")
    assert rows[1] == (2, "2", "Platane", "12.5", "2026-03-01", "5.42", "43.5")
    assert [row[1] for row in rows] == ["1", "2", "3", "4", "5"]
    assert len(pages_asked(api)) == 3
    assert found.report.source == {"kind": "arcgis", "connection": "sig", "path": "Arbres/FeatureServer/0"}


def test_a_service_that_gives_less_than_it_says(house, api, layer, declared):
    """``maxRecordCount`` is two, and heavy shapes come one at a time."""
    layer.said["maxRecordCount"], layer.most = 2, 1
    assert house.extract(declared()).report.rows == 5
    assert len(pages_asked(api)) == 5


def test_shapes_are_geojson_and_a_row_may_have_none(house, layer, declared):
    layer.said["geometryType"] = "esriGeometryPolygon"
    columns = {"OBJECTID": "publish", "geometry": "publish"}
    rows = house.rows(house.extract(declared(columns)))
    assert rows[0][-1] is None
    assert json.loads(rows[1][-1])["type"] == "Polygon"


@pytest.mark.parametrize("table", [True, False])
def test_a_table_and_a_layer_without_its_geometry(house, api, layer, declared, table):
    if table:
        layer.said["geometryType"] = None
    columns = {name: rule for name, rule in COLUMNS.items() if name not in ("longitude", "latitude")}
    found = house.extract(declared(columns, **({} if table else {"geometry": False})))
    assert house.table(found)[0] == ["__line", *columns] and found.report.rows == 5
    assert all("f=json" in target and "returnGeometry=false" in target for target in pages_asked(api))


def test_a_layer_without_a_row_keeps_its_columns(house, layer, declared):
    layer.rows = 0
    assert house.table(house.extract(declared())) == (["__line", *COLUMNS], [])


def test_a_layer_that_has_no_pages_is_read_at_once_or_not_at_all(house, api, layer, declared):
    layer.said["advancedQueryCapabilities"] = {"supportsPagination": False}
    layer.most = 5
    page = layer.page
    layer.page = lambda asked: page({**asked, "orderByFields": "OBJECTID"})
    assert house.extract(declared()).report.rows == 5 and pages_asked(api) == []
    layer.rows = 6
    message = house.fails(SourceUnreadable, declared(), run="r2")
    assert "annoncées par l'API : 6 ; données par ses pages : 5" in message


def test_a_moment_out_of_the_calendar_is_left_to_validation(house, layer, declared):
    page = layer.page
    layer.page = lambda asked: json.loads(json.dumps(page(asked)).replace(str(MIDNIGHT), "9" * 20))
    assert house.rows(house.extract(declared()))[1][4] == "9" * 20


# --- unchanged ---------------------------------------------------------------------------------------------


def certify(house, dataset, found):
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), found.report, house.place)


def test_a_layer_that_was_not_edited_is_not_read_again(house, api, layer, declared):
    dataset = declared()
    certify(house, dataset, house.extract(dataset))
    api.asked.clear()
    second = house.extract(dataset, "r2")
    assert second.report.unchanged and second.report.unchanged_by == "mark" and pages_asked(api) == []
    layer.rows = 6
    assert house.extract(dataset, "r3").report.rows == 6
    layer.rows, layer.said["editingInfo"] = 5, {"lastEditDate": 1_772_000_000_001}
    assert house.extract(dataset, "r4").report.unchanged_by == "rows"


def test_a_layer_that_does_not_say_when_it_was_edited_is_always_read(house, api, layer, declared):
    layer.said["editingInfo"] = None
    dataset = declared()
    certify(house, dataset, house.extract(dataset))
    assert house.extract(dataset, "r2").report.unchanged_by == "rows"


def test_a_layer_edited_while_it_is_read_is_read_again(house, layer, declared):
    dates, plain = itertools.count(), layer.describe
    layer.describe = lambda: {**plain(), "editingInfo": {"lastEditDate": next(dates)}}
    assert "pendant sa lecture" in house.fails(SourceUnavailable, declared())


# --- what fails --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code, kind, words",
    [
        (499, SourceAccessRefusal, "refuse l'accès (code 499)"),
        (403, SourceAccessRefusal, "partager la couche"),
        (404, SourceNotFound, "corriger « dataset: »"),
        (400, SourceUnreadable, "n'accepte pas la demande (code 400)"),
        (500, SourceUnavailable, "ne peut pas répondre (code 500)"),
        (429, SourceUnavailable, "ne peut pas répondre (code 429)"),
    ],
)
@pytest.mark.parametrize("where", ["", "returnCountOnly", "resultOffset=2"])
def test_an_error_under_a_status_of_200(house, api, layer, declared, code, kind, words, where):
    def answer(target, headers):
        hit = where in target if where else target.startswith(f"{LAYER}?")
        return error(code) if hit else layer.answer(target, headers)

    api.answer = answer
    assert words in house.fails(kind, declared())


def test_a_service_is_no_layer(house, layer, declared):
    layer.said["fields"] = None
    assert "avec le numéro de la couche" in house.fails(SourceUnreadable, declared())


def test_a_server_too_old_for_geojson(house, layer, declared):
    layer.said["supportedQueryFormats"] = "JSON, AMF"
    assert "« geometry: false »" in house.fails(SourceUnreadable, declared())


@pytest.mark.parametrize("counted", [None, "beaucoup", {"x": 1}])
def test_a_count_that_is_none(house, api, layer, declared, counted):
    plain = layer.answer
    api.answer = lambda target, headers: (
        Reply({"count": counted}) if "returnCountOnly" in target else plain(target, headers)
    )
    assert "ne dit pas combien" in house.fails(SourceUnreadable, declared())


@pytest.mark.parametrize("counted", [4, 7])
def test_another_number_of_rows_than_counted_publishes_nothing(house, layer, declared, counted):
    layer.counted = counted
    message = house.fails(SourceUnreadable, declared())
    assert f"annoncées par l'API : {counted} ; données par ses pages : 5" in message and "relancer" in message


def test_an_offset_that_is_ignored(house, layer, declared):
    page = layer.page
    layer.page = lambda asked: page({**asked, "resultOffset": "0"})
    assert "deux fois de suite la même page" in house.fails(SourceUnreadable, declared())


def test_pages_that_overlap(house, layer, declared):
    """A row went in before those that were read: the last one of a page comes again, and another is lost."""
    page = layer.page
    layer.page = lambda asked: page({**asked, "resultOffset": str(max(int(asked["resultOffset"]) - 1, 0))})
    layer.counted, layer.rows = 5, 4
    message = house.fails(SourceUnavailable, declared())
    assert "deux fois : ses pages ont bougé" in message


def test_pages_without_an_end(house, layer, declared, monkeypatch):
    monkeypatch.setattr("aqueduc.sources.pages.MOST_PAGES", 2)
    layer.rows = 100
    assert "tournent en rond (après 2 pages)" in house.fails(SourceUnreadable, declared())


BODY = json.dumps({"features": [{"type": "Feature", "properties": {"essence": CANARY}, "geometry": None}]})


@pytest.mark.parametrize(
    "given, kind, words",
    [
        ({"status": 429}, SourceUnavailable, "429"),
        ({"status": 503}, SourceUnavailable, "503"),
        ({"body": BODY.encode(), "cut": True}, SourceUnavailable, "RemoteProtocolError"),
        ({"body": BODY[:-4].encode()}, SourceUnreadable, "coupé"),
        ({"body": b"<html>"}, SourceUnreadable, "n'est pas le JSON attendu"),
        ({"body": {"features": [CANARY]}}, SourceUnreadable, "n'est pas un « Feature »"),
        ({"body": {"features": [{"type": "Feature", "properties": 3}]}}, SourceUnreadable, "Feature"),
        ({"status": 302, "headers": {"Location": "http://10.0.0.1/"}}, SourceAccessRefusal, "autre serveur"),
        (
            {"status": 302, "headers": {"Location": "http://169.254.169.254/"}},
            SourceAccessRefusal,
            "autre serveur",
        ),
        (
            {"body": gzip.compress(b"[" * 200_000), "headers": {"Content-Encoding": "gzip"}},
            SourceUnreadable,
            "dépasse toute mesure",
        ),
    ],
)
def test_a_fault_of_the_second_page(house, api, layer, declared, naps, monkeypatch, given, kind, words):
    monkeypatch.setattr(client, "LARGEST_ANSWER", 100_000)
    plain = layer.answer
    api.answer = lambda target, headers: (
        Reply(**given) if "resultOffset=2" in target else plain(target, headers)
    )
    assert words in house.fails(kind, declared())


def test_a_property_named_like_the_position(house, layer, declared):
    page = layer.page
    layer.page = lambda asked: json.loads(json.dumps(page(asked)).replace('"hauteur"', '"longitude"'))
    assert "« geometry: false »" in house.fails(SourceUnreadable, declared())


def test_what_describes_a_layer_is_no_json(house, api, declared):
    api.answer = lambda *_: Reply(b"<html>" + CANARY.encode(), headers={"Content-Type": "text/html"})
    message = house.fails(SourceUnreadable, declared())
    assert "reçu : text/html" in message and "« dataset: »" in message


# --- before a run ------------------------------------------------------------------------------------------


def test_check_connect_asks_for_no_row(house, api, layer, declared):
    from aqueduc.declaration.loader import load_city

    found = probe_source(declared(), load_city(house.include).city, house.place)
    assert found.columns == tuple(COLUMNS) and found.whole and pages_asked(api) == []


@pytest.mark.parametrize("by_address", [True, False])
def test_a_draft_takes_title_labels_and_rights_from_the_service(house, api, layer, by_address):
    layer.rows = 40
    house.connect("sig", conn_type="http", host=f"{api.url}/rest/services")
    wanted = (
        build_draft_request_from_path_or_url("arbres", f"{api.url}{LAYER}/?f=html")
        if by_address
        else DRAFTING.choose("arbres", "sig", "Arbres/FeatureServer/0")
    )
    made = draft_declaration(wanted, house.place)
    text = made.files["datasets/arbres.yaml"]
    assert "dataset: Arbres/FeatureServer/0" in text and "geometry: {longitude" in text
    assert "Arbres remarquables" in text
    assert "Licence Ouverte 2.0" in text and "lov2 | odc-odbl" in text
    schema = json.loads(made.files["schemas/arbres.json"])
    titles = {field["name"]: field["title"] for field in schema["fields"]}
    assert titles["essence"] == "Essence de l'arbre" and titles["plante_le"] == "Date de plantation"
    types = {field["name"]: field["type"] for field in schema["fields"]}
    assert types["hauteur"] == "number" and types["plante_le"] in ("date", "datetime")


def test_a_draft_leaves_out_a_geometry_that_its_columns_say_already(house, api, layer):
    layer.said["fields"] = [
        *FIELDS,
        {"name": "longitude", "type": "esriFieldTypeDouble", "alias": "longitude"},
    ]
    house.connect("sig", conn_type="http", host=f"{api.url}/rest/services")
    made = draft_declaration(DRAFTING.choose("arbres", "sig", "Arbres/FeatureServer/0"), house.place)
    assert "geometry: false" in made.files["datasets/arbres.yaml"]


def test_nothing_but_the_address_of_a_layer_is_taken_for_one():
    for text in (
        "https://sig.example/rest/services/Arbres/FeatureServer",
        "https://a:b@x/rest/services/A/FeatureServer/0",
    ):
        try:
            found = build_draft_request_from_path_or_url("arbres", text)
        except (ValueError, SourceError):
            continue
        assert found.kind != "arcgis"
