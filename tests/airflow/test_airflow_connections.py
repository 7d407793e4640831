"""Connections as Airflow keeps them, and the connection types of the platforms."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, NoReturn

import pytest
from airflow.sdk.bases.hook import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException, ErrorType
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ConnectionResult, ErrorResponse
from airflow.sdk.log import redact

from aqueduc.errors import AqueducError, ConnectionMissing
from aqueduc_airflow import hooks
from aqueduc_airflow.connections import AirflowConnections
from aqueduc_airflow.databases import open_database
from aqueduc_airflow.failures import AirflowUnavailable
from aqueduc_airflow.hooks import CkanHook, DatagouvHook, IdgoHook, OnegeoHook
from aqueduc_airflow.provider import get_provider_info
from sandbox import datagouv as datagouv_of
from sandbox import idgo as idgo_of
from sandbox import onegeo as onegeo_of
from sandbox.datagouv.server import KEY, ORGANISATION
from sandbox.region import Region
from tests.airflow.contexts import api_error
from tests.platforms.outsiders import install

TOKEN = "jeton-d-essai-0123456789"
RIGHTS = {TOKEN: ["ville-aix-en-provence"], "sans-droit-0123456789": []}


class Portal(BaseHTTPRequestHandler):
    """The two actions that the test button asks of a CKAN."""

    def do_GET(self) -> None:
        token = self.headers.get("Authorization", "")
        if "status_show" in self.path:
            self._answer(200, {"success": True, "result": {"ckan_version": "2.12.0"}})
        elif token in RIGHTS:
            self._answer(200, {"success": True, "result": [{"name": name} for name in RIGHTS[token]]})
        else:
            self._answer(403, {"success": False, "error": {"__type": "Authorization Error"}})

    def _answer(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def portal() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def connect(
    monkeypatch: pytest.MonkeyPatch, url: str, token: str = TOKEN, organisation: str = ""
) -> CkanHook:
    document = {
        "conn_type": "ckan",
        "host": url,
        "password": token,
        "extra": {"organisation": organisation or "ville-aix-en-provence"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_DATASUD", json.dumps(document))
    return CkanHook("datasud")


def test_a_connection_in_aqueducs_words(monkeypatch: pytest.MonkeyPatch) -> None:
    document = {
        "conn_type": "postgres",
        "host": "base.example",
        "port": 5432,
        "login": "lecteur",
        "password": "secret-bien-garde",
        "schema": "ville",
        "extra": {"sslmode": "require"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_URBANISME", json.dumps(document))
    found = AirflowConnections().get("urbanisme")
    assert (found.kind, found.host, found.port, found.login) == ("postgres", "base.example", 5432, "lecteur")
    assert (found.password, found.database) == ("secret-bien-garde", "ville")
    assert found.extra == {"sslmode": "require"}
    assert "secret-bien-garde" not in repr(found)
    assert redact("mot de passe secret-bien-garde") == "mot de passe ***"


def test_a_missing_connection_says_where_to_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_INCONNUE", raising=False)
    with pytest.raises(ConnectionMissing, match="AIRFLOW_CONN_INCONNUE"):
        AirflowConnections().get("inconnue")


class _Supervisor:
    """What a task asks Airflow's API through; ``answer`` is given, or raised."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def send(self, message: Any) -> object:
        self.asked.append(message.conn_id)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


_ABSENT = ErrorResponse(error=ErrorType.CONNECTION_NOT_FOUND, detail={"conn_id": "inconnue"})
_BACK = ConnectionResult(
    conn_id="inconnue",
    conn_type="postgres",
    **dict.fromkeys(("host", "schema", "login", "password", "port", "extra")),
)


@pytest.mark.parametrize("ask", [AirflowConnections().get, open_database])
@pytest.mark.parametrize(
    "answer, wanted",
    [
        (_ABSENT, ConnectionMissing),
        (api_error(422), ConnectionMissing),
        (api_error(None), AirflowUnavailable),
        (api_error(503), AirflowUnavailable),
        (_BACK, AirflowUnavailable),
    ],
)
def test_a_connection_is_not_said_to_be_missing_while_airflow_s_api_is_away(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[[str], Any], answer: object, wanted: type[AqueducError]
) -> None:
    """Airflow itself says that it is not defined, whatever the reason."""
    monkeypatch.delenv("AIRFLOW_CONN_INCONNUE", raising=False)
    supervisor = _Supervisor(answer)
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", supervisor, raising=False)

    def undefined(identifier: str) -> NoReturn:
        raise AirflowNotFoundException(f"The conn_id `{identifier}` isn't defined")

    monkeypatch.setattr(BaseHook, "get_connection", undefined)
    with pytest.raises(wanted) as caught:
        ask("inconnue")
    assert caught.value.retryable is (wanted is AirflowUnavailable)
    assert supervisor.asked == ["inconnue"]


def test_the_distribution_declares_the_provider() -> None:
    found = [
        point for point in entry_points(group="apache_airflow_provider") if point.name == "provider_info"
    ]
    assert get_provider_info in [point.load() for point in found]


def test_airflow_takes_the_connection_type_and_its_form() -> None:
    from airflow.providers_manager import ProvidersManager

    manager = ProvidersManager()
    assert manager.hooks["ckan"].hook_name == "Plateforme CKAN"
    assert manager.providers["aqueduc-opendata"].data["name"] == "Aqueduc"
    behaviour = manager.field_behaviours["ckan"]
    assert behaviour["relabeling"]["password"] == "Jeton (API token)"
    assert any(name.endswith("organisation") for name in manager.connection_form_widgets)
    assert manager.hooks["idgo"].hook_name == "IDGO, devant un CKAN"
    assert any(name.endswith("ckan_token") for name in manager.connection_form_widgets)
    assert manager.hooks["datagouv"].hook_name == "data.gouv.fr (udata)"
    assert manager.field_behaviours["datagouv"]["relabeling"]["password"] == "Clé d'API"
    assert manager.hooks["onegeo"].hook_name == "OneGeo Suite (DataSud)"
    assert any(name.endswith("usergroup") for name in manager.connection_form_widgets)


def test_a_package_brings_a_connection_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", monkeypatch)
    types = {one["connection-type"]: one for one in get_provider_info()["connection-types"]}
    assert list(types) == ["ckan", "idgo", "datagouv", "onegeo", "board"]
    assert types["board"]["hook-class-name"] == "aqueduc_airflow.hooks.BoardHook"
    connection = {"conn_type": "board", "host": "la place", "extra": {"organisation": "ville"}}
    monkeypatch.setenv("AIRFLOW_CONN_MAIRIE", json.dumps(connection))
    assert hooks.BoardHook().test_connection() == (True, "On affiche sur la place pour « ville ».")


def test_a_package_that_is_broken_brings_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = install(tmp_path / "site", monkeypatch)
    (place / "aqueduc_board" / "__init__.py").write_text("import nulle_part", encoding="utf-8")
    types = [one["connection-type"] for one in get_provider_info()["connection-types"]]
    assert types == ["ckan", "idgo", "datagouv", "onegeo"]


def test_the_test_button(portal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    works, said = connect(monkeypatch, portal).test_connection()
    assert works
    assert said == "CKAN 2.12.0 répond ; ce jeton peut publier dans : ville-aix-en-provence."


@pytest.mark.parametrize(
    "token,organisation,said",
    [
        ("faux", "", "refuse ce jeton"),
        ("sans-droit-0123456789", "", "éditeur d'aucune organisation"),
        (TOKEN, "une-autre", "n'est pas éditeur de « une-autre »"),
    ],
)
def test_the_test_button_says_what_is_wrong(
    portal: str, monkeypatch: pytest.MonkeyPatch, token: str, organisation: str, said: str
) -> None:
    works, message = connect(monkeypatch, portal, token, organisation).test_connection()
    assert not works
    assert said in message
    assert token not in message


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "changes, organisation, said",
    [
        ({}, "", "ce compte contribue pour : ville-aix-en-provence."),
        ({}, "une-autre", "ne contribue pas pour « une-autre »"),
        ({"password": "faux-mot-de-passe"}, "", "refuse ce compte"),
        ({"extra": {}}, "", "quel CKAN"),
    ],
)
def test_the_test_button_of_idgo(
    region: Region,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    organisation: str,
    said: str,
) -> None:
    with idgo_of.serving(region) as there:
        document = {
            "conn_type": "idgo",
            "host": there.url,
            "login": region.editor_name,
            "password": region.editor_password,
            "extra": {"organisation": organisation, "ckan": region.url},
            **changes,
        }
        monkeypatch.setenv("AIRFLOW_CONN_DATASUD", json.dumps(document))
        works, message = IdgoHook("datasud").test_connection()
    assert works == (changes == {} and organisation == "")
    assert said in message
    assert "faux-mot-de-passe" not in message


@pytest.mark.parametrize(
    "key, organisation, said",
    [
        (KEY, "", "ce compte est membre de : ville-aix-en-provence."),
        (KEY, ORGANISATION, "ce compte est membre de : ville-aix-en-provence."),
        (KEY, "une-autre", "n'est pas membre de « une-autre »"),
        ("fausse-cle", "", "refuse cette clé"),
    ],
)
def test_the_test_button_of_datagouv(
    monkeypatch: pytest.MonkeyPatch, key: str, organisation: str, said: str
) -> None:
    with datagouv_of.serving() as there:
        extra = {"organisation": organisation}
        document = {"conn_type": "datagouv", "host": there.url, "password": key, "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_NATIONAL", json.dumps(document))
        works, message = DatagouvHook("national").test_connection()
    assert works == (key == KEY and organisation != "une-autre")
    assert said in message
    assert "fausse-cle" not in message


@pytest.mark.parametrize(
    "password, extra, said",
    [
        (onegeo_of.PASSWORD, {}, "laisse entrer ce compte."),
        (onegeo_of.PASSWORD, {"organisation": "ville-aix-en-provence"}, "laisse entrer ce compte."),
        (onegeo_of.PASSWORD, {"organisation": "inconnue", "usergroup": "532"}, "laisse entrer ce compte."),
        (onegeo_of.PASSWORD, {"organisation": "inconnue"}, "ne connaît pas « inconnue »"),
        ("faux-mot-de-passe", {}, "refuse ce compte"),
    ],
)
def test_the_test_button_of_onegeo(
    monkeypatch: pytest.MonkeyPatch, password: str, extra: dict[str, str], said: str
) -> None:
    with onegeo_of.serving() as there:
        account = {"login": onegeo_of.USER, "password": password}
        document = {"conn_type": "onegeo", "host": f"{there.url}/fr/", **account, "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_DATASUD", json.dumps(document))
        works, message = OnegeoHook("datasud").test_connection()
    assert works == said.startswith("laisse")
    assert said in message
    assert "faux-mot-de-passe" not in message
