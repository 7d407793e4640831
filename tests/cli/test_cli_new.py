"""``new`` at its first gesture: in the repository as it is shipped, on a file that nobody prepared."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.cli.office import COMMAND

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
