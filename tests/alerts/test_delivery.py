"""What people must be told reaches them, once, the remedy first, and nothing is lost on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from aqueduc.alert_queue import Alert, list_waiting_alerts, queue_new_alerts, read_undelivered_messages
from aqueduc.alerts import (
    FailedTask,
    SmtpAndAppriseChannels,
    build_failure_alert,
    check_delivery_and_record_reconciliation,
    deliver_alerts,
    list_outgoing_messages,
)
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import load_city
from aqueduc.errors import ConnectionMissing, DatasetBusy, StoreError, ValidationGateClosed
from aqueduc.store import Store
from sandbox.processes import HOST
from tests.alerts.postoffice import MONDAY, PostOffice, open_post_office, read_body

CONTACT, LEAD = "opendata@ville.example", "chef@region.example"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with open_post_office(tmp_path) as opened:
        yield opened


def alert(occurrence: str = "un", **changes: Any) -> Alert:
    found = Alert(
        *(
            "late",
            "jeu",
            "Jeu d'essai",
            occurrence,
            f"il attend ({occurrence})",
            f"le relancer ({occurrence})",
        ),
        *(("steward",), MONDAY.isoformat()),
    )
    return replace(found, **changes)


def test_one_message_a_recipient_the_gravest_first_and_the_remedy_before_what_happened(
    office: PostOffice,
) -> None:
    alerts = [alert("un"), alert("deux", kind="incident", audience=("steward", "region"))]
    queue_new_alerts(office.workspace.store, alerts)
    assert office.deliver().sent == 2
    first, second = sorted(office.mails, key=lambda mail: str(mail["To"]))
    assert (first["X-Envelope-To"], second["X-Envelope-To"]) == (LEAD, CONTACT)
    assert first["Subject"] == "Aqueduc : incident, « Jeu d'essai »"
    assert second["Subject"] == "Aqueduc : 2 alertes (incident × 1, retard × 1)"
    body = read_body(second)
    places = [
        body.index(text) for text in ("relancer (deux)", "attend (deux)", "relancer (un)", "attend (un)")
    ]
    assert places == sorted(places)
    assert "02/03/2026 06:00" in body
    assert second.get_body(("html",)) is not None


def test_what_was_told_is_not_told_again(office: PostOffice) -> None:
    for _turn in range(3):
        queue_new_alerts(office.workspace.store, [alert()])
        office.deliver()
    assert len(office.mails) == 1


def test_a_mail_server_that_is_down_loses_nothing(office: PostOffice) -> None:
    queue_new_alerts(office.workspace.store, [alert("un")])
    office.close()
    done = office.deliver()
    assert done.sent == 0 and done.undelivered_reason is not None and done.undelivered_reason.retryable
    assert "serveur de courrier ne répond pas" in str(done.undelivered_reason) and "smtp_default" in str(
        done.undelivered_reason
    )
    office.now += timedelta(minutes=10)
    queue_new_alerts(office.workspace.store, [alert("deux")])
    office.deliver()
    office.open()
    assert office.deliver().sent == 2
    assert ["(un)" in read_body(mail) for mail in office.mails] == [True, False]
    assert list_outgoing_messages(office.workspace.store) == []


def test_without_a_mail_server_what_waits_is_kept_and_why_is_for_the_page(office: PostOffice) -> None:
    """A city that never named one, and gave none: nothing failed."""
    place = office.workspace
    queue_new_alerts(place.store, [alert("un"), alert("deux", audience=("dpo",))])
    done = deliver_alerts(
        place, office.desk.city, SmtpAndAppriseChannels(office.desk.city, EnvironmentConnections({}))
    )
    assert done.sent == 0 and done.without_mail and isinstance(done.undelivered_reason, ConnectionMissing)
    kept = read_undelivered_messages(place.store)
    assert kept is not None and kept.count == len(done.kept) > 0 and kept.since == MONDAY.isoformat()
    assert "smtp_default" in str(kept.what) and "Admin > Connexions" in str(kept.remedy)
    assert office.deliver().sent == kept.count and read_undelivered_messages(place.store) is None


def test_a_mail_server_that_is_named_and_missing_is_a_failure(office: PostOffice) -> None:
    queue_new_alerts(office.workspace.store, [alert("un")])
    office.declare(notify={"mail": "courriel"})
    city = load_city(office.desk.include).city
    done = deliver_alerts(office.workspace, city, SmtpAndAppriseChannels(city, EnvironmentConnections({})))
    assert not done.without_mail and "« courriel »" in str(done.undelivered_reason)


def test_a_server_that_is_down_and_an_alert_for_nobody_are_failures(office: PostOffice) -> None:
    queue_new_alerts(office.workspace.store, [alert("un")])
    office.close()
    assert not office.deliver().without_mail
    kept = read_undelivered_messages(office.workspace.store)
    assert kept is not None and "serveur de courrier ne répond pas" in str(kept.what)


KILLED = """
import os, signal, sys
from pathlib import Path
from aqueduc.alerts import SmtpAndAppriseChannels, delivery
from aqueduc.declaration import load_city
from aqueduc.run import build_workspace_from_environment
setattr(delivery, sys.argv[1], lambda *_: os.kill(os.getpid(), signal.SIGKILL))
workspace = build_workspace_from_environment()
city = load_city(workspace.include).city
delivery.deliver_alerts(workspace, city, SmtpAndAppriseChannels(city, workspace.connections))
"""


def deliver_and_die(office: PostOffice, before: str) -> None:
    """A delivery in a process of its own, killed when it comes to ``before``."""
    place = office.workspace
    folders = {"AQUEDUC_STORE": place.store.url, "AQUEDUC_VAULT": place.vault.url}
    given = {**os.environ, **place.connections.variables, **folders, "AQUEDUC_INCLUDE": str(place.include)}
    died = subprocess.run([sys.executable, "-c", KILLED, before], env=given, timeout=60)
    assert died.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    "before, mails", [("delete_outgoing_message", 2), ("mark_alerts_sent", 1), ("store_outgoing_message", 1)]
)
def test_a_delivery_that_is_killed_is_taken_up(office: PostOffice, before: str, mails: int) -> None:
    """Killed between the sending and the noting, it sends the same message once more, under the same name: a
    mail reader shows it once."""
    queue_new_alerts(office.workspace.store, [alert("un")])
    deliver_and_die(office, before)
    queue_new_alerts(office.workspace.store, [alert("deux")])
    office.deliver()
    assert office.deliver().sent == 0
    told = [mail for mail in office.mails if "(un)" in read_body(mail)]
    assert len(told) == mails
    assert len({mail["Message-ID"] for mail in told}) == 1
    assert sum("(deux)" in read_body(mail) for mail in office.mails) == 1


def test_two_deliveries_at_once_are_one(office: PostOffice) -> None:
    with office.workspace.store.lock("alerts", where="ailleurs"), pytest.raises(DatasetBusy):
        office.deliver()


def test_a_refused_address_holds_up_nobody_else(office: PostOffice) -> None:
    office.declare(notify={"steward": {"mails": ["inconnu@ville.example", "zoe@ville.example"]}})
    queue_new_alerts(office.workspace.store, [alert()])
    done = office.deliver()
    assert [mail["To"] for mail in office.mails] == ["zoe@ville.example"]
    assert "refuse ce destinataire (550)" in str(done.undelivered_reason) and "inconnu@ville.example" in str(
        done.undelivered_reason
    )
    assert "no such user" not in str(done.undelivered_reason), "what a server answers is quoted nowhere"
    assert office.deliver().sent == 0
    assert len(office.mails) == 1


def test_an_alert_for_whom_nobody_has_an_address_goes_to_the_city_or_waits_and_is_told(
    office: PostOffice,
) -> None:
    queue_new_alerts(office.workspace.store, [alert(audience=("dpo",))])
    assert office.deliver().sent == 1
    assert office.mails[0]["To"] == CONTACT
    office.declare(defaults={"licence": "lov2", "platform": "datasud"})
    queue_new_alerts(office.workspace.store, [alert("deux", audience=("dpo",))])
    done = office.deliver()
    assert done.unaddressed == 1 and "notify:" in str(done.undelivered_reason)
    assert [one.occurrence for one in list_waiting_alerts(office.workspace.store)] == ["deux"]
    office.declare(dpo="dpd@ville.example")
    office.deliver()
    assert office.mails[-1]["To"] == "dpd@ville.example"


def test_the_city_says_whom_to_tell_what(office: PostOffice) -> None:
    office.declare(
        language="en",
        notify={
            "steward": {"mails": ["donnees@ville.example"], "kinds": ["incident"]},
            "operator": {"mails": ["exploitation@ville.example"]},
        },
    )
    both = ("steward", "operator", "region")
    queue_new_alerts(
        office.workspace.store, [alert("un", audience=both), alert("deux", kind="incident", audience=both)]
    )
    office.deliver()
    told = {mail["To"]: read_body(mail) for mail in office.mails}
    assert set(told) == {"donnees@ville.example", "exploitation@ville.example", LEAD}
    assert "(un)" not in told["donnees@ville.example"] and "(deux)" in told["donnees@ville.example"]
    assert "What to do" in told["exploitation@ville.example"]
    assert "Que faire" in told[LEAD], "what leaves the city is in French"


def test_a_dataset_s_own_contact_is_told_of_it(office: PostOffice) -> None:
    office.desk.dataset("jeu", contact="voirie@ville.example")
    queue_new_alerts(office.workspace.store, [alert()])
    office.deliver()
    assert [mail["To"] for mail in office.mails] == ["voirie@ville.example"]


def test_a_gate_that_closed_is_held_and_says_what_to_do_first(office: PostOffice) -> None:
    error = ValidationGateClosed("trop de rejets", findings=(), where="jeu jeu", remedy="corriger la source")
    task = FailedTask("Valider", "manual__1", 1, "http://airflow/journal")
    held = build_failure_alert("jeu", "Titre\r\nBcc: x@y.example", task, error, MONDAY)
    assert held.kind == "held"
    queue_new_alerts(office.workspace.store, [held])
    office.deliver()
    (mail,) = office.mails
    assert mail["Bcc"] is None and mail["X-Envelope-To"] == CONTACT
    body = read_body(mail)
    assert body.index("corriger la source") < body.index("[porte-validation] trop de rejets")
    assert "http://airflow/journal" in body


# --- channels, heartbeat, silence ---------------------------------------------------------------------------


class Listener(HTTPServer):
    """Keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.status = 200
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                listener.asked.append((self.path, self.rfile.read(length).decode()))
                self.send_response(listener.status)
                self.end_headers()

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_arguments: Any) -> None:
                return

        super().__init__((HOST, 0), Handler)


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_channel_is_told_by_apprise_and_its_token_is_quoted_nowhere(
    tmp_path: Path, listener: Listener, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    token = "3ccdd113474722377935511fc85d3dd4"
    with open_post_office(tmp_path, mattermost=f"mmost://{HOST}:{listener.server_port}/{token}") as office:
        office.declare(notify={"steward": {"channels": ["mattermost"]}})
        queue_new_alerts(office.workspace.store, [alert()])
        listener.status = 500
        done = office.deliver()
        assert done.sent == 1 and len(done.kept) == 1
        listener.status = 200
        assert office.deliver().sent == 1
    path, body = listener.asked[-1]
    assert token in path and "le relancer (un)" in body
    assert token not in caplog.text + "".join(capfd.readouterr()) + str(done.undelivered_reason)


@pytest.mark.parametrize("password", ["", "rien", "http://"])
def test_a_channel_that_apprise_does_not_know_says_so(tmp_path: Path, password: str) -> None:
    with open_post_office(tmp_path, tchap=password) as office:
        office.declare(notify={"steward": {"channels": ["tchap"]}})
        queue_new_alerts(office.workspace.store, [alert()])
        done = office.deliver()
    assert done.undelivered_reason is not None and not done.undelivered_reason.retryable
    assert "canal-inutilisable" in str(done.undelivered_reason) and "« tchap »" in str(
        done.undelivered_reason
    )


def test_a_channel_without_its_package_keeps_the_message_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with open_post_office(tmp_path, mattermost="mmost://localhost/jeton") as office:
        office.declare(notify={"steward": {"channels": ["mattermost"]}})
        queue_new_alerts(office.workspace.store, [alert()])
        done = office.deliver()
    assert len(done.kept) == 1
    assert "aqueduc-opendata[channels]" in str(done.undelivered_reason)


def test_each_turn_that_ended_well_is_heard_at_the_other_end(tmp_path: Path, listener: Listener) -> None:
    with open_post_office(tmp_path, sentinelle=f"http://{HOST}:{listener.server_port}/abc") as office:
        office.declare(notify={"heartbeat": "sentinelle"})
        assert office.turn().heartbeat_failure is None
        assert [path for path, _body in listener.asked] == ["/abc"]
        queue_new_alerts(office.workspace.store, [alert()])
        office.close()
        assert office.turn().delivery.undelivered_reason is not None
        assert len(listener.asked) == 1, "a turn that could not send is no sign of life"
        office.open()
        listener.status = 404
        heartbeat_failure = office.turn().heartbeat_failure
    assert (
        heartbeat_failure is not None
        and "sentinelle" in str(heartbeat_failure)
        and "/abc" not in str(heartbeat_failure)
    )


def test_a_reconciliation_that_stopped_is_told_once_a_silence(office: PostOffice) -> None:
    office.turn()
    for hours in (25, 27, 30):
        office.now = MONDAY + timedelta(hours=hours)
        office.turn()
    (mail,) = office.mails
    assert mail["Subject"] == "Aqueduc : silence, « Ville d'Essai »"
    assert "aqueduc_reconciliation" in read_body(mail)


def test_the_reconciliation_tells_of_turns_that_stopped_and_is_heard_itself(
    tmp_path: Path, listener: Listener
) -> None:
    with open_post_office(tmp_path, sentinelle=f"http://{HOST}:{listener.server_port}/abc") as office:
        office.declare(notify={"heartbeat": "sentinelle"})
        office.turn()
        for hours in (25, 27):
            office.now = MONDAY + timedelta(hours=hours)
            assert check_delivery_and_record_reconciliation(office.workspace, office.desk.city) is None
        assert len(listener.asked) == 3
        office.deliver()
    (mail,) = office.mails
    assert "L'envoi des alertes ne s'est pas terminé depuis le 02/03/2026 06:00" in read_body(mail)
    assert "aqueduc_alerts" in read_body(mail)


def test_without_its_store_a_failure_is_told_all_the_same(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aqueduc.alerts import send_alert_now

    def refuse(*_arguments: Any) -> None:
        raise StoreError("fermé", where="ici", remedy="ouvrir")

    monkeypatch.setattr(Store, "write", refuse)
    assert send_alert_now(office.workspace, office.desk.city, alert(), office.channels()).sent == 1
    assert len(office.mails) == 1
