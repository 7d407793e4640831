"""Every secret that a connection may hold, used: by a run that ends well, and against servers that are away, refuse,
or send back what they were sent. None is in a log (of ours or of a library, at its most talkative), on a screen, in
an error, nor in anything that a run writes."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from aqueduc.alerts.channels import SmtpAndAppriseChannels, ping_heartbeat_url
from aqueduc.alerts.message import OutgoingMessage
from aqueduc.alerts.recipients import Medium, Recipient
from aqueduc.bucket import build_s3fs_options_from_connection
from aqueduc.certify.signature import generate_signing_key_pair
from aqueduc.connections import Connection, parse_connection
from aqueduc.errors import AqueducError
from aqueduc.pipeline import run_pipeline
from aqueduc.store import Store
from tests.adversary.town import found_town
from tests.sources.conftest import Api, House, Reply, serve_api

GONE = 1
"""A port where nobody listens."""


@dataclass
class Ears(logging.Handler):
    """Everything that is logged, by whomever, at every level, with what hangs behind it."""

    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(level=0)

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.name}: {record.getMessage()} {record.args!r}")
        if record.exc_info:
            self.heard.append("".join(traceback.format_exception(*record.exc_info)))

    def __hash__(self) -> int:
        return id(self)


@pytest.fixture
def ears() -> Iterator[Ears]:
    found, root = Ears(), logging.getLogger()
    level = root.level
    root.addHandler(found)
    root.setLevel(1)
    yield found
    root.removeHandler(found)
    root.setLevel(level)


def spell(secret: str) -> set[str]:
    """As it may be written: itself, in an address, in JSON, in base64 (basic authentication)."""
    encoded = base64.b64encode(f"ville:{secret}".encode()).decode()
    return {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1], encoded}


def search(secrets: tuple[str, ...], texts: Mapping[str, str]) -> list[str]:
    """Where each is found; multi-line ones (keys) line by line."""
    parts = {
        word
        for secret in secrets
        for one in (secret.strip().splitlines() if "\n" in secret else [secret])
        if len(one) > 8 and not one.startswith("-----")
        for word in spell(one)
    }
    return [where for where, text in texts.items() if any(part in text for part in parts)]


def read_outputs(ears: Ears, capfd: pytest.CaptureFixture[str]) -> dict[str, str]:
    printed = capfd.readouterr()
    return {"log": "\n".join(ears.heard), "screen": printed.out + printed.err}


def read_files(*roots: Path) -> dict[str, str]:
    return {
        str(path): path.read_bytes().decode("utf-8", "replace")
        for root in roots
        for path in root.rglob("*")
        if path.is_file()
    }


# --- every kind of source, against servers that answer badly ---------------------------------------------------

SECRET = "S3cr3t/de+l'Essai=é%"
PLAIN = "S3cr3t-de-l-Essai"
"""Of what goes into a header, which holds no accent."""


def build_private_key(passphrase: str) -> str:
    kind = serialization.BestAvailableEncryption(passphrase.encode())
    return (
        ed25519.Ed25519PrivateKey.generate()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, kind)
        .decode()
    )


KEY_FILE = build_private_key(PLAIN)


Tried = tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]


def list_connections(url: str, port: int) -> dict[str, Tried]:
    """By the kind of secret: the source, its connection, and its secrets. ``url``: of an HTTP server."""
    host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43

    def http(*secrets: str, host: str = url, kind: str = "http", login: str = "", **extra: Any) -> Tried:
        password = SECRET if login else ""
        opened = {"conn_type": "http", "host": host, "login": login, "password": password, "extra": extra}
        asked = {"settled": 0, "path": "a.csv"} if kind == "webdav" else {"path": "x"}
        return {kind: "c", **asked}, opened, secrets

    def database(kind: str, *secrets: str, **extra: Any) -> Tried:
        opened = {"conn_type": kind, **there, "password": SECRET, "schema": "ville", "extra": extra}
        return {kind: "c", "sql": "sql/essai.sql"}, opened, (SECRET, *secrets)

    def sftp(*secrets: str, password: str = "", **extra: Any) -> Tried:
        extra = {"host_key": host_key, **extra}
        opened = {"conn_type": "sftp", **there, "password": password, "extra": extra}
        return {"sftp": "c", "path": "a.csv", "settled": 0}, opened, secrets

    there = {"host": "127.0.0.1", "port": port, "login": "ville"}
    proxy = {"http": f"http://ville:{PLAIN}@127.0.0.1:{port}"}
    bucket = {"endpoint_url": url, "bucket_name": "depot", "region_name": "eu-west-1"}
    s3 = {"conn_type": "aws", "login": "AKVILLE", "password": SECRET, "extra": bucket}
    return {
        "password": http(SECRET, login="ville"),
        "api key": http(PLAIN, **{"X-Api-Key": PLAIN}),
        "bearer": http(PLAIN, headers={"Authorization": f"Bearer {PLAIN}"}),
        "header that cannot be sent": http(SECRET, headers={"Authorization": SECRET}),
        "oauth2": http(SECRET, login="ville", token_url=f"{url}/token"),
        "proxy": http(PLAIN, host="http://api.invalid", proxies=proxy),
        "webdav": http(SECRET, kind="webdav", login="ville"),
        "postgres": database("postgres", connect_timeout=2),
        "mysql": database("mysql", connect_timeout=2),
        "mssql": database("mssql", connect_timeout=2),
        "oracle": database("oracle", PLAIN, wallet_password=PLAIN),
        "sftp password": sftp(SECRET, password=SECRET),
        "sftp key": sftp(KEY_FILE, PLAIN, private_key=KEY_FILE, private_key_passphrase=PLAIN),
        "sftp wrong passphrase": sftp(
            KEY_FILE, PLAIN, private_key=KEY_FILE, private_key_passphrase=PLAIN * 2
        ),
        "s3": ({"s3": "c", "path": "a.csv", "settled": 0}, s3, (SECRET,)),
    }


KINDS = tuple(list_connections("http://127.0.0.1:1", GONE))


def echo(target: str, headers: Mapping[str, str]) -> Reply:
    """A server that sends back all it was sent, where a log or an error would look: status, headers and body."""
    status = {"x": 403, "token": 400}.get(
        target.strip("/").partition("?")[0], 500 if len(target) % 2 else 401
    )
    said = {f"X-Echo-{name}": value for name, value in headers.items()}
    return Reply(
        body=json.dumps({"error": dict(headers), "access_token": ""}).encode(), status=status, headers=said
    )


SPEAKS_FIRST = ("postgres", "mysql", "mssql", "oracle")
"""Wait for long for a word of a server that waits for the end of a line."""


@pytest.mark.parametrize(
    "kind, there",
    [*((kind, False) for kind in KINDS), *((kind, True) for kind in KINDS if kind not in SPEAKS_FIRST)],
)
def test_no_secret_of_a_source_leaves_its_connection(
    kind: str,
    there: bool,
    tmp_path: Path,
    ears: Ears,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    running = Api(answer=echo)
    with serve_api(running) as url:
        port = int(url.rpartition(":")[2]) if there else GONE
        source, connection, secrets = list_connections(url if there else f"http://127.0.0.1:{GONE}", port)[
            kind
        ]
        house = House(tmp_path)
        house.connect("c", **connection)
        dataset = house.declare(source, {"nom": "publish"}, sql="SELECT nom FROM t")
        with pytest.raises(AqueducError) as caught:
            house.extract(dataset)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(vars(caught.value))
    texts = {"error": shown, **read_outputs(ears, capfd), **read_files(tmp_path)}
    assert search(secrets, texts) == []
    assert search((SECRET, PLAIN), {"repr": repr(parse_connection("c", json.dumps(connection)))}) == []


# --- every platform, the mail server, channels, store and vault -------------------------------------------------


@pytest.mark.parametrize("kind", ["ckan", "datagouv", "idgo", "onegeo"])
@pytest.mark.parametrize("there", [False, True], ids=["away", "echo"])
def test_no_secret_of_a_platform_leaves_its_connection(
    kind: str,
    there: bool,
    tmp_path: Path,
    ears: Ears,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    secrets = (PLAIN, f"{PLAIN}-ckan")
    running = Api(answer=echo)
    with serve_api(running) as url:
        host = url if there else f"http://127.0.0.1:{GONE}"
        extra = {"ckan_token": secrets[1], "ckan": host} if kind == "idgo" else {}
        opened = {"conn_type": kind, "host": host, "login": "ville", "password": PLAIN, "extra": extra}
        connection = parse_connection("c", json.dumps(opened))
        module = import_module(f"aqueduc.platforms.{kind}.connection")
        try:
            answer = repr(module.try_connection(connection, "ville"))
        except AqueducError as error:
            answer = "".join(traceback.format_exception(error)) + repr(vars(error))
    texts = {"answer": answer, **read_outputs(ears, capfd), "repr": repr(connection)}
    assert answer and search(secrets, texts) == []


def build_message(medium: Medium) -> OutgoingMessage:
    recipient = Recipient(medium, "a@ville.example" if medium == "mail" else "c", "fr")
    return OutgoingMessage("a" * 32, recipient, "s", "t", "<p>t</p>", ("k",), datetime.now(UTC).isoformat())


@pytest.mark.parametrize("there", [False, True], ids=["away", "echo"])
def test_no_secret_of_what_alerts_and_keeps_leaves_its_connection(
    there: bool,
    tmp_path: Path,
    ears: Ears,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    town = found_town(tmp_path)
    variables: dict[str, str] = town.desk.place.connections.variables  # type: ignore[attr-defined]
    running = Api(answer=echo)
    said: list[str] = []
    with serve_api(running) as url:
        port = int(url.rpartition(":")[2]) if there else GONE
        plain = {"disable_ssl": True, "disable_tls": True, "timeout": 2}
        smtp = {
            "conn_type": "smtp",
            "host": "127.0.0.1",
            "port": port,
            "login": "ville",
            "password": SECRET,
            "extra": plain,
        }
        variables["AIRFLOW_CONN_SMTP_DEFAULT"] = json.dumps(smtp)
        channel = f"mmost://127.0.0.1:{port}/{PLAIN.lower()}"
        variables["AIRFLOW_CONN_C"] = json.dumps({"conn_type": "generic", "password": channel})
        bucket = {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "x"}
        opened = Connection("c", "aws", login="AKVILLE", password=SECRET, extra=bucket)
        acts: tuple[Callable[[], object], ...] = (
            lambda: channels.send(build_message("mail")),
            lambda: channels.send(build_message("channel")),
            lambda: ping_heartbeat_url(
                Connection("c", "generic", password=f"http://127.0.0.1:{port}/{PLAIN}/ping")
            ),
            lambda: Store("s3://depot", build_s3fs_options_from_connection("s3://depot", opened)).read("x"),
        )
        with SmtpAndAppriseChannels(town.desk.city, town.desk.place.connections) as channels:
            for act in acts:
                try:
                    act()
                except AqueducError as error:
                    said.append("".join(traceback.format_exception(error)) + repr(vars(error)))
    texts = {"errors": "\n".join(said), **read_outputs(ears, capfd)}
    assert len(said) >= 3
    assert search((SECRET, PLAIN, PLAIN.lower()), texts | read_files(tmp_path)) == []


# --- a run that ends well --------------------------------------------------------------------------------------


def test_no_secret_of_a_whole_run_is_in_anything_it_writes(
    tmp_path: Path, ears: Ears, capfd: pytest.CaptureFixture[str]
) -> None:
    """Source under a key and a password, pseudonyms, signature; then everything that is on the disk: store with its
    reports, pages, certificates and ledger, vault, portal, and what was declared."""
    private, public = generate_signing_key_pair()
    hmac_key = "une-cle-de-pseudonymes-de-plus-de-trente-deux-caracteres"
    town = found_town(tmp_path)
    variables: dict[str, str] = town.desk.place.connections.variables  # type: ignore[attr-defined]
    running = Api()
    running.reply("/agents", Reply([{"carte": f"C{rank}", "n": rank} for rank in range(8)]))
    with serve_api(running) as url:
        source = {
            "conn_type": "http",
            "host": url,
            "login": "ville",
            "password": SECRET,
            "extra": {"X-Api-Key": PLAIN},
        }
        variables["AIRFLOW_CONN_API"] = json.dumps(source)
        variables["AIRFLOW_CONN_SEL"] = json.dumps({"conn_type": "generic", "password": hmac_key})
        variables["AIRFLOW_CONN_SIGNATURE"] = json.dumps({"conn_type": "generic", "password": private})
        path = town.desk.include / "city.yaml"
        city = yaml.safe_load(path.read_text("utf-8"))
        city["signing"] = {"connection": "signature", "keys": [public]}
        path.write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")
        dataset = town.declare(
            source={"http": "api", "path": "agents"},
            columns={"carte": {"pseudonym": "sel", "basis": "Règlement du réseau, art. 4"}, "n": "publish"},
            fields=[{"name": "carte"}, {"name": "n", "type": "integer"}],
        )
        run_pipeline(dataset, town.desk.city, town.desk.run(identifier="essai-1"), town.desk.place)
    assert any("x-api-key" in headers for _target, headers in running.asked)
    texts = {**read_outputs(ears, capfd), **read_files(tmp_path)}
    assert len(texts) > 15
    assert search((SECRET, PLAIN, hmac_key, private), texts) == []
    # The search would find them.
    assert search((public,), texts)
