"""A dataset in one resource a year, on the real CKAN: what visitors see, what stays, what is sent again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest

from aqueduc.certify import certify_run
from aqueduc.errors import AqueducError, PublicationGateClosed
from aqueduc.publish import PublishReport
from sandbox.region import Region
from tests.publish.publishing import Bench, Wire, bench, month, rows

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

BY_YEAR = {"by": "jour", "per": "year"}
ONE_FORMAT = {"mode": "upload", "split": BY_YEAR}
TWO_FORMATS = {**ONE_FORMAT, "formats": ["csv", "parquet"]}
CANARY = "Sarrazouls-Canari"


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        yield made


def yearly(*years: int | None, each: int = 3, **changes: Any) -> pa.Table:
    """``each`` rows of every year, their keys rising through the years in the order given."""
    days = [date(year, 1 + rank, 1) if year else None for year in years for rank in range(each)]
    return rows(len(days), jour=pa.array(days, pa.date32()), **changes)


def named(made: Bench) -> dict[str, dict[str, Any]]:
    """The resources, by the end of their title."""
    return {resource["name"].split(" – ")[-1]: resource for resource in made.package()["resources"]}


def served(made: Bench, resource: dict[str, Any]) -> list[str]:
    text = made.body(resource).text
    return [row["code"] for row in csv.DictReader(io.StringIO(text))]


def test_one_resource_for_each_year_newest_first(here: Bench) -> None:
    report = here.publish(yearly(2024, 2026, None, 2025), here.dataset(publish=TWO_FORMATS))
    resources = here.package()["resources"]
    assert [resource["name"] for resource in resources] == [
        f"Jeu d'essai – {what} ({kind})"
        for what in ("2026", "2025", "2024", "sans date")
        for kind in ("CSV", "Parquet")
    ]
    files = [resource["url"].rsplit("/", 1)[-1] for resource in resources]
    assert files[0] == f"{here.slug}-2026.csv"[-30:]
    assert files[7].endswith("-sans-date.parquet")
    assert all(len(file) <= 30 for file in files)
    assert served(here, resources[0]) == ["01004", "01005", "01006"]
    assert served(here, resources[6]) == ["01007", "01008", "01009"]
    assert resources[0]["description"].startswith(
        "Lignes de 2026 («\N{NO-BREAK SPACE}jour\N{NO-BREAK SPACE}»)"
    )
    assert resources[6]["description"].startswith("Lignes sans date")
    assert "un par année de «\N{NO-BREAK SPACE}jour\N{NO-BREAK SPACE}»" in here.package()["notes"]
    assert report.rows == 12
    assert [resource.rows for resource in report.resources] == [3] * 8
    assert PublishReport.from_json(json.loads(json.dumps(report.to_json()))) == report


def test_each_csv_has_a_table_of_its_own(here: Bench) -> None:
    report = here.publish(yearly(2024, 2025), here.dataset(publish=TWO_FORMATS))
    tables = [
        [row["code"] for row in here.table(resource)]
        for resource in here.package()["resources"]
        if resource["datastore_active"]
    ]
    assert tables == [["01004", "01005", "01006"], ["01001", "01002", "01003"]]
    said = {proof.what for proof in report.proofs if proof.reader == "visiteur"}
    assert said == {
        "fiche",
        *(f"{what}, partie {n}" for what in ("fichier CSV", "fichier Parquet", "table") for n in (1, 2)),
    }


def test_the_same_again_writes_nothing(here: Bench) -> None:
    dataset = here.dataset(publish=TWO_FORMATS)
    here.publish(yearly(2024, 2025, None), dataset)
    before = here.package()
    wire = Wire()
    assert here.publish(yearly(2024, 2025, None), dataset, wire=wire).nothing_new
    assert wire.writes == []
    assert here.package() == before


def test_a_new_year_is_one_more_resource_and_nothing_else(here: Bench) -> None:
    here.dataset(publish=ONE_FORMAT)
    here.publish(yearly(2023, 2024, 2025))
    before = named(here)
    wire = Wire()
    report = here.publish(yearly(2023, 2024, 2025, 2026), wire=wire)
    # The days that the rows cover have changed with them.
    assert wire.writes == [
        "package_revise",
        "resource_create",
        "datastore_create",
        "package_resource_reorder",
    ]
    assert report.writes == (
        "mettre à jour la fiche (temporal_end)",
        "ajouter la ressource CSV, partie 1",
        "charger la table interrogeable, partie 1",
        "remettre les ressources dans l'ordre",
    )
    after = named(here)
    assert list(after) == ["2026 (CSV)", "2025 (CSV)", "2024 (CSV)", "2023 (CSV)"]
    assert {name: after[name]["id"] for name in before} == {name: before[name]["id"] for name in before}
    assert {name: after[name]["url"] for name in before} == {name: before[name]["url"] for name in before}


def test_only_the_slice_whose_rows_changed_is_sent_again(here: Bench) -> None:
    here.dataset(publish=TWO_FORMATS)
    here.publish(yearly(2023, 2024, 2025))
    wire = Wire()
    changed = yearly(2023, 2024, 2025, nom=[*["x"] * 3, "y", "y", "autre", *["z"] * 3])
    here.publish(changed, wire=wire)
    wire = Wire()
    corrected = yearly(2023, 2024, 2025, nom=[*["x"] * 3, "y", "y", "encore", *["z"] * 3])
    report = here.publish(corrected, wire=wire)
    assert wire.writes == ["package_revise", "datastore_upsert", "package_revise"]
    assert report.writes == (
        "remplacer le fichier CSV, partie 2",
        "mettre la table à jour par différence, partie 2",
        "remplacer le fichier Parquet, partie 2",
    )
    assert [row["nom"] for row in here.table(named(here)["2024 (CSV)"])] == ["y", "y", "encore"]


def test_a_row_that_changes_year_moves(here: Bench) -> None:
    here.dataset(publish=ONE_FORMAT)
    table = yearly(2024, 2025)
    here.publish(table)
    days = table["jour"].to_pylist()
    days[0] = date(2025, 12, 1)
    here.publish(table.set_column(3, "jour", pa.array(days, pa.date32())))
    assert [row["code"] for row in here.table(named(here)["2024 (CSV)"])] == ["01002", "01003"]
    assert [row["code"] for row in here.table(named(here)["2025 (CSV)"])] == [
        "01001",
        "01004",
        "01005",
        "01006",
    ]


def test_a_year_without_rows_leaves_with_its_table(here: Bench) -> None:
    here.dataset(publish=ONE_FORMAT)
    here.publish(yearly(2023, 2024, 2025))
    before = named(here)
    wire = Wire()
    report = here.publish(yearly(2023, 2024, 2025).slice(3), wire=wire)
    assert wire.writes == ["package_revise", "datastore_delete", "resource_delete"]
    assert report.writes[1:] == ("retirer la ressource CSV, dont la partie n'a plus de lignes",)
    assert list(named(here)) == ["2025 (CSV)", "2024 (CSV)"]
    gone = before["2023 (CSV)"]
    assert here.status("datastore_search", resource_id=gone["id"]) == 404
    assert here.body(gone).status_code == 404


def test_from_whole_to_years_and_back_the_record_stays_and_the_public_misses_nothing(here: Bench) -> None:
    here.publish(yearly(2024, 2025), here.dataset(publish={"mode": "upload"}))
    record, (whole,) = here.package()["id"], here.package()["resources"]
    all_codes = {f"0100{rank}" for rank in range(1, 7)}
    missing: list[set[str]] = []

    class Watching(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.method == "POST":
                answer.read()
                shown = here.package()["resources"]
                missing.append(all_codes - {code for resource in shown for code in served(here, resource)})
            return answer

    report = here.publish(yearly(2024, 2025), here.dataset(publish=ONE_FORMAT), wire=Watching())
    assert report.writes[-1] == "retirer la ressource CSV, que d'autres remplacent"
    assert list(named(here)) == ["2025 (CSV)", "2024 (CSV)"]
    assert whole["id"] not in [resource["id"] for resource in here.package()["resources"]]
    here.publish(yearly(2024, 2025), here.dataset(publish={"mode": "upload"}), wire=Watching())
    assert missing
    assert not any(missing)
    (again,) = here.package()["resources"]
    assert again["name"] == "Jeu d'essai (CSV)"
    assert again["url"].rsplit("/", 1)[-1] == whole["url"].rsplit("/", 1)[-1]
    assert here.package()["id"] == record
    assert here.publish(yearly(2024, 2025), wire=(wire := Wire())).nothing_new
    assert wire.writes == []


def test_slices_keep_their_ids_through_title_and_format(here: Bench) -> None:
    here.publish(yearly(2024, 2025), here.dataset(publish=TWO_FORMATS))
    before = [resource["id"] for resource in here.package()["resources"]]
    here.publish(yearly(2024, 2025), here.dataset(title="Un autre titre"))
    assert [resource["id"] for resource in here.package()["resources"]] == before
    assert list(named(here)) == ["2025 (CSV)", "2025 (Parquet)", "2024 (CSV)", "2024 (Parquet)"]
    here.publish(yearly(2024, 2025), here.dataset(publish={**ONE_FORMAT, "formats": ["parquet"]}))
    assert [resource["id"] for resource in here.package()["resources"]] == before[1::2]


def test_a_lost_memory_finds_every_slice_again(here: Bench) -> None:
    here.dataset(publish=ONE_FORMAT)
    here.publish(yearly(2023, 2024, 2025))
    before = named(here)
    here.desk.place.store.delete(f"datasets/{here.slug}/platforms/datasud.json")
    here.publish(yearly(2023, 2024, 2025, 2026))
    after = named(here)
    assert {name: after[name]["id"] for name in before} == {name: before[name]["id"] for name in before}
    assert [row["code"] for row in here.table(after["2026 (CSV)"])] == ["01010", "01011", "01012"]


def test_marks_lost_on_the_platform_are_remembered(here: Bench) -> None:
    """A form of the platform may drop the fields it does not know."""
    here.dataset(publish=ONE_FORMAT)
    here.publish(yearly(2024, 2025))
    before = named(here)
    for resource in before.values():
        here.action("resource_patch", id=resource["id"], slice="", managed_by="")
    here.publish(yearly(2024, 2025))
    after = named(here)
    assert {name: found["id"] for name, found in after.items()} == {
        name: found["id"] for name, found in before.items()
    }
    assert [resource["slice"] for resource in after.values()] == ["2025", "2024"]


def test_what_people_added_stays_where_it_is(here: Bench) -> None:
    here.dataset(publish=ONE_FORMAT)
    here.publish(yearly(2024, 2025))
    notice = here.action(
        "resource_create",
        package_id=here.slug,
        name="Notice",
        url="https://ville.example/n.pdf",
        format="PDF",
    )
    ours = [resource["id"] for resource in here.package()["resources"][:2]]
    here.action("package_resource_reorder", id=here.slug, order=[notice["id"], *reversed(ours)])
    report = here.publish(yearly(2024, 2025))
    assert report.writes == ("remettre les ressources dans l'ordre",)
    assert list(named(here)) == ["Notice", "2025 (CSV)", "2024 (CSV)"]
    here.publish(yearly(2024, 2025, 2026))
    assert list(named(here)) == ["Notice", "2026 (CSV)", "2025 (CSV)", "2024 (CSV)"]


def test_one_resource_for_each_value(here: Bench) -> None:
    table = rows(4, nom=["Les Milles", None, "Écoles", "Les Milles"])
    here.publish(table, here.dataset(publish={"mode": "upload", "split": {"by": "nom", "per": "value"}}))
    assert list(named(here)) == ["Écoles (CSV)", "Les Milles (CSV)", "non renseigné (CSV)"]
    assert served(here, named(here)["Les Milles (CSV)"]) == ["01001", "01004"]
    files = [resource["url"].rsplit("/", 1)[-1] for resource in here.package()["resources"]]
    assert [file[len(here.slug) :] for file in files[:1]] == ["-ecoles.csv"]
    assert files[1].endswith("-les-milles.csv")


@pytest.mark.thorough
def test_labels_that_a_form_might_rewrite_are_found_again(here: Bench) -> None:
    odd = [
        "[1]",
        "{}",
        "null",
        "true",
        "007",
        "deux\r\nlignes",
        "\N{NO-BREAK SPACE}bord",
        "é" * 300,
        "<b>",
        "🌳",
    ]
    here.dataset(publish={"mode": "upload", "split": {"by": "nom", "per": "value"}})
    here.publish(rows(len(odd), nom=odd))
    before = {resource["slice"]: resource["id"] for resource in here.package()["resources"]}
    assert len(before) == len(odd)
    wire = Wire()
    assert here.publish(rows(len(odd), nom=odd), wire=wire).nothing_new
    assert wire.writes == []
    here.desk.place.store.delete(f"datasets/{here.slug}/platforms/datasud.json")
    here.publish(rows(len(odd), nom=odd))
    shown = [resource for resource in here.package()["resources"] if not resource.get("carries")]
    assert {resource["slice"]: resource["id"] for resource in shown} == before


def test_windows_and_slices_together(here: Bench) -> None:
    """Each window brings rows of two years; a slice holds those of all the windows."""
    dataset = here.dataset(publish=ONE_FORMAT)
    for number in (2, 1):
        run = here.run(month(number))
        table = rows(
            2, code=[f"{number}-a", f"{number}-b"], jour=pa.array([date(2024, 1, 1), date(2025, 1, 1)])
        )
        report = here.send(dataset, run, here.valid(dataset, run, table))
    assert report.rows == 4
    assert served(here, named(here)["2025 (CSV)"]) == ["1-b", "2-b"]
    assert served(here, named(here)["2024 (CSV)"]) == ["1-a", "2-a"]


def test_a_certificate_counts_every_slice_and_names_none(here: Bench) -> None:
    run, dataset = (
        here.run(),
        here.dataset(
            publish={"mode": "upload", "split": {"by": "nom", "per": "value"}, "formats": ["csv", "parquet"]}
        ),
    )
    report = here.publish(rows(3, nom=[CANARY, "b", "b"]), dataset, run=run)
    certificate = certify_run(dataset, here.desk.city, run, here.desk.place)
    assert [(item["format"], item["number"], item["rows"]) for item in certificate.resources] == [
        ("CSV", 1, 2),
        ("Parquet", 1, 2),
        ("CSV", 2, 1),
        ("Parquet", 2, 1),
    ]
    assert sum(item["rows"] for item in certificate.resources if item["format"] == "CSV") == 3
    written = json.dumps([report.to_json(), certificate.to_json()], ensure_ascii=False).casefold()
    assert CANARY.casefold() not in written
    address = certificate.resources[2]["url"]
    assert httpx.get(address, timeout=60).content == here.body(named(here)[f"{CANARY} (CSV)"]).content


def test_no_log_and_no_error_names_a_slice(here: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    here.dataset(publish={"mode": "upload", "split": {"by": "nom", "per": "value"}})
    here.publish(rows(3, nom=[CANARY, "b", "b"]))
    here.publish(rows(3, nom=[CANARY, "c", "b"]))

    class Refusing(Wire):
        """Answers as CKAN does when it does not like a title: it quotes it."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("package_revise"):
                said = {"__type": "Validation Error", "name": [f"« {CANARY} » ne convient pas"]}
                return httpx.Response(409, json={"success": False, "error": said})
            return super().handle_request(request)

    class Silent(Wire):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if "/download/" in request.url.path:
                raise httpx.ConnectError(f"no answer from {request.url}")
            return super().handle_request(request)

    for wire in (Refusing(), Silent()):
        with pytest.raises(AqueducError) as caught:
            here.publish(rows(3, nom=[CANARY, "c", "b"], surface=[9.0, 9.0, 9.0]), wire=wire)
        error: BaseException | None = caught.value
        while error is not None:
            assert CANARY.casefold() not in f"{error!s}{error!r}".casefold()
            error = error.__cause__ or error.__context__
    assert CANARY.casefold() not in caplog.text.casefold()
    assert "partie 2" in caplog.text
    assert here.status("package_show", id=here.slug) == 200


def test_too_many_slices_leave_the_platform_as_it_was(here: Bench) -> None:
    here.publish(rows(3), here.dataset(publish={"mode": "upload"}))
    before = here.package()
    wire = Wire()
    with pytest.raises(PublicationGateClosed, match="120"):
        here.publish(
            rows(120),
            here.dataset(publish={"mode": "upload", "split": {"by": "code", "per": "value"}}),
            wire=wire,
        )
    assert wire.writes == []
    assert here.package() == before
    report = here.desk.place.store.read_report(here.slug, f"essai-{here.count}", "publish")
    assert report is not None
    assert [finding["code"] for finding in report["findings"]] == ["trop-de-parties"]
    assert report["passed"] is False


def test_an_empty_revision_removes_no_slice(here: Bench) -> None:
    here.dataset(publish=ONE_FORMAT)
    here.publish(yearly(2024, 2025))
    with pytest.raises(PublicationGateClosed):
        here.publish(yearly(2024).slice(0, 0))
    assert list(named(here)) == ["2025 (CSV)", "2024 (CSV)"]


def test_the_date_of_change_moves_with_the_slices(here: Bench) -> None:
    from dataclasses import replace

    now = [datetime(2026, 1, 5, 12, tzinfo=UTC)]
    here.desk = replace(here.desk, place=replace(here.desk.place, clock=lambda: now[0]))
    here.dataset(publish=ONE_FORMAT)
    here.publish(yearly(2023, 2024, 2025))
    now[0] = datetime(2026, 1, 9, 12, tzinfo=UTC)
    assert here.publish(yearly(2023, 2024, 2025)).nothing_new
    now[0] = datetime(2026, 1, 12, 12, tzinfo=UTC)
    here.publish(yearly(2023, 2024, 2025).slice(3))
    assert here.package()["dataset_modification_date"] == "2026-01-12"
    now[0] = datetime(2026, 1, 15, 12, tzinfo=UTC)
    here.publish(yearly(2023, 2024, 2025).slice(3), here.dataset(title="Autre"))
    assert here.package()["dataset_modification_date"] == "2026-01-12"


def test_a_restricted_dataset_hides_every_slice(here: Bench) -> None:
    dataset = here.dataset(publish=ONE_FORMAT, licence="other-at", access={"level": "same_organization"})
    report = here.publish(yearly(2024, 2025), dataset)
    assert [proof.result for proof in report.proofs if proof.reader == "visiteur"] == ["refusé"] * 5
    assert here.publish(yearly(2024, 2025), dataset).nothing_new


def test_a_type_that_changed_swaps_the_table_of_every_slice(here: Bench) -> None:
    here.publish(yearly(2024, 2025), here.dataset(publish=ONE_FORMAT))
    before = {name: resource["id"] for name, resource in named(here).items()}
    fields = [dict(field) for field in here.declared["fields"]]
    fields[2]["type"] = "string"
    here.publish(yearly(2024, 2025, surface=["a"] * 6), here.dataset(fields=fields))
    after = {name: one for name, one in named(here).items() if not one.get("carries")}
    assert {name: one["id"] for name, one in after.items()} == before
    assert [[row["surface"] for row in here.table(one)] for one in after.values()] == [["a"] * 3] * 2
