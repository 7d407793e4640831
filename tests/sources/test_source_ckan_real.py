"""CKAN read for what it is: the sandbox's own, which is real."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aqueduc.draft import draft_declaration
from aqueduc.draft.kinds import build_draft_request_from_path_or_url
from aqueduc.errors import SourceNotFound
from aqueduc.run import Run
from aqueduc.sources.change import promote_pending_state_to_last_certified_one
from sandbox.region import Region

pytestmark = pytest.mark.sandbox

ROWS = 12_345
"""More than one answer of ``datastore_search`` gives."""


def act(region: Region, action: str, *, files: dict[str, Any] | None = None, **data: Any) -> Any:
    sent: dict[str, Any] = {"data": data, "files": files} if files else {"json": data}
    headers = {"Authorization": region.admin_token}
    answer = httpx.post(f"{region.url}/api/3/action/{action}", headers=headers, timeout=120, **sent)
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


@pytest.fixture(scope="module")
def resource(region: Region) -> Iterator[str]:
    """A resource of a record, with a file of thirty trees and a table of many more."""
    name = f"arbres-{uuid4().hex[:8]}"
    owner = {"owner_org": region.organisation, "license_id": "odc-odbl", "notes": "Les arbres."}
    act(region, "package_create", name=name, title="Arbres remarquables", **owner)
    text = "essence;hauteur\n" + "".join(f"Érable {rank};{rank},5\n" for rank in range(30))
    upload = {"upload": ("arbres.csv", text.encode("cp1252"), "text/csv")}
    made = act(region, "resource_create", package_id=name, name="Arbres", format="CSV", files=upload)
    records = [{"essence": f"Platane {rank}", "hauteur": rank + 0.5} for rank in range(ROWS)]
    fields = [{"id": "essence", "type": "text"}, {"id": "hauteur", "type": "numeric"}]
    act(region, "datastore_create", resource_id=made["id"], fields=fields, records=records, force=True)
    yield made["id"]
    act(region, "dataset_purge", id=name)


@pytest.fixture
def declared(house, region, resource):
    def declare(**source):
        house.connect("region", conn_type="http", host=region.url)
        asked = {"ckan": "region", "resource": resource, **source}
        return house.declare(asked, {"essence": "publish", "hauteur": "publish"}, types={"hauteur": "number"})

    return declare


def test_its_file_is_read_once(house, declared):
    dataset = declared(encoding="cp1252", delimiter=";", decimal=",")
    found = house.extract(dataset)
    assert house.rows(found)[-1] == (31, "Érable 29", "29.5") and found.report.rows == 30
    house.commit(dataset, None)
    promote_pending_state_to_last_certified_one(dataset, Run(dataset.id, "r1"), found.report, house.place)
    again = house.extract(dataset, "r2").report
    assert again.unchanged and again.unchanged_by in ("mark", "rows")


def test_its_table_is_read_to_the_last_row(house, declared):
    found = house.extract(declared(datastore=True))
    names, rows = house.table(found)
    assert names == ["__line", "essence", "hauteur"] and len(rows) == ROWS
    assert rows[-1] == (ROWS, f"Platane {ROWS - 1}", f"{ROWS - 0.5}") and found.report.findings == ()


def test_a_resource_that_is_not_there(house, declared):
    assert "corriger « resource: »" in house.fails(SourceNotFound, declared(resource=str(uuid4())))


def test_a_draft_says_what_its_record_says(house, region, resource):
    wanted = build_draft_request_from_path_or_url(
        "arbres", f"{region.url}/dataset/arbres/resource/{resource}"
    )
    text = draft_declaration(wanted, house.place).files["datasets/arbres.yaml"]
    assert "Arbres remarquables" in text and "— odc-odbl | lov2" in text and "encoding: cp1252" in text
