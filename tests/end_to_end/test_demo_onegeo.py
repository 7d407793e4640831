"""The same datasets, by the same scheduler, to a region that runs OneGeo Suite: files stay in the city's outlets, and
the platform gets records and links. One of each kind, and by ``make thorough`` the twelve."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from aqueduc.store import Store, Vault, Window
from sandbox import airflow, demo_setup
from sandbox.agreements import seed_agreements
from sandbox.city import City
from sandbox.demo_results import results
from sandbox.demo_runs import failures, last_windows, read_datasets, run_all
from sandbox.demo_setup import Sandbox
from sandbox.onegeo import lifecycle
from tests.examples import rarely

pytestmark = pytest.mark.end_to_end

INCLUDE = Path(__file__).resolve().parents[2] / "include"
TWELVE = frozenset(path.stem for path in (INCLUDE / "datasets").glob("*.yaml"))
# Windows, positions, a file that only some may read, a link, and a table of a base.
SOME = frozenset(
    ("arbres", "comptages-velos", "hautes-remunerations", "parkings-disponibilites", "permis-de-construire")
)


@pytest.fixture(params=[pytest.param(SOME, id="some"), rarely(TWELVE, id="twelve")])
def sandbox(
    request: pytest.FixtureRequest, sandbox_root: Path, city: City, few_windows: None, tmp_path: Path
) -> Iterator[Sandbox]:
    root, include = sandbox_root, shutil.copytree(INCLUDE, tmp_path / "include")
    for name in TWELVE - request.param:
        (include / "datasets" / f"{name}.yaml").unlink()
    airflow.stop(root)
    for left in ("airflow", "aqueduc"):
        shutil.rmtree(root / left, ignore_errors=True)
    try:
        yield demo_setup.start(root, include=include, kind=demo_setup.ONEGEO)
    finally:
        airflow.stop(root)
        lifecycle.stop(root)


def test_they_are_published_and_then_left_alone(sandbox: Sandbox) -> None:
    declared, datasets = read_datasets(sandbox.layout.include)
    api, store = sandbox.api(), Store(sandbox.layout.store.as_uri())

    def find_last_windows() -> dict[str, Window]:
        return {one.id: last_windows(one, declared)[-1] for one in datasets if one.windowed}

    before = find_last_windows()
    for _ in range(2):
        seed_agreements(sandbox.layout.include, store, Vault(sandbox.layout.vault.as_uri()))
        followed = run_all(api, datasets, declared, store=store)
        assert [str(failure) for one in followed for failure in failures(api, one)] == []
        published = results(store, followed)
        assert [one.dataset.id for one in published if not one.published] == []
    # An hour may have ended since the first pass began: there may be news of what is published by the hour.
    after = find_last_windows()
    left = [one for one in published if before.get(one.dataset.id) == after.get(one.dataset.id)]
    assert [one.dataset.id for one in left if not one.unchanged] == []
    assert len(published) == len(datasets) >= len(SOME)
    for one in published:
        shown = httpx.get(one.url)
        assert shown.status_code == (200 if one.dataset.access.is_open else 404), one.dataset.id
