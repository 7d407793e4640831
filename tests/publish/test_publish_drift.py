"""Somebody else writes on the platform: between two publications, or in the middle of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from aqueduc.errors import PlatformChanged
from sandbox.region import Region
from tests.publish.publishing import HTTP, Bench, Wire, bench, rows

pytestmark = pytest.mark.sandbox


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
    return [finding["message"] for finding in report.findings if finding["code"] == "ecart-sur-la-plateforme"]


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


def test_a_record_hidden_by_hand_is_drift(here: Bench) -> None:
    here.publish(rows(2))
    here.action("package_patch", id=here.slug, private=True)
    (said,) = drift(here.publish(rows(2)))
    assert "private" in said
    assert here.status("package_show", id=here.slug) == 200


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
    with pytest.raises(PlatformChanged) as caught:
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


def test_what_somebody_writes_elsewhere_at_the_same_time_stays(here: Bench) -> None:
    """Fields that are not ours are neither a conflict nor lost."""
    here.publish(rows(5))
    wire = meddling(lambda: here.action("package_patch", id=here.slug, url="https://ville.example/projet"))
    here.publish(rows(6), here.dataset(title="Autre"), wire=wire)
    record = here.package()
    assert (record["title"], record["url"]) == ("Autre", "https://ville.example/projet")
