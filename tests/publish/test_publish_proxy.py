"""Identical input twice: a proxy between the city and the platform counts no write the second time."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from aqueduc.publish.inspection import MOST_REQUESTS, detect_differences_and_hide_exposed_records
from sandbox import datagouv as datagouv_of
from sandbox import idgo as idgo_of
from sandbox.door import answering
from sandbox.region import Region
from tests.publish import test_publish_datagouv, test_publish_idgo
from tests.publish.publishing import Bench, bench, beside, elsewhere, rows, serving
from tests.publish.showcase import showcase
from tests.publish.test_publish_outlet import web, with_outlet

pytestmark = pytest.mark.end_to_end

_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})


class Proxy(ThreadingHTTPServer):
    """Forwards everything to ``target`` (host:port) and counts requests by method."""

    target: str
    path: str
    seen: Counter[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{self.path}"


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


@contextmanager
def before(url: str) -> Iterator[Proxy]:
    """A proxy to the server of ``url``, whose path its address keeps."""
    server = Proxy(("127.0.0.1", 0), Forward)
    server.target, server.path, server.seen = urlsplit(url).netloc, urlsplit(url).path, Counter()
    with answering(server):
        yield server


@pytest.fixture
def proxy(region: Region) -> Iterator[Proxy]:
    with before(region.url) as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        yield made


EVERYTHING: dict[str, Any] = {"mode": "upload", "formats": ["csv", "parquet", "xlsx"]}


@pytest.mark.sandbox
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


@pytest.mark.sandbox
@pytest.mark.parametrize("restricted", [False, True], ids=["open", "restricted"])
def test_nor_by_a_look_which_is_short(here: Bench, proxy: Proxy, restricted: bool) -> None:
    """Files are asked for where the platform says that they are, which is not the proxy: two more."""
    through = elsewhere(here, host=proxy.url)
    closed = {"licence": "other-at", "access": {"level": "same_organization"}} if restricted else {}
    dataset = through.dataset(publish={"mode": "upload", "formats": ["csv", "xlsx"]}, **closed)
    through.publish(rows(4), dataset)
    proxy.seen.clear()
    assert not detect_differences_and_hide_exposed_records(
        dataset, through.desk.city, through.run(), through.desk.place
    )
    assert set(proxy.seen) == {"GET"}
    assert proxy.seen["GET"] <= MOST_REQUESTS - 2


@pytest.mark.sandbox
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


WAYS: dict[str, dict[str, Any]] = {
    "upload": {"publish": {"mode": "upload", "formats": ["csv", "xlsx"]}},
    "link": {
        "publish": {"mode": "index", "link": "/lieux"},
        "source": {"http": "api", "path": "/lieux"},
    },
    "outlet": {"publish": {"mode": "index", "outlet": "web", "formats": ["csv", "xlsx"]}},
}


@pytest.mark.sandbox
@pytest.mark.parametrize("way", WAYS)
def test_nor_is_it_through_idgo(tmp_path: Path, region: Region, way: str) -> None:
    """Neither in IDGO nor in the CKAN behind it."""
    with (
        idgo_of.serving(region) as server,
        before(server.url) as line,
        before(region.url) as ckan,
        serving() as api,
        web(tmp_path / "www") as place,
    ):
        made = test_publish_idgo.made_in(tmp_path, region, server, host=line.url, ckan=ckan.url)
        made.desk = test_publish_idgo.with_api(made, api.url)
        with_outlet(made.desk, tmp_path / "www", place.url)
        made.publish(rows(3), made.dataset(**WAYS[way]))
        assert line.seen["POST"] >= 2
        line.seen.clear()
        ckan.seen.clear()
        assert made.publish(rows(3)).nothing_new
        assert (set(line.seen), set(ckan.seen)) == ({"GET"}, {"GET"})


@pytest.mark.parametrize("way", WAYS)
def test_nor_is_it_on_a_udata(tmp_path: Path, way: str) -> None:
    with (
        datagouv_of.serving() as udata,
        before(udata.url) as line,
        serving() as api,
        web(tmp_path / "www") as place,
    ):
        udata.extensions = (*udata.extensions, "xlsx")
        made = test_publish_datagouv.made_in(tmp_path, udata)
        made.desk = test_publish_datagouv.with_api(made, udata, api.url, host=line.url)
        with_outlet(made.desk, tmp_path / "www", place.url)
        made.publish(rows(3), made.dataset(**WAYS[way]))
        assert line.seen["POST"] >= 2
        line.seen.clear()
        assert made.publish(rows(3)).nothing_new
        assert set(line.seen) == {"GET"}


@pytest.mark.parametrize("way", [*WAYS, "split"])
def test_nor_is_any_file_of_a_portal_touched(tmp_path: Path, way: str) -> None:
    """Its only writes are files: no name, date or inode of theirs changes."""
    split = {"publish": {"mode": "upload", "split": {"by": "nom", "per": "value"}}}
    with serving() as api, web(tmp_path / "www") as place:
        connection = {"conn_type": "http", "host": api.url, "login": "u", "password": "secret"}
        here = showcase(tmp_path, None, {"AIRFLOW_CONN_API": json.dumps(connection)})
        with_outlet(here.desk, tmp_path / "www", place.url)
        here.declared = {**WAYS, "split": split}[way]
        here.publish(rows(3))
        stamps = here.stamps()
        assert len(stamps) >= 8
        assert here.publish(rows(3)).nothing_new
        assert here.stamps() == stamps
