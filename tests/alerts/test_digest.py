"""The week of the city's open data, on Monday, in French."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from aqueduc.alert_queue import queue_new_alerts
from aqueduc.alerts import send_weekly_digest
from aqueduc.alerts.digest import build_weekly_digest_sections
from aqueduc.pipeline import run_pipeline
from aqueduc.run import Run
from aqueduc.store import Store
from aqueduc.week_journal import record_week_event
from aqueduc.withdrawal import enforce_withdrawal, lift_withdrawal, record_withdrawal_order
from tests.alerts.postoffice import MONDAY, PostOffice, open_post_office, read_body
from tests.alerts.test_delivery import alert
from tests.making import CITY
from tests.withdrawal.withdrawing import build_order

NEXT = MONDAY + timedelta(days=7, hours=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with open_post_office(tmp_path) as opened:
        yield opened


def send(office: PostOffice) -> int:
    return send_weekly_digest(office.workspace, office.desk.city, office.channels()).sent


def test_the_week_is_told_once_to_those_who_are_declared(office: PostOffice) -> None:
    office.declare(dpo="dpd@ville.example", language="en")
    office.desk.dataset("jeu", title="Arbres d'alignement")
    store = office.workspace.store
    record_week_event(store, "opened", "jeu", MONDAY)
    record_week_event(store, "refreshed", "retire", MONDAY + timedelta(days=6))
    for rank in range(60):
        record_week_event(store, "unchanged", f"jeu-{rank}", MONDAY)
    record_week_event(store, "opened", "avant", MONDAY - timedelta(days=1))
    record_week_event(store, "opened", "apres", NEXT)
    queue_new_alerts(store, [alert("un", kind="deadline"), alert("deux", kind="held")])
    office.deliver()
    office.now = NEXT
    assert send(office) == 2
    assert send(office) == 0, "cleared, it is not sent again"
    *_, first, second = office.mails
    assert {first["To"], second["To"]} == {"opendata@ville.example", "dpd@ville.example"}
    assert first["Subject"] == "Aqueduc : la semaine du 02/03/2026"
    body = read_body(first).replace("\r\n", "\n")
    assert "Ouverts : 1 jeu\n  Arbres d'alignement (jeu)" in body
    assert "Mis à jour : 1 jeu\n  retire (retire)" in body
    assert "Regardés, et inchangés : 60 jeux\n\n" in body
    assert body.index("Retenus par une porte : 1") < body.index("Échéances : 1")
    assert "avant" not in body and "apres" not in body


def test_each_thing_is_counted_once(office: PostOffice) -> None:
    """Not once for each audience, nor for each day it lasts; and no withdrawal that was lifted, nor a convention."""
    office.desk.dataset("jeu", title="Arbres d'alignement")
    store = office.workspace.store
    claim: dict[str, Any] = {"kind": "claim", "subject": "convention", "title": "Réclamation 2026-001"}
    over: dict[str, Any] = {"kind": "withdrawal", "subject": "convention", "title": "Convention"}
    left: dict[str, Any] = {"kind": "withdrawal", "remedy": "lire ce qui l'empêche"}
    alerts = [
        alert("2026-001", **claim),
        alert("region-2026-001", audience=("region",), **claim),
        alert("region-ended", audience=("region",), **over),
        *(alert(day, **left) for day in ("2026-03-02", "2026-03-03")),
        alert("2026-03-03", **{**left, "subject": "leve"}),
    ]
    queue_new_alerts(store, alerts)
    place, city = replace(office.workspace, clock=lambda: MONDAY), office.desk.city
    office.desk.dataset("leve")
    record_withdrawal_order(["jeu", "leve"], build_order(), city, place)
    lift_withdrawal(["leve"], "Jeanne Martin", "erreur", "levee-1", city, place)
    office.now = NEXT
    send(office)
    (digest,) = [mail for mail in office.mails if "la semaine" in str(mail["Subject"])]
    body = read_body(digest).replace("\r\n", "\n")
    assert "Retraits décidés : 1 jeu\n  Arbres d'alignement (jeu)\n" in body
    assert "Réclamations : 1\n" in body and "Retraits inachevés : 1\n" in body
    assert "Convention :" not in body and "leve" not in body


def test_a_withdrawal_that_was_proved_since_is_not_unfinished(office: PostOffice) -> None:
    office.desk.dataset("jeu", title="Arbres d'alignement")
    queue_new_alerts(office.workspace.store, [alert("2026-03-02", kind="withdrawal")])
    place, city = replace(office.workspace, clock=lambda: MONDAY), office.desk.city
    record_withdrawal_order(["jeu"], build_order(), city, place)
    assert "Retraits inachevés : 1" in tell(office, MONDAY)
    done = enforce_withdrawal("jeu", city, place, sleep=lambda _: None)
    assert done is not None and done.proved
    assert "Retraits inachevés" not in tell(office, MONDAY)


def test_what_calls_for_the_same_on_two_platforms_is_two_things(office: PostOffice) -> None:
    office.desk.dataset("jeu", title="Arbres d'alignement")
    same: dict[str, Any] = {"kind": "drift", "title": "Arbres", "remedy": "demander pourquoi"}
    one = {**same, "what": "modifié sur « region »"}
    two = {**same, "what": "modifié sur « ville »"}
    other = {**one, "subject": "autre"}
    queue_new_alerts(office.workspace.store, [alert("1", **one), alert("2", **two), alert("3", **other)])
    said = tell(office, MONDAY)
    assert "Écarts : 3\n" in said
    assert "Arbres : demander pourquoi (modifié sur « ville »)" in said.replace("\N{NO-BREAK SPACE}", " ")


def tell(office: PostOffice, week: datetime) -> str:
    return "\n".join(map(str, build_weekly_digest_sections(office.workspace, week)))


def test_a_quiet_week_is_told_too_and_nobody_gets_it_who_wants_none(office: PostOffice) -> None:
    office.now = NEXT
    office.declare(notify={"digest": []})
    assert send(office) == 0
    office.now += timedelta(days=7)
    office.declare(notify={"digest": ["steward"]})
    assert send(office) == 1
    assert "Aucune exécution et aucune alerte" in read_body(office.mails[-1])


def test_a_digest_waits_for_the_mail_server(office: PostOffice) -> None:
    office.now = NEXT
    office.close()
    assert send(office) == 0
    office.open()
    office.deliver()
    assert len(office.mails) == 1


def test_four_thousand_datasets_are_told_in_few_reads(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = office.workspace.store
    for rank in range(4_000):
        (Path(store.url.removeprefix("file://")) / "weeks/2026-W10/refreshed").mkdir(
            parents=True, exist_ok=True
        )
        (Path(store.url.removeprefix("file://")) / f"weeks/2026-W10/refreshed/jeu-{rank:04}").touch()
    read: list[str] = []
    real = Store.read
    monkeypatch.setattr(Store, "read", lambda self, key: read.append(key) or real(self, key))
    office.now = NEXT
    assert send(office) == 1
    assert len(read) < 20
    assert "… et 3975 de plus" in read_body(office.mails[0])


def test_runs_leave_their_week(office: PostOffice, tmp_path: Path) -> None:
    drop = tmp_path / "depot"
    drop.mkdir()
    (drop / "jeu.csv").write_text("quartier\nMazarin\n", encoding="utf-8")
    city: dict[str, Any] = {
        **CITY,
        "platforms": {"portail": {"type": "portal", "folder": str(tmp_path / "p")}},
    }
    city["defaults"] = {**CITY["defaults"], "platform": "portail"}
    (office.desk.include / "city.yaml").write_text(yaml.safe_dump(city))
    dataset = office.desk.dataset(
        "jeu", source={"file": "depot", "path": "jeu.csv"}, publish={"mode": "upload"}
    )
    variables = dict(office.workspace.connections.variables)  # type: ignore[attr-defined]
    variables["AIRFLOW_CONN_DEPOT"] = f'{{"conn_type": "fs", "extra": {{"path": "{drop}"}}}}'
    connections = replace(office.workspace.connections, variables=variables)  # type: ignore[type-var]
    for run, text in (("un", None), ("deux", None), ("trois", "quartier\nMazarin\nJas\n")):
        if text:
            (drop / "jeu.csv").write_text(text, encoding="utf-8")
        place = replace(office.workspace, connections=connections)
        run_pipeline(dataset, office.desk.city, Run("jeu", run), place)
        office.now += timedelta(hours=1)
    office.now = NEXT
    assert send(office) == 1
    body = read_body(office.mails[0]).replace("\r\n", "\n")
    for heading in ("Ouverts : 1 jeu\n", "Mis à jour : 1 jeu\n", "Regardés, et inchangés : 1 jeu\n"):
        assert heading in body


def test_what_was_told_more_than_a_year_ago_is_forgotten(office: PostOffice) -> None:
    store = office.workspace.store
    queue_new_alerts(store, [alert("un"), alert("deux", at=NEXT.isoformat())])
    record_week_event(store, "opened", "jeu", MONDAY)
    office.deliver()
    office.now = MONDAY + timedelta(weeks=61)
    send(office)
    assert len(store.list("alerts/sent")) == 1 and len(store.list("alerts/weeks")) == 1
    assert store.list("weeks") == []
