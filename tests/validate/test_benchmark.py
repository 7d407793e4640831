"""The benchmark's three ways to validate its file agree, at a size that costs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import frame
from benchmarks import validate as bench


def test_the_same_rows_are_rejected_by_all(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(bench, "ROWS", 20_000)
    bench._make(tmp_path / "data.csv", tmp_path / "safe.parquet")
    arguments = (str(tmp_path / "data.csv"), str(tmp_path / "safe.parquet"), str(tmp_path))
    expected = bench.frictionless(*arguments)
    assert expected >= 40
    assert bench.ours_verdicts(*arguments) == bench.ours_stage(*arguments) == expected
    assert bench.ours_from_csv(*arguments) == expected


def test_a_measurement_has_its_own_memory_and_its_result() -> None:
    small = frame.measured(sum, (1, 2, 3))
    assert small.result == 6
    assert 0 < small.peak_mb < 2000


def test_the_table_is_markdown() -> None:
    rows = [frame.Row("ours", 2.0, 1000, 12.0, "5.0 × faster"), frame.Row("a longer name", 10.0)]
    lines = frame.table(rows).splitlines()
    assert lines[2].startswith("| ours          | 1,000 |    2.00 |       |    500 |")
    assert len({len(line) for line in lines}) == 1
