"""``new`` at its first gesture: in the repository as it is shipped, on a file that nobody prepared."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from aqueduc.cli.app import app
from tests.cli.office import COMMAND

pytestmark = pytest.mark.end_to_end

SHIPPED = Path(__file__).parents[2] / "include"


def new_in_the_shipped_repository(root: Path, name: str, source: str) -> subprocess.CompletedProcess[str]:
    """Runs ``aqueduc new`` in a copy of the repository's own ``include/``, with no connection configured."""
    if not (root / "include").exists():
        shutil.copytree(SHIPPED, root / "include")
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("AQUEDUC_", "AIRFLOW_"))}
    return subprocess.run(
        [COMMAND, "new", name, source], cwd=root, env=bare, capture_output=True, text=True, timeout=120
    )


def test_a_file_is_drafted_in_the_repository_as_it_is_shipped(tmp_path: Path) -> None:
    """The city lists its connections, and a first look goes by none of them."""
    assert "\nconnections:" in (SHIPPED / "city.yaml").read_text("utf-8")
    file = tmp_path / "relevés.csv"
    file.write_text("Borne;Quartier;Relevé\nB1;Nord;12\nB2;Sud;7\n", "utf-8")
    done = new_in_the_shipped_repository(tmp_path, "releves", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    drafted = (tmp_path / "include/datasets/releves.yaml").read_text("utf-8")
    assert "à décider : quelle connexion Airflow mène à cette source ?" in drafted
    assert "premier-coup-d-oeil" not in drafted + done.stdout


def test_a_wrong_city_file_is_told_before_the_first_look(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "include")
    city = tmp_path / "include/city.yaml"
    city.write_text(
        city.read_text("utf-8").replace("timezone: Europe/Paris", "timezone: Europe/Pari"), "utf-8"
    )
    (tmp_path / "a.csv").write_text("a;b\n1;2\n", "utf-8")
    done = new_in_the_shipped_repository(tmp_path, "releves", str(tmp_path / "a.csv"))
    assert done.returncode != 0
    assert "city.yaml" in done.stderr and "Europe/Paris" in done.stderr


def test_a_list_of_a_document_is_chosen_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SHIPPED, tmp_path / "include")
    lists = {"lieux": [{"lieu": "Mairie"}], "velos": [{"borne": "x"}, {"borne": "y"}]}
    (tmp_path / "a.json").write_text(json.dumps(lists), "utf-8")
    monkeypatch.chdir(tmp_path)
    for key in [key for key in os.environ if key.startswith(("AQUEDUC_", "AIRFLOW_"))]:
        monkeypatch.delenv(key)
    done = CliRunner().invoke(app, ["new", "lieux-publics", "a.json", "--records", "lieux"])
    assert done.exit_code == 0, done.output
    drafted = yaml.safe_load((tmp_path / "include/datasets/lieux-publics.yaml").read_text("utf-8"))
    assert drafted["source"]["records"] == "lieux" and [*drafted["columns"]] == ["lieu"]


# --- question by question -----------------------------------------------------------------------------------

LEFT = "Serinelli"


def ask_at_a_terminal(root: Path, answers: list[str], *arguments: str) -> str:
    """What ``aqueduc new --interactive`` shows at a terminal where somebody types ``answers``, then Ctrl-D."""
    if not (root / "include").exists():
        shutil.copytree(SHIPPED, root / "include")
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("AQUEDUC_", "AIRFLOW_"))}
    depot = {"conn_type": "fs", "extra": {"path": str(root)}}
    keyboard, terminal = pty.openpty()
    with subprocess.Popen(
        [COMMAND, "new", "releves", *arguments, "--interactive"],
        cwd=root,
        env={**bare, "AIRFLOW_CONN_DEPOT": json.dumps(depot), "COLUMNS": "200"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        os.write(keyboard, "".join(f"{answer}\n" for answer in answers).encode() + b"\x04")
        shown = b""
        while block := _read_terminal(keyboard):
            shown += block
        process.wait(60)
    os.close(keyboard)
    return shown.decode()


def _read_terminal(keyboard: int) -> bytes:
    """b"" once nobody has it open on the other side."""
    try:
        return os.read(keyboard, 4096)
    except OSError:
        return b""


def write_readings(root: Path) -> Path:
    file = root / "relevés.csv"
    file.write_text(f"borne;secteur;note;relevé\nB1;Nord;{LEFT};12\nB2;Sud;rien;7\nB3;Sud;rien;9\n", "utf-8")
    return file


def test_the_questions_are_asked_one_by_one_and_the_answers_checked(tmp_path: Path) -> None:
    file = write_readings(tmp_path)
    answers = ["Relevés des bornes", "Ce que disent les bornes.", "Direction de l'eau", "9", "", "1", "depot"]
    columns, meanings = ["", "", "2", ""], ["", "Mètres cubes relevés"]
    shown = ask_at_a_terminal(tmp_path, [*answers, *columns, *meanings], str(file))
    text = (tmp_path / "include/datasets/releves.yaml").read_text("utf-8")
    assert '"à décider' not in text, shown
    assert "owner: Direction de l'eau" in text
    assert "Vu" in shown and "Pourquoi" in shown
    assert "Déclaration en ordre" in shown
    assert "La fiche, comme la plateforme la montrerait" in shown
    # Of a rhythm nothing in the file tells: « Entrée » chooses none.
    assert shown.count("Réponse (un numéro, ou ce qu'il faut écrire) : ") == 2
    schema = json.loads((tmp_path / "include/schemas/releves.json").read_text("utf-8"))
    said = {described["name"]: described["description"] for described in schema["fields"]}
    assert said == {"borne": "", "secteur": "", "note": "", "relevé": "Mètres cubes relevés"}


def test_what_was_interrupted_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = write_readings(tmp_path)
    ask_at_a_terminal(tmp_path, ["Relevés des bornes", "Des bornes."], str(file))
    path = tmp_path / "include/datasets/releves.yaml"
    left = path.read_text("utf-8").count('"à décider')
    shown = ask_at_a_terminal(tmp_path, ["Direction de l'eau", "1", "1", "depot", *[""] * 6, "."])
    assert f"1/{left}  owner" in shown and "existe déjà : les questions qui y restent" in shown
    # Each question on a column still says what was seen of it, and why it is asked.
    asked = shown.count("  columns.")
    assert asked >= 2 and shown.count("Vu : string") == shown.count("Pourquoi : ") == asked, shown
    text = path.read_text("utf-8")
    assert "title: Relevés des bornes" in text and "owner: Direction de l'eau" in text
    assert '"à décider' not in text, shown
    again = ask_at_a_terminal(tmp_path, [])
    assert "rien n'y reste à décider" in " ".join(again.split())


def test_an_answer_that_does_not_hold_is_asked_again_and_what_is_answered_stays(tmp_path: Path) -> None:
    file = write_readings(tmp_path)
    shown = ask_at_a_terminal(tmp_path, ["", "Des bornes.", "Eau", "PLAGE", "", "ENVI"], str(file))
    text = (tmp_path / "include/datasets/releves.yaml").read_text("utf-8")
    assert "PLAGE" in shown and "PLAGE" not in text
    assert "theme: ENVI" in text and '"à décider' in text
    assert "Arrêté : ce qui est répondu est écrit" in shown
    assert LEFT not in shown + text


def test_no_question_is_asked_of_a_pipe(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "include")
    done = subprocess.run(
        [COMMAND, "new", "releves", str(write_readings(tmp_path)), "--interactive"],
        cwd=tmp_path,
        input="\n" * 30,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert not (tmp_path / "include/datasets/releves.yaml").exists()
