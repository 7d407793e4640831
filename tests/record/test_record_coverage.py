"""Where and when a revision is about, computed from its rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aqueduc.record import DataCoverage
from aqueduc.record.coverage import measure_spatial_temporal_coverage
from aqueduc.store import Window
from tests.making import Desk, desk

PARIS = ZoneInfo("Europe/Paris")
MARCH = Window(datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC))


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def covered(
    here: Desk, root: Path, columns: dict[str, Any], fields: list[dict[str, Any]], **more: Any
) -> DataCoverage:
    windows = more.pop("windows", [None])
    rules = {field["name"]: "publish" for field in fields}
    dataset = here.dataset(columns=more.pop("rules", rules), fields=fields, **more)
    path = root / "valid.parquet"
    pq.write_table(pa.table(columns), path)
    return measure_spatial_temporal_coverage(dataset, [path], windows, PARIS, root)


def test_the_hull_of_the_positions(here: Desk, tmp_path: Path) -> None:
    fields = [{"name": "lon", "type": "number"}, {"name": "lat", "type": "number"}]
    columns = {"lon": [5.4, None, float("nan"), 5.3], "lat": [43.5, 43.7, 43.8, 43.6]}
    geometry = {"longitude": "lon", "latitude": "lat"}
    found = covered(here, tmp_path, columns, fields, geometry=geometry)
    assert found.bbox == (5.3, 43.5, 5.4, 43.6)


def test_one_place_has_a_surface_all_the_same(here: Desk, tmp_path: Path) -> None:
    fields = [{"name": "lon", "type": "number"}, {"name": "lat", "type": "number"}]
    found = covered(
        here,
        tmp_path,
        {"lon": [5.4], "lat": [43.5]},
        fields,
        geometry={"longitude": "lon", "latitude": "lat"},
    )
    assert found.bbox == (5.4, 43.5, 5.400001, 43.500001)


def test_what_has_neither_place_nor_date_is_asked_nothing(
    here: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aqueduc.record.coverage.open_duckdb", None)
    found = covered(here, tmp_path, {"n": [1]}, [{"name": "n", "type": "integer"}], windows=[MARCH])
    assert (found.bbox, found.temporal) == (None, (date(2026, 3, 1), date(2026, 3, 31)))


def test_no_place_is_none(here: Desk, tmp_path: Path) -> None:
    fields = [{"name": "lon", "type": "number"}, {"name": "lat", "type": "number"}]
    columns = {"lon": pa.array([None], pa.float64()), "lat": pa.array([None], pa.float64())}
    geometry = {"longitude": "lon", "latitude": "lat"}
    assert covered(here, tmp_path, columns, fields, geometry=geometry).bbox is None


@pytest.mark.parametrize(
    "kind, values, first, last",
    [
        ("date", pa.array([date(2024, 5, 6), None, date(2023, 1, 2)]), "2023-01-02", "2024-05-06"),
        (
            "datetime",
            pa.array([datetime(2024, 5, 6, 7), datetime(2023, 1, 2, 23)]),
            "2023-01-02",
            "2024-05-06",
        ),
        ("year", pa.array([2024, 2019, None], pa.int32()), "2019-01-01", "2024-12-31"),
        ("yearmonth", pa.array(["2024-02", "2023-11"]), "2023-11-01", "2024-02-29"),
        ("yearmonth", pa.array([None], pa.string()), "", ""),
    ],
)
def test_the_only_column_of_dates(
    here: Desk, tmp_path: Path, kind: str, values: pa.Array, first: str, last: str
) -> None:
    found = covered(here, tmp_path, {"quand": values}, [{"name": "quand", "type": kind}])
    assert found.temporal == ((date.fromisoformat(first), date.fromisoformat(last)) if first else None)


@pytest.mark.parametrize(
    "unit, values, first, last",
    [
        ("year", ["2024", "2019"], "2019-01-01", "2024-12-31"),
        ("quarter", ["2024-T1", "2023-T4"], "2023-10-01", "2024-03-31"),
        ("month", ["2023-02", "2023-01"], "2023-01-01", "2023-02-28"),
    ],
)
def test_a_date_that_was_generalised(
    here: Desk, tmp_path: Path, unit: str, values: list[str], first: str, last: str
) -> None:
    found = covered(
        here, tmp_path, {"quand": values}, [{"name": "quand"}], rules={"quand": {"generalise": unit}}
    )
    assert found.temporal == (date.fromisoformat(first), date.fromisoformat(last))


def test_of_two_columns_of_dates_the_one_that_splits(here: Desk, tmp_path: Path) -> None:
    fields = [{"name": "depot", "type": "date"}, {"name": "decision", "type": "date"}]
    columns = {"depot": [date(2024, 1, 2)], "decision": [date(2025, 3, 4)]}
    assert covered(here, tmp_path, columns, fields).temporal is None
    split = {"mode": "upload", "split": {"by": "depot", "per": "year"}}
    found = covered(here, tmp_path, columns, fields, publish=split)
    assert found.temporal == (date(2024, 1, 2), date(2024, 1, 2))


def test_windows_cover_the_days_of_the_city(here: Desk, tmp_path: Path) -> None:
    found = covered(here, tmp_path, {"nom": ["x"]}, [{"name": "nom"}], windows=[MARCH])
    assert found.temporal == (date(2026, 3, 1), date(2026, 3, 31))


def test_what_is_no_date_is_not_claimed(here: Desk, tmp_path: Path) -> None:
    assert (
        covered(here, tmp_path, {"quand": ["9999-99"]}, [{"name": "quand", "type": "yearmonth"}]).temporal
        is None
    )
    assert covered(here, tmp_path, {"nom": ["x"]}, [{"name": "nom"}]) == DataCoverage()
