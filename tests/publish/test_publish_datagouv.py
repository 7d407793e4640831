"""A udata, as data.gouv.fr runs it: the same promises as everywhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aqueduc import leases
from aqueduc.cli.connect import probe_connections
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration.spec import AccessSettings
from aqueduc.declaration.vocabulary import LICENCES, AccessLevel, Licence, parse_cadence
from aqueduc.errors import (
    AqueducError,
    DeclarationError,
    LeaseLost,
    PlatformAccessRefusal,
    PlatformRequestRejection,
    PlatformUnavailable,
    PlatformWriteConflict,
    PublicationGateClosed,
    ReadBackMismatch,
)
from aqueduc.platforms.datagouv.record import (
    SHA256,
    UdataVocabulary,
    build_datagouv_resource,
    build_udata_tags,
    normalise_urls,
)
from aqueduc.record import Distribution, RowPreparationCounts, build_fiche
from aqueduc.record.fiche import NationalStandard
from sandbox import datagouv as datagouv_of
from sandbox.datagouv import Account, Udata
from sandbox.datagouv.contract import slug
from sandbox.datagouv.real import RealUdata
from sandbox.datagouv.server import KEY, ORGANISATION
from tests.making import Desk
from tests.publish.publishing import (
    COLUMNS,
    FIELDS,
    NOWHERE,
    Bench,
    Wire,
    again,
    declared_in,
    requests,
    rows,
    serving,
)
from tests.publish.showcase import showcase

TWO_FORMATS = {"mode": "upload", "formats": ["csv", "parquet"]}
OPEN: dict[str, Any] = {
    "columns": COLUMNS,
    "fields": FIELDS,
    "key": ["code"],
    "licence": "lov2",
    "access": "open",
    "keywords": ["Permis de construire", "été", "d'ici"],
    "publish": {"mode": "upload"},
}


@pytest.fixture(scope="module")
def udata() -> Iterator[Udata]:
    with datagouv_of.serving() as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, udata: Udata) -> Bench:
    return made_in(tmp_path, udata)


def made_in(root: Path, udata: Udata | RealUdata, **changes: Any) -> Bench:
    """A dataset of its own; ``changes`` of the connection."""
    connection = {"conn_type": "datagouv", "host": udata.url, "password": KEY, **changes}
    platforms = {"national": {"type": "datagouv", "connection": "national"}}
    environment = {"AIRFLOW_CONN_NATIONAL": json.dumps(connection)}
    desk = showcase(root, platforms, environment, "national").desk
    name = f"essai-{uuid4().hex[:12]}"
    return Bench(desk, NOWHERE, name, {**OPEN, "title": f"Jeu {name}"})


def held(made: Bench, udata: Udata) -> dict[str, Any]:
    """The one record of this dataset."""
    (found,) = [one for one in udata.datasets.values() if one["extras"].get("aqueduc:dataset") == made.slug]
    return found


def visited(udata: Udata, record: str) -> dict[str, Any] | None:
    answer = httpx.get(f"{udata.url}/api/1/datasets/{record}/", follow_redirects=True)
    return answer.json() if answer.status_code == 200 else None


def test_a_publication_is_what_the_public_reads(here: Bench, udata: Udata) -> None:
    report = here.publish(rows(5))
    assert report.writes == (
        "créer la fiche, cachée",
        "ajouter la ressource CSV",
        "ouvrir la fiche au public",
    )
    assert {(proof.what, proof.reader) for proof in report.proofs} == {
        (what, reader) for what in ("fiche", "fichier CSV") for reader in ("ville", "visiteur")
    }
    shown = visited(udata, str(report.record))
    assert shown is not None
    assert report.record_url == shown["page"]
    assert shown["tags"] == ["dici", "ete", "permis-de-construire"]
    assert (shown["license"], shown["frequency"]) == ("lov2", "weekly")
    assert shown["spatial"] == {"zones": ["fr:commune:13001"], "geom": None, "granularity": "fr:commune"}
    assert shown["temporal_coverage"]["start"] == "2026-01-01"
    (resource,) = shown["resources"]
    assert (resource["type"], resource["format"], resource["filetype"]) == ("main", "csv", "file")
    assert resource["extras"]["aqueduc:sha256"] == report.resources[0].sha256
    assert report.resources[0].url == resource["latest"]
    assert again(here, rows(5)).record == shown["id"]


def test_what_changes_keeps_every_id_and_address(here: Bench, udata: Udata) -> None:
    first = here.publish(rows(5), here.dataset(publish=TWO_FORMATS))
    second = here.publish(rows(9), here.dataset(title=f"Autre {here.slug}", licence="odc-odbl"))
    assert second.record == first.record
    assert [(one.id, one.url) for one in second.resources] == [(one.id, one.url) for one in first.resources]
    third = here.publish(rows(9), here.dataset(publish={"mode": "upload"}))
    assert third.writes == ("retirer la ressource Parquet, que la déclaration ne publie plus",)
    shown = visited(udata, slug(f"Jeu {here.slug}"))
    assert shown is not None, "the former address still leads there"
    assert (shown["id"], shown["license"], len(shown["resources"])) == (first.record, "odc-odbl", 1)
    again(here, rows(9))


def test_a_change_of_format_keeps_the_id(here: Bench, udata: Udata) -> None:
    first = here.publish(rows(3))
    second = here.publish(rows(3), here.dataset(publish={"mode": "upload", "formats": ["parquet"]}))
    assert second.resources[0].id == first.resources[0].id
    assert held(here, udata)["resources"][0]["format"] == "parquet"
    again(here, rows(3))


def test_what_others_wrote_there_stays(here: Bench, udata: Udata) -> None:
    here.publish(rows(3))
    record = held(here, udata)
    record["acronym"] = "JE"
    record["contact_points"] = [{"id": "5f0e4a1b2c3d4e5f60790009"}]
    record["extras"] |= {"geop:dataset_id": "x", "frequency": "une autre, d'un moissonneur"}
    record["resources"][0]["extras"]["check:available"] = True
    again(here, rows(3))
    here.publish(rows(4), here.dataset(title=f"Autre {here.slug}"))
    record = held(here, udata)
    assert (record["acronym"], record["extras"]["geop:dataset_id"]) == ("JE", "x")
    assert record["contact_points"] == ["5f0e4a1b2c3d4e5f60790009"]
    assert record["resources"][0]["extras"]["check:available"] is True


def test_a_link_is_recorded_and_becomes_a_file(here: Bench, udata: Udata) -> None:
    with serving() as api:
        here.desk = with_api(here, udata, api.url)
        link: dict[str, Any] = {
            "source": {"http": "api", "path": "/lieux", "format": "json"},
            "publish": {"mode": "index", "link": f"{api.url}/lieux"},
        }
        report = here.publish(rows(3), here.dataset(**link))
        (resource,) = held(here, udata)["resources"]
        assert (resource["filetype"], resource["url"]) == ("remote", f"{api.url}/lieux")
        assert report.resources[0].url == resource["url"]
        again(here, rows(3))
        hosted = here.publish(rows(3), here.dataset(publish={"mode": "upload"})).resources[0]
        assert hosted.id == resource["id"]
        assert httpx.get(hosted.url, follow_redirects=True).content.count(b"\n") == 4
        again(here, rows(3))
        wire = Wire()
        with pytest.raises(PlatformRequestRejection, match="un fichier déposé ne redevient pas un lien"):
            here.publish(rows(3), here.dataset(**link), wire=wire)
        assert wire.writes == []


def with_api(made: Bench, udata: Udata | RealUdata, url: str, key: str = KEY, *, host: str = "") -> Desk:
    national = {"conn_type": "datagouv", "host": host or udata.url, "password": key}
    api = {"conn_type": "http", "host": url, "login": "u", "password": "secret"}
    variables = {"AIRFLOW_CONN_NATIONAL": json.dumps(national), "AIRFLOW_CONN_API": json.dumps(api)}
    return Desk(replace(made.desk.place, connections=EnvironmentConnections(variables)))


def test_a_place_without_a_zone_is_drawn(tmp_path: Path, udata: Udata) -> None:
    zones, udata.zones = udata.zones, set()
    try:
        made = made_in(tmp_path, udata)
        made.publish(rows(3))
        again(made, rows(3))
        assert held(made, udata)["spatial"]["geom"]["type"] == "MultiPolygon"
    finally:
        udata.zones = zones


def test_it_is_asked_before_anything_is_published(here: Bench) -> None:
    answers = {
        one.subject: one for one in probe_connections([here.dataset()], here.desk.city, here.desk.place)
    }
    assert answers["platform"].said == (
        "udata 14.1 ; connaît « ville-aix-en-provence », et la clé peut y écrire"
    )
    assert answers["record"].ok


# --- never half-written -------------------------------------------------------------------------------------

HOME: dict[str, Any] = {**OPEN, "title": "Jeu {slug}", "publish": TWO_FORMATS}
THERE: dict[str, Any] = {**OPEN, "title": "Autre {slug}", "licence": "odc-odbl"}
"""Other rows, title and licence, and one format instead of two."""


@pytest.mark.end_to_end
def test_a_first_publication_killed_anywhere(tmp_path: Path, udata: Udata) -> None:
    calm = made_in(tmp_path / "calme", udata)
    calm.publish(rows(3), calm.dataset(publish=TWO_FORMATS))
    deaths = []
    for rank in count():
        made = made_in(tmp_path / f"{rank}", udata)
        made.dataset(publish=TWO_FORMATS)
        died = made.killed(rows(3), rank, early=True)
        known = [record for record in udata.datasets.values() if of(record) == made.slug]
        ids = {one["id"] for record in known for one in record["resources"]}
        made.publish(rows(3))
        record = held(made, udata)
        assert face(made, udata) == face(calm, udata), died
        assert [record] == (known or [record])
        assert ids <= {one["id"] for one in record["resources"]}
        if died is None:
            break
        deaths.append(died)
    assert len(requests(deaths)) == 6, "a record, two files and their fields, and the opening"
    assert deaths.count("half of POST upload") == 2
    assert sum(one.endswith("platforms/national.json") for one in deaths) >= 4


@pytest.mark.end_to_end
def test_a_change_and_its_return_killed_anywhere(tmp_path: Path, udata: Udata) -> None:
    """There and back, killed before each effect in turn."""
    made = made_in(tmp_path, udata)
    models = []
    for size, declared in ((3, HOME), (4, THERE), (3, HOME)):
        made.publish(rows(size), declared_in(made, declared))
        models.append(face(made, udata))
    record, first = held(made, udata)["id"], csv_of(made, udata)
    for rank in count():
        died = []
        for size, declared, model in ((4, THERE, models[1]), (3, HOME, models[2])):
            declared_in(made, declared)
            died.append(made.killed(rows(size), rank))
            made.publish(rows(size))
            assert face(made, udata) == model, (rank, died)
            assert (held(made, udata)["id"], csv_of(made, udata)) == (record, first)
        if not any(died):
            break
    assert rank >= 6
    again(made, rows(3))


def test_what_a_dead_run_sent_leaves_when_it_is_no_longer_wanted(tmp_path: Path, udata: Udata) -> None:
    """Its file was taken, its answer lost, and then nobody wants that format."""
    made = made_in(tmp_path, udata)
    made.publish(rows(3))
    made.dataset(publish=TWO_FORMATS)
    # The record is dated, its file is sent, and dies before it is named.
    assert made.killed(rows(3), 2) == f"rename /store/datasets/{made.slug}/platforms/national.json"
    assert len(held(made, udata)["resources"]) == 2
    made.publish(rows(3), made.dataset(publish={"mode": "upload"}))
    assert len(held(made, udata)["resources"]) == 1


def test_what_a_dead_run_sent_is_named_and_never_believed(here: Bench, udata: Udata) -> None:
    """It is not sent twice when udata sums it up like ours; what it serves is read back all the same."""
    here.publish(rows(3))
    for size in (4, 5):
        # The file is replaced, and dies before it is named.
        assert (here.killed(rows(size), 3) or "").startswith("PUT ")
        if size == 5:
            (resource,) = held(here, udata)["resources"]
            udata.files[resource["url"]] = b"autre"
            with pytest.raises(ReadBackMismatch):
                here.publish(rows(size))
        here.publish(rows(size), wire=(wire := Wire()))
        assert wire.writes.count("upload") == (size == 5)
        again(here, rows(size))


def of(record: dict[str, Any]) -> Any:
    return record["extras"].get("aqueduc:dataset")


def csv_of(made: Bench, udata: Udata) -> str:
    (found,) = [one["id"] for one in held(made, udata)["resources"] if one["format"] == "csv"]
    return str(found)


def face(made: Bench, udata: Udata) -> str:
    """All that a publication decides, without what differs from one record to another."""
    record = held(made, udata)
    resources = [
        {
            **{name: one[name] for name in ("title", "description", "format", "type", "schema", "extras")},
            "checksum": one["checksum"],
            "served": httpx.get(one["url"]).status_code,
        }
        for one in sorted(record["resources"], key=lambda one: one["format"])
    ]
    for one in resources:
        if one["format"] == "parquet":
            one["checksum"] = one["extras"] = "its bytes say nothing of the dataset, but for these"
    kept = {name: value for name, value in record.items() if name not in ("id", "slug", "resources")}
    said = json.dumps({**kept, "resources": resources}, sort_keys=True, ensure_ascii=False)
    return said.replace(made.slug, "essai")


# --- identity -----------------------------------------------------------------------------------------------


def test_a_renamed_dataset_keeps_its_record(here: Bench, udata: Udata) -> None:
    before = here.publish(rows(5))
    former, here.slug = here.slug, f"{here.slug}-bis"
    here.desk.place.store.adopt_records_of_former_name(former, here.slug)
    (here.desk.include / "datasets" / f"{former}.yaml").unlink()
    after = here.publish(rows(5), here.dataset(moved_from=former))
    assert (after.record, after.resources[0].id) == (before.record, before.resources[0].id)
    assert held(here, udata)["id"] == before.record
    again(here, rows(5))


def test_a_lost_memory_costs_nothing(here: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aqueduc.platforms.datagouv.api._PAGE", 1)
    here.publish(rows(5))
    here.desk.place.store.delete(f"datasets/{here.slug}/platforms/national.json")
    again(here, rows(5))


def test_a_record_made_by_hand_at_that_address_is_taken_over(here: Bench, udata: Udata) -> None:
    by_hand = {"title": here.slug, "description": "À la main.", "organization": ORGANISATION}
    answer = httpx.post(f"{udata.url}/api/1/datasets/", json=by_hand, headers={"X-API-KEY": KEY})
    report = here.publish(rows(3))
    assert report.record == answer.json()["id"]
    again(here, rows(3))


def test_a_former_address_of_another_is_free(here: Bench, udata: Udata) -> None:
    """udata redirects from it, for good."""
    other = made_in(here.desk.place.include.parent / "autre", udata)
    other.publish(rows(3), other.dataset(title=here.slug))
    other.publish(rows(3), other.dataset(title=f"Autre {here.slug}"))
    report = here.publish(rows(4))
    assert report.record != held(other, udata)["id"]
    again(here, rows(4))


def test_a_harvested_record_is_left_alone(here: Bench, udata: Udata) -> None:
    by_hand = {"title": here.slug, "description": "Moissonnée.", "organization": ORGANISATION}
    httpx.post(f"{udata.url}/api/1/datasets/", json=by_hand, headers={"X-API-KEY": KEY})
    (record,) = [one for one in udata.datasets.values() if one["slug"] == here.slug]
    record["harvest"] = {"backend": "ckan", "domain": "region.example"}
    wire = Wire()
    with pytest.raises(PlatformRequestRejection, match="moissonne ailleurs"):
        here.publish(rows(3), wire=wire)
    assert wire.writes == []


def test_a_document_of_others_is_not_taken_over(here: Bench, udata: Udata) -> None:
    """A CSV too, but a documentation: the codes that the data use, say."""
    by_hand = {"title": here.slug, "description": "À la main.", "organization": ORGANISATION}
    key = {"headers": {"X-API-KEY": KEY}}
    made = httpx.post(f"{udata.url}/api/1/datasets/", json=by_hand, **key).json()
    address = f"{udata.url}/api/1/datasets/{made['id']}"
    codes = httpx.post(f"{address}/upload/", files={"file": ("codes.csv", b"a\n", "text/csv")}, **key).json()
    told = {"title": "Codes", "type": "documentation", "description": "Les codes."}
    httpx.put(f"{address}/resources/{codes['id']}/", json=told, **key)
    report = here.publish(rows(3))
    assert report.record == made["id"]
    assert report.resources[0].id != codes["id"]
    assert httpx.get(codes["url"]).content == b"a\n"
    again(here, rows(3))


def test_a_right_that_is_lost_is_told_before_the_first_write(tmp_path: Path, udata: Udata) -> None:
    """A partial editor publishes what is its own; one day, it is nobody's."""
    account = Account("5f0e4a1b2c3d4e5f60710004", "cle-partielle", {ORGANISATION: "partial_editor"})
    udata.accounts.append(account)
    made = made_in(tmp_path, udata, password=account.key)
    made.publish(rows(3))
    again(made, rows(3))
    account.assigned.clear()
    wire = Wire()
    with pytest.raises(PlatformAccessRefusal, match="n'a plus le droit"):
        made.publish(rows(4), wire=wire)
    assert wire.writes == []


def test_a_record_that_was_handed_over_is_left_alone(here: Bench, udata: Udata) -> None:
    here.publish(rows(5))
    udata.organisations["une-autre"] = "une-autre"
    held(here, udata)["organization"] = "une-autre"
    with pytest.raises(PlatformRequestRejection, match="quelqu'un d'autre"):
        here.publish(rows(6))


def test_a_deleted_record_is_not_restored(here: Bench, udata: Udata) -> None:
    here.publish(rows(5))
    address = f"{udata.url}/api/1/datasets/{held(here, udata)['id']}/"
    assert httpx.delete(address, headers={"X-API-KEY": KEY}).status_code == 204
    wire = Wire()
    with pytest.raises(PublicationGateClosed, match="quelqu'un a supprimé"):
        here.publish(rows(5), wire=wire)
    assert wire.writes == []


def test_an_archived_record_is_left_to_who_archived_it(here: Bench, udata: Udata) -> None:
    here.publish(rows(5))
    held(here, udata)["archived"] = "2026-01-01T00:00:00+00:00"
    wire = Wire()
    with pytest.raises(PlatformRequestRejection, match="a été archivée"):
        here.publish(rows(6), wire=wire)
    assert wire.writes == []
    held(here, udata)["archived"] = None
    here.publish(rows(6))


# --- people write there too ---------------------------------------------------------------------------------


def test_an_edit_is_told_and_put_right(here: Bench, udata: Udata) -> None:
    here.publish(rows(5))
    address, edited = held(here, udata)["id"], {"description": "Autre chose.", "access_type": "restricted"}
    key = {"X-API-KEY": KEY}
    there = httpx.put(f"{udata.url}/api/1/datasets/{address}/", json=edited, headers=key)
    assert there.json()["license"] == "notspecified", "udata takes the licence away"
    report = here.publish(rows(5))
    (drift,) = [finding for finding in report.findings if finding.code == "ecart-sur-la-plateforme"]
    assert "access_type, description, license, tags" in drift.message
    assert (visited(udata, str(report.record)) or {})["license"] == "lov2"
    again(here, rows(5))


def test_other_bytes_under_our_mark_are_found(here: Bench, udata: Udata) -> None:
    here.publish(rows(5))
    (resource,) = held(here, udata)["resources"]
    udata.files[resource["url"]] = b"autre"
    report = here.publish(rows(5))
    assert report.writes == ("remplacer le fichier CSV",)
    again(here, rows(5))


@dataclass
class Meanwhile(Wire):
    """Somebody writes right before the reading number ``at`` of what stands at ``path``."""

    path: str = ""
    at: int = 2
    does: Callable[[], None] = lambda: None
    seen: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path.endswith(self.path):
            self.seen += 1
            if self.seen == self.at:
                self.does()
        return super().handle_request(request)


def test_an_edit_meanwhile_is_not_overwritten(here: Bench, udata: Udata) -> None:
    here.publish(rows(5))
    record = held(here, udata)
    wire = Meanwhile(path=f"/datasets/{record['id']}/", does=lambda: record.update(title="À la main"))
    with pytest.raises(PlatformWriteConflict, match="title"):
        here.publish(rows(5), here.dataset(title=f"Autre {here.slug}"), wire=wire)
    assert (record["title"], wire.writes) == ("À la main", [])
    here.publish(rows(5))
    assert record["title"] == f"Autre {here.slug}"


def test_who_was_taken_for_dead_stops_before_its_next_write(
    here: Bench, udata: Udata, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It slept for longer than its lease lasts, in the middle of its first write."""
    here.publish(rows(5))
    now = leases.read_monotonic_seconds()

    class Sleeping(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if self.writes:
                monkeypatch.setattr(leases, "read_monotonic_seconds", lambda: now + 2 * leases.PROCESS_S)
            return answer

    with pytest.raises(LeaseLost):
        here.publish(rows(6), wire=(wire := Sleeping()))
    assert len(wire.writes) == 1
    monkeypatch.undo()
    here.publish(rows(6))
    assert udata.files[held(here, udata)["resources"][0]["url"]].count(b"\n") == 7


@pytest.mark.parametrize("answered", ["datasets", "upload"])
def test_an_answer_that_names_nothing_is_waited_out(here: Bench, udata: Udata, answered: str) -> None:
    """All was done, and something on the way answers otherwise: the next run finds what there is."""

    class Muddled(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            wrong = request.method == "POST" and request.url.path.rstrip("/").endswith(answered)
            return httpx.Response(200, json={"success": True}) if wrong else answer

    with pytest.raises(PlatformUnavailable, match="sans dire ce qu'elle a écrit") as caught:
        here.publish(rows(5), wire=Muddled())
    assert caught.value.retryable
    here.publish(rows(5))
    assert len(held(here, udata)["resources"]) == 1


def test_a_resource_edited_meanwhile_is_not_overwritten(here: Bench, udata: Udata) -> None:
    here.publish(rows(5))
    (resource,) = held(here, udata)["resources"]
    wire = Meanwhile(
        path=f"/resources/{resource['id']}/", at=1, does=lambda: resource["extras"].update({SHA256: "autre"})
    )
    with pytest.raises(PlatformWriteConflict, match="sha256"):
        here.publish(rows(6), wire=wire)
    assert [resource] == held(here, udata)["resources"]
    assert udata.files[resource["url"]].count(b"\n") == 6, "the record may have been written, not its file"
    here.publish(rows(6))
    again(here, rows(6))


# --- what it cannot do --------------------------------------------------------------------------------------


def test_a_restricted_dataset_is_refused(here: Bench, udata: Udata) -> None:
    with pytest.raises(DeclarationError, match="ne protège pas les fichiers"):
        here.dataset(licence="other-at", access="registered")
    opened = here.dataset(licence="lov2", access="open")
    closed = opened.model_copy(update={"access": AccessSettings(level=AccessLevel.REGISTERED)})
    wire = Wire()
    with pytest.raises(PlatformRequestRejection, match="lisibles par qui connaît leur adresse"):
        here.publish(rows(3), closed, wire=wire)
    assert wire.writes == []


@pytest.mark.parametrize("changes, said", [({"licence": "cc-by-sa"}, "licence"), ({}, "ce format : CSV")])
def test_what_it_does_not_know_is_refused_before_the_first_write(
    here: Bench, udata: Udata, changes: dict[str, Any], said: str
) -> None:
    extensions, udata.extensions = udata.extensions, ("zip",)
    try:
        wire = Wire()
        with pytest.raises(PlatformRequestRejection, match=said):
            here.publish(rows(3), here.dataset(**changes), wire=wire)
        assert wire.writes == []
    finally:
        udata.extensions = extensions


def test_a_file_that_is_too_big_says_so(here: Bench, udata: Udata) -> None:
    udata.largest = 10
    try:
        with pytest.raises(PlatformRequestRejection, match="trop gros"):
            here.publish(rows(3))
    finally:
        udata.largest = 100_000_000
    assert held(here, udata)["private"]


def test_a_file_that_arrives_otherwise_is_sent_again(here: Bench, udata: Udata) -> None:
    udata.corrupts = True
    try:
        with pytest.raises(ReadBackMismatch, match="son empreinte diffère"):
            here.publish(rows(3))
    finally:
        udata.corrupts = False
    assert held(here, udata)["private"], "nobody sees it meanwhile"
    here.publish(rows(3))
    udata.corrupts = True
    try:
        with pytest.raises(ReadBackMismatch, match="son empreinte diffère"):
            here.publish(rows(4))
    finally:
        udata.corrupts = False
    here.publish(rows(4))
    assert len(held(here, udata)["resources"]) == 1
    again(here, rows(4))


def test_a_platform_that_takes_no_writing_is_waited_for(here: Bench, udata: Udata) -> None:
    udata.read_only = True
    try:
        with pytest.raises(PlatformUnavailable):
            here.publish(rows(3))
    finally:
        udata.read_only = False


def test_no_value_comes_back_in_an_error(here: Bench) -> None:
    with pytest.raises(PlatformRequestRejection, match="title") as refused:
        here.publish(rows(3), here.dataset(title="Secret " * 60))
    assert "Secret" not in str(refused.value)


@pytest.mark.parametrize(
    "changes, error, said",
    [
        ({"password": "fausse-cle"}, PlatformAccessRefusal, "refuse cette clé"),
        ({"password": "cle-etrangere"}, PlatformAccessRefusal, "n'est pas éditeur"),
        ({"host": "http://127.0.0.1:9"}, AqueducError, "ne répond pas"),
        (
            {"extra": {"organisation": "inconnue"}},
            PlatformRequestRejection,
            "ne connaît pas cette organisation",
        ),
    ],
)
def test_a_connection_that_does_not_lead_there(
    tmp_path: Path, udata: Udata, changes: dict[str, Any], error: type, said: str
) -> None:
    accounts = list(udata.accounts)
    udata.accounts.append(Account("autre", "cle-etrangere", {}))
    try:
        with pytest.raises(error, match=said) as refused:
            made_in(tmp_path, udata, **changes).publish(rows(3))
    finally:
        udata.accounts = accounts
    assert "fausse-cle" not in str(refused.value)


def test_the_key_only_goes_to_the_platform(here: Bench) -> None:
    @dataclass
    class Watched(Wire):
        keys: list[bool] = field(default_factory=list)

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            assert "Authorization" not in request.headers
            self.keys.append("X-API-KEY" in request.headers)
            return super().handle_request(request)

    wire = Watched()
    here.publish(rows(3), wire=wire)
    assert set(wire.keys) == {True, False}, "the city's readings, and a visitor's"


# --- its words ----------------------------------------------------------------------------------------------

KNOWN = UdataVocabulary(
    licences={
        "fr-lo": frozenset(),
        "etalab-2": normalise_urls(["http://www.etalab.gouv.fr/licence-ouverte-open-licence/"]),
    },
    frequencies=frozenset({"continuous", "tenMinutes", "weekly", "punctual", "unknown"}),
    granularities=frozenset({"other"}),
    schemas={},
    zone=None,
)


def test_a_licence_is_known_by_its_id_or_its_address() -> None:
    assert KNOWN.find_licence_id(LICENCES["lov2"]) == "etalab-2"
    assert KNOWN.find_licence_id(LICENCES["odc-odbl"]) is None
    assert KNOWN.find_licence_id(Licence("x", "X", "", "")) is None, "no address is nobody's"


@pytest.mark.parametrize(
    "cadence, word",
    [
        ("weekly", "weekly"),
        ("every 10 minutes", "tenMinutes"),
        ("every 20 minutes", "continuous"),
        ("at most 8 days", "weekly"),
        ("never-again", "punctual"),
        ("monthly", "unknown"),
    ],
)
def test_a_frequency_is_one_it_has(cadence: str, word: str) -> None:
    found = parse_cadence(cadence)
    assert found is not None
    assert KNOWN.find_frequency_code(found) == word


def test_a_national_schema_is_named_where_that_version_is_known(here: Bench) -> None:
    today = date(2026, 1, 5)
    preparation = RowPreparationCounts(0, 0, whole=True)
    fiche = build_fiche(here.dataset(), here.desk.city, preparation, issued=today, modified=today)
    followed = replace(
        fiche, standard=NationalStandard("etalab/schema-irve", "2.3.0", "https://x.example/s.json")
    )
    file = Distribution("CSV", "text/csv", sha256="a" * 64, bytes=3)
    for versions, said in (
        ({"2.3.0"}, {"name": "etalab/schema-irve", "version": "2.3.0"}),
        ({"2.2.0"}, None),
    ):
        known = replace(KNOWN, schemas={"etalab/schema-irve": frozenset(versions)})
        assert build_datagouv_resource(followed, file, known)["schema"] == said
        assert build_datagouv_resource(fiche, file, known)["schema"] is None


def test_keywords_are_as_it_keeps_them() -> None:
    assert build_udata_tags(["Œuvre d'art", "eau", "ab", "Été", "ete", "a" * 200]) == (
        "a" * 96,
        "eau",
        "ete",
        "oeuvre-dart",
    )
