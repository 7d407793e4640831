"""``doctor`` beside a real database of Airflow's: its pools, connections and version."""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.making import Desk, desk

pytestmark = pytest.mark.end_to_end

FERNET = base64.urlsafe_b64encode(b"0" * 32).decode()


def run(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name(command[0])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AQUEDUC_", "AIRFLOW"))}
    given = {**kept, **environment}
    return subprocess.run(
        [program, *command[1:]], env=given, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an Airflow that was just prepared, with one pool and two connections."""
    home = tmp_path_factory.mktemp("airflow")
    settings = configure(home)
    smtp = ("--conn-type", "smtp", "--conn-host", "mail.ville.example", "--conn-password", "secret-1234")
    for words in (
        ["db", "migrate"],
        ["pools", "set", "source_depot", "3", "Lectures"],
        ["connections", "add", "smtp_default", *smtp],
        ["connections", "add", "depot", "--conn-type", "fs", "--conn-extra", '{"path": "/tmp"}'],
    ):
        done = run(["airflow", *words], settings)
        assert done.returncode == 0, done.stdout + done.stderr
    return home


def configure(home: Path) -> dict[str, str]:
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__FERNET_KEY": FERNET,
    }


@dataclass
class Beside:
    """A city whose connections are Airflow's alone, and its Airflow."""

    desk: Desk
    home: Path

    def tell(self, check: str, subject: str = "", **environment: str) -> tuple[str, str, str]:
        """The state, the figure and the remedy of the only finding about it."""
        settings = {
            **configure(self.home),
            "AQUEDUC_INCLUDE": str(self.desk.include),
            "AQUEDUC_STORE": self.desk.place.store.url,
            "AQUEDUC_VAULT": self.desk.place.vault.url,
            "AQUEDUC_PORTAL": (self.desk.include.parent / "portail").as_uri(),
        }
        done = run(["aqueduc", "doctor", "--json"], settings | environment)
        assert "secret-1234" not in done.stdout + done.stderr
        (found,) = [
            one
            for one in json.loads(done.stdout)["checks"]
            if (one["check"], one["subject"]) == (check, subject)
        ]
        return found["state"], found["figure"], found["remedy"]


@pytest.fixture
def beside(tmp_path: Path, migrated: Path) -> Beside:
    made = desk(tmp_path)
    path = made.include / "city.yaml"
    city = yaml.safe_load(path.read_text("utf-8"))
    city["platforms"] = {"portail": {"type": "portal"}}
    city["defaults"]["platform"] = "portail"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")
    made.dataset()
    (tmp_path / "airflow").mkdir()
    shutil.copy(migrated / "airflow.db", tmp_path / "airflow")
    return Beside(made, tmp_path / "airflow")


def test_what_it_holds_is_read(beside: Beside) -> None:
    assert beside.tell("clock")[0] == "fine"
    assert beside.tell("connections") == ("fine", "1 configurée et lisible", "")
    assert beside.tell("mail")[:2] == ("fine", "« smtp_default » est configurée, aucun message n'attend")
    told = beside.tell("airflow", "plateforme_portail")
    assert told[:2] == ("wrong", "absent : ses tâches attendent")
    assert run(told[2].replace('"', "").split(), configure(beside.home)).returncode == 0
    assert beside.tell("airflow")[:2] == ("fine", "sa base répond, elle est de sa version ; 2 pools")


def test_a_key_that_does_not_open_the_connections(beside: Beside) -> None:
    other = base64.urlsafe_b64encode(b"1" * 32).decode()
    state, figure, remedy = beside.tell("mail", AIRFLOW__CORE__FERNET_KEY=other)
    assert (state, figure) == ("wrong", "La clé Fernet d'ici n'ouvre pas la connexion « smtp_default ».")
    assert "FERNET_KEY" in remedy


def test_a_database_of_another_version(beside: Beside) -> None:
    with closing(sqlite3.connect(beside.home / "airflow.db")) as base:
        base.execute("UPDATE alembic_version SET version_num = '29ce7909c52b'")
        base.commit()
    state, _figure, remedy = beside.tell("airflow")
    assert state == "wrong" and remedy.endswith("airflow db migrate")


def test_a_process_that_has_no_database_of_airflow(beside: Beside) -> None:
    """As a worker's."""
    (beside.home / "airflow.db").unlink()
    state, figure, remedy = beside.tell("airflow")
    assert state == "skipped" and "n'ouvre pas sa base" in figure
    assert "docker compose run --rm --no-deps init aqueduc doctor" in remedy
    assert beside.tell("connections")[0] == "skipped"
    assert not (beside.home / "airflow.db").exists(), "looking makes none"


def test_a_database_that_does_not_answer(beside: Beside) -> None:
    address = "postgresql+psycopg2://airflow:secret-1234@127.0.0.1:9/airflow"
    state, figure, remedy = beside.tell("airflow", AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=address)
    assert (state, figure) == ("wrong", "sa base ne répond pas (OperationalError)")
    assert "127.0.0.1" not in figure and "PostgreSQL" in remedy
