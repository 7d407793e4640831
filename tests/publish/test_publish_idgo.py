"""IDGO is written, its CKAN (a real one) is what the public reads: the same promises as everywhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aqueduc.cli.connect import probe_connections
from aqueduc.errors import (
    AqueducError,
    ConnectionMissing,
    PlatformAccessRefusal,
    PlatformRequestRejection,
    PlatformWriteConflict,
    ReadBackMismatch,
)
from aqueduc.run import utc_now
from sandbox import idgo as idgo_of
from sandbox.idgo import Account, Idgo
from sandbox.region import Region
from tests.making import Desk
from tests.publish.publishing import COLUMNS, FIELDS, Bench, Wire, again, declared_in, requests, rows, serving
from tests.publish.showcase import showcase

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

TWO_FORMATS = {"mode": "upload", "formats": ["csv", "xlsx"]}
OPEN: dict[str, Any] = {
    "columns": COLUMNS,
    "fields": FIELDS,
    "key": ["code"],
    "licence": "lov2",
    "access": "open",
    "keywords": ["permis de construire"],
    "publish": {"mode": "upload"},
}
CLOSED = {"licence": "other-at", "access": {"level": "only_idgo_partners"}}


@pytest.fixture(scope="module")
def idgo(region: Region) -> Iterator[Idgo]:
    with idgo_of.serving(region) as server:
        server.accounts["autre"] = Account("mot de passe", (region.organisation,))
        yield server


@pytest.fixture
def here(tmp_path: Path, region: Region, idgo: Idgo) -> Bench:
    return made_in(tmp_path, region, idgo)


def made_in(root: Path, region: Region, idgo: Idgo, **changes: Any) -> Bench:
    """A dataset with an address and a title of its own; ``changes`` of the connection, or of its extra.

    The city is a day ahead of its platform, as every night for an hour or two: what is dated by the one never
    passes for what is dated by the other.
    """
    extra = {"ckan": region.url, "ckan_token": region.token}
    connection = {
        "conn_type": "idgo",
        "host": idgo.url,
        "login": region.editor_name,
        "password": region.editor_password,
        **{name: value for name, value in changes.items() if name not in extra},
        "extra": {name: changes.get(name, value) for name, value in extra.items()},
    }
    platforms = {"datasud": {"type": "idgo", "connection": "datasud"}}
    environment = {"AIRFLOW_CONN_DATASUD": json.dumps(connection)}
    desk = showcase(root, platforms, environment, "datasud").desk
    desk = Desk(replace(desk.place, clock=a_day_ahead))
    slug = f"essai-{uuid4().hex[:12]}"
    return Bench(desk, region, slug, {**OPEN, "title": f"Jeu {slug}"})


def a_day_ahead() -> datetime:
    return utc_now() + timedelta(days=1)


def package(made: Bench, slug: str = "") -> dict[str, Any] | None:
    """The record as a visitor has it."""
    parameters = {"id": slug or made.slug}
    answer = httpx.get(f"{made.region.url}/api/3/action/package_show", params=parameters, timeout=60)
    return answer.json()["result"] if answer.status_code == 200 else None


def test_a_publication_is_what_the_public_reads(here: Bench) -> None:
    report = here.publish(rows(5))
    assert report.writes == (
        "créer la fiche, cachée",
        "ajouter la ressource CSV",
        "ouvrir la fiche au public",
    )
    assert {(proof.what, proof.reader) for proof in report.proofs} == {
        (what, reader) for what in ("fiche", "fichier CSV") for reader in ("ville", "visiteur")
    }
    shown = package(here)
    assert shown is not None
    assert [tag["name"] for tag in shown["tags"]] == ["permis de construire"]
    assert (shown["license_id"], shown["frequency"]) == ("lov2", "weekly")
    (resource,) = shown["resources"]
    assert (resource["id"], resource["url"]) == (report.resources[0].id, report.resources[0].url)
    assert (resource["resource_type"], resource["url_type"]) == ("file.upload", "upload")
    assert resource["description"].endswith(f"SHA-256 : {report.resources[0].sha256}")
    assert again(here, rows(5)).record == here.slug


def test_a_visitor_is_enough_for_an_open_dataset(tmp_path: Path, region: Region, idgo: Idgo) -> None:
    made = made_in(tmp_path, region, idgo, ckan_token="")
    made.publish(rows(5))
    made.publish(rows(6), made.dataset(title=f"{made.declared['title']} bis"))
    again(made, rows(6))


def test_what_changes_keeps_every_id_and_address(here: Bench) -> None:
    first = here.publish(rows(5), here.dataset(publish=TWO_FORMATS))
    second = here.publish(rows(9), here.dataset(title=f"Autre {here.slug}", licence="odc-odbl"))
    assert [(one.id, one.url) for one in second.resources] == [(one.id, one.url) for one in first.resources]
    third = here.publish(rows(9), here.dataset(publish={"mode": "upload"}))
    assert third.writes == ("retirer la ressource XLSX, que la déclaration ne publie plus",)
    shown = package(here)
    assert shown is not None
    assert (shown["title"], shown["license_id"]) == (f"Autre {here.slug}", "odc-odbl")
    assert len(shown["resources"]) == 1
    again(here, rows(9))


def test_a_record_is_dated_from_its_bytes(tmp_path: Path, here: Bench) -> None:
    """IDGO dates it from any writing of a resource."""
    here.desk = Desk(replace(here.desk.place, clock=lambda: datetime(2026, 1, 5, 9, tzinfo=UTC)))
    here.publish(rows(5))
    here.desk = Desk(replace(here.desk.place, clock=lambda: datetime(2026, 2, 6, 9, tzinfo=UTC)))
    here.publish(rows(5), here.dataset(title=f"Autre {here.slug}"))
    shown = package(here)
    assert shown is not None
    assert shown["dataset_modification_date"] == "2026-01-05"
    again(here, rows(5))


def test_a_restricted_dataset_is_hidden_before_it_is_filled(here: Bench, idgo: Idgo) -> None:
    here.publish(rows(5))
    report = here.publish(rows(6), here.dataset(**CLOSED))
    assert report.writes[0].startswith("mettre à jour la fiche")
    assert {proof.result for proof in report.proofs if proof.reader == "visiteur"} == {"refusé"}
    assert package(here) is None
    (resource,) = here.package()["resources"]
    assert json.loads(resource["restricted"])["level"] == "only_group_member"
    again(here, rows(6))
    assert idgo.datasets[here.slug].fields["data_type"] == []
    here.publish(rows(6), here.dataset(**OPEN))
    assert package(here) is not None
    again(here, rows(6))


def test_a_restricted_dataset_needs_a_token_of_ckan(tmp_path: Path, region: Region, idgo: Idgo) -> None:
    made = made_in(tmp_path, region, idgo, ckan_token="")
    with pytest.raises(PlatformRequestRejection, match="ne pourrait pas être relu"):
        made.publish(rows(5), made.dataset(**CLOSED))
    assert made.slug not in idgo.datasets


@pytest.fixture
def takes_lists(idgo: Idgo) -> Iterator[None]:
    """A version of IDGO that is mended."""
    idgo.takes_lists = True
    yield
    idgo.takes_lists = False


@pytest.mark.parametrize("level", ["same_organization", "only_allowed_users"])
def test_a_list_of_readers_is_held_and_nothing_shown(here: Bench, level: str) -> None:
    users = {"users": ["autre"]} if level == "only_allowed_users" else {}
    here.publish(rows(5))
    with pytest.raises(PlatformRequestRejection, match="liste de ceux qui peuvent lire"):
        here.publish(rows(6), here.dataset(licence="other-at", access={"level": level, **users}))
    assert package(here) is None


@pytest.mark.usefixtures("takes_lists")
def test_members_of_the_organisation_become_named_users(here: Bench) -> None:
    here.publish(rows(3), here.dataset(licence="other-at", access={"level": "same_organization"}))
    (resource,) = here.package()["resources"]
    assert json.loads(resource["restricted"])["level"] == "only_allowed_users"
    again(here, rows(3))


def test_what_idgo_serves_of_a_geographic_file_stays_open(here: Bench) -> None:
    """It opens maps and extraction with the file; what does not say so would close them."""
    points = rows(3, lon=[5.4, 5.45, 5.5], lat=[43.5, 43.52, 43.55])
    fields = [*FIELDS, *({"name": name, "type": "number"} for name in ("lon", "lat"))]
    columns = {**COLUMNS, "lon": "publish", "lat": "publish"}
    geo = {"fields": fields, "columns": columns, "geometry": {"longitude": "lon", "latitude": "lat"}}
    here.publish(points, here.dataset(**geo, publish={"mode": "upload", "formats": ["geojson"]}))
    here.publish(points, here.dataset(title=f"Autre {here.slug}"))
    shown = package(here)
    assert shown is not None
    assert [one["extracting_service"] for one in shown["resources"]] == ["True"]
    assert shown["ows"] == "True"
    again(here, points)


@pytest.mark.usefixtures("takes_lists")
def test_named_users_are_read_back(here: Bench) -> None:
    named = {"level": "only_allowed_users", "users": ["autre"]}
    here.publish(rows(3), here.dataset(licence="other-at", access=named))
    (resource,) = here.package()["resources"]
    assert json.loads(resource["restricted"]) == {"level": "only_allowed_users", "allowed_users": "autre"}
    again(here, rows(3))
    with pytest.raises(ReadBackMismatch, match="allowed_users"):
        here.publish(rows(3), here.dataset(access={**named, "users": ["autre", "personne"]}))


def test_it_is_asked_before_anything_is_published(here: Bench) -> None:
    answers = {
        one.subject: one for one in probe_connections([here.dataset()], here.desk.city, here.desk.place)
    }
    assert answers["platform"].said.startswith("IDGO, devant un CKAN 2.")
    assert answers["record"].ok


# --- never half-written -------------------------------------------------------------------------------------

HOME: dict[str, Any] = {**OPEN, "title": "Jeu {slug}", "publish": TWO_FORMATS}
THERE: dict[str, Any] = {**OPEN, **CLOSED, "title": "Autre {slug}"}
"""Other rows and title, restricted, and one format instead of two."""


@pytest.mark.end_to_end
def test_a_first_publication_killed_anywhere(tmp_path: Path, region: Region, idgo: Idgo) -> None:
    calm = made_in(tmp_path / "calme", region, idgo)
    calm.publish(rows(3), wire=(wire := Wire()))
    model, deaths = face(calm), []
    for rank in count():
        made = made_in(tmp_path / f"{rank}", region, idgo)
        made.dataset()
        died = made.killed(rows(3), rank)
        known = [one.id for one in idgo.resources.get(made.slug, [])]
        made.publish(rows(3))
        assert face(made) == model, died
        assert [one.id for one in idgo.resources[made.slug]][: len(known)] == known
        if died is None:
            break
        deaths.append(died)
    assert len(requests(deaths)) == len(wire.writes) == 3, "a record, a file, and the opening"
    assert "half of POST resource" in deaths
    assert any(one.endswith("platforms/datasud.json") for one in deaths)


@pytest.mark.end_to_end
@pytest.mark.thorough
def test_a_change_and_its_return_killed_anywhere(tmp_path: Path, region: Region, idgo: Idgo) -> None:
    """There and back, killed before each effect in turn."""
    made = made_in(tmp_path, region, idgo)
    models = []
    for size, declared in ((3, HOME), (4, THERE), (3, HOME)):
        made.publish(rows(size), declared_in(made, declared))
        models.append(face(made))
    first = idgo.resources[made.slug][0].id
    for rank in count():
        died = []
        for size, declared, model in ((4, THERE, models[1]), (3, HOME, models[2])):
            declared_in(made, declared)
            died.append(made.killed(rows(size), rank))
            made.publish(rows(size))
            assert face(made) == model, (rank, died)
            assert idgo.resources[made.slug][0].id == first
        if not any(died):
            break
    assert rank >= 5
    again(made, rows(3))


@pytest.mark.end_to_end
def test_a_link_that_becomes_a_file_killed_anywhere(tmp_path: Path, region: Region, idgo: Idgo) -> None:
    """The only change of mode that IDGO knows."""
    with serving() as api:
        models, kinds = [], []
        for rank in count():
            made = made_in(tmp_path / f"{rank}", region, idgo)
            made.desk = with_api(made, api.url)
            link = {
                "publish": {"mode": "index", "link": "/lieux"},
                "source": {"http": "api", "path": "/lieux"},
            }
            first = made.publish(rows(3), made.dataset(**link)).resources[0].id
            made.dataset(source={"file": "depot", "path": "jeu.csv"}, publish={"mode": "upload"})
            if rank:
                kinds.append(made.killed(rows(3), rank - 1))
            assert made.publish(rows(3)).resources[0].id == first
            models.append(face(made))
            if rank and kinds[-1] is None:
                break
    assert all(model == models[0] for model in models)
    assert len(kinds) >= 4


def face(made: Bench) -> dict[str, Any]:
    """All that a publication decides, in CKAN, without what differs from one record to another."""
    record = made.package()
    own = {"id", "name", "title", "metadata_created", "metadata_modified", "resources"}
    kept = ("format", "url_type", "resource_type", "restricted", "description", "data_type", "lang")
    return {
        **{key: value for key, value in record.items() if key not in own},
        "seen": package(made) is not None,
        "resources": [[resource.get(key) for key in kept] for resource in record["resources"]],
        "files": [made.body(resource).status_code for resource in record["resources"]],
    }


# --- identity -----------------------------------------------------------------------------------------------


def test_a_renamed_dataset_keeps_its_resources(here: Bench) -> None:
    before = here.publish(rows(5))
    former, here.slug = here.slug, f"{here.slug}-bis"
    here.desk.place.store.adopt_records_of_former_name(former, here.slug)
    (here.desk.include / "datasets" / f"{former}.yaml").unlink()
    after = here.publish(rows(5), here.dataset(moved_from=former))
    assert [one.id for one in after.resources] == [one.id for one in before.resources]
    assert package(here, former) is None
    assert package(here) is not None
    again(here, rows(5))


def test_a_lost_memory_costs_nothing(here: Bench) -> None:
    here.publish(rows(5))
    here.desk.place.store.delete(f"datasets/{here.slug}/platforms/datasud.json")
    again(here, rows(5))


def test_what_is_another_accounts_is_left_alone(here: Bench, idgo: Idgo, region: Region) -> None:
    form = {"name": here.slug, "title": here.slug, "organisation": region.organisation, "license": "lov2"}
    theirs = httpx.post(f"{idgo.url}/dataset/", auth=("autre", "mot de passe"), data=form, timeout=60)
    assert theirs.status_code == 201
    mine = idgo.accounts[region.editor_name]
    idgo.accounts[region.editor_name] = replace(mine, referent=())
    try:
        with pytest.raises(PlatformRequestRejection, match="déjà prise"):
            here.publish(rows(5))
    finally:
        idgo.accounts[region.editor_name] = mine


def test_a_title_is_one_datasets(here: Bench, tmp_path: Path, region: Region, idgo: Idgo) -> None:
    here.publish(rows(5))
    other = made_in(tmp_path / "autre", region, idgo)
    with pytest.raises(PlatformRequestRejection, match="déjà ce titre") as refused:
        other.publish(rows(5), other.dataset(title=here.declared["title"]))
    assert here.declared["title"] not in str(refused.value), "IDGO quotes what it was sent"
    assert other.slug not in idgo.datasets


# --- people write there too ---------------------------------------------------------------------------------


@dataclass
class Meanwhile(Wire):
    """Somebody writes in IDGO before the request number ``at`` for the record."""

    at: int = 2
    does: Callable[[], None] = lambda: None
    asked: list[str] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and "/dataset/essai-" in request.url.path:
            self.asked.append(request.url.path)
            if len(self.asked) == self.at:
                self.does()
        return super().handle_request(request)


def edited(idgo: Idgo, made: Bench, **fields: str) -> None:
    """In IDGO's own page: all is sent, but for what it changes."""
    held = idgo.datasets[made.slug]
    said = {name: value for name, value in held.fields.items() if name not in ("published", *fields)}
    account = (made.region.editor_name, made.region.editor_password)
    form = {**said, "keywords": [f'"{word}"' for word in said["keywords"]], "private": "False", **fields}
    assert httpx.put(f"{idgo.url}/dataset/{made.slug}/", auth=account, data=form, timeout=60).is_success


def test_an_edit_is_told_and_put_right(here: Bench, idgo: Idgo) -> None:
    here.publish(rows(5))
    edited(idgo, here, description="Autre chose.", license="odc-odbl")
    report = here.publish(rows(5))
    (drift,) = [finding for finding in report.findings if finding.code == "ecart-sur-la-plateforme"]
    assert "description, license" in drift.message
    assert (package(here) or {})["license_id"] == "lov2"
    again(here, rows(5))


def test_an_edit_straight_into_ckan_is_put_right(here: Bench, idgo: Idgo) -> None:
    here.publish(rows(5))
    here.action("package_patch", id=here.slug, notes="Autre chose.")
    report = here.publish(rows(5))
    assert report.writes
    assert package(here) is not None
    again(here, rows(5))


def test_an_edit_meanwhile_is_not_overwritten(here: Bench, idgo: Idgo) -> None:
    here.publish(rows(5))
    wire = Meanwhile(at=3, does=lambda: edited(idgo, here, title=f"À la main {here.slug}"))
    with pytest.raises(PlatformWriteConflict, match="title"):
        here.publish(rows(5), here.dataset(title=f"Autre {here.slug}"), wire=wire)
    assert wire.writes == []
    assert (package(here) or {})["title"] == f"À la main {here.slug}"


# --- what IDGO does not do ----------------------------------------------------------------------------------


def test_a_licence_left_empty_in_silence_is_found(here: Bench, idgo: Idgo) -> None:
    idgo.licences["lov2"] = "licence-ouverte-2"
    try:
        with pytest.raises(ReadBackMismatch, match="license"):
            here.publish(rows(5))
    finally:
        idgo.licences["lov2"] = "lov2"
    assert here.publish(rows(5)).passed
    again(here, rows(5))


def test_a_link_becomes_a_file_and_never_the_other_way(here: Bench, idgo: Idgo) -> None:
    with serving() as api:
        here.desk = with_api(here, api.url)
        link = {
            "publish": {"mode": "index", "link": "/lieux"},
            "source": {"http": "api", "path": "/lieux"},
            "columns": COLUMNS,
        }
        first = here.publish(rows(3), here.dataset(**link))
        assert first.resources[0].url == f"{api.url}/lieux"
        again(here, rows(3))
        report = here.publish(rows(3), here.dataset(**OPEN))
        assert report.resources[0].id == first.resources[0].id
        again(here, rows(3))
        wire = Wire()
        with pytest.raises(PlatformRequestRejection, match="remplacer un fichier par un lien"):
            here.publish(rows(3), here.dataset(**link), wire=wire)
        assert wire.writes == []


def with_api(made: Bench, url: str) -> Desk:
    known = made.desk.place.connections
    variables = {
        "AIRFLOW_CONN_DATASUD": known.variables["AIRFLOW_CONN_DATASUD"],  # type: ignore[attr-defined]
        "AIRFLOW_CONN_API": json.dumps({"conn_type": "http", "host": url}),
    }
    return Desk(replace(made.desk.place, connections=type(known)(variables)))  # type: ignore[call-arg]


def test_a_format_it_does_not_know_is_refused_before_anything_is_written(here: Bench, idgo: Idgo) -> None:
    with pytest.raises(PlatformRequestRejection, match="ce format : Parquet"):
        here.publish(rows(3), here.dataset(publish={"mode": "upload", "formats": ["csv", "parquet"]}))
    assert here.slug not in idgo.datasets


def test_a_file_that_is_too_big_says_so(here: Bench, idgo: Idgo) -> None:
    idgo.largest = 10
    try:
        with pytest.raises(PlatformRequestRejection, match="trop gros"):
            here.publish(rows(3))
    finally:
        idgo.largest = 100_000_000
    assert package(here) is None


@pytest.mark.parametrize(
    "changes, error, said",
    [
        ({"password": "faux"}, PlatformAccessRefusal, "refuse ce compte"),
        ({"host": "http://127.0.0.1:9/idgo/api"}, AqueducError, "ne répond pas"),
        ({"ckan": ""}, ConnectionMissing, "quel CKAN"),
    ],
)
def test_a_connection_that_does_not_lead_there(
    tmp_path: Path, region: Region, idgo: Idgo, changes: dict[str, Any], error: type, said: str
) -> None:
    made = made_in(tmp_path, region, idgo, **changes)
    with pytest.raises(error, match=said):
        made.publish(rows(3))


@pytest.mark.parametrize(
    "organisation, error",
    [("autre-ville", PlatformRequestRejection), ("ville-aix-en-provence", PlatformAccessRefusal)],
)
def test_an_organisation_that_is_not_the_accounts(
    here: Bench, idgo: Idgo, region: Region, organisation: str, error: type
) -> None:
    city = here.desk.include / "city.yaml"
    text = city.read_text(encoding="utf-8")
    city.write_text(text.replace("ville-aix-en-provence", organisation), encoding="utf-8")
    mine = idgo.accounts[region.editor_name]
    idgo.accounts[region.editor_name] = Account(mine.password, ("une-autre",))
    try:
        with pytest.raises(error):
            here.publish(rows(3))
    finally:
        idgo.accounts[region.editor_name] = mine
