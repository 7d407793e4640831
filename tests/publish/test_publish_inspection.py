"""What people do at a CKAN is seen by the next run, whatever became of the source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aqueduc.errors import PublicationGateClosed, RestrictedDataExposed
from aqueduc.publish.inspection import detect_differences_and_hide_exposed_records
from aqueduc.sightings import list_incident_sightings
from sandbox.region import Region
from tests.publish.looking import REOPEN, look
from tests.publish.publishing import HTTP, Bench, Wire, bench, rows

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

RESTRICTED: dict[str, Any] = {"licence": "other-at", "access": {"level": "same_organization"}}


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        yield made


@pytest.mark.parametrize("declared", [{}, RESTRICTED], ids=["open", "restricted"])
def test_a_look_at_what_is_as_it_was_left_is_short_and_writes_nothing(
    here: Bench, caplog: pytest.LogCaptureFixture, declared: dict[str, Any]
) -> None:
    assert look(here, caplog).wire.reads == [], "there is nothing to look at before the first publication"
    here.publish(rows(5), here.dataset(**declared))
    seen = look(here, caplog)
    assert (seen.differs, seen.said) == (False, "")
    assert 3 <= len(seen.wire.reads) <= 4
    more = {"mode": "upload", "formats": ["csv", "parquet", "xlsx"]}
    here.publish(rows(5), here.dataset(publish=more))
    for _ in range(3):
        assert not look(here, caplog).differs


@pytest.mark.end_to_end
def test_each_act_at_a_ckan_is_told_by_the_next_look_and_put_right(
    here: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    here.publish(rows(5))
    (resource,) = here.package()["resources"]
    acts: dict[str, Any] = {
        "license_id": lambda: here.action("package_patch", id=here.slug, license_id="odc-odbl"),
        "title": lambda: here.action("package_patch", id=here.slug, title="Un titre à la main"),
        "CSV.description": lambda: here.action("resource_patch", id=resource["id"], description="À la main"),
        "CSV.fichier": lambda: replace_file(here, resource["id"]),
        "CSV.table": lambda: here.action(
            "datastore_delete", resource_id=resource["id"], force=True, filters={"code": "01001"}
        ),
    }
    for name, act in acts.items():
        act()
        seen = look(here, caplog)
        assert seen.differs
        assert name in seen.said
        assert "à la main" not in seen.said.casefold()
        report = here.publish(rows(5))
        assert name in "".join(finding.message for finding in report.findings)
        assert not look(here, caplog).differs


def replace_file(made: Bench, resource: str) -> None:
    HTTP.post(
        f"{made.region.url}/api/3/action/resource_patch",
        data={"id": resource},
        files={"upload": ("x.csv", b"a\n1\n", "text/csv")},
        headers={"Authorization": made.region.admin_token},
    ).raise_for_status()


def test_what_somebody_hid_stays_hidden_until_a_person_decides(
    here: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    here.publish(rows(2))
    here.action("package_patch", id=here.slug, private=True)
    for run in (here.run(), here.run(force=True)):
        with pytest.raises(PublicationGateClosed) as held:
            look(here, caplog, run)
        assert "quelqu'un a caché la fiche sur « datasud »" in str(held.value)
        assert "lever la garde « reopen »" in str(held.value)
        wire = Wire()
        with pytest.raises(PublicationGateClosed, match="quelqu'un a caché"):
            here.publish(rows(3), run=run, wire=wire)
        assert wire.writes == []
    waived = here.run(waivers=REOPEN)
    assert look(here, caplog, waived).differs
    report = here.publish(rows(3), run=waived)
    assert report.waivers[0]["by"] == "Camille Essai"
    assert (
        "garde « reopen » levée (au nom de : Camille Essai ; motif : cachée par erreur)"
        in report.findings[0].message
    )
    assert here.status("package_show", id=here.slug) == 200
    assert not look(here, caplog).differs


@pytest.mark.end_to_end
@pytest.mark.parametrize("declared", [{}, RESTRICTED], ids=["open", "restricted"])
def test_what_somebody_deleted_comes_back_under_its_ids_when_a_person_wants_it(
    here: Bench, caplog: pytest.LogCaptureFixture, declared: dict[str, Any]
) -> None:
    here.publish(rows(5), here.dataset(**declared))
    before = here.package()
    here.action("package_delete", id=here.slug)
    with pytest.raises(PublicationGateClosed, match="quelqu'un a supprimé la fiche"):
        look(here, caplog, here.run(force=True))
    wire = Wire()
    with pytest.raises(PublicationGateClosed, match="quelqu'un a supprimé la fiche"):
        here.publish(rows(6), wire=wire)
    assert wire.writes == []
    report = here.publish(rows(6), run=here.run(waivers=REOPEN))
    assert report.writes[0] == "rétablir la fiche supprimée, cachée"
    after = here.package()
    assert (after["id"], after["state"], after["private"]) == (before["id"], "active", before["private"])
    assert [one["id"] for one in after["resources"]][:1] == [one["id"] for one in before["resources"]]
    assert here.body(after["resources"][0]).status_code == (403 if declared else 200)
    assert not look(here, caplog).differs


def test_a_record_purged_there_is_only_made_again_when_a_person_wants_it(
    here: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    here.publish(rows(5))
    here.action("dataset_purge", id=here.slug)
    with pytest.raises(PublicationGateClosed, match="n'existe plus sur « datasud »"):
        look(here, caplog)
    with pytest.raises(PublicationGateClosed, match="n'existe plus"):
        here.publish(rows(5))
    here.publish(rows(5), run=here.run(waivers=REOPEN))
    assert here.status("package_show", id=here.slug) == 200


def test_a_restricted_dataset_that_somebody_opened_is_hidden_at_once_and_the_run_is_red(
    here: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    here.publish(rows(3), here.dataset(**RESTRICTED))
    here.action("package_patch", id=here.slug, private=False)
    assert here.status("package_show", id=here.slug) == 200
    wire = Wire()
    with pytest.raises(RestrictedDataExposed) as red:
        detect_differences_and_hide_exposed_records(
            here.dataset(), here.desk.city, here.run(), here.desk.place, transport=wire
        )
    assert not red.value.retryable, "another try would find all well, and say so"
    for name in ("datasud", "la fiche", "CSV.fichier", "CSV.table", "cachée"):
        assert name in red.value.what
    assert wire.writes == ["package_revise"]
    (seen,) = list_incident_sightings(here.desk.place.store)
    assert (seen.kind, seen.dataset, seen.platform) == ("restricted", here.slug, "datasud")
    assert here.status("package_show", id=here.slug) in (403, 404)
    assert not look(here, caplog).differs


@pytest.mark.end_to_end
def test_a_dry_run_tells_of_what_is_open_and_touches_nothing(here: Bench) -> None:
    here.publish(rows(3), here.dataset(**RESTRICTED))
    here.action("package_patch", id=here.slug, private=False)
    wire = Wire()
    run = here.run(dry_run=True)
    with pytest.raises(RestrictedDataExposed, match="l'est encore"):
        detect_differences_and_hide_exposed_records(
            here.dataset(), here.desk.city, run, here.desk.place, transport=wire
        )
    assert wire.writes == []


@pytest.mark.end_to_end
def test_a_dataset_that_its_declaration_closes_or_opens_is_no_incident(
    here: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    here.publish(rows(3))
    here.declared |= RESTRICTED
    assert not detect_differences_and_hide_exposed_records(
        here.dataset(), here.desk.city, here.run(dry_run=True), here.desk.place
    ), "a dry run hides nothing"
    assert here.status("package_show", id=here.slug) == 200
    assert detect_differences_and_hide_exposed_records(
        here.dataset(), here.desk.city, here.run(), here.desk.place
    )
    assert here.status("package_show", id=here.slug) in (403, 404), "before any publication"
    assert not look(here, caplog).differs
    assert list_incident_sightings(here.desk.place.store) == [], "nobody opened what was left open"
    declared = dict(here.declared)
    del here.declared["licence"], here.declared["access"]
    for _again in range(2):
        assert look(here, caplog).differs, "what a run hid itself is shown again"
    here.publish(rows(3))
    assert here.status("package_show", id=here.slug) == 200
    assert not look(here, caplog).differs
    here.publish(rows(3), here.dataset(**declared))
    del here.declared["licence"], here.declared["access"]
    here.action("package_patch", id=here.slug, private=False)
    assert look(here, caplog).differs
    here.publish(rows(3))
    assert not look(here, caplog).differs
