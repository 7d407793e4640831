"""``alerts``: what waits, and how it is sent without Airflow."""

from __future__ import annotations

import json
from pathlib import Path

from aqueduc.alert_queue import queue_new_alerts
from sandbox.processes import HOST
from tests.alerts.postoffice import open_post_office, read_body
from tests.alerts.test_delivery import alert
from tests.cli.office import Office


def test_what_waits_is_shown_and_sent(office: Office, tmp_path: Path) -> None:
    assert office.aqueduc("alerts").out == "Aucune alerte n'attend.\n"
    queue_new_alerts(office.desk.place.store, [alert()])
    said = office.aqueduc("alerts")
    assert "02/03/2026 06:00  retard, Jeu d'essai" in said.out and "Que faire : le relancer (un)" in said.out
    with open_post_office(tmp_path / "poste") as post:
        smtp = {"host": HOST, "port": post.port, "extra": {"disable_ssl": True, "disable_tls": True}}
        environment = {"AIRFLOW_CONN_SMTP_DEFAULT": json.dumps({"conn_type": "smtp", **smtp})}
        post.close()
        down = office.aqueduc("alerts", "--send", **environment)
        assert down.code == 3 and "[alerte-non-envoyee]" in down.err and "Que faire" in down.err
        assert "pas encore parti pour opendata@ville.example" in office.aqueduc("alerts").out
        post.open()
        assert office.aqueduc("alerts", "--send", "--json", **environment).json == {
            "sent": 1,
            "kept": [],
            "unaddressed": 0,
        }
        assert "le relancer (un)" in read_body(post.mails[0])
    assert office.aqueduc("alerts", "--json").json == {"waiting": [], "outgoing": []}


def test_without_a_mail_connection_nothing_is_lost_and_it_says_what_to_make(office: Office) -> None:
    queue_new_alerts(office.desk.place.store, [alert()])
    said = office.aqueduc("alerts", "--send")
    assert said.code == 1 and "AIRFLOW_CONN_SMTP_DEFAULT" in said.err
    assert len(office.aqueduc("alerts", "--json").json["outgoing"]) == 1
