"""What is shown of a run while it goes on: on a terminal, once it is long, and never a cell."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from aqueduc.cli.progress import format_report_counts, open_run_progress
from aqueduc.language import use_language
from tests.cli.office import Office, nobody_in, open_office, people
from tests.cli.test_cli_preview import on_a_terminal
from tests.making import extract_report
from tests.waiting import eventually

STAGES = ("extract", "anonymise")


class Screen:
    """A terminal of its own, and what was written on it."""

    def __init__(self) -> None:
        self._master, slave = os.openpty()
        self.stream = os.fdopen(slave, "w")
        self.text = ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while block := os.read(self._master, 65_536):
            self.text += block.decode()


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Screen]:
    """Makes the standard error a terminal: in the test, since what captures it comes back after the set-up."""

    def opened() -> Screen:
        made = Screen()
        monkeypatch.setattr(sys, "stderr", made.stream)
        monkeypatch.setenv("TERM", "xterm")
        return made

    return opened


def test_lines_that_could_not_be_cut_into_cells_were_read_too() -> None:
    said = format_report_counts("extract", extract_report(rows=1_201, rejected=2))
    assert said == "1\u202f203 lignes lues, 2 rejetées"


def test_a_long_run_says_its_stage_its_rows_its_rate_and_how_long(open_screen: Callable[[], Screen]) -> None:
    screen = open_screen()
    said = io.StringIO()
    with open_run_progress(Console(file=said), STAGES, quiet=False, after=0.05) as progress:
        assert progress.row_observer is not None
        progress.row_observer(1_200)
        progress.row_observer(34)
        eventually(lambda: "Extraire · 1\u202f234 lignes lues · " in screen.text)
        assert "lignes par seconde · 0:00:0" in screen.text
        progress.end_stage("extract", extract_report(rows=1_234))
        eventually(lambda: "Anonymiser · 0:00:0" in screen.text)
    assert said.getvalue() == "✓ Extraire : 1\u202f234 lignes lues\n"
    # The line is taken away, and the cursor given back.
    eventually(lambda: screen.text.endswith("\x1b[2K"))
    assert screen.text.rindex("\x1b[?25h") > screen.text.rindex("0:00")


def test_in_the_language_of_the_command(open_screen: Callable[[], Screen]) -> None:
    screen = open_screen()
    with (
        use_language("en"),
        open_run_progress(Console(file=io.StringIO()), STAGES, quiet=True, after=0) as told,
    ):
        assert told.row_observer is not None
        told.row_observer(1)
        eventually(lambda: "Extract · 1 row read · " in screen.text)


def test_a_short_run_shows_nothing(open_screen: Callable[[], Screen]) -> None:
    screen = open_screen()
    with open_run_progress(Console(file=io.StringIO()), STAGES, quiet=False) as progress:
        progress.end_stage("extract", extract_report(rows=3))
    assert screen.text == ""


def test_elsewhere_than_on_a_terminal_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with open_run_progress(Console(file=io.StringIO()), STAGES, quiet=False, after=0) as progress:
        assert progress.row_observer is None
        time.sleep(0.3)
    assert said.getvalue() == ""


def test_a_long_stage_says_how_fast_it_went(
    open_screen: Callable[[], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = open_screen()
    said = Console(file=screen.stream)
    clock = iter((0.0, 12.0, 12.0, 12.0))
    monkeypatch.setattr("aqueduc.cli.progress.time", type("Clock", (), {"monotonic": lambda: next(clock)}))
    with open_run_progress(said, STAGES, quiet=False) as progress:
        progress.end_stage("extract", extract_report(rows=120_000))
    eventually(lambda: "120\u202f000 lignes lues, 10\u202f000 lignes par seconde" in screen.text)


# --- the command, against an API that takes its time ----------------------------------------------------------


@contextmanager
def slow_api(rows: list[dict[str, str]], pages: int, seconds: float) -> Iterator[str]:
    """``rows`` over so many pages, each of which takes so long."""
    size = -(-len(rows) // pages)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(seconds)
            page = int(self.path.partition("page=")[2] or 1)
            more = {"next": f"{url}/demandes?page={page + 1}"} if page < pages else {}
            body = json.dumps({"items": rows[(page - 1) * size : page * size], **more}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield url
        server.shutdown()


def declare_portal(office: Office) -> None:
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text("utf-8"))
    city["platforms"] = {"vitrine": {"type": "portal", "folder": str(office.folder / "vitrine")}}
    city["defaults"]["platform"] = "vitrine"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")


@pytest.mark.end_to_end
def test_a_run_of_more_than_ten_seconds_at_a_terminal(tmp_path: Path) -> None:
    with slow_api(people(), pages=8, seconds=1.8) as url:
        office = open_office(tmp_path, {"AIRFLOW_CONN_API": json.dumps({"conn_type": "http", "host": url})})
        declare_portal(office)
        office.declare(
            source={"http": "api", "path": "demandes", "records": "items", "paging": {"next": "next"}}
        )
        code, screen = on_a_terminal(office, "run", "jeu")
    assert code == 0, screen
    assert "Extraire · 30 lignes lues · " in screen
    assert "ligne par seconde" in screen or "lignes par seconde" in screen
    assert "Extraire · 5 lignes lues" not in screen, "nothing in the first ten seconds"
    assert "✓ Certifier" in screen.replace("\x1b[32m", "").replace("\x1b[0m", "")
    assert nobody_in(screen)
