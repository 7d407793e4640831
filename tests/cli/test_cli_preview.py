"""``preview``: cells on the screen of whoever asks and nowhere else; nothing published, nothing left."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.office import FIELDS, SURNAMES, Office, nobody_in, people
from tests.waiting import eventually

pytestmark = pytest.mark.end_to_end


def on_a_terminal(office: Office, *arguments: str, width: int = 140) -> tuple[int, str]:
    """Exit code and screen of a command that runs on a terminal of its own."""
    process, master = pty.fork()
    if process == 0:
        os.chdir(office.desk.include.parent)
        os.execve(office.command()[0], office.command(*arguments), {**office.environment, "TERM": "xterm"})
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 80, width, 0, 0))
    screen = b""
    while True:
        try:
            block = os.read(master, 65_536)
        except OSError:
            break
        if not block:
            break
        screen += block
    os.close(master)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), screen.decode()


def test_rows_before_and_after_on_a_terminal(office: Office) -> None:
    code, screen = on_a_terminal(office, "preview", "jeu")
    assert code == 0
    for cell in (SURNAMES[0], SURNAMES[1], SURNAMES[2], "2024-03-01", "D0002", "12.50"):
        assert cell in screen
    assert SURNAMES[3] not in screen, "three rows only were asked for"
    assert "publiée" in screen
    assert "retirée" in screen


def test_as_many_rows_as_asked(office: Office) -> None:
    _, screen = on_a_terminal(office, "preview", "jeu", "--rows", "5")
    assert all(name in screen for name in SURNAMES)
    _, screen = on_a_terminal(office, "preview", "jeu", "--rows", "0")
    assert nobody_in(screen)


def test_on_a_terminal_json_still_hides_the_rows(office: Office) -> None:
    code, screen = on_a_terminal(office, "preview", "jeu", "--json")
    assert code == 0
    assert nobody_in(screen)
    assert "2024-03-01" not in screen


def test_through_a_pipe_no_cell_is_shown_and_it_says_so(office: Office) -> None:
    said = office.aqueduc("preview", "jeu", "--rows", "5")
    assert said.code == 0
    assert "Les lignes ne sont montrées qu'à l'écran de qui les demande" in said.out
    assert nobody_in(said.all)
    assert "2024-03" not in said.all
    assert "D0001" not in said.all


def test_the_risk_and_the_fiche(office: Office) -> None:
    said = office.aqueduc("preview", "jeu")
    assert "Plus petit groupe publié  10" in said.out
    assert "Quasi-identifiants        annee, quartier" in said.out
    assert "Comment ce jeu a été préparé" in said.out
    assert "Jeu d'essai (CSV)" in said.out
    assert "Licence Ouverte / Open Licence 2.0" in said.out
    assert "ouvert à tous" in said.out
    assert "Numéro" in said.out, "the data dictionary is part of the record"


def test_the_record_is_that_of_the_platforms_of_the_dataset(office: Office) -> None:
    assert "datasud (" in office.aqueduc("preview", "jeu").out
    path = office.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text("utf-8"))
    city["platforms"] = {"vitrine": {"type": "portal", "folder": str(office.folder / "vitrine")}}
    city["defaults"]["platform"] = "vitrine"
    path.write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")
    said = office.aqueduc("preview", "jeu")
    assert said.code == 0, said.all
    assert "vitrine (portail de la Ville)" in said.out
    assert "/dataset/" not in said.out and "datasud" not in said.out


def test_what_is_rejected_is_told_by_rule_line_and_count(office: Office) -> None:
    rows = people()
    rows[3]["montant"] = f"à demander à {SURNAMES[0]}"
    rows[6]["montant"] = "cher"
    office.drop(rows)
    office.declare(reject_at_most="10%")
    said = office.aqueduc("preview", "jeu")
    assert said.code == 0
    assert "`montant` : 2 lignes ne sont pas des nombres (lignes 5, 8)" in said.out
    assert nobody_in(said.all)
    code, screen = on_a_terminal(office, "preview", "jeu", "--rows", "4")
    assert code == 0
    assert "rejetée (montant:type)" in screen


def test_a_closed_gate_shows_what_was_found_and_fails(office: Office) -> None:
    rows = people()
    rows[3]["montant"] = "beaucoup"
    office.drop(rows)
    said = office.aqueduc("preview", "jeu")
    assert said.code == 1
    assert "`montant` : 1 ligne n'est pas un nombre (ligne 5)" in said.out
    assert "[porte-validation]" in said.err
    assert "Risque de réidentification" in said.out
    document = office.aqueduc("preview", "jeu", "--json")
    assert document.code == 1
    assert document.json["passed"] is False
    assert document.json["error"]["code"] == "porte-validation"
    assert document.json["fiche"] is None


def test_a_row_withheld_to_protect_people_is_said_to_be(office: Office) -> None:
    office.drop([*people(), {**people(1)[0], "numero": "D9999", "quartier": "Hameau isolé"}][::-1])
    code, screen = on_a_terminal(office, "preview", "jeu", "--rows", "1")
    assert code == 0
    assert "retirée pour protéger les personnes" in screen


def test_what_a_program_reads(office: Office) -> None:
    document = office.aqueduc("preview", "jeu", "--json").json
    assert set(document) == {
        "dataset", "window", "passed", "reports", "rows", "rows_hidden", "fiche", "error"
    }  # fmt: skip
    assert document["passed"] is True
    assert document["rows"] is None
    assert set(document["reports"]) == {"extract", "anonymise", "validate"}
    assert document["fiche"]["title"] == "Jeu d'essai"
    assert [resource["format"] for resource in document["fiche"]["resources"]] == ["CSV"]
    assert nobody_in(str(document))


def test_the_label_of_a_slice_is_a_cell(office: Office) -> None:
    office.declare(publish={"mode": "upload", "split": {"by": "quartier", "per": "value"}})
    document = office.aqueduc("preview", "jeu", "--json")
    names = [resource["name"] for resource in document.json["fiche"]["resources"]]
    assert names == ["Jeu d'essai (CSV), partie 1", "Jeu d'essai (CSV), partie 2"]
    assert "Nord" not in document.all
    assert "Sud" not in office.aqueduc("preview", "jeu").all.replace("Région Sud", "")


# --- nothing is left ----------------------------------------------------------------------------------------


def test_nothing_is_published_nor_left(office: Office) -> None:
    before = office.remains()
    assert office.aqueduc("preview", "jeu").code == 0
    assert on_a_terminal(office, "preview", "jeu")[0] == 0
    assert office.remains() == before == {}
    assert office.desk.place.store.list_ledger_entry_keys("jeu") == []
    assert office.desk.place.vault.read_json("seen/jeu.json") is None


def test_nothing_is_left_of_a_preview_that_fails(office: Office) -> None:
    rows = people()
    rows[3]["montant"] = "beaucoup"
    office.drop(rows)
    assert office.aqueduc("preview", "jeu").code == 1
    assert office.remains() == {}


@pytest.fixture
def slow(office: Office) -> Office:
    """A file that takes a while to anonymise and validate."""
    office.drop(people())
    file = office.folder / "jeu.csv"
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    cells = [line.split(",", 1)[1] for line in lines] * 7_500
    numbered = (f"{rank:08},{line}" for rank, line in enumerate(cells))
    file.write_text("\n".join([header, *numbered]), encoding="utf-8")
    return office


def begun(office: Office, *arguments: str) -> subprocess.Popen[Any]:
    return subprocess.Popen(
        office.command(*arguments),
        env=dict(office.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def raw_rows(office: Office) -> list[Path]:
    return [path for path in office.vault.rglob("raw.parquet") if path.stat().st_size]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_whoever_stops_it_the_raw_rows_are_shredded(slow: Office, number: signal.Signals) -> None:
    process = begun(slow, "preview", "jeu")
    assert eventually(lambda: raw_rows(slow) or process.poll() is not None, every=0.05)
    assert process.poll() is None, "it was over before it could be stopped"
    process.send_signal(number)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert slow.remains() == {}
    assert b"Traceback" not in err


def test_what_a_killed_preview_left_is_swept(slow: Office) -> None:
    process = begun(slow, "preview", "jeu")
    assert eventually(lambda: raw_rows(slow) or process.poll() is not None, every=0.05)
    process.kill()
    process.communicate(timeout=60)
    assert raw_rows(slow)
    assert slow.aqueduc("sweep").code == 0
    assert slow.remains() == {}


def test_the_room_is_private(slow: Office) -> None:
    process = begun(slow, "preview", "jeu")
    assert eventually(lambda: raw_rows(slow) or process.poll() is not None, every=0.05)
    modes = {path.stat().st_mode & 0o777 for path in (slow.vault, *(slow.vault / ".scratch").iterdir())}
    process.terminate()
    process.communicate(timeout=60)
    assert modes == {0o700}


def test_fields_have_titles() -> None:
    # The dictionary above is only worth its test if the schema names its fields.
    assert all(field["title"] for field in FIELDS)
