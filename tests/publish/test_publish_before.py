"""The CKAN of before: a real 2.11 beside the usual one, and what it writes otherwise.

``AQUEDUC_SANDBOX_CKAN=2.11`` has all of ``tests/publish`` run against it; this much of it always is, by `make e2e`: a
second CKAN takes 10 CPU seconds to start.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.publish.revision.rows import (
    SECONDS,
    RevisionRows,
    adapt_kinds_to_timestamp_precision,
    normalise_cell_for_comparison,
)
from aqueduc.store import Store
from sandbox import region as portal
from sandbox.processes import SandboxError
from sandbox.region import Region, venv
from tests.publish.publishing import Bench, Wire, bench, rows

MOMENTS = [datetime(2026, 1, 1, hour, 0, 0, 987_000) for hour in range(4)]


@pytest.fixture(scope="module")
def before(request: pytest.FixtureRequest, sandbox_root: Path) -> Iterator[Region]:
    if venv.version() == "2.11":
        # It is the CKAN of the whole session, which others need after this module.
        yield request.getfixturevalue("region")
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AQUEDUC_SANDBOX_CKAN", "2.11")
        yield portal.start(sandbox_root, workers=1)
        portal.stop(sandbox_root)


@pytest.fixture
def here(tmp_path: Path, before: Region) -> Iterator[Bench]:
    with bench(tmp_path, before) as made:
        yield made


@pytest.mark.sandbox
@pytest.mark.thorough
def test_first_load_delta_restriction_and_nothing_new(here: Bench) -> None:
    two = {"mode": "upload", "formats": ["csv", "parquet"]}
    report = here.publish(rows(6), here.dataset(publish=two))
    assert here.action("status_show")["ckan_version"].startswith("2.11.")
    assert report.passed
    wire = Wire()
    changed = here.publish(rows(7, nom=["corrigé"] * 7).slice(1), wire=wire)
    assert "datastore_upsert" in wire.writes
    assert [one.id for one in changed.resources] == [one.id for one in report.resources]
    assert [row["nom"] for row in here.table(here.package()["resources"][0])] == ["corrigé"] * 6
    here.publish(rows(6), here.dataset(licence="other-at", access={"level": "same_organization"}))
    assert here.status("package_show", id=here.slug) == 403
    again = Wire()
    assert here.publish(rows(6), wire=again).nothing_new
    assert again.writes == []


@pytest.mark.sandbox
@pytest.mark.thorough
def test_moments_that_it_says_to_the_second_are_read_back(here: Bench) -> None:
    fields = [{"name": "heure", "type": "datetime"}, {"name": "code", "type": "string"}]
    columns = {field["name"]: "publish" for field in fields}
    dataset = here.dataset(columns=columns, fields=fields, key=["heure"])
    table = pa.table({"heure": pa.array(MOMENTS, pa.timestamp("us")), "code": list("abcd")})
    here.publish(table, dataset)
    report = here.publish(table.slice(1))
    assert "charger la table interrogeable" not in report.writes
    (resource,) = here.package()["resources"]
    assert [row["code"] for row in here.table(resource)] == ["b", "c", "d"]


@pytest.mark.parametrize(
    "written, others",
    [
        (["2026-01-01T00:00:00", "2026-01-01T09:00:00"], 1),
        (["2026-01-01T00:00:00.987", "2026-01-01T01:00:00.986"], 1),
        (["2026-01-01T00:00:00.987", "2026-01-01T01:00:00.987"], 0),
    ],
)
def test_keys_are_compared_as_far_as_the_platform_tells_them(
    tmp_path: Path, written: list[str], others: int
) -> None:
    store = Store((tmp_path / "store").as_uri())
    with store.open_scratch_folder() as scratch:
        pq.write_table(pa.table({"heure": pa.array(MOMENTS, pa.timestamp("us"))}), scratch / "a.parquet")
        kept = store.store_parquet_by_sha256(
            scratch / "a.parquet", dataset="jeu", run="", stage="valid", rows=4, window=None
        )
    ours = RevisionRows(store, ("heure",), ("heure",), (kept.key,))
    found = list(ours.find_keys_absent_from_revision([[{"heure": moment} for moment in written]]))
    assert sum(map(len, found)) == others


def test_a_moment_is_equal_to_what_is_said_of_it() -> None:
    kinds = {"heure": "timestamp", "valeur": "numeric"}
    assert (
        adapt_kinds_to_timestamp_precision([{"heure": "2026-01-01T00:00:00", "valeur": 0.5}], kinds)["heure"]
        == SECONDS
    )
    assert adapt_kinds_to_timestamp_precision([{"heure": "2026-01-01T00:00:00.000"}], kinds) == kinds
    assert normalise_cell_for_comparison("2026-01-01T00:00:00.987", SECONDS) == normalise_cell_for_comparison(
        "2026-01-01T00:00:00", SECONDS
    )
    assert normalise_cell_for_comparison(
        "2026-01-01T00:00:00.987", "timestamp"
    ) != normalise_cell_for_comparison("2026-01-01T00:00:00", "timestamp")


@pytest.mark.parametrize(
    "ours, theirs, kind",
    [
        (-0.0, 0, "numeric"),
        (0.0, Decimal("0.00"), "numeric"),
        (1.0, 1, "numeric"),
        (1e300, Decimal("1e300"), "numeric"),
        ("99999999999999999999.99", Decimal("99999999999999999999.99"), "numeric"),
        ("nan", "NaN", "numeric"),
        ("01:02:03.500000", "01:02:03.5", "time"),
        ("01:02:03", "01:02:03", "time"),
    ],
)
def test_a_cell_is_equal_to_what_the_platform_writes_of_it(ours: object, theirs: object, kind: str) -> None:
    assert normalise_cell_for_comparison(ours, kind) == normalise_cell_for_comparison(theirs, kind)


def test_each_ckan_has_its_own_place_and_no_other_is_made_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AQUEDUC_SANDBOX_CKAN", raising=False)
    assert portal.folder(tmp_path).name == "region"
    monkeypatch.setenv("AQUEDUC_SANDBOX_CKAN", "2.11")
    assert portal.folder(tmp_path).name == "region-2.11"
    monkeypatch.setenv("AQUEDUC_SANDBOX_CKAN", "1.8")
    with pytest.raises(SandboxError, match=r"choose one of 2\.12, 2\.11"):
        portal.folder(tmp_path)
