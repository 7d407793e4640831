"""``aqueduc import``, as it is typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("aqueduc")
SOUND = """
eau:
  default_args: {owner: eau}
  schedule: "@daily"
  tasks:
    - task_id: lire
      operator: airflow.providers.http.operators.http.HttpOperator
      http_conn_id: capteurs
      endpoint: /niveaux
      method: GET
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    sound, broken = tmp_path / "eau.yml", tmp_path / "casse.yml"
    sound.write_text(SOUND)
    broken.write_text("a: [")
    return sound, broken


def aqueduc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), *arguments], capture_output=True, text=True, timeout=120, cwd=folder, check=False
    )


def test_drafts_and_what_is_left_to_decide(tmp_path: Path, files: tuple[Path, Path]) -> None:
    done = aqueduc(tmp_path, "import", str(files[0]), "--from", "dag-factory", "--into", "villes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "écrit : datasets/eau.yaml" in done.stdout
    assert "licence : " in done.stdout
    assert "1 déclaration écrite, 7 points à décider, 0 refus" in done.stdout
    assert (tmp_path / "villes" / "datasets" / "eau.yaml").is_file()


def test_a_refusal_does_not_stop_the_others(tmp_path: Path, files: tuple[Path, Path]) -> None:
    done = aqueduc(tmp_path, "import", *map(str, files[::-1]), "--from", "dag-factory")
    assert done.returncode == 1
    assert "1 déclaration écrite" in done.stdout
    assert "1 refus" in done.stdout
    assert "casse.yml" in done.stdout
    assert (tmp_path / "include" / "datasets" / "eau.yaml").is_file()


def test_a_second_time_nothing_is_written_over(tmp_path: Path, files: tuple[Path, Path]) -> None:
    for _ in range(2):
        done = aqueduc(tmp_path, "--lang", "en", "import", str(files[0]), "--from", "dag-factory")
    assert done.returncode == 1
    assert "exists already" in done.stderr


def test_in_json(tmp_path: Path, files: tuple[Path, Path]) -> None:
    done = aqueduc(tmp_path, "import", *map(str, files), "--from", "dag-factory", "--json")
    sound, broken = json.loads(done.stdout)
    assert sound["drafts"][0]["written"] == ["datasets/eau.yaml"]
    assert {"key", "marked", "code", "message", "remedy"} <= set(sound["drafts"][0]["open"][0])
    assert [finding["code"] for finding in broken["refused"]] == ["fichier-illisible"]


def test_another_origin_is_misspelt(tmp_path: Path, files: tuple[Path, Path]) -> None:
    assert aqueduc(tmp_path, "import", str(files[0]), "--from", "montreal").returncode == 2
