"""Index in place: the link is fetched as a visitor would before it is shown, and nothing is hosted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.connections import EnvironmentConnections
from aqueduc.errors import PublicationGateClosed, SourceUnavailable
from sandbox.region import Region
from tests.making import Desk
from tests.publish.publishing import Api, Bench, Wire, bench, beside, rows, serving

pytestmark = pytest.mark.sandbox

CANARY = "Sarrazouls-Canari"
UPLOAD: dict[str, Any] = {"publish": {"mode": "upload"}}
INDEX: dict[str, Any] = {
    "publish": {"mode": "index", "link": "/lieux"},
    "source": {"http": "api", "path": "/lieux"},
}


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, region: Region, api: Api) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        made.desk = beside(made, api)
        yield made


def test_a_link_is_recorded_and_nothing_is_hosted(here: Bench, api: Api) -> None:
    wire = Wire()
    report = here.publish(rows(3), here.dataset(**INDEX), wire=wire)
    assert wire.writes == ["package_create", "resource_create", "package_revise"]
    (resource,) = here.package()["resources"]
    assert resource["url"] == f"{api.url}/lieux"
    assert resource["resource_type"] == "file"
    assert resource["url_type"] in (None, "")
    assert resource["format"] == "JSON"
    assert not resource["datastore_active"]
    assert report.resources[0].sha256 is None
    assert "le lien mène à ce que sert son producteur" in here.package()["notes"]
    assert set(api.seen) == {None}


def test_data_that_change_behind_the_link_write_nothing(here: Bench, api: Api) -> None:
    here.publish(rows(3), here.dataset(**INDEX))
    before = here.package()
    api.body = json.dumps(rows(8).to_pylist(), default=str).encode()
    wire = Wire()
    assert here.publish(rows(8), wire=wire).nothing_new
    assert wire.writes == []
    assert here.package() == before


def test_from_upload_to_index_and_back_the_id_stays(here: Bench, api: Api) -> None:
    here.publish(rows(3), here.dataset(**UPLOAD))
    (hosted,) = here.package()["resources"]
    report = here.publish(rows(3), here.dataset(**INDEX))
    assert "retirer la table interrogeable, que la déclaration ne publie plus" in report.writes
    (linked,) = here.package()["resources"]
    assert linked["id"] == hosted["id"]
    assert linked["url"] == f"{api.url}/lieux"
    assert not linked["hash"]
    assert not linked["size"]
    assert not linked["datastore_active"]
    assert here.status("datastore_search", resource_id=linked["id"]) == 404
    storage = Path(here.region.storage)
    identifier = linked["id"]
    assert not (storage / "resources" / identifier[:3] / identifier[3:6] / identifier[6:]).exists()
    # The address of the former file leads on to the link.
    assert here.body(hosted).headers["Location"] == f"{api.url}/lieux"
    here.publish(rows(4), here.dataset(**UPLOAD))
    (again,) = here.package()["resources"]
    assert again["id"] == hosted["id"]
    assert again["url"] == hosted["url"]
    assert len(here.table(again)) == 4
    assert here.publish(rows(4)).nothing_new


def codes(error: PublicationGateClosed) -> list[str]:
    return [finding.code for finding in error.findings]


@pytest.mark.parametrize(
    "status, body, code",
    [
        (404, b"", "lien-mort"),
        (401, b"", "lien-mort"),
        (200, b"", "lien-vide"),
        (200, b"<html>bonjour", "lien-illisible"),
        (200, b'{"lieux": 3}', "lien-illisible"),
        (200, json.dumps([{"code": "1", "habitant": CANARY}]).encode(), "lien-trop-bavard"),
        (200, json.dumps([{"code": "1"}, {"nom": {"de": CANARY}}]).encode(), "lien-trop-bavard"),
    ],
)
def test_a_link_that_may_not_be_shown_is_held(
    here: Bench, api: Api, status: int, body: bytes, code: str
) -> None:
    api.status, api.body = status, body
    wire = Wire()
    with pytest.raises(PublicationGateClosed) as caught:
        here.publish(rows(3), here.dataset(**INDEX), wire=wire)
    assert codes(caught.value) == [code]
    assert CANARY not in str(caught.value)
    assert wire.writes == []


def test_a_server_that_does_not_answer_is_worth_another_try(here: Bench, api: Api) -> None:
    api.status = 503
    with pytest.raises(SourceUnavailable) as caught:
        here.publish(rows(3), here.dataset(**INDEX))
    assert caught.value.retryable


@pytest.mark.parametrize("withheld", [{"rejected": 1}, {"suppressed": 2}])
def test_a_link_would_show_the_rows_that_were_withheld(
    here: Bench, api: Api, withheld: dict[str, int]
) -> None:
    wire = Wire()
    with pytest.raises(PublicationGateClosed) as caught:
        here.publish(rows(3), here.dataset(**INDEX), wire=wire, **withheld)
    assert codes(caught.value) == ["lignes-retenues"]
    assert wire.writes == []


def test_a_restricted_link_must_refuse_visitors(here: Bench, api: Api) -> None:
    restricted = here.dataset(**INDEX, licence="other-at", access={"level": "same_organization"})
    wire = Wire()
    with pytest.raises(PublicationGateClosed) as caught:
        here.publish(rows(3), restricted, wire=wire)
    assert codes(caught.value) == ["lien-ouvert-a-tous"]
    for status in (404, 410):
        api.status = status
        with pytest.raises(PublicationGateClosed) as caught:
            here.publish(rows(3), restricted, wire=wire)
        assert codes(caught.value) == ["lien-non-refuse"]
    api.status = 503
    with pytest.raises(SourceUnavailable):
        here.publish(rows(3), restricted, wire=wire)
    assert wire.writes == []
    api.status = 401
    report = here.publish(rows(3), restricted)
    assert [proof.result for proof in report.proofs if proof.reader == "visiteur"] == ["refusé", "refusé"]


def test_a_csv_behind_a_link_is_read_in_its_own_writing(here: Bench, api: Api) -> None:
    source = {"file": "depot", "path": "lieux.csv", "encoding": "cp1252", "delimiter": ";"}
    publish = {"mode": "index", "link": f"{api.url}/lieux"}
    columns = {"Libellé": "publish", "code": "publish"}
    fields = [{"name": "Libellé"}, {"name": "code"}]
    dataset = here.dataset(source=source, publish=publish, columns=columns, fields=fields, key=["code"])
    environment = {**here.region.environment(), "AIRFLOW_CONN_DEPOT": '{"conn_type": "fs"}'}
    here.desk = Desk(replace(here.desk.place, connections=EnvironmentConnections(environment)))
    table = pa.table({"Libellé": ["a"], "code": ["1"]})
    api.body = "code;Libellé;habitant\r\n1;a;x\r\n".encode("cp1252")
    with pytest.raises(PublicationGateClosed) as caught:
        here.publish(table, dataset)
    assert codes(caught.value) == ["lien-trop-bavard"]
    api.body = "code;Libellé\r\n1;a\r\n".encode("cp1252")
    here.publish(table, dataset)
    assert here.package()["resources"][0]["format"] == "CSV"
