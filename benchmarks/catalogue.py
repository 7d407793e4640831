"""What the catalogue of Airflow's page costs with 1,000 datasets and a year of history on a store behind S3: its
index as a new api-server reads it and as one that runs does, its answers over HTTP, and its first paint in Chromium.
Airflow's own queries are not in it.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from aqueduc.overview import JUST_NOW, TREND, OverviewReader, compact_overview, update_overview_row
from aqueduc.store import Store
from benchmarks.frame import Row, measured

DATASETS = 1_000
BUCKET = "s3://donnees/store"
ASKED = 7
DAYS = 365
CHROMIUM = shutil.which("chromium")


def run(size: int = DATASETS) -> list[Row]:
    from tests.publish.servers import bucket

    with (
        tempfile.TemporaryDirectory() as folder,
        bucket(Path(folder, "buckets"), Path(folder, "rclone")) as options,
    ):
        Path(folder, "buckets", "donnees").mkdir(exist_ok=True)
        fill(Path(folder, "buckets", "donnees", "store"), size)
        time.sleep(JUST_NOW.total_seconds())
        found = measured(read, options, 1).row("catalogue, the first page of a server", rows=size)
        compact_overview(Store(BUCKET, options))
        rows = [
            found,
            *(
                measured(read, options, times).row(f"catalogue, {what}", rows=size)
                for what, times in (("the same after a morning's look", 1), ("and ten more", 11))
            ),
        ]
        asked = measured(ask, options, size)
        return [
            *rows,
            *(
                Row(f"catalogue, {what}", seconds, size, asked.peak_mb, cpu=cpu)
                for what, seconds, cpu in asked.result
            ),
        ]


def fill(folder: Path, size: int) -> None:
    """As runs leave it: a row a dataset, and a year of a daily ledger; straight onto the disk of the server."""
    store = Store(folder.as_uri())
    for rank in range(size):
        update_overview_row(
            store,
            f"jeu-{rank}",
            title=f"Jeu n° {rank}",
            owner="Direction des essais",
            state="published",
            published_at="2026-03-01T10:00:00+00:00",
            rows=1_000 + rank,
            trend=tuple(range(TREND)),
        )
        ledger = folder / "datasets" / f"jeu-{rank}" / "ledger"
        ledger.mkdir(parents=True)
        for day in range(DAYS if rank < ASKED else 1):
            moment = f"2026{1 + day // 31:02}{1 + day % 31:02}T000000Z"
            (ledger / f"{moment}-essai.json").write_text(ENTRY, encoding="utf-8")


ENTRY = '{"kind": "unchanged", "run": "essai", "at": "2026-03-01T10:00:00+00:00", "lecture": []}'


def read(options: dict[str, Any], times: int) -> int:
    reader = OverviewReader(Store(BUCKET, options))
    return sum(len(reader.read()) for _time in range(times))


def ask(options: dict[str, Any], size: int) -> list[tuple[str, float, float]]:
    """Over HTTP, by a server that runs: the data, the page, a dataset's page; then the page in a browser. What
    was asked for, the seconds that an answer took, and of CPU, the client's included."""
    with serve(Store(BUCKET, options), [f"jeu-{rank}" for rank in range(size)]) as url:
        httpx.get(f"{url}/catalogue.json", timeout=60)
        found = [
            (what, *time_call(partial(fetch, f"{url}{path}")))
            for what, path in (
                ("its data over HTTP", "/catalogue.json"),
                ("its page over HTTP", "/"),
                ("a dataset's page, a year of history", "/jeu/jeu-0"),
            )
        ]
        return [*found, ("first paint in Chromium", *paint(url))] if CHROMIUM else found


def fetch(url: str) -> None:
    httpx.get(url, timeout=60).raise_for_status()


def time_call(call: Callable[[], float | None]) -> tuple[float, float]:
    """Medians of the seconds of wall, or what ``call`` says instead, and of CPU."""
    found = []
    for _time in range(ASKED):
        start, start_cpu = time.perf_counter(), time.process_time()
        said = call()
        found.append((said or time.perf_counter() - start, time.process_time() - start_cpu))
    return median(one for one, _cpu in found), median(cpu for _one, cpu in found)


def paint(url: str) -> tuple[float, float]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            return time_call(partial(read_first_paint, browser, f"{url}/"))
        finally:
            browser.close()


def read_first_paint(browser: Any, url: str) -> float:
    """Seconds from the request to the first text on the screen, as the browser itself counts them."""
    page = browser.new_page()
    page.goto(url)
    # A busy browser loads a page before it paints it.
    entries: list[float] = []
    while not entries:
        page.wait_for_timeout(50)
        entries = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint').map((one) => one.startTime)"
        )
    page.close()
    return entries[0] / 1000


@contextmanager
def serve(store: Store, names: list[str]) -> Iterator[str]:
    """The pages without Airflow: everybody may read all of ``names``."""
    import uvicorn
    from airflow.api_fastapi.core_api.security import get_user

    from aqueduc_airflow.pages import app as pages
    from aqueduc_airflow.pages.airflow_runs import DagFacts

    dags = {name: DagFacts(name, f"Jeu {name}", False, None, "success", "essai") for name in names}
    vars(pages).update(
        _open_only_city_store=lambda: store,
        requires_authenticated=lambda: lambda: None,
        list_readable_dags=lambda _user, dag=None: dags if dag is None else {dag: dags[dag]},
        list_pending_questions=lambda _dataset: (),
        list_allowed_actions=lambda *_asked: [],
    )
    app = pages.build_app()
    app.dependency_overrides[get_user] = lambda: None
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
