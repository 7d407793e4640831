"""One dataset on several platforms: each has its own state, and one that fails does not stop the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from aqueduc.certify import certify_run
from aqueduc.declaration import Dataset
from aqueduc.errors import ConnectionMissing, PlatformUnavailable, PublicationGateClosed, ReadBackMismatch
from aqueduc.publish import PublishReport, publish_revision
from aqueduc.run import Run
from sandbox.region import Region
from tests.publish.publishing import NOWHERE, Bench, rows
from tests.publish.showcase import Showcase, served, showcase

BOTH: dict[str, Any] = {"mode": "upload", "platforms": ["ici", "la"]}


def cities(root: Path, **platforms: Any) -> Showcase:
    known = {
        "ici": {"type": "portal", "folder": str(root / "ici")},
        "la": {"type": "portal", "folder": str(root / "la")},
        **platforms,
    }
    return showcase(root, known)


def run_of(here: Showcase, dataset: Dataset, number: int) -> Run:
    return Run(dataset=dataset.id, id=f"passage-{number}")


def sent(here: Showcase, dataset: Dataset, run: Run, count: int = 5) -> PublishReport:
    handle = Bench(here.desk, NOWHERE, dataset.id).valid(dataset, run, rows(count))
    return publish_revision(dataset, here.desk.city, run, handle, here.desk.place, sleep=lambda _: None)


def test_each_gets_it_and_the_certificate_names_each(tmp_path: Path) -> None:
    here = cities(tmp_path)
    dataset = here.dataset(publish=BOTH)
    run = run_of(here, dataset, 1)
    report = sent(here, dataset, run)
    assert report.platform == "ici"
    assert [other.platform for other in report.elsewhere] == ["la"]
    data = [(tmp_path / name / "jeux/lieux/lieux.csv").read_bytes() for name in ("ici", "la")]
    assert data[0] == data[1]
    store = here.desk.place.store
    assert store.list("datasets/lieux/platforms") == [
        "datasets/lieux/platforms/ici.json",
        "datasets/lieux/platforms/la.json",
    ]
    certificate = certify_run(dataset, here.desk.city, run, here.desk.place)
    said = dict(certificate.list_label_value_pairs())
    assert said["Fiche publique"].endswith("/ici/jeux/lieux/index.html")
    assert said["Fiche publique sur « la »"].endswith("/la/jeux/lieux/index.html")
    assert said["Relu sur « la » : fichier CSV (ville)"] == "identique"
    assert type(certificate).from_json(certificate.to_json()) == certificate


def test_one_that_fails_stops_no_other_and_is_retried_alone(tmp_path: Path) -> None:
    with served(tmp_path / "ailleurs") as url:
        broken = {"type": "portal", "folder": str(tmp_path / "la"), "url": url}
        here = cities(tmp_path, la=broken)
        dataset = here.dataset(publish={"mode": "upload", "platforms": ["la", "ici"]})
        run = run_of(here, dataset, 1)
        with pytest.raises(ReadBackMismatch, match="« ici »") as failed:
            sent(here, dataset, run)
        assert "« la »" in failed.value.what
    assert (tmp_path / "ici/jeux/lieux/lieux.csv").exists()
    report = here.desk.place.store.read_report("lieux", run.id, "publish") or {}
    assert (report["passed"], report["platform"]) == (False, "ici")
    assert report["failed"] == [{"platform": "la", "code": "relecture-differente"}]
    with pytest.raises(PublicationGateClosed):
        certify_run(dataset, here.desk.city, run, here.desk.place)
    before = (tmp_path / "ici/jeux/lieux/fiche.json").stat().st_mtime_ns
    mended = cities(tmp_path, la={"type": "portal", "folder": str(tmp_path / "la")})
    again = sent(mended, mended.dataset(publish={"mode": "upload", "platforms": ["la", "ici"]}), run)
    assert again.passed
    assert again.elsewhere[0].nothing_new
    assert (tmp_path / "ici/jeux/lieux/fiche.json").stat().st_mtime_ns == before


def test_what_may_be_tried_again_is_said_first(tmp_path: Path) -> None:
    platforms = {
        "sans": {"type": "ckan", "connection": "inconnue"},
        "muette": {"type": "portal", "folder": str(tmp_path / "m"), "url": "http://127.0.0.1:9"},
    }
    here = cities(tmp_path, **platforms)
    dataset = here.dataset(publish={"mode": "upload", "platforms": ["sans", "muette"]})
    with pytest.raises(PlatformUnavailable, match="inconnue") as failed:
        sent(here, dataset, run_of(here, dataset, 1))
    assert failed.value.retryable


def test_a_lone_platform_raises_its_own_error(tmp_path: Path) -> None:
    here = cities(tmp_path, sans={"type": "ckan", "connection": "inconnue"})
    dataset = here.dataset(publish={"mode": "upload", "platform": "sans"})
    with pytest.raises(ConnectionMissing):
        sent(here, dataset, run_of(here, dataset, 1))


def test_a_platform_that_is_no_longer_named_is_told(tmp_path: Path) -> None:
    here = cities(tmp_path)
    both = here.dataset(publish=BOTH)
    report = sent(here, both, run_of(here, both, 1))
    assert "fiche-restee-ailleurs" not in {finding.code for finding in report.findings}
    one = here.dataset(publish={"mode": "upload", "platform": "ici"})
    report = sent(here, one, run_of(here, one, 2))
    (left,) = [finding for finding in report.findings if finding.code == "fiche-restee-ailleurs"]
    assert "« la »" in left.message


@pytest.mark.sandbox
def test_the_region_and_the_city_side_by_side(tmp_path: Path, region: Region) -> None:
    """The real CKAN and a portal: the same bytes, and a record on each."""
    platforms = {
        "datasud": {"type": "ckan", "connection": "datasud"},
        "portail": {"type": "portal", "folder": str(tmp_path / "portail")},
    }
    here = showcase(tmp_path, platforms, region.environment())
    dataset = here.dataset(
        f"essai-{uuid4().hex[:12]}", publish={"mode": "upload", "platforms": list(platforms)}
    )
    bench = Bench(here.desk, region, dataset.id)
    try:
        report = sent(here, dataset, run_of(here, dataset, 1))
        (resource,) = bench.package()["resources"]
        served_bytes = bench.body(resource).content
        assert served_bytes == (tmp_path / f"portail/jeux/{dataset.id}/{dataset.id}.csv").read_bytes()
        fiche = json.loads((tmp_path / f"portail/jeux/{dataset.id}/fiche.json").read_bytes())
        assert fiche["resources"][0]["distribution"]["sha256"] == resource["sha256"]
        assert report.resources[0].id == resource["id"]
        assert sent(here, dataset, run_of(here, dataset, 2)).nothing_new
    finally:
        bench.action("dataset_purge", id=dataset.id)
