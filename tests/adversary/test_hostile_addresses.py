"""Server-side request forgery: nobody outside makes a worker ask what only a worker can reach.

The address that a city declares in a connection is its own business, and may well be private. What an answer, a
record or a name server says after that is somebody else's.
"""

from __future__ import annotations

import http.server
import ipaddress
import json
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from aqueduc import http as client_module
from aqueduc.connections import Connection
from aqueduc.errors import PlatformRequestRejection, PlatformUnavailable, SourceAccessRefusal, SourceError
from aqueduc.http import ForbiddenInternalAddress, redirects_from_public_to_private_network
from aqueduc.publish.client import PlatformClient
from aqueduc.sources.client import SourceClient
from aqueduc.sources.national import NationalSchemaCatalogue, download_schema_version
from aqueduc.sources.origin import SourceOrigin
from sandbox import processes
from sandbox.processes import Service, free_port

INSIDE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:10.0.0.5]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://[::1]/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0.0.0.0/",
    "http://10.0.0.5/",
    "http://172.16.0.1/",
    "http://192.168.1.1:8080/admin",
    "http://100.100.100.200/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://api.localhost/",
)
OUTSIDE = ("https://stockage.example/objet", "https://93.184.216.34/f.csv", "https://[2606:4700::1111]/f")
NO_ADDRESS = (
    "file:///etc/passwd",
    "file://ckan.example/etc/passwd",
    "http://0177.0.0.1/",
    "gopher://10.0.0.5/",
    "data:text/plain,x",
    "ftp://10.0.0.5/x",
)
SAID = "n'est pas suivie"


@pytest.mark.parametrize("target", INSIDE)
def test_an_address_inside_is_known_however_it_is_written(target: str) -> None:
    assert redirects_from_public_to_private_network("https://ckan.example/x", target)
    # A city whose platform is itself inside is led from one of its machines to another.
    assert not redirects_from_public_to_private_network("http://10.0.0.4/x", target)


@pytest.mark.parametrize("target", OUTSIDE)
def test_an_address_outside_is_none(target: str) -> None:
    assert not redirects_from_public_to_private_network("https://ckan.example/x", target)


def open_platform(answer: Callable[[httpx.Request], httpx.Response]) -> PlatformClient:
    return PlatformClient(
        Connection("datasud", "ckan", host="https://ckan.example", password="jeton"),
        organisation="ville",
        transport=httpx.MockTransport(answer),
        sleep=lambda _seconds: None,
    )


@pytest.mark.parametrize("target", INSIDE)
def test_a_platform_that_redirects_inside_is_not_followed(target: str) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": target})

    with open_platform(answer) as client, pytest.raises(PlatformRequestRejection, match=SAID) as caught:
        client.hash_served_file("https://ckan.example/f.csv", anonymous=True)
    assert asked == ["https://ckan.example/f.csv"]
    assert "réseau interne" in str(caught.value) and "regarder qui l'a écrite" in str(caught.value)


@pytest.mark.parametrize("target", INSIDE)
def test_a_record_that_says_a_file_is_inside_is_not_asked_for_it(target: str, tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, content=b"secret")

    with open_platform(answer) as client, (tmp_path / "f").open("wb") as file:
        for read in (
            lambda: client.hash_served_file(target, anonymous=True),
            lambda: client.read_first_bytes(target, anonymous=False, limit=100),
            lambda: client.read_byte_range(target, 0, 10, anonymous=True),
            lambda: client.download_file(target, file, limit=100),
        ):
            with pytest.raises(PlatformRequestRejection, match=SAID):
                read()
    assert asked == []


@pytest.mark.parametrize("target", NO_ADDRESS)
def test_what_is_no_address_of_the_web_is_neither(target: str) -> None:
    """httpx opens http and https only; nothing of a disk is read."""

    class Redirecting(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.scheme == "https":
                return httpx.Response(302, headers={"Location": target})
            return super().handle_request(request)

    connection = Connection("datasud", "ckan", host="https://ckan.example")
    for address in (target, "https://ckan.example/f.csv"):
        with (
            PlatformClient(
                connection, organisation="ville", transport=Redirecting(), sleep=lambda _seconds: None
            ) as platform,
            pytest.raises((PlatformUnavailable, PlatformRequestRejection)),
        ):
            platform.hash_served_file(address, anonymous=True)


def test_the_catalogue_of_schemas_leads_to_no_machine_inside(tmp_path: Path) -> None:
    for target in INSIDE:
        found = NationalSchemaCatalogue("https://schema.example/schemas.json", {"a/b": {"1.0.0": target}}, {})
        with pytest.raises(SourceAccessRefusal, match=SAID):
            download_schema_version(found, "a/b", "1.0.0", tmp_path)


# --- what a name leads to at the very moment ------------------------------------------------------------------


@dataclass
class Listener:
    """A server that counts the requests it received."""

    port: int = 0
    requests: list[str] = field(default_factory=list)


@contextmanager
def listening(redirection: str = "") -> Iterator[Listener]:
    """``redirection``: where it sends whoever asks."""
    found = Listener()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.requests.append(self.path)
            data = json.dumps([{"id": 1}]).encode()
            self.send_response(302 if redirection else 200)
            if redirection:
                self.send_header("Location", redirection)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_given: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    found.port = server.server_port
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def metadata(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address of this machine that stands for the one where a cloud tells its secrets."""
    known = client_module._METADATA | {ipaddress.ip_address("127.0.0.2")}
    monkeypatch.setattr(client_module, "_METADATA", known)
    return "127.0.0.2"


def test_a_name_that_changes_between_two_requests_is_refused_before_a_byte_is_sent(
    metadata: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = ["127.0.0.1", metadata]
    real = socket.getaddrinfo

    def resolve(host: str, *given: object, **named: object) -> object:
        return real(answers.pop(0) if host == "api.ville.example" else host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with listening() as server:
        connection = Connection(
            "api", "http", host=f"http://api.ville.example:{server.port}", extra={"trust_env": False}
        )
        origin = SourceOrigin("essai", "http", "api", "x")
        for where in ("avant", "après"):
            with SourceClient(origin, connection) as client:
                if where == "avant":
                    client.download(f"{connection.base_url}/avant", tmp_path / "page")
                    continue
                with pytest.raises(SourceError, match=SAID):
                    client.download(f"{connection.base_url}/apres", tmp_path / "page")
        assert server.requests == ["/avant"]


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "169.254.170.2", "fe80::1%eth0", "::ffff:169.254.169.254"]
)
def test_an_address_where_a_machine_tells_of_itself_is_closed_as_soon_as_it_is_reached(address: str) -> None:
    class Reached:
        closed = False

        def get_extra_info(self, name: str) -> object:
            assert name == "server_addr"
            return (address, 80)

        def close(self) -> None:
            self.closed = True

    reached = Reached()
    with pytest.raises(ForbiddenInternalAddress):
        client_module._refuse_connected_metadata_address(
            "connection.connect_tcp.complete", {"return_value": reached}
        )
    assert reached.closed


def test_a_connection_to_an_ordinary_machine_of_the_city_is_opened(tmp_path: Path) -> None:
    with listening() as server:
        connection = Connection(
            "api", "http", host=f"http://127.0.0.1:{server.port}", extra={"trust_env": False}
        )
        with SourceClient(SourceOrigin("essai", "http", "api", "x"), connection) as client:
            client.download(f"{connection.base_url}/x", tmp_path / "page")
    assert server.requests == ["/x"]


# --- behind a proxy: it makes the connection, and looks names up by itself -----------------------------------------------

TINYPROXY = shutil.which("tinyproxy", path=f"{os.defpath}:/usr/sbin")


@contextmanager
def open_proxy(folder: Path, patch: pytest.MonkeyPatch, upstream: int = 0) -> Iterator[Path]:
    """A real one, by which all goes; its log of what it was asked. ``upstream``: the port of the one that it asks itself."""
    if TINYPROXY is None:
        pytest.skip("no tinyproxy on this machine")
    port, log = free_port(), folder / "proxy.log"
    lines = [
        f"Port {port}",
        "Listen 127.0.0.1",
        "Timeout 20",
        "MaxClients 9",
        f'LogFile "{log}"',
        "LogLevel Connect",
    ]
    lines += [f"Upstream http 127.0.0.1:{upstream}"] if upstream else []
    (folder / "proxy.conf").write_text("\n".join([*lines, ""]), "utf-8")
    service = Service("tinyproxy", folder)
    command = [TINYPROXY, "-d", "-c", str(folder / "proxy.conf")]
    processes.start(service, command, healthy=lambda: processes.listening(port))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        patch.setenv(name, f"http://127.0.0.1:{port}")
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        patch.delenv(name, raising=False)
    try:
        yield log
    finally:
        processes.stop(service)


@pytest.fixture
def proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with open_proxy(tmp_path, monkeypatch) as log:
        yield log


def ask_by(url: str, target: Path) -> None:
    connection = Connection("api", "http", host=url)
    with SourceClient(SourceOrigin("essai", "http", "api", "x"), connection) as client:
        client.download(f"{connection.base_url}/x", target)


def test_a_proxy_is_asked_for_an_ordinary_machine(proxy: Path, tmp_path: Path) -> None:
    with listening() as server:
        ask_by(f"http://127.0.0.1:{server.port}", tmp_path / "page")
    assert server.requests == ["/x"]
    assert "Request (" in proxy.read_text("utf-8")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_not_asked_for_what_a_machine_tells_of_itself(
    proxy: Path, metadata: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """By its number in whatever form, or by a name that leads to it."""
    real = socket.getaddrinfo

    def resolve(host: str, *given: object, **named: object) -> object:
        return real(metadata if host == "api.ville.example" else host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with listening() as server:
        for host in (metadata, "api.ville.example", "0x7f000002", "[::ffff:127.0.0.2]"):
            with pytest.raises(SourceError, match=SAID):
                ask_by(f"{scheme}://{host}:{server.port}", tmp_path / "page")
    assert server.requests == []
    assert "Request (" not in proxy.read_text("utf-8")


def test_a_redirection_inside_is_not_followed_behind_a_proxy_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a name that the proxy alone looks up."""
    for target in INSIDE:
        with (
            listening(target) as outside,
            open_proxy(tmp_path, monkeypatch, outside.port) as log,
            PlatformClient(
                Connection("datasud", "ckan", host="http://ckan.invalid"), organisation="v"
            ) as client,
        ):
            with pytest.raises(PlatformRequestRejection, match=SAID):
                client.hash_served_file("http://ckan.invalid/f.csv", anonymous=True)
            assert outside.requests == ["http://ckan.invalid:80/f.csv"]
            assert "ckan.invalid" in log.read_text("utf-8")
