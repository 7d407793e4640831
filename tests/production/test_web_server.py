"""The web server of docker-compose.yaml, asked as a visitor asks: the real Caddy, with the very file that it mounts."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ipaddress
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from aqueduc.connections import Connection
from aqueduc.errors import PublicationGateClosed
from aqueduc.publish.client import PlatformClient, PublishableFile
from aqueduc.publish.outlets.outlet import DatasetOutlet, open_dataset_outlet
from aqueduc.store import StoreRoot, compute_file_sha256
from sandbox.processes import Service, free_port, listening, start, stop
from tests.browser import BROWSER, open_browser
from tests.publish.publishing import rows
from tests.publish.showcase import Showcase, showcase
from tests.publish.test_publish_outlet import RESTRICTED

REPOSITORY = Path(__file__).resolve().parents[2]
WEB: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yaml").read_text("utf-8"))["services"][
    "web"
]
CADDYFILE = REPOSITORY / "docker" / "web" / "Caddyfile"
BINARY = str(Path(sys.executable).with_name("caddy"))
# Of the password « entrez », by `caddy hash-password`, with the least work that bcrypt knows.
ACCOUNT = "agent $2a$04$LFrzYavJU7L7UrXLgWuKFO08Vtos4jHmtDvUamP2KKsTEmRFCweGO\n"
PASSWORD = ("agent", "entrez")


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of « localhost » and its key, in PEM; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ville")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "ville.pem", folder / "ville.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pem, private


@dataclass(frozen=True)
class Web:
    """What the server reads, and where visitors ask."""

    root: Path
    portal: str
    files: str
    authority: Path
    plain: str

    def ask(self, method: str, url: str, **options: Any) -> httpx.Response:
        with httpx.Client(
            verify=ssl.create_default_context(cafile=self.authority), trust_env=False, timeout=20
        ) as client:
            return client.request(method, url, **options)


def open_web(folder: Path, visitors: str, *, usual_ports: bool = False) -> Iterator[Web]:
    """``usual_ports``: each address at a name of its own, as in production, which no visitor of this machine can
    ask for; otherwise each at a port of its own."""
    root = folder / "www"
    (root / "portail").mkdir(parents=True)
    (root / "fichiers" / "reserve").mkdir(parents=True)
    (folder / "visitors").write_text(visitors, encoding="utf-8")
    pem, key = make_certificate(folder)
    ports = free_port(), free_port(), free_port()
    portal, files = (f"https://localhost:{port}" for port in ports[:2])
    made = Web(root, portal, files, pem, f"http://localhost:{ports[2]}")
    environment = {
        "PORTAL_ADDRESS": "https://localhost" if usual_ports else portal,
        "FILES_ADDRESS": "https://fichiers.localhost" if usual_ports else files,
        "WEB_TLS": f"{pem} {key}",
        "WEB_ROOT": str(root),
        "VISITORS": str(folder / "visitors"),
        "WEB_HTTP_PORT": str(ports[2]),
        "WEB_HTTPS_PORT": str(ports[0] if usual_ports else free_port()),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "HOME": str(folder),
        "PATH": os.defpath,
    }
    service = Service("caddy", folder)
    command = [BINARY, "run", "--config", str(CADDYFILE)]
    waited = ports[::2] if usual_ports else ports[:2]
    start(service, command, healthy=lambda: all(map(listening, waited)), env=environment)
    try:
        yield made
    finally:
        stop(service)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    yield from open_web(tmp_path_factory.mktemp("web"), ACCOUNT)


@pytest.fixture
def csv(web: Web) -> str:
    """An open file; its address."""
    StoreRoot((web.root / "fichiers").as_uri()).write("permis/permis.csv", b"code;lieu\n1;ici\n")
    return f"{web.files}/permis/permis.csv"


@pytest.fixture
def reserved(web: Web) -> str:
    """A restricted one."""
    StoreRoot((web.root / "fichiers" / "reserve").as_uri()).write("rh/rh.csv", b"code;lieu\n1;la\n")
    return f"{web.files}/reserve/rh/rh.csv"


def test_compose_mounts_this_very_file_and_these_settings() -> None:
    mounted = {volume["target"]: volume["source"] for volume in WEB["volumes"] if isinstance(volume, dict)}
    assert mounted["/etc/caddy/Caddyfile"] == "./docker/web/Caddyfile"
    assert mounted["/etc/caddy/visitors"].endswith(":-./docker/web/visitors}")
    text = CADDYFILE.read_text("utf-8")
    assert "{$VISITORS:/etc/caddy/visitors}" in text
    assert "{$WEB_ROOT:/srv/www}" in text
    for name in ("PORTAL_ADDRESS", "FILES_ADDRESS", "WEB_TLS"):
        assert f"{{${name}}}" in text
        assert name in WEB["environment"]
    assert [port.partition(":")[2] for port in WEB["ports"]] == ["8080", "8443", "8443/udp"]
    assert "{$WEB_HTTP_PORT:8080}" in text
    assert "{$WEB_HTTPS_PORT:8443}" in text


def test_the_file_is_written_as_caddy_writes_it() -> None:
    done = subprocess.run([BINARY, "fmt", str(CADDYFILE)], capture_output=True, text=True, check=False)
    assert done.stdout == CADDYFILE.read_text("utf-8")


def test_a_file_is_served_whole_with_its_type_size_and_tag(web: Web, csv: str) -> None:
    got, head = web.ask("GET", csv), web.ask("HEAD", csv)
    assert (got.status_code, got.content) == (200, b"code;lieu\n1;ici\n")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Accept-Ranges"):
        assert got.headers[name] == head.headers[name]
    assert got.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert got.headers["X-Content-Type-Options"] == "nosniff"


def test_no_answer_names_the_server_and_each_says_what_a_browser_may_do(
    web: Web, csv: str, reserved: str
) -> None:
    (web.root / "portail" / "index.html").write_text("<p>accueil", encoding="utf-8")
    asked = [
        ("GET", f"{web.portal}/", 200), ("GET", csv, 200), ("HEAD", csv, 200), ("OPTIONS", csv, 204),
        ("GET", reserved, 401), ("GET", f"{web.portal}/absent", 404), ("GET", f"{web.files}/absent", 404),
        ("POST", csv, 405),
    ]  # fmt: skip
    for method, url, status in asked:
        headers = (
            {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
            if method == "OPTIONS"
            else {}
        )
        answer = web.ask(method, url, headers=headers)
        assert answer.status_code == status, (method, url)
        assert "Server" not in answer.headers, (method, url, dict(answer.headers))
        assert "caddy" not in str(answer.headers).lower(), dict(answer.headers)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'sha256-")
    assert "Server" not in httpx.get(f"{web.plain}/jeux/", trust_env=False).headers


def test_the_script_of_the_portal_is_the_one_that_is_let_run() -> None:
    """A digest: whatever else a page holds, a browser does not run it."""
    page = (REPOSITORY / "plugins/aqueduc/page/templates/portal_index.html.j2").read_text("utf-8")
    ((_, text),) = re.findall(r"<script(| type=.*?)>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in CADDYFILE.read_text("utf-8")
    assert "{{" not in text and "{%" not in text


@pytest.mark.parametrize(
    "name, kind",
    [
        ("a.parquet", "application/vnd.apache.parquet"),
        ("a.geojson", "application/geo+json"),
        ("catalog.jsonld", "application/ld+json"),
        ("catalog.ttl", "text/turtle; charset=utf-8"),
        ("catalog.rdf", "application/rdf+xml"),
        ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.gpkg", "application/geopackage+sqlite3"),
        ("index.html", "text/html; charset=utf-8"),
        ("sitemap.xml", "text/xml; charset=utf-8"),
        ("fiche.json", "application/json"),
    ],
)
def test_each_format_is_said_to_be_what_it_is(web: Web, name: str, kind: str) -> None:
    (web.root / "portail" / name).write_bytes(b"{}")
    assert (
        web.ask("GET", f"{web.portal}/{'' if name == 'index.html' else name}").headers["Content-Type"] == kind
    )


def test_a_part_is_served_and_only_of_the_same_file(web: Web, csv: str) -> None:
    part = web.ask("GET", csv, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.text, part.headers["Content-Range"]) == (206, "code", "bytes 0-3/16")
    tag = part.headers["ETag"]
    StoreRoot((web.root / "fichiers").as_uri()).write("permis/permis.csv", b"code;lieu\n2;ailleurs\n")
    whole = web.ask("GET", csv, headers={"Range": "bytes=4-", "If-Range": tag})
    assert (whole.status_code, whole.text) == (200, "code;lieu\n2;ailleurs\n")
    assert web.ask("GET", csv, headers={"Range": "bytes=900-"}).status_code == 416


def test_the_same_file_is_not_sent_again(web: Web, csv: str) -> None:
    first = web.ask("GET", csv)
    for name, value in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        again = web.ask("GET", csv, headers={name: first.headers[value]})
        assert (again.status_code, again.content) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"


def test_a_page_of_another_site_may_read_open_data(web: Web, csv: str) -> None:
    asked = {"Origin": "https://carte.example", "Access-Control-Request-Method": "GET"}
    preflight = web.ask("OPTIONS", csv, headers={**asked, "Access-Control-Request-Headers": "range"})
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Range" in preflight.headers["Access-Control-Allow-Headers"]
    got = web.ask("GET", csv, headers={"Origin": "https://carte.example", "Range": "bytes=0-0"})
    assert got.headers["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Content-Range"} <= set(got.headers["Access-Control-Expose-Headers"].split(", "))


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_written(web: Web, csv: str, method: str) -> None:
    assert web.ask(method, csv, content=b"x").status_code == 405
    assert web.ask("GET", csv).text.startswith("code;lieu")


def test_what_is_restricted_asks_for_a_password(web: Web, reserved: str) -> None:
    for who in (None, ("agent", "autre"), ("personne", "entrez"), ("", "")):
        refused = web.ask("GET", reserved, auth=who)
        assert refused.status_code == 401
        assert refused.content == b""
        assert "Basic" in refused.headers["WWW-Authenticate"]
        assert "Access-Control-Allow-Origin" not in refused.headers
    assert web.ask("HEAD", reserved).status_code == 401
    assert web.ask("OPTIONS", reserved).status_code == 401
    let_in = web.ask("GET", reserved, auth=PASSWORD)
    assert (let_in.status_code, let_in.text) == (200, "code;lieu\n1;la\n")
    assert let_in.headers["Cache-Control"] == "private, no-store"
    part = web.ask("GET", reserved, auth=PASSWORD, headers={"Range": "bytes=0-3"})
    assert part.status_code == 206


@pytest.mark.parametrize(
    "path",
    [
        "/permis/../reserve/rh/rh.csv", "//reserve/rh/rh.csv", "/%72eserve/rh/rh.csv", "/RESERVE/rh/rh.csv",
        "/reserve%2Frh%2Frh.csv", "/./reserve/rh/rh.csv", "/reserve//rh/rh.csv", "/reserve/rh/../rh/rh.csv",
        "/permis/..%2freserve/rh/rh.csv", "/reserve/./rh/rh.csv", "/reserve\\rh\\rh.csv", "/reserve/",
    ],
)  # fmt: skip
def test_no_other_spelling_of_its_address_opens_it(web: Web, csv: str, reserved: str, path: str) -> None:
    answer = ask_raw(web, path)
    assert answer.split(b" ", 2)[1] in (b"401", b"404"), answer
    assert b"1;la" not in answer


def test_nobody_is_let_in_where_there_is_no_account(tmp_path: Path) -> None:
    for web in open_web(tmp_path, ""):
        (web.root / "fichiers" / "reserve" / "a.csv").write_text("1;la\n", encoding="utf-8")
        for who in (None, PASSWORD, ("", "")):
            assert web.ask("GET", f"{web.files}/reserve/a.csv", auth=who).status_code == 401


def test_no_folder_is_listed_and_nothing_hidden_is_there(web: Web, csv: str) -> None:
    for name in (".scratch/demi.csv", ".leases/permis", "permis/.permis.csv.1a2b", ".env", ".htpasswd"):
        for folder in ("portail", "fichiers", "fichiers/reserve"):
            path = web.root / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("1;demi\n", encoding="utf-8")
        for address in (f"/{name}", f"/{name.replace('.', '%2e', 1)}"):
            assert web.ask("GET", f"{web.files}{address}").status_code == 404
            assert web.ask("GET", f"{web.portal}{address}").status_code == 404
            assert web.ask("GET", f"{web.files}/reserve{address}", auth=PASSWORD).status_code == 404
    for folder in ("/", "/permis/", "/permis"):
        answer = web.ask("GET", f"{web.files}{folder}", follow_redirects=True)
        assert answer.status_code == 404
        assert "permis.csv" not in answer.text


def ask_raw(web: Web, path: str) -> bytes:
    """The answer to a path written as it is: clients tidy it."""
    port = int(web.files.rpartition(":")[2])
    context = ssl.create_default_context(cafile=str(web.authority))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as tls,
    ):
        tls.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: tls.recv(65536), b""))


@pytest.mark.parametrize(
    "path",
    [
        "/../visitors", "/..%2fvisitors", "/%2e%2e/visitors", "/permis/../../../visitors", "/..\\visitors",
        "/....//visitors", "/%252e%252e/visitors", "/../portail/.scratch/demi.csv", "/../ville.key",
    ],
)  # fmt: skip
def test_nothing_outside_its_folder_is_served(web: Web, csv: str, path: str) -> None:
    answer = ask_raw(web, path)
    assert answer.split(b" ", 2)[1] in (b"404", b"400"), answer
    assert b"$2a$" not in answer
    assert b"PRIVATE KEY" not in answer


def test_a_file_that_is_being_written_is_seen_before_or_after(web: Web, csv: str) -> None:
    folder = StoreRoot((web.root / "fichiers").as_uri())
    sizes = (2_000_000, 500_000, 1_500_000)
    seen: set[tuple[int, int]] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            body = web.ask("GET", f"{web.files}/gros/gros.csv").content
            seen.add((len(body), len(set(body))))

    folder.write("gros/gros.csv", b"0" * sizes[0])
    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(12):
        folder.write("gros/gros.csv", str(turn % 3).encode() * sizes[turn % 3])
    done.set()
    reader.join()
    assert seen <= {(size, 1) for size in sizes}


def test_a_former_address_of_the_portal_leads_to_the_new_one(web: Web) -> None:
    folder = web.root / "portail"
    target = folder / "jeux" / "lieux" / "index.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("lieux", encoding="utf-8")
    assert web.ask("GET", f"{web.portal}/jeux/endroits/a.csv").status_code == 404
    lines = "/jeux/endroits/a.csv /jeux/lieux/ 301\n/jeux/endroits/a+b.csv /jeux/lieux/b.csv 301\n"
    (folder / "_redirects").write_text(lines, encoding="ascii")
    moved = web.ask("GET", f"{web.portal}/jeux/endroits/a.csv")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/jeux/lieux/")
    assert web.ask("GET", f"{web.portal}/jeux/endroits/a.csv", follow_redirects=True).text == "lieux"
    for other in ("/jeux/endroits/aXcsv", "/jeux/endroits/a", "/jeux/endroits/.*", "/jeux/endroits/aab.csv"):
        assert web.ask("GET", f"{web.portal}{other}").status_code == 404
    assert web.ask("GET", f"{web.portal}/jeux/lieux", follow_redirects=False).status_code == 308


def test_http_leads_to_https_at_the_usual_port(tmp_path: Path) -> None:
    for web in open_web(tmp_path, "", usual_ports=True):
        asked = web.ask("GET", f"{web.plain}/jeux/?a=b")
        assert (asked.status_code, asked.headers["Location"]) == (308, "https://localhost/jeux/?a=b")


# ------------------------------------------------------------------------------------- with what Aqueduc publishes


@pytest.fixture
def city(tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch) -> Showcase:
    """A city with a portal and two outlets behind this server, as docker-compose.yaml has them."""
    monkeypatch.setenv("SSL_CERT_FILE", str(web.authority))
    portal = {"type": "portal", "folder": str(web.root / "portail"), "url": web.portal}
    region = {"type": "ckan", "connection": "region"}
    made = showcase(tmp_path, {"portail": portal, "region": region}, platform="portail")
    path = made.desk.include / "city.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["outlets"] = {
        "fichiers": {"folder": str(web.root / "fichiers"), "url": web.files},
        "reserve": {"folder": str(web.root / "fichiers" / "reserve"), "url": f"{web.files}/reserve"},
    }
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return made


def test_a_portal_is_published_and_read_back_through_it(city: Showcase, web: Web) -> None:
    report = city.publish(rows(5), city.dataset(publish={"mode": "upload", "formats": ["csv", "parquet"]}))
    assert report.resources
    for resource in report.resources:
        assert resource.url.startswith(web.portal)
        assert web.ask("GET", resource.url).status_code == 200
    page = web.ask("GET", f"{web.portal}/jeux/lieux/")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Jeu lieux" in page.text
    assert city.publish(rows(5)).nothing_new
    stable = f"{web.portal}/jeux/lieux/lieux.csv"
    before = web.ask("GET", stable)
    city.publish(rows(6))
    after = web.ask("GET", stable, headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.text.count("\n")) == (200, 7)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_a_browser_shows_and_searches_the_portal_and_runs_nothing_else(city: Showcase, web: Web) -> None:
    city.publish(rows(5))
    told: list[str] = []
    with open_browser() as browser:
        page = browser.new_page(ignore_https_errors=True)
        page.on("console", lambda message: told.append(message.text))
        page.goto(f"{web.portal}/")
        page.fill("#mots", "rien de tel")
        assert page.text_content("#compte") == "Aucun jeu trouvé"
        assert not page.is_visible(".card")
        page.fill("#mots", "")
        page.click(".card a")
        assert page.url.startswith(f"{web.portal}/jeux/")
        painted = "getComputedStyle(document.querySelector('.top')).backgroundColor"
        assert page.evaluate(painted) != "rgba(0, 0, 0, 0)"
        assert told == []
        home = web.root / "portail" / "index.html"
        home.write_text(home.read_text("utf-8") + "<script>document.title = 'ailleurs'</script>", "utf-8")
        page.goto(web.portal + "/")
        assert page.title() != "ailleurs" and "Content Security Policy" in " ".join(told)


def open_outlet(city: Showcase, name: str, **changes: Any) -> DatasetOutlet:
    """The place of a dataset in an outlet, with one file to put there."""
    dataset = city.dataset(
        name, publish={"mode": "index", "outlet": name, "formats": ["csv"], "platform": "region"}, **changes
    )
    there = Connection(id="web", kind="portal", host="https://localhost")
    client = PlatformClient(there, organisation="ville", sleep=lambda _: None)
    outlet = open_dataset_outlet(dataset, city.desk.city, city.desk.place, client)
    assert outlet is not None
    return outlet


def make_file(folder: Path) -> PublishableFile:
    path = folder / "lieux.csv"
    path.write_bytes(b"code;lieu\n1;la\n")
    return PublishableFile(path, "lieux.csv", "csv", compute_file_sha256(path), path.stat().st_size)


def test_an_open_outlet_passes_the_checks_of_a_publication(city: Showcase, tmp_path: Path) -> None:
    file, outlet = make_file(tmp_path), open_outlet(city, "fichiers")
    with outlet.client:
        outlet.with_missing_files_as_pending([file]).write_pending_content()
        assert list(outlet.verify_served_content([file])) == [], "ranges and tags, as a good server has them"


def test_a_restricted_dataset_is_put_where_a_password_is_asked_for(city: Showcase, tmp_path: Path) -> None:
    file, outlet = make_file(tmp_path), open_outlet(city, "reserve", **RESTRICTED)
    with outlet.client:
        outlet.with_missing_files_as_pending([file]).write_pending_content()
        assert list(outlet.verify_served_content([file])) == []
    elsewhere = open_outlet(city, "fichiers", **RESTRICTED)
    with elsewhere.client, pytest.raises(PublicationGateClosed, match="ne protège pas"):
        elsewhere.with_missing_files_as_pending([file]).write_pending_content()
