"""Publication to the real CKAN of the sandbox: what a visitor sees, what a second run writes."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import yaml

from aqueduc.certify import certify_run
from aqueduc.errors import (
    PlatformAccessRefusal,
    PlatformError,
    PlatformRequestRejection,
    PlatformUnavailable,
    PublicationGateClosed,
    ReadBackMismatch,
)
from aqueduc.publish import PublishReport
from aqueduc.publish.planning.state import PlatformState
from sandbox.region import Region
from tests.publish.publishing import COLUMNS, Bench, Killed, Wire, bench, elsewhere, month, rows

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

CANARY = "Sarrazouls-Canari"
TWO_FORMATS = {"mode": "upload", "formats": ["csv", "parquet"]}


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        yield made


def ids(package: dict[str, object]) -> list[str]:
    return [resource["id"] for resource in package["resources"]]  # type: ignore[index,attr-defined]


def test_a_first_publication_is_hidden_until_all_is_there(here: Bench) -> None:
    shown: list[int] = []

    class Watching(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                shown.append(here.status("package_show", id=here.slug))
            return super().handle_request(request)

    wire = Watching()
    report = here.publish(rows(5), here.dataset(publish=TWO_FORMATS), wire=wire)
    assert wire.writes == [
        "package_create",
        "resource_create",
        "datastore_create",
        "datastore_upsert",
        "resource_create",
        "package_revise",
    ]
    assert set(shown) <= {403, 404}
    assert here.status("package_show", id=here.slug) == 200
    assert report.passed
    assert not report.nothing_new
    assert PublishReport.from_json(json.loads(json.dumps(report.to_json()))) == report
    assert here.desk.place.store.read_report(here.slug, "essai-1", "publish") == report.to_json()


def test_the_record_says_what_is_declared(here: Bench) -> None:
    here.publish(
        rows(5),
        here.dataset(
            keywords=["l'eau, vive", "permis de construire"],
            columns={**COLUMNS, "habitant": "drop"},
            granularity="commune",
        ),
        suppressed=3,
    )
    record = here.package()
    assert record["title"] == "Jeu d'essai"
    assert record["license_id"] == "lov2"
    assert record["frequency"] == "weekly"
    assert record["granularity"] == "commune"
    assert record["geocover"] == "jurisdiction"
    assert record["datatype"] == ["donnees-ouvertes"]
    assert record["author"] == "Direction des essais"
    assert record["maintainer"] == "Ville d'Essai"
    assert [group["name"] for group in record["groups"]] == ["administration-et-action-publique"]
    assert [tag["name"] for tag in record["tags"]] == ["l eau vive", "permis de construire"]
    assert json.loads(record["spatial"])["type"] == "Polygon"
    assert "Comment ce jeu a été préparé" in record["notes"]
    assert "«\N{NO-BREAK SPACE}habitant\N{NO-BREAK SPACE}»" in record["notes"]
    assert "3 lignes ont été retirées" in record["notes"]
    (resource,) = record["resources"]
    assert resource["resource_type"] == "file.upload"
    assert resource["data_type"] == "raw"
    assert json.loads(resource["restricted"]) == {"level": "public"}
    assert "`surface` (nombre) — Surface. Unité : m²." in resource["description"]


def test_the_table_has_types_key_and_dictionary(here: Bench) -> None:
    here.publish(rows(3))
    (resource,) = here.package()["resources"]
    info = here.action("datastore_info", id=resource["id"])
    assert {field["id"]: field["type"] for field in info["fields"]} == {
        "code": "text",
        "nom": "text",
        "surface": "numeric",
        "jour": "date",
    }
    assert info["fields"][0]["info"] == {"label": "Code", "notes": "Code INSEE."}
    assert info["fields"][2]["info"] == {"label": "Surface", "unit": "m²"}
    assert here.table(resource)[0] == {
        "code": "01001",
        "nom": "Lieu n° 0, dit « L'Été »",
        "surface": 0.25,
        "jour": "2026-01-01",
    }


def test_the_same_again_writes_nothing(here: Bench) -> None:
    dataset = here.dataset(publish=TWO_FORMATS)
    here.publish(rows(5), dataset)
    before = here.package()
    wire = Wire()
    report = here.publish(rows(5), dataset, wire=wire)
    assert wire.writes == []
    assert report.nothing_new
    assert report.passed
    assert {proof.result for proof in report.proofs} == {
        "identique",
        "effectif, colonnes et types identiques ; 5 lignes relues et identiques",
    }
    assert here.package() == before


def test_only_what_changed_is_written(here: Bench) -> None:
    here.publish(rows(6), here.dataset(publish=TWO_FORMATS))
    before = here.package()
    wire = Wire()
    changed = rows(7, nom=["autre", *(f"Lieu n° {rank}, dit « L'Été »" for rank in range(1, 7))]).slice(0, 6)
    report = here.publish(changed, wire=wire)
    assert report.writes == (
        "remplacer le fichier CSV",
        "mettre la table à jour par différence",
        "remplacer le fichier Parquet",
    )
    assert wire.writes == ["package_revise", "datastore_upsert", "package_revise"]
    after = here.package()
    assert ids(after) == ids(before)
    assert [record["nom"] for record in here.table(after["resources"][0])][:2] == [
        "autre",
        "Lieu n° 1, dit « L'Été »",
    ]
    assert here.body(after["resources"][0]).text.splitlines()[1] == "01001,autre,0.25,2026-01-01"


def test_rows_that_vanish_leave_the_table(here: Bench) -> None:
    here.publish(rows(8))
    wire = Wire()
    here.publish(rows(8).slice(3), wire=wire)
    # The days that the rows cover have changed with them.
    assert wire.writes == ["package_revise", "package_revise", "datastore_delete"]
    (resource,) = here.package()["resources"]
    assert [record["code"] for record in here.table(resource)] == [
        "01004",
        "01005",
        "01006",
        "01007",
        "01008",
    ]


def test_a_lost_memory_is_made_good_by_a_new_table(here: Bench) -> None:
    here.publish(rows(8))
    before = here.package()
    here.desk.place.store.delete(f"datasets/{here.slug}/platforms/datasud.json")
    report = here.publish(rows(8).slice(2))
    assert report.writes == (
        "mettre à jour la fiche (temporal_start)",
        "remplacer le fichier CSV",
        "préparer à côté la nouvelle table interrogeable",
        "mettre en service la nouvelle table interrogeable",
    )
    after = here.package()
    assert ids(after)[:1] == ids(before)
    assert len(here.table(after["resources"][0])) == 6


def test_a_composite_key_with_times_and_numbers(here: Bench) -> None:
    fields = [
        {"name": "heure", "type": "datetime"},
        {"name": "valeur", "type": "number"},
        {"name": "code", "type": "string"},
    ]
    here.dataset(columns={field["name"]: "publish" for field in fields}, fields=fields)
    here.dataset(key=["heure", "valeur"])
    import pyarrow as pa

    moments = [datetime(2026, 1, 1, hour, 0, 0, 123_000) for hour in range(4)]
    table = pa.table(
        {
            "heure": pa.array([*moments, *moments], pa.timestamp("us")),
            "valeur": [0.5, 1.0, 2.0, 1e6, 0.25, 1.25, 2.25, 1e-7],
            "code": [f"{rank:03}" for rank in range(8)],
        }
    )
    here.publish(table)
    here.publish(table.slice(0, 7))
    (resource,) = here.package()["resources"]
    assert len(here.table(resource)) == 7
    here.desk.place.store.delete(f"datasets/{here.slug}/platforms/datasud.json")
    here.publish(table.slice(1, 5))
    assert [record["code"] for record in here.table(resource)] == ["001", "002", "003", "004", "005"]


def test_title_and_licence_follow_the_declaration_and_ids_stay(here: Bench) -> None:
    here.publish(rows(5), here.dataset(publish=TWO_FORMATS))
    before = here.package()
    wire = Wire()
    report = here.publish(rows(5), here.dataset(title="Un autre titre", licence="odc-odbl"), wire=wire)
    assert wire.writes == ["package_revise", "package_revise", "package_revise"]
    assert report.writes[0] == "mettre à jour la fiche (title, license_id)"
    after = here.package()
    assert after["title"] == "Un autre titre"
    assert after["license_id"] == "odc-odbl"
    assert after["id"] == before["id"]
    assert ids(after) == ids(before)
    assert [resource["url"] for resource in after["resources"]] == [
        resource["url"] for resource in before["resources"]
    ]
    assert here.body(after["resources"][0]).status_code == 200


def test_a_change_of_format_keeps_the_id(here: Bench) -> None:
    here.publish(rows(5))
    (before,) = here.package()["resources"]
    here.publish(rows(5), here.dataset(publish={"mode": "upload", "formats": ["parquet"]}))
    (after,) = here.package()["resources"]
    assert after["id"] == before["id"]
    assert after["format"] == "Parquet"
    assert not after["datastore_active"]
    assert here.body(after).content[:4] == b"PAR1"
    assert here.body(before).content[:4] == b"PAR1", "the former name of the file leads to it"


def test_a_format_that_is_no_longer_declared_leaves(here: Bench) -> None:
    here.publish(rows(5), here.dataset(publish=TWO_FORMATS))
    csv, _ = here.package()["resources"]
    report = here.publish(rows(5), here.dataset(publish={"mode": "upload", "formats": ["csv"]}))
    assert report.writes == ("retirer la ressource Parquet, que la déclaration ne publie plus",)
    assert ids(here.package()) == [csv["id"]]


def test_what_people_added_by_hand_stays(here: Bench) -> None:
    here.publish(rows(5))
    here.action(
        "resource_create",
        package_id=here.slug,
        name="Notice",
        url="https://ville.example/notice.pdf",
        format="PDF",
        data_type="annexe",
        resource_type="documentation",
    )
    extras = [*here.package()["extras"], {"key": "region", "value": "Sud"}]
    here.action("package_patch", id=here.slug, extras=extras)
    wire = Wire()
    assert here.publish(rows(5), wire=wire).nothing_new
    here.publish(rows(6), here.dataset(title="Autre"))
    after = here.package()
    assert [resource["name"] for resource in after["resources"]] == ["Autre (CSV)", "Notice"]
    assert {"key": "region", "value": "Sud"} in after["extras"]


def test_hands_off_fields_are_filled_once_and_then_left_to_people(here: Bench) -> None:
    path = here.desk.include / "city.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["platforms"]["datasud"]["hands_off"] = ["tags", "groups", "author", "granularity"]
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    here.publish(rows(5), here.dataset(keywords=["eau", "air"], granularity="commune"))
    made = here.package()
    assert [tag["name"] for tag in made["tags"]] == ["air", "eau"]
    assert (made["granularity"], len(made["groups"])) == ("commune", 1)
    theirs = {"author": "Régie de l'eau", "granularity": "iris", "groups": []}
    here.action("package_patch", id=here.slug, tags=[{"name": "forage"}], **theirs)
    again = here.publish(rows(5), here.dataset(keywords=["eau", "air"], granularity="commune"))
    assert again.nothing_new
    assert again.findings == ()
    later = here.dataset(title="Autre", keywords=["terre"], granularity="region", licence="odc-odbl")
    assert here.publish(rows(6), later).passed
    after = here.package()
    assert (after["title"], after["license_id"]) == ("Autre", "odc-odbl")
    assert [tag["name"] for tag in after["tags"]] == ["forage"]
    assert {name: after[name] for name in theirs} == theirs


def test_a_field_of_datasuds_cannot_stand_among_the_extras_too(here: Bench) -> None:
    """data.gouv.fr reads ``frequency`` and ``spatial`` there alone; CKAN takes each in one place."""
    here.publish(rows(5))
    for name in ("frequency", "spatial"):
        extras = [*here.package()["extras"], {"key": name, "value": "x"}]
        answer = httpx.post(
            f"{here.region.url}/api/3/action/package_patch",
            json={"id": here.slug, "extras": extras},
            headers={"Authorization": here.region.admin_token},
        )
        assert answer.status_code == 409
        assert answer.json()["error"]["extras"]


def test_a_file_replaced_by_hand_is_put_right(here: Bench) -> None:
    here.publish(rows(5))
    (resource,) = here.package()["resources"]
    answer = httpx.post(
        f"{here.region.url}/api/3/action/resource_patch",
        data={"id": resource["id"]},
        files={"upload": ("autre.csv", b"a\n1\n", "text/csv")},
        headers={"Authorization": here.region.admin_token},
        timeout=60,
    )
    assert answer.status_code == 200
    report = here.publish(rows(5))
    assert report.writes == ("remplacer le fichier CSV",)
    (resource,) = here.package()["resources"]
    assert here.body(resource).text.startswith("code,nom,surface,jour\n")


def test_windows_add_up_in_their_order(here: Bench) -> None:
    dataset = here.dataset()
    for number in (3, 1, 2):
        run = here.run(month(number))
        table = rows(2, code=[f"{number}-a", f"{number}-b"])
        report = here.send(dataset, run, here.valid(dataset, run, table))
    assert report.rows == 6
    (resource,) = here.package()["resources"]
    codes = [line.split(",")[0] for line in here.body(resource).text.splitlines()[1:]]
    assert codes == ["1-a", "1-b", "2-a", "2-b", "3-a", "3-b"]
    run = here.run(month(2))
    wire = Wire()
    handle = here.valid(dataset, run, rows(1, code=["2-c"]))
    here.send(dataset, run, handle, wire)
    assert wire.writes[0] == "package_revise"
    assert [record["code"] for record in here.table(resource)] == ["1-a", "1-b", "2-c", "3-a", "3-b"]


# --- restricted access --------------------------------------------------------------------------------------


def test_a_restricted_dataset_is_refused_to_visitors(here: Bench) -> None:
    dataset = here.dataset(licence="other-at", access={"level": "same_organization"})
    report = here.publish(rows(5), dataset)
    record = here.package()
    (resource,) = record["resources"]
    assert record["private"] is True
    assert json.loads(resource["restricted"]) == {"level": "same_organization"}
    assert here.status("package_show", id=here.slug) == 403
    assert here.status("datastore_search", resource_id=resource["id"]) == 403
    assert here.body(resource).status_code in (401, 403, 404)
    assert [proof.result for proof in report.proofs if proof.reader == "visiteur"] == ["refusé"] * 3
    assert here.publish(rows(5), dataset).nothing_new


def test_closing_a_dataset_hides_it_before_new_bytes_arrive(here: Bench) -> None:
    here.publish(rows(5))
    hidden_at_upload: list[bool] = []

    class Watching(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.headers.get("content-type", "").startswith("multipart"):
                hidden_at_upload.append(here.status("package_show", id=here.slug) == 403)
            return super().handle_request(request)

    closed = here.dataset(licence="other-at", access={"level": "only_allowed_users", "users": ["a", "b"]})
    here.publish(rows(6), closed, wire=Watching())
    assert hidden_at_upload == [True]
    (resource,) = here.package()["resources"]
    assert json.loads(resource["restricted"]) == {"level": "only_allowed_users", "allowed_users": "a,b"}
    wire = Wire()
    here.publish(rows(6), here.dataset(licence="lov2", access="open"), wire=wire)
    assert wire.writes[-1] == "package_revise"
    assert here.status("package_show", id=here.slug) == 200


def test_bytes_do_not_go_to_a_restricted_record_that_visitors_can_open(here: Bench) -> None:
    class Indiscreet(Wire):
        """A platform that shows private records to all: as an anonymous visitor is answered like the city."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("package_show"):
                request.headers["Authorization"] = here.region.token
            return super().handle_request(request)

    wire = Indiscreet()
    dataset = here.dataset(licence="other-at", access={"level": "same_organization"})
    with pytest.raises(ReadBackMismatch, match="rien n'y a été déposé"):
        here.publish(rows(5), dataset, wire=wire)
    assert wire.writes == ["package_create"]
    assert here.package()["resources"] == []


# --- holds --------------------------------------------------------------------------------------------------


def test_a_platform_that_fills_its_own_tables_is_left_to_it(here: Bench) -> None:
    class WithLoader(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            if request.url.path.endswith("status_show"):
                response.read()
                document = response.json()
                document["result"]["extensions"].append("xloader")
                return httpx.Response(200, json=document)
            return response

    wire = WithLoader()
    report = here.publish(rows(5), wire=wire)
    assert [finding.code for finding in report.findings] == ["pas-de-table-ici"]
    assert wire.writes == ["package_create", "resource_create", "package_revise"]


def test_what_people_put_beside_is_counted_and_not_said_to_be_looked_at(here: Bench) -> None:
    here.publish(rows(5))
    said = {"name": "Liste des présidents", "url": "https://ville.example/liste.csv", "format": "CSV"}
    here.action("resource_create", package_id=here.slug, **said)
    report = here.publish(rows(6))
    (beside,) = (one for one in report.proofs if one.what == "autres ressources de la fiche")
    assert beside.result == "1 ressource, non regardée"
    assert len(here.package()["resources"]) == 2


def test_somebody_elses_slug_is_left_alone(here: Bench) -> None:
    name = f"autre-{here.slug[-8:]}"
    here.action("organization_create", name=name, title="Autre")
    here.action("package_create", name=here.slug, title="Autre", owner_org=name, private=False)
    try:
        with pytest.raises(PlatformRequestRejection, match="déjà prise"):
            here.publish(rows(5))
        here.action("package_patch", id=here.slug, private=True)
        with pytest.raises(PlatformRequestRejection, match="déjà prise"):
            here.publish(rows(5))
    finally:
        here.action("dataset_purge", id=here.slug)
        here.action("organization_purge", id=name)


def test_a_record_of_the_citys_own_is_taken_over_with_its_ids(here: Bench) -> None:
    made = here.action(
        "package_create",
        token=here.region.token,
        name=here.slug,
        title="À la main",
        owner_org=here.region.organisation,
    )
    by_hand = here.action(
        "resource_create",
        token=here.region.token,
        package_id=made["id"],
        name="Fichier",
        format="csv",
        url="https://ville.example/fichier.csv",
    )
    report = here.publish(rows(5))
    assert [finding.code for finding in report.findings] == ["fiche-reprise"]
    (resource,) = here.package()["resources"]
    assert resource["id"] == by_hand["id"]
    assert resource["name"] == "Jeu d'essai (CSV)"
    assert len(here.table(resource)) == 5


# --- a platform that says no --------------------------------------------------------------------------------


def test_a_bad_token_says_which_connection_and_which_right(here: Bench) -> None:
    with pytest.raises(PlatformAccessRefusal) as caught:
        elsewhere(here, password="faux-jeton-secret").publish(rows(5))
    assert "« datasud »" in str(caught.value)
    assert "ville-aix-en-provence" in str(caught.value)
    assert "faux-jeton-secret" not in str(caught.value)


def test_an_unknown_organisation_is_said(here: Bench) -> None:
    path = here.desk.include / "city.yaml"
    path.write_text(path.read_text().replace("ville-aix-en-provence", "ville-inconnue"))
    with pytest.raises(PlatformRequestRejection, match="organisation « ville-inconnue »"):
        here.publish(rows(5))


def test_a_closed_port_is_worth_another_try(here: Bench) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tries = Wire()
    with pytest.raises(PlatformUnavailable) as caught:
        elsewhere(here, host=f"http://127.0.0.1:{port}").publish(rows(5), wire=tries)
    assert caught.value.retryable
    assert tries.reads == ["status_show"] * 4


@pytest.mark.parametrize("times, passes", [(3, True), (100, False)])
def test_a_cache_that_still_serves_the_former_file_is_given_a_minute(
    here: Bench, times: int, passes: bool
) -> None:
    here.publish(rows(5))
    former = here.body(here.package()["resources"][0]).content

    class Cache(Wire):
        stale = 0

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            file = request.method == "GET" and "/download/" in request.url.path
            if file and "Authorization" not in request.headers and self.stale < times:
                self.stale += 1
                return httpx.Response(200, content=former)
            return super().handle_request(request)

    wire = Cache()
    if passes:
        assert here.publish(rows(6), wire=wire).passed
        assert wire.stale == times
    else:
        with pytest.raises(ReadBackMismatch, match="servi à un visiteur"):
            here.publish(rows(6), wire=wire)
        assert wire.stale == 6


@pytest.mark.parametrize("lost", [0, 1])
def test_an_answer_that_was_lost_is_not_taken_for_somebody_elses_change(here: Bench, lost: int) -> None:
    """A proxy says 502 of a write that was made: of the fiche, then of a file."""

    class Proxy(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.method == "POST" and len(self.writes) == lost + 1:
                answer.read()
                return httpx.Response(502, text="<html>Bad gateway</html>")
            return answer

    here.publish(rows(5))
    wire = Proxy()
    here.publish(rows(6), here.dataset(title="Un autre titre"), wire=wire)
    assert wire.writes[: lost + 2] == ["package_revise"] * (lost + 2)
    assert here.package()["title"] == "Un autre titre"
    assert here.publish(rows(6)).nothing_new


def test_something_that_is_no_ckan_is_said(here: Bench) -> None:
    with pytest.raises(PlatformRequestRejection, match="connexion « datasud »"):
        elsewhere(here, host=f"{here.region.url}/dataset").publish(rows(5))


def test_an_unknown_licence_is_said_before_anything_is_written(here: Bench) -> None:
    class Poor(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("license_list"):
                return httpx.Response(200, json={"success": True, "result": [{"id": "odc-odbl"}]})
            return super().handle_request(request)

    wire = Poor()
    with pytest.raises(PlatformRequestRejection, match="« lov2 »"):
        here.publish(rows(5), wire=wire)
    assert wire.writes == []


def test_no_message_quotes_a_cell(here: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """The platform quotes the cell it could not take; neither the error, nor its causes, nor the log do."""

    class Corrupting(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("datastore_upsert"):
                body = request.read().replace(b"0.25", f'"{CANARY}"'.encode())
                headers = {k: v for k, v in request.headers.items() if k != "content-length"}
                request = httpx.Request("POST", request.url, headers=headers, content=body)
            return super().handle_request(request)

    caplog.set_level("DEBUG")
    with pytest.raises(PlatformRequestRejection) as caught:
        here.publish(rows(5), wire=Corrupting())
    error: BaseException | None = caught.value
    while error is not None:
        assert CANARY not in f"{error!s}{error!r}{getattr(error, '__notes__', '')}"
        error = error.__cause__ or error.__context__
    assert CANARY not in caplog.text
    assert "records" in str(caught.value)
    assert here.status("package_show", id=here.slug) in (403, 404)


def test_a_dry_run_plans_and_writes_nothing(here: Bench) -> None:
    wire = Wire()
    report = here.publish(rows(5), run=here.run(dry_run=True), wire=wire)
    assert report.dry_run
    assert report.writes[0] == "créer la fiche, cachée"
    assert wire.writes == []
    assert here.status("package_show", id=here.slug) == 404
    assert here.desk.place.store.read_validated_partitions(here.slug) == []
    assert here.desk.place.store.read_publication_in_progress(here.slug) is None


def test_keys_repeated_over_windows_leave_the_parts_as_they_were(here: Bench) -> None:
    store = here.desk.place.store
    here.publish(rows(5), run=here.run(month(1)))
    before = (
        store.read_validated_partitions(here.slug),
        store.read_json(f"datasets/{here.slug}/prepared.json"),
    )
    with pytest.raises(PublicationGateClosed):
        here.publish(rows(3), run=here.run(month(2)))
    assert (
        store.read_validated_partitions(here.slug),
        store.read_json(f"datasets/{here.slug}/prepared.json"),
    ) == before


def test_from_its_first_write_on_a_publication_is_marked_until_certified(here: Bench) -> None:
    store, run = here.desk.place.store, here.run()
    dataset = here.dataset()
    with pytest.raises(Killed):
        here.publish(rows(5), run=run, wire=Wire(dies_before=0))
    assert store.read_publication_in_progress(here.slug) is not None
    again = here.run()
    here.publish(rows(5), run=again)
    assert store.read_publication_in_progress(here.slug) is not None
    certify_run(dataset, here.desk.city, again, here.desk.place)
    assert store.read_publication_in_progress(here.slug) is None
    here.publish(rows(5), run=(third := here.run()))
    assert store.read_publication_in_progress(here.slug) is None, "nothing was written"
    certify_run(dataset, here.desk.city, third, here.desk.place)


def test_a_record_left_on_another_platform_is_said(here: Bench) -> None:
    first = here.publish(rows(2))
    store = here.desk.place.store
    store.write_json(f"datasets/{here.slug}/platforms/ancienne.json", PlatformState(record="abc").to_json())
    store.write_json(f"datasets/{here.slug}/platforms/jamais-servie.json", PlatformState().to_json())
    said = [finding for finding in here.publish(rows(2)).findings if finding not in first.findings]
    assert [finding.code for finding in said] == ["fiche-restee-ailleurs"]
    assert "« ancienne »" in said[0].message


def test_dates_stay_until_the_bytes_change(here: Bench) -> None:
    now = [datetime(2026, 1, 5, 12, tzinfo=UTC)]
    here.desk = replace(here.desk, place=replace(here.desk.place, clock=lambda: now[0]))
    here.publish(rows(5))
    now[0] = datetime(2026, 1, 9, 12, tzinfo=UTC)
    assert here.publish(rows(5)).nothing_new
    here.publish(rows(5), here.dataset(title="Autre"))
    assert here.package()["dataset_modification_date"] == "2026-01-05"
    now[0] = datetime(2026, 1, 11, 23, 30, tzinfo=UTC)
    here.publish(rows(6))
    record = here.package()
    assert record["dataset_publication_date"] == "2026-01-05"
    assert record["dataset_modification_date"] == "2026-01-12"


def test_a_period_that_is_no_longer_known_does_not_stay_on_the_fiche(here: Bench) -> None:
    def period() -> set[str]:
        record = here.package()
        extras = {extra["key"]: extra["value"] for extra in record.get("extras") or ()}
        return {name for name in ("temporal_start", "temporal_end") if record.get(name) or extras.get(name)}

    here.publish(rows(5), here.dataset(publish={"mode": "upload", "datastore": False}))
    assert period() == {"temporal_start", "temporal_end"}
    here.publish(rows(0))
    assert period() == set()
    assert here.publish(rows(0)).nothing_new


def test_what_the_platform_drops_is_a_mismatch_that_names_the_field(here: Bench) -> None:
    class Forgetful(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("package_create"):
                body = json.loads(request.read())
                del body["frequency"]
                headers = {k: v for k, v in request.headers.items() if k != "content-length"}
                request = httpx.Request("POST", request.url, headers=headers, json=body)
            return super().handle_request(request)

    with pytest.raises(ReadBackMismatch, match="frequency"):
        here.publish(rows(5), wire=Forgetful())
    assert issubclass(ReadBackMismatch, PlatformError)
