"""What the demonstration says of a run: read from the ledger, and shown in any width."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from rich.console import Console

from aqueduc.certify.ledger import append_ledger_entry
from sandbox import __main__ as command
from sandbox.demo_display import Display, failures_of, table_of
from sandbox.demo_results import Result, result_of
from sandbox.demo_runs import Failure, Progress, last_windows
from tests.making import Desk

RUN = "manual__2026-03-10T08:00:00+00:00"


def ended(town: Desk, *, state: str = "success", runs: tuple[str, ...] = (RUN,)) -> Progress:
    return Progress(town.dataset(), runs, states=dict.fromkeys(runs, state), seconds=3.0)


def certified(town: Desk, run: str = RUN, window: list[str] | None = None, published: int = 90) -> None:
    store, at = (
        town.place.store,
        datetime(2026, 3, 10, 8, 0, len(town.place.store.list_ledger_entry_keys("jeu")), tzinfo=UTC),
    )
    balance = {"extracted": 100, "published": published, "rejected": 4, "suppressed": 6}
    entry = {"kind": "certificate", "run": run, "window": window, "balance": balance, "smallest_class": 5}
    key, _ = append_ledger_entry(store, "jeu", run, at, entry)
    parts = (store.read_current_revision_pointer("jeu") or {"parts": []})["parts"]
    pointer = {
        "certificate": key,
        "record_url": "https://portail.example/dataset/jeu",
        "parts": [*parts, {"window": window}],
    }
    store.write_current_revision_pointer("jeu", pointer)


def test_a_certified_run_is_published(town: Desk) -> None:
    certified(town)
    found = result_of(town.place.store, ended(town))
    assert (found.published, found.unchanged) == (True, False)
    assert (found.rows_in, found.rows_out, found.rejected, found.suppressed) == (100, 90, 4, 6)
    assert (found.smallest_class, found.url) == (5, "https://portail.example/dataset/jeu")


def test_an_older_certificate_is_not_that_of_this_run(town: Desk) -> None:
    certified(town, run="manual__2026-03-09T08:00:00+00:00")
    assert result_of(town.place.store, ended(town)).published is False


def test_a_failed_run_is_not_published_whatever_the_ledger_says(town: Desk) -> None:
    certified(town)
    assert result_of(town.place.store, ended(town, state="failed")).published is False


def test_nothing_at_all_is_not_published(town: Desk) -> None:
    found = result_of(town.place.store, ended(town))
    assert (found.published, found.rows_out, found.smallest_class, found.url) == (False, 0, None, "")


def test_an_unchanged_source_is_published_by_an_earlier_certificate(town: Desk) -> None:
    certified(town, run="manual__2026-03-09T08:00:00+00:00")
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    append_ledger_entry(town.place.store, "jeu", RUN, at, {"kind": "unchanged", "run": RUN})
    found = result_of(town.place.store, ended(town))
    assert (found.published, found.unchanged, found.rows_out) == (True, True, 90)


def test_windows_add_up(town: Desk) -> None:
    january, february = ["2026-01-01", "2026-02-01"], ["2026-02-01", "2026-03-01"]
    certified(town, "un", january)
    certified(town, "deux", february)
    certified(town, "un-encore", january, published=80)
    found = result_of(town.place.store, ended(town, runs=("un", "deux")))
    assert (found.rows_in, found.rows_out) == (200, 170)


def test_the_last_windows_touch_and_are_over(town: Desk) -> None:
    parameters = {"debut": "{window_start}", "fin": "{window_end}"}
    source = {"http": "mobilite", "path": "/comptages", "parameters": parameters}
    for cadence, count in (("hourly", 6), ("monthly", 3)):
        windows = last_windows(town.dataset(cadence=cadence, source=source), town.city)
        assert len(windows) == count
        assert all(one.end == following.start for one, following in pairwise(windows))
        assert windows[-1].end <= datetime.now(UTC)


@pytest.mark.parametrize("width", [60, 80, 100, 140, 200])
def test_every_width_shows_every_address_whole(town: Desk, width: int) -> None:
    url = "https://portail.example/dataset/" + "jeu-au-nom-assez-long"
    result = Result(town.dataset(), True, False, 200_000, 195_000, 300, 4_700, 5, url, 3.0)
    shown = printed(table_of([result], width), width)
    assert url in shown.replace("\n", "")
    assert "jeu" in shown


def test_a_log_is_told_once_of_each_end(town: Desk) -> None:
    console = Console(file=io.StringIO(), width=200)
    display, progress = Display(console), ended(town)
    for _ in range(3):
        display.watch([progress])
    assert console.file.getvalue().splitlines() == ["  jeu : réussi"]  # type: ignore[attr-defined]


def test_a_failure_is_told_with_its_place(town: Desk) -> None:
    failure = Failure(RUN, "extract", "[source] La base ne répond pas.", "http://127.0.0.1:1/dags/jeu")
    shown = printed(failures_of(ended(town, state="failed"), [failure, failure]), 200)
    assert "jeu, tâche « Extraire »" in shown
    assert "La base ne répond pas" in shown
    assert "http://127.0.0.1:1/dags/jeu" in shown
    assert "1 autre échec" in shown


def test_the_command_reads_the_makefiles_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONCE", "1")
    monkeypatch.setenv("SCALE", "50")
    options = command._parser().parse_args(["demo"])
    assert (options.once, options.scale) == (True, 50.0)
    monkeypatch.setenv("ONCE", "0")
    assert command._parser().parse_args(["demo"]).once is False


def printed(what: Any, width: int) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(what)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]
