"""What the demonstration says at its end: where to look, the city's own database included."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rich.console import Console

from sandbox.demo import describe

DSN = "postgresql://lecteur:essai@127.0.0.1:5433/urbanisme"


def test_the_addresses_of_the_city_are_told_whole() -> None:
    airflow = {"url": "http://127.0.0.1:8080", "user": "admin", "password": "essai"}
    city = {"api_url": "http://127.0.0.1:8090", "dsn": DSN, "drop_folder": "/depot", "mail_folder": "/mails"}
    sandbox: Any = SimpleNamespace(
        airflow=SimpleNamespace(**airflow),
        region=SimpleNamespace(addresses=lambda: [("Plateforme", "http://127.0.0.1:5000")]),
        city=SimpleNamespace(**city),
        layout=SimpleNamespace(store=Path("/depots/store")),
    )
    told = io.StringIO()
    describe(sandbox, Console(file=told, width=60))
    lines = [" ".join(line.split()) for line in told.getvalue().splitlines()]
    assert f"Base de la Ville {DSN}" in lines
    assert f"API de la Ville {city['api_url']}" in lines
