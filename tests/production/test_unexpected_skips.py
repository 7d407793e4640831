"""A test that CI skips for a reason nobody foresaw is a test lost: the session fails, and says which."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SKIPPED = """
import pytest

def test_that_passes(): pass

def test_that_is_skipped(): pytest.skip({reason!r})
"""


@pytest.mark.parametrize(
    "reason, strict, workers, status",
    [
        ("the samples are not on this machine", True, 0, 0),
        ("not today", True, 0, 1),
        ("not today", True, 1, 1),
        ("not today", False, 0, 0),
    ],
)
def test_a_skip_of_another_reason_fails_the_session(
    tmp_path: Path, reason: str, strict: bool, workers: int, status: int
) -> None:
    test = tmp_path / "test_skipped.py"
    test.write_text(SKIPPED.format(reason=reason), encoding="utf-8")
    options = ["--fail-on-unexpected-skips"] if strict else []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-n", str(workers), *options, str(test)],
        cwd=REPOSITORY,
        env={**environment, "AQUEDUC_SANDBOX_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
    assert ("UNEXPECTED SKIP" in done.stdout) == bool(status)
