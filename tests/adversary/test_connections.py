"""Connections as Airflow writes them, read without Airflow: nothing of them may be lost in silence.

Airflow's own reader is the oracle: a setting of safety (``sslmode=verify-full``) that vanishes leaves no
trace.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from airflow.sdk import Connection as AirflowConnection
from hypothesis import given
from hypothesis import strategies as st

from aqueduc.connections import EnvironmentConnections, parse_connection
from aqueduc.errors import InvalidConnectionSettings
from aqueduc.publish.platform import open_platform
from aqueduc_airflow.connections import convert_airflow_connection
from tests.publish.showcase import showcase

_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs", "Cc"))
WORDS = st.text(_CHARACTERS, max_size=12)
HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,8}(\.[a-z]{2,5})?", fullmatch=True)
VALUES = st.recursive(
    st.booleans() | st.integers(0, 9) | WORDS,
    lambda inner: st.dictionaries(WORDS, inner, max_size=2) | st.lists(inner, max_size=2),
    max_leaves=4,
)


@st.composite
def connections(draw: st.DrawFn) -> AirflowConnection:
    scheme = draw(st.sampled_from(("", "", "https://", "http://")))
    extra = draw(st.dictionaries(WORDS.filter(bool), VALUES, max_size=3))
    return AirflowConnection(
        conn_id="c",
        conn_type=draw(st.sampled_from(("postgres", "http", "fs", "ckan", "aws_s3"))),
        host=scheme + draw(HOSTS),
        login=draw(WORDS.filter(bool)),
        password=draw(WORDS.filter(bool)),
        schema=draw(WORDS.filter(bool)),
        port=draw(st.integers(1, 65_535)),
        extra=json.dumps(extra) if extra else None,
    )


@given(connections())
def test_a_uri_that_airflow_writes_is_read_as_airflow_reads_it(written: AirflowConnection) -> None:
    again = AirflowConnection.from_uri(written.get_uri(), conn_id="c")
    ours = parse_connection("c", written.get_uri())
    assert ours == convert_airflow_connection("c", again)
    assert dict(ours.extra) == written.extra_dejson


@given(connections())
def test_the_json_that_airflow_writes_is_read_as_airflow_reads_it(written: AirflowConnection) -> None:
    assert parse_connection("c", written.as_json()) == convert_airflow_connection("c", written)


def test_a_nested_extra_keeps_the_setting_of_safety() -> None:
    extra = {"sslmode": "verify-full", "sslrootcert": "/etc/ssl/region.pem", "plus": {"a": 1}}
    uri = AirflowConnection(conn_id="c", conn_type="postgres", host="base", extra=json.dumps(extra)).get_uri()
    assert "__extra__" in uri
    assert parse_connection("c", uri).extra == extra


@pytest.mark.parametrize(
    "text",
    [
        "http://api.example/?extra=https://autre.example/a://b",
        "http://login:p4sse@https://api.example/://",
        '{"conn_type": "http", "port": "quatre-vingts", "password": "p4sse"}',
        '{"conn_type": "postgres", "extra": "sslmode=verify-full", "password": "p4sse"}',
        '{"conn_type": "postgres", "extra": ["sslmode"], "password": "p4sse"}',
        '{"conn_type": "postgres", "password": "p4sse"',
    ],
)
def test_what_cannot_be_read_is_an_error_without_its_secret(text: str) -> None:
    with pytest.raises(InvalidConnectionSettings) as raised:
        EnvironmentConnections({"AIRFLOW_CONN_BASE": text}).get("base")
    assert "AIRFLOW_CONN_BASE" in str(raised.value) and "p4sse" not in str(raised.value)
    assert raised.value.__cause__ is None and raised.value.__suppress_context__


def test_a_key_that_is_none_of_a_connections_is_named() -> None:
    text = '{"conn_type": "postgres", "user": "lecteur", "extras": {"sslmode": "verify-full"}}'
    with pytest.raises(InvalidConnectionSettings, match="« extras », « user »"):
        EnvironmentConnections({"AIRFLOW_CONN_BASE": text}).get("base")


def test_an_extra_that_airflow_would_take_for_empty_is_an_error() -> None:
    """Airflow logs it, and goes on with an empty one."""
    found = AirflowConnection(conn_id="base", conn_type="postgres", host="base", extra="sslmode=verify-full")
    with pytest.raises(InvalidConnectionSettings, match="ne sont pas un objet JSON"):
        convert_airflow_connection("base", found)


@pytest.mark.parametrize("kind", ["ckan", "idgo", "datagouv", "onegeo"])
def test_a_platforms_extra_that_is_not_understood_is_named(tmp_path: Path, kind: str) -> None:
    extra = {"ckan": "http://ckan.example", "verify": "/etc/ssl/region.pem"}
    connection = {"conn_type": kind, "host": "http://region.example", "login": "l", "extra": extra}
    environment = {"AIRFLOW_CONN_REGION": json.dumps(connection)}
    desk = showcase(tmp_path, {"region": {"type": kind, "connection": "region"}}, environment, "region").desk
    (settings,) = desk.city.platforms
    with (
        pytest.raises(InvalidConnectionSettings, match="« verify »"),
        open_platform(settings, desk.city, desk.place),
    ):
        pass
