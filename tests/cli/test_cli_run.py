"""``run``: the whole way to a real platform; what stops it; and that nothing raw outlives it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sandbox.region import Region
from tests.cli.office import COLUMNS, FIELDS, Office, nobody_in, open_office, people
from tests.cli.test_cli_preview import on_a_terminal
from tests.waiting import eventually

pytestmark = pytest.mark.end_to_end

HTTP = httpx.Client(timeout=60, verify=False)  # the sandbox has no certificate
SILENT = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Branch:
    """An office with a platform, and the name of its dataset there."""

    office: Office
    region: Region
    slug: str

    def ask(self, action: str, **data: Any) -> Any:
        answer = HTTP.post(
            f"{self.region.url}/api/3/action/{action}",
            json=data,
            headers={"Authorization": self.region.admin_token},
        )
        return answer.json().get("result")


@contextmanager
def branch_of(root: Path, region: Region) -> Iterator[Branch]:
    """What it published is gone afterwards."""
    office = open_office(root, region.environment())
    slug = f"essai-{uuid4().hex[:12]}"
    (office.desk.include / "datasets" / "jeu.yaml").unlink()
    office.declare(slug)
    made = Branch(office, region, slug)
    yield made
    made.ask("dataset_purge", id=slug)


@pytest.fixture
def branch(tmp_path: Path, region: Region) -> Iterator[Branch]:
    with branch_of(tmp_path, region) as made:
        yield made


def test_the_whole_way(branch: Branch) -> None:
    said = branch.office.aqueduc("run", branch.slug)
    assert said.code == 0, said.all
    lines = said.out.splitlines()
    assert [line.split(" : ")[0] for line in lines[:5]] == [
        "✓ Extraire",
        "✓ Anonymiser",
        "✓ Valider",
        "✓ Publier",
        "✓ Certifier",
    ]
    assert "40 lignes lues" in lines[0]
    assert f"/dataset/{branch.slug}" in lines[-1]
    assert nobody_in(said.all)
    record = branch.ask("package_show", id=branch.slug)
    assert record["private"] is False
    text = HTTP.get(record["resources"][0]["url"]).text
    assert text.splitlines()[0] == "numero,annee,quartier,montant"
    assert nobody_in(text)
    assert not list((branch.office.vault / "raw").rglob("*.parquet"))


def test_unchanged_then_forced(branch: Branch) -> None:
    office = branch.office
    assert office.aqueduc("run", branch.slug).code == 0
    again = office.aqueduc("run", branch.slug)
    assert again.code == 0
    assert "La source n'a pas changé" in again.out
    forced = office.aqueduc("run", branch.slug, "--force", "--json").json
    assert forced["unchanged"] is False
    assert forced["reports"]["publish"]["nothing_new"] is True


@pytest.mark.end_to_end
def test_what_is_added_to_the_source_is_published_and_again_when_it_changes(branch: Branch) -> None:
    office = branch.office
    table = office.desk.include / "references" / "quartiers.csv"
    table.parent.mkdir()
    table.write_text("quartier,canton\nNord,premier\nSud,second\n", encoding="utf-8")
    office.declare(
        branch.slug,
        columns={**COLUMNS, "canton": "publish", "dizaines": "publish"},
        fields=[*FIELDS, {"name": "canton"}, {"name": "dizaines", "type": "integer"}],
        join={"file": "references/quartiers.csv", "on": "quartier"},
        computed={"dizaines": "CAST(floor(CAST(montant AS DOUBLE) / 10) AS INTEGER)"},
        guards={"shift": "100%"},
    )
    connected = office.aqueduc("check", "--connect")
    assert connected.code == 0 and "6 colonnes, toutes déclarées" in connected.out
    assert office.aqueduc("run", branch.slug).code == 0
    lines = read_published(branch)
    assert lines[0] == "numero,annee,quartier,montant,canton,dizaines"
    assert "D0000,2024,Nord,10.5,premier,1" in lines and "D0002,2024,Sud,12.5,second,1" in lines
    assert "La source n'a pas changé" in office.aqueduc("run", branch.slug).out
    table.write_text("quartier,canton\nNord,premier\nSud,deuxième\n", encoding="utf-8")
    assert office.aqueduc("run", branch.slug).code == 0
    assert "D0002,2024,Sud,12.5,deuxième,1" in read_published(branch)


def read_published(branch: Branch) -> list[str]:
    record = branch.ask("package_show", id=branch.slug)
    answer = HTTP.get(record["resources"][0]["url"])
    return answer.content.decode("utf-8-sig").splitlines()


def test_a_dry_run_says_what_it_would_write(branch: Branch) -> None:
    said = branch.office.aqueduc("run", branch.slug, "--dry-run")
    assert said.code == 0
    assert "Serait écrit : créer la fiche, cachée" in said.out
    assert "Serait écrit : ouvrir la fiche au public" in said.out
    assert "rien n'a été écrit sur la plateforme" in said.out
    assert "Certifier" not in said.out
    assert branch.ask("package_show", id=branch.slug) is None


def test_what_a_program_reads(branch: Branch) -> None:
    said = branch.office.aqueduc("run", branch.slug, "--json")
    document = said.json
    assert said.err == ""
    assert set(document) == {"dataset", "run", "dry_run", "unchanged", "reports", "certificate"}
    assert set(document["reports"]) == {"extract", "anonymise", "validate", "publish"}
    assert document["certificate"]["balance"]["published"] == 40
    assert nobody_in(said.out)


def test_progress_on_a_terminal(branch: Branch) -> None:
    code, screen = on_a_terminal(branch.office, "run", branch.slug)
    assert code == 0
    assert "Certifier" in screen
    assert "\x1b[" in screen
    assert nobody_in(screen)


def test_a_closed_gate(office: Office) -> None:
    rows = people()
    rows[3]["montant"] = "Canarisson, à demander"
    office.drop(rows)
    for arguments in ([], ["--json"]):
        said = office.aqueduc("run", "jeu", *arguments)
        assert said.code == 1
        assert nobody_in(said.all)
    assert said.json["error"]["code"] == "porte-validation"
    assert said.json["error"]["findings"][0]["lines"] == [5]


def test_a_platform_that_does_not_answer_may_answer_later(office: Office) -> None:
    connection = json.dumps({"conn_type": "ckan", "host": SILENT, "password": "jeton-tres-secret"})
    said = office.aqueduc("run", "jeu", "--json", AIRFLOW_CONN_DATASUD=connection)
    assert said.code == 3
    assert said.json["error"]["retryable"] is True
    assert "jeton-tres-secret" not in said.all


def test_a_connection_that_is_missing(office: Office) -> None:
    said = office.aqueduc("run", "jeu")
    assert said.code == 1
    assert "[connexion-absente]" in said.err


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--start", "2026-03-01", "--end", "2026-04-01"], "« jeu » se lit en entier : ni --start ni --end."),
        (["--start", "mars"], "--start"),
    ],
)
def test_an_interval_that_makes_no_sense(office: Office, arguments: list[str], told: str) -> None:
    said = office.aqueduc("run", "jeu", *arguments)
    assert said.code == 2
    assert told in said.err


@contextmanager
def mute() -> Iterator[tuple[str, socket.socket]]:
    """A platform that takes a call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_while_it_publishes_the_raw_rows_are_shredded(office: Office, number: signal.Signals) -> None:
    with mute() as (url, server):
        connection = json.dumps({"conn_type": "ckan", "host": url, "password": "jeton"})
        process = subprocess.Popen(
            office.command("run", "jeu"),
            env={**office.environment, "AIRFLOW_CONN_DATASUD": connection},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        server.settimeout(60)
        server.accept()
        assert eventually(lambda: list((office.vault / "raw").rglob("raw.parquet")), every=0.05)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert b"Traceback" not in err
    assert not list((office.vault / "raw").rglob("*.parquet"))
    assert not list((office.vault / ".scratch").iterdir())
