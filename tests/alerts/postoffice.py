"""A real SMTP server that may be down, the mails that it was given, and a small city that writes to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import yaml
from aiosmtpd.controller import Controller

from aqueduc.alerts import (
    DeliveryResult,
    DeliveryTurnResult,
    SmtpAndAppriseChannels,
    deliver_alerts,
    find_and_deliver_alerts,
)
from aqueduc.connections import EnvironmentConnections
from aqueduc.declaration import load_city
from aqueduc.run import Workspace
from sandbox.city.mail import Sink, read_mails
from sandbox.processes import HOST, free_port
from tests.making import CITY, Desk, desk

MONDAY = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@dataclass
class PostOffice:
    """``now`` is the city's clock."""

    desk: Desk
    folder: Path
    port: int
    now: datetime = MONDAY
    _server: Controller | None = field(default=None, init=False)

    def open(self) -> None:
        if self._server is None:
            self._server = Controller(Sink(self.folder), hostname=HOST, port=self.port)
            self._server.start()

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def mails(self) -> list[EmailMessage]:
        return read_mails(self.folder)

    @property
    def workspace(self) -> Workspace:
        return replace(self.desk.place, clock=lambda: self.now)

    def channels(self) -> SmtpAndAppriseChannels:
        return SmtpAndAppriseChannels(self.desk.city, self.workspace.connections)

    def deliver(self) -> DeliveryResult:
        return deliver_alerts(self.workspace, self.desk.city, self.channels())

    def turn(self) -> DeliveryTurnResult:
        return find_and_deliver_alerts(self.workspace, load_city(self.desk.include), self.channels())

    def declare(self, **changes: Any) -> None:
        document = {**CITY, **changes}
        (self.desk.include / "city.yaml").write_text(yaml.safe_dump(document, allow_unicode=True))


@contextmanager
def open_post_office(root: Path, **connections: str) -> Iterator[PostOffice]:
    """``connections``: the passwords of more of them, by their names."""
    folder, port = root / "courrier", free_port()
    folder.mkdir(parents=True)
    found = {
        f"AIRFLOW_CONN_{name.upper()}": json.dumps({"conn_type": "generic", "password": password})
        for name, password in connections.items()
    }
    smtp = {
        "conn_type": "smtp",
        "host": HOST,
        "port": port,
        "extra": {"disable_ssl": True, "disable_tls": True},
    }
    found["AIRFLOW_CONN_SMTP_DEFAULT"] = json.dumps(smtp)
    made = desk(root)
    made = Desk(replace(made.place, connections=EnvironmentConnections(found)))
    office = PostOffice(made, folder, port)
    office.open()
    try:
        yield office
    finally:
        with suppress(OSError):
            office.close()


def read_body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""
