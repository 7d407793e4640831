"""Connections beside Airflow's own hooks: each parameter that they read is honoured, or refused by its name."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from ssl import SSLContext
from typing import Any

import httpx
import pytest
from airflow.providers.http.hooks import http as http_module
from airflow.providers.http.hooks.http import HttpHook
from airflow.providers.postgres.hooks.postgres import PostgresHook
from psycopg.conninfo import conninfo_to_dict

from aqueduc.connections import Connection, parse_connection
from aqueduc.errors import InvalidConnectionSettings
from aqueduc.http import HttpClient
from aqueduc.sources import http_options, libpq
from aqueduc.sources.http_options import build_http_options
from tests.sources.pem import write_certificate

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "connections.md").read_text(encoding="utf-8")
# What each parameter of the extra is tried with, and what the hook's session has of it.
HTTP = {
    "verify": False,
    "verify_ssl": False,
    "proxies": {"https": "http://proxy.ville.example:3128"},
    "proxy": {"https": "http://proxy.ville.example:3128"},
    "trust_env": False,
    "timeout": 7,
    "cert": "client.pem",
}
HEADERS = {"X-Api-Key": "cle", "Authorization": "Bearer jeton"}


def connect(monkeypatch: pytest.MonkeyPatch, kind: str, **fields: Any) -> Connection:
    text = json.dumps({"conn_type": kind, **fields})
    monkeypatch.setenv("AIRFLOW_CONN_ESSAI", text)
    return parse_connection("essai", text)


def test_every_parameter_of_the_http_hook_is_known_here() -> None:
    code = inspect.getsource(http_module._process_extra_options_from_connection)
    read = set(re.findall(r'conn_extra_options\.pop\(\s*"(\w+)"', code))
    assert read == (set(http_options.HONOURED) | set(http_options.REFUSED)) - set(http_options.OURS)
    assert set(HTTP) == set(http_options.HONOURED) - set(http_options.OURS)
    assert {f"`{name}`" for name in read} <= set(re.findall(r"`\w+`", PAGE))


@pytest.mark.parametrize("name", http_options.REFUSED)
def test_a_parameter_of_the_http_hook_that_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found = connect(monkeypatch, "http", host="https://api.ville.example", extra={name: True})
    with pytest.raises(InvalidConnectionSettings, match=f"« {name} »"):
        build_http_options(found)


def note_client_certificates(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The files of each client certificate that is read from now on: a context does not tell its own."""
    load, noted = SSLContext.load_cert_chain, []

    def note(context: SSLContext, *files: str) -> None:
        load(context, *files)
        noted.append(files)

    monkeypatch.setattr(SSLContext, "load_cert_chain", note)
    return noted


@pytest.mark.parametrize("name", sorted(HTTP))
def test_a_parameter_of_the_http_hook_that_is_honoured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_certificate(tmp_path / "client.pem")
    loaded = note_client_certificates(monkeypatch)
    found = connect(monkeypatch, "http", host="https://api.ville.example", extra={name: HTTP[name]})
    hook = HttpHook(http_conn_id="essai")
    session, options = hook.get_conn(), build_http_options(found)
    if name.startswith("verify"):
        assert session.verify is False and options["verify"].verify_mode.name == "CERT_NONE"
    elif name.startswith("prox"):
        assert session.proxies == HTTP["proxies"] and list(options["mounts"]) == ["https://"]
    elif name == "cert":
        assert session.cert == HTTP["cert"] and loaded == [(HTTP["cert"],)]
        assert options["verify"].verify_mode.name == "CERT_REQUIRED"
    elif name == "trust_env":
        assert session.trust_env is options["trust_env"] is False
    else:
        # requests has one figure for both.
        assert hook.merged_extra["timeout"] == options["read_timeout_s"] == options["connect_timeout_s"] == 7
    with HttpClient(**{"read_timeout_s": 1.0, **options}) as client:
        assert isinstance(client._http, httpx.Client)


def test_headers_and_login_are_those_of_the_http_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    found = connect(
        monkeypatch,
        "http",
        host="api.ville.example",
        schema="https",
        port=8443,
        extra=HEADERS,
        login="l",
        password="p",
    )
    session = HttpHook(http_conn_id="essai").get_conn()
    options = build_http_options(found)
    assert {name: options["headers"][name] for name in HEADERS} == HEADERS
    assert all(session.headers[name] == value for name, value in HEADERS.items())
    assert (session.auth.username, session.auth.password) == ("l", "p") and options["auth"]


@pytest.mark.parametrize(
    "fields",
    [
        {"host": "http://api.ville.example"},
        {"host": "https://api.ville.example/v1", "schema": "http"},
        {"host": "api.ville.example", "schema": "http"},
        {"host": "api.ville.example", "schema": "https", "port": 8443},
        {"host": "https://api.ville.example", "port": 8443},
    ],
)
def test_the_address_is_that_of_the_http_hook(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any]
) -> None:
    found = connect(monkeypatch, "http", **fields)
    hook = HttpHook(http_conn_id="essai")
    hook.get_conn()
    assert found.base_url == hook.base_url


def test_without_a_scheme_the_link_is_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one difference: the hook would send the password in clear."""
    found = connect(monkeypatch, "http", host="api.ville.example")
    hook = HttpHook(http_conn_id="essai")
    hook.get_conn()
    assert (hook.base_url, found.base_url) == ("http://api.ville.example", "https://api.ville.example")
    assert "« https », et non « http »" in PAGE


# --- PostgreSQL ---------------------------------------------------------------------------------------------


def test_every_parameter_of_the_postgres_hook_is_known_here() -> None:
    assert not PostgresHook.ignored_extra_options & set(libpq.list_accepted_connection_extras())
    told = set(re.findall(r"`([\w-]+)`", PAGE))
    assert told >= {*PostgresHook.ignored_extra_options, *libpq.REFUSED, "options", "service", "sslmode"}


@pytest.mark.parametrize("name", sorted(PostgresHook.ignored_extra_options | libpq.REFUSED))
def test_a_parameter_of_the_postgres_hook_that_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found = connect(monkeypatch, "postgres", host="base.ville.example", extra={name: "x"})
    with pytest.raises(InvalidConnectionSettings, match=f"« {name} »"):
        libpq.build_conninfo_without_credentials(found, {})


@pytest.mark.parametrize("name", sorted({*libpq.list_accepted_connection_extras()} - {"statement_timeout_s"}))
def test_a_parameter_of_the_postgres_hook_that_is_honoured(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What the hook hands to libpq, we hand to libpq."""
    value = "-c search_path=x" if name == "options" else "7"
    found = connect(
        monkeypatch,
        "postgres",
        host="base.ville.example",
        login="l",
        password="p",
        schema="ville",
        port=5433,
        extra={name: value},
    )
    given: dict[str, Any] = {}
    monkeypatch.setattr(PostgresHook, "_create_connection", lambda _hook, arguments: given.update(arguments))
    PostgresHook(postgres_conn_id="essai").get_conn()
    ours = conninfo_to_dict(
        libpq.build_conninfo_without_credentials(found, {})
    ) | libpq.build_libpq_connection_parameters(found)
    assert given[name] == value
    assert {key: str(one) for key, one in given.items()} == {key: ours[key] for key in given}
