"""A month of a city with 12 datasets and 20 incidents: each alert is read in the mail sink, none is missing, none
came twice, whatever the mail server did and whoever was killed meanwhile."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aqueduc.alert_queue import Alert, queue_new_alerts
from aqueduc.alerts import FailedTask, build_failure_alert
from aqueduc.errors import SourceUnavailable, ValidationGateClosed
from tests.alerts.postoffice import MONDAY, PostOffice, open_post_office, read_body
from tests.alerts.test_delivery import deliver_and_die

DATASETS = [f"jeu-{rank:02}" for rank in range(12)]
HOURS = 24 * 31
DOWN = [range(100, 130), range(400, 401), range(650, 700)]
"""Hours without a mail server."""
DPO, LEAD = "dpd@ville.example", "chef@region.example"


def plan_incidents() -> dict[int, Alert]:
    """Twenty, by the hour at which each happens; at hours when the server is down, too."""
    planned: dict[int, Alert] = {}
    for rank in range(20):
        hour, dataset = 7 + rank * 36, DATASETS[rank % 12]
        at = MONDAY + timedelta(hours=hour)
        planned[hour] = build_incident(rank, dataset, at)
    return planned


def build_incident(rank: int, dataset: str, at: datetime) -> Alert:
    name, remedy = f"sinistre-{rank:02}.", "relancer"
    task = FailedTask("Extraire", name, 1)
    if rank % 4 == 0:
        error = SourceUnavailable("elle ne répond pas", where="connexion depot", remedy=remedy)
        return build_failure_alert(dataset, dataset, task, error, at)
    if rank % 4 == 1:
        gate = ValidationGateClosed("trop de rejets", findings=(), where=f"jeu {dataset}", remedy=remedy)
        return build_failure_alert(dataset, dataset, task, gate, at)
    if rank % 4 == 2:
        return Alert(
            "late", dataset, dataset, name, f"en retard, {name}", remedy, ("steward",), at.isoformat()
        )
    everybody = ("steward", "dpo", "region")
    return Alert("incident", dataset, dataset, name, f"ouvert, {name}", remedy, everybody, at.isoformat())


def expected(incidents: dict[int, Alert]) -> Counter[tuple[str, str]]:
    """Who is to read of which."""
    found: Counter[tuple[str, str]] = Counter()
    for rank, alert in enumerate(incidents.values()):
        found[f"{alert.subject}@ville.example", f"sinistre-{rank:02}."] += 1
        if alert.kind == "incident":
            found[DPO, f"sinistre-{rank:02}."] += 1
            found[LEAD, f"sinistre-{rank:02}."] += 1
    return found


def live_through(office: PostOffice, incidents: dict[int, Alert]) -> None:
    """An hour a turn; what has happened is found again each day, as a daily look would."""
    happened: list[Alert] = []
    for hour in range(HOURS):
        office.now = MONDAY + timedelta(hours=hour)
        (office.close if any(hour in down for down in DOWN) else office.open)()
        if hour in incidents:
            happened.append(incidents[hour])
            queue_new_alerts(office.workspace.store, happened[-1:])
        if hour % 24 == 0:
            queue_new_alerts(office.workspace.store, happened)
        if hour in (151, 259):
            deliver_and_die(office, "delete_outgoing_message" if hour == 151 else "mark_alerts_sent")
        elif hour % 3 == 1 or hour in incidents:
            office.deliver()


@pytest.mark.end_to_end
def test_each_alert_of_a_month_is_read_once(tmp_path: Path) -> None:
    with open_post_office(tmp_path) as office:
        office.declare(dpo=DPO)
        for name in DATASETS:
            office.desk.dataset(name, contact=f"{name}@ville.example")
        incidents = plan_incidents()
        assert {151, 259} <= incidents.keys()
        assert any(hour in down for hour in incidents for down in DOWN)
        live_through(office, incidents)
        mails = office.mails
    # As a mail reader does, which shows two mails of one Message-ID as one.
    shown = {(mail["X-Envelope-To"], mail["Message-ID"]): read_body(mail) for mail in mails}
    read = Counter(
        (to, f"sinistre-{rank:02}.")
        for (to, _identifier), body in shown.items()
        for rank in range(20)
        if f"sinistre-{rank:02}." in body
    )
    assert read == expected(incidents)
    assert len(incidents) == 20 and len(mails) - len(shown) == 1, "one delivery was killed after it had sent"
