"""What people must be told waits until it was sent, and is sent once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from aqueduc.alert_queue import Alert, list_waiting_alerts, mark_alerts_sent, queue_new_alerts
from aqueduc.language import _, use_language
from aqueduc.store import Store

LATE = Alert(
    "late",
    "arbres",
    "Arbres",
    "2026-03-01",
    _("Le coffre est fermé."),
    _("vérifier l'adresse du catalogue"),
    ("steward",),
    "2026-03-01T06:00:00+00:00",
)


def test_an_alert_waits_until_it_is_sent_and_is_not_raised_again(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    queue_new_alerts(store, [LATE, replace(LATE, at="2026-03-01T09:00:00+00:00")])
    assert list_waiting_alerts(store) == [LATE]
    mark_alerts_sent(store, [LATE])
    queue_new_alerts(store, [LATE, replace(LATE, occurrence="2026-03-02")])
    assert [alert.occurrence for alert in list_waiting_alerts(store)] == ["2026-03-02"]


def test_an_alert_is_told_in_the_language_of_who_reads_it(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    queue_new_alerts(store, [LATE])
    (read,) = list_waiting_alerts(store)
    with use_language("en"):
        assert str(read.remedy) == "check the address of the catalogue"
