"""The portal's catalogue, harvested by the very udata that runs data.gouv.fr."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from aqueduc.record.catalogue import CatalogueEntry
from aqueduc.record.dcat import render_dcat_formats
from sandbox.datagouv.real import RealUdata
from tests.publish.showcase import served
from tests.record.catalogues import full

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]
SECONDS = 120


@pytest.mark.parametrize("ending", ["jsonld", "ttl", "rdf"])
def test_every_dataset_is_taken_whole(real_udata: RealUdata, ending: str, tmp_path: Path) -> None:
    """Through the preview of a harvest, which validates what it would store. ``.example`` is no domain to it;
    ``.test`` is."""
    whole = full(tmp_path / "city")
    folder = tmp_path / "portal"
    folder.mkdir()
    data = render_dcat_formats(whole)[ending].replace(b"ville.example", b"ville.test")
    (folder / f"catalog.{ending}").write_bytes(data)
    with served(folder) as url:
        items = preview(real_udata, f"{url}/catalog.{ending}")
    assert {item["remote_id"]: item["status"] for item in items} == {
        entry.fiche.slug: "done" for entry in whole.entries
    }
    found = {item["remote_id"]: item["dataset"] for item in items}
    for entry in whole.entries:
        same(entry, found[entry.fiche.slug])


def preview(there: RealUdata, address: str) -> list[dict[str, Any]]:
    answer = httpx.post(
        f"{there.url}/api/1/harvest/source/preview/",
        headers={"X-API-KEY": there.keys["admin"]},
        json={"name": "Portail", "url": address, "backend": "dcat", "organization": there.organisation},
        timeout=SECONDS,
    )
    assert answer.status_code == 200, answer.text
    job = answer.json()
    assert job["errors"] == []
    items: list[dict[str, Any]] = job["items"]
    assert [item["errors"] for item in items] == [[]] * len(items)
    return items


def same(entry: CatalogueEntry, dataset: dict[str, Any]) -> None:
    fiche = entry.fiche
    assert dataset["title"] == fiche.title
    assert dataset["frequency"] == "tenMinutes"
    # Read on the files. Of our licences the sandbox's udata knows this one.
    assert (dataset["license"] == "lov2") is (bool(entry.placed) and fiche.licence.id == "lov2")
    covered = dataset["temporal_coverage"]
    assert ([covered["start"][:10], covered["end"][:10]] if covered else None) == (
        [day.isoformat() for day in fiche.temporal] if fiche.temporal else None
    )
    west, south, east, north = fiche.bbox
    corners = dataset["spatial"]["geom"]["coordinates"][0][0]
    assert (corners[0], corners[2]) == ([west, south], [east, north])
    shown = {resource["url"]: resource for resource in dataset["resources"]}
    assert len(shown) == len(entry.placed)
    for placed in entry.placed:
        resource = shown[placed.latest_url.replace("ville.example", "ville.test")]
        assert resource["title"].endswith(f"({placed.distribution.format})")
        assert resource["format"] == placed.distribution.format.lower()
        assert resource["mime"] == placed.distribution.media_type
        assert (resource["filesize"] or 0) == placed.distribution.bytes
