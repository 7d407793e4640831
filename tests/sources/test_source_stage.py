"""The stage as a whole: what it keeps, what it reports, and when it finds that nothing has changed."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

import aqueduc
from aqueduc.errors import ConnectionMissing, SourceUnavailable, SourceUnreadable
from aqueduc.run import Run
from aqueduc.sources.change import mark_source_states_outdated, promote_pending_state_to_last_certified_one
from aqueduc.sources.drops import extracting
from aqueduc.sources.formats import csv
from aqueduc.sources.report import ExtractReport
from aqueduc.store import ParquetFileHandle, Window, compute_file_sha256

COLUMNS = {"id": "publish", "nom": "publish", "agent": "drop"}


def declare(house, **more):
    return house.declare(
        {"file": "depot", "path": "a.csv"}, COLUMNS, types={"id": "integer"}, **{"title": "Essai", **more}
    )


def drop(house, *lines):
    (house.drop / "a.csv").write_text("\n".join(("id,nom,agent", *lines)) + "\n")


def certify(house, dataset, extraction, run="r1", window=None):
    house.commit(dataset, window)
    promote_pending_state_to_last_certified_one(
        dataset, Run(dataset.id, run, window), extraction.report, house.place
    )


def test_the_handle_names_a_private_file(house, canary):
    drop(house, f"1,{canary},x", "2,b,")
    found = house.extract(declare(house), "scheduled__2026-03-01T00:00:00+00:00")
    handle = found.handle
    path = house.folder / "vault" / handle.key
    assert handle.key.startswith("raw/essai/scheduled__2026-03-01T00_00_00_00_00-")
    assert (handle.dataset, handle.stage, handle.rows, handle.window) == ("essai", "raw", 2, None)
    assert handle.sha256 == compute_file_sha256(path) == found.report.output_sha256
    assert ParquetFileHandle.from_json(handle.to_json()) == handle
    assert stat.S_IMODE((house.folder / "vault").stat().st_mode) == 0o700
    assert not list((house.folder / "vault/.scratch").iterdir())


def test_the_report_is_written_and_says_no_value(house, canary):
    drop(house, f"1,{canary},x", ",,", f"2,{canary},")
    found = house.extract(declare(house))
    written = house.place.store.read_report("essai", "r1", "extract")
    assert canary not in str(written)
    assert written == found.report.to_json()
    assert written["passed"] is True and written["input_sha256"] is None
    assert written["columns"] == [["id", "VARCHAR"], ["nom", "VARCHAR"], ["agent", "VARCHAR"]]
    assert [finding["message"] for finding in written["findings"]] == [
        "1 ligne sans aucune valeur dans la source"
    ]
    assert ExtractReport.from_json(written).to_json() == written


def test_nothing_of_the_vault_is_left_after_the_teardown(house):
    drop(house, "1,a,x")
    house.extract(declare(house))
    house.place.vault.shred_extracts("essai", "r1")
    assert house.in_vault() == set()


def test_a_connection_that_is_not_configured(house):
    dataset = declare(house)
    del house.variables["AIRFLOW_CONN_DEPOT"]
    assert "AIRFLOW_CONN_DEPOT" in house.fails(ConnectionMissing, dataset)


def test_a_failure_leaves_no_report(house):
    drop(house, "1,a")
    house.fails(SourceUnreadable, declare(house))
    assert house.place.store.read_report("essai", "r1", "extract") is None


# --- unchanged ---------------------------------------------------------------------------------------------


def test_an_unchanged_source_stops_after_certification_only(house):
    drop(house, "1,a,x", "2,b,y")
    dataset = declare(house)
    first = house.extract(dataset)
    assert not first.report.unchanged
    assert house.extract(dataset, "r2").handle is not None, "not certified yet"
    promote_pending_state_to_last_certified_one(dataset, Run("essai", "r1"), first.report, house.place)
    assert house.extract(dataset, "r3").handle is not None, "remembered, but nothing is published"
    certify(house, dataset, first)
    again = house.extract(dataset, "r4")
    assert again.handle is None
    assert again.report.unchanged and again.report.rows == 2 and again.report.output_sha256 is None
    assert again.report.passed
    assert not list((house.folder / "vault/raw/essai").glob("r4*"))


def test_a_file_that_is_the_same_is_not_read(house, monkeypatch):
    drop(house, "1,a,x", "2,b,y")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    read = []
    monkeypatch.setattr(csv, "read_csv", lambda *_, **__: read.append(1))
    # Copied again: another date, another inode, the same bytes.
    content = (house.drop / "a.csv").read_bytes()
    (house.drop / "a.csv").unlink()
    (house.drop / "a.csv").write_bytes(content)
    again = house.extract(dataset, "r2")
    assert again.handle is None and not read
    assert (again.report.unchanged_by, again.report.rows) == ("mark", 2)


def test_bytes_that_change_are_read_whatever_the_date_of_the_file(house):
    drop(house, "1,a,x", "2,b,y")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    then = (house.drop / "a.csv").stat()
    drop(house, "1,a,x", "2,c,y")
    os.utime(house.drop / "a.csv", ns=(then.st_atime_ns, then.st_mtime_ns))
    assert (house.drop / "a.csv").stat().st_size == then.st_size
    found = house.extract(dataset, "r2")
    assert found.handle is not None and found.report.unchanged_by == ""


def test_another_code_reads_the_same_file_again(house, monkeypatch):
    """What reads may read otherwise: here it finds the same rows."""
    drop(house, "1,a,x", "2,b,y")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    monkeypatch.setattr(extracting, "compute_program_digest", lambda: "autre")
    assert house.extract(dataset, "r2").report.unchanged_by == "rows"
    monkeypatch.undo()
    monkeypatch.setattr(extracting, "version", lambda name: f"9.9 {name}")
    assert house.extract(dataset, "r3").report.unchanged_by == "rows"


def test_a_file_that_changes_while_it_is_hashed_is_not_taken_for_the_same(house, monkeypatch):
    drop(house, "1,a,x", "2,b,y")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    hashed = extracting.compute_file_sha256

    def slow(path):
        mark = hashed(path)
        drop(house, "1,a,x", "2,b,y", "3,c,z")
        return mark

    monkeypatch.setattr(extracting, "compute_file_sha256", slow)
    house.fails(SourceUnavailable, dataset)
    monkeypatch.undo()
    assert house.extract(dataset, "r3").handle is not None


def test_a_publication_that_died_reads_the_same_file_again(house):
    drop(house, "1,a,x")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    house.place.store.mark_publication_in_progress("essai", "r2", datetime(2026, 3, 1, tzinfo=UTC))
    assert house.extract(dataset, "r3").handle is not None
    house.place.store.clear_publication_in_progress("essai")
    assert house.extract(dataset, "r4").report.unchanged_by == "mark"
    before = house.place.vault.read_json("seen/essai.json")["snapshot"]
    mark_source_states_outdated(house.place.vault, "essai")
    extracted = house.extract(dataset, "r5")
    assert extracted.handle is not None, "an objection, a withdrawal, a restoration"
    kept = house.place.vault.read_json("seen/essai.json")["snapshot"]
    assert kept["digest"] == before["digest"], "what a claim may ask to keep"
    certify(house, dataset, extracted)
    assert house.extract(dataset, "r6").report.unchanged_by == "mark", "replaced, it counts again"


def test_the_order_of_rows_is_no_change(house):
    drop(house, "1,a,x", "2,b,y", "2,b,y")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    drop(house, "2,b,y", "1,a,x", "2,b,y")
    found = house.extract(dataset, "r2").report
    assert found.unchanged and found.unchanged_by == "rows"


@pytest.mark.parametrize(
    "lines",
    [
        ("1,a,x",),
        ("1,a,x", "2,b,y", "2,b,y"),
        ("1,a,x", "2,b,z"),
        ("1,a,x", "2,,y"),
        ("1,b,x", "2,a,y"),
        ("a,1,x", "2,b,y"),
        (),
    ],
)
def test_any_change_of_content_is_seen(house, lines):
    drop(house, "1,a,x", "2,b,y")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    drop(house, *lines)
    assert house.extract(dataset, "r2").handle is not None


def test_columns_that_change_place_or_name_are_a_change(house):
    drop(house, "1,a,x")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    for run, content in (
        ("r2", "nom,id,agent\na,1,x\n"),
        ("r3", "id,nom,agents\n1,a,x\n"),
        ("r4", "id,nom\n1,a\n"),
    ):
        (house.drop / "a.csv").write_text(content)
        assert house.extract(dataset, run).handle is not None


def test_the_declaration_the_city_and_the_engine_count(house, monkeypatch):
    drop(house, "1,a,x")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    assert house.extract(declare(house), "r2").report.unchanged
    assert house.extract(declare(house, title="Autre titre"), "r3").handle is not None
    dataset = declare(house)
    house.city(floors={"k": 8, "small_count": 3})
    assert house.extract(dataset, "r4").handle is not None
    house.city()
    assert house.extract(dataset, "r5").report.unchanged
    monkeypatch.setattr(aqueduc, "__version__", "99.0")
    assert house.extract(dataset, "r6").handle is not None


def test_force_reads_again(house):
    drop(house, "1,a,x")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    assert house.extract(dataset, "r2", force=True).handle is not None


def test_each_window_is_remembered_for_itself(house, api, reply):
    house.connect("mobilite", conn_type="http", host=api.url)
    dataset = house.declare(
        {"http": "mobilite", "path": "/c", "parameters": {"de": "{window_start}", "a": "{window_end}"}},
        COLUMNS,
    )
    hours = [
        Window(datetime(2026, 3, 1, n, tzinfo=UTC), datetime(2026, 3, 1, n + 1, tzinfo=UTC)) for n in range(2)
    ]
    api.reply("/c", reply([{"id": 1, "nom": "a", "agent": "x"}]))
    first = house.extract(dataset, window=hours[0])
    house.commit(dataset, hours[0])
    promote_pending_state_to_last_certified_one(
        dataset, Run("essai", "r1", hours[0]), first.report, house.place
    )
    assert house.extract(dataset, "r2", window=hours[0]).report.unchanged
    second = house.extract(dataset, "r3", window=hours[1])
    assert second.handle is not None, "the same rows, but of another hour"
    promote_pending_state_to_last_certified_one(
        dataset, Run("essai", "r3", hours[1]), second.report, house.place
    )
    assert house.extract(dataset, "r4", window=hours[1]).handle is not None, "its part is not published yet"
    house.commit(dataset, *hours)
    promote_pending_state_to_last_certified_one(
        dataset, Run("essai", "r3", hours[1]), second.report, house.place
    )
    assert house.extract(dataset, "r5", window=hours[1]).report.unchanged
    assert house.extract(dataset, "r6", window=hours[0]).report.unchanged
    house.commit(dataset, hours[1])
    assert house.extract(dataset, "r7", window=hours[0]).handle is not None, "its part was withdrawn"
    house.commit(dataset, *hours, sha256="1" * 64)
    assert house.extract(dataset, "r8", window=hours[0]).handle is not None, "another run's rows are online"


def test_a_snapshot_ignores_the_interval_of_its_run(house, march):
    drop(house, "1,a,x")
    found = house.extract(declare(house), window=march)
    assert found.handle.window is None and found.report.window is None


def test_remembering_too_late_is_no_failure(house):
    drop(house, "1,a,x")
    dataset = declare(house)
    first = house.extract(dataset)
    house.place.vault.shred_extracts("essai", "r1")
    certify(house, dataset, first)
    assert house.extract(dataset, "r2").handle is not None


def test_an_unchanged_run_remembers_nothing_new(house):
    drop(house, "1,a,x")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    seen = house.place.vault.read_json("seen/essai.json")
    promote_pending_state_to_last_certified_one(
        dataset, Run("essai", "r2"), house.extract(dataset, "r2").report, house.place
    )
    assert house.place.vault.read_json("seen/essai.json") == seen


def test_the_digest_never_leaves_the_vault(house):
    drop(house, "1,a,x")
    dataset = declare(house)
    certify(house, dataset, house.extract(dataset))
    digest = house.place.vault.read_json("seen/essai.json")["snapshot"]["digest"]
    files: list[Path] = [path for path in (house.folder / "store").rglob("*") if path.is_file()]
    assert files and all(digest.encode() not in path.read_bytes() for path in files)
