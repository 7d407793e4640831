"""The real udata: what the contract server makes believe, from the first record to a dead run."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aqueduc.errors import PlatformAccessRefusal, PlatformRequestRejection
from sandbox.datagouv.real import RealUdata
from tests.publish.publishing import Bench, Wire, again, declared_in, requests, rows, serving
from tests.publish.test_publish_datagouv import HOME, THERE, TWO_FORMATS, made_in, with_api

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def here(tmp_path: Path, real_udata: RealUdata) -> Bench:
    return made_at(tmp_path, real_udata)


def made_at(root: Path, udata: RealUdata, account: str = "editor") -> Bench:
    return replace(made_in(root, udata, password=udata.keys[account]), pause=until_the_next_second)


def until_the_next_second(_: float) -> None:
    """udata puts what is sent into a folder of that second, and answers 500 to a file of the same name
    there: a try that follows at once fails, the next second's does not."""
    time.sleep(1.01 - time.time() % 1)


def asked(udata: RealUdata, method: str, path: str, account: str = "admin", **content: Any) -> httpx.Response:
    headers = {"X-API-KEY": udata.keys[account]}
    url = f"{udata.url}/api/1/{path}"
    return httpx.request(method, url, headers=headers, timeout=60, **content)


def held(made: Bench, udata: RealUdata) -> list[dict[str, Any]]:
    """The records of this dataset, as a member of the organisation sees them."""
    found = asked(udata, "GET", f"organizations/{udata.organisation}/datasets/?page_size=500").json()
    assert found["total"] <= 500
    return [one for one in found["data"] if one["extras"].get("aqueduc:dataset") == made.slug]


def face(made: Bench, udata: RealUdata) -> str:
    """All that a publication decides, without what differs from one record to another."""
    (record,) = held(made, udata)
    said = (
        *("title", "description", "tags", "license", "frequency", "spatial", "temporal_coverage"),
        "private",
    )
    told = ("title", "description", "format", "type", "schema", "filetype", "mime")
    resources = [
        {**{name: one[name] for name in told}, "served": httpx.get(one["url"]).status_code}
        for one in sorted(record["resources"], key=lambda one: str(one["format"]))
    ]
    kept = {**{name: record[name] for name in said}, "resources": resources}
    return json.dumps(kept, sort_keys=True).replace(made.slug, "essai")


def test_what_changes_keeps_every_id_and_address(here: Bench, real_udata: RealUdata) -> None:
    first = here.publish(rows(5), here.dataset(publish=TWO_FORMATS))
    assert {(proof.what, proof.reader) for proof in first.proofs} == {
        (what, reader)
        for what in ("fiche", "fichier CSV", "fichier Parquet")
        for reader in ("ville", "visiteur")
    }
    again(here, rows(5))
    odd = "Deux  espaces, <b>du HTML</b> & « Jeu » \\ 😀 #1"
    changes = {
        "title": f"{odd} {here.slug}",
        "description": f"  {odd}\n\n- *a*\n\tb  ",
        "licence": "odc-odbl",
    }
    second = here.publish(rows(9), here.dataset(**changes))
    assert second.record == first.record
    assert [(one.id, one.url) for one in second.resources] == [(one.id, one.url) for one in first.resources]
    again(here, rows(9))
    third = here.publish(rows(9), here.dataset(publish={"mode": "upload"}))
    assert third.writes == ("retirer la ressource Parquet, que la déclaration ne publie plus",)
    again(here, rows(9))


def test_a_place_without_a_zone_and_a_lost_memory(here: Bench, real_udata: RealUdata) -> None:
    city = here.desk.include / "city.yaml"
    city.write_text(city.read_text(encoding="utf-8").replace("13001", "99999"), encoding="utf-8")
    here.publish(rows(3))
    (record,) = held(here, real_udata)
    assert record["spatial"]["geom"]["type"] == "MultiPolygon"
    here.desk.place.store.delete(f"datasets/{here.slug}/platforms/national.json")
    again(here, rows(3))


@pytest.mark.end_to_end
@pytest.mark.thorough  # each change does so to the server of ``test_publish_datagouv``, in a quarter of the time
def test_a_first_publication_killed_anywhere(tmp_path: Path, real_udata: RealUdata) -> None:
    """By SIGKILL, before each effect in turn."""
    calm = made_at(tmp_path / "calme", real_udata)
    calm.publish(rows(3), calm.dataset(publish=TWO_FORMATS))
    model, deaths = face(calm, real_udata), []
    for rank in count():
        made = made_at(tmp_path / str(rank), real_udata)
        made.dataset(publish=TWO_FORMATS)
        died = made.killed(rows(3), rank)
        known = held(made, real_udata)
        ids = {one["id"] for record in known for one in record["resources"]}
        made.publish(rows(3), wire=(wire := Wire()))
        assert face(made, real_udata) == model, died
        (record,) = held(made, real_udata)
        assert record["id"] in {one["id"] for one in known or [record]}
        assert ids <= {one["id"] for one in record["resources"]}
        assert len(ids) + wire.writes.count("upload") == 2, "what was sent is not sent again"
        if died is None:
            break
        deaths.append(died)
    assert len(requests(deaths)) == 6, "a record, two files and their fields, and the opening"
    assert deaths.count("half of POST upload") == 2


@pytest.mark.end_to_end
@pytest.mark.thorough
def test_a_change_and_its_return_killed_anywhere(tmp_path: Path, real_udata: RealUdata) -> None:
    """There and back by SIGKILL, before each effect in turn."""
    made = made_at(tmp_path, real_udata)
    models = []
    for size, declared in ((3, HOME), (4, THERE), (3, HOME)):
        made.publish(rows(size), declared_in(made, declared))
        models.append(face(made, real_udata))
    (first,) = held(made, real_udata)
    deaths = []
    for rank in count():
        died = []
        for size, declared, model in ((4, THERE, models[1]), (3, HOME, models[2])):
            declared_in(made, declared)
            died.append(made.killed(rows(size), rank))
            made.publish(rows(size))
            assert face(made, real_udata) == model, (rank, died)
            (record,) = held(made, real_udata)
            assert (record["id"], csv_in(record)) == (first["id"], csv_in(first))
        deaths += died
        if not any(died):
            break
    assert deaths.count("half of POST upload") == 3, "the CSV twice, and the Parquet that comes back"
    again(made, rows(3))


def csv_in(record: dict[str, Any]) -> str:
    (found,) = [one["id"] for one in record["resources"] if one["format"] == "csv"]
    return str(found)


def test_a_link_becomes_a_file_under_its_id(here: Bench, real_udata: RealUdata) -> None:
    with serving() as api:
        here.desk = with_api(here, real_udata, api.url, real_udata.keys["editor"])
        source = {"http": "api", "path": "/lieux", "format": "json"}
        linked = here.dataset(source=source, publish={"mode": "index", "link": f"{api.url}/lieux"})
        first = here.publish(rows(3), linked)
        again(here, rows(3))
        second = here.publish(rows(3), here.dataset(publish={"mode": "upload"}))
        assert second.resources[0].id == first.resources[0].id
        assert httpx.get(second.resources[0].url, follow_redirects=True).content.count(b"\n") == 4
        again(here, rows(3))
        here.publish(rows(4))
        again(here, rows(4))


def test_people_write_there_too(here: Bench, real_udata: RealUdata) -> None:
    report = here.publish(rows(5))
    address = f"datasets/{report.record}/"
    (record,) = held(here, real_udata)
    sent = {"title": record["title"], "description": "Autre chose.", "access_type": "restricted"}
    assert (
        asked(real_udata, "PUT", address, json={**sent, "acronym": "AB"}).json()["license"] == "notspecified"
    )
    told = here.publish(rows(5))
    (drift,) = [finding for finding in told.findings if finding.code == "ecart-sur-la-plateforme"]
    assert "access_type, description, license" in drift.message
    (record,) = held(here, real_udata)
    assert (record["license"], record["acronym"]) == ("lov2", "AB")
    again(here, rows(5))


def test_a_record_that_is_handed_over_is_left_alone(here: Bench, real_udata: RealUdata) -> None:
    report = here.publish(rows(5))
    to = {"class": "Organization", "id": real_udata.other}
    subject = {"class": "Dataset", "id": report.record}
    asks = {"recipient": to, "subject": subject, "comment": "Elle est à nous."}
    transfer = asked(real_udata, "POST", "transfer/", json=asks).json()
    answer = {"response": "accept"}
    assert asked(real_udata, "POST", f"transfer/{transfer['id']}/", json=answer).status_code == 200
    with pytest.raises((PlatformRequestRejection, PlatformAccessRefusal), match="quelqu'un d'autre"):
        here.publish(rows(6))


def test_a_former_address_of_another_is_free(tmp_path: Path, here: Bench, real_udata: RealUdata) -> None:
    record = {"description": "À la main.", "organization": real_udata.organisation}
    made = asked(real_udata, "POST", "datasets/", json={**record, "title": here.slug}).json()
    renamed = {**record, "title": f"Autre {uuid4().hex}"}
    assert asked(real_udata, "PUT", f"datasets/{made['id']}/", json=renamed).status_code == 200
    assert here.publish(rows(3)).record != made["id"]


def test_a_partial_editor_publishes_what_is_its_own(tmp_path: Path, real_udata: RealUdata) -> None:
    mine, theirs = made_at(tmp_path / "a", real_udata, "partial"), made_at(tmp_path / "b", real_udata)
    mine.publish(rows(3))
    mine.publish(rows(4))
    again(mine, rows(4))
    theirs.publish(rows(3))
    (record,) = held(theirs, real_udata)
    other = made_at(tmp_path / "c", real_udata, "partial")
    other.slug, other.declared = theirs.slug, theirs.declared
    wire = Wire()
    with pytest.raises(PlatformAccessRefusal, match="n'a plus le droit"):
        other.publish(rows(4), wire=wire)
    assert wire.writes == []
    assert held(theirs, real_udata) == [record]
