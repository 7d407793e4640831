"""A run that finds nothing new: most runs are such, and each leaves one entry of the ledger, and nothing else that stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from aqueduc.certify.history import read_history
from aqueduc.certify.ledger import verify_ledger
from aqueduc.certify.reports import RunReports
from aqueduc.declaration import load_dataset
from aqueduc.pipeline import run_pipeline
from aqueduc.run import Run
from aqueduc.steward import StewardReport, find_latest_reported_run_id
from aqueduc.store import Store
from benchmarks.reconcile import MODEL, build_city, find_city, open_workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    build_city(tmp_path, 1)
    look(tmp_path, "premier")
    return tmp_path


def look(root: Path, run: str) -> None:
    loaded = find_city(root)
    dataset = load_dataset(root / "include" / "datasets" / f"{MODEL}.yaml", loaded)
    assert run_pipeline(dataset, loaded.city, Run(MODEL, run), open_workspace(root)).unchanged


def keys(store: Store) -> set[str]:
    """But those of the leases, each of which makes way for the next one."""
    return {key for key in store.list_write_times("") if not key.startswith(".leases/")}


def test_it_adds_one_small_object(root: Path) -> None:
    store = open_workspace(root).store
    for rank in range(2, 5):
        before = keys(store)
        look(root, f"passage-{rank}")
        # A name that is a rank is given to one writer only.
        assert keys(store) - before == {key := f"datasets/{MODEL}/ledger/r{rank:08d}.json"}
        assert store.size(key) < 1_500 and store.read_json(key)["run"] == f"passage-{rank}"
    verdict = verify_ledger(store, MODEL)
    assert verdict.is_valid and (verdict.entries, verdict.certificates) == (5, 1)
    told = read_history(store, MODEL)
    assert told.events[-1].run == "passage-4" and told.periods[0].confirmed == told.events[-1].at


def test_what_the_last_one_reports_can_be_read_and_the_one_before_gives_way(root: Path) -> None:
    store = open_workspace(root).store
    assert find_latest_reported_run_id(store, MODEL) == "premier"
    look(root, "second")
    report = StewardReport.read(store, MODEL, find_latest_reported_run_id(store, MODEL) or "")
    assert report and (report.run, report.state, report.extracted) == ("second", "unchanged", 200)
    assert [one.run for one in report.trend] == ["r1"]
    found = RunReports.read(store, MODEL, "second")
    assert found.extract and found.extract.unchanged_by and not found.publish
    assert RunReports.read(store, MODEL, "premier").extract is None
    assert RunReports.read(store, MODEL, "r1").publish, "what was published keeps its reports"
