"""Opendatasoft: a contract server, written from the public reference of Explore API v2.1, not from our client.

Opendatasoft cannot be installed. What the server does is what the reference says: ``records`` refuses an offset and
a limit beyond 10 000, ``exports/json`` gives a list of all rows, moments are in the time zone that is asked for.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from aqueduc.draft import draft_declaration
from aqueduc.draft.kinds import build_draft_request_from_path_or_url
from aqueduc.errors import SourceAccessRefusal, SourceNotFound, SourceUnavailable, SourceUnreadable
from aqueduc.run import Run
from aqueduc.sources import client
from aqueduc.sources.adapter import probe_source
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from aqueduc.sources.opendatasoft.drafting import DRAFTING
from tests.sources.conftest import CANARY, Reply

DATASET = "/api/explore/v2.1/catalog/datasets/arbres-remarquables"
FIELDS = [
    {"name": "id", "type": "text", "label": "Identifiant", "description": None},
    {"name": "essence", "type": "text", "label": "Essence", "description": "L'essence de l'arbre"},
    {"name": "plante_le", "type": "date", "label": "plante_le", "description": None},
    {"name": "releve", "type": "datetime", "label": "Relevé", "description": None},
    {"name": "etiquettes", "type": "text", "label": "Étiquettes", "annotations": {"multivalued": [";"]}},
    {"name": "photo", "type": "file", "label": "Photo"},
    {"name": "contour", "type": "geo_shape", "label": "Contour"},
    {"name": "geo", "type": "geo_point_2d", "label": "Position"},
]
COLUMNS = dict.fromkeys(
    ["id", "essence", "plante_le", "releve", "etiquettes", "photo", "contour", "geo.lon", "geo.lat"],
    "publish",
)


def tree(rank: int) -> dict[str, Any]:
    if rank == 1:
        return {**dict.fromkeys([one["name"] for one in FIELDS]), "id": "1"}
    return {
        "id": str(rank),
        "essence": "Platane",
        "plante_le": "2026-03-01",
        "releve": "2026-03-01T10:00:00+01:00",
        "etiquettes": ["a", "b"],
        "photo": {"filename": "p.jpg", "url": "https://x.example/p.jpg"},
        "contour": {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [5.40, 43.5]},
            "properties": {},
        },
        "geo": {"lon": 5.4, "lat": 43.5},
    }


@dataclass
class Portal:
    rows: int = 3
    metas: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    counted: Any = None

    def answer(self, target: str, _headers: Any) -> Reply:
        parts = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        below = unquote(parts.path).removeprefix(DATASET)
        if not unquote(parts.path).startswith(DATASET):
            return Reply({"error_code": "ODSQLError", "message": CANARY}, status=404)
        if below == "":
            return Reply(self.describe())
        if below == "/records":
            assert int(asked["limit"]) + int(asked.get("offset", 0)) <= 10_000
            return Reply({"total_count": self.rows if self.counted is None else self.counted, "results": []})
        assert below == "/exports/json" and asked["timezone"] == "Europe/Paris"
        return Reply([tree(rank) for rank in range(1, self.rows + 1)])

    def describe(self) -> dict[str, Any]:
        default = {
            "title": "Arbres remarquables de la métropole",
            "license": "Licence Ouverte v2.0 (Etalab)",
            "license_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
            "data_processed": "2026-03-01T02:00:00+00:00",
            "records_count": self.rows,
            **self.metas,
        }
        return {
            "dataset_id": "arbres-remarquables",
            "has_records": True,
            "metas": {"default": default},
            "fields": FIELDS,
            **self.said,
        }


@pytest.fixture
def portal(api):
    served = Portal()
    api.answer = served.answer
    return served


@pytest.fixture
def declared(house, api):
    def declare(columns=COLUMNS, **source):
        house.connect("metropole", conn_type="http", host=api.url)
        asked = {"opendatasoft": "metropole", "dataset": "arbres-remarquables", **source}
        return house.declare(asked, columns, types={"plante_le": "date"})

    return declare


def exports_asked(api):
    return [target for target, _ in api.asked if "/exports/" in target]


def test_all_rows_in_one_export(house, api, portal, declared):
    found = house.extract(declared())
    names, rows = house.table(found)
    assert names == ["__line", *COLUMNS]
    assert rows[0] == (1, "1", *[None] * 8)
    assert rows[1] == (
        2,
        "2",
        "Platane",
        "2026-03-01",
        "2026-03-01T10:00:00+01:00",
        '["a","b"]',
        '{"filename":"p.jpg","url":"https://x.example/p.jpg"}',
        '{"type":"Point","coordinates":[5.4,43.5]}',
        "5.4",
        "43.5",
    )
    assert len(exports_asked(api)) == 1


def test_more_rows_than_records_may_be_asked_for(house, portal, declared):
    portal.rows = 10_050
    assert house.extract(declared()).report.rows == 10_050


def test_without_its_positions(house, portal, declared):
    columns = {name: rule for name, rule in COLUMNS.items() if name not in ("contour", "geo.lon", "geo.lat")}
    assert house.table(house.extract(declared(columns, geometry=False)))[0] == ["__line", *columns]


def test_a_field_that_the_record_does_not_know_is_a_column(house, api, portal, declared):
    """Undeclared, it stops the run after: nothing is left out in silence."""
    plain = portal.answer
    api.answer = lambda target, headers: (
        Reply([{**tree(2), "agent": CANARY}] * 3) if "/exports/" in target else plain(target, headers)
    )
    assert house.table(house.extract(declared()))[0] == ["__line", *COLUMNS, "agent"]


def test_an_identifier_is_one_step_of_the_address(house, api, portal, declared):
    house.fails(SourceNotFound, declared(dataset="../a?b#c"))
    assert api.asked[-1][0] == DATASET.replace("arbres-remarquables", "..%2Fa%3Fb%23c")


def test_a_dataset_that_was_not_processed_is_not_read_again(house, api, portal, declared):
    dataset = declared()
    first = house.extract(dataset)
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), first.report, house.place)
    assert house.extract(dataset, "r2").report.unchanged_by == "mark" and len(exports_asked(api)) == 1
    portal.metas["data_processed"] = "2026-03-02T02:00:00+00:00"
    assert house.extract(dataset, "r3").report.unchanged_by == "rows"
    portal.metas["data_processed"] = None
    assert house.extract(dataset, "r4").report.unchanged_by == "rows" and len(exports_asked(api)) == 3


# --- what fails --------------------------------------------------------------------------------------------


def test_a_dataset_that_is_not_there(house, portal, declared):
    message = house.fails(SourceNotFound, declared(dataset="inconnu"))
    assert "corriger « dataset: », ou l'adresse de la connexion" in message


@pytest.mark.parametrize("said", [{"has_records": False}, {"fields": []}, {"fields": None}])
def test_a_dataset_without_rows(house, portal, declared, said):
    portal.said = said
    assert "n'a que des fichiers joints" in house.fails(SourceUnreadable, declared())


@pytest.mark.parametrize("counted", [2, 4])
def test_another_number_of_rows_than_counted_publishes_nothing(house, portal, declared, counted):
    portal.counted = counted
    message = house.fails(SourceUnreadable, declared())
    assert f"annoncées par l'API : {counted} ; données par ses pages : 3" in message


def test_a_count_that_is_none(house, portal, declared):
    portal.counted = "beaucoup"
    assert "ne dit pas combien" in house.fails(SourceUnreadable, declared())


BODY = json.dumps([tree(2), {"id": CANARY}]).encode()


@pytest.mark.parametrize(
    "given, kind, words",
    [
        ({"status": 429}, SourceUnavailable, "429"),
        ({"status": 401}, SourceAccessRefusal, "refuse l'accès"),
        ({"body": BODY, "cut": True}, SourceUnavailable, "RemoteProtocolError"),
        ({"body": BODY[:-4]}, SourceUnreadable, "coupé"),
        ({"body": {"error": CANARY}}, SourceUnreadable, "une liste était attendue"),
        ({"body": [CANARY]}, SourceUnreadable, "n'est pas un objet"),
        (
            {"status": 302, "headers": {"Location": "http://192.168.0.1/"}},
            SourceAccessRefusal,
            "autre serveur",
        ),
        ({"status": 302, "headers": {"Location": DATASET + "/exports/json"}}, SourceUnreadable, "sans fin"),
        (
            {"body": gzip.compress(b"[" * 200_000), "headers": {"Content-Encoding": "gzip"}},
            SourceUnreadable,
            "dépasse toute mesure",
        ),
    ],
)
def test_a_fault_of_the_export(house, api, portal, declared, monkeypatch, given, kind, words):
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    monkeypatch.setattr(client, "LARGEST_ANSWER", 100_000)
    plain = portal.answer
    api.answer = lambda target, headers: Reply(**given) if "/exports/" in target else plain(target, headers)
    assert words in house.fails(kind, declared())


# --- before a run ------------------------------------------------------------------------------------------


def test_check_connect_asks_for_no_row(house, api, portal, declared):
    from aqueduc.declaration.loader import load_city

    found = probe_source(declared(), load_city(house.include).city, house.place)
    assert found.columns == tuple(COLUMNS) and found.whole and exports_asked(api) == []


ADDRESSES = (
    "/explore/dataset/arbres-remarquables/information/?flg=fr",
    "/explore/dataset/arbres-remarquables",
    DATASET + "/records?limit=20",
)


@pytest.fixture
def drafted(house, api, portal):
    """What is drafted of thirty trees; the city's own timezone is not asked for."""
    portal.rows, plain = 30, portal.answer
    api.answer = lambda target, headers: plain(
        target.replace("timezone=UTC", "timezone=Europe%2FParis"), headers
    )
    house.connect("metropole", conn_type="http", host=api.url)

    def draft(address=""):
        by_connection = DRAFTING.choose("arbres", "metropole", "arbres-remarquables")
        wanted = (
            build_draft_request_from_path_or_url("arbres", api.url + address) if address else by_connection
        )
        return draft_declaration(wanted, house.place).files

    return draft


@pytest.mark.parametrize("address", [*ADDRESSES, ""])
def test_a_draft_takes_title_labels_and_licence_from_the_record(drafted, address):
    files = drafted(address)
    text = files["datasets/arbres.yaml"]
    assert "dataset: arbres-remarquables" in text and "Arbres remarquables de la métropole" in text
    assert "licence:" not in text  # the city's own, which the address of the portal's is
    titles = {one["name"]: one["title"] for one in json.loads(files["schemas/arbres.json"])["fields"]}
    assert titles["essence"] == "L'essence de l'arbre" and titles["id"] == "Identifiant"


@pytest.mark.parametrize(
    "metas, question, options",
    [
        ({"license": "ODbL-1.0", "license_url": None}, "le portail dit « ODbL-1.0 »", "— odc-odbl | lov2"),
        ({"license": "Maison"}, "le portail dit « Maison »", "— lov2 | odc-odbl"),
    ],
)
def test_a_licence_that_is_not_the_citys_is_asked_about(drafted, portal, metas, question, options):
    portal.metas |= {"license_url": None, **metas}
    text = drafted()["datasets/arbres.yaml"]
    assert question in text and options in text


def test_a_portal_that_says_no_licence_asks_nothing_more(drafted, portal):
    portal.metas |= {"license": None, "license_url": None}
    assert "licence:" not in drafted()["datasets/arbres.yaml"]
