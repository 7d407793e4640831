"""What the catalogue of Airflow's page costs with 1,000 datasets on a store behind S3: the first page of an
api-server, the next ones, and one after a publication. Airflow's own query for DAGs is not in it.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from aqueduc.overview import JUST_NOW, TREND, OverviewReader, update_overview
from aqueduc.store import Store
from benchmarks.frame import Row, measured

DATASETS = 1_000
BUCKET = "s3://donnees/store"


def run(size: int = DATASETS) -> list[Row]:
    from tests.publish.servers import bucket

    with (
        tempfile.TemporaryDirectory() as folder,
        bucket(Path(folder, "buckets"), Path(folder, "rclone")) as options,
    ):
        Path(folder, "buckets", "donnees").mkdir(exist_ok=True)
        fill(options, size)
        time.sleep(JUST_NOW.total_seconds())
        return [
            measured(read, options, times).row(f"catalogue, {what}", rows=size)
            for what, times in (("the first page of a server", 1), ("the first and ten more", 11))
        ]


def fill(options: dict[str, Any], size: int) -> None:
    store = Store(BUCKET, options)
    for rank in range(size):
        update_overview(
            store,
            f"jeu-{rank}",
            title=f"Jeu n° {rank}",
            owner="Direction des essais",
            state="published",
            published_at="2026-03-01T10:00:00+00:00",
            rows=1_000 + rank,
            trend=tuple(range(TREND)),
        )


def read(options: dict[str, Any], times: int) -> int:
    reader = OverviewReader(Store(BUCKET, options))
    return sum(len(reader.read()) for _time in range(times))
