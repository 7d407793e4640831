"""Identical input twice: a proxy between the city and the platform counts no write the second time."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.region import Region
from tests.publish.publishing import Bench, bench, beside, elsewhere, rows, serving
from tests.publish.test_publish_outlet import web, with_outlet

pytestmark = pytest.mark.sandbox

_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})


class Proxy(ThreadingHTTPServer):
    """Forwards everything to ``target`` (host:port) and counts requests by method."""

    target: str
    seen: Counter[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Forward(BaseHTTPRequestHandler):
    server: Proxy

    def forward(self) -> None:
        self.server.seen[self.command] += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        away = http.client.HTTPConnection(self.server.target, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name.casefold() not in _HOP}
        away.request(self.command, self.path, body, kept)
        answer = away.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.casefold() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        away.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward  # noqa: N815

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def proxy(region: Region) -> Iterator[Proxy]:
    server = Proxy(("127.0.0.1", 0), Forward)
    server.target, server.seen = urlsplit(region.url).netloc, Counter()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        yield made


EVERYTHING: dict[str, Any] = {"mode": "upload", "formats": ["csv", "parquet", "xlsx"]}


@pytest.mark.parametrize(
    "declared",
    [
        {"publish": EVERYTHING},
        {"publish": {**EVERYTHING, "split": {"by": "nom", "per": "value"}}},
        {"publish": EVERYTHING, "key": []},
        {"publish": EVERYTHING, "licence": "other-at", "access": {"level": "same_organization"}},
    ],
    ids=["whole", "split", "keyless", "restricted"],
)
def test_the_second_time_nothing_is_written(here: Bench, proxy: Proxy, declared: dict[str, Any]) -> None:
    through = elsewhere(here, host=proxy.url)
    table = rows(4, nom=["a", "b", "a", None])
    through.publish(table, through.dataset(**declared))
    assert proxy.seen["POST"] >= 5
    proxy.seen.clear()
    assert through.publish(table).nothing_new
    assert set(proxy.seen) == {"GET"}
    assert proxy.seen["GET"] > 5


@pytest.mark.parametrize("way", ["link", "outlet"])
@pytest.mark.parametrize("restricted", [False, True], ids=["open", "restricted"])
def test_nor_is_it_when_the_data_stay_with_the_city(
    here: Bench, proxy: Proxy, tmp_path: Path, way: str, restricted: bool
) -> None:
    declared: dict[str, Any] = {"publish": {"mode": "index", "link": "/lieux"}}
    with serving() as api, web(tmp_path / "www") as server:
        through = replace(elsewhere(here, host=proxy.url), desk=beside(here, api, host=proxy.url))
        with_outlet(through.desk, tmp_path / "www", server.url)
        if way == "outlet":
            declared = {"publish": {"mode": "index", "outlet": "web", "formats": ["csv", "parquet"]}}
        if restricted:
            declared |= {"licence": "other-at", "access": {"level": "same_organization"}}
            api.status, server.closed = 403, True
        source = {"http": "api", "path": "/lieux"}
        dataset = through.dataset(source=source, **declared)
        through.publish(rows(3), dataset)
        assert proxy.seen["POST"] >= 2
        proxy.seen.clear()
        files = {path: path.stat().st_mtime_ns for path in (tmp_path / "www").rglob("*") if path.is_file()}
        assert through.publish(rows(3)).nothing_new
        assert set(proxy.seen) == {"GET"}
        assert files == {p: p.stat().st_mtime_ns for p in (tmp_path / "www").rglob("*") if p.is_file()}
