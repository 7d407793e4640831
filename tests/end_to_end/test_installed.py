"""The distribution as somebody installs it who has only Python: what it asks for, and what it does then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
AIRFLOW = "apache-airflow==3.3.2"

pytestmark = pytest.mark.end_to_end


@pytest.mark.parametrize("python", ["3.11", "3.13"])
@pytest.mark.parametrize("resolution", ["lowest-direct", "highest"])
def test_it_resolves_beside_airflow(tmp_path: Path, python: str, resolution: str) -> None:
    beside = tmp_path / "airflow.txt"
    beside.write_text(AIRFLOW, encoding="utf-8")
    extras = [word for name in ("airflow", "celery", "s3") for word in ("--extra", name)]
    chosen = ["--python-version", python, "--resolution", resolution, "--constraint", beside]
    done = subprocess.run(
        [UV, "pip", "compile", "--quiet", *chosen, *extras, REPOSITORY / "pyproject.toml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"\n{AIRFLOW}\n" in done.stdout
