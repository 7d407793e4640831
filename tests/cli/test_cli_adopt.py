"""``adopt`` at its first gesture, and all that may stand in its way."""

from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from aqueduc.errors import PlatformRequestRejection
from sandbox import datagouv as datagouv_of
from sandbox.datagouv import Udata
from sandbox.datagouv.server import KEY, ORGANISATION
from tests.publish.adopting import Adoption, csv_text, open_adoption_office
from tests.publish.test_adopt_datagouv import HandMadeRecords

PLATFORMS = {
    "national": {"type": "datagouv", "connection": "national"},
    "portail": {"type": "portal", "folder": "portail"},
}


@pytest.fixture
def udata() -> Iterator[Udata]:
    with datagouv_of.serving() as server:
        yield server


@pytest.fixture
def city(tmp_path: Path, udata: Udata) -> Adoption:
    return open_city(tmp_path, udata.url)


def by_hand(udata: Udata) -> HandMadeRecords:
    return HandMadeRecords(udata.url, KEY, ORGANISATION)


def open_city(root: Path, host: str, key: str = KEY) -> Adoption:
    connection = {"conn_type": "datagouv", "host": host, "password": key}
    return open_adoption_office(root, {"AIRFLOW_CONN_NATIONAL": json.dumps(connection)}, PLATFORMS)


def test_the_records_are_shown_and_nothing_is_written(city: Adoption, udata: Udata) -> None:
    record = by_hand(udata).make_record("Arbres d'alignement", license="lov2")
    by_hand(udata).add_file(record["slug"], "arbres.csv", csv_text(5).encode())
    said = city.adopt()
    assert said.code == 0, said.all
    assert (
        "arbres-dalignement" in said.out and "Arbres d'alignement" in said.out and "à reprendre" in said.out
    )
    assert list((city.office.desk.include / "datasets").iterdir()) == []
    (listed,) = city.adopt("--json").json["records"]
    assert (listed["id"], listed["dataset"], listed["obstacle"]) == (record["id"], record["slug"], None)
    assert [one["format"] for one in listed["resources"]] == ["csv"]


def test_a_draft_answers_a_program(city: Adoption, udata: Udata) -> None:
    record = by_hand(udata).make_record("Arbres", license="lov2", frequency="weekly")
    resource = by_hand(udata).add_file(record["slug"], "arbres.csv", csv_text(5).encode())
    said = city.adopt("arbres", "--json")
    assert said.code == 0, said.all
    (made,) = said.json["drafts"]
    assert made["files"] == ["include/datasets/arbres.yaml", "include/schemas/arbres.json"]
    assert (made["record"], made["resource"], made["unread"]) == (record["id"], resource, [])
    assert "source" in [one["key"] for one in made["decisions"]]
    assert "Lieu dit" not in said.out


def test_no_record_is_said(city: Adoption) -> None:
    said = city.adopt("--all")
    assert (said.code, "Aucune fiche de la Ville sur « national »." in said.out) == (0, True)


def test_a_portal_has_nothing_to_adopt(city: Adoption) -> None:
    said = city.office.aqueduc("adopt", "--from", "portail")
    assert said.code == 0
    assert "« portail » n'a rien à reprendre : Aqueduc seul y écrit" in said.out
    assert city.office.aqueduc("adopt", "--from", "portail", "--json").json["records"] == []


def test_a_platform_that_the_city_does_not_name_is_refused(city: Adoption) -> None:
    said = city.office.aqueduc("adopt", "--from", "datasud")
    assert said.code == 2
    assert "aucune plateforme « datasud » dans city.yaml ; il y a « national », « portail »" in said.err


def test_a_platform_that_does_not_answer_is_for_later(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        city = open_city(tmp_path, f"http://127.0.0.1:{free.getsockname()[1]}")
        said = city.adopt()
    assert said.code == 3
    assert "ne répond pas" in said.err and "« national »" in said.err


def test_a_wrong_key_is_said_with_its_connection(tmp_path: Path, udata: Udata) -> None:
    said = open_city(tmp_path, udata.url, "mauvaise-cle-secrete").adopt()
    assert said.code == 1
    assert "« national »" in said.err and "mauvaise-cle-secrete" not in said.all


def test_a_record_that_is_not_there_is_told_from_those_that_are(city: Adoption, udata: Udata) -> None:
    by_hand(udata).make_record("Arbres")
    said = city.adopt("arbre")
    assert said.code == 2
    assert "aucune fiche « arbre » de la Ville" in said.err and "Peut-être : arbres" in said.err


def test_a_record_that_is_declared_already_is_not_drafted_again(city: Adoption, udata: Udata) -> None:
    by_hand(udata).make_record("Arbres")
    assert city.adopt("arbres").code == 0
    before = city.text("arbres")
    said = city.adopt("arbres")
    assert said.code == 2
    assert "déjà déclarée : arbres" in said.out
    assert "déjà reprise ou tenue par le jeu « arbres »" in said.err
    assert city.adopt("--all").code == 0
    assert city.text("arbres") == before


def test_a_name_that_another_dataset_has_is_a_clash(city: Adoption, udata: Udata) -> None:
    by_hand(udata).make_record("Arbres")
    city.path("arbres").write_text("title: Autre chose\n", "utf-8")
    said = city.adopt("arbres")
    assert said.code == 2
    assert "include/datasets/arbres.yaml existe déjà" in said.err and "adopts:" in said.err
    assert city.text("arbres") == "title: Autre chose\n"


def test_a_harvested_record_is_left_to_its_harvester(city: Adoption, udata: Udata) -> None:
    record = by_hand(udata).make_record("Moissonné")
    udata.datasets[record["id"]]["harvest"] = {"backend": "ckan"}
    said = city.adopt("moissonne")
    assert said.code == 2
    assert "moissonnée ailleurs" in said.out and "Arrêter d'abord ce moissonnage" in said.err


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("--all", "arbres"), "ne nommer aucune fiche"),
        (("--resource", "x"), "la nommer"),
        (("arbres", "--resource", "x"), "n'a pas cette ressource"),
    ],
)
def test_what_contradicts_itself_is_refused(
    city: Adoption, udata: Udata, arguments: tuple[str, ...], told: str
) -> None:
    by_hand(udata).make_record("Arbres")
    said = city.adopt(*arguments)
    assert (said.code, told in said.err) == (2, True), said.all


def test_the_file_to_read_can_be_chosen(city: Adoption, udata: Udata) -> None:
    record = by_hand(udata).make_record("Budgets", license="lov2", frequency="annual")["slug"]
    chosen = by_hand(udata).add_file(record, "budget-2026.csv", b"annee,montant\n2026,3\n2026,4\n")
    other = by_hand(udata).add_file(record, "budget-2025.csv", b"an,somme\n2025,3\n2025,4\n")
    assert city.adopt("budgets", "--resource", chosen).code == 0
    document = city.document("budgets")
    assert list(document["columns"]) == ["annee", "montant"]
    asked = document["publish"]["adopts"]["national"]["resources"]["csv"]
    assert asked.endswith(f"laquelle portera ce jeu ? — {chosen} | {other}")


def test_a_dead_link_is_told_and_the_record_is_drafted_all_the_same(city: Adoption, udata: Udata) -> None:
    record = by_hand(udata).make_record("Arbres", license="lov2")["slug"]
    said = {
        "title": "Ailleurs",
        "url": "http://127.0.0.1:9/arbres.csv",
        "filetype": "remote",
        "format": "csv",
    }
    udata.link(udata.accounts[0], record, {**said, "type": "main"})
    done = city.adopt("arbres")
    assert done.code == 0, done.all
    shown = " ".join(done.out.split())
    assert "son adresse ne répond pas" in shown
    assert "ses colonnes et son schéma sont à écrire" in shown
    assert any("écrire chaque colonne de la source avec sa règle" in one for one in city.refusals("arbres"))


def decide_arbres(city: Adoption, udata: Udata) -> str:
    """A record, its draft and all its answers. Returns the id of the record."""
    record = by_hand(udata).make_record("Arbres", license="lov2", frequency="weekly")
    by_hand(udata).add_file(record["slug"], "arbres.csv", csv_text(5).encode())
    assert city.adopt("arbres").code == 0
    city.drop("arbres.csv", csv_text(5).encode())
    city.decide("arbres", {"file": "depot", "path": "arbres.csv"}, libellé="publish")
    assert city.refusals("arbres") == []
    return str(record["id"])


def test_a_record_that_left_meanwhile_is_never_made_again(city: Adoption, udata: Udata) -> None:
    del udata.datasets[decide_arbres(city, udata)]
    with pytest.raises(PlatformRequestRejection) as caught:
        city.publish("arbres")
    assert "n'est pas sur la plateforme" in str(caught.value)
    assert "aqueduc adopt --from national" in str(caught.value)
    assert udata.datasets == {}


def test_a_resource_that_left_meanwhile_is_never_made_again(city: Adoption, udata: Udata) -> None:
    record = udata.datasets[decide_arbres(city, udata)]
    gone = record["resources"].pop()["id"]
    with pytest.raises(PlatformRequestRejection, match=gone):
        city.publish("arbres")
    assert record["resources"] == []


def test_once_taken_over_a_format_may_leave(city: Adoption, udata: Udata) -> None:
    record = udata.datasets[decide_arbres(city, udata)]
    city.publish("arbres")
    text = city.text("arbres").replace("formats: [csv]", "formats: [parquet]")
    city.path("arbres").write_text(text, "utf-8")
    (before,) = record["resources"]
    identifier = before["id"]
    city.publish("arbres")
    assert [(one["id"], one["format"]) for one in record["resources"]] == [(identifier, "parquet")]


def test_a_platform_that_adopts_does_not_know_is_refused(city: Adoption, udata: Udata) -> None:
    decide_arbres(city, udata)
    text = city.text("arbres").replace("    national:\n", "    nationale:\n")
    city.path("arbres").write_text(text, "utf-8")
    (refused,) = city.refusals("arbres")
    assert "plateforme inconnue : « nationale »" in refused and "national" in refused


def test_a_terminal_is_asked_which(city: Adoption, udata: Udata) -> None:
    by_hand(udata).make_record("Arbres")
    by_hand(udata).make_record("Bancs")
    keyboard, terminal = pty.openpty()
    with subprocess.Popen(
        city.office.command("adopt", "--from", city.platform),
        env={**city.office.environment, "COLUMNS": "200"},
        cwd=city.office.desk.include.parent,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        os.write(keyboard, b"2\n")
        shown = b""
        while block := _read_terminal(keyboard):
            shown += block
        process.wait(60)
    os.close(keyboard)
    assert "Lesquelles reprendre ?" in shown.decode()
    assert [path.name for path in (city.office.desk.include / "datasets").iterdir()] == ["bancs.yaml"]


def _read_terminal(keyboard: int) -> bytes:
    try:
        return os.read(keyboard, 65536)
    except OSError:
        return b""


def test_what_may_mean_nothing_is_asked_where_the_source_is_written(city: Adoption, udata: Udata) -> None:
    record = by_hand(udata).make_record("Arbres", license="lov2", frequency="weekly")
    rows = (f"{rank};{'-' if rank == 3 else 'Nord'};{'NC' if rank == 5 else rank}" for rank in range(40))
    data = "\n".join(("numero;canton;hauteur", *rows)).encode()
    by_hand(udata).add_file(record["slug"], "arbres.csv", data)
    assert city.adopt("arbres").code == 0
    hint = [line[2:] for line in city.text("arbres").splitlines() if line.startswith("#   ")]
    (asked,) = (line for line in hint if line.startswith("  missing: "))
    assert (
        "veulent dire « rien » ? « NC » : 1 cellule dans hauteur ; « - » : 1 cellule dans canton — " in asked
    )
    assert "— ['', NC] | ['', NC, '-'] | ['']" in asked
    # Uncommented, it is asked as in any draft.
    city.decide(
        "arbres", {"file": "depot", "path": "arbres.csv", "delimiter": ";", "missing": asked.split('"')[1]}
    )
    assert any("reste à décider : lesquels de ces textes" in problem for problem in city.refusals("arbres"))
