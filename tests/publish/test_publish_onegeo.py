"""OneGeo Suite is written as an account and read back as a visitor: the same promises as everywhere else, in
each of the ways in which the real one may work."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aqueduc.certify.history import read_history
from aqueduc.cli.connect import probe_connections
from aqueduc.errors import (
    DeclarationError,
    PlatformAccessRefusal,
    PlatformRequestRejection,
    PlatformUnavailable,
    PlatformWriteConflict,
    PublicationGateClosed,
    ReadBackMismatch,
)
from aqueduc.publish import PublishReport
from aqueduc.record import statement
from sandbox import onegeo as onegeo_of
from sandbox.onegeo import PASSWORD, USER, OneGeo, Ways
from tests.making import Desk
from tests.publish.looking import REOPEN
from tests.publish.publishing import (
    COLUMNS,
    FIELDS,
    NOWHERE,
    Bench,
    Wire,
    again,
    declared_in,
    reads_only,
    requests,
    rows,
    serving,
)
from tests.publish.showcase import served, showcase
from tests.publish.test_publish_moved import renamed
from tests.publish.test_publish_outlet import Web, web, with_outlet

OUTLET: dict[str, Any] = {"mode": "index", "outlet": "web", "formats": ["csv"]}
TWO_FORMATS: dict[str, Any] = {**OUTLET, "formats": ["csv", "xlsx"]}
OPEN: dict[str, Any] = {
    "columns": COLUMNS,
    "fields": FIELDS,
    "key": ["code"],
    "licence": "lov2",
    "access": "open",
    "keywords": ["permis de construire", "urbanisme"],
    "publish": OUTLET,
}
CLOSED = {"licence": "other-at", "access": {"level": "same_organization"}}
WAYS = {
    "a codename is one record's": Ways(),
    "a codename may come twice": Ways(refuses_twice=False),
    "the search shows what is not published": Ways(finds_unpublished=True),
    "twice, and shown": Ways(refuses_twice=False, finds_unpublished=True),
    "only what a public client reads": Ways(
        shows_all=False, shows_one=False, lists_resources=False, searches_codenames=False, describes=False
    ),
}


# Killed at each change of the code in those that differ most, and in the others by ``make thorough``.
in_most_ways = pytest.mark.parametrize(
    "each",
    [
        name if name.startswith(("twice", "only")) else pytest.param(name, marks=pytest.mark.thorough)
        for name in WAYS
    ],
    indirect=True,
)


@pytest.fixture(params=WAYS)
def each(request: pytest.FixtureRequest) -> Iterator[OneGeo]:
    with onegeo_of.serving(ways=WAYS[request.param]) as site:
        yield site


@pytest.fixture
def site() -> Iterator[OneGeo]:
    with onegeo_of.serving() as there:
        yield there


@pytest.fixture
def here(tmp_path: Path, site: OneGeo) -> Iterator[Bench]:
    with made_in(tmp_path, site) as made:
        yield made


@contextmanager
def made_in(root: Path, site: OneGeo, **changes: Any) -> Iterator[Bench]:
    """A dataset of its own, whose files go to an outlet; ``changes`` of the connection."""
    connection = {"conn_type": "onegeo", "host": f"{site.url}/fr/", "login": USER, "password": PASSWORD}
    environment = {"AIRFLOW_CONN_DATASUD": json.dumps({**connection, **changes})}
    platforms = {"datasud": {"type": "onegeo", "connection": "datasud"}}
    desk = showcase(root, platforms, environment, "datasud").desk
    slug = f"essai-{uuid4().hex[:12]}"
    with served(root / "www") as address:
        with_outlet(desk, root / "www", address)
        yield Bench(desk, NOWHERE, slug, {**OPEN, "title": f"Jeu {slug}"})


def package(site: OneGeo, slug: str) -> dict[str, Any] | None:
    """The record as a visitor has it in the facade."""
    url = f"{site.url}/fr/indexer/service/ckan/api/3/action/package_search?rows=1000"
    found = httpx.get(url, timeout=60).json()["result"]["results"]
    return next((one for one in found if one["name"] == slug), None)


def test_what_was_online_on_a_day_is_told_by_the_digest_of_the_file(here: Bench, tmp_path: Path) -> None:
    here.certified(rows(5))
    (period,) = read_history(here.desk.place.store, here.slug).periods
    (file,) = period.files
    data = (tmp_path / "www" / here.slug / f"{here.slug}.csv").read_bytes()
    assert (file.platform, file.sha256, file.link) == ("datasud", hashlib.sha256(data).hexdigest(), True)


def test_a_publication_is_what_visitors_read(here: Bench, site: OneGeo) -> None:
    report = here.publish(rows(5), here.dataset(publish=TWO_FORMATS))
    assert report.writes[2:] == (
        "créer la fiche, cachée",
        "ajouter la ressource CSV",
        "ajouter la ressource XLSX",
        "ouvrir la fiche au public",
    )
    assert [(proof.what, proof.reader) for proof in report.proofs if proof.what in ("fiche", "lien")] == [
        ("fiche", "ville"),
        ("fiche", "visiteur"),
        *[("lien", "visiteur")] * 2,
    ]
    shown = package(site, here.slug)
    assert shown is not None
    assert report.record_url == f"{site.url}/explorer/fr/jeux-de-donnees/{here.slug}" == shown["url"]
    assert [tag["name"] for tag in shown["tags"]] == ["permis de construire", "urbanisme"]
    assert [one["url"] for one in shown["resources"]] == [one.url for one in report.resources]
    served_hash = hashlib.sha256(httpx.get(report.resources[0].url).content).hexdigest()
    assert f"CSV : SHA-256 {served_hash}" in shown["notes"]
    assert "Licence : Licence Ouverte" in shown["notes"]
    assert [one["type"] for one in site.attachments.values()] == [1, 2], "principal, then annex"
    assert again(here, rows(5)).record == report.record


def test_it_is_published_and_then_left_alone_in_each_way(tmp_path: Path, each: OneGeo) -> None:
    with made_in(tmp_path, each) as made:
        first = made.publish(rows(5))
        again(made, rows(5))
        second = made.publish(rows(7), made.dataset(title=f"Autre {made.slug}", publish=TWO_FORMATS))
        assert second.record == first.record
        assert second.resources[0].id == first.resources[0].id
        again(made, rows(7))
        third = made.publish(rows(7), made.dataset(publish=OUTLET))
        assert third.writes[-1] == "retirer la ressource XLSX, que la déclaration ne publie plus"
        again(made, rows(7))
        shown = package(each, made.slug)
        assert shown is not None
        assert (shown["title"], len(shown["resources"])) == (f"Autre {made.slug}", 1)
        assert len(each.datasets) == 1


def test_an_index_that_lags_is_waited_for(here: Bench, site: OneGeo) -> None:
    waited: list[float] = []
    here.pause = waited.append
    site.lag = 5
    report = here.publish(rows(5))
    assert waited
    assert here.publish(rows(6)).resources[0].id == report.resources[0].id
    site.lag = 50
    with pytest.raises(ReadBackMismatch, match=r"n'est pas publique|ne voit pas la même fiche"):
        here.publish(rows(7))


def test_nobody_writes_while_the_index_lags(here: Bench, site: OneGeo) -> None:
    """A run that comes before the index has followed takes nothing for lost."""
    report = here.publish(rows(5))
    site.lag = 60
    with pytest.raises(ReadBackMismatch):
        here.publish(rows(5), here.dataset(publish=TWO_FORMATS))
    site.lag = 3
    after = here.publish(rows(5))
    assert after.resources[0].id == report.resources[0].id
    assert len(site.resources) == 2


# --- people -------------------------------------------------------------------------------------------------


def test_what_people_have_to_fill_in_is_told_until_it_is_there(here: Bench, site: OneGeo) -> None:
    told = left_to_people(here.publish(rows(5)))
    assert all(word in told for word in ("licence (lov2)", "fréquence de mise à jour", "contact"))
    site.filled[here.slug] = {"license_id": "lov2", "updateFrequency": "weekly"}
    told = left_to_people(again(here, rows(5)))
    assert "contact" in told
    assert "licence" not in told
    site.filled[here.slug]["author_email"] = here.dataset().contact
    assert left_to_people(again(here, rows(5))) == ""
    site.filled[here.slug]["license_id"] = "odc-odbl"
    assert "licence (lov2)" in left_to_people(again(here, rows(5)))


def left_to_people(report: PublishReport) -> str:
    found = (one.message for one in report.findings if one.code == "onegeo-a-completer")
    return next(found, "")


def test_what_is_signed_says_what_people_fill_in_there(here: Bench) -> None:
    told = " ".join(statement.list_unverified_promises(here.dataset(), here.desk.city, date(2026, 7, 1)))
    assert (
        "remplissent à la main : licence, fréquence de mise à jour, catégories, contacts et emprise" in told
    )


def edited(site: OneGeo, made: Bench, **fields: Any) -> None:
    """In the site's own form."""
    (held,) = (one for one in site.datasets.values() if one["codename"] == made.slug)
    held.update(fields)
    site.edited_by_hand()


def test_an_edit_is_told_and_put_right(tmp_path: Path, each: OneGeo) -> None:
    with made_in(tmp_path, each) as made:
        made.publish(rows(5))
        edited(each, made, description="Autre chose.", display_name="À la main")
        report = made.publish(rows(5))
        (drift,) = (one for one in report.findings if one.code == "ecart-sur-la-plateforme")
        assert "description, display_name" in drift.message
        assert (package(each, made.slug) or {})["title"] == f"Jeu {made.slug}"
        again(made, rows(5))


def test_a_link_that_somebody_changed_is_told_and_put_right(tmp_path: Path, each: OneGeo) -> None:
    with made_in(tmp_path, each) as made:
        report = made.publish(rows(5))
        (resource,) = each.resources.values()
        resource["href"] = "https://ailleurs.example/autre.csv"
        each.edited_by_hand()
        after = made.publish(rows(5))
        assert any("CSV.href" in one.message for one in after.findings)
        assert [one["url"] for one in (package(each, made.slug) or {})["resources"]] == [
            report.resources[0].url
        ]
        assert len(each.attachments) == 1
        again(made, rows(5))


def test_a_resource_that_somebody_removed_comes_back_and_what_others_attach_stays(
    here: Bench, site: OneGeo
) -> None:
    first = here.publish(rows(5))
    site.delete_resource(USER, int(first.resources[0].id))
    shell = {"codename": "notice", "display_name": "Notice", "usergroup_id": 532}
    other = site.create_resource(USER, shell)["id"]
    site.add_link(USER, {"resource_id": other, "href": "https://ailleurs.example/notice.pdf"}, file=False)
    record = int(first.record)
    site.attach(USER, {"resource_id": other, "dataset_id": record, "publish": True, "type": 2})
    with pytest.raises(PublicationGateClosed, match="supprimé de la fiche"):
        here.publish(rows(5))
    report = here.publish(rows(5), run=here.run(waivers=REOPEN))
    assert any("CSV (supprimée)" in one.message for one in report.findings)
    shown = package(site, here.slug)
    assert shown is not None
    assert {one["name"] for one in shown["resources"]} == {"Notice", f"Jeu {here.slug} (CSV)"}
    again(here, rows(5))


@dataclass
class Meanwhile(Wire):
    """Somebody writes in the site before the first write."""

    does: Callable[[], None] = lambda: None
    done: bool = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/resource/data-format/") and not self.done:
            self.done = True
            self.does()
        return super().handle_request(request)


def test_an_edit_meanwhile_is_not_overwritten(here: Bench, site: OneGeo) -> None:
    here.publish(rows(5))
    wire = Meanwhile(does=lambda: edited(site, here, display_name="À la main"))
    with pytest.raises(PlatformWriteConflict, match="display_name"):
        here.publish(rows(5), here.dataset(title=f"Autre {here.slug}"), wire=wire)
    assert wire.writes == []
    assert (package(site, here.slug) or {})["title"] == "À la main"


# --- what the platform adds by itself -----------------------------------------------------------------------


def test_services_that_the_platform_adds_are_left_alone(here: Bench, site: OneGeo) -> None:
    """Their ids are numbers that repeat, their kind is null: the facade's record is taken as it is."""
    points = rows(3, lon=[5.4, 5.45, 5.5], lat=[43.5, 43.52, 43.55])
    fields = [*FIELDS, *({"name": name, "type": "number"} for name in ("lon", "lat"))]
    columns = {**COLUMNS, "lon": "publish", "lat": "publish"}
    geo = {"fields": fields, "columns": columns, "geometry": {"longitude": "lon", "latitude": "lat"}}
    here.publish(points, here.dataset(**geo, publish={**OUTLET, "formats": ["geojson", "csv"]}))
    shown = package(site, here.slug)
    assert shown is not None
    assert [one["format"] for one in shown["resources"]] == ["GeoJSON", "OGC:WMS", "OGC:WFS", "CSV"]
    assert [one["id"] for one in shown["resources"]][1:3] == ["1099", "1099"]
    again(here, points)


def test_a_link_whose_format_it_does_not_know_is_a_page(here: Bench, site: OneGeo) -> None:
    here.publish(rows(3), here.dataset(publish={**OUTLET, "formats": ["csv", "parquet"]}))
    assert [one["format"] for one in site.resources.values()] == ["CSV", None]
    again(here, rows(3))


def test_a_link_to_the_source_is_indexed_in_place(here: Bench, site: OneGeo) -> None:
    link: dict[str, Any] = {"mode": "index", "link": "/lieux"}
    with serving() as api:
        here.desk = with_api(here, api.url)
        report = here.publish(rows(3), here.dataset(publish=link, source={"http": "api", "path": "/lieux"}))
        assert report.resources[0].url == f"{api.url}/lieux"
        again(here, rows(3))
        first = report.resources[0].id
        moved = here.publish(rows(3), here.dataset(publish={**link, "link": f"{api.url}//lieux"}))
        assert moved.resources[0].id != first, "no call is known to change a link"
        assert [one["url"] for one in (package(site, here.slug) or {})["resources"]] == [f"{api.url}//lieux"]
        again(here, rows(3))


def with_api(made: Bench, url: str) -> Desk:
    known = made.desk.place.connections
    variables = {
        "AIRFLOW_CONN_DATASUD": known.variables["AIRFLOW_CONN_DATASUD"],  # type: ignore[attr-defined]
        "AIRFLOW_CONN_API": json.dumps({"conn_type": "http", "host": url}),
    }
    return Desk(replace(made.desk.place, connections=type(known)(variables)))  # type: ignore[call-arg]


# --- restricted ---------------------------------------------------------------------------------------------


@contextmanager
def closed_outlet(made: Bench) -> Iterator[Web]:
    """One that turns visitors away."""
    folder = made.desk.include.parent / "ferme"
    with web(folder) as server:
        server.closed = True
        with_outlet(made.desk, folder, server.url)
        yield server


def test_a_restricted_dataset_is_a_record_that_is_not_published(here: Bench, site: OneGeo) -> None:
    here.publish(rows(5))
    with closed_outlet(here):
        report = here.publish(rows(6), here.dataset(**CLOSED))
        assert {one.result for one in report.proofs if one.reader == "visiteur"} == {"refusé"}
        assert package(site, here.slug) is None
        again(here, rows(6))
        here.declared.update(OPEN)
    with served(here.desk.include.parent / "www") as address:
        with_outlet(here.desk, here.desk.include.parent / "www", address)
        here.publish(rows(6))
        assert package(site, here.slug) is not None
        again(here, rows(6))


def test_a_restricted_dataset_is_held_where_the_search_shows_it(tmp_path: Path) -> None:
    with (
        onegeo_of.serving(ways=Ways(finds_unpublished=True)) as site,
        made_in(tmp_path, site) as made,
        closed_outlet(made),
        pytest.raises(ReadBackMismatch, match="montre à tous la fiche d'un jeu restreint"),
    ):
        made.publish(rows(5), made.dataset(**CLOSED))


def test_a_restricted_dataset_needs_an_outlet_that_refuses(here: Bench, site: OneGeo) -> None:
    with pytest.raises(PublicationGateClosed, match="ne protège pas"):
        here.publish(rows(5), here.dataset(**CLOSED))
    assert site.datasets == {}


# --- identity -----------------------------------------------------------------------------------------------


def test_a_renamed_dataset_keeps_its_record_its_codename_and_its_resources(
    tmp_path: Path, each: OneGeo
) -> None:
    with made_in(tmp_path, each) as made:
        before = made.publish(rows(5))
        former, made.slug = made.slug, f"{made.slug}-bis"
        made.desk.place.store.adopt_records_of_former_name(former, made.slug)
        (made.desk.include / "datasets" / f"{former}.yaml").unlink()
        after = made.publish(rows(5), made.dataset(moved_from=former, publish=TWO_FORMATS))
        assert after.record == before.record
        assert [one["codename"] for one in each.datasets.values()] == [former]
        assert all(one["codename"].startswith(former) for one in each.resources.values())
        assert package(each, former) is not None
        again(made, rows(5))


def test_a_lost_memory_costs_nothing(tmp_path: Path, each: OneGeo) -> None:
    with made_in(tmp_path, each) as made:
        made.publish(rows(5))
        made.desk.place.store.delete(f"datasets/{made.slug}/platforms/datasud.json")
        again(made, rows(5))


def test_what_is_another_organisations_is_left_alone(here: Bench, site: OneGeo) -> None:
    site.passwords["autre"], site.writers["autre"] = "x", {533}
    theirs = {"codename": here.slug, "display_name": "Le leur", "usergroup": 533, "publish": True}
    site.create_dataset("autre", theirs)
    with pytest.raises(PlatformRequestRejection, match="a déjà ce nom de code"):
        here.publish(rows(5))
    assert [one["display_name"] for one in site.datasets.values()] == ["Le leur"]


def test_a_record_given_to_another_organisation_is_said(here: Bench, site: OneGeo) -> None:
    here.publish(rows(5))
    edited(site, here, usergroup=533)
    with pytest.raises(PlatformRequestRejection, match="appartient maintenant"):
        here.publish(rows(6))


def test_a_long_identifier_and_many_records(tmp_path: Path, each: OneGeo) -> None:
    with made_in(tmp_path, each) as made:
        for rank in range(120):
            other = {"codename": f"autre-{rank}", "display_name": f"Autre {rank}", "usergroup": 532}
            each.create_dataset(USER, other)
        made.slug = f"{made.slug}-{'x' * 75}"
        made.publish(rows(3), made.dataset(publish=TWO_FORMATS))
        again(made, rows(3))


# --- never half-written, never twice ------------------------------------------------------------------------


@dataclass
class Lost(Wire):
    """The answer to the write number ``at`` is lost on its way: it was done."""

    at: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if not reads_only(request) and len(self.writes) == self.at + 1:
            response.read()
            raise httpx.ReadError("lost")
        return response


@pytest.mark.end_to_end
@in_most_ways
def test_an_answer_that_is_lost_makes_no_double(tmp_path: Path, each: OneGeo) -> None:
    """Whichever write it was the answer of, the next run finds what it made."""
    known = 0
    for rank in count():
        with made_in(tmp_path / f"{rank}", each) as made:
            wire = Lost(at=rank)
            with suppress(PlatformUnavailable):
                made.publish(rows(3), made.dataset(publish=TWO_FORMATS), wire=wire)
            made.publish(rows(3))
            assert len([one for one in each.datasets.values() if one["codename"] == made.slug]) == 1
            shown = package(each, made.slug)
            assert shown is not None
            assert [one["format"] for one in shown["resources"]] == ["CSV", "XLSX"]
            held = [one for one in each.resources.values() if one["codename"].startswith(made.slug)]
            assert len(held) == 2 or not each.ways.lists_resources
            again(made, rows(3))
        known = max(known, len(wire.writes))
        if len(wire.writes) <= rank:
            break
    assert rank >= 8, "the record, twice three for the resources, and the opening"


@pytest.mark.end_to_end
@in_most_ways
def test_a_first_publication_killed_anywhere(tmp_path: Path, each: OneGeo) -> None:
    with made_in(tmp_path / "calme", each) as calm:
        calm.publish(rows(3), wire=(wire := Wire()))
        model, deaths = face(each, calm), []
    for rank in count():
        with made_in(tmp_path / f"{rank}", each) as made:
            made.dataset()
            died = made.killed(rows(3), rank)
            known = attached_ids(each, made)
            made.publish(rows(3))
            assert face(each, made) == model, died
            assert attached_ids(each, made)[: len(known)] == known
        if died is None:
            break
        deaths.append(died)
    assert len(requests(deaths)) >= len(wire.writes) == 5, "a record, three for the resource, the opening"
    assert any(one.endswith("platforms/datasud.json") for one in deaths)


@pytest.mark.end_to_end
@in_most_ways
def test_killed_while_moving(tmp_path: Path, each: OneGeo) -> None:
    """Renamed again and again, and killed before each effect of it in turn: an outlet serves its files below
    the name of the dataset, so that the links change, and the record stays."""
    with made_in(tmp_path, each) as made:
        first, slug, deaths = made.publish(rows(3)), made.slug, []
        for rank in count():
            made = renamed(made, f"{slug}-{rank}")
            deaths.append(made.killed(rows(3), rank))
            after = made.publish(rows(3))
            assert after.record == first.record, deaths
            assert [one["codename"] for one in each.datasets.values()] == [slug]
            assert [one["url"] for one in (package(each, slug) or {})["resources"]] == [
                after.resources[0].url
            ]
            assert len(each.attachments) == 1
            if deaths[-1] is None:
                break
        assert requests(deaths[:-1])
        again(made, rows(3))


HOME: dict[str, Any] = {**OPEN, "title": "Jeu {slug}", "publish": TWO_FORMATS}
THERE: dict[str, Any] = {**OPEN, "title": "Autre {slug}"}


@pytest.mark.end_to_end
@in_most_ways
def test_a_change_and_its_return_killed_anywhere(tmp_path: Path, each: OneGeo) -> None:
    """There and back, killed before each effect in turn."""
    with made_in(tmp_path, each) as made:
        models = []
        for size, declared in ((3, HOME), (4, THERE), (3, HOME)):
            made.publish(rows(size), declared_in(made, declared))
            models.append(face(each, made))
        first = attached_ids(each, made)[0]
        for rank in count():
            died = []
            for size, declared, model in ((4, THERE, models[1]), (3, HOME, models[2])):
                declared_in(made, declared)
                died.append(made.killed(rows(size), rank))
                made.publish(rows(size))
                assert face(each, made) == model, (rank, died)
                assert attached_ids(each, made)[0] == first
            if not any(died):
                break
        assert rank >= 5
        again(made, rows(3))


def attached_ids(site: OneGeo, made: Bench) -> list[int]:
    """Of the resources that stand in its record."""
    records = [number for number, one in site.datasets.items() if one["codename"] == made.slug]
    return [one["resource_id"] for one in site.attachments.values() if one["dataset_id"] in records]


def face(site: OneGeo, made: Bench) -> dict[str, Any]:
    """All that a publication decides, as visitors have it, without what differs between two records."""
    record = package(site, made.slug)
    assert record is not None
    own = {"id", "name", "title", "metadata_created", "url", "resources", "notes"}
    return {
        **{key: value for key, value in record.items() if key not in own},
        "notes": record["notes"].replace(made.slug, "jeu"),
        "resources": [(one["format"], one["name"].partition("(")[2]) for one in record["resources"]],
        "files": [httpx.get(one["url"]).text.count("\n") for one in record["resources"]],
        "records": len([one for one in site.datasets.values() if one["codename"] == made.slug]),
        "shells": len(held_by(site, made)) if site.ways.lists_resources else None,
    }


def held_by(site: OneGeo, made: Bench) -> list[dict[str, Any]]:
    return [one for one in site.resources.values() if one["codename"].startswith(made.slug)]


def test_who_reads_meanwhile_never_finds_a_link_that_leads_nowhere(tmp_path: Path, each: OneGeo) -> None:
    """A visitor asks for the record and for what it leads to, again and again, through every change."""
    with made_in(tmp_path, each) as made, polling(each, made) as seen:
        made.publish(rows(30), made.dataset(publish=TWO_FORMATS))
        made.publish(rows(40), made.dataset(title=f"Autre {made.slug}"))
        made.publish(rows(20), made.dataset(publish=OUTLET))
        made.publish(rows(30), made.dataset(publish=TWO_FORMATS))
    assert len(seen) >= 20
    there = [one for one in seen if one is not None]
    first = next(rank for rank, one in enumerate(seen) if one is not None)
    assert None not in seen[first:], "the record was away"
    assert {lines for one in there for lines in one if lines} <= {21, 31, 41}
    assert all(there), "a record without a link"


@contextmanager
def polling(site: OneGeo, made: Bench) -> Iterator[list[list[int] | None]]:
    """How many lines each CSV that the record leads to has; None while there is no record."""
    seen: list[list[int] | None] = []
    stop = threading.Event()

    def poll() -> None:
        with httpx.Client(timeout=30) as client:
            while not stop.wait(0.005):
                shown = package(site, made.slug)
                links = [one["url"] for one in (shown or {}).get("resources", ())]
                answers = [client.get(url) for url in links]
                # One that is taken out of the record leaves the outlet last.
                told = [one.text.count("\n") for one in answers if one.url.path.endswith(".csv")]
                seen.append(told if shown else None)

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        yield seen
    finally:
        stop.set()
        reader.join()


# --- who is let in ------------------------------------------------------------------------------------------


@dataclass
class Expiring(Wire):
    """Every token ends before the write number ``at``."""

    site: OneGeo = field(default_factory=OneGeo)
    at: int = 2

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not reads_only(request) and len(self.writes) == self.at:
            self.site.expire()
        return super().handle_request(request)


def test_a_token_that_ends_is_asked_for_once_more(here: Bench, site: OneGeo) -> None:
    assert here.publish(rows(5), wire=Expiring(site=site)).passed
    assert site.logins == 2
    again(here, rows(5))
    assert len(site.resources) == 1


def test_an_account_that_may_not_write_is_refused_and_asked_no_more_than_twice(
    here: Bench, site: OneGeo
) -> None:
    site.writers[USER] = {533}
    with pytest.raises(PlatformAccessRefusal, match="refuse à ce compte"):
        here.publish(rows(5))
    assert site.logins == 2


@pytest.mark.parametrize(
    "changes, error, said",
    [
        ({"password": "un faux"}, PlatformAccessRefusal, "refuse ce compte"),
        ({"host": "http://127.0.0.1:9/fr"}, PlatformUnavailable, "ne répond pas"),
        (
            {"extra": {"organisation": "inconnue"}},
            PlatformRequestRejection,
            "ne connaît pas cette organisation",
        ),
    ],
)
def test_a_connection_that_does_not_lead_there(
    tmp_path: Path, site: OneGeo, changes: dict[str, Any], error: type, said: str
) -> None:
    with made_in(tmp_path, site, **changes) as made, pytest.raises(error, match=said) as caught:
        made.publish(rows(3))
    assert "un faux" not in str(caught.value)
    assert site.datasets == {}


def test_the_address_of_another_site_is_said(tmp_path: Path, site: OneGeo) -> None:
    with (
        made_in(tmp_path, site, host=f"{site.url}/en") as made,
        pytest.raises(PlatformRequestRejection, match="ne répond pas comme l'API d'un OneGeo Suite"),
    ):
        made.publish(rows(3))


def test_the_number_of_the_organisation_may_be_told(tmp_path: Path, site: OneGeo) -> None:
    """Where the site does not list its groups by their slug."""
    site.groups = {532: "ville-aix-en-provence"}
    with made_in(tmp_path, site, extra={"usergroup": "532"}) as made:
        made.publish(rows(3))
        again(made, rows(3))


def test_what_it_refuses_names_fields_and_quotes_nothing(here: Bench, site: OneGeo) -> None:
    site.groups.pop(532)
    site.groups[534] = "ville-aix-en-provence"
    site.writers[USER] = {532, 534}
    with pytest.raises(PlatformRequestRejection, match=r"\(description\)"):
        here.publish(rows(3), wire=Picky())


class Picky(Wire):
    """A platform that complains of the description, and quotes it."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and request.url.path.endswith("/dataset/datasets/"):
            return httpx.Response(400, json={"description": ["« secret » is not allowed."]}, request=request)
        return super().handle_request(request)


# --- what is asked before -----------------------------------------------------------------------------------


def test_files_are_refused_with_the_two_other_ways(here: Bench, site: OneGeo) -> None:
    with pytest.raises(DeclarationError) as caught:
        here.dataset(publish={"mode": "upload", "formats": ["csv"]})
    told = str(caught.value)
    assert "n'a pas de dépôt de fichier connu" in told
    assert "« mode: index » avec un emplacement" in told
    assert "que la plateforme moissonne" in told


def test_it_is_asked_before_anything_is_published(tmp_path: Path, each: OneGeo) -> None:
    with made_in(tmp_path, each) as made:
        answers = {
            one.subject: one for one in probe_connections([made.dataset()], made.desk.city, made.desk.place)
        }
        told = answers["platform"]
        assert told.ok
        assert told.said.startswith("OneGeo Suite ; le compte s'y connecte")
        doubts = " ".join(told.doubts)
        if each.ways.describes:
            assert "de quoi déposer un fichier (file-upload)" in doubts
            assert "categories, license, update_frequency" in doubts
        else:
            assert "ne dit pas si un fichier peut être déposé" in doubts
            assert "ne dit pas quels champs elle prend" in doubts
        assert answers["record"].ok
        assert any("licence (lov2)" in one for one in answers["record"].doubts)
    assert each.datasets == {}
