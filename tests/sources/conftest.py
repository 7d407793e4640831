"""A house of its own for each test: a city's folder, a vault, a store, and sources that are real."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration.loader import load_city, load_dataset
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import AqueducError
from aqueduc.run import Run, Workspace
from aqueduc.sources.adapter import (
    ExtractRequest,
    ExtractResult,
    RowsSinceFilter,
    find_source_connection,
    load_adapter,
)
from aqueduc.sources.report import ExtractStageOutcome
from aqueduc.sources.stage import extract_source
from aqueduc.store import Store, Vault, Window, open_verified_file
from sandbox import postgres
from tests.places import open_folder

CANARY = "Canari-Zoé-0612345678"

CITY = {
    "name": "Ville d'essai",
    "organisation": "ville-essai",
    "siren": "211300017",
    "insee": "13001",
    "bbox": [5.2, 43.4, 5.6, 43.7],
    "convention": {"partner": "Région", "notified": "2026-01-01", "project_lead": "direction@region.example"},
    "platforms": {"datasud": {"type": "ckan", "connection": "datasud"}},
    "defaults": {"licence": "lov2", "contact": "opendata@example.org", "platform": "datasud"},
}


@dataclass
class House:
    """Where a test declares, extracts and looks at what came out."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("datasets", "schemas", "sql"):
            (self.include / name).mkdir(parents=True)
        self.city()
        self.drop.mkdir()
        self.connect("depot", conn_type="fs", extra={"path": str(self.drop)})

    @property
    def include(self) -> Path:
        return self.folder / "include"

    @property
    def drop(self) -> Path:
        return self.folder / "depot"

    @property
    def place(self) -> Workspace:
        return Workspace(
            include=self.include,
            store=Store((self.folder / "store").as_uri()),
            vault=Vault((self.folder / "vault").as_uri()),
            connections=EnvironmentConnections(self.variables),
        )

    def city(self, **changes: Any) -> None:
        (self.include / "city.yaml").write_text(yaml.safe_dump({**CITY, **changes}, allow_unicode=True))

    def connect(self, identifier: str, **settings: Any) -> None:
        self.variables[f"AIRFLOW_CONN_{identifier.upper()}"] = json.dumps(settings)

    def declare(
        self,
        source: Mapping[str, Any],
        columns: Mapping[str, Any],
        *,
        types: Mapping[str, str] | None = None,
        sql: str | None = None,
        **more: Any,
    ) -> Dataset:
        """The dataset ``essai``; ``types`` gives the published fields that are not strings."""
        names = [
            rule.get("as", name) if isinstance(rule, dict) else name
            for name, rule in columns.items()
            if rule != "drop"
        ]
        fields = [{"name": name, "type": (types or {}).get(name, "string")} for name in names]
        (self.include / "schemas/essai.json").write_text(json.dumps({"fields": fields}))
        if sql is not None:
            (self.include / "sql/essai.sql").write_text(sql)
        declaration = {
            "title": "Essai",
            "description": "Un jeu d'essai.",
            "owner": "Direction",
            "theme": "REGI",
            "cadence": "daily",
            "source": dict(source),
            "columns": dict(columns),
            "schema": "schemas/essai.json",
            "publish": {"mode": "upload"},
            **more,
        }
        path = self.include / "datasets/essai.yaml"
        path.write_text(yaml.safe_dump(declaration, allow_unicode=True, sort_keys=False))
        return load_dataset(path, load_city(self.include))

    def extract(self, dataset: Dataset, run: str = "r1", **more: Any) -> ExtractStageOutcome:
        return extract_source(dataset, Run(dataset.id, run, **more), self.place)

    def read_since(
        self,
        dataset: Dataset,
        moment: str,
        sql_type: str,
        *types: tuple[str, str],
        timezone: str = "Europe/Paris",
    ) -> tuple[ExtractResult, list[tuple[Any, ...]]]:
        """What the adapter gives of the rows whose column of the watermark, of ``sql_type``, is at ``moment`` or later."""
        watermark = dataset.source.watermark
        assert watermark is not None
        target = self.folder / "since.parquet"
        request = ExtractRequest(
            dataset=dataset,
            connection=find_source_connection(dataset.source, self.place.connections),
            window=None,
            timezone=timezone,
            etag=None,
            scratch=self.folder,
            target=target,
            since=RowsSinceFilter(watermark.column, moment, ((watermark.column, sql_type), *types)),
        )
        result = load_adapter(dataset.source).extract(request, dataset.source)
        assert result is not None
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            rows = con.execute("SELECT * EXCLUDE (__line) FROM read_parquet(?)", [str(target)]).fetchall()
        return result, rows

    def fails(self, kind: type[AqueducError], dataset: Dataset, *, exact: bool = True, **more: Any) -> str:
        """The message of an extraction that must fail; nothing in it, nor behind it, may be a cell."""
        kept = self.in_vault()
        with pytest.raises(kind) as caught:
            self.extract(dataset, **more)
        assert self.in_vault() == kept
        assert type(caught.value) is kind or not exact
        return self.message(caught.value)

    def message(self, error: AqueducError) -> str:
        """What an operator reads, once proved complete and silent about the data."""
        text = "".join(traceback.format_exception(error)) + repr(error)
        assert CANARY not in text
        assert error.__context__ is None or error.__suppress_context__
        assert "\n  Où : " in str(error) or error.code == "declaration"
        assert "\n  Que faire : " in str(error) or error.code == "declaration"
        return str(error)

    def in_vault(self) -> set[Path]:
        """Every file of the vault, scratch included."""
        return {path for path in (self.folder / "vault").rglob("*") if path.is_file()}

    def table(self, extraction: ExtractStageOutcome) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Column names and rows, in the order of the file."""
        assert extraction.handle is not None
        with open_verified_file(self.place.vault, extraction.handle) as path, duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            found = con.execute("SELECT * FROM read_parquet(?)", [str(path)])
            return [column[0] for column in found.description], found.fetchall()

    def rows(self, extraction: ExtractStageOutcome) -> list[tuple[Any, ...]]:
        return self.table(extraction)[1]

    def commit(self, dataset: Dataset, *windows: Window | None, sha256: str = "0" * 64) -> None:
        parts = [
            {"window": window.to_json() if window else None, "object": sha256, "sha256": sha256, "rows": 1}
            for window in windows
        ]
        self.place.store.write_current_revision_pointer(dataset.id, {"parts": parts})


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture(scope="session")
def canary() -> str:
    return CANARY


@pytest.fixture(autouse=True)
def _silent_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does, no log line holds a cell."""
    caplog.set_level("DEBUG")
    yield
    assert CANARY not in caplog.text


@pytest.fixture
def march() -> Window:
    return Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


# --- a real PostgreSQL -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    with open_folder() as root:
        yield postgres.start(root)
        postgres.stop(root)


# --- a real HTTP server ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """What the server answers once. ``body``: bytes as they are, anything else as JSON; ``cut``: the
    connection is closed after half of it."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Api:
    """Replies by path, in turn, the last one for ever. ``asked`` are the targets and headers received."""

    url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    answer: Callable[[str, Mapping[str, str]], Reply] | None = None

    def reply(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def next_reply(self, target: str, headers: Mapping[str, str]) -> Reply:
        self.asked.append((target, {name.lower(): value for name, value in headers.items()}))
        if self.answer is not None:
            return self.answer(target, headers)
        queue = self.replies.get(target) or self.replies.get(target.partition("?")[0]) or [Reply(status=404)]
        return queue.pop(0) if len(queue) > 1 else queue[0]


def _handler(api: Api) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            api.methods.append(self.command)
            reply = api.next_reply(self.path, dict(self.headers))
            if self.command in api.refused:
                reply = Reply(status=405)
            data = reply.data()
            self.send_response_only(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data[: len(data) // 2] if reply.cut else data)
            self.close_connection = reply.cut

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            api.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.do_GET()

        def do_PROPFIND(self) -> None:
            self.do_POST()

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def api() -> Iterator[Api]:
    running = Api()
    with serve_api(running) as running.url:
        yield running


@contextmanager
def serve_api(running: Api, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Its address, encrypted with ``context``."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(running))
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http{'s' if context else ''}://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def reply() -> type[Reply]:
    return Reply
