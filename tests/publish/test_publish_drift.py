"""Somebody else writes on the platform: between two publications, or in the middle of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from aqueduc.errors import AqueducError, PlatformWriteConflict, PublicationGateClosed, ReadBackMismatch
from aqueduc.platforms.ckan import adapter as ckan
from sandbox.region import Region
from tests.making import Desk
from tests.publish.looking import REOPEN
from tests.publish.publishing import HTTP, Bench, Wire, bench, rows

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        yield made


class Meddling(Wire):
    """Somebody at the platform's own page, right before our first write."""

    meddle: Callable[[], Any]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and not self.writes:
            self.meddle()
        return super().handle_request(request)


def meddling(meddle: Callable[[], Any]) -> Meddling:
    made = Meddling()
    made.meddle = meddle
    return made


def drift(report: Any) -> list[str]:
    return [finding.message for finding in report.findings if finding.code == "ecart-sur-la-plateforme"]


def test_what_people_change_is_told_before_it_is_put_right(here: Bench) -> None:
    here.publish(rows(5))
    (resource,) = here.package()["resources"]
    assert drift(here.publish(rows(5))) == []
    here.action("package_patch", id=here.slug, title="Un titre à la main", author="Quelqu'un")
    here.action("resource_patch", id=resource["id"], description="À la main")
    (said,) = drift(here.publish(rows(6)))
    assert all(name in said for name in ("author", "CSV.description", "title"))
    assert "à la main" not in said.casefold()
    assert here.package()["title"] == "Jeu d'essai"
    assert drift(here.publish(rows(7))) == []


def test_a_change_of_the_declaration_is_no_drift(here: Bench) -> None:
    here.publish(rows(5))
    assert drift(here.publish(rows(5), here.dataset(title="Autre", licence="odc-odbl"))) == []
    here.action("package_patch", id=here.slug, title="Encore un")
    assert drift(here.publish(rows(5), here.dataset(title="Encore un"))) == [], "somebody got there first"


def test_a_file_and_rows_changed_by_hand_are_drift(here: Bench) -> None:
    here.publish(rows(5))
    (resource,) = here.package()["resources"]
    HTTP.post(
        f"{here.region.url}/api/3/action/resource_patch",
        data={"id": resource["id"]},
        files={"upload": ("x.csv", b"a\n1\n", "text/csv")},
        headers={"Authorization": here.region.admin_token},
    ).raise_for_status()
    here.action("datastore_delete", resource_id=resource["id"], force=True, filters={"code": "01001"})
    (said,) = drift(here.publish(rows(5)))
    assert "CSV.fichier" in said
    assert "CSV.table" in said
    (resource,) = (one for one in here.package()["resources"] if not one.get("carries"))
    assert len(here.table(resource)) == 5


@pytest.mark.parametrize("key", [["code"], []], ids=["key", "keyless"])
@pytest.mark.parametrize("revision", ["same", "next"])
def test_a_cell_edited_by_hand_is_drift_and_put_right(here: Bench, key: list[str], revision: str) -> None:
    """As many rows as before, and the one that was edited is not among those that change."""
    here.publish(rows(60), here.dataset(key=key))
    (resource,) = here.package()["resources"]
    edit = {"_id": 40, "code": "01040", "nom": "à la main", "surface": 39.25, "jour": "2026-01-12"}
    if key:
        del edit["_id"]
    here.action("datastore_upsert", resource_id=resource["id"], force=True, records=[edit])
    table = rows(60) if revision == "same" else rows(61)
    report = here.publish(table)
    (said,) = drift(report)
    assert "CSV.table" in said
    assert "à la main" not in said
    assert {row["nom"] for row in here.table(resource)} == set(table["nom"].to_pylist())
    assert here.publish(table).nothing_new


def test_a_table_made_again_by_hand_with_other_types_is_drift(here: Bench) -> None:
    """What we left in a column need not be anything of the type that it has now."""
    here.publish(rows(3))
    (resource,) = here.package()["resources"]
    types = {"code": "text", "nom": "numeric", "surface": "numeric", "jour": "timestamp"}
    here.action("datastore_delete", resource_id=resource["id"], force=True)
    here.action(
        "datastore_create",
        resource_id=resource["id"],
        force=True,
        fields=[{"id": name, "type": kind} for name, kind in types.items()],
        records=[{"code": str(rank), "nom": rank} for rank in range(3)],
    )
    (said,) = drift(here.publish(rows(3)))
    assert "CSV.table" in said
    assert {row["nom"] for row in here.table(resource)} == set(rows(3)["nom"].to_pylist())


def test_a_platform_that_gives_few_rows_at_a_time_is_read_to_the_end(here: Bench) -> None:
    """``ckan.datastore.search.rows_max`` is the region's to set."""

    class Sparing(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            asked = request.url.params
            if request.url.path.endswith("datastore_search") and int(asked["limit"]) > 100:
                request.url = request.url.copy_set_param("limit", "100")
            return super().handle_request(request)

    here.publish(rows(150))
    report = here.publish(rows(150), wire=Sparing())
    assert (drift(report), report.nothing_new) == ([], True)


@pytest.mark.parametrize("key", [["code"], []], ids=["key", "keyless"])
def test_a_table_too_long_to_be_read_whole_is_sampled(
    here: Bench, key: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its key; without one, by its number of rows alone."""
    monkeypatch.setattr("aqueduc.publish.proof.contents.WHOLE_ROWS", 59)
    here.publish(rows(60), here.dataset(key=key))
    (resource,) = here.package()["resources"]
    assert here.publish(rows(60)).nothing_new
    edit = {"code": "01040", "nom": "à la main", "surface": 39.25, "jour": "2026-01-12"}
    edit |= {} if key else {"_id": 40}
    here.action("datastore_upsert", resource_id=resource["id"], force=True, records=[edit])
    assert len(drift(here.publish(rows(60)))) == bool(key)


def test_a_resource_deleted_by_hand_comes_back_under_its_id_when_a_person_wants_it(here: Bench) -> None:
    """Whoever kept its address, or queries its table, has them again."""
    fewer = rows(3, nom=["plus court"] * 3)
    here.publish(rows(5))
    here.publish(fewer)
    (resource, backing) = here.package()["resources"]
    assert backing["carries"] == resource["id"]
    here.action("resource_delete", id=resource["id"])
    wire = Wire()
    with pytest.raises(PublicationGateClosed) as held:
        here.publish(fewer, run=here.run(force=True), wire=wire)
    assert "quelqu'un a supprimé de la fiche, sur « datasud », ce qui y était publié : CSV" in str(held.value)
    assert "ôter ce format de « formats: »" in str(held.value) and "« reopen »" in str(held.value)
    assert wire.writes == []
    report = here.publish(fewer, run=here.run(waivers=REOPEN))
    assert report.waivers[0]["guard"] == "reopen"
    assert report.writes[0] == "remettre la ressource CSV, supprimée sur la plateforme"
    (said,) = drift(report)
    assert "CSV (supprimée)" in said
    again, *others = sorted(here.package()["resources"], key=lambda one: bool(one.get("carries")))
    assert (again["id"], again["url"]) == (resource["id"], resource["url"])
    assert [one["carries"] for one in others] in ([], [resource["id"]])
    assert len(here.table(again)) == 3
    assert here.body(resource).text.count("\n") == 4
    assert here.publish(fewer).nothing_new


def test_a_format_that_leaves_the_declaration_is_missed_by_nobody(here: Bench) -> None:
    """Deleted there by a person who then says so where it counts."""
    here.publish(rows(5), here.dataset(publish={"mode": "upload", "formats": ["csv", "parquet"]}))
    parquet = next(one for one in here.package()["resources"] if one["format"] == "Parquet")
    here.action("resource_delete", id=parquet["id"])
    with pytest.raises(PublicationGateClosed, match="Parquet"):
        here.publish(rows(5))
    assert here.publish(rows(5), here.dataset(publish={"mode": "upload", "formats": ["csv"]})).passed
    assert here.publish(rows(5)).nothing_new


def test_a_resource_added_by_hand_is_left_alone(here: Bench) -> None:
    """Even of a format that the declaration comes to publish, even in place of ours."""
    here.publish(rows(5))
    (ours,) = here.package()["resources"]
    added = {
        "package_id": here.slug,
        "url": "https://ville.example/plan",
        "format": "Parquet",
        "name": "Plan",
    }
    theirs = here.action("resource_create", **added)
    both = here.dataset(publish={"mode": "upload", "formats": ["csv", "parquet"]})
    here.publish(rows(5), both)
    shown = {one["id"]: one for one in here.package()["resources"]}
    assert (shown[theirs["id"]]["url"], shown[theirs["id"]]["name"]) == (added["url"], "Plan")
    assert len(shown) == 3
    here.action("resource_delete", id=ours["id"])
    csv = here.action("resource_create", **{**added, "format": "CSV"})
    here.publish(rows(5), run=here.run(waivers=REOPEN))
    shown = {one["id"]: one for one in here.package()["resources"]}
    assert shown[csv["id"]]["url"] == added["url"]
    assert ours["id"] in shown
    assert here.publish(rows(5)).nothing_new


def test_a_link_put_by_hand_in_place_of_the_file_is_drift(here: Bench) -> None:
    here.publish(rows(5))
    (resource,) = here.package()["resources"]
    here.action("resource_patch", id=resource["id"], url="https://ailleurs.example/x.csv", url_type="")
    (said,) = drift(here.publish(rows(5)))
    assert "CSV.fichier" in said
    (again,) = here.package()["resources"]
    assert (again["id"], again["url"]) == (resource["id"], resource["url"])
    assert here.body(again).text.count("\n") == 6


@pytest.mark.parametrize("what", ["record", "resource"])
def test_somebody_writing_at_the_same_time_is_not_overwritten(here: Bench, what: str) -> None:
    here.publish(rows(5))
    (resource,) = here.package()["resources"]

    def by_hand() -> None:
        if what == "record":
            here.action("package_patch", id=here.slug, title="Un titre à la main")
        else:
            here.action("resource_patch", id=resource["id"], description="À la main")

    wire = meddling(by_hand)
    dataset = here.dataset(title="Autre") if what == "record" else here.dataset()
    with pytest.raises(PlatformWriteConflict) as caught:
        here.publish(rows(6), dataset, wire=wire)
    assert caught.value.retryable
    assert ("title" if what == "record" else "description") in str(caught.value)
    assert "à la main" not in str(caught.value).casefold()
    record = here.package()
    kept = record["title"] if what == "record" else record["resources"][0]["description"]
    assert "à la main" in kept.casefold()
    assert here.body(record["resources"][0]).text.count("\n") == 6, "the file was not replaced either"
    here.publish(rows(6))
    record = here.package()
    assert record["title"] == dataset.title
    assert here.body(record["resources"][0]).text.count("\n") == 7


def test_a_resource_deleted_meanwhile_is_not_taken_for_a_fault(here: Bench) -> None:
    here.publish(rows(5))
    (resource,) = here.package()["resources"]
    wire = meddling(lambda: here.action("resource_delete", id=resource["id"]))
    with pytest.raises(PlatformWriteConflict, match="ressource") as caught:
        here.publish(rows(6), wire=wire)
    assert caught.value.retryable
    report = here.publish(rows(6))
    assert "remettre la ressource CSV, supprimée sur la plateforme" in report.writes
    assert [one["id"] for one in here.package()["resources"]] == [resource["id"]]
    assert here.publish(rows(6)).nothing_new


def test_what_a_publication_had_no_reason_to_change_is_told_by_the_next(here: Bench) -> None:
    """Changed while it wrote other things: it does not pass, and the retry says what it puts right."""
    here.publish(rows(5))
    wire = meddling(lambda: here.action("package_patch", id=here.slug, title="À la main"))
    with pytest.raises(AqueducError, match="title"):
        here.publish(rows(6), here.dataset(licence="odc-odbl"), wire=wire)
    (said,) = drift(here.publish(rows(6)))
    assert "title" in said
    assert "licen" not in said
    assert here.package()["title"] == "Jeu d'essai"
    assert here.status("package_show", id=here.slug) == 200


def test_a_record_hidden_during_a_publication_is_not_opened_by_the_next(here: Bench) -> None:
    here.publish(rows(5))
    wire = meddling(lambda: here.action("package_patch", id=here.slug, private=True))
    with pytest.raises(AqueducError, match="private"):
        here.publish(rows(6), here.dataset(licence="odc-odbl"), wire=wire)
    with pytest.raises(PublicationGateClosed, match="quelqu'un a caché la fiche"):
        here.publish(rows(6))
    assert here.status("package_show", id=here.slug) in (403, 404)


def test_a_cell_edited_meanwhile_is_found_by_the_next_run_at_the_latest(here: Bench) -> None:
    here.publish(rows(60))
    (resource,) = here.package()["resources"]
    edit = [{"code": "01040", "nom": "à la main"}]
    wire = meddling(
        lambda: here.action("datastore_upsert", resource_id=resource["id"], force=True, records=edit)
    )
    told = ""
    try:
        here.publish(rows(61), wire=wire)
    except ReadBackMismatch as caught:
        told = str(caught)
    report = here.publish(rows(61))
    assert "d'autres valeurs" in told or "CSV.table" in drift(report)[0]
    assert {row["nom"] for row in here.table(resource)} == set(rows(61)["nom"].to_pylist())


def test_extras_added_meanwhile_are_not_lost(here: Bench) -> None:
    """The list of extras is written whole: what somebody adds between its reading and its writing stays."""
    here.publish(rows(5))
    before = {one["key"]: one["value"] for one in here.package()["extras"]}
    later = datetime(2031, 2, 6, 9, tzinfo=UTC)
    here.desk = Desk(replace(here.desk.place, clock=lambda: later))
    wire = meddling(
        lambda: here.action("package_patch", id=here.slug, extras=_extras({**before, "projet": "à la main"}))
    )
    here.publish(rows(6), wire=wire)
    after = {one["key"]: one["value"] for one in here.package()["extras"]}
    assert after["projet"] == "à la main"
    assert wire.writes.count("package_revise") == 3, "one that did not match, the record, and its file"
    assert here.publish(rows(6)).nothing_new


def _extras(pairs: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in pairs.items()]


def test_where_nothing_compares_it_is_read_again_before_each_write(
    here: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a CKAN without ``package_revise`` has it, and it is said."""
    monkeypatch.setattr(ckan, "REVISE_SINCE", (99,))
    report = here.publish(rows(5))
    assert "ecriture-sans-comparaison" in {finding.code for finding in report.findings}
    wire = meddling_at_reading(lambda: here.action("package_patch", id=here.slug, title="À la main"))
    with pytest.raises(PlatformWriteConflict, match="title"):
        here.publish(rows(5), here.dataset(title="Autre"), wire=wire)
    assert wire.writes == []
    assert here.package()["title"] == "À la main"
    here.publish(rows(5))
    assert here.package()["title"] == "Autre"
    wire = Wire()
    here.publish(rows(6), wire=wire)
    assert "package_revise" not in wire.writes
    assert here.publish(rows(6)).nothing_new


def meddling_at_reading(meddle: Callable[[], Any]) -> Wire:
    """Somebody at the platform's own page, between the plan and the reading right before our first write."""

    class Reading(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("package_show") and self.reads.count("package_show") == 1:
                meddle()
            return super().handle_request(request)

    return Reading()


def test_what_somebody_writes_elsewhere_at_the_same_time_stays(here: Bench) -> None:
    """Fields that are not ours are neither a conflict nor lost."""
    here.publish(rows(5))
    wire = meddling(lambda: here.action("package_patch", id=here.slug, url="https://ville.example/projet"))
    here.publish(rows(6), here.dataset(title="Autre"), wire=wire)
    record = here.package()
    assert (record["title"], record["url"]) == ("Autre", "https://ville.example/projet")
